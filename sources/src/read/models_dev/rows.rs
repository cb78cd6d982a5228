//! A row of each key.

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{Facts, Source};
use portolan_codegen::manifest::Word;
use portolan_types::{Capability, Currency, ServiceTier, Status};

use super::cost::{Findings, Listed, text};
use super::facts::{self, Beside};
use super::history::{Now, Record, Timeline};
use super::mapping::{Mapping, ProviderEntry, RowEntry};
use super::{api, cards};
use crate::read::mistakes::Mistakes;
use crate::row::{Card, Omitted, Place, Reading, Row, Said};

/// What the files have of a key.
pub(super) struct Entry<'f> {
    pub(super) key: &'f str,
    pub(super) offered: Option<&'f api::Facts>,
    pub(super) recorded: Option<&'f (Vec<Record>, Findings)>,
}

impl Entry<'_> {
    /// Adds its row to the reading, or why it has none.
    pub(super) fn read(&self, mapping: &Mapping, reading: &mut Reading, mistakes: &mut Mistakes) {
        let (provider, model) = self.key.split_once('/').unwrap_or(("", self.key));
        let own = mapping.rows.get(self.key);
        if let Some(why) = mapping.skipped(self.key) {
            reading.skipped.push((self.key.to_owned(), why.to_owned()));
            return;
        }
        let Some((provider, entry)) = mapping.home(provider) else { return };
        let mut found = Findings::default();
        let mut beside = Beside::default();
        let mut row = self.row(place(entry, own, model), mapping);
        self.price(&mut row, (provider, model), entry, mapping, (&mut found, &mut beside));
        if let Some(offered) = self.offered {
            let capability = mapping.capability(provider, model);
            row.facts = facts::facts(offered, capability, &mut beside);
            row.api = offered.provider.as_ref().and_then(|said| facts::api(said, &mut beside));
            row.status = facts::status(offered);
            if offered.last_updated != offered.release_date {
                row.words.insert("last_updated".to_owned(), offered.last_updated.clone());
            }
        } else if let Some(capability) = mapping.capability(provider, model) {
            row.facts.capability = Word(capability);
        }
        if let Some(day) = row.last_seen {
            row.words.insert("last_seen".to_owned(), day.0.to_string());
        }
        if !found.zeros.is_empty() {
            row.words.insert("zeros".to_owned(), found.zeros.join(" "));
        }
        for (field, message) in beside.mistakes {
            mistakes.push(format_args!("api.json: {}: {field}", self.key), message);
        }
        self.report("api.json", &found, reading, mistakes);
        if let Some((_, found)) = self.recorded {
            self.report("history", found, reading, mistakes);
        }
        let past = self.recorded.iter().flat_map(|(_, found)| &found.omitted).cloned();
        row.omitted.splice(0..0, beside.omitted.into_iter().chain(found.omitted).chain(past));
        unique(&mut row.omitted);
        reading.rows.push(row);
    }

    fn row(&self, place: Place, mapping: &Mapping) -> Row {
        let name = self.offered.map_or(&place.model, |offered| &offered.name).clone();
        Row {
            key: self.key.to_owned(),
            place,
            name: Some(name),
            base: None,
            facts: Facts::of(Capability::Chat),
            api: None,
            status: self.offered.is_none().then_some(Status::Delisted),
            retires: None,
            last_seen: None,
            price: Said::Unknown,
            source: Source { url: Some(mapping.source.clone()), checked: Some(mapping.as_of) },
            vendor_page: false,
            notes: Vec::new(),
            words: BTreeMap::new(),
            omitted: Vec::new(),
        }
    }

    /// Fills in the price and the last day of the row.
    fn price(
        &self,
        row: &mut Row,
        (provider, model): (&str, &str),
        entry: &ProviderEntry,
        mapping: &Mapping,
        (found, beside): (&mut Findings, &mut Beside),
    ) {
        let now = match self.offered.map(|offered| &offered.cost) {
            None => Now::Gone,
            Some(None) => Now::Unpriced,
            Some(Some(cost)) => Now::Listed(cost.listed(self.key, "cost", found)),
        };
        let records = self.recorded.map(|(records, _)| records.as_slice()).unwrap_or_default();
        let timeline = Timeline::of(records, now, mapping.as_of);
        let currency = entry.currency.map_or(Currency::Usd, |word| word.0);
        let (mut price, past) = cards::said(&timeline, mapping.zero(provider, model), currency);
        if let Some(offered) = self.offered {
            let cards = modes(offered, self.key, currency, found, beside);
            add_modes(&mut price, cards, beside);
        }
        row.price = price;
        row.last_seen = timeline.last_seen;
        row.omitted.extend(past.into_iter().chain(timeline.omitted));
    }

    fn report(&self, file: &str, found: &Findings, reading: &mut Reading, mistakes: &mut Mistakes) {
        reading.shortened.extend(found.shortened.iter().cloned());
        for message in &found.mistakes {
            mistakes.push(format_args!("{file}: {}", self.key), message);
        }
    }
}

fn place(entry: &ProviderEntry, own: Option<&RowEntry>, model: &str) -> Place {
    Place {
        provider: entry.provider.clone(),
        model: own.and_then(|row| row.model.as_deref()).unwrap_or(model).to_owned(),
        region: entry.region.clone(),
        service_tier: None,
        variants: Vec::new(),
    }
}

/// The source's other ways of being served, each of which is a service tier of ours.
fn modes(
    offered: &api::Facts,
    key: &str,
    currency: Currency,
    found: &mut Findings,
    beside: &mut Beside,
) -> Vec<Card> {
    let mut cards = Vec::new();
    for (name, mode) in offered.experimental.iter().flat_map(|said| &said.modes) {
        let field = format!("experimental.modes.{name}");
        for (header, value) in &mode.provider.headers {
            let why = "the header of a request for this service tier";
            facts::omit(&format!("{field}.provider.headers.{header}"), value, why, beside);
        }
        let body = &mode.provider.body;
        let tier = match (body.service_tier.as_deref(), body.speed.as_deref()) {
            (Some(word), None) | (None, Some(word)) => ServiceTier::from_id(word),
            _ => None,
        };
        match (tier, mode.cost.listed(key, &format!("{field}.cost"), found)) {
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
    cards
}

fn add_modes(price: &mut Said, mut cards: Vec<Card>, beside: &mut Beside) {
    match price {
        Said::Priced(list) => list.append(&mut cards),
        Said::Unknown if !cards.is_empty() => *price = Said::Priced(cards),
        _ => {
            for card in cards {
                let value = format!("{}: {}", card.service_tier, text(&card.rates));
                let why = "the standard price is a state, which has no cards beside it";
                facts::omit("experimental.modes", &value, why, beside);
            }
        }
    }
}

/// Says each thing once: what stands in many records is omitted from all of them.
fn unique(omitted: &mut Vec<Omitted>) {
    let mut seen = BTreeSet::new();
    omitted.retain(|one| seen.insert((one.field.clone(), one.value.clone())));
}
