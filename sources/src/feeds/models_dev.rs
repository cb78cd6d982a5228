//! `models-dev/api.json`: the catalog in the shape of models.dev, under its own ids.
//!
//! Every key of the source's file is here, so regions are providers again (`alibaba-cn`). What models.dev does not list
//! is added: models under each of its providers that serves them, providers under our ids. What nobody knows is left
//! out; where the shape demands a value all the same it is the one that models.dev itself writes then, which
//! `model` names.

mod model;
mod provider;

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{Catalog, Model, Provider, Vendor};
use portolan_types::{RegionPolicy, ServiceTier, Status, Timestamp};

use self::model::{At, Entry};
pub use self::provider::Head;
use super::{flattened, layout};
use crate::choose;
use crate::flat::Flat;
use crate::index::Index;
use crate::read::models_dev::{ListedProvider, Mapping};
use crate::row::Place;

/// The word of an index for the last day on which the source listed a key that its file has no more.
pub const GONE: &str = "last_seen";

/// The heads of models.dev's own providers, as its list says them; by id.
pub type Heads = BTreeMap<String, Head>;

/// The feed: what models.dev calls `api.json`.
pub type Api = BTreeMap<String, Listed>;

/// A provider with its models, in the order of keys that models.dev writes.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Listed {
    #[serde(flatten)]
    head: Head,
    models: BTreeMap<String, Entry>,
}

/// The heads of the providers that a mapping file lists.
///
/// # Errors
/// What is wrong with the file.
pub fn heads(mapping: &str) -> anyhow::Result<Heads> {
    let mapping = Mapping::parse("sources/models-dev.yaml", mapping)?;
    let listed = mapping.providers.into_iter().filter_map(|(id, entry)| {
        let ListedProvider { name, npm, api, doc, env } = entry.listed?;
        Some((id.clone(), Head { id, env, npm, api, name, doc }))
    });
    Ok(listed.collect())
}

/// The file.
pub fn json(api: &Api) -> String {
    layout::json(api, 3)
}

/// An entry of the feed by the key `provider/model`.
pub fn entry(api: &Api, key: &str) -> Option<Flat> {
    let (provider, id) = key.split_once('/')?;
    flattened(api.get(provider)?.models.get(id)?)
}

/// What the file says on a day.
///
/// # Errors
/// Keys of the index that are no offering of the catalog, all of them.
pub fn api(catalog: &Catalog, day: Timestamp, index: &Index, heads: &Heads) -> anyhow::Result<Api> {
    let ours = Ours::new(catalog);
    let mut api = Api::new();
    let mut lost = Vec::new();
    let mut homes: BTreeMap<&str, BTreeSet<Home>> = BTreeMap::new();
    // What only the history of the source knows is in its index, but not in its file.
    for (key, entry) in index.placed().filter(|(_, entry)| !entry.words.contains_key(GONE)) {
        let place = &entry.place;
        let (Some((source, id)), Some((vendor, provider, model))) =
            (key.split_once('/'), ours.find(place))
        else {
            lost.push(format!("\n  `{key}`: there is no `{}/{}`", place.provider, place.model));
            continue;
        };
        let home = Home { source: source.to_owned(), region: place.region.clone() };
        let listed = api.entry(source.to_owned()).or_insert_with(|| Listed {
            head: head(heads, source, vendor, provider, place.region.as_deref()),
            models: BTreeMap::new(),
        });
        let at = At { place, words: &entry.words, day };
        listed.models.insert(id.to_owned(), Entry::new(id, provider, model, &at));
        homes.entry(&provider.id).or_default().insert(home);
    }
    anyhow::ensure!(
        lost.is_empty(),
        "the index of models.dev and the manifests do not fit; run `cargo xtask import`:{}",
        lost.concat()
    );
    for (vendor, provider) in catalog.providers() {
        let known = homes.remove(provider.id.as_str()).unwrap_or_default();
        let known = if known.is_empty() { unfolded(provider) } else { known };
        for home in &known {
            add_others(&mut api, vendor, provider, home, &To { heads, day });
        }
    }
    Ok(api)
}

/// A provider of the feed that shows one of ours, in one of its regions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Home {
    source: String,
    region: Option<String>,
}

/// The providers that stand for one that models.dev does not have: one, or one for each region that has to be named.
fn unfolded(provider: &Provider) -> BTreeSet<Home> {
    if provider.region_policy.0 != RegionPolicy::Required {
        return BTreeSet::from([Home { source: provider.id.clone(), region: None }]);
    }
    let of = |region: &str| Home {
        source: format!("{}-{region}", provider.id),
        region: Some(region.to_owned()),
    };
    provider.regions.iter().map(|region| of(&region.id)).collect()
}

/// What an entry is made with, whichever it is.
struct To<'a> {
    heads: &'a Heads,
    day: Timestamp,
}

/// Adds the models of a provider that the feed does not have yet, as far as they can be used and described.
fn add_others(api: &mut Api, vendor: &Vendor, provider: &Provider, home: &Home, to: &To<'_>) {
    let To { heads, day } = *to;
    let region = home.region.as_deref();
    let others = provider.models.iter().filter(|model| {
        let usable = !matches!(model.status.0, Status::Retired | Status::Delisted);
        let served = model.regions.is_empty()
            || region.is_none_or(|region| model.regions.iter().any(|own| own == region));
        usable && served && Entry::describes(model)
    });
    for model in others {
        let place = Place {
            provider: provider.id.clone(),
            model: model.id.clone(),
            region: home.region.clone(),
            service_tier: Some(ServiceTier::Standard),
            variants: Vec::new(),
        };
        let listed = api.entry(home.source.clone()).or_insert_with(|| Listed {
            head: head(heads, &home.source, vendor, provider, region),
            models: BTreeMap::new(),
        });
        let at = At { place: &place, words: &BTreeMap::new(), day };
        let entry = || Entry::new(&model.id, provider, model, &at);
        listed.models.entry(model.id.clone()).or_insert_with(entry);
    }
}

fn head(
    heads: &Heads,
    id: &str,
    vendor: &Vendor,
    provider: &Provider,
    region: Option<&str>,
) -> Head {
    heads.get(id).cloned().unwrap_or_else(|| Head::new(id, vendor, provider, region))
}

/// The providers of a catalog by id.
struct Ours<'a>(BTreeMap<&'a str, (&'a Vendor, &'a Provider)>);

impl<'a> Ours<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        Self(catalog.providers().map(|(v, p)| (p.id.as_str(), (v, p))).collect())
    }

    fn find(&self, place: &Place) -> Option<(&'a Vendor, &'a Provider, &'a Model)> {
        let (vendor, provider) = *self.0.get(place.provider.as_str())?;
        Some((vendor, provider, choose::model(provider, &place.model)?))
    }
}
