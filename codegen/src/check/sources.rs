//! Whoever names a source says when the facts were compared with it: the date of one page is not that of another. And a
//! source of single facts is one of facts that the model says, each of which has one.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{Checked, FactKey, ModelShape, PricesShape, Url, Word};
use crate::source::Spanned;

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for lab in &manifests.labs {
        dated(lab.file.source.as_ref(), lab.file.checked, out);
        for (_, model) in lab.file.models.iter() {
            dated(model.source.as_ref(), model.checked, out);
        }
    }
    for vendor in &manifests.vendors {
        dated(vendor.file.source.as_ref(), vendor.file.checked, out);
        for (_, provider) in vendor.file.providers.iter() {
            dated(provider.source.as_ref(), provider.checked, out);
            for (_, model) in provider.models.iter() {
                dated(model.source.as_ref(), model.checked, out);
                facts(model, out);
                cards(model, out);
            }
        }
    }
}

fn dated(source: Option<&Spanned<Url>>, checked: Option<Checked>, out: &mut Diagnostics) {
    if let (Some(source), None) = (source, checked) {
        let help = "add `checked:` with the day or month of the comparison, or `checked: unknown`";
        undated(source, help, out);
    }
}

fn facts(model: &ModelShape, out: &mut Diagnostics) {
    let mut seen: Vec<&Spanned<Word<FactKey>>> = Vec::new();
    for fact in model.fact_sources.iter().flat_map(|source| &source.facts) {
        let refuse = |message: String, help: &str| {
            Diagnostic::new(Code::FactSource, fact.span, message).help(help)
        };
        if let Some(before) = seen.iter().find(|before| before.value == fact.value) {
            let message = format!("a second source of `{}`", fact.value);
            let refused = refuse(message, "keep the one that the value is from");
            out.push(refused.secondary(before.span, "the first source"));
        } else if !model.facts.says(fact.0) {
            let message = format!("a source of `{}`, which the model does not say", fact.value);
            out.push(refuse(message, "say the fact at the model, or take its key out of the list"));
        }
        seen.push(fact);
    }
}

/// A price needs a date that is known.
fn cards(model: &ModelShape, out: &mut Diagnostics) {
    let Some(PricesShape::Cards(cards)) = &model.prices else { return };
    for card in cards.iter().filter(|card| card.checked.is_none()) {
        if let Some(source) = &card.source {
            undated(source, "add `checked:` with the day or month of the comparison", out);
        }
    }
}

fn undated(source: &Spanned<Url>, help: &str, out: &mut Diagnostics) {
    let message = "a source without the date on which it was checked";
    out.push(Diagnostic::new(Code::NoSource, source.span, message).help(help));
}
