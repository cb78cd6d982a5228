use proptest::prelude::*;

use super::*;
use crate::ErrorKind;
use crate::fold::Limits;

const APIS: [Api; 6] = [
    Api::OpenaiCompletions,
    Api::OpenaiResponses,
    Api::AnthropicMessages,
    Api::GoogleGenerativeAi,
    Api::Ollama,
    Api::BedrockConverse,
];

#[test]
fn what_is_no_answer_is_a_typed_error() {
    for api in APIS {
        for body in
            ["", "null", "7", "[]", "\"text\"", "<html>", "{", "{\"a\":1}", "[[[[", "\u{feff}"]
        {
            let error = decode_whole(&target(api), body.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{api} {body} {error}");
        }
        let error = decode_whole(&target(api), br#"{"detail":"Unauthorized"}"#).unwrap_err();
        assert!(error.message().contains("Unauthorized"), "{api} {error}");
        let invalid =
            decode_whole(&target(api), b"{\"choices\":[{\"message\":{\"content\":\"\xff\"}}]}");
        assert!(invalid.is_err() || invalid.unwrap().text().is_empty(), "{api}");
    }
}

#[test]
fn invalid_utf_8_in_a_text_is_a_typed_error() {
    let bytes = b"data: {\"choices\":[{\"delta\":{\"content\":\"a\xff\"}}]}\n\n";
    let (before, error) = failure(Api::OpenaiCompletions, bytes);
    assert_eq!((before, error.kind()), (0, ErrorKind::Protocol));
}

#[test]
fn what_comes_in_place_of_a_stream_is_shown() {
    for (body, kind, text) in [
        (
            "<!DOCTYPE html>\n<html><title>Gone</title>\n</html>\n",
            ErrorKind::Protocol,
            "what came is no stream of events: the answer is an HTML page, `Gone`",
        ),
        ("upstream gone", ErrorKind::Protocol, "what came is no stream of events: upstream gone"),
        (
            "{\n  \"error\": {\"message\": \"slow down\", \"code\": \"rate_limit_exceeded\"}\n}",
            ErrorKind::RateLimit,
            "slow down",
        ),
        (
            "data: {\"choi",
            ErrorKind::Disconnected,
            "the answer ended before its end: the connection was closed",
        ),
    ] {
        let (before, error) = failure(Api::OpenaiCompletions, body.as_bytes());
        assert_eq!((before, error.kind(), error.message()), (0, kind, text));
    }
}

#[test]
fn an_answer_that_streams_though_nobody_asked_is_read() {
    for (start, api) in [("", Api::OpenaiCompletions), ("event: x\n", Api::AnthropicMessages)] {
        let frames: &[&str] = match api {
            Api::AnthropicMessages => &[
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}}"#,
                r#"{"type":"message_stop"}"#,
            ],
            _ => &[r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#, "[DONE]"],
        };
        let body = [start.as_bytes(), &sse(frames)].concat();
        assert_eq!(decode_whole(&target(api), &body).unwrap().text(), "a");
        let cut = decode_whole(&target(api), b"data: {\"id\":\"c\"}\n\n").unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::Disconnected);
    }
}

#[test]
fn a_frame_of_ten_megabytes_is_read_and_one_of_too_many_values_is_not() {
    let text = "x".repeat(10 << 20);
    let frame =
        format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}},"finish_reason":"stop"}}]}}"#);
    let (events, result) = decode(Api::OpenaiCompletions, &sse(&[&frame]), 16 << 10);
    assert_eq!(events[0], Event::Text(text));
    result.unwrap();
    for api in APIS {
        let body = format!("[{}0]", "0,".repeat(2 << 20));
        assert_eq!(
            decode_whole(&target(api), body.as_bytes()).unwrap_err().kind(),
            ErrorKind::TooLarge
        );
    }
}

#[test]
fn calls_are_told_apart_whatever_their_numbers_are() {
    let call = |index: i64, id: &str, name: &str, arguments: &str| {
        format!(
            r#"{{"choices":[{{"delta":{{"tool_calls":[{{"index":{index},"id":{id},"function":{{"name":{name},"arguments":"{arguments}"}}}}]}}}}]}}"#
        )
    };
    let frames = [
        call(7, r#""a""#, r#""f""#, "{"),
        call(2, r#""b""#, r#""g""#, "{"),
        call(7, "null", "null", "}"),
        // The same number again, with another id and name: another call.
        call(2, r#""c""#, r#""g""#, "{"),
        call(2, "null", "null", "}"),
        r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#.to_owned(),
    ];
    let frames: Vec<_> = frames.iter().map(String::as_str).collect();
    let calls = calls(&answer(Api::OpenaiCompletions, &sse(&frames)));
    let cut = ("b".to_owned(), "g".to_owned(), "{".to_owned(), false);
    assert_eq!(calls, [call_of("a", "f"), cut, call_of("c", "g")]);
}

fn call_of(id: &str, name: &str) -> (String, String, String, bool) {
    (id.to_owned(), name.to_owned(), "{}".to_owned(), true)
}

#[test]
fn an_answer_that_never_ends_is_cut_at_the_limits() {
    let limits = Limits { bytes: 1000, parts: 5 };
    let text = sse(&[r#"{"choices":[{"delta":{"content":"0123456789"}}]}"#]);
    let many = |frame: &dyn Fn(usize) -> Vec<u8>| {
        let mut decoder = Decoder::with_limits(&target(Api::OpenaiCompletions), 1000, limits);
        (0..1000).find_map(|number| {
            decoder.push(&frame(number));
            std::iter::repeat_with(|| decoder.next_event()).find_map(|next| match next {
                Ok(Some(_)) => None,
                Ok(None) => Some(None),
                Err(error) => Some(Some((number, error.kind()))),
            })?
        })
    };
    assert_eq!(many(&|_| text.clone()), Some((100, ErrorKind::TooLarge)));
    let call = |number: usize| {
        sse(&[&format!(
            r#"{{"choices":[{{"delta":{{"tool_calls":[{{"index":{number},"id":"{number}","function":{{"name":"f"}}}}]}}}}]}}"#
        )])
    };
    assert_eq!(many(&call), Some((5, ErrorKind::TooLarge)));
    assert_eq!(many(&|_| vec![b'x'; 100]), Some((10, ErrorKind::TooLarge)));
}

#[test]
fn nothing_is_read_after_the_end() {
    let mut bytes =
        sse(&[r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#, "[DONE]"]);
    bytes.extend_from_slice(&sse(&[r#"{"choices":[{"delta":{"content":"b"}}]}"#, "not json"]));
    assert_eq!(answer(Api::OpenaiCompletions, &bytes).text(), "a");
}

proptest! {
    /// Whatever comes, in whatever pieces: events and an end, or one error. Never a panic, never two ends.
    #[test]
    fn any_bytes_end_well(
        api in proptest::sample::select(&APIS[..]),
        frames in proptest::collection::vec(
            prop_oneof![
                "[ -~]{0,40}",
                "\\{\"(choices|candidates|type|message|error|delta|done)\":(null|1|\\[\\]|\\[\\{\\}\\]|\\{\\}|\"x\"|true)\\}",
            ],
            0..6,
        ),
        size in 1usize..64,
    ) {
        let bytes: Vec<u8> = match api {
            Api::BedrockConverse => frames
                .iter()
                .flat_map(|frame| crate::frame::tests::message(&[(":event-type", "metadata")], frame.as_bytes()))
                .collect(),
            Api::Ollama => frames.join("\n").into_bytes(),
            _ => sse(&frames.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        let (events, result) = decode(api, &bytes, size);
        let ends = events.iter().filter(|event| matches!(event, Event::Done(_))).count();
        prop_assert_eq!(ends, usize::from(result.is_ok()));
    }
    /// A text that is taken from between the same bytes as before is the one that reading the frame would give, and
    /// pieces of any size give the same events as the whole.
    #[test]
    fn a_frame_like_the_last_is_read_as_if_it_were_not(
        (api, templates) in proptest::sample::select(&TEMPLATES[..]),
        frames in proptest::collection::vec((0usize..12, 0usize..12, "[a-z\\\\\"é\n]{0,3}"), 0..24),
        size in 1usize..64,
    ) {
        let frames: Vec<_> = frames
            .into_iter()
            .map(|(frame, number, text)| {
                let frame = templates[frame % templates.len()].replace("NUMBER", &number.to_string());
                frame.replace("TEXT", &serde_json::json!(text).to_string())
            })
            .collect();
        let bytes = match api {
            Api::Ollama => frames.join("\n").into_bytes(),
            Api::BedrockConverse => frames
                .iter()
                .filter_map(|frame| frame.split_once(' '))
                .flat_map(|(name, data)| bedrock_converse::stream(&[(name, data)]))
                .collect(),
            _ => sse(&frames.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        let (expected, plain) = read(Decoder::plodding(&target(api)), &bytes, bytes.len().max(1));
        let (events, result) = decode(api, &bytes, size);
        prop_assert_eq!(events, expected);
        prop_assert_eq!(result.map_err(|error| error.kind()), plain.map_err(|error| error.kind()));
    }
}

const TEMPLATES: [(Api, &[&str]); 6] = [
    (Api::OpenaiCompletions, COMPLETIONS),
    (Api::AnthropicMessages, ANTHROPIC),
    (Api::OpenaiResponses, RESPONSES),
    (Api::Ollama, OLLAMA),
    (Api::GoogleGenerativeAi, GOOGLE),
    (Api::BedrockConverse, BEDROCK),
];

const GOOGLE: &[&str] = &[
    r#"{"candidates":[{"content":{"parts":[{"text":TEXT}]}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":NUMBER},"responseId":"r"}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":TEXT}]}}],"usageMetadata":{"promptTokenCount":NUMBER,"thoughtsTokenCount":1},"responseId":"r"}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":TEXT,"thought":true}]}}],"usageMetadata":{"candidatesTokenCount":NUMBER}}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":TEXT}]},"finishReason":"STOP"}],"usageMetadata":{"candidatesTokenCount":NUMBER}}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":TEXT},{"text":TEXT}]}}],"usageMetadata":NUMBER}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":TEXT}]}}],"usageMetadata":{"candidatesTokenCount":TEXT,"totalTokenCount":NUMBER}}"#,
];

/// The name of an event, then its data.
const BEDROCK: &[&str] = &[
    r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":TEXT},"p":"NUMBER"}"#,
    r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":TEXT},"p":TEXT}"#,
    r#"contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":TEXT}},"p":"ab"}"#,
    r#"contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":TEXT},"text":TEXT}}"#,
    r#"contentBlockStart {"contentBlockIndex":NUMBER,"start":{"toolUse":{"toolUseId":"1","name":"f"}}}"#,
    r#"contentBlockStop {"contentBlockIndex":0,"delta":{"text":TEXT},"p":"NUMBER"}"#,
    r#"contentBlockDelta {"contentBlockIndex":2,"delta":{"reasoningContent":{"text":TEXT}}}"#,
];

const RESPONSES: &[&str] = &[
    r#"{"type":"response.output_text.delta","sequence_number":NUMBER,"delta":TEXT,"obfuscation":TEXT}"#,
    r#"{"type":"response.output_text.delta","sequence_number":NUMBER,"delta":TEXT}"#,
    r#"{"type":"response.output_text.delta","sequence_number":TEXT,"delta":NUMBER}"#,
    r#"{"type":"response.output_item.added","output_index":NUMBER,"item":{"type":"message"}}"#,
    r#"{"type":"response.function_call_arguments.delta","output_index":1,"delta":TEXT,"sequence_number":NUMBER}"#,
    r#"{"type":"response.output_item.added","output_index":NUMBER,"item":{"type":"function_call","call_id":"c","name":"f"}}"#,
    r#"{"type":"response.output_text.delta","delta":TEXT}"#,
    r#"{"type":"response.reasoning_text.delta","delta":TEXT}"#,
];

const OLLAMA: &[&str] = &[
    r#"{"created_at":"2026-11-27T05:00:NUMBERZ","message":{"content":TEXT},"done":false}"#,
    r#"{"created_at":"2026-11-27T05:00:NUMBERZ","message":{"content":TEXT},"done":false}"#,
    r#"{"created_at":NUMBER,"message":{"content":"","thinking":TEXT},"done":false}"#,
    r#"{"created_at":NUMBER,"message":{"content":TEXT,"thinking":TEXT},"done":false}"#,
    r#"{"message":{"content":TEXT,"tool_calls":[{"function":{"name":"f","arguments":{}}}]}}"#,
];

const COMPLETIONS: &[&str] = &[
    r#"{"id":"c","choices":[{"delta":{"content":TEXT}}]}"#,
    r#"{"id":"c","choices":[{"delta":{"content":TEXT}}]}"#,
    r#"{"id":"d","choices":[{"delta":{"reasoning_content":TEXT}}],"created":NUMBER}"#,
    r#"{"choices":[{"delta":{"reasoning":TEXT,"content":""}}]}"#,
    r#"{"choices":[{"delta":{"reasoning":TEXT,"reasoning_content":TEXT}}]}"#,
    r#"{"choices":[{"delta":{"content":TEXT,"tool_calls":[{"id":"1","function":{"name":"f","arguments":TEXT}}]}}]}"#,
    r#"{"choices":[{"delta":{"tool_calls":[{"index":NUMBER,"function":{"arguments":TEXT}}]}}]}"#,
    r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":TEXT}}]}}]}"#,
    r#"{"choices":[{"delta":{"refusal":TEXT}}]}"#,
    r#"{"choices":[{"delta":{"content":TEXT},"finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#,
];

const ANTHROPIC: &[&str] = &[
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":TEXT}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":TEXT}}"#,
    r#"{"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":TEXT}}"#,
    r#"{"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":TEXT}}"#,
    r#"{"type":"content_block_start","index":2,"content_block":{"type":"novel"}}"#,
    r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":TEXT}}"#,
    r#"{"type":"content_block_start","index":NUMBER,"content_block":{"type":"tool_use","id":"1","name":"f","input":{}}}"#,
    r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":TEXT}}"#,
    r#"{"type":"content_block_stop","index":0}"#,
    r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","text":TEXT}}"#,
];
