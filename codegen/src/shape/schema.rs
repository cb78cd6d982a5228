//! JSON Schema (draft 07, what editors understand) from the declared shapes. Each mapping type becomes one definition;
//! examples are read from the `Example:` line of the doc comments and parsed as YAML flow text.

use std::collections::BTreeMap;

use serde_json::{Map as JsonMap, Value as Json, json};

use super::Keyed;
use crate::diagnostic::Diagnostics;
use crate::source::FileId;
use crate::yaml::{self, Node, Value};

/// A key of a mapping as the schema shows it.
pub struct Property {
    /// The key.
    pub key: &'static str,
    /// The doc comment, its last line being `Example: ...`.
    pub doc: &'static str,
    /// Whether the mapping must have it.
    pub required: bool,
    /// The schema of its value.
    pub schema: Json,
}

impl Property {
    /// The doc comment without its example line.
    pub fn description(&self) -> String {
        description(self.doc)
    }

    /// The example of the doc comment, as YAML text.
    pub fn example(&self) -> Option<&'static str> {
        let example = self.doc.lines().find_map(|line| line.trim().strip_prefix("Example: "))?;
        Some(example.trim_matches('`'))
    }
}

fn description(doc: &str) -> String {
    let lines = doc.lines().map(str::trim).filter(|line| !line.starts_with("Example: "));
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// The definitions that a schema refers to, by name.
#[derive(Default)]
pub struct Defs {
    definitions: BTreeMap<&'static str, Json>,
}

impl Defs {
    /// A reference to the definition of a mapping type, which is made on its first use.
    pub fn mapping<T: Keyed>(&mut self, name: &'static str, doc: &'static str) -> Json {
        if !self.definitions.contains_key(name) {
            // Holds the place so that a type that holds itself ends.
            self.definitions.insert(name, Json::Null);
            let mut list = Vec::new();
            T::properties(self, &mut list);
            self.definitions.insert(name, object(doc, list));
        }
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    /// The whole schema of a file whose root is `T`.
    pub fn document<T: super::Shape>(mut self, title: &str) -> Json {
        let root = T::schema(&mut self);
        let unless_override = self.take_required_unless_override();
        let mut schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": title,
            "allOf": [root],
        });
        if let Some(required) = unless_override {
            schema["if"] = json!({ "properties": { "override": { "const": true } }, "required": ["override"] });
            schema["else"] = required;
        }
        schema["definitions"] = json!(self.definitions);
        schema
    }

    /// The whole schema of a user's file whose root is `T`: what it leaves out of a provider a public row or a default
    /// has, and a model may be an id alone.
    pub fn user_document<T: super::Shape>(mut self, title: &str) -> Json {
        let root = T::schema(&mut self);
        for name in ["ProviderShape", "RegionShape"] {
            let shape = self.definitions.get_mut(name).and_then(Json::as_object_mut);
            let _ = shape.and_then(|shape| shape.remove("required"));
        }
        if let Some(model) = self.definitions.get_mut("ModelShape") {
            model["type"] = json!(["object", "null"]);
        }
        json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": title,
            "allOf": [root],
            "definitions": self.definitions,
        })
    }

    /// The definitions made so far, by name, each with every key that it must have.
    pub fn into_definitions(self) -> Json {
        json!(self.definitions)
    }

    /// Moves what only a manifest without `override: true` must have out of the definitions: an override has it from the
    /// public row.
    fn take_required_unless_override(&mut self) -> Option<Json> {
        let mut take =
            |name: &str| self.definitions.get_mut(name)?.as_object_mut()?.remove("required");
        let (vendor, provider, region) =
            (take("VendorFile")?, take("ProviderShape")?, take("RegionShape")?);
        self.definitions.get_mut("VendorFile")?["required"] = json!(["vendor", "providers"]);
        let regions = json!({ "additionalProperties": { "required": region } });
        let provider = json!({ "required": provider, "properties": { "regions": regions } });
        let providers = json!({ "additionalProperties": provider });
        Some(json!({ "required": vendor, "properties": { "providers": providers } }))
    }
}

fn object(doc: &str, list: Vec<Property>) -> Json {
    let required: Vec<_> = list.iter().filter(|p| p.required).map(|p| p.key).collect();
    let properties: JsonMap<_, _> =
        list.into_iter().map(|property| (property.key.to_owned(), annotated(property))).collect();
    let mut schema = json!({
        "type": "object",
        "description": description(doc),
        "additionalProperties": false,
        "properties": properties,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema of a property with its description and example. Draft 07 ignores what stands beside a `$ref`, so a
/// reference is wrapped.
fn annotated(property: Property) -> Json {
    let description = property.description();
    let example = property.example().map(example_json);
    let mut schema = property.schema;
    if schema.get("$ref").is_some() {
        schema = json!({ "allOf": [schema] });
    }
    if !description.is_empty() {
        schema["description"] = json!(description);
    }
    if let Some(example) = example {
        schema["examples"] = json!([example]);
    }
    schema
}

fn example_json(text: &str) -> Json {
    let mut out = Diagnostics::default();
    let node = yaml::parse(FileId::default(), text, &mut out);
    node.map_or(Json::Null, |node| to_json(&node))
}

/// A node as JSON, with the scalar types of YAML's core schema where they matter to a schema.
fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Scalar(scalar) if scalar.quoted => json!(scalar.text),
        Value::Scalar(scalar) => match serde_json::from_str::<Json>(&scalar.text) {
            Ok(value @ (Json::Bool(_) | Json::Number(_))) => value,
            _ => json!(scalar.text),
        },
        Value::Sequence(items) => items.iter().map(to_json).collect(),
        Value::Mapping(mapping) => {
            let entries = mapping.entries.iter();
            Json::Object(entries.map(|(key, node)| (key.value.clone(), to_json(node))).collect())
        }
    }
}
