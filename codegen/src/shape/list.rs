//! Lists. Every item is decoded; one that is a text, or a list of texts, stands once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Deref;

use serde_json::Value as Json;

use super::{Defs, LIST, Shape, wrong_type};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::yaml::{Node, Value};

impl<T: Shape> Shape for Vec<T> {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Value::Sequence(items) = &node.value else {
            out.push(wrong_type(node, LIST));
            return None;
        };
        let mut seen = BTreeMap::new();
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            let first = words(item).and_then(|words| match seen.entry(words) {
                Entry::Occupied(first) => Some(*first.get()),
                Entry::Vacant(place) => {
                    place.insert(item.span);
                    None
                }
            });
            match first {
                Some(first) => out.push(doubled(item, first)),
                None => list.extend(T::decode(item, out)),
            }
        }
        Some(list)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn schema(defs: &mut Defs) -> Json {
        array(&T::schema(defs))
    }
}

/// One value or a list of them, which is not empty.
#[derive(Clone, Debug)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Deref for OneOrMany<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Shape> Shape for OneOrMany<T> {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        match &node.value {
            Value::Sequence(items) if items.is_empty() => {
                let help = "write at least one value, or leave it out";
                let mistake = Diagnostic::new(Code::EmptyValue, node.span, "an empty list");
                out.push(mistake.help(help));
                None
            }
            Value::Sequence(_) => Vec::decode(node, out).map(Self),
            _ => T::decode(node, out).map(|value| Self(vec![value])),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }

    fn schema(defs: &mut Defs) -> Json {
        let one = T::schema(defs);
        let mut many = array(&one);
        many["minItems"] = serde_json::json!(1);
        serde_json::json!({ "anyOf": [one, many] })
    }
}

/// What an item is compared by: its text, or its texts in any order. Items that are mappings have rules of their own.
fn words(item: &Node) -> Option<Vec<&str>> {
    match &item.value {
        Value::Scalar(scalar) => Some(vec![&scalar.text]),
        Value::Sequence(items) => {
            let texts = items.iter().map(|item| match &item.value {
                Value::Scalar(scalar) => Some(scalar.text.as_str()),
                _ => None,
            });
            let mut texts = texts.collect::<Option<Vec<_>>>()?;
            texts.sort_unstable();
            Some(texts)
        }
        _ => None,
    }
}

fn doubled(item: &Node, first: Span) -> Diagnostic {
    Diagnostic::new(Code::DuplicateItem, item.span, "the same item twice in one list")
        .label("again here")
        .secondary(first, "first here")
        .help("keep one of them")
}

fn array(items: &Json) -> Json {
    let mapping = items.get("$ref").is_some();
    let mut schema = serde_json::json!({ "type": "array", "items": items });
    if !mapping {
        schema["uniqueItems"] = serde_json::json!(true);
    }
    schema
}
