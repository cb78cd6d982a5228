//! States, fallbacks, lines, rounding and every assumption.

use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

use super::{amount, assumed, card, now, priced, quoted, rated, time, usage};
use crate::{
    Amount, Card, Context, Converted, Currency, Date, MAX_RATE, Meter, PICO, Price, PriceError,
    State, Usage,
};

#[test]
fn free_and_included_cost_nothing_and_say_why() {
    let usage = usage(&[(Meter::CacheWrite1h, 5), (Meter::ImagesOut, 1)]);
    for (price, state) in [(Price::Free, State::Free), (Price::Included, State::Included)] {
        let quote = quoted(&price, &usage, &now()).unwrap();
        assert_eq!((quote.total, quote.state, quote.currency()), (Amount::ZERO, state, None));
        assert_eq!((quote.lines().count(), quote.assumptions().count()), (0, 0));
        assert_eq!(price.state(), state);
        assert!(price.cards().is_empty());
    }
}

#[test]
fn an_unknown_price_is_an_error_even_for_nothing() {
    assert_eq!(quoted(&Price::Unknown, &Usage::new(), &now()), Err(PriceError::Unknown));
    assert_eq!(amount(&Price::Unknown, &Usage::new(), &now()), "the price is not known");
    assert_eq!(Price::Unknown.state().id(), "unknown");
}

#[test]
fn no_usage_costs_nothing_under_a_card() {
    let quote =
        quoted(&priced(&[card(&[(Meter::Input, "1")])]), &Usage::default(), &now()).unwrap();
    assert_eq!((quote.total, quote.state), (Amount::ZERO, State::Priced));
    assert_eq!(quote.currency(), Some(Currency::Usd));
}

#[test]
fn zero_units_need_no_rate() {
    let used = usage(&[(Meter::Input, 1), (Meter::CacheWrite1h, 0)]);
    assert_eq!(amount(&priced(&[card(&[(Meter::Input, "1")])]), &used, &now()), "0.000001");
}

#[test]
fn a_rate_of_zero_is_a_price() {
    let price = priced(&[card(&[(Meter::Input, "1"), (Meter::CacheWrite, "0")])]);
    let used = usage(&[(Meter::Input, 10), (Meter::CacheWrite, 1_000_000)]);
    let quote = quoted(&price, &used, &now()).unwrap();
    assert_eq!((quote.total.to_string().as_str(), quote.lines().count()), ("0.00001", 2));
    assert_eq!(assumed(&quote), Vec::<String>::new());
}

#[test]
fn only_three_meters_fall_back() {
    let price = priced(&[card(&[(Meter::Input, "3"), (Meter::Output, "7")])]);
    for meter in Meter::ALL {
        let used = usage(&[(meter, 1_000_000)]);
        let (text, assumption) = match meter {
            Meter::Input => ("3", None),
            Meter::CacheRead => ("3", Some("cache_read billed as input")),
            Meter::CacheWrite => ("3", Some("cache_write billed as input")),
            Meter::Output | Meter::Reasoning => ("7", None),
            _ => {
                let error = quoted(&price, &used, &now()).unwrap_err();
                assert_eq!(error, PriceError::NoRate { meter });
                continue;
            }
        };
        let quote = quoted(&price, &used, &now()).unwrap();
        assert_eq!(quote.total.to_string(), text, "{meter}");
        assert_eq!(assumed(&quote), Vec::from_iter(assumption), "{meter}");
    }
}

#[test]
fn a_fallback_without_a_rate_names_the_meter_that_was_used() {
    let price = priced(&[card(&[(Meter::Requests, "5")])]);
    for meter in [Meter::CacheRead, Meter::CacheWrite, Meter::Reasoning] {
        let error = quoted(&price, &usage(&[(meter, 1)]), &now()).unwrap_err();
        assert_eq!(error, PriceError::NoRate { meter });
    }
}

#[test]
fn a_rate_of_its_own_goes_before_the_fallback() {
    let list = [(Meter::Output, "7"), (Meter::Reasoning, "9")];
    let used = usage(&[(Meter::Output, 1_000_000), (Meter::Reasoning, 1_000_000)]);
    assert_eq!(amount(&priced(&[card(&list)]), &used, &now()), "16");
}

#[test]
fn every_meter_is_billed_per_its_own_count() {
    for meter in Meter::ALL {
        let price = priced(&[card(&[(meter, "1.5")])]);
        let quote = quoted(&price, &usage(&[(meter, 2 * meter.per())]), &now()).unwrap();
        assert_eq!(quote.total.to_string(), "3", "{meter}");
        let line = quote.lines().next().unwrap();
        assert_eq!(
            (line.units, line.per, line.rate),
            (2 * meter.per(), meter.per(), 1_500_000_000_000)
        );
    }
}

#[test]
fn lines_show_what_bills_what() {
    let price = priced(&[card(&[(Meter::Input, "1.25"), (Meter::Output, "10")])]);
    let used = usage(&[(Meter::Output, 700), (Meter::Reasoning, 300), (Meter::CacheRead, 8)]);
    let quote = quoted(&price, &used, &now()).unwrap();
    let lines: Vec<_> = quote
        .lines()
        .map(|line| (line.meter.id(), line.billed_as.id(), line.units, line.amount.to_string()))
        .collect();
    let expected = [
        ("cache_read", "input", 8, "0.00001"),
        ("output", "output", 700, "0.007"),
        ("reasoning", "output", 300, "0.003"),
    ];
    assert_eq!(lines, expected.map(|(a, b, units, amount)| (a, b, units, amount.to_string())));
}

#[test]
fn seconds_of_an_hourly_rate_are_rounded_half_up_and_say_so() {
    let price = |rate| priced(&[card(&[(Meter::AudioSecondsIn, rate)])]);
    let of = |rate, seconds| {
        let quote =
            quoted(&price(rate), &usage(&[(Meter::AudioSecondsIn, seconds)]), &now()).unwrap();
        (quote.total.to_string(), assumed(&quote))
    };
    let rounded = std::vec!["audio_seconds_in rounded at 1e-18".to_string()];
    assert_eq!(of("0.36", 1), ("0.0001".to_string(), Vec::new()));
    assert_eq!(of("1", 9), ("0.0025".to_string(), Vec::new()));
    assert_eq!(of("1", 1), ("0.000277777777777778".to_string(), rounded.clone()));
    assert_eq!(of("1", 2), ("0.000555555555555556".to_string(), rounded.clone()));
    // 1e-12 for an hour is 277.78e-18 a second, 1,111.11e-18 for four.
    assert_eq!(of("0.000000000001", 1), ("0.000000000000000278".to_string(), rounded.clone()));
    assert_eq!(of("0.000000000001", 4), ("0.000000000000001111".to_string(), rounded));
}

#[test]
fn a_total_is_the_sum_of_rounded_lines() {
    let price = priced(&[card(&[(Meter::AudioSecondsIn, "1"), (Meter::AudioSecondsOut, "1")])]);
    let used = usage(&[(Meter::AudioSecondsIn, 1), (Meter::AudioSecondsOut, 1)]);
    let quote = quoted(&price, &used, &now()).unwrap();
    assert_eq!(quote.total.to_string(), "0.000555555555555556");
    assert_eq!(assumed(&quote).len(), 2);
}

#[test]
fn a_date_between_two_sightings_is_assumed() {
    let old = Card {
        until: time("2026-06-10").0,
        assumed_after: Some(time("2026-06-01")),
        ..card(&[(Meter::Input, "1")])
    };
    let new = Card { from: old.until, ..card(&[(Meter::Input, "2")]) };
    let price = priced(&[old, new]);
    let of = |at| {
        let quote = quoted(&price, &usage(&[(Meter::Input, 1_000_000)]), &Context::at(time(at)));
        quote.map(|quote| (quote.total.to_string(), assumed(&quote))).unwrap()
    };
    let date = std::vec!["price date".to_string()];
    assert_eq!(of("2026-05-31T23:59:59Z"), ("1".to_string(), Vec::new()));
    assert_eq!(of("2026-06-01"), ("1".to_string(), date.clone()));
    assert_eq!(of("2026-06-09T23:59:59Z"), ("1".to_string(), date));
    assert_eq!(of("2026-06-10"), ("2".to_string(), Vec::new()));
}

#[test]
fn a_form_that_holds_back_is_assumed() {
    let price = priced(&[Card {
        from: time("2026-01-01").0,
        assumed_before: Some(time("2026-03-01")),
        ..card(&[(Meter::Input, "1"), (Meter::CacheRead, "0.1")])
    }]);
    let of = |at| {
        let used = usage(&[(Meter::CacheRead, 10)]);
        assumed(&quoted(&price, &used, &Context::at(time(at))).unwrap())
    };
    assert_eq!(of("2026-02-28"), ["price form"]);
    assert_eq!(of("2026-03-01"), Vec::<String>::new());
}

#[test]
fn a_converted_price_says_so() {
    let date = Date::parse("2026-01-02").unwrap();
    let rate = Box::leak(Box::new(Converted { from: Currency::Cny, rate: "7.1", date }));
    let price = priced(&[Card { converted: Some(rate), ..card(&[(Meter::Input, "1")]) }]);
    let quote = quoted(&price, &usage(&[(Meter::CacheRead, 1)]), &now()).unwrap();
    assert_eq!(
        assumed(&quote),
        ["converted from CNY at 7.1 on 2026-01-02", "cache_read billed as input"]
    );
}

#[test]
fn the_currency_is_the_card_s() {
    let price = priced(&[Card { currency: Currency::Cny, ..card(&[(Meter::Input, "2")]) }]);
    let total = price.total(&usage(&[(Meter::Input, 500_000)]), &now()).unwrap();
    assert_eq!((total.currency, total.amount.to_string().as_str()), (Some(Currency::Cny), "1"));
}

#[test]
fn the_highest_rates_hold_a_trillion_units_of_everything() {
    let list: Vec<_> = Meter::ALL.into_iter().map(|meter| (meter, MAX_RATE)).collect();
    let price = priced(&[rated(list)]);
    let used: Usage = Meter::ALL.into_iter().map(|meter| (meter, 1_000_000_000_000)).collect();
    assert!(quoted(&price, &used, &now()).is_ok());
    let tokens = Meter::ALL.into_iter().filter(|meter| meter.is_token());
    let used: Usage = tokens.map(|meter| (meter, u64::MAX)).collect();
    assert!(quoted(&price, &used, &now()).is_ok());
}

#[test]
fn an_amount_that_overflows_is_an_error() {
    let price = priced(&[Card { others: &[(Meter::ImagesOut, MAX_RATE)], ..Card::STANDARD }]);
    let error = quoted(&price, &usage(&[(Meter::ImagesOut, u64::MAX)]), &now()).unwrap_err();
    assert_eq!(error, PriceError::Overflow);
    assert_eq!(error.to_string(), "the amount is too large");
}

#[test]
fn usage_adds_up() {
    let mut used = usage(&[(Meter::Input, 1), (Meter::Output, 2), (Meter::Input, 3)]);
    assert_eq!(used.iter().collect::<Vec<_>>(), [(Meter::Input, 4), (Meter::Output, 2)]);
    used.add(Meter::Input, u64::MAX);
    assert_eq!(used.units(Meter::Input), u64::MAX);
    used.add(Meter::CacheRead, 1);
    assert_eq!((used.input_tokens(), used.output_tokens()), (u64::MAX, 2));
    used.set(Meter::Input, 0);
    assert_eq!((used.input_tokens(), used.is_empty()), (1, false));
    assert_eq!(std::format!("{used:?}"), "{CacheRead: 1, Output: 2}");
    assert!(Usage::new().is_empty());
    assert_eq!(used.with(Meter::CacheRead, 0).with(Meter::Output, 0), Usage::new());
}

#[test]
fn no_number_of_units_makes_the_two_ways_to_ask_differ() {
    let price = priced(&[card(&[(Meter::Input, "1"), (Meter::Output, "1")])]);
    // Together more than a `u64` holds, but nothing splits them.
    let cached = usage(&[(Meter::Input, u64::MAX), (Meter::CacheWrite, u64::MAX)]);
    let total = quoted(&price, &cached, &now()).unwrap().total;
    assert_eq!(total, Amount(2 * u128::from(u64::MAX) * u128::from(PICO)));
    // An amount that is too large, and a meter without a rate, which is what can be mended.
    let dear = priced(&[Card { others: &[(Meter::Credits, MAX_RATE)], ..Card::STANDARD }]);
    let used = usage(&[(Meter::Credits, u64::MAX), (Meter::InputVideo, 1)]);
    let error = quoted(&dear, &used, &now()).unwrap_err();
    assert_eq!(error, PriceError::NoRate { meter: Meter::InputVideo });
}
