//! Reads genai-prices: dated prices, prices by time of day, and those of other service tiers.
//!
//! Taken are the text of its `data.json` and of `sources/genai-prices.yaml`, given are rows. A key is
//! `provider/model` in the source's spelling, and one that is a name of several of our models has a row for each. What
//! the source says in comments alone is in the mapping, with the words that it relies on; if they change, reading fails.
//!
//! ```text
//! file       the source's shapes, numbers as texts
//! mapping    what is which, and why
//! places     names of the source -> our refs
//! prices     numbers by price key -> rates by meter, tiers
//! cards      dates, times of day, variants -> cards
//! comments   what of a comment is a note
//! ```

mod cards;
mod comments;
mod file;
mod mapping;
mod places;
mod prices;

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{Converted, Facts, Source};
use portolan_codegen::manifest::Moment;
use portolan_types::{Capability, Meter, ServiceTier, Status};

pub use mapping::Mapping;

use self::file::{Model, Provider};
use self::mapping::ProviderRules;
use self::places::Placed;
use self::prices::Notices;
use super::mistakes::Mistakes;
use crate::row::{Card, Omitted, Place, Reading, Row, Said};

/// Where a person looks for the mapping.
const MAPPING: &str = "sources/genai-prices.yaml";

/// Reads the source's file as the mapping says.
///
/// # Errors
/// Everything in the file that is not as it was when the mapping was written, each with its key.
pub fn read(data: &str, mapping: &Mapping) -> anyhow::Result<Reading> {
    let mut mistakes = Mistakes::of("data.json of genai-prices");
    let providers = file::parse(data, &mut mistakes)?;
    let mut reading = Reading::default();
    for provider in &providers {
        let Some(rules) = mapping.providers.get(&provider.id) else {
            let (name, count) = (&provider.name, provider.models.len());
            mistakes.push(
                &provider.id,
                format_args!(
                    "{name}, with {count} models, is not in the mapping: \
                     add it under `providers` of {MAPPING}"
                ),
            );
            continue;
        };
        let reader = Reader { provider, rules, mapping };
        for model in &provider.models {
            reader.read(model, &mut reading, &mut mistakes);
        }
        reader.check_names(&mut mistakes);
    }
    for id in mapping.providers.keys().filter(|id| !providers.iter().any(|p| p.id == **id)) {
        mistakes.push(id, format_args!("gone from the source: take it out of {MAPPING}"));
    }
    check_places(&reading.rows, &mut mistakes);
    mistakes.check()?;
    reading.rows.sort_by(|a, b| a.key.cmp(&b.key));
    reading.skipped.sort_unstable();
    Ok(reading)
}

/// A provider of the source and what is said about it.
struct Reader<'a> {
    provider: &'a Provider<'a>,
    rules: &'a ProviderRules,
    mapping: &'a Mapping,
}

impl Reader<'_> {
    fn read(&self, model: &Model<'_>, reading: &mut Reading, mistakes: &mut Mistakes) {
        let key = format!("{}/{}", self.provider.id, model.id);
        let placed = match places::of(self.provider, model, self.rules) {
            Ok(Placed::Skipped(why)) => return reading.skipped.push((key, why)),
            Ok(placed) => placed,
            Err(message) => return mistakes.push(&key, message),
        };
        let mut notices =
            Notices { key: &key, mistakes, shortened: &mut reading.shortened, omitted: Vec::new() };
        let service_tier = self.rules.service_tier_of(&model.id);
        let (places, older) = match placed {
            Placed::At(places) => (places, None),
            Placed::OlderRecordOf(place, why) => (vec![place], Some(why)),
            Placed::Skipped(_) => return,
        };
        let unpriced = older.as_ref().or_else(|| self.rules.unpriced.get(&model.id));
        let price = match unpriced {
            Some(why) => {
                notices.omit("prices", model.prices.text(), why);
                Said::Unknown
            }
            None => self.price(model, &mut notices),
        };
        let (note, rest) = match &model.price_comments {
            Some(comment) => comments::sort(comment, &self.mapping.no_note),
            None => (None, None),
        };
        if let Some(rest) = rest {
            notices.omit(
                "price_comments",
                &rest,
                "says where it stands, how the source says it or what the numbers say",
            );
        }
        if let Some(text) = &model.description {
            notices.omit("description", text, "a text of the source's own");
        }
        let omitted = notices.omitted;
        let row = self.row(&key, model, price, note, omitted);
        reading.rows.extend(places.into_iter().map(|place| {
            let source = self.page(&place.provider, &model.id);
            Row { place: Place { service_tier, ..place }, source, ..row.clone() }
        }));
    }

    /// What the entry costs.
    fn price(&self, model: &Model<'_>, notices: &mut Notices<'_>) -> Said {
        let free = self.rules.free_meters.get(&model.id);
        let free: Vec<Meter> = free.into_iter().flatten().map(|word| word.0).collect();
        let raw = match model.prices.entries() {
            Ok(raw) => raw,
            Err(error) => {
                notices.wrong("prices", error);
                return Said::Unknown;
            }
        };
        let Some(entries) = cards::entries(&raw, &free, notices) else { return Said::Unknown };
        let mut said = match self.edit(model, notices) {
            Some(edit) => cards::edited(&entries, edit, self.rules, notices),
            None => cards::standard(&entries, self.rules, notices),
        };
        said.extend(cards::variants(&entries, &model.price_variants, self.rules, notices));
        for card in &mut said {
            self.finish(card, model);
        }
        self.state(model, said, notices)
    }

    /// The cards of the mapping, if the comment still says what they are from.
    fn edit(&self, model: &Model<'_>, notices: &mut Notices<'_>) -> Option<&mapping::Edit> {
        let edit = self.rules.cards.get(&model.id)?;
        let comment = model.price_comments.as_deref().unwrap_or_default();
        if !comment.contains(&edit.says) {
            notices.wrong(
                "price_comments",
                format_args!(
                    "says no more `{}`: look at it again and mend `cards` of {MAPPING}",
                    edit.says
                ),
            );
        }
        Some(edit)
    }

    /// What holds for every card of the provider.
    fn finish(&self, card: &mut Card, model: &Model<'_>) {
        if card.service_tier == ServiceTier::Standard {
            card.service_tier =
                self.rules.service_tier_of(&model.id).unwrap_or(ServiceTier::Standard);
        }
        let converted = self.rules.converted.as_ref().filter(|converted| {
            let named = converted.models.is_empty() || converted.models.contains(&model.id);
            named && card.currency != converted.from.0
        });
        card.converted = converted.map(|converted| Converted {
            from: converted.from,
            rate: converted.rate.clone(),
            date: converted.date,
        });
        if let Some(end) = self.rules.ends.get(&model.id) {
            let last = card.dates.until.is_none() && card.dates.last_seen.is_none();
            if last && card.service_tier == end.service_tier.0 {
                card.dates.until = end.on.0.timestamp().map(Moment);
            }
        }
    }

    /// The cards, or what no card at all means.
    fn state(&self, model: &Model<'_>, cards: Vec<Card>, notices: &mut Notices<'_>) -> Said {
        let ends_free = |end: &String| model.id.ends_with(end.as_str());
        let free = self.rules.free.contains_key(&model.id);
        let included = self.rules.included.contains_key(&model.id);
        if !cards.is_empty() {
            if free || included {
                notices.wrong("prices", "a price, where the mapping says free or included");
            }
            return Said::Priced(cards);
        }
        if free || self.rules.free_suffix.as_ref().is_some_and(ends_free) {
            return Said::Free;
        }
        if included { Said::Included } else { Said::Unknown }
    }

    /// The row but for its place and its page.
    fn row(
        &self,
        key: &str,
        model: &Model<'_>,
        price: Said,
        note: Option<String>,
        omitted: Vec<Omitted>,
    ) -> Row {
        let capability = self.rules.capability_of(&model.id).unwrap_or_else(|| seen_in(&price));
        let retires = self.rules.retires.get(&model.id);
        let status = match retires {
            Some(retirement) if retirement.on <= self.mapping.as_of => Some(Status::Retired),
            Some(_) => Some(Status::Deprecated),
            None => model.deprecated.then_some(Status::Deprecated),
        };
        Row {
            key: key.to_owned(),
            place: places::nowhere(),
            name: model.name.clone(),
            base: None,
            api: None,
            facts: Facts { context: model.context_window, ..Facts::of(capability) },
            status,
            retires: retires.map(|retirement| (retirement.on, retirement.source.clone())),
            last_seen: None,
            vendor_page: self.is_watched(model),
            price,
            source: Source::default(),
            notes: note.into_iter().collect(),
            words: BTreeMap::new(),
            omitted,
        }
    }

    /// The page that the source has the prices of a provider of ours from.
    fn page(&self, provider: &str, name: &str) -> Source {
        let first = self.provider.pricing_urls.first();
        let url = self.rules.pages.get(provider).or(first).unwrap_or(&self.mapping.source);
        let checked = self.rules.older_of(name).unwrap_or(self.mapping.as_of);
        Source { url: Some(url.clone()), checked: Some(checked) }
    }

    /// Whether somebody still looks at the vendor's page for a model.
    fn is_watched(&self, model: &Model<'_>) -> bool {
        let has_date = model.prices.is_list() || !self.rules.unwatched_without_date;
        has_date && self.rules.older_of(&model.id).is_none()
    }

    /// Every name and page of the mapping is still in the source.
    fn check_names(&self, mistakes: &mut Mistakes) {
        let gone =
            self.rules.pages.values().filter(|url| !self.provider.pricing_urls.contains(url));
        for url in gone {
            let message = format_args!("no page of the source any more: mend `pages` of {MAPPING}");
            mistakes.push(format!("{}, {url}", self.provider.id), message);
        }
        let known: BTreeSet<_> = self.provider.models.iter().map(|m| m.id.as_str()).collect();
        let names = self.rules.names().into_iter();
        for (rule, name) in names.filter(|(_, name)| !known.contains(name.as_str())) {
            let place = format!("{}/{name}", self.provider.id);
            mistakes.push(
                place,
                format_args!("gone from the source: take it out of `{rule}` of {MAPPING}"),
            );
        }
    }
}

/// What a model does, as far as its meters tell.
fn seen_in(price: &Said) -> Capability {
    let Said::Priced(cards) = price else { return Capability::Chat };
    let only = |meters: &[Meter]| {
        let mut rates = cards.iter().flat_map(|card| &card.rates.0);
        rates.all(|(meter, _)| meters.contains(meter))
    };
    if only(&[Meter::CharactersIn]) {
        Capability::Speech
    } else if only(&[Meter::AudioSecondsIn]) {
        Capability::Transcription
    } else if only(&[Meter::Pages, Meter::AnnotatedPages]) {
        Capability::Ocr
    } else {
        Capability::Chat
    }
}

/// No two keys say a price of one place.
fn check_places(rows: &[Row], mistakes: &mut Mistakes) {
    let mut keys = BTreeMap::new();
    for row in rows.iter().filter(|row| row.price != Said::Unknown) {
        let Place { provider, model, region, service_tier, .. } = &row.place;
        if let Some(other) = keys.insert((provider, model, region, service_tier), &row.key) {
            let message = format_args!(
                "is {provider}/{model}, as {other} is: say in {MAPPING} which one is to count"
            );
            mistakes.push(&row.key, message);
        }
    }
}

#[cfg(test)]
mod tests;
