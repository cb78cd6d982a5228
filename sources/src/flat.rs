//! Entries of JSON files as plain lists of paths and texts, so that an entry of a source and one of a feed can be laid
//! side by side without knowing their shapes. A number keeps its digits.

use std::collections::BTreeMap;

use portolan_types::Date;
use serde_json::value::RawValue;

use crate::decimal::Decimal;

/// The values of an entry by path, as `cost.tiers.0.input`. A list of words is one value.
pub type Flat = BTreeMap<String, String>;

/// The values of an entry.
///
/// # Errors
/// A text that is no JSON.
pub fn flat(json: &str) -> serde_json::Result<Flat> {
    let mut out = Flat::new();
    add(serde_json::from_str(json)?, String::new(), &mut out)?;
    Ok(out)
}

fn add(value: &RawValue, path: String, out: &mut Flat) -> serde_json::Result<()> {
    let below = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    match value.get().as_bytes().first() {
        Some(b'{') => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(value.get())?;
            for (name, value) in &fields {
                add(value, below(name), out)?;
            }
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(value.get())?;
            let is_leaf = |item: &&RawValue| !item.get().starts_with(['{', '[']);
            if items.iter().all(is_leaf) {
                let mut words: Vec<_> = items.iter().map(|item| text(item)).collect();
                words.sort_unstable();
                out.insert(path, words.join(", "));
            } else {
                for (number, item) in items.iter().enumerate() {
                    add(item, below(&number.to_string()), out)?;
                }
            }
        }
        _ => {
            out.insert(path, text(value));
        }
    }
    Ok(())
}

/// A scalar without the quotes of a text.
fn text(value: &RawValue) -> String {
    serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

/// Whether two texts mean the same: the same number, float noise apart, the same words, or a day and its month.
pub fn same(a: &str, b: &str) -> bool {
    // What a rate cannot hold is cut at its twelfth decimal, and a rate is the price of one token or of a million.
    a == b
        || is_within(a, b)
        || is_within(b, a)
        || [1, 1_000_000].iter().any(|scale| {
            let number =
                |text: &str| Some(Decimal::parse(text).ok()?.times(*scale).without_noise());
            number(a).is_some_and(|a| Some(a) == number(b))
        })
}

/// Whether a day lies in a month or a year.
fn is_within(day: &str, longer: &str) -> bool {
    let is_date = |text: &str| Date::parse(text).is_some();
    day.strip_prefix(longer).is_some_and(|rest| rest.starts_with('-'))
        && is_date(day)
        && is_date(longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_becomes_paths() {
        let entry = r#"{"id":"a","limit":{"context":10},"io":["text","image"],"tiers":[{"x":2.50}],"e":[]}"#;
        let flat = flat(entry).unwrap();
        let shown: Vec<_> = flat.iter().map(|(path, text)| format!("{path}={text}")).collect();
        let expected = ["e=", "id=a", "io=image, text", "limit.context=10", "tiers.0.x=2.50"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn numbers_are_the_same_whatever_they_are_written_like() {
        for (a, b) in [
            ("1.25e-06", "0.00000125"),
            ("2.9999999999999997e-07", "0.0000003"),
            ("10", "10.0"),
            ("0.0", "0"),
            ("8.333333333333334e-08", "0.000000083333333333"),
            ("0.08333333333333334", "0.083333333333"),
            ("x", "x"),
            ("2025-05", "2025-05-31"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1.25e-06", "0.0000025"),
            ("1", "x"),
            ("1", "1.000001"),
            ("true", "false"),
            ("2025-05", "2025-06-01"),
            ("a", "a-b"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
