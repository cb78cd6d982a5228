//! Answers of providers as inputs: the first line names the api, the rest is what came. Takes the bytes of an input;
//! returns the api, the bytes as the network would carry them, and a model that the api may be asked for.

use std::borrow::Cow;

use portolan_types::{Api, Card, Coverage, Entry, Meter, Modality, Model, PICO, Price, Provider};

/// The apis that have a decoder, by the name on the first line.
const APIS: [Api; 6] = [
    Api::OpenaiCompletions,
    Api::OpenaiResponses,
    Api::AnthropicMessages,
    Api::GoogleGenerativeAi,
    Api::BedrockConverse,
    Api::Ollama,
];

/// A model with a price for text alone.
static PLAIN: Model = Model {
    provider: "acme",
    id: "plain",
    name: "Plain",
    input: &[Modality::Text],
    output: &[Modality::Text],
    price: Price::Priced(&[Card { input: PICO, output: 2 * PICO, ..Card::STANDARD }]),
    ..Model::UNKNOWN
};

/// A model with a price for every kind of token that an answer states.
static FULL: Model = Model {
    id: "full",
    name: "Full",
    price: Price::Priced(&[Card {
        input: PICO,
        cache_read: PICO / 10,
        cache_write: PICO + PICO / 4,
        output: 2 * PICO,
        others: &[
            (Meter::CacheReadAudio, 7),
            (Meter::CacheReadImage, 7),
            (Meter::CacheReadVideo, 7),
            (Meter::CacheWrite1h, 2 * PICO),
            (Meter::Citation, 1),
            (Meter::InputAudio, 3 * PICO),
            (Meter::InputImage, 5),
            (Meter::InputVideo, 11),
            (Meter::OutputAudio, 3 * PICO),
            (Meter::OutputImage, 13),
            (Meter::OutputVideo, 17),
            (Meter::Reasoning, 2 * PICO),
            (Meter::Searches, PICO),
        ],
        ..Card::STANDARD
    }]),
    ..PLAIN
};

static ACME: Provider = Provider {
    id: "acme",
    vendor: "acme",
    name: "Acme",
    coverage: Coverage::Static,
    models: &[&PLAIN, &FULL],
    ..Provider::UNKNOWN
};

/// The models.
pub(crate) fn entries() -> [Entry; 2] {
    [&PLAIN, &FULL].map(|model| Entry { provider: &ACME, model })
}

/// The api of an input and what came of it; nothing where the first line names none.
pub(crate) fn of(input: &[u8]) -> Option<(Api, &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    let (name, rest) = (input.get(..end)?, input.get(end + 1..)?);
    let api = APIS.into_iter().find(|api| api.id().as_bytes() == name)?;
    Some((api, rest))
}

/// The bytes that the network carries. Amazon's messages are written as lines, the name of the event before its data, so
/// that a change to one does not break its checksum; a line of another form is taken as it is.
pub(crate) fn carried(api: Api, came: &[u8]) -> Cow<'_, [u8]> {
    if api != Api::BedrockConverse {
        return Cow::Borrowed(came);
    }
    Cow::Owned(came.split_inclusive(|byte| *byte == b'\n').flat_map(message).collect())
}

fn message(line: &[u8]) -> Vec<u8> {
    let space = line.iter().position(|byte| *byte == b' ');
    let parts = space.and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?)));
    let Some((name, data)) = parts.filter(|(name, _)| name.len() < 100) else {
        return line.to_vec();
    };
    let data = data.strip_suffix(b"\n").unwrap_or(data);
    // A failure is marked as one beside its name.
    let (kind, key, name) = match name.strip_prefix(b"!") {
        Some(name) => (&b"exception"[..], &b":exception-type"[..], name),
        None => (&b"event"[..], &b":event-type"[..], name),
    };
    let mut headers = Vec::new();
    for (key, value) in [(key, name), (b":message-type", kind)] {
        headers.extend([&[length(key)], key, &[7, 0, length(value)], value].concat());
    }
    let total = 16 + headers.len() + data.len();
    let mut out = of_four(total).to_vec();
    out.extend(of_four(headers.len()));
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out.extend([&headers, data].concat());
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out
}

fn length(text: &[u8]) -> u8 {
    u8::try_from(text.len()).expect("shorter than a hundred bytes")
}

fn of_four(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("an input is short").to_be_bytes()
}
