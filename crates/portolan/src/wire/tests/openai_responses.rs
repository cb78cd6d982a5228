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

const TEXT_ADDED: &str = r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"m","type":"message","content":[]}}"#;
const TEXT_DELTA: &str =
    r#"{"type":"response.output_text.delta","output_index":0,"item_id":"m","delta":"Hi"}"#;
const TEXT_DONE: &str = r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi"}]}}"#;
const CALL_ADDED: &str = r#"{"type":"response.output_item.added","output_index":1,"item":{"id":"f1","type":"function_call","call_id":"c","name":"f","arguments":""}}"#;
const CALL_DELTAS: [&str; 2] = [
    r#"{"type":"response.function_call_arguments.delta","output_index":1,"item_id":"f1","delta":"{\"a\":"}"#,
    r#"{"type":"response.function_call_arguments.delta","output_index":1,"item_id":"f1","delta":"1}"}"#,
];
const CALL_WHOLE: &str = r#"{"type":"response.function_call_arguments.done","output_index":1,"item_id":"f1","arguments":"{\"a\":1}"}"#;
const CALL_DONE: &str = r#"{"type":"response.output_item.done","output_index":1,"item":{"id":"f1","type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":1}"}}"#;
const SEARCH_DONE: &str = r#"{"type":"response.output_item.done","output_index":2,"item":{"id":"w","type":"web_search_call","action":{"type":"search"}}}"#;
const COMPLETED: &str = r#"{"type":"response.completed","response":{"status":"completed","output":[{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi"}]},{"id":"f1","type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":1}"},{"id":"w","type":"web_search_call","action":{"type":"search"}}],"usage":{"input_tokens":1,"output_tokens":1}}}"#;
const BARE_COMPLETED: &str = r#"{"type":"response.completed","response":{"status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#;

/// Whether a stream gives its text, its call and its search once.
fn gives_each_once(data: &[&str]) {
    let answer = answer(API, &sse(data));
    assert_eq!(answer.text(), "Hi", "{data:?}");
    assert_eq!(calls(&answer), [call("c", "f", r#"{"a":1}"#)], "{data:?}");
    assert_eq!(units(&answer), [("input", 1), ("output", 1), ("searches", 1)], "{data:?}");
    assert_eq!((answer.parts.len(), answer.stop), (2, Stop::ToolUse), "{data:?}");
}

#[test]
fn an_item_is_given_once_however_often_it_is_stated() {
    let events: Vec<_> = [TEXT_ADDED, TEXT_DELTA, TEXT_DONE, CALL_ADDED]
        .into_iter()
        .chain(CALL_DELTAS)
        .chain([CALL_WHOLE, CALL_DONE, SEARCH_DONE])
        .collect();
    // Any of the events may be left out, if the whole response states the items.
    for left_out in 0..1 << events.len() {
        let kept = events.iter().enumerate().filter(|(at, _)| left_out >> at & 1 == 0);
        let mut data: Vec<_> = kept.map(|(_, event)| *event).collect();
        // Arguments that lack their beginning are no arguments.
        if data.contains(&CALL_DELTAS[0]) || !data.contains(&CALL_DELTAS[1]) {
            data.push(COMPLETED);
            gives_each_once_whole(&data);
        }
    }
    gives_each_once(&[&*events, &[BARE_COMPLETED]].concat());
    gives_each_once(&[&*events, &[COMPLETED]].concat());
    gives_each_once(&[COMPLETED]);
}

/// As [`gives_each_once`], without the splits.
fn gives_each_once_whole(data: &[&str]) {
    let answer = whole(API, std::str::from_utf8(&sse(data)).unwrap());
    assert_eq!(answer.text(), "Hi", "{data:?}");
    assert_eq!(calls(&answer), [call("c", "f", r#"{"a":1}"#)], "{data:?}");
    assert_eq!(units(&answer), [("input", 1), ("output", 1), ("searches", 1)], "{data:?}");
}

#[test]
fn items_that_are_only_done_or_out_of_order() {
    gives_each_once(&[TEXT_DONE, CALL_DONE, SEARCH_DONE, BARE_COMPLETED]);
    gives_each_once(&[SEARCH_DONE, CALL_DONE, TEXT_DONE, COMPLETED]);
    // Deltas of a call that nothing began.
    let [first, second] = CALL_DELTAS;
    gives_each_once(&[first, TEXT_DELTA, second, CALL_DONE, TEXT_DONE, SEARCH_DONE, COMPLETED]);
    gives_each_once(&[first, TEXT_DELTA, second, CALL_WHOLE, SEARCH_DONE, COMPLETED]);
    gives_each_once(&[CALL_ADDED, TEXT_DONE, first, second, COMPLETED]);
}

#[test]
fn servers_that_count_or_name_items_otherwise() {
    // No number of the item in deltas; all of them the first; another id in every event.
    let bare = r#"{"type":"response.output_text.delta","delta":"Hi"}"#;
    gives_each_once(&[bare, TEXT_DONE, CALL_DONE, SEARCH_DONE, COMPLETED]);
    let third = TEXT_DELTA.replace("_index\":0", "_index\":3");
    gives_each_once(&[&third, TEXT_DONE, CALL_DONE, SEARCH_DONE, COMPLETED]);
    let renamed = TEXT_DONE.replace("\"m\"", "\"n\"");
    gives_each_once(&[TEXT_ADDED, TEXT_DELTA, &renamed, CALL_DONE, SEARCH_DONE, COMPLETED]);
    // The response leaves out an item, so that others move up.
    let thought = r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"r","type":"reasoning","summary":[]}}"#;
    let moved =
        [TEXT_ADDED, TEXT_DELTA, TEXT_DONE].map(|event| event.replace("_index\":0", "_index\":1"));
    let moved_call = CALL_DONE.replace("_index\":1", "_index\":2");
    let mut data = vec![thought];
    data.extend(moved.iter().map(String::as_str));
    data.extend([&*moved_call, COMPLETED]);
    gives_each_once(&data);
    // Two calls under one number.
    let two = answer(
        API,
        &sse(&[
            CALL_DONE,
            &CALL_DONE.replace("\"c\"", "\"d\"").replace("f1", "f2"),
            BARE_COMPLETED,
        ]),
    );
    let both = [call("c", "f", r#"{"a":1}"#), call("d", "f", r#"{"a":1}"#)];
    assert_eq!(calls(&two), both);
}

#[test]
fn a_thought_that_only_the_whole_response_states() {
    let output = r#"{"id":"r","type":"reasoning","encrypted_content":"g","summary":[{"type":"summary_text","text":"Hm"}]},{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi"}]}"#;
    let completed = format!(
        r#"{{"type":"response.completed","response":{{"status":"completed","output":[{output}]}}}}"#
    );
    let alone = answer(API, &sse(&[&completed]));
    assert_eq!((alone.reasoning(), alone.text()), ("Hm".into(), "Hi".into()));
    assert!(alone.parts[0].replay.is_some());
    // Deltas of it under another number are its own.
    let delta = r#"{"type":"response.reasoning_summary_text.delta","output_index":7,"delta":"Hm"}"#;
    let item = output.split_once("},{\"id\":\"m").unwrap().0;
    let done =
        format!(r#"{{"type":"response.output_item.done","output_index":0,"item":{item}}}}}"#);
    for data in [&[delta, &*done, &*completed][..], &[delta, &*completed]] {
        let told = answer(API, &sse(data));
        assert_eq!((told.reasoning(), told.text()), ("Hm".into(), "Hi".into()));
        assert!(told.parts[0].replay.is_some());
    }
    // After the text it cannot go back in its place.
    let text = TEXT_DELTA.replace("_index\":0", "_index\":1");
    let late = answer(API, &sse(&[&text, &completed]));
    assert_eq!((late.reasoning(), late.text()), ("Hm".into(), "Hi".into()));
    assert!(late.parts.iter().all(|part| part.replay.is_none()));
}

#[test]
fn how_many_items_a_stream_has_is_bounded() {
    let searches: Vec<_> = (0..5000)
        .map(|index| {
            SEARCH_DONE
                .replace("_index\":2", &format!("_index\":{index}"))
                .replace("\"w\"", &format!("\"w{index}\""))
        })
        .collect();
    let searches = sse(&searches.iter().map(String::as_str).collect::<Vec<_>>());
    let (_, result) = decode(API, &searches, searches.len());
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[test]
fn only_searches_are_billed_as_searches() {
    let done = |index: u8, action: &str| {
        format!(
            r#"{{"type":"response.output_item.done","output_index":{index},"item":{{"id":"w{index}","type":"web_search_call"{action}}}}}"#
        )
    };
    let actions = [
        r#","action":{"type":"search","query":"a"}"#,
        r#","action":{"type":"open_page","url":"u"}"#,
        r#","action":{"type":"find_in_page","pattern":"p"}"#,
        "",
    ];
    let mut data: Vec<_> = (0..).zip(actions).map(|(index, action)| done(index, action)).collect();
    data.push(BARE_COMPLETED.to_owned());
    let answer = answer(API, &sse(&data.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(units(&answer), [("input", 1), ("output", 1), ("searches", 2)]);
}
