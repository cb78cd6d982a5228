//! The frozen catalog beside what a source says, entry by entry.
//!
//! Takes the rows of a source and the catalog; returns a [`Report`]: which entries agree, which differ and in what, what
//! only one of the two has. A difference is explained by a rule or it is open: the manifest records it as a
//! disagreement, the manifest's value is from the vendor's own page and the source's is not, it is from a later day, or a person pinned
//! the manifest. Nothing is averaged and nothing is left out.

mod dates;
mod explain;
mod facts;
pub mod feed;
pub mod page;
mod prices;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{Catalog, Model, Provider, Vendor};
use portolan_codegen::manifest::Day;
use portolan_types::Status;
use serde::{Deserialize, Serialize};

use crate::choose;
use crate::feeds::layout;
use crate::file::Whole;
use crate::index::{Index, Went};
use crate::row::{Reading, Row};

/// The version of the shape of the report in JSON.
const VERSION: u32 = 1;

/// What the comparison found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this shape.
    pub version: u32,
    /// The source's id.
    pub source: String,
    /// Where its file is published.
    pub url: String,
    /// The day of the file.
    pub as_of: Option<Day>,
    /// The counts of the whole source.
    pub counts: Counts,
    /// Where each provider of the source went, by its id there.
    pub providers: Vec<ProviderWent>,
    /// The entries that differ, by key.
    pub entries: Vec<Entry>,
    /// Keys of offerings that the catalog does not have.
    pub only_there: Vec<String>,
    /// Refs that the source does not have, of providers that it has.
    pub only_here: Vec<String>,
    /// Providers that the source does not have, with their numbers of models.
    pub providers_only_here: BTreeMap<String, usize>,
    /// Keys that are no offering, with the reason.
    pub skipped: Vec<(String, String)>,
    /// Keys of the file that neither the index nor the mapping knows. There must be none.
    pub unplaced: Vec<String>,
}

/// How many entries are how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The keys of the file that are offerings.
    pub keys: usize,
    /// Entries of which every field agrees.
    pub agree: usize,
    /// Entries that differ, each field for a reason.
    pub explained: usize,
    /// Entries that differ without a reason.
    pub differ: usize,
    /// Entries that the catalog does not have.
    pub only_there: usize,
    /// Entries that the source itself no longer lists and only its history knows.
    pub gone: usize,
    /// Keys that are no offering.
    pub skipped: usize,
}

/// An entry that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The key in the source.
    pub key: String,
    /// The ref here.
    pub r#ref: String,
    /// The region, where the entry is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The field by its key in manifests; conditions of a price stand in brackets.
    pub field: String,
    /// What the manifest says; nothing if it does not say.
    pub here: Option<Value>,
    /// What the source says.
    pub there: Value,
    /// Why the manifest says otherwise, if a rule says so.
    pub why: Option<Why>,
}

/// A value and where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// The value.
    pub value: String,
    /// The page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Day>,
}

/// The rule by which the value of the manifest stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Why {
    /// The manifest lists it under `disagreements`.
    Recorded {
        /// What the manifest notes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The manifest's value is from a page of the vendor, the source's is not.
    VendorPage,
    /// The manifest's value is from a later day.
    Later,
    /// The manifest has the source's value as an earlier price, which another has replaced.
    Replaced,
    /// A person pinned the manifest.
    Pinned,
    /// Another key of the source is the same model, and says otherwise.
    OtherEntry,
    /// What the model does and where it is in its life is the word of the model's source, which is another.
    OtherSource,
}

/// Where a provider of the source went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderWent {
    /// The provider's id in the source.
    pub id: String,
    /// Our vendors, providers and regions that its entries are.
    pub places: Vec<Home>,
    /// The counts of its entries.
    pub counts: Counts,
}

/// A vendor, a provider and a region of ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Home {
    /// The vendor; nothing if the catalog does not have the provider.
    pub vendor: Option<String>,
    /// The provider.
    pub provider: String,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// The manifests, compiled, and what is checked in beside them.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// The refs of the models that a person pinned.
    pub pinned: &'a BTreeSet<String>,
    /// Where every key of the source went.
    pub index: &'a Index,
}

/// Lays a catalog beside the rows of a source. `file_keys` are the keys of the source's file, found without the reader.
pub fn compare(whole: &Whole, reading: &Reading, file_keys: &[String], here: Here<'_>) -> Report {
    let Here { catalog, pinned, index } = here;
    let ours = Ours::new(catalog);
    // What the import found to be no offering of ours is skipped like what the mapping says to be none.
    let (rows, left): (Vec<_>, Vec<_>) =
        reading.rows.iter().partition(|row| !matches!(index.get(&row.key), Some(Went::Skipped(_))));
    let left = left.into_iter().filter_map(|row| match index.get(&row.key) {
        Some(Went::Skipped(why)) => Some((row.key.clone(), why.clone())),
        _ => None,
    });
    let mut skipped: Vec<_> = reading.skipped.iter().cloned().chain(left).collect();
    skipped.sort_unstable();
    skipped.dedup();
    let mut report = Report {
        version: VERSION,
        source: whole.id.clone(),
        url: whole.url.clone(),
        as_of: whole.as_of,
        counts: Counts { skipped: skipped.len(), ..Counts::default() },
        providers: Vec::new(),
        entries: Vec::new(),
        only_there: Vec::new(),
        only_here: Vec::new(),
        providers_only_here: BTreeMap::new(),
        skipped,
        unplaced: unplaced(reading, file_keys, index),
    };
    let mut providers: BTreeMap<String, (BTreeSet<Home>, Counts)> = BTreeMap::new();
    let mut met = BTreeSet::new();
    let bases: BTreeMap<_, _> =
        catalog.base_models.iter().map(|base| (base.id.as_str(), base)).collect();
    let entries = by_model(&rows, &ours);
    for row in rows {
        let (homes, counts) = providers.entry(provider_of(whole, row)).or_default();
        let found = ours.find(row);
        homes.insert(Home {
            vendor: ours.0.get(row.place.provider.as_str()).map(|(vendor, _)| vendor.id.clone()),
            provider: row.place.provider.clone(),
            region: row.place.region.clone(),
        });
        let mut one = Counts { keys: 1, ..Counts::default() };
        if let Some((vendor, provider, model)) = found {
            met.insert((provider.id.as_str(), model.id.as_str()));
            let base = model.base.as_deref().and_then(|id| bases.get(id)).copied();
            let reference = format!("{}/{}", provider.id, model.id);
            let pinned = pinned.contains(&reference);
            let pair = explain::Pair {
                whole,
                row,
                rows: &entries[reference.as_str()],
                vendor,
                provider,
                model,
                base,
                pinned,
            };
            let differences = differences(&pair);
            let open = differences.iter().any(|one| one.why.is_none());
            match (row.last_seen.is_some(), differences.is_empty()) {
                (true, _) => one.gone = 1,
                (false, true) => one.agree = 1,
                (false, false) if open => one.differ = 1,
                (false, false) => one.explained = 1,
            }
            if !differences.is_empty() {
                report.entries.push(Entry {
                    key: row.key.clone(),
                    r#ref: reference,
                    region: row.place.region.clone(),
                    differences,
                });
            }
        } else {
            one.only_there = 1;
            report.only_there.push(row.key.clone());
        }
        counts.add(one);
        report.counts.add(one);
    }
    ours.not_met(&met, &mut report);
    report.providers = providers
        .into_iter()
        .map(|(id, (places, counts))| ProviderWent {
            id,
            places: places.into_iter().collect(),
            counts,
        })
        .collect();
    report
}

impl Report {
    /// The report in JSON, with everything.
    pub fn json(&self) -> String {
        layout::json(self, 2)
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.keys += other.keys;
        self.agree += other.agree;
        self.explained += other.explained;
        self.differ += other.differ;
        self.only_there += other.only_there;
        self.gone += other.gone;
        self.skipped += other.skipped;
    }
}

/// The entries that are about the same model, by its ref.
fn by_model<'r>(rows: &[&'r Row], ours: &Ours<'_>) -> BTreeMap<String, Vec<&'r Row>> {
    let mut entries: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        if let Some((_, provider, model)) = ours.find(row) {
            entries.entry(format!("{}/{}", provider.id, model.id)).or_default().push(row);
        }
    }
    entries
}

/// The provider of the source that an entry belongs to.
fn provider_of(whole: &Whole, row: &Row) -> String {
    let named = (whole.id == "litellm").then(|| row.words.get("litellm_provider")).flatten();
    let first = || row.key.split('/').next().unwrap_or_default();
    named.map_or_else(|| first().to_owned(), Clone::clone)
}

/// What differs between an entry that the source still lists and the catalog.
fn differences(pair: &explain::Pair<'_>) -> Vec<Difference> {
    if pair.row.last_seen.is_some() {
        return Vec::new();
    }
    let mut all = facts::differences(pair);
    all.extend(prices::differences(pair));
    all
}

/// The keys that are in the file or were read and that nobody placed: the index, which is checked in, has to know each
/// as an offering or as none.
fn unplaced(reading: &Reading, file_keys: &[String], index: &Index) -> Vec<String> {
    let read = reading.rows.iter().map(|row| &row.key);
    let read: BTreeSet<_> = read.chain(reading.skipped.iter().map(|(key, _)| key)).collect();
    let all: BTreeSet<_> = read.iter().copied().chain(file_keys).collect();
    let known = |key: &String| read.contains(key) && index.get(key).is_some();
    all.into_iter().filter(|key| !known(key)).cloned().collect()
}

/// The providers of the catalog by id.
struct Ours<'a>(BTreeMap<&'a str, (&'a Vendor, &'a Provider)>);

impl<'a> Ours<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        Self(catalog.providers().map(|(v, p)| (p.id.as_str(), (v, p))).collect())
    }

    fn find(&self, row: &Row) -> Option<(&'a Vendor, &'a Provider, &'a Model)> {
        let (vendor, provider) = *self.0.get(row.place.provider.as_str())?;
        Some((vendor, provider, choose::model(provider, &row.place.model)?))
    }

    /// Lists what no row is about.
    fn not_met(&self, met: &BTreeSet<(&str, &str)>, report: &mut Report) {
        let providers: BTreeSet<_> = met.iter().map(|(provider, _)| *provider).collect();
        for (id, (_, provider)) in &self.0 {
            if !providers.contains(id) {
                report.providers_only_here.insert((*id).to_owned(), provider.models.len());
                continue;
            }
            let others = provider.models.iter().filter(|model| !met.contains(&(*id, &model.id)));
            let usable = others.filter(|model| model.status.0 != Status::Delisted);
            report.only_here.extend(usable.map(|model| format!("{id}/{}", model.id)));
        }
    }
}
