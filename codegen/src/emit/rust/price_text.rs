//! Prices in words, for doc comments.

use portolan_types::{Currency, Meter, ServiceTier, rate_text};

use super::doc::{code, inert};
use super::row::{grouped, moment_text};
use crate::catalog::{Card, Price, Rates, Tier};
use crate::manifest::TierScope;

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

fn of_cards(cards: &[Card]) -> PriceText {
    let main = main_card(cards);
    let mut text = match main {
        Some(card) => of_main(card),
        None => PriceText { headline: "prices below".to_owned(), points: Vec::new() },
    };
    let others: Vec<_> =
        cards.iter().filter(|card| !main.is_some_and(|main| std::ptr::eq(main, *card))).collect();
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
    points.extend(starts(card).map(|start| format!("this price {start}")));
    points.extend(card.note.as_ref().map(|note| inert(note)));
    PriceText { headline: rates(&main, card), points }
}

/// The one card of an ordinary request that has no end; of several the one that starts last.
fn main_card(cards: &[Card]) -> Option<&Card> {
    let ordinary = cards.iter().filter(|card| {
        card.service_tier.0 == ServiceTier::Standard
            && card.until.is_none()
            && card.region.is_none()
            && card.variants.is_empty()
            && card.windows.is_empty()
    });
    ordinary.max_by_key(|card| card.start())
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
    let mut list = Vec::new();
    if card.service_tier.0 != ServiceTier::Standard {
        list.push(card.service_tier.to_string());
    }
    list.extend(card.region.as_ref().map(|region| format!("region {}", code(region))));
    list.extend(card.variants.iter().map(|variant| code(variant)));
    let days: Vec<_> = card.days.iter().map(ToString::to_string).collect();
    if !days.is_empty() {
        list.push(days.join(" "));
    }
    list.extend(card.time.iter().map(|time| inert(time)));
    list.extend(starts(card));
    list.extend(card.until.map(|until| format!("until {}", moment_text(until.0))));
    list
}

/// Since when a card holds, in words: the vendor's date, else the first sighting.
fn starts(card: &Card) -> Option<String> {
    let verb = if card.from.is_some() { "from" } else { "seen" };
    card.start().map(|start| format!("{verb} {}", moment_text(start.0)))
}

fn tier(tier: &Tier, card: &Card) -> String {
    let graduated = tier.scope.0 == TierScope::Above;
    let tokens = !graduated || tier.rates.0.iter().all(|(meter, _)| meter.is_token());
    let above = if tier.inclusive { "from" } else { "above" };
    let count = |count: Option<u64>, side: &str| {
        let unit = if tokens { format!(" {side} tokens") } else { String::new() };
        count.map(|count| format!("{}{unit}", grouped(count, ',')))
    };
    let counts = [count(tier.input_above, "input"), count(tier.output_above, "output")];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    let part = if graduated { "the part " } else { "" };
    format!("{part}{above} {}: {}", counts.join(" and "), rates(&tier.rates, card))
}

/// Rates in words: those of tokens with one `per million` for all, then each other one with its own unit.
fn rates(rates: &Rates, card: &Card) -> String {
    let (tokens, others): (Vec<_>, Vec<_>) =
        rates.0.iter().partition(|(meter, _)| meter.is_token());
    let mut list: Vec<_> = tokens
        .iter()
        .map(|(meter, rate)| format!("{} {}", money(*rate, card.currency.0), label(*meter)))
        .collect();
    if let Some(last) = list.last_mut() {
        last.push_str(" per million");
    }
    list.extend(others.iter().map(|(meter, rate)| {
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
    match currency {
        _ if rate == 0 => "free".to_owned(),
        Currency::Usd => format!("${}", rate_text(rate)),
        other => format!("{} {}", other.code(), rate_text(rate)),
    }
}
