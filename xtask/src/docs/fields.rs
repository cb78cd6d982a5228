//! The list of keys: a table for every mapping of a manifest, from the schemas that the parser's own declarations give.
//!
//! Takes the JSON Schemas; returns Markdown. A kind of value that has no word here is an error, so none is left out.

use std::collections::VecDeque;
use std::fmt::Write as _;

use anyhow::{Context, bail};
use portolan_codegen::manifest::{LabFile, VendorFile};
use portolan_codegen::shape::{Defs, Shape};
use portolan_types::Meter;
use serde_json::{Map, Value as Json};

use super::example;
use super::value::{definition, kind, title};

/// A section per mapping: first the vendor's file and all that it holds, then the lab's.
///
/// # Errors
/// A schema that this does not know how to put into words.
pub fn tables() -> anyhow::Result<String> {
    let mut defs = Defs::default();
    let roots = [VendorFile::schema(&mut defs), LabFile::schema(&mut defs)];
    let definitions = defs.into_definitions();
    let definitions = definitions.as_object().context("schemas without definitions")?;
    let mut out = String::new();
    for name in in_order(definitions, &roots) {
        section(&mut out, name, &definitions[name]).with_context(|| name.to_owned())?;
    }
    Ok(out)
}

/// The definitions, each after one that refers to it, those of one mapping in the order of its keys.
fn in_order<'d>(definitions: &'d Map<String, Json>, roots: &'d [Json]) -> Vec<&'d str> {
    let mut order: Vec<&str> = Vec::new();
    for root in roots {
        let mut open = VecDeque::from([root]);
        while let Some(schema) = open.pop_front() {
            let Some(name) = definition(schema) else {
                open.extend(inside(schema));
                continue;
            };
            if !order.contains(&name) {
                order.push(name);
                open.extend(inside(&definitions[name]));
            }
        }
    }
    order
}

/// The schemas that a schema is made of.
fn inside(schema: &Json) -> Vec<&Json> {
    match schema {
        Json::Object(keys) => {
            keys.iter().filter(|(key, _)| *key != "examples").map(|(_, v)| v).collect()
        }
        Json::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    }
}

fn section(out: &mut String, name: &str, schema: &Json) -> anyhow::Result<()> {
    let description = schema["description"].as_str().unwrap_or_default();
    let title = title(name);
    let _ = writeln!(
        out,
        "## {title} {{#{}}}\n\n{description}\n",
        title.to_lowercase().replace(' ', "-")
    );
    out.push_str("| key | value | meaning |\n|---|---|---|\n");
    let required = |key: &str| {
        let keys = schema["required"].as_array();
        keys.is_some_and(|keys| keys.iter().any(|other| other == key))
    };
    let mut has_meters = false;
    for (key, property) in schema["properties"].as_object().context("no keys")? {
        let Some(description) = property["description"].as_str() else {
            if Meter::from_id(key).is_none() {
                bail!("`{key}` is not described");
            }
            has_meters = true;
            continue;
        };
        let required = if required(key) { "<br>required" } else { "" };
        let value = kind(property).with_context(|| key.clone())?;
        let (description, example) =
            (cell(description), cell(&example::yaml(&property["examples"][0])));
        let _ = writeln!(
            out,
            "| `{key}`{required} | {value} | {description}<br>Example: `{example}` |"
        );
    }
    if has_meters {
        let _ = writeln!(
            out,
            "| any [meter](prices.md#meters) | price | What a unit of the meter costs.<br>Example: `{}: 1.25` |",
            Meter::Input
        );
    }
    out.push('\n');
    Ok(())
}

/// A text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
