//! How a provider speaks `openai-completions`, where those who speak it differ: plain data, most of it empty.

use crate::model::stated;
use crate::words::words;

/// How a provider speaks `openai-completions`. What is empty is as `OpenAI` has it.
///
/// A field of a request is named by its path: `reasoning.effort` is the field `effort` of the object `reasoning`. What
/// is set to a value is written as `path=value`; `true` and `false` are those of JSON, anything else is a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dialect {
    /// See [`Dialect::reasoning_on`](Dialect::reasoning_on()).
    pub reasoning_on: &'static str,
    /// See [`Dialect::reasoning_off`](Dialect::reasoning_off()).
    pub reasoning_off: &'static str,
    /// See [`Dialect::effort_field`](Dialect::effort_field()).
    pub effort_field: &'static str,
    /// See [`Dialect::budget_field`](Dialect::budget_field()).
    pub budget_field: &'static str,
    /// How long a prompt may be kept by marks of `cache_control` in it, where it takes such marks.
    pub cache_control: Option<CacheControl>,
    /// Whether it wants the reasoning of every turn back, and not only that of turns that call a tool.
    pub replays_all: bool,
    /// Fields of a request that it refuses, whatever the model.
    pub refuses: &'static [&'static str],
}

impl Dialect {
    /// As `OpenAI` has it: what generated rows start from.
    pub const PLAIN: Self = Self {
        reasoning_on: "",
        reasoning_off: "",
        effort_field: "",
        budget_field: "",
        cache_control: None,
        replays_all: false,
        refuses: &[],
    };

    /// The field, and its value, that a request sets to have the model reason.
    pub const fn reasoning_on(&self) -> Option<&'static str> {
        stated(self.reasoning_on)
    }

    /// The field, and its value, that a request sets to have the model not reason.
    pub const fn reasoning_off(&self) -> Option<&'static str> {
        stated(self.reasoning_off)
    }

    /// The field that takes the effort level, where it is not `reasoning_effort`.
    pub const fn effort_field(&self) -> Option<&'static str> {
        stated(self.effort_field)
    }

    /// The field that takes the most reasoning tokens.
    pub const fn budget_field(&self) -> Option<&'static str> {
        stated(self.budget_field)
    }
}

words! {
    /// How long a mark of `cache_control` may keep a prompt.
    CacheControl {
        /// Five minutes.
        FiveMinutes = "5m",
        /// Five minutes or an hour.
        Hour = "1h",
    }
}
