//! A retired model keeps its row, and using it warns with its replacement.
#![deny(deprecated)]
use portolan_catalog::labs::xiaomi::MIMO_V2_FLASH;

fn main() {
    println!("{}", MIMO_V2_FLASH.name);
}
