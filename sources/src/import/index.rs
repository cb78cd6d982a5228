//! The index of a source: every key of its file and where it went, a line each, in the order of the keys.
//!
//! `key, ref, region, conditions, words`, a tab between them and `-` for nothing; a key that is no offering has `-` and
//! the reason.

use std::collections::BTreeSet;

use portolan_types::ServiceTier;

use super::group::Aliases;
use crate::row::{Reading, Row};

/// The text of an index. `omitted` are the keys of rows that no manifest holds, each with the reason.
pub(super) fn index(reading: &Reading, aliases: &Aliases<'_>, omitted: &[(&str, &str)]) -> String {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for row in &reading.rows {
        let why = omitted.iter().find(|(key, _)| *key == row.key).map(|(_, why)| *why);
        lines.push((
            &row.key,
            why.map_or_else(|| line(row, aliases.id(row)), |why| skipped(&row.key, why)),
        ));
    }
    lines.extend(reading.skipped.iter().map(|(key, why)| (key.as_str(), skipped(key, why))));
    lines.sort_unstable();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// The refs that an index names.
pub(super) fn refs(index: &str) -> BTreeSet<String> {
    let refs = index.lines().filter_map(|line| line.split('\t').nth(1));
    refs.filter(|reference| *reference != "-").map(str::to_owned).collect()
}

fn line(row: &Row, model: &str) -> String {
    let place = &row.place;
    let tier = place.service_tier.filter(|tier| *tier != ServiceTier::Standard);
    let tier = tier.map(|tier| format!("service_tier={}", tier.id()));
    let conditions = tier.into_iter().chain(place.variants.iter().map(ToString::to_string));
    let words = row.words.iter().map(|(field, value)| format!("{field}={value}"));
    let fields = [
        row.key.clone(),
        format!("{}/{model}", place.provider),
        place.region.clone().unwrap_or_default(),
        conditions.collect::<Vec<_>>().join(","),
        words.collect::<Vec<_>>().join(","),
    ];
    fields.map(|field| cell(&field)).join("\t") + "\n"
}

fn skipped(key: &str, why: &str) -> String {
    format!("{}\t-\t{}\n", cell(key), cell(why))
}

/// A field that is one, whatever the source's text is.
fn cell(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.replace(['\t', '\n', '\r'], " ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_of_an_index_are_those_of_its_offerings() {
        let text = "a\tx/a\t-\t-\t-\nb\t-\tno offering\n";
        assert_eq!(refs(text), BTreeSet::from(["x/a".to_owned()]));
    }
}
