//! Vendors of logins on bad days, and programs that do things at the same time.

use std::time::Duration;

use portolan::{
    AuthFile, Client, Environment, Error, ErrorKind, HookContext, HookFuture, Hooks, Stored, Token,
};
use serde_json::{Value, json};

use super::{File, ask, code, field, log_in, said, sent, tokens, vendor};
use crate::kind;
use crate::peer::{Peer, Step, bomb, head, packed, reply, three_words};

fn client(url: &str, environment: Environment) -> Client {
    super::client(vendor(url, None), environment)
}

/// A token with one field changed.
fn with(name: &str, value: impl Into<Value>) -> Vec<Step> {
    let mut body = tokens("1");
    body[name] = value.into();
    said(&body)
}

#[tokio::test]
async fn an_answer_that_is_hostile_logs_nobody_in() {
    let json = |text: &str| reply("200 OK", "content-type: application/json\r\n", text);
    let deep = format!("{}\"planted\"{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let mut not_utf8 = json("{\"access_token\":\"planted  \"}");
    if let Some(Step::Write(bytes)) = not_utf8.first_mut() {
        let at = bytes.len() - 4;
        bytes[at..at + 2].copy_from_slice(&[0xff, 0xfe]);
    }
    let endless = vec![head("application/json"), Step::Forever(b"5\r\n     \r\n".to_vec())];
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"access_token\":\"planted".to_vec();
    let mut asked = Vec::new();
    for (name, answer, expected) in [
        ("deep", json(&deep), ErrorKind::TooLarge),
        ("deeper than JSON is read", json(&deep[..200_000]), ErrorKind::Protocol),
        ("not UTF-8", not_utf8, ErrorKind::Protocol),
        ("two values", json("{} {\"access_token\":\"planted\"}"), ErrorKind::Protocol),
        ("endless", endless, ErrorKind::TooLarge),
        ("bomb", packed("content-encoding: gzip\r\n", &bomb(64)), ErrorKind::TooLarge),
        ("cut", vec![Step::Write(cut), Step::Close], ErrorKind::Disconnected),
        ("a line break", with("access_token", "planted\r\nx-evil: 1"), ErrorKind::Protocol),
        ("beyond ASCII", with("access_token", "plantedé"), ErrorKind::Protocol),
        ("no text", with("access_token", json!(["planted"])), ErrorKind::Protocol),
        ("empty", with("access_token", ""), ErrorKind::Protocol),
        ("another type", with("token_type", "DPoP"), ErrorKind::Protocol),
        ("plain http", with("resource_url", "http://acme.example/v1"), ErrorKind::Config),
        ("a path", with("resource_url", "//elsewhere.example/v1"), ErrorKind::Config),
        ("a script", with("resource_url", "javascript://127.0.0.1/%0aplanted"), ErrorKind::Config),
        ("a name", with("resource_url", "http://planted@127.0.0.1:1/v1"), ErrorKind::Config),
        ("like it", with("resource_url", "https://127.0.0.1.elsewhere.example"), ErrorKind::Config),
        ("no address", with("resource_url", "https://[::planted"), ErrorKind::Config),
    ] {
        let peer = Peer::new(vec![code(), answer]).await;
        asked.push(tokio::spawn(async move {
            let client = client(&peer.url, Environment::new());
            // What may pass is asked for again; that the connection broke does.
            let wait = Duration::from_secs(if expected.retryable() { 2 } else { 20 });
            match tokio::time::timeout(wait, log_in(&client)).await {
                Ok(done) => assert_eq!(kind(&done.unwrap_err()), expected, "{name}"),
                Err(_) => assert!(expected.retryable(), "{name}"),
            }
        }));
    }
    for asked in asked {
        asked.await.unwrap();
    }
}

#[tokio::test]
async fn a_renewal_that_is_hostile_spoils_nothing_that_is_kept() {
    for (name, answer, expected) in [
        ("page", reply("200 OK", "", "<html>planted</html>"), ErrorKind::Protocol),
        ("empty", reply("200 OK", "", ""), ErrorKind::Protocol),
        ("no token", said(&json!({"refresh_token": "planted-refresh-2"})), ErrorKind::Protocol),
        ("a line break", with("access_token", "planted\r\nx: y"), ErrorKind::Protocol),
        (
            "elsewhere",
            reply("307 Temporary Redirect", "location: https://elsewhere.example/\r\n", ""),
            ErrorKind::Redirect,
        ),
        ("cut", vec![Step::Reset], ErrorKind::Disconnected),
    ] {
        let peer = Peer::new(vec![answer]).await;
        let file = File::new(&format!("hostile-{}", name.replace(' ', "-"))).with_login("1", 0);
        let error = ask(&client(&peer.url, file.environment())).await.unwrap_err();
        assert_eq!(kind(&error), expected, "{name}: {error}");
        // No request to a model went out.
        assert_eq!(peer.requests().len(), 1, "{name}");
        assert_eq!(file.kept("login.refresh"), "planted-refresh-1", "{name}");
        assert_eq!(file.kept("login.access"), "planted-access-1", "{name}");
    }
}

#[tokio::test]
async fn a_renewed_base_url_of_another_host_is_not_gone_to() {
    let mut body = tokens("2");
    body["resource_url"] = json!("https://elsewhere.example/v1");
    let peer = Peer::new(vec![said(&body), three_words()]).await;
    let file = File::new("renewed-url").with_login("1", 0);
    let client = client(&peer.url, file.environment());
    for _ in 0..2 {
        let error = ask(&client).await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Config);
        assert!(error.message().contains("`elsewhere.example`, which is no host"), "{error}");
    }
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn what_is_stored_while_a_login_is_renewed_stays() {
    let slow = [vec![Step::Wait(Duration::from_millis(400))], said(&tokens("2"))].concat();
    let peer = Peer::new(vec![slow, three_words()]).await;
    let file = File::new("meanwhile").with_login("1", 0);
    let client = client(&peer.url, file.environment());
    let asked = tokio::spawn(async move { ask(&client).await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    let path = file.path().to_owned();
    let stored = tokio::task::spawn_blocking(move || {
        let key = [("OTHER_KEY".to_owned(), "planted-other".into())];
        AuthFile::change(path, |file| file.store(Stored::new("other", None, key)))
    });
    stored.await.unwrap().unwrap();
    asked.await.unwrap().unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert!(text.contains("planted-other") && text.contains("planted-refresh-2"), "{text}");
}

#[tokio::test]
async fn a_login_that_was_removed_while_it_was_renewed_does_not_come_back() {
    let slow = [vec![Step::Wait(Duration::from_millis(400))], said(&tokens("2"))].concat();
    let peer = Peer::new(vec![slow, three_words()]).await;
    let file = File::new("removed").with_login("1", 0);
    let client = client(&peer.url, file.environment());
    let asked = tokio::spawn(async move { ask(&client).await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    // By hand, as whoever edits a file does it: without the lock.
    let none = "{\"version\":1,\"credentials\":[]}";
    std::fs::write(file.path(), none).unwrap();
    asked.await.unwrap().unwrap();
    assert_eq!(std::fs::read_to_string(file.path()).unwrap(), none);
}

#[tokio::test]
async fn a_request_that_is_dropped_while_it_renews_leaves_the_next_one_whole() {
    let slow = [vec![Step::Wait(Duration::from_millis(300))], said(&tokens("2"))].concat();
    let peer = Peer::new(vec![slow, said(&tokens("3")), three_words()]).await;
    let file = File::new("dropped").with_login("1", 0);
    let client = client(&peer.url, file.environment());
    let short = tokio::time::timeout(Duration::from_millis(100), ask(&client)).await;
    assert!(short.is_err());
    // The lock went with it.
    ask(&client).await.unwrap();
    assert_eq!(file.kept("login.refresh"), "planted-refresh-3");
}

/// Exchanges what it has for a token of its own.
struct Exchanging;

impl Hooks for Exchanging {
    fn token<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Token>> {
        Some(Box::pin(async move {
            let key = context.key().unwrap();
            let said = context.post("/exchange", &json!({})).bearer(key).json().await?;
            Ok(Token::new(said["token"].as_str().unwrap()))
        }))
    }
}

#[tokio::test]
async fn a_hook_has_the_token_of_the_login_and_both_are_given_up() -> Result<(), Error> {
    let refusal = reply("401 Unauthorized", "", "{\"error\":\"planted-access-1 planted-own-1\"}");
    let own = |name: &str| said(&json!({"token": format!("planted-own-{name}")}));
    let scripts = vec![own("1"), refusal, said(&tokens("2")), own("2"), three_words()];
    let peer = Peer::new(scripts).await;
    let file = File::new("hook").with_login("1", 3_600);
    let builder = super::builder(vendor(&peer.url, None), file.environment());
    let client = builder.hook("acme", Exchanging).build()?;
    let answer = ask(&client).await?;
    assert!(!answer.attempts[0].error.contains("planted"), "{:?}", answer.attempts);
    let sent = sent(&peer);
    let seen: Vec<_> =
        sent.iter().map(|(path, token, _)| (path.as_str(), token.as_str())).collect();
    let chat = "/v1/chat/completions";
    assert_eq!(
        seen,
        [
            ("/exchange", "planted-access-1"),
            (chat, "planted-own-1"),
            ("/token", ""),
            ("/exchange", "planted-access-2"),
            (chat, "planted-own-2"),
        ]
    );
    assert_eq!(field(&sent[2].2, "refresh_token"), "planted-refresh-1");
    Ok(())
}
