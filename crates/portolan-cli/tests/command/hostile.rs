//! What a machine or a person can do wrong: files that are none, folders that take nothing, no home, a reader that goes,
//! and keys in every wrong place. The command ends with an error that says so, and no key is ever shown.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::json;

use crate::{Home, PRO};

#[test]
fn a_reader_that_goes_is_no_mistake() {
    let home = Home::new();
    for json in [&[][..], &["--json"]] {
        let mut command = home.command(&[&["models", "list", "--all"], json].concat(), &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (mut error, status) = (String::new(), child.wait().unwrap());
        child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        assert_eq!((status.code(), error.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_users_file_of_any_bytes_is_refused_or_read() {
    let home = Home::new();
    let deep = "[".repeat(10_000);
    for bytes in [
        &b"\xff\xfe\x00"[..],
        b"\x00",
        b"a: &x [*x]\n",
        b"default_model: !!binary x\n",
        b"providers: { a: { models: { b: { prices: [1] } } } }\n",
        b"- 1\n",
        b"aliases: 7\n",
        b"keys: { xiaomi: }\n",
        deep.as_bytes(),
    ] {
        home.write("config.yaml", bytes);
        let (code, error) = home.error(&["status"]);
        assert_eq!((code, &error["code"]), (1, &json!("config")), "{bytes:?}");
        assert!(!error["mistakes"].as_array().unwrap().is_empty(), "{bytes:?}");
    }
    home.write("config.yaml", " ".repeat((16 << 20) + 1));
    assert_eq!(home.error(&["status"]).1["mistakes"][0]["code"], "M0107");
    for fine in ["", "# nothing\n", "\u{feff}{}\n"] {
        home.write("config.yaml", fine);
        assert_eq!(home.run(&["status"]).0, 0, "{fine:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("config.yaml")).unwrap();
    for command in [&["status"][..], &["models", "set", PRO], &["config", "check"]] {
        let (code, error) = home.error(command);
        assert_eq!((code, &error["code"]), (1, &json!("file")), "{command:?}");
    }
    let named = [("PORTOLAN_CONFIG", "/dev/zero")];
    let (code, _, error) = home.run_with(&["status"], &named);
    assert!(code == 1 && error == "error[file]: `/dev/zero`: it is no file\n", "{error}");
}

#[cfg(unix)]
#[test]
fn without_a_home_everything_works_that_needs_none() {
    let home = Home::new();
    for path in ["", "/dev/null", "/nonexistent"] {
        let run = |arguments: &[&str]| {
            let mut command = home.command(arguments, &[]);
            command.env_remove("XDG_CONFIG_HOME").env_remove("HOME");
            if !path.is_empty() {
                command.env("HOME", path);
            }
            let output = command.output().unwrap();
            (output.status.code(), String::from_utf8(output.stderr).unwrap())
        };
        assert_eq!(run(&["models", "show", PRO]), (Some(0), String::new()), "{path}");
        assert_eq!(run(&["status"]).0, Some(0), "{path}");
        if path == "/dev/null" {
            let (code, error) = run(&["models", "set", PRO]);
            assert!(code == Some(1) && error.starts_with("error[file]: "), "{error}");
            let (code, error) = run(&["onboard", "--xiaomi-api-key", "sk-planted"]);
            assert!(code == Some(1) && error.starts_with("error["), "{error}");
            assert!(!error.contains("planted"), "{error}");
        }
    }
}

#[test]
fn no_key_is_shown_wherever_it_was_put() {
    let home = Home::new();
    let key = "sk-planted-1234567890";
    let stored = format!(
        "{{\"version\":1,\"credentials\":[{{\"provider\":\"xiaomi\",\"values\":{{\"XIAOMI_API_KEY\":\"{key}\"}}}}]}}"
    );
    let places = [
        ("config.yaml", format!("keys: {{ xiaomi: {key} }}\n")),
        ("config.yaml", format!("keys: {{ xiaomi: [{key}] }}\n")),
        ("config.yaml", format!("keys:\n  nobody: {key}\n")),
        ("config.yaml", format!("default_model: {key}\n")),
        ("config.yaml", format!("aliases: {{ {key}: a/b }}\n")),
        ("config.yaml", format!("regions: {{ xiaomi: {key} }}\n")),
        ("config.yaml", format!("providers: {{ xiaomi: {{ api_key: {key} }} }}\n")),
        (
            "config.yaml",
            format!("providers: {{ x: {{ endpoints: {{ ollama: 'http://{key}@x' }} }} }}\n"),
        ),
        ("config.yaml", format!("{key}\n")),
        ("auth.json", stored.clone()),
        ("auth.json", stored.replace("}}]}", "")),
        (".env", format!("XIAOMI_API_KEY={key}\n")),
        (".env", format!("XIAOMI_API_KEY '{key}\n")),
    ];
    for (name, text) in &places {
        let path = home.write(name, text);
        restrict(&path);
        for command in [
            &["status", "--json"][..],
            &["config", "check"],
            &["onboard"],
            &["chat", "-m", PRO, "--endpoint", "http://example.com", "x"],
        ] {
            let (_, out, error) = home.run(command);
            assert!(
                !format!("{out}{error}").contains("planted"),
                "{text}{command:?}: {out}{error}"
            );
        }
        std::fs::remove_file(path).unwrap();
    }
    for command in [
        &["status", key][..],
        &["price", key, "--input", "1", "--json", key],
        &["onboard", "--auth-choice", key, "--api-key", "x", key],
        &["onboard", "--auth-choice", "xiaomi-token-plan-cn", "--api-key", key],
        &["onboard", "--xiaomi-api-key", key, key],
        &["models", "list", &format!("--provider={key}"), key],
    ] {
        let (_, out, error) = home.run(command);
        assert!(!format!("{out}{error}").contains("planted"), "{command:?}: {out}{error}");
    }
}

/// Lets only its owner read a file, which is what one with a key has to be.
fn restrict(path: &std::path::Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}
