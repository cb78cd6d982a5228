//! A card with a tier, worked by hand: 1.25 in, 10 out and 0.125 for cache reads per million;
//! above 200,000 input tokens 2.50, 15 and 0.25.

use std::vec;
use std::vec::Vec;

use super::{amount, assumed, card, now, priced, quoted, tier, usage};
use crate::{Card, Currency, Meter, Price, PriceError, ServiceTier, State, Tier, Usage};

fn price() -> Price {
    let above = Tier {
        input_above: Some(200_000),
        ..tier(&[(Meter::Input, "2.50"), (Meter::CacheRead, "0.25"), (Meter::Output, "15")])
    };
    let base = card(&[(Meter::Input, "1.25"), (Meter::CacheRead, "0.125"), (Meter::Output, "10")]);
    priced(&[Card { tiers: vec![above].leak(), ..base }])
}

fn first() -> Usage {
    usage(&[(Meter::Input, 200_000), (Meter::Output, 1_000)])
}

#[test]
fn at_the_number_the_tier_does_not_hold() {
    let quote = quoted(&price(), &first(), &now()).unwrap();
    assert_eq!(amount(&price(), &first(), &now()), "0.26");
    assert_eq!(quote.tier, None);
    assert_eq!((quote.state, quote.currency()), (State::Priced, Some(Currency::Usd)));
}

#[test]
fn one_token_more_re_rates_the_whole_request() {
    let usage = first().with(Meter::Input, 200_001);
    assert_eq!(amount(&price(), &usage, &now()), "0.5150025");
    let quote = quoted(&price(), &usage, &now()).unwrap();
    assert_eq!(quote.tier.and_then(|tier| tier.input_above), Some(200_000));
}

#[test]
fn cached_tokens_count() {
    let usage =
        usage(&[(Meter::Input, 1_001), (Meter::CacheRead, 199_000), (Meter::Output, 1_000)]);
    assert_eq!(amount(&price(), &usage, &now()), "0.0672525");
    assert_eq!(amount(&price(), &usage.with(Meter::Input, 1_000), &now()), "0.036125");
}

#[test]
fn reasoning_is_output_and_nothing_is_assumed() {
    let usage = first().with(Meter::Output, 700).with(Meter::Reasoning, 300);
    let quote = quoted(&price(), &usage, &now()).unwrap();
    assert_eq!(amount(&price(), &usage, &now()), "0.26");
    assert_eq!(assumed(&quote), Vec::<&str>::new());
}

#[test]
fn a_cache_write_counts_and_is_assumed_to_be_input() {
    let usage = first().with(Meter::CacheWrite, 100);
    let quote = quoted(&price(), &usage, &now()).unwrap();
    assert_eq!(amount(&price(), &usage, &now()), "0.51525");
    assert_eq!(assumed(&quote), ["cache_write billed as input"]);
}

#[test]
fn a_cache_write_for_an_hour_has_no_rate() {
    let usage = first().with(Meter::CacheWrite1h, 100);
    let error = price().total(&usage, &now()).unwrap_err();
    assert_eq!(error, PriceError::NoRate { meter: Meter::CacheWrite1h });
    assert_eq!(amount(&price(), &usage, &now()), "no rate for `cache_write_1h`");
}

#[test]
fn batch_has_no_card() {
    let context = now().service_tier(ServiceTier::Batch);
    assert_eq!(amount(&price(), &first(), &context), "no card for service tier `batch`");
}
