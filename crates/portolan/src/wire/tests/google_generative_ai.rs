use super::*;
use crate::ErrorKind;
use serde_json::json;

const API: Api = Api::GoogleGenerativeAi;

/// Events as the vendor ends them.
fn crlf(data: &[&str]) -> Vec<u8> {
    data.iter().flat_map(|data| format!("data: {data}\r\n\r\n").into_bytes()).collect()
}

#[test]
fn thought_text_and_calls_with_signatures() {
    let answer = answer(
        API,
        &crlf(&[
            r#"{"candidates":[{"content":{"parts":[{"text":"Thinking","thought":true}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":10,"thoughtsTokenCount":5,"totalTokenCount":15},"modelVersion":"gemini-3-pro","responseId":"r1"}"#,
            r#"{"candidates":[{"content":{"parts":[{"text":"Héllo "}],"role":"model"}}]}"#,
            r#"{"candidates":[{"content":{"parts":[{"text":"you","thoughtSignature":"c2ln"},{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"Y2Fs"},{"functionCall":{"name":"f","args":{"x":2}}}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":7,"thoughtsTokenCount":6,"totalTokenCount":23}}"#,
        ]),
    );
    assert_eq!((answer.reasoning(), answer.text()), ("Thinking".into(), "Héllo you".into()));
    assert_eq!(
        calls(&answer),
        [call("call_1", "f", r#"{"x":1}"#), call("call_2", "f", r#"{"x":2}"#)]
    );
    assert_eq!(answer.stop, Stop::ToolUse);
    assert_eq!(units(&answer), [("input", 10), ("output", 7), ("reasoning", 6)]);
    let replays: Vec<_> =
        answer.parts.iter().map(|part| part.replay.as_ref().map(|replay| &replay.data)).collect();
    let (text, first) = (json!({"signature": "c2ln"}), json!({"signature": "Y2Fs"}));
    assert_eq!(replays, [None, None, Some(&text), Some(&first), None]);
}

#[test]
fn a_signature_in_a_part_of_its_own() {
    let answer = answer(
        API,
        &crlf(&[
            r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}"#,
            r#"{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"c2ln"}]},"finishReason":"MAX_TOKENS"}]}"#,
        ]),
    );
    assert_eq!(answer.text(), "Hi");
    let signed: Vec<_> = answer.parts.iter().map(|part| part.replay.is_some()).collect();
    assert_eq!(signed, [false, true]);
    assert_eq!(answer.stop, Stop::Length);
}

#[test]
fn what_is_blocked_is_refused() {
    let prompt = answer(
        API,
        &crlf(&[
            r#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":0,"totalTokenCount":4}}"#,
        ]),
    );
    assert_eq!((prompt.stop, prompt.parts.len()), (Stop::Refused, 0));
    let answer = answer(API, &crlf(&[r#"{"candidates":[{"finishReason":"PROHIBITED_CONTENT"}]}"#]));
    assert_eq!(answer.stop, Stop::Refused);
}

#[test]
fn failures_and_a_stream_that_breaks_off() {
    let error =
        r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#;
    assert_eq!(failure(API, &crlf(&[error])).1.kind(), ErrorKind::Overloaded);
    let (before, error) =
        failure(API, &crlf(&[r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}"#]));
    assert_eq!((before, error.kind()), (1, ErrorKind::Disconnected));
}

#[test]
fn a_whole_answer_and_a_list_of_its_pieces() {
    let piece = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"},{"functionCall":{"id":"x1","name":"f"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}"#;
    for body in [piece.to_owned(), format!("[{piece}]")] {
        let answer = whole(API, &body);
        assert_eq!(answer.text(), "Hi");
        assert_eq!(calls(&answer), [call("x1", "f", "{}")]);
    }
}

#[test]
fn searches_are_counted_as_the_generation_of_the_model_is_billed() {
    let chunk = |text: &str, queries: &str, model: &str, end: &str| {
        format!(
            r#"{{"candidates":[{{"content":{{"parts":[{{"text":"{text}"}}]}},"groundingMetadata":{{"webSearchQueries":{queries},"groundingChunks":[{{"web":{{"uri":"u"}}}}]}}{end}}}],"usageMetadata":{{"promptTokenCount":1,"candidatesTokenCount":1}}{model}}}"#
        )
    };
    let searches = |model: &str, queries: &[&str]| {
        let end = r#","finishReason":"STOP""#;
        let chunks: Vec<_> = queries.iter().map(|queries| chunk("x", queries, model, "")).collect();
        let last = chunk("y", queries.last().unwrap(), model, end);
        let mut data: Vec<_> = chunks.iter().map(String::as_str).collect();
        data.push(&last);
        let streamed = answer(API, &crlf(&data));
        let list = format!("[{}]", data.join(","));
        for answer in [&whole(API, &list), &answer(Api::GoogleVertex, &crlf(&data))] {
            assert_eq!(units(answer), units(&streamed));
        }
        for recorded in [list.into_bytes(), crlf(&data)] {
            let used = crate::Used::read(API, &recorded).unwrap();
            assert_eq!(Ok(used.usage), streamed.usage);
        }
        streamed.usage.unwrap().units(portolan_types::Meter::Searches)
    };
    let gemini_3 = r#","modelVersion":"gemini-3-flash-preview""#;
    let queries = [r#"["","a","b"]"#, r#"["a","b","c",""]"#];
    for (model, queries, expected) in [
        (gemini_3, &queries[..], 3),
        (r#","modelVersion":"gemini-2.5-flash""#, &queries, 1),
        (r#","modelVersion":"gemini-2.0-flash-001""#, &queries, 1),
        (r#","modelVersion":"gemini-4-argon""#, &queries, 3),
        // Rather too much than too little where nobody says which it is.
        ("", &queries, 3),
        (gemini_3, &[r#"["",""]"#], 0),
        (gemini_3, &["[]"], 0),
        (gemini_3, &["null"], 0),
        (gemini_3, &[r#"{"a":1}"#], 0),
    ] {
        assert_eq!(searches(model, queries), expected, "{model} {queries:?}");
    }
    // What is searched for counts as what is kept.
    let many = format!("[{}]", vec![format!("\"{}\"", "q".repeat(1 << 10)); 4].join(","));
    assert_eq!(searches(gemini_3, &[&many]), 1);
}

#[test]
fn maps_are_a_source_once_however_often_a_stream_names_them() {
    let maps = r#"{"candidates":[{"content":{"parts":[{"text":"a"}]},"groundingMetadata":{"groundingChunks":[{"maps":{"uri":"u","title":"t","placeId":"p"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}"#;
    for answer in [whole(API, maps), answer(API, &crlf(&[maps, maps]))] {
        assert_eq!(units(&answer), [("input", 1), ("output", 1), ("maps_queries", 1)]);
    }
}

#[test]
fn the_tier_that_served_is_said_in_either_field() {
    let chunk = |tier: &str| {
        format!(
            r#"{{"candidates":[{{"content":{{"parts":[{{"text":"a"}}]}},"finishReason":"STOP"}}],"usageMetadata":{{"promptTokenCount":1,"candidatesTokenCount":1{tier}}}}}"#
        )
    };
    for (said, tier) in [
        (r#","serviceTier":"flex""#, Some("flex")),
        (r#","trafficType":"ON_DEMAND_PRIORITY""#, Some("ON_DEMAND_PRIORITY")),
        ("", None),
    ] {
        let chunk = chunk(said);
        let streamed = answer(API, &crlf(&[&chunk, &chunk]));
        let used = crate::Used::read(API, chunk.as_bytes()).unwrap();
        for read in [streamed.service_tier, whole(API, &chunk).service_tier, used.service_tier] {
            assert_eq!(read.as_deref(), tier);
        }
    }
}
