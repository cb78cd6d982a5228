//! Rust names are checked where the ids still have a place: two ids that make one name are a mistake of the manifest.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{ModelShape, ProviderShape};
use crate::naming;
use crate::source::Span;

/// The constant of a model: what the author says, else what the id makes.
pub(super) fn constant(id: &str, shape: &ModelShape) -> String {
    shape.rust_name.as_ref().map_or_else(|| naming::constant(id), ToString::to_string)
}

/// What an index can count: see `portolan_types::Catalog`.
const MOST_MODELS: usize = 1 << 16;

/// Rust names that are taken, with the id and the place that took each.
#[derive(Default)]
struct Taken<'m>(BTreeMap<String, (&'m str, Span)>);

impl<'m> Taken<'m> {
    fn take(&mut self, name: String, id: &'m str, span: Span, help: &str, out: &mut Diagnostics) {
        if let Some((other, first)) = self.0.get(&name) {
            // Two declarations of one id are a mistake of their own.
            if *other == id {
                return;
            }
            let message = format!("`{id}` and `{other}` both make the Rust name `{name}`");
            out.push(
                Diagnostic::new(Code::DuplicateRustName, span, message)
                    .secondary(*first, "the name is taken here")
                    .help(help),
            );
        } else {
            self.0.insert(name, (id, span));
        }
    }
}

pub(super) fn check_constants(provider: &ProviderShape, out: &mut Diagnostics) {
    let help = "give one of them a `rust_name:` of its own";
    let mut taken = Taken::default();
    if let Some((id, _)) = provider.models.get(MOST_MODELS) {
        let message = format!("more than {MOST_MODELS} models of one provider");
        let help = "an index counts no further";
        out.push(Diagnostic::new(Code::TooLarge, id.span, message).help(help));
    }
    for (id, model) in provider.models.iter() {
        let name = constant(id, model);
        let span = model.rust_name.as_ref().map_or(id.span, |name| name.span);
        if naming::RESERVED.contains(&name.as_str()) {
            let message =
                format!("`{}` makes the Rust name `{name}`, which every provider has", **id);
            out.push(Diagnostic::new(Code::DuplicateRustName, span, message).help(help));
        }
        taken.take(name, id, span, help, out);
    }
}

pub(super) fn check_regions(provider: &ProviderShape, out: &mut Diagnostics) {
    let mut taken = Taken::default();
    for (id, _) in provider.regions.iter() {
        taken.take(naming::variant(id), id, id.span, "rename one of the regions", out);
    }
}

pub(super) fn check_modules(manifests: &Manifests, out: &mut Diagnostics) {
    let mut catalogs: BTreeMap<&str, Taken<'_>> = BTreeMap::new();
    for vendor in &manifests.vendors {
        let taken = catalogs.entry(vendor.folder()).or_default();
        for (id, _) in vendor.file.providers.iter() {
            taken.take(naming::module(id), id, id.span, "rename one of the providers", out);
        }
    }
}
