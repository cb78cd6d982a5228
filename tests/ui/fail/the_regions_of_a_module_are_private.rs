//! The table behind the enum cannot be indexed from outside.
use portolan_catalog::labs::xiaomi_token_plan;

fn main() {
    let _ = xiaomi_token_plan::REGIONS[0];
}
