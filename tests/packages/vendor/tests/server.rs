//! A user of the vendor's crate, against a server that answers as the vendor does.

use std::sync::{Arc, Mutex};

use portolan::types::{Capability, Context, Meter, Timestamp, Usage};
use portolan::{Client, Environment, ErrorKind, Event, Request, Tool};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use vendor::catalog::acme::{NOVA_2, PROVIDER, Region};

const KEY: &str = "ac-planted-key";

/// A server on this machine that remembers what it was asked.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, requests }
    }

    /// The requests to a path, with head and body.
    fn to(&self, path: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let asked = |request: &&String| request.split(' ').nth(1) == Some(path);
        requests.iter().filter(asked).cloned().collect()
    }
}

async fn serve(mut stream: TcpStream, requests: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read(&mut stream).await {
        requests.lock().unwrap().push(request.clone());
        let (status, kind, body) = answer(&request, &requests);
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all((head + &body).as_bytes()).await.unwrap();
    }
}

async fn read(stream: &mut TcpStream) -> Option<String> {
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => read.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

fn body(request: &str) -> Value {
    request.split_once("\r\n\r\n").map_or(Value::Null, |(_, body)| {
        serde_json::from_str(body).unwrap_or_default()
    })
}

/// What the vendor answers.
fn answer(
    request: &str,
    requests: &Mutex<Vec<String>>,
) -> (&'static str, &'static str, String) {
    let json = |value: Value| ("200 OK", "application/json", value.to_string());
    let path = request.split(' ').nth(1).unwrap();
    let carries = |secret: &str| request.contains(&format!("authorization: Bearer {secret}\r\n"));
    if path == "/auth/token" {
        assert!(carries(KEY));
        let exchanges = requests.lock().unwrap();
        let number = exchanges.iter().filter(|one| one.contains("/auth/token")).count();
        return json(json!({"token": format!("t-{number}"), "expires_in": 900}));
    }
    // The first token is taken back early.
    let searched = requests.lock().unwrap().iter().any(|one| one.contains(" /v1/search "));
    if carries("t-1") && searched {
        return ("401 Unauthorized", "application/json", json!({"error": "t-1 has ended"}).to_string());
    }
    assert!(carries("t-1") || carries("t-2"), "{request}");
    match path {
        "/v1/trials" => json(json!({"ids": ["nova-trial-3"]})),
        "/v1/account" => json(json!({"week_left": 62.5, "balance": "12.34"})),
        "/v1/voice" => json(json!({"mp3": "AAAA", "characters": 5})),
        "/v1/search" => json(json!({"results": [{"title": "Charts"}]})),
        "/v1/chat/completions" if body(request)["messages"][0]["content"] == "full" => {
            let full = json!({"error": {"code": "house_full", "message": "come back later"}});
            ("400 Bad Request", "application/json", full.to_string())
        }
        "/v1/chat/completions" => {
            let text = ["<thi", "nk>It scat", "ters.</think>Blue", " light<n", "l/>scatters."];
            let deltas = text.map(|text| json!({"choices": [{"delta": {"content": text}}]}));
            let end = json!({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {
                "prompt_tokens": 1_000_000, "completion_tokens": 500_000,
                "prompt_tokens_details": {"cached_tokens": 200_000},
            }});
            let lines = deltas.into_iter().chain([end]).map(|event| format!("data: {event}\n\n"));
            let stream = lines.collect::<String>() + "data: [DONE]\n\n";
            ("200 OK", "text/event-stream", stream)
        }
        other => panic!("{other}"),
    }
}

fn client() -> Client {
    let environment = Environment::new().with("ACME_API_KEY", KEY).with_region("acme", "us");
    vendor::register(Client::builder().environment(environment).tries(1)).build().unwrap()
}

#[tokio::test]
async fn a_user_chats_and_knows_the_exact_cost() {
    let (server, client) = (Server::start().await, client());
    let chat = client.chat(NOVA_2.at(Region::Eu)).endpoint(&server.url);
    let mut request = Request::new().user("Why is the sky blue\u{2026}");
    request.cache_key = Some("session-7".to_owned());
    let mut stream = chat.request(request).stream().await.unwrap();
    let (mut text, mut thought, mut done) = (String::new(), String::new(), None);
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            Event::Text(more) => text += &more,
            Event::Reasoning(more) => thought += &more,
            Event::Done(answer) => done = Some(answer),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((text.as_str(), thought.as_str()), ("Blue light\nscatters.", "It scatters."));
    let answer = done.unwrap();
    assert_eq!((answer.text(), answer.reasoning()), (text, thought));
    // 0.8 million tokens at 0.50, 0.2 million from the cache at 0.05, half a million out at 2.00.
    assert_eq!(answer.cost.to_string(), "1.41 USD");
    assert_eq!((answer.reference.as_str(), answer.region.as_deref()), ("acme/nova-2", Some("eu")));

    let asked = &server.to("/v1/chat/completions")[0];
    assert!(asked.contains("x-acme-version: 2\r\n") && asked.contains("x-acme-session: session-7\r\n"));
    let asked = body(asked);
    assert_eq!((&asked["trace"], &asked["model"]), (&json!("acme/nova-2"), &json!("nova-2")));
    assert_eq!(asked["messages"][0]["content"], "Why is the sky blue...");
    assert_eq!(body(&server.to("/auth/token")[0]), json!({"region": "eu"}));
}

#[tokio::test]
async fn a_user_prices_without_asking_anybody() {
    let client = client();
    let usage = Usage::new().with(Meter::Input, 1_000_000);
    let at = Context::at(Timestamp::parse("2026-11-20").unwrap());
    let entry = client.find("acme/nova").unwrap();
    assert_eq!(entry.total(&usage, &at.region("us")).unwrap().amount.to_string(), "0.4");
    assert_eq!(client.provider("acme"), Some(&PROVIDER));
    let near = client.find("acme/nova-3").unwrap_err();
    assert!(near.message().contains("`acme/nova-2`"), "{near}");
}

#[tokio::test]
async fn a_user_asks_what_is_left_and_uses_what_else_there_is() {
    let (server, client) = (Server::start().await, client());
    let url = Some(server.url.as_str());
    let quota = client.quota(&PROVIDER, None, url).await.unwrap();
    assert_eq!(quota.limits[0].left.to_string(), "62.5%");
    let balance = &quota.balances[0];
    assert_eq!((balance.amount.to_string().as_str(), balance.currency.code()), ("12.34", "EUR"));

    let input = json!("Hello");
    let spoken = client.serve(&PROVIDER, None, url, Capability::Speech, &input).await.unwrap();
    assert_eq!(spoken["characters"], 5);
    // The address is the manifest's. The token ends on the way, and a fresh one is had.
    let input = json!({"q": "charts"});
    let search = client.serve(&PROVIDER, None, url, Capability::WebSearch, &input).await.unwrap();
    assert_eq!(search["results"][0]["title"], "Charts");
    assert_eq!((server.to("/auth/token").len(), server.to("/v1/search").len()), (2, 2));
}

#[tokio::test]
async fn a_model_in_trial_is_known_to_the_hook_alone() {
    let (server, client) = (Server::start().await, client());
    let ask = |id: &str| client.chat(&format!("acme/{id}")).endpoint(&server.url).user("hi");
    let answer = ask("nova-trial-3").stream().await.unwrap().finish().await.unwrap();
    assert_eq!(answer.reference, "acme/nova-trial-3");
    assert!(answer.cost.to_string().starts_with("unknown"), "{}", answer.cost);
    let unknown = ask("nova-trial-9").send().await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::UnknownModel);
    // It takes what the model takes that it will follow.
    let refused = ask("nova-trial-3").max_tokens(9_000).send().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Refused);
}

#[tokio::test]
async fn failures_are_what_the_vendor_means_and_show_no_secret() {
    let (server, client) = (Server::start().await, client());
    let full = client.chat("acme/nova-2").endpoint(&server.url).user("full");
    let error = full.send().await.unwrap_err();
    assert_eq!((error.kind(), error.region()), (ErrorKind::Overloaded, Some("us")));

    let fields: Value = (0..9).map(|n| (format!("f{n}"), json!({"type": "string"}))).collect();
    let tool = Tool::new("wide", "Wide.", json!({"type": "object", "properties": fields}));
    let error = client.chat("acme/nova-2").endpoint(&server.url).tool(tool).send().await.unwrap_err();
    assert_eq!(error.message(), "`wide` has 9 fields, Acme takes 8");

    let wrong = Environment::new().with("ACME_API_KEY", "sk-planted").with_region("acme", "us");
    let wrong = vendor::register(Client::builder().environment(wrong)).build().unwrap();
    let error = wrong.chat("acme/nova-2").user("hi").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!format!("{error} {error:?} {client:?} {wrong:?}").contains("planted"));
}
