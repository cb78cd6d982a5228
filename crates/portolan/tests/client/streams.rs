//! Answers that come, whole and in pieces.

use std::time::Duration;

use portolan::{Client, Error, ErrorKind, Event, Stop};

use crate::peer::{Peer, Step, chunk, end, head, reply, three_words};
use crate::{KEY, MODEL, client, heard_until_error, kind};

#[tokio::test]
async fn a_streamed_answer_with_its_exact_cost() {
    let peer = Peer::saying(three_words()).await;
    let client = client();
    let chat = client.chat(MODEL).endpoint(&peer.url).system("Be brief.").user("Count.");
    let mut stream = chat.stream().await.unwrap();
    let mut text = String::new();
    let mut done = None;
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            Event::Text(more) => text += &more,
            Event::Done(answer) => done = Some(answer),
            other => panic!("{other:?}"),
        }
    }
    let answer = done.unwrap();
    assert_eq!((text.as_str(), answer.text().as_str()), ("One two three", "One two three"));
    assert_eq!(answer.stop, Stop::End);
    // 1,000 tokens in at 0.435 and 100 out at 0.87 dollars a million.
    assert_eq!(answer.cost.to_string(), "0.000522 USD");
    assert_eq!(answer.reference, MODEL);
    assert_eq!(answer.request_id.as_deref(), Some("req-7"));
    assert!(stream.next().await.is_none() && stream.partial().is_none());

    let request = &peer.requests()[0];
    assert!(request.starts_with("POST /chat/completions HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("authorization: Bearer {KEY}\r\n")), "{request}");
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    assert!(request.contains(r#""stream_options":{"include_usage":true}"#), "{request}");
}

#[tokio::test]
async fn what_the_last_frame_of_a_broken_answer_says_is_heard_before_the_error() {
    let last = b"data: {\"choices\":[{\"delta\":{\"content\":\"two\"}}]}\n";
    let first = b"data: {\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n\n";
    let peer = Peer::saying(vec![head("text/event-stream"), chunk(first), chunk(last), end()]);
    let peer = peer.await;
    let client = client();
    let chat = client.chat(MODEL).endpoint(&peer.url).user("Count.");
    let mut stream = chat.stream().await.unwrap();
    let (text, error) = heard_until_error(&mut stream).await;
    assert_eq!((text.as_str(), kind(&error)), ("One two", ErrorKind::Disconnected));
    assert!(stream.next().await.is_none());
    assert_eq!(stream.partial().unwrap().text(), "One two");
}

#[tokio::test]
async fn an_answer_that_comes_whole() {
    let body = r#"{"id":"c","choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000000,"completion_tokens":0}}"#;
    let json = "content-type: application/json\r\n";
    let peer = Peer::saying(reply("200 OK", json, body)).await;
    let client = client();
    let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
    let answer = chat.send().await.unwrap();
    assert_eq!((answer.text().as_str(), answer.cost.to_string().as_str()), ("Hi", "0.435 USD"));
    assert!(!peer.requests()[0].contains("stream"));
    // A server that does not stream whatever it is asked.
    let answer = chat.stream().await.unwrap().finish().await.unwrap();
    assert_eq!((answer.text().as_str(), answer.cost.to_string().as_str()), ("Hi", "0.435 USD"));
}

#[tokio::test]
async fn every_byte_apart() {
    let steps = three_words().into_iter().flat_map(|step| match step {
        Step::Write(bytes) => bytes.into_iter().map(|byte| Step::Write(vec![byte])).collect(),
        other => vec![other],
    });
    let peer = Peer::saying(steps.collect()).await;
    let client = client();
    let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
    let answer = chat.stream().await.unwrap().finish().await.unwrap();
    assert_eq!(answer.text(), "One two three");
}

#[tokio::test]
async fn a_connection_is_used_again_after_a_stream_that_ended() {
    let peer = Peer::saying(three_words()).await;
    let client = client();
    for _ in 0..3 {
        let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
        chat.stream().await.unwrap().finish().await.unwrap();
    }
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn a_stream_that_is_dropped_closes_its_connection() {
    let first = chunk(b"data: {\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n\n");
    let peer = Peer::saying(vec![head("text/event-stream"), first]).await;
    let client = client();
    let stream = client.chat(MODEL).endpoint(&peer.url).user("hi").stream().await.unwrap();
    assert_eq!(peer.hung_up(), 0);
    drop(stream);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if peer.hung_up() == 1 {
            return;
        }
    }
    panic!("the connection is still open");
}

#[tokio::test]
async fn many_streams_at_once_and_none_is_lost() {
    const STREAMS: usize = 200;
    let pause = Step::Wait(Duration::from_millis(20));
    let slow = three_words().into_iter().flat_map(|step| [step, pause.clone()]);
    let peer = Peer::saying(slow.collect()).await;
    let client = client();
    let streams = (0..STREAMS).map(|_| {
        let (client, url) = (client.clone(), peer.url.clone());
        tokio::spawn(async move {
            let chat = client.chat(MODEL).endpoint(url).user("hi");
            chat.stream().await.unwrap().finish().await.unwrap()
        })
    });
    for stream in streams.collect::<Vec<_>>() {
        let answer = stream.await.unwrap();
        assert_eq!(
            (answer.text().as_str(), answer.cost.to_string().as_str()),
            ("One two three", "0.000522 USD")
        );
    }
    assert_eq!(peer.requests().len(), STREAMS);
}

#[test]
fn everything_may_cross_threads() {
    fn sent<T: Send>(_: &T) {}
    fn shared<T: Send + Sync>() {}
    shared::<Client>();
    shared::<Error>();
    shared::<portolan::Answer>();
    let client = client();
    let chat = client.chat(MODEL).user("hi");
    sent(&chat.stream());
    sent(&chat.send());
    sent(&async {
        let mut stream = chat.stream().await.unwrap();
        while stream.next().await.is_some() {}
    });
}
