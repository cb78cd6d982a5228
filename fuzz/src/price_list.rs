//! Price lists as an author writes them, read from any bytes: every key of a card, with few enough values that cards meet.
//! What compiles has one price for every context; what does not has mistakes with places.

use std::fmt::Write;

use arbitrary::{Result, Unstructured};
use portolan_codegen::load::Input;
use portolan_codegen::rows;
use portolan_types::{Context, Meter, PriceError, ServiceTier, Timestamp, Usage, Variant};

use crate::manifests;

const HEAD: &str = "vendor: acme
name: Acme
source: https://acme.example
checked: 2026-11-01
providers:
  acme:
    name: Acme
    coverage: static
    region: required
    endpoints: { ollama: \"https://{region}.acme.example\" }
    regions: { cn: { name: C }, eu: { name: E } }
    models:
      nova:
        name: Nova
        prices:
";

const METERS: [&str; 6] = ["input", "output", "cache_read", "cache_write", "reasoning", "searches"];
const NUMBERS: [&str; 8] = ["1", "0.5", "free", "0.000000000001", "1000000", "0.3", "2.50", "0"];
const DATES: [&str; 4] = ["2026-01-05", "2026-02-02", "2026-03-02T12:00:00+08:00", "2026-03-02"];
const TIMES: [&str; 4] = ["00:00-12:00Z", "22:00-06:00+08:00", "12:00-12:30-05:30", "09:00-09:00Z"];
const TIERS: [&str; 4] = ["standard", "batch", "[batch, flex]", "priority"];
const LIKES: [&str; 4] = ["standard", "batch", "a", "b"];
const VARIANTS: [&str; 3] =
    ["{ resolution: 720p }", "{ resolution: 1080p, quality: high }", "{ quality: high }"];
const DAYS: [&str; 3] = ["[mon, tue]", "[sun]", "[mon, tue, wed, thu, fri, sat, sun]"];

/// Compiles a price list and asks for prices.
pub(crate) fn compile_and_ask(bytes: &[u8]) {
    let mut text = HEAD.to_owned();
    // Bytes that end early make a shorter list.
    let _ = cards(&mut Unstructured::new(bytes), &mut text);
    let input = Input { path: "labs/acme.yaml".to_owned(), bytes: text.clone().into_bytes() };
    let compiled = portolan_codegen::compile(vec![input], "manifests/");
    let Some(catalog) = manifests::checked(&compiled) else { return };
    let price = rows::price(&catalog.vendors[0].providers[0].models[0].price);
    let usage = Usage::new().with(Meter::Input, 1_000).with(Meter::Output, 10);
    for at in DATES.map(|date| Timestamp::parse(date).expect("a date")) {
        for tier in [ServiceTier::Standard, ServiceTier::Batch] {
            let whole = Context::at(at).service_tier(tier).region("cn");
            let whole = whole.variant(Variant::Resolution1080p).variant(Variant::QualityHigh);
            let open = match price.total(&usage, &whole) {
                // Where all is named that cards can differ by, nothing more is asked for.
                Err(
                    error
                    @ (PriceError::RegionRequired { .. } | PriceError::VariantRequired { .. }),
                ) => panic!("{error}\n{text}"),
                result => result.is_ok(),
            };
            let held: Vec<_> = price.cards().iter().filter(|card| holds(card, &whole)).collect();
            assert!(!open || !held.is_empty(), "{text}");
            if let (Ok(quote), Some(first)) = (price.quote(&usage, &whole), held.first()) {
                assert_eq!(quote.card, Some(*first), "{text}");
            }
        }
    }
}

/// Whether a card holds where everything is named.
fn holds(card: &portolan_types::Card, context: &Context<'_>) -> bool {
    let minute = context.at.minute_of_week();
    card.service_tier == context.service_tier
        && card.from().is_none_or(|from| from <= context.at)
        && card.until().is_none_or(|until| context.at < until)
        && (card.windows.is_empty() || card.windows.iter().any(|window| window.contains(minute)))
        && (card.regions.is_empty()
            || context.region.is_some_and(|region| card.regions.contains(&region)))
        && card.variants.iter().all(|variant| context.variants.contains(*variant))
}

fn cards(bytes: &mut Unstructured<'_>, text: &mut String) -> Result<()> {
    for _ in 0..bytes.int_in_range(1..=6)? {
        // A card is whole or not there.
        let mut keys = Vec::new();
        card(bytes, &mut keys)?;
        let _ = writeln!(text, "          - {{ {} }}", keys.join(", "));
    }
    Ok(())
}

fn card(bytes: &mut Unstructured<'_>, keys: &mut Vec<String>) -> Result<()> {
    let lists: [(&str, &[&str], u8); 12] = [
        ("id", &["a", "b"], 4),
        ("like", &LIKES, 4),
        ("times", &NUMBERS, 5),
        ("from", &DATES, 4),
        ("until", &DATES, 4),
        ("seen", &DATES, 6),
        ("last_seen", &DATES, 8),
        ("form_seen", &DATES, 8),
        ("time", &TIMES, 5),
        ("days", &DAYS, 5),
        ("service_tier", &TIERS, 2),
        ("variant", &VARIANTS, 4),
    ];
    for (key, values, one_in) in lists {
        if bytes.ratio(1, one_in)? {
            let value = bytes.choose(values)?;
            let value = if key == "time" { format!("\"{value}\"") } else { (*value).to_owned() };
            keys.push(format!("{key}: {value}"));
        }
    }
    if bytes.ratio(1, 3)? {
        keys.push(format!("region: {}", bytes.choose(&["cn", "eu", "[cn, eu]"])?));
    }
    let rates = rates(bytes)?;
    if bytes.ratio(1, 3)? {
        keys.push(format!("above: [{}]", tiers(bytes, &rates)?));
    }
    keys.extend(rates.iter().map(|(meter, rate)| format!("{meter}: {rate}")));
    Ok(())
}

fn rates(bytes: &mut Unstructured<'_>) -> Result<Vec<(&'static str, &'static str)>> {
    let mut rates = Vec::new();
    for meter in METERS {
        if bytes.ratio(1, 2)? {
            rates.push((meter, *bytes.choose(&NUMBERS)?));
        }
    }
    Ok(rates)
}

/// Tiers with the card's meters, most of them complete.
fn tiers(bytes: &mut Unstructured<'_>, of_card: &[(&str, &str)]) -> Result<String> {
    let mut tiers = Vec::new();
    for number in 1..=bytes.int_in_range(1..=3)? {
        let mut keys = vec![format!("tokens: {}", number * bytes.int_in_range(1..=2_000)?)];
        for (key, value) in [
            ("scope", "above"),
            ("scope", "whole"),
            ("inclusive", "true"),
            ("output_tokens", "200"),
        ] {
            if bytes.ratio(1, 5)? && keys.iter().all(|other| !other.starts_with(key)) {
                keys.push(format!("{key}: {value}"));
            }
        }
        for (meter, _) in of_card {
            if bytes.ratio(7, 8)? {
                keys.push(format!("{meter}: {}", bytes.choose(&NUMBERS)?));
            }
        }
        tiers.push(format!("{{ {} }}", keys.join(", ")));
    }
    Ok(tiers.join(", "))
}
