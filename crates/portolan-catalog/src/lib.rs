//! Every catalog that is on, and lookup by ref over them.
//!
//! Each catalog is a feature (`labs`, `clouds`, `gateways`, `local`; all by default). A ref is `provider/model`,
//! case-sensitive; what follows the first `/` is the model id, which may itself hold `/`. A lookup answers an exact ref or
//! a declared alias, else an error that carries the nearest refs.
//!
//! ```
//! # #[cfg(feature = "labs")] {
//! let entry = portolan_catalog::find("xiaomi/mimo-v2.5-pro").unwrap();
//! assert_eq!(entry.model.context(), Some(1_048_576));
//!
//! let error = portolan_catalog::find("xiaomi/mimo-v2.5-por").unwrap_err();
//! assert!(error.to_string().contains("`xiaomi/mimo-v2.5-pro`"));
//! # }
//! ```
//!
//! A private catalog is put before these in a list of one's own, and [`types::find`] takes that: a provider is that of the
//! first catalog that has it.
//!
//! ```
//! # #[cfg(all(feature = "labs", feature = "clouds"))] {
//! use portolan_catalog::{clouds, labs, types};
//!
//! static CATALOGS: &[&types::Catalog] = &[/* &company::CATALOG, */ &labs::CATALOG, &clouds::CATALOG];
//! assert!(types::find(CATALOGS, "xiaomi/mimo-v2.5-pro").is_ok());
//! # }
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "clouds")]
pub use portolan_clouds as clouds;
#[cfg(feature = "gateways")]
pub use portolan_gateways as gateways;
#[cfg(feature = "labs")]
pub use portolan_labs as labs;
#[cfg(feature = "local")]
pub use portolan_local as local;
pub use portolan_types as types;

use types::{Catalog, Entry, Index, Model, Provider, UnknownRef};

#[path = "generated/index.rs"]
#[rustfmt::skip]
#[expect(clippy::unreadable_literal, reason = "tables of hashes are not read")]
mod index;
#[cfg(test)]
mod tests;

/// A catalog if its feature is on.
macro_rules! if_on {
    ($feature:literal, $catalog:expr) => {{
        #[cfg(feature = $feature)]
        let catalog = Some($catalog);
        #[cfg(not(feature = $feature))]
        let catalog = None;
        catalog
    }};
}

/// The catalogs that are on, by id.
pub static CATALOGS: &[&Catalog] = &[
    #[cfg(feature = "clouds")]
    &clouds::CATALOG,
    #[cfg(feature = "gateways")]
    &gateways::CATALOG,
    #[cfg(feature = "labs")]
    &labs::CATALOG,
    #[cfg(feature = "local")]
    &local::CATALOG,
];

/// Every catalog in the order in which the index counts them, and nothing for one that is off.
static INDEXED: [Option<&Catalog>; 4] = [
    if_on!("clouds", &clouds::CATALOG),
    if_on!("gateways", &gateways::CATALOG),
    if_on!("labs", &labs::CATALOG),
    if_on!("local", &local::CATALOG),
];

static INDEX: Index = Index {
    tags: &index::TAGS,
    starts: &index::STARTS,
    keys: &index::KEYS,
    entries: &index::ENTRIES,
};

/// The model with this ref or alias.
///
/// # Errors
/// [`UnknownRef`], which carries the nearest refs.
pub fn find(reference: &str) -> Result<Entry, UnknownRef<'_>> {
    let found = types::find_indexed(&INDEXED, &INDEX, reference);
    found.ok_or(UnknownRef::new(reference, CATALOGS))
}

/// The provider with this id.
pub fn provider(id: &str) -> Option<&'static Provider> {
    types::provider(CATALOGS, id)
}

/// The models that a bare id may mean: those of providers whose declared prefixes or patterns claim it. More than one is
/// for the caller to settle; none is preferred.
pub fn candidates(bare_id: &str) -> impl Iterator<Item = Entry> {
    types::candidates(CATALOGS, bare_id)
}

/// Every provider, by catalog and id.
pub fn providers() -> impl Iterator<Item = &'static Provider> {
    types::providers(CATALOGS)
}

/// Every model, by catalog, provider and id.
pub fn models() -> impl Iterator<Item = &'static Model> {
    providers().flat_map(|provider| provider.models.iter().copied())
}

/// The example of the README, as a test.
#[cfg(all(doctest, feature = "labs"))]
#[doc = include_str!("../README.md")]
struct Readme;
