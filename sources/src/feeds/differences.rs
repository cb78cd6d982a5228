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
const VERSION: u32 = 3;

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
    /// Which.
    pub differences: Vec<Group>,
}

/// Entries that differ in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The keys of the entries in the source's file.
    pub keys: Vec<String>,
    /// What differs, by field, as `cost.input`.
    pub fields: BTreeMap<String, Values>,
}

/// The values of a field that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// What the source says; nothing if it says nothing.
    pub theirs: Option<String>,
    /// What the feed says; nothing if it leaves the field out.
    pub ours: Option<String>,
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
        let mut reasons: BTreeMap<&str, BTreeMap<&str, Fields>> = BTreeMap::new();
        for of_key in self.0.chunk_by(|a, b| a.key == b.key) {
            let entry = flat(&of_key[0].key).unwrap_or_default();
            for Difference { key, field, theirs, why, .. } in of_key {
                let ours = entry.get(field);
                let equal = match (theirs, ours) {
                    (Some(theirs), Some(ours)) => same(theirs, ours),
                    (theirs, ours) => theirs.as_ref() == ours,
                };
                if !equal {
                    let values = Values { theirs: theirs.clone(), ours: ours.cloned() };
                    let keys = reasons.entry(why).or_default();
                    keys.entry(key).or_default().insert(field.clone(), values);
                }
            }
        }
        let mut reasons: Vec<_> =
            reasons.into_iter().map(|(why, keys)| Reason::of(why, keys)).collect();
        reasons.sort_by(|a, b| b.fields.cmp(&a.fields).then_with(|| a.why.cmp(&b.why)));
        Differences { version: VERSION, source: source.to_owned(), reasons }
    }
}

type Fields = BTreeMap<String, Values>;

impl Reason {
    /// The entries that differ for it, by what differs.
    fn of(why: &str, keys: BTreeMap<&str, Fields>) -> Self {
        let count = keys.values().map(BTreeMap::len).sum();
        let mut groups: BTreeMap<Fields, Vec<String>> = BTreeMap::new();
        for (key, fields) in keys {
            groups.entry(fields).or_default().push(key.to_owned());
        }
        let groups = groups.into_iter().map(|(fields, keys)| Group { keys, fields });
        Self { why: why.to_owned(), fields: count, differences: groups.collect() }
    }
}

impl Differences {
    /// Every group of entries that differ in the same way.
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
        let shown = |group: &Group| {
            let fields = group.fields.iter().map(|(field, values)| {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| NONE.into());
                format!(" {field} {} {}", text(&values.theirs), text(&values.ours))
            });
            format!("{}:{}", group.keys.join(" "), fields.collect::<String>())
        };
        let shown: Vec<_> = differences.groups().map(shown).collect();
        assert_eq!(shown, ["b c: cost.input 0 -", "a: cost.input 2 3"]);
    }

    #[test]
    fn a_wrong_line_is_told() {
        let error = Known::parse("a\tb\n").unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
