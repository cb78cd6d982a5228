//! An answer of `POST /api/chat`: every line, and the whole answer too, has one shape. Calls come whole and have no ids.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::answer::Stop;
use crate::error::{Result, classify};
use crate::fold::Fold;
use crate::wire::json::{Text, or_default};
use crate::wire::{parse, value};

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    model: Text<'a>,
    #[serde(borrow, default)]
    message: Option<Message<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    done: bool,
    #[serde(borrow, default)]
    done_reason: Text<'a>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow, default)]
    content: Text<'a>,
    #[serde(borrow, default)]
    thinking: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    tool_calls: Vec<Call<'a>>,
}

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    function: Function<'a>,
}

#[derive(Deserialize, Default)]
struct Function<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
}

/// Reads a line; returns the text in it if it did nothing but add that.
pub(in crate::wire) fn frame<'f>(data: &'f [u8], fold: &mut Fold) -> Result<Option<&'f str>> {
    if data.trim_ascii().is_empty() {
        return Ok(None);
    }
    let line: Line<'f> = parse(data)?;
    if let Some(error) = line.error {
        return Err(classify::of_value(&value(error.get().as_bytes())?));
    }
    if fold.model.is_none() {
        fold.model = line.model.some().map(str::to_owned);
    }
    if let Some(message) = &line.message {
        fold.reasoning(&message.thinking)?;
        fold.text(&message.content)?;
        for call in &message.tool_calls {
            let Function { name, arguments } = &call.function;
            fold.whole_call(call.id.some(), name, arguments.map_or("", RawValue::get))?;
        }
    }
    if line.done {
        fold.usage(&value(data)?);
        fold.stop(match line.done_reason.some() {
            None | Some("stop") => Stop::End,
            Some("length") => Stop::Length,
            Some(other) => Stop::Other(other.to_owned()),
        });
        fold.end();
    }
    Ok(line.message.filter(|message| !line.done && message.tool_calls.is_empty()).and_then(
        |Message { content, thinking, .. }| match (content.is_empty(), thinking.is_empty()) {
            (false, true) => content.in_place(),
            (true, false) => thinking.in_place(),
            _ => None,
        },
    ))
}
