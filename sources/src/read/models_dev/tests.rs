//! Every trap of the source as a small file of its own: what its records come to, and what is said of a file that is
//! not as expected.

mod history;
mod list;

use portolan_codegen::manifest::Day;

use super::cost::text;
use super::{Files, Mapping, read};
use crate::row::{Card, Reading, Row, Said, Tier};

/// A mapping with one provider for each rule.
const MAPPING: &str = r"
source: https://models.example/api.json
as_of: 2026-07-02
zeros: [{ ids: ['*:free'], means: free }]
capabilities: [{ ids: ['*embed*'], is: embeddings }]
skips: [{ keys: ['acme/* 2'], why: a copy }]
glitches: [{ keys: [acme/odd-*], on: [2026-01-10], why: a thousand times the price }]
providers:
  acme:
    provider: acme
    region: cn
    listed: { name: Acme, npm: sdk, doc: d, env: [ACME_API_KEY] }
  plan:
    provider: acme-plan
    zero: included
  old-acme: { became: acme }
  euro: { provider: euro, currency: EUR }
  gone: { skip: it was a mistake }
rows:
  old-acme/m-1: { model: m }
  acme/given: { zero: free }
";

/// An offering with these further fields.
fn offering(id: &str, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(
        r#""{id}": {{ "id": "{id}", "name": "The {id}", "attachment": false, "reasoning": false, "tool_call": true,
        "release_date": "2026-01-01", "last_updated": "2026-01-01", "open_weights": true,
        "modalities": {{ "input": ["text"], "output": ["text"] }}, "limit": {{ "context": 1000, "output": 0 }}{comma} {more} }}"#
    )
}

fn list(offerings: &[String]) -> String {
    let models = offerings.join(",\n");
    format!(
        r#"{{ "acme": {{ "id": "acme", "name": "Acme", "npm": "sdk", "doc": "d", "env": ["ACME_API_KEY"], "models": {{ {models} }} }} }}"#
    )
}

fn try_read(api: &str, history: &str) -> anyhow::Result<Reading> {
    let mapping = Mapping::parse("models-dev.yaml", MAPPING)?;
    read(Files { api, history: Some(history) }, &mapping)
}

fn read_all(offerings: &[String], history: &str) -> Reading {
    let filler = offering("filler", "");
    let offerings: Vec<_> = offerings.iter().cloned().chain([filler]).collect();
    try_read(&list(&offerings), history).expect("the files are as expected")
}

fn row<'r>(reading: &'r Reading, key: &str) -> &'r Row {
    reading.rows.iter().find(|row| row.key == key).expect("the row is there")
}

/// The price in a line a card.
fn price(row: &Row) -> Vec<String> {
    match &row.price {
        Said::Priced(cards) => cards.iter().map(card).collect(),
        state => vec![format!("{state:?}")],
    }
}

fn card(card: &Card) -> String {
    let day = |day: Option<Day>| day.map_or_else(|| "..".to_owned(), |day| day.0.to_string());
    let dates = card.dates;
    let mut dated = format!("{} to {}", day(dates.seen), day(dates.last_seen));
    if dates.form_seen.is_some() {
        dated = format!("{dated} form {}", day(dates.form_seen));
    }
    let tier = |tier: &Tier| {
        format!("; above {}: {}", tier.input_above.unwrap_or_default(), text(&tier.rates))
    };
    let tiers: String = card.tiers.iter().map(tier).collect();
    format!("{dated}: {}{tiers}", text(&card.rates))
}

fn whys(row: &Row) -> Vec<String> {
    row.omitted.iter().map(|one| format!("{} {}: {}", one.field, one.value, one.why)).collect()
}

#[test]
fn keys_that_were_never_an_offering_are_skipped_with_the_reason() {
    let history = r#"{
        "acme/m 2": [{ "cost": { "input": 1, "output": 2 }, "date": "2026-03-09" }],
        "acme/m": [{ "cost": { "input": 1, "output": 2 }, "date": "2026-03-10" }],
        "gone/m": [{ "cost": { "input": 1, "output": 2 }, "date": "2026-03-10" }]
    }"#;
    let reading = read_all(&[offering("m", "")], history);
    let skipped = |key: &str, why: &str| (key.to_owned(), why.to_owned());
    assert_eq!(
        reading.skipped,
        [skipped("acme/m 2", "a copy"), skipped("gone/m", "it was a mistake")]
    );
}
