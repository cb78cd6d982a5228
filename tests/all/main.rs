//! Everything above unit level, in one binary.

mod diagnostics;
mod engine;
mod fixtures;
mod prices;
mod schema;
mod snapshots;
