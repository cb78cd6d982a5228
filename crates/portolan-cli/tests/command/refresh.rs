//! `models list --refresh`: what the endpoint of a provider lists, beside what is known of it, and what is kept of that.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// A server that lists these models, as often as it is asked; its address. It takes one connection after the other.
fn endpoint(lists: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (body, stream) in lists.iter().zip(listener.incoming()) {
            let mut stream = stream.unwrap();
            let mut read = vec![0; 1 << 16];
            let count = stream.read(&mut read).unwrap();
            assert!(read[..count].starts_with(b"GET /v1/models "));
            let status = if body.is_empty() { "503 Service Unavailable" } else { "200 OK" };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

fn run(home: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.env_clear().env("HOME", home).env("PORTOLAN_CACHE", home.join("cache"));
    command.env("PORTOLAN_CONFIG", home.join("config.yaml"));
    let output = command.args(["models", "list", "--provider", "lan"]).args(arguments).output();
    let output = output.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_the_endpoint_lists_is_shown_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let url = endpoint(&[r#"{"data":[{"id":"nova"},{"id":"new-one"}]}"#, "", r#"{"data":["#]);
    let config = format!(
        "providers:\n  lan:\n    endpoints: {{ openai-completions: {url} }}\n    coverage: refreshable\n    auth: {{ required: false }}\n    models: {{ nova: , old: }}\n"
    );
    std::fs::write(home.join("config.yaml"), config).unwrap();
    let refs = |out: &str| -> Vec<String> {
        let rows: Value = serde_json::from_str(out).unwrap();
        rows.as_array().unwrap().iter().map(|row| row["ref"].as_str().unwrap().to_owned()).collect()
    };

    let (code, out, error) = run(home, &["--json"]);
    assert_eq!(
        (code, refs(&out), error.as_str()),
        (0, vec!["lan/nova".into(), "lan/old".into()], "")
    );

    let (code, out, error) = run(home, &["--refresh"]);
    assert_eq!(code, 0, "{error}");
    let lines: Vec<_> =
        out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines[3], ["lan/new-one", "?", "?", "?", "?", "?", "unknown"], "{out}");
    let expected = "lan: 2 models, 1 new at the endpoint (new-one), 1 not in its list (old)\n";
    assert_eq!(error, expected);

    // From now on the list is kept, and an endpoint that is down does not take it away.
    let (_, out, _) = run(home, &["--json"]);
    let rows: Value = serde_json::from_str(&out).unwrap();
    let new = &rows[2];
    assert_eq!((&new["ref"], &new["name"]), (&json!("lan/new-one"), &Value::Null));
    assert_eq!(new["price"]["state"], "unknown");
    let fields = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(new), fields(&rows[0]));
    let (code, out, error) = run(home, &["--refresh"]);
    assert_eq!((code, out.contains("lan/new-one")), (0, true));
    assert!(error.contains("; the list of 20") && error.contains("status 503"), "{error}");
    // What is no list is told and replaces nothing.
    let (code, _, error) = run(home, &["--refresh", "--json"]);
    let said: Value = serde_json::from_str(&error).unwrap();
    assert_eq!((code, &said["error"]["code"]), (1, &json!("protocol")));
    assert!(run(home, &[]).1.contains("lan/new-one"));
}
