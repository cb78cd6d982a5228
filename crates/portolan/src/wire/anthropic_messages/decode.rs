//! An answer of `POST /v1/messages`. Blocks of kinds that are not known are passed over with their deltas.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::answer::Stop;
use crate::error::{Error, ErrorKind, Result, classify};
use crate::fold::Fold;
use crate::frame::Frame;
use crate::wire::json::{Text, or_default};
use crate::wire::{Blocks, inside, parse, value};

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(default)]
    index: Option<u64>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    delta: Delta<'a>,
    #[serde(borrow, default)]
    content_block: Option<&'a RawValue>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Delta<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(borrow, default)]
    thinking: Text<'a>,
    #[serde(borrow, default)]
    partial_json: Option<&'a RawValue>,
    #[serde(borrow, default)]
    signature: Text<'a>,
    #[serde(borrow, default)]
    stop_reason: Text<'a>,
}

/// Reads an event; returns the text in it if it did nothing but add that.
pub(in crate::wire) fn frame<'f>(
    frame: Frame<'f>,
    fold: &mut Fold,
    blocks: &mut Blocks,
) -> Result<Option<&'f str>> {
    if frame.data == b"[DONE]" {
        fold.end();
        return Ok(None);
    }
    let event: Event<'f> = parse(frame.data)?;
    read(&event, frame.name, fold, blocks)?;
    let named = &*event.kind == "content_block_delta" && blocks.unknown.is_none();
    Ok(match &*event.delta.kind {
        "text_delta" if named => event.delta.text.in_place(),
        "thinking_delta" if named => event.delta.thinking.in_place(),
        "input_json_delta" if named => event.delta.partial_json.and_then(inside),
        _ => None,
    })
}

fn read(event: &Event<'_>, name: &str, fold: &mut Fold, blocks: &mut Blocks) -> Result<()> {
    if let Some(error) = event.error {
        return Err(classify::of_value(&value(error.get().as_bytes())?));
    }
    match event.kind.some().unwrap_or(name) {
        "content_block_delta" => delta(event, fold, blocks),
        "message_start" => {
            if let Some(message) = event.message {
                about(&value(message.get().as_bytes())?, fold);
            }
            Ok(())
        }
        "content_block_start" => {
            fold.end_part();
            blocks.unknown = None;
            let Some(raw) = event.content_block else { return Ok(()) };
            if !block(event.index, &value(raw.get().as_bytes())?, fold)? {
                blocks.unknown = Some(event.index.unwrap_or_default());
            }
            Ok(())
        }
        "content_block_stop" => {
            fold.end_part();
            Ok(())
        }
        "message_delta" => {
            if let Some(usage) = event.usage {
                usage_of(&value(usage.get().as_bytes())?, fold);
            }
            if let Some(word) = event.delta.stop_reason.some() {
                fold.stop(stop(word));
            }
            Ok(())
        }
        "message_stop" => {
            fold.end();
            Ok(())
        }
        _ => Ok(()),
    }
}

fn delta(event: &Event<'_>, fold: &mut Fold, blocks: &Blocks) -> Result<()> {
    let index = event.index.unwrap_or_default();
    if blocks.unknown == Some(index) {
        return Ok(());
    }
    let delta = &event.delta;
    match &*delta.kind {
        "text_delta" => fold.text(&delta.text),
        "thinking_delta" => fold.reasoning(&delta.thinking),
        "input_json_delta" => {
            let Some(json) = delta.partial_json else { return Ok(()) };
            let json: Text<'_> = parse(json.get().as_bytes())?;
            fold.call(Some(index), None, None, &json)
        }
        "signature_delta" => fold.replay_reasoning(json!({"signature": &*delta.signature})),
        _ => Ok(()),
    }
}

/// Begins a block with what it already holds; says whether its kind is known.
fn block(index: Option<u64>, block: &Value, fold: &mut Fold) -> Result<bool> {
    let text = |name: &str| block[name].as_str();
    match text("type") {
        Some("text") => fold.text(text("text").unwrap_or_default())?,
        Some("thinking") => {
            fold.reasoning(text("thinking").unwrap_or_default())?;
            if let Some(signature) = text("signature").filter(|signature| !signature.is_empty()) {
                fold.replay_reasoning(json!({"signature": signature}))?;
            }
        }
        Some("redacted_thinking") => fold.replay_reasoning(json!({"redacted": block["data"]}))?,
        Some("tool_use") => {
            // A streamed call begins with an empty input and gets it in deltas.
            let input = block["input"].as_object().filter(|input| !input.is_empty());
            let input = input.map(|_| block["input"].to_string()).unwrap_or_default();
            fold.call(index.or(Some(0)), text("id"), text("name"), &input)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn about(message: &Value, fold: &mut Fold) {
    let text = |name: &str| message[name].as_str().map(str::to_owned);
    fold.id = text("id").or(fold.id.take());
    fold.model = text("model").or(fold.model.take());
    usage_of(&message["usage"], fold);
    if let Some(word) = message["stop_reason"].as_str() {
        fold.stop(stop(word));
    }
}

fn usage_of(usage: &Value, fold: &mut Fold) {
    fold.usage(usage);
    // Fast mode is said as a speed, beside the tier `standard`.
    let fast = usage["speed"].as_str().filter(|speed| *speed == "fast");
    if let Some(tier) = fast.or(usage["service_tier"].as_str()) {
        fold.service_tier = Some(tier.to_owned());
    }
}

pub(in crate::wire) fn whole(body: &[u8], fold: &mut Fold) -> Result<()> {
    let message = value(body)?;
    if !message["error"].is_null() {
        return Err(classify::of_value(&message["error"]));
    }
    let Some(blocks) = message["content"].as_array() else {
        let text = classify::excerpt(&message.to_string());
        return Err(Error::new(ErrorKind::Protocol, format!("what came is no message: {text}")));
    };
    for (index, item) in blocks.iter().enumerate() {
        fold.end_part();
        block(u64::try_from(index).ok(), item, fold)?;
    }
    about(&message, fold);
    Ok(())
}

fn stop(word: &str) -> Stop {
    match word {
        "end_turn" => Stop::End,
        "max_tokens" | "model_context_window_exceeded" => Stop::Length,
        "stop_sequence" => Stop::Sequence,
        "tool_use" => Stop::ToolUse,
        "pause_turn" => Stop::Paused,
        "refusal" => Stop::Refused,
        other => Stop::Other(other.to_owned()),
    }
}
