//! The command as scripts call it, with a home and an environment of its own.

use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::Peers;
use crate::apis::{KEY, Spoken};
use crate::fixtures::{CITY, COUNTED, prompt};

/// Runs `portolan chat` on the mock, beside the others.
async fn chat(peers: &Arc<Peers>, spoken: Spoken, key: &str, arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(&peers.command);
    command.env_clear().env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    command.env(spoken.variable, key).args(["chat", "--model", spoken.model]);
    command.args(["--endpoint", &spoken.endpoint(&peers.mock.url)]);
    if let Some(region) = spoken.region {
        command.args(["--region", region]);
    }
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    drop(home);
    for said in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(said).contains("planted"));
    }
    output
}

fn parsed(output: &Output) -> Value {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What `portolan price` says of the same usage.
async fn price(peers: &Arc<Peers>, spoken: Spoken) -> Value {
    let mut command = Command::new(&peers.command);
    command.args(["price", spoken.model, "--input", "1000", "--output", "100", "--json"]);
    if let Some(region) = spoken.region {
        command.args(["--region", region]);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    parsed(&output)
}

pub(crate) async fn streamed_and_whole(peers: Arc<Peers>, spoken: Spoken) {
    for (mode, flags) in [("streamed", &[][..]), ("whole", &["--no-stream"][..])] {
        let prompt = format!("command {}", prompt("count", spoken.api.id(), mode));
        let output = chat(&peers, spoken, KEY, &[flags, &["--json", &prompt]].concat()).await;
        let answer = parsed(&output);
        assert!(output.status.success());
        assert_eq!((&answer["ref"], &answer["text"]), (&json!(spoken.model), &json!(COUNTED)));
        assert_eq!((&answer["stop"], &answer["attempts"]), (&json!("end"), &json!([])));
        if spoken.counts {
            assert_eq!(answer["usage"], json!({"input": 1000, "output": 100}));
            assert_eq!(answer["cost"]["total"], price(&peers, spoken).await["total"]);
        } else {
            assert_eq!((&answer["usage"], &answer["cost"]), (&Value::Null, &Value::Null));
        }
        let asked = peers.mock.asked_once(&prompt).await;
        assert_eq!(asked.path(), spoken.paths[usize::from(mode == "whole")]);
        // For people: the answer alone on standard output, where it was asked and what it cost on the other.
        let output = chat(&peers, spoken, KEY, &[flags, &["count"]].concat()).await;
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{COUNTED}\n"));
        let note = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(note.contains(spoken.model) && note.contains(&peers.mock.url), "{note}");
    }
}

pub(crate) async fn tools(peers: Arc<Peers>, spoken: Spoken) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tools.json");
    let tools = json!([{"name": "weather", "parameters": {"type": "object", "properties": {}}}]);
    std::fs::write(&path, tools.to_string()).unwrap();
    let prompt = format!("command {}", prompt("weather", spoken.api.id(), "streamed"));
    let arguments = ["--tools", path.to_str().unwrap(), "--json", &prompt];
    let answer = parsed(&chat(&peers, spoken, KEY, &arguments).await);
    assert_eq!(answer["stop"], "tool-use");
    let call = &answer["tool_calls"][0];
    assert_eq!(call["name"], "weather");
    assert_eq!(call["arguments"], json!({"city": CITY, "unit": "celsius"}));
    let asked = peers.mock.asked_once(&prompt).await;
    assert_eq!(asked.body()["tools"][0]["function"]["name"], "weather");
}

pub(crate) async fn refused_keys(peers: Arc<Peers>, spoken: Spoken) {
    let output = chat(&peers, spoken, "sk-planted-but-wrong", &["--json", "count"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = [output.stdout, output.stderr].concat();
    let error: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(error["error"]["code"], "authentication");
}
