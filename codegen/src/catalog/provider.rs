//! Providers of the frozen catalog: where they answer, how one gets a credential, what they do besides chat.

use std::collections::BTreeMap;

use portolan_types::{
    Api, AuthMethod, CacheControl, Capability, CloudChain, Coverage, Header, OAuthFlow,
    RegionPolicy,
};

use super::{Model, Source, ir};
use crate::manifest::Word;

ir! {
    /// One addressable service of a vendor, with its own credentials and prices.
    Provider {
        /// The id, unique across vendors.
        id: String,
        /// The name for people.
        name: String,
        /// How complete the list of models is.
        coverage: Word<Coverage>,
        /// What it says about regions.
        region_policy: Word<RegionPolicy>,
        /// How one gets a credential.
        auth: Auth,
        /// The models, by id.
        models: Vec<Model>,
        ..optional {
            /// The name in other languages, by language tag.
            labels: BTreeMap<String, String>,
            /// The addresses of a provider without regions, the default api first.
            endpoints: Vec<Endpoint>,
            /// The region that is meant when none is named.
            default_region: Option<String>,
            /// The regions, in the order of the manifest.
            regions: Vec<Region>,
            /// What fills the variables of the addresses.
            variables: Vec<Variable>,
            /// Headers that every request carries.
            headers: BTreeMap<String, String>,
            /// The bare model ids that it claims.
            claims: Claims,
            /// Whether it takes model ids that the catalog does not list.
            pass_through: bool,
            /// Where its models are listed, where it is not as its wire protocol has it.
            lists: Vec<ModelsUrl>,
            /// Whether nobody can be asked for a list of its models, as far as its vendor's documentation says.
            unlisted: bool,
            /// How it speaks `openai-completions`.
            dialect: Dialect,
            /// How requests find their way, for people.
            routing: Vec<String>,
            /// What a reader has to know.
            notes: Vec<String>,
            /// The provider's pages, by kind.
            links: BTreeMap<String, String>,
            /// Where the facts are from.
            source: Source,
            /// What adjusts the provider.
            config: Vec<Hint>,
            /// The model of a request that names none.
            default_model: Option<String>,
            /// What it does besides chat.
            services: Vec<Service>,
            /// The manifest keys by which a private manifest overrides the public row, those of its models apart.
            overrides: Vec<String>,
        }
    }

    /// An address: the protocol, the base URL, how it takes the credential.
    Endpoint {
        /// The wire protocol.
        api: Word<Api>,
        /// The base URL, perhaps with `{variables}`.
        url: String,
        /// How a request carries its credential.
        header: Word<Header>,
    }

    /// A list of the models that requests may name, and how to read it.
    ModelsUrl {
        /// What is asked for: a path below the origin of the endpoint in use, or a whole address, perhaps with
        /// `{variables}`.
        url: String,
        ..optional {
            /// The field of the answer that holds the models, where the answer itself is not the list.
            items: Option<String>,
            /// The field of a model that holds its id, where the model itself is not the id.
            id: Option<String>,
            /// What stands before an id in the answer and not in a request.
            strip: Option<String>,
            /// What stands before an id in a request and not in the answer.
            add: Option<String>,
            /// The field of the answer that leads to the next page.
            next: Option<String>,
            /// The parameter of the request that takes what `next` holds, where that is not an address.
            cursor: Option<String>,
            /// How the request carries its credential, where it is not the endpoint's way.
            header: Option<Word<Header>>,
        }
    }

    /// A named place of a provider.
    Region {
        /// The id.
        id: String,
        /// The name for people.
        name: String,
        /// The addresses, the default api first.
        endpoints: Vec<Endpoint>,
        ..optional {
            /// The name in other languages, by language tag.
            labels: BTreeMap<String, String>,
        }
    }

    /// A variable of an address. Its value is one DNS label.
    Variable {
        /// The name between the braces.
        name: String,
        /// What it is, for people.
        description: String,
        ..optional {
            /// The environment variable that holds the value.
            env: Option<String>,
        }
    }

    /// An environment variable or configuration key that adjusts the provider.
    Hint {
        /// What it sets.
        sets: String,
        ..optional {
            /// The environment variable.
            env: Option<String>,
            /// The key of a configuration file.
            key: Option<String>,
        }
    }

    /// How one gets a credential.
    Auth {
        /// Whether a request needs a credential at all.
        required: bool,
        ..optional {
            /// Any one of these sets of environment variables is a complete credential.
            env: Vec<Vec<String>>,
            /// Whether a key works only in the region that issued it.
            key_per_region: bool,
            /// What a key looks like.
            key: Option<KeyRule>,
            /// The ways to get a credential.
            choices: Vec<AuthChoice>,
            /// The OAuth logins that choices refer to.
            oauth: Vec<OAuth>,
            /// The credential chain of a cloud.
            cloud: Option<Cloud>,
            /// The provider whose credentials serve here too.
            same_as: Option<String>,
        }
    }

    /// What a key looks like.
    KeyRule {
        /// Whether a key with none of the prefixes is refused.
        strict: bool,
        ..optional {
            /// A key starts with one of these.
            prefixes: Vec<String>,
            /// Prefixes of keys that belong elsewhere.
            wrong: Vec<WrongPrefix>,
        }
    }

    /// A prefix that tells that a key belongs to another provider.
    WrongPrefix {
        /// The prefix.
        prefix: String,
        /// The provider that issues such keys.
        means: String,
        ..optional {
            /// The auth choices of that provider that take a key.
            choices: Vec<String>,
        }
    }

    /// One way to get a credential.
    AuthChoice {
        /// The id.
        id: String,
        /// What a person reads.
        label: String,
        /// What kind of credential it gives.
        method: Word<AuthMethod>,
        ..optional {
            /// The label in other languages, by language tag.
            labels: BTreeMap<String, String>,
            /// A second line under the label.
            hint: Option<String>,
            /// The choice's own flag.
            flag: Option<String>,
            /// The group that it is listed under.
            group: Option<AuthGroup>,
            /// The region that the credential is for.
            region: Option<String>,
            /// The OAuth login that it runs.
            oauth: Option<String>,
            /// Ids that the choice had before.
            deprecated_ids: Vec<String>,
        }
    }

    /// A group of auth choices.
    AuthGroup {
        /// The id.
        id: String,
        /// What a person reads.
        label: String,
        ..optional {
            /// The label in other languages, by language tag.
            labels: BTreeMap<String, String>,
            /// A second line under the label.
            hint: Option<String>,
        }
    }

    /// An OAuth login, described by its endpoints.
    OAuth {
        /// The id that choices refer to.
        id: String,
        /// How the login runs.
        flow: Word<OAuthFlow>,
        /// Where the login starts.
        authorize_url: String,
        /// Where the token is had and refreshed.
        token_url: String,
        /// The public client id.
        client_id: String,
        ..optional {
            /// Whether it is bound to the client by PKCE (S256).
            pkce: Option<bool>,
            /// The scopes to ask for.
            scopes: Vec<String>,
            /// The grant type where it is not the flow's standard one.
            grant_type: Option<String>,
        }
    }

    /// The credential chain of a cloud.
    Cloud {
        /// Whose chain.
        chain: Word<CloudChain>,
        ..optional {
            /// What the credential is for.
            audience: Option<String>,
        }
    }

    /// One capability of a provider.
    Service {
        /// What it does.
        capability: Word<Capability>,
        ..optional {
            /// The id under which configurations name it.
            id: Option<String>,
            /// Other ids of the same.
            aliases: Vec<String>,
            /// HTTP method and path below the origin of the endpoint in use.
            call: Option<String>,
            /// Where the result of a job is asked for.
            poll: Option<String>,
            /// What the call sends, in words.
            request: Option<String>,
            /// Where the answer holds the result, in words.
            response: Option<String>,
            /// The model of a request that names none.
            default_model: Option<String>,
            /// The models and their own rules.
            models: Vec<ServiceModel>,
            /// The built-in voices.
            voices: Vec<String>,
            /// The voice of a request that names none.
            default_voice: Option<String>,
            /// The formats of the result.
            formats: Vec<String>,
            /// The format of a request that names none.
            default_format: Option<String>,
            /// What the result is made from.
            modes: Vec<String>,
            /// The numbers that a request may set.
            parameters: Vec<Parameter>,
            /// Environment variables that hold this service's credential.
            env: Vec<String>,
            /// What else a caller has to know.
            notes: Vec<String>,
            /// Where the facts are from.
            source: Option<String>,
        }
    }

    /// A model of a service and the rules that are its own.
    ServiceModel {
        /// The model id.
        id: String,
        ..optional {
            /// Request fields that the model needs.
            requires: Vec<String>,
            /// Request fields that must be left out.
            omits: Vec<String>,
            /// What it makes from what.
            modes: Vec<String>,
            /// The lengths that it makes, in seconds.
            seconds: Vec<u64>,
            /// The most results of one request.
            max_results: Option<u64>,
            /// What else a caller has to know.
            note: Option<String>,
        }
    }

    /// A number that a request may set, its bounds as decimals.
    Parameter {
        /// The request field.
        name: String,
        ..optional {
            /// The least value.
            min: Option<String>,
            /// The greatest value.
            max: Option<String>,
            /// The value of a request that sets none.
            default: Option<String>,
        }
    }
}

/// The bare model ids that a provider claims.
#[derive(
    Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// It claims every id that starts with one of these.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub prefixes: Vec<String>,
    /// It claims every id that one of these matches.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub patterns: Vec<String>,
}

/// How a provider speaks `openai-completions`, where it is not as `OpenAI` does.
#[derive(
    Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// What a request sets to have the model reason: `path=value`.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub reasoning_on: Option<String>,
    /// What a request sets to have the model not reason: `path=value`.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub reasoning_off: Option<String>,
    /// The field that takes the effort level.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub effort_field: Option<String>,
    /// The field that takes the most reasoning tokens.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub budget_field: Option<String>,
    /// How long a mark of `cache_control` may keep a prompt.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub cache_control: Option<Word<CacheControl>>,
    /// Whether it wants the reasoning of every turn back.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub replays_all: bool,
    /// Whether it refuses a turn that lacks the reasoning which it wants back.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub requires_replay: bool,
    /// Fields of a request that it refuses.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub refuses: Vec<String>,
}
