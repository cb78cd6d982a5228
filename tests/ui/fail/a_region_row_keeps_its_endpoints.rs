//! A name in the list of regions tells its id and name, not its endpoints.
use portolan_catalog::labs::xiaomi_token_plan::PROVIDER;

fn main() {
    let _ = PROVIDER.regions.names().iter().next().unwrap().endpoints;
}
