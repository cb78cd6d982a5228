//! The prices of a provider in words: a row per card and tier, with every condition under which it holds.
//!
//! Prices of tokens have columns of their own; those of other units are words, each with its unit. A rate that nobody
//! states is said to be so.

use portolan_types::{Currency, Meter, ServiceTier, Timestamp};

use super::markdown::{Table, blocks, list, paragraph};
use super::models::{in_order, is_over};
use super::words::{codes, joined, model_ref, source, stated};
use crate::catalog::{Card, Model, Price, Provider, Rates, Tier};
use crate::emit::cards::{self, Condition, by_unit};
use crate::emit::figures::{self, grouped, moment_text};
use crate::emit::markdown::{code, inert};
use crate::labels::Labels;

/// The meters of tokens that have a column each.
const COLUMNS: [Meter; 3] = [Meter::Input, Meter::CacheRead, Meter::Output];

/// The tables, and the models whose price is no number.
pub(super) fn tables(provider: &Provider, labels: &Labels) -> String {
    let phrases = &labels.phrases;
    let (over, current): (Vec<&Model>, Vec<&Model>) =
        in_order(provider).into_iter().partition(|model| is_over(model));
    let tables = |models: &[&Model]| {
        let rows: Vec<_> = models.iter().flat_map(|model| rows(model)).collect();
        let (tokens, others): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| COLUMNS.iter().any(|meter| row.rates.rate(*meter).is_some()));
        blocks([token_table(provider, &tokens, labels), other_table(provider, &others, labels)])
    };
    let (now, then) = (tables(&current), tables(&over));
    let per = if now.is_empty() && then.is_empty() {
        String::new()
    } else {
        phrases.price_unit.fill(&grouped(Meter::Input.per(), ','))
    };
    let heading = if then.is_empty() { String::new() } else { phrases.ended_prices.to_string() };
    let states = states(provider, &current, labels);
    blocks([paragraph(&per), now, states, paragraph(&heading), then])
}

/// A card, or a tier of one.
struct Row<'c> {
    model: &'c Model,
    card: &'c Card,
    /// When another card under the same conditions takes its place, where its own end is not said.
    replaced: Option<Timestamp>,
    tier: Option<&'c Tier>,
    rates: &'c Rates,
}

/// The rows of a model: by service tier and variant, then by date.
fn rows(model: &Model) -> Vec<Row<'_>> {
    let Price::Priced(cards) = &model.price else { return Vec::new() };
    let mut cards: Vec<_> = cards.iter().collect();
    cards.sort_by_key(|card| {
        let special = (!card.regions.is_empty(), !card.windows.is_empty());
        (card.service_tier, cards::variants(card), special, card.start())
    });
    let mut rows = Vec::new();
    for card in &cards {
        let replaced = cards::replaced(card, &cards);
        let row = |tier, rates| Row { model, card, replaced, tier, rates };
        rows.push(row(None, &card.rates));
        rows.extend(card.tiers.iter().map(|tier| row(Some(tier), &tier.rates)));
    }
    rows
}

fn token_table(provider: &Provider, rows: &[Row<'_>], labels: &Labels) -> String {
    let terms = &labels.terms;
    let others = |row: &Row<'_>| other_rates(row, labels);
    let with_others = rows.iter().any(|row| others(row).is_some());
    let mut columns = vec![&*terms.model, &*terms.when];
    columns.extend([&*terms.input, &*terms.cache_read, &*terms.output]);
    columns.extend(with_others.then_some(&*terms.other_rates));
    columns.push(&*terms.source);
    let mut table = Table::new(columns);
    for row in rows {
        let mut cells = vec![model_ref(provider, row.model), when(row, provider, labels)];
        cells.extend(COLUMNS.map(|meter| {
            let rate = row.rates.rate(meter);
            stated(rate.map(|rate| money(rate, row.card.currency.0, labels)), labels)
        }));
        if with_others {
            cells.push(others(row).unwrap_or_else(|| labels.phrases.none_stated.to_string()));
        }
        cells.push(source(&row.card.source, labels));
        table.row(cells);
    }
    table.text()
}

fn other_table(provider: &Provider, rows: &[Row<'_>], labels: &Labels) -> String {
    let terms = &labels.terms;
    let mut table = Table::new([&*terms.model, &*terms.when, &*terms.price, &*terms.source]);
    for row in rows {
        let price = stated(other_rates(row, labels), labels);
        let (model, source) = (model_ref(provider, row.model), source(&row.card.source, labels));
        table.row([model, when(row, provider, labels), price, source]);
    }
    table.text()
}

/// The rates that have no column, in words.
fn other_rates(row: &Row<'_>, labels: &Labels) -> Option<String> {
    let (words, phrases) = (&labels.words, &labels.phrases);
    let (tokens, others) = by_unit(row.rates);
    let tokens = tokens.0.into_iter().filter(|(meter, _)| !COLUMNS.contains(meter));
    let tokens = tokens.map(|(meter, rate)| {
        phrases.rate.fill(&money(rate, row.card.currency.0, labels), words.meter.of(meter))
    });
    let others = others.0.into_iter().map(|(meter, rate)| {
        let (price, name) = (money(rate, row.card.currency.0, labels), words.meter.of(meter));
        match meter.per() {
            _ if rate == 0 => phrases.rate.fill(&price, name),
            1 => phrases.rate_per_one.fill(&price, words.unit.of(meter.unit()), name),
            per => phrases.rate_per.fill(
                &price,
                &grouped(per, ','),
                words.units.of(meter.unit()),
                name,
            ),
        }
    });
    joined(tokens.chain(others), &phrases.list)
}

fn money(rate: u64, currency: Currency, labels: &Labels) -> String {
    figures::money(rate, currency).unwrap_or_else(|| labels.phrases.free_rate.to_string())
}

/// More regions than these are said by those that are missing, if these are fewer.
const MOST_REGIONS: usize = 4;

/// The regions of a row.
fn places(regions: &[String], provider: &Provider, labels: &Labels) -> String {
    let phrases = &labels.phrases;
    let all = provider.regions.iter().map(|region| region.id.as_str());
    let others: Vec<_> = all.filter(|id| regions.iter().all(|region| region != id)).collect();
    if regions.len() <= MOST_REGIONS || others.len() > MOST_REGIONS {
        let ids = codes(regions.iter().map(String::as_str), labels).unwrap_or_default();
        return phrases.in_regions.fill(&ids);
    }
    let but = codes(others, labels).map(|ids| phrases.in_regions_but.fill(&ids));
    but.unwrap_or_else(|| phrases.in_every_region.to_string())
}

/// When a row holds: the service tier, every other condition, and what a reader has to know.
fn when(row: &Row<'_>, provider: &Provider, labels: &Labels) -> String {
    let (card, phrases) = (row.card, &labels.phrases);
    let mut list = Vec::new();
    if card.service_tier.0 == ServiceTier::Standard {
        list.push(labels.words.service_tier.of(ServiceTier::Standard).to_owned());
    }
    let conditions = cards::conditions(card);
    list.extend(conditions.iter().map(|condition| words(condition, provider, labels)));
    let until = row.replaced.map(Condition::Until);
    list.extend(until.map(|until| words(&until, provider, labels)));
    list.extend(row.tier.map(|tier| above(tier, labels)));
    let text = joined(list, &phrases.list);
    let dates = [
        card.assumed_before.map(|moment| phrases.assumed_before.fill(&moment_text(moment.0))),
        card.assumed_after.map(|moment| phrases.assumed_after.fill(&moment_text(moment.0))),
        card.converted.as_ref().map(|converted| {
            let (from, rate) = (converted.from.0.code(), inert(&converted.rate));
            phrases.converted.fill(from, &rate, &converted.date.0.to_string())
        }),
        card.note.as_deref().map(inert),
    ];
    joined(text.into_iter().chain(dates.into_iter().flatten()), &phrases.clauses)
        .unwrap_or_default()
}

fn words(condition: &Condition<'_>, provider: &Provider, labels: &Labels) -> String {
    let (words, phrases) = (&labels.words, &labels.phrases);
    match condition {
        Condition::ServiceTier(tier) => words.service_tier.of(*tier).to_owned(),
        Condition::Regions(regions) => places(regions, provider, labels),
        Condition::Variant(variant) => code(variant),
        Condition::Days(days) => {
            let days = days.iter().map(|day| words.weekday.of(day.0).to_owned());
            joined(days, &phrases.list).unwrap_or_default()
        }
        Condition::Time(time) => inert(time),
        Condition::From(moment) => phrases.from.fill(&moment_text(*moment)),
        Condition::Seen(moment) => phrases.seen.fill(&moment_text(*moment)),
        Condition::Until(moment) => phrases.until.fill(&moment_text(*moment)),
    }
}

fn above(tier: &Tier, labels: &Labels) -> String {
    let (threshold, phrases) = (cards::threshold(tier), &labels.phrases);
    let input = threshold.input.map(|count| (count, &phrases.input_tokens));
    let output = threshold.output.map(|count| (count, &phrases.output_tokens));
    let counts = input.into_iter().chain(output).map(|(count, side)| {
        let count = grouped(count, ',');
        if threshold.tokens { side.fill(&count) } else { count }
    });
    let counts = joined(counts, &phrases.and).unwrap_or_default();
    let phrase = match (threshold.part, threshold.inclusive) {
        (false, false) => &phrases.above,
        (false, true) => &phrases.at_least,
        (true, false) => &phrases.part_above,
        (true, true) => &phrases.part_at_least,
    };
    phrase.fill(&counts)
}

/// The models that are free, included or without a known price.
fn states(provider: &Provider, models: &[&Model], labels: &Labels) -> String {
    let phrases = &labels.phrases;
    let of = |wanted: &Price| {
        let models = models.iter().filter(|model| model.price == *wanted);
        joined(models.map(|model| model_ref(provider, model)), &phrases.list)
    };
    let lines = [
        of(&Price::Free).map(|models| phrases.free_models.fill(&models)),
        of(&Price::Included).map(|models| phrases.included_models.fill(&models)),
        of(&Price::Unknown).map(|models| phrases.unpriced_models.fill(&models)),
    ];
    list(lines.into_iter().flatten())
}
