//! Rows beside a small catalog: what agrees, what differs and by which rule, what only one side has.

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{Catalog, Facts, Rates, Source};
use portolan_codegen::compile;
use portolan_codegen::load::Input;
use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Capability, Currency, Date, Meter, ServiceTier, parse_rate};

use super::{Here, Report, Why, compare, page};
use crate::file::Whole;
use crate::index::Index;
use crate::row::{Card, Place, Reading, Row, Said, Tier};

const MANIFEST: &str = "
vendor: acme
name: Acme
source: https://acme.example/models
checked: 2026-06
providers:
  acme:
    name: Acme
    coverage: static
    endpoints: { openai-completions: https://acme.example/v1 }
    auth: { env: [ACME_KEY] }
    models:
      vendor-page:
        name: From the vendor
        limits: { context: 1000 }
        prices: [{ input: 2, output: 4 }]
      other:
        name: From a collection
        source: https://models.dev/api.json
        checked: 2026-08-01
        limits: { context: 1000 }
        prices: [{ input: 2, output: 4, above: [{ tokens: 200, input: 3, output: 6 }] }]
      recorded:
        name: Recorded
        source: https://models.dev/api.json
        checked: 2026-01-01
        prices: [{ input: 2, output: 4 }]
        disagreements:
          - { field: prices.input, says: '9', source: https://other.example/list, checked: 2026-07-01, note: The old price. }
      pinned:
        name: Pinned
        source: https://models.dev/api.json
        checked: 2026-01-01
        prices: [{ input: 2, output: 4 }]
      dated:
        name: Dated
        source: https://models.dev/api.json
        checked: 2026-01-01
        prices:
          - { seen: 2025-01-01, last_seen: 2025-05-31, input: 9, output: 4 }
          - { seen: 2025-06-01, input: 2, output: 4 }
      unseen:
        name: Unseen
        source: https://models.dev/api.json
        checked: 2026-01-01
        prices:
          - { seen: 2025-01-01, last_seen: 2025-05-31, input: 2, output: 4 }
          - { seen: 2026-10-01, input: 9, output: 4 }
      alone:
        name: Only here
        prices: unknown
";

fn catalog() -> Catalog {
    let input = Input { path: "labs/acme.yaml".to_owned(), bytes: MANIFEST.into() };
    compile(vec![input], "").result.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn day(text: &str) -> Option<Day> {
    Date::parse(text).map(Day)
}

fn rates(input: &str, output: &str) -> Rates {
    Rates(vec![
        (Meter::Input, parse_rate(input).unwrap()),
        (Meter::Output, parse_rate(output).unwrap()),
    ])
}

/// A row of a collection, of July 2026.
fn row(model: &str, cards: Vec<Card>) -> Row {
    let facts = Facts {
        capability: Word(Capability::Chat),
        ..serde_json::from_str(r#"{"capability":"chat"}"#).unwrap()
    };
    Row {
        key: format!("their/{model}"),
        place: Place {
            provider: "acme".to_owned(),
            model: model.to_owned(),
            region: None,
            service_tier: None,
            variants: Vec::new(),
        },
        name: None,
        base: None,
        facts,
        api: None,
        status: None,
        retires: None,
        last_seen: None,
        price: Said::Priced(cards),
        source: Source {
            url: Some("https://other.example/list".to_owned()),
            checked: day("2026-07-01"),
        },
        vendor_page: false,
        notes: Vec::new(),
        words: BTreeMap::new(),
        omitted: Vec::new(),
    }
}

fn card(input: &str, output: &str) -> Card {
    Card::of(Currency::Usd, rates(input, output))
}

fn compared(rows: Vec<Row>) -> Report {
    let whole = Whole {
        id: "other".to_owned(),
        url: "https://other.example/list".to_owned(),
        as_of: day("2026-07-01"),
    };
    let reading = Reading { rows, ..Reading::default() };
    beside(&whole, &reading, &[], &Index::of(&reading))
}

/// A reading beside the catalog, of which one model is pinned.
fn beside(whole: &Whole, reading: &Reading, keys: &[String], index: &Index) -> Report {
    let pinned = BTreeSet::from(["acme/pinned".to_owned()]);
    compare(whole, reading, keys, Here { catalog: &catalog(), pinned: &pinned, index })
}

/// The differences as `field here there rule`.
fn shown(report: &Report) -> Vec<String> {
    let differences = report.entries.iter().flat_map(|entry| &entry.differences);
    differences
        .map(|one| {
            let rule = match &one.why {
                None => "open",
                Some(Why::Recorded { .. }) => "recorded",
                Some(Why::VendorPage) => "vendor page",
                Some(Why::Later) => "later",
                Some(Why::Pinned) => "pinned",
                Some(Why::Replaced) => "replaced",
                Some(Why::OtherEntry) => "other entry",
                Some(Why::OtherSource) => "other source",
            };
            let here = one.here.as_ref().map_or("-", |value| &value.value);
            format!("{} {here} {} {rule}", one.field, one.there.value)
        })
        .collect()
}

#[test]
fn what_agrees_is_counted_and_no_more() {
    let report = compared(vec![row("vendor-page", vec![card("2", "4")])]);
    assert_eq!(shown(&report), Vec::<String>::new());
    assert_eq!((report.counts.keys, report.counts.agree), (1, 1));
    assert_eq!(
        report.only_here,
        ["acme/alone", "acme/dated", "acme/other", "acme/pinned", "acme/recorded", "acme/unseen"]
    );
}

#[test]
fn each_difference_has_the_rule_by_which_our_value_stands() {
    for (model, expected) in [
        ("vendor-page", "prices.input 2 9 vendor page"),
        ("other", "prices.input 2 9 later"),
        ("recorded", "prices.input 2 9 recorded"),
        ("pinned", "prices.input 2 9 pinned"),
        ("dated", "prices.input 2 9 replaced"),
    ] {
        let report = compared(vec![row(model, vec![card("9", "4")])]);
        assert_eq!(shown(&report), [expected]);
        assert_eq!(report.counts.explained, 1);
    }
    let report = compared(vec![row("recorded", vec![card("8", "4")])]);
    assert_eq!(shown(&report), ["prices.input 2 8 open"], "another value than the recorded one");
    assert_eq!(report.counts.differ, 1);
}

#[test]
fn a_vendors_page_is_not_outdone_by_ours_of_an_earlier_day() {
    let theirs = Row { vendor_page: true, ..row("vendor-page", vec![card("9", "4")]) };
    assert_eq!(shown(&compared(vec![theirs])), ["prices.input 2 9 open"]);
}

#[test]
fn a_price_under_conditions_is_compared_under_them() {
    let batch = Card { service_tier: ServiceTier::Batch, ..card("1", "2") };
    let tier = Tier {
        input_above: Some(200),
        output_above: None,
        inclusive: false,
        rates: rates("3", "7"),
    };
    let tiered = Card { tiers: vec![tier], ..card("2", "4") };
    let report = compared(vec![row("other", vec![tiered, batch])]);
    let expected = ["prices.above.output 6 7 later", "prices[batch] - input 1, output 2 open"];
    assert_eq!(shown(&report), expected);
}

#[test]
fn a_price_that_had_ended_by_the_day_of_the_file_is_not_compared() {
    let mut old = card("9", "9");
    old.dates.last_seen = day("2026-03-01");
    let report = compared(vec![row("other", vec![old, card("2", "4")])]);
    assert_eq!(shown(&report), Vec::<String>::new());
}

#[test]
fn a_price_that_was_seen_next_is_no_difference_once_ours_was_not_seen_for_some_time() {
    let report = compared(vec![row("unseen", vec![card("9", "4")])]);
    assert_eq!(shown(&report), Vec::<String>::new());
    let report = compared(vec![row("unseen", vec![card("8", "4")])]);
    assert_eq!(shown(&report), ["prices.input 2 8 open"]);
}

#[test]
fn what_the_catalog_lacks_and_what_the_source_dropped_is_told_apart() {
    let gone = Row { last_seen: day("2026-01-01"), ..row("vendor-page", vec![card("9", "9")]) };
    let report = compared(vec![gone, row("nobody", vec![])]);
    assert_eq!(report.only_there, ["their/nobody"]);
    assert_eq!((report.counts.gone, report.counts.only_there), (1, 1));
    assert_eq!(shown(&report), Vec::<String>::new());
}

#[test]
fn a_key_that_nobody_placed_is_found_without_the_reader() {
    let whole =
        Whole { id: "other".to_owned(), url: "https://other.example".to_owned(), as_of: None };
    let reading = Reading { rows: vec![row("other", vec![])], ..Reading::default() };
    let keys = ["their/other".to_owned(), "their/lost".to_owned()];
    let report = beside(&whole, &reading, &keys, &Index::of(&reading));
    assert_eq!(report.unplaced, ["their/lost"]);
    let report = beside(&whole, &reading, &keys[..1], &Index::default());
    assert_eq!(report.unplaced, ["their/other"], "it is not in the index that is checked in");
}

#[test]
fn the_report_reads_back_and_the_page_shows_what_is_open() {
    let report = compared(vec![
        row("recorded", vec![card("8", "4")]),
        row("vendor-page", vec![card("9", "4")]),
    ]);
    assert_eq!(serde_json::from_str::<Report>(&report.json()).unwrap(), report);
    let text = page::markdown(&report, 3);
    assert!(text.contains("| `their` | `acme` | `acme` | - | 2 | 0 | 1 | 1 | 0 |"), "{text}");
    assert!(text.contains("| `their/recorded` | `acme/recorded` | `prices.input` | 2 (2026-01-01) | 8 (2026-07-01) |"), "{text}");
    assert!(!text.contains("`their/vendor-page`"), "{text}");
}
