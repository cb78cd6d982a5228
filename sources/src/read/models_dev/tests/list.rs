//! What the list says, and what is said of a list that is not as expected.

use portolan_types::{Api, Capability, Currency, Modality, Status};

use super::{list, offering, price, read_all, row, try_read, whys};
use crate::row::Said;

fn mistakes(api: &str, history: &str) -> String {
    try_read(api, history).expect_err("the files are not as expected").to_string()
}

#[test]
fn every_field_has_its_place() {
    let more = r#""family": "nova", "knowledge": "2025-02", "structured_output": true, "temperature": false, "status": "beta",
        "reasoning_options": [{ "type": "toggle", "default": true }, { "type": "effort", "values": [null, "low", "high"], "default": "low" },
                              { "type": "budget_tokens", "min": -1, "max": 32000 }],
        "interleaved": { "field": "reasoning_content" },
        "provider": { "npm": "@ai-sdk/openai", "shape": "completions", "api": "https://other.example/v1" },
        "cost": { "input": 1, "output": 2, "reasoning": 2, "cache_write": 0 },
        "experimental": { "modes": { "fast": { "cost": { "input": 2, "output": 4 },
          "provider": { "body": { "service_tier": "priority" } } } } }"#;
    let reading = read_all(&[offering("m", more)], "{}");
    let row = row(&reading, "acme/m");
    let facts = &row.facts;
    assert_eq!(row.place.region.as_deref(), Some("cn"));
    assert_eq!(row.name.as_deref(), Some("The m"));
    assert_eq!((row.status, row.api), (Some(Status::Preview), Some(Api::OpenaiCompletions)));
    assert_eq!(
        (facts.family.as_deref(), facts.context, facts.max_output),
        (Some("nova"), Some(1000), None)
    );
    assert_eq!(
        (facts.tools, facts.temperature, facts.open_weights),
        (Some(true), Some(false), Some(true))
    );
    assert_eq!(facts.reasoning_field.as_deref(), Some("reasoning_content"));
    let control = facts.reasoning_control.as_ref().expect("it is controlled");
    assert_eq!(
        (control.toggle, control.budget_min, control.budget_max),
        (Some(true), None, Some(32_000))
    );
    assert_eq!(control.efforts, ["low", "high"]);
    assert_eq!(control.default_effort.as_deref(), Some("low"));
    // The reasoning rate says nothing of its own, and a zero beside other rates is no price.
    assert_eq!(price(row), [".. to ..: input 1, output 2", ".. to ..: input 2, output 4"]);
    assert_eq!(row.words.get("zeros").map(String::as_str), Some("cost.cache_write"));
    let omitted: Vec<_> = row.omitted.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(
        omitted,
        [
            "reasoning_options.toggle.default",
            "reasoning_options.effort.values",
            "reasoning_options.budget_tokens.min",
            "provider.api"
        ]
    );
}

#[test]
fn what_comes_out_or_the_mapping_says_what_a_model_is_for() {
    let with = |id: &str, input: &str, output: &str| {
        offering(id, "")
            .replace(r#""input": ["text"]"#, &format!(r#""input": [{input}]"#))
            .replace(r#""output": ["text"]"#, &format!(r#""output": [{output}]"#))
    };
    let cases = [
        ("chat", r#""text", "image""#, r#""text""#, Capability::Chat),
        ("drawing", r#""text""#, r#""image", "text""#, Capability::Chat),
        ("image", r#""text""#, r#""image""#, Capability::Image),
        ("video", r#""text", "image""#, r#""video""#, Capability::Video),
        ("speech", r#""text""#, r#""audio""#, Capability::Speech),
        ("hearing", r#""audio""#, r#""text""#, Capability::Transcription),
        ("talk", r#""audio""#, r#""audio""#, Capability::RealtimeVoice),
        ("Text-Embed-1", r#""text""#, r#""text""#, Capability::Embeddings),
    ];
    let offerings: Vec<_> =
        cases.iter().map(|(id, input, output, _)| with(id, input, output)).collect();
    let reading = read_all(&offerings, "{}");
    for (id, _, _, expected) in cases {
        assert_eq!(row(&reading, &format!("acme/{id}")).facts.capability.0, expected, "{id}");
    }
    let vector = &row(&reading, "acme/Text-Embed-1").facts.output;
    assert_eq!(vector.iter().map(|word| word.0).collect::<Vec<_>>(), [Modality::Embedding]);
}

#[test]
fn a_tier_says_all_rates_of_its_card() {
    let cost = r#""cost": { "input": 1, "output": 2, "cache_read": 0.1,
        "tiers": [{ "tier": { "type": "context", "size": 32000 }, "input": 2, "output": 3, "cache_write": 4 }] }"#;
    let reading = read_all(&[offering("m", cost)], "{}");
    let row = row(&reading, "acme/m");
    assert_eq!(
        price(row),
        [
            ".. to ..: input 1, cache_read 0.1, output 2; above 32000: input 2, cache_read 0.1, output 3"
        ]
    );
    let Said::Priced(cards) = &row.price else { panic!("it is priced") };
    assert_eq!(
        cards[0].note.as_deref(),
        Some("models.dev states no cache_read above 32000 tokens; that below is repeated.")
    );
    assert_eq!(
        whys(row),
        ["cost.tiers.cache_write 4 above 32000 tokens: the price below the tier has no such rate"]
    );
}

#[test]
fn a_copy_that_is_none_is_told() {
    let cost = r#""cost": { "input": 1, "output": 2, "context_over_200k": { "input": 9, "output": 9 },
        "tiers": [{ "tier": { "type": "context", "size": 256000 }, "input": 2, "output": 3 }] }"#;
    let reading = read_all(&[offering("m", cost)], "{}");
    assert_eq!(
        whys(row(&reading, "acme/m")),
        ["cost.context_over_200k input 9, output 9: it is not the copy of the first tier"]
    );
}

#[test]
fn what_only_the_history_knows_has_no_facts() {
    let history = r#"{ "euro/lab/m": [{ "date": "2025-06-05", "cost": { "input": 1, "output": 2 } }, { "date": "2025-07-01", "removed": true }] }"#;
    let reading = read_all(&[], history);
    let row = row(&reading, "euro/lab/m");
    assert_eq!((row.name.as_deref(), row.status), (Some("lab/m"), Some(Status::Delisted)));
    assert_eq!((row.facts.context, row.facts.tools), (None, None));
    let Said::Priced(cards) = &row.price else { panic!("it is priced") };
    assert_eq!(cards[0].currency, Currency::Eur);
}

#[test]
fn float_noise_is_told() {
    let reading = read_all(
        &[offering("m", r#""cost": { "input": 0.049999999999999996, "output": 2 }"#)],
        "{}",
    );
    let shortened = &reading.shortened[0];
    assert_eq!((shortened.key.as_str(), shortened.field.as_str()), ("acme/m", "cost.input"));
    assert_eq!(
        (shortened.written.as_str(), shortened.meant),
        ("0.049999999999999996", 50_000_000_000)
    );
}

#[test]
fn a_file_that_is_not_as_expected_is_refused_with_key_and_field() {
    for (change, expected) in [
        (("\"tool_call\"", "\"tools\""), "api.json: acme/m: unknown field `tools`"),
        (("\"tool_call\": true,", ""), "api.json: acme/m: missing field `tool_call`"),
        (("\"id\": \"m\"", "\"id\": \"n\""), "api.json: acme/m: its `id` is `n`"),
        (("[\"text\"]", "[\"smell\"]"), "acme/m: modalities.input: unknown modality `smell`"),
        (("\"npm\": \"sdk\"", "\"npm\": \"new\""), "acme: npm: `new`, where the mapping has `sdk`"),
        (("\"acme\": {", "\"other\": {"), "api.json: other: not listed in the mapping"),
        (("\"acme\": {", "\"other\": {"), "api.json: acme: not in the file"),
    ] {
        let api = list(&[offering("m", "")]).replacen(change.0, change.1, 9);
        let said = mistakes(&api, "{}");
        assert!(said.contains(expected), "{expected}\nin {said}");
    }
}

#[test]
fn a_record_that_is_not_as_expected_is_refused_with_its_key() {
    let api = list(&[offering("m", "")]);
    for (history, expected) in [
        (r#"{ "acme/m": [] }"#, "history: acme/m: no event"),
        (
            r#"{ "new/m": [{ "date": "2025-06-05", "removed": true }] }"#,
            "history: new/m: not in the mapping",
        ),
        (r#"{ "acme/m": [{ "date": "2025-06", "removed": true }] }"#, "`2025-06` is no whole day"),
        (
            r#"{ "acme/m": [{ "date": "2025-06-05" }] }"#,
            "an event has a `cost`, or `removed: true`",
        ),
        (
            r#"{ "acme/m": [{ "date": "2025-06-05", "removed": true }, { "date": "2025-06-01", "removed": true }] }"#,
            "2025-06-01 comes after a later day",
        ),
        (
            r#"{ "acme/m": [{ "date": "2025-06-05", "cost": { "input": -1, "output": 2 } }] }"#,
            "history: acme/m: cost.input is -1: below zero",
        ),
        (
            r#"{ "acme/m": [{ "date": "2025-06-05", "cost": { "input": 1, "output": 2, "per_song": 3 } }] }"#,
            "history: acme/m: cost.per_song: unknown field",
        ),
    ] {
        let said = mistakes(&api, history);
        assert!(said.contains(expected), "{expected}\nin {said}");
    }
    assert!(mistakes(&api[..api.len() - 9], "{}").contains("api.json: EOF"));
    assert!(mistakes(&api, "[1]").contains("price history: invalid type"));
}
