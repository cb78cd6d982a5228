//! A provider: endpoints and regions, coverage, credentials, the ids it claims, its models and services.

use portolan_types::{Api, CacheControl, Capability, Coverage, Currency, Header};

use super::{
    AuthShape, Checked, Day, EnvName, FactsShape, FieldName, FieldValue, HeaderText, Id, IdPattern,
    Language, LinkKind, ListUrl, ModelId, ModelShape, PricesShape, ServiceShape, Text, Url,
    UrlTemplate, WebHeader, Word,
};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::shape::{Defs, Map, Shape, first_line, shape, wrong_type};
use crate::source::Spanned;
use crate::yaml::{Node, Value};

shape! {
    /// One addressable service of a vendor, with its own credentials and prices.
    ProviderShape {
        /// The name for people.
        /// Example: `Xiaomi MiMo (pay-as-you-go)`
        name: Text,
        /// The name in other languages.
        /// Example: `{ zh-CN: 小米 MiMo（按量付费） }`
        labels: Map<Language, Text>,
        /// How complete the list of models is: `static` (complete), `refreshable` (a seed, ask the endpoint) or `live`
        /// (known only with credentials and a region).
        /// Example: `static`
        coverage: Word<Coverage>,
        /// Whether its models are a person's word, which `cargo xtask import` leaves as they are; the vendor's if left out.
        /// Example: `true`
        pinned: Option<bool>,
        /// The base URL of each wire protocol. `{region}` stands for the region's id; any other variable is declared
        /// under `variables`.
        /// Example: `{ openai-completions: "https://api.example.com/v1" }`
        endpoints: Map<Word<Api>, EndpointShape>,
        /// The protocol to use where there are several.
        /// Example: `openai-completions`
        default_api: Option<Spanned<Word<Api>>>,
        /// `required` where a region must be named, `{ default: ID }` where one is meant when none is named.
        /// Example: `required`
        region: Option<Spanned<RegionPolicyShape>>,
        /// The regions, by id.
        /// Example: `{ cn: { name: China } }`
        regions: Map<Id, RegionShape>,
        /// What fills the variables of the endpoints; each value is one DNS label.
        /// Example: `{ resource: { env: EXAMPLE_RESOURCE, description: the resource's name } }`
        variables: Map<FieldName, VariableShape>,
        /// Headers that every request carries.
        /// Example: `{ user-agent: example/1.0 }`
        headers: Map<WebHeader, HeaderText>,
        /// How one gets a credential.
        /// Example: `{ env: [EXAMPLE_API_KEY] }`
        auth: Option<AuthShape>,
        /// The bare model ids that the provider claims.
        /// Example: `{ prefixes: [mimo-] }`
        claims: Option<ClaimsShape>,
        /// Whether it takes model ids that the catalog does not list.
        /// Example: `true`
        pass_through: Option<bool>,
        /// Where the endpoint lists its models, where it is not as the protocol has it.
        /// Example: `[{ url: /v2/models, items: models, id: name }]`
        lists: Vec<ModelsUrlShape>,
        /// Whether nobody can be asked for a list of its models: the vendor documents none, or none that a `GET` with the
        /// provider's credential returns.
        /// Example: `true`
        unlisted: Option<Spanned<bool>>,
        /// How it speaks `openai-completions`, where it is not as `OpenAI` does.
        /// Example: `{ reasoning_off: thinking.type=disabled }`
        dialect: Option<DialectShape>,
        /// How requests find their way, for people.
        /// Example: `[Requests above 272K tokens go to a slower pool.]`
        routing: Vec<Text>,
        /// What a reader has to know.
        /// Example: `[Keys are issued per region.]`
        notes: Vec<Text>,
        /// The vendor's pages where they differ by provider.
        /// Example: `{ pricing: "https://docs.example.com/pricing" }`
        links: Map<Word<LinkKind>, Url>,
        /// Where the facts are from, unless a model or a price card says otherwise.
        /// Example: `"https://docs.example.com/models"`
        source: Option<Spanned<Url>>,
        /// When the facts were last compared with their source, or `unknown`; said wherever `source` is.
        /// Example: `2026-11-20`
        checked: Option<Checked>,
        /// Environment variables and keys of configuration files that adjust the provider.
        /// Example: `[{ env: EXAMPLE_BASE_URL, sets: the base URL }]`
        config: Vec<HintShape>,
        /// What holds for every model that does not say otherwise.
        /// Example: `{ token_limit_field: max_completion_tokens }`
        defaults: Option<DefaultsShape>,
        /// The model of a request that names none.
        /// Example: `mimo-v2.5`
        default_model: Option<Spanned<ModelId>>,
        /// The models, by the id that the provider's api takes.
        /// Example: `{ mimo-v2.5-pro: { base: xiaomi/mimo-v2.5-pro, prices: included } }`
        models: Map<ModelId, ModelShape>,
        /// What the provider does besides chat.
        /// Example: `{ embeddings: { call: POST /v1/embeddings } }`
        capabilities: Map<Word<Capability>, ServiceShape>,
    }

    /// A named place of a provider with its own endpoints.
    RegionShape {
        /// The name for people.
        /// Example: `Singapore`
        name: Text,
        /// The name in other languages.
        /// Example: `{ zh-CN: 新加坡 }`
        labels: Map<Language, Text>,
        /// The base URLs where they are not the provider's with `{region}` filled in.
        /// Example: `{ openai-completions: "https://sgp.example.com/v1" }`
        endpoints: Map<Word<Api>, EndpointShape>,
    }

    /// A list of the models that requests may name, and how to read it. The answer is JSON; a field is named by its path,
    /// as `result.models`. Say under `sources` which page it is from.
    ModelsUrlShape {
        /// What is asked for by `GET`: a path below the origin of the endpoint in use, or a whole address, whose host is
        /// then one that the provider's key is sent to. It may hold the endpoint's `{variables}`.
        /// Example: `/v1/models?limit=100`
        url: Spanned<ListUrl>,
        /// The field of the answer that holds the models, where the answer itself is not the list. Of an object without
        /// `id` the keys are the ids.
        /// Example: `data`
        items: Option<FieldName>,
        /// The field of a model that holds its id, or two whose texts a `/` or `@` joins, as `owner/name`; left out where
        /// the model itself is the id.
        /// Example: `model_id`
        id: Option<FieldName>,
        /// What stands before an id in the answer and not in a request.
        /// Example: `models/`
        strip: Option<FieldName>,
        /// What stands before an id in a request and not in the answer.
        /// Example: `acme/`
        add: Option<FieldName>,
        /// The field of the answer that leads to the next page.
        /// Example: `next_cursor`
        next: Option<FieldName>,
        /// The parameter of the request that takes what `next` holds, where that is not an address.
        /// Example: `cursor`
        cursor: Option<Spanned<FieldName>>,
        /// How the request carries its credential, where it is not the endpoint's way.
        /// Example: `bearer`
        header: Option<Word<Header>>,
    }

    /// A variable of an endpoint's host.
    VariableShape {
        /// The environment variable that holds the value.
        /// Example: `AZURE_RESOURCE_NAME`
        env: Option<Spanned<EnvName>>,
        /// What it is, for people.
        /// Example: `the name of the Azure resource`
        description: Text,
    }

    /// How a provider speaks `openai-completions`. A field is named by its path, as `reasoning.effort`.
    DialectShape {
        /// What a request sets to have the model reason; `true` and `false` are those of JSON, else it is a text.
        /// Example: `thinking.type=enabled`
        reasoning_on: Option<FieldValue>,
        /// What a request sets to have the model not reason.
        /// Example: `thinking.type=disabled`
        reasoning_off: Option<FieldValue>,
        /// The field that takes the effort level, where it is not `reasoning_effort`.
        /// Example: `reasoning.effort`
        effort_field: Option<FieldName>,
        /// The field that takes the most reasoning tokens.
        /// Example: `thinking_budget`
        budget_field: Option<FieldName>,
        /// How long a mark of `cache_control` in a prompt may keep it, where it takes such marks: `5m`, or `1h` for either.
        /// Example: `1h`
        cache_control: Option<Word<CacheControl>>,
        /// Whether it wants the reasoning of every turn back, and not only that of turns that call a tool.
        /// Example: `true`
        replays_all: Option<bool>,
        /// Whether it refuses a turn that lacks the reasoning which it wants back, so that a blank stands in where there
        /// was none.
        /// Example: `true`
        requires_replay: Option<bool>,
        /// Fields of a request that it refuses, whatever the model.
        /// Example: `[stream_options]`
        refuses: Vec<FieldName>,
    }

    /// The bare model ids that a provider claims.
    ClaimsShape {
        /// It claims every id that starts with one of these.
        /// Example: `[claude-]`
        prefixes: Vec<ModelId>,
        /// It claims every id that one of these matches; `*` stands for any run of characters.
        /// Example: `["*-codex"]`
        patterns: Vec<IdPattern>,
    }

    /// A page that facts are from.
    SourceShape {
        /// The page.
        /// Example: `"https://docs.example.com/pricing"`
        url: Url,
        /// When the facts were last compared with it.
        /// Example: `2026-11-20`
        checked: Day,
        /// What is from there.
        /// Example: `prices of the Token Plan`
        note: Option<Text>,
    }

    /// An environment variable or configuration key that adjusts the provider.
    HintShape {
        /// The environment variable.
        /// Example: `MINIMAX_API_HOST`
        env: Option<Spanned<EnvName>>,
        /// The key of a configuration file.
        /// Example: `tts.voice`
        key: Option<Text>,
        /// What it sets.
        /// Example: `the host of every request`
        sets: Text,
    }

    /// What holds for every model of a provider that does not say otherwise. A base model's facts come first.
    DefaultsShape {
        /// The price state of models that name no prices.
        /// Example: `included`
        prices: Option<PricesShape>,
        /// The currency of price cards that name none; US dollars if nobody says.
        /// Example: `CNY`
        currency: Option<Word<Currency>>,
        /// The wire protocol.
        /// Example: `anthropic-messages`
        api: Option<Spanned<Word<Api>>>,
        ..flatten {
            /// Facts.
            facts: FactsShape,
        }
    }
}

/// The base URL of a wire protocol: the URL alone, or with the way it takes the credential.
#[derive(Clone, Debug)]
pub struct EndpointShape {
    /// The base URL.
    pub url: Spanned<UrlTemplate>,
    /// How a request carries its credential, where it is not the protocol's usual way.
    pub header: Option<Word<Header>>,
}

shape! {
    /// A base URL and how it takes the credential.
    EndpointParts {
        /// The base URL.
        /// Example: `"https://api.example.com/anthropic"`
        url: Spanned<UrlTemplate>,
        /// How a request carries its credential, where it is not the protocol's usual way.
        /// Example: `bearer`
        header: Option<Word<Header>>,
    }
}

impl Shape for EndpointShape {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        if matches!(node.value, Value::Mapping(_)) {
            let parts = EndpointParts::decode(node, out)?;
            return Some(Self { url: parts.url, header: parts.header });
        }
        Some(Self { url: Spanned::decode(node, out)?, header: None })
    }

    fn schema(defs: &mut Defs) -> serde_json::Value {
        serde_json::json!({ "anyOf": [UrlTemplate::schema(defs), EndpointParts::schema(defs)] })
    }
}

/// What a provider says about regions.
#[derive(Clone, Debug)]
pub enum RegionPolicyShape {
    /// One must be named.
    Required,
    /// This one is meant when none is named.
    Default(Spanned<Id>),
}

shape! {
    /// The region that is meant when none is named.
    DefaultRegion {
        /// The region's id.
        /// Example: `cn`
        default: Spanned<Id>,
    }
}

impl Shape for RegionPolicyShape {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        match &node.value {
            Value::Scalar(scalar) if scalar.text == "required" => Some(Self::Required),
            Value::Mapping(_) => {
                DefaultRegion::decode(node, out).map(|region| Self::Default(region.default))
            }
            Value::Scalar(scalar) => {
                let message = format!("unknown region policy {}", shown(&scalar.text));
                let help = "write `required`, or `{ default: ID }` with the id of a region";
                out.push(Diagnostic::new(Code::UnknownValue, first_line(node), message).help(help));
                None
            }
            _ => {
                out.push(wrong_type(node, "`required` or `{ default: ID }`"));
                None
            }
        }
    }

    fn schema(defs: &mut Defs) -> serde_json::Value {
        serde_json::json!({ "anyOf": [{ "const": "required" }, DefaultRegion::schema(defs)] })
    }
}
