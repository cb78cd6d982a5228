//! Whole readings of small files.

use portolan_codegen::manifest::{Closed, Day, Moment, TimeWindow, Weekday};
use portolan_types::{Capability, Currency, Date, Meter, ServiceTier, Status, Timestamp, Variant};

use super::{Mapping, read};
use crate::row::{Card, Dates, Reading, Row, Said};

const DOLLAR: u64 = 1_000_000_000_000;

/// Reads models of one provider, which the rules are about.
fn reading(rules: &str, models: &str) -> Result<Reading, String> {
    let mapping = format!(
        "source: https://example.com\nas_of: 2026-11-10\nno_note: [engine]\nproviders:\n  acme: {rules}\n"
    );
    let data = format!(
        r#"[{{"id":"acme","name":"Acme","pricing_urls":["https://acme.example/prices"],"models":[{models}]}}]"#
    );
    let mapping = Mapping::parse("mapping.yaml", &mapping).map_err(|error| error.to_string())?;
    read(&data, &mapping).map_err(|error| error.to_string())
}

fn model(id: &str, rest: &str) -> String {
    format!(r#"{{"id":"{id}","match":{{"equals":"{id}"}},{rest}}}"#)
}

fn row(rules: &str, rest: &str) -> Row {
    reading(rules, &model("nova", rest)).unwrap().rows.remove(0)
}

fn cards(rules: &str, rest: &str) -> Vec<Card> {
    match row(rules, rest).price {
        Said::Priced(cards) => cards,
        other => panic!("{other:?}"),
    }
}

fn mistakes(rules: &str, models: &str) -> String {
    reading(rules, models).unwrap_err()
}

fn refs(reading: &Reading) -> Vec<(&str, String)> {
    let refs = reading
        .rows
        .iter()
        .map(|row| (row.key.as_str(), format!("{}/{}", row.place.provider, row.place.model)));
    refs.collect()
}

fn moment(text: &str) -> Option<Moment> {
    Timestamp::parse(text).map(Moment)
}

fn day(text: &str) -> Option<Day> {
    Date::parse(text).map(Day)
}

const PRICES: &str = r#""prices":{"input_mtok":1,"output_mtok":2}"#;

#[test]
fn an_entry_becomes_a_row() {
    let row = row(
        "{ provider: acme, region: global }",
        r#""name":"Nova","context_window":1000,"description":"Fast.","deprecated":true,
           "price_comments":"Ref: https://acme.example/nova Only on weekdays. The engine cannot.",
           "prices":{"input_mtok":1}"#,
    );
    assert_eq!(row.key, "acme/nova");
    assert_eq!((row.place.provider.as_str(), row.place.model.as_str()), ("acme", "nova"));
    assert_eq!(row.place.region.as_deref(), Some("global"));
    assert_eq!(row.name.as_deref(), Some("Nova"));
    assert_eq!(row.facts.context, Some(1000));
    assert_eq!(row.status, Some(Status::Deprecated));
    assert_eq!(row.source.url.as_deref(), Some("https://acme.example/prices"));
    assert_eq!(row.source.checked, day("2026-11-10"));
    assert!(row.vendor_page);
    assert_eq!(row.notes, ["Only on weekdays."]);
    let omitted: Vec<_> =
        row.omitted.iter().map(|o| (o.field.as_str(), o.value.as_str())).collect();
    assert_eq!(
        omitted,
        [
            ("price_comments", "Ref: https://acme.example/nova The engine cannot."),
            ("description", "Fast."),
        ]
    );
}

#[test]
fn an_id_is_what_its_own_match_means() {
    let read = reading("{ provider: a, suffix: ':x', lowercase: true }", &model("Nova", PRICES));
    assert_eq!(refs(&read.unwrap()), [("acme/Nova", "a/nova:x".to_owned())]);
    let class = format!(r#"{{"id":"nova","match":{{"starts_with":"nova-"}},{PRICES}}}"#);
    let error = mistakes("{ provider: a }", &class);
    assert!(error.contains("acme/nova: its own match does not mean it"), "{error}");
    let read = reading(
        "{ provider: a, models: { nova: [a/nova-1, b/nova-2] }, regions: { b: eu } }",
        &class,
    )
    .unwrap();
    assert_eq!(
        refs(&read),
        [("acme/nova", "a/nova-1".to_owned()), ("acme/nova", "b/nova-2".to_owned())]
    );
    assert_eq!(read.rows[1].place.region.as_deref(), Some("eu"));
    let read = reading("{ provider: a, skip: { nova: a family } }", &class).unwrap();
    assert_eq!(read.skipped, [("acme/nova".to_owned(), "a family".to_owned())]);
}

#[test]
fn a_provider_may_be_on_another_page_of_the_source() {
    let rules = |page: &str| {
        format!("{{ provider: a, models: {{ nova: [a/nova, b/nova] }}, pages: {{ b: '{page}' }} }}")
    };
    let data = |rules: &str| {
        let mapping = format!(
            "source: https://example.com\nas_of: 2026-11-10\nproviders:\n  acme: {rules}\n"
        );
        let text = format!(
            r#"[{{"id":"acme","name":"Acme","pricing_urls":["https://a.example/1","https://a.example/2"],"models":[{}]}}]"#,
            model("nova", PRICES)
        );
        read(&text, &Mapping::parse("mapping.yaml", &mapping).unwrap())
    };
    let rows = data(&rules("https://a.example/2")).unwrap().rows;
    let pages: Vec<_> = rows.iter().filter_map(|row| row.source.url.as_deref()).collect();
    assert_eq!(pages, ["https://a.example/1", "https://a.example/2"]);
    let error = data(&rules("https://a.example/3")).unwrap_err().to_string();
    assert!(error.contains("acme, https://a.example/3: no page of the source any more"), "{error}");
}

#[test]
fn ids_may_be_those_that_a_match_spells_out() {
    let text = format!(
        r#"{{"id":"nova","match":{{"or":[{{"equals":"nova"}},{{"equals":"accounts/x/nova"}}]}},{PRICES}}}"#
    );
    let read = reading("{ provider: a, ids_under: accounts/ }", &text).unwrap();
    assert_eq!(refs(&read), [("acme/nova", "a/accounts/x/nova".to_owned())]);
    let error = mistakes("{ provider: a, ids_under: models/ }", &text);
    assert!(error.contains("no id that starts with `models/`"), "{error}");
}

#[test]
fn an_id_without_organisation_is_an_older_record() {
    let rules = "{ provider: a, older_without_organisation: true }";
    let models = [model("nova", PRICES), model("org/nova", PRICES)].join(",");
    let read = reading(rules, &models).unwrap();
    assert_eq!(
        refs(&read),
        [("acme/nova", "a/org/nova".to_owned()), ("acme/org/nova", "a/org/nova".to_owned())]
    );
    assert_eq!(read.rows[0].price, Said::Unknown);
    assert_eq!(read.rows[0].omitted[0].field, "prices");
    let error = mistakes(rules, &model("nova", PRICES));
    assert!(error.contains("no id of the provider is this behind an organisation"), "{error}");
}

#[test]
fn two_keys_of_one_place_are_told() {
    let models = [model("nova", PRICES), model("nova-1", PRICES)].join(",");
    let error = mistakes("{ provider: a, models: { nova-1: a/nova } }", &models);
    assert!(error.contains("acme/nova-1: is a/nova, as acme/nova is"), "{error}");
}

#[test]
fn no_price_is_unknown_unless_the_mapping_says_otherwise() {
    let said = |rules| row(rules, r#""prices":{}"#).price;
    assert_eq!(said("{ provider: a }"), Said::Unknown);
    assert_eq!(said("{ provider: a, free: { nova: why } }"), Said::Free);
    assert_eq!(said("{ provider: a, included: { nova: why } }"), Said::Included);
    assert_eq!(said("{ provider: a, free_suffix: ova }"), Said::Free);
    let error = mistakes("{ provider: a, free: { nova: why } }", &model("nova", PRICES));
    assert!(error.contains("a price, where the mapping says free"), "{error}");
    let row = row("{ provider: a, unpriced: { nova: the cheapest alone } }", PRICES);
    assert_eq!((row.price, row.omitted[0].why.as_str()), (Said::Unknown, "the cheapest alone"));
}

#[test]
fn a_meter_is_free_where_the_mapping_says_so() {
    let card =
        cards("{ provider: a, free_meters: { nova: [output] } }", r#""prices":{"input_mtok":1}"#);
    assert_eq!(card[0].rates.0, [(Meter::Input, DOLLAR), (Meter::Output, 0)]);
}

#[test]
fn dates_are_the_vendors_or_sightings() {
    let prices = r#""prices":[{"prices":{"input_mtok":1}},
        {"constraint":{"start_date":"2026-03-13"},"prices":{"input_mtok":2}},
        {"constraint":{"start_date":"2026-10-01"},"prices":{"input_mtok":3}}]"#;
    let dates: Vec<_> = cards("{ provider: a, vendor_dates: [2026-03-13] }", prices)
        .into_iter()
        .map(|card| (card.rate(Meter::Input).map(|rate| rate / DOLLAR), card.dates))
        .collect();
    let none = Dates::default();
    assert_eq!(
        dates,
        [
            (Some(1), Dates { until: moment("2026-03-13"), ..none }),
            (Some(2), Dates { from: moment("2026-03-13"), last_seen: day("2026-09-30"), ..none }),
            (Some(3), Dates { seen: day("2026-10-01"), ..none }),
        ]
    );
}

#[test]
fn times_of_day_with_one_price_are_one_card() {
    for zone in ["Z", "+00:00"] {
        let window = |start: &str, end: &str, price| {
            format!(
                r#"{{"constraint":{{"start_time":"{start}{zone}","end_time":"{end}{zone}"}},"prices":{{"input_mtok":{price}}}}}"#
            )
        };
        let prices = format!(
            r#""prices":[{{"prices":{{"input_mtok":1}}}},{},{},{}]"#,
            window("01:00:00", "04:00:00", 2),
            window("06:00:00", "10:30:00", 2),
            window("22:00:00", "00:30:00", 3)
        );
        let shown: Vec<_> = cards("{ provider: a }", &prices)
            .into_iter()
            .map(|card| card.time.into_iter().map(TimeWindow::text).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(shown, ["", "01:00-04:00Z 06:00-10:30Z", "22:00-00:30Z"]);
    }
}

const BOTH: &str = r#""price_comments":"Weekends are off-peak from 2026-08-23.",
    "prices":[{"prices":{"input_mtok":1}},
        {"constraint":{"start_date":"2026-08-17"},"prices":{"input_mtok":2}},
        {"constraint":{"start_time":"01:00:00Z","end_time":"04:00:00Z"},"prices":{"input_mtok":4}},
        {"constraint":{"start_time":"06:00:00Z","end_time":"10:00:00Z"},"prices":{"input_mtok":4}}]"#;

#[test]
fn a_date_with_a_time_of_day_needs_a_card_of_the_mapping() {
    let error = mistakes("{ provider: a }", &model("nova", BOTH));
    assert!(error.contains("dates and times of day together"), "{error}");
    let rules = r#"{ provider: a, cards: { nova: { says: Weekends are off-peak, list: [
        { entries: [1], until: "2026-08-17T00:00:00+08:00" },
        { entries: [2], from: "2026-08-17T00:00:00+08:00" },
        { entries: [3, 4], from: "2026-08-23", days: [mon, fri], time: ["09:00-12:00+08:00"] },
    ] } } }"#;
    let cards = cards(rules, BOTH);
    assert_eq!(cards[0].dates.until, moment("2026-08-16T16:00:00Z"));
    assert_eq!(cards[2].rate(Meter::Input), Some(4 * DOLLAR));
    assert_eq!(cards[2].dates.from, moment("2026-08-23"));
    let days: Vec<_> = cards[2].days.iter().map(|day| Weekday::id(*day)).collect();
    assert_eq!(
        (days, cards[2].time[0].text()),
        (vec!["mon", "fri"], "09:00-12:00+08:00".to_owned())
    );
}

#[test]
fn a_card_of_the_mapping_is_looked_at_again_when_the_source_changes() {
    let with = |list: &str, says: &str| {
        let rules =
            format!("{{ provider: a, cards: {{ nova: {{ says: {says}, list: [{list}] }} }} }}");
        mistakes(&rules, &model("nova", BOTH))
    };
    let error = with("{ entries: [1] }, { entries: [2] }, { entries: [3, 4] }", "Holidays too");
    assert!(error.contains("says no more `Holidays too`"), "{error}");
    let error = with("{ entries: [1] }, { entries: [2] }, { entries: [3] }", "Weekends");
    assert!(error.contains("entry 4 is in no card"), "{error}");
    let error = with("{ entries: [1, 2] }, { entries: [3, 4] }", "Weekends");
    assert!(error.contains("entries with different prices"), "{error}");
    let error = with("{ entries: [1, 5] }", "Weekends");
    assert!(error.contains("entries that are not there"), "{error}");
    let error =
        with("{ entries: [1], days: [monday] }, { entries: [2] }, { entries: [3, 4] }", "Weekends");
    assert!(error.contains("malformed `monday`"), "{error}");
}

#[test]
fn the_vendors_currency_counts_where_the_comment_has_it() {
    let rules = r#"{ provider: a, converted: { from: CNY, rate: "7.25", date: 2026-06 },
        cards: { nova: { says: 8 CNY input, list: [{ entries: [1], currency: CNY, rates: { input: "8" } }] } } }"#;
    let yuan = cards(rules, r#""price_comments":"8 CNY input","prices":{"input_mtok":1.103}"#);
    assert_eq!((yuan[0].currency, yuan[0].rate(Meter::Input)), (Currency::Cny, Some(8 * DOLLAR)));
    assert_eq!(yuan[0].converted, None);
    let rules = r#"{ provider: a, converted: { from: CNY, rate: "7.25", date: 2026-06 } }"#;
    let dollars = cards(rules, r#""prices":{"input_mtok":1.103}"#);
    assert_eq!(dollars[0].currency, Currency::Usd);
    let converted = dollars[0].converted.clone().unwrap();
    assert_eq!((converted.from.0, converted.rate.as_str()), (Currency::Cny, "7.25"));
}

#[test]
fn a_variant_is_laid_over_every_period() {
    let prices = r#""prices":[{"prices":{"input_mtok":4,"output_mtok":8,"web_searches_kcount":10}},
            {"constraint":{"start_date":"2027-01-01"},"prices":{"input_mtok":6,"output_mtok":8}}],
        "price_variants":[
            {"when":{"processing":"batch"},"constraint":{"start_date":"2026-10-14"},"prices":{"input_mtok":2}},
            {"when":{"processing":"batch"},"constraint":{"start_date":"2027-01-01"},"prices":{"input_mtok":3}},
            {"when":{"service_tier":"default"},"prices":{}},
            {"when":{"speed":"fast"},"prices":{"output_mtok":16}}]"#;
    let cards = cards("{ provider: a, vendor_dates: [2027-01-01] }", prices);
    let shown: Vec<_> = cards[2..]
        .iter()
        .map(|card| {
            let rates = card.rates.0.iter().map(|(_, rate)| rate / DOLLAR).collect::<Vec<_>>();
            (card.service_tier, rates, card.dates)
        })
        .collect();
    let none = Dates::default();
    let new_year = moment("2027-01-01");
    assert_eq!(
        shown,
        [
            (
                ServiceTier::Batch,
                vec![2, 8, 10],
                Dates { seen: day("2026-10-14"), until: new_year, ..none }
            ),
            (ServiceTier::Batch, vec![3, 8], Dates { from: new_year, ..none }),
            (ServiceTier::Fast, vec![4, 16, 10], Dates { until: new_year, ..none }),
            (ServiceTier::Fast, vec![6, 16], Dates { from: new_year, ..none }),
        ]
    );
}

#[test]
fn a_variant_replaces_a_number_with_its_tiers() {
    let prices = r#""prices":{"input_mtok":{"base":4,"tiers":[{"start":1000,"price":8}]},"output_mtok":9},
        "price_variants":[{"when":{"service_tier":"flex"},"prices":{"input_mtok":2}}]"#;
    let cards = cards("{ provider: a }", prices);
    assert_eq!((cards[0].tiers.len(), cards[1].tiers.len()), (1, 0));
    assert_eq!(cards[1].rates.0, [(Meter::Input, 2 * DOLLAR), (Meter::Output, 9 * DOLLAR)]);
}

#[test]
fn other_conditions_are_variants_of_ours_or_left_out() {
    let row = row(
        "{ provider: a }",
        r#""prices":{"web_searches_kcount":5},"price_variants":[
            {"when":{"search_type":"fast"},"prices":{"web_searches_kcount":1}},
            {"when":{"route":"eu"},"prices":{"web_searches_kcount":6}}]"#,
    );
    let Said::Priced(cards) = row.price else { panic!("{:?}", row.price) };
    assert_eq!((cards.len(), cards[1].variants.as_slice()), (2, &[Variant::SearchTypeFast][..]));
    assert_eq!(row.omitted[0].field, "price_variants");
    assert_eq!(row.omitted[0].value, "route: eu: web_searches_kcount: 6");
}

#[test]
fn a_provider_or_a_model_may_be_a_service_tier() {
    let row = row("{ provider: a, service_tier: decisions }", PRICES);
    assert_eq!(row.place.service_tier, Some(ServiceTier::Decisions));
    let Said::Priced(cards) = row.price else { panic!("{:?}", row.price) };
    assert_eq!(cards[0].service_tier, ServiceTier::Decisions);
    let rules =
        "{ provider: a, models: { nova-fast: a/nova }, service_tiers: { fast: [nova-fast] } }";
    let models = [model("nova", PRICES), model("nova-fast", PRICES)].join(",");
    let read = reading(rules, &models).unwrap();
    let tiers: Vec<_> = read.rows.iter().map(|row| row.place.service_tier).collect();
    assert_eq!(tiers, [None, Some(ServiceTier::Fast)]);
    assert_eq!(refs(&read)[1], ("acme/nova-fast", "a/nova".to_owned()));
}

#[test]
fn an_end_that_only_a_comment_says_is_that_of_the_last_card() {
    let rules = "{ provider: a, ends: { nova: { service_tier: fast, on: 2026-11-30 } } }";
    let variant = r#""price_variants":[{"when":{"speed":"fast"},"prices":{"input_mtok":5}}]"#;
    let cards = cards(rules, &format!("{PRICES},{variant}"));
    assert_eq!((cards[0].dates.until, cards[1].dates.until), (None, moment("2026-11-30")));
}

#[test]
fn a_retirement_has_its_day() {
    let rules = "{ provider: a, retires: { nova: { on: 2026-04-04, source: https://a.example } } }";
    let gone = row(rules, PRICES);
    assert_eq!(gone.status, Some(Status::Retired));
    assert_eq!(
        gone.retires,
        day("2026-04-04").map(|on| (on, Some("https://a.example".to_owned())))
    );
    let going = row("{ provider: a, retires: { nova: { on: 2027-04-04 } } }", PRICES);
    assert_eq!(going.status, Some(Status::Deprecated));
}

#[test]
fn a_page_that_nobody_looks_at_vouches_for_no_price() {
    let rules = "{ provider: a, unwatched_without_date: true }";
    assert!(!row(rules, PRICES).vendor_page);
    assert!(row(rules, r#""prices":[{"prices":{"input_mtok":1}}]"#).vendor_page);
    let older = row("{ provider: a, older: { 2025-07-12: [nova] } }", PRICES);
    assert_eq!((older.vendor_page, older.source.checked), (false, day("2025-07-12")));
}

#[test]
fn meters_tell_what_a_model_does_unless_the_mapping_says_it() {
    let does = |rules, prices| row(rules, prices).facts.capability.0;
    let pages = r#""prices":{"input_document_kpages":1}"#;
    assert_eq!(does("{ provider: a }", PRICES), Capability::Chat);
    assert_eq!(does("{ provider: a }", pages), Capability::Ocr);
    assert_eq!(does("{ provider: a }", r#""prices":{"input_mchars":1}"#), Capability::Speech);
    assert_eq!(does("{ provider: a }", r#""prices":{"audio_hours":1}"#), Capability::Transcription);
    assert_eq!(does("{ provider: a, capability: rerank }", PRICES), Capability::Rerank);
    let listed = "{ provider: a, capabilities: { embeddings: [nova] } }";
    assert_eq!(does(listed, PRICES), Capability::Embeddings);
}

#[test]
fn what_mapping_and_file_do_not_have_in_common_is_told_at_once() {
    let mapping = "source: https://example.com\nas_of: 2026-11-10\nproviders:\n  gone: { provider: a }\n  \
                   acme: { provider: a, skip: { old: why } }\n";
    let data = r#"[{"id":"new","name":"New","models":[]},{"id":"acme","name":"Acme","models":[]}]"#;
    let mapping = Mapping::parse("mapping.yaml", mapping).unwrap();
    let error = read(data, &mapping).unwrap_err().to_string();
    for part in [
        "3 mistakes in data.json of genai-prices",
        "new: New, with 0 models, is not in the mapping: add it under `providers` of sources/genai-prices.yaml",
        "acme/old: gone from the source: take it out of `skip`",
        "gone: gone from the source: take it out",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
}

#[test]
fn entries_that_are_not_read_are_mistakes() {
    for (prices, part) in [
        (r#""prices":[{"prices":{}},{"prices":{}}]"#, "hides those before"),
        (r#""prices":[{"constraint":{"start_date":"soon"},"prices":{}}]"#, "expected `start_date`"),
        (
            r#""prices":[{"constraint":{"end_time":"01:00:00Z"},"prices":{}}]"#,
            "expected `start_date`",
        ),
        (
            r#""prices":[{"constraint":{"start_day":"2026-01-01"},"prices":{}}]"#,
            "unknown field `start_day`",
        ),
        (
            r#""prices":{},"price_variants":[{"when":{"service_tier":"default"},"prices":{"input_mtok":1}}]"#,
            "what is the standard tier",
        ),
        (r#""prices":7"#, "invalid type: integer"),
    ] {
        let error = mistakes("{ provider: a }", &model("nova", prices));
        assert!(error.contains("acme/nova, ") && error.contains(part), "{part}\n{error}");
    }
}
