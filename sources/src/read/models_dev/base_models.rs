//! The base models of models.dev: what a lab released, apart from who serves it.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Facts, Source};
use serde_json::value::RawValue;

use super::api;
use super::facts::{self, Beside};
use super::mapping::Mapping;
use crate::read::mistakes::Mistakes;

/// A base model as models.dev states it.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseModel {
    /// The id, as `lab/model`.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The facts.
    pub facts: Facts,
    /// The source.
    pub source: Source,
}

/// Reads the file of base models, in the order of their ids.
///
/// What the source measured, where the weights lie and under which licence (`benchmarks`, `weights`, `links`,
/// `license`), and when it was last touched (`last_updated`), is no fact of ours.
///
/// # Errors
/// All that is not as expected, with its id and field.
pub fn read_base_models(text: &str, mapping: &Mapping) -> anyhow::Result<Vec<BaseModel>> {
    let mut mistakes = Mistakes::of("the base models of models.dev");
    let entries: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text)
        .map_err(|error| anyhow::anyhow!("the base models of models.dev: {error}"))?;
    let mut list = Vec::with_capacity(entries.len());
    for (id, raw) in &entries {
        match serde_json::from_str::<api::Facts>(raw.get()) {
            Ok(said) => list.push(base_model(id, &said, mapping, &mut mistakes)),
            Err(error) => mistakes.push(id, error),
        }
    }
    if entries.is_empty() {
        mistakes.push("the file", "no base model");
    }
    mistakes.check()?;
    Ok(list)
}

fn base_model(
    id: &str,
    said: &api::Facts,
    mapping: &Mapping,
    mistakes: &mut Mistakes,
) -> BaseModel {
    if said.id != id {
        mistakes.push(id, format_args!("its `id` is `{}`", said.id));
    }
    let (lab, model) = id.split_once('/').unwrap_or_else(|| {
        mistakes.push(id, "an id is `lab/model`");
        ("", id)
    });
    let mut beside = Beside::default();
    let facts = facts::facts(said, mapping.capability(lab, model), &mut beside);
    for (field, message) in beside.mistakes {
        mistakes.push(format_args!("{id}: {field}"), message);
    }
    BaseModel {
        id: id.to_owned(),
        name: said.name.clone(),
        facts,
        source: Source { url: Some(mapping.source.clone()), checked: Some(mapping.as_of) },
    }
}
