//! What servers and networks do on bad days.

use std::time::{Duration, Instant};

use portolan::{Client, Environment, ErrorKind, Event};

use crate::peer::{Peer, Step, bomb, chunk, end, gzip, head, packed, reply, three_words};
use crate::{KEY, MODEL, client, impatient, kind};

#[tokio::test]
async fn errors_of_http_come_from_the_call_without_the_key() {
    let body =
        format!(r#"{{"error":{{"message":"Incorrect API key provided: {KEY}.","code":"{KEY}"}}}}"#);
    let peer = Peer::saying(reply("401 Unauthorized", "x-request-id: r1\r\n", &body)).await;
    let client = client();
    let error = client.chat(MODEL).endpoint(&peer.url).user("hi").stream().await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Authentication);
    assert_eq!((error.status(), error.request_id()), (Some(401), Some("r1")));
    assert_eq!(error.provider(), Some("xiaomi"));
    assert_eq!(error.message(), "Incorrect API key provided: [redacted].");
    assert_eq!(peer.requests().len(), 1);
    assert!(!format!("{client:?}").contains("planted"));
}

#[tokio::test]
async fn a_regional_key_that_is_refused_names_the_other_regions() {
    let peer = Peer::saying(reply("403 Forbidden", "", "")).await;
    let environment = Environment::new().with("XIAOMI_TOKEN_PLAN_API_KEY", "tp-planted");
    let client = Client::builder().environment(environment).build().unwrap();
    let chat = client.chat("xiaomi-token-plan/mimo-v2.5-pro").endpoint(&peer.url).region("cn");
    let error = chat.user("hi").send().await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Permission);
    assert_eq!((error.region(), error.other_regions()), (Some("cn"), &["sgp", "ams"][..]));
    assert!(error.to_string().ends_with("the others are `sgp`, `ams`"), "{error}");
}

#[tokio::test]
async fn what_the_provider_did_not_do_is_sent_again_after_the_time_it_asks_for() {
    let limited = reply("429 Too Many Requests", "retry-after-ms: 60\r\n", r#"{"error":"slow"}"#);
    let peer =
        Peer::new(vec![limited, reply("503 Service Unavailable", "", ""), three_words()]).await;
    let client = client();
    let start = Instant::now();
    let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
    let answer = chat.stream().await.unwrap().finish().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(60));
    assert_eq!(answer.text(), "One two three");
    let kinds: Vec<_> = answer.attempts.iter().map(|attempt| attempt.kind).collect();
    assert_eq!(kinds, [ErrorKind::RateLimit, ErrorKind::Overloaded]);
    let requests = peer.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]));
}

#[tokio::test]
async fn what_waiting_does_not_mend_is_not_sent_again() {
    for (status, headers, body, expected) in [
        (
            "429 Too Many Requests",
            "",
            r#"{"error":{"code":"insufficient_quota"}}"#,
            ErrorKind::Quota,
        ),
        ("429 Too Many Requests", "retry-after: 3600\r\n", "{}", ErrorKind::RateLimit),
        ("400 Bad Request", "", "{}", ErrorKind::InvalidRequest),
        ("404 Not Found", "", "{}", ErrorKind::NotFound),
        ("504 Gateway Timeout", "", "", ErrorKind::Timeout),
    ] {
        let peer = Peer::saying(reply(status, headers, body)).await;
        let client = client();
        let error = client.chat(MODEL).endpoint(&peer.url).user("hi").send().await.unwrap_err();
        assert_eq!(kind(&error), expected);
        assert_eq!(peer.requests().len(), 1, "{status} {body}");
    }
    let always = Peer::saying(reply("500 Internal Server Error", "", "")).await;
    let client = client();
    let error = client.chat(MODEL).endpoint(&always.url).user("hi").send().await.unwrap_err();
    assert_eq!((kind(&error), always.requests().len()), (ErrorKind::Server, 3));
}

#[tokio::test]
async fn a_stream_that_breaks_is_an_error_and_is_not_sent_again() {
    let first = r#"{"choices":[{"delta":{"content":"One "}}]}"#;
    for (last, expected) in [
        (vec![Step::Close], ErrorKind::Disconnected),
        (vec![end()], ErrorKind::Disconnected),
        (
            vec![chunk(
                b"data: {\"error\":{\"message\":\"Overloaded\",\"type\":\"overloaded_error\"}}\n\n",
            )],
            ErrorKind::Overloaded,
        ),
        (vec![chunk(b"data: <html>\n\n")], ErrorKind::Protocol),
        (vec![Step::Wait(Duration::from_secs(5))], ErrorKind::Timeout),
    ] {
        let start = [head("text/event-stream"), chunk(format!("data: {first}\n\n").as_bytes())];
        let peer = Peer::saying(start.into_iter().chain(last).collect()).await;
        let client = impatient();
        let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
        let mut stream = chat.stream().await.unwrap();
        assert_eq!(stream.next().await.unwrap().unwrap(), Event::Text("One ".to_owned()));
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!(kind(&error), expected);
        assert_eq!((error.provider(), error.request_id()), (Some("xiaomi"), Some("req-7")));
        assert!(stream.next().await.is_none());
        let partial = stream.partial().unwrap();
        assert_eq!(partial.text(), "One ");
        assert!(partial.cost.to_string().starts_with("unknown"));
        assert_eq!(peer.requests().len(), 1);
    }
}

#[tokio::test]
async fn nothing_in_time_is_a_timeout_and_is_not_sent_again() {
    let peer = Peer::saying(vec![Step::Wait(Duration::from_secs(5))]).await;
    let client = impatient();
    let error = client.chat(MODEL).endpoint(&peer.url).user("hi").send().await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Timeout);
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn no_connection_is_an_error_that_may_be_retried() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client();
    let error = client.chat(MODEL).endpoint(url).user("hi").send().await.unwrap_err();
    assert_eq!((kind(&error), error.retryable()), (ErrorKind::Connect, true));
}

#[tokio::test]
async fn a_redirect_elsewhere_is_refused_and_one_to_the_same_place_is_followed() {
    let other = Peer::saying(three_words()).await;
    let elsewhere = format!("location: {}/x\r\n", other.url);
    for status in ["307 Temporary Redirect", "302 Found", "301 Moved Permanently"] {
        let peer = Peer::saying(reply(status, &elsewhere, "")).await;
        let client = client();
        let error = client.chat(MODEL).endpoint(&peer.url).user("hi").send().await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Redirect);
        assert_eq!(
            error.message(),
            "the provider points to `127.0.0.1`; the request was not sent there"
        );
    }
    assert_eq!(other.connections(), 0);
    let same = Peer::new(vec![
        reply("308 Permanent Redirect", "location: /v2/chat/completions\r\n", ""),
        three_words(),
    ]);
    let (same, client) = (same.await, client());
    let chat = client.chat(MODEL).endpoint(&same.url).user("hi");
    assert_eq!(chat.stream().await.unwrap().finish().await.unwrap().text(), "One two three");
    assert!(same.requests()[1].starts_with("POST /v2/chat/completions "));
}

#[tokio::test]
async fn what_is_no_answer_is_an_error_of_the_call() {
    let html = "content-type: text/html; charset=utf-8\r\n";
    let json = "content-type: application/json\r\n";
    let zipped = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    for (headers, body, expected) in [
        (html, "<html></html>", ErrorKind::Protocol),
        (
            json,
            r#"{"error":{"message":"Overloaded","type":"overloaded_error"}}"#,
            ErrorKind::Overloaded,
        ),
        (json, "{", ErrorKind::Protocol),
        ("", "", ErrorKind::Disconnected),
        (zipped, "\u{1f}bomb", ErrorKind::Protocol),
    ] {
        let peer = Peer::saying(reply("200 OK", headers, body)).await;
        let client = client();
        let error = client.chat(MODEL).endpoint(&peer.url).user("hi").stream().await.unwrap_err();
        assert_eq!(kind(&error), expected, "{body}");
    }
}

#[tokio::test]
async fn a_line_without_end_is_cut_and_the_connection_closed() {
    let line = chunk(&vec![b'x'; 1 << 20]);
    let steps = [head("text/event-stream")].into_iter().chain(std::iter::repeat_n(line, 64));
    let peer = Peer::saying(steps.collect()).await;
    let client = client();
    let error = client.chat(MODEL).endpoint(&peer.url).user("hi").stream().await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::TooLarge);
}

const GZIP: &str = "content-type: application/json\r\ncontent-encoding: gzip\r\n";

#[tokio::test]
async fn an_answer_that_is_compressed_is_read() {
    let body = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
    let peer = Peer::saying(packed(GZIP, &gzip(body.as_bytes()))).await;
    let client = client();
    let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
    assert_eq!(chat.send().await.unwrap().text(), "Hi");
    // What compresses a stream may hold it back, so none is asked to; one that does it all the same is read.
    let stream = GZIP.replace("application/json", "text/event-stream");
    let events = format!("data: {}\n\ndata: [DONE]\n\n", body.replace("message", "delta"));
    let streamed = Peer::saying(packed(&stream, &gzip(events.as_bytes()))).await;
    let chat = client.chat(MODEL).endpoint(&streamed.url).user("hi");
    assert_eq!(chat.stream().await.unwrap().finish().await.unwrap().text(), "Hi");
    assert!(peer.requests()[0].contains("accept-encoding: gzip"), "{}", peer.requests()[0]);
    assert!(streamed.requests()[0].contains("accept-encoding: identity\r\n"));
}

#[tokio::test]
async fn what_does_not_decompress_is_a_typed_error() {
    let good = gzip(br#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#);
    let mut spoilt = good.clone();
    spoilt[20..30].fill(0xff);
    for (headers, body, expected) in [
        (GZIP, &spoilt[..], "the answer is not compressed as it says"),
        (GZIP, &good[..good.len() / 2], "the answer is not compressed as it says"),
        (GZIP, b"{}", "the answer is not compressed as it says"),
        (
            "content-encoding: br\r\n",
            &good,
            "the answer is encoded as `br`, which nobody asked for",
        ),
    ] {
        let peer = Peer::saying(packed(headers, body)).await;
        let client = client();
        let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
        for error in [chat.send().await.unwrap_err(), chat.stream().await.unwrap_err()] {
            assert_eq!(kind(&error), ErrorKind::Protocol, "{error}");
            assert!(error.message().starts_with(expected), "{error}");
        }
    }
}

#[test]
fn a_bomb_is_cut_at_the_limit_and_memory_is_bounded() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = GZIP.replace("application/json", "text/event-stream");
    let measured = allocation_counter::measure(|| {
        runtime.block_on(async {
            for headers in [GZIP, &stream] {
                let peer = Peer::saying(packed(headers, &bomb(4_096))).await;
                let client = client();
                let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
                for error in [chat.send().await.unwrap_err(), chat.stream().await.unwrap_err()] {
                    assert_eq!(kind(&error), ErrorKind::TooLarge, "{error}");
                }
            }
        });
    });
    // Four gibibytes came, of which sixty-four mebibytes are kept, twice where the buffer grows.
    assert!(measured.bytes_max < 300 << 20, "{measured:?}");
}
