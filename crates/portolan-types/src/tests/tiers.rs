//! Context tiers: edges, what counts, grids and graduated rates.

use std::string::ToString;
use std::vec::Vec;

use super::{amount, card, now, priced, quoted, tier, usage};
use crate::{Card, Meter, Price, PriceError, Scope, Tier, Usage};

/// A million tokens of input cost the rate, so amounts below read as rates.
fn flat(input: &str, output: &str) -> Tier {
    tier(&[(Meter::Input, input), (Meter::Output, output)])
}

fn tiered(base: Card, tiers: &[Tier]) -> Price {
    priced(&[Card { tiers: tiers.to_vec().leak(), ..base }])
}

#[test]
fn a_number_is_exceeded_strictly_unless_inclusive() {
    let base = card(&[(Meter::Input, "1"), (Meter::Output, "1")]);
    let above = Tier { input_above: Some(100), ..flat("2", "2") };
    let strict = tiered(base, &[above]);
    let inclusive = tiered(base, &[Tier { inclusive: true, ..above }]);
    let totals = |price: &Price| {
        [99, 100, 101].map(|units| amount(price, &usage(&[(Meter::Input, units)]), &now()))
    };
    assert_eq!(totals(&strict), ["0.000099", "0.0001", "0.000202"]);
    assert_eq!(totals(&inclusive), ["0.000099", "0.0002", "0.000202"]);
}

#[test]
fn every_input_token_counts_and_no_output_does() {
    let above = Tier { input_above: Some(10), ..flat("2", "2") };
    let price = tiered(card(&[(Meter::Input, "1"), (Meter::Output, "1")]), &[above]);
    let tier = |usage: Usage| price.quote(&usage, &now()).unwrap().tier;
    assert_eq!(tier(usage(&[(Meter::Input, 10), (Meter::Output, 1_000)])), None);
    assert_eq!(tier(usage(&[(Meter::Input, 10), (Meter::Reasoning, 1_000)])), None);
    for meter in [Meter::CacheRead, Meter::CacheWrite] {
        assert_eq!(tier(usage(&[(Meter::Input, 5), (meter, 5)])), None);
        assert_eq!(tier(usage(&[(Meter::Input, 5), (meter, 6)])), Some(&above), "{meter}");
    }
}

#[test]
fn the_last_tier_that_is_exceeded_wins() {
    let tiers = [(32, "2"), (128, "3"), (256, "4")]
        .map(|(number, rate)| Tier { input_above: Some(number), ..flat(rate, rate) });
    let price = tiered(card(&[(Meter::Input, "1"), (Meter::Output, "1")]), &tiers);
    let at = |units| amount(&price, &usage(&[(Meter::Input, units)]), &now());
    assert_eq!(at(32), "0.000032");
    assert_eq!(at(33), "0.000066");
    assert_eq!(at(128), "0.000256");
    assert_eq!(at(129), "0.000387");
    assert_eq!(at(257), "0.001028");
}

#[test]
fn output_length_alone_can_set_the_tier() {
    let above = Tier { output_above: Some(10), ..flat("5", "7") };
    let price = tiered(card(&[(Meter::Input, "1"), (Meter::Output, "2")]), &[above]);
    let of = |output, reasoning| {
        let used = [(Meter::Input, 1), (Meter::Output, output), (Meter::Reasoning, reasoning)];
        amount(&price, &usage(&used), &now())
    };
    assert_eq!(of(10, 0), "0.000021");
    assert_eq!(of(11, 0), "0.000082");
    assert_eq!(of(6, 5), "0.000082");
}

#[test]
fn input_and_output_length_form_a_grid() {
    let cell =
        |input, output, rate| Tier { input_above: input, output_above: output, ..flat(rate, rate) };
    let cells = [
        cell(None, Some(200), "2"),
        cell(Some(32_000), None, "3"),
        cell(Some(32_000), Some(200), "4"),
        cell(Some(128_000), None, "5"),
    ];
    let price = tiered(card(&[(Meter::Input, "1"), (Meter::Output, "1")]), &cells);
    let rate = |input, output| {
        let usage = usage(&[(Meter::Input, input), (Meter::Output, output)]);
        let quote = quoted(&price, &usage, &now()).unwrap();
        quote.lines().map(|line| line.rate / crate::PICO).collect::<Vec<_>>()
    };
    assert_eq!(rate(32_000, 200), [1, 1]);
    assert_eq!(rate(32_000, 201), [2, 2]);
    assert_eq!(rate(32_001, 200), [3, 3]);
    assert_eq!(rate(32_001, 201), [4, 4]);
    assert_eq!(rate(128_000, 201), [4, 4]);
    assert_eq!(rate(128_001, 1), [5, 5]);
    assert_eq!(rate(128_001, 201), [5, 5]);
}

#[test]
fn a_tier_bills_by_its_own_rates_alone() {
    let base = card(&[(Meter::Input, "1"), (Meter::CacheRead, "0.1"), (Meter::Requests, "5")]);
    let above = tier(&[(Meter::Input, "2"), (Meter::Requests, "5")]);
    let price = tiered(base, &[Tier { input_above: Some(10), ..above }]);
    let used = [(Meter::Input, 1), (Meter::CacheRead, 10), (Meter::Requests, 1)];
    let quote = quoted(&price, &usage(&used), &now()).unwrap();
    assert_eq!(quote.total.to_string(), "0.005022");
    let output = usage(&used).with(Meter::Output, 1);
    let error = price.total(&output, &now()).unwrap_err();
    assert_eq!(error, PriceError::NoRate { meter: Meter::Output });
}

/// Output is 1, 2 above 100 and 3 above 200; input is 1, and 5 above 200.
fn graduated(inclusive: bool) -> Price {
    let above = |number, rates| Tier {
        scope: Scope::Above,
        input_above: Some(number),
        inclusive,
        ..tier(rates)
    };
    let tiers = [
        above(100, &[(Meter::Output, "2")]),
        above(200, &[(Meter::Input, "5"), (Meter::Output, "3")]),
    ];
    tiered(card(&[(Meter::Input, "1"), (Meter::Output, "1")]), &tiers)
}

fn parts(price: &Price, used: &[(Meter, u64)]) -> Vec<(Meter, u64, u64)> {
    let quote = quoted(price, &usage(used), &now()).unwrap();
    quote.lines().map(|line| (line.meter, line.units, line.rate / crate::PICO)).collect()
}

#[test]
fn graduated_tiers_split_each_meter_by_its_own_units() {
    let price = graduated(false);
    assert_eq!(
        parts(&price, &[(Meter::Input, 250), (Meter::Output, 250)]),
        [
            (Meter::Input, 200, 1),
            (Meter::Input, 50, 5),
            (Meter::Output, 100, 1),
            (Meter::Output, 100, 2),
            (Meter::Output, 50, 3),
        ]
    );
    let total = |units| amount(&price, &usage(&[(Meter::Output, units)]), &now());
    assert_eq!(total(100), "0.0001");
    assert_eq!(total(101), "0.000102");
    assert_eq!(total(200), "0.0003");
    assert_eq!(total(201), "0.000303");
    let quote = price.quote(&usage(&[(Meter::Output, 250)]), &now()).unwrap();
    assert_eq!(quote.tier, None);
}

#[test]
fn an_inclusive_graduated_tier_bills_the_unit_at_its_number() {
    let price = graduated(true);
    assert_eq!(parts(&price, &[(Meter::Output, 99)]), [(Meter::Output, 99, 1)]);
    assert_eq!(
        parts(&price, &[(Meter::Output, 100)]),
        [(Meter::Output, 99, 1), (Meter::Output, 1, 2)]
    );
}

#[test]
fn usage_billed_as_a_graduated_meter_counts_on_from_it() {
    let price = graduated(false);
    assert_eq!(
        parts(&price, &[(Meter::Output, 60), (Meter::Reasoning, 60)]),
        [(Meter::Output, 60, 1), (Meter::Reasoning, 40, 1), (Meter::Reasoning, 20, 2)]
    );
    assert_eq!(
        parts(&price, &[(Meter::Input, 150), (Meter::CacheRead, 60), (Meter::CacheWrite, 60)]),
        [
            (Meter::Input, 150, 1),
            (Meter::CacheRead, 50, 1),
            (Meter::CacheRead, 10, 5),
            (Meter::CacheWrite, 60, 5),
        ]
    );
}

#[test]
fn graduated_tiers_take_meters_that_are_no_tokens() {
    let tier = Tier {
        scope: Scope::Above,
        input_above: Some(8),
        ..tier(&[(Meter::VideoSecondsIn, "0.001")])
    };
    let price = tiered(card(&[(Meter::VideoSecondsIn, "0.0005")]), &[tier]);
    assert_eq!(amount(&price, &usage(&[(Meter::VideoSecondsIn, 10)]), &now()), "0.006");
}

#[test]
fn a_graduated_count_that_overflows_is_an_error() {
    let used = usage(&[(Meter::Output, u64::MAX), (Meter::Reasoning, 1)]);
    assert_eq!(quoted(&graduated(false), &used, &now()).unwrap_err(), PriceError::Overflow);
}
