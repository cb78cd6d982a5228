//! Single labels: plain words, and phrases with places that the emitter fills.

use std::fmt;
use std::ops::Deref;

use serde_json::{Value as Json, json};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::shape::{Defs, Shape, list, wrong_type};
use crate::yaml::{Node, Value};

/// What a label may not hold besides digits: it would be markup.
const MARKUP: &[char] =
    &['\\', '`', '*', '_', '[', ']', '<', '>', '|', '~', '&', '#', '+', '=', '"', '{', '}'];

/// Words as they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Deref for Label {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Shape for Label {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        text(node, &[], out).map(Self)
    }

    fn stand_in() -> Option<Self> {
        Some(Self(String::new()))
    }

    fn schema(_: &mut Defs) -> Json {
        json!({ "type": "string" })
    }
}

/// Declares phrases: a type for each set of places, with a function that takes a value for every one.
macro_rules! phrases {
    ($($(#[$meta:meta])* $name:ident($($place:ident),+);)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            const PLACES: &'static [&'static str] = &[$(stringify!($place)),+];

            /// The phrase with these values in its places.
            pub fn fill(&self, $($place: &str),+) -> String {
                filled(&self.0, &[$((stringify!($place), $place)),+])
            }
        }

        impl Shape for $name {
            fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
                text(node, Self::PLACES, out).map(Self)
            }

            fn stand_in() -> Option<Self> {
                Some(Self(String::new()))
            }

            fn schema(_: &mut Defs) -> Json {
                json!({ "type": "string" })
            }
        }
    )+};
}

phrases! {
    /// Around one value.
    ValuePhrase(value);
    /// Around a number.
    CountPhrase(count);
    /// Around a day or moment.
    DatePhrase(date);
    /// Joins two texts.
    PairPhrase(first, second);
    /// Names values and the one that is meant where none is named.
    DefaultPhrase(values, value);
    /// A note on a model.
    NotePhrase(model, note);
    /// A rate of tokens.
    RatePhrase(price, meter);
    /// A rate of one unit.
    UnitRatePhrase(price, unit, meter);
    /// A rate of several units.
    UnitsRatePhrase(price, count, unit, meter);
    /// How a price was converted.
    ConvertedPhrase(currency, rate, date);
    /// How many models there are, and what prices are for.
    LeadPhrase(count, per);
    /// How many of all are shown.
    ShownPhrase(shown, all);
}

/// The parts of a phrase: text, and names in braces.
fn parts(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split('{').enumerate().map(|(position, part)| match part.split_once('}') {
        Some((name, after)) if position > 0 => (after, Some(name)),
        _ => (part, None),
    })
}

fn filled(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(phrase.len() + 16);
    for (after, name) in parts(phrase) {
        let value = values.iter().find(|(other, _)| Some(*other) == name);
        out.extend(value.map(|(_, value)| *value));
        out.push_str(after);
    }
    out
}

/// A label's text, in which every place stands once and nothing else is in braces.
fn text(node: &Node, places: &[&str], out: &mut Diagnostics) -> Option<String> {
    let expected = if places.is_empty() { "words" } else { "words around values" };
    let Value::Scalar(scalar) = &node.value else {
        out.push(wrong_type(node, expected));
        return None;
    };
    let text = &scalar.text;
    let named: Vec<_> = parts(text).filter_map(|(_, name)| name).collect();
    let words: String = parts(text).map(|(after, _)| after).collect();
    let mut wanted = places.to_vec();
    let mut found = named.clone();
    wanted.sort_unstable();
    found.sort_unstable();
    let mend = if text.trim().is_empty() {
        "write the words".to_owned()
    } else if words.contains(|c: char| c.is_numeric()) {
        "a label has no digits: figures are the catalog's".to_owned()
    } else if let Some(mark) = words.chars().find(|c| MARKUP.contains(c)) {
        format!("a label is plain words, without `{mark}`{}", braces(mark))
    } else if text.chars().any(char::is_control) || text.starts_with('-') {
        "a label is plain words on one line".to_owned()
    } else if wanted != found {
        let places: Vec<_> = places.iter().map(|place| format!("{{{place}}}")).collect();
        let places: Vec<_> = places.iter().map(String::as_str).collect();
        match places.as_slice() {
            [] => "this label has no places in braces".to_owned(),
            places => format!(
                "each of these stands in it once, and nothing else in braces: {}",
                list(places)
            ),
        }
    } else {
        return Some(text.clone());
    };
    let message = format!("expected {expected}, found `{text}`");
    out.push(Diagnostic::new(Code::WrongType, node.span, message).help(mend));
    None
}

fn braces(mark: char) -> &'static str {
    if matches!(mark, '{' | '}') { "; a place is written `{name}`" } else { "" }
}
