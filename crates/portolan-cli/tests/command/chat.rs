//! `portolan chat`, against a peer that is not ours to please.

use serde_json::json;

use crate::peer::{Peer, STREAM};
use crate::{Home, PRO, keys};

/// A home with a key, and the arguments that send everything to a peer.
fn home() -> Home {
    let home = Home::new();
    home.write(".env", "XIAOMI_API_KEY=sk-planted\n");
    home
}

#[test]
fn a_chat_streams_and_says_what_it_cost() {
    let (home, peer) = (home(), Peer::new(&[STREAM, STREAM]));
    let (code, out, error) = home.run(&["chat", "-m", PRO, "--endpoint", &peer.url, "Count."]);
    assert_eq!((code, out.as_str()), (0, "One two\nf {\"a\":1}\n"));
    assert_eq!(error, format!("{PRO}: tool-use, 0.000522 USD, by {}\n", peer.url));

    let said = home.json(&["chat", "-m", PRO, "--endpoint", &peer.url, "Count."]);
    assert_eq!(
        keys(&said),
        ["ref", "region", "text", "reasoning", "tool_calls", "stop", "usage", "cost", "attempts"]
    );
    assert_eq!((&said["text"], &said["reasoning"]), (&json!("One two"), &json!("Hm.")));
    assert_eq!(said["tool_calls"], json!([{"id": "c1", "name": "f", "arguments": {"a": 1}}]));
    assert_eq!(said["usage"], json!({"input": 1000, "output": 100}));
    assert_eq!(said["cost"]["total"], "0.000522");
    assert_eq!(peer.requests()[0]["messages"][0]["content"], "Count.");

    let (code, out, error) = Home::new().run(&["chat", "-m", PRO, "Count."]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        error.starts_with("error[credentials]: ") && error.contains("XIAOMI_API_KEY"),
        "{error}"
    );
}

#[test]
fn what_is_piped_in_is_the_prompt() {
    let (home, peer) = (home(), Peer::new(&[STREAM, STREAM]));
    let chat = ["chat", "-m", PRO, "--endpoint", &peer.url];
    assert_eq!(home.piped(&chat, "From a pipe.\n").0, 0);
    assert_eq!(home.piped(&[&chat[..], &["-"]].concat(), "Once more.").0, 0);
    let said: Vec<_> =
        peer.requests().iter().map(|request| request["messages"][0]["content"].clone()).collect();
    assert_eq!(said, [json!("From a pipe.\n"), json!("Once more.")]);
    for nothing in ["", " \n"] {
        let (code, _, error) = home.piped(&chat, nothing);
        assert_eq!((code, &error[..13]), (2, "error[usage]:"), "{error}");
    }
}

#[test]
fn files_go_along_and_what_the_model_does_not_take_is_refused_before_anything_is_sent() {
    let home = home();
    let png = home.write("a.bin", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let note = home.write("note.md", "# Hi");
    let zip = home.write("a.zip", b"PK\x03\x04\x14\0");
    let (png, note) = (png.to_str().unwrap(), note.to_str().unwrap());
    let peer = Peer::new(&[STREAM]);
    let sent = ["chat", "-m", "xiaomi/mimo-v2.5", "--endpoint", &peer.url];
    let (code, _, error) =
        home.run(&[&sent[..], &["--file", note, "--image", png, "--file", png, "Look."]].concat());
    assert_eq!(code, 0, "{error}");
    let content = peer.requests()[0]["messages"][0]["content"].clone();
    let kinds: Vec<_> =
        content.as_array().unwrap().iter().map(|part| part["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "image_url", "image_url", "text"]);
    assert_eq!(content[0]["text"], "note.md:\n\n# Hi\n");
    assert!(content[1].to_string().contains("data:image/png;base64,"), "{content}");

    // Nobody answers there, so that anything that was sent would be another error.
    let refused = ["chat", "-m", PRO, "--endpoint", "http://127.0.0.1:9"];
    for (arguments, code, word) in [
        (&["--image", png, "Look."][..], "refused", "image"),
        (&["--image", note, "Look."], "file", "no image"),
        (&["--file", zip.to_str().unwrap(), "Look."], "file", "neither"),
        (&["--file", "/nowhere/at/all", "Look."], "file", "No such file"),
        (&["--file", "/", "Look."], "file", "folder"),
        (&["--file", "/dev/zero", "Look."], "file", "more than"),
        (&["--tools", note, "Look."], "file", "a list of objects"),
    ] {
        let (exit, error) = home.error(&[&refused[..], arguments].concat());
        assert_eq!((exit, &error["code"]), (1, &json!(code)), "{arguments:?}: {error}");
        assert!(error.to_string().contains(word), "{arguments:?}: {error}");
    }
}

#[test]
fn the_default_model_and_its_fallbacks_are_those_of_the_users_file() {
    let peer = Peer::new(&[STREAM, STREAM, STREAM]);
    let home = Home::with_config(&format!(
        "default_model: mine\nfallbacks: [lan/b]\naliases: {{ mine: lan/a }}\nproviders:\n  lan:\n    endpoints: {{ openai-completions: {} }}\n    models: {{ a: {{ prices: [{{ input: 1, output: 2 }}] }}, b: }}\n  down:\n    endpoints: {{ openai-completions: http://127.0.0.1:9 }}\n    models: {{ a: }}\n  more:\n    endpoints: {{ openai-completions: {} }}\n    coverage: refreshable\n    pass_through: true\n",
        peer.url, peer.url
    ));
    let said = home.json(&["chat", "Count."]);
    assert_eq!((&said["ref"], &said["cost"]["total"]), (&json!("lan/a"), &json!("0.0012")));
    let said = home.json(&["chat", "-m", "down/a", "--fallback", "lan/b", "Count."]);
    assert_eq!((&said["ref"], &said["cost"]), (&json!("lan/b"), &json!(null)));
    assert_eq!(said["attempts"][0]["ref"], "down/a");
    // A model that is asked for by name has no fallbacks but those that are named.
    assert_eq!(home.error(&["chat", "-m", "down/a", "Count."]).0, 1);
    // Where all fail, each failure is told.
    let chain = ["chat", "-m", "down/a", "--fallback", "down/a", "Count."];
    let (_, error) = home.error(&chain);
    assert_eq!((&error["cost"], &error["attempts"][0]["ref"]), (&json!(null), &json!("down/a")));
    let (_, _, text) = home.run(&chain);
    assert_eq!(
        text.matches("\nfailed before: ").count(),
        error["attempts"].as_array().unwrap().len()
    );
    // A provider that knows more models than its list passes their ids on, without a price.
    let said = home.json(&["chat", "-m", "more/org/un:listed", "Count."]);
    assert_eq!((&said["ref"], &said["cost"]), (&json!("more/org/un:listed"), &json!(null)));
    let requests = peer.requests();
    assert_eq!((requests.len(), &requests[2]["model"]), (3, &json!("org/un:listed")));
    let (code, error) = Home::new().error(&["chat", "Count."]);
    assert_eq!((code, &error["code"]), (2, &json!("usage")));
    assert!(error["help"].as_str().unwrap().contains("models set"), "{error}");
}
