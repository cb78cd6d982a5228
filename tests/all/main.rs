//! Everything above unit level, in one binary.

mod book;
mod compile_fail;
mod config;
mod determinism;
mod diagnostics;
mod diff;
mod diff_cases;
mod diff_price_cases;
mod documents;
mod faults;
mod feeds;
mod fixtures;
mod fmt;
mod generate;
mod generated;
mod hostile_text;
mod import;
mod labels;
mod mutations;
mod new_vendor;
mod packages;
mod pages;
mod prices;
mod private;
mod properties;
mod schema;
mod snapshots;

use portolan_fuzz::engine;
