//! Does nothing: the floor of sizes and of start-up.

fn main() {}
