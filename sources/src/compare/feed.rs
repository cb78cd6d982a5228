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
    let mut reasons: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in &report.entries {
        reasons.entry(&entry.key).or_default().push(entry);
    }
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
            let fact = (shape.fact)(field);
            let found = reasons.get(key.as_str()).into_iter().flatten();
            let mut about = found.flat_map(|entry| &entry.differences).filter(|one| {
                let field = without_conditions(&one.field);
                fact.as_ref().is_some_and(|fact| covers(&field, fact) || covers(fact, &field))
            });
            let why = about.find_map(|one| Some(reason(one.why.as_ref()?).to_owned()));
            let why = why.or_else(|| zero(field, said, own.is_some(), shape).map(str::to_owned));
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
    }
}
