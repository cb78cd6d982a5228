//! The mock provider: a process of its own that answers all apis from fixtures, and keeps what it was asked.
//!
//! Takes where it is installed, its fixtures and the key that it knows; returns its address and its journal. It reads
//! what comes with code of its own into one shape for all apis, so the journal is what somebody else understood.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use serde_json::Value;

/// A running mock. It ends when it is dropped.
pub(crate) struct Mock {
    pub(crate) url: String,
    key: &'static str,
    process: Child,
    http: reqwest::Client,
}

impl Mock {
    /// Starts it on a free port. It refuses every key but this one.
    pub(crate) fn start(
        installed: &Path,
        fixtures: &Value,
        key: &'static str,
    ) -> anyhow::Result<Self> {
        let file = installed.join("fixtures.json");
        std::fs::write(&file, fixtures.to_string()).with_context(|| file.display().to_string())?;
        let script = installed.join("node_modules/@copilotkit/aimock/dist/cli.js");
        let mut command = Command::new("node");
        command.arg(script).args(["--port", "0", "--validate-on-load", "--fixtures"]).arg(&file);
        command
            .env("AIMOCK_API_KEYS", key)
            .env("NODE_NO_WARNINGS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut process = command.spawn().context("cannot start `node`")?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("listening on ")?.1.trim().to_owned()));
        // Whoever writes into a pipe that nobody reads stops at some time.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mut mock = Self { url: String::new(), key, process, http };
        mock.url = url.context("the mock did not start; its fixtures may be wrong")?;
        Ok(mock)
    }

    /// The requests whose first turn of the user is this text, in the order they came.
    pub(crate) async fn asked(&self, user: &str) -> Vec<Asked> {
        let url = format!("{}/v1/_requests", self.url);
        let answer = self.http.get(url).bearer_auth(self.key).send().await.unwrap();
        let text = answer.text().await.unwrap();
        assert!(!text.contains(self.key), "the journal shows the key");
        let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
        let asked = entries.into_iter().map(Asked);
        asked.filter(|asked| asked.first_user() == Some(user)).collect()
    }

    /// The only request whose first turn of the user is this text.
    pub(crate) async fn asked_once(&self, user: &str) -> Asked {
        let mut asked = self.asked(user).await;
        assert_eq!(asked.len(), 1, "requests with `{user}`");
        asked.remove(0)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A request as the mock understood it.
#[derive(Clone, Debug)]
pub(crate) struct Asked(pub(crate) Value);

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.0["path"].as_str().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0["headers"][name].as_str()
    }

    pub(crate) fn body(&self) -> &Value {
        &self.0["body"]
    }

    /// The turns of the conversation.
    pub(crate) fn messages(&self) -> &[Value] {
        self.body()["messages"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The turns of one role.
    pub(crate) fn of_role(&self, role: &str) -> Vec<&Value> {
        self.messages().iter().filter(|message| message["role"] == role).collect()
    }

    fn first_user(&self) -> Option<&str> {
        text_of(&self.messages().iter().find(|message| message["role"] == "user")?["content"])
    }
}

/// A content that is a text, alone or as the only part.
pub(crate) fn text_of(content: &Value) -> Option<&str> {
    content.as_str().or_else(|| content.as_array()?.first()?["text"].as_str())
}
