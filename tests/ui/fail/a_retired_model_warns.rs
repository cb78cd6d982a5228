//! A retired model keeps its row, and using it warns with its replacement.
#![deny(deprecated)]
use portolan_catalog::labs::deepseek::DEEPSEEK_V4_FLASH;

fn main() {
    println!("{}", DEEPSEEK_V4_FLASH.name);
}
