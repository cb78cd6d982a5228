//! The head of a provider of `api.json`: how one gets a credential and where it answers.

use portolan_codegen::catalog::{Endpoint, Provider, Vendor};
use portolan_types::Api;
use serde::Serialize;

/// The fields of a provider before its models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The id.
    pub id: String,
    /// The environment variables, alternatives and parts of one credential alike.
    pub env: Vec<String>,
    /// The package that readers reach it with.
    pub npm: String,
    /// Its address, where the package does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The name for people.
    pub name: String,
    /// The page that explains it.
    pub doc: String,
}

impl Head {
    /// The head of a provider that models.dev does not have, in one of its regions.
    pub(super) fn new(
        id: &str,
        vendor: &Vendor,
        provider: &Provider,
        region: Option<&str>,
    ) -> Self {
        let place = region.and_then(|id| provider.regions.iter().find(|region| region.id == id));
        let place = place.or_else(|| {
            let default = provider.default_region.as_ref()?;
            provider.regions.iter().find(|region| region.id == *default)
        });
        let endpoint = place.map_or(&provider.endpoints, |place| &place.endpoints).first();
        let name = match place.filter(|_| region.is_some()) {
            Some(place) => format!("{} ({})", provider.name, place.name),
            None => provider.name.clone(),
        };
        Self {
            id: id.to_owned(),
            env: env(provider),
            npm: package(endpoint).to_owned(),
            api: endpoint.map(|endpoint| address(endpoint, provider)),
            name,
            doc: doc(vendor, provider),
        }
    }
}

/// Every variable that a credential or an address may need. The shape knows no alternatives.
fn env(provider: &Provider) -> Vec<String> {
    let mut names = Vec::new();
    let variables = provider.variables.iter().filter_map(|variable| variable.env.as_ref());
    for name in variables.chain(provider.auth.env.iter().flatten()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The package for a protocol.
fn package(endpoint: Option<&Endpoint>) -> &'static str {
    match endpoint.map(|endpoint| endpoint.api.0) {
        Some(Api::AnthropicMessages) => "@ai-sdk/anthropic",
        Some(Api::OpenaiResponses) => "@ai-sdk/openai",
        Some(Api::GoogleGenerativeAi) => "@ai-sdk/google",
        Some(Api::BedrockConverse) => "@ai-sdk/amazon-bedrock",
        _ => "@ai-sdk/openai-compatible",
    }
}

/// The address with its variables as models.dev spells them: `${NAME}`, by the environment variable.
fn address(endpoint: &Endpoint, provider: &Provider) -> String {
    provider.variables.iter().fold(endpoint.url.clone(), |url, variable| {
        let name = variable.env.clone().unwrap_or_else(|| variable.name.to_uppercase());
        url.replace(&format!("{{{}}}", variable.name), &format!("${{{name}}}"))
    })
}

/// The page that explains the provider: the nearest that there is.
fn doc(vendor: &Vendor, provider: &Provider) -> String {
    let links = ["docs", "api", "site"];
    let links =
        links.iter().find_map(|kind| provider.links.get(*kind).or_else(|| vendor.links.get(*kind)));
    links.or(vendor.source.url.as_ref()).cloned().unwrap_or_default()
}
