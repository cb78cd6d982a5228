//! What went wrong, as a person and as a script read it.

use std::fmt;

use portolan::Error;
use serde_json::{Value, json};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// The exit code: 1, or 2 for wrong usage.
    pub(crate) exit: u8,
    /// The mistakes of a file.
    pub(crate) mistakes: Option<Box<Mistakes>>,
}

/// The mistakes of a file, in both forms.
#[derive(Debug)]
pub(crate) struct Mistakes {
    /// Source lines with carets, which a person reads before the message.
    pub(crate) text: String,
    /// A list of objects.
    pub(crate) json: Value,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, exit: 1, mistakes: None }
    }

    /// The command was used wrongly.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit: 2, ..Self::new("usage", message) }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, why: impl fmt::Display) -> Self {
        Self::new("file", format!("`{}`: {why}", path.display()))
    }

    /// A person ended the command.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self::new("interrupted", message)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn json(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message, "help": self.help});
        if let Some(mistakes) = &self.mistakes {
            error["mistakes"] = mistakes.json.clone();
        }
        json!({"error": error})
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error.kind().id(), error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mistakes) = &self.mistakes {
            f.write_str(&mistakes.text)?;
        }
        write!(f, "error[{}]: {}", self.code, self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}
