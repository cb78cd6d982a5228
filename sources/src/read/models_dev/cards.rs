//! What the periods of a key come to: cards, or a state.

use portolan_codegen::catalog::Rates;
use portolan_codegen::manifest::Day;
use portolan_types::{Currency, Meter, rate_text};

use super::cost::{Listed, PriceTier, Prices, text};
use super::history::{Period, Timeline};
use super::mapping::Zero;
use crate::row::{Card, Omitted, Said, Tier};

/// The price of a key, and what of it no card can say.
///
/// A zero whose meaning nobody states is no card: before and after it the offering has a price, in between none is
/// known. One that is free is a card without a price where others are priced.
pub(super) fn said(timeline: &Timeline, zero: Zero, currency: Currency) -> (Said, Vec<Omitted>) {
    let mut omitted = Vec::new();
    if let Some(state) = state(&timeline.periods, zero) {
        let why = "the price has a state, and a state has no cards";
        let other = timeline.periods.iter().filter(|period| period.listed != Listed::Zero);
        omitted.extend(other.map(|period| past(period, why)));
        return (state, omitted);
    }
    let periods = timeline.periods.iter();
    let mut cards: Vec<Card> =
        periods.filter_map(|period| card(period, zero, currency, &mut omitted)).collect();
    if let Some(last) = cards.last_mut() {
        end(last, timeline.last_seen);
    }
    (Said::Priced(cards), omitted)
}

/// What ends a delisted offering ends its last card. A card that ended before has nothing after it that says so.
fn end(last: &mut Card, gone: Option<Day>) {
    let seen = last.dates.last_seen;
    if seen == gone {
        last.dates.last_seen = None;
    } else if let Some(seen) = seen {
        let note = format!("models.dev recorded this price last on {}, and none since.", seen.0);
        last.note = Some(last.note.take().map_or(note.clone(), |other| format!("{other} {note}")));
    }
}

/// The state, if the price is one: nothing was ever priced, or it is part of a plan now.
fn state(periods: &[Period], zero: Zero) -> Option<Said> {
    let ends_in_zero = periods.last().is_some_and(|period| period.listed == Listed::Zero);
    let is_priced = |period: &Period| matches!(period.listed, Listed::Priced(_));
    match zero {
        Zero::Included if ends_in_zero => Some(Said::Included),
        _ if periods.iter().any(is_priced) => None,
        Zero::Free if ends_in_zero => Some(Said::Free),
        _ => Some(Said::Unknown),
    }
}

fn card(
    period: &Period,
    zero: Zero,
    currency: Currency,
    omitted: &mut Vec<Omitted>,
) -> Option<Card> {
    let mut card = match (&period.listed, zero) {
        (Listed::Priced(prices), _) => priced(prices, currency, omitted),
        (Listed::Zero, Zero::Free) => {
            Card::of(currency, Rates(vec![(Meter::Input, 0), (Meter::Output, 0)]))
        }
        (listed, zero) => {
            let why = match (listed, zero) {
                (Listed::Unclear { why, .. }, _) => why,
                (_, Zero::Included) => "it was part of a plan, and a card has no such state",
                _ => "nobody says what a price of zero means",
            };
            omitted.push(past(period, why));
            return None;
        }
    };
    card.dates = period.dates;
    Some(card)
}

fn past(period: &Period, why: &str) -> Omitted {
    let day = |day: Option<Day>| day.map_or_else(|| "..".to_owned(), |day| day.0.to_string());
    Omitted {
        field: "history".to_owned(),
        value: format!(
            "{} to {}: {}",
            day(period.dates.seen),
            day(period.dates.last_seen),
            period.listed
        ),
        why: why.to_owned(),
    }
}

/// A card of these rates, its tiers complete.
pub(super) fn priced(prices: &Prices, currency: Currency, omitted: &mut Vec<Omitted>) -> Card {
    let mut card = Card::of(currency, prices.rates.clone());
    let mut notes = Vec::new();
    for tier in &prices.tiers {
        match tier.above {
            Some(above) => {
                card.tiers.push(complete(above, tier, &prices.rates, &mut notes, omitted));
            }
            None => notes.push(unknown_threshold(tier, omitted)),
        }
    }
    card.note = (!notes.is_empty()).then(|| notes.join(" "));
    card
}

/// A tier says all rates of its card again. What the source leaves out there is taken to be the same.
fn complete(
    above: u64,
    tier: &PriceTier,
    rates: &Rates,
    notes: &mut Vec<String>,
    omitted: &mut Vec<Omitted>,
) -> Tier {
    let mut full = Vec::with_capacity(rates.0.len());
    let mut missing = Vec::new();
    for (meter, rate) in &rates.0 {
        full.push((*meter, tier.rates.rate(*meter).unwrap_or(*rate)));
        if tier.rates.rate(*meter).is_none() {
            missing.push(meter.id());
        }
    }
    if !missing.is_empty() {
        let missing = missing.join(", ");
        notes.push(format!(
            "models.dev states no {missing} above {above} tokens; that below is repeated."
        ));
    }
    for (meter, rate) in tier.rates.0.iter().filter(|(meter, _)| rates.rate(*meter).is_none()) {
        omitted.push(Omitted {
            field: format!("cost.tiers.{meter}"),
            value: format!("{} above {above} tokens", rate_text(*rate)),
            why: "the price below the tier has no such rate".to_owned(),
        });
    }
    Tier { input_above: Some(above), output_above: None, inclusive: false, rates: Rates(full) }
}

fn unknown_threshold(tier: &PriceTier, omitted: &mut Vec<Omitted>) -> String {
    omitted.push(Omitted {
        field: "cost.context_over_200k".to_owned(),
        value: text(&tier.rates),
        why: "the number of tokens that it is above is not known".to_owned(),
    });
    format!(
        "Long requests cost more ({}); models.dev recorded it as above 200k, which stood for several numbers.",
        text(&tier.rates)
    )
}
