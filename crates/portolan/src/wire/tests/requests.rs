use serde_json::{Value, json};

use super::*;
use crate::testing::mini;
use crate::wire::{Encoded, encode};
use crate::{
    CacheFor, ErrorKind, Format, Media, Message, Part, Reasoning, Request, Tool, ToolCall,
    ToolChoice,
};

fn body(encoded: &Encoded) -> Value {
    serde_json::from_slice(&encoded.body).unwrap()
}

fn spelled(api: Api, request: &Request) -> Value {
    body(&encode(request, &target(api), true).unwrap())
}

fn weather() -> Tool {
    Tool::new("weather", "The weather.", json!({"type": "object"}))
}

/// A conversation with a picture, a call and its result.
fn conversation() -> Request {
    let call = ToolCall::new("call_x9", "weather", &json!({"city": "Rom"}));
    let result = call.result(["sunny"]);
    Request::new()
        .system(Part::text("Be brief.").cached(CacheFor::Hour))
        .message(Message::user([Part::text("What?"), Media::png(b"png".to_vec()).into()]))
        .message(Message::assistant([Part::text("I look."), call.into()]))
        .message(Message::results([result]))
        .tool(weather())
        .tool_choice(ToolChoice::Any)
        .max_tokens(100)
        .temperature(0.5)
}

#[test]
fn openai_completions() {
    assert_eq!(
        spelled(Api::OpenaiCompletions, &conversation()),
        json!({
            "model": "nova-2",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": [
                    {"type": "text", "text": "What?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,cG5n"}},
                ]},
                {"role": "assistant", "content": "I look.", "tool_calls": [
                    {"id": "call_x9", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Rom\"}"}},
                ]},
                {"role": "tool", "tool_call_id": "call_x9", "content": "sunny"},
            ],
            "max_tokens": 100,
            "temperature": 0.5,
            "tools": [{"type": "function", "function": {
                "name": "weather", "description": "The weather.", "parameters": {"type": "object"}}}],
            "tool_choice": "required",
            "stream": true,
            "stream_options": {"include_usage": true},
        })
    );
    let request = Request::new().user("hi").max_tokens(7);
    let encoded = encode(&request, &mini(Api::OpenaiCompletions), false).unwrap();
    assert_eq!(encoded.path, "/chat/completions");
    assert_eq!(
        body(&encoded),
        json!({
            "model": "mini",
            "messages": [{"role": "user", "content": "hi"}],
            "max_completion_tokens": 7,
        })
    );
}

#[test]
fn openai_responses() {
    let request = conversation().reasoning(Reasoning::Effort("high".into()));
    assert_eq!(
        spelled(Api::OpenaiResponses, &request),
        json!({
            "model": "nova-2",
            "instructions": "Be brief.",
            "input": [
                {"role": "user", "content": [
                    {"type": "input_text", "text": "What?"},
                    {"type": "input_image", "image_url": "data:image/png;base64,cG5n"},
                ]},
                {"role": "assistant", "content": [{"type": "output_text", "text": "I look."}]},
                {"type": "function_call", "call_id": "call_x9", "name": "weather", "arguments": "{\"city\":\"Rom\"}"},
                {"type": "function_call_output", "call_id": "call_x9", "output": "sunny"},
            ],
            "store": false,
            "include": ["reasoning.encrypted_content"],
            "max_output_tokens": 100,
            "temperature": 0.5,
            "tools": [{"name": "weather", "description": "The weather.", "parameters": {"type": "object"},
                "type": "function", "strict": false}],
            "tool_choice": "required",
            "reasoning": {"effort": "high", "summary": "auto"},
            "stream": true,
        })
    );
}

#[test]
fn anthropic_messages() {
    let request = conversation().reasoning(Reasoning::Budget(2_000)).max_tokens(4_000);
    let encoded = encode(&request, &target(Api::AnthropicMessages), true).unwrap();
    assert_eq!(
        encoded.headers,
        [("anthropic-version", "2023-06-01"), ("accept-encoding", "identity")]
    );
    assert_eq!(
        body(&encoded),
        json!({
            "model": "nova-2",
            "max_tokens": 4000,
            "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
            "messages": [
                {"role": "user", "content": [
                    {"type": "text", "text": "What?"},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "cG5n"}},
                ]},
                {"role": "assistant", "content": [
                    {"type": "text", "text": "I look."},
                    {"type": "tool_use", "id": "call_x9", "name": "weather", "input": {"city": "Rom"}},
                ]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "call_x9", "content": [{"type": "text", "text": "sunny"}]},
                ]},
            ],
            "temperature": 0.5,
            "tools": [{"name": "weather", "description": "The weather.", "input_schema": {"type": "object"}}],
            "tool_choice": {"type": "any"},
            "thinking": {"type": "enabled", "budget_tokens": 2000},
            "stream": true,
        })
    );
    // The api demands a limit; the catalog's is as good as none.
    let plain = spelled(Api::AnthropicMessages, &Request::new().user("hi"));
    assert_eq!(plain["max_tokens"], 32_000);
}

#[test]
fn google_generative_ai() {
    let encoded = encode(&conversation(), &target(Api::GoogleGenerativeAi), true).unwrap();
    assert_eq!(encoded.path, "/models/nova-2:streamGenerateContent?alt=sse");
    assert_eq!(
        body(&encoded),
        json!({
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "contents": [
                {"role": "user", "parts": [
                    {"text": "What?"}, {"inlineData": {"mimeType": "image/png", "data": "cG5n"}},
                ]},
                {"role": "model", "parts": [
                    {"text": "I look."},
                    {"functionCall": {"id": "call_x9", "name": "weather", "args": {"city": "Rom"}}},
                ]},
                {"role": "user", "parts": [
                    {"functionResponse": {"id": "call_x9", "name": "weather", "response": {"output": "sunny"}}},
                ]},
            ],
            "tools": [{"functionDeclarations": [
                {"name": "weather", "description": "The weather.", "parametersJsonSchema": {"type": "object"}}]}],
            "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
            "generationConfig": {"maxOutputTokens": 100, "temperature": 0.5, "thinkingConfig": {"includeThoughts": true}},
        })
    );
}

#[test]
fn ollama() {
    let request = Request { tool_choice: None, ..conversation() };
    assert_eq!(
        spelled(Api::Ollama, &request),
        json!({
            "model": "nova-2",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What?", "images": ["cG5n"]},
                {"role": "assistant", "content": "I look.", "tool_calls": [
                    {"function": {"name": "weather", "arguments": {"city": "Rom"}}}]},
                {"role": "tool", "tool_name": "weather", "content": "sunny"},
            ],
            "stream": true,
            "tools": [{"type": "function", "function": {
                "name": "weather", "description": "The weather.", "parameters": {"type": "object"}}}],
            "options": {"num_predict": 100, "temperature": 0.5},
        })
    );
}

#[test]
fn bedrock_converse() {
    let encoded = encode(&conversation(), &target(Api::BedrockConverse), true).unwrap();
    assert_eq!(encoded.path, "/model/nova-2/converse-stream");
    assert_eq!(
        body(&encoded),
        json!({
            "system": [{"text": "Be brief."}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
            "messages": [
                {"role": "user", "content": [
                    {"text": "What?"}, {"image": {"format": "png", "source": {"bytes": "cG5n"}}},
                ]},
                {"role": "assistant", "content": [
                    {"text": "I look."},
                    {"toolUse": {"toolUseId": "call_x9", "name": "weather", "input": {"city": "Rom"}}},
                ]},
                {"role": "user", "content": [
                    {"toolResult": {"toolUseId": "call_x9", "content": [{"text": "sunny"}], "status": "success"}},
                ]},
            ],
            "inferenceConfig": {"maxTokens": 100, "temperature": 0.5},
            "toolConfig": {
                "tools": [{"toolSpec": {"name": "weather", "description": "The weather.", "inputSchema": {"json": {"type": "object"}}}}],
                "toolChoice": {"any": {}},
            },
        })
    );
}

#[test]
fn a_model_id_is_one_segment_of_a_path() {
    let target =
        crate::wire::Target::unlisted(&crate::testing::ACME, "arn:aws:x/y?z", Api::BedrockConverse);
    let encoded = encode(&Request::new().user("hi"), &target, false).unwrap();
    assert_eq!(encoded.path, "/model/arn%3Aaws%3Ax%2Fy%3Fz/converse");
}

#[test]
fn what_a_model_cannot_do_is_refused_all_at_once() {
    let request = Request::new()
        .message(Message::user([Part::from(Media::png(b"x".to_vec()))]))
        .tool(weather())
        .temperature(1.0)
        .max_tokens(101)
        .reasoning(Reasoning::Effort("high".into()))
        .format(Format::Schema { name: "s".into(), schema: json!({}) })
        .extra("logit_bias", json!({}));
    let error = encode(&request, &mini(Api::OpenaiCompletions), true).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.message(),
        "`acme/mini`: it takes no temperature; it calls no tools; it does not answer by a schema; it refuses \
         `logit_bias`; it takes no image; it answers with at most 100 tokens, not 101; it does not reason"
    );
    for (reasoning, objection) in [
        (Reasoning::Effort("max".into()), "its effort levels are none, low, high, not `max`"),
        (Reasoning::Budget(5), "its reasoning budget is 1024 to 24000 tokens, not 5"),
    ] {
        let request = Request::new().user("hi").reasoning(reasoning);
        let error = encode(&request, &target(Api::AnthropicMessages), true).unwrap_err();
        assert_eq!(error.message(), format!("`acme/nova-2`: {objection}"));
    }
}

#[test]
fn what_an_api_cannot_say_is_refused_and_not_dropped() {
    let seeded = Request { seed: Some(1), ..Request::new().user("hi") };
    for (api, request, objection) in [
        (Api::AnthropicMessages, seeded.clone(), "`anthropic-messages` has no field for a seed"),
        (Api::BedrockConverse, seeded, "`bedrock-converse` has no field for a seed"),
        (
            Api::AnthropicMessages,
            Request::new().user(Media::bytes("audio/wav", b"x".to_vec()).unwrap()),
            "`anthropic-messages` takes no audio",
        ),
        (
            Api::OpenaiCompletions,
            Request::new().user("hi").reasoning(Reasoning::Budget(2_000)),
            "`openai-completions` has no one field for a reasoning budget; set the vendor's own as an extra field",
        ),
        (
            Api::Ollama,
            Request::new().user("hi").tool_choice(ToolChoice::Any),
            "`ollama` has no field for a choice of tools",
        ),
    ] {
        let error = encode(&request, &target(api), true).unwrap_err();
        assert_eq!(error.message(), format!("`acme/nova-2`: {objection}"));
    }
}

#[test]
fn an_answer_goes_back_with_what_its_provider_wants_and_to_no_other() {
    let anthropic = whole(
        Api::AnthropicMessages,
        r#"{"content":[
        {"type":"thinking","thinking":"Hm","signature":"s"},{"type":"redacted_thinking","data":"d"},
        {"type":"tool_use","id":"t","name":"weather","input":{}}],"stop_reason":"tool_use"}"#,
    );
    let request = Request::new().user("hi").message(anthropic.message());
    assert_eq!(
        spelled(Api::AnthropicMessages, &request)["messages"][1]["content"],
        json!([
            {"type": "thinking", "thinking": "Hm", "signature": "s"},
            {"type": "redacted_thinking", "data": "d"},
            {"type": "tool_use", "id": "t", "name": "weather", "input": {}},
        ])
    );
    let elsewhere = spelled(Api::BedrockConverse, &request).to_string();
    assert!(!elsewhere.contains("Hm") && !elsewhere.contains("signature"));

    let google = whole(
        Api::GoogleGenerativeAi,
        r#"{"candidates":[{"content":{"parts":[
        {"functionCall":{"name":"weather","args":{}},"thoughtSignature":"sig"}]},"finishReason":"STOP"}]}"#,
    );
    let result = google.tool_calls().next().unwrap().result(["sunny"]);
    let request =
        Request::new().user("hi").message(google.message()).message(Message::results([result]));
    assert_eq!(
        spelled(Api::GoogleGenerativeAi, &request)["contents"].as_array().unwrap()[1..],
        [
            json!({"role": "model", "parts": [
            {"functionCall": {"name": "weather", "args": {}}, "thoughtSignature": "sig"}]}),
            json!({"role": "user", "parts": [
            {"functionResponse": {"name": "weather", "response": {"output": "sunny"}}}]}),
        ]
    );
}

#[test]
fn thoughts_go_back_in_their_field_only_between_a_call_and_its_result() {
    let api = Api::OpenaiCompletions;
    let turn = |calls: &str| {
        let answer = whole(
            api,
            &format!(
                r#"{{"choices":[{{"message":{{"content":"a","reasoning_content":"Hm","reasoning_details":[
                {{"type":"reasoning.text","index":0,"text":"H"}},{{"type":"reasoning.text","index":0,"text":"m","signature":"s"}}]
                {calls}}},"finish_reason":"stop"}}]}}"#
            ),
        );
        spelled(api, &Request::new().user("hi").message(answer.message()))["messages"][1].clone()
    };
    let call = r#","tool_calls":[{"id":"c","function":{"name":"weather","arguments":"{}"}}]"#;
    let with_call = turn(call);
    assert_eq!(with_call["reasoning_content"], "Hm");
    let joined = json!([{"type": "reasoning.text", "index": 0, "text": "Hm", "signature": "s"}]);
    assert_eq!(with_call["reasoning_details"], joined);
    assert_eq!(turn(""), json!({"role": "assistant", "content": "a"}));
}

#[test]
fn a_call_that_was_cut_off_does_not_go_back() {
    let cut = whole(
        Api::OpenaiCompletions,
        r#"{"choices":[{"message":{"tool_calls":[
        {"id":"c","function":{"name":"weather","arguments":"{\"a"}}]},"finish_reason":"length"}]}"#,
    );
    let request = Request::new().user("hi").message(cut.message());
    for api in [
        Api::OpenaiCompletions,
        Api::OpenaiResponses,
        Api::AnthropicMessages,
        Api::GoogleGenerativeAi,
        Api::Ollama,
        Api::BedrockConverse,
    ] {
        let error = encode(&request, &target(api), true).unwrap_err();
        assert!(
            error.message().ends_with("cannot take back the call of `weather`, which is cut off")
        );
    }
}

#[test]
fn a_service_tier_is_asked_for_in_the_word_of_each_api() {
    use portolan_types::ServiceTier::{Batch, Fast, Flex, Priority, Standard, Ultrafast};
    let asked =
        |api, tier| encode(&Request::new().user("hi").service_tier(tier), &target(api), false);
    for api in [Api::OpenaiCompletions, Api::OpenaiResponses] {
        for (tier, word) in [
            (Standard, "default"),
            (Flex, "flex"),
            (Priority, "priority"),
            (Fast, "fast"),
            (Ultrafast, "ultrafast"),
        ] {
            assert_eq!(body(&asked(api, tier).unwrap())["service_tier"], word, "{api}");
        }
    }
    for (tier, word) in [(Standard, "standard"), (Flex, "flex"), (Priority, "priority")] {
        let google = asked(Api::GoogleGenerativeAi, tier).unwrap();
        assert_eq!((&body(&google)["service_tier"], google.headers.len()), (&json!(word), 0));
        let vertex = asked(Api::GoogleVertex, tier).unwrap();
        assert_eq!(body(&vertex).get("service_tier"), None);
        let header = ("x-vertex-ai-llm-shared-request-type", word);
        assert_eq!(vertex.headers.contains(&header), tier != Standard);
    }
    let anthropic = asked(Api::AnthropicMessages, Fast).unwrap();
    assert_eq!(body(&anthropic)["speed"], "fast");
    assert!(anthropic.headers.contains(&("anthropic-beta", "fast-mode-2026-02-01")));
    let bedrock = asked(Api::BedrockConverse, Priority).unwrap();
    assert_eq!(body(&bedrock)["serviceTier"], json!({"type": "priority"}));
    for (api, tier) in [
        (Api::OpenaiResponses, Batch),
        (Api::GoogleGenerativeAi, Fast),
        (Api::GoogleVertex, Batch),
        (Api::BedrockConverse, Fast),
    ] {
        let error = asked(api, tier).unwrap_err();
        assert!(error.message().contains(&format!("the service tier `{tier}`")), "{error}");
    }
}
