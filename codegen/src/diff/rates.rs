//! What changed between two cards: rates with percent, tiers, currency. A rate or a tier that one card has and the other
//! has not is a change of form, kept apart from a change of price.

use portolan_types::{Meter, rate_text};

use super::Kind;
use super::price::times;
use super::record::{Pair, Recorder, pairs};
use crate::catalog::{Card, Converted, Rates, Tier};

/// Everything that differs between two cards that are the same but for their dates.
pub(super) fn compare(rec: &mut Recorder<'_, '_>, before: &Card, after: &Card) {
    compare_rates(rec, before, after);
    if before.windows == after.windows {
        rec.value(Kind::TextChanged, "times of the price", &times(before), &times(after));
    }
    rec.value(Kind::TextChanged, "note on the price", &before.note, &after.note);
    rec.source("source of the price", &before.source, &after.source);
}

/// What differs in what is billed.
pub(super) fn compare_rates(rec: &mut Recorder<'_, '_>, before: &Card, after: &Card) {
    let conversion = |card: &Card| card.converted.as_ref().map(conversion);
    rec.value(Kind::ConversionChanged, "", &conversion(before), &conversion(after));
    if before.currency != after.currency {
        rec.push(Kind::CurrencyChanged, "", Some(text(before)), Some(text(after)));
        return;
    }
    let currency = after.currency.to_string();
    rates(rec, &currency, &before.rates, &after.rates);
    tiers(rec, &currency, before, after);
}

/// Whether two cards bill the same.
pub(super) fn same(one: &Card, other: &Card) -> bool {
    one.currency == other.currency && one.rates == other.rates && one.tiers == other.tiers
}

/// The rates of a card in words.
pub(super) fn text(card: &Card) -> String {
    let mut text = format!("{} {}", rates_text(&card.rates), card.currency);
    for tier in &card.tiers {
        text.extend(["; ", &threshold(tier), ": ", &rates_text(&tier.rates)]);
    }
    text
}

fn rates_text(rates: &Rates) -> String {
    let texts = rates.0.iter().map(|(meter, rate)| format!("{} {}", meter.id(), rate_text(*rate)));
    texts.collect::<Vec<_>>().join(", ")
}

fn threshold(tier: &Tier) -> String {
    let input = tier.input_above.map(|tokens| format!("{tokens} input tokens"));
    let output = tier.output_above.map(|tokens| format!("{tokens} output tokens"));
    let parts: Vec<_> = [input, output].into_iter().flatten().collect();
    format!("above {}", parts.join(" and "))
}

fn conversion(converted: &Converted) -> String {
    format!("from {} at {} of {}", converted.from, converted.rate, converted.date.0)
}

fn rates(rec: &mut Recorder<'_, '_>, currency: &str, before: &Rates, after: &Rates) {
    for pair in pairs(&before.0, &after.0, |(meter, _)| *meter) {
        let rate = |rate: u64| Some(rate_text(rate).to_string());
        let change = match pair {
            Pair::Gone((meter, one)) => rec.push(Kind::RateRemoved, meter.id(), rate(*one), None),
            Pair::New((meter, one)) => rec.push(Kind::RateAdded, meter.id(), None, rate(*one)),
            Pair::Both((_, one), (_, other)) if one == other => continue,
            Pair::Both((meter, one), (_, other)) => {
                let kind = if one < other { Kind::PriceUp } else { Kind::PriceDown };
                let change = rec.push(kind, meter.id(), rate(*one), rate(*other));
                change.percent = percent(*one, *other);
                change
            }
        };
        change.currency = Some(currency.to_owned());
    }
}

/// The change in percent at one digit, half away from zero, with its sign. A change from zero has none.
fn percent(from: u64, to: u64) -> Option<String> {
    let (base, change) = (u128::from(from), u128::from(from.abs_diff(to)));
    let tenths = (change * 2_000 + base).checked_div(base * 2)?;
    let sign = if from <= to { '+' } else { '-' };
    Some(format!("{sign}{}.{}", tenths / 10, tenths % 10))
}

fn tiers(rec: &mut Recorder<'_, '_>, currency: &str, before: &Card, after: &Card) {
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for pair in pairs(&before.tiers, &after.tiers, |tier| (tier.input_above, tier.output_above)) {
        match pair {
            Pair::Gone(tier) => gone.push(tier),
            Pair::New(tier) => new.push(tier),
            Pair::Both(one, other) => tier(rec, currency, one, other),
        }
    }
    if let ([one], [other]) = (gone.as_slice(), new.as_slice()) {
        tier(rec, currency, one, other);
        return;
    }
    for one in gone {
        let there = billed(after, one);
        let change = rec.push(Kind::TierRemoved, "", Some(rates_text(&one.rates)), Some(there));
        change.currency = Some(currency.to_owned());
        place(change, one);
    }
    for one in new {
        let there = billed(before, one);
        let change = rec.push(Kind::TierAdded, "", Some(there), Some(rates_text(&one.rates)));
        change.currency = Some(currency.to_owned());
        place(change, one);
    }
}

/// One tier on both sides.
fn tier(rec: &mut Recorder<'_, '_>, currency: &str, before: &Tier, after: &Tier) {
    let first = rec.out.len();
    rates(rec, currency, &before.rates, &after.rates);
    let kind = Kind::TierChanged;
    rec.value(kind, "input_above", &before.input_above, &after.input_above);
    rec.value(kind, "output_above", &before.output_above, &after.output_above);
    rec.value(kind, "scope", &before.scope, &after.scope);
    rec.value(kind, "inclusive", &before.inclusive, &after.inclusive);
    for change in &mut rec.out[first..] {
        place(change, after);
    }
}

fn place(change: &mut super::Change, tier: &Tier) {
    change.conditions.input_above = tier.input_above;
    change.conditions.output_above = tier.output_above;
}

/// What a card without a tier bills where the tier begins, for the tier's meters.
fn billed(card: &Card, tier: &Tier) -> String {
    let within = |other: &&Tier| {
        other.input_above <= tier.input_above && other.output_above <= tier.output_above
    };
    let lower = card.tiers.iter().rfind(within);
    let rate = |meter: Meter| {
        lower.and_then(|lower| lower.rates.rate(meter)).or_else(|| card.rates.rate(meter))
    };
    let meters = tier.rates.0.iter().map(|(meter, _)| *meter);
    let rates = meters.filter_map(|meter| Some((meter, rate(meter)?))).collect();
    rates_text(&Rates(rates))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_is_exact_and_rounded_at_one_digit() {
        for (from, to, expected) in [
            (1_000_000_000_000, 435_000_000_000, Some("-56.5")),
            (3, 2, Some("-33.3")),
            (3, 5, Some("+66.7")),
            (2_000, 2_001, Some("+0.1")),
            (2_001, 2_000, Some("-0.0")),
            (1, 1_000_000_000_000_000_000, Some("+99999999999999999900.0")),
            (5, 0, Some("-100.0")),
            (0, 5, None),
        ] {
            assert_eq!(percent(from, to).as_deref(), expected, "{from} {to}");
        }
    }
}
