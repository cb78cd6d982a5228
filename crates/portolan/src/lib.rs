//! From a model ref to a streamed answer and its exact cost.
//!
//! The wire protocols are code; everything that differs between vendors is read from the catalog: the address, how a
//! credential is carried, the field that limits tokens, where reasoning comes, what a model refuses, what it costs.
//!
//! ```no_run
//! use portolan::{Client, Event};
//!
//! # async fn example() -> Result<(), portolan::Error> {
//! let client = Client::new()?;
//! let mut stream = client.chat("deepseek/deepseek-v4-pro").user("Why is the sky blue?").stream().await?;
//! while let Some(event) = stream.next().await {
//!     match event? {
//!         Event::Text(text) => print!("{text}"),
//!         Event::Done(answer) => println!("\n{}", answer.cost),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - A [`Client`] finds keys in an [`Environment`] and says exactly what is missing.
//! - A [`Chat`] asks one model or a chain of them. What a model or an api cannot do is refused before anything is sent.
//! - An [`AnswerStream`] gives [`Event`]s and at the end the whole [`Answer`], with its usage per meter and its [`Cost`]:
//!   an exact amount, or why there is none.
//! - [`Hooks`] are for what a provider does that no data says; a catalog of one's own is added to the client.
//! - An [`Error`] says what failed, where, and whether it is worth another try. It never holds a key.
//! - [`wire`] has the protocols alone, as pure functions of bytes.
#![forbid(unsafe_code)]

mod answer;
mod catalogs;
#[cfg(feature = "chain")]
mod chain;
mod client;
mod cost;
mod discover;
mod error;
mod file;
mod fold;
mod frame;
mod hooks;
mod login;
mod message;
mod quota;
mod request;
mod target;
#[cfg(test)]
mod testing;
mod tool;
mod transport;
mod usage;
pub mod wire;

pub use answer::{Answer, Attempt, Event, Stop};
pub use client::{
    AnswerStream, Chat, Client, ClientBuilder, ListCache, Listed, ListedBy, Listing, ModelList,
    ModelRef, Wishes,
};
pub use cost::{Bill, Cost, NoCost};
#[cfg(feature = "keyring")]
pub use discover::Keyring;
pub use discover::{AuthFile, Environment, State, Status, Stored};
pub use error::{Error, ErrorKind, Result};
pub use hooks::{
    Fetch, HookContext, HookFuture, Hooks, ReplayPolicy, Resolved, SchemaRules, TextTransforms,
    Token, Turn, Wrap,
};
pub use login::{LoggedIn, Login};
pub use message::{CacheFor, Content, Media, Message, Part, Replay, Role};
pub use portolan_catalog as catalog;
pub use portolan_types as types;
pub use quota::{Balance, Left, Percent, Quota, QuotaLimit};
pub use request::{Format, Reasoning, Request};
pub use secrecy::SecretString;
pub use tool::{Arguments, Tool, ToolCall, ToolChoice, ToolResult, Unusable};
pub use usage::{UsageError, Used};

/// The example of the README, as a test.
#[cfg(all(doctest, feature = "labs"))]
#[doc = include_str!("../README.md")]
struct Readme;
