//! A region that is named leads to its endpoints, by type and by id.
#![deny(warnings)]
use portolan_catalog::labs::xiaomi_token_plan::{PROVIDER, Region};
use portolan_catalog::types::{Region as _, RegionError};

fn main() {
    let url = Region::Sgp.endpoints()[0].url();
    assert_eq!(PROVIDER.regions.endpoints(Some("sgp")).unwrap()[0].url(), url);
    assert!(matches!(PROVIDER.regions.endpoints(None), Err(RegionError::Required { .. })));
}
