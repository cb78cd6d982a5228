//! A model in a region, a model of a provider without regions, and a ref: each begins a request.
#![deny(warnings)]
use portolan::Client;
use portolan::catalog::labs::{deepseek, xiaomi_token_plan};

fn main() {
    let client = Client::new().unwrap();
    let placed = xiaomi_token_plan::MIMO_V2_5_PRO.at(xiaomi_token_plan::Region::Sgp);
    assert_eq!((placed.model().id, placed.region().id), ("mimo-v2.5-pro", "sgp"));
    assert_eq!(xiaomi_token_plan::MIMO_V2_5_PRO.row().provider, "xiaomi-token-plan");
    let _ = client.chat(placed).fallback(&deepseek::DEEPSEEK_V4_PRO).fallback("xiaomi/mimo-v2.5");
}
