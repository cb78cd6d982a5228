//! models.dev: its `api.json`, its base models and the history of its prices.
//!
//! The list says what is offered on its day, the history what was recorded on which day before. A row is made of each
//! key that either of them has; what only the history knows is delisted and has no facts. `history` says how records
//! become dated cards, `cost` what a zero is, `facts` what becomes of each field, `mapping` what the mapping says.
//!
//! The source's own words that its shape needs and no row has a place for are in `words`: `last_updated` where it is not
//! the day of release, `zeros`, the fields of the list that are zero, and `last_seen`, of a key that only the history
//! knows.

mod api;
mod base_models;
mod cards;
mod cost;
mod facts;
mod files;
mod history;
mod mapping;
mod rows;
#[cfg(test)]
mod tests;

pub use base_models::{BaseModel, read_base_models};
pub use mapping::{
    CapabilityRule, Glitch, ListedProvider, Mapping, ProviderEntry, RowEntry, Zero, ZeroRule,
};

use std::collections::BTreeSet;

use super::mistakes::Mistakes;
use crate::row::Reading;

/// The files of one day.
#[derive(Clone, Copy, Debug)]
pub struct Files<'t> {
    /// `api.json`.
    pub api: &'t str,
    /// The history of prices, if it is at hand.
    pub history: Option<&'t str>,
}

/// Reads what models.dev says.
///
/// # Errors
/// All that is not as expected: a key or field that is missing or new, a number that is no price, a provider that the
/// mapping does not know or knows otherwise. Each with its place.
pub fn read(files: Files<'_>, mapping: &Mapping) -> anyhow::Result<Reading> {
    let mut mistakes = Mistakes::of("models.dev");
    let offered = files::offered(files.api, mapping, &mut mistakes)?;
    let mut recorded = files::recorded(files.history.unwrap_or("{}"), mapping, &mut mistakes)?;
    let skipped = files::join_earlier(&mut recorded, &offered, mapping);
    let mut reading = Reading { skipped, ..Reading::default() };
    let keys: BTreeSet<&String> = offered.keys().chain(recorded.keys()).collect();
    for key in keys {
        let entry = rows::Entry { key, offered: offered.get(key), recorded: recorded.get(key) };
        entry.read(mapping, &mut reading, &mut mistakes);
    }
    mistakes.check()?;
    reading.skipped.sort_unstable();
    Ok(reading)
}
