//! What went wrong, as a person and as a script read it.

use std::fmt;

use portolan::{Attempt, Cost, Error};
use serde_json::{Value, json};

use crate::price::spell_bill;

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
    /// What a request that failed has cost all the same, and what failed before it.
    pub(crate) tried: Option<Box<Tried>>,
}

/// What came of a request besides its failure.
#[derive(Debug)]
pub(crate) struct Tried {
    cost: Option<Cost>,
    attempts: Vec<Attempt>,
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
        let message = message.into();
        Self { code, message, help: None, exit: 1, mistakes: None, tried: None }
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
        if let Some(tried) = &self.tried {
            // Which model failed the message says, as far as it is known.
            error["cost"] = spell_cost(tried.cost.as_ref(), None);
            error["attempts"] = spell_attempts(&tried.attempts);
        }
        json!({"error": error})
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (cost, attempts) = (error.cost().cloned(), error.attempts().to_vec());
        let told = cost.is_some() || !attempts.is_empty();
        let tried = told.then(|| Box::new(Tried { cost, attempts }));
        Self { tried, ..Self::new(error.kind().id(), error.to_string()) }
    }
}

/// What failed before, and what each failure cost.
pub(crate) fn spell_attempts(attempts: &[Attempt]) -> Value {
    let spelled = attempts.iter().map(|attempt| {
        json!({
            "ref": attempt.reference,
            "code": attempt.kind.id(),
            "error": attempt.error,
            "cost": spell_cost(attempt.cost.as_ref(), Some(&attempt.reference)),
        })
    });
    spelled.collect()
}

/// A bill, or nothing where there is none.
pub(crate) fn spell_cost(cost: Option<&Cost>, reference: Option<&str>) -> Value {
    cost.and_then(Cost::bill).map_or(Value::Null, |bill| spell_bill(reference, bill))
}

/// A line for each that failed before.
pub(crate) fn lines(attempts: &[Attempt]) -> String {
    let line = |attempt: &Attempt| {
        let paid = attempt.cost.as_ref().map(|cost| format!(", {cost}")).unwrap_or_default();
        format!("\nfailed before: {}{paid}", attempt.error)
    };
    attempts.iter().map(line).collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mistakes) = &self.mistakes {
            f.write_str(&mistakes.text)?;
        }
        write!(f, "error[{}]: {}", self.code, self.message)?;
        if let Some(tried) = &self.tried {
            if let Some(cost) = &tried.cost {
                write!(f, "\npaid all the same: {cost}")?;
            }
            f.write_str(&lines(&tried.attempts))?;
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}
