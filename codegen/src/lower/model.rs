//! A model as a provider serves it.

use portolan_types::{Currency, Status, Timestamp};

use super::provider::Of;
use super::{facts, labels, source, texts};
use crate::catalog::{Disagreement, FactSource, Model, Price, Source};
use crate::check::Names;
use crate::diagnostic::Diagnostics;
use crate::manifest::{ModelId, ModelShape, ProviderShape, Ref, Word};
use crate::prices::{self, Surroundings};
use crate::source::Spanned;

pub(super) fn lower(
    id: &Spanned<ModelId>,
    shape: &ModelShape,
    provider: (&str, &ProviderShape),
    around: &Source,
    of: &Of<'_>,
    out: &mut Diagnostics,
) -> Model {
    let defaults = provider.1.defaults.as_ref();
    let base = shape.base.as_ref();
    let default_facts = defaults.map(|defaults| &defaults.facts);
    let source = source(shape.source.as_ref(), shape.checked, around);
    let replacement = shape.retired.as_ref().and_then(|retired| retired.replacement.as_ref());
    let api = shape.api.as_ref().or(defaults.and_then(|defaults| defaults.api.as_ref()));
    Model {
        id: id.to_string(),
        name: name(id, shape, of),
        rust_name: super::naming::constant(id, shape),
        status: Word(status(shape)),
        facts: facts::of_model(&shape.facts, base.map(|base| &***base), default_facts, of.names),
        price: price(shape, provider.1, &source, out),
        base: base.map(ToString::to_string),
        labels: labels(&shape.labels),
        aliases: texts(&shape.aliases.iter().map(|alias| &**alias).collect::<Vec<_>>()),
        retires: shape.retired.as_ref().map(|retired| *retired.on),
        retires_source: shape
            .retired
            .as_ref()
            .and_then(|r| r.source.as_ref())
            .map(ToString::to_string),
        last_seen: shape.delisted.as_ref().map(|delisted| *delisted.last_seen),
        replacement: replacement
            .or(shape.replacement.as_ref())
            .map(|reference| full_ref(reference, provider.0, of.names)),
        api: api.map(|api| api.value).filter(|api| Some(*api) != default_api(provider.1)),
        regions: texts(&shape.regions.iter().map(|region| &**region).collect::<Vec<_>>()),
        source,
        fact_sources: shape.fact_sources.iter().map(fact_source).collect(),
        notes: texts(&shape.notes),
        disagreements: shape.disagreements.iter().map(disagreement).collect(),
        overrides: of
            .overridden
            .and_then(|said| said.models.get(&***id).cloned())
            .unwrap_or_default(),
    }
}

fn name(id: &str, shape: &ModelShape, of: &Of<'_>) -> String {
    let base = || of.names.base(shape.base.as_ref()?).map(|base| base.shape.name.to_string());
    shape.name.as_ref().map(ToString::to_string).or_else(base).unwrap_or_else(|| id.to_owned())
}

fn default_api(provider: &ProviderShape) -> Option<Word<portolan_types::Api>> {
    provider.default_api.as_ref().map(|api| api.value)
}

/// What the author says, else what the dates mean. Nothing depends on today's date: a retirement that is still to come
/// says `status: deprecated` beside its date.
fn status(shape: &ModelShape) -> Status {
    let said = shape.status.as_ref().map(|status| status.0);
    said.unwrap_or(match (&shape.retired, &shape.delisted) {
        (Some(_), _) => Status::Retired,
        (None, Some(_)) => Status::Delisted,
        (None, None) => Status::Active,
    })
}

/// A replacement as a ref: an id of the same provider comes before another provider's ref.
fn full_ref(replacement: &Ref, provider: &str, names: &Names<'_>) -> String {
    if names.has_model(provider, replacement) {
        format!("{provider}/{replacement}")
    } else {
        replacement.to_string()
    }
}

fn price(
    shape: &ModelShape,
    provider: &ProviderShape,
    source: &Source,
    out: &mut Diagnostics,
) -> Price {
    let defaults = provider.defaults.as_ref();
    let default = defaults.and_then(|defaults| defaults.prices.as_ref());
    let Some(shapes) = shape.prices.as_ref().or(default) else { return Price::Unknown };
    let currency = defaults.and_then(|defaults| defaults.currency);
    let around = Surroundings {
        currency: currency.map_or(Currency::Usd, |currency| currency.0),
        source: source.clone(),
        delisted: delisted_after(shape),
    };
    prices::resolve(shapes, &around, out)
}

fn delisted_after(shape: &ModelShape) -> Option<Timestamp> {
    prices::day_after(shape.delisted.as_ref()?.last_seen.0)
}

fn fact_source(shape: &crate::manifest::FactSourceShape) -> FactSource {
    FactSource {
        facts: shape.facts.iter().map(|fact| fact.value).collect(),
        source: shape.source.to_string(),
        checked: shape.checked,
    }
}

fn disagreement(shape: &crate::manifest::DisagreementShape) -> Disagreement {
    Disagreement {
        field: shape.field.to_string(),
        says: shape.says.to_string(),
        source: shape.source.to_string(),
        checked: shape.checked,
        note: shape.note.as_ref().map(ToString::to_string),
    }
}
