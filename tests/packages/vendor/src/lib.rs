//! What a vendor publishes who is not in the public catalog: its models and prices, compiled from its own manifest, and
//! what it does that no manifest says. A program adds both in one line:
//!
//! ```
//! use portolan::{Client, Environment};
//!
//! let builder = Client::builder().environment(Environment::new().with("ACME_API_KEY", "ac-1"));
//! let client = vendor::register(builder).build()?;
//! let chat = client.chat("acme/nova-2").region("eu").user("Why is the sky blue?");
//! # Ok::<(), portolan::Error>(())
//! ```

use portolan::ClientBuilder;

mod hooks;
mod thoughts;

pub use hooks::Acme;

/// The catalog: a module per provider.
pub mod catalog {
    include!(concat!(env!("OUT_DIR"), "/portolan/acme/mod.rs"));
}

/// Adds the catalog and the hooks to a client.
pub fn register(builder: ClientBuilder) -> ClientBuilder {
    builder.catalog(&catalog::CATALOG).hook("acme", Acme)
}
