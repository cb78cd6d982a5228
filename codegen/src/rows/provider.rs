//! The row of a provider, in the terms of the types crate: where it answers, how one gets a credential, what it does.

use portolan_types as types;
use portolan_types::RegionPolicy;

use super::{kept, leak, model, stated, support, text, texts};
use crate::catalog::{
    Auth, AuthChoice, Dialect, Endpoint, KeyRule, ModelsUrl, OAuth, Parameter, Provider, Region,
    Service, ServiceModel, Variable, Vendor,
};

/// The row with its models, sorted by id as a lookup wants them.
pub(super) fn row(vendor: &Vendor, provider: &Provider) -> types::Provider {
    let mut models: Vec<_> = provider.models.iter().collect();
    models.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let docs = provider.links.get("docs").or_else(|| vendor.links.get("docs"));
    types::Provider {
        id: text(&provider.id),
        vendor: text(&vendor.id),
        catalog: text(&vendor.catalog),
        name: text(&provider.name),
        coverage: provider.coverage.0,
        regions: regions(provider),
        variables: list(&provider.variables, variable),
        headers: leak(provider.headers.iter().map(|(n, v)| (text(n), text(v))).collect()),
        auth: auth(&provider.auth),
        claims: types::Claims {
            prefixes: texts(&provider.claims.prefixes),
            patterns: texts(&provider.claims.patterns),
        },
        pass_through: provider.pass_through,
        lists: list(&provider.lists, models_url),
        unlisted: provider.unlisted,
        dialect: dialect(&provider.dialect),
        default_model: some(provider.default_model.as_ref()),
        services: list(&provider.services, service),
        models: leak(models.into_iter().map(|row| kept(model(provider, row))).collect()),
        docs: some(docs),
        routing: texts(&provider.routing),
    }
}

fn dialect(dialect: &Dialect) -> types::Dialect {
    types::Dialect {
        reasoning_on: stated(dialect.reasoning_on.as_deref()),
        reasoning_off: stated(dialect.reasoning_off.as_deref()),
        effort_field: stated(dialect.effort_field.as_deref()),
        budget_field: stated(dialect.budget_field.as_deref()),
        cache_control: dialect.cache_control.map(|time| time.0),
        replays_all: dialect.replays_all,
        requires_replay: dialect.requires_replay,
        refuses: texts(&dialect.refuses),
    }
}

fn models_url(list: &ModelsUrl) -> types::ModelsUrl {
    types::ModelsUrl {
        url: text(&list.url),
        items: stated(list.items.as_deref()),
        id: stated(list.id.as_deref()),
        strip: stated(list.strip.as_deref()),
        add: stated(list.add.as_deref()),
        next: stated(list.next.as_deref()),
        cursor: stated(list.cursor.as_deref()),
        header: list.header.map(|header| header.0),
    }
}

fn list<T, U>(all: &[T], row: impl Fn(&T) -> U) -> &'static [U] {
    leak(all.iter().map(row).collect())
}

fn some(said: Option<&String>) -> Option<&'static str> {
    said.map(|said| text(said))
}

fn regions(provider: &Provider) -> types::Regions {
    let rows = || list(&provider.regions, region);
    match (provider.region_policy.0, &provider.default_region) {
        (RegionPolicy::Required, _) => types::Regions::required(rows()),
        (RegionPolicy::Default, Some(id)) => types::Regions::with_default(text(id), rows()),
        _ => types::Regions::single(list(&provider.endpoints, endpoint)),
    }
}

fn region(region: &Region) -> types::RegionRow {
    let endpoints = list(&region.endpoints, endpoint);
    types::RegionRow::new(text(&region.id), text(&region.name), endpoints)
}

fn endpoint(endpoint: &Endpoint) -> types::Endpoint {
    types::Endpoint::new(endpoint.api.0, text(&endpoint.url), endpoint.header.0)
}

fn variable(variable: &Variable) -> types::Variable {
    types::Variable {
        name: text(&variable.name),
        env: some(variable.env.as_ref()),
        description: text(&variable.description),
    }
}

fn auth(auth: &Auth) -> types::Auth {
    types::Auth {
        required: auth.required,
        env: list(&auth.env, |all_of| texts(all_of)),
        key_per_region: auth.key_per_region,
        key: auth.key.as_ref().map(key_rule),
        choices: list(&auth.choices, choice),
        oauth: list(&auth.oauth, login),
        cloud: auth.cloud.as_ref().map(|cloud| types::Cloud {
            chain: cloud.chain.0,
            audience: some(cloud.audience.as_ref()),
        }),
        same_as: some(auth.same_as.as_ref()),
    }
}

fn key_rule(rule: &KeyRule) -> types::KeyRule {
    types::KeyRule {
        prefixes: texts(&rule.prefixes),
        strict: rule.strict,
        wrong: list(&rule.wrong, |wrong| types::WrongPrefix {
            prefix: text(&wrong.prefix),
            means: text(&wrong.means),
            choices: texts(&wrong.choices),
        }),
    }
}

fn choice(choice: &AuthChoice) -> types::AuthChoice {
    types::AuthChoice {
        id: text(&choice.id),
        label: text(&choice.label),
        hint: some(choice.hint.as_ref()),
        flag: some(choice.flag.as_ref()),
        group: choice.group.as_ref().map(|group| types::AuthGroup {
            id: text(&group.id),
            label: text(&group.label),
            hint: some(group.hint.as_ref()),
        }),
        region: some(choice.region.as_ref()),
        method: choice.method.0,
        oauth: some(choice.oauth.as_ref()),
        deprecated_ids: texts(&choice.deprecated_ids),
    }
}

fn login(login: &OAuth) -> types::OAuth {
    types::OAuth {
        id: text(&login.id),
        flow: login.flow.0,
        pkce: support(login.pkce),
        authorize_url: text(&login.authorize_url),
        token_url: text(&login.token_url),
        client_id: text(&login.client_id),
        scopes: texts(&login.scopes),
        grant_type: some(login.grant_type.as_ref()),
    }
}

fn service(service: &Service) -> types::Service {
    types::Service {
        capability: service.capability.0,
        id: some(service.id.as_ref()),
        aliases: texts(&service.aliases),
        call: some(service.call.as_ref()),
        poll: some(service.poll.as_ref()),
        request: some(service.request.as_ref()),
        response: some(service.response.as_ref()),
        default_model: some(service.default_model.as_ref()),
        models: list(&service.models, service_model),
        voices: texts(&service.voices),
        default_voice: some(service.default_voice.as_ref()),
        formats: texts(&service.formats),
        default_format: some(service.default_format.as_ref()),
        modes: texts(&service.modes),
        parameters: list(&service.parameters, parameter),
        env: texts(&service.env),
        notes: texts(&service.notes),
    }
}

fn service_model(model: &ServiceModel) -> types::ServiceModel {
    types::ServiceModel {
        id: text(&model.id),
        requires: texts(&model.requires),
        omits: texts(&model.omits),
        modes: texts(&model.modes),
        seconds: list(&model.seconds, |seconds| *seconds),
        max_results: model.max_results,
        note: some(model.note.as_ref()),
    }
}

fn parameter(parameter: &Parameter) -> types::Parameter {
    types::Parameter {
        name: text(&parameter.name),
        min: some(parameter.min.as_ref()),
        max: some(parameter.max.as_ref()),
        default: some(parameter.default.as_ref()),
    }
}
