//! What records come to.

use super::{offering, price, read_all, row, whys};

/// The price of `acme/m` by these events, listed with this cost.
fn listed(events: &str, cost: &str) -> Vec<String> {
    let offering = offering("m", &format!(r#""cost": {cost}"#));
    let reading = read_all(&[offering], &format!(r#"{{ "acme/m": [{events}] }}"#));
    price(row(&reading, "acme/m"))
}

/// The price of `acme/m` by these events, and the day on which it was last listed.
fn gone(events: &str) -> (Vec<String>, String) {
    let reading = read_all(&[], &format!(r#"{{ "acme/m": [{events}] }}"#));
    let row = row(&reading, "acme/m");
    (price(row), row.last_seen.map(|day| day.0.to_string()).unwrap_or_default())
}

#[test]
fn the_first_record_is_the_first_sighting() {
    let events = r#"{ "date": "2025-06-05", "cost": { "input": 1.0, "output": 2 } }"#;
    assert_eq!(
        listed(events, r#"{ "input": 1, "output": 2.0 }"#),
        ["2025-06-05 to ..: input 1, output 2"]
    );
}

#[test]
fn a_renamed_field_is_no_change_at_all() {
    let events = r#"{ "date": "2025-06-05", "cost": { "input": 2.5, "inputCached": 1.25, "output": 10, "outputCached": 0.0 } },
        { "date": "2025-06-17", "cost": { "input": 2.5, "cache_read": 1.25, "output": 10 } }"#;
    let cost = r#"{ "input": 2.5, "output": 10, "cache_read": 1.25, "cache_write": 0 }"#;
    assert_eq!(listed(events, cost), ["2025-06-05 to ..: input 2.5, cache_read 1.25, output 10"]);
}

#[test]
fn a_field_that_appears_beside_unchanged_rates_is_a_change_of_form() {
    let events = r#"{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } },
        { "date": "2025-07-01", "cost": { "input": 1, "output": 2, "cache_read": 0.1 } },
        { "date": "2026-05-12", "cost": { "input": 1, "output": 2, "cache_read": 0.1,
          "tiers": [{ "tier": { "size": 200000 }, "input": 2, "output": 3, "cache_read": 0.2 }] } }"#;
    let cost = r#"{ "input": 1, "output": 2, "cache_read": 0.1, "tiers": [{ "tier": { "type": "context", "size": 200000 },
        "input": 2, "output": 3, "cache_read": 0.2 }], "context_over_200k": { "input": 2, "output": 3, "cache_read": 0.2 } }"#;
    assert_eq!(
        listed(events, cost),
        [
            "2025-06-05 to .. form 2026-05-12: input 1, cache_read 0.1, output 2; above 200000: input 2, cache_read 0.2, output 3"
        ]
    );
}

#[test]
fn the_lossy_copy_gets_its_number_from_a_later_record() {
    let events = r#"{ "date": "2026-04-26", "cost": { "input": 1, "output": 3, "context_over_200k": { "input": 2, "output": 6 } } },
        { "date": "2026-05-12", "cost": { "input": 1, "output": 3, "tiers": [{ "tier": { "size": 256000 }, "input": 2, "output": 6 }] } }"#;
    assert_eq!(
        gone(&format!(r#"{events}, {{ "date": "2026-06-01", "removed": true }}"#)),
        (
            vec!["2026-04-26 to .. form 2026-05-12: input 1, output 3; above 256000: input 2, output 6".to_owned()],
            "2026-05-31".to_owned()
        )
    );
}

#[test]
fn the_lossy_copy_alone_is_no_tier() {
    let events = r#"{ "date": "2026-04-26", "cost": { "input": 1, "output": 3, "context_over_200k": { "input": 2, "output": 6 } } }"#;
    let reading = read_all(&[], &format!(r#"{{ "acme/m": [{events}] }}"#));
    let row = row(&reading, "acme/m");
    assert_eq!(price(row), ["2026-04-26 to ..: input 1, output 3"]);
    assert_eq!(
        whys(row),
        [
            "cost.context_over_200k input 2, output 6: the number of tokens that it is above is not known"
        ]
    );
}

#[test]
fn what_only_the_later_price_has_holds_for_the_earlier_one_too() {
    let events = r#"{ "date": "2025-06-18", "cost": { "input": 1.25, "output": 10, "cache_read": 0.31 } },
        { "date": "2026-04-19", "cost": { "input": 1.25, "output": 10, "cache_read": 0.125,
          "tiers": [{ "tier": { "size": 200000 }, "input": 2.5, "output": 15, "cache_read": 0.25 }] } }"#;
    assert_eq!(
        gone(events).0,
        [
            "2025-06-18 to 2026-04-18 form 2026-04-19: input 1.25, cache_read 0.31, output 10; above 200000: input 2.5, cache_read 0.25, output 15",
            "2026-04-19 to ..: input 1.25, cache_read 0.125, output 10; above 200000: input 2.5, cache_read 0.25, output 15",
        ]
    );
}

#[test]
fn a_changed_or_lost_rate_is_another_price() {
    let events = r#"{ "date": "2025-06-05", "cost": { "input": 1, "output": 2, "cache_read": 0.1 } },
        { "date": "2025-07-01", "cost": { "input": 1.5, "output": 2, "cache_read": 0.1 } },
        { "date": "2025-08-01", "cost": { "input": 1.5, "output": 2 } }"#;
    assert_eq!(
        listed(events, r#"{ "input": 1.5, "output": 2 }"#),
        [
            "2025-06-05 to 2025-06-30: input 1, cache_read 0.1, output 2",
            "2025-07-01 to 2025-07-31: input 1.5, cache_read 0.1, output 2",
            "2025-08-01 to ..: input 1.5, output 2",
        ]
    );
}

#[test]
fn float_noise_is_no_change() {
    let events = r#"{ "date": "2025-06-05", "cost": { "input": 0.049999999999999996, "output": 2 } },
        { "date": "2025-07-01", "cost": { "input": 0.05, "output": 2 } }"#;
    assert_eq!(
        listed(events, r#"{ "input": 0.05, "output": 2 }"#),
        ["2025-06-05 to ..: input 0.05, output 2"]
    );
}

#[test]
fn what_is_removed_is_last_seen_the_day_before() {
    let events = r#"{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } }, { "date": "2025-07-01", "removed": true }"#;
    assert_eq!(
        gone(events),
        (vec!["2025-06-05 to ..: input 1, output 2".to_owned()], "2025-06-30".to_owned())
    );
    let same_day = r#"{ "date": "2026-02-05", "cost": { "input": 1, "output": 2 } }, { "date": "2026-02-05", "removed": true }"#;
    assert_eq!(
        gone(same_day),
        (vec!["2026-02-05 to ..: input 1, output 2".to_owned()], "2026-02-05".to_owned())
    );
}

#[test]
fn what_comes_back_leaves_a_gap_unless_it_is_the_same_day() {
    let later = r#"{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } }, { "date": "2025-07-01", "removed": true },
        { "date": "2025-08-01", "cost": { "input": 1, "output": 2 } }"#;
    assert_eq!(
        listed(later, r#"{ "input": 1, "output": 2 }"#),
        ["2025-06-05 to 2025-06-30: input 1, output 2", "2025-08-01 to ..: input 1, output 2"]
    );
    assert_eq!(
        listed(&later.replace("2025-08-01", "2025-07-01"), r#"{ "input": 1, "output": 2 }"#),
        ["2025-06-05 to ..: input 1, output 2"]
    );
}

#[test]
fn what_is_removed_and_listed_all_the_same_came_back_by_the_day_of_the_list() {
    let events = r#"{ "date": "2025-08-02", "cost": { "input": 1, "output": 2 } }, { "date": "2025-08-15", "removed": true }"#;
    assert_eq!(
        listed(events, r#"{ "input": 1, "output": 2 }"#),
        ["2025-08-02 to 2025-08-14: input 1, output 2", "2026-07-02 to ..: input 1, output 2"]
    );
}

#[test]
fn of_the_prices_of_one_day_the_last_counts() {
    let events = r#"{ "date": "2026-06-20", "cost": { "input": 1, "output": 2 } },
        { "date": "2026-06-21", "cost": { "input": 3, "output": 4 } },
        { "date": "2026-06-21", "cost": { "input": 1, "output": 2 } }"#;
    let reading = read_all(&[], &format!(r#"{{ "acme/m": [{events}] }}"#));
    let row = row(&reading, "acme/m");
    assert_eq!(price(row), ["2026-06-20 to ..: input 1, output 2"]);
    assert_eq!(
        whys(row),
        ["history 2026-06-21: input 3, output 4: another price was recorded on the same day"]
    );
}

#[test]
fn the_list_is_the_last_record() {
    let events = r#"{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } }"#;
    assert_eq!(
        listed(events, r#"{ "input": 1, "output": 1 }"#),
        ["2025-06-05 to 2026-07-01: input 1, output 2", "2026-07-02 to ..: input 1, output 1"]
    );
    assert_eq!(
        listed(events, r#"{ "input": 1, "output": 2, "cache_read": 0.1 }"#),
        ["2025-06-05 to .. form 2026-07-02: input 1, cache_read 0.1, output 2"]
    );
    let reading = read_all(&[offering("m", "")], &format!(r#"{{ "acme/m": [{events}] }}"#));
    assert_eq!(price(row(&reading, "acme/m")), ["2025-06-05 to 2025-06-05: input 1, output 2"]);
}

#[test]
fn a_price_that_only_the_list_has_is_undated() {
    let offering = offering("m", r#""cost": { "input": 1, "output": 2 }"#);
    let reading = read_all(&[offering], "{}");
    assert_eq!(price(row(&reading, "acme/m")), [".. to ..: input 1, output 2"]);
}

#[test]
fn a_zero_that_nobody_explains_is_no_price() {
    let zero = r#"{ "date": "2025-06-05", "cost": { "input": 0, "output": 0 } }"#;
    assert_eq!(gone(zero).0, ["Unknown"]);
    let priced =
        format!(r#"{zero}, {{ "date": "2025-07-01", "cost": {{ "input": 1, "output": 2 }} }}"#);
    assert_eq!(gone(&priced).0, ["2025-07-01 to ..: input 1, output 2"]);
    let between = r#"{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } },
        { "date": "2025-06-20", "cost": { "input": 0, "output": 0 } },
        { "date": "2025-07-01", "cost": { "input": 1, "output": 2 } }"#;
    assert_eq!(
        gone(between).0,
        ["2025-06-05 to 2025-06-19: input 1, output 2", "2025-07-01 to ..: input 1, output 2"]
    );
    assert_eq!(
        gone(&between.replace("2025-07-01", "2025-06-20")).0,
        ["2025-06-05 to ..: input 1, output 2"]
    );
}

#[test]
fn a_zero_is_what_the_mapping_says() {
    let history = r#"{
        "acme/m:free": [{ "date": "2025-06-05", "cost": { "input": 0, "output": 0 } }],
        "acme/given": [{ "date": "2025-06-05", "cost": { "input": 0, "output": 0 } },
                       { "date": "2025-07-01", "cost": { "input": 1, "output": 2 } }],
        "plan/m": [{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } },
                   { "date": "2025-07-01", "cost": { "input": 0, "output": 0 } }]
    }"#;
    let reading = read_all(&[], history);
    assert_eq!(price(row(&reading, "acme/m:free")), ["Free"]);
    assert_eq!(
        price(row(&reading, "acme/given")),
        ["2025-06-05 to 2025-06-30: input 0, output 0", "2025-07-01 to ..: input 1, output 2"]
    );
    assert_eq!(price(row(&reading, "plan/m")), ["Included"]);
    assert_eq!(
        whys(row(&reading, "plan/m")),
        [
            "history 2025-06-05 to 2025-06-30: input 1, output 2: the price has a state, and a state has no cards"
        ]
    );
}

#[test]
fn an_earlier_id_begins_the_history_of_the_later_one() {
    let history = r#"{
        "old-acme/m-1": [{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } }, { "date": "2025-07-01", "removed": true }],
        "old-acme/lost": [{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } }, { "date": "2025-07-01", "removed": true }],
        "acme/m": [{ "date": "2025-07-01", "cost": { "input": 1, "output": 2 } }],
        "gone/m": [{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } }]
    }"#;
    let reading = read_all(&[offering("m", r#""cost": { "input": 1, "output": 2 }"#)], history);
    assert_eq!(price(row(&reading, "acme/m")), ["2025-06-05 to ..: input 1, output 2"]);
    let lost = row(&reading, "old-acme/lost");
    assert_eq!((lost.place.provider.as_str(), lost.place.region.as_deref()), ("acme", Some("cn")));
    assert_eq!(
        reading.skipped,
        [
            ("gone/m".to_owned(), "it was a mistake".to_owned()),
            (
                "old-acme/m-1".to_owned(),
                "an earlier id of `acme/m`, whose history it begins".to_owned()
            ),
        ]
    );
}

#[test]
fn a_record_in_another_unit_is_no_price() {
    let history = r#"{ "acme/odd-m": [{ "date": "2026-01-01", "cost": { "input": 1, "output": 2 } },
        { "date": "2026-01-10", "cost": { "input": 1000, "output": 9999999 } },
        { "date": "2026-01-20", "cost": { "input": 1, "output": 2 } }] }"#;
    let reading = read_all(&[], history);
    let row = row(&reading, "acme/odd-m");
    assert_eq!(
        price(row),
        ["2026-01-01 to 2026-01-09: input 1, output 2", "2026-01-20 to ..: input 1, output 2"]
    );
    assert!(whys(row)[0].ends_with(": a thousand times the price"), "{:?}", row.omitted);
}
