//! The feeds of a small catalog, compiled from a manifest: regions unfold, conditions become names of fields, what
//! nobody knows is left out.

use portolan_codegen::catalog::Catalog;
use portolan_codegen::compile;
use portolan_codegen::load::Input;
use portolan_types::Timestamp;
use serde_json::{Value, json};

use super::models_dev::{self, Heads};
use super::{day, litellm, prices};
use crate::index::Index;

const MANIFEST: &str = "
vendor: acme
name: Acme
source: https://acme.example/models
checked: 2026-11-20
providers:
  acme:
    name: Acme
    coverage: static
    region: { default: intl }
    regions:
      intl: { name: World, endpoints: { openai-completions: https://intl.acme.example/v1 } }
      cn: { name: China, endpoints: { openai-completions: https://cn.acme.example/v1 } }
    auth: { env: [ACME_KEY, ACME_OTHER_KEY] }
    models:
      nova:
        name: Nova
        released: 2026-04
        modalities: { input: [text, image], output: [text] }
        limits: { context: 256_000, output: 32_000 }
        features: { reasoning: true, tools: true }
        prices:
          - { until: 2026-05-01, input: 9, output: 9 }
          - from: 2026-05-01
            input: 1.25
            output: 10
            cache_read: 0.125
            above: [{ tokens: 200_000, input: 2.5, output: 15, cache_read: 0.25 }]
          - { from: 2026-05-01, service_tier: batch, input: 0.625, output: 5 }
          - { from: 2026-05-01, region: cn, input: 2, output: 3 }
      secret:
        name: Secret
        prices: unknown
      gift:
        name: Gift
        released: 2026-05-01
        modalities: { input: [text], output: [text] }
        prices: free
      old:
        name: Old
        released: 2025-01-01
        modalities: { input: [text], output: [text] }
        delisted: { last_seen: 2026-01-01 }
        prices: [{ input: 7, output: 7 }]
      paint:
        name: Paint
        capability: image
        modalities: { input: [text], output: [image] }
        prices:
          - { variant: { quality: high }, images_out: 0.08 }
          - { variant: { quality: low }, images_out: 0.02 }
      film:
        name: Film
        capability: video
        modalities: { input: [text, image], output: [video] }
        prices:
          - { variant: { resolution: 480p }, video_seconds_out: 0.05, images_in: 0.002 }
          - { variant: { resolution: 720p }, video_seconds_out: 0.07, images_in: 0.002 }
      ear:
        name: Ear
        capability: transcription
        prices: [{ audio_seconds_in: 0.36 }]
  yuan:
    name: Yuan
    coverage: static
    endpoints: { anthropic-messages: https://yuan.example }
    auth: { env: [YUAN_KEY] }
    models:
      y:
        name: Y
        released: 2026-01-01
        modalities: { input: [text], output: [text] }
        prices: [{ currency: CNY, input: 1, output: 2 }]
";

fn catalog() -> Catalog {
    let input = Input { path: "labs/acme.yaml".to_owned(), bytes: MANIFEST.into() };
    compile(vec![input], "").result.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn api(index: &str) -> Value {
    let index = Index::parse(index).unwrap();
    let api = models_dev::api(&catalog(), Timestamp(i64::MAX), &index, &Heads::new()).unwrap();
    serde_json::from_str(&models_dev::json(&api)).unwrap()
}

fn map(index: &str) -> Value {
    serde_json::from_str(&map_text(index)).unwrap()
}

fn map_text(index: &str) -> String {
    let index = Index::parse(index).unwrap();
    litellm::json(&litellm::map(&catalog(), Timestamp(i64::MAX), &index, &rules()).unwrap())
}

/// Which field is which meter: that is in the mapping file.
fn rules() -> litellm::Rules {
    litellm::Rules::parse(include_str!("../../litellm.yaml")).unwrap()
}

const MODELS_DEV: &str = "\
acme/nova\tacme/nova\tintl\t-\t-
acme-cn/nova\tacme/nova\tcn\t-\t-
acme-cn/secret\tacme/secret\tcn\t-\tlast_updated=2026-06-01
";

#[test]
fn a_price_that_the_source_says_twice_is_written_twice_and_one_that_all_variants_share_without_one()
{
    let words = "litellm_provider=acme,mode=video_generation";
    let map = |more: &str| map(&format!("acme/film\tacme/film\t-\t-\t{words}{more}\n"));
    let plain = &map("")["acme/film"];
    assert_eq!(plain["output_cost_per_second_480p"], json!(0.05));
    assert_eq!(plain["input_cost_per_image"], json!(0.002));
    // The price of a second hangs on the resolution.
    assert_eq!(plain.get("output_cost_per_second"), None);
    let again = &map(",output_cost_per_second=output_cost_per_second_720p")["acme/film"];
    assert_eq!(again["output_cost_per_second"], json!(0.07));
}

#[test]
fn the_day_of_a_catalog_is_the_last_on_which_a_page_was_read() {
    assert_eq!(Some(day(&catalog())), Timestamp::parse("2026-11-20"));
}

#[test]
fn a_region_is_a_provider_again() {
    let api = api(MODELS_DEV);
    let nova = &api["acme"]["models"]["nova"];
    assert_eq!(nova["cost"]["input"], json!(1.25));
    assert_eq!(nova["cost"]["tiers"][0]["tier"], json!({ "type": "context", "size": 200_000 }));
    assert_eq!(nova["cost"]["context_over_200k"]["output"], json!(15));
    assert_eq!(nova["limit"], json!({ "context": 256_000, "output": 32_000 }));
    assert_eq!((&nova["reasoning"], &nova["tool_call"]), (&json!(true), &json!(true)));
    assert_eq!(nova["release_date"], "2026-04");
    assert_eq!(api["acme-cn"]["models"]["nova"]["cost"], json!({ "input": 2, "output": 3 }));
    assert_eq!(api["acme-cn"]["api"], "https://cn.acme.example/v1");
    assert_eq!(api["acme-cn"]["name"], "Acme (China)");
    assert_eq!(api["acme-cn"]["env"], json!(["ACME_KEY", "ACME_OTHER_KEY"]));
}

#[test]
fn a_price_that_nobody_said_or_that_is_in_no_dollars_is_left_out() {
    let api = api(MODELS_DEV);
    let secret = api["acme-cn"]["models"]["secret"].as_object().unwrap();
    assert!(!secret.contains_key("cost"));
    assert_eq!(secret["last_updated"], "2026-06-01");
    assert!(!api["yuan"]["models"]["y"].as_object().unwrap().contains_key("cost"));
}

#[test]
fn what_models_dev_lacks_is_added_as_far_as_it_can_be_used_and_described() {
    let api = api(MODELS_DEV);
    let ids = |provider: &str| {
        let models = api[provider]["models"].as_object().unwrap();
        models.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(ids("acme"), ["gift", "nova"], "no delisted one, none without a day or modalities");
    assert_eq!(ids("acme-cn"), ["gift", "nova", "secret"]);
    assert_eq!(api["acme"]["models"]["gift"]["cost"]["output"], json!(0));
    assert_eq!(ids("yuan"), ["y"]);
    assert_eq!(api["yuan"]["npm"], "@ai-sdk/anthropic");
}

#[test]
fn the_keys_of_a_provider_and_a_model_are_in_their_order() {
    let index = Index::parse(MODELS_DEV).unwrap();
    let text = models_dev::json(
        &models_dev::api(&catalog(), Timestamp(i64::MAX), &index, &Heads::new()).unwrap(),
    );
    let places: Vec<_> =
        ["\"id\"", "\"env\"", "\"npm\"", "\"api\"", "\"name\"", "\"doc\"", "\"models\""]
            .iter()
            .map(|key| text.find(key).unwrap())
            .collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn conditions_are_parts_of_names_in_the_price_map() {
    let map = map("\
nova\tacme/nova\tintl\t-\tlitellm_provider=acme,mode=chat
cn/nova\tacme/nova\tcn\t-\tlitellm_provider=acme,mode=chat
high/paint\tacme/paint\t-\tquality=high\tmode=image_generation
ear\tacme/ear\t-\t-\tmode=audio_transcription,output_vector_size=12
sample_spec\t-\texplains the fields
");
    let nova = &map["nova"];
    for (field, value) in [
        ("litellm_provider", json!("acme")),
        ("mode", json!("chat")),
        ("input_cost_per_token", json!(1.25e-6)),
        ("cache_read_input_token_cost", json!(1.25e-7)),
        ("output_cost_per_token_above_200k_tokens", json!(15e-6)),
        ("input_cost_per_token_batches", json!(6.25e-7)),
        ("max_input_tokens", json!(256_000)),
        ("max_tokens", json!(32_000)),
        ("supports_vision", json!(true)),
        ("supports_function_calling", json!(true)),
    ] {
        assert_eq!(nova[field], value, "{field}");
    }
    assert_eq!(map["cn/nova"]["input_cost_per_token"], json!(2e-6));
    assert_eq!(map["high/paint"]["output_cost_per_image"], json!(0.08));
    assert_eq!(map["ear"]["input_cost_per_second"], json!(0.0001));
    assert_eq!(map["ear"]["output_vector_size"], json!(12));
    assert!(map.get("sample_spec").is_none());
    // A zero is only where a reader has to find one.
    assert_eq!(map["ear"]["output_cost_per_second"], json!(null));
    assert_eq!(map["high/paint"]["output_cost_per_pixel"], json!(null));
    assert_eq!(map["high/paint"]["output_cost_per_token"], json!(0));
}

#[test]
fn a_price_keeps_its_digits() {
    let text = map_text("nova\tacme/nova\tintl\t-\t-\n");
    assert!(text.contains(r#""cache_read_input_token_cost":0.000000125,"#), "{text}");
}

#[test]
fn an_index_that_does_not_fit_is_told_with_all_of_its_keys() {
    let index = Index::parse("x/a\tacme/gone\t-\t-\t-\nx/b\tnobody/b\t-\t-\t-\n").unwrap();
    let error = models_dev::api(&catalog(), Timestamp(i64::MAX), &index, &Heads::new())
        .unwrap_err()
        .to_string();
    assert!(error.contains("`x/a`: there is no `acme/gone`"), "{error}");
    assert!(error.contains("`x/b`: there is no `nobody/b`"), "{error}");
    assert!(litellm::map(&catalog(), Timestamp(i64::MAX), &index, &rules()).is_err());
}

#[test]
fn the_price_list_reads_back_and_has_every_card() {
    let catalog = catalog();
    let text = prices::json(&catalog);
    let list: prices::PriceList = serde_json::from_str(&text).unwrap();
    assert_eq!(list, prices::list(&catalog));
    assert_eq!(list.models["acme/nova"].cards.len(), 4);
    assert_eq!(list.models["acme/secret"].state, prices::State::Unknown);
    assert_eq!(list.providers["acme"].default.as_deref(), Some("intl"));
    assert_eq!(list.meters["input"].per, 1_000_000);
    assert!(!list.providers.contains_key("yuan"));
}
