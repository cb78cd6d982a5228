//! A feed beside the file of its source: the two in the same shape, field by field.
//!
//! Takes the entries of the file and those of the feed; returns what differs, with the reason that the comparison of
//! the catalog gives for the same fact. It is what `sources/differences/` keeps. Keys that the feed does not have are
//! told apart, for there must be none.

mod shapes;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::feeds::differences::Difference;
use crate::flat::{Flat, flat, same};

use super::{Report, Why};

/// How a feed and its source's file differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    /// How many keys both have.
    pub keys: usize,
    /// How many prices of the file the feed says the same.
    pub equal_prices: usize,
    /// The fields that differ.
    pub differences: Vec<Difference>,
    /// Keys of the file that the feed does not have.
    pub missing: Vec<String>,
}

/// The fields of a shape.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Whether a field is one that the feed writes at all; the others are documented, not listed.
    carries: fn(&str) -> bool,
    /// Whether a field is a price.
    is_price: fn(&str) -> bool,
    /// The key in manifests of the fact that a field is about.
    fact: fn(&str) -> Option<String>,
}

impl Shape {
    /// The shape of a source; nothing if no feed has it.
    pub fn of(source: &str) -> Option<Self> {
        match source {
            "models-dev" => Some(shapes::MODELS_DEV),
            "litellm" => Some(shapes::LITELLM),
            _ => None,
        }
    }
}

/// Lays the feed beside the file. `skipped` are keys that are no offering.
///
/// # Errors
/// An entry that is no JSON.
pub fn beside(
    file: &[(String, Box<RawValue>)],
    feed: impl Fn(&str) -> Option<Flat>,
    skipped: impl Fn(&str) -> bool,
    shape: Shape,
    report: &Report,
) -> serde_json::Result<Beside> {
    let reasons: BTreeMap<_, _> =
        report.entries.iter().map(|entry| (entry.key.as_str(), entry)).collect();
    let mut out = Beside::default();
    for (key, entry) in file.iter().filter(|(key, _)| !skipped(key)) {
        let Some(ours) = feed(key) else {
            out.missing.push(key.clone());
            continue;
        };
        out.keys += 1;
        let theirs = flat(entry.get())?;
        for (field, said) in theirs.iter().filter(|(field, _)| (shape.carries)(field)) {
            let own = ours.get(field);
            if own.is_some_and(|own| same(own, said)) {
                out.equal_prices += usize::from((shape.is_price)(field));
                continue;
            }
            let fact = (shape.fact)(field);
            let found = reasons.get(key.as_str()).into_iter().flat_map(|entry| &entry.differences);
            let mut about =
                found.filter(|one| fact.as_ref().is_some_and(|fact| is_about(&one.field, fact)));
            let why = about.find_map(|one| Some(reason(one.why.as_ref()?)));
            out.differences.push(Difference {
                key: key.clone(),
                field: field.clone(),
                theirs: Some(said.clone()),
                ours: own.cloned(),
                why: why.unwrap_or_else(|| UNEXPLAINED.to_owned()),
            });
        }
    }
    Ok(out)
}

/// What stands for a reason where there is none.
pub const UNEXPLAINED: &str = "not explained yet";

fn is_about(field: &str, fact: &str) -> bool {
    field == fact
        || field == "prices" && fact.starts_with("prices.")
        || field.starts_with(&format!("{fact}."))
}

fn reason(why: &Why) -> String {
    match why {
        Why::Recorded { note: Some(note) } => note.clone(),
        Why::Recorded { note: None } => "the manifest records the disagreement".to_owned(),
        Why::VendorPage => "the manifest has the vendor's own page".to_owned(),
        Why::Later => "the manifest's source is from a later day".to_owned(),
    }
}
