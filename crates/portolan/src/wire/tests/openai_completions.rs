use super::*;
use crate::ErrorKind;
use crate::message::Content;

const API: Api = Api::OpenaiCompletions;

#[test]
fn text_then_usage_after_the_reason_to_stop() {
    let answer = answer(
        API,
        &sse(&[
            r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5.4-2026-03-05","service_tier":"default","system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}"#,
            r#"{"id":"chatcmpl-1","model":"gpt-5.4-2026-03-05","choices":[{"index":0,"delta":{"content":"Hello \"w\u00f6rld\""},"finish_reason":null}],"usage":null}"#,
            r#"{"id":"chatcmpl-1","model":"gpt-5.4-2026-03-05","choices":[{"index":0,"delta":{"content":"!\n"},"finish_reason":null}],"usage":null}"#,
            r#"{"id":"chatcmpl-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#,
            r#"{"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":9,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":4,"audio_tokens":0}}}"#,
            "[DONE]",
        ]),
    );
    assert_eq!(answer.text(), "Hello \"wörld\"!\n");
    assert_eq!(answer.stop, Stop::End);
    assert_eq!(units(&answer), [("input", 10), ("cache_read", 9), ("output", 6), ("reasoning", 4)]);
    assert_eq!(answer.id.as_deref(), Some("chatcmpl-1"));
    assert_eq!(answer.model.as_deref(), Some("gpt-5.4-2026-03-05"));
    assert_eq!(answer.service_tier.as_deref(), Some("default"));
}

#[test]
fn two_tool_calls_with_interleaved_arguments() {
    let answer = answer(
        API,
        &sse(&[
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"call_b","function":{"name":"time","arguments":"{"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}},{"index":1,"function":{"arguments":"}"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Z\u00fcrich\"}"}}]}}]}"#,
            r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
            "[DONE]",
        ]),
    );
    assert_eq!(
        calls(&answer),
        [call("call_a", "weather", r#"{"city":"Zürich"}"#), call("call_b", "time", "{}"),]
    );
    assert_eq!(answer.stop, Stop::ToolUse);
    assert_eq!(answer.usage, Err(crate::UsageError::Missing));
}

#[test]
fn calls_as_sloppy_servers_send_them() {
    // Every call is the first one, whole, and the reason to stop is a plain one.
    let all_first = answer(
        API,
        &sse(&[
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":1}"}}]},"finish_reason":"stop"}]}"#,
        ]),
    );
    assert_eq!(calls(&all_first), [call("a", "f", "{}"), call("b", "f", r#"{"x":1}"#)]);
    assert_eq!(all_first.stop, Stop::ToolUse);
    // No numbers, an object for arguments, the name again in every piece.
    let no_index = answer(
        API,
        &sse(&[
            r#"{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":1}}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"g","arguments":"{\"y\""}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"g","arguments":":2"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]}"#,
        ]),
    );
    assert_eq!(calls(&no_index), [call("a", "f", r#"{"x":1}"#), call("b", "g", r#"{"y":2}"#)]);
    // Out of order, and arguments before the name.
    let late = answer(
        API,
        &sse(&[
            r#"{"choices":[{"delta":{"tool_calls":[{"index":7,"function":{"arguments":"{\"a\":"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":2,"id":"x","function":{"name":"g"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":7,"id":"y","function":{"name":"f","arguments":"1}"}}]},"finish_reason":"tool_calls"}]}"#,
        ]),
    );
    assert_eq!(calls(&late), [call("y", "f", r#"{"a":1}"#), call("x", "g", "{}")]);
}

#[test]
fn arguments_that_are_cut_off_are_incomplete() {
    for (arguments, reason) in [
        ("{\\\"a\\\":", "length"),
        ("", "length"),
        ("{\\\"a\\\":", "stop"),
        ("", "content_filter"),
        ("", "tired"),
    ] {
        let answer = answer(
            API,
            &sse(&[&format!(
                r#"{{"choices":[{{"delta":{{"tool_calls":[{{"index":0,"id":"a","function":{{"name":"f","arguments":"{arguments}"}}}}]}},"finish_reason":"{reason}"}}]}}"#
            )]),
        );
        let call = answer.tool_calls().next().unwrap();
        assert!(matches!(call.arguments, crate::Arguments::Incomplete(_)), "{arguments} {reason}");
    }
}

#[test]
fn reasoning_in_either_field_comes_once_and_goes_back() {
    for (frames, field) in [
        (r#"{"choices":[{"delta":{"reasoning_content":"Hm."}}]}"#, "reasoning_content"),
        (r#"{"choices":[{"delta":{"reasoning":"Hm.","content":null}}]}"#, "reasoning"),
        (
            r#"{"choices":[{"delta":{"reasoning":"Hm.","reasoning_content":"Hm."}}]}"#,
            "reasoning_content",
        ),
    ] {
        let answer = answer(
            API,
            &sse(&[
                frames,
                frames,
                r#"{"choices":[{"delta":{"content":"So."},"finish_reason":"stop"}]}"#,
                "[DONE]",
            ]),
        );
        assert_eq!((answer.reasoning(), answer.text()), ("Hm.Hm.".into(), "So.".into()));
        assert_eq!(answer.parts.len(), 2);
        let replay = answer.parts[0].replay.as_ref().unwrap();
        assert_eq!(replay.data, serde_json::json!({"field": field}));
    }
}

#[test]
fn content_as_a_list_of_parts() {
    let answer = answer(
        API,
        &sse(&[
            r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}}]}"#,
            r#"{"choices":[{"delta":{"content":[{"type":"text","text":"So."}]},"finish_reason":"stop"}]}"#,
        ]),
    );
    assert_eq!((answer.reasoning(), answer.text()), ("Hm.".into(), "So.".into()));
}

#[test]
fn everything_may_be_missing_null_or_new() {
    let answer = answer(
        API,
        &sse(&[
            "{}",
            r#"{"choices":null}"#,
            r#"{"choices":[{}]}"#,
            r#"{"id":null,"model":7,"choices":[{"delta":null,"finish_reason":""}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":null,"content":"x","new_field":[1]},"finish_reason":null}],"service_tier":"turbo"}"#,
            r#"{"choices":[{"finish_reason":"tired"}]}"#,
        ]),
    );
    assert_eq!(answer.text(), "x");
    assert_eq!(answer.stop, Stop::Other("tired".to_owned()));
    assert_eq!(answer.service_tier.as_deref(), Some("turbo"));
}

#[test]
fn a_whole_answer() {
    let answer = whole(
        API,
        r#"{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","reasoning_content":"Hm","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
    );
    assert_eq!((answer.text(), answer.reasoning()), ("Hi".into(), "Hm".into()));
    assert_eq!(calls(&answer), [call("a", "f", r#"{"x":1}"#)]);
    assert_eq!(units(&answer), [("input", 3), ("output", 2)]);
}

#[test]
fn failures_with_success_s_status() {
    let (before, error) = failure(
        API,
        &sse(&[
            r#"{"choices":[{"delta":{"content":"a"}}]}"#,
            r#"{"error":{"message":"Server overloaded","type":"overloaded_error","code":503}}"#,
        ]),
    );
    assert_eq!((before, error.kind(), error.retryable()), (1, ErrorKind::Overloaded, true));
    let (_, error) = failure(
        API,
        &sse(&[
            r#"{"id":"x","choices":[{"delta":{"content":""},"finish_reason":"error","error":{"code":429,"message":"Slow down"}}]}"#,
        ]),
    );
    assert_eq!((error.kind(), error.message()), (ErrorKind::RateLimit, "Slow down"));
    let minimax =
        r#"{"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#;
    let (_, error) = failure(API, &sse(&[minimax]));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Quota, Some("1008")));
    let fine = r#"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"base_resp":{"status_code":0}}"#;
    assert_eq!(whole(API, fine).text(), "a");
}

#[test]
fn a_refusal_is_text_and_the_reason_to_stop() {
    let answer = answer(
        API,
        &sse(&[
            r#"{"choices":[{"delta":{"refusal":"I cannot"}}]}"#,
            r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
            "[DONE]",
        ]),
    );
    assert_eq!((answer.text(), answer.stop), ("I cannot".into(), Stop::Refused));
    assert!(matches!(answer.parts[0].content, Content::Text(_)));
}
