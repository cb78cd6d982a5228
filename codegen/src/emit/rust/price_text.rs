//! Prices in words, for doc comments.

use portolan_types::{Currency, Meter};

use crate::catalog::{Card, Price, Rates, Tier};
use crate::emit::cards::{self, Condition, by_unit};
use crate::emit::figures::{self, grouped, moment_text};
use crate::emit::markdown::{code, codes, inert};

/// More cards than these are only counted.
const MOST_CARDS: usize = 8;

/// A price in words.
pub(super) struct PriceText {
    /// What holds for an ordinary request where no end is known.
    pub(super) headline: String,
    /// Everything else, a point each.
    pub(super) points: Vec<String>,
}

/// The words for a price.
pub(super) fn of(price: &Price) -> PriceText {
    let state = |headline: &str| PriceText { headline: headline.to_owned(), points: Vec::new() };
    match price {
        Price::Priced(cards) => of_cards(cards),
        Price::Free => state("free"),
        Price::Included => state("included in the plan"),
        Price::Unknown => state("price unknown"),
    }
}

fn of_cards(list: &[Card]) -> PriceText {
    let main = cards::main(list);
    let mut text = match main {
        Some(card) => of_main(card),
        None => PriceText { headline: "prices below".to_owned(), points: Vec::new() },
    };
    let others: Vec<_> =
        list.iter().filter(|card| !main.is_some_and(|main| std::ptr::eq(main, *card))).collect();
    text.points.extend(others.iter().take(MOST_CARDS).map(|card| other(card)));
    if let Some(more @ 1..) = others.len().checked_sub(MOST_CARDS) {
        text.points.push(format!("{more} more price {}", if more == 1 { "card" } else { "cards" }));
    }
    text
}

fn of_main(card: &Card) -> PriceText {
    let (main, also) = split(&card.rates);
    let mut points = Vec::new();
    if !also.0.is_empty() {
        points.push(format!("also {}", rates(&also, card)));
    }
    points.extend(card.tiers.iter().map(|tier| self::tier(tier, card)));
    points.extend(cards::start(card).map(|start| format!("this price {}", words(&start))));
    points.extend(card.note.as_ref().map(|note| inert(note)));
    PriceText { headline: rates(&main, card), points }
}

/// The rates of the summary and the others: `input` and `output`, or everything where neither is priced.
fn split(rates: &Rates) -> (Rates, Rates) {
    let main = |(meter, _): &(Meter, u64)| matches!(meter, Meter::Input | Meter::Output);
    let (main, also): (Vec<_>, Vec<_>) = rates.0.iter().copied().partition(main);
    if main.is_empty() { (Rates(also), Rates(main)) } else { (Rates(main), Rates(also)) }
}

fn other(card: &Card) -> String {
    let conditions = conditions(card);
    let lead = if conditions.is_empty() { "or".to_owned() } else { conditions.join(", ") };
    let mut text = format!("{lead}: {}", rates(&card.rates, card));
    for tier in &card.tiers {
        text.extend(["; ", &self::tier(tier, card)]);
    }
    text
}

fn conditions(card: &Card) -> Vec<String> {
    cards::conditions(card).iter().map(words).collect()
}

fn words(condition: &Condition<'_>) -> String {
    match condition {
        Condition::ServiceTier(tier) => tier.to_string(),
        Condition::Regions(regions) => {
            format!("in {}", codes(regions.iter().map(String::as_str)))
        }
        Condition::Variant(variant) => code(variant),
        Condition::Days(days) => days.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Condition::Time(time) => inert(time),
        Condition::From(moment) => format!("from {}", moment_text(*moment)),
        Condition::Seen(moment) => format!("seen {}", moment_text(*moment)),
        Condition::Until(moment) => format!("until {}", moment_text(*moment)),
    }
}

fn tier(tier: &Tier, card: &Card) -> String {
    let threshold = cards::threshold(tier);
    let above = if threshold.inclusive { "from" } else { "above" };
    let count = |count: Option<u64>, side: &str| {
        let unit = if threshold.tokens { format!(" {side} tokens") } else { String::new() };
        count.map(|count| format!("{}{unit}", grouped(count, ',')))
    };
    let counts = [count(threshold.input, "input"), count(threshold.output, "output")];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    let part = if threshold.part { "the part " } else { "" };
    format!("{part}{above} {}: {}", counts.join(" and "), rates(&tier.rates, card))
}

/// Rates in words: those of tokens with one `per million` for all, then each other one with its own unit.
fn rates(rates: &Rates, card: &Card) -> String {
    let (tokens, others) = by_unit(rates);
    let mut list: Vec<_> = tokens
        .0
        .iter()
        .map(|(meter, rate)| format!("{} {}", money(*rate, card.currency.0), label(*meter)))
        .collect();
    if let Some(last) = list.last_mut() {
        last.push_str(" per million");
    }
    list.extend(others.0.iter().map(|(meter, rate)| {
        let (per, unit) = (meter.per(), meter.unit());
        let units =
            if per == 1 { unit.to_string() } else { format!("{} {unit}s", grouped(per, ',')) };
        format!("{} per {units} ({})", money(*rate, card.currency.0), label(*meter))
    }));
    list.join(", ")
}

fn label(meter: Meter) -> String {
    match meter {
        Meter::Input => "in".to_owned(),
        Meter::Output => "out".to_owned(),
        other => other.id().replace('_', " "),
    }
}

fn money(rate: u64, currency: Currency) -> String {
    figures::money(rate, currency).unwrap_or_else(|| "free".to_owned())
}
