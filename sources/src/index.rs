//! Where every key of a source went: the checked-in file `sources/index/<source>.txt`.
//!
//! Takes its text and gives its entries, and the reverse; a line is a key, and what `import` writes is what is read
//! here. A line that cannot be read is a mistake with its number, all of them at once.
//!
//! The fields of a line stand between tabs, `-` where there is none:
//!
//! ```text
//! key              ref               region  conditions    words
//! alibaba-cn/qwen  alibaba/qwen      cn      -             -
//! gpt-image/high   openai/gpt-image  -       quality=high  mode=image_generation
//! sample_spec      -                 why it is no offering
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::bail;
use portolan_types::{ServiceTier, Variant};

use crate::row::{Place, Reading, Row};

/// A field that says nothing.
const NONE: &str = "-";

/// The entries of a source, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    entries: BTreeMap<String, Went>,
}

/// What became of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Went {
    /// It is an offering of ours, or several: a source may have one name for models that are two with us.
    Placed(Vec<Entry>),
    /// It is no offering, and why.
    Skipped(String),
}

/// An offering that a key means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is with us.
    pub place: Place,
    /// Words of the source's own, by its field. The word of a price is the field whose price it says again.
    pub words: BTreeMap<String, String>,
}

impl Index {
    /// Reads the file.
    ///
    /// # Errors
    /// Every line that is none of the two kinds, with its number.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (mut entries, mut mistakes) = (BTreeMap::new(), String::new());
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match parse_line(line) {
                Ok((key, went)) => {
                    if !add(&mut entries, &key, went) {
                        let _ = write!(mistakes, "\n  line {}: `{key}` is there twice", number + 1);
                    }
                }
                Err(why) => {
                    let _ = write!(mistakes, "\n  line {}: {why}", number + 1);
                }
            }
        }
        if !mistakes.is_empty() {
            bail!("an index that `cargo xtask import` did not write:{mistakes}");
        }
        Ok(Self { entries })
    }

    /// The index of what a reader found.
    pub fn of(reading: &Reading) -> Self {
        let mut entries = BTreeMap::new();
        for row in &reading.rows {
            add(&mut entries, &row.key, Went::Placed(vec![Entry::of(row)]));
        }
        for (key, why) in &reading.skipped {
            add(&mut entries, key, Went::Skipped(why.clone()));
        }
        Self { entries }
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut out = String::from("# key\tref\tregion\tconditions\twords\n");
        for (key, went) in &self.entries {
            match went {
                Went::Placed(several) => {
                    for entry in several {
                        let _ = writeln!(out, "{key}\t{}", entry.text());
                    }
                }
                Went::Skipped(why) => _ = writeln!(out, "{key}\t{NONE}\t{why}"),
            }
        }
        out
    }

    /// What became of a key.
    pub fn get(&self, key: &str) -> Option<&Went> {
        self.entries.get(key)
    }

    /// The keys that are offerings, once for each.
    pub fn placed(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().flat_map(|(key, went)| {
            let several = match went {
                Went::Placed(several) => several.as_slice(),
                Went::Skipped(_) => &[],
            };
            several.iter().map(move |entry| (key.as_str(), entry))
        })
    }
}

/// Adds what became of a key. A key that means several offerings is there once for each; it cannot be one and none.
fn add(entries: &mut BTreeMap<String, Went>, key: &str, went: Went) -> bool {
    match (entries.get_mut(key), went) {
        (None, went) => {
            entries.insert(key.to_owned(), went);
            true
        }
        (Some(Went::Placed(several)), Went::Placed(more)) => {
            let is_new = !several.contains(&more[0]);
            several.extend(more);
            is_new
        }
        _ => false,
    }
}

impl Entry {
    fn of(row: &Row) -> Self {
        Self { place: row.place.clone(), words: row.words.clone() }
    }

    /// Everything after the key.
    fn text(&self) -> String {
        let Place { provider, model, region, service_tier, variants } = &self.place;
        let tier = service_tier.iter().map(|tier| format!("service_tier={tier}"));
        let conditions = tier.chain(variants.iter().map(ToString::to_string));
        let words = self.words.iter().map(|(field, word)| format!("{field}={word}"));
        let (conditions, words) = (listed(conditions), listed(words));
        format!("{provider}/{model}\t{}\t{conditions}\t{words}", region.as_deref().unwrap_or(NONE))
    }
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { NONE.to_owned() } else { parts.join(",") }
}

fn parse_line(line: &str) -> Result<(String, Went), String> {
    let fields: Vec<_> = line.split('\t').collect();
    match fields.as_slice() {
        [key, NONE, why] => Ok(((*key).to_owned(), Went::Skipped((*why).to_owned()))),
        [key, reference, region, conditions, words] => {
            let (provider, model) = reference
                .split_once('/')
                .ok_or_else(|| format!("`{reference}` is no ref: write `provider/model`"))?;
            let mut place = Place {
                provider: provider.to_owned(),
                model: model.to_owned(),
                region: (*region != NONE).then(|| (*region).to_owned()),
                service_tier: None,
                variants: Vec::new(),
            };
            for (kind, value) in pairs(conditions)? {
                condition(&mut place, kind, value)?;
            }
            let words = pairs(words)?.into_iter();
            let words = words.map(|(field, word)| (field.to_owned(), word.to_owned())).collect();
            Ok(((*key).to_owned(), Went::Placed(vec![Entry { place, words }])))
        }
        _ => Err(format!("{} fields between tabs; expected 5, or 3 with `-` second", fields.len())),
    }
}

fn pairs(list: &str) -> Result<Vec<(&str, &str)>, String> {
    let parts = list.split(',').filter(|_| list != NONE);
    parts
        .map(|part| part.split_once('=').ok_or_else(|| format!("`{part}` is not `name=value`")))
        .collect()
}

fn condition(place: &mut Place, kind: &str, value: &str) -> Result<(), String> {
    let unknown = || format!("`{kind}={value}` is no condition");
    if kind == "service_tier" {
        place.service_tier = Some(ServiceTier::from_id(value).ok_or_else(unknown)?);
    } else {
        place.variants.push(Variant::from_parts(kind, value).ok_or_else(unknown)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# key\tref\tregion\tconditions\twords
acme-cn/nova\tacme/nova\tcn\t-\t-
acme-cn/nova\tacme/nova-2\tcn\t-\t-
nova/high\tacme/x/nova@2\t-\tservice_tier=batch,quality=high\tlitellm_provider=acme,mode=chat
sample_spec\t-\texplains the fields
";

    #[test]
    fn a_file_reads_back_as_it_was() {
        let index = Index::parse(TEXT).unwrap();
        assert_eq!(index.text(), TEXT);
        let Some(Went::Placed(several)) = index.get("nova/high") else { panic!("not placed") };
        let entry = &several[0];
        assert_eq!(entry.place.provider, "acme");
        assert_eq!(entry.place.model, "x/nova@2");
        assert_eq!(entry.place.service_tier, Some(ServiceTier::Batch));
        assert_eq!(entry.place.variants, [Variant::QualityHigh]);
        assert_eq!(entry.words["mode"], "chat");
        assert_eq!(index.placed().count(), 3);
    }

    #[test]
    fn every_wrong_line_is_told_with_its_number() {
        let text = "a\tb\na\tnoref\t-\t-\t-\na\tb/c\t-\tsize=9\t-\nk\t-\twhy\nk\t-\twhy\n";
        let error = Index::parse(text).unwrap_err().to_string();
        for part in ["line 1: 2 fields", "line 2: `noref`", "line 3: `size=9`", "line 5: `k`"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
