//! Requests for the entries of the feeds, with what the engine bills for them.
//!
//! Takes the indexes of the sources; gives for each entry the requests that its shape can price: an ordinary one, one
//! with cached input, and one on each side of every tier. The tests of the feeds and the readers of the registries add
//! up the same requests from the feeds.

use std::path::Path;

use portolan_catalog::types::{
    Amount, Context, Currency, Meter, Price, ServiceTier, Timestamp, Usage, VariantSet,
};
use portolan_sources::index::{self, Index};
use serde_json::{Value, json};

/// A request, and what the engine bills for it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Uncached input tokens.
    pub input: u64,
    /// Input tokens from a cache.
    pub cache_read: u64,
    /// Output tokens.
    pub output: u64,
    /// The amount in 1e-18 dollars.
    pub amount: u128,
}

/// The requests for an entry on a day, which is that of the feed. There are none if it has no price, or not one for every hour.
#[must_use]
pub fn requests(entry: &index::Entry, at: Timestamp) -> Vec<Request> {
    let place = &entry.place;
    let Ok(found) = portolan_catalog::find(&format!("{}/{}", place.provider, place.model)) else {
        return Vec::new();
    };
    let context = Context {
        at,
        service_tier: place.service_tier.unwrap_or(ServiceTier::Standard),
        region: place.region.as_deref(),
        variants: place.variants.iter().copied().collect::<VariantSet>(),
    };
    let cards = match found.model.price {
        Price::Priced(cards) => cards,
        _ => &[],
    };
    if cards.iter().any(|card| !card.windows.is_empty()) {
        return Vec::new();
    }
    let tiers = cards.iter().flat_map(|card| card.tiers);
    let edges = tiers.filter_map(|tier| tier.input_above).flat_map(|edge| [edge, edge + 1]);
    let mut usages = vec![(1_000, 0, 100), (1_000, 2_000, 100)];
    usages.extend(edges.map(|edge| (edge, 0, 100)));
    usages.sort_unstable();
    usages.dedup();
    let billed = usages.into_iter().filter_map(|(input, cache_read, output)| {
        let usage = Usage::new()
            .with(Meter::Input, input)
            .with(Meter::CacheRead, cache_read)
            .with(Meter::Output, output);
        let quote = found.quote(&usage, &context).ok()?;
        // A feed names a rate or it does not; what is billed as something else is for the reader to decide.
        let named = quote.lines().all(|line| line.billed_as == line.meter);
        let dollars = quote.currency().is_none_or(|currency| currency == Currency::Usd);
        let amount = quote.total.0;
        (named && dollars).then_some(Request { input, cache_read, output, amount })
    });
    billed.collect()
}

/// The requests for every entry of the indexes in `sources/index` of a repository.
///
/// # Errors
/// An index that is not there or cannot be read.
pub fn all(root: &Path, at: Timestamp) -> std::io::Result<Vec<Value>> {
    let mut all = Vec::new();
    for source in ["models-dev", "litellm"] {
        let path = root.join(format!("sources/index/{source}.txt"));
        let index = Index::parse(&std::fs::read_to_string(path)?);
        let index = index.map_err(std::io::Error::other)?;
        for (key, entry) in index.placed() {
            for Request { input, cache_read, output, amount } in requests(entry, at) {
                all.push(json!({
                    "source": source,
                    "key": key,
                    "provider": entry.words.get("litellm_provider"),
                    "input": input,
                    "cache_read": cache_read,
                    "output": output,
                    "amount": Amount(amount).to_string(),
                }));
            }
        }
    }
    Ok(all)
}
