//! `differences.json`: where a feed says something else than its source, on purpose.
//!
//! What the source says is checked in, in `sources/differences/<source>.txt`, which `cargo xtask compare --write` makes
//! of the source's file. Takes that list and the feed as it is now; returns those of it that still differ, with both
//! values and the reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::bail;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::layout;
use crate::flat::{Flat, same};

/// The version of the shape. It changes when a field is renamed or removed.
const VERSION: u32 = 2;

/// The stand-in in a list for a value that is not there.
const NONE: &str = "-";

/// Where a feed differs from its source on purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Differences {
    /// The version of this shape.
    pub version: u32,
    /// The source whose shape the feed has.
    pub source: String,
    /// Why it differs, the reason of most fields first.
    pub reasons: Vec<Reason>,
}

/// A reason for which fields differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why.
    pub why: String,
    /// How many fields of entries.
    pub fields: usize,
    /// Which, by field.
    pub differences: Vec<Group>,
}

/// A field that differs in the same way in some entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The field, as `cost.input`.
    pub field: String,
    /// What the source says; nothing if it says nothing.
    pub theirs: Option<String>,
    /// What the feed says; nothing if it leaves the field out.
    pub ours: Option<String>,
    /// The keys of the entries in the source's file.
    pub keys: Vec<String>,
}

/// A field of an entry that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key of the entry in the source's file.
    pub key: String,
    /// The field, as `cost.input`.
    pub field: String,
    /// What the source says; nothing if it says nothing.
    pub theirs: Option<String>,
    /// What the feed says; nothing if it leaves the field out.
    pub ours: Option<String>,
    /// Why.
    pub why: String,
}

/// What a source says where a feed said otherwise when the two were last compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(Vec<Difference>);

impl Known {
    /// A list of differences.
    pub fn new(mut differences: Vec<Difference>) -> Self {
        differences.sort_by(|a, b| (&a.key, &a.field).cmp(&(&b.key, &b.field)));
        Self(differences)
    }

    /// Reads the checked-in list.
    ///
    /// # Errors
    /// Every line that is none, with its number.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (mut known, mut mistakes) = (Vec::new(), String::new());
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<_> = line.split('\t').collect();
            let [key, field, theirs, why] = fields[..] else {
                let _ = write!(mistakes, "\n  line {}: expected 4 fields between tabs", number + 1);
                continue;
            };
            known.push(Difference {
                key: key.to_owned(),
                field: field.to_owned(),
                theirs: (theirs != NONE).then(|| theirs.to_owned()),
                ours: None,
                why: why.to_owned(),
            });
        }
        if !mistakes.is_empty() {
            bail!("a list that `cargo xtask compare --write` did not write:{mistakes}");
        }
        Ok(Self::new(known))
    }

    /// The list as it is checked in. What the feed says is not in it, because the manifests say that.
    pub fn text(&self) -> String {
        let mut out = String::from("# key\tfield\twhat the source says\twhy the feed differs\n");
        for Difference { key, field, theirs, why, .. } in &self.0 {
            let _ = writeln!(out, "{key}\t{field}\t{}\t{why}", theirs.as_deref().unwrap_or(NONE));
        }
        out
    }

    /// The entries of the list.
    pub fn entries(&self) -> &[Difference] {
        &self.0
    }

    /// Those that still differ from the feed, whose entries `flat` gives by key.
    pub fn in_feed(&self, source: &str, flat: impl Fn(&str) -> Option<Flat>) -> Differences {
        let mut feed: BTreeMap<&str, Flat> = BTreeMap::new();
        let mut reasons: BTreeMap<&str, BTreeMap<_, Vec<String>>> = BTreeMap::new();
        for known in &self.0 {
            let entry =
                feed.entry(&known.key).or_insert_with(|| flat(&known.key).unwrap_or_default());
            let ours = entry.get(&known.field).cloned();
            let equal = match (&known.theirs, &ours) {
                (Some(theirs), Some(ours)) => same(theirs, ours),
                (theirs, ours) => theirs == ours,
            };
            if !equal {
                let groups = reasons.entry(&known.why).or_default();
                let group = (&known.field, &known.theirs, ours);
                groups.entry(group).or_default().push(known.key.clone());
            }
        }
        let mut reasons: Vec<_> = reasons
            .into_iter()
            .map(|(why, groups)| Reason {
                why: why.to_owned(),
                fields: groups.values().map(Vec::len).sum(),
                differences: groups.into_iter().map(group).collect(),
            })
            .collect();
        reasons.sort_by(|a, b| b.fields.cmp(&a.fields).then_with(|| a.why.cmp(&b.why)));
        Differences { version: VERSION, source: source.to_owned(), reasons }
    }
}

type Differing<'k> = ((&'k String, &'k Option<String>, Option<String>), Vec<String>);

fn group(((field, theirs, ours), keys): Differing<'_>) -> Group {
    Group { field: field.clone(), theirs: theirs.clone(), ours, keys }
}

impl Differences {
    /// Every field that differs in the same way in some entries.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.reasons.iter().flat_map(|reason| &reason.differences)
    }

    /// The file.
    pub fn json(&self) -> String {
        layout::json(self, 4)
    }
}

/// The JSON Schema of the file.
pub fn schema() -> String {
    layout::json(&schemars::schema_for!(Differences), usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flat::flat;

    #[test]
    fn only_what_still_differs_is_listed() {
        let text = "\
# key\tfield\twhat the source says\twhy the feed differs
a\tcost.input\t2\tthe vendor's page is later
a\tlimit.context\t10\tthe vendor's page is later
b\tcost.input\t0\tnobody said that it is free
b\tcost.output\t-\tnobody said that it is free
c\tcost.input\t0\tnobody said that it is free
";
        let known = Known::parse(text).unwrap();
        assert_eq!(known.text(), text);
        let feed = |key: &str| {
            let entry =
                if key == "a" { r#"{"cost":{"input":3},"limit":{"context":10}}"# } else { "{}" };
            flat(entry).ok()
        };
        let differences = known.in_feed("models.dev", feed);
        let shown: Vec<_> = differences
            .groups()
            .map(|one| (one.keys.join(" "), one.theirs.as_deref(), one.ours.as_deref()))
            .collect();
        let expected =
            [("b c".to_owned(), Some("0"), None), ("a".to_owned(), Some("2"), Some("3"))];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_wrong_line_is_told() {
        let error = Known::parse("a\tb\n").unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
