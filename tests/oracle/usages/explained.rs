//! The checked-in list of counts that are read in different ways: who is right, and why.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::extractors::Extractor;

/// The list.
pub(crate) struct Explained {
    entries: Vec<Entry>,
    /// The entry, and which of its words were of use.
    used: BTreeSet<(usize, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Extractors, as `provider/flavor`.
    extractors: Vec<String>,
    /// Counts, in its words; `refused` where one side reads nothing.
    counts: Vec<String>,
    /// Who is right.
    #[expect(dead_code, reason = "for who reads the list")]
    right: Right,
    /// Why, in a sentence.
    why: String,
    /// The page that says so.
    #[expect(dead_code, reason = "for who reads the list")]
    page: Option<String>,
}

/// Who is right.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Right {
    Portolan,
    GenaiPrices,
    #[serde(rename = "both")]
    Both,
    #[serde(rename = "nobody knows")]
    NobodyKnows,
}

impl Explained {
    /// Reads the list.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| shown.clone())?;
        Self::parse(&text).context(shown)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let entries: Vec<Entry> = serde_yaml::from_str(text)?;
        for entry in &entries {
            let is_whole = !entry.extractors.is_empty() && !entry.counts.is_empty();
            ensure!(is_whole && !entry.why.is_empty(), "an entry has extractors, counts and a why");
        }
        Ok(Self { entries, used: BTreeSet::new() })
    }

    /// Whether an entry is about a count of an extractor.
    pub(crate) fn explain(&mut self, extractor: &Extractor, count: &str) -> bool {
        let extractor = extractor.to_string();
        let is_about = |entry: &Entry| {
            entry.extractors.contains(&extractor) && entry.counts.iter().any(|one| one == count)
        };
        let Some(place) = self.entries.iter().position(is_about) else { return false };
        self.used.insert((place, extractor));
        self.used.insert((place, count.to_owned()));
        true
    }

    /// What explained nothing.
    pub(crate) fn stale(&self) -> Vec<String> {
        let words = self.entries.iter().enumerate().flat_map(|(place, entry)| {
            let words = entry.extractors.iter().chain(&entry.counts);
            words.map(move |word| (place, word, &entry.why))
        });
        let unused =
            words.filter(|(place, word, _)| !self.used.contains(&(*place, (*word).clone())));
        unused
            .map(|(_, word, why)| {
                format!("stale, it explains nothing any more: `{word}` of: {why}")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::extractors::ASKED;
    use super::*;

    #[test]
    fn what_explains_nothing_is_stale() {
        let name = ASKED[0].to_string();
        let text = format!("- {{ extractors: [{name}, b], counts: [x, y], right: both, why: so }}");
        let mut list = Explained::parse(&text).unwrap();
        assert!(list.explain(&ASKED[0], "x") && !list.explain(&ASKED[0], "z"));
        let stale = |word: &str| format!("stale, it explains nothing any more: `{word}` of: so");
        assert_eq!(list.stale(), [stale("b"), stale("y")]);
    }
}
