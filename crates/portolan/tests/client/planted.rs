//! Keys are planted wherever a program can put one and wherever a vendor can say one; then everything that is shown is
//! searched for them: `Debug`, errors with all that caused them, advice, logs, panics, files.

use std::path::PathBuf;
use std::sync::{Mutex, Once};

use portolan::{
    AuthFile, Client, Environment, Error, ErrorKind, ListCache, SecretString, State, Stored,
};

use crate::logins::{File, client, vendor};
use crate::peer::{Peer, Step, chunk, head, reply};

/// The part that all planted keys share. None of what is shown may hold it, in any spelling.
const MARK: &str = "planted";

/// Characters that an address and JSON spell otherwise.
const KEY: &str = "sk-planted/0123+456\"789";

const MODEL: &str = "xiaomi/mimo-v2.5-pro";

fn clean(what: &str, shown: &str) {
    assert!(!shown.to_lowercase().contains(MARK), "{what}: {shown}");
}

/// All that an error shows, also as the panic of a program that does not handle it.
fn clean_error(what: &str, error: Error) {
    clean(what, &format!("{error} {error:?} {error:#?} {:?}", error.attempts()));
    let texts = [Some(error.message()), error.code(), error.request_id()];
    clean(what, &format!("{texts:?}"));
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        clean(what, &format!("{inner} {inner:?}"));
        source = inner.source();
    }
    let failed: Result<(), Error> = std::hint::black_box(Err(error));
    let unhandled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| failed.unwrap()));
    let panic = unhandled.unwrap_err();
    clean(what, panic.downcast_ref::<String>().unwrap());
}

/// What libraries log while the tests run, whatever its level.
struct Logs(Mutex<Vec<String>>);

static LOGS: Logs = Logs(Mutex::new(Vec::new()));

impl log::Log for Logs {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

fn watch_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&LOGS).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

fn folder(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("portolan-searched-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn no_place_that_a_key_is_put_in_shows_it() {
    let folder = folder("places");
    let dotenv = folder.join(".env");
    std::fs::write(&dotenv, "DEEPSEEK_API_KEY=sk-planted-dotenv\n").unwrap();
    let auth = folder.join("auth.json");
    let mut file = AuthFile::read(&auth).unwrap();
    let values = [("MISTRAL_API_KEY".to_owned(), SecretString::from("planted-stored"))];
    let stored = Stored::new("mistral", None, values);
    clean("stored", &format!("{stored:?} {stored:#?}"));
    file.store(stored);
    file.write().unwrap();
    clean("auth file", &format!("{file:?} {file:#?}"));
    let environment = Environment::new()
        .with("XIAOMI_API_KEY", KEY)
        .with("AWS_ACCESS_KEY_ID", "AKIA0")
        .with("AWS_SECRET_ACCESS_KEY", "aws-planted-secret")
        .with("AWS_SESSION_TOKEN", "aws-planted-session")
        .with("OPENAI_API_KEY", "tp-planted-elsewhere")
        .with_key("anthropic", "planted-explicit".into())
        .with_variable("azure", "resource", "planted")
        .with_dotenv(&dotenv)
        .unwrap()
        .with_auth_file(file);
    let builder =
        Client::builder().environment(environment.clone()).proxy("http://me:planted@127.0.0.1:1");
    clean("builder", &format!("{builder:?} {builder:#?}"));
    let client = builder.build().unwrap();
    clean("client", &format!("{client:?} {client:#?} {environment:?} {environment:#?}"));
    let mut ready = 0;
    for provider in portolan::catalog::providers() {
        for region in provider.regions.names().iter().map(|name| Some(name.id)).chain([None]) {
            let status = client.status(provider, region);
            ready += usize::from(status.state == State::Ready && provider.auth.required);
            clean("status", &format!("{status:?}"));
        }
    }
    assert!(ready > 5, "{ready}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn no_mistake_in_a_place_that_keys_are_put_in_shows_one() {
    let folder = folder("mistakes");
    let path = folder.join("file");
    let files = [
        "planted",
        "{\"version\":1,\"credentials\":[{\"provider\":\"x\",\"values\":{\"A\":planted}}]}",
        "{\"version\":1,\"credentials\":[{\"provider\":\"x\",\"values\":[\"planted\"]}]}",
        "{\"version\":1,\"planted\":1,\"credentials\":[]}",
        "{\"version\":\"planted\",\"credentials\":[]}",
    ];
    for text in files {
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        clean_error(text, AuthFile::read(&path).unwrap_err());
    }
    for text in ["A='planted\n", "A=planted\" planted\n", "planted planted\n", "A=${planted\n"] {
        std::fs::write(&path, text).unwrap();
        if let Err(error) = Environment::new().with_dotenv(&path) {
            clean_error(text, error);
        }
    }
    let proxy =
        Client::builder().environment(Environment::new()).proxy("http://me:planted@[::").build();
    clean_error("proxy", proxy.unwrap_err());
    let _ = std::fs::remove_dir_all(folder);
}

/// The key as it is, in an address, in JSON, and in an excerpt that ends within it.
fn echoes() -> Vec<String> {
    let escaped = KEY.replace('"', "\\\"");
    let encoded: String = url::form_urlencoded::byte_serialize(KEY.as_bytes()).collect();
    let mut echoes = vec![
        format!(
            r#"{{"error":{{"message":"Incorrect key {escaped}.","code":"{escaped}","type":"{escaped}"}}}}"#
        ),
        format!(r#"{{"error":"GET /v1?key={encoded} is not allowed"}}"#),
        format!(r#"{{"detail":[{{"input":"Bearer {escaped}"}}]}}"#),
        format!(r#"{{"base_resp":{{"status_code":1004,"status_msg":"{escaped}"}}}}"#),
        format!(r#"{{"message":"{escaped}","__type":"{escaped}"}}"#),
        format!("<html><title>{KEY} is wrong</title></html>"),
        format!("no JSON: {KEY}"),
    ];
    // Cut at each place within the key.
    for lead in (270..300).step_by(3) {
        echoes.push(format!("{}{KEY}", "x".repeat(lead)));
        echoes.push(format!(r#"{{"error":{{"message":"{}{escaped}"}}}}"#, "x".repeat(lead)));
    }
    echoes
}

#[tokio::test]
async fn no_vendor_that_repeats_a_key_has_it_shown() {
    watch_logs();
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let json = "content-type: application/json\r\n";
    let said = format!("{json}x-request-id: {KEY}\r\n");
    let header =
        format!("content-type: text/plain\r\nx-request-id: {KEY}\r\nx-amzn-errortype: {KEY}\r\n");
    for echo in echoes() {
        for (status, headers) in [
            ("400 Bad Request", json),
            ("401 Unauthorized", header.as_str()),
            ("403 Forbidden", json),
            ("429 Too Many Requests", json),
            ("500 Internal Server Error", header.as_str()),
            ("200 OK", said.as_str()),
            ("200 OK", "content-type: text/html\r\n"),
        ] {
            let peer = Peer::saying(reply(status, headers, &echo)).await;
            let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
            for error in [chat.send().await.err(), chat.stream().await.err()].into_iter().flatten()
            {
                clean_error(&format!("{status} {echo}"), error);
            }
            let listing = client.models(portolan::catalog::provider("xiaomi").unwrap());
            if let Err(error) = listing.endpoint(&peer.url).send().await {
                clean_error(&format!("list: {status} {echo}"), error);
            }
            // A chain keeps what failed before in words.
            let next = Peer::saying(reply("500 Internal Server Error", "", &echo)).await;
            let chat = chat.fallback("xiaomi/mimo-v2.5").endpoint(&next.url).fallback_on(|_| true);
            if let Err(error) = chat.send().await {
                clean_error("chain", error);
            }
        }
    }
    let logs = LOGS.0.lock().unwrap();
    assert!(!logs.is_empty());
    clean("logs", &logs.join("\n"));
}

#[tokio::test]
async fn no_answer_has_the_key_among_what_is_said_of_it() {
    let body = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
    let headers = format!("content-type: application/json\r\nx-request-id: {KEY}\r\n");
    let peer = Peer::saying(reply("200 OK", &headers, body)).await;
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
    clean("answer", &format!("{:?}", chat.send().await.unwrap()));
    clean("stream", &format!("{:?}", chat.stream().await.unwrap().finish().await.unwrap()));
}

#[tokio::test]
async fn no_stream_that_breaks_with_a_key_in_it_shows_it() {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let escaped = KEY.replace('"', "\\\"");
    let first = chunk(b"data: {\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n\n");
    for last in [
        format!(r#"data: {{"error":{{"message":"{escaped}","code":"{escaped}"}}}}"#),
        format!("data: {KEY}"),
        format!(r#"data: ["{escaped}"]"#),
    ] {
        let last = chunk(format!("{last}\n\n").as_bytes());
        let steps = vec![head("text/event-stream"), first.clone(), last, Step::Close];
        let peer = Peer::saying(steps).await;
        let mut stream = client.chat(MODEL).endpoint(&peer.url).user("hi").stream().await.unwrap();
        while let Some(event) = stream.next().await {
            if let Err(error) = event {
                clean_error("stream", error);
            }
        }
    }
}

#[tokio::test]
async fn no_address_shows_what_was_put_into_it() {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY).with_key("azure", "k".into());
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    for url in [
        "http://example.com/v1?key=planted",
        "http://example.com/v1#planted",
        "https://me:planted@example.com/v1",
        "https://planted@example.com/v1",
        "ftp://me:planted@example.com/?key=planted",
        "example.com/v1?key=planted",
        "me:planted@example.com",
        "http://127.0.0.1:1/v1?key=planted",
        "https://[::/v1?key=planted",
    ] {
        let chat = client.chat(MODEL).endpoint(url).user("hi");
        clean_error(url, chat.send().await.unwrap_err());
        clean_error(url, chat.stream().await.unwrap_err());
    }
    // A query of an address is the user's own and is sent with every request.
    let peer = Peer::saying(reply("401 Unauthorized", "", "")).await;
    let url = format!("{}/v1/?key=planted", peer.url);
    let list = client.models(portolan::catalog::provider("xiaomi").unwrap()).endpoint(&url);
    clean_error("list", list.send().await.unwrap_err());
    let chat = client.chat(MODEL).endpoint(&url).user("hi");
    clean_error("chat", chat.send().await.unwrap_err());
    let requests = peer.requests();
    assert!(requests[0].starts_with("GET /v1/models?key=planted HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[1].starts_with("POST /v1/chat/completions?key=planted "), "{}", requests[1]);
}

#[tokio::test]
async fn no_redirect_takes_a_key_elsewhere_or_shows_it() {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let other = Peer::saying(reply("200 OK", "", "{}")).await;
    let port = other.url.rsplit(':').next().unwrap();
    for place in [
        format!("{}/planted?key=planted", other.url),
        format!("http://me:planted@127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/planted"),
        format!("http://localhost:{port}/planted"),
        "http://planted.example/".to_owned(),
        "ftp://example.com/planted".to_owned(),
        "javascript:planted".to_owned(),
    ] {
        for status in [
            "301 Moved Permanently",
            "302 Found",
            "303 See Other",
            "307 Temporary Redirect",
            "308 Permanent Redirect",
        ] {
            let head = format!("location: {place}\r\n");
            let peer = Peer::saying(reply(status, &head, "")).await;
            let error = client.chat(MODEL).endpoint(&peer.url).user("hi").send().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect, "{status} {place}");
            if !place.contains("planted.example") {
                clean_error(&place, error);
            }
        }
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn no_kept_list_holds_a_key() {
    let folder = folder("lists");
    let cache = ListCache::new(&folder);
    clean("cache", &format!("{cache:?}").replace(folder.to_str().unwrap(), ""));
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let client = Client::builder().environment(environment).list_cache(cache).build().unwrap();
    let peer = Peer::saying(reply("200 OK", "", r#"{"data":[{"id":"m"}]}"#)).await;
    let url = format!("{}/?key=planted", peer.url);
    let xiaomi = portolan::catalog::provider("xiaomi").unwrap();
    let list = client.models(xiaomi).endpoint(&url).send().await.unwrap();
    assert!(list.not_kept.is_none());
    clean("list", &format!("{list:?}"));
    let mut files = 0;
    for entry in std::fs::read_dir(folder.join("lists")).unwrap() {
        let path = entry.unwrap().path();
        clean("name", path.file_name().unwrap().to_str().unwrap());
        clean("file", &std::fs::read_to_string(&path).unwrap());
        files += 1;
    }
    assert_eq!(files, 2);
    let _ = std::fs::remove_dir_all(folder);
}

#[tokio::test]
async fn no_login_shows_what_it_sends_or_is_given() {
    watch_logs();
    let shown = |text: &str| reply("400 Bad Request", "content-type: application/json\r\n", text);
    let code = format!(
        r#"{{"device_code":"{}","user_code":"A","verification_uri":"https://a.example/","expires_in":9,"interval":1}}"#,
        KEY.replace('"', "\\\"")
    );
    let mut asked = Vec::new();
    for echo in echoes().into_iter().take(7) {
        let texts = vec![reply("200 OK", "", &code), shown(&echo)];
        let peer = Peer::new(texts).await;
        asked.push(tokio::spawn(async move {
            let client = client(vendor(&peer.url, None), Environment::new());
            let login = client.login("acme-login", None).await.unwrap();
            clean("login", &format!("{login:?} {login:#?}"));
            clean_error(&echo, login.finish().await.unwrap_err());
        }));
    }
    for asked in asked {
        asked.await.unwrap();
    }
    // A vendor repeats the token and what renews it, and after a renewal those before it.
    let old = "planted-access-1 planted-refresh-1";
    let both = format!("{old} planted-access-2 planted-refresh-2");
    let new = r#"{"access_token":"planted-access-2","refresh_token":"planted-refresh-2"}"#;
    for (renewal, last) in [
        (shown(old), old),
        (shown(&format!(r#"{{"error":"{old}"}}"#)), old),
        (reply("200 OK", "", new), both.as_str()),
    ] {
        let refusal = |words: &str| {
            let body = format!(r#"{{"error":{{"message":"{words}","code":"{words}"}}}}"#);
            reply("401 Unauthorized", &format!("x-request-id: {words}\r\n"), &body)
        };
        let peer = Peer::new(vec![refusal(old), renewal, refusal(last)]).await;
        let file = File::new("searched").with_login("1", 3_600);
        let client = client(vendor(&peer.url, None), file.environment());
        clean("client", &format!("{client:?} {client:#?} {:#?}", file.environment()));
        clean_error(last, client.chat("acme/m").user("hi").send().await.unwrap_err());
        clean("client", &format!("{client:?} {client:#?}"));
    }
    let logs = LOGS.0.lock().unwrap();
    assert!(!logs.is_empty());
    clean("logs", &logs.join("\n"));
}
