//! What there is and what is usable: `providers`, `models list`, `models show`, `status`, `completions`.

use serde_json::json;

use crate::{Home, PRO, json_of, keys, run};

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

#[test]
fn a_table_is_not_cut_in_a_pipe_and_has_no_colour() {
    let (_, text, _) = run(&["models", "list", "--provider", "xiaomi", "--all"], &[]);
    assert!(!text.contains('\u{1b}') && !text.contains('…'), "{text}");
    let always = ["--color", "always", "models", "list", "--provider", "xiaomi", "--all"];
    let (_, text, _) = run(&always, &[]);
    assert!(text.starts_with("\u{1b}[1mREF"), "{text}");
    let (_, text, _) = run(&[&always[..], &["--json"]].concat(), &[]);
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_script_asks_for_the_words_that_come_next() {
    let home = Home::with_config("aliases: { mine: xiaomi/mimo-v2.5-pro }\n");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, error) = home.run(&["completions", shell]);
        assert!(code == 0 && error.is_empty() && script.contains("PORTOLAN_COMPLETE"), "{script}");
    }
    let script = home.json(&["completions", "bash"]);
    assert_eq!((keys(&script), &script["shell"]), (vec!["shell", "script"], &json!("bash")));
    assert_eq!(home.run(&["completions", "cmd"]).0, 2);
    let words = |words: &[&str]| {
        let last = (words.len() - 1).to_string();
        let variables = [
            ("PORTOLAN_COMPLETE", "bash"),
            ("_CLAP_COMPLETE_INDEX", &last),
            ("_CLAP_IFS", "\n"),
            ("_CLAP_COMPLETE_COMP_TYPE", "9"),
        ];
        let (code, out, error) = home.run_with(&[&["--"], words].concat(), &variables);
        assert_eq!((code, error.as_str()), (0, ""), "{words:?}");
        out.lines().map(|word| word.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words(&["portolan", "chat", "-m", "mi"])[0], "mine");
    assert_eq!(words(&["portolan", "models", "show", "xiaomi/mimo-v2.5-p"])[0], PRO);
    assert_eq!(
        words(&["portolan", "models", "list", "--provider", "xiaomi-"]),
        ["xiaomi-token-plan"]
    );
    assert!(words(&["portolan", "onboard", "--auth-choice", "xiaomi-token-plan-"]).len() == 3);
}
