//! What a provider says of its list of models fits together: an incomplete one names who can be asked for the rest.

use portolan_types::{Api, Coverage};

use super::regions::spoken;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{Id, ProviderShape};
use crate::source::{Span, Spanned};

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for (id, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        if provider.coverage.0 == Coverage::Static {
            complete(id, provider, out);
        } else {
            askable(id, provider, out);
        }
        if let (Some(said), false) = (unlisted(provider), provider.lists.is_empty()) {
            let help = "remove one of them";
            misplaced(said.span, "`unlisted` beside `lists`", help, out);
        }
        for list in &provider.lists {
            if let (None, Some(cursor)) = (&list.next, &list.cursor) {
                let help = "add `next:` with the field of the answer that holds its value";
                misplaced(cursor.span, "`cursor` without `next`", help, out);
            }
        }
    }
}

/// Nothing is asked for, and no id is passed on, where the list is complete.
fn complete(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    let help = |key: &str| format!("write `coverage: refreshable` or `live`, or remove `{key}`");
    if provider.pass_through == Some(true) {
        let message = format!("`{}` passes unknown ids through, but its list is complete", **id);
        misplaced(id.span, &message, &help("pass_through"), out);
    }
    if let Some(list) = provider.lists.first() {
        let message = format!("`{}` lists its models, but its list here is complete", **id);
        misplaced(list.url.span, &message, &help("lists"), out);
    }
    if let Some(said) = unlisted(provider) {
        let message = format!("`unlisted`, but the list of `{}` is complete", **id);
        misplaced(said.span, &message, &help("unlisted"), out);
    }
}

/// Somebody can be asked in every region, or the manifest says that nobody can.
fn askable(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    if unlisted(provider).is_some() || !provider.lists.is_empty() {
        return;
    }
    let mut places: Vec<_> =
        provider.regions.iter().map(|(_, region)| spoken(provider, Some(region))).collect();
    if places.is_empty() {
        places.push(spoken(provider, None));
    }
    let silent = |apis: &std::collections::BTreeSet<Api>| {
        !apis.is_empty() && !apis.iter().any(|api| api.lists_models())
    };
    if places.iter().any(silent) {
        let message = format!("no api of `{}` lists its models", **id);
        let help = "say where under `lists:`, or `unlisted: true` if nobody can be asked";
        out.push(Diagnostic::new(Code::NoList, id.span, message).help(help));
    }
}

fn unlisted(provider: &ProviderShape) -> Option<&Spanned<bool>> {
    provider.unlisted.as_ref().filter(|said| said.value)
}

fn misplaced(span: Span, message: &str, help: &str, out: &mut Diagnostics) {
    out.push(Diagnostic::new(Code::MisplacedKey, span, message).help(help));
}
