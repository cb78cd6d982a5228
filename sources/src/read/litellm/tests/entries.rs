//! Facts, pages, fields that no row holds, and files that are refused.

use portolan_types::{Capability, Modality, Status};

use super::{MAPPING, omitted, reading, row};
use crate::read::litellm::mapping::Mapping;
use crate::read::litellm::read;

#[test]
fn facts_are_only_what_the_entry_says() {
    let plain = row("m", "openai", "chat", "");
    assert_eq!(plain.facts.capability.0, Capability::Chat);
    assert_eq!((plain.facts.input.len(), plain.facts.output.len()), (0, 0));
    assert_eq!((plain.facts.tools, plain.facts.max_output), (None, None));
    let full = row(
        "m",
        "openai",
        "chat",
        r#""supports_vision": true, "supports_pdf_input": false,
        "supports_function_calling": true, "supports_reasoning": false, "supports_sampling_params": false,
        "max_input_tokens": 128000.0, "max_output_tokens": 4096, "max_tokens": 4096"#,
    );
    let facts = &full.facts;
    assert_eq!(
        facts.input.iter().map(|kind| kind.0).collect::<Vec<_>>(),
        [Modality::Text, Modality::Image]
    );
    assert_eq!(facts.output.iter().map(|kind| kind.0).collect::<Vec<_>>(), [Modality::Text]);
    assert_eq!(
        (facts.tools, facts.reasoning, facts.temperature),
        (Some(true), Some(false), Some(false))
    );
    assert_eq!(
        (facts.max_input, facts.max_output, facts.attachments),
        (Some(128_000), Some(4_096), Some(false))
    );
    assert_eq!(omitted(&full), [] as [&str; 0]);
    let legacy = row("m", "openai", "chat", r#""max_tokens": 4096, "max_input_tokens": 0"#);
    assert_eq!((legacy.facts.max_input, legacy.facts.max_output), (None, None));
    assert_eq!(legacy.omitted.len(), 2);
    let container = row("openai/container", "openai", "chat", "");
    assert_eq!(container.facts.capability.0, Capability::CodeExecution);
}

#[test]
fn a_retirement_is_past_or_to_come_on_the_day_of_the_file() {
    let status =
        |date: &str| row("m", "openai", "chat", &format!(r#""deprecation_date": "{date}""#)).status;
    assert_eq!(status("2026-08-31"), Some(Status::Retired));
    assert_eq!(status("2026-09-30"), Some(Status::Retired));
    assert_eq!(status("2026-10-01"), Some(Status::Deprecated));
}

#[test]
fn a_page_is_the_vendors_unless_its_host_is_listed() {
    let of = |source: &str| row("m", "openai", "chat", &format!(r#""source": "{source}""#));
    let vendor = of("https://docs.openai.example/pricing#x");
    assert!(vendor.vendor_page);
    assert_eq!(vendor.source.url.as_deref(), Some("https://docs.openai.example/pricing#x"));
    let query = of("https://prices.openai.example/api?name eq 'Nova 9'");
    let encoded = "https://prices.openai.example/api?name%20eq%20'Nova%209'";
    assert_eq!(query.source.url.as_deref(), Some(encoded));
    for other in ["https://blog.example/x", "to be added"] {
        let row = of(other);
        assert!(!row.vendor_page && row.omitted.len() == 1, "{other}");
        assert_eq!(row.source.url.as_deref(), Some("https://litellm.example/prices.json"));
    }
}

#[test]
fn nothing_is_dropped() {
    let fields =
        r#""rpm": 5, "uplift": 1.1, "input_cost_per_sniff": 3, "colour": {"hue": 1}, "gone": null"#;
    let row = row("m", "openai", "chat", fields);
    assert_eq!(
        omitted(&row),
        [
            "colour.hue: an unknown field: sources/litellm.yaml says nothing of it",
            "input_cost_per_sniff: an unknown price: sources/litellm.yaml has no meter for it",
            "rpm: not a fact",
            "uplift: one region or all",
        ]
    );
    assert_eq!(row.notes, ["Elsewhere 1.1 times."]);
    let words: Vec<_> = row.words.iter().map(|(field, word)| format!("{field}={word}")).collect();
    assert_eq!(words, ["litellm_provider=openai", "mode=chat"]);
    let skipped = reading(&[
        ("sample_spec", r#""litellm_provider": "one of many""#),
        ("fireworks-4b", r#""litellm_provider": "fireworks""#),
    ]);
    assert_eq!(
        skipped.unwrap().skipped,
        [
            ("fireworks-4b".to_owned(), "a class of sizes".to_owned()),
            ("sample_spec".to_owned(), "an example".to_owned()),
        ]
    );
}

#[test]
fn a_bad_file_is_refused_with_places_and_mends() {
    let refused = |file: &str| format!("{:#}", read(file.as_bytes(), MAPPING).unwrap_err());
    let truncated = refused(r#"{"m": {"litellm_provider": "openai", "mode"#);
    assert!(truncated.contains("line 1 column"), "{truncated}");
    assert!(refused("[]").contains("an object"));
    let twice = refused(r#"{"m": {"litellm_provider": "openai"}, "m": {}}"#);
    assert!(twice.contains("the key `m` stands there twice"), "{twice}");
    let renamed = refused(r#"{"m": {"provider": "openai"}}"#);
    assert!(renamed.contains("no entry has the field `litellm_provider`"), "{renamed}");
    assert!(renamed.contains("`m`: no text in the field `litellm_provider`"), "{renamed}");
}

#[test]
fn every_bad_entry_is_told_at_once() {
    let error = reading(&[
        ("a", r#""litellm_provider": "openai", "input_cost_per_token": "1e-06""#),
        ("b", r#""litellm_provider": "newcomer""#),
        ("c", r#""litellm_provider": "xai""#),
        ("d", r#""litellm_provider": "openai", "output_cost_per_token": -1"#),
        ("e", r#""litellm_provider": "openai", "max_input_tokens": "many""#),
        ("f", r#""litellm_provider": "openai", "mode": "dance""#),
        ("g", r#""litellm_provider": "openai", "deprecation_date": "soon""#),
        ("low/9-x-9/h", r#""litellm_provider": "openai""#),
    ]);
    let error = error.unwrap_err().to_string();
    for expected in [
        "(8 places)",
        "`a`, field `input_cost_per_token`: a number, as `2.5e-06` was expected, and it is `\"1e-06\"`",
        "`b`: unknown litellm_provider `newcomer`; add it to `providers` of sources/litellm.yaml",
        "`c`: no key of the provider `xai` fits it",
        "`d`, field `output_cost_per_token`: a price of at least zero was expected",
        "`e`, field `max_input_tokens`: a whole number was expected",
        "`f`, field `mode`: one of the `modes` of sources/litellm.yaml was expected",
        "`g`, field `deprecation_date`: a date",
        "`low/9-x-9/h`: no variant `image_size=9-x-9`",
    ] {
        assert!(error.contains(expected), "{expected}\n{error}");
    }
}

#[test]
fn a_bad_mapping_is_told_with_its_place() {
    let refused =
        |from: &str, to: &str| read(b"{}", &MAPPING.replace(from, to)).unwrap_err().to_string();
    let unknown = refused("meter: input }", "meter: inputs }");
    assert!(unknown.starts_with("sources/litellm.yaml:"), "{unknown}");
    assert!(unknown.contains("unknown meter `inputs`"), "{unknown}");
    assert!(refused("expects:", "expect:").contains("unknown field `expect`"));
    assert!(refused("{image_size}", "{size}").contains("`{size}` is no place"));
}

#[test]
fn the_mapping_that_is_checked_in_is_well_formed() {
    Mapping::parse(include_str!("../../../../litellm.yaml")).unwrap();
}

#[test]
fn a_provider_stands_once_in_the_mapping() {
    let twice = MAPPING.to_owned() + "  xai: { keys: [{ key: \"{model}\" }] }\n";
    let error = read(b"{}", &twice).unwrap_err().to_string();
    assert!(error.contains("xai"), "{error}");
}
