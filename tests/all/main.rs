//! Everything above unit level, in one binary.

mod book;
mod compile_fail;
mod config;
mod determinism;
mod diagnostics;
mod documents;
mod engine;
mod fixtures;
mod fmt;
mod generate;
mod generated;
mod hostile_text;
mod labels;
mod mutations;
mod new_vendor;
mod packages;
mod pages;
mod prices;
mod private;
mod schema;
mod snapshots;
