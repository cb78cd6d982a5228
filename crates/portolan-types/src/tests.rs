//! Tests of the crate: registries, numbers and dates, every rule of prices with cases worked by
//! hand, and properties over random cards and usages.

mod card_choice;
mod dates;
mod index;
mod meter;
mod money;
mod open_cards;
mod properties;
mod quote;
mod rows;
mod tiers;
mod variant;
mod worked;

use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::{Card, Context, Meter, Price, PriceError, Quote, Tier, Timestamp, Usage, parse_rate};

/// A price of these cards, kept for ever as generated ones are.
fn priced(cards: &[Card]) -> Price {
    Price::Priced(Box::leak(cards.to_vec().into_boxed_slice()))
}

fn card(list: &[(Meter, &str)]) -> Card {
    let rates = list.iter().map(|(meter, rate)| (*meter, parse_rate(rate).unwrap()));
    rated(rates.collect())
}

/// A card with these rates as a row spells them: in its fields, the others in its list.
fn rated(rates: Vec<(Meter, u64)>) -> Card {
    let mut card = Card::STANDARD;
    let mut others = Vec::new();
    for (meter, rate) in rates {
        match meter {
            Meter::Input => card.input = rate,
            Meter::CacheRead => card.cache_read = rate,
            Meter::CacheWrite => card.cache_write = rate,
            Meter::Output => card.output = rate,
            _ => others.push((meter, rate)),
        }
    }
    Card { others: others.leak(), ..card }
}

/// A tier with these rates that no number limits.
fn tier(list: &[(Meter, &str)]) -> Tier {
    rated_tier(&card(list))
}

/// A tier with the rates of a card.
fn rated_tier(card: &Card) -> Tier {
    let &Card { input, cache_read, cache_write, output, others, .. } = card;
    Tier { input, cache_read, cache_write, output, others, ..Tier::WHOLE }
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn now() -> Context<'static> {
    Context::at(time("2026-06-01"))
}

fn usage(list: &[(Meter, u64)]) -> Usage {
    list.iter().copied().collect()
}

/// The quote, after checking that the fast way gives the same.
fn quoted(price: &Price, usage: &Usage, context: &Context<'_>) -> Result<Quote, PriceError> {
    let total = price.total(usage, context);
    let quote = price.quote(usage, context);
    assert_eq!(total.map(|total| total.amount), quote.map(|quote| quote.total));
    assert_eq!(total.map(|total| total.currency), quote.map(|quote| quote.currency()));
    assert_eq!(total.map(|total| total.state), quote.map(|quote| quote.state));
    quote
}

fn amount(price: &Price, usage: &Usage, context: &Context<'_>) -> String {
    match quoted(price, usage, context) {
        Ok(quote) => quote.total.to_string(),
        Err(error) => error.to_string(),
    }
}

fn assumed(quote: &Quote) -> Vec<String> {
    quote.assumptions().map(|assumption| assumption.to_string()).collect()
}
