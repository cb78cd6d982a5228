//! The one definition of every manifest shape: what keys a mapping has, what a value may be, and what an editor is
//! told about it.
//!
//! Takes YAML nodes; returns typed values, collecting every mistake. The same declarations give the JSON Schema, so
//! parser and schema cannot drift. A value that is wrong is reported where it stands and the rest is still decoded.

mod list;
mod schema;

use std::ops::Deref;

pub use list::OneOrMany;
pub use schema::{Defs, Property};
use serde_json::Value as Json;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::source::{Span, Spanned};
use crate::suggest::nearest;
use crate::yaml::{Node, Value};

/// A type that a YAML node can be decoded into.
pub trait Shape: Sized {
    /// The value, or `None` after saying what is wrong with the node.
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self>;

    /// The value of a key that is not there; `None` makes the key required.
    fn absent() -> Option<Self> {
        None
    }

    /// A value to go on with after a required one was reported as wrong, so that one mistake hides no other. Nothing is
    /// emitted from it. `None` gives up the mapping around it.
    fn stand_in() -> Option<Self> {
        None
    }

    /// The JSON Schema of the type.
    fn schema(defs: &mut Defs) -> Json;
}

/// A [`Shape`] that is a mapping with known keys, so that its keys can stand beside another's.
pub trait Keyed: Sized {
    /// Takes the type's keys out of a mapping.
    fn decode_keys(fields: &mut Fields<'_>, out: &mut Diagnostics) -> Option<Self>;

    /// Lists the type's keys.
    fn properties(defs: &mut Defs, list: &mut Vec<Property>);

    /// Adds the names of the type's keys.
    fn key_names(list: &mut Vec<&'static str>);
}

/// Declares mappings: a struct whose fields are the keys, with [`Shape`] and [`Keyed`] for it.
///
/// The last line of a field's doc comment is its example, written ``Example: `...` ``. `flatten name: Type` puts the keys
/// of another declared type at the same level.
macro_rules! shape {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident {
            $( $(#[doc = $field_doc:literal])* $field:ident : $ty:ty, )*
            $( ..flatten { $( $(#[doc = $flat_doc:literal])* $flat:ident : $flat_ty:ty, )+ } )?
        }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $ty, )*
            $($( $(#[doc = $flat_doc])* pub $flat: $flat_ty, )+)?
        }

        impl $crate::shape::Keyed for $name {
            fn decode_keys(
                fields: &mut $crate::shape::Fields<'_>,
                out: &mut $crate::diagnostic::Diagnostics,
            ) -> Option<Self> {
                $( let $field = fields.take::<$ty>($crate::shape::key_name(stringify!($field)), out); )*
                $($( let $flat = <$flat_ty as $crate::shape::Keyed>::decode_keys(fields, out); )+)?
                Some(Self { $($field: $field?,)* $($($flat: $flat?,)+)? })
            }

            fn properties(defs: &mut $crate::shape::Defs, list: &mut Vec<$crate::shape::Property>) {
                $( list.push($crate::shape::Property {
                    key: $crate::shape::key_name(stringify!($field)),
                    doc: concat!($($field_doc, "\n",)*),
                    required: <$ty as $crate::shape::Shape>::absent().is_none(),
                    schema: <$ty as $crate::shape::Shape>::schema(defs),
                }); )*
                $($( <$flat_ty as $crate::shape::Keyed>::properties(defs, list); )+)?
            }

            fn key_names(list: &mut Vec<&'static str>) {
                $( list.push($crate::shape::key_name(stringify!($field))); )*
                $($( <$flat_ty as $crate::shape::Keyed>::key_names(list); )+)?
            }
        }

        impl $crate::shape::Shape for $name {
            fn decode(
                node: &$crate::yaml::Node,
                out: &mut $crate::diagnostic::Diagnostics,
            ) -> Option<Self> {
                $crate::shape::decode_mapping(node, out)
            }

            fn schema(defs: &mut $crate::shape::Defs) -> serde_json::Value {
                defs.mapping::<Self>(stringify!($name), concat!($($doc, "\n",)*))
            }
        }
    )+};
}
pub(crate) use shape;

/// The key that a field stands for: its name, also where that is a word of Rust.
pub(crate) fn key_name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

/// Decodes a mapping whose keys are all known to `T`; any other key is a mistake.
pub fn decode_mapping<T: Keyed>(node: &Node, out: &mut Diagnostics) -> Option<T> {
    let mut fields = Fields::open(node, out)?;
    let value = T::decode_keys(&mut fields, out);
    fields.close::<T>(out);
    value
}

/// The keys of a mapping while they are taken out one by one.
pub struct Fields<'n> {
    entries: &'n [(Spanned<String>, Node)],
    taken: Vec<bool>,
    /// Required keys that are not there.
    missing: Vec<&'static str>,
    place: Span,
}

impl<'n> Fields<'n> {
    fn open(node: &'n Node, out: &mut Diagnostics) -> Option<Self> {
        let Value::Mapping(mapping) = &node.value else {
            out.push(wrong_type(node, MAPPING));
            return None;
        };
        let entries = &mapping.entries;
        let place = entries.first().map_or(node.span, |(key, _)| key.span);
        Some(Self { entries, taken: vec![false; entries.len()], missing: Vec::new(), place })
    }

    /// Decodes the value of a key, or what its absence means.
    pub fn take<T: Shape>(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<T> {
        if let Some(position) = self.entries.iter().position(|(name, _)| name.value == key) {
            self.taken[position] = true;
            let decoded = T::decode(&self.entries[position].1, out);
            return decoded.or_else(T::absent).or_else(T::stand_in);
        }
        let absent = T::absent();
        if absent.is_none() {
            self.missing.push(key);
        }
        absent.or_else(T::stand_in)
    }

    /// Decodes every key that is still there and that `K` can be.
    pub fn take_rest<K: Key, V: Shape>(&mut self, out: &mut Diagnostics) -> Vec<(Spanned<K>, V)> {
        let mut rest = Vec::new();
        for (position, (name, node)) in self.entries.iter().enumerate() {
            if self.taken[position] {
                continue;
            }
            let Some(key) = K::from_text(name) else { continue };
            self.taken[position] = true;
            rest.extend(V::decode(node, out).map(|value| (Spanned::new(key, name.span), value)));
        }
        rest
    }

    /// Reports the keys that nothing took and those that are missing. A key that is missing because it is misspelt is
    /// one mistake.
    fn close<T: Keyed>(mut self, out: &mut Diagnostics) {
        if self.missing.is_empty() && self.taken.iter().all(|taken| *taken) {
            return;
        }
        let mut known = Vec::new();
        T::key_names(&mut known);
        let entries = self.entries.iter().zip(&self.taken);
        for ((name, _), _) in entries.filter(|(_, taken)| !**taken) {
            let meant = nearest(name, known.iter().copied());
            self.missing.retain(|key| Some(*key) != meant);
            out.push(unknown(Code::UnknownKey, "key", name, &known));
        }
        for key in self.missing {
            out.push(
                Diagnostic::new(Code::MissingKey, self.place, format!("missing key `{key}`"))
                    .label("in the mapping that starts here")
                    .help(format!("add `{key}:`")),
            );
        }
    }
}

/// A word that is none of a closed list, with the nearest one or the whole list as help.
pub fn unknown(code: Code, what: &str, word: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, word.span, format!("unknown {what} {}", shown(word)));
    match nearest(word, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("one of {}", list(known))),
    }
}

/// Words in backticks with commas.
pub fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A node that is not what is expected here, with the usual way to write what is.
pub fn wrong_type(node: &Node, expected: &str) -> Diagnostic {
    let found = match &node.value {
        Value::Scalar(scalar) => shown(&scalar.text),
        other => other.kind().to_owned(),
    };
    let help = match expected {
        MAPPING => "write `{ key: value }`, or keys on lines of their own, indented",
        LIST => "write `[one, two]`, or a line for each item that starts with `- `",
        _ => "write a single value",
    };
    let message = format!("expected {expected}, found {found}");
    Diagnostic::new(Code::WrongType, first_line(node), message).help(help)
}

const MAPPING: &str = "a mapping";
const LIST: &str = "a list";

/// Where a node is pointed at: a collection at its first key or item, so that the caret is one line.
pub fn first_line(node: &Node) -> Span {
    match &node.value {
        Value::Mapping(mapping) => mapping.entries.first().map_or(node.span, |(key, _)| key.span),
        Value::Sequence(items) => items.first().map_or(node.span, first_line),
        Value::Scalar(_) | Value::Null => node.span,
    }
}

/// How many things a node holds, itself if it holds none.
fn parts(node: &Node) -> usize {
    match &node.value {
        Value::Mapping(mapping) => mapping.entries.len().max(1),
        Value::Sequence(items) => items.len().max(1),
        Value::Scalar(_) | Value::Null => 1,
    }
}

/// A type that a key of a mapping can be.
pub trait Key: Sized {
    /// The key, or `None` if the text is none.
    fn from_text(text: &str) -> Option<Self>;

    /// What to say of a text that is none.
    fn mistake(text: &Spanned<String>) -> Diagnostic;

    /// The JSON Schema of the key as a text.
    fn key_schema() -> Json;

    /// The names where the type is a closed list.
    fn closed() -> Vec<&'static str> {
        Vec::new()
    }
}

/// A mapping whose keys are data, in the author's order.
#[derive(Clone, Debug)]
pub struct Map<K, V> {
    entries: Vec<(Spanned<K>, V)>,
    /// From each key to the end of its value.
    extents: Vec<Span>,
    /// The keys whose values could not be decoded: they exist, so a reference to one does not dangle.
    pub broken: Vec<K>,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), extents: Vec::new(), broken: Vec::new() }
    }
}

impl<K, V> Map<K, V> {
    /// The values, each with where it stands: from its key to its end.
    pub fn extents(&self) -> impl Iterator<Item = (Span, &V)> {
        self.extents.iter().copied().zip(self.entries.iter().map(|(_, value)| value))
    }
}

impl<K, V> Map<K, V> {
    /// The entries, each with its value to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Spanned<K>, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }
}

impl<K, V> Deref for Map<K, V> {
    type Target = [(Spanned<K>, V)];

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl<K: Key, V: Shape> Shape for Map<K, V> {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Value::Mapping(mapping) = &node.value else {
            out.push(wrong_type(node, MAPPING));
            return None;
        };
        let mut map = Self::default();
        for (name, node) in &mapping.entries {
            let Some(key) = K::from_text(name) else {
                out.push(K::mistake(name));
                // A value in which nothing is as expected stands here because the key does.
                let mut within = Diagnostics::default();
                let is_of_kind = V::decode(node, &mut within).is_some();
                if is_of_kind && within.len() < parts(node) {
                    out.extend(within.into_vec());
                }
                continue;
            };
            match V::decode(node, out) {
                Some(value) => {
                    map.entries.push((Spanned::new(key, name.span), value));
                    map.extents.push(name.span.to(node.span));
                }
                None => map.broken.push(key),
            }
        }
        Some(map)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(defs: &mut Defs) -> Json {
        serde_json::json!({
            "type": "object",
            "propertyNames": K::key_schema(),
            "additionalProperties": V::schema(defs),
        })
    }
}

/// A closed list of keys that stand beside those of the mapping that they are flattened into.
impl<K: Key, V: Shape> Keyed for Map<K, V> {
    fn decode_keys(fields: &mut Fields<'_>, out: &mut Diagnostics) -> Option<Self> {
        Some(Self { entries: fields.take_rest(out), ..Self::default() })
    }

    fn properties(defs: &mut Defs, list: &mut Vec<Property>) {
        let schema = V::schema(defs);
        list.extend(K::closed().into_iter().map(|key| Property {
            key,
            doc: "",
            required: false,
            schema: schema.clone(),
        }));
    }

    fn key_names(list: &mut Vec<&'static str>) {
        list.extend(K::closed());
    }
}

impl<T: Shape> Shape for Option<T> {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        T::decode(node, out).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn schema(defs: &mut Defs) -> Json {
        T::schema(defs)
    }
}

impl<T: Shape> Shape for Spanned<T> {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        T::decode(node, out).map(|value| Self::new(value, first_line(node)))
    }

    fn stand_in() -> Option<Self> {
        T::stand_in().map(|value| Self::new(value, Span::default()))
    }

    fn schema(defs: &mut Defs) -> Json {
        T::schema(defs)
    }
}

impl Shape for bool {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        match &node.value {
            Value::Scalar(scalar) if !scalar.quoted && scalar.text == "true" => Some(true),
            Value::Scalar(scalar) if !scalar.quoted && scalar.text == "false" => Some(false),
            _ => {
                out.push(wrong_type(node, "`true` or `false`"));
                None
            }
        }
    }

    fn schema(_: &mut Defs) -> Json {
        serde_json::json!({ "type": "boolean" })
    }
}
