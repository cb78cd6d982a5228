//! What servers leave out, say otherwise or add: no field is required, no word is the last, and no bytes are too odd to
//! end in an error.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ErrorKind;

/// The frames of an answer with text, a thought, a call and its usage.
pub(super) const STREAMS: [(Api, &[&str]); 5] = [
    (
        Api::OpenaiCompletions,
        &[
            r#"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi","reasoning_content":"Hm"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
            r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":8,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}}"#,
        ],
    ),
    (
        Api::OpenaiResponses,
        &[
            r#"{"type":"response.created","sequence_number":0,"response":{"id":"r","model":"m","status":"in_progress","output":[],"usage":null}}"#,
            r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"i","content":[]}}"#,
            r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi","logprobs":[]}"#,
            r#"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"1","name":"f","arguments":""}}"#,
            r#"{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{}"}"#,
            r#"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"1","name":"f","arguments":"{}"}}"#,
            r#"{"type":"response.completed","response":{"id":"r","model":"m","status":"completed","service_tier":"default","usage":{"input_tokens":9,"output_tokens":8,"total_tokens":17,"output_tokens_details":{"reasoning_tokens":2}}}}"#,
        ],
    ),
    (
        Api::AnthropicMessages,
        &[
            r#"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":9,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"1","name":"f","input":{}}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":8}}"#,
            r#"{"type":"message_stop"}"#,
        ],
    ),
    (
        Api::GoogleGenerativeAi,
        &[
            r#"{"candidates":[{"content":{"parts":[{"text":"Hm","thought":true},{"text":"Hi"}],"role":"model"},"index":0}],"modelVersion":"m","responseId":"r"}"#,
            r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"s"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":8,"totalTokenCount":17}}"#,
        ],
    ),
    (
        Api::Ollama,
        &[
            r#"{"model":"m","created_at":"2026","message":{"role":"assistant","content":"Hi","thinking":"Hm"},"done":false}"#,
            r#"{"model":"m","message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":false}"#,
            r#"{"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":8}"#,
        ],
    ),
];

fn stream(api: Api, frames: &[Value]) -> Vec<u8> {
    let frames: Vec<_> = frames.iter().map(Value::to_string).collect();
    match api {
        Api::Ollama => frames.join("\n").into_bytes(),
        _ => sse(&frames.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

/// The place of every field, but for those that say what kind of frame it is.
fn fields(value: &Value, path: &str, out: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in inner {
        let path = format!("{path}/{name}");
        if value.is_object() || value.is_array() || name != "type" {
            out.push(path.clone());
        }
        fields(value, &path, out);
    }
}

#[test]
fn no_field_is_required_and_any_may_be_null_or_one_more() {
    let mut tried = 0;
    for (api, frames) in STREAMS {
        let frames: Vec<Value> =
            frames.iter().map(|frame| serde_json::from_str(frame).unwrap()).collect();
        assert!(decode(api, &stream(api, &frames), 4096).1.is_ok(), "{api}");
        for number in 0..frames.len() {
            let mut places = Vec::new();
            fields(&frames[number], "", &mut places);
            for place in places {
                let (parent, name) = place.rsplit_once('/').unwrap();
                for change in ["null", "left out", "one more"] {
                    let mut frames = frames.clone();
                    match (change, frames[number].pointer_mut(parent).unwrap()) {
                        ("null", inner) if inner.is_object() => inner[name] = Value::Null,
                        ("left out", Value::Object(map)) => drop(map.shift_remove(name)),
                        ("one more", Value::Object(map)) => {
                            map.insert("novel".to_owned(), json!({"a": [1, "b", null]}));
                        }
                        _ => continue,
                    }
                    let (events, result) = decode(api, &stream(api, &frames), 4096);
                    let kind = result.map_err(|error| error.kind());
                    // An answer that does not say that it is over was cut off.
                    let fits = matches!(kind, Ok(()) | Err(ErrorKind::Disconnected));
                    assert!(fits, "{api}: frame {number}, {place} {change}: {kind:?} {events:?}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_word_that_nobody_knows_is_passed_on() {
    for (api, frames) in STREAMS {
        let frames: Vec<Value> = frames
            .iter()
            .map(|frame| {
                let frame = frame
                    .replace("tool_calls\"}", "novel\"}")
                    .replace("\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"novel\"")
                    .replace("\"STOP\"", "\"novel\"")
                    .replace("\"stop\"", "\"novel\"")
                    .replace("\"completed\"", "\"novel\"")
                    .replace("\"default\"", "\"novel\"");
                serde_json::from_str(&frame).unwrap()
            })
            .collect();
        let answer = answer(api, &stream(api, &frames));
        assert_eq!(answer.stop, Stop::Other("novel".to_owned()), "{api}");
        if let Some(tier) = answer.service_tier {
            assert_eq!(tier, "novel", "{api}");
        }
    }
}

/// Pieces of streams that mean something.
const ODD: &[&[u8]] = &[
    b"data: ",
    b"event: error\n",
    b"\n\n",
    b"\r\n\r\n",
    b"\xef\xbb\xbf",
    b"[DONE]",
    b"{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    b"{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}",
    b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff",
];

proptest! {
    /// Whatever bytes come and however they are cut, they give the events and the end that they give in one piece.
    #[test]
    fn any_bytes_in_any_pieces_give_what_they_give_whole(
        api in proptest::sample::select(&[
            Api::OpenaiCompletions,
            Api::OpenaiResponses,
            Api::AnthropicMessages,
            Api::GoogleGenerativeAi,
            Api::Ollama,
            Api::BedrockConverse,
        ][..]),
        pieces in proptest::collection::vec(
            prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..20),
                proptest::sample::select(ODD).prop_map(<[u8]>::to_vec),
            ],
            0..12,
        ),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..8),
    ) {
        let bytes = pieces.concat();
        let (expected, whole) = decode(api, &bytes, bytes.len().max(1));
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut decoder = Decoder::new(&target(api));
        let mut events = Vec::new();
        let result = (|| {
            for cut in cuts.windows(2) {
                decoder.push(&bytes[cut[0]..cut[1]]);
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
        prop_assert_eq!(events, expected);
        let said = |result: Result<()>| result.map_err(|error| (error.kind(), error.to_string()));
        prop_assert_eq!(said(result), said(whole));
    }
}
