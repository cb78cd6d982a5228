//! Facts beside facts: limits, modalities, features, status. Only what the source states is compared, and a day agrees
//! with its month.

use portolan_codegen::catalog::{BaseModel, Facts, Source};
use portolan_codegen::manifest::Word;
use portolan_types::{Modality, Status};

use super::Difference;
use super::explain::Pair;
use crate::flat::same;

/// The facts that differ.
pub(super) fn differences(pair: &Pair<'_>) -> Vec<Difference> {
    let (here, there) = (values(&pair.model.facts), values(&pair.row.facts));
    let base = pair.base.map(|base| (base, values(&base.facts)));
    let mut differing = Vec::new();
    for (position, (field, said)) in there.into_iter().enumerate() {
        let Some(said) = said else { continue };
        let own = here[position].1.clone().or_else(|| instead(pair, field));
        if own.as_ref().is_some_and(|own| agrees(pair, field, own, &said)) {
            continue;
        }
        let inherited = base.as_ref().filter(|(_, facts)| facts[position].1 == own);
        let source = inherited.map(|(base, _): &(&BaseModel, _)| base.source.clone());
        differing.push(pair.differs(field.to_owned(), own, said, &source.unwrap_or_default()));
    }
    differing.extend(life(pair));
    differing
}

/// What stands for a fact that is not stated: the most input tokens are at most those of the context.
fn instead(pair: &Pair<'_>, field: &str) -> Option<String> {
    let context = pair.model.facts.context.filter(|_| field == "limits.input");
    context.map(|tokens| tokens.to_string())
}

/// Whether two values of a fact agree. litellm's flags say what goes in, not what does not, so its list may be shorter.
fn agrees(pair: &Pair<'_>, field: &str, own: &str, said: &str) -> bool {
    let is_part = pair.whole.id == "litellm"
        && field.starts_with("modalities.")
        && said.split(", ").all(|one| own.split(", ").any(|other| other == one));
    is_part || same(own, said)
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

type Values = Vec<(&'static str, Option<String>)>;

/// The facts as texts, by their keys in manifests.
fn values(facts: &Facts) -> Values {
    let count = |number: Option<u64>| number.map(|number| number.to_string());
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    vec![
        ("limits.context", count(facts.context)),
        ("limits.input", count(facts.max_input)),
        ("limits.output", count(facts.max_output)),
        ("modalities.input", list(&facts.input)),
        ("modalities.output", list(&facts.output)),
        ("features.reasoning", flag(facts.reasoning)),
        ("features.tools", flag(facts.tools)),
        ("features.structured_output", flag(facts.structured_output)),
        ("features.temperature", flag(facts.temperature)),
        ("features.attachments", flag(facts.attachments)),
        ("open_weights", flag(facts.open_weights)),
        ("released", facts.released.map(|day| day.0.to_string())),
        ("cutoff", facts.cutoff.map(|day| day.0.to_string())),
        ("capability", Some(facts.capability.to_string())),
        ("reasoning_field", facts.reasoning_field.clone()),
    ]
}

/// Modalities as one text, in one order; nothing if there are none.
fn list(modalities: &[Word<Modality>]) -> Option<String> {
    let mut sorted = modalities.to_vec();
    sorted.sort_unstable();
    let texts: Vec<_> = sorted.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}
