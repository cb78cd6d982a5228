//! Whoever names a source says when the facts were compared with it: the date of one page is not that of another.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{Checked, ModelShape, PricesShape, Url};
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
