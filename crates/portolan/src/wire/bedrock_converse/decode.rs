//! An answer of `POST /model/{model}/converse`. The usage of a stream comes after the reason to stop, in its last event.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::answer::Stop;
use crate::error::{Error, ErrorKind, Result, classify};
use crate::fold::Fold;
use crate::frame::Frame;
use crate::message::Media;
use crate::wire::json::{Text, or_default};
use crate::wire::{Blocks, inside, parse, unreadable, value};

/// A piece of a block, as nearly every event of a stream is one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece<'a> {
    #[serde(default)]
    content_block_index: Option<u64>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    delta: Delta<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Delta<'a> {
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(borrow, default)]
    tool_use: Option<Input<'a>>,
    #[serde(borrow, default)]
    reasoning_content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    image: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Input<'a> {
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
}

/// Reads an event; returns the text in it if it did nothing but add that.
pub(in crate::wire) fn frame<'f>(
    frame: Frame<'f>,
    fold: &mut Fold,
    blocks: &mut Blocks,
) -> Result<Option<&'f str>> {
    if frame.failure {
        let said: Value = serde_json::from_slice(frame.data).unwrap_or_default();
        let message = said["message"].as_str().or(said["Message"].as_str());
        return Err(classify::of_exception(frame.name, message));
    }
    if frame.name == "contentBlockDelta" {
        return delta(&parse(frame.data)?, fold, blocks);
    }
    let event = value(frame.data)?;
    match frame.name {
        "contentBlockStart" => {
            let index = event["contentBlockIndex"].as_u64().unwrap_or_default();
            begin(index, fold, blocks)?;
            blocks.format = event["start"]["image"]["format"].as_str().map(str::to_owned);
            let tool = &event["start"]["toolUse"];
            if let Some(name) = tool["name"].as_str() {
                fold.call(Some(index), tool["toolUseId"].as_str(), Some(name), "")?;
            }
        }
        "contentBlockStop" => fold.end_image()?,
        "messageStop" => {
            fold.end_image()?;
            fold.stop(stop(event["stopReason"].as_str().unwrap_or_default()));
        }
        "metadata" => {
            about(&event, fold);
            fold.end();
        }
        _ => {}
    }
    Ok(None)
}

fn begin(index: u64, fold: &mut Fold, blocks: &mut Blocks) -> Result<()> {
    if blocks.open != Some(index) {
        blocks.open = Some(index);
        fold.end_image()?;
        fold.end_part();
    }
    Ok(())
}

fn delta<'a>(event: &Piece<'a>, fold: &mut Fold, blocks: &mut Blocks) -> Result<Option<&'a str>> {
    let index = event.content_block_index.unwrap_or_default();
    // Blocks of text are not announced.
    begin(index, fold, blocks)?;
    let delta = &event.delta;
    if let Some(thought) = delta.reasoning_content {
        return reasoning(&value(thought.get().as_bytes())?, fold).map(|()| None);
    }
    if let Some(input) = delta.tool_use.as_ref().and_then(|tool| tool.input) {
        let text: Text<'_> = parse(input.get().as_bytes())?;
        fold.call(Some(index), None, None, &text)?;
        return Ok(inside(input).filter(|_| delta.text.is_empty()));
    }
    if let Some(image) = delta.image {
        return picture(&value(image.get().as_bytes())?, blocks.format.as_deref(), fold)
            .map(|()| None);
    }
    fold.text(&delta.text)?;
    Ok(delta.text.in_place())
}

/// A thought, in a stream piece by piece.
fn reasoning(thought: &Value, fold: &mut Fold) -> Result<()> {
    if let Some(text) = thought["text"].as_str() {
        fold.reasoning(text)?;
    }
    if let Some(signature) = thought["signature"].as_str() {
        fold.replay_reasoning(json!({"signature": signature}))?;
    }
    match thought.get("redactedContent") {
        Some(redacted) => fold.replay_reasoning(json!({"redacted": redacted})),
        None => Ok(()),
    }
}

/// An image of which the bytes are here, or a piece of one. The format of a piece is said where its block begins.
fn picture(image: &Value, format: Option<&str>, fold: &mut Fold) -> Result<()> {
    if let Some(failed) = image["error"].as_object() {
        let why = failed.get("message").and_then(Value::as_str).unwrap_or("no reason was given");
        return Err(Error::new(ErrorKind::Protocol, format!("an image could not be made: {why}")));
    }
    let mime = format!("image/{}", image["format"].as_str().or(format).unwrap_or("png"));
    let bytes = image["source"]["bytes"].as_str();
    let media = bytes.and_then(|bytes| Media::of_base64(&mime, bytes));
    fold.image(media.ok_or_else(|| unreadable("an image"))?)
}

fn about(answer: &Value, fold: &mut Fold) {
    fold.usage(&answer["usage"]);
    if let Some(tier) = answer["serviceTier"]["type"].as_str() {
        fold.service_tier = Some(tier.to_owned());
    }
}

pub(in crate::wire) fn whole(body: &[u8], fold: &mut Fold) -> Result<()> {
    let answer = value(body)?;
    let Some(blocks) = answer["output"]["message"]["content"].as_array() else {
        let text = classify::excerpt(&answer.to_string());
        return Err(Error::new(ErrorKind::Protocol, format!("what came is no message: {text}")));
    };
    for (index, block) in blocks.iter().enumerate() {
        fold.end_part();
        if let Some(text) = block["text"].as_str() {
            fold.text(text)?;
        }
        if let Some(image) = block.get("image") {
            picture(image, None, fold)?;
            fold.end_image()?;
        }
        let tool = &block["toolUse"];
        if let Some(name) = tool["name"].as_str() {
            let input =
                if tool["input"].is_null() { String::new() } else { tool["input"].to_string() };
            fold.call(u64::try_from(index).ok(), tool["toolUseId"].as_str(), Some(name), &input)?;
        }
        reasoning(&block["reasoningContent"]["reasoningText"], fold)?;
        if let Some(redacted) = block["reasoningContent"].get("redactedContent") {
            fold.replay_reasoning(json!({"redacted": redacted}))?;
        }
    }
    fold.stop(stop(answer["stopReason"].as_str().unwrap_or_default()));
    about(&answer, fold);
    Ok(())
}

fn stop(word: &str) -> Stop {
    match word {
        "end_turn" => Stop::End,
        "max_tokens" | "model_context_window_exceeded" => Stop::Length,
        "stop_sequence" => Stop::Sequence,
        "tool_use" => Stop::ToolUse,
        "guardrail_intervened" | "content_filtered" => Stop::Refused,
        other => Stop::Other(other.to_owned()),
    }
}
