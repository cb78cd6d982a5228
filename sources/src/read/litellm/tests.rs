//! Whole entries as literals: where they belong and what they cost. What else they say, and what is refused, is in
//! `entries`.

mod entries;

use portolan_codegen::manifest::Weekday;
use portolan_types::{Meter, ServiceTier, Variant};

use super::read;
use crate::row::{Card, Reading, Row, Said, Tier};

const MAPPING: &str = r#"
url: https://litellm.example/prices.json
as_of: 2026-09
expects: [litellm_provider]
modes:
  chat: { capability: chat, input: [text], output: [text] }
  image_generation: { capability: image, output: [image] }
  video_generation: { capability: video, output: [video] }
  audio_transcription: { capability: transcription, input: [audio], output: [text] }
  search: { capability: web-search, input: [text] }
  embedding: { capability: embeddings, output: [embedding] }
meters:
  - { field: input_cost_per_token, meter: input }
  - { field: output_cost_per_token, meter: output }
  - { field: output_cost_per_reasoning_token, meter: reasoning }
  - { field: cache_read_input_token_cost, meter: cache_read }
  - { field: input_cost_per_token_cache_hit, meter: cache_read }
  - { field: cache_creation_input_token_cost, meter: cache_write }
  - { field: cache_creation_input_token_cost_above_1hr, meter: cache_write_1h }
  - { field: input_cost_per_image_token, meter: input_image }
  - { field: input_cost_per_image, meter: images_out, modes: [image_generation], providers: [openai] }
  - { field: input_cost_per_image, meter: images_in }
  - { field: output_cost_per_image, meter: images_out }
  - { field: input_cost_per_second, meter: audio_seconds_in, modes: [audio_transcription] }
  - { field: input_cost_per_second, meter: provisioned_seconds, modes: [chat] }
  - { field: output_cost_per_second, meter: video_seconds_out, modes: [video_generation] }
  - { field: output_cost_per_second_720p, meter: video_seconds_out, variant: resolution=720p }
  - { field: input_cost_per_query, meter: searches, modes: [search] }
zeros:
  - { means: nothing, why: no tokens come out, fields: [output_cost_per_token], modes: [embedding] }
  - { means: free, why: it runs here, providers: [ollama] }
  - { means: included, why: a plan has it, providers: [copilot] }
  - { means: free, why: decisions cost nothing, fields: [output_cost_per_token_decisions] }
omits:
  - { fields: [rpm, metadata.notes], why: not a fact }
  - { fields: [uplift], why: one region or all, note: "Elsewhere {value} times." }
  - { fields: [search_context_cost_per_query], why: it runs none, providers: [bedrock] }
  - { fields: [output_cost_per_image], why: tokens are billed, beside: [input_cost_per_image_token] }
not_vendor_pages: [blog.example]
values: { image_size: { 512-x-512: 512x512 } }
skips: { sample_spec: an example }
providers:
  bedrock:
    provider: amazon-bedrock
    keys:
      - { key: "{image_size}/{steps}-steps/{model}" }
      - { key: "bedrock/*/{commitment}-commitment/{model}" }
      - { key: "bedrock/{region}/{commitment}-commitment/{model}" }
      - { key: "bedrock/{region}/{model}" }
      - { key: "{model}" }
    models: { "claude@1": anthropic.claude-1 }
  openai:
    keys:
      - { key: sora-high-res, model: sora, variants: { resolution: 1080p } }
      - { key: "{quality:low|high}/{image_size}/{model}" }
      - { key: openai/container, model: container, capability: code-execution }
      - { key: "{model}" }
  xai: { inclusive_tiers: true, keys: [{ key: "xai/{model}" }] }
  fireworks:
    keys:
      - { key: "fireworks-{_}b", skip: a class of sizes }
      - { key: "fireworks/{model}", model: "accounts/{model}" }
  qwen:
    provider: alibaba
    thinking_bills_output: true
    keys:
      - { key: "qwen/{model}", modes: [video_generation], region: cn }
      - { key: "qwen/{model}", region: intl }
  qwen_cn:
    provider: alibaba
    region: cn
    keys: [{ key: "qwen_cn/{model}", no_price: those of another place }]
  volcengine: { converted: { from: CNY, rate: "7.0", date: 2026-09 }, keys: [{ key: "{model}" }] }
  ollama: { keys: [{ key: "ollama/{model}" }] }
  copilot: { keys: [{ key: "copilot/{model}" }] }
  chatgpt: { unpriced: included, keys: [{ key: "chatgpt/{model}" }] }
"#;

/// The reading of entries, each a key and its fields.
fn reading(entries: &[(&str, &str)]) -> anyhow::Result<Reading> {
    let entries: Vec<_> =
        entries.iter().map(|(key, fields)| format!("\"{key}\": {{{fields}}}")).collect();
    read(format!("{{{}}}", entries.join(",")).as_bytes(), MAPPING)
}

/// The row of one entry with this provider and mode.
fn row(key: &str, provider: &str, mode: &str, fields: &str) -> Row {
    let head = format!(r#""litellm_provider": "{provider}", "mode": "{mode}", "#);
    let fields = (head + fields).trim_end_matches(", ").to_owned();
    let mut reading = reading(&[(key, &fields)]).unwrap();
    reading.rows.pop().unwrap()
}

fn cards(row: &Row) -> &[Card] {
    match &row.price {
        Said::Priced(cards) => cards,
        other => panic!("{other:?}"),
    }
}

/// A card as a line: its conditions, its rates in millionths of a currency unit, its tiers.
fn line(card: &Card) -> String {
    let rates = |rates: &[(Meter, u64)]| {
        let rate =
            |(meter, rate): &(Meter, u64)| format!(" {meter}={}", portolan_types::rate_text(*rate));
        rates.iter().map(rate).collect::<Vec<_>>().concat()
    };
    let variants = spaced(&card.variants);
    let tier = |tier: &Tier| {
        let sign = if tier.inclusive { ">=" } else { ">" };
        format!(" {sign}{}:{}", tier.input_above.unwrap(), rates(&tier.rates.0))
    };
    let tiers = card.tiers.iter().map(tier).collect::<Vec<_>>().concat();
    format!("{}{variants}:{}{tiers}", card.service_tier, rates(&card.rates.0))
}

fn spaced(variants: &[Variant]) -> String {
    variants.iter().map(|variant| format!(" {variant}")).collect::<Vec<_>>().concat()
}

fn lines(row: &Row) -> Vec<String> {
    cards(row).iter().map(line).collect()
}

/// Where a row is, as text.
fn place(row: &Row) -> String {
    let region = row.place.region.as_deref().unwrap_or("-");
    let variants = spaced(&row.place.variants);
    format!("{}/{} {region}{variants}", row.place.provider, row.place.model)
}

/// What was omitted, as `field: why`.
fn omitted(row: &Row) -> Vec<String> {
    row.omitted.iter().map(|omitted| format!("{}: {}", omitted.field, omitted.why)).collect()
}

const PLAIN: &str = r#""input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06"#;

#[test]
fn a_key_says_region_variants_and_model() {
    let at = |key: &str, provider: &str, mode: &str| place(&row(key, provider, mode, PLAIN));
    assert_eq!(
        at("bedrock/eu-west-1/a.b-v1:0", "bedrock", "chat"),
        "amazon-bedrock/a.b-v1:0 eu-west-1"
    );
    assert_eq!(at("a.b-v1:0", "bedrock", "chat"), "amazon-bedrock/a.b-v1:0 -");
    assert_eq!(at("claude@1", "bedrock", "chat"), "amazon-bedrock/anthropic.claude-1 -");
    assert_eq!(
        at("512-x-512/50-steps/s.d", "bedrock", "chat"),
        "amazon-bedrock/s.d - image_size=512x512 steps=50"
    );
    assert_eq!(
        at("low/512-x-512/im", "openai", "chat"),
        "openai/im - image_size=512x512 quality=low"
    );
    assert_eq!(at("sora-high-res", "openai", "chat"), "openai/sora - resolution=1080p");
    assert_eq!(at("fireworks/x/y", "fireworks", "chat"), "fireworks/accounts/x/y -");
    assert_eq!(at("qwen/wan", "qwen", "video_generation"), "alibaba/wan cn");
    assert_eq!(at("qwen/plus", "qwen", "chat"), "alibaba/plus intl");
}

#[test]
fn capacity_that_is_taken_for_months_is_priced_by_the_hour() {
    let fields = r#""input_cost_per_second": 0.0175, "max_tokens": 8191"#;
    let of = |key: &str| row(key, "bedrock", "chat", fields);
    let one = of("bedrock/us-east-1/1-month-commitment/anthropic.claude-v1");
    assert_eq!(place(&one), "amazon-bedrock/anthropic.claude-v1 us-east-1 commitment=1-month");
    assert_eq!(lines(&one), ["standard commitment=1-month: provisioned_seconds=63"]);
    let any = of("bedrock/*/6-month-commitment/cohere.command");
    assert_eq!(place(&any), "amazon-bedrock/cohere.command - commitment=6-month");
}

#[test]
fn an_entry_for_a_variant_has_cards_for_it() {
    let made =
        row("high/512-x-512/im", "openai", "image_generation", r#""input_cost_per_image": 0.009"#);
    assert_eq!(lines(&made), ["standard image_size=512x512 quality=high: images_out=0.009"]);
    let read = row("a.b", "bedrock", "embedding", r#""input_cost_per_image": 6e-05"#);
    assert_eq!(lines(&read), ["standard: images_in=0.00006"]);
}

#[test]
fn service_tiers_and_tokens_are_taken_out_of_the_names() {
    let fields = r#"
        "input_cost_per_token": 1e-05, "output_cost_per_token": 5e-05,
        "cache_creation_input_token_cost_above_1hr": 2e-05,
        "input_cost_per_token_above_272k_tokens": 2e-05, "output_cost_per_token_above_272k_tokens": 7.5e-05,
        "cache_creation_input_token_cost_above_1hr_above_272k_tokens": 4e-05,
        "input_cost_per_token_batches": 5e-06, "output_cost_per_token_batches": 2.5e-05,
        "input_cost_per_token_above_272k_tokens_flex": 1e-05, "input_cost_per_token_flex": 5e-06,
        "input_cost_per_token_ultrafast": 6e-05, "input_cost_per_token_decisions": 1e-05,
        "output_cost_per_token_decisions": 0.0"#;
    let row = row("astra", "openai", "chat", fields);
    assert_eq!(
        lines(&row),
        [
            "standard: input=10 cache_write_1h=20 output=50 >272000: input=20 cache_write_1h=40 output=75",
            "batch: input=5 output=25",
            "flex: input=5 >272000: input=10",
            "ultrafast: input=60",
            "decisions: input=10 output=0",
        ]
    );
    assert_eq!(omitted(&row), [] as [&str; 0]);
}

#[test]
fn what_a_tier_does_not_name_is_filled_in_and_told() {
    let fields = r#"
        "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "input_cost_per_image_token": 1e-06,
        "cache_read_input_token_cost": 1e-07, "input_cost_per_token_above_200k_tokens": 3e-06,
        "output_cost_per_token_above_200k_tokens": 4e-06,
        "cache_creation_input_token_cost_above_200k_tokens": 5e-06"#;
    let row = row("xai/grok", "xai", "chat", fields);
    // Images are billed as text is; what is cached keeps its rate.
    assert_eq!(
        lines(&row),
        ["standard: input=1 cache_read=0.1 input_image=1 output=2 \
          >=200000: input=3 cache_read=0.1 input_image=3 output=4"]
    );
    assert_eq!(
        cards(&row)[0].note.as_deref(),
        Some("litellm names no `cache_read` above 200000 tokens; the one below is repeated.")
    );
    assert_eq!(
        omitted(&row),
        [
            "cache_creation_input_token_cost_above_200k_tokens: a price above a number of tokens, and none below it"
        ]
    );
}

#[test]
fn units_are_converted_exactly_and_rounded_minutes_are_mended() {
    let of = |fields: &str| row("whisper", "openai", "audio_transcription", fields);
    assert_eq!(
        lines(&of(r#""input_cost_per_second": 0.0001"#)),
        ["standard: audio_seconds_in=0.36"]
    );
    let minute = of(
        r#""input_cost_per_second": 3.333e-05, "metadata": {"original_pricing_per_minute": 0.002, "notes": "x"}"#,
    );
    assert_eq!(lines(&minute), ["standard: audio_seconds_in=0.12"]);
    assert_eq!(omitted(&minute), ["metadata.notes: not a fact"]);
    let hour =
        of(r#""input_cost_per_second": 2.778e-05, "metadata": {"original_pricing_per_hour": 0.1}"#);
    assert_eq!(lines(&hour), ["standard: audio_seconds_in=0.1"]);
    let other =
        of(r#""input_cost_per_second": 0.0001, "metadata": {"original_pricing_per_minute": 6}"#);
    assert_eq!(lines(&other), ["standard: audio_seconds_in=0.36"]);
    assert_eq!(omitted(&other).len(), 1);
    let search = row("s", "openai", "search", r#""input_cost_per_query": 0.00166"#);
    assert_eq!(lines(&search), ["standard: searches=1.66"]);
}

#[test]
fn float_noise_goes_and_is_listed() {
    let fields = r#""litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.9999999999999997e-07"#;
    let reading = reading(&[("m", fields)]).unwrap();
    assert_eq!(lines(&reading.rows[0]), ["standard: input=0.3"]);
    let [short] = reading.shortened.as_slice() else { panic!("{:?}", reading.shortened) };
    assert_eq!((short.key.as_str(), short.field.as_str()), ("m", "input_cost_per_token"));
    assert_eq!((short.written.as_str(), short.meant), ("2.9999999999999997e-07", 300_000_000_000));
}

#[test]
fn resolutions_and_sizes_of_searches_are_variants() {
    let video = row(
        "v",
        "openai",
        "video_generation",
        r#""output_cost_per_second": 0.4, "output_cost_per_second_720p": 0.1"#,
    );
    assert_eq!(
        lines(&video),
        ["standard: video_seconds_out=0.4", "standard resolution=720p: video_seconds_out=0.1"]
    );
    let same = r#""input_cost_per_token": 1e-06, "search_context_cost_per_query": {"search_context_size_low": 0.01, "search_context_size_high": 0.01}"#;
    assert_eq!(lines(&row("s", "openai", "chat", same)), ["standard: input=1 searches=10"]);
    let other = same.replace(r#"high": 0.01"#, r#"high": 0.02"#);
    assert_eq!(
        lines(&row("s", "openai", "chat", &other)),
        [
            "standard: input=1",
            "standard search_context=low: input=1 searches=10",
            "standard search_context=high: input=1 searches=20",
        ]
    );
}

#[test]
fn a_price_that_another_field_says_again_is_kept_as_its_name() {
    let fields = r#""output_cost_per_second": 0.1, "output_cost_per_second_720p": 0.1"#;
    let video = row("v", "openai", "video_generation", fields);
    assert_eq!(video.words["output_cost_per_second"], "output_cost_per_second_720p");
    let tokens = |reasoning: &str| {
        let fields = r#""input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "#;
        let more = format!(r#""output_cost_per_reasoning_token": {reasoning}"#);
        row("m", "openai", "chat", &(fields.to_owned() + &more)).words
    };
    let word = tokens("2e-06").remove("output_cost_per_reasoning_token");
    assert_eq!(word.as_deref(), Some("output_cost_per_token"));
    assert_eq!(tokens("3e-06").remove("output_cost_per_reasoning_token"), None);
}

#[test]
fn a_rule_that_omits_counts_before_a_meter_and_may_be_for_a_provider_or_beside_a_field() {
    let searches = r#""input_cost_per_token": 1e-06, "search_context_cost_per_query": {"search_context_size_low": 0.01}"#;
    let (here, there) =
        (row("m", "openai", "chat", searches), row("m", "bedrock", "chat", searches));
    assert_eq!(lines(&here), ["standard: input=1 searches=10"]);
    assert_eq!(lines(&there), ["standard: input=1"]);
    assert_eq!(omitted(&there), ["search_context_cost_per_query: it runs none"]);
    let image = r#""output_cost_per_image": 0.04"#;
    let alone = row("i", "openai", "image_generation", image);
    assert_eq!(lines(&alone), ["standard: images_out=0.04"]);
    let beside = format!(r#"{image}, "input_cost_per_image_token": 1e-06"#);
    let beside = row("i", "openai", "image_generation", &beside);
    assert_eq!(lines(&beside), ["standard: input_image=1"]);
    assert_eq!(omitted(&beside), ["output_cost_per_image: tokens are billed"]);
}

#[test]
fn ranges_are_tiers_or_numbers_of_results() {
    let tokens = r#""tiered_pricing": [
        {"range": [0, 256000.0], "input_cost_per_token": 4e-07, "output_cost_per_token": 1e-06},
        {"range": [256000.0, 1000000.0], "input_cost_per_token": 1.2e-06, "output_cost_per_token": 3e-06}]"#;
    assert_eq!(
        lines(&row("qwen/flash", "qwen", "chat", tokens)),
        ["standard: input=0.4 output=1 >256000: input=1.2 output=3"]
    );
    let thinks = tokens.replace("1e-06}", r#"1e-06, "output_cost_per_reasoning_token": 4e-06}"#);
    assert_eq!(
        lines(&row("qwen/plus", "qwen", "chat", &thinks)),
        [
            "standard thinking=on: input=0.4 output=4 >256000: input=1.2 output=4",
            "standard thinking=off: input=0.4 output=1 >256000: input=1.2 output=3",
        ]
    );
    let results = r#""tiered_pricing": [
        {"max_results_range": [0, 25], "input_cost_per_query": 0.005},
        {"max_results_range": [26, 100], "input_cost_per_query": 0.025}]"#;
    assert_eq!(
        lines(&row("s", "openai", "search", results)),
        ["standard max_results=0-25: searches=5", "standard max_results=26-100: searches=25"]
    );
}

#[test]
fn hours_off_peak_are_cards_of_their_own() {
    let fields = r#""input_cost_per_token": 3e-07, "output_cost_per_token": 1.2e-06, "off_peak_pricing": {
        "input_cost_per_token": 1.5e-07, ZONE "windows": [
          {"hours_utc": ["00:00-01:00", "10:00-00:00"], "weekdays": [1, 5]},
          {"hours_utc": "00:00-00:00", "weekdays": [6, 7]}]}"#;
    let windows = |zone: &str| {
        let row = row("d", "openai", "chat", &fields.replace("ZONE", zone));
        assert_eq!(
            lines(&row)[1..],
            ["standard: input=0.15 output=1.2", "standard: input=0.15 output=1.2"]
        );
        let times = |card: &Card| {
            card.time.iter().map(|window| window.text()).collect::<Vec<_>>().join(" ")
        };
        let cards = cards(&row).iter().map(|card| (card.days.clone(), times(card)));
        cards.skip(1).collect::<Vec<_>>()
    };
    let workdays = vec![Weekday::Mon, Weekday::Fri];
    let weekend = vec![Weekday::Sat, Weekday::Sun];
    assert_eq!(
        windows(""),
        [
            (workdays.clone(), "00:00-01:00Z 10:00-24:00Z".to_owned()),
            (weekend.clone(), String::new())
        ]
    );
    // A weekday is that of the moment itself, so a window past midnight there is two.
    let shanghai = "08:00-09:00+08:00 18:00-24:00+08:00 00:00-08:00+08:00".to_owned();
    assert_eq!(
        windows(r#""weekday_timezone": "Asia/Shanghai","#),
        [(workdays, shanghai), (weekend, "00:00-24:00+08:00".to_owned())]
    );
}

#[test]
fn a_fast_mode_is_a_factor_of_the_tokens() {
    let fields = r#""input_cost_per_token": 4e-06, "output_cost_per_token": 2e-05,
        "search_context_cost_per_query": {"search_context_size_low": 0.01},
        "provider_specific_entry": {"fast": 2.5}"#;
    assert_eq!(
        lines(&row("opus", "openai", "chat", fields)),
        ["standard: input=4 output=20 searches=10", "fast: input=10 output=50 searches=10"]
    );
}

#[test]
fn a_zero_means_what_the_mapping_says() {
    let zero = r#""input_cost_per_token": 0, "output_cost_per_token": 0.0"#;
    let price = |key: &str, provider: &str, fields: &str| row(key, provider, "chat", fields).price;
    assert_eq!(price("ollama/x", "ollama", zero), Said::Free);
    assert_eq!(price("copilot/x", "copilot", zero), Said::Included);
    assert_eq!(price("chatgpt/x", "chatgpt", ""), Said::Included);
    assert_eq!(price("x", "openai", zero), Said::Unknown);
    assert_eq!(price("x", "openai", ""), Said::Unknown);
    let embeds = row(
        "e",
        "openai",
        "embedding",
        r#""input_cost_per_token": 1e-07, "output_cost_per_token": 0"#,
    );
    assert_eq!(lines(&embeds), ["standard: input=0.1"]);
    assert_eq!(omitted(&embeds), ["output_cost_per_token: no tokens come out"]);
}

#[test]
fn a_price_of_another_place_is_no_price() {
    let row = row("qwen_cn/x", "qwen_cn", "chat", PLAIN);
    assert_eq!((place(&row).as_str(), &row.price), ("alibaba/x cn", &Said::Unknown));
    assert_eq!(omitted(&row)[0], "input_cost_per_token: those of another place");
}

#[test]
fn reasoning_is_said_where_it_differs_and_an_older_name_is_no_second_price() {
    let of = |rate: &str| {
        let reasoning = format!(r#", "output_cost_per_reasoning_token": {rate}"#);
        lines(&row("r", "openai", "chat", &(PLAIN.to_owned() + &reasoning)))
    };
    assert_eq!(of("2e-06"), ["standard: input=1 output=2"]);
    assert_eq!(of("3e-06"), ["standard: input=1 output=2 reasoning=3"]);
    let hit = |rate: &str| {
        format!(
            r#"{PLAIN}, "cache_read_input_token_cost": 1e-07, "input_cost_per_token_cache_hit": {rate}"#
        )
    };
    assert_eq!(omitted(&row("c", "openai", "chat", &hit("1e-07"))), [] as [&str; 0]);
    assert_eq!(
        omitted(&row("c", "openai", "chat", &hit("2e-07"))),
        ["input_cost_per_token_cache_hit: another field says another price for the same"]
    );
}

#[test]
fn what_was_converted_says_so() {
    let row = row("doubao", "volcengine", "chat", PLAIN);
    let converted = cards(&row)[0].converted.as_ref().unwrap();
    assert_eq!((converted.from.0.code(), converted.rate.as_str()), ("CNY", "7.0"));
}

#[test]
fn cards_of_a_batch_are_not_invented() {
    let tiers: Vec<_> =
        cards(&row("m", "openai", "chat", PLAIN)).iter().map(|card| card.service_tier).collect();
    assert_eq!(tiers, [ServiceTier::Standard]);
}
