//! A feed beside the file of its source: the two in the same shape, field by field.
//!
//! Takes the entries of the file and those of the feed; returns what differs, with the reason that the comparison of
//! the catalog gives for the same fact. It is what `sources/differences/` keeps. Keys that the feed does not have are
//! told apart, for there must be none.

mod shapes;

use std::collections::{BTreeMap, BTreeSet};

use portolan_types::Currency;

use super::explain::{covers, without_conditions};
use super::{Report, Why};
use crate::feeds::differences::Difference;
use crate::file::Opened;
use crate::flat::{Flat, flat, same};
use crate::index::{Index, Went};
use crate::row::{Omitted, Said};

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

/// Lays the feed beside the file that was opened. `feed` gives the feed's entries, `report` is what the comparison of the
/// catalog found.
///
/// # Errors
/// An entry that is no JSON.
pub fn beside(
    opened: &Opened,
    index: &Index,
    feed: impl Fn(&str) -> Option<Flat>,
    shape: Shape,
    report: &Report,
) -> serde_json::Result<Beside> {
    let found = found(opened, report);
    let mut out = Beside::default();
    for (key, entry) in &opened.entries {
        if matches!(index.get(key), Some(Went::Skipped(_))) {
            continue;
        }
        let Some(ours) = feed(key) else {
            out.missing.push(key.clone());
            continue;
        };
        out.keys += 1;
        let found = found.get(key.as_str());
        let theirs = flat(entry.get())?;
        for (field, said) in theirs.iter().filter(|(field, _)| (shape.carries)(field)) {
            let side = Side { field, said, own: ours.get(field), ours: &ours, shape };
            let about = found.map(|found| side.about(found)).unwrap_or_default();
            let is_meant = side.own.is_some()
                && about.is_empty()
                && found.is_some_and(|found| found.shortened.contains(field.as_str()));
            if is_meant || agrees(field, &theirs, &ours) {
                out.equal_prices += usize::from((shape.is_price)(field));
                continue;
            }
            out.differences.push(Difference {
                key: key.clone(),
                field: field.clone(),
                theirs: Some(said.clone()),
                ours: side.own.cloned(),
                why: side.why(&about, found),
            });
        }
    }
    Ok(out)
}

/// What is known of an entry of the file besides what it says.
#[derive(Default)]
struct Found<'r> {
    /// What differs from the catalog.
    differences: Vec<&'r super::Difference>,
    /// What no manifest can hold.
    omitted: Vec<&'r Omitted>,
    /// The fields whose numbers mean another one.
    shortened: BTreeSet<&'r str>,
    /// The currency of its prices, where it is not the shape's.
    currency: Option<Currency>,
}

fn found<'r>(opened: &'r Opened, report: &'r Report) -> BTreeMap<&'r str, Found<'r>> {
    let mut found: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    for entry in &report.entries {
        found.entry(&entry.key).or_default().differences.extend(&entry.differences);
    }
    for one in &opened.reading.shortened {
        found.entry(&one.key).or_default().shortened.insert(&one.field);
    }
    for row in &opened.reading.rows {
        let own = found.entry(&row.key).or_default();
        own.omitted.extend(&row.omitted);
        if let Said::Priced(cards) = &row.price {
            let mut all = cards.iter().map(|card| card.currency);
            own.currency = all.find(|currency| *currency != Currency::Usd);
        }
    }
    found
}

/// A field on which the two sides are laid side by side.
struct Side<'a> {
    field: &'a str,
    said: &'a str,
    own: Option<&'a String>,
    ours: &'a Flat,
    shape: Shape,
}

impl Side<'_> {
    /// What the comparison of the catalog found of the fact that the field is about.
    fn about<'r>(&self, found: &Found<'r>) -> Vec<&'r super::Difference> {
        let Some(fact) = (self.shape.fact)(self.field) else { return Vec::new() };
        let about = found.differences.iter().copied().filter(|one| {
            let field = without_conditions(&one.field);
            covers(&field, &fact) || covers(&fact, &field)
        });
        about.collect()
    }

    /// Why the field differs.
    fn why(&self, about: &[&super::Difference], found: Option<&Found<'_>>) -> String {
        // What the reader left out is known of the field itself, the rest of the fact that it is a part of.
        let omitted = found.into_iter().flat_map(|found| &found.omitted);
        let mut omitted = omitted.filter(|one| covers(&one.field, self.field)).map(|one| &one.why);
        if let Some(why) = omitted.next_back() {
            return why.clone();
        }
        if let Some(why) = about.iter().find_map(|one| one.why.as_ref()) {
            return reason(why).to_owned();
        }
        let is_price = (self.shape.is_price)(self.field);
        let currency = found.and_then(|found| found.currency).filter(|_| is_price);
        if let Some(currency) = currency {
            return format!("the number is in {currency}, which the shape cannot say");
        }
        if let Some(why) = self.zero(is_price) {
            return why.to_owned();
        }
        let about_kinds =
            (self.shape.fact)(self.field).is_some_and(|fact| fact.starts_with("modalities"));
        if about_kinds && self.said == "false" {
            return "the list of kinds of content that has more holds".to_owned();
        }
        let is_priced = is_price && self.ours.keys().any(|own| (self.shape.is_price)(own));
        let why = if about.is_empty() && is_priced { CHANGED } else { UNEXPLAINED };
        why.to_owned()
    }

    /// What a zero of the source means that the feed does not repeat.
    fn zero(&self, is_price: bool) -> Option<&'static str> {
        if !same(self.said, "0") {
            return None;
        }
        if self.field.starts_with("limit.") {
            return Some("zero is how the source writes a limit that it does not know");
        }
        (is_price && self.own.is_none()).then_some("nobody says that it is free, so it is unknown")
    }
}

/// What stands for a reason where there is none.
pub const UNEXPLAINED: &str = "not explained yet";

/// The reason where the price of the source's day is the same and that of the catalog's day is not.
const CHANGED: &str = "the price has changed since the day of the source's file";

/// Whether the two say the same of a field: the same value; a flag that is not set or not there; a rate of reasoning
/// that is that of output, as which it is billed where it has none.
fn agrees(field: &str, theirs: &Flat, ours: &Flat) -> bool {
    let (said, own) = (&theirs[field], ours.get(field));
    // Both are a preview.
    let previews = ["alpha", "beta"].map(Some);
    if field == "status"
        && [Some(said.as_str()), own.map(String::as_str)].iter().all(|one| previews.contains(one))
    {
        return true;
    }
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
    let output = field.replace(".reasoning", ".output");
    (output != field).then_some(output)
}

fn reason(why: &Why) -> &str {
    match why {
        Why::Recorded { note: Some(note) } => note,
        Why::Recorded { note: None } => "the manifest records the disagreement",
        Why::VendorPage => "the manifest has the vendor's own page",
        Why::Later => "the manifest's source is from a later day",
        Why::Replaced => "the source has an earlier price, which another has replaced",
        Why::Pinned => "a person pinned the manifest",
        Why::OtherEntry => "another key of the source is the same model and says otherwise",
        Why::OtherSource => "it goes with the model's source, which is another",
    }
}
