//! `portolan onboard` for choices that log in, against a vendor on this machine: what the user's file says of a login is
//! what is asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::peer::STREAM;
use crate::{Home, with};

/// What a vendor answers to a path and a form, the first time and so on.
type Answers = fn(path: &str, form: &str, count: usize) -> (u16, Value);

/// A vendor: what it was asked, and its address.
pub(crate) struct Vendor {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Vendor {
    pub(crate) fn new(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let (head, body) = request(&stream);
                let path = head.split(' ').nth(1).unwrap().to_owned();
                kept.lock().unwrap().push(format!("{head}\n{body}"));
                let (status, kind, body) = if path.ends_with("/chat/completions") {
                    (200, "text/event-stream", STREAM.to_owned())
                } else {
                    let (status, said) = answers(&path, &body, count);
                    (status, "application/json", said.to_string())
                };
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        Self { url, requests }
    }

    /// A home whose file has a provider of this vendor's, with a login.
    pub(crate) fn home(&self) -> Home {
        let url = &self.url;
        Home::with_config(&format!(
            "providers:
  acme:
    endpoints: {{ openai-completions: {url}/v1 }}
    coverage: live
    pass_through: true
    auth:
      env: [ACME_TOKEN]
      choices: [{{ id: acme-login, label: Acme login, method: oauth, oauth: device }}]
      oauth:
        device:
          flow: device-code
          pkce: true
          authorize_url: {url}/device
          token_url: {url}/token
          client_id: c-1
"
        ))
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// The head of a request and its body.
fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        head += &line;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// Gives a code, lets wait once, then gives a token.
pub(crate) fn gives_a_token(path: &str, _: &str, count: usize) -> (u16, Value) {
    match (path, count) {
        ("/device", _) => (200, code(600)),
        (_, 1) => (400, json!({"error": "authorization_pending"})),
        _ => (
            200,
            json!({
                "access_token": "planted-access", "refresh_token": "planted-refresh",
                "expires_in": 3600, "token_type": "Bearer", "notification_message": "Welcome",
            }),
        ),
    }
}

/// Lets wait for ever.
pub(crate) fn lets_wait(path: &str, _: &str, _: usize) -> (u16, Value) {
    match path {
        "/device" => (200, code(600)),
        _ => (400, json!({"error": "authorization_pending"})),
    }
}

fn code(expires_in: u64) -> Value {
    json!({
        "device_code": "planted-device", "user_code": "AB-CD", "interval": 1,
        "verification_uri": "https://acme.example/activate", "expires_in": expires_in,
    })
}

const LOGIN: [&str; 3] = ["onboard", "--auth-choice", "acme-login"];

#[test]
fn a_login_is_shown_waited_for_stored_and_used() {
    let vendor = Vendor::new(gives_a_token);
    let home = vendor.home();
    let status = home.json(&["status"]);
    let status = with(&status, "provider", "acme");
    assert_eq!(status["missing"], json!(["ACME_TOKEN"]));
    assert!(status["advice"].as_str().unwrap().ends_with("or log in by `acme-login`"), "{status}");
    let (code, out, error) = home.run(&LOGIN);
    let said = "open https://acme.example/activate\nand type or compare the code: AB-CD\n";
    assert_eq!((code, error.as_str()), (0, said));
    let path = home.path("auth.json").display().to_string();
    assert_eq!(out, format!("the login of `acme` is in `{path}`\nacme says: Welcome\n"));
    let kept: Value = serde_json::from_str(&home.read("auth.json")).unwrap();
    assert_eq!(kept["credentials"][0]["values"]["login.refresh"], "planted-refresh");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(with(&home.json(&["status"]), "provider", "acme")["state"], "ready");
    let answer = home.json(&["chat", "-m", "acme/any", "hi"]);
    assert_eq!(answer["text"], "One two");
    let requests = vendor.requests();
    assert!(requests[3].contains("authorization: Bearer planted-access\r\n"), "{}", requests[3]);
    // A key of the environment counts before it, and whoever logs in is told.
    let (code, out, _) = home.run_with(&LOGIN, &[("ACME_TOKEN", "planted-key")]);
    assert!(code == 0 && out.contains("note: `ACME_TOKEN` of this environment counts"), "{out}");
}

#[test]
fn a_script_reads_the_page_and_the_result() {
    let vendor = Vendor::new(gives_a_token);
    let home = vendor.home();
    let (code, out, error) = home.run(&[&LOGIN[..], &["--json"]].concat());
    assert_eq!(code, 0, "{error}");
    let mut said: Value = serde_json::from_str(&error).unwrap();
    let left = said["login"]["expires_in"].take().as_u64().unwrap();
    assert!((590..=600).contains(&left), "{left}");
    let login =
        json!({"url": "https://acme.example/activate", "code": "AB-CD", "expires_in": null});
    assert_eq!(said, json!({ "login": login }));
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        out,
        json!({
            "provider": "acme", "auth_choice": "acme-login", "region": null, "state": "ready",
            "stored": home.path("auth.json"), "missing": [], "notice": "Welcome",
        })
    );
}

#[test]
fn a_browser_comes_back_by_itself() {
    let vendor = Vendor::new(gives_a_token);
    let home = vendor.home();
    let config = home.read("config.yaml").replace("device-code", "authorization-code");
    home.write("config.yaml", config);
    let mut command = home.command(&[&LOGIN[..], &["--json"]].concat(), &[]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let (url, code) = (said["login"]["url"].as_str().unwrap(), &said["login"]["code"]);
    assert!(code.is_null() && url.starts_with(&format!("{}/device?", vendor.url)), "{line}");
    let value = |name: &str| {
        let (_, rest) = url.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    let back = value("redirect_uri").replace("%3A", ":").replace("%2F", "/");
    let address = back.strip_prefix("http://").unwrap().strip_suffix("/callback").unwrap();
    let mut browser = TcpStream::connect(address).unwrap();
    let state = value("state");
    write!(browser, "GET /callback?code=planted&state={state} HTTP/1.1\r\n\r\n").unwrap();
    let mut page = String::new();
    browser.read_to_string(&mut page).unwrap();
    assert!(page.contains("This page can be closed"), "{page}");
    let output = child.wait_with_output().unwrap();
    let out: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&out["state"], &out["auth_choice"]), (&json!("ready"), &json!("acme-login")));
    assert!(vendor.requests()[0].contains("grant_type=authorization_code&"));
    assert!(home.read("auth.json").contains("planted-access"));
}

#[test]
fn a_login_that_fails_stores_nothing_and_shows_no_code_of_the_machines() {
    let denied: Answers = |path, _, _| match path {
        "/device" => (200, code(600)),
        _ => (400, json!({"error": "access_denied", "error_description": "no planted-device"})),
    };
    let late: Answers = |path, _, _| match path {
        "/device" => (200, code(1)),
        _ => (400, json!({"error": "authorization_pending"})),
    };
    let garbage: Answers = |_, _, _| (200, json!(["planted"]));
    for (answers, expected) in [
        (denied, "error[permission]: acme: no [redacted] (status 400, code `access_denied`)\n"),
        (late, "error[timeout]: acme: the code has expired before anybody used it; begin again\n"),
        (garbage, "error[protocol]: acme: what came is no JSON object\n"),
    ] {
        let home = Vendor::new(answers).home();
        let (code, out, error) = home.run(&LOGIN);
        assert!(code == 1 && out.is_empty() && error.ends_with(expected), "{error}");
        assert!(!error.contains("planted"), "{error}");
        assert!(!home.path("auth.json").exists());
    }
    let home = Vendor::new(denied).home();
    let (code, _, error) = home.run(&[&LOGIN[..], &["--api-key", "planted"]].concat());
    assert_eq!(
        (code, error.lines().next()),
        (2, Some("error[usage]: `acme-login` logs in and takes no key"))
    );
}

#[test]
fn processes_at_once_renew_a_login_once() {
    // Whoever comes with a token for renewal that is spent is refused, as many vendors do it; the first one waits.
    let vendor = Vendor::new(|_, form, count| {
        if count > 0 || !form.contains("refresh_token=planted-refresh-1") {
            return (400, json!({"error": "invalid_grant"}));
        }
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        let (access, refresh) = ("planted-access-2", "planted-refresh-2");
        (200, json!({"access_token": access, "refresh_token": refresh, "expires_in": 3600}))
    });
    let home = vendor.home();
    let values = json!({
        "login.id": "device", "login.access": "planted-access-1", "login.ends": "1",
        "login.refresh": "planted-refresh-1",
    });
    let kept = json!({"version": 1, "credentials": [{"provider": "acme", "values": values}]});
    let path = home.write("auth.json", kept.to_string());
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let chat = ["chat", "-m", "acme/any", "--no-stream", "--json", "hi"];
    let begun = [(); 4].map(|()| {
        let mut command = home.command(&chat, &[]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    });
    for child in begun {
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !error.contains("planted"), "{error}");
    }
    let requests = vendor.requests();
    let renewals = requests.iter().filter(|request| request.contains("grant_type")).count();
    assert_eq!((renewals, requests.len()), (1, 5));
    let used = "authorization: Bearer planted-access-2\r\n";
    assert_eq!(requests.iter().filter(|request| request.contains(used)).count(), 4);
    assert!(home.read("auth.json").contains("planted-refresh-2"));
    let at = |name: &str| home.path(name).exists();
    assert!(at("auth.json") && at("auth.json.lock"));
    let folder = path.parent().unwrap().read_dir().unwrap();
    let left = folder.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".new")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn the_login_of_a_public_provider_runs_where_the_users_file_says() {
    // As `minimax` has it: the answer repeats the state, times are moments in milliseconds.
    let own: Answers = |path, form, count| {
        let state = form.split("state=").nth(1).unwrap_or_default();
        match (path, count) {
            ("/device", _) => (
                200,
                json!({
                    "user_code": "AB", "verification_uri": "https://acme.example/", "state": state,
                    "expired_in": 4_000_000_000_000_u64, "interval": 1,
                }),
            ),
            (_, 1) => (200, json!({"status": "pending"})),
            _ => (
                200,
                json!({
                    "status": "success", "access_token": "planted-a", "refresh_token": "planted-r",
                    "expired_in": 86_400,
                }),
            ),
        }
    };
    let vendor = Vendor::new(own);
    let url = &vendor.url;
    let home = Home::with_config(&format!(
        "providers:
  minimax-portal:
    auth:
      env: [MINIMAX_OAUTH_TOKEN, MINIMAX_API_KEY]
      choices:
        - {{ id: minimax-global-oauth, label: MiniMax, region: global, method: oauth, oauth: global }}
      oauth:
        global:
          flow: device-code
          pkce: true
          authorize_url: {url}/device
          token_url: {url}/token
          client_id: c-1
          scopes: [group_id, model.completion]
          grant_type: urn:ietf:params:oauth:grant-type:user_code
"
    ));
    let (code, out, error) = home.run(&["onboard", "--auth-choice", "minimax-global-oauth"]);
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with("the login of `minimax-portal` in global is in "), "{out}");
    let status = home.json(&["status"]);
    let status = with(&status, "provider", "minimax-portal");
    assert_eq!((&status["state"], &status["region"]), (&json!("ready"), &json!("global")));
    let requests = vendor.requests();
    assert!(requests[0].contains("scope=group_id+model.completion"), "{}", requests[0]);
    let token = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Auser_code&client_id=c-1&user_code=AB&code_verifier=";
    assert!(requests[1].contains(token), "{}", requests[1]);
}
