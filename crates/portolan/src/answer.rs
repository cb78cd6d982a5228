//! What comes back: events while an answer streams, and the whole answer at its end.

use portolan_types::Usage;

use crate::cost::Cost;
use crate::error::Error;
use crate::message::{Content, Media, Message, Part, Role};
use crate::tool::ToolCall;
use crate::usage::UsageError;

/// What happened next in a streamed answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// More of the text.
    Text(String),
    /// More of what the model thinks.
    Reasoning(String),
    /// The model begins to call a tool.
    ToolStart {
        /// Which of the answer's calls it is, from 0.
        index: usize,
        /// The id of the call, empty where the provider has not said one.
        id: String,
        /// The name of the tool.
        name: String,
    },
    /// More of the arguments of a call.
    ToolArguments {
        /// Which of the answer's calls it is, from 0.
        index: usize,
        /// The next piece of JSON text.
        json: String,
    },
    /// A call, with its arguments complete or marked as cut off. All come at the end of the answer, when it is known
    /// whether it was cut off.
    ToolCall(ToolCall),
    /// An image or a film, or more of a sound: pieces of one sound follow each other and are one in the answer.
    Media(Media),
    /// The end: the whole answer with usage and cost. Nothing comes after it.
    Done(Box<Answer>),
}

/// Why an answer ended.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Stop {
    /// The model was done.
    End,
    /// The answer reached a limit of tokens.
    Length,
    /// The model waits for the results of tools.
    ToolUse,
    /// One of the texts that end the answer came.
    Sequence,
    /// The content was refused or filtered.
    Refused,
    /// The provider paused a long turn; send the answer back to go on.
    Paused,
    /// Another word of the vendor; empty where it said none.
    Other(String),
}

impl std::fmt::Display for Stop {
    /// A stable word: `end`, `length`; the vendor's own where it is another, `unknown` where there is none.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::End => "end",
            Self::Length => "length",
            Self::ToolUse => "tool-use",
            Self::Sequence => "sequence",
            Self::Refused => "refused",
            Self::Paused => "paused",
            Self::Other(word) if word.is_empty() => "unknown",
            Self::Other(word) => word,
        })
    }
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// What the model said, in order.
    pub parts: Vec<Part>,
    /// Why it ended.
    pub stop: Stop,
    /// What was used, per meter.
    pub usage: Result<Usage, UsageError>,
    /// What it cost.
    pub cost: Cost,
    /// The service tier that served it, in the vendor's word.
    pub service_tier: Option<String>,
    /// The provider's id of the answer.
    pub id: Option<String>,
    /// The model that answered, in the provider's spelling.
    pub model: Option<String>,
    /// The ref that was asked: `provider/model`. Empty where no client asked.
    pub reference: String,
    /// The region that was asked.
    pub region: Option<String>,
    /// The provider's id of the request, for its support.
    pub request_id: Option<String>,
    /// What failed before this answer came: earlier tries, and models of a fallback chain.
    pub attempts: Vec<Attempt>,
}

/// A try that failed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// The ref that was asked: `provider/model`.
    pub reference: String,
    /// The region that was asked.
    pub region: Option<String>,
    /// The kind of the failure.
    pub kind: crate::ErrorKind,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// The failure in words.
    pub error: String,
    /// What it cost, where the provider had begun to answer.
    pub cost: Option<Cost>,
}

impl Attempt {
    pub(crate) fn new(reference: &str, error: &Error) -> Self {
        Self {
            reference: reference.to_owned(),
            region: error.region().map(str::to_owned),
            kind: error.kind(),
            status: error.status(),
            error: error.to_string(),
            cost: error.cost().cloned(),
        }
    }
}

impl Answer {
    /// The text, without what the model thought.
    pub fn text(&self) -> String {
        self.joined(|content| match content {
            Content::Text(text) => Some(text),
            _ => None,
        })
    }

    /// What the model thought, as far as the provider shows it.
    pub fn reasoning(&self) -> String {
        self.joined(|content| match content {
            Content::Reasoning(text) => Some(text),
            _ => None,
        })
    }

    /// The tools that the model calls.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::ToolCall(call) => Some(call),
            _ => None,
        })
    }

    /// The images, sounds and films.
    pub fn media(&self) -> impl Iterator<Item = &Media> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Media(media) => Some(media),
            _ => None,
        })
    }

    /// The answer as a turn of the next request, with what the provider wants back.
    pub fn message(&self) -> Message {
        Message { role: Role::Assistant, parts: self.parts.clone() }
    }

    fn joined<'a>(&'a self, text: impl Fn(&'a Content) -> Option<&'a String>) -> String {
        self.parts.iter().filter_map(|part| text(&part.content)).map(String::as_str).collect()
    }
}
