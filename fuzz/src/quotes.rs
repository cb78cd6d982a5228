//! What holds for every price, usage and context: both ways to ask agree, lines add up to the total, and no answer or error
//! panics when it is shown.

use std::collections::BTreeSet;
use std::fmt::Display;

use portolan_types::{
    Card, Context, Line, Meter, Price, PriceError, Quote, ServiceTier, Timestamp, Usage,
};

/// Asks for the price of a usage in a context both ways. Cards that break the engine's contract may give two answers, but
/// never a panic.
pub(crate) fn ask(price: &Price, usage: &Usage, context: &Context<'_>, lawful: bool) {
    let (total, quote) = (price.total(usage, context), price.quote(usage, context));
    if let Err(error) = &total {
        failed(error);
    }
    let Ok(quote) = quote else {
        assert!(!lawful || total.err() == quote.err(), "{total:?} {quote:?}");
        return;
    };
    let lines: Vec<_> = quote.lines().collect();
    quote.assumptions().for_each(|assumption| shown(&assumption));
    shown(&quote.total);
    if lawful {
        let total = total.unwrap_or_else(|error| panic!("{error:?} {quote:?}"));
        assert_eq!((total.amount, total.currency), (quote.total, quote.currency()));
        adds_up(&quote, usage, &lines);
    }
}

fn adds_up(quote: &Quote, usage: &Usage, lines: &[Line]) {
    sums_up(quote, lines);
    for (meter, units) in usage.iter().filter(|_| quote.card.is_some()) {
        let of_meter = lines.iter().filter(|line| line.meter == meter);
        assert_eq!(of_meter.map(|line| line.units).sum::<u64>(), units, "{meter}");
    }
}

/// Every line is its units at its rate, and the lines are the total.
pub(crate) fn sums_up(quote: &Quote, lines: &[Line]) {
    assert_eq!(lines.iter().map(|line| line.amount.0).sum::<u128>(), quote.total.0);
    for line in lines {
        assert!(line.units > 0, "{line:?}");
        let per = u128::from(line.per);
        let cost = u128::from(line.units).checked_mul(u128::from(line.rate));
        if let Some(steps) = cost.and_then(|cost| cost.checked_mul(2_000_000)) {
            assert_eq!(line.amount.0, (steps + per) / (2 * per), "{line:?}");
        }
    }
}

fn failed(error: &PriceError) {
    shown(error);
    match error {
        PriceError::NoRegion { choices } | PriceError::RegionRequired { choices } => {
            assert!(choices.regions().count() < 1 << 16);
        }
        PriceError::NoVariant { choices, .. } | PriceError::VariantRequired { choices } => {
            assert!(choices.variants().count() < 1 << 16);
        }
        _ => {}
    }
}

fn shown(value: &impl Display) {
    assert!(!value.to_string().is_empty());
}

/// Asks for prices at and around everything that the cards of a price name.
pub(crate) fn ask_around(price: &Price) {
    let cards = price.cards();
    let usages = usages(cards);
    let days = moments(cards);
    let tiers: BTreeSet<_> =
        cards.iter().map(|card| card.service_tier).chain([ServiceTier::Standard]).collect();
    let regions: BTreeSet<_> = cards.iter().flat_map(|card| card.regions).copied().collect();
    for at in days {
        for tier in &tiers {
            let open = Context::at(Timestamp(at)).service_tier(*tier);
            let named = regions.iter().map(|region| open.region(region));
            for context in named.chain([open, open.region("nowhere")]) {
                for usage in &usages {
                    ask(price, usage, &context, true);
                }
            }
        }
    }
}

/// A few usages on both sides of the cards' tiers, and one that no amount holds.
fn usages(cards: &[Card]) -> Vec<Usage> {
    let numbers = cards.iter().flat_map(|card| card.tiers).filter_map(|tier| tier.input_above);
    let mut units: Vec<_> = numbers.flat_map(|n| [n, n.saturating_add(1)]).take(6).collect();
    units.extend([0, 1, 1_000_000, u64::MAX]);
    let meters: BTreeSet<_> =
        cards.iter().flat_map(|card| card.rates().iter()).map(|(meter, _)| meter).take(6).collect();
    let all = |units: u64| meters.iter().map(|meter| (*meter, units)).collect();
    let alone = |units: u64| Usage::new().with(Meter::Input, units).with(Meter::CacheWrite, 1);
    units.iter().flat_map(|units| [all(*units), alone(*units)]).collect()
}

/// The ends of the cards' periods, and the moments before them.
fn moments(cards: &[Card]) -> BTreeSet<i64> {
    let ends = cards.iter().flat_map(|card| [card.from(), card.until(), card.assumed_after]);
    let ends: BTreeSet<_> = ends.flatten().map(|moment| moment.0).take(8).collect();
    ends.into_iter().flat_map(|at| [at.saturating_sub(1), at]).chain([0, 1_795_000_000]).collect()
}
