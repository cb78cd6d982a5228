//! Keys that are refused, requests that have to wait, answers that break off or never come.

use std::sync::Arc;
use std::time::{Duration, Instant};

use portolan::types::Api;
use portolan::{Answer, Arguments, Chat, Error, ErrorKind, Event, Result};

use crate::Peers;
use crate::apis::{KEY, SPOKEN, Spoken};
use crate::fixtures::{COUNTED, MODES, prompt};

/// The answer, however it comes.
async fn answer(chat: &Chat<'_>, mode: &str) -> Result<Answer> {
    if mode == "whole" { chat.send().await } else { chat.stream().await?.finish().await }
}

/// The kind of an error, none of whose texts shows a key.
fn kind(error: &Error) -> ErrorKind {
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        shown.extend([inner.to_string(), format!("{inner:?}")]);
        source = inner.source();
    }
    assert!(!shown.contains("planted"), "{shown}");
    error.kind()
}

pub(crate) async fn refused_keys(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client("sk-planted-but-wrong");
    for mode in MODES {
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt("key", spoken.api.id(), mode));
        let error = answer(&chat, mode).await.unwrap_err();
        assert_eq!((kind(&error), error.status()), (ErrorKind::Authentication, Some(401)));
        assert_eq!(error.region(), spoken.region);
        assert!(error.request_id().is_some_and(|id| id.starts_with("req-")));
        assert!(error.message().contains("Invalid API key"), "{error}");
    }
}

pub(crate) async fn retries_wait_as_long_as_they_are_told(peers: Arc<Peers>, spoken: Spoken) {
    // Unless it is told otherwise the client would wait no time at all.
    let none = Duration::from_millis(1);
    let client = spoken.builder(KEY).waits(none, Duration::from_secs(30)).build().unwrap();
    for mode in MODES {
        let prompt = prompt("limited", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        let start = Instant::now();
        let answer = answer(&chat, mode).await.unwrap();
        // `Retry-After: 1`
        assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
        assert_eq!(answer.text(), COUNTED);
        let failed: Vec<_> = answer.attempts.iter().map(|attempt| attempt.kind).collect();
        assert_eq!(failed, [ErrorKind::RateLimit]);
        let asked = peers.mock.asked(&prompt).await;
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0].body(), asked[1].body());
        let times = [&asked[0], &asked[1]].map(|asked| asked.0["timestamp"].as_u64().unwrap());
        assert!(times[1] - times[0] >= 990, "{times:?}");
    }
}

pub(crate) async fn retries_after_an_overload(peers: Arc<Peers>, spoken: Spoken) {
    let none = Duration::from_millis(1);
    let client = spoken.builder(KEY).waits(none, none * 2).build().unwrap();
    for mode in MODES {
        let prompt = prompt("overloaded", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        let answer = answer(&chat, mode).await.unwrap();
        let failed: Vec<_> = answer.attempts.iter().map(|attempt| attempt.kind).collect();
        assert_eq!((answer.text().as_str(), &failed[..]), (COUNTED, &[ErrorKind::Overloaded][..]));
        assert_eq!(peers.mock.asked(&prompt).await.len(), 2);
    }
}

pub(crate) async fn waits_that_are_too_long(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client(KEY);
    for mode in MODES {
        let prompt = prompt("long wait", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        let error = answer(&chat, mode).await.unwrap_err();
        assert_eq!((kind(&error), error.status()), (ErrorKind::RateLimit, Some(429)));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
        assert!(error.retryable());
        peers.mock.asked_once(&prompt).await;
    }
}

pub(crate) async fn faults(peers: Arc<Peers>, spoken: Spoken) {
    let none = Duration::from_millis(1);
    let client = spoken.builder(KEY).tries(2).waits(none, none).build().unwrap();
    for mode in MODES {
        let prompt = prompt("fault", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        let error = answer(&chat, mode).await.unwrap_err();
        assert_eq!((kind(&error), error.status()), (ErrorKind::Server, Some(500)));
        assert!(error.message().contains("Fault"), "{error}");
        assert_eq!((error.attempts().len(), peers.mock.asked(&prompt).await.len()), (1, 2));
    }
}

pub(crate) async fn wrong_requests(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client(KEY);
    for mode in MODES {
        let prompt = prompt("wrong", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        let error = answer(&chat, mode).await.unwrap_err();
        assert_eq!((kind(&error), error.status()), (ErrorKind::InvalidRequest, Some(400)));
        assert!(error.message().contains("`top_q` is no field"), "{error}");
        peers.mock.asked_once(&prompt).await;
    }
}

/// From the model of each api to that of the next.
pub(crate) async fn fallbacks(peers: Arc<Peers>, spoken: Spoken) {
    let at = SPOKEN.iter().position(|other| other.api == spoken.api).unwrap();
    let next = SPOKEN[(at + 1) % SPOKEN.len()];
    let environment = portolan::Environment::new().with(spoken.variable, "sk-planted-but-wrong");
    let environment = environment.with(next.variable, KEY);
    let client = portolan::Client::builder().environment(environment).build().unwrap();
    for mode in MODES {
        let prompt = format!("count after {}", prompt("key", spoken.api.id(), mode));
        let chat = spoken.chat(&client, &peers.mock.url).fallback(next.model).api(next.api);
        let chat = chat.endpoint(next.endpoint(&peers.mock.url)).user(prompt.as_str());
        let chat = if let Some(region) = next.region { chat.region(region) } else { chat };
        let answer = answer(&chat, mode).await.unwrap();
        assert_eq!((answer.text().as_str(), answer.reference.as_str()), (COUNTED, next.model));
        let failed: Vec<_> =
            answer.attempts.iter().map(|a| (a.reference.as_str(), a.kind)).collect();
        assert_eq!(failed, [(spoken.model, ErrorKind::Authentication)]);
    }
}

/// Reads until an error; returns what came before it, and it.
async fn read(chat: &Chat<'_>) -> (Vec<Event>, Option<Answer>, Error) {
    let mut events = Vec::new();
    let mut stream = chat.stream().await.unwrap();
    loop {
        match stream.next().await {
            Some(Ok(Event::Done(answer))) => panic!("an answer that is not whole: {answer:?}"),
            Some(Ok(event)) => events.push(event),
            Some(Err(error)) => {
                let partial = stream.partial();
                assert!(stream.next().await.is_none());
                return (events, partial, error);
            }
            None => panic!("no end"),
        }
    }
}

pub(crate) async fn truncated(peers: Arc<Peers>, spoken: Spoken) {
    broken_off(&peers, spoken, "cut").await;
}

pub(crate) async fn disconnected(peers: Arc<Peers>, spoken: Spoken) {
    broken_off(&peers, spoken, "gone").await;
}

async fn broken_off(peers: &Peers, spoken: Spoken, word: &str) {
    let client = spoken.client(KEY);
    let prompt = prompt(word, spoken.api.id(), "streamed");
    let (events, partial, error) =
        read(&spoken.chat(&client, &peers.mock.url).user(prompt.as_str())).await;
    assert_eq!(kind(&error), ErrorKind::Disconnected);
    let partial = partial.unwrap();
    let texts: String = events
        .iter()
        .map(|event| match event {
            Event::Text(text) => text.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, partial.text());
    assert!(
        !texts.is_empty() && texts.len() < COUNTED.len() && COUNTED.starts_with(&texts),
        "{texts}"
    );
    // Anthropic says what the request used before it answers.
    assert_eq!(partial.cost.bill().is_some(), spoken.api == Api::AnthropicMessages);
    // What has begun is never sent again.
    peers.mock.asked_once(&prompt).await;
}

pub(crate) async fn truncated_arguments(peers: Arc<Peers>, spoken: Spoken) {
    if !spoken.pieces {
        return;
    }
    let client = spoken.client(KEY);
    let prompt = prompt("arguments", spoken.api.id(), "streamed");
    let (events, partial, error) = read(&spoken.chat(&client, &peers.mock.url).user(prompt)).await;
    assert_eq!(kind(&error), ErrorKind::Disconnected);
    assert!(events.iter().any(|event| matches!(event, Event::ToolArguments { .. })));
    assert!(!events.iter().any(|event| matches!(event, Event::ToolCall(_))));
    let partial = partial.unwrap();
    let call = partial.tool_calls().next().unwrap();
    assert!(matches!(&call.arguments, Arguments::Incomplete(text) if text.starts_with('{')));
}

/// No first byte.
pub(crate) async fn silence(peers: Arc<Peers>, spoken: Spoken) {
    let limit = Duration::from_secs(3);
    nothing_comes(&peers, spoken, "silence", limit, Duration::from_secs(60)).await;
}

/// A first byte and no more.
pub(crate) async fn stall(peers: Arc<Peers>, spoken: Spoken) {
    let limit = Duration::from_millis(300);
    nothing_comes(&peers, spoken, "stall", Duration::from_secs(60), limit).await;
}

async fn nothing_comes(peers: &Peers, spoken: Spoken, word: &str, first: Duration, idle: Duration) {
    let client = spoken.builder(KEY).first_byte_timeout(first).idle_timeout(idle).build().unwrap();
    let prompt = prompt(word, spoken.api.id(), "streamed");
    let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
    let start = Instant::now();
    let error = answer(&chat, "streamed").await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Timeout);
    // The mock says nothing for half a minute.
    let waited = start.elapsed();
    assert!(waited >= first.min(idle) && waited < Duration::from_secs(20), "{waited:?}");
    // It may have been answered and billed.
    peers.mock.asked_once(&prompt).await;
}

pub(crate) async fn garbage(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client(KEY);
    for mode in MODES {
        let prompt = prompt("garbage", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        assert_eq!(kind(&answer(&chat, mode).await.unwrap_err()), ErrorKind::Protocol);
        peers.mock.asked_once(&prompt).await;
    }
}

pub(crate) async fn hung_up(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.builder(KEY).tries(2).build().unwrap();
    for mode in MODES {
        let prompt = prompt("hang up", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt);
        let error = answer(&chat, mode).await.unwrap_err();
        assert!(matches!(kind(&error), ErrorKind::Disconnected | ErrorKind::Connect), "{error}");
    }
}
