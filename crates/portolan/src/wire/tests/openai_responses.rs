use super::*;
use crate::ErrorKind;

const API: Api = Api::OpenaiResponses;

const CREATED: &str = r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"gpt-5.4","output":[],"usage":null,"service_tier":"auto"}}"#;

#[test]
fn thought_text_and_call() {
    let answer = answer(
        API,
        &sse(&[
            CREATED,
            r#"{"type":"response.in_progress","response":{"id":"resp_1"}}"#,
            r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[]}}"#,
            r#"{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}"#,
            r#"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"First."}"#,
            r#"{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":1,"part":{}}"#,
            r#"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"Then."}"#,
            r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","status":"completed","encrypted_content":"gAAA","summary":[{"type":"summary_text","text":"First."},{"type":"summary_text","text":"Then."}]}}"#,
            r#"{"type":"response.output_item.added","output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}"#,
            r#"{"type":"response.content_part.added","output_index":1,"content_index":0,"part":{"type":"output_text","text":""}}"#,
            r#"{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Let me \"see\"."}"#,
            r#"{"type":"response.output_text.done","output_index":1,"text":"Let me \"see\"."}"#,
            r#"{"type":"response.output_item.done","output_index":1,"item":{"id":"msg_1","type":"message"}}"#,
            r#"{"type":"response.output_item.added","output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_x","name":"weather","arguments":""}}"#,
            r#"{"type":"response.function_call_arguments.delta","output_index":2,"item_id":"fc_1","delta":"{\"city\":"}"#,
            r#"{"type":"response.function_call_arguments.delta","output_index":2,"item_id":"fc_1","delta":"\"Rom\"}"}"#,
            r#"{"type":"response.function_call_arguments.done","output_index":2,"item_id":"fc_1","arguments":"{\"city\":\"Rom\"}"}"#,
            r#"{"type":"response.output_item.done","output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_x","name":"weather","arguments":"{\"city\":\"Rom\"}"}}"#,
            r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","service_tier":"priority","model":"gpt-5.4-2026","output":[],"usage":{"input_tokens":75,"input_tokens_details":{"cached_tokens":5},"output_tokens":1186,"output_tokens_details":{"reasoning_tokens":1024},"total_tokens":1261}}}"#,
        ]),
    );
    assert_eq!(answer.reasoning(), "First.\n\nThen.");
    assert_eq!(answer.text(), "Let me \"see\".");
    assert_eq!(calls(&answer), [call("call_x", "weather", r#"{"city":"Rom"}"#)]);
    assert_eq!(answer.stop, Stop::ToolUse);
    assert_eq!(answer.service_tier.as_deref(), Some("priority"));
    assert_eq!(
        units(&answer),
        [("input", 70), ("cache_read", 5), ("output", 162), ("reasoning", 1024)]
    );
    let replay = answer.parts[0].replay.as_ref().unwrap();
    assert_eq!(replay.data["item"]["encrypted_content"], "gAAA");
    assert!(replay.data["item"].get("status").is_none());
}

#[test]
fn arguments_whose_deltas_did_not_come_are_taken_from_the_end() {
    let answer = answer(
        API,
        &sse(&[
            r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c","name":"f","arguments":""}}"#,
            r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"type":"response.output_item.added","output_index":1,"item":{"type":"web_search_call","id":"ws"}}"#,
            r#"{"type":"response.output_item.done","output_index":1,"item":{"type":"web_search_call","id":"ws"}}"#,
            r#"{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":1,"output_tokens":1}}}"#,
        ]),
    );
    assert_eq!(calls(&answer), [call("c", "f", r#"{"a":1}"#)]);
    assert_eq!(units(&answer), [("input", 1), ("output", 1), ("searches", 1)]);
}

#[test]
fn an_incomplete_response_says_why() {
    let end = |reason: &str| {
        answer(
            API,
            &sse(&[
                r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c","name":"f"}}"#,
                r#"{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\":"}"#,
                &format!(
                    r#"{{"type":"response.incomplete","response":{{"status":"incomplete","incomplete_details":{{"reason":"{reason}"}}}}}}"#
                ),
            ]),
        )
    };
    let cut = end("max_output_tokens");
    assert_eq!(cut.stop, Stop::Length);
    assert!(!calls(&cut)[0].3);
    assert_eq!(end("content_filter").stop, Stop::Refused);
    assert_eq!(end("tired").stop, Stop::Other("tired".to_owned()));
}

#[test]
fn failures_within_the_stream() {
    let failed = r#"{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"server_error","message":"The model failed"}}}"#;
    let (_, error) = failure(API, &sse(&[CREATED, failed]));
    assert_eq!((error.kind(), error.message()), (ErrorKind::Server, "The model failed"));
    let limited = r#"{"type":"error","code":"rate_limit_exceeded","message":"Try again in 2s","param":null,"sequence_number":1}"#;
    let (_, error) = failure(API, &sse(&[limited]));
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(2)));
    let nested = r#"{"type":"error","error":{"type":"invalid_request_error","message":"no"}}"#;
    assert_eq!(failure(API, &sse(&[nested])).1.kind(), ErrorKind::InvalidRequest);
    let bare = r#"{"error":{"message":"Overloaded","type":"overloaded_error"}}"#;
    assert_eq!(failure(API, &sse(&[bare])).1.kind(), ErrorKind::Overloaded);
    let (_, error) = failure(API, &sse(&[CREATED]));
    assert_eq!(error.kind(), ErrorKind::Disconnected);
}

#[test]
fn a_whole_response() {
    let answer = whole(
        API,
        r#"{"id":"resp","object":"response","status":"completed","model":"m","output":[
        {"type":"reasoning","id":"rs","encrypted_content":"g","summary":[{"type":"summary_text","text":"Hm"}]},
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]},
        {"type":"function_call","call_id":"c","name":"f","arguments":"{}"}],
        "usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5},"error":null,"incomplete_details":null}"#,
    );
    assert_eq!((answer.text(), answer.reasoning()), ("Hi".into(), "Hm".into()));
    assert_eq!(calls(&answer), [call("c", "f", "{}")]);
    assert_eq!(answer.parts.len(), 3);
}
