//! The frozen catalog as data: every manifest resolved, defaulted and sorted, as JSON.
//!
//! It is what `portolan_codegen::catalog::Catalog` serializes to. As a build-dependency it is what private manifests are
//! laid over: `portolan_codegen::Config::new().over(portolan_manifests::CATALOG_JSON)`.
#![no_std]
#![forbid(unsafe_code)]

/// The catalog: vendors, providers, models, base models.
///
/// ```
/// assert!(portolan_manifests::CATALOG_JSON.starts_with('{'));
/// ```
pub const CATALOG_JSON: &str = include_str!("../catalog.json");

/// The JSON Schema of [`CATALOG_JSON`].
pub const CATALOG_SCHEMA_JSON: &str = include_str!("../catalog.schema.json");

/// The example of the README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
