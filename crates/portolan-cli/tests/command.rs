//! The command as scripts use it: exact fields, exact errors, exit codes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic anywhere")]

use std::io::{Read as _, Write as _};
use std::process::Command;

use serde_json::{Value, json};

/// Runs the command with these variables and no others, in a home of its own.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    run_at(&home, arguments, variables)
}

fn run_at(
    home: &tempfile::TempDir,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.env_clear().env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    let output = command.envs(variables.iter().copied()).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json_of(arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let (code, out, error) = run(arguments, variables);
    assert_eq!((code, error.as_str()), (0, ""));
    serde_json::from_str(&out).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

const PRO: &str = "xiaomi/mimo-v2.5-pro";

#[test]
fn a_price_is_exact_and_says_what_it_is_made_of() {
    let price = json_of(
        &["price", PRO, "--input", "300000", "--output", "1000", "--at", "2026-05-01", "--json"],
        &[],
    );
    let fields = ["ref", "state", "currency", "total", "lines", "card", "assumed"];
    assert_eq!(keys(&price), fields);
    assert_eq!((&price["total"], &price["currency"]), (&json!("0.606"), &json!("USD")));
    assert_eq!(
        price["lines"][0],
        json!({
            "meter": "input", "units": 300_000, "per": 1_000_000, "unit_price": "2", "amount": "0.6",
        })
    );
    let (_, text, _) = run(&["price", PRO, "--meter", "input=1000000"], &[]);
    assert!(text.ends_with("xiaomi/mimo-v2.5-pro: 0.435 USD\n"), "{text}");
}

#[test]
fn a_recorded_answer_is_priced_by_its_usage() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.txt");
    let path = file.to_str().unwrap();
    let stream = concat!(
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":null}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100,",
        "\"prompt_tokens_details\":{\"cached_tokens\":0}}}\n\ndata: [DONE]\n\n",
    );
    std::fs::write(&file, stream).unwrap();
    let price = json_of(&["price", PRO, "--response", path, "--json"], &[]);
    assert_eq!(price["total"], "0.000522");
    std::fs::write(&file, "<html>").unwrap();
    let (code, _, error) = run(&["price", PRO, "--response", path], &[]);
    assert!(code == 1 && error.ends_with("the provider did not say what was used\n"), "{error}");
    assert_eq!(run(&["price", PRO, "--response", path, "--input", "1"], &[]).0, 2);
}

#[test]
fn what_has_no_price_is_an_error() {
    let (code, out, error) = run(&["price", PRO, "--input", "1", "--service-tier", "batch"], &[]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(error, "error[price]: `xiaomi/mimo-v2.5-pro`: no card for service tier `batch`\n");
    let (code, _, error) = run(&["price", "xiaomi/mimo-v2.5-por", "--input", "1", "--json"], &[]);
    let error: Value = serde_json::from_str(&error).unwrap();
    assert_eq!((code, &error["error"]["code"]), (1, &json!("unknown-model")));
    assert!(error["error"]["help"].as_str().unwrap().contains(PRO));
    for wrong in [
        &["price", PRO][..],
        &["price", PRO, "--meter", "input"],
        &["price", PRO, "--meter", "inputs=1"],
        &["price", PRO, "--input", "1", "--at", "yesterday"],
        &["price", PRO, "--input", "1", "--variant", "size=big"],
        &["price", PRO, "--input", "1", "--service-tier", "turbo"],
        &["price", PRO, "--input", "-1"],
        &["frobnicate"],
    ] {
        assert_eq!(run(wrong, &[]).0, 2, "{wrong:?}");
    }
}

#[test]
fn status_says_what_is_missing_for_each_provider() {
    let all = json_of(
        &["status", "--json"],
        &[("XIAOMI_API_KEY", "sk-planted"), ("DEEPSEEK_API_KEY", "")],
    );
    let of = |id: &str| {
        let all = all.as_array().unwrap();
        all.iter().find(|status| status["provider"] == id).unwrap().clone()
    };
    assert_eq!(keys(&of("xiaomi")), ["provider", "state", "missing", "advice", "region"]);
    assert_eq!((&of("xiaomi")["state"], &of("xiaomi")["missing"]), (&json!("ready"), &json!([])));
    assert_eq!(of("deepseek")["missing"], json!(["DEEPSEEK_API_KEY"]));
    assert!(of("deepseek")["advice"].as_str().unwrap().contains("auth.json"));
    let both = json!(["region", "XIAOMI_TOKEN_PLAN_API_KEY"]);
    assert_eq!(of("xiaomi-token-plan")["missing"], both);
    let wrong = json_of(&["status", "--json"], &[("XIAOMI_API_KEY", "tp-planted")]);
    let wrong = wrong.as_array().unwrap().iter().find(|status| status["provider"] == "xiaomi");
    assert_eq!(wrong.unwrap()["state"], "wrong-key");
    assert!(!all.to_string().contains("planted"));
}

#[test]
fn models_of_usable_providers_or_of_all() {
    let (code, _, error) = run(&["models", "list", "--provider", "xiaomi"], &[]);
    assert!(code == 1 && error.starts_with("error[nothing-usable]: "), "{error}");
    let usable = json_of(
        &["models", "list", "--provider", "xiaomi", "--json"],
        &[("XIAOMI_API_KEY", "sk-1")],
    );
    let all = json_of(&["models", "list", "--provider", "xiaomi", "--all", "--json"], &[]);
    assert_eq!(usable, all);
    let pro = all.as_array().unwrap().iter().find(|model| model["ref"] == PRO).unwrap();
    assert_eq!(
        keys(pro),
        [
            "ref",
            "provider",
            "id",
            "name",
            "status",
            "input",
            "output",
            "context",
            "max_output",
            "reasoning",
            "price",
        ]
    );
    assert_eq!(
        pro["price"],
        json!({
            "state": "priced", "currency": "USD", "input": "0.435", "output": "0.87",
            "cache_read": "0.0036", "cache_write": null,
        })
    );
    assert_eq!(&json_of(&["models", "show", PRO, "--json"], &[]), pro);
    let (code, _, error) = run(&["models", "list", "--provider", "xiomi", "--all"], &[]);
    assert!(code == 1 && error.starts_with("error[unknown-provider]: "), "{error}");
}

#[test]
fn providers_with_their_regions_and_keys() {
    let all = json_of(&["providers", "--json"], &[]);
    let plan = all.as_array().unwrap().iter().find(|row| row["id"] == "xiaomi-token-plan").unwrap();
    assert_eq!(
        keys(plan),
        [
            "id",
            "vendor",
            "catalog",
            "name",
            "apis",
            "region",
            "coverage",
            "env",
            "auth_choices",
            "models",
        ]
    );
    assert_eq!(plan["region"], json!({"policy": "required", "choices": ["cn", "sgp", "ams"]}));
    assert_eq!(plan["env"], json!([["XIAOMI_TOKEN_PLAN_API_KEY"]]));
    assert_eq!(plan["apis"], json!(["openai-completions"]));
    let (_, text, _) = run(&["providers"], &[]);
    assert!(text.lines().count() == all.as_array().unwrap().len() + 1);
}

/// The address of a peer that answers one request with a stream and hands the request back.
fn peer(events: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut buffer) = (String::new(), [0; 4096]);
        // The prompt is the last thing of the body that the test waits for.
        while !request.contains("stream_options") {
            let count = stream.read(&mut buffer).unwrap();
            request.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        stream.write_all(format!("{head}{events}").as_bytes()).unwrap();
        request
    });
    (url, thread)
}

const STREAM: &str = concat!(
    "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm.\",\"content\":\"One \"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"two\",\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}\n\ndata: [DONE]\n\n",
);

#[test]
fn a_chat_streams_and_says_what_it_cost() {
    let key = [("XIAOMI_API_KEY", "sk-planted")];
    let (url, request) = peer(STREAM);
    let (code, out, error) = run(&["chat", "-m", PRO, "--endpoint", &url, "Count."], &key);
    assert_eq!((code, out.as_str()), (0, "One two\nf {\"a\":1}\n"));
    assert_eq!(error, format!("{PRO}: tool-use, 0.000522 USD, by {url}\n"));
    assert!(request.join().unwrap().contains("Count."));

    let (url, _) = peer(STREAM);
    let said = json_of(&["chat", "-m", PRO, "--endpoint", &url, "--json", "Count."], &key);
    assert_eq!(
        keys(&said),
        ["ref", "region", "text", "reasoning", "tool_calls", "stop", "usage", "cost", "attempts",]
    );
    assert_eq!((&said["text"], &said["reasoning"]), (&json!("One two"), &json!("Hm.")));
    assert_eq!(said["tool_calls"], json!([{"id": "c1", "name": "f", "arguments": {"a": 1}}]));
    assert_eq!(said["usage"], json!({"input": 1000, "output": 100}));
    assert_eq!(said["cost"]["total"], "0.000522");

    let (code, out, error) = run(&["chat", "-m", PRO, "Count."], &[]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        error.starts_with("error[credentials]: ") && error.contains("XIAOMI_API_KEY"),
        "{error}"
    );
}

#[test]
fn a_key_is_stored_after_it_was_checked() {
    let home = tempfile::tempdir().unwrap();
    let onboard = |more: &[&str]| run_at(&home, &[&["onboard"], more].concat(), &[]);
    let choice = ["--auth-choice", "xiaomi-token-plan-sgp"];
    let (code, out, error) =
        onboard(&[&choice[..], &["--api-key", "tp-planted", "--json"]].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&said["provider"], &said["region"]), (&json!("xiaomi-token-plan"), &json!("sgp")));
    assert_eq!((&said["state"], said["missing"].as_array().unwrap().len()), (&json!("ready"), 0));
    // A flag that one choice declares says which.
    assert_eq!(onboard(&["--xiaomi-api-key=sk-planted"]).0, 0);
    let (_, status, _) = run_at(&home, &["status", "--json"], &[]);
    let status: Value = serde_json::from_str(&status).unwrap();
    let ready: Vec<_> =
        status.as_array().unwrap().iter().filter(|s| s["state"] == "ready").collect();
    let of = |id: &str| ready.iter().find(|status| status["provider"] == id).unwrap();
    assert_eq!(
        (&of("xiaomi-token-plan")["region"], &of("xiaomi")["region"]),
        (&json!("sgp"), &json!(null))
    );

    for (arguments, code, expected) in [
        (&["--xiaomi-token-plan-api-key", "tp-planted"][..], 1, "error[ambiguous-choice]: "),
        (
            &["--auth-choice", "xiaomi-api-key", "--api-key", "tp-planted"],
            1,
            "error[credentials]: ",
        ),
        (
            &[
                "--auth-choice",
                "xiaomi-token-plan-cn",
                "--region",
                "ams",
                "--api-key",
                "tp-planted",
            ],
            1,
            "error[region]: ",
        ),
        (&["--auth-choice", "nobody", "--api-key", "x-planted"], 1, "error[unknown-choice]: "),
        (&["--auth-choice", "xiaomi-api-key"], 2, "error[usage]: "),
        (&[], 2, "error[usage]: "),
        (&["--xiaomi-api-key"], 2, "error: "),
    ] {
        let (exit, out, error) = onboard(arguments);
        assert!(exit == code && error.starts_with(expected), "{arguments:?}: {exit} {error}");
        assert!(!format!("{out}{error}").contains("planted"), "{error}");
    }
    assert!(
        onboard(&["--xiaomi-token-plan-api-key", "tp-1"]).2.contains("`xiaomi-token-plan-ams`")
    );
}
