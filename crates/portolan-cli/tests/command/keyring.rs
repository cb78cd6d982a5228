//! Keys in the keyring of the operating system: a Secret Service of the test's own, and a build that has none.

#[cfg(not(feature = "keyring"))]
#[test]
fn a_build_without_the_keyring_says_how_to_get_one() {
    let home = crate::Home::with_config("keyring: true\n");
    for arguments in [
        &["status"][..],
        &["onboard", "--auth-choice", "deepseek-api-key", "--deepseek-api-key", "sk-planted"],
    ] {
        let (code, error) = home.error(arguments);
        assert_eq!((code, error["code"].as_str().unwrap()), (1, "unsupported"));
        assert!(error["help"].as_str().unwrap().contains("--features keyring"), "{error}");
    }
    assert!(!home.path("auth.json").exists());
}

#[cfg(all(feature = "keyring", target_os = "linux"))]
mod with_one {
    use std::process::Command;

    use serde_json::Value;

    use crate::Home;

    /// Runs the command several times in a session that has a keyring; a JSON answer each.
    fn in_session(home: &Home, commands: &[&str]) -> Vec<Value> {
        let begin = "printf password | gnome-keyring-daemon --unlock --components=secrets >&2";
        let script = commands.iter().fold(begin.to_owned(), |script, arguments| {
            format!("{script} && {} {arguments} --json", env!("CARGO_BIN_EXE_portolan"))
        });
        let mut session = Command::new("dbus-run-session");
        session.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
            session.env(variable, home.0.path());
        }
        let output = session.args(["--", "sh", "-c", &script]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}{error}");
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The providers that `status` calls ready.
    fn ready(status: &Value) -> Vec<&str> {
        let providers = status.as_array().unwrap().iter();
        let ready = providers.filter(|provider| provider["state"] == "ready");
        ready.map(|provider| provider["provider"].as_str().unwrap()).collect()
    }

    #[test]
    fn keys_are_kept_in_the_keyring_of_the_session_and_in_no_file() {
        let home = Home::with_config("keyring: true\n");
        let said = in_session(
            &home,
            &[
                "onboard --auth-choice xiaomi-token-plan-sgp --xiaomi-token-plan-api-key tp-planted",
                "onboard --auth-choice deepseek-api-key --deepseek-api-key sk-planted",
                "status",
            ],
        );
        assert_eq!(said[0]["stored"], "keyring");
        assert_eq!(
            (&said[1]["state"], said[1]["missing"].as_array().unwrap().len()),
            (&"ready".into(), 0)
        );
        let usable = ready(&said[2]);
        assert!(
            usable.contains(&"xiaomi-token-plan") && usable.contains(&"deepseek"),
            "{usable:?}"
        );
        assert!(!home.path("auth.json").exists());
        // Another session reads what the first one kept; without the setting nobody looks there.
        assert!(ready(&in_session(&home, &["status"])[0]).contains(&"deepseek"));
        home.write("config.yaml", "");
        assert!(!ready(&in_session(&home, &["status"])[0]).contains(&"deepseek"));
        // A home that has no keyring.
        home.write("config.yaml", "keyring: true\n");
        let (code, error) = home.error(&["status"]);
        assert_eq!((code, error["code"].as_str().unwrap()), (1, "config"));
    }
}
