//! Regions, endpoints and the apis that models speak fit together.

use std::collections::BTreeSet;

use portolan_types::Api;

use super::names::has_id;
use super::references::dangling;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{EndpointShape, Id, PricesShape, ProviderShape, RegionPolicyShape, Word};
use crate::shape::Map;
use crate::source::Spanned;

type Endpoints = Map<Word<Api>, EndpointShape>;

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for (id, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        policy(id, provider, out);
        endpoints(id, provider, out);
        apis(id, provider, out);
        variables(id, provider, out);
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
        out.push(dangling(Code::UnknownRegion, "region", region, known));
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

/// The apis that a provider answers, with its regions'.
fn spoken(provider: &ProviderShape) -> BTreeSet<Api> {
    let apis = |endpoints: &Endpoints| -> Vec<Api> {
        endpoints
            .iter()
            .map(|(api, _)| api.0)
            .chain(endpoints.broken.iter().map(|api| api.0))
            .collect()
    };
    let regions = provider.regions.iter().flat_map(|(_, region)| apis(&region.endpoints));
    apis(&provider.endpoints).into_iter().chain(regions).collect()
}

fn apis(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    let spoken = spoken(provider);
    if spoken.len() > 1 && provider.default_api.is_none() {
        let message = format!("provider `{}` speaks several apis and names no default", **id);
        let help = "add `default_api:` with the one to use";
        out.push(Diagnostic::new(Code::NoDefaultApi, id.span, message).help(help));
    }
    let models = provider.models.iter().filter_map(|(_, model)| model.api.as_ref());
    let defaults = provider.defaults.iter().filter_map(|defaults| defaults.api.as_ref());
    for api in models.chain(defaults).chain(&provider.default_api) {
        if !spoken.contains(&api.0) && !spoken.is_empty() {
            let message = format!("no endpoint speaks `{}`", api.value);
            let help = "add it under `endpoints:`";
            out.push(Diagnostic::new(Code::UnknownApi, api.span, message).help(help));
        }
    }
}

fn variables(id: &Spanned<Id>, provider: &ProviderShape, out: &mut Diagnostics) {
    let own = provider.endpoints.iter();
    let regional = provider.regions.iter().flat_map(|(_, region)| region.endpoints.iter());
    let mut used = BTreeSet::new();
    for (_, endpoint) in own.chain(regional) {
        for name in endpoint.url.variables() {
            used.insert(name);
            let declared = provider.variables.iter().any(|(known, _)| &***known == name);
            let region = name == "region" && !provider.regions.is_empty();
            if !declared && !region {
                let message = format!("variable `{{{name}}}` is not declared");
                let help = format!("add `variables: {{ {name}: {{ description: .. }} }}`");
                out.push(
                    Diagnostic::new(Code::TemplateVariable, endpoint.url.span, message).help(help),
                );
            }
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
