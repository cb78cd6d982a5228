//! The mapping file `sources/litellm.yaml`: which entry is which model of ours, and what its fields mean.

use std::collections::BTreeMap;

use anyhow::anyhow;
use portolan_codegen::catalog::Converted;
use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Capability, Currency, Meter, Modality};
use serde::Deserialize;

use super::file::unique;
use super::pattern::Pattern;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    /// Where the file is from, for entries that name no page of their own.
    pub(super) url: String,
    /// The day of the file.
    pub(super) as_of: Day,
    /// Fields without which the file is not the one that this mapping is for.
    pub(super) expects: Vec<String>,
    /// What each `mode` does.
    #[serde(deserialize_with = "unique")]
    pub(super) modes: BTreeMap<String, Mode>,
    /// The meter of each price field; the first that fits counts.
    pub(super) meters: Vec<MeterRule>,
    /// What a price of zero means; the first that fits counts.
    #[serde(default)]
    pub(super) zeros: Vec<ZeroRule>,
    /// The fields that no row holds.
    #[serde(default)]
    pub(super) omits: Vec<OmitRule>,
    /// Hosts whose pages are not a vendor's word.
    #[serde(default)]
    pub(super) not_vendor_pages: Vec<String>,
    /// litellm's spellings of regions and variants, by kind.
    #[serde(default, deserialize_with = "unique")]
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
    /// Keys that are no offering.
    #[serde(default, deserialize_with = "unique")]
    pub(super) skips: BTreeMap<String, String>,
    /// litellm's providers.
    #[serde(deserialize_with = "unique")]
    pub(super) providers: BTreeMap<String, Provider>,
}

/// What a mode does, and the kinds of content that are certain for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mode {
    pub(super) capability: Word<Capability>,
    #[serde(default)]
    pub(super) input: Vec<Word<Modality>>,
    #[serde(default)]
    pub(super) output: Vec<Word<Modality>>,
}

/// The meter of a price field. litellm's name alone does not say it: what is made is listed as `input` of images.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterRule {
    /// The field, apart from its number of tokens and its service tier.
    pub field: String,
    /// The meter.
    pub meter: Word<Meter>,
    /// The modes that it is for; all if none.
    #[serde(default)]
    pub modes: Vec<String>,
    /// litellm's providers that it is for; all if none.
    #[serde(default)]
    pub providers: Vec<String>,
    /// The variant that the field is a price of, as `resolution=720p`.
    #[serde(default)]
    pub variant: Option<String>,
}

/// What a zero means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroRule {
    /// The meaning.
    pub means: Means,
    /// Why.
    pub why: String,
    /// The fields.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The modes that it is for; all if none.
    #[serde(default)]
    pub modes: Vec<String>,
    /// litellm's providers that it is for; all if none.
    #[serde(default)]
    pub providers: Vec<String>,
    /// The keys that it is for; all if none.
    #[serde(default)]
    pub keys: Vec<String>,
}

/// The meaning of a zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Means {
    /// The vendor gives it away.
    Free,
    /// A plan covers it.
    Included,
    /// There is nothing to bill: the field stands there for its form.
    Nothing,
    /// Nobody said.
    Unknown,
}

/// Fields that no row holds, and why. It counts before any meter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OmitRule {
    pub(super) fields: Vec<String>,
    pub(super) why: String,
    /// litellm's providers that it is for; all if none.
    #[serde(default)]
    pub(super) providers: Vec<String>,
    /// Fields that the entry has to have too.
    #[serde(default)]
    pub(super) beside: Vec<String>,
    /// What a reader is told of the value, with `{value}` in it.
    #[serde(default)]
    pub(super) note: Option<String>,
}

/// One of litellm's providers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    /// The provider of ours, where the id differs.
    #[serde(default, rename = "provider")]
    pub(super) ours: Option<String>,
    /// The region that its entries are about.
    #[serde(default)]
    pub(super) region: Option<String>,
    /// What its keys look like; the first that fits counts.
    pub(super) keys: Vec<KeyRule>,
    /// litellm's spellings of model ids that the provider's api and other sources spell otherwise.
    #[serde(default, deserialize_with = "unique")]
    pub(super) models: BTreeMap<String, String>,
    /// Whether the number of a context tier is above already.
    #[serde(default)]
    pub(super) inclusive_tiers: bool,
    /// Whether the rate of reasoning tokens bills the whole output of a request that thinks.
    #[serde(default)]
    pub(super) thinking_bills_output: bool,
    /// What a model without any price is, where the provider's plans say so.
    #[serde(default)]
    pub(super) unpriced: Option<Means>,
    /// How litellm converted the vendor's prices.
    #[serde(default)]
    pub(super) converted: Option<Conversion>,
}

/// How prices were converted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conversion {
    pub(super) from: Word<Currency>,
    pub(super) rate: String,
    pub(super) date: Day,
}

impl Conversion {
    pub(super) fn converted(&self) -> Converted {
        Converted { from: self.from, rate: self.rate.clone(), date: self.date }
    }
}

/// Keys of one form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRule {
    pub(super) key: Pattern,
    /// The modes that it is for; all if none.
    #[serde(default)]
    pub(super) modes: Vec<String>,
    /// Why they are no offering.
    #[serde(default)]
    pub(super) skip: Option<String>,
    /// The provider of ours, where it is not that of the other keys.
    #[serde(default)]
    pub(super) provider: Option<String>,
    /// The model, where the key does not say it whole; `{model}` in it is what the key says.
    #[serde(default)]
    pub(super) model: Option<String>,
    /// The region, where the key does not say it.
    #[serde(default)]
    pub(super) region: Option<String>,
    /// The variants that the entry is about, where the key does not say them.
    #[serde(default)]
    pub(super) variants: BTreeMap<String, String>,
    /// What the model does, where the mode says otherwise.
    #[serde(default)]
    pub(super) capability: Option<Word<Capability>>,
    /// Meters of fields, where they are not the usual ones.
    #[serde(default)]
    pub(super) meters: BTreeMap<String, Word<Meter>>,
    /// Why the prices are not those of the place.
    #[serde(default)]
    pub(super) no_price: Option<String>,
    /// What a reader has to know.
    #[serde(default)]
    pub(super) note: Option<String>,
}

impl Mapping {
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        serde_yaml::from_str(text).map_err(|error| {
            let at = error
                .location()
                .map_or_else(String::new, |at| format!(":{}:{}", at.line(), at.column()));
            anyhow!("sources/litellm.yaml{at}: {error}")
        })
    }
}

impl Provider {
    /// The first rule that a key fits, and what it has in the places.
    pub(super) fn rule<'a>(
        &'a self,
        key: &'a str,
        mode: Option<&str>,
    ) -> Option<(&'a KeyRule, BTreeMap<&'a str, &'a str>)> {
        let mut rules = self.keys.iter().filter(|rule| is_for(&rule.modes, mode));
        rules.find_map(|rule| Some((rule, rule.key.matched(key)?)))
    }
}

/// Whether a list of words is for this one: it names it, or none.
pub fn is_for(list: &[String], word: Option<&str>) -> bool {
    list.is_empty() || word.is_some_and(|word| list.iter().any(|other| other == word))
}
