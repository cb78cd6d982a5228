//! Prices a request with a typed model, and finds the same model in the data.

use portolan_labs::xiaomi;
use portolan_types::{Context, Meter, Timestamp, Usage};

fn main() {
    let model = &xiaomi::MIMO_V2_5_PRO;
    let usage = Usage::new().with(Meter::Input, 300_000).with(Meter::Output, 1_000);
    let then = Context::at(Timestamp::parse("2026-05-01").unwrap());
    let total = model.price.total(&usage, &then).unwrap();
    let known = portolan_manifests::CATALOG_JSON.contains(&format!("\"id\":\"{}\"", model.id));
    println!("{} {} known: {known}", model.id, total.amount);
}
