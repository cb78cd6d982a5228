//! The second stage: what the manifests say must make sense together.
//!
//! Takes the decoded shapes and reports every reference that dangles, every name that two things claim, every region,
//! endpoint or status that contradicts another. One file per family of rules. What prices say is checked
//! where they are expanded, in `prices`.

mod bounds;
mod cards;
mod facts;
mod identity;
mod lists;
mod models;
mod names;
mod references;
mod regions;
mod services;
mod sources;

pub use names::Names;
pub(crate) use references::base_id;

use crate::diagnostic::Diagnostics;
use crate::load::Manifests;

/// Runs every rule.
pub fn check(manifests: &Manifests, names: &Names<'_>, out: &mut Diagnostics) {
    identity::check(manifests, out);
    references::check(manifests, names, out);
    regions::check(manifests, out);
    lists::check(manifests, out);
    models::check(manifests, out);
    services::check(manifests, out);
    facts::check(manifests, names, out);
    cards::check(manifests, out);
    sources::check(manifests, out);
    crate::overlay::check(manifests, out);
}
