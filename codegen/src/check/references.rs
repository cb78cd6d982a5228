//! Every reference names something, and following it comes to an end: base models, models, replacements, providers, groups,
//! OAuth logins. The help is the nearest name.

use std::collections::BTreeSet;

use portolan_types::AuthMethod;

use super::names::{Names, has_id, model_ids};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::load::Manifests;
use crate::manifest::{AuthShape, ChoiceShape, Id, ModelShape, ProviderShape, Ref, VendorFile};
use crate::shape::list;
use crate::source::Spanned;
use crate::suggest::nearest;

pub(super) fn check(manifests: &Manifests, names: &Names<'_>, out: &mut Diagnostics) {
    for lab in &manifests.labs {
        for (_, model) in lab.file.models.iter() {
            base(model.base.as_ref(), &lab.file.lab, names, out);
        }
    }
    for vendor in &manifests.vendors {
        for (id, provider) in vendor.file.providers.iter() {
            check_provider(id, provider, names, out);
            credentials(id, provider, names, out);
            if let Some(auth) = &provider.auth {
                check_auth(&vendor.file, auth, names, out);
            }
        }
    }
    chains(names, out);
}

fn check_provider(own: &str, provider: &ProviderShape, names: &Names<'_>, out: &mut Diagnostics) {
    if let Some(id) = &provider.default_model
        && !names.has_model(own, id)
    {
        dangling(Code::UnknownModel, "default model", id, model_ids(provider), out);
    }
    for (id, model) in provider.models.iter() {
        base(model.base.as_ref(), "", names, out);
        for replacement in replacements(model) {
            check_replacement(own, provider, replacement, names, out);
            let in_full = !names.has_model(own, replacement)
                && replacement.split_once('/') == Some((own, &***id));
            if replacement.value.0 == id.value.0 || in_full {
                let message = format!("`{}` replaces itself", **id);
                let help = "name the model to use instead, or leave it out";
                out.push(
                    Diagnostic::new(Code::UnknownReplacement, replacement.span, message).help(help),
                );
            }
        }
    }
    for (_, service) in provider.capabilities.iter() {
        let Some(default) = &service.default_model else { continue };
        let listed = service.models.iter().any(|(id, _)| id.value == default.value);
        if !listed && !names.has_model(own, default) {
            let known = service.models.iter().map(|(id, _)| &***id).chain(model_ids(provider));
            dangling(Code::UnknownModel, "default model", default, known, out);
        }
    }
}

/// The id of a base model as a reference from within a lab's file means it.
pub(crate) fn base_id(reference: &str, lab: &str) -> String {
    if reference.contains('/') || lab.is_empty() {
        reference.to_owned()
    } else {
        format!("{lab}/{reference}")
    }
}

fn base(reference: Option<&Spanned<Ref>>, lab: &str, names: &Names<'_>, out: &mut Diagnostics) {
    let Some(reference) = reference else { return };
    if !names.has_base(&base_id(reference, lab)) {
        dangling(Code::UnknownBase, "base model", reference, names.base_ids(), out);
    }
}

fn replacements(model: &ModelShape) -> impl Iterator<Item = &Spanned<Ref>> {
    let retired = model.retired.as_ref().and_then(|retired| retired.replacement.as_ref());
    retired.into_iter().chain(&model.replacement)
}

fn check_replacement(
    own: &str,
    provider: &ProviderShape,
    reference: &Spanned<Ref>,
    names: &Names<'_>,
    out: &mut Diagnostics,
) {
    let elsewhere = reference.split_once('/').is_some_and(|(other, model)| {
        names.has_model(other, model)
            || (names.provider(other).is_none() && names.has_provider(other))
    });
    if !names.has_model(own, reference) && !elsewhere {
        let code = Code::UnknownReplacement;
        dangling(code, "replacement", reference, model_ids(provider), out);
    }
}

fn check_auth(vendor: &VendorFile, auth: &AuthShape, names: &Names<'_>, out: &mut Diagnostics) {
    let mut provider = |id: &Spanned<Id>| {
        if !names.has_provider(id) {
            dangling(Code::UnknownProvider, "provider", id, names.provider_ids(), out);
        }
    };
    auth.shares_env.iter().for_each(&mut provider);
    auth.same_as.iter().for_each(&mut provider);
    auth.key.iter().flat_map(|key| &key.not).for_each(|wrong| provider(&wrong.means));
    for choice in &auth.choices {
        if let Some(group) = &choice.group
            && !has_id(&vendor.groups, group)
        {
            let groups = vendor.groups.iter().map(|(id, _)| &***id);
            dangling(Code::UnknownGroup, "group", group, groups, out);
        }
        check_login(choice, auth, out);
    }
}

/// A choice that logs in names a login of those that are described, and no other choice names one.
fn check_login(choice: &ChoiceShape, auth: &AuthShape, out: &mut Diagnostics) {
    let method = choice.method.map(|method| method.0);
    let logins = || auth.oauth.iter().map(|(id, _)| &***id);
    match &choice.oauth {
        Some(login) if !has_id(&auth.oauth, login) => {
            dangling(Code::UnknownLogin, "OAuth login", login, logins(), out);
        }
        Some(login) if method.is_some_and(|method| method != AuthMethod::OAuth) => {
            let message = format!("choice `{}` does not log in and names a login", *choice.id);
            let help = "remove `oauth:`, or write `method: oauth`";
            out.push(Diagnostic::new(Code::MisplacedKey, login.span, message).help(help));
        }
        None if method == Some(AuthMethod::OAuth) && logins().next().is_some() => {
            let message = format!("choice `{}` logs in and names no login", *choice.id);
            let known = list(&logins().collect::<Vec<_>>());
            let help = format!("add `oauth:` with one of {known}, or describe its login too");
            out.push(Diagnostic::new(Code::UnknownLogin, choice.id.span, message).help(help));
        }
        _ => {}
    }
}

/// How many mistakes a run may have and still look for the nearest names, so that many wrong ones among many names end
/// soon.
const MOST_COMPARED: usize = 100;

/// Reports a name that nothing has, with the nearest one that something has.
pub(super) fn dangling<'a, T: std::ops::Deref<Target = str>>(
    code: Code,
    what: &str,
    name: &Spanned<T>,
    known: impl Iterator<Item = &'a str>,
    out: &mut Diagnostics,
) {
    let text: &str = &name.value;
    let near = if out.len() < MOST_COMPARED { nearest(text, known) } else { None };
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare the {what}, or write the name of one that is"),
    };
    out.push(
        Diagnostic::new(code, name.span, format!("unknown {what} {}", shown(text))).help(help),
    );
}

/// Following `same_as` from provider to provider comes to an end.
fn credentials(
    id: &Spanned<Id>,
    provider: &ProviderShape,
    names: &Names<'_>,
    out: &mut Diagnostics,
) {
    let same_as = |provider: &ProviderShape| provider.auth.as_ref()?.same_as.clone();
    let Some(first) = same_as(provider) else { return };
    let mut passed = BTreeSet::new();
    let mut current = Some(first.value.clone());
    // A circle that does not come back to this provider is a mistake of those in it.
    while let Some(next) = current.filter(|next| passed.insert(next.clone())) {
        if next == id.value || passed.len() > MOST_STEPS {
            let message = format!(
                "the credentials of `{}` are its own, or more than {MOST_STEPS} providers away",
                **id
            );
            let help = "remove one `same_as:` of the circle or chain";
            out.push(Diagnostic::new(Code::Circle, first.span, message).help(help));
            return;
        }
        current = names.provider(&next).and_then(same_as).map(|next| next.value);
    }
}

/// How many base models, or providers of the same credentials, may follow on one another.
pub(crate) const MOST_STEPS: usize = 16;

fn chains(names: &Names<'_>, out: &mut Diagnostics) {
    for (id, start) in names.bases() {
        let mut current = Some(start);
        for _ in 0..=MOST_STEPS {
            let base = current.and_then(|base| Some((base.shape.base.as_ref()?, base.lab)));
            current = base.and_then(|(next, lab)| names.base(&base_id(next, lab)));
        }
        if current.is_some() {
            let message =
                format!("base model `{id}` is its own base, or more than {MOST_STEPS} deep");
            let help = "remove one `base:` of the circle or chain";
            out.push(Diagnostic::new(Code::Circle, start.id.span, message).help(help));
        }
    }
}
