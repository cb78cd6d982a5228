//! Facts of models that exclude one another, inherited ones included.

use super::bounds::not_above;
use super::names::Names;
use super::services::listed;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{Count, FactsShape, LimitsShape, ModelShape, ReasoningShape};
use crate::source::Spanned;

pub(super) fn check(manifests: &Manifests, names: &Names<'_>, out: &mut Diagnostics) {
    for (id, base) in names.bases() {
        reasoning(&base.shape.facts, out);
        limits(&names.base_layers(id), out);
    }
    for (_, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        let defaults = provider.defaults.as_ref().map(|defaults| &defaults.facts);
        if let Some(defaults) = defaults {
            reasoning(defaults, out);
        }
        for (_, model) in provider.models.iter() {
            let base = model.base.as_ref().map(|base| &***base);
            let layers = names.layers(&model.facts, base, defaults);
            reasoning(&model.facts, out);
            limits(&layers, out);
            life(model, &layers, out);
        }
    }
}

/// The window holds the input. It need not hold the output: some vendors publish an output limit above their context.
fn limits(layers: &[&FactsShape], out: &mut Diagnostics) {
    let first = |read: fn(&LimitsShape) -> Option<&Spanned<Count>>| {
        layers.iter().find_map(|facts| facts.limits.as_ref().and_then(read))
    };
    let context = ("context", first(|limits| limits.context.as_ref()));
    not_above(("input", first(|limits| limits.input.as_ref())), context, Count::cmp, out);
}

fn reasoning(facts: &FactsShape, out: &mut Diagnostics) {
    let Some(ReasoningShape { default_effort, efforts, budget, .. }) = &facts.reasoning_control
    else {
        return;
    };
    listed("effort", default_effort.as_ref(), efforts, out);
    if let Some(budget) = budget {
        not_above(("min", budget.min.as_ref()), ("max", budget.max.as_ref()), Count::cmp, out);
    }
}

/// A model is released before it is switched off or seen for the last time.
fn life(model: &ModelShape, layers: &[&FactsShape], out: &mut Diagnostics) {
    let Some(released) = layers.iter().find_map(|facts| facts.released) else { return };
    let retired = model.retired.as_ref().map(|retired| ("retired", &retired.on));
    let seen = model.delisted.as_ref().map(|delisted| ("last seen", &delisted.last_seen));
    for (what, day) in retired.into_iter().chain(seen) {
        // Where the day of the release is not known, its month or year counts as the earliest.
        if **day < released {
            let message = format!("{what} on {}, before it was released on {}", day.0, released.0);
            let help = "mend the date that is wrong; `released:` may stand in the base model";
            out.push(Diagnostic::new(Code::StatusConflict, day.span, message).help(help));
        }
    }
}
