//! The files of models.dev, key by key: what is offered, and what was recorded.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::api;
use super::cost::Findings;
use super::history::{Event, Record};
use super::mapping::{ListedProvider, Mapping};
use crate::read::mistakes::Mistakes;

/// The offerings of the list, by key.
pub(super) type Offered = BTreeMap<String, api::Facts>;

/// The records of the history by key, and what was found while they were read.
pub(super) type Recorded = BTreeMap<String, (Vec<Record>, Findings)>;

type Entries = BTreeMap<String, Box<RawValue>>;

/// Reads `api.json`.
///
/// # Errors
/// If it is no JSON object at all.
pub(super) fn offered(
    text: &str,
    mapping: &Mapping,
    mistakes: &mut Mistakes,
) -> anyhow::Result<Offered> {
    let providers = entries("api.json", text)?;
    let mut offered = Offered::new();
    for (id, raw) in &providers {
        let place = format!("api.json: {id}");
        match serde_json::from_str::<api::Provider>(raw.get()) {
            Ok(said) => {
                compare(&said, &place, id, mapping, mistakes);
                models(&said, &place, id, &mut offered, mistakes);
            }
            Err(error) => mistakes.push(place, error),
        }
    }
    let missing = |id: &&String| !providers.contains_key(*id);
    let listed = mapping.providers.iter().filter(|(_, entry)| entry.listed.is_some());
    for id in listed.map(|(id, _)| id).filter(missing) {
        let message =
            "not in the file: remove `listed` from the mapping, or say which id it `became`";
        mistakes.push(format_args!("api.json: {id}"), message);
    }
    Ok(offered)
}

/// Reads the history of prices.
///
/// # Errors
/// If it is no JSON object at all.
pub(super) fn recorded(
    text: &str,
    mapping: &Mapping,
    mistakes: &mut Mistakes,
) -> anyhow::Result<Recorded> {
    let mut recorded = Recorded::new();
    for (key, raw) in entries("the price history", text)? {
        let place = format!("history: {key}");
        let provider = key.split_once('/').map_or("", |(provider, _)| provider);
        if !mapping.providers.contains_key(provider) {
            let message = "not in the mapping: say there which provider of ours it is";
            mistakes.push(&place, message);
        }
        match serde_json::from_str::<Vec<Event>>(raw.get()) {
            Ok(events) => {
                let read = records(&events, &key, &place, mapping, mistakes);
                recorded.insert(key, read);
            }
            Err(error) => mistakes.push(place, error),
        }
    }
    Ok(recorded)
}

/// Lays what was recorded under an earlier id of a provider before what its later one has of the same model, and says
/// which keys went so.
pub(super) fn join_earlier(
    recorded: &mut Recorded,
    offered: &Offered,
    mapping: &Mapping,
) -> Vec<(String, String)> {
    let later = |key: &String| mapping.later_key(key).map(|later| (key.clone(), later));
    let pairs: Vec<_> = recorded.keys().filter_map(later).collect();
    let mut joined = Vec::new();
    for (key, later) in pairs {
        if !recorded.contains_key(&later) && !offered.contains_key(&later) {
            continue;
        }
        let Some((mut records, found)) = recorded.remove(&key) else { continue };
        let (known, known_found) = recorded.entry(later.clone()).or_default();
        let first = known.first().map(|record| record.day);
        records.retain(|record| first.is_none_or(|first| record.day <= first));
        records.append(known);
        *known = records;
        known_found.extend(found);
        joined.push((key, format!("an earlier id of `{later}`, whose history it begins")));
    }
    joined
}

fn entries(file: &str, text: &str) -> anyhow::Result<Entries> {
    serde_json::from_str(text).map_err(|error| anyhow::anyhow!("{file}: {error}"))
}

/// A provider that moved needs a look at its manifest before its models are taken over.
fn compare(
    said: &api::Provider,
    place: &str,
    id: &str,
    mapping: &Mapping,
    mistakes: &mut Mistakes,
) {
    let Some(known) = mapping.providers.get(id).and_then(|entry| entry.listed.as_ref()) else {
        let message = "not listed in the mapping: say there which provider of ours it is";
        mistakes.push(place, message);
        return;
    };
    let ListedProvider { name, npm, api, doc, env } = known;
    let (said_env, env) = (said.env.join(", "), env.join(", "));
    for (field, said, known) in [
        ("id", said.id.as_str(), id),
        ("name", &said.name, name),
        ("npm", &said.npm, npm),
        ("api", said.api.as_deref().unwrap_or("none"), api.as_deref().unwrap_or("none")),
        ("doc", &said.doc, doc),
        ("env", &said_env, &env),
    ] {
        if said != known {
            let help = "look at the manifest, then mend the mapping";
            let message = format_args!("`{said}`, where the mapping has `{known}`: {help}");
            mistakes.push(format_args!("{place}: {field}"), message);
        }
    }
}

fn models(
    said: &api::Provider,
    place: &str,
    id: &str,
    offered: &mut Offered,
    mistakes: &mut Mistakes,
) {
    if said.models.is_empty() {
        mistakes.push(place, "it has no models");
    }
    for (model, raw) in &said.models {
        let place = format!("{place}/{model}");
        match serde_json::from_str::<api::Facts>(raw.get()) {
            Ok(facts) if facts.id == *model => {
                offered.insert(format!("{id}/{model}"), facts);
            }
            Ok(facts) => mistakes.push(place, format_args!("its `id` is `{}`", facts.id)),
            Err(error) => mistakes.push(place, error),
        }
    }
}

fn records(
    events: &[Event],
    key: &str,
    place: &str,
    mapping: &Mapping,
    mistakes: &mut Mistakes,
) -> (Vec<Record>, Findings) {
    let mut found = Findings::default();
    let mut records: Vec<Record> = Vec::with_capacity(events.len());
    for event in events {
        match event.record(key, mapping, &mut found) {
            Ok(record) if records.last().is_some_and(|last| last.day > record.day) => {
                mistakes.push(place, format_args!("{} comes after a later day", record.day.0));
            }
            Ok(record) => records.push(record),
            Err(message) => mistakes.push(place, message),
        }
    }
    if records.is_empty() {
        mistakes.push(place, "no event");
    }
    (records, found)
}
