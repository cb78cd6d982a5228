//! A model's name, prices and place in its life.

use portolan_types::Status;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{ModelId, ModelShape, PricesShape, ProviderShape};
use crate::source::Spanned;

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for (_, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        for (id, model) in provider.models.iter() {
            name(id, model, out);
            prices(id, provider, model, out);
            status(id, model, out);
        }
    }
}

fn name(id: &Spanned<ModelId>, model: &ModelShape, out: &mut Diagnostics) {
    if model.name.is_none() && model.base.is_none() {
        let message = format!("model `{}` has no name", **id);
        let help = "add `name:`, or `base:` with the base model that it is";
        out.push(Diagnostic::new(Code::NoName, id.span, message).help(help));
    }
}

fn prices(
    id: &Spanned<ModelId>,
    provider: &ProviderShape,
    model: &ModelShape,
    out: &mut Diagnostics,
) {
    let default = provider.defaults.as_ref().and_then(|defaults| defaults.prices.as_ref());
    if model.prices.is_none() && default.is_none() {
        let message = format!("model `{}` has no prices", **id);
        let help = "add `prices:` with cards, or `free`, `included` or `unknown`";
        out.push(Diagnostic::new(Code::NoPrices, id.span, message).help(help));
    }
    if let (None, Some(PricesShape::Cards(_))) = (&model.prices, default) {
        let message = format!("model `{}` would inherit price cards", **id);
        let help = "`defaults: { prices: .. }` takes a state; write cards at each model";
        out.push(Diagnostic::new(Code::NoPrices, id.span, message).help(help));
    }
}

fn status(id: &Spanned<ModelId>, model: &ModelShape, out: &mut Diagnostics) {
    let mut conflict = |span, message: String, help: &str| {
        out.push(Diagnostic::new(Code::StatusConflict, span, message).help(help));
    };
    if let (Some(retired), Some(_)) = (&model.retired, &model.delisted) {
        let message = format!("model `{}` is both retired and delisted", **id);
        conflict(
            retired.on.span,
            message,
            "`retired` is the vendor's word and says more: remove `delisted`",
        );
    }
    if let Some(retired) = &model.retired
        && !retired.on.0.is_full()
    {
        let message = format!("the day on which `{}` is retired is not whole", **id);
        conflict(
            retired.on.span,
            message,
            "write the day, as `2026-06-24`; without one use `status: deprecated`",
        );
    }
    if let Some(delisted) = &model.delisted
        && !delisted.last_seen.0.is_full()
    {
        let message = format!("the day on which `{}` was last seen is not whole", **id);
        conflict(delisted.last_seen.span, message, "write the day, as `2026-05-01`");
    }
    let two = model.retired.as_ref().and_then(|retired| retired.replacement.as_ref());
    if let (Some(replacement), Some(_)) = (&model.replacement, two) {
        let message = format!("model `{}` has two replacements", **id);
        conflict(replacement.span, message, "keep the one under `retired`");
    }
    let Some(status) = &model.status else { return };
    match status.0 {
        Status::Retired if model.retired.is_none() => {
            conflict(
                status.span,
                "`retired` without a date".to_owned(),
                "write `retired: { on: DATE }`",
            );
        }
        Status::Delisted if model.delisted.is_none() => {
            conflict(
                status.span,
                "`delisted` without a last sighting".to_owned(),
                "write `delisted: { last_seen: DATE }`",
            );
        }
        Status::Active | Status::Preview if model.delisted.is_some() => {
            let message = format!("`{}` and delisted at once", status.value);
            conflict(status.span, message, "remove one");
        }
        _ => {}
    }
}
