//! An answer of `POST /responses`: its events, and what a whole response says of itself.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::Stop;
use crate::error::{Error, ErrorKind, Result, classify};
use crate::fold::Fold;
use crate::frame::Frame;
use crate::wire::json::Text;
use crate::wire::{inside, not_an_answer, parse, value};

use super::items::{Items, Kind};

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(default)]
    output_index: Option<u64>,
    #[serde(borrow, default)]
    item_id: Text<'a>,
    #[serde(default)]
    summary_index: Option<u64>,
    #[serde(borrow, default)]
    delta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    arguments: Text<'a>,
    #[serde(borrow, default)]
    item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
}

/// Reads an event; returns the text in it if it did nothing but add that.
pub(in crate::wire) fn frame<'f>(
    frame: Frame<'f>,
    fold: &mut Fold,
    items: &mut Items,
) -> Result<Option<&'f str>> {
    let data = frame.data;
    if data == b"[DONE]" {
        fold.end();
        return Ok(None);
    }
    let event: Event<'f> = parse(data)?;
    match &*event.kind {
        "response.output_text.delta" => {
            say(&event, fold, items)?;
            Ok(event.delta.and_then(inside))
        }
        "response.function_call_arguments.delta" => {
            fold.call(event.output_index, None, None, &delta(&event)?)?;
            Ok(event.delta.and_then(inside))
        }
        _ => rare(&event, frame, fold, items).map(|()| None),
    }
}

fn rare(event: &Event<'_>, frame: Frame<'_>, fold: &mut Fold, items: &mut Items) -> Result<()> {
    let data = frame.data;
    match event.kind.some().unwrap_or(frame.name) {
        "response.output_text.delta" => say(event, fold, items),
        "response.refusal.delta" => {
            say(event, fold, items)?;
            fold.stop(Stop::Refused);
            Ok(())
        }
        "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
            let text = delta(event)?;
            if !text.is_empty() {
                items.spoke(Kind::Reasoning, event.output_index, &event.item_id, fold)?;
            }
            fold.reasoning(&text)
        }
        "response.reasoning_summary_part.added" if event.summary_index > Some(0) => {
            fold.reasoning("\n\n")
        }
        "response.function_call_arguments.delta" => {
            fold.call(event.output_index, None, None, &delta(event)?)
        }
        "response.function_call_arguments.done" => {
            let held = fold.held_call(event.output_index, "");
            fold.finish_call(held, event.output_index, ["", "", &event.arguments])
        }
        "response.output_item.added" => added(event, fold),
        "response.output_item.done" => {
            items.done(event.output_index, &item(event)?, fold)?;
            fold.end_part();
            Ok(())
        }
        "response.created" | "response.in_progress" => about(&response(event)?, fold, None),
        "response.completed" => last(event, "completed", fold, items),
        "response.incomplete" => last(event, "incomplete", fold, items),
        "response.failed" => about(&response(event)?, fold, Some("failed")),
        "error" => {
            let error = value(data)?;
            Err(classify::of_value(error.get("error").filter(|e| e.is_object()).unwrap_or(&error)))
        }
        // A frame that is no event at all says what went wrong.
        "" if value(data)?.get("error").is_some_and(|error| !error.is_null()) => {
            Err(classify::of_value(&value(data)?["error"]))
        }
        _ => Ok(()),
    }
}

fn delta<'a>(event: &Event<'a>) -> Result<Text<'a>> {
    let Some(raw) = event.delta else { return Ok(Text::default()) };
    serde_json::from_str(raw.get()).map_err(|error| not_an_answer(raw.get().as_bytes(), &error))
}

fn item(event: &Event<'_>) -> Result<Value> {
    event.item.map_or(Ok(Value::Null), |item| value(item.get().as_bytes()))
}

fn added(event: &Event<'_>, fold: &mut Fold) -> Result<()> {
    let item = item(event)?;
    fold.end_part();
    if item["type"] == "function_call" {
        // The arguments come in deltas; what an item already has of them when it begins is the start.
        let arguments = item["arguments"].as_str().unwrap_or_default();
        fold.call(event.output_index, item["call_id"].as_str(), item["name"].as_str(), arguments)?;
    }
    Ok(())
}

fn say(event: &Event<'_>, fold: &mut Fold, items: &mut Items) -> Result<()> {
    let text = delta(event)?;
    if !text.is_empty() {
        items.spoke(Kind::Message, event.output_index, &event.item_id, fold)?;
    }
    fold.text(&text)
}

/// The last event of a stream, with the whole response.
fn last(event: &Event<'_>, end: &str, fold: &mut Fold, items: &mut Items) -> Result<()> {
    let response = response(event)?;
    items.all(&response, fold)?;
    about(&response, fold, Some(end))
}

fn response(event: &Event<'_>) -> Result<Value> {
    event.response.map_or(Ok(Value::Null), |response| value(response.get().as_bytes()))
}

/// What a response says of itself. The last event of a stream tells how it ended even where the response does not.
fn about(response: &Value, fold: &mut Fold, end: Option<&str>) -> Result<()> {
    let text = |name: &str| response[name].as_str().map(str::to_owned);
    fold.id = text("id").or(fold.id.take());
    fold.model = text("model").or(fold.model.take());
    fold.service_tier = text("service_tier").or(fold.service_tier.take());
    fold.usage(&response["usage"]);
    let Some(end) = end else { return Ok(()) };
    if !response["error"].is_null() {
        return Err(classify::of_value(&response["error"]));
    }
    match response["status"].as_str().unwrap_or(end) {
        "failed" => {
            return Err(Error::new(ErrorKind::Server, "the response failed and does not say why"));
        }
        "incomplete" => fold.stop(match response["incomplete_details"]["reason"].as_str() {
            Some("max_output_tokens") => Stop::Length,
            Some("content_filter") => Stop::Refused,
            other => Stop::Other(other.unwrap_or("incomplete").to_owned()),
        }),
        "completed" => fold.stop(Stop::End),
        other => fold.stop(Stop::Other(other.to_owned())),
    }
    fold.end();
    Ok(())
}

pub(in crate::wire) fn whole(body: &[u8], fold: &mut Fold) -> Result<()> {
    let response = value(body)?;
    if response["output"].is_null() && response["error"].is_null() {
        let message =
            format!("what came is no response: {}", classify::excerpt(&response.to_string()));
        return Err(Error::new(ErrorKind::Protocol, message));
    }
    Items::default().all(&response, fold)?;
    about(&response, fold, Some("completed"))
}
