//! Regions, endpoints and the apis that models speak fit together.

use std::collections::BTreeSet;

use portolan_types::{Api, Header};

use super::names::has_id;
use super::references::dangling;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::lower::usual_header;
use crate::manifest::{
    EndpointShape, Id, PricesShape, ProviderShape, RegionPolicyShape, RegionShape, Word,
};
use crate::shape::Map;
use crate::source::Spanned;

type Endpoints = Map<Word<Api>, EndpointShape>;

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for (id, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        policy(id, provider, out);
        endpoints(id, provider, out);
        apis(id, provider, out);
        variables(id, provider, out);
        plain_http(provider, out);
        regions_named(provider, out);
    }
}

fn policy(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    let none = provider.regions.is_empty() && provider.regions.broken.is_empty();
    match &provider.region {
        None if !none => {
            let message =
                format!("provider `{}` has regions and does not say which is meant", **id);
            let help =
                "add `region: required`, or `region: { default: ID }` if the vendor names one";
            out.push(Diagnostic::new(Code::RegionPolicy, id.span, message).help(help));
        }
        Some(policy) if none => {
            let message = format!("provider `{}` has a region policy and no regions", **id);
            let help = "declare the regions under `regions:`, or remove `region:`";
            out.push(Diagnostic::new(Code::RegionPolicy, policy.span, message).help(help));
        }
        Some(policy) => {
            if let RegionPolicyShape::Default(region) = &policy.value {
                known_region(provider, region, out);
            }
        }
        None => {}
    }
}

fn known_region(provider: &ProviderShape, region: &Spanned<Id>, out: &mut Diagnostics) {
    if !has_id(&provider.regions, region) {
        let known = provider.regions.iter().map(|(id, _)| &***id);
        dangling(Code::UnknownRegion, "region", region, known, out);
    }
}

fn endpoints(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    if !provider.endpoints.is_empty() || !provider.endpoints.broken.is_empty() {
        return;
    }
    let help = "add `endpoints: { API: URL }`";
    if provider.regions.is_empty() {
        let message = format!("provider `{}` has no endpoint", **id);
        out.push(Diagnostic::new(Code::NoEndpoint, id.span, message).help(help));
    }
    for (region, shape) in provider.regions.iter() {
        if shape.endpoints.is_empty() && shape.endpoints.broken.is_empty() {
            let message = format!("region `{}` of `{}` has no endpoint", **region, **id);
            out.push(Diagnostic::new(Code::NoEndpoint, region.span, message).help(help));
        }
    }
}

/// The apis that a provider answers in a region, or without one.
pub(super) fn spoken(provider: &ProviderShape, region: Option<&RegionShape>) -> BTreeSet<Api> {
    let of = |endpoints: &Endpoints| -> Vec<Api> {
        let broken = endpoints.broken.iter().map(|api| api.0);
        endpoints.iter().map(|(api, _)| api.0).chain(broken).collect()
    };
    let regional = region.map(|region| of(&region.endpoints)).unwrap_or_default();
    of(&provider.endpoints).into_iter().chain(regional).collect()
}

fn apis(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    let regions = provider.regions.iter().map(|(id, region)| (Some(&**id), Some(region)));
    let mut places: Vec<_> = regions.map(|(id, region)| (id, spoken(provider, region))).collect();
    if places.is_empty() {
        places.push((None, spoken(provider, None)));
    }
    let all: BTreeSet<Api> = places.iter().flat_map(|(_, apis)| apis.iter().copied()).collect();
    if all.len() > 1 && provider.default_api.is_none() {
        let message = format!("provider `{}` speaks several apis and names no default", **id);
        let help = "add `default_api:` with the one to use";
        out.push(Diagnostic::new(Code::NoDefaultApi, id.span, message).help(help));
    }
    let everywhere = |_: &Id| true;
    let defaults = provider.defaults.iter().filter_map(|defaults| defaults.api.as_ref());
    for api in defaults.chain(&provider.default_api) {
        check_api(api, &places, everywhere, out);
    }
    for (_, model) in provider.models.iter() {
        let serves = |region: &Id| {
            model.regions.is_empty() || model.regions.iter().any(|served| served.value == *region)
        };
        if let Some(api) = &model.api {
            check_api(api, &places, serves, out);
        }
    }
}

/// An api is spoken wherever it is used.
fn check_api(
    api: &Spanned<Word<Api>>,
    places: &[(Option<&Id>, BTreeSet<Api>)],
    used_in: impl Fn(&Id) -> bool,
    out: &mut Diagnostics,
) {
    let used = places.iter().filter(|(region, _)| region.is_none_or(&used_in));
    for (region, spoken) in used.filter(|(_, spoken)| !spoken.is_empty()) {
        if spoken.contains(&api.0) {
            continue;
        }
        let place = region.map(|region| format!(" in region `{region}`")).unwrap_or_default();
        let message = format!("no endpoint speaks `{}`{place}", api.value);
        let help = "add it under `endpoints:`";
        out.push(Diagnostic::new(Code::UnknownApi, api.span, message).help(help));
        return;
    }
}

fn variables(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    let own = provider.endpoints.iter();
    let regional = provider.regions.iter().flat_map(|(_, region)| region.endpoints.iter());
    let mut used = BTreeSet::new();
    let urls = own
        .chain(regional)
        .flat_map(|(_, endpoint)| endpoint.url.variables().map(|name| (name, endpoint.url.span)));
    let lists = provider.lists.iter();
    let lists = lists.flat_map(|list| list.url.variables().map(|name| (name, list.url.span)));
    for (name, span) in urls.chain(lists) {
        used.insert(name);
        let declared = provider.variables.iter().any(|(known, _)| &***known == name);
        let region = name == "region" && !provider.regions.is_empty();
        if !declared && !region {
            let message = format!("variable `{{{name}}}` is not declared");
            let help = format!("add `variables: {{ {name}: {{ description: .. }} }}`");
            out.push(Diagnostic::new(Code::TemplateVariable, span, message).help(help));
        }
    }
    let is_label = |region: &Spanned<Id>| portolan_types::is_dns_label(region);
    for (region, _) in provider.regions.iter().filter(|(region, _)| !is_label(region)) {
        if used.contains("region") {
            let message = format!("region `{}` cannot stand for `{{region}}` in a host", **region);
            let help =
                "an id that fills `{region}` is one DNS label: letters, digits and inner `-`";
            out.push(Diagnostic::new(Code::TemplateVariable, region.span, message).help(help));
        }
    }
    for (name, _) in provider.variables.iter() {
        if !used.contains(&***name) {
            let message = format!("no endpoint of `{}` has a variable `{}`", **id, **name);
            let help = "remove it, or write it as `{NAME}` in an endpoint";
            out.push(Diagnostic::new(Code::TemplateVariable, name.span, message).help(help));
        }
    }
}

/// A key goes in clear text to this machine alone.
fn plain_http(provider: &ProviderShape, out: &mut Diagnostics) {
    let regional = provider.regions.iter().flat_map(|(_, region)| region.endpoints.iter());
    for (api, endpoint) in provider.endpoints.iter().chain(regional) {
        let header = endpoint.header.map_or_else(|| usual_header(api.0), |header| header.0);
        if endpoint.url.is_open() && header != Header::None {
            let message = format!("a key would go to `{}` unencrypted", endpoint.url.value);
            let help =
                "write `https://`, or `{ url: .., header: none }` if the endpoint takes no key";
            out.push(Diagnostic::new(Code::PlainHttp, endpoint.url.span, message).help(help));
        }
    }
}

/// Regions that models, price cards and auth choices name.
fn regions_named(provider: &ProviderShape, out: &mut Diagnostics) {
    for (_, model) in provider.models.iter() {
        let cards = match &model.prices {
            Some(PricesShape::Cards(cards)) => cards.as_slice(),
            _ => &[],
        };
        for region in model.regions.iter().chain(cards.iter().flat_map(|card| card.region.iter())) {
            known_region(provider, region, out);
        }
    }
    let choices = provider.auth.iter().flat_map(|auth| &auth.choices);
    for region in choices.filter_map(|choice| choice.region.as_ref()) {
        known_region(provider, region, out);
    }
}
