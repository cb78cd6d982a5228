//! The checked-in list of differences that are explained: who is right, and why.
//!
//! Each entry says what it is about. An entry that explains nothing any more is stale, and so is each of its keys, usages
//! and service tiers that does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::draw::Ask;
use crate::peer::PEERS;

/// The list.
pub(crate) struct Differences {
    entries: Vec<Entry>,
    /// What was of use, by entry.
    used: Vec<Used>,
}

/// An entry of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The source that differs.
    source: String,
    /// Its keys; `*` stands for anything.
    keys: Vec<String>,
    /// The kinds of usage: `flat`, a meter beside input and output, `tier`, `dated`, `before` the source's first date, `hour`;
    /// all, if left out.
    #[serde(default)]
    usages: Vec<String>,
    /// The service tiers; all, if left out.
    #[serde(default)]
    service_tiers: Vec<String>,
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
    Litellm,
    GenaiPrices,
    #[serde(rename = "nobody knows")]
    NobodyKnows,
}

#[derive(Clone, Default)]
struct Used {
    keys: BTreeSet<usize>,
    usages: BTreeSet<usize>,
    service_tiers: BTreeSet<usize>,
}

impl Differences {
    /// Reads the list.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| shown.clone())?;
        Self::parse(&text).context(shown)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let entries: Vec<Entry> = serde_yaml::from_str(text)?;
        for entry in &entries {
            let is_known = PEERS.iter().any(|peer| peer.source == entry.source);
            ensure!(is_known, "no source `{}`", entry.source);
            ensure!(!entry.keys.is_empty() && !entry.why.is_empty(), "an entry has keys and a why");
        }
        let used = vec![Used::default(); entries.len()];
        Ok(Self { entries, used })
    }

    /// Why a difference is there, by the first entry that is about it.
    pub(crate) fn explain(&mut self, source: &str, key: &str, ask: &Ask<'_>) -> Option<&str> {
        for (entry, used) in self.entries.iter().zip(&mut self.used) {
            let key = entry.keys.iter().position(|pattern| matches(pattern, key));
            let usage = position(&entry.usages, ask.kind);
            let service_tier = position(&entry.service_tiers, ask.service_tier.id());
            let (Some(key), Some(usage), Some(tier)) = (key, usage, service_tier) else { continue };
            if entry.source == source {
                used.keys.insert(key);
                used.usages.insert(usage);
                used.service_tiers.insert(tier);
                return Some(&entry.why);
            }
        }
        None
    }

    /// What of a source's entries explained nothing.
    pub(crate) fn stale(&self, source: &str) -> Vec<String> {
        let mut stale = Vec::new();
        for (entry, used) in self.entries.iter().zip(&self.used) {
            if entry.source != source {
                continue;
            }
            let mut unused = |what: &str, words: &[String], used: &BTreeSet<usize>| {
                let unused = words.iter().enumerate().filter(|(place, _)| !used.contains(place));
                stale.extend(unused.map(|(_, word)| format!("{what} `{word}` of: {}", entry.why)));
            };
            unused("key", &entry.keys, &used.keys);
            unused("usage", &entry.usages, &used.usages);
            unused("service tier", &entry.service_tiers, &used.service_tiers);
        }
        stale
    }
}

/// Where a word is in a list; in an empty list every word is.
fn position(words: &[String], word: &str) -> Option<usize> {
    if words.is_empty() { Some(0) } else { words.iter().position(|one| one == word) }
}

/// Whether a key is as a pattern says.
fn matches(pattern: &str, key: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == key };
    let Some(after) = key.strip_prefix(start) else { return false };
    (0..=after.len())
        .filter(|place| after.is_char_boundary(*place))
        .any(|place| matches(rest, &after[place..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("azure/*/o1*", "azure/eu/o1-mini"));
        assert!(matches("*", ""));
        assert!(!matches("azure/*/o1", "azure/eu/o1-mini"));
    }

    #[test]
    fn an_entry_says_whose_it_is() {
        let text = "- { source: models-dev, keys: [a], right: portolan, why: so }";
        let error = Differences::parse(text).map(drop).unwrap_err();
        assert_eq!(error.to_string(), "no source `models-dev`");
    }
}
