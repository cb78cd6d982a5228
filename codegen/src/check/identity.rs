//! No two things have one name: files, vendors, providers, auth choices, model ids, environment variables.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::load::{Loaded, Manifests};
use crate::manifest::{EnvName, Id, ProviderShape};
use crate::source::{Span, Spanned};

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    files(
        manifests.vendors.iter().map(|vendor| (named(vendor), &vendor.file.vendor)),
        "vendor",
        out,
    );
    files(manifests.labs.iter().map(|lab| (named(lab), &lab.file.lab)), "lab", out);
    providers(manifests, out);
    choices(manifests, out);
    variables(manifests, out);
    for vendor in &manifests.vendors {
        for (_, provider) in vendor.file.providers.iter() {
            models(provider, out);
        }
    }
}

fn named<T>(loaded: &Loaded<T>) -> &str {
    loaded.stem()
}

/// Names that were seen, with the place of the first.
#[derive(Default)]
struct Seen<'m>(BTreeMap<&'m str, Span>);

impl<'m> Seen<'m> {
    /// Remembers a name, or says where it was before.
    fn before(&mut self, name: &'m str, span: Span) -> Option<Span> {
        let first = self.0.get(name).copied();
        self.0.entry(name).or_insert(span);
        first
    }
}

fn twice(code: Code, span: Span, first: Span, message: String) -> Diagnostic {
    Diagnostic::new(code, span, message).label("here again").secondary(first, "first here")
}

fn files<'m>(
    list: impl Iterator<Item = (&'m str, &'m Spanned<Id>)>,
    what: &str,
    out: &mut Diagnostics,
) {
    let mut seen = Seen::default();
    for (stem, id) in list {
        let name: &str = id;
        if stem != name {
            let message = format!(
                "{what} {} in a file named {}",
                shown(name),
                shown(&format!("{stem}.yaml"))
            );
            let help = format!("rename the file to `{name}.yaml`, or the {what} to `{stem}`");
            out.push(Diagnostic::new(Code::FileName, id.span, message).help(help));
        }
        if let Some(first) = seen.before(name, id.span) {
            let message = format!("{what} `{name}` has two files");
            let help = "a company with two services has a vendor id for each";
            out.push(twice(Code::DuplicateVendor, id.span, first, message).help(help));
        }
    }
}

fn providers(manifests: &Manifests, out: &mut Diagnostics) {
    let mut seen = Seen::default();
    for (id, _) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        if let Some(first) = seen.before(id, id.span) {
            let message = format!("provider `{}` is declared twice", **id);
            let help = "provider ids are unique across vendors: rename one";
            out.push(twice(Code::DuplicateProvider, id.span, first, message).help(help));
        }
    }
}

fn choices(manifests: &Manifests, out: &mut Diagnostics) {
    let mut seen = Seen::default();
    let providers = manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter());
    for choice in providers.filter_map(|(_, p)| p.auth.as_ref()).flat_map(|auth| &auth.choices) {
        for id in std::iter::once(&choice.id).chain(&choice.deprecated_ids) {
            if let Some(first) = seen.before(id, id.span) {
                let message = format!("auth choice `{}` is declared twice", **id);
                let help = "ids of auth choices, deprecated ones too, are unique: rename one";
                out.push(twice(Code::DuplicateChoice, id.span, first, message).help(help));
            }
        }
    }
}

fn models(provider: &ProviderShape, out: &mut Diagnostics) {
    let mut seen = Seen::default();
    let ids = provider.models.iter().map(|(id, _)| id);
    let aliases = provider.models.iter().flat_map(|(_, model)| &model.aliases);
    for id in ids.chain(aliases) {
        if let Some(first) = seen.before(id, id.span) {
            let message = format!("model id `{}` is declared twice", **id);
            let help = "an alias is no other model's id or alias: remove one";
            out.push(twice(Code::DuplicateModel, id.span, first, message).help(help));
        }
    }
}

/// An environment variable means something to one provider, unless a provider says that it shares it with another.
fn variables(manifests: &Manifests, out: &mut Diagnostics) {
    let mut readers: BTreeMap<&str, Vec<(&str, &ProviderShape, Span)>> = BTreeMap::new();
    for (id, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        for name in read_by(provider) {
            let list = readers.entry(name).or_default();
            if let Some((other, _, first)) = list
                .iter()
                .find(|(other, shape, _)| *other != &***id && !shared(id, provider, other, shape))
            {
                let message = format!("`{}` is read by `{}` and by `{other}`", **name, **id);
                let help = format!(
                    "if it is the same for both, say `shares_env: [{other}]` or `same_as: {other}` under `auth:`"
                );
                out.push(
                    Diagnostic::new(Code::SharedVariable, name.span, message)
                        .label("read here too")
                        .secondary(*first, "read here")
                        .help(help),
                );
            }
            list.push((id, provider, name.span));
        }
    }
}

/// Every environment variable that a provider reads: credentials, parts of its addresses, what adjusts it, the
/// credentials of its services.
fn read_by(provider: &ProviderShape) -> impl Iterator<Item = &Spanned<EnvName>> {
    let credentials = provider.auth.iter().flat_map(|auth| &auth.env).flat_map(|set| set.iter());
    let parts = provider.variables.iter().filter_map(|(_, variable)| variable.env.as_ref());
    let hints = provider.config.iter().filter_map(|hint| hint.env.as_ref());
    let services = provider.capabilities.iter().flat_map(|(_, service)| &service.env);
    credentials.chain(parts).chain(hints).chain(services)
}

fn shared(id: &str, provider: &ProviderShape, other: &str, other_shape: &ProviderShape) -> bool {
    let same_as = |provider: &ProviderShape| provider.auth.as_ref()?.same_as.clone();
    let says = |provider: &ProviderShape, name: &str| {
        provider.auth.as_ref().is_some_and(|auth| {
            auth.shares_env.iter().chain(&auth.same_as).any(|shared| &***shared == name)
        })
    };
    let third = same_as(provider)
        .is_some_and(|third| same_as(other_shape).is_some_and(|other| other.value == third.value));
    says(provider, other) || says(other_shape, id) || third
}
