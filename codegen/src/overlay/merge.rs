//! A private provider filled up with the public row that it overrides.
//!
//! Each key that the private manifest says replaces the public value whole; models, regions and auth groups go one by one,
//! and a model's limits, features and modalities key by key. What a replaced value took with it goes too: the regions that
//! are no more with all that names them, the addresses with their variables, and the models that only such regions serve.

use serde_json::Value as Json;

use super::{Public, row};
use crate::catalog::{Model, Price, Provider};
use crate::manifest::{Closed as _, FactKey, Word};
use crate::source::{Span, Spanned};
use crate::yaml::{Mapping, Node, Value};

/// The entries of a mapping, none of anything else.
pub(super) fn entries(node: &Node) -> &[(Spanned<String>, Node)] {
    match &node.value {
        Value::Mapping(mapping) => &mapping.entries,
        _ => &[],
    }
}

/// The value under a key of a mapping.
pub(super) fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entries(node).iter().find(|(name, _)| name.value == key).map(|(_, node)| node)
}

/// The value under a key of a mapping, to change it.
pub(super) fn get_mut<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Mapping> {
    let Value::Mapping(mapping) = &mut node.value else { return None };
    let entry = mapping.entries.iter_mut().find(|(name, _)| name.value == key);
    match entry.map(|(_, node)| &mut node.value) {
        Some(Value::Mapping(mapping)) => Some(mapping),
        _ => None,
    }
}

/// Adds the keys of a public row that the private one does not say; for those in `inner` it goes one level down. A
/// private value that is no mapping stays as it is, for the decoder to say so.
pub(super) fn fill(private: &mut Node, public: Node, inner: &[&str]) {
    let (Value::Mapping(private), Value::Mapping(public)) = (&mut private.value, public.value)
    else {
        return;
    };
    for (key, value) in public.entries {
        match private.entries.iter_mut().find(|(name, _)| name.value == key.value) {
            None => private.entries.push((key, value)),
            Some((_, said)) if inner.contains(&key.value.as_str()) => fill(said, value, &[]),
            Some(_) => {}
        }
    }
}

/// The refs of the public models that a private provider leaves out.
pub(super) fn left_out(private: &Node, public: &Provider) -> Vec<String> {
    let left = left(public, private);
    let is_left = |model: &&Model| left.models.iter().any(|other| other.id == model.id);
    let out = public.models.iter().filter(|model| !is_left(model));
    out.map(|model| [&public.id, "/", &model.id].concat()).collect()
}

/// Fills a private provider up. `place` stands for whatever only the public row says.
pub(super) fn provider(private: &mut Node, row: &Provider, public: &Public, place: Span) {
    let mut left = left(row, private);
    for model in &mut left.models {
        model.replacement =
            model.replacement.take().filter(|other| !public.left_out.contains(other));
    }
    if let Some(regions) = get_mut(private, "regions") {
        for (id, said) in &mut regions.entries {
            if let Some(region) = left.regions.iter().find(|region| region.id == id.value) {
                fill(said, row::node(&row::region(region), id.span), &[]);
            }
        }
    }
    if let Some(models) = get_mut(private, "models") {
        for (id, said) in &mut models.entries {
            if let Some(model) = left.models.iter_mut().find(|model| model.id == id.value) {
                keep_sources(model, said);
                let mut row = row::model(model);
                forget_life(&mut row, said);
                fill(said, row::node(&row, id.span), &["limits", "features", "modalities"]);
            }
        }
    }
    let row = row::provider(&left, &public.shares_env(row));
    fill(private, row::node(&row, place), &["models"]);
}

/// A fact that is said anew has another source.
fn keep_sources(model: &mut Model, said: &Node) {
    let is_said = |fact: &Word<FactKey>| {
        let mut path = fact.0.id().split('.');
        path.try_fold(said, |node, key| get(node, key)).is_some()
    };
    for source in &mut model.fact_sources {
        source.facts.retain(|fact| !is_said(fact));
    }
    model.fact_sources.retain(|source| !source.facts.is_empty());
}

/// Where a model is in its life is one fact of three keys; a replacement stands in one of two places.
fn forget_life(row: &mut Json, said: &Node) {
    const LIFE: [&str; 3] = ["status", "retired", "delisted"];
    let Json::Object(row) = row else { return };
    if LIFE.iter().any(|key| get(said, key).is_some()) {
        row.retain(|key, _| !LIFE.contains(&key.as_str()));
    }
    if get(said, "retired").is_some_and(|retired| get(retired, "replacement").is_some()) {
        row.remove("replacement");
    }
}

/// The public provider as far as the private one leaves it.
fn left(public: &Provider, private: &Node) -> Provider {
    let mut left = public.clone();
    if let Some(regions) = get(private, "regions") {
        let kept: Vec<_> = entries(regions).iter().map(|(id, _)| id.value.as_str()).collect();
        let models = get(private, "models");
        let moved = |model: &Model| get(get(models?, &model.id)?, "regions");
        keep_regions(&mut left, &kept, |model| moved(model).is_some());
    }
    if get(private, "endpoints").is_some() {
        left.endpoints.clear();
        left.regions.iter_mut().for_each(|region| region.endpoints.clear());
    }
    forget_variables(&mut left, private);
    left
}

/// Leaves out the variables of addresses that are gone.
fn forget_variables(left: &mut Provider, private: &Node) {
    for region in &mut left.regions {
        let said = get(private, "regions").and_then(|regions| get(regions, &region.id));
        if said.is_some_and(|said| get(said, "endpoints").is_some()) {
            region.endpoints.clear();
        }
    }
    let said = ["endpoints", "regions", "lists"].map(|key| get(private, key));
    let public_lists = if said[2].is_some() { &[][..] } else { &left.lists };
    let regional = left.regions.iter().flat_map(|region| &region.endpoints);
    let urls = left.endpoints.iter().chain(regional).map(|endpoint| &endpoint.url);
    let urls: Vec<_> = urls.chain(public_lists.iter().map(|list| &list.url)).collect();
    let is_used = |name: &str| {
        let used = format!("{{{name}}}");
        urls.iter().any(|url| url.contains(&used))
            || said.into_iter().flatten().any(|node| mentions(node, &used))
    };
    left.variables.retain(|variable| is_used(&variable.name));
}

fn mentions(node: &Node, part: &str) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.contains(part),
        _ => entries(node).iter().any(|(_, value)| mentions(value, part)),
    }
}

/// Leaves out the regions that are not kept, with the auth choices for them and the models that only they serve, unless
/// such a model says its regions anew.
fn keep_regions(provider: &mut Provider, kept: &[&str], moved: impl Fn(&Model) -> bool) {
    let is_kept = |region: &str| kept.contains(&region);
    provider.regions.retain(|region| is_kept(&region.id));
    provider.auth.choices.retain(|choice| choice.region.as_deref().is_none_or(is_kept));
    let is_gone = |model: &Model| {
        let is_served = || model.regions.iter().any(|region| is_kept(region));
        !model.regions.is_empty() && !is_served() && !moved(model)
    };
    provider.models.retain(|model| !is_gone(model));
    for model in &mut provider.models {
        model.regions.retain(|region| is_kept(region));
    }
}

/// A price without the cards for regions that are not kept. What has a price nowhere else has none that anybody said.
pub(super) fn price_in(price: &Price, kept: impl Fn(&str) -> bool) -> Price {
    let Price::Priced(cards) = price else { return price.clone() };
    let mut cards = cards.clone();
    cards.retain_mut(|card| {
        let everywhere = card.regions.is_empty();
        card.regions.retain(|region| kept(region));
        everywhere || !card.regions.is_empty()
    });
    if cards.is_empty() { Price::Unknown } else { Price::Priced(cards) }
}
