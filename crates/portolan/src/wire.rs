//! The wire protocols as pure functions, without a network: a request becomes a body, the bytes of an answer become
//! events. What differs between vendors of one protocol comes from the catalog through [`Target`].
//!
//! ```
//! use portolan::types::Api;
//! use portolan::wire::{Decoder, Target};
//! use portolan::{Event, Request, catalog};
//!
//! let target = Target::new(catalog::find("anthropic/claude-opus-4-5")?, Api::AnthropicMessages);
//! let call = portolan::wire::encode(&Request::new().user("hi"), &target, true)?;
//! assert_eq!(call.path, "/v1/messages");
//!
//! let mut decoder = Decoder::new(&target);
//! decoder.push(b"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"del");
//! assert_eq!(decoder.next_event()?, None);
//! decoder.push(b"ta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n");
//! assert_eq!(decoder.next_event()?, Some(Event::Text("Hello".to_owned())));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use portolan_types::Api;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::{Answer, Event};
use crate::error::{Error, ErrorKind, Result, classify};
use crate::fold::{Fold, Limits};
use crate::frame::{EventStream, Frame, Framer, Lines, MAX_FRAME, Sse};
use crate::request::Request;
pub use crate::target::Target;
use repeat::{Again, Only, Repeat};

mod anthropic_messages;
mod bedrock_converse;
mod body;
mod google_generative_ai;
mod json;
mod ollama;
mod openai_completions;
mod openai_responses;
mod repeat;
#[cfg(test)]
mod tests;

/// A request as an api spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// The path below the base URL of the endpoint, with its query.
    pub path: String,
    /// Headers that the api itself needs, or the stream.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The JSON body.
    pub body: Vec<u8>,
}

/// Spells a request for a target, to be streamed or not.
///
/// # Errors
/// [`ErrorKind::Refused`] with everything that the model or the api cannot do of what is asked.
pub fn encode(request: &Request, target: &Target, stream: bool) -> Result<Encoded> {
    let mut objections = target.objections(request);
    let encoded = match target.spoken() {
        Api::OpenaiCompletions => openai_completions::encode(request, target, stream),
        Api::OpenaiResponses => openai_responses::encode(request, target, stream),
        Api::AnthropicMessages => anthropic_messages::encode(request, target, stream),
        Api::GoogleGenerativeAi => google_generative_ai::encode(request, target, stream),
        Api::Ollama => ollama::encode(request, target, stream),
        Api::BedrockConverse => bedrock_converse::encode(request, target, stream),
        api => {
            let message = format!("requests over `{api}` are not supported yet");
            return Err(Error::new(ErrorKind::Config, message));
        }
    };
    match encoded {
        Ok(encoded) if objections.is_empty() => {
            let mut encoded = passed_on(encoded, target, stream);
            if stream {
                // What compresses a stream holds back what it has until there is more.
                encoded.headers.push(("accept-encoding", "identity"));
            }
            Ok(encoded)
        }
        encoded => {
            objections.extend(encoded.err().into_iter().flatten());
            let message = format!("`{}`: {}", target.reference(), objections.join("; "));
            Err(Error::new(ErrorKind::Refused, message))
        }
    }
}

/// A request of another vendor's api as a cloud takes it that passes it on.
fn passed_on(mut encoded: Encoded, target: &Target, stream: bool) -> Encoded {
    match (target.api, target.spoken()) {
        (Api::AzureOpenai, _) => encoded.path.insert_str(0, "/openai/v1"),
        (Api::GoogleVertex, Api::AnthropicMessages) => {
            let call = if stream { "streamRawPredict" } else { "rawPredict" };
            let model = target.model_in_path();
            encoded.path = format!("/publishers/anthropic/models/{model}:{call}");
        }
        (Api::GoogleVertex, _) => encoded.path.insert_str(0, "/publishers/google"),
        _ => {}
    }
    encoded
}

/// Reads an answer of an api.
pub struct Decoder {
    api: Api,
    framer: Framer,
    fold: Fold,
    completions: openai_completions::Decode,
    blocks: Blocks,
    items: openai_responses::Items,
    repeat: Repeat,
    /// What ended the answer, until what its frame said before is given out.
    failed: Option<Error>,
}

/// What the open blocks of an answer are, for the apis that number them.
#[derive(Default)]
struct Blocks {
    /// The block whose deltas came last.
    open: Option<u64>,
    /// A block of a kind that is not known, whose deltas are passed over.
    unknown: Option<u64>,
    /// The format of the image that the open block is, as its beginning says.
    format: Option<String>,
}

impl Decoder {
    /// For a streamed answer of a target.
    pub fn new(target: &Target) -> Self {
        Self::with_limits(target, MAX_FRAME, Limits::default())
    }

    pub(crate) fn with_limits(target: &Target, frame: usize, limits: Limits) -> Self {
        let api = target.spoken();
        let framer = match api {
            Api::Ollama => Framer::Lines(Lines::new(frame)),
            Api::BedrockConverse => Framer::EventStream(EventStream::new(frame)),
            _ => Framer::Sse(Sse::new(frame)),
        };
        Self {
            api,
            framer,
            fold: Fold::new(api, target.provider.id, limits),
            completions: openai_completions::Decode::new(target.reasoning_field()),
            blocks: Blocks::default(),
            items: openai_responses::Items::default(),
            repeat: Repeat::of(api),
            failed: None,
        }
    }

    /// One that reads every frame as JSON.
    #[cfg(test)]
    fn plodding(target: &Target) -> Self {
        Self { repeat: Repeat::off(), ..Self::new(target) }
    }

    /// Takes the next bytes of the stream, split anywhere.
    pub fn push(&mut self, chunk: &[u8]) {
        self.framer.push(chunk);
    }

    /// The next event of what came so far.
    ///
    /// # Errors
    /// What the provider says in place of an answer; [`ErrorKind::Protocol`] and [`ErrorKind::TooLarge`] for what is no
    /// answer.
    pub fn next_event(&mut self) -> Result<Option<Event>> {
        loop {
            if let Some(event) = self.fold.next() {
                return Ok(Some(event));
            }
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            // What comes after the end is not read.
            if self.fold.ended() {
                return Ok(None);
            }
            let Some(frame) = self.framer.next()? else { return Ok(None) };
            // What a message of Bedrock's means is said beside its data.
            let named = self.api != Api::BedrockConverse || frame.name == "contentBlockDelta";
            if named
                && !frame.failure
                && let Some(Again { text, usage }) = self.repeat.again(frame.data)
            {
                if let Some(usage) = usage {
                    self.fold.usage_of_frame(usage);
                }
                self.failed = self.fold.more(&text).err();
                continue;
            }
            let Self { api, fold, completions, blocks, items, repeat, .. } = self;
            match decode(*api, frame, fold, completions, blocks, items) {
                Ok(only) => repeat.keep(frame.data, only),
                Err(error) => self.failed = Some(error),
            }
        }
    }

    /// Whether the protocol said that the answer is over, so that nothing more need be waited for.
    pub fn ended(&self) -> bool {
        self.fold.ended()
    }

    /// Whether nothing is missing but the end that the protocol marks, or that of the connection: the model gave its
    /// reason to stop, and its usage came. Some servers send that end late or never, so a stream that says nothing more
    /// for some seconds may be finished then; but a few give a reason to stop with every piece, so one that says more
    /// goes on.
    pub fn settled(&self) -> bool {
        self.fold.ended() || self.fold.settled()
    }

    /// Ends the stream: [`Decoder::next_event`] then gives the last events, the whole answer at the end. It gives what the
    /// last frame said also where the answer is not over.
    ///
    /// A frame that was cut off counts for nothing. So an answer that broke off after the model's reason to stop is
    /// whole, its usage perhaps not known.
    ///
    /// # Errors
    /// [`ErrorKind::Disconnected`] where the answer is not over, wherever it was cut, [`ErrorKind::Protocol`] where it
    /// was none, and what [`Decoder::next_event`] says of its last frame.
    pub fn finish(&mut self) -> Result<()> {
        if !self.fold.ended()
            && let Some(frame) = self.framer.rest()
            && !is_cut(frame.data)
        {
            let Self { api, fold, completions, blocks, items, .. } = self;
            decode(*api, frame, fold, completions, blocks, items)?;
        }
        match self.framer.odd() {
            Some(text) if self.fold.is_empty() => Err(no_stream(text)),
            _ => self.fold.finish(),
        }
    }

    /// The answer as far as it came.
    pub fn partial(&self) -> Answer {
        self.fold.partial()
    }
}

/// Reads a frame; returns the text in it, with the usage, if the frame did nothing but say those.
fn decode<'f>(
    api: Api,
    frame: Frame<'f>,
    fold: &mut Fold,
    completions: &mut openai_completions::Decode,
    blocks: &mut Blocks,
    items: &mut openai_responses::Items,
) -> Result<Option<Only<'f>>> {
    let text = match api {
        Api::OpenaiResponses => openai_responses::frame(frame, fold, items),
        Api::AnthropicMessages => anthropic_messages::frame(frame, fold, blocks),
        Api::GoogleGenerativeAi => return google_generative_ai::frame(frame.data, fold),
        Api::Ollama => ollama::frame(frame.data, fold),
        Api::BedrockConverse => bedrock_converse::frame(frame, fold, blocks),
        _ => completions.frame(frame, fold),
    }?;
    Ok(text.map(|text| Only { text, usage: None }))
}

/// Whether bytes are the beginning of a JSON value and no whole one.
fn is_cut(data: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(data).is_err_and(|error| error.is_eof())
}

/// Reads an answer that came whole.
///
/// # Errors
/// What the provider says in place of an answer, and [`ErrorKind::Protocol`] for what is no answer.
pub fn decode_whole(target: &Target, body: &[u8]) -> Result<Answer> {
    // Some servers stream whatever they are asked.
    if [&b"data:"[..], b"event:"].iter().any(|start| body.starts_with(start)) {
        return streamed_whole(target, body);
    }
    let api = target.spoken();
    let mut fold = Fold::new(api, target.provider.id, Limits::default());
    match api {
        Api::OpenaiResponses => openai_responses::whole(body, &mut fold),
        Api::AnthropicMessages => anthropic_messages::whole(body, &mut fold),
        Api::GoogleGenerativeAi => google_generative_ai::whole(body, &mut fold),
        Api::Ollama => ollama::frame(body, &mut fold).map(drop),
        Api::BedrockConverse => bedrock_converse::whole(body, &mut fold),
        _ => openai_completions::Decode::new(target.reasoning_field())
            .whole(body, &mut fold)
            .map(drop),
    }?;
    if fold.says_nothing() {
        // Everything may be missing in JSON, so any object would be an answer.
        let text = classify::excerpt(&String::from_utf8_lossy(&body[..body.len().min(1_200)]));
        return Err(Error::new(ErrorKind::Protocol, format!("what came is no answer: {text}")));
    }
    fold.end();
    fold.finish()?;
    let last = std::iter::from_fn(|| fold.next()).last();
    match last {
        Some(Event::Done(answer)) => Ok(*answer),
        _ => Err(Error::new(ErrorKind::Protocol, "the answer is empty")),
    }
}

/// Reads an answer that came as a stream all the same.
fn streamed_whole(target: &Target, body: &[u8]) -> Result<Answer> {
    let mut decoder = Decoder::new(target);
    decoder.push(body);
    while decoder.next_event()?.is_some() {}
    decoder.finish()?;
    match std::iter::from_fn(|| decoder.next_event().transpose()).last().transpose()? {
        Some(Event::Done(answer)) => Ok(*answer),
        _ => Err(Error::new(ErrorKind::Protocol, "the answer is empty")),
    }
}

/// How many values a frame or an answer may hold: one of three bytes takes a hundred when it is read.
const MAX_VALUES: usize = 1 << 20;

/// Refuses what would take many times its size when it is read.
fn bounded(data: &[u8]) -> Result<()> {
    let values = || {
        let opened = memchr::memchr2_iter(b'[', b'{', data).count();
        opened + memchr::memchr_iter(b',', data).count()
    };
    if data.len() > MAX_VALUES && values() > MAX_VALUES {
        let message = format!("what came holds more than {MAX_VALUES} values");
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    Ok(())
}

/// Reads a frame of an api.
fn parse<'a, T: serde::Deserialize<'a>>(data: &'a [u8]) -> Result<T> {
    bounded(data)?;
    // One check of all bytes is cheaper than one for each text among them.
    let text = std::str::from_utf8(data).map_err(|error| {
        Error::new(ErrorKind::Protocol, format!("what came is no text: {error}"))
    })?;
    serde_json::from_str(text).map_err(|error| not_an_answer(data, &error))
}

/// The inside of a JSON string as it lies in the frame, escapes and all.
fn inside(raw: &RawValue) -> Option<&str> {
    raw.get().strip_prefix('"')?.strip_suffix('"')
}

/// The error for what came in place of a stream: a page, or a body that says what went wrong.
fn no_stream(text: &[u8]) -> Error {
    let body: Value = serde_json::from_slice(text).unwrap_or_default();
    if let Some(error) = body.get("error").filter(|error| !error.is_null()) {
        return classify::of_value(error);
    }
    let said = classify::page_or_text(text).unwrap_or_default();
    Error::new(ErrorKind::Protocol, format!("what came is no stream of events: {said}"))
}

/// The error for bytes that are no frame of an api.
fn not_an_answer(data: &[u8], error: &serde_json::Error) -> Error {
    let text = String::from_utf8_lossy(&data[..data.len().min(300)]);
    let what = if data.is_empty() { "nothing".into() } else { classify::excerpt(&text) };
    Error::new(ErrorKind::Protocol, format!("what came is no answer of this api ({error}): {what}"))
}

/// Bytes as JSON holds them.
fn of_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// The error for media that are none.
fn unreadable(what: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("{what} of the answer cannot be read"))
}

/// Reads a value of JSON that may be anything.
fn value(data: &[u8]) -> Result<Value> {
    bounded(data)?;
    serde_json::from_slice(data).map_err(|error| not_an_answer(data, &error))
}
