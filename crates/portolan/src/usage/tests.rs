use portolan_types::{Api, Context};
use serde_json::json;

use super::*;

fn folded(api: Api, frames: &[Value]) -> Result<Usage, UsageError> {
    let mut counts = Counts::default();
    for frame in frames {
        counts.fold(frame, Fields::of(api));
    }
    counts.usage()
}

fn units(usage: &Usage) -> Vec<(&'static str, u64)> {
    usage.iter().map(|(meter, units)| (meter.id(), units)).collect()
}

#[test]
fn each_api_gives_disjoint_meters() {
    for (api, usage, expected) in [
        (
            Api::OpenaiCompletions,
            json!({"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100,
                "prompt_tokens_details": {"cached_tokens": 400, "audio_tokens": 50},
                "completion_tokens_details": {"reasoning_tokens": 30, "audio_tokens": 0}}),
            vec![
                ("input", 550),
                ("cache_read", 400),
                ("input_audio", 50),
                ("output", 70),
                ("reasoning", 30),
            ],
        ),
        (
            Api::OpenaiResponses,
            json!({"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3},
                "output_tokens": 9, "output_tokens_details": {"reasoning_tokens": 8}, "total_tokens": 19}),
            vec![
                ("input", 3),
                ("cache_read", 4),
                ("cache_write", 3),
                ("output", 1),
                ("reasoning", 8),
            ],
        ),
        (
            Api::AnthropicMessages,
            json!({"input_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 70,
                "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 50},
                "output_tokens": 7, "server_tool_use": {"web_search_requests": 2}}),
            vec![
                ("input", 5),
                ("cache_read", 100),
                ("cache_write", 20),
                ("cache_write_1h", 50),
                ("output", 7),
                ("searches", 2),
            ],
        ),
        (
            Api::GoogleGenerativeAi,
            json!({"promptTokenCount": 300, "cachedContentTokenCount": 100, "candidatesTokenCount": 20,
                "thoughtsTokenCount": 40, "toolUsePromptTokenCount": 6, "totalTokenCount": 366,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 170}, {"modality": "IMAGE", "tokenCount": 130}],
                "cacheTokensDetails": [{"modality": "IMAGE", "tokenCount": 100}]}),
            vec![
                ("input", 176),
                ("input_image", 30),
                ("cache_read_image", 100),
                ("output", 20),
                ("reasoning", 40),
            ],
        ),
        (
            Api::BedrockConverse,
            json!({"inputTokens": 3, "outputTokens": 4, "totalTokens": 27, "cacheReadInputTokens": 8,
                "cacheWriteInputTokens": 12, "cacheDetails": [{"ttl": "1h", "inputTokens": 5}]}),
            vec![
                ("input", 3),
                ("cache_read", 8),
                ("cache_write", 7),
                ("cache_write_1h", 5),
                ("output", 4),
            ],
        ),
        (
            Api::Ollama,
            json!({"prompt_eval_count": 26, "eval_count": 298}),
            vec![("input", 26), ("output", 298)],
        ),
    ] {
        let usage = folded(api, &[usage]).unwrap();
        assert_eq!(units(&usage), expected, "{api}");
    }
}

#[test]
fn spellings_of_vendors_that_speak_as_openai_does() {
    let deepseek = json!({"prompt_tokens": 10, "completion_tokens": 1, "prompt_cache_hit_tokens": 6,
        "prompt_cache_miss_tokens": 4, "prompt_tokens_details": {"cached_tokens": 6}});
    let moonshot = json!({"prompt_tokens": 10, "completion_tokens": 1, "cached_tokens": 6});
    for usage in [deepseek, moonshot] {
        let usage = folded(Api::OpenaiCompletions, &[usage]).unwrap();
        assert_eq!(units(&usage), [("input", 4), ("cache_read", 6), ("output", 1)]);
    }
    // Databricks, its parts in the usage itself.
    let databricks = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
        "cache_read_input_tokens": 6, "reasoning_tokens": 2});
    let usage = folded(Api::OpenaiCompletions, &[databricks]).unwrap();
    let expected = [("input", 4), ("cache_read", 6), ("output", 3), ("reasoning", 2)];
    assert_eq!(units(&usage), expected);
    // Perplexity's deep research counts reasoning and citations beside the completion, and both beside the total.
    let perplexity = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
        "citation_tokens": 7, "num_search_queries": 2, "reasoning_tokens": 90});
    let usage = folded(Api::OpenaiCompletions, &[perplexity]).unwrap();
    let mut expected =
        vec![("input", 10), ("output", 5), ("reasoning", 90), ("searches", 2), ("citation", 7)];
    let mut read = units(&usage);
    expected.sort_unstable();
    read.sort_unstable();
    assert_eq!(read, expected);
    // xAI counts reasoning beside the completion.
    let xai = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 35,
        "completion_tokens_details": {"reasoning_tokens": 20}});
    let usage = folded(Api::OpenaiCompletions, &[xai]).unwrap();
    assert_eq!(units(&usage), [("input", 10), ("output", 5), ("reasoning", 20)]);
}

#[test]
fn the_last_frame_that_says_a_field_counts() {
    let frames = [
        json!({"input_tokens": 25, "cache_read_input_tokens": 3, "output_tokens": 1}),
        json!({"output_tokens": 15, "input_tokens": null}),
        json!(null),
        json!({"output_tokens": 17}),
    ];
    let usage = folded(Api::AnthropicMessages, &frames).unwrap();
    assert_eq!(units(&usage), [("input", 25), ("cache_read", 3), ("output", 17)]);
}

#[test]
fn what_contradicts_itself_is_no_usage() {
    let usage = |usage| folded(Api::OpenaiCompletions, &[usage]);
    let what = |value| match usage(value) {
        Err(UsageError::Contradiction { what }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        what(json!({"prompt_tokens": 1, "completion_tokens": 1, "cached_tokens": 2})),
        "more cached input than input"
    );
    assert_eq!(
        what(json!({"prompt_tokens": 1, "completion_tokens": 1,
            "completion_tokens_details": {"reasoning_tokens": 2}})),
        "more reasoning than output"
    );
    assert_eq!(usage(json!({"prompt_tokens": 1})), Err(UsageError::Missing));
    assert_eq!(usage(json!({})), Err(UsageError::Missing));
    let zeros = json!({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0});
    assert_eq!(usage(zeros), Err(UsageError::Missing));
    assert_eq!(usage(json!("many")), Err(UsageError::Missing));
    let malformed = Err(UsageError::Malformed { field: "prompt_tokens".to_owned() });
    for odd in [json!(-1), json!(1.5), json!("7"), json!([])] {
        assert_eq!(usage(json!({"prompt_tokens": odd, "completion_tokens": 1})), malformed);
    }
    let huge = json!({"prompt_tokens": u64::MAX, "completion_tokens": u64::MAX, "total_tokens": u64::MAX,
        "completion_tokens_details": {"reasoning_tokens": u64::MAX}});
    assert_eq!(usage(huge).unwrap().units(Meter::Input), u64::MAX);
}

#[test]
fn the_usage_of_answers_that_nobody_here_asked_for() {
    let anthropic = concat!(
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,\"output_tokens\":1,\"service_tier\":\"priority\"}}}\n\n",
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":15}}\n\n",
    );
    let ollama =
        "{\"message\":{},\"done\":false}\n{\"done\":true,\"prompt_eval_count\":2,\"eval_count\":3}";
    let responses = r#"data: {"type":"response.completed","response":{"service_tier":"flex","output":[{"type":"web_search_call"}],"usage":{"input_tokens":1,"output_tokens":2}}}"#;
    let google =
        r#"[{"candidates":[]},{"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":5}}]"#;
    let groq = r#"{"x_groq":{"usage":{"prompt_tokens":6,"completion_tokens":7}}}"#;
    let bedrock = crate::frame::tests::message(
        &[(":event-type", "metadata"), (":message-type", "event")],
        br#"{"usage":{"inputTokens":8,"outputTokens":9},"serviceTier":{"type":"flex"}}"#,
    );
    for (api, answer, expected, tier) in [
        (
            Api::AnthropicMessages,
            anthropic.as_bytes(),
            vec![("input", 25), ("output", 15)],
            Some("priority"),
        ),
        (Api::Ollama, ollama.as_bytes(), vec![("input", 2), ("output", 3)], None),
        (
            Api::OpenaiResponses,
            responses.as_bytes(),
            vec![("input", 1), ("output", 2), ("searches", 1)],
            Some("flex"),
        ),
        (Api::GoogleGenerativeAi, google.as_bytes(), vec![("input", 4), ("output", 5)], None),
        (Api::OpenaiCompletions, groq.as_bytes(), vec![("input", 6), ("output", 7)], None),
        (Api::BedrockConverse, &bedrock, vec![("input", 8), ("output", 9)], Some("flex")),
    ] {
        let used = Used::read(api, answer).unwrap();
        assert_eq!((units(&used.usage), used.service_tier.as_deref()), (expected, tier), "{api}");
    }
    for nothing in ["", "<html>", "data: [DONE]\n\n", "{}", "\u{0}\u{1}"] {
        for api in [Api::OpenaiCompletions, Api::BedrockConverse, Api::Ollama] {
            assert_eq!(Used::read(api, nothing.as_bytes()), Err(UsageError::Missing), "{nothing}");
        }
    }
}

#[test]
fn a_fast_answer_was_served_by_the_tier_fast() {
    let tier =
        |answer: &str| Used::read(Api::AnthropicMessages, answer.as_bytes()).unwrap().service_tier;
    let usage = |more: &str| format!(r#"{{"usage":{{"input_tokens":1,"output_tokens":1{more}}}}}"#);
    let fast = usage(r#","service_tier":"standard","speed":"fast""#);
    assert_eq!(tier(&fast).as_deref(), Some("fast"));
    let streamed = format!(r#"data: {{"type":"message_start","message":{fast}}}"#);
    assert_eq!(tier(&format!("{streamed}\n\ndata: {}\n\n", usage(""))).as_deref(), Some("fast"));
    let standard = usage(r#","service_tier":"priority","speed":"standard""#);
    assert_eq!(tier(&standard).as_deref(), Some("priority"));
    assert_eq!(tier(&usage(r#","speed":null"#)), None);
}

#[test]
fn only_searches_of_a_response_are_counted_as_such() {
    let calls = r#"{"type":"web_search_call"},{"type":"web_search_call","action":{"type":"search","query":"a"}},
        {"type":"web_search_call","action":{"type":"open_page","url":"u"}},
        {"type":"web_search_call","action":{"type":"find_in_page","pattern":"p"}}"#;
    let searches = |answer: &str| {
        let used = Used::read(Api::OpenaiResponses, answer.as_bytes()).unwrap();
        used.usage.units(Meter::Searches)
    };
    let body = |output: &str| {
        format!(r#"{{"output":[{output}],"usage":{{"input_tokens":1,"output_tokens":1}}}}"#)
    };
    assert_eq!(searches(&body(calls)), 2);
    // Some streams state an item only when it is done.
    let done = r#"data: {"type":"response.output_item.done","item":{"type":"web_search_call"}}"#;
    for (output, expected) in
        [("", 2), (&*calls.replace('\n', ""), 2), (r#"{"type":"message"}"#, 2)]
    {
        let completed =
            format!(r#"data: {{"type":"response.completed","response":{}}}"#, body(output));
        let stream = format!("{done}\n\n{done}\n\n{completed}\n\n");
        assert_eq!(searches(&stream), expected, "{output}");
    }
}

#[test]
fn a_grounded_answer_costs_its_searches_and_its_maps() {
    let at = portolan_types::Date(20_261_127).timestamp().unwrap();
    let cost = |model: &str, grounding: &str| {
        let body = format!(
            r#"{{"candidates":[{{"groundingMetadata":{{{grounding}}}}}],"modelVersion":"{model}",
            "usageMetadata":{{"promptTokenCount":0,"candidatesTokenCount":1000000}}}}"#
        );
        let entry = crate::catalog::find(&format!("google/{model}")).unwrap();
        let used = Used::read(Api::GoogleGenerativeAi, body.as_bytes()).unwrap();
        used.cost(&entry, &Context::at(at))
    };
    // 14 USD for a thousand queries; 35 USD for a thousand prompts.
    let searches = r#""webSearchQueries":["a","b"]"#;
    assert_eq!(cost("gemini-3.8-flash", searches).to_string(), "3.778 USD");
    assert_eq!(cost("gemini-2.5-flash", searches).to_string(), "2.535 USD");
    // How often the maps were asked is not said.
    let maps = r#""groundingChunks":[{"web":{}},{"maps":{"uri":"u"}},{"maps":{"uri":"v"}}]"#;
    let cost = cost("gemini-3.8-flash", maps);
    assert_eq!(cost.to_string(), "3.764 USD");
    let assumptions = cost.bill().unwrap().assumptions();
    assert!(assumptions.contains(&"maps_queries billed as one".to_owned()), "{assumptions:?}");
}
