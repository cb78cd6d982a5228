//! What changed of one provider: regions, endpoints, what it claims, its words. Its credentials, models and capabilities
//! have modules of their own.

use portolan_types::RegionPolicy;

use super::record::{Pair, Recorder, pairs};
use super::{Kind, auth, model, service};
use crate::catalog::{Dialect, Endpoint, Hint, ModelsUrl, Provider, Region, Variable};

pub(super) fn provider<'c>(rec: &mut Recorder<'c, '_>, before: &'c Provider, after: &'c Provider) {
    rec.value(Kind::CoverageChanged, "", &before.coverage, &after.coverage);
    regions(rec, before, after);
    endpoints(rec, None, &before.endpoints, &after.endpoints);
    for pair in pairs(&before.variables, &after.variables, |variable| &variable.name) {
        variable(rec, &pair);
    }
    rec.entries(Kind::HeaderChanged, "", &before.headers, &after.headers);
    let (one, other) = (&before.claims, &after.claims);
    rec.items([Kind::ClaimChanged; 2], "prefix", &one.prefixes, &other.prefixes);
    rec.items([Kind::ClaimChanged; 2], "pattern", &one.patterns, &other.patterns);
    match (before.pass_through, after.pass_through) {
        (true, false) => drop(rec.push(Kind::PassThroughRemoved, "", None, None)),
        (false, true) => drop(rec.push(Kind::PassThroughAdded, "", None, None)),
        _ => {}
    }
    lists(rec, before, after);
    dialect(rec, &before.dialect, &after.dialect);
    auth::auth(rec, &before.auth, &after.auth);
    rec.value(Kind::DefaultModelChanged, "", &before.default_model, &after.default_model);
    model::models(rec, &after.id, &before.models, &after.models);
    service::services(rec, &before.services, &after.services);
    words(rec, before, after);
}

fn lists(rec: &mut Recorder<'_, '_>, before: &Provider, after: &Provider) {
    let kind = Kind::ListsChanged;
    rec.value(kind, "unlisted", &before.unlisted, &after.unlisted);
    for pair in pairs(&before.lists, &after.lists, |list| (&list.url, &list.items)) {
        match pair {
            Pair::Gone(list) => drop(rec.push(kind, "url", Some(list.url.clone()), None)),
            Pair::New(list) => drop(rec.push(kind, "url", None, Some(list.url.clone()))),
            Pair::Both(one, other) => list(rec, one, other),
        }
    }
}

fn list(rec: &mut Recorder<'_, '_>, before: &ModelsUrl, after: &ModelsUrl) {
    let field = |name| format!("{} {name}", after.url);
    let kind = Kind::ListsChanged;
    rec.value(kind, &field("items"), &before.items, &after.items);
    rec.value(kind, &field("id"), &before.id, &after.id);
    rec.value(kind, &field("strip"), &before.strip, &after.strip);
    rec.value(kind, &field("add"), &before.add, &after.add);
    rec.value(kind, &field("next"), &before.next, &after.next);
    rec.value(kind, &field("cursor"), &before.cursor, &after.cursor);
    rec.value(kind, &field("header"), &before.header, &after.header);
}

fn dialect(rec: &mut Recorder<'_, '_>, before: &Dialect, after: &Dialect) {
    let kind = Kind::DialectChanged;
    rec.value(kind, "reasoning_on", &before.reasoning_on, &after.reasoning_on);
    rec.value(kind, "reasoning_off", &before.reasoning_off, &after.reasoning_off);
    rec.value(kind, "effort_field", &before.effort_field, &after.effort_field);
    rec.value(kind, "budget_field", &before.budget_field, &after.budget_field);
    rec.value(kind, "cache_control", &before.cache_control, &after.cache_control);
    rec.value(kind, "replays_all", &before.replays_all, &after.replays_all);
    rec.value(kind, "requires_replay", &before.requires_replay, &after.requires_replay);
    rec.items([kind; 2], "refuses", &before.refuses, &after.refuses);
}

/// What only people read, and what adjusts the provider.
fn words(rec: &mut Recorder<'_, '_>, before: &Provider, after: &Provider) {
    rec.value(Kind::NameChanged, "name", &before.name, &after.name);
    rec.entries(Kind::TextChanged, "labels", &before.labels, &after.labels);
    rec.entries(Kind::TextChanged, "links", &before.links, &after.links);
    rec.items([Kind::TextChanged; 2], "routing", &before.routing, &after.routing);
    rec.items([Kind::TextChanged; 2], "notes", &before.notes, &after.notes);
    rec.source("source", &before.source, &after.source);
    for pair in pairs(&before.config, &after.config, |hint| (&hint.env, &hint.key)) {
        match pair {
            Pair::Gone(hint) => {
                rec.push(Kind::ConfigChanged, &hint_name(hint), Some(hint.sets.clone()), None);
            }
            Pair::New(hint) => {
                rec.push(Kind::ConfigChanged, &hint_name(hint), None, Some(hint.sets.clone()));
            }
            Pair::Both(one, other) => {
                rec.value(Kind::TextChanged, &hint_name(other), &one.sets, &other.sets);
            }
        }
    }
}

fn hint_name(hint: &Hint) -> String {
    let names: Vec<_> = [&hint.env, &hint.key].into_iter().flatten().cloned().collect();
    names.join(", ")
}

fn regions<'c>(rec: &mut Recorder<'c, '_>, before: &'c Provider, after: &'c Provider) {
    let optional = before.region_policy.0 == RegionPolicy::Required
        && after.region_policy.0 == RegionPolicy::Default;
    let kind = if optional { Kind::RegionOptional } else { Kind::RegionPolicyChanged };
    rec.value(kind, "", &before.region_policy, &after.region_policy);
    if before.region_policy == after.region_policy {
        rec.value(Kind::DefaultRegionChanged, "", &before.default_region, &after.default_region);
    }
    for pair in pairs(&before.regions, &after.regions, |region| &region.id) {
        match pair {
            Pair::Gone(region) => {
                rec.push(Kind::RegionRemoved, "", Some(region.id.clone()), None);
            }
            Pair::New(region) => {
                rec.push(Kind::RegionAdded, "", None, Some(region.id.clone()));
            }
            Pair::Both(one, other) => region(rec, one, other),
        }
    }
}

fn region(rec: &mut Recorder<'_, '_>, before: &Region, after: &Region) {
    endpoints(rec, Some(&after.id), &before.endpoints, &after.endpoints);
    let name = format!("name of region {}", after.id);
    rec.value(Kind::NameChanged, &name, &before.name, &after.name);
    rec.entries(
        Kind::TextChanged,
        &format!("labels of {}", after.id),
        &before.labels,
        &after.labels,
    );
}

fn endpoints(
    rec: &mut Recorder<'_, '_>,
    region: Option<&str>,
    before: &[Endpoint],
    after: &[Endpoint],
) {
    let first = rec.out.len();
    for pair in pairs(before, after, |endpoint| endpoint.api) {
        match pair {
            Pair::Gone(endpoint) => {
                rec.push(Kind::EndpointRemoved, "", Some(endpoint.api.to_string()), None);
            }
            Pair::New(endpoint) => {
                rec.push(Kind::EndpointAdded, "", None, Some(endpoint.api.to_string()));
            }
            Pair::Both(one, other) => {
                let field = |name| format!("{} {name}", other.api);
                rec.value(Kind::EndpointChanged, &field("url"), &one.url, &other.url);
                rec.value(Kind::EndpointChanged, &field("header"), &one.header, &other.header);
            }
        }
    }
    if let (Some(one), Some(other)) = (before.first(), after.first()) {
        rec.value(Kind::DefaultApiChanged, "", &one.api, &other.api);
    }
    for change in &mut rec.out[first..] {
        change.conditions.regions.extend(region.map(str::to_owned));
    }
}

fn variable(rec: &mut Recorder<'_, '_>, pair: &Pair<'_, Variable>) {
    match pair {
        Pair::Gone(variable) => {
            rec.push(Kind::VariableChanged, &variable.name, Some(variable.name.clone()), None);
        }
        Pair::New(variable) => {
            rec.push(Kind::VariableAdded, "", None, Some(variable.name.clone()));
        }
        Pair::Both(one, other) => {
            rec.value(Kind::VariableChanged, &one.name, &one.env, &other.env);
            let field = format!("description of variable {}", one.name);
            rec.value(Kind::TextChanged, &field, &one.description, &other.description);
        }
    }
}
