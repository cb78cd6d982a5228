//! The client against a peer that does what servers do on bad days. Refs are the catalog's; addresses are the peer's.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic anywhere")]

mod peer;

use std::time::{Duration, Instant};

use peer::{Peer, Step, chunk, end, events, head, reply, three_words};
use portolan::{Client, Environment, Error, ErrorKind, Event, Stop};

const KEY: &str = "sk-planted-secret-0123456789";
const MODEL: &str = "xiaomi/mimo-v2.5-pro";

fn client() -> Client {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let builder = Client::builder().environment(environment);
    let quick = Duration::from_millis(5);
    builder.waits(quick, Duration::from_secs(1)).build().unwrap()
}

/// A client that does not wait long.
fn impatient() -> Client {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let builder = Client::builder().environment(environment).tries(1);
    let short = Duration::from_millis(150);
    builder.first_byte_timeout(short).idle_timeout(short).build().unwrap()
}

/// No text of an error shows the key.
fn kind(error: &Error) -> ErrorKind {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        shown.extend([inner.to_string(), format!("{inner:?}")]);
        source = inner.source();
    }
    assert!(!shown.contains("planted"), "{shown}");
    error.kind()
}

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
async fn the_next_model_answers_and_says_what_failed_before() {
    let down = Peer::saying(reply("503 Service Unavailable", "", "down")).await;
    let broken = Peer::saying(events(&[
        r#"{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":0}}"#,
        r#"{"error":{"message":"Overloaded","type":"overloaded_error"}}"#,
    ]))
    .await;
    let up = Peer::saying(three_words()).await;
    let environment =
        Environment::new().with("XIAOMI_API_KEY", KEY).with("DEEPSEEK_API_KEY", "sk-2");
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let chat = client
        .chat(MODEL)
        .endpoint(&down.url)
        .fallback("xiaomi/mimo-v2.5")
        .endpoint(&broken.url)
        .fallback("openai/gpt-4o-mini")
        .fallback("deepseek/deepseek-v4-pro")
        .endpoint(&up.url)
        .user("hi");
    let answer = chat.stream().await.unwrap().finish().await.unwrap();
    assert_eq!(
        (answer.text().as_str(), answer.reference.as_str()),
        ("One two three", "deepseek/deepseek-v4-pro")
    );
    let failed: Vec<_> = answer
        .attempts
        .iter()
        .map(|attempt| {
            (
                attempt.reference.as_str(),
                attempt.kind,
                attempt.cost.as_ref().map(ToString::to_string),
            )
        })
        .collect();
    assert_eq!(
        failed,
        [
            (MODEL, ErrorKind::Overloaded, None),
            // It had begun, and said what it had used.
            ("xiaomi/mimo-v2.5", ErrorKind::Overloaded, failed[1].2.clone()),
            ("openai/gpt-4o-mini", ErrorKind::Credentials, None),
        ]
    );
    assert!(failed[1].2.as_ref().unwrap().ends_with(" USD"));
}

#[tokio::test]
async fn a_fault_of_the_request_is_not_tried_elsewhere() {
    let peer = Peer::saying(reply("400 Bad Request", "", r#"{"error":{"message":"bad"}}"#)).await;
    let other = Peer::saying(three_words()).await;
    let client = client();
    let chat =
        client.chat(MODEL).endpoint(&peer.url).fallback(MODEL).endpoint(&other.url).user("hi");
    assert_eq!(kind(&chat.send().await.unwrap_err()), ErrorKind::InvalidRequest);
    assert_eq!(other.connections(), 0);
    let chat = chat.fallback_on(|_| true);
    assert_eq!(chat.stream().await.unwrap().finish().await.unwrap().text(), "One two three");
}

async fn error(chat: portolan::Chat<'_>) -> Error {
    chat.user("hi").send().await.unwrap_err()
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error_before_anything_is() {
    let client = client();
    let unknown = error(client.chat("xiaomi/mimo-v2.5-por")).await;
    assert_eq!(kind(&unknown), ErrorKind::UnknownModel);
    assert!(unknown.message().contains("`xiaomi/mimo-v2.5-pro`"), "{unknown}");
    let region = error(client.chat("xiaomi-token-plan/mimo-v2.5-pro")).await;
    assert_eq!(
        (kind(&region), region.other_regions()),
        (ErrorKind::Region, &["cn", "sgp", "ams"][..])
    );
    let none = error(client.chat(MODEL).region("cn")).await;
    assert_eq!(kind(&none), ErrorKind::Region);
    let missing = error(client.chat("deepseek/deepseek-v4-pro")).await;
    assert_eq!(kind(&missing), ErrorKind::Credentials);
    assert!(missing.message().contains("DEEPSEEK_API_KEY"), "{missing}");
    for url in ["http://example.com/v1", "ftp://example.com", "no address"] {
        let endpoint = error(client.chat(MODEL).endpoint(url)).await;
        assert_eq!(kind(&endpoint), ErrorKind::Config, "{url}");
    }
    let plan = Environment::new().with("XIAOMI_API_KEY", "tp-planted");
    let plan = Client::builder().environment(plan).build().unwrap();
    let wrong = error(plan.chat(MODEL)).await;
    assert_eq!(kind(&wrong), ErrorKind::Credentials);
    assert!(wrong.message().contains("xiaomi-token-plan"), "{wrong}");
}

#[tokio::test]
async fn each_header_and_path_is_its_api_s() {
    let body = r#"{"content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#;
    let anthropic = Peer::saying(reply("200 OK", "", body)).await;
    let google = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}"#;
    let google = Peer::saying(reply("200 OK", "", google)).await;
    let bedrock = r#"{"output":{"message":{"content":[{"text":"Hi"}]}},"stopReason":"end_turn"}"#;
    let bedrock = Peer::saying(reply("200 OK", "", bedrock)).await;
    let ollama =
        Peer::saying(reply("200 OK", "", r#"{"message":{"content":"Hi"},"done":true}"#)).await;
    let environment = Environment::new()
        .with("ANTHROPIC_API_KEY", "sk-ant-1")
        .with("GEMINI_API_KEY", "g-1")
        .with("AWS_ACCESS_KEY_ID", "AKIA1")
        .with("AWS_SECRET_ACCESS_KEY", "aws-planted");
    let client = Client::builder().environment(environment).build().unwrap();
    for (peer, model, region, start, header) in [
        (
            &anthropic,
            "anthropic/claude-opus-4-5",
            None,
            "POST /v1/messages ",
            "x-api-key: sk-ant-1\r\n",
        ),
        (
            &google,
            "google/gemini-2.5-pro",
            None,
            "POST /models/gemini-2.5-pro:generateContent ",
            "x-goog-api-key: g-1\r\n",
        ),
        (
            &bedrock,
            "amazon-bedrock/amazon.nova-pro-v1:0",
            Some("us-east-1"),
            "POST /model/amazon.nova-pro-v1%3A0/converse ",
            "authorization: AWS4-HMAC-SHA256 Credential=AKIA1/",
        ),
    ] {
        let mut chat = client.chat(model).endpoint(&peer.url).user("hi");
        if let Some(region) = region {
            chat = chat.region(region);
        }
        assert_eq!(chat.send().await.unwrap().text(), "Hi");
        let request = &peer.requests()[0];
        assert!(request.starts_with(start) && request.contains(header), "{request}");
        assert!(!request.contains("aws-planted"));
    }
    let local = portolan::catalog::provider("ollama").unwrap().models[0];
    let answer = client.chat(local).endpoint(&ollama.url).user("hi").send().await.unwrap();
    assert_eq!(answer.cost.to_string(), "0 (free)");
    assert!(!ollama.requests()[0].contains("authorization"));
}

#[tokio::test]
async fn the_models_that_an_endpoint_lists_beside_the_catalog_s() {
    let ids = |listed: &[portolan::Listed]| {
        let mark = |model: &portolan::Listed| (model.id.clone(), model.entry.is_some());
        listed.iter().map(mark).collect::<Vec<_>>()
    };
    let environment = Environment::new()
        .with("XIAOMI_API_KEY", KEY)
        .with("ANTHROPIC_API_KEY", "sk-ant-1")
        .with("GEMINI_API_KEY", "g-1");
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let list = async |provider: &str, peer: &Peer| {
        let provider = portolan::catalog::provider(provider).unwrap();
        client.models(provider, None, Some(&peer.url)).await
    };
    let known = |id: &str| (id.to_owned(), true);
    let new = |id: &str| (id.to_owned(), false);

    let body = r#"{"object":"list","data":[{"id":"mimo-v2.5-pro"},{"id":"mimo-v9"},{"no":1}]}"#;
    let openai = Peer::saying(reply("200 OK", "", body)).await;
    let listed = list("xiaomi", &openai).await.unwrap();
    assert_eq!(ids(&listed), [known("mimo-v2.5-pro"), new("mimo-v9")]);
    let request = &openai.requests()[0];
    assert!(request.starts_with("GET /models HTTP/1.1\r\n") && request.contains(KEY), "{request}");

    let anthropic = Peer::new(vec![
        reply(
            "200 OK",
            "",
            r#"{"data":[{"id":"claude-opus-4-5"}],"has_more":true,"last_id":"a&b"}"#,
        ),
        reply("200 OK", "", r#"{"data":[{"id":"claude-next"}],"has_more":false,"last_id":"c"}"#),
    ]);
    let anthropic = anthropic.await;
    let listed = list("anthropic", &anthropic).await.unwrap();
    assert_eq!(ids(&listed), [known("claude-opus-4-5"), new("claude-next")]);
    assert!(anthropic.requests()[1].starts_with("GET /v1/models?limit=1000&after_id=a%26b "));

    // A list that never ends.
    let endless = r#"{"models":[{"name":"models/gemini-2.5-pro"}],"nextPageToken":"t"}"#;
    let google = Peer::saying(reply("200 OK", "", endless)).await;
    assert_eq!(kind(&list("google", &google).await.unwrap_err()), ErrorKind::TooLarge);
    let page = Peer::saying(reply("200 OK", "", "<html>")).await;
    assert_eq!(kind(&list("xiaomi", &page).await.unwrap_err()), ErrorKind::Protocol);
    let refused = Peer::saying(reply("401 Unauthorized", "", KEY)).await;
    assert_eq!(kind(&list("xiaomi", &refused).await.unwrap_err()), ErrorKind::Authentication);
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
