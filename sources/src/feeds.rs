//! Files for whoever reads other catalogs today: the whole catalog, its prices alone, and the shapes of models.dev and
//! litellm under their own ids.
//!
//! Takes the frozen catalog and the index of each source, which are both checked in; returns the files. The same input
//! gives the same bytes: a price is the one that holds last, because a file knows no clock.

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

use differences::Known;
pub use exact::Exact;
use models_dev::Heads;

use crate::flat::{self, Flat};
use crate::index::Index;

/// What the repository keeps of a source for its feed.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Where every key went.
    pub index: Index,
    /// What the source says where the feed says otherwise.
    pub known: Known,
}

/// Every feed, by its path below the folder of feeds.
///
/// # Errors
/// Keys of an index that are no offering of the catalog.
pub fn feeds(
    catalog: &Catalog,
    models_dev: &Kept,
    heads: &Heads,
    litellm: &Kept,
) -> anyhow::Result<Vec<Output>> {
    let api = models_dev::api(catalog, &models_dev.index, heads)?;
    let map = litellm::map(catalog, &litellm.index)?;
    let api_differs = models_dev.known.in_feed("models.dev", |key| models_dev::entry(&api, key));
    let map_differs = litellm.known.in_feed("litellm", |key| litellm::entry(&map, key));
    Ok(vec![
        Output::new("catalog.json", json::catalog(catalog)),
        Output::new("catalog.schema.json", json::catalog_schema()),
        Output::new("prices.json", prices::json(catalog)),
        Output::new("prices.schema.json", prices::schema()),
        Output::new("differences.schema.json", differences::schema()),
        Output::new("models-dev/api.json", models_dev::json(&api)),
        Output::new("models-dev/differences.json", api_differs.json()),
        Output::new("litellm/model_prices_and_context_window.json", litellm::json(&map)),
        Output::new("litellm/differences.json", map_differs.json()),
    ])
}

/// An entry of a feed as paths and texts.
fn flattened(entry: &impl serde::Serialize) -> Option<Flat> {
    flat::flat(&serde_json::to_string(entry).ok()?).ok()
}
