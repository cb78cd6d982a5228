//! `portolan onboard` by flags.

use serde_json::{Value, json};

use crate::{Home, with};

#[test]
fn a_credential_of_several_values_is_stored_whole() {
    for (provider, arguments) in [
        (
            "amazon-bedrock",
            &[
                "--auth-choice",
                "amazon-bedrock-cloud",
                "--region",
                "us-east-1",
                "--aws-access-key-id",
                "AKIAPLANTED",
                "--aws-secret-access-key=planted",
                "--aws-session-token",
                "planted",
            ][..],
        ),
        ("azure", &["--azure-api-key", "planted", "--azure-resource-name", "acme"]),
        (
            "cloudflare-workers-ai",
            &["--cloudflare-workers-ai-api-key=planted", "--cloudflare-account-id=acme"],
        ),
    ] {
        let home = Home::new();
        let (code, out, error) = home.run(&[&["onboard"], arguments].concat());
        assert_eq!(code, 0, "{provider}: {error}");
        assert!(!out.contains("planted") && !out.contains("still missing"), "{out}");
        let status = home.json(&["status"]);
        assert_eq!(with(&status, "provider", provider)["state"], json!("ready"), "{provider}");
    }
    let home = Home::new();
    for (arguments, expected) in [
        (
            &[
                "--auth-choice",
                "amazon-bedrock-cloud",
                "--region",
                "us-east-1",
                "--aws-session-token=planted",
            ][..],
            "takes AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: these are not said",
        ),
        (&["--azure-api-key=planted", "--watsonx-project-id=planted"], "is no variable of `azure`"),
        (
            &["--azure-api-key=planted", "--azure-resource-name="],
            "`--azure-resource-name` is empty",
        ),
        (&["--watsonx-api-key=planted"], "a key alone does not say which of these it is"),
    ] {
        let (code, out, error) = home.run(&[&["onboard"], arguments].concat());
        assert!(code == 2 && error.contains(expected), "{arguments:?}: {code} {error}");
        assert!(!format!("{out}{error}").contains("=planted"), "{error}");
    }
    // What nobody could use is not stored. The key is the one that no flag names.
    let (code, _, error) = home.run(&[
        "onboard",
        "--watsonx-api-key=planted",
        "--watsonx-project-id=planted",
        "--watsonx-region=us-south",
    ]);
    assert!(code == 1 && error.contains("is not supported yet"), "{error}");
    let status = home.json(&["status"]);
    assert!(with(&status, "provider", "watsonx")["missing"][0].is_string());
}

#[test]
fn a_key_is_stored_after_it_was_checked() {
    let home = Home::new();
    let onboard = |more: &[&str]| home.run(&[&["onboard"], more].concat());
    let choice = ["--auth-choice", "xiaomi-token-plan-sgp"];
    let (code, out, error) =
        onboard(&[&choice[..], &["--api-key", "tp-planted", "--json"]].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&said["provider"], &said["region"]), (&json!("xiaomi-token-plan"), &json!("sgp")));
    assert_eq!((&said["state"], said["missing"].as_array().unwrap().len()), (&json!("ready"), 0));
    // A flag that one choice declares says which.
    assert_eq!(onboard(&["--xiaomi-api-key=sk-planted"]).0, 0);
    let status = home.json(&["status"]);
    let of = |id: &str| with(&status, "provider", id);
    assert_eq!(
        (&of("xiaomi-token-plan")["state"], &of("xiaomi")["state"]),
        (&json!("ready"), &json!("ready"))
    );
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
        (&["--xiaomi-api-key"], 2, "error[usage]: "),
        (
            &["--auth-choice", "xiaomi-api-key", "--xiaomi-token-plan-api-key", "tp-planted"],
            2,
            "error[usage]: `--xiaomi-token-plan-api-key` is no flag of `xiaomi-api-key`",
        ),
        (&["sk-planted"], 2, "error[usage]: "),
    ] {
        let (exit, out, error) = onboard(arguments);
        assert!(exit == code && error.starts_with(expected), "{arguments:?}: {exit} {error}");
        assert!(!format!("{out}{error}").contains("planted"), "{error}");
    }
    assert!(
        onboard(&["--xiaomi-token-plan-api-key", "tp-1"]).2.contains("`xiaomi-token-plan-ams`")
    );
}

#[test]
fn a_login_that_cannot_be_set_up_says_what_does_instead() {
    let home = Home::new();
    for (choice, help) in [
        ("openai-device-code", "use `openai-api-key`"),
        ("chatgpt", "`portolan status` names what it needs"),
    ] {
        let (code, error) = home.error(&["onboard", "--auth-choice", choice]);
        assert_eq!((code, &error["code"]), (1, &json!("unsupported")), "{choice}");
        assert_eq!(error["help"], help, "{choice}");
    }
}
