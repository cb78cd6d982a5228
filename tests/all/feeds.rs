//! The feeds of the public catalog: every key that the indexes know is there, prices are those that the engine bills, and
//! what nobody knows is no number.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::validator_for;
use portolan_catalog::types::Status;
use portolan_codegen::catalog::{Model, Price};
use portolan_codegen::emit::Output;
use portolan_sources::choose;
use portolan_sources::compare::feed::UNEXPLAINED;
use portolan_sources::feeds::models_dev::GONE;
use portolan_sources::feeds::{Feeds, Kept, day};
use portolan_sources::flat::Flat;
use portolan_sources::index;
use portolan_tests::billed::requests;
use serde_json::Value as Json;
use xtask::feeds::{SHAPES, kept};

use crate::fixtures::{public_catalog, repository};

static KEPT: LazyLock<[Kept; 2]> = LazyLock::new(|| kept(&repository()).unwrap());
static FEEDS: LazyLock<Feeds<'static>> =
    LazyLock::new(|| Feeds::new(public_catalog(), &KEPT[0], &KEPT[1]).unwrap());
static FILES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let of = |output: Output| (output.path, output.contents);
    FEEDS.outputs().into_iter().map(of).collect()
});

/// The entries of an index that are in the file of its source, each with what the feed says.
fn listed(
    source: usize,
) -> impl Iterator<Item = (&'static str, &'static index::Entry, Option<Flat>)> {
    let placed = KEPT[source].index.placed();
    let listed = placed.filter(|(_, entry)| !entry.words.contains_key(GONE));
    listed.map(move |(key, entry)| (key, entry, FEEDS.entry(SHAPES[source], key)))
}

#[test]
fn every_key_of_an_index_is_in_its_feed() {
    for (source, least) in [(0, 1_000), (1, 1_000)] {
        let mut count = 0;
        for (key, _, entry) in listed(source) {
            assert!(entry.is_some(), "{}: {key}", SHAPES[source]);
            count += 1;
        }
        assert!(count >= least, "{}: only {count} keys", SHAPES[source]);
    }
}

#[test]
fn a_key_that_its_source_dropped_is_back_only_where_somebody_still_lists_the_model() {
    let placed = KEPT[0].index.placed();
    for (key, entry) in placed.filter(|(_, entry)| entry.words.contains_key(GONE)) {
        let gone = model_of(entry)
            .is_some_and(|model| matches!(model.status.0, Status::Delisted | Status::Retired));
        assert!(!gone || FEEDS.entry(SHAPES[0], key).is_none(), "{key}");
    }
}

/// The model of the catalog that an entry of an index is.
fn model_of(entry: &index::Entry) -> Option<&'static Model> {
    let place = &entry.place;
    let (_, provider) =
        public_catalog().providers().find(|(_, provider)| provider.id == place.provider)?;
    choose::model(provider, &place.model)
}

/// A decimal in steps of 1e-18.
fn steps(text: &str) -> u128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<18}").parse().unwrap()
}

/// Compares what the engine bills for small requests with what a reader of the feed adds up: how many.
fn compare_prices(source: usize, fields: [&str; 3], scale: u128) -> usize {
    let mut compared = 0;
    let day = day(public_catalog());
    for (key, entry, feed) in listed(source) {
        let feed = feed.unwrap();
        let price = |field: &str| feed.get(field).map(|price| steps(price) / scale);
        let [Some(input), Some(output), cache_read] = fields.map(price) else { continue };
        // The greatest requests are beyond a tier.
        for request in requests(entry, day).into_iter().filter(|request| request.input <= 1_000) {
            let is_free = request.amount == 0;
            let cached =
                if request.cache_read > 0 && !is_free { cache_read.expect(key) } else { 0 };
            let total = input * u128::from(request.input)
                + cached * u128::from(request.cache_read)
                + output * u128::from(request.output);
            assert_eq!(total, request.amount, "{key}: {request:?}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn a_reader_of_a_feed_bills_what_the_engine_bills() {
    let models_dev = ["cost.input", "cost.output", "cost.cache_read"];
    let litellm = ["input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost"];
    let models_dev = compare_prices(0, models_dev, 1_000_000);
    let litellm = compare_prices(1, litellm, 1);
    assert!(models_dev > 700 && litellm > 700, "only {models_dev} and {litellm} were compared");
}

#[test]
fn what_has_no_price_has_none_in_a_feed() {
    let unknown =
        |entry: &index::Entry| model_of(entry).is_some_and(|model| model.price == Price::Unknown);
    for source in [0, 1] {
        for (key, _, feed) in listed(source).filter(|(_, entry, _)| unknown(entry)) {
            let fields: Vec<_> =
                feed.unwrap().into_keys().filter(|field| field.contains("cost")).collect();
            assert_eq!(fields, Vec::<String>::new(), "{key}");
        }
    }
}

#[test]
fn the_shapes_that_are_ours_are_valid_under_their_schemas() {
    for (file, schema) in [
        ("catalog.json", "catalog.schema.json"),
        ("prices.json", "prices.schema.json"),
        ("models-dev/differences.json", "differences.schema.json"),
        ("litellm/differences.json", "differences.schema.json"),
    ] {
        let json = |path: &str| serde_json::from_str::<Json>(&FILES[path]).unwrap();
        let errors: Vec<_> = validator_for(&json(schema))
            .unwrap()
            .iter_errors(&json(file))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{file}");
    }
}

#[test]
fn the_catalog_in_the_feeds_is_the_one_of_the_crate() {
    assert!(FILES["catalog.json"] == portolan_manifests::CATALOG_JSON);
}

#[test]
fn every_price_of_the_catalog_is_in_the_price_list() {
    let list: Json = serde_json::from_str(&FILES["prices.json"]).unwrap();
    let models = list["models"].as_object().unwrap();
    for (_, provider) in public_catalog().providers() {
        for model in &provider.models {
            let entry = &models[&format!("{}/{}", provider.id, model.id)];
            let cards = entry["cards"].as_array().map_or(0, Vec::len);
            assert_eq!(cards, choose::cards(&model.price).len(), "{}/{}", provider.id, model.id);
        }
    }
}

#[test]
fn a_list_of_differences_has_none_that_is_gone_and_each_has_a_reason() {
    for (source, shape) in SHAPES.iter().enumerate() {
        let known = &KEPT[source].known;
        let shown = known.in_feed(shape, |key| FEEDS.entry(shape, key));
        let left: usize = shown.reasons.iter().map(|reason| reason.fields).sum();
        assert_eq!(left, known.entries().len(), "{shape}: run `cargo xtask compare --write`");
        for known in known.entries() {
            assert_ne!(known.why, UNEXPLAINED, "{shape}: {} {}", known.key, known.field);
        }
    }
}

#[test]
fn the_feeds_are_the_same_every_time() {
    let again = Feeds::new(public_catalog(), &KEPT[0], &KEPT[1]).unwrap().outputs();
    for output in again {
        assert!(FILES[&output.path] == output.contents, "{}", output.path);
    }
}
