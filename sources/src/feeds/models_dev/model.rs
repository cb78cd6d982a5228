//! A model of `api.json`.
//!
//! The shape demands some fields of every model. Where nobody knows one, it is what models.dev writes then: `false` for
//! a feature, 0 for a limit, an empty text for a day. A price is never among them: `cost` is left out.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Card, Facts, Model, Price, Provider, Rates};
use portolan_codegen::manifest::Word;
use portolan_types::{Capability, Meter, Modality, ServiceTier, Status, Timestamp};
use serde::Serialize;

use crate::choose::{self, Asked, When};
use crate::feeds::Exact;
use crate::row::Place;

/// A model, in the order of keys that models.dev writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the shape is that of models.dev")]
pub(super) struct Entry {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<String>,
    attachment: bool,
    reasoning: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasoning_options: Vec<Control>,
    tool_call: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    interleaved: Option<Interleaved>,
    #[serde(skip_serializing_if = "Option::is_none")]
    structured_output: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    knowledge: Option<String>,
    release_date: String,
    last_updated: String,
    modalities: Modalities,
    open_weights: bool,
    limit: Limit,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Cost>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Control {
    Toggle,
    Effort {
        values: Vec<String>,
    },
    BudgetTokens {
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Interleaved {
    field: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Modalities {
    input: Vec<&'static str>,
    output: Vec<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Limit {
    context: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<u64>,
    output: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Cost {
    #[serde(flatten)]
    rates: Costs,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<CostTier>,
    /// The older spelling of a tier above 200,000 tokens. Models.dev writes it for every tier, whatever its number; here
    /// it stands only where the name is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    context_over_200k: Option<Costs>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct CostTier {
    #[serde(flatten)]
    rates: Costs,
    tier: Above,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Above {
    r#type: &'static str,
    size: u64,
}

/// Prices per million tokens.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Costs {
    input: Exact,
    output: Exact,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_read: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_write: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_audio: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_audio: Option<Exact>,
}

/// Where an entry belongs, and what the index keeps of the source's own words.
pub(super) struct At<'a> {
    pub(super) place: &'a Place,
    pub(super) words: &'a BTreeMap<String, String>,
    /// The day for which it is priced.
    pub(super) day: Timestamp,
}

impl Entry {
    /// A model of ours under an id of theirs.
    pub(super) fn new(id: &str, provider: &Provider, model: &Model, at: &At<'_>) -> Self {
        let facts = &model.facts;
        let released = facts.released.map_or_else(String::new, |day| day.0.to_string());
        let word = |field: &str| at.words.get(field).cloned();
        Self {
            id: id.to_owned(),
            name: model.name.clone(),
            family: facts.family.clone(),
            attachment: facts.attachments.unwrap_or_default(),
            reasoning: facts.reasoning.unwrap_or_default(),
            reasoning_options: controls(facts),
            tool_call: facts.tools.unwrap_or_default(),
            interleaved: facts.reasoning_field.clone().map(|field| Interleaved { field }),
            structured_output: facts.structured_output,
            temperature: facts.temperature,
            knowledge: facts.cutoff.map(|day| day.0.to_string()),
            last_updated: word("last_updated").unwrap_or_else(|| released.clone()),
            release_date: released,
            modalities: Modalities::of(facts),
            open_weights: facts.open_weights.unwrap_or_default(),
            limit: Limit {
                context: facts.context.unwrap_or_default(),
                input: facts.max_input,
                output: facts.max_output.unwrap_or_default(),
            },
            status: status(model.status.0).map(str::to_owned),
            cost: cost(provider, model, at),
        }
    }

    /// Whether enough is known of a model to list it where models.dev does not.
    pub(super) fn describes(model: &Model) -> bool {
        let facts = &model.facts;
        !facts.input.is_empty() && !facts.output.is_empty() && facts.released.is_some()
    }
}

fn controls(facts: &Facts) -> Vec<Control> {
    let Some(control) = &facts.reasoning_control else { return Vec::new() };
    let (min, max) = (control.budget_min, control.budget_max);
    let toggle = (control.toggle == Some(true)).then_some(Control::Toggle);
    let effort =
        (!control.efforts.is_empty()).then(|| Control::Effort { values: control.efforts.clone() });
    let budget = (min.is_some() || max.is_some()).then_some(Control::BudgetTokens { min, max });
    [toggle, effort, budget].into_iter().flatten().collect()
}

/// The status in their words; an ordinary model has none.
fn status(status: Status) -> Option<&'static str> {
    match status {
        Status::Preview => Some("beta"),
        Status::Deprecated | Status::Retired => Some("deprecated"),
        _ => None,
    }
}

impl Modalities {
    fn of(facts: &Facts) -> Self {
        let listed = |modalities: &[Word<Modality>]| {
            let mut words: Vec<_> = modalities.iter().map(|word| modality(word.0)).collect();
            words.dedup();
            words
        };
        Self { input: listed(&facts.input), output: listed(&facts.output) }
    }
}

/// A modality in their words. They have none for vectors and say that an embedding model gives text.
fn modality(modality: Modality) -> &'static str {
    match modality {
        Modality::Embedding => Modality::Text.id(),
        other => other.id(),
    }
}

/// The price of the day, if it is one that the shape can say: in dollars, per million tokens.
fn cost(provider: &Provider, model: &Model, at: &At<'_>) -> Option<Cost> {
    match &model.price {
        Price::Unknown => None,
        Price::Free | Price::Included => {
            Some(Cost { rates: Costs::NOTHING, tiers: Vec::new(), context_over_200k: None })
        }
        Price::Priced(cards) => {
            let asked = Asked {
                service_tier: at.place.service_tier.unwrap_or(ServiceTier::Standard),
                region: choose::region(at.place.region.as_deref(), provider),
                variants: &at.place.variants,
                when: When::By(at.day),
            };
            let (card, thinking) = choose::ordinary(cards, &asked)?;
            if !choose::in_dollars(card) {
                return None;
            }
            Cost::of(card, thinking, answers_without_tokens(model, at))
        }
    }
}

/// Whether the price of output tokens is nothing because there are none: what does not answer in tokens has no price for
/// them, and the shape's zero is none.
fn answers_without_tokens(model: &Model, at: &At<'_>) -> bool {
    let zeros = at.words.get("zeros").map_or("", String::as_str);
    zeros.split(' ').any(|field| field == "cost.output")
        || matches!(model.facts.capability.0, Capability::Embeddings | Capability::Rerank)
}

impl Cost {
    fn of(card: &Card, thinking: Option<&Card>, no_output: bool) -> Option<Self> {
        let rates = Costs::of(&card.rates, thinking.map(|card| &card.rates), no_output)?;
        let mut tiers = Vec::new();
        for (position, tier) in card.tiers.iter().enumerate() {
            let (Some(size), None) = (tier.input_above, tier.output_above) else { continue };
            let thinking = thinking.and_then(|card| Some(&card.tiers.get(position)?.rates));
            if let Some(rates) = Costs::of(&tier.rates, thinking, no_output) {
                tiers.push(CostTier { rates, tier: Above { r#type: "context", size } });
            }
        }
        let over = tiers.iter().find(|tier| tier.tier.size == 200_000);
        let context_over_200k = over.map(|tier| tier.rates.clone());
        Some(Self { rates, tiers, context_over_200k })
    }
}

impl Costs {
    const NOTHING: Self = Self {
        input: Exact::ZERO,
        output: Exact::ZERO,
        reasoning: None,
        cache_read: Some(Exact::ZERO),
        cache_write: Some(Exact::ZERO),
        input_audio: None,
        output_audio: None,
    };

    /// The rates of a card; `thinking` are those of a request that thinks, whose whole output has another price.
    fn of(rates: &Rates, thinking: Option<&Rates>, no_output: bool) -> Option<Self> {
        let rate = |meter| rates.rate(meter).map(Exact::rate);
        // What answers in pictures alone has no other tokens of output, and the shape no other name for them.
        let output = rate(Meter::Output)
            .or_else(|| rate(Meter::OutputImage))
            .or_else(|| rate(Meter::OutputVideo))
            .or(no_output.then_some(Exact::ZERO));
        let thinking = thinking.and_then(|rates| rates.rate(Meter::Output)).map(Exact::rate);
        Some(Self {
            input: rate(Meter::Input)?,
            output: output?,
            reasoning: rate(Meter::Reasoning).or(thinking),
            cache_read: rate(Meter::CacheRead),
            cache_write: rate(Meter::CacheWrite),
            input_audio: rate(Meter::InputAudio),
            output_audio: rate(Meter::OutputAudio),
        })
    }
}
