//! A provider that requires a region has no list of endpoints beside its regions.
use portolan_catalog::labs::xiaomi_token_plan;

fn main() {
    let _ = xiaomi_token_plan::ENDPOINTS;
}
