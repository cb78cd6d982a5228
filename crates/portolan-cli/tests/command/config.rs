//! The user's file: what it does, what is wrong with it, and how it is written.

use serde_json::{Value, json};

use crate::{Home, PRO, keys, with};

const CONFIG: &str = "\
# mine
fallbacks: [deepseek/deepseek-v4-pro] # best
aliases: { pro: xiaomi/mimo-v2.5-pro }
regions: { xiaomi-token-plan: sgp }
keys: { xiaomi-token-plan: \"${WORK_KEY}\", deepseek: \"${DS}\" }
providers:
  lan:
    endpoints: { ollama: http://localhost:11434 }
    models:
      nova: { limits: { context: 9000 }, prices: free }
      mimo: { base: xiaomi/mimo-v2.5-pro }
  xiaomi:
    endpoints: { openai-completions: https://proxy.example.com/v1 }
    models:
      mimo-v2.5-pro: { prices: [{ input: 0.3, output: 0.6 }] }
";

#[test]
fn its_providers_are_those_of_every_command() {
    let home = Home::with_config(CONFIG);
    let providers = home.json(&["providers"]);
    let lan = with(&providers, "id", "lan");
    assert_eq!(
        (&lan["catalog"], &lan["vendor"], &lan["models"]),
        (&json!("config"), &json!("config"), &json!(2))
    );
    assert_eq!((&lan["env"], &lan["apis"]), (&json!([]), &json!(["ollama"])));
    let xiaomi = with(&providers, "id", "xiaomi");
    assert_eq!((&xiaomi["catalog"], &xiaomi["vendor"]), (&json!("config"), &json!("xiaomi")));
    assert_eq!(providers.as_array().unwrap().iter().filter(|row| row["id"] == "xiaomi").count(), 1);

    let mimo = home.json(&["models", "show", "lan/mimo"]);
    assert_eq!((&mimo["name"], &mimo["context"]), (&json!("MiMo-V2.5-Pro"), &json!(1_048_576)));
    assert_eq!(mimo["price"]["state"], "unknown");
    assert_eq!(home.json(&["models", "show", "pro"])["price"]["input"], "0.3");
    let usable = home.json(&["models", "list"]);
    assert_eq!(with(&usable, "ref", "lan/nova")["price"]["state"], "free");
    let price = home.json(&["price", "pro", "--input", "1000000"]);
    assert_eq!(
        (&price["ref"], &price["total"], &price["card"]["source"]),
        (&json!(PRO), &json!("0.3"), &json!(null))
    );
    // Nobody said what it costs.
    assert_eq!(home.error(&["price", "lan/mimo", "--input", "1"]).1["code"], "price");
}

#[test]
fn keys_and_regions_are_where_it_says() {
    let home = Home::with_config(CONFIG);
    let state = |variables: &[(&str, &str)], id: &str| {
        let (_, out, _) = home.run_with(&["status", "--json"], variables);
        let all = serde_json::from_str(&out).unwrap();
        let status = with(&all, "provider", id);
        (status["state"].clone(), status["region"].clone(), status["missing"].clone())
    };
    let (state_, region, missing) = state(&[], "xiaomi-token-plan");
    assert_eq!((state_, region), (json!("missing"), json!("sgp")));
    assert!(missing[0].as_str().unwrap().starts_with("WORK_KEY or "), "{missing}");
    assert_eq!(state(&[("WORK_KEY", "tp-1")], "xiaomi-token-plan").0, "ready");
    assert_eq!(state(&[("WORK_KEY", "sk-1")], "xiaomi-token-plan").0, "wrong-key");
    assert_eq!(state(&[], "lan").0, "ready");
    home.write(".env", "DS=sk-1\n");
    assert_eq!(state(&[], "deepseek").0, "ready");
}

#[cfg(unix)]
#[test]
fn a_key_stands_only_in_a_file_that_its_owner_alone_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::with_config("keys: { xiaomi: sk-planted }\n");
    let mode = |mode| {
        std::fs::set_permissions(home.path("config.yaml"), std::fs::Permissions::from_mode(mode))
    };
    mode(0o644).unwrap();
    let (code, error) = home.error(&["status"]);
    assert_eq!((code, &error["code"]), (1, &json!("file")));
    assert!(error.to_string().contains("chmod 600") && !error.to_string().contains("planted"));
    mode(0o600).unwrap();
    let status = home.json(&["status"]);
    assert_eq!(with(&status, "provider", "xiaomi")["state"], "ready");
    assert!(!status.to_string().contains("planted"));
}

#[test]
fn everything_that_is_wrong_is_told_with_its_place() {
    let home = Home::with_config(
        "default_model: xiaomi/mimo-v2.5-por\nfallbacks: [cheap]\naliases: { bad: nope/x }\nregions: { xiaomi-token-plan: mars, xiaomi: cn, nobody: x }\nkeys: { xiaomi: sk-planted, acme: \"${ACME}\" }\nproviders:\n  lan:\n    endpoints: { ollama: http://localhost:11434 }\n    models: { x: { pricess: free } }\n",
    );
    let path = home.path("config.yaml");
    let (code, out, error) = home.run(&["config", "check", path.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (1, ""));
    let error = error.replace(path.to_str().unwrap(), "FILE");
    insta::assert_snapshot!(error);
    // Every other command says so too, and the same to a script.
    for command in [&["status"][..], &["chat", "x"], &["models", "set", PRO], &["onboard"]] {
        let (code, error) = home.error(command);
        assert_eq!((code, &error["code"]), (1, &json!("config")), "{command:?}");
        assert_eq!(error["mistakes"].as_array().unwrap().len(), 8);
        assert_eq!(
            (&error["mistakes"][0]["line"], &error["mistakes"][0]["column"]),
            (&json!(1), &json!(16))
        );
        assert!(!error.to_string().contains("planted"));
    }
    home.write("config.yaml", CONFIG);
    let checked = home.json(&["config", "check", path.to_str().unwrap()]);
    assert_eq!(keys(&checked), ["file", "mistakes"]);
    assert_eq!(home.piped(&["config", "check", "-"], "fallback: []\n").0, 1);
    assert_eq!(home.piped(&["config", "check", "-"], CONFIG).0, 0);
}

#[test]
fn a_default_model_is_written_and_nothing_else_changes() {
    let home = Home::with_config(CONFIG);
    let said = home.json(&["models", "set", "pro"]);
    assert_eq!(keys(&said), ["default_model", "ref", "file"]);
    assert_eq!((&said["default_model"], &said["ref"]), (&json!("pro"), &json!(PRO)));
    assert_eq!(
        home.read("config.yaml"),
        CONFIG.replace("# mine\n", "# mine\ndefault_model: \"pro\"\n")
    );
    home.json(&["models", "set", "lan/nova"]);
    assert_eq!(
        home.read("config.yaml"),
        CONFIG.replace("# mine\n", "# mine\ndefault_model: lan/nova\n")
    );
    let (code, error) = home.error(&["models", "set", "xiaomi/mimo-v2.5-por"]);
    assert_eq!((code, &error["code"]), (1, &json!("unknown-model")));
    // A provider that passes ids on takes one that nobody listed.
    assert_eq!(home.run(&["models", "set", "openrouter/just/made-up"]).0, 0);
    assert!(home.read("config.yaml").contains("default_model: openrouter/just/made-up\n"));

    let (new, elsewhere) = (Home::new(), tempfile::tempdir().unwrap());
    let path = elsewhere.path().join("deep/own.yaml");
    let named = [("PORTOLAN_CONFIG", path.to_str().unwrap())];
    assert_eq!(new.run_with(&["status"], &named).0, 1);
    assert_eq!(new.run_with(&["models", "set", PRO], &named).0, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("default_model: {PRO}\n"));
    assert_eq!(new.run_with(&["status"], &named).0, 0);
}

#[test]
fn the_page_of_the_command_has_every_flag_and_its_files_are_right() {
    let home = Home::new();
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/command.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut files = 0;
    for text in [&page, include_str!("../../README.md")] {
        for block in text.split("```yaml\n").skip(1) {
            let file = block.split_once("```").unwrap().0;
            let (code, _, error) = home.piped(&["config", "check", "-"], file);
            assert_eq!(code, 0, "{error}");
            files += 1;
        }
    }
    assert_eq!(files, 2);
    for command in [
        &["providers"][..],
        &["models", "list"],
        &["models", "show"],
        &["models", "set"],
        &["price"],
        &["status"],
        &["onboard"],
        &["chat"],
        &["config", "check"],
        &["completions"],
    ] {
        assert!(page.contains(&format!("`portolan {}", command.join(" "))), "{command:?}");
        let (code, help, _) = home.run(&[command, &["--help"]].concat());
        assert_eq!(code, 0);
        let flags = help.split_whitespace().filter(|word| word.starts_with("--"));
        for flag in flags.filter(|flag| *flag != "--help") {
            assert!(page.contains(flag), "{flag} of {command:?}");
        }
    }
}

#[test]
fn a_provider_signs_in_as_another_of_the_file() {
    let home = Home::with_config(
        "providers:
  acme:
    endpoints: { openai-completions: https://acme.example/v1 }
    auth: { env: [ACME_API_KEY] }
    models: { nova: }
  acme-plan:
    endpoints: { openai-completions: https://plan.acme.example/v1 }
    auth: { same_as: acme }
    models: { nova: }
",
    );
    for (variables, expected) in [(&[][..], "missing"), (&[("ACME_API_KEY", "planted")], "ready")] {
        let (_, out, error) = home.run_with(&["status", "--json"], variables);
        let status: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{error}"));
        for id in ["acme", "acme-plan"] {
            assert_eq!(with(&status, "provider", id)["state"], json!(expected), "{id}");
        }
    }
}

#[test]
fn its_schema_is_printed_without_a_file() {
    let (code, out, error) = Home::new().run(&["config", "schema"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let schema: Value = serde_json::from_str(&out).unwrap();
    let keys = &schema["definitions"]["UserFile"]["properties"];
    assert!(keys["default_model"].is_object() && keys["providers"].is_object(), "{schema}");
}
