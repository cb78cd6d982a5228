//! How streams end: cut at every byte, and left open once all was said. A cut is one kind of error for every api, or
//! the whole answer where the model had given its reason to stop.

use super::*;
use crate::ErrorKind;
use crate::wire::tests::{bedrock_converse, sloppy};

/// The stream of each api, with text, a thought, a call and its usage.
fn streams() -> Vec<(Api, Vec<u8>)> {
    let mut streams: Vec<_> = sloppy::STREAMS
        .iter()
        .map(|(api, frames)| match api {
            Api::Ollama => (*api, format!("{}\n", frames.join("\n")).into_bytes()),
            _ => (*api, sse(frames)),
        })
        .collect();
    let done = [streams[0].1.as_slice(), b"data: [DONE]\n\n"].concat();
    streams.push((Api::OpenaiCompletions, done));
    // What a byte order mark and names of events begin with is cut too, and data of several lines.
    let named = b"\xef\xbb\xbf: hi\r\nevent: message\ndata: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"}}]}\n\n";
    streams.push((Api::OpenaiCompletions, [named, streams[0].1.as_slice()].concat()));
    let events = [
        ("messageStart", r#"{"role":"assistant"}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hé"}}"#),
        ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        ("messageStop", r#"{"stopReason":"end_turn"}"#),
        ("metadata", r#"{"usage":{"inputTokens":10,"outputTokens":3,"totalTokens":13}}"#),
    ];
    streams.push((Api::BedrockConverse, bedrock_converse::stream(&events)));
    streams
}

#[test]
fn a_cut_at_any_byte_is_one_kind_of_error_or_the_whole_answer() {
    for (api, bytes) in streams() {
        let (whole, result) = decode(api, &bytes, bytes.len());
        result.unwrap();
        let Some(Event::Done(whole)) = whole.last() else { panic!("{api}: no end") };
        let mut was_whole = false;
        for cut in 0..bytes.len() {
            let (events, result) = decode(api, &bytes[..cut], bytes.len());
            let what = format!("{api}: cut at {cut} of {}", bytes.len());
            match result {
                Ok(()) => {
                    let Some(Event::Done(answer)) = events.last() else { panic!("{what}") };
                    assert_eq!(
                        (answer.text(), &answer.stop),
                        (whole.text(), &whole.stop),
                        "{what}"
                    );
                    assert_eq!(calls(answer), calls(whole), "{what}");
                    was_whole = true;
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Disconnected, "{what}: {error}");
                    // What was whole once is not undone by more of it.
                    assert!(!was_whole, "{what}");
                }
            }
        }
        assert!(was_whole, "{api}");
    }
}

#[test]
fn what_is_cut_after_a_reason_to_stop_is_told_and_nothing_before() {
    for (api, bytes) in streams() {
        let mut decoder = Decoder::new(&target(api));
        let mut settled_at = None;
        for (at, byte) in bytes.iter().enumerate() {
            decoder.push(&[*byte]);
            while decoder.next_event().unwrap().is_some() {}
            if decoder.settled() {
                settled_at.get_or_insert(at);
            }
        }
        let settled_at = settled_at.unwrap_or_else(|| panic!("{api} is never settled"));
        let (events, result) = decode(api, &bytes[..=settled_at], bytes.len());
        result.unwrap();
        let Some(Event::Done(answer)) = events.last() else { panic!("{api}") };
        assert!(answer.usage.is_ok() && !answer.parts.is_empty(), "{api}");
    }
}

#[test]
fn a_reason_to_stop_before_anything_was_said_is_not_the_end() {
    // What translates to Google's api puts one into pieces that hold nothing, before the text.
    let usage = r#""usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":8}"#;
    let empty =
        format!(r#"{{"candidates":[{{"content":{{"parts":[]}},"finishReason":"STOP"}}],{usage}}}"#);
    let text = empty.replace("[]", r#"[{"text":"Hi"}]"#);
    let mut decoder = Decoder::new(&target(Api::GoogleGenerativeAi));
    for (frame, event, settled) in [
        (&empty, None, false),
        (&text, Some("Hi"), true),
        (&text, Some("Hi"), true),
        (&empty, None, true),
    ] {
        decoder.push(&sse(&[frame]));
        let event = event.map(|text| Event::Text(text.to_owned()));
        assert_eq!((decoder.next_event().unwrap(), decoder.settled()), (event, settled));
    }
}

#[test]
fn what_a_frame_says_before_its_error_is_told() {
    let last = br#"{"message":{"content":"Hi"},"done":false}"#;
    let mut decoder = Decoder::new(&target(Api::Ollama));
    decoder.push(last);
    assert_eq!(decoder.next_event().unwrap(), None);
    assert_eq!(decoder.finish().unwrap_err().kind(), ErrorKind::Disconnected);
    assert_eq!(decoder.next_event().unwrap(), Some(Event::Text("Hi".to_owned())));
    // An image that is none, after a text in the same frame.
    let frame = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"},{"inlineData":{"mimeType":"image/png","data":"?"}}]}}]}"#;
    let (events, result) = decode(Api::GoogleGenerativeAi, &sse(&[frame]), 4096);
    assert_eq!(events, [Event::Text("Hi".to_owned())]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Protocol);
}
