//! What the mock answers, by the words in the last turn of the user. Prompts are `word api mode`, so that each request is
//! found again in the journal; an answer that changes from try to try has a fixture for each prompt.

use serde_json::{Value, json};

use crate::apis::SPOKEN;

/// An answer in several pieces, some of which end between letters that are no ASCII.
pub(crate) const COUNTED: &str =
    "One two three, vier fünf sechs, 七八九, десять: caught a fish alive.";
pub(crate) const THOUGHT: &str = "Six times seven is forty-two, as everybody knows.";
pub(crate) const CITY: &str = "Reykjavík \"by the sea\"";
pub(crate) const TIDINGS: &str = "7 degrees";
/// How many characters the mock puts into a piece.
pub(crate) const PIECE: usize = 7;
/// How long the mock waits before a paced answer, and between its pieces, in milliseconds.
pub(crate) const PACE: (u64, u64) = (400, 200);

/// The modes of a request: streamed, whole.
pub(crate) const MODES: [&str; 2] = ["streamed", "whole"];

/// The file of fixtures.
pub(crate) fn fixtures() -> Value {
    let call = json!([{"id": "call_w1", "name": "weather", "arguments": {"city": CITY, "unit": "celsius"}}]);
    let called = json!({"content": "Let me look.", "toolCalls": call});
    let thought = json!({"content": "Forty-two.", "reasoning": THOUGHT});
    let pace = json!({"ttft": PACE.0, "tps": 1000 / PACE.1});
    let mut fixtures = vec![
        of("count", &counted()),
        of("think", &thought),
        of("weather", &called)
            .with("match", json!({"userMessage": "weather", "hasToolResult": false})),
        of("weather", &json!({"content": "It is 7 degrees."}))
            .with("match", json!({"userMessage": "weather", "toolResultContains": TIDINGS})),
        of("pace", &counted()).with("streamingProfile", pace),
        // Without a pause nothing of what is cut off would have left.
        of("cut", &counted()).with("truncateAfterChunks", json!(8)).with("latency", json!(20)),
        of("arguments", &json!({"toolCalls": call}))
            .with("truncateAfterChunks", json!(8))
            .with("latency", json!(20)),
        of("gone", &counted())
            .with("chunkSize", json!(2))
            .with("latency", json!(50))
            .with("disconnectAfterMs", json!(1000)),
        of("silence", &counted()).with("latency", json!(30_000)),
        of("stall", &counted()).with("streamingProfile", json!({"ttft": 1, "tps": 0.03})),
        of("garbage", &counted()).with("chaos", json!({"malformedRate": 1})),
        of("hang up", &counted()).with("chaos", json!({"disconnectRate": 1})),
        of("long wait", &error(429, "Slow down", "rate_limit_error")).with_wait(3600),
        of("fault", &error(500, "Fault", "server_error")),
        of("wrong", &error(400, "`top_q` is no field", "invalid_request_error")),
    ];
    for spoken in SPOKEN {
        for mode in MODES {
            let limited = prompt("limited", spoken.api.id(), mode);
            let limited = of(&limited, &error(429, "Slow down", "rate_limit_error")).with_wait(1);
            fixtures.extend(limited.then(counted()));
            let overloaded = prompt("overloaded", spoken.api.id(), mode);
            let overloaded = of(&overloaded, &error(503, "Overloaded", "overloaded_error"));
            fixtures.extend(overloaded.then(counted()));
        }
    }
    json!({"fixtures": fixtures.into_iter().map(|fixture| fixture.0).collect::<Value>()})
}

/// What is asked for an answer.
pub(crate) fn prompt(word: &str, api: &str, mode: &str) -> String {
    format!("{word} {api} {mode}")
}

fn counted() -> Value {
    // A field per api; each reads its own.
    let usage = json!({
        "prompt_tokens": 1000, "completion_tokens": 100,
        "input_tokens": 1000, "output_tokens": 100,
        "promptTokenCount": 1000, "candidatesTokenCount": 100,
    });
    json!({"content": COUNTED, "usage": usage})
}

fn error(status: u16, message: &str, kind: &str) -> Value {
    json!({"status": status, "error": {"message": message, "type": kind}})
}

/// An answer and when it is given.
struct Fixture(Value);

fn of(word: &str, response: &Value) -> Fixture {
    Fixture(json!({"match": {"userMessage": word}, "response": response, "chunkSize": PIECE}))
}

impl Fixture {
    fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }

    /// The seconds of `Retry-After`.
    fn with_wait(mut self, seconds: u64) -> Self {
        self.0["response"]["retryAfter"] = json!(seconds);
        self
    }

    /// This at the first request, another answer at the second.
    fn then(self, response: Value) -> [Self; 2] {
        let Self(mut second) = Self(self.0.clone()).with("response", response);
        let Self(mut first) = self;
        first["match"]["sequenceIndex"] = json!(0);
        second["match"]["sequenceIndex"] = json!(1);
        [Self(first), Self(second)]
    }
}
