//! Compiles manifests of AI model providers.
//!
//! Data flows one way, and each stage is a module:
//!
//! ```text
//! load     texts -> shapes       yaml (text to nodes), shape and manifest (nodes to typed values)
//! check    shapes                every reference, name, region and status makes sense
//! lower    shapes -> Catalog     inheritance, defaults, names; prices expands and compares cards
//! emit     &Catalog -> Output[]  Rust, JSON, schemas: pure functions
//! output   Output[] -> disk      all or nothing, or compared with what is there
//! ```
//!
//! [`Config`] is all of it for a build script: private manifests, alone or over the public catalog.
//!
//! A mistake in a manifest is a [`diagnostic::Diagnostic`] with a place; every stage collects them and goes on, so one
//! run reports them all. Nothing is emitted before there are none.
//!
//! To add a fact: a field in `manifest`, its resolved form in `catalog`, the line in `lower` between them, and the
//! emitters that show it.

pub mod catalog;
pub mod check;
pub mod code;
mod config;
pub mod diagnostic;
pub mod diff;
mod echo;
pub mod emit;
pub mod labels;
pub mod load;
pub mod lower;
pub mod manifest;
pub mod naming;
pub mod output;
pub mod overlay;
pub mod prices;
pub mod render;
pub mod rows;
pub mod shape;
pub mod source;
pub mod suggest;
pub mod user;
pub mod yaml;

pub use config::{Config, ConfigError};

use catalog::Catalog;
use diagnostic::{Diagnostic, Diagnostics};
use load::Input;
use overlay::Public;
use source::Sources;

/// The example of the README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What became of a set of manifests: the texts, and the catalog or every mistake.
#[derive(Debug)]
pub struct Compiled {
    /// The texts, to show places in.
    pub sources: Sources,
    /// The catalog, or the mistakes in the order of their places.
    pub result: Result<Catalog, Vec<Diagnostic>>,
}

/// Compiles manifests that stand alone. `shown_under` is put before each path in messages.
///
/// ```
/// use portolan_codegen::{compile, load::Input};
///
/// let manifest = "vendor: acme\nname: Acme\nproviders: {}\n";
/// let input = Input { path: "labs/acme.yaml".to_owned(), bytes: manifest.into() };
/// let catalog = compile(vec![input], "manifests/").result.unwrap();
/// assert_eq!(catalog.vendors[0].name, "Acme");
/// ```
pub fn compile(inputs: Vec<Input>, shown_under: &str) -> Compiled {
    compile_over(inputs, shown_under, Public::default())
}

/// Compiles private manifests over the public catalog: they may refer to what is in it, and change it under
/// `override: true`. The result holds what they say and the whole of each provider that they override.
pub fn compile_over(inputs: Vec<Input>, shown_under: &str, public: Public) -> Compiled {
    let mut sources = Sources::default();
    let mut out = Diagnostics::default();
    let manifests = load::load(inputs, shown_under, public, &mut sources, &mut out);
    let names = check::Names::new(&manifests);
    check::check(&manifests, &names, &mut out);
    let catalog = lower::lower(&manifests, &names, &mut out);
    let mut mistakes = echo::without_echoes(out.into_vec(), &manifests);
    overlay::explain(&mut mistakes, &manifests);
    let result = if mistakes.is_empty() { Ok(catalog) } else { Err(mistakes) };
    Compiled { sources, result }
}
