//! litellm's price map: one JSON object, an entry per key, a price per single unit in US dollars.
//!
//! The mapping (`sources/litellm.yaml`) says which key is which model of ours, which field is which meter, what a zero
//! means and which fields hold nothing for us. What a row gets is in `price` and `facts`; this file goes through the
//! entries and sees to it that no key and no field is lost.

mod facts;
mod field;
mod file;
mod mapping;
mod pattern;
mod price;
mod sheet;
mod sink;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::Context;
use portolan_codegen::catalog::Source;
use portolan_types::{Meter, Variant};

use self::file::Entry;
use self::mapping::{KeyRule, Mapping, Provider};
pub use self::mapping::{Means, MeterRule, ZeroRule, is_for};
use self::sink::Sink;
use crate::row::{Place, Reading, Row};

/// The field in which some entries spell context tiers as a list of ranges. The index keeps that they do.
pub const RANGES: &str = "tiered_pricing";

/// Reads litellm's price map.
///
/// # Errors
/// What is no JSON object of objects, and every entry that the mapping has no place for or that holds something other
/// than its field does, all at once.
pub fn read(file: &[u8], mapping: &str) -> anyhow::Result<Reading> {
    let mapping = Mapping::parse(mapping)?;
    let entries = file::entries(file).context("litellm's price map is not what it was")?;
    let mut mistakes = missing(&mapping, &entries);
    let mut reading = Reading::default();
    for entry in &entries {
        match placed(&mapping, entry) {
            Ok(Placed::Skipped(why)) => reading.skipped.push((entry.key.clone(), why)),
            Ok(Placed::Row(scope)) => {
                let mut sink = Sink::new(&mapping, scope.word, entry);
                reading.rows.push(row(&scope, &mut sink));
                reading.shortened.append(&mut sink.shortened);
                mistakes.append(&mut sink.mistakes);
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    anyhow::ensure!(mistakes.is_empty(), "{}", report(&mistakes));
    Ok(reading)
}

/// What a mapping file says of price fields, for whoever writes them.
#[derive(Debug)]
pub struct FieldRules {
    /// Which field is which meter.
    pub meters: Vec<MeterRule>,
    /// Which fields are zero because there is nothing to bill.
    pub nothing: Vec<ZeroRule>,
    providers: BTreeMap<String, Provider>,
}

impl FieldRules {
    /// The rules of a mapping file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn parse(mapping: &str) -> anyhow::Result<Self> {
        let Mapping { meters, mut zeros, providers, .. } = Mapping::parse(mapping)?;
        zeros.retain(|rule| rule.means == Means::Nothing);
        Ok(Self { meters, nothing: zeros, providers })
    }

    /// The field that holds a meter in an entry alone, where its key has rules of its own.
    pub fn own_field<'a>(
        &'a self,
        key: &'a str,
        provider: Option<&str>,
        mode: Option<&str>,
        meter: Meter,
    ) -> Option<&'a str> {
        let (rule, _) = self.providers.get(provider?)?.rule(key, mode)?;
        let own = rule.meters.iter().find(|(_, other)| other.0 == meter);
        own.map(|(field, _)| field.as_str())
    }
}

/// An entry and what the mapping says of it.
struct Scope<'a> {
    mapping: &'a Mapping,
    /// litellm's word for the provider.
    word: &'a str,
    provider: &'a Provider,
    rule: &'a KeyRule,
    entry: &'a Entry,
    place: Place,
    mode: Option<String>,
}

enum Placed<'a> {
    Row(Scope<'a>),
    Skipped(String),
}

/// The fields that the mapping expects somewhere in the file and that no entry has.
fn missing(mapping: &Mapping, entries: &[Entry]) -> Vec<String> {
    let lacks = |field: &&String| !entries.iter().any(|entry| entry.fields.contains_key(*field));
    let told = |field: &String| {
        format!(
            "no entry has the field `{field}`: was it renamed? mend `expects` and the rules of sources/litellm.yaml"
        )
    };
    mapping.expects.iter().filter(lacks).map(told).collect()
}

/// What the mapping makes of an entry.
fn placed<'a>(mapping: &'a Mapping, entry: &'a Entry) -> Result<Placed<'a>, String> {
    let key = &entry.key;
    if let Some(why) = mapping.skips.get(key) {
        return Ok(Placed::Skipped(why.clone()));
    }
    let word = entry.word("litellm_provider").ok_or_else(|| {
        format!("`{key}`: no text in the field `litellm_provider`; if it is no offering, add it to `skips` of sources/litellm.yaml")
    })?;
    let (word, provider) = mapping.providers.get_key_value(&word).ok_or_else(|| {
        format!("`{key}`: unknown litellm_provider `{word}`; add it to `providers` of sources/litellm.yaml")
    })?;
    let mode = entry.word("mode");
    let (rule, places) = provider.rule(key, mode.as_deref()).ok_or_else(|| {
        format!("`{key}`: no key of the provider `{word}` fits it; add one to sources/litellm.yaml")
    })?;
    if let Some(why) = &rule.skip {
        return Ok(Placed::Skipped(why.clone()));
    }
    let place =
        place(mapping, word, provider, rule, &places).map_err(|e| format!("`{key}`: {e}"))?;
    Ok(Placed::Row(Scope { mapping, word, provider, rule, entry, place, mode }))
}

/// Where an entry belongs, from the places of its key.
fn place(
    mapping: &Mapping,
    word: &str,
    provider: &Provider,
    rule: &KeyRule,
    places: &BTreeMap<&str, &str>,
) -> Result<Place, String> {
    let spelled = |kind: &str, value: &str| -> String {
        let known = mapping.values.get(kind).and_then(|values| values.get(value));
        known.map_or_else(|| value.to_owned(), Clone::clone)
    };
    let ours = provider.ours.as_deref().unwrap_or(word);
    let model = rule.model.as_deref().unwrap_or("{model}");
    let model = match (model.split_once("{model}"), places.get("model")) {
        (None, _) => model.to_owned(),
        (Some((before, after)), Some(found)) => [before, found, after].concat(),
        (Some(_), None) => return Err("the key has no `{model}` and its rule names none".into()),
    };
    let model = provider.models.get(&model).cloned().unwrap_or(model);
    let mut variants = Vec::new();
    let named = rule.variants.iter().map(|(kind, value)| (kind.as_str(), value.as_str()));
    let found = places.iter().map(|(kind, value)| (*kind, *value));
    for (kind, value) in named.chain(found.filter(|(kind, _)| pattern::is_variant(kind))) {
        let value = spelled(kind, value);
        let variant = Variant::from_parts(kind, &value).ok_or_else(|| {
            format!("no variant `{kind}={value}`; add it to the types crate or to `values` of sources/litellm.yaml")
        })?;
        variants.push(variant);
    }
    variants.sort_unstable();
    let region = places.get("region").map(|region| spelled("region", region));
    Ok(Place {
        provider: rule.provider.as_deref().unwrap_or(ours).to_owned(),
        model,
        region: rule.region.clone().or(region).or_else(|| provider.region.clone()),
        service_tier: None,
        variants,
    })
}

fn row<'a>(scope: &Scope<'a>, sink: &mut Sink<'a>) -> Row {
    let (source, vendor_page) = page(scope, sink);
    let price = price::read(scope, sink);
    let facts = facts::read(scope, sink);
    let (status, retires) = facts::retirement(scope, sink);
    let words = ["mode", "litellm_provider", "web_search_billing_unit"];
    let words = words.into_iter().filter_map(|field| {
        sink.take(field)?;
        Some((field.to_owned(), scope.entry.word(field)?))
    });
    let mut words: BTreeMap<_, _> = words.collect();
    words.extend(std::mem::take(&mut sink.repeats));
    if scope.entry.fields.contains_key(RANGES) {
        words.insert(RANGES.to_owned(), "ranges".to_owned());
    }
    sink.leave();
    sink.notes.extend(scope.rule.note.clone());
    Row {
        key: scope.entry.key.clone(),
        place: scope.place.clone(),
        name: None,
        base: None,
        api: None,
        facts,
        status,
        retires,
        last_seen: None,
        price,
        source,
        vendor_page,
        notes: std::mem::take(&mut sink.notes),
        words,
        omitted: std::mem::take(&mut sink.omitted),
    }
}

/// The page that an entry names, if it is one, and whether it is the vendor's.
fn page(scope: &Scope<'_>, sink: &mut Sink<'_>) -> (Source, bool) {
    let checked = Some(scope.mapping.as_of);
    let own = || Source { url: Some(scope.mapping.url.clone()), checked };
    let Some(url) = sink.take_text("source") else { return (own(), false) };
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(host) = rest.and_then(|rest| rest.split(['/', '?', '#']).next()) else {
        sink.omit("source", "not a page");
        return (own(), false);
    };
    if scope.mapping.not_vendor_pages.iter().any(|other| other == host) {
        sink.omit("source", "not a page of the vendor");
        return (own(), false);
    }
    // A query may be written as one types it.
    (Source { url: Some(url.trim().replace(' ', "%20")), checked }, true)
}

fn report(mistakes: &[String]) -> String {
    let count = mistakes.len();
    let lines: String = mistakes.iter().flat_map(|mistake| ["\n- ", mistake]).collect();
    format!("litellm's price map and sources/litellm.yaml do not fit ({count} places):{lines}")
}
