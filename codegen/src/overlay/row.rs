//! A row of the frozen catalog as a manifest would say it, in the manifest's keys. What nobody said is `null` or an empty
//! list, which [`node`] leaves out.
//!
//! Everything is here but prices: a price of the frozen catalog is resolved and is carried over as it is. A vendor's and a
//! provider's own `source` and `checked` stay behind too, because each model has its own and what a private manifest adds
//! is not from there.

use portolan_types::RegionPolicy;
use serde_json::{Map, Value, json};

use crate::catalog::{
    Auth, AuthChoice, BaseModel, Endpoint, Facts, KeyRule, Model, OAuth, Parameter, Provider,
    Region, Service, ServiceModel, Variable, Vendor,
};
use crate::source::{Span, Spanned};
use crate::yaml::{self, Mapping, Node, Scalar};

/// A vendor without its providers.
pub(super) fn vendor(vendor: &Vendor) -> Value {
    let Vendor { name, labels, links, sources, notes, providers, .. } = vendor;
    let choices = providers.iter().flat_map(|provider| &provider.auth.choices);
    let groups = choices.filter_map(|choice| choice.group.as_ref()).map(|group| {
        let row = json!({ "label": group.label, "labels": group.labels, "hint": group.hint });
        (group.id.clone(), row)
    });
    json!({
        "name": name,
        "labels": labels,
        "links": links,
        "sources": sources,
        "notes": notes,
        "groups": map(groups),
    })
}

/// A provider, its models included. `shares_env` are the providers that read some of its variables.
pub(super) fn provider(provider: &Provider, shares_env: &[&str]) -> Value {
    let Provider {
        id: _,
        name,
        coverage,
        region_policy,
        auth,
        models,
        labels,
        endpoints,
        default_region,
        regions,
        variables,
        headers,
        claims,
        pass_through,
        lists,
        unlisted,
        dialect,
        routing,
        notes,
        links,
        source: _,
        config,
        default_model,
        services,
        overrides: _,
    } = provider;
    let region = match (region_policy.0, default_region) {
        (RegionPolicy::Required, _) => json!("required"),
        (RegionPolicy::Default, Some(id)) => json!({ "default": id }),
        _ => Value::Null,
    };
    json!({
        "name": name,
        "labels": labels,
        "coverage": coverage,
        "endpoints": endpoints_by_api(endpoints),
        "default_api": default_api(provider),
        "region": region,
        "regions": map(regions.iter().map(|region| (region.id.clone(), self::region(region)))),
        "variables": map(variables.iter().map(variable)),
        "headers": headers,
        "auth": self::auth(auth, shares_env),
        "claims": claims,
        "pass_through": pass_through,
        "lists": lists,
        "unlisted": unlisted,
        "dialect": dialect,
        "routing": routing,
        "notes": notes,
        "links": links,
        "config": config,
        "default_model": default_model,
        "models": map(models.iter().map(|model| (model.id.clone(), self::model(model)))),
        "capabilities": map(services.iter().map(service)),
    })
}

/// The base models of a lab, as the `models` of its file.
pub(super) fn base_models<'b>(models: impl Iterator<Item = (&'b str, &'b BaseModel)>) -> Value {
    map(models.map(|(id, model)| {
        let mut row = facts(&model.facts);
        row.insert("name".to_owned(), json!(model.name));
        (id.to_owned(), Value::Object(row))
    }))
}

/// The api that is meant where there are several: endpoints list it first.
pub(super) fn default_api(provider: &Provider) -> Option<String> {
    let regional = provider.regions.iter().flat_map(|region| &region.endpoints);
    let mut all = provider.endpoints.iter().chain(regional).map(|endpoint| endpoint.api);
    let first = all.next()?;
    all.any(|api| api != first).then(|| first.to_string())
}

/// A region.
pub(super) fn region(region: &Region) -> Value {
    let Region { id: _, name, endpoints, labels } = region;
    json!({ "name": name, "labels": labels, "endpoints": endpoints_by_api(endpoints) })
}

fn endpoints_by_api(endpoints: &[Endpoint]) -> Value {
    map(endpoints.iter().map(|Endpoint { api, url, header }| {
        (api.to_string(), json!({ "url": url, "header": header }))
    }))
}

fn variable(variable: &Variable) -> (String, Value) {
    let Variable { name, description, env } = variable;
    (name.clone(), json!({ "description": description, "env": env }))
}

fn auth(auth: &Auth, shares_env: &[&str]) -> Value {
    let Auth { required, env, key_per_region, key, choices, oauth, cloud, same_as } = auth;
    json!({
        "required": required,
        "env": env,
        "shares_env": shares_env,
        "same_as": same_as,
        "key_per_region": key_per_region,
        "key": key.as_ref().map(key_rule),
        "choices": choices.iter().map(choice).collect::<Vec<_>>(),
        "oauth": map(oauth.iter().map(login)),
        "cloud": cloud,
    })
}

fn key_rule(rule: &KeyRule) -> Value {
    let KeyRule { strict, prefixes, wrong } = rule;
    let wrong = wrong.iter().map(|key| json!({ "prefix": key.prefix, "means": key.means }));
    json!({ "strict": strict, "prefixes": prefixes, "not": wrong.collect::<Vec<_>>() })
}

fn choice(choice: &AuthChoice) -> Value {
    let AuthChoice { id, label, method, labels, hint, flag, group, region, oauth, deprecated_ids } =
        choice;
    json!({
        "id": id,
        "label": label,
        "labels": labels,
        "hint": hint,
        "flag": flag,
        "group": group.as_ref().map(|group| &group.id),
        "region": region,
        "method": method,
        "oauth": oauth,
        "deprecated_ids": deprecated_ids,
    })
}

fn login(login: &OAuth) -> (String, Value) {
    let OAuth { id, flow, pkce, authorize_url, token_url, client_id, scopes, grant_type } = login;
    let row = json!({
        "flow": flow,
        "pkce": pkce,
        "authorize_url": authorize_url,
        "token_url": token_url,
        "client_id": client_id,
        "scopes": scopes,
        "grant_type": grant_type,
    });
    (id.clone(), row)
}

fn service(service: &Service) -> (String, Value) {
    let Ok(Value::Object(mut row)) = serde_json::to_value(service) else {
        unreachable!("a service is an object of texts")
    };
    row.remove("capability");
    row.insert("models".to_owned(), map(service.models.iter().map(service_model)));
    row.insert("parameters".to_owned(), map(service.parameters.iter().map(parameter)));
    (service.capability.to_string(), Value::Object(row))
}

fn service_model(model: &ServiceModel) -> (String, Value) {
    let ServiceModel { id, requires, omits, modes, seconds, max_results, note } = model;
    let row = json!({
        "requires": requires,
        "omits": omits,
        "modes": modes,
        "seconds": seconds,
        "max_results": max_results,
        "note": note,
    });
    (id.clone(), row)
}

fn parameter(parameter: &Parameter) -> (String, Value) {
    let Parameter { name, min, max, default } = parameter;
    (name.clone(), json!({ "min": min, "max": max, "default": default }))
}

/// A model without its price.
pub(super) fn model(model: &Model) -> Value {
    let Model {
        id: _,
        name,
        rust_name,
        status,
        facts,
        price: _,
        base,
        labels,
        aliases,
        retires,
        retires_source,
        last_seen,
        replacement,
        api,
        regions,
        source,
        fact_sources,
        notes,
        disagreements,
        overrides: _,
    } = model;
    let mut row = self::facts(facts);
    // A page of unknown date is said to be one: none of the private manifest's own dates is its.
    let undated = source.url.as_ref().map(|_| "unknown");
    let own = json!({
        "base": base,
        "name": name,
        "labels": labels,
        "rust_name": rust_name,
        "aliases": aliases,
        "status": status,
        "retired": retires.map(|day| json!({ "on": day, "source": retires_source })),
        "delisted": last_seen.map(|day| json!({ "last_seen": day })),
        "replacement": replacement,
        "api": api,
        "regions": regions,
        "source": source.url,
        "checked": source.checked.map_or_else(|| json!(undated), |day| json!(day)),
        "fact_sources": fact_sources,
        "notes": notes,
        "disagreements": disagreements,
    });
    row.extend(own.as_object().cloned().unwrap_or_default());
    Value::Object(row)
}

fn facts(facts: &Facts) -> Map<String, Value> {
    let Facts {
        capability,
        family,
        released,
        cutoff,
        input,
        output,
        context,
        max_input,
        max_output,
        reasoning,
        reasoning_control,
        tools,
        structured_output,
        temperature,
        attachments,
        open_weights,
        reasoning_field,
        token_limit_field,
        refuses,
    } = facts;
    let control = reasoning_control.as_ref().map(|control| {
        json!({
            "toggle": control.toggle,
            "efforts": control.efforts,
            "default_effort": control.default_effort,
            "budget": { "min": control.budget_min, "max": control.budget_max },
        })
    });
    let row = json!({
        "family": family,
        "capability": capability,
        "released": released,
        "cutoff": cutoff,
        "open_weights": open_weights,
        "modalities": { "input": input, "output": output },
        "limits": { "context": context, "input": max_input, "output": max_output },
        "features": {
            "reasoning": reasoning,
            "tools": tools,
            "structured_output": structured_output,
            "temperature": temperature,
            "attachments": attachments,
        },
        "reasoning_control": control,
        "reasoning_field": reasoning_field,
        "token_limit_field": token_limit_field,
        "refuses": refuses,
    });
    row.as_object().cloned().unwrap_or_default()
}

fn map(entries: impl Iterator<Item = (String, Value)>) -> Value {
    Value::Object(entries.collect())
}

/// A value as a manifest's node, all of it at one place.
pub(super) fn node(value: &Value, span: Span) -> Node {
    let plain = |text: String| yaml::Value::Scalar(Scalar { text, quoted: false });
    let value = match value {
        Value::Null => yaml::Value::Null,
        Value::Bool(value) => plain(value.to_string()),
        Value::Number(value) => plain(value.to_string()),
        Value::String(text) => yaml::Value::Scalar(Scalar { text: text.clone(), quoted: true }),
        Value::Array(items) => {
            yaml::Value::Sequence(items.iter().map(|item| node(item, span)).collect())
        }
        Value::Object(map) => {
            let says = |value: &Value| !value.is_null() && *value != json!([]);
            let entries = map.iter().filter(|(_, value)| says(value));
            let entries = entries
                .map(|(key, value)| (Spanned::new(key.clone(), span), node(value, span)))
                .collect();
            yaml::Value::Mapping(Mapping { entries })
        }
    };
    Node { span, value }
}
