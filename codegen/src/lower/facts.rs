//! Facts of models: what is said first counts, from the model to its base models to the provider's defaults.

use crate::catalog::{Facts, ReasoningControl};
use crate::check::Names;
use crate::manifest::{Count, FactsShape, ReasoningShape, Word};
use crate::source::Spanned;
use portolan_types::Capability;

/// The facts of a base model with those of its own base models.
pub(super) fn of_base(id: &str, names: &Names<'_>) -> Facts {
    resolve(&names.base_layers(id))
}

/// What a model says of itself, then its base models, then the defaults of its provider.
pub(super) fn of_model(
    own: &FactsShape,
    base: Option<&str>,
    defaults: Option<&FactsShape>,
    names: &Names<'_>,
) -> Facts {
    resolve(&names.layers(own, base, defaults))
}

fn resolve(layers: &[&FactsShape]) -> Facts {
    fn first<T>(layers: &[&FactsShape], read: impl Fn(&FactsShape) -> Option<T>) -> Option<T> {
        layers.iter().find_map(|layer| read(layer))
    }
    let feature = |read: fn(&crate::manifest::FeaturesShape) -> Option<bool>| {
        first(layers, |facts| facts.features.as_ref().and_then(read))
    };
    let limit = |read: fn(&crate::manifest::LimitsShape) -> Option<&Spanned<Count>>| {
        first(layers, |facts| facts.limits.as_ref().and_then(read).map(|count| count.0))
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
        context: limit(|limits| limits.context.as_ref()),
        max_input: limit(|limits| limits.input.as_ref()),
        max_output: limit(|limits| limits.output.as_ref()),
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
    let bound = |count: &Option<Spanned<Count>>| count.as_ref().map(|count| count.0);
    ReasoningControl {
        toggle: shape.toggle,
        efforts: super::texts(&shape.efforts),
        default_effort: shape.default_effort.as_ref().map(ToString::to_string),
        budget_min: shape.budget.as_ref().and_then(|budget| bound(&budget.min)),
        budget_max: shape.budget.as_ref().and_then(|budget| bound(&budget.max)),
    }
}
