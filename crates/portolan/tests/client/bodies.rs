//! The same answer as the stream of each api: three words, a stop, usage.

use portolan::types::Api;
use portolan::{Chat, Client, ClientBuilder, Environment};

use crate::KEY;

/// An api, who speaks it in the catalog, and how it streams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Streaming {
    pub(crate) api: Api,
    model: &'static str,
    region: Option<&'static str>,
    variable: &'static str,
    pub(crate) kind: &'static str,
    /// The name and the data of each event.
    events: &'static [(&'static str, &'static str)],
    /// How many of them are up to the first word.
    first: usize,
    /// How many of them are up to the end that ends an answer, whatever comes after.
    pub(crate) last: usize,
    /// How many of them are up to where nothing is missing but the end.
    pub(crate) settled: usize,
}

const EVENTS: &str = "text/event-stream";

pub(crate) const APIS: [Streaming; 6] = [
    Streaming {
        api: Api::OpenaiCompletions,
        model: crate::MODEL,
        region: None,
        variable: "XIAOMI_API_KEY",
        kind: EVENTS,
        events: &[
            ("", r#"{"id":"c1","choices":[{"delta":{"role":"assistant","content":"Ein "}}]}"#),
            ("", r#"{"choices":[{"delta":{"content":"zwö "}}]}"#),
            ("", r#"{"choices":[{"delta":{"content":"三"}}]}"#),
            ("", r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#),
            ("", r#"{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":3}}"#),
            ("", "[DONE]"),
        ],
        first: 1,
        last: 4,
        settled: 5,
    },
    Streaming {
        api: Api::OpenaiResponses,
        model: "openai/gpt-5.2-pro",
        region: None,
        variable: "OPENAI_API_KEY",
        kind: EVENTS,
        events: &[
            ("response.created", r#"{"type":"response.created","response":{"id":"r1"}}"#),
            (
                "response.output_text.delta",
                r#"{"type":"response.output_text.delta","output_index":0,"delta":"Ein "}"#,
            ),
            (
                "response.output_text.delta",
                r#"{"type":"response.output_text.delta","output_index":0,"delta":"zwö "}"#,
            ),
            (
                "response.output_text.delta",
                r#"{"type":"response.output_text.delta","output_index":0,"delta":"三"}"#,
            ),
            (
                "response.completed",
                r#"{"type":"response.completed","response":{"status":"completed","output":[],"usage":{"input_tokens":10,"output_tokens":3}}}"#,
            ),
        ],
        first: 2,
        last: 5,
        settled: 5,
    },
    Streaming {
        api: Api::AnthropicMessages,
        model: "anthropic/claude-opus-4-5",
        region: None,
        variable: "ANTHROPIC_API_KEY",
        kind: EVENTS,
        events: &[
            (
                "message_start",
                r#"{"type":"message_start","message":{"id":"m1","usage":{"input_tokens":10,"output_tokens":1}}}"#,
            ),
            (
                "content_block_start",
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            ),
            (
                "content_block_delta",
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Ein "}}"#,
            ),
            (
                "content_block_delta",
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"zwö "}}"#,
            ),
            (
                "content_block_delta",
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"三"}}"#,
            ),
            ("content_block_stop", r#"{"type":"content_block_stop","index":0}"#),
            (
                "message_delta",
                r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}"#,
            ),
            ("message_stop", r#"{"type":"message_stop"}"#),
        ],
        first: 3,
        last: 7,
        settled: 7,
    },
    Streaming {
        api: Api::GoogleGenerativeAi,
        model: "google/gemini-2.5-pro",
        region: None,
        variable: "GEMINI_API_KEY",
        kind: EVENTS,
        events: &[
            ("", r#"{"candidates":[{"content":{"parts":[{"text":"Ein "}]}}]}"#),
            ("", r#"{"candidates":[{"content":{"parts":[{"text":"zwö "}]}}]}"#),
            (
                "",
                r#"{"candidates":[{"content":{"parts":[{"text":"三"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":3}}"#,
            ),
        ],
        first: 1,
        last: 3,
        settled: 3,
    },
    Streaming {
        api: Api::BedrockConverse,
        model: "amazon-bedrock/amazon.nova-pro-v1:0",
        region: Some("us-east-1"),
        variable: "AWS_BEARER_TOKEN_BEDROCK",
        kind: "application/vnd.amazon.eventstream",
        events: &[
            ("messageStart", r#"{"role":"assistant"}"#),
            ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Ein "}}"#),
            ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"zwö "}}"#),
            ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"三"}}"#),
            ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
            ("messageStop", r#"{"stopReason":"end_turn"}"#),
            ("metadata", r#"{"usage":{"inputTokens":10,"outputTokens":3,"totalTokens":13}}"#),
        ],
        first: 2,
        last: 6,
        settled: 7,
    },
    Streaming {
        api: Api::Ollama,
        model: "ollama-cloud/deepseek-v4-pro",
        region: None,
        variable: "OLLAMA_API_KEY",
        kind: "application/x-ndjson",
        events: &[
            ("", r#"{"message":{"role":"assistant","content":"Ein "},"done":false}"#),
            ("", r#"{"message":{"content":"zwö "},"done":false}"#),
            ("", r#"{"message":{"content":"三"},"done":false}"#),
            (
                "",
                r#"{"message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":10,"eval_count":3}"#,
            ),
        ],
        first: 1,
        last: 4,
        settled: 4,
    },
];

/// What the answer says.
pub(crate) const WORDS: &str = "Ein zwö 三";
pub(crate) const FIRST_WORD: &str = "Ein ";

impl Streaming {
    /// The whole stream.
    pub(crate) fn body(&self) -> Vec<u8> {
        self.up_to(self.events.len())
    }

    /// The stream up to its first word.
    pub(crate) fn beginning(&self) -> Vec<u8> {
        self.up_to(self.first)
    }

    /// So many events.
    pub(crate) fn up_to(&self, count: usize) -> Vec<u8> {
        self.events[..count].iter().flat_map(|(name, data)| self.event(name, data)).collect()
    }

    fn event(&self, name: &str, data: &str) -> Vec<u8> {
        match self.api {
            Api::BedrockConverse => message(name, data.as_bytes()),
            Api::Ollama => format!("{data}\n").into_bytes(),
            _ if name.is_empty() => format!("data: {data}\n\n").into_bytes(),
            _ => format!("event: {name}\ndata: {data}\n\n").into_bytes(),
        }
    }

    /// Whether it comes as server-sent events.
    pub(crate) fn is_sse(&self) -> bool {
        self.kind == EVENTS
    }

    pub(crate) fn chat<'c>(&self, client: &'c Client, url: &str) -> Chat<'c> {
        let chat = client.chat(self.model).api(self.api).endpoint(url).user("Count.");
        if let Some(region) = self.region { chat.region(region) } else { chat }
    }
}

/// Begins a client with a key for each of them, which sends nothing twice.
pub(crate) fn builder() -> ClientBuilder {
    let variables = APIS.iter().map(|streaming| streaming.variable);
    let environment = variables.fold(Environment::new(), |all, variable| all.with(variable, KEY));
    Client::builder().environment(environment).tries(1)
}

/// A message of Amazon's event streams.
fn message(name: &str, payload: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [(":event-type", name), (":message-type", "event")] {
        headers.push(u8::try_from(name.len()).unwrap());
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let total = u32::try_from(16 + headers.len() + payload.len()).unwrap();
    let mut out = total.to_be_bytes().to_vec();
    out.extend_from_slice(&u32::try_from(headers.len()).unwrap().to_be_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(&headers);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out
}
