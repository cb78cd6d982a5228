//! How one gets a credential.

use portolan_types::{AuthMethod, CloudChain, OAuthFlow};

use super::{EnvName, Flag, Id, Language, Text, Url, Word};
use crate::shape::{Map, OneOrMany, shape};
use crate::source::Spanned;

shape! {
    /// How one gets a credential of a provider.
    AuthShape {
        /// Whether a request needs a credential at all; `false` for a local server.
        /// Example: `false`
        required: Option<bool>,
        /// Any one of these is a complete credential: a variable, or a list of variables that are all needed.
        /// Example: `[[AZURE_RESOURCE_NAME, AZURE_API_KEY]]`
        env: Vec<OneOrMany<Spanned<EnvName>>>,
        /// Providers that read some of the same environment variables, and mean the same by them.
        /// Example: `[minimax-portal]`
        shares_env: Vec<Spanned<Id>>,
        /// The provider whose credentials serve here too.
        /// Example: `minimax`
        same_as: Option<Spanned<Id>>,
        /// Whether a key works only in the region that issued it.
        /// Example: `true`
        key_per_region: Option<bool>,
        /// What a key looks like.
        /// Example: `{ prefixes: [sk-] }`
        key: Option<KeyShape>,
        /// The ways to get a credential.
        /// Example: `[{ id: example-api-key, label: Example API key }]`
        choices: Vec<ChoiceShape>,
        /// The OAuth logins that choices refer to, by id.
        /// Example: `{ portal: { flow: device-code, pkce: true, authorize_url: "https://a.example/code", token_url: "https://a.example/token", client_id: abc } }`
        oauth: Map<Id, OAuthShape>,
        /// The credential chain of a cloud.
        /// Example: `{ chain: aws, audience: bedrock }`
        cloud: Option<CloudShape>,
    }

    /// What a key looks like, and what a key with another prefix means.
    KeyShape {
        /// A key starts with one of these.
        /// Example: `[sk-]`
        prefixes: Vec<Text>,
        /// Whether a key with none of the prefixes is refused; if not they are a hint.
        /// Example: `true`
        strict: Option<bool>,
        /// Prefixes of keys that belong to another provider.
        /// Example: `[{ prefix: tp-, means: xiaomi-token-plan }]`
        not: Vec<WrongKeyShape>,
    }

    /// A prefix that tells that a key belongs to another provider; its auth choices are the advice.
    WrongKeyShape {
        /// The prefix.
        /// Example: `tp-`
        prefix: Text,
        /// The provider that issues such keys.
        /// Example: `xiaomi-token-plan`
        means: Spanned<Id>,
    }

    /// One way to get a credential.
    ChoiceShape {
        /// The choice's id, as `--auth-choice` takes it.
        /// Example: `xiaomi-token-plan-sgp`
        id: Spanned<Id>,
        /// What a person reads in a list of choices.
        /// Example: `Xiaomi Token Plan (Singapore)`
        label: Text,
        /// The label in other languages.
        /// Example: `{ zh-CN: 小米 Token Plan（新加坡） }`
        labels: Map<Language, Text>,
        /// A second line under the label.
        /// Example: `"Endpoint: token-plan-sgp.xiaomimimo.com/v1"`
        hint: Option<Text>,
        /// The choice's own flag. Several choices may share one.
        /// Example: `--xiaomi-token-plan-api-key`
        flag: Option<Flag>,
        /// The group that it is listed under.
        /// Example: `xiaomi`
        group: Option<Spanned<Id>>,
        /// The region that the credential is for.
        /// Example: `sgp`
        region: Option<Spanned<Id>>,
        /// What kind of credential it gives; an API key unless it says otherwise.
        /// Example: `oauth`
        method: Option<Word<AuthMethod>>,
        /// The OAuth login that it runs.
        /// Example: `portal`
        oauth: Option<Spanned<Id>>,
        /// Ids that the choice had before.
        /// Example: `[minimax-cloud]`
        deprecated_ids: Vec<Spanned<Id>>,
    }

    /// A group of auth choices.
    GroupShape {
        /// What a person reads.
        /// Example: `Xiaomi`
        label: Text,
        /// The label in other languages.
        /// Example: `{ zh-CN: 小米 }`
        labels: Map<Language, Text>,
        /// A second line under the label.
        /// Example: `Pay-as-you-go / Token Plan`
        hint: Option<Text>,
    }

    /// An OAuth login, described by its endpoints.
    OAuthShape {
        /// How the login runs.
        /// Example: `device-code`
        flow: Word<OAuthFlow>,
        /// Whether the login is bound to the client by PKCE (S256).
        /// Example: `true`
        pkce: Option<bool>,
        /// Where the login starts: the device authorization or the authorization endpoint.
        /// Example: `"https://account.example.com/oauth2/device/code"`
        authorize_url: Url,
        /// Where the token is had and refreshed.
        /// Example: `"https://account.example.com/oauth2/token"`
        token_url: Url,
        /// The public client id.
        /// Example: `78257093-7e40-4613-99e0-527b14b39113`
        client_id: Text,
        /// The scopes to ask for.
        /// Example: `[model.completion]`
        scopes: Vec<Text>,
        /// The grant type of the token request where it is not the flow's standard one.
        /// Example: `"urn:ietf:params:oauth:grant-type:user_code"`
        grant_type: Option<Text>,
    }

    /// The credential chain of a cloud.
    CloudShape {
        /// Whose chain.
        /// Example: `aws`
        chain: Word<CloudChain>,
        /// What the credential is for: the service of an AWS signature, the scope of a token.
        /// Example: `bedrock`
        audience: Option<Text>,
    }
}
