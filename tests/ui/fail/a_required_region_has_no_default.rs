//! Where the manifest names no default region, the type has none.
use portolan_catalog::labs::xiaomi_token_plan::Region;

fn main() {
    let _ = Region::default();
}
