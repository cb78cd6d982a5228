//! The tasks of the repository, one module each. A task takes its options and returns the exit code; what goes wrong
//! around it is an error, what is wrong in a manifest a report.
//!
//! Nothing here depends on a generated crate, so that a broken catalog can always be generated again.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tasks talk to a person")]

use std::env;
use std::path::{Path, PathBuf};

pub mod bench;
pub mod compare;
pub mod diff;
pub mod docs;
pub mod explain;
pub mod feeds;
pub mod fmt;
pub mod fuzz;
pub mod generate;
pub mod import;
pub mod new;
pub mod oracle;
pub mod packages;
pub mod peers;
pub mod readers;
pub mod test;

/// The repository's folder: where cargo runs the tasks from.
pub fn repository() -> PathBuf {
    let manifest_folder = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest_folder.parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}
