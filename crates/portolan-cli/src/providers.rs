//! `portolan providers`.

use portolan::types::{Api, Endpoint, Provider};
use serde_json::{Value, json};

use crate::Said;
use crate::settings::Settings;
use crate::table::table;
use crate::terminal::Look;

pub(crate) fn run(settings: &Settings, look: Look) -> Said {
    let providers: Vec<_> = settings.providers().collect();
    let rows: Vec<_> = providers
        .iter()
        .map(|provider| {
            [
                provider.id.into(),
                provider.name.into(),
                provider.catalog.into(),
                provider.regions.policy().id().into(),
                provider.models.len().to_string().into(),
                api_ids(provider).join(", ").into(),
            ]
        })
        .collect();
    Said::new(
        providers.iter().map(|provider| spell(provider)).collect(),
        table(look, ["ID", "NAME", "CATALOG", "REGION", "MODELS", "APIS"], &rows),
    )
}

fn spell(provider: &Provider) -> Value {
    let choices: Vec<_> = provider.regions.names().iter().map(|name| name.id).collect();
    let auth_choices: Vec<_> = provider.auth.choices.iter().map(|choice| choice.id).collect();
    json!({
        "id": provider.id,
        "vendor": provider.vendor,
        "catalog": provider.catalog,
        "name": provider.name,
        "apis": api_ids(provider),
        "region": {"policy": provider.regions.policy().id(), "choices": choices},
        "coverage": provider.coverage.id(),
        "env": provider.auth.env,
        "auth_choices": auth_choices,
        "models": provider.models.len(),
    })
}

/// The apis that a provider speaks in any region, the default one first.
pub(crate) fn apis(provider: &Provider) -> Vec<Api> {
    let names = provider.regions.names();
    let regions = names.iter().map(|name| Some(name.id)).chain(names.is_empty().then_some(None));
    let endpoints = regions.filter_map(|region| provider.regions.endpoints(region).ok());
    let mut apis = Vec::new();
    for api in endpoints.flatten().map(Endpoint::api) {
        if !apis.contains(&api) {
            apis.push(api);
        }
    }
    apis
}

fn api_ids(provider: &Provider) -> Vec<&'static str> {
    apis(provider).into_iter().map(Api::id).collect()
}
