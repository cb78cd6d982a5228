//! An answer of `POST /chat/completions`. Every field may be missing, null or empty: what speaks this api seldom does so
//! to the letter.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::answer::Stop;
use crate::error::{Result, classify};
use crate::fold::Fold;
use crate::frame::Frame;
use crate::message::Media;
use crate::wire::json::Text;
use crate::wire::{not_an_answer, of_base64, parse, unreadable, value};

use super::chunk::{Chunk, Content, Function};

/// Reads answers; knows in which field the reasoning comes.
pub(in crate::wire) struct Decode {
    field: Option<&'static str>,
    /// Whether the reasoning that is open is marked for its return.
    marked: bool,
}

impl Decode {
    pub(in crate::wire) fn new(field: Option<&'static str>) -> Self {
        Self { field, marked: false }
    }

    /// Reads a chunk; returns the text in it if it did nothing but add that.
    pub(in crate::wire) fn frame<'f>(
        &mut self,
        frame: Frame<'f>,
        fold: &mut Fold,
    ) -> Result<Option<&'f str>> {
        if frame.data == b"[DONE]" {
            fold.end();
            return Ok(None);
        }
        self.whole(frame.data, fold)
    }

    /// A chunk of a stream and a whole answer have one shape but for the name of a field.
    pub(in crate::wire) fn whole<'f>(
        &mut self,
        data: &'f [u8],
        fold: &mut Fold,
    ) -> Result<Option<&'f str>> {
        let chunk: Chunk<'f> = parse(data)?;
        if let Some(error) = chunk.error {
            return Err(classify::of_value(&value(error.get().as_bytes())?));
        }
        failed_with_success(&chunk)?;
        set(&mut fold.id, &chunk.id);
        set(&mut fold.model, &chunk.model);
        set(&mut fold.service_tier, &chunk.service_tier);
        if let Some(usage) = chunk.usage {
            fold.usage(&value(usage.get().as_bytes())?);
        }
        if let Some(groq) = chunk.x_groq {
            fold.usage(value(groq.get().as_bytes())?.get("usage").unwrap_or(&Value::Null));
        }
        self.choice(&chunk, fold)?;
        Ok(chunk.only_text())
    }

    fn choice(&mut self, delta: &Chunk<'_>, fold: &mut Fold) -> Result<()> {
        self.thoughts(delta, fold)?;
        match &delta.content {
            Content::None => {}
            Content::Text(text) => self.text(text, fold)?,
            Content::Parts(parts) => {
                for part in parts {
                    for thought in &part.thinking {
                        fold.reasoning(&thought.text)?;
                    }
                    self.text(&part.text, fold)?;
                }
            }
        }
        media(delta, fold)?;
        if let Some(refusal) = delta.refusal.some() {
            self.text(refusal, fold)?;
            fold.stop(Stop::Refused);
        }
        for call in &delta.tool_calls {
            self.marked = false;
            let Function { name, arguments } = &call.function;
            let arguments = arguments_text(*arguments)?;
            fold.call(call.index, call.id.some(), name.some(), &arguments)?;
        }
        if let Some(call) = delta.function_call {
            let Function { name, arguments } = parse(call.get().as_bytes())?;
            fold.call(Some(0), None, name.some(), &arguments_text(arguments)?)?;
        }
        if let Some(word) = delta.finish_reason.some() {
            fold.stop(stop(word));
        }
        Ok(())
    }

    fn text(&mut self, text: &str, fold: &mut Fold) -> Result<()> {
        if !text.is_empty() {
            self.marked = false;
        }
        fold.text(text)
    }

    /// The reasoning, once: some servers send the same text in two fields.
    fn thoughts(&mut self, delta: &Chunk<'_>, fold: &mut Fold) -> Result<()> {
        let fields =
            [("reasoning_content", &delta.reasoning_content), ("reasoning", &delta.reasoning)];
        let known =
            fields.iter().find(|(name, text)| self.field == Some(*name) && !text.is_empty());
        let said = known.or_else(|| fields.iter().find(|(_, text)| !text.is_empty()));
        if let Some((name, text)) = said {
            fold.reasoning(text)?;
            if !std::mem::replace(&mut self.marked, true) {
                fold.replay_reasoning(json!({"field": name}))?;
            }
        }
        if let Some(details) = delta.reasoning_details {
            let details = value(details.get().as_bytes())?;
            if details.as_array().is_some_and(|list| !list.is_empty()) {
                fold.replay_reasoning(json!({"details": details}))?;
            }
        }
        Ok(())
    }
}

/// Images and sound; what is said in a sound comes as text beside it.
fn media(delta: &Chunk<'_>, fold: &mut Fold) -> Result<()> {
    if let Some(images) = delta.images {
        for image in value(images.get().as_bytes())?.as_array().into_iter().flatten() {
            let address = image["image_url"]["url"].as_str().unwrap_or_default();
            fold.media(Media::of_address(address).ok_or_else(|| unreadable("an image"))?)?;
        }
    }
    if let Some(audio) = delta.audio {
        let audio = value(audio.get().as_bytes())?;
        fold.text(audio["transcript"].as_str().unwrap_or_default())?;
        if let Some(data) = audio["data"].as_str().filter(|data| !data.is_empty()) {
            fold.sound(of_base64(data).ok_or_else(|| unreadable("a sound"))?)?;
        }
    }
    Ok(())
}

/// `MiniMax` answers a failure with status 200 and its own object.
fn failed_with_success(chunk: &Chunk<'_>) -> Result<()> {
    let Some(base) = chunk.base_resp else { return Ok(()) };
    let base = value(base.get().as_bytes())?;
    match base.get("status_code").and_then(Value::as_i64) {
        None | Some(0) => Ok(()),
        Some(_) => Err(classify::of_value(&json!({"base_resp": base}))),
    }
}

fn set(field: &mut Option<String>, text: &Text<'_>) {
    if let Some(text) = text.some()
        && field.as_deref() != Some(text)
    {
        *field = Some(text.to_owned());
    }
}

/// The text of arguments: what the JSON text says, or the JSON itself where a server sends no text.
fn arguments_text(arguments: Option<&RawValue>) -> Result<std::borrow::Cow<'_, str>> {
    let Some(raw) = arguments.map(RawValue::get) else { return Ok("".into()) };
    match raw.as_bytes().first() {
        Some(b'"') => {
            let text: String =
                serde_json::from_str(raw).map_err(|error| not_an_answer(raw.as_bytes(), &error))?;
            Ok(text.into())
        }
        _ if raw == "null" => Ok("".into()),
        _ => Ok(raw.into()),
    }
}

fn stop(word: &str) -> Stop {
    match word {
        "stop" | "end_turn" | "eos" => Stop::End,
        "length" | "max_tokens" | "model_length" => Stop::Length,
        "tool_calls" | "function_call" | "tool_use" => Stop::ToolUse,
        "content_filter" | "refusal" | "sensitive" => Stop::Refused,
        other => Stop::Other(other.to_owned()),
    }
}
