use super::*;
use crate::ErrorKind;

const API: Api = Api::AnthropicMessages;

/// Events with names, as the vendor sends them.
fn named(data: &[&str]) -> Vec<u8> {
    let name =
        |data: &str| serde_json::from_str::<serde_json::Value>(data).unwrap()["type"].clone();
    let event = |data: &&str| format!("event: {}\ndata: {data}\n\n", name(data).as_str().unwrap());
    data.iter().map(event).collect::<String>().into_bytes()
}

const START: &str = r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":300,"cache_read_input_tokens":1000,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":1,"service_tier":"standard"}}}"#;

#[test]
fn thought_text_and_call_with_signature_and_cumulative_usage() {
    let answer = answer(
        API,
        &named(&[
            START,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me"}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":" see."}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}"#,
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Okay, "}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"ça va\n"}}"#,
            r#"{"type":"content_block_stop","index":1}"#,
            r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"location\":"}}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":" \"SF\"}"}}"#,
            r#"{"type":"content_block_stop","index":2}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":80}}"#,
            r#"{"type":"message_delta","delta":{},"usage":{"output_tokens":89}}"#,
            r#"{"type":"message_stop"}"#,
        ]),
    );
    assert_eq!((answer.reasoning(), answer.text()), ("Let me see.".into(), "Okay, ça va\n".into()));
    assert_eq!(calls(&answer), [call("toolu_1", "get_weather", r#"{"location": "SF"}"#)]);
    assert_eq!(answer.stop, Stop::ToolUse);
    assert_eq!(answer.service_tier.as_deref(), Some("standard"));
    assert_eq!(
        units(&answer),
        [
            ("input", 25),
            ("cache_read", 1000),
            ("cache_write", 100),
            ("cache_write_1h", 200),
            ("output", 89),
        ]
    );
    let replay = answer.parts[0].replay.as_ref().unwrap();
    assert_eq!(replay.data, serde_json::json!({"signature": "EqQB"}));
}

#[test]
fn hidden_thoughts_and_unknown_blocks() {
    let answer = answer(
        API,
        &named(&[
            START,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"Emwk"}}"#,
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"srv","name":"web_search","input":{}}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"query\":1}"}}"#,
            r#"{"type":"content_block_stop","index":1}"#,
            r#"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{}}}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Done"}}"#,
            r#"{"type":"some_new_event","x":1}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5,"server_tool_use":{"web_search_requests":1}}}"#,
            r#"{"type":"message_stop"}"#,
        ]),
    );
    assert_eq!(answer.text(), "Done");
    assert_eq!(answer.tool_calls().count(), 0);
    assert_eq!(
        answer.parts[0].replay.as_ref().unwrap().data,
        serde_json::json!({"redacted": "Emwk"})
    );
    assert!(units(&answer).contains(&("searches", 1)));
    assert_eq!(answer.stop, Stop::End);
}

#[test]
fn a_call_without_arguments_and_one_that_is_cut_off() {
    let end = |json: &str, reason: &str| {
        answer(
            API,
            &named(&[
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"now","input":{}}}"#,
                &format!(
                    r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"input_json_delta","partial_json":"{json}"}}}}"#
                ),
                r#"{"type":"content_block_stop","index":0}"#,
                &format!(r#"{{"type":"message_delta","delta":{{"stop_reason":"{reason}"}}}}"#),
                r#"{"type":"message_stop"}"#,
            ]),
        )
    };
    assert_eq!(calls(&end("", "tool_use")), [call("t", "now", "{}")]);
    assert!(!calls(&end("", "max_tokens"))[0].3);
    assert!(!calls(&end("{\\\"a", "max_tokens"))[0].3);
}

#[test]
fn an_error_event_and_a_stream_that_breaks_off() {
    let overloaded =
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    let (_, error) = failure(API, &named(&[START, overloaded]));
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Overloaded, true));
    let (before, error) = failure(
        API,
        &named(&[
            START,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hel"}}"#,
        ]),
    );
    assert_eq!((before, error.kind()), (1, ErrorKind::Disconnected));
}

#[test]
fn a_whole_message() {
    let answer = whole(
        API,
        r#"{"id":"msg","type":"message","role":"assistant","model":"m","content":[
        {"type":"thinking","thinking":"Hm","signature":"s"},{"type":"text","text":"Hi"},
        {"type":"tool_use","id":"t","name":"f","input":{"b":1,"a":[]}}],
        "stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}}"#,
    );
    assert_eq!((answer.text(), answer.reasoning()), ("Hi".into(), "Hm".into()));
    assert_eq!(calls(&answer), [call("t", "f", r#"{"b":1,"a":[]}"#)]);
    assert_eq!(units(&answer), [("input", 1), ("output", 2)]);
}

#[test]
fn fast_mode_is_the_tier_that_served() {
    let usage = |speed: &str| {
        format!(
            r#"{{"input_tokens":1,"output_tokens":1,"service_tier":"standard","speed":{speed}}}"#
        )
    };
    for (speed, tier) in [("\"fast\"", "fast"), ("\"standard\"", "standard"), ("null", "standard")]
    {
        let message =
            format!(r#"{{"content":[],"stop_reason":"end_turn","usage":{}}}"#, usage(speed));
        assert_eq!(whole(API, &message).service_tier.as_deref(), Some(tier));
        let start = format!(r#"{{"type":"message_start","message":{message}}}"#);
        let delta = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#;
        let streamed = answer(API, &sse(&[&start, delta, r#"{"type":"message_stop"}"#]));
        assert_eq!(streamed.service_tier.as_deref(), Some(tier));
    }
}
