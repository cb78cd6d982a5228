//! The row of a provider: where it answers, how one gets a credential, which ids it claims.

use portolan_types::{AuthMethod, Coverage, RegionPolicy};

use super::layout::Node;
use super::row::{Row, boolean, plain_text, some, some_text, support, texts, word, word_unless};
use super::service;
use crate::catalog::{
    Auth, AuthChoice, AuthGroup, Cloud, Dialect, Endpoint, KeyRule, ModelsUrl, OAuth, Provider,
    Region, Variable, Vendor, WrongPrefix,
};

/// The literal of `PROVIDER`.
pub(super) fn row<'a>(vendor: &'a Vendor, provider: &'a Provider) -> Node<'a> {
    let headers = provider.headers.iter();
    let headers =
        headers.map(|(name, value)| Node::call("(", [Node::text(name), Node::text(value)]));
    let docs = provider.links.get("docs").or_else(|| vendor.links.get("docs"));
    Row::over("Provider", Node::raw("Provider::UNKNOWN"))
        .set("id", Node::text(&provider.id))
        .set("vendor", Node::text(&vendor.id))
        .set("catalog", Node::text(&vendor.catalog))
        .set("name", Node::text(&provider.name))
        .set("coverage", word_unless("Coverage", provider.coverage, Coverage::Static))
        .set("regions", policy(provider))
        .set("variables", Node::slice(provider.variables.iter().map(variable)))
        .set("headers", Node::slice(headers))
        .set("auth", auth(&provider.auth))
        .set("claims", claims(provider))
        .set("pass_through", boolean(provider.pass_through))
        .set("lists", Node::slice(provider.lists.iter().map(models_url)))
        .set("unlisted", boolean(provider.unlisted))
        .set("dialect", dialect(&provider.dialect))
        .set("default_model", some_text(provider.default_model.as_ref()))
        .set("services", Node::slice(provider.services.iter().map(service::row)))
        .set("models", Node::raw("MODELS").unset_if(provider.models.is_empty()))
        .set("docs", some_text(docs))
        .set("routing", texts(&provider.routing))
        .end()
}

/// What the provider says about regions, over the statics of its module.
fn policy(provider: &Provider) -> Node<'_> {
    let rows = Node::raw("REGIONS");
    match (provider.region_policy.0, &provider.default_region) {
        (RegionPolicy::Required, _) => Node::call("Regions::required(", [rows]),
        (RegionPolicy::Default, Some(id)) => {
            Node::call("Regions::with_default(", [Node::text(id), rows])
        }
        _ => Node::call("Regions::single(", [Node::raw("ENDPOINTS")]),
    }
}

/// The literal of `REGIONS`.
pub(super) fn regions(regions: &[Region]) -> Node<'_> {
    Node::slice(regions.iter().map(|region| {
        let names = [Node::text(&region.id), Node::text(&region.name)];
        Node::call("RegionRow::new(", names.into_iter().chain([endpoints(&region.endpoints)]))
    }))
}

/// The literal of `ENDPOINTS` or of a region's addresses.
pub(super) fn endpoints(endpoints: &[Endpoint]) -> Node<'_> {
    Node::slice(endpoints.iter().map(|endpoint| {
        let url = Node::text(&endpoint.url);
        let (api, header) = (word("Api", endpoint.api), word("Header", endpoint.header));
        Node::call("Endpoint::new(", [api, url, header])
    }))
}

fn variable(variable: &Variable) -> Node<'_> {
    Row::whole("Variable")
        .set("name", Node::text(&variable.name))
        .set("env", some_text(variable.env.as_ref()))
        .set("description", Node::text(&variable.description))
        .end()
}

fn models_url(list: &ModelsUrl) -> Node<'_> {
    Row::over("ModelsUrl", Node::raw("ModelsUrl::PLAIN"))
        .set("url", Node::text(&list.url))
        .set("items", plain_text(list.items.as_ref()))
        .set("id", plain_text(list.id.as_ref()))
        .set("strip", plain_text(list.strip.as_ref()))
        .set("add", plain_text(list.add.as_ref()))
        .set("next", plain_text(list.next.as_ref()))
        .set("cursor", plain_text(list.cursor.as_ref()))
        .set("header", some(list.header.map(|header| word("Header", header))))
        .end()
}

fn dialect(dialect: &Dialect) -> Node<'_> {
    Row::over("Dialect", Node::raw("Dialect::PLAIN"))
        .set("reasoning_on", plain_text(dialect.reasoning_on.as_ref()))
        .set("reasoning_off", plain_text(dialect.reasoning_off.as_ref()))
        .set("effort_field", plain_text(dialect.effort_field.as_ref()))
        .set("budget_field", plain_text(dialect.budget_field.as_ref()))
        .set("cache_control", some(dialect.cache_control.map(|time| word("CacheControl", time))))
        .set("replays_all", boolean(dialect.replays_all))
        .set("requires_replay", boolean(dialect.requires_replay))
        .set("refuses", texts(&dialect.refuses))
        .end()
        .unset_if(*dialect == Dialect::default())
}

fn claims(provider: &Provider) -> Node<'_> {
    let claims = &provider.claims;
    Row::whole("Claims")
        .set("prefixes", texts(&claims.prefixes))
        .set("patterns", texts(&claims.patterns))
        .end()
        .unset_if(claims.prefixes.is_empty() && claims.patterns.is_empty())
}

fn auth(auth: &Auth) -> Node<'_> {
    Row::over("Auth", Node::raw("Auth::UNKNOWN"))
        .set("required", boolean(auth.required).unset_if(auth.required))
        .set("env", Node::slice(auth.env.iter().map(|all_of| texts(all_of))))
        .set("key_per_region", boolean(auth.key_per_region))
        .set("key", some(auth.key.as_ref().map(key_rule)))
        .set("choices", Node::slice(auth.choices.iter().map(choice)))
        .set("oauth", Node::slice(auth.oauth.iter().map(oauth)))
        .set("cloud", some(auth.cloud.as_ref().map(cloud)))
        .set("same_as", some_text(auth.same_as.as_ref()))
        .end()
}

fn key_rule(rule: &KeyRule) -> Node<'_> {
    Row::whole("KeyRule")
        .set("prefixes", texts(&rule.prefixes))
        .set("strict", boolean(rule.strict))
        .set("wrong", Node::slice(rule.wrong.iter().map(wrong_prefix)))
        .end()
}

fn wrong_prefix(wrong: &WrongPrefix) -> Node<'_> {
    Row::whole("WrongPrefix")
        .set("prefix", Node::text(&wrong.prefix))
        .set("means", Node::text(&wrong.means))
        .set("choices", texts(&wrong.choices))
        .end()
}

fn choice(choice: &AuthChoice) -> Node<'_> {
    Row::over("AuthChoice", Node::raw("AuthChoice::API_KEY"))
        .set("id", Node::text(&choice.id))
        .set("label", Node::text(&choice.label))
        .set("hint", some_text(choice.hint.as_ref()))
        .set("flag", some_text(choice.flag.as_ref()))
        .set("group", some(choice.group.as_ref().map(group)))
        .set("region", some_text(choice.region.as_ref()))
        .set("method", word_unless("AuthMethod", choice.method, AuthMethod::ApiKey))
        .set("oauth", some_text(choice.oauth.as_ref()))
        .set("deprecated_ids", texts(&choice.deprecated_ids))
        .end()
}

fn group(group: &AuthGroup) -> Node<'_> {
    Row::whole("AuthGroup")
        .set("id", Node::text(&group.id))
        .set("label", Node::text(&group.label))
        .set("hint", some_text(group.hint.as_ref()))
        .end()
}

fn oauth(oauth: &OAuth) -> Node<'_> {
    Row::whole("OAuth")
        .set("id", Node::text(&oauth.id))
        .set("flow", word("OAuthFlow", oauth.flow))
        .set("pkce", support(oauth.pkce))
        .set("authorize_url", Node::text(&oauth.authorize_url))
        .set("token_url", Node::text(&oauth.token_url))
        .set("client_id", Node::text(&oauth.client_id))
        .set("scopes", texts(&oauth.scopes))
        .set("grant_type", some_text(oauth.grant_type.as_ref()))
        .end()
}

fn cloud(cloud: &Cloud) -> Node<'_> {
    Row::whole("Cloud")
        .set("chain", word("CloudChain", cloud.chain))
        .set("audience", some_text(cloud.audience.as_ref()))
        .end()
}
