//! Images and sound in answers and in the results of tools.

use portolan_types::Modality;
use serde_json::{Value, json};

use super::*;
use crate::ErrorKind;
use crate::message::{Content, Media, Message, Part};
use crate::request::Request;
use crate::tool::ToolCall;
use crate::wire::encode;

/// The type and the bytes of each of an answer's media.
fn shown(answer: &Answer) -> Vec<(&str, &[u8])> {
    answer.media().map(|media| (media.mime(), media.data().unwrap_or_default())).collect()
}

fn body(request: &Request, api: Api) -> Value {
    serde_json::from_slice(&encode(request, &target(api), false).unwrap().body).unwrap()
}

#[test]
fn images_come_with_the_text_of_a_chat_completion() {
    let image = r#"[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}}]"#;
    let chunk = format!(r#"{{"choices":[{{"delta":{{"content":"Here.","images":{image}}}}}]}}"#);
    let last = r#"{"choices":[{"delta":{"content":"There."},"finish_reason":"stop"}]}"#;
    let streamed = answer(Api::OpenaiCompletions, &sse(&[&chunk, last]));
    assert_eq!(shown(&streamed), [("image/png", &[0x89, b'P', b'N'][..])]);
    assert_eq!(streamed.text(), "Here.There.");
    let message = chunk.replace("delta", "message");
    assert_eq!(shown(&whole(Api::OpenaiCompletions, &message)), shown(&streamed));
    let linked = message.replace("data:image/png;base64,iVBO", "https://acme.example/1.png");
    let linked = whole(Api::OpenaiCompletions, &linked);
    assert_eq!(linked.media().next().unwrap().link(), Some("https://acme.example/1.png"));
    for broken in ["data:image/png;base64,%%", "data:text/html;base64,iVBO", "data:"] {
        let chunk = chunk.replace("data:image/png;base64,iVBO", broken);
        let (before, error) = failure(Api::OpenaiCompletions, &sse(&[&chunk]));
        // The text of the frame is told before its error.
        assert_eq!((before, error.kind()), (1, ErrorKind::Protocol), "{broken}");
    }
}

#[test]
fn a_sound_comes_in_pieces_and_its_words_as_text() {
    let frames = [
        r#"{"choices":[{"delta":{"audio":{"id":"a1","transcript":"Good "}}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AQI="}}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"transcript":"day","data":"AwQ="}}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"expires_at":1}},"finish_reason":"stop"}]}"#,
    ];
    let pieces = events(Api::OpenaiCompletions, &sse(&frames));
    let pieces = pieces.iter().filter(|event| matches!(event, Event::Media(_))).count();
    assert_eq!(pieces, 2);
    let answer = answer(Api::OpenaiCompletions, &sse(&frames));
    assert_eq!(shown(&answer), [("audio/pcm", &[1, 2, 3, 4][..])]);
    assert_eq!(answer.text(), "Good day");
    // It goes back as what was said.
    let next = Request::new().user("hi").message(answer.message()).user("And?");
    assert_eq!(body(&next, Api::OpenaiCompletions)["messages"][1]["content"], "Good day");
    for (base64, mime) in
        [("UklGRg==", "audio/wav"), ("SUQzBA==", "audio/mpeg"), ("T2dnUw==", "audio/ogg")]
    {
        let said = format!(r#"{{"choices":[{{"message":{{"audio":{{"data":"{base64}"}}}}}}]}}"#);
        assert_eq!(shown(&whole(Api::OpenaiCompletions, &said))[0].0, mime);
    }
}

#[test]
fn images_of_the_other_apis() {
    let google = r#"{"candidates":[{"content":{"parts":[{"text":"Here."},{"inlineData":{"mimeType":"image/png","data":"iVBO"},"thoughtSignature":"s1"}]},"finishReason":"STOP"}]}"#;
    let responses = r#"{"status":"completed","output":[{"type":"image_generation_call","result":"iVBO","output_format":"png"}]}"#;
    let item = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"image_generation_call","result":"iVBO","output_format":"png"}}"#;
    let completed = r#"{"type":"response.completed","response":{"status":"completed"}}"#;
    let bedrock = r#"{"output":{"message":{"content":[{"image":{"format":"png","source":{"bytes":"iVBO"}}}]}},"stopReason":"end_turn"}"#;
    for answer in [
        whole(Api::GoogleGenerativeAi, google),
        answer(Api::GoogleGenerativeAi, &sse(&[google])),
        whole(Api::OpenaiResponses, responses),
        answer(Api::OpenaiResponses, &sse(&[item, completed])),
        whole(Api::BedrockConverse, bedrock),
    ] {
        assert_eq!(shown(&answer), [("image/png", &[0x89, b'P', b'N'][..])]);
    }
    // What Google signed goes back with its signature.
    let next = Request::new().user("hi").message(whole(Api::GoogleGenerativeAi, google).message());
    assert_eq!(
        body(&next, Api::GoogleGenerativeAi)["contents"][1]["parts"][1],
        json!({"inlineData": {"mimeType": "image/png", "data": "iVBO"}, "thoughtSignature": "s1"})
    );
}

#[test]
fn the_kinds_of_an_answer_are_asked_for_where_the_api_can_and_refused_elsewhere() {
    let request = Request::new().user("hi").output([Modality::Text]);
    assert_eq!(body(&request, Api::OpenaiCompletions)["modalities"], json!(["text"]));
    assert_eq!(
        body(&request, Api::GoogleGenerativeAi)["generationConfig"]["responseModalities"],
        json!(["TEXT"])
    );
    let request = request.output([Modality::Text, Modality::Image]);
    for api in [Api::OpenaiCompletions, Api::GoogleGenerativeAi] {
        let error = encode(&request, &target(api), false).unwrap_err();
        assert_eq!(error.message(), "`acme/nova-2`: it answers with no image");
    }
    for api in [Api::OpenaiResponses, Api::AnthropicMessages, Api::BedrockConverse, Api::Ollama] {
        let error = encode(&request, &target(api), false).unwrap_err();
        assert!(error.message().contains("the kinds of content to answer with"), "{error}");
    }
}

#[test]
fn bedrock_streams_an_image_in_pieces() {
    let begin = r#"{"contentBlockIndex":0,"start":{"image":{"format":"webp"}}}"#;
    let piece = |said: &str| format!(r#"{{"contentBlockIndex":0,"delta":{{"image":{said}}}}}"#);
    let piece_of = |bytes: &str| piece(&format!(r#"{{"source":{{"bytes":"{bytes}"}}}}"#));
    // Each piece is whole base64. A server may leave out that a block ends.
    let text = r#"{"contentBlockIndex":1,"delta":{"text":"Here."}}"#;
    let (first, second) = (piece_of("iQ=="), piece_of("UE4="));
    for end in [Some(("contentBlockStop", r#"{"contentBlockIndex":0}"#)), None] {
        let mut events = vec![("contentBlockStart", begin)];
        events.extend([first.as_str(), &second].map(|piece| ("contentBlockDelta", piece)));
        events.extend(end);
        events.extend(end.map(|_| ("contentBlockDelta", text)));
        events.extend([("messageStop", r#"{"stopReason":"end_turn"}"#), ("metadata", "{}")]);
        let answer = answer(Api::BedrockConverse, &bedrock_converse::stream(&events));
        assert_eq!(shown(&answer), [("image/webp", &[0x89, b'P', b'N'][..])]);
        assert_eq!(answer.text(), end.map_or("", |_| "Here."));
    }
    let failed = piece(r#"{"error":{"message":"too dark"}}"#);
    let events = [("contentBlockStart", begin), ("contentBlockDelta", &*failed)];
    let stream = bedrock_converse::stream(&events);
    let (_, error) = failure(Api::BedrockConverse, &stream);
    assert_eq!(error.message(), "an image could not be made: too dark");
}

#[test]
fn tools_answer_with_images_where_the_api_takes_them() {
    let call = ToolCall::new("c1", "look", &json!({}));
    let result = call.result([Part::text("A boat."), Media::png(*b"\x89PN").into()]);
    let request = Request::new()
        .user("hi")
        .message(Message::assistant([call]))
        .message(Message::results([result]));
    assert_eq!(
        body(&request, Api::OpenaiResponses)["input"][2]["output"],
        json!([
            {"type": "input_text", "text": "A boat."},
            {"type": "input_image", "image_url": "data:image/png;base64,iVBO"},
        ])
    );
    assert_eq!(
        body(&request, Api::GoogleGenerativeAi)["contents"][2]["parts"][0]["functionResponse"],
        json!({
            "id": "c1", "name": "look", "response": {"output": "A boat."},
            "parts": [{"inlineData": {"mimeType": "image/png", "data": "iVBO"}}],
        })
    );
    for api in [Api::OpenaiCompletions, Api::Ollama] {
        let error = encode(&request, &target(api), false).unwrap_err();
        assert!(error.message().contains("takes only text in the results of tools"), "{error}");
    }
}

#[test]
fn media_count_against_the_limits_of_an_answer() {
    use crate::fold::Limits;
    let limits = Limits { bytes: 5, parts: 9 };
    let mut decoder = Decoder::with_limits(&target(Api::OpenaiCompletions), 1000, limits);
    let frame = r#"{"choices":[{"delta":{"audio":{"data":"AQIDBA=="}}}]}"#;
    decoder.push(&sse(&[frame, frame]));
    assert!(matches!(decoder.next_event(), Ok(Some(Event::Media(_)))));
    assert_eq!(decoder.next_event().unwrap_err().kind(), ErrorKind::TooLarge);
    assert!(matches!(decoder.partial().parts[0].content, Content::Media(_)));
}
