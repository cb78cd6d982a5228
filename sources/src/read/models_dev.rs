//! models.dev: its `api.json`, its base models and the history of its prices.
//!
//! The list says what is offered on its day, the history what was recorded on which day before. A row is made of each
//! key that either of them has; what only the history knows is delisted and has no facts. [`history`] says how records
//! become dated cards, [`cost`] what a zero is, [`facts`] what becomes of each field.
//!
//! The source's own words that its shape needs and no row has a place for are in `words`: `last_updated` where it is not
//! the day of release, `zeros`, the fields that are zero beside others that are not, and `last_seen`, of a key that only
//! the history knows.

mod api;
mod base_models;
mod cards;
mod cost;
mod facts;
mod history;
mod mapping;

pub use base_models::{BaseModel, read_base_models};
pub use mapping::{Glitch, ListedProvider, Mapping, ProviderEntry, RowEntry, Zero};

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{Facts, Source};
use portolan_codegen::manifest::Word;
use portolan_types::{Capability, Currency, ServiceTier, Status};
use serde_json::value::RawValue;

use self::cost::{Findings, Listed};
use self::facts::Beside;
use self::history::{Event, Now, Record, Timeline};
use super::mistakes::Mistakes;
use crate::row::{Card, Omitted, Place, Reading, Row, Said};

/// The files of one day.
#[derive(Clone, Copy, Debug)]
pub struct Files<'t> {
    /// `api.json`.
    pub api: &'t str,
    /// The history of prices, if it is at hand.
    pub history: Option<&'t str>,
}

/// Reads what models.dev says.
///
/// # Errors
/// All that is not as expected: a key or field that is missing or new, a number that is no price, a provider that the
/// mapping does not know or knows otherwise. Each with its place.
pub fn read(files: Files<'_>, mapping: &Mapping) -> anyhow::Result<Reading> {
    let mut reader =
        Reader { mapping, mistakes: Mistakes::of("models.dev"), reading: Reading::default() };
    let offered = reader.offered(files.api)?;
    let mut recorded = reader.recorded(files.history)?;
    reader.join_earlier(&mut recorded, &offered);
    let keys: BTreeSet<&String> = offered.keys().chain(recorded.keys()).collect();
    for key in keys {
        reader.entry(key, offered.get(key), recorded.get(key));
    }
    reader.mistakes.check()?;
    reader.reading.skipped.sort_unstable();
    Ok(reader.reading)
}

struct Reader<'m> {
    mapping: &'m Mapping,
    mistakes: Mistakes,
    reading: Reading,
}

/// Records by key, and what was found while they were read.
type Recorded = BTreeMap<String, (Vec<Record>, Findings)>;

impl Reader<'_> {
    /// The offerings of the list, by key.
    fn offered(&mut self, text: &str) -> anyhow::Result<BTreeMap<String, api::Facts>> {
        let providers: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text)
            .map_err(|error| anyhow::anyhow!("models.dev's api.json: {error}"))?;
        let mut offered = BTreeMap::new();
        for (id, raw) in &providers {
            match serde_json::from_str::<api::Provider>(raw.get()) {
                Ok(provider) => self.provider(id, &provider, &mut offered),
                Err(error) => self.mistakes.push(format_args!("api.json: {id}"), error),
            }
        }
        for (id, entry) in &self.mapping.providers {
            if !providers.contains_key(id) && entry.listed.is_some() {
                let message = "not in the file: remove `listed` from the mapping, or say which id it `became`";
                self.mistakes.push(format_args!("api.json: {id}"), message);
            }
        }
        Ok(offered)
    }

    fn provider(
        &mut self,
        id: &str,
        said: &api::Provider,
        offered: &mut BTreeMap<String, api::Facts>,
    ) {
        let place = format!("api.json: {id}");
        self.compare_provider(&place, id, said);
        if said.models.is_empty() {
            self.mistakes.push(&place, "it has no models");
        }
        for (model, raw) in &said.models {
            match serde_json::from_str::<api::Facts>(raw.get()) {
                Ok(facts) if facts.id == *model => {
                    offered.insert(format!("{id}/{model}"), facts);
                }
                Ok(facts) => {
                    let message = format_args!("its `id` is `{}`", facts.id);
                    self.mistakes.push(format_args!("{place}/{model}"), message);
                }
                Err(error) => self.mistakes.push(format_args!("{place}/{model}"), error),
            }
        }
    }

    /// A provider that moved needs a look at its manifest before its models are taken over.
    fn compare_provider(&mut self, place: &str, id: &str, said: &api::Provider) {
        let known = self.mapping.providers.get(id).and_then(|entry| entry.listed.as_ref());
        let Some(known) = known else {
            let message = "not listed in the mapping: say there which provider of ours it is";
            self.mistakes.push(place, message);
            return;
        };
        let env = (said.env.join(", "), known.env.join(", "));
        let pairs = [
            ("id", said.id.as_str(), id),
            ("name", &said.name, &known.name),
            ("npm", &said.npm, &known.npm),
            ("api", said.api.as_deref().unwrap_or("none"), known.api.as_deref().unwrap_or("none")),
            ("doc", &said.doc, &known.doc),
            ("env", &env.0, &env.1),
        ];
        for (field, said, known) in pairs.into_iter().filter(|(_, said, known)| said != known) {
            let message = format_args!(
                "`{said}`, where the mapping has `{known}`: look at the manifest, then mend the mapping"
            );
            self.mistakes.push(format_args!("{place}: {field}"), message);
        }
    }

    /// The records of the history, by key.
    fn recorded(&mut self, text: Option<&str>) -> anyhow::Result<Recorded> {
        let Some(text) = text else { return Ok(Recorded::new()) };
        let keys: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text)
            .map_err(|error| anyhow::anyhow!("models.dev's price history: {error}"))?;
        let mut recorded = Recorded::new();
        for (key, raw) in &keys {
            let place = format!("history: {key}");
            let provider = key.split_once('/').map_or("", |(provider, _)| provider);
            if !self.mapping.providers.contains_key(provider) {
                let message = "not in the mapping: say there which provider of ours it is";
                self.mistakes.push(&place, message);
            }
            match serde_json::from_str::<Vec<Event>>(raw.get()) {
                Ok(events) => {
                    recorded.insert(key.clone(), self.records(key, &place, &events));
                }
                Err(error) => self.mistakes.push(&place, error),
            }
        }
        Ok(recorded)
    }

    fn records(&mut self, key: &str, place: &str, events: &[Event]) -> (Vec<Record>, Findings) {
        let mut found = Findings::default();
        let mut records: Vec<Record> = Vec::with_capacity(events.len());
        for event in events {
            match event.record(key, self.mapping, &mut found) {
                Ok(record) if records.last().is_some_and(|last| last.day > record.day) => {
                    let message = format_args!("{} comes after a later day", record.day.0);
                    self.mistakes.push(place, message);
                }
                Ok(record) => records.push(record),
                Err(message) => self.mistakes.push(place, message),
            }
        }
        if records.is_empty() {
            self.mistakes.push(place, "no event");
        }
        (records, found)
    }

    /// Lays what was recorded under an earlier id of a provider before what its later one has of the same model.
    fn join_earlier(&mut self, recorded: &mut Recorded, offered: &BTreeMap<String, api::Facts>) {
        let later = |key: &String| self.mapping.later_key(key).map(|later| (key.clone(), later));
        let pairs: Vec<_> = recorded.keys().filter_map(later).collect();
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
            self.reading
                .skipped
                .push((key, format!("an earlier id of `{later}`, whose history it begins")));
        }
    }

    fn entry(
        &mut self,
        key: &str,
        offered: Option<&api::Facts>,
        recorded: Option<&(Vec<Record>, Findings)>,
    ) {
        let (provider, model) = key.split_once('/').unwrap_or(("", key));
        let own = self.mapping.rows.get(key);
        let own_skip = own.and_then(|row| row.skip.as_ref());
        let skip = || self.mapping.providers.get(provider).and_then(|entry| entry.skip.as_ref());
        if let Some(why) = own_skip.or_else(skip) {
            self.reading.skipped.push((key.to_owned(), why.clone()));
            return;
        }
        let Some((provider, entry)) = self.home(provider) else { return };
        let model_id = own.and_then(|row| row.model.as_deref()).unwrap_or(model);
        let mut found = Findings::default();
        let mut beside = Beside::default();
        let now = match offered.map(|facts| &facts.cost) {
            None => Now::Gone,
            Some(None) => Now::Unpriced,
            Some(Some(cost)) => Now::Listed(cost.listed(key, "cost", &mut found)),
        };
        let records = recorded.map(|(records, _)| records.as_slice()).unwrap_or_default();
        let timeline = Timeline::of(records, now, self.mapping.as_of);
        let currency = entry.currency.map_or(Currency::Usd, |word| word.0);
        let zero = self.mapping.zero(provider, model);
        let (mut price, past) = cards::said(&timeline, zero, currency);
        if let Some(offered) = offered {
            add_modes(offered, key, currency, &mut price, &mut found, &mut beside);
        }
        let mut row = Row {
            key: key.to_owned(),
            place: Place {
                provider: entry.provider.clone(),
                model: model_id.to_owned(),
                region: entry.region.clone(),
                service_tier: None,
                variants: Vec::new(),
            },
            name: Some(offered.map_or(model_id, |facts| &facts.name).to_owned()),
            base: None,
            facts: nothing(self.mapping.capability(provider, model)),
            api: None,
            status: if offered.is_none() { Some(Status::Delisted) } else { None },
            retires: None,
            last_seen: timeline.last_seen,
            price,
            source: Source {
                url: Some(self.mapping.source.clone()),
                checked: Some(self.mapping.as_of),
            },
            vendor_page: false,
            notes: Vec::new(),
            words: BTreeMap::new(),
            omitted: Vec::new(),
        };
        if let Some(offered) = offered {
            row.facts =
                facts::facts(offered, self.mapping.capability(provider, model), &mut beside);
            row.api = offered.provider.as_ref().and_then(|said| facts::api(said, &mut beside));
            row.status = facts::status(offered);
            if offered.last_updated != offered.release_date {
                row.words.insert("last_updated".to_owned(), offered.last_updated.clone());
            }
        }
        if let Some(day) = row.last_seen {
            row.words.insert("last_seen".to_owned(), day.0.to_string());
        }
        if !found.zeros.is_empty() {
            row.words.insert("zeros".to_owned(), found.zeros.join(" "));
        }
        row.omitted = beside.omitted;
        row.omitted.append(&mut found.omitted);
        row.omitted.extend(recorded.iter().flat_map(|(_, found)| found.omitted.iter().cloned()));
        row.omitted.extend(past.into_iter().chain(timeline.omitted));
        unique(&mut row.omitted);
        self.reading.shortened.append(&mut found.shortened);
        if let Some((_, past)) = recorded {
            self.reading.shortened.extend(past.shortened.iter().cloned());
            self.wrong_numbers("history", key, &past.mistakes);
        }
        self.wrong_numbers("api.json", key, &found.mistakes);
        for (field, message) in beside.mistakes {
            self.mistakes.push(format_args!("api.json: {key}: {field}"), message);
        }
        self.reading.rows.push(row);
    }

    /// The provider of the source that speaks for this one, which is a later id of it where there is one.
    fn home<'a>(&'a self, provider: &'a str) -> Option<(&'a str, &'a ProviderEntry)> {
        let entry = self.mapping.providers.get(provider)?;
        match &entry.became {
            Some(later) => Some((later, self.mapping.providers.get(later)?)),
            None => Some((provider, entry)),
        }
    }

    fn wrong_numbers(
        &mut self,
        file: &str,
        key: &str,
        list: &[(String, crate::decimal::DecimalError)],
    ) {
        for (what, error) in list {
            self.mistakes.push(format_args!("{file}: {key}"), format_args!("{what}: {error}"));
        }
    }
}

/// The source's other ways of being served, each of which is a service tier of ours.
fn add_modes(
    offered: &api::Facts,
    key: &str,
    currency: Currency,
    price: &mut Said,
    found: &mut Findings,
    beside: &mut Beside,
) {
    let modes = offered.experimental.iter().flat_map(|experimental| &experimental.modes);
    let mut cards: Vec<Card> = Vec::new();
    for (name, mode) in modes {
        let field = format!("experimental.modes.{name}");
        let body = &mode.provider.body;
        let tier = match (body.service_tier.as_deref(), body.speed.as_deref()) {
            (Some(tier), None) => ServiceTier::from_id(tier),
            (None, Some(speed)) => ServiceTier::from_id(speed),
            _ => None,
        };
        let listed = mode.cost.listed(key, &format!("{field}.cost"), found);
        for (header, value) in &mode.provider.headers {
            let why = "the header of a request for this service tier";
            facts::omit(&format!("{field}.provider.headers.{header}"), value, why, beside);
        }
        match (tier, listed) {
            (Some(tier), Listed::Priced(prices)) => {
                let mut card = cards::priced(&prices, currency, &mut found.omitted);
                card.service_tier = tier;
                cards.push(card);
            }
            (_, listed) => {
                let why = "the request names no service tier of ours, or it has no price";
                facts::omit(&field, &listed.to_string(), why, beside);
            }
        }
    }
    match price {
        Said::Priced(list) => list.append(&mut cards),
        Said::Unknown if !cards.is_empty() => *price = Said::Priced(cards),
        _ => {
            for card in cards {
                let why = "the standard price is no card";
                let value = format!("{}: {}", card.service_tier, cost::text(&card.rates));
                facts::omit("experimental.modes", &value, why, beside);
            }
        }
    }
}

/// Facts that say nothing but what the model does.
fn nothing(declared: Option<Capability>) -> Facts {
    Facts {
        capability: Word(declared.unwrap_or(Capability::Chat)),
        family: None,
        released: None,
        cutoff: None,
        input: Vec::new(),
        output: Vec::new(),
        context: None,
        max_input: None,
        max_output: None,
        reasoning: None,
        reasoning_control: None,
        tools: None,
        structured_output: None,
        temperature: None,
        attachments: None,
        open_weights: None,
        reasoning_field: None,
        token_limit_field: None,
        refuses: Vec::new(),
    }
}

/// Says each thing once: a price that stands in many records is omitted from all of them.
fn unique(omitted: &mut Vec<Omitted>) {
    let mut seen = BTreeSet::new();
    omitted.retain(|one| seen.insert((one.field.clone(), one.value.clone())));
}
