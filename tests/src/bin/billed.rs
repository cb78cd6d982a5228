//! Writes what the engine bills for requests to every entry of the feeds, as JSON, to standard output: what
//! `cargo xtask readers` compares other programs with.
#![expect(clippy::print_stdout, reason = "it is what the program is for")]

use std::env;
use std::io;
use std::path::PathBuf;

fn main() -> io::Result<()> {
    let root = env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    println!("{}", serde_json::Value::from(portolan_tests::billed::all(&root)?));
    Ok(())
}
