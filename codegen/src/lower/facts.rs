//! Facts of models: what is said first counts, from the model to its base models to the provider's defaults.

use crate::catalog::{Facts, ReasoningControl};
use crate::check::{MOST_BASES, Names, base_id};
use crate::manifest::{Count, FactsShape, ReasoningShape, Word};
use portolan_types::Capability;

/// The facts of a base model with those of its own base models.
pub(super) fn of_base(id: &str, names: &Names<'_>) -> Facts {
    resolve(&chain(id, names))
}

/// What a model says of itself, then its base models, then the defaults of its provider.
pub(super) fn of_model(
    own: &FactsShape,
    base: Option<&str>,
    defaults: Option<&FactsShape>,
    names: &Names<'_>,
) -> Facts {
    let mut layers = vec![own];
    layers.extend(base.into_iter().flat_map(|base| chain(base, names)));
    layers.extend(defaults);
    resolve(&layers)
}

fn chain<'m>(id: &str, names: &Names<'m>) -> Vec<&'m FactsShape> {
    let mut layers: Vec<&FactsShape> = Vec::new();
    let mut next = names.base(id);
    // A longer chain, or a circle, is reported by `check`; here it only has to end.
    while let Some(base) = next.filter(|_| layers.len() <= MOST_BASES) {
        layers.push(&base.shape.facts);
        let id = base.shape.base.as_ref().map(|id| base_id(id, base.lab));
        next = id.and_then(|id| names.base(&id));
    }
    layers
}

fn resolve(layers: &[&FactsShape]) -> Facts {
    fn first<T>(layers: &[&FactsShape], read: impl Fn(&FactsShape) -> Option<T>) -> Option<T> {
        layers.iter().find_map(|layer| read(layer))
    }
    let feature = |read: fn(&crate::manifest::FeaturesShape) -> Option<bool>| {
        first(layers, |facts| facts.features.as_ref().and_then(read))
    };
    let limit = |read: fn(&crate::manifest::LimitsShape) -> Option<Count>| {
        first(layers, |facts| facts.limits.as_ref().and_then(read)).map(|count| count.0)
    };
    let modalities = first(layers, |facts| facts.modalities.clone());
    let (input, output) = modalities.map(|m| (m.input, m.output)).unwrap_or_default();
    Facts {
        capability: first(layers, |facts| facts.capability).unwrap_or(Word(Capability::Chat)),
        family: first(layers, |facts| facts.family.as_ref().map(ToString::to_string)),
        released: first(layers, |facts| facts.released),
        cutoff: first(layers, |facts| facts.cutoff),
        input,
        output,
        context: limit(|limits| limits.context),
        max_input: limit(|limits| limits.input),
        max_output: limit(|limits| limits.output),
        reasoning: feature(|features| features.reasoning),
        reasoning_control: first(layers, |facts| facts.reasoning_control.as_ref().map(control)),
        tools: feature(|features| features.tools),
        structured_output: feature(|features| features.structured_output),
        temperature: feature(|features| features.temperature),
        attachments: feature(|features| features.attachments),
        open_weights: first(layers, |facts| facts.open_weights),
        reasoning_field: first(layers, |facts| {
            facts.reasoning_field.as_ref().map(ToString::to_string)
        }),
        token_limit_field: first(layers, |facts| {
            facts.token_limit_field.as_ref().map(ToString::to_string)
        }),
        refuses: first(layers, |facts| facts.refuses.as_deref().map(super::texts))
            .unwrap_or_default(),
    }
}

fn control(shape: &ReasoningShape) -> ReasoningControl {
    let bound = |count: Option<Count>| count.map(|count| count.0);
    ReasoningControl {
        toggle: shape.toggle.unwrap_or(false),
        efforts: super::texts(&shape.efforts),
        default_effort: shape.default_effort.as_ref().map(ToString::to_string),
        budget_min: shape.budget.as_ref().and_then(|budget| bound(budget.min)),
        budget_max: shape.budget.as_ref().and_then(|budget| bound(budget.max)),
    }
}
