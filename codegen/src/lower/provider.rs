//! Providers: endpoints filled in, auth choices with what they refer to, models by id.

use portolan_types::{Api, AuthMethod, Header, RegionPolicy};

use super::{labels, links, model, service, source, texts};
use crate::catalog::{
    Auth, AuthChoice, AuthGroup, Claims, Cloud, Dialect, Endpoint, Hint, KeyRule, ModelsUrl, OAuth,
    Provider, Region, Source, Variable, WrongPrefix,
};
use crate::check::Names;
use crate::diagnostic::Diagnostics;
use crate::manifest::{
    AuthShape, ChoiceShape, DialectShape, EndpointShape, FieldName, HintShape, Id, KeyShape,
    ModelsUrlShape, OAuthShape, ProviderShape, RegionPolicyShape, RegionShape, VariableShape,
    VendorFile, Word,
};
use crate::overlay::Overridden;
use crate::shape::Map;
use crate::source::Spanned;

/// What a provider belongs to.
pub(super) struct Of<'m> {
    pub(super) file: &'m VendorFile,
    pub(super) around: &'m Source,
    pub(super) names: &'m Names<'m>,
    /// What it says in place of a public row.
    pub(super) overridden: Option<&'m Overridden>,
}

pub(super) fn lower(
    id: &Spanned<Id>,
    shape: &ProviderShape,
    of: &Of<'_>,
    out: &mut Diagnostics,
) -> Provider {
    let around = source(shape.source.as_ref(), shape.checked, of.around);
    let mut models: Vec<_> = shape
        .models
        .iter()
        .map(|(model, facts)| model::lower(model, facts, (id, shape), &around, of, out))
        .collect();
    models.sort_by(|a, b| a.id.cmp(&b.id));
    super::naming::check_constants(shape, out);
    super::naming::check_regions(shape, out);
    let default_api = shape.default_api.as_ref().map(|api| api.0);
    let (region_policy, default_region) = policy(shape);
    let own_endpoints = endpoints(&shape.endpoints, default_api, None);
    Provider {
        id: id.to_string(),
        name: shape.name.to_string(),
        coverage: shape.coverage,
        region_policy: Word(region_policy),
        auth: shape.auth.as_ref().map_or_else(no_auth, |auth| lower_auth(auth, of)),
        models,
        labels: labels(&shape.labels),
        endpoints: if shape.regions.is_empty() { own_endpoints } else { Vec::new() },
        default_region,
        regions: regions(shape, default_api),
        variables: variables(shape),
        headers: shape.headers.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
        claims: shape.claims.as_ref().map_or_else(Claims::default, |claims| Claims {
            prefixes: texts(&claims.prefixes),
            patterns: texts(&claims.patterns),
        }),
        pass_through: shape.pass_through.unwrap_or(false),
        lists: shape.lists.iter().map(models_url).collect(),
        unlisted: shape.unlisted.as_ref().is_some_and(|said| said.value),
        dialect: shape.dialect.as_ref().map(dialect).unwrap_or_default(),
        routing: texts(&shape.routing),
        notes: texts(&shape.notes),
        links: links(&shape.links),
        source: around,
        config: shape.config.iter().map(hint).collect(),
        default_model: shape.default_model.as_ref().map(ToString::to_string),
        services: service::lower(&shape.capabilities),
        overrides: of.overridden.map(|said| said.keys.clone()).unwrap_or_default(),
    }
}

fn dialect(shape: &DialectShape) -> Dialect {
    Dialect {
        reasoning_on: shape.reasoning_on.as_ref().map(ToString::to_string),
        reasoning_off: shape.reasoning_off.as_ref().map(ToString::to_string),
        effort_field: shape.effort_field.as_ref().map(ToString::to_string),
        budget_field: shape.budget_field.as_ref().map(ToString::to_string),
        cache_control: shape.cache_control,
        replays_all: shape.replays_all.unwrap_or(false),
        requires_replay: shape.requires_replay.unwrap_or(false),
        refuses: texts(&shape.refuses),
    }
}

fn models_url(shape: &ModelsUrlShape) -> ModelsUrl {
    ModelsUrl {
        url: shape.url.to_string(),
        items: shape.items.as_ref().map(ToString::to_string),
        id: shape.id.as_ref().map(ToString::to_string),
        strip: shape.strip.as_ref().map(ToString::to_string),
        add: shape.add.as_ref().map(ToString::to_string),
        next: shape.next.as_ref().map(ToString::to_string),
        cursor: shape.cursor.as_ref().map(ToString::to_string),
        header: shape.header,
    }
}

fn hint(shape: &HintShape) -> Hint {
    Hint {
        sets: shape.sets.to_string(),
        env: shape.env.as_ref().map(ToString::to_string),
        key: shape.key.as_ref().map(ToString::to_string),
    }
}

fn policy(shape: &ProviderShape) -> (RegionPolicy, Option<String>) {
    match shape.region.as_ref().map(|policy| &policy.value) {
        None => (RegionPolicy::None, None),
        Some(RegionPolicyShape::Required) => (RegionPolicy::Required, None),
        Some(RegionPolicyShape::Default(id)) => (RegionPolicy::Default, Some(id.to_string())),
    }
}

fn regions(shape: &ProviderShape, default_api: Option<Api>) -> Vec<Region> {
    let region = |(id, region): &(Spanned<Id>, RegionShape)| Region {
        id: id.to_string(),
        name: region.name.to_string(),
        endpoints: regional_endpoints(shape, id, &region.endpoints, default_api),
        labels: labels(&region.labels),
    };
    shape.regions.iter().map(region).collect()
}

/// The provider's addresses with the region filled in, those that the region says itself in their place.
fn regional_endpoints(
    shape: &ProviderShape,
    region: &str,
    own: &Map<Word<Api>, EndpointShape>,
    default_api: Option<Api>,
) -> Vec<Endpoint> {
    let mut list = endpoints(&shape.endpoints, default_api, Some(region));
    for endpoint in endpoints(own, default_api, Some(region)) {
        match list.iter_mut().find(|other| other.api == endpoint.api) {
            Some(other) => *other = endpoint,
            None => list.push(endpoint),
        }
    }
    default_first(&mut list, default_api);
    list
}

fn endpoints(
    map: &Map<Word<Api>, EndpointShape>,
    default_api: Option<Api>,
    region: Option<&str>,
) -> Vec<Endpoint> {
    let mut list: Vec<_> = map
        .iter()
        .map(|(api, shape)| Endpoint {
            api: api.value,
            url: match region {
                Some(region) => shape.url.replace("{region}", region),
                None => shape.url.to_string(),
            },
            header: shape.header.unwrap_or(Word(usual_header(api.0))),
        })
        .collect();
    default_first(&mut list, default_api);
    list
}

fn default_first(list: &mut [Endpoint], default_api: Option<Api>) {
    list.sort_by_key(|endpoint| (Some(endpoint.api.0) != default_api, endpoint.api));
}

/// How a request of each protocol carries its credential, as the protocol's own documentation has it.
pub(crate) fn usual_header(api: Api) -> Header {
    match api {
        Api::AnthropicMessages => Header::XApiKey,
        Api::GoogleGenerativeAi => Header::XGoogApiKey,
        Api::AzureOpenai => Header::ApiKey,
        Api::BedrockConverse => Header::SigV4,
        Api::Ollama => Header::None,
        _ => Header::Bearer,
    }
}

fn variables(shape: &ProviderShape) -> Vec<Variable> {
    let lower = |(name, variable): &(Spanned<FieldName>, VariableShape)| Variable {
        name: name.to_string(),
        description: variable.description.to_string(),
        env: variable.env.as_ref().map(ToString::to_string),
    };
    shape.variables.iter().map(lower).collect()
}

fn no_auth() -> Auth {
    Auth {
        required: true,
        env: Vec::new(),
        key_per_region: false,
        key: None,
        choices: Vec::new(),
        oauth: Vec::new(),
        cloud: None,
        same_as: None,
    }
}

fn lower_auth(shape: &AuthShape, of: &Of<'_>) -> Auth {
    let env = shape.env.iter().map(|set| set.iter().map(|name| name.value.to_string()).collect());
    Auth {
        required: shape.required.unwrap_or(true),
        env: env.collect(),
        key_per_region: shape.key_per_region.unwrap_or(false),
        key: shape.key.as_ref().map(|key| key_rule(key, of.names)),
        choices: shape.choices.iter().map(|choice| lower_choice(choice, of)).collect(),
        oauth: shape.oauth.iter().map(|(id, login)| lower_oauth(id, login)).collect(),
        cloud: shape.cloud.as_ref().map(|cloud| Cloud {
            chain: cloud.chain,
            audience: cloud.audience.as_ref().map(ToString::to_string),
        }),
        same_as: shape.same_as.as_ref().map(ToString::to_string),
    }
}

fn key_rule(shape: &KeyShape, names: &Names<'_>) -> KeyRule {
    let wrong = shape.not.iter().map(|wrong| WrongPrefix {
        prefix: wrong.prefix.to_string(),
        means: wrong.means.to_string(),
        choices: key_choices(names.provider(&wrong.means)),
    });
    KeyRule {
        strict: shape.strict.unwrap_or(false),
        prefixes: texts(&shape.prefixes),
        wrong: wrong.collect(),
    }
}

/// The auth choices of a provider that take a key: what to use instead.
fn key_choices(provider: Option<&ProviderShape>) -> Vec<String> {
    let choices = provider.and_then(|p| p.auth.as_ref()).into_iter().flat_map(|auth| &auth.choices);
    choices
        .filter(|choice| method(choice) == AuthMethod::ApiKey)
        .map(|c| c.id.to_string())
        .collect()
}

fn method(choice: &ChoiceShape) -> AuthMethod {
    match choice.method {
        Some(method) => method.0,
        None if choice.oauth.is_some() => AuthMethod::OAuth,
        None => AuthMethod::ApiKey,
    }
}

fn lower_choice(shape: &ChoiceShape, of: &Of<'_>) -> AuthChoice {
    let group = shape.group.as_ref().and_then(|id| {
        let (_, group) = of.file.groups.iter().find(|(known, _)| known.value == id.value)?;
        Some(AuthGroup {
            id: id.to_string(),
            label: group.label.to_string(),
            labels: labels(&group.labels),
            hint: group.hint.as_ref().map(ToString::to_string),
        })
    });
    AuthChoice {
        id: shape.id.to_string(),
        label: shape.label.to_string(),
        method: Word(method(shape)),
        labels: labels(&shape.labels),
        hint: shape.hint.as_ref().map(ToString::to_string),
        flag: shape.flag.as_ref().map(ToString::to_string),
        group,
        region: shape.region.as_ref().map(ToString::to_string),
        oauth: shape.oauth.as_ref().map(ToString::to_string),
        deprecated_ids: shape.deprecated_ids.iter().map(|id| id.value.to_string()).collect(),
    }
}

fn lower_oauth(id: &Spanned<Id>, shape: &OAuthShape) -> OAuth {
    OAuth {
        id: id.to_string(),
        flow: shape.flow,
        pkce: shape.pkce,
        authorize_url: shape.authorize_url.to_string(),
        token_url: shape.token_url.to_string(),
        client_id: shape.client_id.to_string(),
        scopes: texts(&shape.scopes),
        grant_type: shape.grant_type.as_ref().map(ToString::to_string),
    }
}
