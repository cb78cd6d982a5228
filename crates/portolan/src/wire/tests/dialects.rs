//! How requests differ between those who speak one api, and what models take by way of another's.

use portolan_types::{CacheControl, Dialect};
use serde_json::{Value, json};

use super::*;
use crate::message::{CacheFor, Message, Part};
use crate::request::{Format, Reasoning, Request};
use crate::testing::{in_dialect, of_lab};
use crate::tool::{Tool, ToolCall};
use crate::wire::{Target, encode};

const SWITCH: Dialect = Dialect {
    reasoning_on: "thinking.type=enabled",
    reasoning_off: "thinking.type=disabled",
    replays_all: true,
    refuses: &["stream_options", "logit_bias"],
    ..Dialect::PLAIN
};

const OBJECT: Dialect = Dialect {
    reasoning_off: "reasoning.effort=none",
    effort_field: "reasoning.effort",
    budget_field: "reasoning.max_tokens",
    cache_control: Some(CacheControl::Hour),
    ..Dialect::PLAIN
};

const FLAG: Dialect = Dialect {
    reasoning_on: "enable_thinking=true",
    reasoning_off: "enable_thinking=false",
    budget_field: "thinking_budget",
    cache_control: Some(CacheControl::FiveMinutes),
    ..Dialect::PLAIN
};

fn sent(request: &Request, target: &Target) -> Value {
    serde_json::from_slice(&encode(request, target, true).unwrap().body).unwrap()
}

fn refused(request: &Request, target: &Target) -> String {
    encode(request, target, true).unwrap_err().message().to_owned()
}

#[test]
fn reasoning_is_switched_and_measured_by_the_fields_of_the_dialect() {
    let (off, low) = (Reasoning::Off, Reasoning::Effort("low".to_owned()));
    let budget = Reasoning::Budget(2_000);
    for (dialect, asked, expected) in [
        (SWITCH, &off, json!({"thinking": {"type": "disabled"}})),
        (SWITCH, &Reasoning::On, json!({"thinking": {"type": "enabled"}})),
        (FLAG, &Reasoning::On, json!({"enable_thinking": true})),
        (SWITCH, &low, json!({"thinking": {"type": "enabled"}, "reasoning_effort": "low"})),
        (OBJECT, &off, json!({"reasoning": {"effort": "none"}})),
        (OBJECT, &low, json!({"reasoning": {"effort": "low"}})),
        (OBJECT, &budget, json!({"reasoning": {"max_tokens": 2000}})),
        (FLAG, &off, json!({"enable_thinking": false})),
        (FLAG, &budget, json!({"enable_thinking": true, "thinking_budget": 2000})),
        (Dialect::PLAIN, &low, json!({"reasoning_effort": "low"})),
        (Dialect::PLAIN, &off, json!({"reasoning_effort": "none"})),
    ] {
        let request = Request::new().user("hi").reasoning(asked.clone());
        let mut body = sent(&request, &in_dialect(dialect));
        let fields = body.as_object_mut().unwrap();
        for name in ["model", "messages", "stream", "stream_options"] {
            fields.remove(name);
        }
        assert_eq!(body, expected);
    }
    let request = Request::new().user("hi").reasoning(Reasoning::On);
    let message = refused(&request, &in_dialect(Dialect::PLAIN));
    assert!(message.contains("no one field that switches reasoning on"), "{message}");
    assert!(refused(&request, &target(Api::AnthropicMessages)).contains("within a budget"));
    assert_eq!(sent(&request, &target(Api::Ollama))["think"], true);
    assert_eq!(
        sent(&request, &target(Api::GoogleGenerativeAi))["generationConfig"]["thinkingConfig"],
        json!({"thinkingBudget": -1, "includeThoughts": true})
    );
    let request = Request::new().user("hi").reasoning(budget);
    assert!(refused(&request, &in_dialect(SWITCH)).contains("no one field for a reasoning budget"));
}

#[test]
fn what_a_provider_refuses_is_not_sent_or_refused_before() {
    let target = in_dialect(SWITCH);
    assert_eq!(sent(&Request::new().user("hi"), &target)["stream_options"], Value::Null);
    let request = Request::new().user("hi").extra("logit_bias", json!({}));
    assert_eq!(refused(&request, &target), "`acme/nova-2`: it refuses `logit_bias`");
}

#[test]
fn prompts_are_marked_where_the_provider_takes_marks() {
    let call = ToolCall::new("1", "f", &json!({}));
    let request = Request::new()
        .system("Be brief.")
        .system(Part::text("Long.").cached(CacheFor::Hour))
        .user(Part::text("One.").cached(CacheFor::FiveMinutes))
        .message(Message::assistant([
            Part::text("Two.").cached(CacheFor::Hour),
            call.clone().into(),
        ]))
        .message(Message::user([Part::from(call.result(["Three."])).cached(CacheFor::FiveMinutes)]))
        .user("Four.");
    let (short, long) = (json!({"type": "ephemeral"}), json!({"type": "ephemeral", "ttl": "1h"}));
    let text =
        |text: &str, mark: &Value| json!([{"type": "text", "text": text, "cache_control": mark}]);
    let body = sent(&request, &in_dialect(OBJECT));
    assert_eq!(
        body["messages"][0]["content"],
        json!([{"type": "text", "text": "Be brief."}, {"type": "text", "text": "Long.", "cache_control": long}])
    );
    assert_eq!(body["messages"][1]["content"], text("One.", &short));
    assert_eq!(body["messages"][2]["content"], text("Two.", &long));
    assert_eq!(body["messages"][3]["content"], text("Three.", &short));
    assert_eq!(body["messages"][4]["content"], "Four.");
    // Who keeps prompts for five minutes does not keep one for an hour.
    assert_eq!(
        refused(&request, &in_dialect(FLAG)),
        "`acme/nova-2`: `openai-completions` keeps prompts for five minutes at this provider, not for an hour"
    );
    // Who takes no marks is sent none.
    let body = sent(&request, &in_dialect(Dialect::PLAIN));
    assert_eq!(body["messages"][0]["content"], "Be brief.\nLong.");
    assert!(!body.to_string().contains("cache_control"), "{body}");
}

#[test]
fn reasoning_goes_back_with_every_turn_where_the_provider_wants_it() {
    let frames = [
        r#"{"choices":[{"delta":{"reasoning_content":"Hm."}}]}"#,
        r#"{"choices":[{"delta":{"content":"Yes."},"finish_reason":"stop"}]}"#,
    ];
    for (dialect, expected) in [(SWITCH, json!("Hm.")), (Dialect::PLAIN, Value::Null)] {
        let target = in_dialect(dialect);
        let mut decoder = Decoder::new(&target);
        decoder.push(&sse(&frames));
        while decoder.next_event().unwrap().is_some() {}
        decoder.finish().unwrap();
        let Some(Event::Done(answer)) = decoder.next_event().unwrap() else { panic!("no end") };
        let body = sent(&Request::new().user("hi").message(answer.message()).user("Why?"), &target);
        assert_eq!(body["messages"][1]["reasoning_content"], expected);
    }
}

#[test]
fn a_blank_stands_in_for_reasoning_that_must_go_back_and_never_was() {
    let call = ToolCall::new("1", "f", &json!({}));
    let request = Request::new()
        .user("hi")
        .message(Message::assistant([call.clone()]))
        .message(Message::results([call.result(["yes"])]))
        .message(Message::assistant(["Yes."]))
        .user("Why?");
    let strict = Dialect { requires_replay: true, ..Dialect::PLAIN };
    let thoughts = |request: &Request, dialect| {
        let body = sent(request, &in_dialect(dialect));
        [1, 3].map(|turn| body["messages"][turn]["reasoning_content"].clone())
    };
    assert_eq!(thoughts(&request, strict), [json!(" "), Value::Null]);
    let all = Dialect { replays_all: true, ..strict };
    assert_eq!(thoughts(&request, all), [json!(" "), json!(" ")]);
    // Nothing is made up for those who do not ask for it, nor where nothing is thought.
    assert_eq!(thoughts(&request, SWITCH), [Value::Null, Value::Null]);
    let off = request.reasoning(Reasoning::Off);
    assert_eq!(thoughts(&off, all), [Value::Null, Value::Null]);
}

#[test]
fn bedrock_hands_on_what_a_labs_own_api_takes() {
    let claude = of_lab("anthropic/claude-nova-2", Api::BedrockConverse);
    let other = of_lab("acme/nova-2", Api::BedrockConverse);
    let asked = |reasoning| Request::new().user("hi").reasoning(reasoning);
    for (reasoning, expected) in [
        (Reasoning::Off, json!({"thinking": {"type": "disabled"}})),
        (Reasoning::Budget(2_000), json!({"thinking": {"type": "enabled", "budget_tokens": 2000}})),
        (Reasoning::Effort("low".to_owned()), json!({"output_config": {"effort": "low"}})),
    ] {
        let request = asked(reasoning);
        assert_eq!(sent(&request, &claude)["additionalModelRequestFields"], expected);
        let message = refused(&request, &other);
        assert!(message.contains("no one field for the reasoning of this model"), "{message}");
    }
}

#[test]
fn bedrock_hands_on_the_effort_of_open_models_and_of_nova() {
    let open = of_lab("openai/gpt-oss-120b", Api::BedrockConverse);
    let amazon = of_lab("amazon/nova-2-lite", Api::BedrockConverse);
    let low = Request::new().user("hi").reasoning(Reasoning::Effort("low".to_owned()));
    let off = Request::new().user("hi").reasoning(Reasoning::Off);
    for (request, target, expected) in [
        (&low, &open, json!({"reasoning_effort": "low"})),
        (
            &low,
            &amazon,
            json!({"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"}}),
        ),
        (&off, &amazon, json!({"reasoningConfig": {"type": "disabled"}})),
    ] {
        assert_eq!(sent(request, target)["additionalModelRequestFields"], expected);
    }
    // It always thinks, so nothing switches it off.
    let message = refused(&off, &open);
    assert!(message.contains("no one field for the reasoning of this model"), "{message}");
}

#[test]
fn bedrock_answers_by_a_schema_and_calls_tools_by_theirs() {
    let schema = json!({"type": "object"});
    let format = Format::Schema { name: "city".to_owned(), schema: schema.clone() };
    let request =
        Request::new().user("hi").format(format).tool(Tool::new("f", "", schema).strict());
    let body = sent(&request, &target(Api::BedrockConverse));
    assert_eq!(
        body["outputConfig"],
        json!({"textFormat": {"type": "json_schema", "structure": {
            "jsonSchema": {"name": "city", "schema": "{\"type\":\"object\"}"},
        }}})
    );
    assert_eq!(body["toolConfig"]["tools"][0]["toolSpec"]["strict"], true);
}

#[test]
fn clouds_pass_on_what_other_vendors_apis_take() {
    let request = Request::new().user("hi").max_tokens(9);
    let call = |base, api, stream| encode(&request, &of_lab(base, api), stream).unwrap();
    let azure = call("openai/nova-2", Api::AzureOpenai, false);
    assert_eq!(azure.path, "/openai/v1/chat/completions");
    assert_eq!(serde_json::from_slice::<Value>(&azure.body).unwrap()["model"], "nova-2");

    for (stream, path) in [
        (false, "/publishers/google/models/nova-2:generateContent"),
        (true, "/publishers/google/models/nova-2:streamGenerateContent?alt=sse"),
    ] {
        assert_eq!(call("google/nova-2", Api::GoogleVertex, stream).path, path);
    }
    let claude = call("anthropic/nova-2", Api::GoogleVertex, true);
    assert_eq!(claude.path, "/publishers/anthropic/models/nova-2:streamRawPredict");
    assert_eq!(claude.headers, [("accept-encoding", "identity")]);
    assert_eq!(
        serde_json::from_slice::<Value>(&claude.body).unwrap(),
        json!({
            "anthropic_version": "vertex-2023-10-16",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
            "stream": true,
        })
    );
    assert!(call("anthropic/nova-2", Api::GoogleVertex, false).path.ends_with(":rawPredict"));
}

#[test]
fn what_clouds_pass_on_is_read_as_the_other_vendors_api_says_it() {
    let google = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}"#;
    let claude = r#"{"content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"#;
    let azure = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
    for (base, api, body) in [
        ("google/nova-2", Api::GoogleVertex, google),
        ("anthropic/nova-2", Api::GoogleVertex, claude),
        ("openai/nova-2", Api::AzureOpenai, azure),
    ] {
        let answer = decode_whole(&of_lab(base, api), body.as_bytes()).unwrap();
        assert_eq!((answer.text().as_str(), &answer.stop), ("Hi", &Stop::End));
        assert_eq!(units(&answer), [("input", 1), ("output", 2)]);
    }
}
