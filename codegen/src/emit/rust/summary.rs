//! What the doc comment of a model or a provider says: facts and prices in words. It says nothing of today: a price
//! with a date is given with its date.

use portolan_types::{Capability, Coverage, Modality, RegionPolicy, Status};

use super::doc::Doc;
use super::price_text;
use crate::catalog::{Model, Provider, Vendor};
use crate::emit::figures::grouped;
use crate::emit::markdown::{code, codes, inert};
use crate::manifest::Word;

/// The doc comment of a model's static.
pub(super) fn model(model: &Model) -> String {
    let facts = &model.facts;
    let prices = price_text::of(&model.price);
    let mut parts = Vec::new();
    if facts.capability.0 != Capability::Chat {
        parts.push(facts.capability.to_string());
    }
    parts.extend(modalities(&facts.input, &facts.output));
    parts.extend(limits(facts.context, facts.max_input, facts.max_output));
    parts.push(prices.headline);
    let mut doc = Doc::new(&format!("{}: {}.", inert(&model.name), parts.join("; ")));
    overrides(&mut doc, &model.overrides);
    if let Some(life) = life(model) {
        doc.point(&life);
    }
    if let Some(dates) = dates(model) {
        doc.point(&dates);
    }
    if !model.regions.is_empty() {
        let regions = codes(model.regions.iter().map(String::as_str));
        doc.point(&format!("only in {regions}"));
    }
    for point in prices.points.iter().chain(&notes(&model.notes)) {
        doc.point(point);
    }
    doc.text()
}

/// What a private manifest says in place of the public row.
fn overrides(doc: &mut Doc, keys: &[String]) {
    if !keys.is_empty() {
        let keys = codes(keys.iter().map(String::as_str));
        doc.point(&format!("overrides the public catalog: {keys}"));
    }
}

/// What the vendor says of the end of a model, as `retired 2026-06-24; use ...`.
pub(super) fn end(model: &Model) -> String {
    let verb = if model.status.0 == Status::Retired { "retired" } else { "retires" };
    let day = model.retires.map(|day| format!("{verb} {}", day.0));
    let day = day.or_else(|| (model.status.0 == Status::Retired).then(|| verb.to_owned()));
    let instead = model.replacement.as_ref().map(|id| format!("use {}", code(id)));
    day.into_iter().chain(instead).collect::<Vec<_>>().join("; ")
}

fn life(model: &Model) -> Option<String> {
    let end = end(model);
    let status = match model.status.0 {
        Status::Active | Status::Retired => String::new(),
        Status::Delisted => match model.last_seen {
            Some(day) => format!("delisted, last seen {}", day.0),
            None => "delisted".to_owned(),
        },
        status => status.to_string(),
    };
    let both: Vec<_> = [status, end].into_iter().filter(|text| !text.is_empty()).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

fn dates(model: &Model) -> Option<String> {
    let released = model.facts.released.map(|day| format!("released {}", day.0));
    let cutoff = model.facts.cutoff.map(|day| format!("knows up to {}", day.0));
    let both: Vec<_> = released.into_iter().chain(cutoff).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

/// Text out of something is what one expects, so it is not said.
fn modalities(input: &[Word<Modality>], output: &[Word<Modality>]) -> Option<String> {
    let list = |words: &[Word<Modality>]| {
        let ids: Vec<_> = words.iter().map(|word| word.0.id()).collect();
        match ids.as_slice() {
            [many @ .., before, last] => {
                [many, &[&format!("{before} and {last}")]].concat().join(", ")
            }
            few => few.join(""),
        }
    };
    let only_text = matches!(output, [Word(Modality::Text)]);
    match (input.is_empty(), output.is_empty() || only_text) {
        (true, true) => None,
        (false, true) => Some(format!("{} in", list(input))),
        (true, false) => Some(format!("{} out", list(output))),
        (false, false) => Some(format!("{} in, {} out", list(input), list(output))),
    }
}

fn limits(context: Option<u64>, input: Option<u64>, output: Option<u64>) -> Option<String> {
    let mut parts: Vec<_> =
        context.map(|tokens| format!("{} tokens", grouped(tokens, ','))).into_iter().collect();
    for (most, side) in [(input, "in"), (output, "out")] {
        let unit = if parts.is_empty() { " tokens" } else { "" };
        parts.extend(most.map(|most| format!("at most {}{unit} {side}", grouped(most, ','))));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn notes(notes: &[String]) -> Vec<String> {
    notes.iter().map(|note| inert(note)).collect()
}

/// The doc comment of `PROVIDER`.
pub(super) fn provider(vendor: &Vendor, provider: &Provider) -> String {
    let coverage = match provider.coverage.0 {
        Coverage::Static => "the list of models is complete",
        Coverage::Refreshable => "the list of models is a seed",
        Coverage::Live => "usable models depend on credentials and region",
        _ => unreachable!("every coverage mode of the vocabulary is spelled here"),
    };
    let mut doc = Doc::new(&format!("{}: {coverage}.", inert(&provider.name)));
    overrides(&mut doc, &provider.overrides);
    for point in regions(provider).into_iter().chain(keys(provider)) {
        doc.point(&point);
    }
    let docs = provider.links.get("docs").or_else(|| vendor.links.get("docs"));
    if let Some(docs) = docs {
        doc.point(&inert(docs));
    }
    for note in notes(&provider.notes) {
        doc.point(&note);
    }
    doc.text()
}

fn regions(provider: &Provider) -> Option<String> {
    let all = codes(provider.regions.iter().map(|region| region.id.as_str()));
    match (provider.region_policy.0, &provider.default_region) {
        (RegionPolicy::Required, _) => Some(format!("a region must be named: {all}")),
        (RegionPolicy::Default, Some(id)) => {
            Some(format!("regions: {all}; {} if none is named", code(id)))
        }
        _ => None,
    }
}

fn all_of(env: &[String]) -> String {
    let names: Vec<_> = env.iter().map(|name| code(name)).collect();
    names.join(" and ")
}

fn keys(provider: &Provider) -> Vec<String> {
    let auth = &provider.auth;
    let mut points = Vec::new();
    if !auth.env.is_empty() {
        let sets: Vec<_> = auth.env.iter().map(|set| all_of(set)).collect();
        points.push(format!("credentials: {}", sets.join(" or ")));
    }
    if let Some(key) = auth.key.as_ref().filter(|key| !key.prefixes.is_empty()) {
        let prefixes = codes(key.prefixes.iter().map(String::as_str));
        points.push(format!("keys start with {prefixes}"));
    }
    points
}
