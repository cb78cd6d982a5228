//! A feed beside the file of its source: the two in the same shape, field by field.
//!
//! Takes the entries of the file and those of the feed; returns what differs, with the reason that the comparison of
//! the catalog gives for the same fact. It is what `sources/differences/` keeps. Keys that the feed does not have are
//! told apart, for there must be none.

mod shapes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use crate::feeds::differences::Difference;
use crate::flat::{Flat, flat, same};
use crate::row::Shortened;

use super::explain::{covers, without_conditions};
use super::{Entry, Report, Why};

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

/// Lays the feed beside the file. `skipped` are keys that are no offering, `shortened` the numbers of the file that mean
/// another one.
///
/// # Errors
/// An entry that is no JSON.
pub fn beside(
    file: &[(String, Box<RawValue>)],
    feed: impl Fn(&str) -> Option<Flat>,
    skipped: impl Fn(&str) -> bool,
    shape: Shape,
    report: &Report,
    shortened: &[Shortened],
) -> serde_json::Result<Beside> {
    let mut reasons: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in &report.entries {
        reasons.entry(&entry.key).or_default().push(entry);
    }
    let shortened: BTreeSet<_> =
        shortened.iter().map(|one| (one.key.as_str(), one.field.as_str())).collect();
    let mut out = Beside::default();
    for (key, entry) in file.iter().filter(|(key, _)| !skipped(key)) {
        let Some(ours) = feed(key) else {
            out.missing.push(key.clone());
            continue;
        };
        out.keys += 1;
        let theirs = flat(entry.get())?;
        for (field, said) in theirs.iter().filter(|(field, _)| (shape.carries)(field)) {
            if agrees(field, &theirs, &ours) {
                out.equal_prices += usize::from((shape.is_price)(field));
                continue;
            }
            let own = ours.get(field);
            let about = about(reasons.get(key.as_str()), field, shape);
            let is_meant = own.is_some() && shortened.contains(&(key.as_str(), field.as_str()));
            if about.is_empty() && is_meant {
                out.equal_prices += 1;
                continue;
            }
            let why = why(&about, field, said, own.is_some(), shape);
            out.differences.push(Difference {
                key: key.clone(),
                field: field.clone(),
                theirs: Some(said.clone()),
                ours: own.cloned(),
                why: why.to_owned(),
            });
        }
    }
    Ok(out)
}

/// What stands for a reason where there is none.
pub const UNEXPLAINED: &str = "not explained yet";

/// The reason where the price of the source's day is the same and the one that holds last is not.
const CHANGED: &str = "the price has changed since the day of the source's file";

/// What the comparison of the catalog found of the fact that a field is about.
fn about<'r>(
    entries: Option<&Vec<&'r Entry>>,
    field: &str,
    shape: Shape,
) -> Vec<&'r super::Difference> {
    let Some(fact) = (shape.fact)(field) else { return Vec::new() };
    let all = entries.into_iter().flatten().flat_map(|entry| &entry.differences);
    let about = all.filter(|one| {
        let field = without_conditions(&one.field);
        covers(&field, &fact) || covers(&fact, &field)
    });
    about.collect()
}

/// Why a field differs.
fn why<'r>(
    about: &[&'r super::Difference],
    field: &str,
    said: &str,
    known: bool,
    shape: Shape,
) -> &'r str {
    if let Some(why) = about.iter().find_map(|one| one.why.as_ref()) {
        return reason(why);
    }
    if about.is_empty() && known && (shape.is_price)(field) {
        return CHANGED;
    }
    zero(field, said, known, shape).unwrap_or(UNEXPLAINED)
}

/// Whether the two say the same of a field: the same value; a flag that is not set or not there; a rate of reasoning
/// that is that of output, as which it is billed where it has none.
fn agrees(field: &str, theirs: &Flat, ours: &Flat) -> bool {
    let (said, own) = (&theirs[field], ours.get(field));
    let Some(own) = own else {
        let unset = said == "false" && field.starts_with("supports_");
        let output = output_of(field);
        let plain = output.is_some_and(|output| {
            theirs.get(&output).is_some_and(|rate| same(rate, said))
                && ours.get(&output).is_some_and(|rate| same(rate, said))
        });
        return unset || plain;
    };
    same(own, said)
}

/// The field of the rate of output beside one of reasoning.
fn output_of(field: &str) -> Option<String> {
    let output = field.replace("reasoning_token", "token").replace(".reasoning", ".output");
    (output != field).then_some(output)
}

/// What a zero of the source means that the feed does not repeat.
fn zero(field: &str, said: &str, known: bool, shape: Shape) -> Option<&'static str> {
    if !same(said, "0") {
        return None;
    }
    if field.starts_with("limit.") {
        return Some("zero is how the source writes a limit that it does not know");
    }
    ((shape.is_price)(field) && !known).then_some("nobody says that it is free, so it is unknown")
}

fn reason(why: &Why) -> &str {
    match why {
        Why::Recorded { note: Some(note) } => note,
        Why::Recorded { note: None } => "the manifest records the disagreement",
        Why::VendorPage => "the manifest has the vendor's own page",
        Why::Later => "the manifest's source is from a later day",
        Why::Pinned => "a person pinned the manifest",
    }
}
