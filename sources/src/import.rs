//! A source's rows into the manifests: what is missing is added, what the source said before is brought up to date.
//!
//! Takes the texts of the manifests, their frozen catalog and the rows of a source; returns the texts that change, the
//! source's index and a report. Texts are edited, never written anew, so comments and order survive. What is pinned is a
//! person's word and stays. The facts of a model are the word of the source that its manifest names, and only that one
//! changes them; prices are weighed against those of other sources by the [rule]. Importing the same rows again changes
//! nothing. What a manifest cannot hold is in the report.

mod apart;
mod bases;
mod claim;
mod edit;
mod fact_rule;
mod facts;
mod gaps;
mod group;
mod index;
mod insert;
mod life;
mod model;
mod origin;
mod prices;
mod report;
pub mod rule;
mod stated;
#[cfg(test)]
mod tests;
mod text;
mod vendor;
mod write;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::Catalog;
use portolan_codegen::load::{BASE_FOLDER, Input};

pub use claim::{Claim, Conditions};
pub use origin::{Origin, Owner};
pub use report::Report;

use self::group::{Aliases, Offers};
use self::vendor::{Manifest, Work};
use crate::read::models_dev::BaseModel;
use crate::row::Reading;

/// What an import works on.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The manifests.
    pub inputs: &'a [Input],
    /// What they say, frozen.
    pub catalog: &'a Catalog,
    /// What the source says.
    pub reading: &'a Reading,
    /// The base models that the source knows.
    pub bases: &'a [BaseModel],
    /// The source.
    pub origin: Origin,
    /// The index of the last import of the source, empty if there was none.
    pub index: &'a str,
}

/// What came of an import.
#[derive(Debug)]
pub struct Imported {
    /// The manifests that change.
    pub manifests: Vec<Input>,
    /// The new index.
    pub index: String,
    /// What was done and what could not be.
    pub report: Report,
}

/// Brings the rows of a source into the manifests.
///
/// # Errors
/// Every provider and region of the rows that no manifest has, with what to do.
pub fn import(task: &Task<'_>) -> Result<Imported, Vec<String>> {
    let mut report = Report::of(task.reading);
    let aliases = Aliases::of(task.catalog);
    let offers = group::group(task.reading, &aliases, task.origin, &mut report);
    report.models = offers.len();
    let vendors =
        task.inputs.iter().filter(|input| !input.path.starts_with(&format!("{BASE_FOLDER}/")));
    let manifests: Vec<_> = vendors.filter_map(Manifest::new).collect();
    let mut mistakes = unknown(&manifests, &offers, task.origin);
    let new_bases = bases::new(task.bases, task.catalog, &mut report);
    let all_bases = task.catalog.base_models.iter().chain(&new_bases);
    let bases: BTreeMap<_, _> = all_bases.map(|base| (base.id.as_str(), base)).collect();
    let frozen: BTreeMap<_, _> =
        task.catalog.providers().map(|(_, provider)| (provider.id.as_str(), provider)).collect();
    let before = index::refs(task.index);
    let work = Work {
        offers: &offers,
        origin: task.origin,
        bases: &bases,
        frozen: &frozen,
        before: &before,
    };
    let mut edited = match bases::into_labs(&new_bases, task.inputs, task.origin, &mut report) {
        Ok(edited) => edited,
        Err(more) => {
            mistakes.extend(more);
            Vec::new()
        }
    };
    for manifest in &manifests {
        match manifest.edited(&work, &mut report) {
            Ok(Some(text)) => {
                edited.push(Input { path: manifest.path.to_owned(), bytes: text.into_bytes() });
            }
            Ok(None) => {}
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let not_held: Vec<_> = report
        .omitted
        .iter()
        .filter(|[_, field, ..]| field == "id")
        .map(|[key, _, _, why]| (key.as_str(), why.as_str()))
        .collect();
    let index = index::index(task.reading, &aliases, &not_held);
    Ok(Imported { manifests: edited, index, report })
}

/// The providers and regions that no manifest declares.
fn unknown(manifests: &[Manifest<'_>], offers: &Offers<'_>, origin: Origin) -> Vec<String> {
    let mut known: BTreeMap<&str, (&str, Vec<&str>)> = BTreeMap::new();
    for manifest in manifests {
        for (id, shape) in manifest.file.providers.iter() {
            let regions = shape.regions.iter().map(|(region, _)| &***region).collect();
            known.insert(id, (manifest.path, regions));
        }
    }
    let mapping = format!("sources/{}.yaml", origin.owner.id());
    let mut missing: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let mut regions: BTreeSet<String> = BTreeSet::new();
    for ((provider, _), offer) in offers {
        let Some((path, of_provider)) = known.get(provider) else {
            let (count, _) = missing.entry(provider).or_insert((0, &offer.rows[0].key));
            *count += offer.rows.len();
            continue;
        };
        for region in offer.rows.iter().filter_map(|row| row.place.region.as_deref()) {
            if !of_provider.contains(&region) {
                regions.insert(format!(
                    "`{provider}` has no region `{region}`: declare it under `regions:` in manifests/{path}, or mend {mapping}"
                ));
            }
        }
    }
    let providers = missing.into_iter().map(|(provider, (count, key))| {
        format!(
            "no manifest has the provider `{provider}` ({count} rows, as `{key}`): run `cargo xtask new vendor {provider} --catalog CATALOG`, add it to its vendor's manifest, or map the rows elsewhere in {mapping}"
        )
    });
    providers.chain(regions).collect()
}
