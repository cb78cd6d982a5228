//! Dates, times and windows of the week.
#![expect(clippy::unreadable_literal, reason = "a date reads as year, month, day")]

use std::string::ToString;

use crate::{Date, Timestamp, Window};

#[test]
fn dates_are_strict() {
    for (text, number) in [
        ("2026-05-27", 20260527),
        ("2024-02-29", 20240229),
        ("2000-02-29", 20000229),
        ("0001-01-01", 10101),
        ("9999-12-31", 99991231),
        ("2024-04", 20240400),
        ("2024", 20240000),
    ] {
        let date = Date::parse(text).unwrap();
        assert_eq!(date, Date(number), "{text}");
        assert_eq!(date.to_string(), text);
        assert_eq!(date.is_full(), text.len() == 10);
        assert_eq!(date.timestamp().is_some(), date.is_full());
    }
    for text in [
        "",
        "2026-5-27",
        "2026-05-7",
        "26-05-27",
        "2026-00-01",
        "2026-13-01",
        "2026-05-00",
        "2026-05-32",
        "2026-06-31",
        "2026-02-29",
        "1900-02-29",
        "2024-00",
        "2024-13",
        "0000",
        "2026/05/27",
        "2026-05-27 ",
        "20260527",
        "2026-05-2x",
        "\u{662}\u{660}",
        "+026-05-27",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
}

#[test]
fn dates_that_do_not_exist_have_no_time() {
    for number in [20260229, 20261301, 20260431, 0, 100000101] {
        assert_eq!(Date(number).timestamp(), None, "{number}");
    }
}

#[test]
fn times_are_seconds_of_utc() {
    for (text, seconds) in [
        ("1970-01-01", 0),
        ("1969-12-31", -86_400),
        ("2000-03-01", 951_868_800),
        ("2026-05-27", 1_779_840_000),
        ("0001-01-01", -62_135_596_800),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:01z", 1),
        ("1970-01-01T00:00:00.999Z", 0),
        ("1969-12-31T23:59:59.5Z", -1),
        ("1970-01-01T08:00:00+08:00", 0),
        ("1969-12-31T19:30:00-04:30", 0),
        ("1970-01-01T23:59:59-00:00", 86_399),
    ] {
        assert_eq!(Timestamp::parse(text), Some(Timestamp(seconds)), "{text}");
    }
    for text in [
        "2026-05",
        "2026",
        "2026-05-27T",
        "2026-05-27T00:00Z",
        "2026-05-27T00:00:00",
        "2026-05-27T24:00:00Z",
        "2026-05-27T00:60:00Z",
        "2026-05-27T00:00:60Z",
        "2026-05-27T00:00:00.Z",
        "2026-05-27T00:00:00+24:00",
        "2026-05-27T00:00:00+0800",
        "2026-05-27T00:00:00+08:60",
        "2026-05-27 00:00:00Z",
        "2026-05-27T00-00-00Z",
        "2026-05-27T00:00:00ZZ",
        "2026-05-27T00:00:00\u{e9}",
        "2026-05-27T0000000\u{e9}Z",
        "2026-05-27T00:00:00*08:00",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn times_are_shown_as_rfc_3339() {
    for text in ["1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-02-28T12:34:56Z"] {
        assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
    }
    for (seconds, date) in [(0, 19700101), (-1, 19691231), (951_782_400, 20000229)] {
        assert_eq!(Timestamp(seconds).date(), Some(Date(date)));
    }
    for extreme in [i64::MIN, i64::MAX] {
        assert_eq!(Timestamp(extreme).date(), None);
        assert!(Timestamp(extreme).to_string().ends_with('Z'));
    }
}

#[test]
fn the_week_begins_on_monday() {
    let minute = |text| Timestamp::parse(text).unwrap().minute_of_week();
    assert_eq!(minute("2026-06-01"), 0);
    assert_eq!(minute("2026-06-01T00:00:59Z"), 0);
    assert_eq!(minute("2026-06-01T00:01:00Z"), 1);
    assert_eq!(minute("2026-06-03T12:30:00Z"), 2 * 1_440 + 750);
    assert_eq!(minute("2026-06-07T23:59:59Z"), 10_079);
    assert_eq!(minute("1970-01-01"), 3 * 1_440);
    assert_eq!(minute("1969-12-31T23:59:59Z"), 3 * 1_440 - 1);
    assert_eq!(minute("1969-12-29"), 0);
    assert_eq!(minute("1969-12-28T23:59:59Z"), 10_079);
    assert!(Timestamp(i64::MAX).minute_of_week() < 10_080);
    assert!(Timestamp(i64::MIN).minute_of_week() < 10_080);
}

#[test]
fn a_window_ends_before_its_end() {
    let window = Window { start: 60, end: 120 };
    let inside = [59, 60, 119, 120].map(|minute| window.contains(minute));
    assert_eq!(inside, [false, true, true, false]);
}
