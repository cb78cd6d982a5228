//! Golden answers and requests of every api, answers split at every byte, and what hostile servers send.

use portolan_types::Api;

use super::{Decoder, decode_whole};
use crate::answer::{Answer, Event, Stop};
use crate::error::{Error, Result};
use crate::testing::target;

mod anthropic_messages;
mod bedrock_converse;
mod dialects;
mod ends;
mod google_generative_ai;
mod hostile;
mod media;
mod ollama;
mod openai_completions;
mod openai_responses;
mod requests;
mod sloppy;

/// Decodes a stream that comes in pieces of a size.
fn decode(api: Api, bytes: &[u8], size: usize) -> (Vec<Event>, Result<()>) {
    read(Decoder::new(&target(api)), bytes, size)
}

fn read(mut decoder: Decoder, bytes: &[u8], size: usize) -> (Vec<Event>, Result<()>) {
    let mut events = Vec::new();
    let result = (|| {
        for chunk in bytes.chunks(size) {
            decoder.push(chunk);
            while let Some(event) = decoder.next_event()? {
                events.push(event);
            }
        }
        decoder.finish()?;
        while let Some(event) = decoder.next_event()? {
            events.push(event);
        }
        Ok(())
    })();
    (events, result)
}

/// The events of a stream, which must be the same wherever it is split.
fn events(api: Api, bytes: &[u8]) -> Vec<Event> {
    let (events, result) = decode(api, bytes, bytes.len().max(1));
    result.unwrap();
    for size in 1..bytes.len().min(200) {
        let (split, result) = decode(api, bytes, size);
        result.unwrap();
        assert_eq!(split, events, "in pieces of {size}");
    }
    events
}

/// The answer of a stream. What its events say in pieces must be what it says as a whole.
fn answer(api: Api, bytes: &[u8]) -> Answer {
    let mut events = events(api, bytes);
    let Some(Event::Done(answer)) = events.pop() else { panic!("no end: {events:?}") };
    let (mut text, mut reasoning) = (String::new(), String::new());
    let (mut arguments, mut calls) = (Vec::<String>::new(), Vec::new());
    for event in events {
        match event {
            Event::Text(more) => text += &more,
            Event::Reasoning(more) => reasoning += &more,
            Event::ToolStart { index, .. } => {
                // A call is announced once it is named, which may be after a later one.
                arguments.resize(arguments.len().max(index + 1), String::new());
            }
            Event::ToolArguments { index, json } => arguments[index] += &json,
            Event::ToolCall(call) => calls.push(call),
            Event::Media(_) => {}
            Event::Done(_) => panic!("two ends"),
        }
    }
    assert_eq!(text, answer.text());
    assert_eq!(reasoning, answer.reasoning());
    assert_eq!(calls, answer.tool_calls().cloned().collect::<Vec<_>>());
    for (call, arguments) in calls.iter().zip(&arguments) {
        assert!(call.arguments.text() == arguments || arguments.is_empty());
    }
    *answer
}

/// The error that ends a stream, and how many events came before.
fn failure(api: Api, bytes: &[u8]) -> (usize, Error) {
    let (events, result) = decode(api, bytes, bytes.len().max(1));
    let error = result.unwrap_err();
    for size in 1..bytes.len().min(100) {
        let (split, result) = decode(api, bytes, size);
        assert_eq!(split, events, "in pieces of {size}");
        assert_eq!(result.unwrap_err().kind(), error.kind(), "in pieces of {size}");
    }
    (events.len(), error)
}

fn whole(api: Api, body: &str) -> Answer {
    decode_whole(&target(api), body.as_bytes()).unwrap()
}

/// Server-sent events of these data.
fn sse(data: &[&str]) -> Vec<u8> {
    data.iter().flat_map(|data| format!("data: {data}\n\n").into_bytes()).collect()
}

fn units(answer: &Answer) -> Vec<(&'static str, u64)> {
    let usage = answer.usage.as_ref().unwrap();
    usage.iter().map(|(meter, units)| (meter.id(), units)).collect()
}

/// Name, arguments and whether they are complete, of each call.
fn calls(answer: &Answer) -> Vec<(String, String, String, bool)> {
    let complete = |call: &crate::ToolCall| matches!(call.arguments, crate::Arguments::Complete(_));
    answer
        .tool_calls()
        .map(|call| {
            let arguments = call.arguments.text().to_owned();
            (call.id.clone(), call.name.clone(), arguments, complete(call))
        })
        .collect()
}

fn call(id: &str, name: &str, arguments: &str) -> (String, String, String, bool) {
    (id.to_owned(), name.to_owned(), arguments.to_owned(), true)
}
