//! The client against a peer that does what servers do on bad days. Refs are the catalog's; addresses are the peer's.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic anywhere")]

#[cfg(feature = "aws")]
mod aws;
mod bodies;
mod failures;
#[cfg(feature = "gcp")]
mod gcp;
mod hooks;
mod lists;
mod logins;
mod memory;
mod peer;
mod planted;
mod routes;
mod streams;
mod tokens;
mod worst;

use std::time::Duration;

use portolan::{AnswerStream, Client, Environment, Error, ErrorKind, Event};

const KEY: &str = "sk-planted-secret-0123456789";
const MODEL: &str = "xiaomi/mimo-v2.5-pro";

fn client() -> Client {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let builder = Client::builder().environment(environment);
    let quick = Duration::from_millis(5);
    builder.waits(quick, Duration::from_secs(1)).build().unwrap()
}

/// A client that does not wait long.
fn impatient() -> Client {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let builder = Client::builder().environment(environment).tries(1);
    let short = Duration::from_millis(150);
    builder.first_byte_timeout(short).idle_timeout(short).build().unwrap()
}

/// The text of an answer that breaks off, and the error that it ends in.
async fn heard_until_error(stream: &mut AnswerStream) -> (String, Error) {
    let mut text = String::new();
    loop {
        match stream.next().await.unwrap() {
            Ok(Event::Text(more)) => text += &more,
            Ok(other) => panic!("{other:?}"),
            Err(error) => return (text, error),
        }
    }
}

/// No text of an error shows the key.
fn kind(error: &Error) -> ErrorKind {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        shown.extend([inner.to_string(), format!("{inner:?}")]);
        source = inner.source();
    }
    assert!(!shown.contains("planted"), "{shown}");
    error.kind()
}
