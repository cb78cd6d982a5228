//! The file as it is: keys, fields and the text of each value. Numbers stay texts, so that prices keep their digits.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One entry of the price map.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) fields: BTreeMap<String, Box<RawValue>>,
}

impl Entry {
    /// A field that holds a text.
    pub(super) fn word(&self, field: &str) -> Option<String> {
        serde_json::from_str(self.fields.get(field)?.get()).ok()
    }

    /// A field's value as it is written.
    pub(super) fn raw(&self, field: &str) -> Option<&str> {
        Some(self.fields.get(field)?.get())
    }
}

/// The entries in the order of their keys.
pub(super) fn entries(file: &[u8]) -> anyhow::Result<Vec<Entry>> {
    let map: Unique<Unique<Box<RawValue>>> = serde_json::from_slice(file)?;
    Ok(map.0.into_iter().map(|(key, fields)| Entry { key, fields: fields.0 }).collect())
}

/// The fields of an object, nested in an entry.
pub(super) fn object(text: &str) -> Option<BTreeMap<String, Box<RawValue>>> {
    serde_json::from_str::<Unique<Box<RawValue>>>(text).ok().map(|map| map.0)
}

/// Reads a map in which a key stands once. Readers of JSON and YAML keep the last of two and drop the first.
pub(super) fn unique<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, V>, D::Error> {
    Unique::deserialize(deserializer).map(|map| map.0)
}

/// A map in which a key stands once.
struct Unique<V>(BTreeMap<String, V>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Unique<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueVisitor(PhantomData))
    }
}

struct UniqueVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for UniqueVisitor<V> {
    type Value = Unique<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, V>()? {
            if all.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` stands there twice")));
            }
            all.insert(key, value);
        }
        Ok(Unique(all))
    }
}
