//! Prices with our crates and with genai-prices: `first` one usage and ends, `calls` the same usage of every model again
//! and again. Prints a line per kind of call: its key and the nanoseconds that a call takes.

use std::hint::black_box;
use std::time::{Duration, Instant, UNIX_EPOCH};

use genai_prices::{PriceRequest, UsageKey};
use portolan_catalog::types::{Context, Date, Meter, Usage};

/// Models that all can price, with their provider's id in front.
const MODELS: [&str; 8] = [
    "openai/gpt-4o",
    "openai/gpt-4o-mini",
    "openai/gpt-4.1",
    "openai/gpt-4.1-mini",
    "openai/o1",
    "openai/o3",
    "openai/o3-mini",
    "openai/o4-mini",
];

/// 2026-09-30, for those that want to know when.
const AT: Date = Date(20260930);

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["first", "portolan"] => println!("{}", total(MODELS[0])),
        ["first", "genai-prices"] => println!("{}", genai_prices(MODELS[0])),
        ["calls"] => {
            time("portolan.total", total);
            time("portolan.quote", quote);
            time("genai-prices.rust", genai_prices);
        }
        _ => panic!("`first portolan`, `first genai-prices` or `calls`"),
    }
}

/// The lowest of several medians of batches: other work on the machine can only make it larger.
fn time<T>(key: &str, call: impl Fn(&str) -> T) {
    let batch = || {
        let start = Instant::now();
        for _ in 0..100 {
            for model in MODELS {
                black_box(call(black_box(model)));
            }
        }
        start.elapsed().as_nanos() as f64 / (100 * MODELS.len()) as f64
    };
    let median = || {
        let mut batches: Vec<_> = (0..41).map(|_| batch()).collect();
        batches.sort_by(f64::total_cmp);
        batches[batches.len() / 2]
    };
    let best = (0..9).map(|_| median()).fold(f64::INFINITY, f64::min);
    println!("{key} {best}");
}

fn usage() -> Usage {
    Usage::new().with(Meter::Input, 1_237).with(Meter::CacheRead, 293).with(Meter::Output, 411)
}

fn context() -> Context<'static> {
    Context::at(AT.timestamp().expect("a full date"))
}

/// Looks a model up and prices the usage.
fn total(model: &str) -> u128 {
    let entry = portolan_catalog::find(model).expect("a model");
    entry.total(&usage(), &context()).expect("a price").amount.0
}

/// The same with a line per meter.
fn quote(model: &str) -> u128 {
    let entry = portolan_catalog::find(model).expect("a model");
    let quote = entry.quote(&usage(), &context()).expect("a price");
    quote.lines().map(|line| line.amount.0).sum()
}

fn genai_prices(model: &str) -> f64 {
    let (provider, model) = model.split_once('/').expect("a ref");
    let usage = genai_prices::Usage::from([
        (UsageKey::INPUT_TOKENS, 1_530.0),
        (UsageKey::CACHE_READ_TOKENS, 293.0),
        (UsageKey::OUTPUT_TOKENS, 411.0),
    ]);
    let at = UNIX_EPOCH + Duration::from_secs(AT.timestamp().expect("a full date").0 as u64);
    let request = PriceRequest::new(model, &usage).with_provider_id(provider).with_timestamp(at);
    genai_prices::calculate(&request).expect("a price").total_price
}
