//! From a model ref to a streamed answer and its exact cost.
#![forbid(unsafe_code)]

mod answer;
mod cost;
mod error;
mod fold;
mod frame;
mod message;
mod request;
mod target;
#[cfg(test)]
mod testing;
mod tool;
mod usage;
pub mod wire;

pub use answer::{Answer, Attempt, Event, Stop};
pub use cost::{Cost, NoCost};
pub use error::{Error, ErrorKind, Result};
pub use message::{CacheFor, Content, Media, Message, Part, Replay, Role};
pub use portolan_catalog as catalog;
pub use portolan_types as types;
pub use request::{Format, Reasoning, Request};
pub use tool::{Arguments, Tool, ToolCall, ToolChoice, ToolResult, Unusable};
pub use usage::UsageError;
