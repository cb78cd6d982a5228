//! Where requests go, and what is refused before any does.

use portolan::types::{Catalog, Index, Provider};
use portolan::{Client, ClientBuilder, Environment, Error, ErrorKind};

use crate::peer::{Peer, events, reply, three_words};
use crate::{KEY, MODEL, client, kind};

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

#[tokio::test]
async fn an_error_says_what_it_cost_and_what_failed_before() {
    let down = Peer::saying(reply("503 Service Unavailable", "", "down")).await;
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100}}"#;
    let overloaded = r#"{"error":{"message":"Overloaded","type":"overloaded_error"}}"#;
    let text = r#"{"choices":[{"delta":{"content":"One "}}]}"#;
    let begun = Peer::saying(events(&[usage, overloaded])).await;
    let broken = Peer::saying(events(&[text, usage, overloaded])).await;
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let chain = |last: &Peer| {
        let chat = client.chat(MODEL).endpoint(&down.url).fallback(MODEL).endpoint(&last.url);
        chat.user("hi")
    };
    let of_call = chain(&begun).stream().await.unwrap_err();
    let mut stream = chain(&broken).stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    let of_stream = stream.next().await.unwrap().unwrap_err();
    for error in [of_call, of_stream] {
        assert_eq!(kind(&error), ErrorKind::Overloaded);
        assert_eq!(error.cost().unwrap().to_string(), "0.000522 USD");
        let [before] = error.attempts() else { panic!("{:?}", error.attempts()) };
        assert_eq!((before.status, before.cost.as_ref()), (Some(503), None));
    }
    // A whole answer, to those who ask for one and to those who ask for a stream.
    let failed = r#"{"error":{"message":"Overloaded","type":"overloaded_error"},"usage":{"prompt_tokens":1000,"completion_tokens":100}}"#;
    let failed = Peer::saying(reply("200 OK", "content-type: application/json\r\n", failed)).await;
    for error in
        [chain(&failed).send().await.unwrap_err(), chain(&failed).stream().await.unwrap_err()]
    {
        assert_eq!(kind(&error), ErrorKind::Overloaded);
        assert_eq!(error.cost().unwrap().to_string(), "0.000522 USD");
        assert_eq!(error.attempts().len(), 1);
    }
    let none = client.chat(MODEL).endpoint(&down.url).user("hi").send().await.unwrap_err();
    assert_eq!(none.cost(), None);
}

/// A company that allows no model of this provider.
static CUT: Catalog = Catalog {
    id: "cut",
    providers: &[&Provider { id: "xiaomi", ..Provider::UNKNOWN }],
    index: Index { tags: &[], starts: &[], keys: &[], entries: &[] },
};

#[tokio::test]
async fn a_catalog_in_front_overrides_and_one_behind_does_not() {
    let row = portolan::catalog::find(MODEL).unwrap().model;
    let build = |builder: ClientBuilder| builder.environment(Environment::new()).build().unwrap();
    let (front, behind) =
        (build(Client::builder().catalog(&CUT)), build(Client::builder().catalog_last(&CUT)));
    for (client, expected) in [(front, ErrorKind::UnknownModel), (behind, ErrorKind::Credentials)] {
        // A static of the public crate is no way around.
        for chat in [client.chat(MODEL), client.chat(row)] {
            assert_eq!(kind(&error(chat).await), expected);
        }
        assert_eq!(client.find(MODEL).is_ok(), expected == ErrorKind::Credentials);
        let ids: Vec<_> = client.providers().map(|provider| provider.id).collect();
        assert_eq!(ids.iter().filter(|id| **id == "xiaomi").count(), 1);
        assert_eq!(
            client.provider("xiaomi").unwrap().models.is_empty(),
            client.find(MODEL).is_err()
        );
    }
}

#[tokio::test]
async fn a_rule_may_know_more_than_the_error() {
    let down = Peer::saying(reply("503 Service Unavailable", "", "down")).await;
    let up = Peer::saying(three_words()).await;
    let client = client();
    for (patience, asked) in [(ErrorKind::Overloaded, 1), (ErrorKind::RateLimit, 1)] {
        let chat = client.chat(MODEL).endpoint(&down.url).fallback(MODEL).endpoint(&up.url);
        let chat = chat.user("hi").fallback_on(move |error| error.kind() == patience);
        let answered = chat.stream().await;
        assert_eq!(answered.is_ok(), patience == ErrorKind::Overloaded);
        assert_eq!(up.requests().len(), asked);
    }
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
