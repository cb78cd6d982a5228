//! `portolan onboard` by flags.

use serde_json::{Value, json};

use crate::{Home, with};

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
