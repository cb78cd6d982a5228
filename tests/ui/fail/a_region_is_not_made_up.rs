//! The list of regions tells names, so a type of one's own cannot stand for the first of them.
use portolan_catalog::labs::xiaomi_token_plan::PROVIDER;
use portolan_catalog::types::{Region, RegionRow};

#[derive(Clone, Copy)]
struct First;

impl Region for First {
    fn row(self) -> &'static RegionRow {
        &PROVIDER.regions.names().iter().next().unwrap()
    }
}

fn main() {
    println!("{}", First.endpoints()[0].url());
}
