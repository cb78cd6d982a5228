//! From outputs to files, all or none.
//!
//! Takes what the files of some folders should be; returns how the disk differs, and makes it so. A run that fails, or
//! is killed before everything lies on disk, leaves every file as it was. One that is killed in the moment in which files
//! are renamed leaves each file whole, old or new, and a journal: [`recover`] and the next [`Plan::write`] finish it.

mod commit;
mod compare;
mod diff;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::{fmt, io};

pub use commit::recover;

use crate::emit::Output;

/// How the files on disk differ from what they should be.
#[derive(Debug)]
pub struct Plan {
    root: PathBuf,
    outputs: Vec<Output>,
    owned: Vec<String>,
    changes: Vec<Change>,
}

impl Plan {
    /// Compares the files below `root` with the outputs. In the `owned` folders a file that no output names is stale and
    /// will be removed if its first line holds [`MARK`](crate::emit::MARK). Nothing is written, not even what a run that
    /// was killed left to be done: [`Plan::write`] does that first.
    ///
    /// # Errors
    /// A path that cannot be read, or an output whose path is no path below `root` or is taken twice.
    pub fn new(root: &Path, outputs: &[Output], owned: &[String]) -> Result<Self, OutputError> {
        let changes = compare::changes(root, outputs, owned)?;
        Ok(Self {
            root: root.to_owned(),
            outputs: outputs.to_vec(),
            owned: owned.to_vec(),
            changes,
        })
    }

    /// Whether the files are as they should be.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What is to be done, by path.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// How many files change in which way, in words: `2 added, 1 removed`.
    pub fn summary(&self) -> String {
        let kinds = [
            (ChangeKind::Added, "added"),
            (ChangeKind::Changed, "changed"),
            (ChangeKind::Removed, "removed"),
        ];
        let counts = kinds.map(|(kind, word)| {
            (self.changes.iter().filter(|change| change.kind == kind).count(), word)
        });
        let parts: Vec<_> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if parts.is_empty() { "nothing changed".to_owned() } else { parts.join(", ") }
    }

    /// The changes as a unified diff. Of a file that differs in many lines only the first are shown.
    pub fn diff(&self) -> String {
        self.changes.iter().map(diff::of).collect()
    }

    /// Makes the files what they should be. Everything is written beside its place first; only when all of it lies on
    /// disk are files replaced. Runs on one `root` wait for each other.
    ///
    /// # Errors
    /// The path that cannot be written, and why. Every file is as it was, unless the disk failed while files were being
    /// replaced: then the next run goes on from there.
    pub fn write(&self) -> Result<(), OutputError> {
        commit::write(&self.root, || compare::changes(&self.root, &self.outputs, &self.owned))
    }
}

/// A file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path below the root, with `/`.
    pub path: String,
    /// What is to be done.
    pub kind: ChangeKind,
    /// What it holds, empty if it is not there.
    old: Vec<u8>,
    /// What it should hold, empty if it should not be there.
    new: String,
}

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is not there yet.
    Added,
    /// It holds something else.
    Changed,
    /// Nothing generates it any more.
    Removed,
}

/// What the file system refused.
#[derive(Debug)]
pub struct OutputError {
    /// The path, below the root where it lies there.
    pub path: String,
    /// What was to be done with it: `write`.
    pub doing: &'static str,
    /// Why it could not be.
    pub source: io::Error,
}

impl OutputError {
    fn new(doing: &'static str, path: impl Into<String>, source: io::Error) -> Self {
        Self { path: path.into(), doing, source }
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.doing, self.path, self.source)
    }
}

impl std::error::Error for OutputError {}

/// Whether a path is relative and cannot leave the folder that it is below, on every system.
fn is_below(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'))
}
