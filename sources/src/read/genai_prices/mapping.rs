//! The mapping file of genai-prices: which of its providers and names is which provider and model of ours, and what its
//! dates, empty prices and comments mean.
//!
//! It is read by people before it is read by this, so every decision about an entry stands there with its reason.

use std::collections::BTreeMap;

use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Capability, Currency, Meter, ServiceTier};
use serde::Deserialize;

/// The mapping file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The source's address.
    pub source: String,
    /// The day of the source's file.
    pub as_of: Day,
    /// Sentences of comments that hold one of these are no notes.
    #[serde(default)]
    pub no_note: Vec<String>,
    /// Its providers.
    pub providers: BTreeMap<String, ProviderRules>,
}

/// A provider of the source.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a line of the file that is there or not"
)]
pub struct ProviderRules {
    /// Our provider.
    pub provider: String,
    /// The region that it is about; every region if none.
    pub region: Option<String>,
    /// The region that a model of another provider of ours is about, by that provider.
    pub regions: BTreeMap<String, String>,
    /// Which of the source's pages has the prices of another provider of ours, by that provider.
    pub pages: BTreeMap<String, String>,
    /// The service tier that it is about.
    pub service_tier: Option<Word<ServiceTier>>,
    /// The service tiers of single models, which are entries of their own in the source.
    pub service_tiers: BTreeMap<Word<ServiceTier>, Vec<String>>,
    /// What follows the model id in our api's spelling.
    pub suffix: String,
    /// Whether the api spells ids in lower case, whatever the source does.
    pub lowercase: bool,
    /// The model ids are those that a match spells out and that start with this.
    pub ids_under: Option<String>,
    /// An id without `/` is an older record of the one that has it behind its organisation.
    pub older_without_organisation: bool,
    /// The days that are the vendor's own dates of a change; every other day is the source's sighting.
    pub vendor_dates: Vec<Day>,
    /// Names whose price nobody has looked at since a day, by that day.
    pub older: BTreeMap<Day, Vec<String>>,
    /// Whether the vendor's page is looked at only where an entry bears a date.
    pub unwatched_without_date: bool,
    /// Whether a tier that starts at 199,999 stands for 200,000 and more.
    pub inclusive: bool,
    /// How the source converted the vendor's prices.
    pub converted: Option<Conversion>,
    /// What its models do, where that is no chat.
    pub capability: Option<Word<Capability>>,
    /// The same for single models.
    pub capabilities: BTreeMap<Word<Capability>, Vec<String>>,
    /// Names of the source that are other ids with us: refs.
    pub models: BTreeMap<String, Refs>,
    /// Names that are no offering, with the reason.
    pub skip: BTreeMap<String, String>,
    /// Names without a price that are free, with the reason.
    pub free: BTreeMap<String, String>,
    /// Names without a price that end with this are free.
    pub free_suffix: Option<String>,
    /// Names without a price that are part of a plan, with the reason.
    pub included: BTreeMap<String, String>,
    /// Names whose price is not what it costs, with the reason.
    pub unpriced: BTreeMap<String, String>,
    /// Meters that are free, by name.
    pub free_meters: BTreeMap<String, Vec<Word<Meter>>>,
    /// Names that the vendor has switched off or will.
    pub retires: BTreeMap<String, Retirement>,
    /// Cards that end on a day that only a comment says, by name.
    pub ends: BTreeMap<String, End>,
    /// Cards that a comment says and the source's numbers cannot, by name.
    pub cards: BTreeMap<String, Edit>,
}

/// One ref or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Refs {
    /// One.
    One(String),
    /// Several, all of which the entry is about.
    Many(Vec<String>),
}

/// How prices were converted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    /// The vendor's currency.
    pub from: Word<Currency>,
    /// Units of it for a dollar.
    pub rate: String,
    /// The day of the rate.
    pub date: Day,
    /// The names that were converted; all if empty.
    #[serde(default)]
    pub models: Vec<String>,
}

/// The day from which a vendor serves a model no more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// The day.
    pub on: Day,
    /// The page that says so.
    pub source: Option<String>,
}

/// The vendor's date until which the last card of a service tier holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The service tier.
    pub service_tier: Word<ServiceTier>,
    /// The date.
    pub on: Day,
}

/// Cards in place of those that the source's entries make.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// What the comment says. If it says so no more, the cards have to be looked at again.
    pub says: String,
    /// The cards. Each entry of the source is in one of them.
    pub list: Vec<EditedCard>,
}

/// A card of the mapping file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EditedCard {
    /// The entries of the source that it stands for, from 1. The first has its rates.
    pub entries: Vec<usize>,
    /// The vendor's date from which it holds.
    pub from: Option<String>,
    /// The vendor's date until which it holds.
    pub until: Option<String>,
    /// The day on which the source first recorded it.
    pub seen: Option<Day>,
    /// The last day on which it did.
    pub last_seen: Option<Day>,
    /// The weekdays.
    pub days: Vec<String>,
    /// The times of day.
    pub time: Vec<String>,
    /// The currency that the vendor bills.
    pub currency: Option<Word<Currency>>,
    /// Rates in that currency, as decimals.
    pub rates: BTreeMap<Word<Meter>, String>,
    /// What a reader has to know.
    pub note: Option<String>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// What is wrong, with file, line and column.
    pub fn parse(path: &str, text: &str) -> anyhow::Result<Self> {
        serde_yaml::from_str(text).map_err(|error| match error.location() {
            Some(at) => anyhow::anyhow!("{path}:{}:{}: {error}", at.line(), at.column()),
            None => anyhow::anyhow!("{path}: {error}"),
        })
    }
}

impl ProviderRules {
    /// Every name that a rule is about, with the rule.
    pub(super) fn names(&self) -> Vec<(&'static str, &String)> {
        let mut names = Vec::new();
        let mut add = |rule, list: Vec<_>| names.extend(list.into_iter().map(|name| (rule, name)));
        add("models", self.models.keys().collect());
        add("skip", self.skip.keys().collect());
        add("free", self.free.keys().collect());
        add("included", self.included.keys().collect());
        add("unpriced", self.unpriced.keys().collect());
        add("free_meters", self.free_meters.keys().collect());
        add("retires", self.retires.keys().collect());
        add("ends", self.ends.keys().collect());
        add("cards", self.cards.keys().collect());
        add("capabilities", self.capabilities.values().flatten().collect());
        add("older", self.older.values().flatten().collect());
        add("service_tiers", self.service_tiers.values().flatten().collect());
        add("converted", self.converted.iter().flat_map(|rule| &rule.models).collect());
        names
    }

    /// What a model does, where the mapping says so.
    pub(super) fn capability_of(&self, name: &str) -> Option<Capability> {
        listed(&self.capabilities, name).copied().or(self.capability).map(|word| word.0)
    }

    /// The service tier that a model is about.
    pub(super) fn service_tier_of(&self, name: &str) -> Option<ServiceTier> {
        listed(&self.service_tiers, name).copied().or(self.service_tier).map(|word| word.0)
    }

    /// The day since which nobody has looked at a price.
    pub(super) fn older_of(&self, name: &str) -> Option<Day> {
        listed(&self.older, name).copied()
    }
}

/// What a name is listed under.
fn listed<'l, T>(lists: &'l BTreeMap<T, Vec<String>>, name: &str) -> Option<&'l T> {
    lists.iter().find(|(_, names)| names.iter().any(|other| other == name)).map(|(what, _)| what)
}

impl Refs {
    /// The refs.
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_has_its_place() {
        let text =
            "source: https://example.com\nas_of: 2026-11-10\nproviders:\n  a: { provder: a }\n";
        let error = Mapping::parse("sources/genai-prices.yaml", text).unwrap_err().to_string();
        assert!(error.starts_with("sources/genai-prices.yaml:4:"), "{error}");
        assert!(error.contains("unknown field `provder`"), "{error}");
    }
}
