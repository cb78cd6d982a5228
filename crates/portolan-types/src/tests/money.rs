//! Rates, amounts and currencies as text.

use std::format;
use std::string::ToString;

use crate::{Amount, Currency, DecimalError, MAX_RATE, PICO, parse_rate, rate_text};

#[test]
fn plain_decimals_are_exact_rates() {
    for (text, rate) in [
        ("0", 0),
        ("0.0", 0),
        ("1", PICO),
        ("3.00", 3 * PICO),
        ("0.435", 435_000_000_000),
        ("0.000000000001", 1),
        ("0.0000000000010", 1),
        ("10.5", 10 * PICO + PICO / 2),
        ("1000000", MAX_RATE),
        ("1000000.000000000000000", MAX_RATE),
    ] {
        assert_eq!(parse_rate(text), Ok(rate), "{text}");
    }
}

#[test]
fn everything_else_is_refused() {
    for text in [
        "",
        ".",
        "1.",
        ".5",
        "-1",
        "+1",
        "1e3",
        "1_000",
        "1,5",
        " 1",
        "1 ",
        "00",
        "01",
        "00.5",
        "1.2.3",
        "0x1",
        "NaN",
        "inf",
        "\u{661}",
        "1.\u{661}",
    ] {
        assert_eq!(parse_rate(text), Err(DecimalError::Syntax), "{text}");
    }
    for text in ["0.0000000000001", "0.049999999999999996", "1.0000000000001"] {
        assert_eq!(parse_rate(text), Err(DecimalError::TooPrecise), "{text}");
    }
    for text in ["1000000.000000000001", "1000001", "18446744.073709551616", "99999999999999999999"]
    {
        assert_eq!(parse_rate(text), Err(DecimalError::TooLarge), "{text}");
    }
}

#[test]
fn rates_are_shown_short() {
    for (rate, text) in [
        (0, "0"),
        (1, "0.000000000001"),
        (435_000_000_000, "0.435"),
        (3 * PICO, "3"),
        (10 * PICO, "10"),
        (100 * PICO + 1, "100.000000000001"),
        (u64::MAX, "18446744.073709551615"),
    ] {
        assert_eq!(rate_text(rate).to_string(), text);
    }
}

#[test]
fn amounts_are_shown_without_trailing_zeros() {
    let unit = 1_000_000_000_000_000_000;
    for (amount, text) in [
        (0, "0"),
        (1, "0.000000000000000001"),
        (unit * 26 / 100, "0.26"),
        (unit * 12, "12"),
        (unit * 120, "120"),
        (unit * 5_150_025 / 10_000_000, "0.5150025"),
        (u128::MAX, "340282366920938463463.374607431768211455"),
    ] {
        assert_eq!(Amount(amount).to_string(), text);
    }
    assert_eq!(format!("[{:>6}] [{:<6}]", Amount(unit / 2), Amount(unit)), "[   0.5] [1     ]");
}

#[test]
fn sums_say_when_they_overflow() {
    assert_eq!(Amount(2).checked_add(Amount(3)), Some(Amount(5)));
    assert_eq!(Amount(u128::MAX).checked_add(Amount(1)), None);
    assert_eq!(Amount::default(), Amount::ZERO);
}

#[test]
fn currencies_are_found_by_code() {
    for currency in Currency::ALL {
        assert_eq!(Currency::from_code(currency.code()), Some(*currency));
        assert_eq!(currency.to_string(), currency.code());
        assert_eq!(format!("{currency:?}").to_uppercase(), currency.code());
    }
    assert_eq!(Currency::from_code("usd"), None);
    assert_eq!(Currency::from_code("RMB"), None);
}

#[test]
fn a_text_that_is_no_rate_says_why() {
    let why = |text| parse_rate(text).unwrap_err().to_string();
    assert_eq!(why("1e3"), "not a plain decimal such as `0`, `12` or `0.435`");
    assert_eq!(why("0.1234567890123"), "more than twelve decimals");
    assert_eq!(why("1000001"), "more than a million");
}
