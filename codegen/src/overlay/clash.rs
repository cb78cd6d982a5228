//! What a private manifest takes that the public catalog has: vendor, provider and base model ids, auth choices,
//! environment variables.

use crate::catalog::Provider;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{AuthShape, Id, VendorFile};
use crate::source::Span;

/// Reports every clash of a private name with a public one.
pub(crate) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    let public = manifests.public.catalog();
    for file in manifests.vendors.iter().map(|vendor| &vendor.file) {
        if !is_override(file) {
            ids(file, manifests, out);
        }
        credentials(file, manifests, out);
    }
    for lab in &manifests.labs {
        for (id, _) in lab.file.models.iter() {
            let base = format!("{}/{}", *lab.file.lab, **id);
            if public.base_models.iter().any(|other| other.id == base) {
                let help =
                    "rename it, or say what is different at the models that have it as `base:`";
                out.push(taken("base model", &base, id.span, help));
            }
        }
    }
}

fn is_override(file: &VendorFile) -> bool {
    file.r#override == Some(true)
}

fn ids(file: &VendorFile, manifests: &Manifests, out: &mut Diagnostics) {
    let public = manifests.public.catalog();
    let vendor = &file.vendor;
    if public.vendors.iter().any(|other| other.id == vendor.value.0) {
        let help = "add `override: true` to say what is different, or rename the vendor";
        // Its providers are the public ones too.
        return out.push(taken("vendor", vendor, vendor.span, help));
    }
    // One that another file overrides is declared twice, which is reported as that.
    let ids = file.providers.iter().map(|(id, _)| id);
    for id in ids.filter(|id| !manifests.overrides.contains_key(&*id.value.0)) {
        if let Some((owner, _)) = public.providers().find(|(_, other)| other.id == id.value.0) {
            let help = format!(
                "rename it, or say what is different in a manifest of vendor `{}` with `override: true`",
                owner.id
            );
            out.push(taken("provider", id, id.span, help));
        }
    }
}

fn taken(what: &str, id: &str, span: Span, help: impl Into<String>) -> Diagnostic {
    let message = format!("the public catalog has a {what} `{id}`");
    Diagnostic::new(Code::PublicId, span, message).help(help)
}

/// A credential of the public catalog, by its choice or its variable, is that provider's alone.
fn credentials(file: &VendorFile, manifests: &Manifests, out: &mut Diagnostics) {
    let all = manifests.public.catalog().providers().map(|(_, provider)| provider);
    let public: Vec<_> = all.filter(|p| !manifests.overrides.contains_key(&p.id)).collect();
    for (id, provider) in file.providers.iter() {
        if let Some(auth) = &provider.auth {
            choices(auth, &public, out);
            variables(id, auth, &public, out);
        }
    }
}

fn choices(auth: &AuthShape, public: &[&Provider], out: &mut Diagnostics) {
    let ids = auth.choices.iter().flat_map(|c| std::iter::once(&c.id).chain(&c.deprecated_ids));
    for id in ids {
        if let Some(owner) = public.iter().find(|other| has_choice(other, id)) {
            let message =
                format!("auth choice `{}` is `{}`'s in the public catalog", **id, owner.id);
            let help = "ids of auth choices, deprecated ones too, are unique: rename it";
            out.push(Diagnostic::new(Code::DuplicateChoice, id.span, message).help(help));
        }
    }
}

fn variables(id: &Id, auth: &AuthShape, public: &[&Provider], out: &mut Diagnostics) {
    let shares = |other: &Provider| {
        auth.shares_env.iter().chain(&auth.same_as).any(|shared| shared.value.0 == other.id)
    };
    for name in auth.env.iter().flat_map(|set| set.iter()) {
        let reads = |other: &&&Provider| {
            other.auth.env.iter().flatten().any(|read| *read == name.value.0) && !shares(other)
        };
        if let Some(Provider { id: owner, .. }) = public.iter().find(reads) {
            let message = format!("`{}` is read by `{id}` and by the public `{owner}`", **name);
            let help = format!(
                "if it is the same key, say `shares_env: [{owner}]` or `same_as: {owner}` under `auth:`"
            );
            out.push(Diagnostic::new(Code::SharedVariable, name.span, message).help(help));
        }
    }
}

fn has_choice(provider: &Provider, id: &str) -> bool {
    provider.auth.choices.iter().any(|c| c.id == id || c.deprecated_ids.iter().any(|old| old == id))
}
