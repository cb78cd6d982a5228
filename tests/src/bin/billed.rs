//! Writes what the engine bills for requests to every entry of the feeds, as JSON, to standard output: what
//! `cargo xtask readers` compares other programs with. Takes the repository and the day of the feeds.
#![expect(clippy::print_stdout, reason = "it is what the program is for")]

use std::env;
use std::io;
use std::path::Path;

use portolan_types::Timestamp;

fn main() -> io::Result<()> {
    let [root, day] = [1, 2].map(|place| env::args().nth(place).unwrap_or_default());
    let day = Timestamp::parse(&day).ok_or_else(|| io::Error::other("expected: ROOT DAY"))?;
    println!("{}", serde_json::Value::from(portolan_tests::billed::all(Path::new(&root), day)?));
    Ok(())
}
