//! A model is placed in a region of its own provider, not in one of another that has the same id.
use portolan_catalog::labs::xiaomi_token_plan::MIMO_V2_5_PRO;
use portolan_catalog::labs::moonshotai::Region;

fn main() {
    let _ = MIMO_V2_5_PRO.at(Region::Cn);
}
