//! How one gets and checks a credential: environment variables, auth choices, key rules, OAuth and cloud descriptions.
//! Everything here is data of the manifests; nothing here reads an environment or sends a request.

use core::fmt;

use crate::model::Support;
use crate::words::words;

/// What a provider says about credentials.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Auth {
    /// Whether a request needs a credential at all. A local server does not.
    pub required: bool,
    /// Any one of these sets of environment variables is a complete credential; of a set, all are needed.
    pub env: &'static [&'static [&'static str]],
    /// Whether a key works only in the region that issued it.
    pub key_per_region: bool,
    /// What a key of this provider looks like.
    pub key: Option<KeyRule>,
    /// The ways to get a credential, in the order of the manifest.
    pub choices: &'static [AuthChoice],
    /// The OAuth logins that choices refer to.
    pub oauth: &'static [OAuth],
    /// The credential chain of a cloud.
    pub cloud: Option<Cloud>,
    /// The provider whose credentials serve here too.
    pub same_as: Option<&'static str>,
}

impl Auth {
    /// A credential is needed and nothing more is known: what generated rows start from.
    pub const UNKNOWN: Self = Self {
        required: true,
        env: &[],
        key_per_region: false,
        key: None,
        choices: &[],
        oauth: &[],
        cloud: None,
        same_as: None,
    };
}

/// What a key looks like, and what a key with another prefix means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyRule {
    /// A key starts with one of these; empty if nothing is known.
    pub prefixes: &'static [&'static str],
    /// Whether a key without one of [`KeyRule::prefixes`] is refused. If not, the prefixes are a hint.
    pub strict: bool,
    /// Prefixes of keys that belong elsewhere.
    pub wrong: &'static [WrongPrefix],
}

/// A prefix that tells that a key belongs to another provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrongPrefix {
    /// The prefix.
    pub prefix: &'static str,
    /// The id of the provider that issues such keys.
    pub means: &'static str,
    /// The auth choices of that provider to use instead.
    pub choices: &'static [&'static str],
}

impl KeyRule {
    /// Checks a key before it is stored or sent. Surrounding space and the case of the prefix do not count.
    ///
    /// # Errors
    /// [`KeyError`], whose text is the advice and never holds the key.
    ///
    /// ```
    /// use portolan_types::{KeyError, KeyRule, WrongPrefix};
    ///
    /// let rule = KeyRule {
    ///     prefixes: &["sk-"],
    ///     strict: true,
    ///     wrong: &[WrongPrefix { prefix: "tp-", means: "plan", choices: &["plan-cn", "plan-sgp"] }],
    /// };
    /// assert_eq!(rule.check("sk-1"), Ok(()));
    /// assert!(rule.check("tp-1").unwrap_err().to_string().contains("use `plan-cn` or `plan-sgp`"));
    /// ```
    pub fn check(&self, key: &str) -> Result<(), KeyError> {
        let key = key.trim();
        if let Some(wrong) = self.wrong.iter().find(|wrong| starts_with(key, wrong.prefix)) {
            return Err(KeyError::Elsewhere(*wrong));
        }
        let known = self.prefixes.is_empty() || self.prefixes.iter().any(|p| starts_with(key, p));
        if known || !self.strict {
            return Ok(());
        }
        Err(KeyError::Prefix { expected: self.prefixes })
    }
}

fn starts_with(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Why a key was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// The key belongs to another provider.
    Elsewhere(WrongPrefix),
    /// The key starts with none of the provider's prefixes.
    Prefix {
        /// The provider's prefixes.
        expected: &'static [&'static str],
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere(wrong) => {
                write!(f, "a key that starts with `{}` is for `{}`", wrong.prefix, wrong.means)?;
                alternatives(f, ": use ", wrong.choices)
            }
            Self::Prefix { expected } => {
                f.write_str("the key does not look like one of this provider's")?;
                alternatives(f, ", which start with ", expected)
            }
        }
    }
}

fn alternatives(f: &mut fmt::Formatter<'_>, lead: &str, words: &[&str]) -> fmt::Result {
    for (position, word) in words.iter().enumerate() {
        write!(f, "{}`{word}`", if position == 0 { lead } else { " or " })?;
    }
    Ok(())
}

impl core::error::Error for KeyError {}

/// One way to get a credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuthChoice {
    /// The choice's id, as `--auth-choice` takes it.
    pub id: &'static str,
    /// What a person reads in a list of choices.
    pub label: &'static str,
    /// A second line under the label.
    pub hint: Option<&'static str>,
    /// The choice's own flag, as `--xiaomi-api-key`. Several choices may share one.
    pub flag: Option<&'static str>,
    /// The group that the choice is listed under.
    pub group: Option<AuthGroup>,
    /// The region that the credential is for.
    pub region: Option<&'static str>,
    /// What kind of credential it gives.
    pub method: AuthMethod,
    /// The OAuth login that it runs, by id.
    pub oauth: Option<&'static str>,
    /// Ids that the choice had before.
    pub deprecated_ids: &'static [&'static str],
}

impl AuthChoice {
    /// An API key with nothing else said: what generated rows start from.
    pub const API_KEY: Self = Self {
        id: "",
        label: "",
        hint: None,
        flag: None,
        group: None,
        region: None,
        method: AuthMethod::ApiKey,
        oauth: None,
        deprecated_ids: &[],
    };
}

/// A group of auth choices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuthGroup {
    /// The group's id.
    pub id: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// A second line under the label.
    pub hint: Option<&'static str>,
}

words! {
    /// What kind of credential an auth choice gives.
    AuthMethod {
        /// A key that a person copies.
        ApiKey = "api-key",
        /// A login that ends in a token.
        OAuth = "oauth",
        /// What the machine's cloud set-up holds.
        Cloud = "cloud",
        /// Nothing is needed.
        None = "none",
    }
}

words! {
    /// How an OAuth login runs.
    OAuthFlow {
        /// The person types a code on another page (RFC 8628 and its kin).
        DeviceCode = "device-code",
        /// The browser comes back to this machine with a code (RFC 7636).
        AuthorizationCode = "authorization-code",
    }
}

/// An OAuth login, described by its endpoints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OAuth {
    /// The id that choices refer to.
    pub id: &'static str,
    /// How the login runs.
    pub flow: OAuthFlow,
    /// Whether the login is bound to this client by PKCE (S256).
    pub pkce: Support,
    /// Where the login starts: the device authorization or the authorization endpoint.
    pub authorize_url: &'static str,
    /// Where the token is had and refreshed.
    pub token_url: &'static str,
    /// The public client id.
    pub client_id: &'static str,
    /// The scopes to ask for.
    pub scopes: &'static [&'static str],
    /// The grant type of the token request where it is not the flow's standard one.
    pub grant_type: Option<&'static str>,
}

words! {
    /// Whose way of finding credentials on a machine.
    CloudChain {
        /// Amazon Web Services: environment, shared files, container and instance roles.
        Aws = "aws",
        /// Google Cloud: application default credentials.
        Gcp = "gcp",
        /// Microsoft Entra ID: environment, managed identity, developer login.
        Azure = "azure",
    }
}

/// The credential chain of a cloud.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cloud {
    /// Whose chain.
    pub chain: CloudChain,
    /// What the credential is for: the service of an AWS signature, the scope of a token.
    pub audience: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    extern crate alloc;
    use alloc::string::ToString;

    use super::*;

    const RULE: KeyRule = KeyRule {
        prefixes: &["sk-"],
        strict: true,
        wrong: &[WrongPrefix { prefix: "tp-", means: "plan", choices: &["plan-cn"] }],
    };

    #[test]
    fn a_key_with_another_providers_prefix_is_refused_with_the_choice() {
        let error = RULE.check("  TP-secret\n").unwrap_err();
        assert_eq!(error.to_string(), "a key that starts with `tp-` is for `plan`: use `plan-cn`");
    }

    #[test]
    fn an_unknown_prefix_is_refused_only_by_a_strict_rule() {
        let error = RULE.check("xx-secret").unwrap_err().to_string();
        assert_eq!(
            error,
            "the key does not look like one of this provider's, which start with `sk-`"
        );
        assert!(!error.contains("secret"));
        assert_eq!(KeyRule { strict: false, ..RULE }.check("xx-secret"), Ok(()));
        assert_eq!(RULE.check("ß"), Err(KeyError::Prefix { expected: &["sk-"] }));
    }
}
