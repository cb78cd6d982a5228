//! Files for whoever reads other catalogs today: the whole catalog, its prices alone, and the shapes of models.dev and
//! litellm under their own ids.
//!
//! Takes the frozen catalog, and of each source its mapping, its index and the list of what it says otherwise, which are
//! all checked in; returns the files. The same input gives the same bytes: where a shape has one price, it is the one of
//! the catalog's own day, because a file knows no clock.

pub mod differences;
mod exact;
pub mod layout;
pub mod litellm;
pub mod models_dev;
pub mod prices;
#[cfg(test)]
mod tests;

use portolan_codegen::catalog::Catalog;
use portolan_codegen::emit::{Output, json};
use portolan_types::Timestamp;

pub use exact::Exact;

use differences::Known;

use crate::choose;
use crate::flat::{self, Flat};
use crate::index::Index;

/// What the repository keeps of a source.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The mapping file.
    pub mapping: String,
    /// Where every key went.
    pub index: Index,
    /// What the source says where the feed says otherwise.
    pub known: Known,
}

/// The feeds of a catalog.
#[derive(Clone, Debug)]
pub struct Feeds<'a> {
    catalog: &'a Catalog,
    known: [&'a Known; 2],
    api: models_dev::Api,
    map: litellm::Map,
}

impl<'a> Feeds<'a> {
    /// Makes the feeds.
    ///
    /// # Errors
    /// A mapping that cannot be read, or keys of an index that are no offering of the catalog.
    pub fn new(
        catalog: &'a Catalog,
        models_dev: &'a Kept,
        litellm: &'a Kept,
    ) -> anyhow::Result<Self> {
        let heads = models_dev::heads(&models_dev.mapping)?;
        let rules = litellm::Rules::parse(&litellm.mapping)?;
        let day = day(catalog);
        Ok(Self {
            catalog,
            known: [&models_dev.known, &litellm.known],
            api: models_dev::api(catalog, day, &models_dev.index, &heads)?,
            map: litellm::map(catalog, day, &litellm.index, &rules)?,
        })
    }

    /// An entry of the feed in the shape of a source, as paths and texts; nothing if there is no such feed or key.
    pub fn entry(&self, source: &str, key: &str) -> Option<Flat> {
        match source {
            "models-dev" => models_dev::entry(&self.api, key),
            "litellm" => litellm::entry(&self.map, key),
            _ => None,
        }
    }

    /// Every file, by its path below the folder of feeds.
    pub fn outputs(&self) -> Vec<Output> {
        let differences = |source: &str, known: &Known| {
            known.in_feed(source, |key| self.entry(source, key)).json()
        };
        let [of_models_dev, of_litellm] = self.known;
        vec![
            Output::new("catalog.json", json::catalog(self.catalog)),
            Output::new("catalog.schema.json", json::catalog_schema()),
            Output::new("prices.json", prices::json(self.catalog)),
            Output::new("prices.schema.json", prices::schema()),
            Output::new("differences.schema.json", differences::schema()),
            Output::new("models-dev/api.json", models_dev::json(&self.api)),
            Output::new("models-dev/differences.json", differences("models-dev", of_models_dev)),
            Output::new("litellm/model_prices_and_context_window.json", litellm::json(&self.map)),
            Output::new("litellm/differences.json", differences("litellm", of_litellm)),
        ]
    }
}

/// The day of a catalog: the last one on which a page was read for it. A price that starts later is only announced.
pub fn day(catalog: &Catalog) -> Timestamp {
    let days = catalog.providers().flat_map(|(_, provider)| {
        let models = provider.models.iter().flat_map(|model| {
            let facts = model.fact_sources.iter().map(|fact| Some(fact.checked));
            let cards = choose::cards(&model.price).iter().map(|card| card.source.checked);
            facts.chain(cards).chain([model.source.checked])
        });
        models.chain([provider.source.checked])
    });
    let last = days.flatten().filter(|day| day.0.is_full()).max();
    last.and_then(|day| day.0.timestamp()).unwrap_or(Timestamp(i64::MAX))
}

/// An entry of a feed as paths and texts.
fn flattened(entry: &impl serde::Serialize) -> Option<Flat> {
    flat::flat(&serde_json::to_string(entry).ok()?).ok()
}
