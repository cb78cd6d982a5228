//! A key in a user's file: the variable that holds it, or itself.

use std::fmt;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::EnvName;
use crate::shape::{Defs, Key, Shape, wrong_type};
use crate::yaml::{Node, Value};

/// Where a key is: in a variable, or in the file.
#[derive(Clone, PartialEq, Eq)]
pub enum UserKey {
    /// The variable that holds it.
    Variable(String),
    /// The key itself, which [`Debug`](fmt::Debug) does not show.
    Literal(String),
}

impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.debug_tuple("Variable").field(name).finish(),
            Self::Literal(_) => f.write_str("Literal(..)"),
        }
    }
}

impl Shape for UserKey {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Value::Scalar(scalar) = &node.value else {
            out.push(wrong_type(node, "a key or `${VARIABLE}`"));
            return None;
        };
        let text = scalar.text.trim();
        let mut wrong = |code, message: &str, help: String| {
            out.push(Diagnostic::new(code, node.span, message).help(help));
            None
        };
        if text.is_empty() {
            return wrong(Code::EmptyValue, "an empty key", "write `${VARIABLE}`".to_owned());
        }
        let named = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        match named {
            Some(name) if EnvName::from_text(name).is_some() => {
                Some(Self::Variable(name.to_owned()))
            }
            None if EnvName::from_text(text).is_some_and(|name| name.contains('_')) => wrong(
                Code::MalformedEnvName,
                "the name of a variable where a key is meant",
                format!("write `\"${{{text}}}\"` for what the variable holds"),
            ),
            None if !text.contains("${") => Some(Self::Literal(text.to_owned())),
            _ => wrong(
                Code::MalformedEnvName,
                "not one variable alone",
                "write `\"${VARIABLE}\"`, its name in upper-case letters, digits and `_`"
                    .to_owned(),
            ),
        }
    }

    fn schema(_: &mut Defs) -> serde_json::Value {
        serde_json::json!({ "type": "string", "minLength": 1 })
    }
}
