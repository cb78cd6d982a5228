//! The command as people and scripts use it: exact fields, exact errors, exit codes, what goes over the wire.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic anywhere")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

mod chat;
mod config;
mod hostile;
mod keyring;
mod lists;
mod login;
mod onboard;
mod peer;
#[cfg(unix)]
mod picker;
mod planted;
mod price;
mod refresh;

/// A model with a price that does not change.
const PRO: &str = "xiaomi/mimo-v2.5-pro";

/// A home of its own, with what a person has put there.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A home with a user's file.
    fn with_config(text: &str) -> Self {
        let home = Self::new();
        home.write("config.yaml", text);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("portolan").join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The command with these variables and no others.
    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.env_clear().env("HOME", self.0.path()).env("XDG_CONFIG_HOME", self.0.path());
        command.envs(variables.iter().copied()).args(arguments).stdin(Stdio::null());
        command
    }

    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
        let output = self.command(arguments, variables).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run_with(arguments, &[])
    }

    /// What it prints with something on its standard input.
    fn piped(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        let mut command = self.command(arguments, &[]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // One that does not read is no mistake of the test.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (code, out, error) = self.run(&[arguments, &["--json"]].concat());
        assert_eq!((code, error.as_str()), (0, ""), "{arguments:?}");
        serde_json::from_str(&out).unwrap()
    }

    /// The error of a command that fails, its exit code first.
    fn error(&self, arguments: &[&str]) -> (i32, Value) {
        let (code, out, error) = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(out, "", "{arguments:?}");
        let error: Value = serde_json::from_str(&error).unwrap();
        let fields = keys(&error["error"]);
        assert_eq!(fields[..3], ["code", "message", "help"], "{arguments:?}");
        (code, error["error"].clone())
    }
}

/// Runs the command in a home that has nothing.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    Home::new().run_with(arguments, variables)
}

fn json_of(arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let (code, out, error) = run(arguments, variables);
    assert_eq!((code, error.as_str()), (0, ""));
    serde_json::from_str(&out).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The object of a list whose field has this value.
fn with<'v>(list: &'v Value, field: &str, value: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|item| item[field] == value).unwrap()
}
