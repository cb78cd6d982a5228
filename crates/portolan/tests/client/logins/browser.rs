//! Logins in a browser that comes back to this machine.

use portolan::{Environment, ErrorKind};
use serde_json::json;

use super::{Form, challenge, client, field, said, sent, tokens, vendor};
use crate::hooks::json_reply;
use crate::kind;
use crate::peer::Peer;

/// What a browser is answered that is sent to an address of this machine.
async fn visited(url: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let url = url.strip_prefix("http://").unwrap();
    let (host, path) = url.split_once('/').unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_browser_comes_back_with_a_code_and_whatever_else_knocks_hinders_nothing() {
    let peer = Peer::saying(said(&tokens("1"))).await;
    let client = client(vendor(&peer.url, None), Environment::new());
    let login = client.login("acme-browser", Some("us")).await.unwrap();
    assert_eq!((login.code(), login.region()), (None, Some("us")));
    assert!((590..=600).contains(&login.expires_in().as_secs()));
    let page = url::Url::parse(login.url()).unwrap();
    assert!(page.as_str().starts_with(&format!("{}/device?", peer.url)), "{page}");
    let asked: Form = page.query_pairs().into_owned().collect();
    let expected = [("response_type", "code"), ("client_id", "c-1"), ("scope", "a b")];
    for (name, value) in expected.into_iter().chain([("code_challenge_method", "S256")]) {
        assert_eq!(field(&asked, name), value);
    }
    let back = field(&asked, "redirect_uri").to_owned();
    assert!(back.starts_with("http://127.0.0.1:") && back.ends_with("/callback"), "{back}");
    let state = field(&asked, "state").to_owned();

    // A connection that says nothing, an end that never comes, and what is none of ours.
    let host = back.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let silent = tokio::net::TcpStream::connect(&host).await.unwrap();
    let finished = tokio::spawn(login.finish());
    let root = back.strip_suffix("/callback").unwrap();
    assert!(visited(&format!("{root}/favicon.ico")).await.starts_with("HTTP/1.1 404 "));
    assert!(
        visited(&format!("{back}?code=planted&state=other")).await.starts_with("HTTP/1.1 404 ")
    );
    let answer = visited(&format!("{back}?code=planted-code&state={state}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && !answer.contains("planted"), "{answer}");
    let done = finished.await.unwrap().unwrap();
    assert_eq!(
        (done.stored.provider.as_str(), done.stored.region.as_deref()),
        ("acme", Some("us"))
    );
    drop(silent);

    let sent = sent(&peer);
    let form = &sent[0].2;
    assert_eq!((sent.len(), sent[0].0.as_str()), (1, "/token"));
    assert_eq!(field(form, "grant_type"), "authorization_code");
    assert_eq!((field(form, "code"), field(form, "redirect_uri")), ("planted-code", &*back));
    assert_eq!(field(&asked, "code_challenge"), challenge(field(form, "code_verifier")));
    // Nobody listens any more.
    assert!(tokio::net::TcpStream::connect(&host).await.is_err());
}

#[tokio::test]
async fn a_browser_that_comes_back_with_a_refusal_ends_the_login() {
    let body = json!({"error": "invalid_grant", "error_description": "no planted-code"});
    let peer = Peer::saying(json_reply("400 Bad Request", &body)).await;
    let client = client(vendor(&peer.url, None), Environment::new());
    for (query, expected, words) in [
        ("error=access_denied", ErrorKind::Permission, "the login was refused"),
        ("error=x&error_description=why%1b%5B2J", ErrorKind::Authentication, "why [2J"),
        ("code=planted-code", ErrorKind::Authentication, "no [redacted]"),
    ] {
        let login = client.login("acme-browser", Some("us")).await.unwrap();
        let page = url::Url::parse(login.url()).unwrap();
        let asked: Form = page.query_pairs().into_owned().collect();
        let (back, state) = (field(&asked, "redirect_uri"), field(&asked, "state"));
        let back = format!("{back}?{query}&state={state}");
        let (done, answer) = tokio::join!(login.finish(), visited(&back));
        let error = done.unwrap_err();
        assert_eq!((kind(&error), error.message()), (expected, words));
        assert!(!answer.contains("planted"), "{answer}");
    }
    assert_eq!(peer.requests().len(), 1);
}
