//! Prices a request with a model of a private catalog.

use portolan_types::{Context, Meter, Timestamp, Usage};

mod private {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

fn main() {
    let usage = Usage::new().with(Meter::Input, 1_000_000);
    let now = Context::at(Timestamp::parse("2026-11-20").unwrap());
    let entry = private::CATALOG.find("acme/nova-2").unwrap();
    println!("{} {}", entry.model.name, entry.total(&usage, &now).unwrap().amount);
}
