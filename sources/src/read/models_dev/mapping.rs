//! The mapping file of models.dev: which of its providers is which provider and region of ours, what its zeros mean.
//!
//! It is read by people before it is read by this, so it says everything, one line a provider. What it says of a
//! provider's address and credentials is compared with the source: a change there needs a look at the manifest.

use std::collections::BTreeMap;

use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Capability, Currency};
use serde::Deserialize;

/// The mapping file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The source's address.
    pub source: String,
    /// The day of the source's file.
    pub as_of: Day,
    /// What the zeros of ids mean, the first that matches; where none does, the provider says.
    #[serde(default)]
    pub zeros: Vec<ZeroRule>,
    /// What models of these ids do that are not for chat, the first that matches.
    #[serde(default)]
    pub capabilities: Vec<CapabilityRule>,
    /// Records of the history that are no prices.
    #[serde(default)]
    pub glitches: Vec<Glitch>,
    /// Keys that were never an offering.
    #[serde(default)]
    pub skips: Vec<Skip>,
    /// Its providers.
    pub providers: BTreeMap<String, ProviderEntry>,
    /// Keys that are not what their provider says.
    #[serde(default)]
    pub rows: BTreeMap<String, RowEntry>,
}

/// A provider of the source.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderEntry {
    /// Our provider.
    pub provider: String,
    /// The region that it is about; every region if none.
    pub region: Option<String>,
    /// What a price of zero means here.
    pub zero: Zero,
    /// The currency of its numbers, where they are no dollars.
    pub currency: Option<Word<Currency>>,
    /// The later id of the same provider: what was recorded is the beginning of that one's history.
    pub became: Option<String>,
    /// Why nothing of it is an offering.
    pub skip: Option<String>,
    /// What the source's list says of it; nothing if only the history knows it.
    pub listed: Option<ListedProvider>,
}

/// What the source's list says of a provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedProvider {
    /// The name for people.
    pub name: String,
    /// The package that speaks to it.
    pub npm: String,
    /// The address.
    pub api: Option<String>,
    /// The documentation.
    pub doc: String,
    /// The environment variables, alternatives and parts of one credential alike.
    pub env: Vec<String>,
}

/// A key that is not what its provider says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RowEntry {
    /// Why it is no offering.
    pub skip: Option<String>,
    /// Its model id with us, where the source spells it otherwise.
    pub model: Option<String>,
    /// What a price of zero means.
    pub zero: Option<Zero>,
    /// What it does.
    pub capability: Option<Word<Capability>>,
}

/// What a price of zero means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zero {
    /// Nobody says.
    #[default]
    Unknown,
    /// The vendor gives it away.
    Free,
    /// It is part of a plan.
    Included,
}

/// What the zeros of some ids mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroRule {
    /// Patterns of model ids; `*` stands for any run of characters.
    pub ids: Vec<String>,
    /// What they mean.
    pub means: Zero,
}

/// What models of some ids do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapabilityRule {
    /// Patterns of model ids in lower case; `*` stands for any run of characters.
    pub ids: Vec<String>,
    /// What they do.
    pub is: Word<Capability>,
}

/// Keys that were never an offering, as those of a folder that was copied by mistake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// Patterns of keys; `*` stands for any run of characters.
    pub keys: Vec<String>,
    /// Why they are none.
    pub why: String,
}

/// Records of the history that are no prices, as numbers in another unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glitch {
    /// Patterns of keys; `*` stands for any run of characters.
    pub keys: Vec<String>,
    /// The days of the records.
    pub on: Vec<Day>,
    /// What is wrong with them.
    pub why: String,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// What is wrong, with file, line and column.
    pub fn parse(path: &str, text: &str) -> anyhow::Result<Self> {
        let mapping: Self = serde_yaml::from_str(text).map_err(|error| match error.location() {
            Some(at) => anyhow::anyhow!("{path}:{}:{}: {error}", at.line(), at.column()),
            None => anyhow::anyhow!("{path}: {error}"),
        })?;
        for (id, entry) in &mapping.providers {
            let said = [!entry.provider.is_empty(), entry.became.is_some(), entry.skip.is_some()];
            let count = said.into_iter().filter(|said| *said).count();
            anyhow::ensure!(
                count == 1,
                "{path}: `{id}` says one of `provider`, `became` and `skip`"
            );
            let known = entry.became.as_ref().is_none_or(|id| mapping.providers.contains_key(id));
            anyhow::ensure!(known, "{path}: `{id}` became a provider that is not in the mapping");
        }
        for key in mapping.rows.keys() {
            let provider = key.split_once('/').map(|(provider, _)| provider);
            let known = provider.is_some_and(|id| mapping.providers.contains_key(id));
            anyhow::ensure!(
                known,
                "{path}: `{key}` under `rows` is of a provider that is not in the mapping"
            );
        }
        Ok(mapping)
    }

    /// The provider of the source that speaks for this one, which is a later id of it where there is one.
    pub(super) fn home<'m>(&'m self, provider: &'m str) -> Option<(&'m str, &'m ProviderEntry)> {
        let entry = self.providers.get(provider)?;
        match &entry.became {
            Some(later) => Some((later, self.providers.get(later)?)),
            None => Some((provider, entry)),
        }
    }

    /// Why this key is no offering, if the mapping says so.
    pub(super) fn skipped(&self, key: &str) -> Option<&str> {
        let own = self.rows.get(key).and_then(|row| row.skip.as_deref());
        let rule = || self.skips.iter().find(|skip| matches(&skip.keys, key));
        let (provider, _) = key.split_once('/')?;
        own.or_else(|| rule().map(|skip| skip.why.as_str()))
            .or_else(|| self.providers.get(provider)?.skip.as_deref())
    }

    /// What a zero of this key means.
    pub(super) fn zero(&self, provider: &str, model: &str) -> Zero {
        let own = self.rows.get(&format!("{provider}/{model}")).and_then(|row| row.zero);
        let by_id = || self.zeros.iter().find(|rule| matches(&rule.ids, model));
        own.or_else(|| by_id().map(|rule| rule.means)).unwrap_or_else(|| {
            self.providers.get(provider).map(|entry| entry.zero).unwrap_or_default()
        })
    }

    /// What the model of this key does, where the mapping says so.
    pub(super) fn capability(&self, provider: &str, model: &str) -> Option<Capability> {
        let own = self.rows.get(&format!("{provider}/{model}")).and_then(|row| row.capability);
        let lower = model.to_ascii_lowercase();
        let by_id = || self.capabilities.iter().find(|rule| matches(&rule.ids, &lower));
        own.or_else(|| by_id().map(|rule| rule.is)).map(|word| word.0)
    }

    /// What is wrong with the record of this key on this day, if the mapping says that it is no price.
    pub(super) fn glitch(&self, key: &str, day: Day) -> Option<&str> {
        let holds = |glitch: &&Glitch| glitch.on.contains(&day) && matches(&glitch.keys, key);
        self.glitches.iter().find(holds).map(|glitch| glitch.why.as_str())
    }

    /// The key under which what was recorded for this one goes on.
    pub(super) fn later_key(&self, key: &str) -> Option<String> {
        let (provider, model) = key.split_once('/')?;
        let became = self.providers.get(provider)?.became.as_deref()?;
        let model = self.rows.get(key).and_then(|row| row.model.as_deref()).unwrap_or(model);
        Some(format!("{became}/{model}"))
    }
}

fn matches(patterns: &[String], id: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.split_once('*') {
        None => pattern == id,
        Some((head, tail)) => id.strip_prefix(head).is_some_and(|rest| ends(tail, rest)),
    })
}

/// Whether the text is any run of characters and then what the pattern says.
fn ends(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => text.ends_with(pattern),
        Some((part, tail)) => text.split_once(part).is_some_and(|(_, rest)| ends(tail, rest)),
    }
}
