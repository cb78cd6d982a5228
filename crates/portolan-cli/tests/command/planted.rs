//! Every subcommand with keys planted wherever a person can put one, and a server that repeats what it is sent: nothing
//! that is printed, for people or as JSON, holds one.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::login::{Vendor, gives_a_token};

/// The part that all planted keys share.
const MARK: &str = "planted";

const MODEL: &str = "xiaomi/mimo-v2.5-pro";

/// Runs the command in this home; returns what it printed.
fn run(home: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home).env("XDG_CACHE_HOME", home);
    let variables = [
        ("XIAOMI_API_KEY", "sk-planted-environment"),
        ("OPENAI_API_KEY", "sk-planted-openai"),
        ("XIAOMI_TOKEN_PLAN_API_KEY", "sk-planted-elsewhere"),
        ("AWS_ACCESS_KEY_ID", "AKIA0"),
        ("AWS_SECRET_ACCESS_KEY", "aws-planted"),
        ("AWS_SESSION_TOKEN", "session-planted"),
    ];
    let output = command.envs(variables).args(arguments).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    out + &String::from_utf8_lossy(&output.stderr)
}

fn clean(what: &[&str], shown: &str) {
    assert!(!shown.is_empty(), "{what:?}");
    assert!(!shown.contains(MARK), "{what:?}: {shown}");
}

/// A server that answers with this status and says what it was sent; its address.
fn echo(status: &'static str, kind: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut read = vec![0; 1 << 16];
            let count = stream.read(&mut read).unwrap_or(0);
            let head = String::from_utf8_lossy(&read[..count]).into_owned();
            let key =
                head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or("");
            let body = match kind {
                "application/json" => {
                    format!(r#"{{"error":{{"message":"{key}","code":"{key}"}}}}"#)
                }
                _ => format!("<title>{key}</title>"),
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nx-request-id: {key}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

/// A home with keys in both files.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("portolan");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(".env"), "DEEPSEEK_API_KEY=sk-planted-dotenv\n").unwrap();
    let stored = run(
        home.path(),
        &["onboard", "--auth-choice", "minimax-global-api", "--api-key", "planted-stored"],
    );
    clean(&["onboard"], &stored);
    home
}

#[test]
fn no_subcommand_prints_a_key() {
    let home = home();
    let home = home.path();
    // Logins, of which one gives tokens and one repeats what it was sent.
    let vendors = [
        Vendor::new(gives_a_token),
        Vendor::new(|path, form, count| match path {
            "/device" => gives_a_token(path, form, count),
            _ => (400, json!({"error": "invalid_grant", "error_description": form})),
        }),
    ];
    for login in vendors.map(|vendor| vendor.home()) {
        let folder = login.path("");
        for more in [&[][..], &["--json"]] {
            let arguments = [&["onboard", "--auth-choice", "acme-login"], more].concat();
            clean(&arguments, &run(folder.parent().unwrap(), &arguments));
            let chat = [&["chat", "-m", "acme/any", "hi"], more].concat();
            clean(&chat, &run(folder.parent().unwrap(), &chat));
        }
    }
    for arguments in [
        &["providers"][..],
        &["models", "list"],
        &["models", "list", "--provider", "deepseek"],
        &["models", "show", MODEL],
        &["price", MODEL, "--input", "1000", "--output", "10"],
        &["status"],
        &["onboard", "--xiaomi-api-key", "sk-planted-flag"],
        &["onboard", "--xiaomi-api-key=tp-planted-elsewhere"],
        &["onboard", "--auth-choice", "xiaomi-token-plan-sgp", "--api-key", "tp-planted"],
        &["onboard", "--xiaomi-token-plan-api-key", "tp-planted"],
        &["onboard", "--auth-choice", "no-such-choice", "--api-key", "sk-planted"],
        &["chat", "-m", "xiaomi-token-plan/mimo-v2.5-pro", "--region", "sgp", "hi"],
        &["chat", "-m", MODEL, "--endpoint", "http://me:planted@127.0.0.1:1/?key=planted", "hi"],
        &["chat", "-m", MODEL, "--endpoint", "http://127.0.0.1:1/?key=planted", "hi"],
        &["chat", "-m", MODEL, "--endpoint", "http://example.com/?key=planted", "hi"],
    ] {
        clean(arguments, &run(home, arguments));
        let json = [arguments, &["--json"]].concat();
        clean(&json, &run(home, &json));
    }
}

#[test]
fn no_server_that_repeats_a_key_has_it_printed() {
    let home = home();
    for status in ["401 Unauthorized", "400 Bad Request", "200 OK"] {
        for kind in ["application/json", "text/html"] {
            let url = echo(status, kind);
            for model in [MODEL, "deepseek/deepseek-v4-pro"] {
                for more in [&[][..], &["--json"], &["--no-stream"], &["--no-stream", "--json"]] {
                    let arguments =
                        [&["chat", "-m", model, "--endpoint", &url, "hi"][..], more].concat();
                    clean(&arguments, &run(home.path(), &arguments));
                }
            }
        }
    }
}
