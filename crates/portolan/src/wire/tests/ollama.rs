use super::*;
use crate::ErrorKind;

const API: Api = Api::Ollama;

#[test]
fn lines_with_thought_text_and_calls() {
    let text = concat!(
        r#"{"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}"#,
        "\n",
        r#"{"model":"qwen3","message":{"role":"assistant","content":"Hé"},"done":false}"#,
        "\r\n\n",
        r#"{"model":"qwen3","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}},{"function":{"name":"f","arguments":{}}}]},"done":false}"#,
        "\n",
        r#"{"model":"qwen3","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":1,"prompt_eval_count":26,"eval_count":298}"#,
    );
    let answer = answer(API, text.as_bytes());
    assert_eq!((answer.reasoning(), answer.text()), ("Hm".into(), "Hé".into()));
    assert_eq!(calls(&answer), [call("call_1", "f", r#"{"a":1}"#), call("call_2", "f", "{}")]);
    assert_eq!(units(&answer), [("input", 26), ("output", 298)]);
    assert_eq!(answer.stop, Stop::ToolUse);
}

#[test]
fn failures_and_cuts() {
    let (_, error) = failure(API, b"{\"error\":\"model requires more system memory\"}\n");
    assert_eq!(error.message(), "model requires more system memory");
    let (before, error) = failure(API, b"{\"message\":{\"content\":\"Hi\"},\"done\":false}\n");
    assert_eq!((before, error.kind()), (1, ErrorKind::Disconnected));
    let (_, error) = failure(API, b"{\"message\":{\"content\":\"Hi\"},\"done\":fal");
    assert_eq!(error.kind(), ErrorKind::Disconnected);
}

#[test]
fn a_whole_answer() {
    let answer = whole(
        API,
        r#"{"model":"m","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"length","eval_count":1,"prompt_eval_count":2}"#,
    );
    assert_eq!((answer.text(), answer.stop), ("Hi".into(), Stop::Length));
}
