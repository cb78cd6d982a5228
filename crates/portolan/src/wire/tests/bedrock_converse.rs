use super::*;
use crate::ErrorKind;
use crate::frame::tests::message;

const API: Api = Api::BedrockConverse;

pub(super) fn stream(events: &[(&str, &str)]) -> Vec<u8> {
    let event = |(name, payload): &(&str, &str)| {
        let headers = [
            (":event-type", *name),
            (":content-type", "application/json"),
            (":message-type", "event"),
        ];
        message(&headers, payload.as_bytes())
    };
    events.iter().flat_map(event).collect()
}

#[test]
fn thought_text_and_call_with_the_usage_last() {
    let answer = answer(
        API,
        &stream(&[
            ("messageStart", r#"{"role":"assistant","p":"ab"}"#),
            (
                "contentBlockDelta",
                r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Hm"}}}"#,
            ),
            (
                "contentBlockDelta",
                r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"sig"}}}"#,
            ),
            ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
            ("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"text":"Hé"}}"#),
            ("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"text":"llo"}}"#),
            (
                "contentBlockStart",
                r#"{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"f"}}}"#,
            ),
            (
                "contentBlockDelta",
                r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":"}}}"#,
            ),
            ("contentBlockDelta", r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"1}"}}}"#),
            ("messageStop", r#"{"stopReason":"tool_use"}"#),
            (
                "metadata",
                r#"{"usage":{"inputTokens":30,"outputTokens":6,"totalTokens":1036,"cacheReadInputTokens":1000,"cacheWriteInputTokens":0},"metrics":{"latencyMs":1},"serviceTier":{"type":"flex"}}"#,
            ),
        ]),
    );
    assert_eq!((answer.reasoning(), answer.text()), ("Hm".into(), "Héllo".into()));
    assert_eq!(calls(&answer), [call("tooluse_1", "f", r#"{"a":1}"#)]);
    assert_eq!(units(&answer), [("input", 30), ("cache_read", 1000), ("output", 6)]);
    assert_eq!(answer.service_tier.as_deref(), Some("flex"));
    assert_eq!(
        answer.parts[0].replay.as_ref().unwrap().data,
        serde_json::json!({"signature": "sig"})
    );
}

#[test]
fn exceptions_and_cuts() {
    let headers = [(":exception-type", "throttlingException"), (":message-type", "exception")];
    let exception = message(&headers, br#"{"message":"Too many requests"}"#);
    let (_, error) = failure(API, &exception);
    assert_eq!((error.kind(), error.message()), (ErrorKind::RateLimit, "Too many requests"));
    let whole = stream(&[("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"a"}}"#)]);
    assert_eq!(failure(API, &whole).1.kind(), ErrorKind::Disconnected);
    assert_eq!(failure(API, &whole[..whole.len() - 3]).1.kind(), ErrorKind::Disconnected);
    assert_eq!(failure(API, b"<html>no event stream</html>").1.kind(), ErrorKind::Protocol);
}

#[test]
fn a_whole_answer() {
    let answer = whole(
        API,
        r#"{"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"text":"Hm","signature":"s"}}},{"text":"Hi"},
        {"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}}]}},
        "stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}"#,
    );
    assert_eq!((answer.reasoning(), answer.text()), ("Hm".into(), "Hi".into()));
    assert_eq!(calls(&answer), [call("t", "f", r#"{"a":1}"#)]);
}
