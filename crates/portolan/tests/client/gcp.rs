//! Application default credentials of Google: files that give none are told what is wrong with them, and a machine's
//! metadata server, which is a peer here, gives a token. What a file of each kind asks of Google is tested where it is
//! read, because its address is Google's own.

use std::path::PathBuf;

use portolan::{
    Client, Environment, Error, ErrorKind, HookContext, HookFuture, Hooks, Quota, State,
};
use secrecy::ExposeSecret as _;

use crate::kind;
use crate::peer::{Peer, reply};

const ANSWER: &str = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}"#;

/// An environment whose home has nothing, so that no file of the user who tests is read.
fn environment() -> Environment {
    Environment::new()
        .with("HOME", "/nowhere")
        .with("GOOGLE_VERTEX_PROJECT", "acme-1")
        .with("GOOGLE_VERTEX_LOCATION", "us-central1")
}

fn status(environment: &Environment) -> portolan::Status {
    environment.status(portolan::catalog::provider("google-vertex").unwrap(), Some("global"))
}

/// What Vertex was asked, twice.
async fn asked(environment: Environment) -> Result<Vec<String>, Error> {
    assert_eq!(status(&environment).state, State::Ready);
    let vertex = Peer::saying(reply("200 OK", "", ANSWER)).await;
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    for _ in 0..2 {
        let chat = client.chat("google-vertex/gemini-2.5-flash").region("global");
        assert_eq!(chat.endpoint(&vertex.url).user("hi").send().await?.text(), "Hi");
    }
    let shown = format!("{client:?}");
    assert!(!shown.contains("planted"), "{shown}");
    Ok(vertex.requests())
}

fn host(peer: &Peer) -> String {
    peer.url.trim_start_matches("http://").trim_end_matches('/').to_owned()
}

#[tokio::test]
async fn a_machine_of_googles_gives_a_token_once() {
    let token = r#"{"access_token":"planted-token","expires_in":3599,"token_type":"Bearer"}"#;
    let machine = Peer::saying(reply("200 OK", "", token)).await;
    let requests = asked(environment().with("GCE_METADATA_HOST", host(&machine))).await.unwrap();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert!(request.contains("authorization: Bearer planted-token\r\n"), "{request}");
    }
    let [request] = &*machine.requests() else { panic!("{:?}", machine.requests()) };
    let path = "GET /computeMetadata/v1/instance/service-accounts/default/token?scopes=https://www.googleapis.com/auth/cloud-platform ";
    assert!(request.starts_with(path), "{request}");
    assert!(request.contains("metadata-flavor: Google\r\n"), "{request}");
}

/// Hooks that ask how much is left, with whatever proves who asks.
struct Asking;

impl Hooks for Asking {
    fn quota<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Quota>> {
        Some(Box::pin(async move {
            let key = context.key().map(|key| key.expose_secret().to_owned());
            assert_eq!(key.as_deref(), Some("planted-token"));
            Ok(Quota::new())
        }))
    }
}

#[tokio::test]
async fn hooks_work_with_what_the_machine_gives() {
    let token = r#"{"access_token":"planted-token","expires_in":3599,"token_type":"Bearer"}"#;
    let machine = Peer::saying(reply("200 OK", "", token)).await;
    let environment = environment().with("GCE_METADATA_HOST", host(&machine));
    let builder = Client::builder().environment(environment).tries(1);
    let client = builder.hook("google-vertex", Asking).build().unwrap();
    let provider = portolan::catalog::provider("google-vertex").unwrap();
    client.quota(provider, Some("global"), None).await.unwrap();
    assert_eq!(machine.requests().len(), 1);
}

#[tokio::test]
async fn what_gives_no_token_is_told_without_what_it_said() {
    for (status, body) in [
        ("200 OK", "planted"),
        ("200 OK", r#"{"access_token":["planted"]}"#),
        ("200 OK", r#"{"access_token":"planted","expires_in":1}"#),
        ("403 Forbidden", "planted"),
    ] {
        let machine = Peer::saying(reply(status, "", body)).await;
        let environment = environment().with("GCE_METADATA_HOST", host(&machine));
        let error = asked(environment).await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Credentials);
        assert!(error.message().contains("the metadata server "), "{error}");
        assert!(!format!("{error:?}").contains("planted"), "{error:?}");
    }
}

/// A file that goes with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("portolan-gcp-{name}-{}.json", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_file_that_gives_nothing_is_told_what_is_wrong_with_it() {
    for (name, text, expected) in [
        ("text", "planted", "is no JSON"),
        ("list", r#"["planted"]"#, "has no `type` of credentials"),
        ("kind", r#"{"type":"planted"}"#, "has no `type` of credentials"),
        ("empty", r#"{"type":"service_account"}"#, "has no `client_email`, `private_key`"),
        (
            "key",
            r#"{"type":"service_account","client_email":"a@b","private_key":"planted"}"#,
            "holds none that can be used",
        ),
    ] {
        let file = File::new(name, text);
        let path = file.0.to_str().unwrap();
        let error = asked(environment().with("GOOGLE_APPLICATION_CREDENTIALS", path)).await;
        let error = error.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Credentials);
        assert!(error.message().contains(&format!("`{path}` {expected}")), "{error}");
        assert!(!format!("{error:?}").contains("planted"), "{error:?}");
    }
}

#[test]
fn without_a_hint_nothing_is_asked_and_the_way_is_told() {
    for environment in
        [environment(), environment().with("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")]
    {
        let status = status(&environment);
        assert_eq!(status.state, State::Missing);
        let advice = status.advice.unwrap();
        assert!(advice.contains("with_gcp_chain"), "{advice}");
        assert!(advice.contains("gcloud auth application-default login"), "{advice}");
    }
    assert_eq!(status(&environment().with_gcp_chain()).state, State::Ready);
}
