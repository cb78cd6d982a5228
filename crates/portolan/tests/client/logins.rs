//! Logins by OAuth against a peer that is the vendor: how one is run, where its tokens go, how they are renewed and kept,
//! and that nothing shows them.

mod browser;
mod hostile;

use std::path::{Path, PathBuf};
use std::time::Duration;

use portolan::types::{
    Api, Auth, AuthChoice, AuthMethod, Catalog, Coverage, Endpoint, Header, Index, OAuth,
    OAuthFlow, Provider, RegionRow, Regions, Support,
};
use portolan::{
    AuthFile, Client, ClientBuilder, Environment, Error, ErrorKind, LoggedIn, State, Stored,
};
use serde_json::{Value, json};

use crate::hooks::json_reply;
use crate::kind;
use crate::peer::{Peer, Step, reply, three_words};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:user_code";

/// A vendor whose logins and models are at a peer. Tests need few, so that leaking them is no matter.
pub(crate) fn vendor(url: &str, grant_type: Option<&'static str>) -> &'static Provider {
    let at = |path: &str| -> &'static str { format!("{url}{path}").leak() };
    let login = |id, flow| OAuth {
        id,
        flow,
        pkce: Support::Yes,
        authorize_url: at("/device"),
        token_url: at("/token"),
        client_id: "c-1",
        scopes: &["a", "b"],
        grant_type,
    };
    let choice = |id, oauth, region| AuthChoice {
        id,
        label: "Acme",
        region,
        method: AuthMethod::OAuth,
        oauth,
        ..AuthChoice::API_KEY
    };
    let endpoint = Endpoint::new(Api::OpenaiCompletions, at("/v1"), Header::Bearer);
    let region = |id| RegionRow::new(id, id, vec![endpoint].leak());
    let oauth = vec![
        login("device", OAuthFlow::DeviceCode),
        login("browser", OAuthFlow::AuthorizationCode),
    ];
    let choices = vec![
        choice("acme-login", Some("device"), Some("eu")),
        choice("acme-browser", Some("browser"), None),
        choice("acme-unknown", None, None),
    ];
    Box::leak(Box::new(Provider {
        id: "acme",
        vendor: "acme",
        name: "Acme",
        coverage: Coverage::Live,
        regions: Regions::required(vec![region("eu"), region("us")].leak()),
        auth: Auth {
            env: &[&["ACME_TOKEN"]],
            oauth: oauth.leak(),
            choices: choices.leak(),
            ..Auth::UNKNOWN
        },
        pass_through: true,
        ..Provider::UNKNOWN
    }))
}

/// A client that has this vendor too.
pub(crate) fn client(vendor: &'static Provider, environment: Environment) -> Client {
    builder(vendor, environment).build().unwrap()
}

fn builder(vendor: &'static Provider, environment: Environment) -> ClientBuilder {
    let providers: &'static [&'static Provider] = vec![vendor].leak();
    // It lists no models.
    let index = Index { tags: &[], starts: &[], keys: &[], entries: &[] };
    let catalog = Catalog { id: "acme", providers, index };
    let builder = Client::builder().environment(environment).tries(1);
    builder.catalog(Box::leak(Box::new(catalog)))
}

/// An auth file of its own, which goes when the test ends.
pub(crate) struct File(PathBuf);

impl File {
    pub(crate) fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("portolan-login-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder.join("auth.json"))
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// Stores a login whose tokens have these names and which holds for so many seconds.
    pub(crate) fn with_login(self, name: &str, holds: u64) -> Self {
        let ends = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let values = [
            ("login.id", "device".to_owned()),
            ("login.access", format!("planted-access-{name}")),
            ("login.refresh", format!("planted-refresh-{name}")),
            ("login.ends", (ends.as_secs() + holds).to_string()),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value.into()));
        let stored = Stored::new("acme", Some("eu".to_owned()), values);
        AuthFile::change(self.path(), |file| file.store(stored)).unwrap();
        self
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::new().with_auth_file(AuthFile::read(self.path()).unwrap())
    }

    /// What is kept of the login.
    fn kept(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.path()).unwrap();
        let kept: Value = serde_json::from_str(&text).unwrap();
        kept["credentials"][0]["values"][name].as_str().unwrap_or("none").to_owned()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.path().parent().unwrap());
    }
}

fn said(body: &Value) -> Vec<Step> {
    json_reply("200 OK", body)
}

fn refused(error: &str) -> Vec<Step> {
    json_reply("400 Bad Request", &json!({ "error": error }))
}

fn code() -> Vec<Step> {
    said(&json!({
        "device_code": "planted-device", "user_code": "AB-CD",
        "verification_uri": "https://acme.example/activate", "expires_in": 600, "interval": 1,
    }))
}

fn tokens(name: &str) -> Value {
    json!({
        "access_token": format!("planted-access-{name}"),
        "refresh_token": format!("planted-refresh-{name}"),
        "token_type": "Bearer", "expires_in": 3600,
    })
}

/// The fields of a form.
type Form = Vec<(String, String)>;

/// The path, the token and the form of each request.
fn sent(peer: &Peer) -> Vec<(String, String, Form)> {
    let requests = peer.requests().into_iter().map(|request| {
        let path = request.split(' ').nth(1).unwrap().to_owned();
        let token = request.split("authorization: Bearer ").nth(1);
        let token = token.map_or("", |rest| rest.split("\r\n").next().unwrap()).to_owned();
        let body = request.split("\r\n\r\n").nth(1).unwrap();
        let form = if body.starts_with('{') { "" } else { body };
        let form = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        (path, token, form)
    });
    requests.collect()
}

fn field<'f>(form: &'f [(String, String)], name: &str) -> &'f str {
    form.iter().find(|(key, _)| key == name).map_or("none", |(_, value)| value.as_str())
}

async fn ask(client: &Client) -> Result<portolan::Answer, Error> {
    client.chat("acme/any").user("hi").stream().await?.finish().await
}

async fn log_in(client: &Client) -> Result<LoggedIn, Error> {
    client.login("acme-login", None).await?.finish().await
}

#[tokio::test]
async fn a_login_is_run_kept_and_used() {
    let refusal = refused("authorization_pending");
    let peer = Peer::new(vec![code(), refusal, said(&tokens("1")), three_words()]).await;
    let file = File::new("run");
    let vendor = vendor(&peer.url, None);
    let first = client(vendor, Environment::new());
    let advice = first.status(vendor, Some("eu")).advice.unwrap();
    assert!(advice.ends_with("or log in by `acme-login` or `acme-browser`"), "{advice}");
    let login = first.login("acme-login", None).await.unwrap();
    assert_eq!((login.url(), login.code()), ("https://acme.example/activate", Some("AB-CD")));
    assert_eq!((login.provider().id, login.region()), ("acme", Some("eu")));
    assert!((590..=600).contains(&login.expires_in().as_secs()));
    assert!(!format!("{login:?} {login:#?}").contains("planted"));
    let done = login.finish().await.unwrap();
    assert!(!format!("{done:?} {done:#?}").contains("planted"));
    AuthFile::change(file.path(), |file| file.store(done.stored)).unwrap();

    let second = client(vendor, file.environment());
    let status = second.status(vendor, None);
    assert_eq!((status.state, status.region.as_deref()), (State::Ready, Some("eu")));
    let shown = format!("{second:?} {second:#?} {:?} {status:?}", file.environment());
    assert!(!shown.contains("planted"), "{shown}");
    assert_eq!(ask(&second).await.unwrap().text(), "One two three");

    let sent = sent(&peer);
    let paths: Vec<_> = sent.iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(paths, ["/device", "/token", "/token", "/v1/chat/completions"]);
    let asked = &sent[0].2;
    assert_eq!((field(asked, "client_id"), field(asked, "scope")), ("c-1", "a b"));
    assert_eq!((field(asked, "state"), field(asked, "response_type")), ("none", "none"));
    assert_eq!(field(asked, "code_challenge_method"), "S256");
    for (_, token, form) in &sent[1..3] {
        assert_eq!(field(form, "grant_type"), "urn:ietf:params:oauth:grant-type:device_code");
        assert_eq!((field(form, "device_code"), token.as_str()), ("planted-device", ""));
        assert_eq!(field(asked, "code_challenge"), challenge(field(form, "code_verifier")));
    }
    assert_eq!(sent[3].1, "planted-access-1");
}

/// What RFC 7636 makes of a verifier.
fn challenge(verifier: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    assert!((43..=128).contains(&verifier.len()), "{verifier}");
    let digest = sha2::Sha256::digest(verifier.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)
}

#[tokio::test]
async fn minimax_s_kin_sends_the_code_of_the_person_and_a_state() {
    // The state that comes back is not the one that was sent.
    let peer = Peer::saying(said(&json!({
        "user_code": "AB", "verification_uri": "https://acme.example/", "state": "planted",
        "expired_in": 4_000_000_000_000_u64,
    })));
    let peer = peer.await;
    let error = client(vendor(&peer.url, Some(GRANT)), Environment::new());
    let error = error.login("acme-login", Some("eu")).await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Protocol);
    let form = &sent(&peer)[0].2;
    assert_eq!(field(form, "response_type"), "code");
    assert_eq!(field(form, "state").len(), 22);
}

#[tokio::test]
async fn a_login_that_fails_says_why_and_keeps_nothing() {
    let mut asked = Vec::new();
    let garbage = |text: &str| reply("200 OK", "content-type: text/html\r\n", text);
    for (answer, expected, words) in [
        (refused("access_denied"), ErrorKind::Permission, "the login was denied"),
        (refused("expired_token"), ErrorKind::Timeout, "the code has expired; begin again"),
        (
            json_reply(
                "400 Bad Request",
                &json!({"error": "invalid_grant", "error_description": "no planted-device"}),
            ),
            ErrorKind::Authentication,
            "no [redacted]",
        ),
        (garbage("<html>planted"), ErrorKind::Protocol, "what came is no JSON object"),
        (garbage(""), ErrorKind::Protocol, "what came is no JSON object"),
        (
            reply("302 Found", "location: https://elsewhere.example/planted\r\n", ""),
            ErrorKind::Redirect,
            "the provider points to `elsewhere.example`; the request was not sent there",
        ),
        (
            reply("200 OK", "", &"x".repeat(300 << 10)),
            ErrorKind::TooLarge,
            "the answer is larger than 262144 bytes",
        ),
        (
            said(&json!({"access_token": "planted", "resource_url": "https://elsewhere.example/"})),
            ErrorKind::Config,
            "the login names the host `elsewhere.example`, which is none of the provider's",
        ),
    ] {
        let peer = Peer::new(vec![code(), answer]).await;
        asked.push(tokio::spawn(async move {
            let client = client(vendor(&peer.url, None), Environment::new());
            let error = log_in(&client).await.unwrap_err();
            assert_eq!((kind(&error), error.message()), (expected, words));
            assert_eq!((error.provider(), error.region()), (Some("acme"), Some("eu")));
            assert_eq!(peer.requests().len(), 2, "{words}");
        }));
    }
    for asked in asked {
        asked.await.unwrap();
    }
}

#[tokio::test]
async fn what_is_no_login_says_what_does_in_its_place() {
    let client = client(vendor("http://127.0.0.1:1", None), Environment::new());
    for (choice, region, expected, words) in [
        ("acme-unknown", None, ErrorKind::Unsupported, "give the token itself as ACME_TOKEN"),
        ("xiaomi-api-key", None, ErrorKind::Unsupported, "`xiaomi-api-key` is no login"),
        ("openai", None, ErrorKind::Unsupported, "use `openai-api-key`"),
        ("nobody", None, ErrorKind::Config, "`nobody`"),
        ("acme-login", Some("us"), ErrorKind::Region, "is for the region `eu`, not `us`"),
        ("acme-browser", None, ErrorKind::Region, "`us`"),
        ("acme-login", None, ErrorKind::Connect, "no connection"),
    ] {
        let error = client.login(choice, region).await.unwrap_err();
        assert_eq!(kind(&error), expected, "{choice}: {error}");
        assert!(error.to_string().contains(words), "{choice}: {error}");
    }
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end_and_kept() {
    // Without another token for renewal the one before holds on.
    let renewed = json!({"access_token": "planted-access-2", "expires_in": 3600});
    let peer = Peer::new(vec![said(&renewed), three_words()]).await;
    let file = File::new("renewed").with_login("1", 30);
    let client = client(vendor(&peer.url, None), file.environment());
    for _ in 0..2 {
        ask(&client).await.unwrap();
    }
    let sent = sent(&peer);
    let form = &sent[0].2;
    assert_eq!((sent[0].0.as_str(), field(form, "grant_type")), ("/token", "refresh_token"));
    assert_eq!(field(form, "refresh_token"), "planted-refresh-1");
    assert_eq!(field(form, "client_id"), "c-1");
    let tokens: Vec<_> = sent[1..].iter().map(|(_, token, _)| token.as_str()).collect();
    assert_eq!(tokens, ["planted-access-2"; 2]);
    assert_eq!(file.kept("login.access"), "planted-access-2");
    assert_eq!(file.kept("login.refresh"), "planted-refresh-1");
    assert_eq!(file.kept("login.id"), "device");
}

#[tokio::test]
async fn a_renewal_that_names_no_end_does_not_end_when_the_old_one_did() {
    let renewed = json!({"access_token": "planted-access-2"});
    let peer = Peer::new(vec![said(&renewed), three_words()]).await;
    let file = File::new("endless").with_login("1", 30);
    // Two programs one after the other: the second takes what the first kept.
    for _ in 0..2 {
        ask(&client(vendor(&peer.url, None), file.environment())).await.unwrap();
    }
    let paths: Vec<_> = sent(&peer).into_iter().map(|(path, ..)| path).collect();
    assert_eq!(paths.iter().filter(|path| *path == "/token").count(), 1, "{paths:?}");
    assert_eq!(file.kept("login.access"), "planted-access-2");
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once() {
    let refusal = |token: &str| {
        let message = format!("planted-access-{token} is over");
        json_reply("401 Unauthorized", &json!({"error": {"message": message}}))
    };
    let scripts = vec![
        refusal("1"),
        said(&tokens("2")),
        three_words(),
        refusal("2"),
        said(&tokens("3")),
        refusal("3"),
    ];
    let peer = Peer::new(scripts).await;
    let file = File::new("refused").with_login("1", 3_600);
    let client = client(vendor(&peer.url, None), file.environment());
    let answer = ask(&client).await.unwrap();
    assert_eq!((answer.text().as_str(), answer.attempts.len()), ("One two three", 1));
    assert!(!answer.attempts[0].error.contains("planted"), "{:?}", answer.attempts);
    let error = ask(&client).await.unwrap_err();
    assert_eq!((kind(&error), error.status()), (ErrorKind::Authentication, Some(401)));
    assert_eq!(peer.requests().len(), 6);
    assert_eq!(file.kept("login.refresh"), "planted-refresh-3");
    assert!(!format!("{client:?}").contains("planted"));
}

#[tokio::test]
async fn a_renewal_that_is_refused_says_how_to_log_in_again_and_keeps_what_was() {
    let refusal = json!({"error": "invalid_grant", "error_description": "planted-refresh-1"});
    let peer = Peer::saying(json_reply("400 Bad Request", &refusal)).await;
    let file = File::new("over").with_login("1", 0);
    let error = ask(&client(vendor(&peer.url, None), file.environment())).await.unwrap_err();
    assert_eq!((kind(&error), error.code()), (ErrorKind::Authentication, Some("invalid_grant")));
    assert_eq!(
        error.message(),
        "the login is not renewed: [redacted]; log in again by `acme-login`"
    );
    assert_eq!(file.kept("login.refresh"), "planted-refresh-1");

    // What fails otherwise is no reason to log in again.
    let down = Peer::saying(reply("503 Service Unavailable", "", "planted-refresh-1")).await;
    let error = ask(&client(vendor(&down.url, None), file.environment())).await.unwrap_err();
    assert_eq!((kind(&error), error.message()), (ErrorKind::Overloaded, "[redacted]"));
}

#[tokio::test]
async fn clients_of_the_same_file_renew_once_and_requests_at_once_too() {
    let peer = Peer::new(vec![said(&tokens("2")), three_words()]).await;
    let file = File::new("shared").with_login("1", 0);
    let vendor = vendor(&peer.url, None);
    // As different programs they share nothing but the file.
    let clients = (0..4).map(|_| client(vendor, file.environment()));
    let asked = clients.flat_map(|client| {
        (0..4).map(move |_| {
            let client = client.clone();
            tokio::spawn(async move { ask(&client).await })
        })
    });
    for answer in asked.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap().unwrap().text(), "One two three");
    }
    let sent = sent(&peer);
    let renewals = sent.iter().filter(|(path, ..)| path == "/token").count();
    assert_eq!((renewals, sent.len()), (1, 17));
    assert!(sent[1..].iter().all(|(_, token, _)| token == "planted-access-2"));
}

#[tokio::test]
async fn a_login_that_another_program_renewed_is_taken_from_the_file() {
    let refusal = json_reply("401 Unauthorized", &json!({"error": "over"}));
    let peer = Peer::new(vec![three_words(), refusal, three_words()]).await;
    let file = File::new("other").with_login("1", 3_600);
    let client = client(vendor(&peer.url, None), file.environment());
    ask(&client).await.unwrap();
    let file = file.with_login("2", 3_600);
    ask(&client).await.unwrap();
    let tokens: Vec<_> = sent(&peer).into_iter().map(|(_, token, _)| token).collect();
    assert_eq!(tokens, ["planted-access-1", "planted-access-1", "planted-access-2"]);
    drop(file);
}

#[tokio::test]
async fn a_key_of_any_place_counts_before_a_login() {
    let peer = Peer::saying(three_words()).await;
    let file = File::new("first").with_login("1", 3_600);
    let environment = file.environment().with("ACME_TOKEN", "planted-key");
    ask(&client(vendor(&peer.url, None), environment)).await.unwrap();
    assert_eq!(sent(&peer)[0].1, "planted-key");
}

#[tokio::test]
async fn a_login_whose_tokens_are_kept_nowhere_lives_as_long_as_the_client() {
    let refusal = json_reply("401 Unauthorized", &json!({"error": "over"}));
    let scripts =
        vec![said(&tokens("2")), refusal, said(&tokens("3")), three_words(), three_words()];
    let peer = Peer::new(scripts).await;
    let file = File::new("memory").with_login("1", 0);
    let mut kept = AuthFile::default();
    let read = std::fs::read_to_string(file.path()).unwrap();
    let read: Value = serde_json::from_str(&read).unwrap();
    let values = read["credentials"][0]["values"].as_object().unwrap();
    let values = values.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned().into()));
    kept.store(Stored::new("acme", Some("eu".to_owned()), values));
    let client = client(vendor(&peer.url, None), Environment::new().with_auth_file(kept));
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
    // What renews it is the newest that the client knows.
    assert_eq!(field(&sent(&peer)[2].2, "refresh_token"), "planted-refresh-2");
    assert_eq!(file.kept("login.access"), "planted-access-1");
}

#[tokio::test]
async fn tokens_go_to_the_provider_alone() {
    let elsewhere = Peer::saying(three_words()).await;
    let file = File::new("alone").with_login("1", 3_600);
    // The file says another host than the provider's.
    let text = std::fs::read_to_string(file.path()).unwrap();
    let base = r#""login.access": "#;
    let named = format!(r#""login.base-url": "http://localhost:1/v1", {base}"#);
    std::fs::write(file.path(), text.replace(base, &named)).unwrap();
    let peer = Peer::saying(three_words()).await;
    let client = client(vendor(&peer.url, None), file.environment());
    let error = ask(&client).await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Config);
    assert!(error.message().contains("its login names `localhost`, which is no host"), "{error}");
    // An endpoint that the user names is the user's word.
    let chat = client.chat("acme/any").endpoint(format!("{}/own", peer.url)).user("hi");
    chat.stream().await.unwrap().finish().await.unwrap();
    assert_eq!(sent(&peer)[0].0, "/own/chat/completions");
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_login_that_cannot_be_kept_is_not_spent() {
    let peer = Peer::saying(said(&tokens("2"))).await;
    let file = File::new("unkept").with_login("1", 0);
    let client = client(vendor(&peer.url, None), file.environment());
    let lock = file.path().with_file_name("auth.json.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let error = ask(&client).await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Config);
    assert!(error.message().contains("a login cannot be renewed"), "{error}");
    assert_eq!(peer.requests().len(), 0);
}

#[tokio::test]
async fn a_login_that_is_dropped_asks_no_more() {
    let peer = Peer::new(vec![code(), refused("authorization_pending")]).await;
    let client = client(vendor(&peer.url, None), Environment::new());
    let login = client.login("acme-login", None).await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(1_300), login.finish()).await;
    assert!(waited.is_err());
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(peer.requests().len(), 2);
}
