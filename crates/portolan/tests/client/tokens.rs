//! Keys that are exchanged for tokens, and where a hook may send either.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use portolan::types::Provider;
use portolan::{
    ErrorKind, Fetch, HookContext, HookFuture, Hooks, Left, Quota, QuotaLimit, Result, Token, Turn,
    Wishes,
};
use serde_json::json;

use crate::hooks::{ask, hooked, json_reply};
use crate::peer::{Peer, Step, three_words};
use crate::{KEY, MODEL, kind};

/// Exchanges its key for a token.
#[derive(Default)]
struct Exchanging {
    count: Arc<AtomicUsize>,
    base_url: Option<&'static str>,
}

impl Hooks for Exchanging {
    fn token<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Token>> {
        Some(Box::pin(async move {
            let number = self.count.fetch_add(1, Ordering::SeqCst) + 1;
            let key = context.key().unwrap();
            let said =
                context.post("/token", &json!({"number": number})).bearer(key).json().await?;
            let token = format!("{}-planted", said["token"].as_str().unwrap());
            let token = Token::new(token).expires_in(Duration::from_secs(600));
            Ok(match self.base_url {
                Some(url) => token.base_url(url),
                None => token,
            })
        }))
    }

    fn quota<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Quota>> {
        Some(Box::pin(async move {
            let said = context.get("/plan").authorized().json().await?;
            let left = Left::Units { left: said["left"].as_u64().unwrap(), of: Some(500) };
            Ok(Quota::new().limit(QuotaLimit::new("requests", "day", left)))
        }))
    }
}

fn token(name: &str) -> Vec<Step> {
    json_reply("200 OK", &json!({"token": name}))
}

/// The path and the credential of each request.
fn carried(peer: &Peer) -> Vec<(String, String)> {
    let requests = peer.requests().into_iter().map(|request| {
        let path = request.split(' ').nth(1).unwrap().to_owned();
        let (_, rest) = request.split_once("authorization: Bearer ").unwrap();
        (path, rest.split_once("\r\n").unwrap().0.to_owned())
    });
    requests.collect()
}

#[tokio::test]
async fn a_token_is_had_once_and_anew_where_it_is_refused() {
    let refused = |token: &str| {
        let message = format!("{token}-planted has ended");
        json_reply("401 Unauthorized", &json!({"error": {"message": message}}))
    };
    let peer = Peer::new(vec![
        token("t1"),
        three_words(),
        three_words(),
        refused("t1"),
        token("t2"),
        three_words(),
        // No more than once for a request.
        refused("t2"),
        token("t3"),
        refused("t3"),
    ]);
    let peer = peer.await;
    let client = hooked(Exchanging::default());
    for _ in 0..2 {
        assert!(ask(&client, MODEL, &peer).await.unwrap().attempts.is_empty());
    }
    let answer = ask(&client, MODEL, &peer).await.unwrap();
    assert_eq!(answer.attempts.len(), 1);
    let attempt = &answer.attempts[0];
    assert_eq!((attempt.kind, attempt.status), (ErrorKind::Authentication, Some(401)));
    assert!(!attempt.error.contains("planted"), "{}", attempt.error);
    let error = ask(&client, MODEL, &peer).await.unwrap_err();
    assert_eq!((kind(&error), error.attempts().len()), (ErrorKind::Authentication, 1));
    let (exchange, chat) = ("/token", "/chat/completions");
    assert_eq!(
        carried(&peer),
        [
            (exchange, KEY),
            (chat, "t1-planted"),
            (chat, "t1-planted"),
            (chat, "t1-planted"),
            (exchange, KEY),
            (chat, "t2-planted"),
            (chat, "t2-planted"),
            (exchange, KEY),
            (chat, "t3-planted"),
        ]
        .map(|(path, key)| (path.to_owned(), key.to_owned()))
    );
    assert!(!format!("{client:?}").contains("planted"));
}

#[tokio::test]
async fn requests_at_once_share_one_exchange() {
    let peer = Peer::new(vec![token("t1"), three_words()]).await;
    let client = hooked(Exchanging::default());
    let asked = (0..20).map(|_| {
        let (client, url) = (client.clone(), peer.url.clone());
        tokio::spawn(async move {
            client.chat(MODEL).endpoint(url).user("hi").stream().await.unwrap().finish().await
        })
    });
    for answer in asked.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap().unwrap().text(), "One two three");
    }
    let exchanges = carried(&peer).into_iter().filter(|(path, _)| path == "/token").count();
    assert_eq!((exchanges, peer.requests().len()), (1, 21));
}

#[tokio::test]
async fn an_exchange_that_fails_is_an_error_of_the_call_without_the_key() {
    let body = json!({"error": {"message": format!("no such key: {KEY}")}});
    let peer = Peer::saying(json_reply("403 Forbidden", &body)).await;
    let error = ask(&hooked(Exchanging::default()), MODEL, &peer).await.unwrap_err();
    assert_eq!((kind(&error), error.status()), (ErrorKind::Permission, Some(403)));
    assert_eq!(error.message(), "no such key: [redacted]");
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn a_quota_is_asked_with_the_token() {
    let left = json_reply("200 OK", &json!({"left": 7}));
    let refused = json_reply("401 Unauthorized", &json!({"error": "t2-planted"}));
    let scripts = vec![token("t1"), left, refused.clone(), token("t2"), refused];
    let peer = Peer::new(scripts).await;
    let client = hooked(Exchanging::default());
    let provider = client.provider("xiaomi").unwrap();
    let quota = client.quota(provider, None, Some(&peer.url)).await.unwrap();
    assert_eq!(quota.limits[0].left.to_string(), "7 of 500");
    assert_eq!(carried(&peer)[1], ("/plan".to_owned(), "t1-planted".to_owned()));
    // A token that is refused is had anew, once.
    let error = client.quota(provider, None, Some(&peer.url)).await.unwrap_err();
    assert_eq!((kind(&error), error.status()), (ErrorKind::Authentication, Some(401)));
    assert_eq!(carried(&peer)[4], ("/plan".to_owned(), "t2-planted".to_owned()));
    assert_eq!(peer.requests().len(), 5);
}

#[tokio::test]
async fn a_token_moves_no_request_to_another_host() {
    let peer = Peer::new(vec![token("t1")]).await;
    for url in ["https://elsewhere.example/v1", "http://127.0.0.2:1/v1", "ftp://127.0.0.1/"] {
        let client = hooked(Exchanging { base_url: Some(url), ..Exchanging::default() });
        let error = ask(&client, MODEL, &peer).await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Config, "{url}");
    }
    assert!(carried(&peer).iter().all(|(path, _)| path == "/token"));
}

/// Adds a secret where no key is needed.
struct Secretive;

impl Hooks for Secretive {
    fn turn(&self, _: &HookContext<'_>, turn: &mut Turn<'_>) -> Result<()> {
        turn.secret_header("x-session", &"planted".into())
    }
}

#[tokio::test]
async fn a_secret_goes_over_plain_http_to_this_machine_alone() {
    let ollama = portolan::catalog::provider("ollama").unwrap();
    for (url, expected) in [
        ("http://model-server.example:1", ErrorKind::Config),
        ("http://127.0.0.1:1", ErrorKind::Connect),
    ] {
        let builder = portolan::Client::builder().environment(portolan::Environment::new());
        let client = builder.tries(1).hook("ollama", Secretive).build().unwrap();
        let chat = client.chat(ollama.models[0]).endpoint(url).user("hi");
        assert_eq!(kind(&chat.send().await.unwrap_err()), expected, "{url}");
    }
}

/// Sends everything elsewhere.
struct Elsewhere;

impl Hooks for Elsewhere {
    fn settings(&self, _: &'static Provider, wishes: &mut Wishes) -> Result<()> {
        wishes.endpoint = Some("https://elsewhere.example/v1".to_owned());
        Ok(())
    }
}

#[tokio::test]
async fn a_setting_moves_no_request_to_another_host() {
    let error = hooked(Elsewhere).chat(MODEL).user("hi").send().await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Config);
    assert!(error.message().contains("`elsewhere.example`, which is no host"), "{error}");
}

/// Asks an address with the key in its quota.
struct Asking(String);

impl Hooks for Asking {
    fn quota<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Quota>> {
        Some(Box::pin(async move {
            let fetch: Fetch<'_> = context.get(&self.0).authorized();
            fetch.json().await.map(|_| Quota::new())
        }))
    }
}

#[tokio::test]
async fn a_hook_asks_only_hosts_of_its_provider() {
    let peer = Peer::saying(json_reply("200 OK", &json!({}))).await;
    for (address, goes) in [
        ("/x", true),
        ("//elsewhere.example/x", false),
        ("/\\elsewhere.example/x", false),
        ("/\t/elsewhere.example/x", false),
        ("https://elsewhere.example/x", false),
        ("http://elsewhere.example/x", false),
        ("https://api.xiaomimimo.com.elsewhere.example/x", false),
        ("https://api.xiaomimimo.com@elsewhere.example/x", false),
        ("no address", false),
    ] {
        let client = hooked(Asking(address.to_owned()));
        let provider = client.provider("xiaomi").unwrap();
        let asked = client.quota(provider, None, Some(&peer.url)).await;
        match asked {
            Ok(_) => assert!(goes, "{address}"),
            Err(error) => assert_eq!((kind(&error), goes), (ErrorKind::Config, false), "{address}"),
        }
    }
    assert_eq!(peer.requests().len(), 1);
}
