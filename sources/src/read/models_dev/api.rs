//! The shape of models.dev's `api.json` and of its base models. Every field is named, so that a new one is seen.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cost::Cost;

/// A provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) npm: String,
    pub(super) api: Option<String>,
    pub(super) doc: String,
    pub(super) env: Vec<String>,
    pub(super) models: BTreeMap<String, Box<RawValue>>,
}

/// What is said of a model, with or without one who serves it.
#[expect(clippy::struct_excessive_bools, reason = "it is the source's shape")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) family: Option<String>,
    pub(super) attachment: bool,
    pub(super) reasoning: bool,
    pub(super) tool_call: bool,
    pub(super) structured_output: Option<bool>,
    pub(super) temperature: Option<bool>,
    pub(super) knowledge: Option<String>,
    pub(super) release_date: String,
    pub(super) last_updated: String,
    pub(super) modalities: Modalities,
    pub(super) open_weights: bool,
    pub(super) limit: Limit,
    pub(super) reasoning_options: Option<Vec<ReasoningOption>>,
    pub(super) interleaved: Option<Interleaved>,
    pub(super) status: Option<Status>,
    pub(super) cost: Option<Cost>,
    pub(super) provider: Option<Override>,
    pub(super) experimental: Option<Experimental>,
    // Not ours, and of base models alone: what others measured, where the weights lie, under which licence.
    #[serde(rename = "benchmarks")]
    _benchmarks: Option<Box<RawValue>>,
    #[serde(rename = "weights")]
    _weights: Option<Box<RawValue>>,
    #[serde(rename = "links")]
    _links: Option<Box<RawValue>>,
    #[serde(rename = "license")]
    _license: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Modalities {
    pub(super) input: Vec<String>,
    pub(super) output: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    pub(super) context: u64,
    pub(super) input: Option<u64>,
    pub(super) output: Option<u64>,
}

/// One way of controlling the reasoning.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ReasoningOption {
    Toggle { default: Option<bool> },
    Effort { values: Vec<Option<String>>, default: Option<String> },
    BudgetTokens { min: Option<i64>, max: Option<i64>, default: Option<i64> },
}

/// Whether reasoning comes between the calls of tools, and in which field.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Interleaved {
    Said(bool),
    In(Field),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    pub(super) field: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Alpha,
    Beta,
    Deprecated,
}

/// What is different from the provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Override {
    pub(super) npm: Option<String>,
    pub(super) api: Option<String>,
    pub(super) shape: Option<Shape>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Shape {
    Responses,
    Completions,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Experimental {
    pub(super) modes: BTreeMap<String, Mode>,
}

/// Another way of being served.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mode {
    pub(super) cost: Cost,
    pub(super) provider: ModeRequest,
}

/// How a request asks for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModeRequest {
    pub(super) body: ModeBody,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModeBody {
    pub(super) service_tier: Option<String>,
    pub(super) speed: Option<String>,
}
