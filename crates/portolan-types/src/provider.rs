//! One addressable service of a vendor: its regions, credentials, coverage and models.

use crate::auth::Auth;
use crate::dialect::Dialect;
use crate::lists::ModelsUrl;
use crate::model::Model;
use crate::region::Regions;
use crate::service::Service;
use crate::words::words;

/// One addressable service of a vendor, with its own credentials and prices.
///
/// The rows are generated as plain literals over [`Provider::UNKNOWN`], so the struct is exhaustive and catalogs
/// depend on this crate's exact version. The endpoints are reached through [`Provider::regions`] alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Provider {
    /// The provider's id, unique across vendors.
    pub id: &'static str,
    /// The id of the vendor that runs it.
    pub vendor: &'static str,
    /// The catalog that it is in: `labs`, `clouds`, `gateways`, `local` or a private one.
    pub catalog: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// How complete the list of models is.
    pub coverage: Coverage,
    /// Where it answers.
    pub regions: Regions,
    /// What fills the `{variables}` of its endpoints.
    pub variables: &'static [Variable],
    /// Headers that every request carries.
    pub headers: &'static [(&'static str, &'static str)],
    /// How one gets a credential.
    pub auth: Auth,
    /// Which bare model ids it claims.
    pub claims: Claims,
    /// Whether it takes model ids that the catalog does not list.
    pub pass_through: bool,
    /// Where its models are listed, where it is not as its wire protocol has it.
    pub lists: &'static [ModelsUrl],
    /// Whether nobody can be asked for a list of its models, as far as its vendor's documentation says.
    pub unlisted: bool,
    /// How it speaks `openai-completions`.
    pub dialect: Dialect,
    /// The model of a request that names none.
    pub default_model: Option<&'static str>,
    /// What it does besides chat.
    pub services: &'static [Service],
    /// Every model of the provider, by id.
    pub models: &'static [&'static Model],
    /// The vendor's documentation.
    pub docs: Option<&'static str>,
    /// How requests find their way, in words.
    pub routing: &'static [&'static str],
}

impl Provider {
    /// A provider of which nothing is known: what generated rows start from.
    pub const UNKNOWN: Self = Self {
        id: "",
        vendor: "",
        catalog: "",
        name: "",
        coverage: Coverage::Static,
        regions: Regions::single(&[]),
        variables: &[],
        headers: &[],
        auth: Auth::UNKNOWN,
        claims: Claims { prefixes: &[], patterns: &[] },
        pass_through: false,
        lists: &[],
        unlisted: false,
        dialect: Dialect::PLAIN,
        default_model: None,
        services: &[],
        models: &[],
        docs: None,
        routing: &[],
    };

    /// The model with this id or alias.
    pub fn model(&self, id: &str) -> Option<&'static Model> {
        self.models.iter().copied().find(|model| model.id == id || model.aliases.contains(&id))
    }

    /// The service for a capability.
    pub fn service(&self, capability: crate::Capability) -> Option<&'static Service> {
        self.services.iter().find(|service| service.capability == capability)
    }
}

words! {
    /// How complete a provider's list of models is. It governs what is listed as usable, not which rows exist.
    Coverage {
        /// The list is complete.
        Static = "static",
        /// The list is a seed: the endpoint knows more.
        Refreshable = "refreshable",
        /// The usable models are known only with credentials and a region.
        Live = "live",
    }
}

/// A variable of a templated endpoint. Its value is one DNS label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Variable {
    /// The name between the braces.
    pub name: &'static str,
    /// The environment variable that holds the value.
    pub env: Option<&'static str>,
    /// What it is, for people.
    pub description: &'static str,
}

/// The bare model ids that a provider answers for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// It claims every id that starts with one of these.
    pub prefixes: &'static [&'static str],
    /// It claims every id that one of these matches; `*` stands for any run of characters.
    pub patterns: &'static [&'static str],
}

impl Claims {
    /// Whether the provider claims this bare id.
    ///
    /// ```
    /// let claims = portolan_types::Claims { prefixes: &["claude-"], patterns: &["gpt-*-mini"] };
    /// assert!(claims.hold("claude-opus-5") && claims.hold("gpt-6-mini"));
    /// assert!(!claims.hold("gpt-6") && !claims.hold("my-claude-opus-5"));
    /// ```
    pub fn hold(&self, id: &str) -> bool {
        self.prefixes.iter().any(|prefix| id.starts_with(prefix))
            || self.patterns.iter().any(|pattern| matches(pattern, id))
    }
}

/// Matches a pattern whose only special character is `*`, in time linear in the pattern times the text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, mut tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    while let Some((part, after)) = tail.split_once('*') {
        let Some(found) = rest.find(part) else { return false };
        rest = &rest[found + part.len()..];
        tail = after;
    }
    rest.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_ids() {
        for (pattern, text, expected) in [
            ("gpt-*", "gpt-5", true),
            ("gpt-*", "chat-gpt-5", false),
            ("*-codex", "gpt-5-codex", true),
            ("*-codex", "gpt-5-codex-mini", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxc", false),
            ("a*ab", "ab", false),
            ("*", "", true),
            ("o3", "o3", true),
            ("o3", "o3-mini", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
