//! Tools that a model may call, its calls and their results. The arguments of a call are complete or they are not:
//! nothing here makes `{}` of what was cut off.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::message::Part;

/// A tool that a model may call.
///
/// ```
/// use portolan::Tool;
///
/// let tool = Tool::new(
///     "weather",
///     "The weather in a city now.",
///     serde_json::json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
/// );
/// assert_eq!(tool.name, "weather");
/// ```
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Tool {
    /// The name that a call gives.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// The JSON Schema of its arguments, an object.
    pub parameters: Value,
    /// Whether the arguments must follow the schema to the letter, where the api can promise that.
    pub strict: bool,
}

impl Tool {
    /// A tool by name, description and the JSON Schema of its arguments.
    pub fn new(name: impl Into<String>, description: impl Into<String>, parameters: Value) -> Self {
        Self { name: name.into(), description: description.into(), parameters, strict: false }
    }

    /// The tool with arguments that must follow the schema to the letter.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}

/// Whether and what the model has to call.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model decides.
    Auto,
    /// No tool.
    None,
    /// At least one tool.
    Any,
    /// This tool.
    Tool(String),
}

/// A tool that the model calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToolCall {
    /// The id that the result names. Where a provider gives none, `call_1` and so on.
    pub id: String,
    /// The name of the tool.
    pub name: String,
    /// What it is called with.
    pub arguments: Arguments,
}

impl ToolCall {
    /// A call as a model would make it.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: &Value) -> Self {
        let arguments = Arguments::of_text(arguments.to_string(), false);
        Self { id: id.into(), name: name.into(), arguments }
    }

    /// The arguments as a type.
    ///
    /// # Errors
    /// [`Unusable::Incomplete`] where the answer was cut off, [`Unusable::Mismatch`] where they are not that type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Unusable> {
        match &self.arguments {
            Arguments::Complete(text) => serde_json::from_str(text).map_err(Unusable::Mismatch),
            Arguments::Incomplete(_) => Err(Unusable::Incomplete),
        }
    }

    /// The result of this call.
    pub fn result<P: Into<Part>>(&self, parts: impl IntoIterator<Item = P>) -> ToolResult {
        ToolResult {
            id: self.id.clone(),
            name: self.name.clone(),
            parts: parts.into_iter().map(Into::into).collect(),
            is_error: false,
        }
    }
}

/// What a tool is called with, as JSON text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Arguments {
    /// A whole JSON object.
    Complete(String),
    /// What came before the answer was cut off, or no JSON object at all. Do not run a tool with it.
    Incomplete(String),
}

impl Arguments {
    /// Decides once what a text is. A tool without parameters may be called with nothing at all, but where the answer
    /// was cut off nothing is what had not come yet.
    pub(crate) fn of_text(text: String, cut_off: bool) -> Self {
        if !cut_off && matches!(text.trim(), "" | "null") {
            return Self::Complete("{}".to_owned());
        }
        match serde_json::from_str::<&serde_json::value::RawValue>(&text) {
            Ok(raw) if raw.get().starts_with('{') => Self::Complete(text),
            _ => Self::Incomplete(text),
        }
    }

    /// The text, whatever it is.
    pub fn text(&self) -> &str {
        match self {
            Self::Complete(text) | Self::Incomplete(text) => text,
        }
    }

    /// The value, if it is whole.
    pub(crate) fn value(&self) -> Option<Value> {
        match self {
            Self::Complete(text) => serde_json::from_str(text).ok(),
            Self::Incomplete(_) => None,
        }
    }
}

/// Why the arguments of a call are of no use.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unusable {
    /// The answer was cut off in them.
    Incomplete,
    /// They are not what the tool takes.
    Mismatch(serde_json::Error),
}

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Incomplete => f.write_str("the arguments of the tool call are cut off"),
            Self::Mismatch(error) => {
                write!(f, "the arguments are not what the tool takes: {error}")
            }
        }
    }
}

impl std::error::Error for Unusable {}

/// What a tool answered.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct ToolResult {
    /// The id of the call.
    pub id: String,
    /// The name of the tool.
    pub name: String,
    /// What it answered: text, and media where the api takes them in results.
    pub parts: Vec<Part>,
    /// Whether it failed. Where an api has no field for that, the text alone can say so.
    pub is_error: bool,
}

impl ToolResult {
    /// The result as a failure of the tool.
    #[must_use]
    pub fn failed(mut self) -> Self {
        self.is_error = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_is_never_an_empty_object() {
        let complete = |text: &str| Arguments::Complete(text.to_owned());
        let incomplete = |text: &str| Arguments::Incomplete(text.to_owned());
        for (text, cut_off, expected) in [
            (r#"{"a":1}"#, false, complete(r#"{"a":1}"#)),
            (r#"{"a":1}"#, true, complete(r#"{"a":1}"#)),
            (r#"{"a":"#, false, incomplete(r#"{"a":"#)),
            ("", false, complete("{}")),
            ("null", false, complete("{}")),
            ("", true, incomplete("")),
            ("null", true, incomplete("null")),
            (r#""text""#, false, incomplete(r#""text""#)),
            ("{} {}", false, incomplete("{} {}")),
        ] {
            assert_eq!(Arguments::of_text(text.to_owned(), cut_off), expected, "{text}");
        }
    }

    #[test]
    fn arguments_are_read_as_a_type_or_say_why_not() {
        let call = ToolCall::new("1", "f", &serde_json::json!({"a": 1}));
        assert_eq!(call.parse::<std::collections::BTreeMap<String, u8>>().unwrap()["a"], 1);
        assert!(matches!(call.parse::<Vec<u8>>(), Err(Unusable::Mismatch(_))));
        let arguments = Arguments::Incomplete(r#"{"a":"#.to_owned());
        let cut = ToolCall { arguments, ..call };
        assert!(matches!(cut.parse::<Value>(), Err(Unusable::Incomplete)));
    }
}
