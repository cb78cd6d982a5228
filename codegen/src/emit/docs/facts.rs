//! The facts of a provider's models that are not from the source of the model: one row for each source and the facts that
//! it gives, with the models that have them from there.

use std::collections::BTreeMap;

use super::markdown::Table;
use super::words::{codes, joined, model_ref, source, stated};
use crate::catalog::{Provider, Source};
use crate::labels::Labels;
use crate::manifest::Closed as _;

/// The table.
pub(super) fn table(provider: &Provider, labels: &Labels) -> String {
    let mut groups: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for model in &provider.models {
        for one in &model.fact_sources {
            let facts: Vec<_> = one.facts.iter().map(|fact| fact.0.id()).collect();
            let models = groups.entry((&one.source, one.checked, facts)).or_default();
            models.push(model_ref(provider, model));
        }
    }
    let terms = &labels.terms;
    let mut table = Table::new([&*terms.fact, &*terms.source, &*terms.model]);
    for ((url, checked, facts), models) in groups {
        let said = Source { url: Some(url.clone()), checked: Some(checked) };
        let facts = stated(codes(facts, labels), labels);
        let models = stated(joined(models, &labels.phrases.list), labels);
        table.row([facts, source(&said, labels), models]);
    }
    table.text()
}
