//! An answer of `:generateContent`. A stream has no end of its own: it is over when the connection closes after a reason
//! to stop.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::answer::Stop;
use crate::error::{Result, classify};
use crate::fold::Fold;
use crate::message::Media;
use crate::usage::{has_maps, queries};
use crate::wire::json::{First, Text, or_default};
use crate::wire::{Only, bounded, parse, unreadable, value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk<'a> {
    #[serde(borrow, default)]
    candidates: First<Candidate<'a>>,
    #[serde(borrow, default)]
    usage_metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    model_version: Text<'a>,
    #[serde(borrow, default)]
    response_id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    prompt_feedback: Feedback<'a>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Feedback<'a> {
    #[serde(borrow, default)]
    block_reason: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    content: Content<'a>,
    #[serde(borrow, default)]
    finish_reason: Text<'a>,
    #[serde(borrow, default)]
    grounding_metadata: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Content<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    parts: Vec<Part<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    thought: bool,
    #[serde(borrow, default)]
    thought_signature: Text<'a>,
    #[serde(borrow, default)]
    inline_data: Option<Data<'a>>,
    #[serde(borrow, default)]
    function_call: Option<Call<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow, default)]
    mime_type: Text<'a>,
    #[serde(borrow, default)]
    data: Text<'a>,
}

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
}

/// Reads a chunk; returns the text in it, with the usage, if it did nothing but say those.
pub(in crate::wire) fn frame<'f>(data: &'f [u8], fold: &mut Fold) -> Result<Option<Only<'f>>> {
    if data == b"[DONE]" {
        fold.end();
        return Ok(None);
    }
    let chunk: Chunk<'f> = parse(data)?;
    if let Some(error) = chunk.error {
        return Err(classify::of_value(&value(error.get().as_bytes())?));
    }
    if let Some(version) = chunk.model_version.some().filter(|_| fold.model.is_none()) {
        fold.served_by(version);
    }
    if let Some(id) = chunk.response_id.some().filter(|_| fold.id.is_none()) {
        fold.id = Some(id.to_owned());
    }
    if let Some(usage) = chunk.usage_metadata {
        self::usage(usage.get(), fold)?;
    }
    if let Some(candidate) = &chunk.candidates.0 {
        for part in &candidate.content.parts {
            self::part(part, fold)?;
        }
        if let Some(grounding) = candidate.grounding_metadata {
            let grounding = value(grounding.get().as_bytes())?;
            queries(&grounding).try_for_each(|query| fold.searched_for(query))?;
            if has_maps(&grounding) {
                fold.mapped();
            }
        }
        if let Some(word) = candidate.finish_reason.some() {
            fold.stop(stop(word));
        }
    }
    if chunk.prompt_feedback.block_reason.some().is_some() {
        fold.stop(Stop::Refused);
    }
    Ok(chunk.only_text())
}

impl<'a> Chunk<'a> {
    fn only_text(&self) -> Option<Only<'a>> {
        let candidate = self.candidates.0.as_ref()?;
        let [part] = &*candidate.content.parts else { return None };
        let more = candidate.finish_reason.some().is_some()
            || self.prompt_feedback.block_reason.some().is_some()
            || part.thought_signature.some().is_some()
            || part.inline_data.is_some()
            || part.function_call.is_some();
        let text = part.text.in_place().filter(|_| !more)?;
        Some(Only { text, usage: self.usage_metadata.map(RawValue::get) })
    }
}

/// Every piece of a stream states its usage.
fn usage(text: &str, fold: &mut Fold) -> Result<()> {
    bounded(text.as_bytes())?;
    // What was not produced is not stated: an answer that was all thought has no candidates.
    fold.usage_of_frame(text);
    // Vertex AI says it of every piece, in another field.
    let says = |name: &[u8]| memchr::memmem::find(text.as_bytes(), name).is_some();
    if says(b"\"serviceTier\"") || (fold.service_tier.is_none() && says(b"\"trafficType\"")) {
        let usage = value(text.as_bytes())?;
        let tier = usage["serviceTier"].as_str().or(usage["trafficType"].as_str());
        fold.service_tier = tier.map(str::to_owned).or(fold.service_tier.take());
    }
    Ok(())
}

fn part(part: &Part<'_>, fold: &mut Fold) -> Result<()> {
    let signature = part.thought_signature.some().map(|signature| json!({"signature": signature}));
    if let Some(call) = &part.function_call {
        let args = call.args.map_or("", RawValue::get);
        fold.end_part();
        // A call comes whole, so each is its own; without an id its place tells it apart.
        fold.whole_call(call.id.some(), &call.name, args)?;
        return signature.map_or(Ok(()), |signature| fold.replay_last(signature));
    }
    if let Some(data) = &part.inline_data {
        let media = Media::of_base64(&data.mime_type, &data.data);
        fold.media(media.ok_or_else(|| unreadable("an image or a sound"))?)?;
        return signature.map_or(Ok(()), |signature| fold.replay_last(signature));
    }
    if signature.is_some() {
        // A signature is for its own part alone: no other may be joined with it.
        fold.end_part();
    }
    if part.thought {
        fold.reasoning(&part.text)?;
    } else {
        fold.text(&part.text)?;
    }
    let Some(signature) = signature else { return Ok(()) };
    let kept =
        if part.thought { fold.replay_reasoning(signature) } else { fold.replay_text(signature) };
    fold.end_part();
    kept
}

pub(in crate::wire) fn whole(body: &[u8], fold: &mut Fold) -> Result<()> {
    let answer = value(body)?;
    // A streamed answer that was asked for without events is a list of the same objects.
    match answer.as_array() {
        Some(list) => {
            list.iter().try_for_each(|item| frame(item.to_string().as_bytes(), fold).map(drop))
        }
        None if answer["candidates"].is_null()
            && answer["promptFeedback"].is_null()
            && answer["error"].is_null() =>
        {
            Err(unknown(&answer))
        }
        None => frame(body, fold).map(drop),
    }
}

fn unknown(answer: &Value) -> crate::Error {
    let text = classify::excerpt(&answer.to_string());
    crate::Error::new(
        crate::ErrorKind::Protocol,
        format!("what came is no answer of this api: {text}"),
    )
}

fn stop(word: &str) -> Stop {
    match word {
        "STOP" => Stop::End,
        "FUNCTION_CALL" => Stop::ToolUse,
        "MAX_TOKENS" => Stop::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "IMAGE_SAFETY" => {
            Stop::Refused
        }
        other => Stop::Other(other.to_owned()),
    }
}
