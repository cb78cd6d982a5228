//! Facts beside facts: limits, modalities, features, status. Only what the source states is compared, and a day agrees
//! with its month.

use portolan_codegen::catalog::{Facts, Model, Source};
use portolan_codegen::manifest::{Closed as _, FactKey};
use portolan_types::{Capability, Status};

use super::Difference;
use super::explain::Pair;
use crate::facts::{agree, is_part, text};
use crate::flat::same;

/// The facts that are compared. How reasoning is controlled every source says in its own way.
const COMPARED: [FactKey; 15] = [
    FactKey::Context,
    FactKey::MaxInput,
    FactKey::MaxOutput,
    FactKey::Input,
    FactKey::Output,
    FactKey::Reasoning,
    FactKey::Tools,
    FactKey::StructuredOutput,
    FactKey::Temperature,
    FactKey::Attachments,
    FactKey::OpenWeights,
    FactKey::Released,
    FactKey::Cutoff,
    FactKey::ReasoningField,
    FactKey::TokenLimitField,
];

/// The facts that differ.
pub(super) fn differences(pair: &Pair<'_>) -> Vec<Difference> {
    let mut differing = Vec::new();
    for key in COMPARED {
        let Some(said) = text(&pair.row.facts, key) else { continue };
        let here = text(&pair.model.facts, key);
        let own = here.clone().or_else(|| instead(&pair.model.facts, key));
        let is_same = |own: &String| {
            agree(own, &said) || (pair.whole.id == "litellm" && is_part(key, &said, own))
        };
        if own.as_ref().is_some_and(is_same) {
            continue;
        }
        let source = source(pair, key, here.as_deref());
        differing.push(pair.differs(key.id().to_owned(), own, said, &source));
    }
    differing.extend(capability(pair));
    differing.extend(life(pair));
    differing
}

/// Where a fact is from, if not where the model's others are: another source, or the base model that says the same.
fn source(pair: &Pair<'_>, key: FactKey, here: Option<&str>) -> Source {
    let Model { fact_sources, .. } = pair.model;
    let named = fact_sources.iter().find(|one| one.facts.iter().any(|fact| fact.0 == key));
    if let Some(named) = named {
        return Source { url: Some(named.source.clone()), checked: Some(named.checked) };
    }
    let base = pair.base.filter(|base| here.is_some() && text(&base.facts, key).as_deref() == here);
    base.map(|base| base.source.clone()).unwrap_or_default()
}

fn capability(pair: &Pair<'_>) -> Option<Difference> {
    let (here, said) = (pair.model.facts.capability, pair.row.facts.capability);
    let differs = || {
        pair.differs(
            "capability".to_owned(),
            Some(here.to_string()),
            said.to_string(),
            &Source::default(),
        )
    };
    // A source that says nothing of it means chat.
    (here != said && said.0 != Capability::Chat).then(differs)
}

/// What stands for a fact that is not stated: the most input tokens are at most those of the context.
fn instead(facts: &Facts, key: FactKey) -> Option<String> {
    let context = facts.context.filter(|_| key == FactKey::MaxInput);
    context.map(|tokens| tokens.to_string())
}

/// Status and retirement.
fn life(pair: &Pair<'_>) -> Vec<Difference> {
    let (model, row) = (pair.model, pair.row);
    let status = row.status.filter(|status| *status != Status::Active);
    let fields = [
        ("status", Some(model.status.to_string()), status.map(|status| status.to_string())),
        (
            "retired.on",
            model.retires.map(|day| day.0.to_string()),
            row.retires.as_ref().map(|(day, _)| day.0.to_string()),
        ),
    ];
    let differing = fields.into_iter().filter_map(|(field, own, said)| {
        let said = said.filter(|said| own.as_ref().is_none_or(|own| !same(own, said)))?;
        Some(pair.differs(field.to_owned(), own, said, &Source::default()))
    });
    differing.collect()
}
