//! Facts beside facts: limits, modalities, features, status. Only what the source states is compared.

use portolan_codegen::catalog::Source;
use portolan_codegen::manifest::Word;
use portolan_types::{Modality, Status};

use super::Difference;
use super::explain::Pair;

/// The facts that differ.
pub(super) fn differences(pair: &Pair<'_>) -> Vec<Difference> {
    let (here, there) = (&pair.model.facts, &pair.row.facts);
    let text = |number: Option<u64>| number.map(|number| number.to_string());
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    let word = |known: bool, word: &dyn std::fmt::Display| known.then(|| word.to_string());
    let fields = [
        ("limits.context", text(here.context), text(there.context)),
        ("limits.input", text(here.max_input), text(there.max_input)),
        ("limits.output", text(here.max_output), text(there.max_output)),
        ("modalities.input", list(&here.input), list(&there.input)),
        ("modalities.output", list(&here.output), list(&there.output)),
        ("features.reasoning", flag(here.reasoning), flag(there.reasoning)),
        ("features.tools", flag(here.tools), flag(there.tools)),
        ("features.structured_output", flag(here.structured_output), flag(there.structured_output)),
        ("features.temperature", flag(here.temperature), flag(there.temperature)),
        ("features.attachments", flag(here.attachments), flag(there.attachments)),
        ("open_weights", flag(here.open_weights), flag(there.open_weights)),
        (
            "released",
            here.released.map(|day| day.0.to_string()),
            there.released.map(|day| day.0.to_string()),
        ),
        (
            "cutoff",
            here.cutoff.map(|day| day.0.to_string()),
            there.cutoff.map(|day| day.0.to_string()),
        ),
        ("capability", word(true, &here.capability), word(true, &there.capability)),
        (
            "status",
            word(true, &pair.model.status),
            pair.row.status.filter(|status| *status != Status::Active).map(|own| own.to_string()),
        ),
        (
            "retired.on",
            pair.model.retires.map(|day| day.0.to_string()),
            pair.row.retires.as_ref().map(|(day, _)| day.0.to_string()),
        ),
    ];
    let differing = fields.into_iter().filter_map(|(field, here, there)| {
        let there = there.filter(|there| here.as_ref() != Some(there))?;
        Some(pair.differs(field.to_owned(), here, there, &Source::default()))
    });
    differing.collect()
}

/// Modalities as one text, in one order; nothing if there are none.
fn list(modalities: &[Word<Modality>]) -> Option<String> {
    let mut sorted = modalities.to_vec();
    sorted.sort_unstable();
    let texts: Vec<_> = sorted.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}
