//! Patterns of keys: text with named places, as `bedrock/{region}/{model}`.
//!
//! `{model}` takes all that is left for it, slashes too; any other place takes one part between slashes, or one of the
//! words that it lists: `{region:us|eu}`. A place named `_` is for what nobody needs.

use std::collections::BTreeMap;

use portolan_types::VariantKind;
use serde::de::{Deserialize, Deserializer, Error};

/// A pattern of keys.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Place { name: String, words: Vec<String> },
}

/// Whether a place's name is a kind of variant.
pub(super) fn is_variant(name: &str) -> bool {
    VariantKind::from_id(name).is_some()
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (place, tail) = after.split_once('}').ok_or("a `{` without its `}`")?;
            let (name, words) = place.split_once(':').unwrap_or((place, ""));
            if !matches!(name, "model" | "region" | "_") && !is_variant(name) {
                return Err(format!(
                    "`{{{name}}}` is no place: write `model`, `region`, `_` or a kind of variant"
                ));
            }
            let words = words.split('|').filter(|word| !word.is_empty()).map(str::to_owned);
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Place { name: name.to_owned(), words: words.collect() });
            rest = tail;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// What a key has in the places, if it fits.
    pub(super) fn matched<'k, 'p: 'k>(
        &'p self,
        key: &'k str,
    ) -> Option<BTreeMap<&'k str, &'k str>> {
        let mut found = BTreeMap::new();
        fits(&self.0, key, &mut found).then_some(found)
    }
}

fn fits<'k, 'p: 'k>(
    parts: &'p [Part],
    key: &'k str,
    found: &mut BTreeMap<&'k str, &'k str>,
) -> bool {
    let Some((part, rest)) = parts.split_first() else { return key.is_empty() };
    match part {
        Part::Text(text) => {
            key.strip_prefix(text.as_str()).is_some_and(|key| fits(rest, key, found))
        }
        Part::Place { name, words } => {
            let ends = (1..=key.len()).rev().filter(|end| key.is_char_boundary(*end));
            for end in ends {
                let (value, tail) = key.split_at(end);
                let allowed = (name == "model" || !value.contains('/'))
                    && (words.is_empty() || words.iter().any(|word| word == value));
                if allowed && fits(rest, tail, found) {
                    found.insert(name, value);
                    return true;
                }
            }
            false
        }
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|e| D::Error::custom(format_args!("pattern `{text}`: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(pattern: &str, key: &str) -> Option<String> {
        let pattern = Pattern::parse(pattern).unwrap();
        let found = pattern.matched(key)?;
        let found = found.iter().map(|(name, value)| format!("{name}={value} "));
        Some(found.collect::<Vec<_>>().concat())
    }

    #[test]
    fn a_model_may_hold_slashes_and_no_other_place_does() {
        assert_eq!(matched("azure/{model}", "azure/speech/tts").unwrap(), "model=speech/tts ");
        assert_eq!(
            matched("bedrock/{region}/{model}", "bedrock/eu-west-1/a.b:0").unwrap(),
            "model=a.b:0 region=eu-west-1 "
        );
        assert_eq!(matched("bedrock/{region}/{model}", "bedrock/a.b:0"), None);
        assert_eq!(matched("x/{region}", "x/a/b"), None);
        assert_eq!(
            matched("{image_size}/{steps}-steps/{model}", "512-x-512/50-steps/s.d"),
            Some("image_size=512-x-512 model=s.d steps=50 ".to_owned())
        );
    }

    #[test]
    fn a_place_with_words_takes_one_of_them_whole() {
        assert_eq!(
            matched("azure/{region:us|eu}/{model}", "azure/us/o1").unwrap(),
            "model=o1 region=us "
        );
        assert_eq!(matched("azure/{region:us|eu}/{model}", "azure/us-gov/o1"), None);
    }

    #[test]
    fn a_pattern_without_places_is_one_key() {
        assert_eq!(matched("azure/container", "azure/container").unwrap(), "");
        assert_eq!(matched("azure/container", "azure/container2"), None);
        assert_eq!(matched("a/{model}", "a/"), None);
    }

    #[test]
    fn what_is_no_place_is_said() {
        assert!(Pattern::parse("a/{size}").unwrap_err().contains("`{size}` is no place"));
        assert!(Pattern::parse("a/{model").unwrap_err().contains("without its"));
    }
}
