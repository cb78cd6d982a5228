//! Derived cards: copies of the cards that one is like, their rates multiplied, its own words laid over.

use portolan_types::Meter;

use super::{Draft, expand, tiers};
use crate::catalog::{Card, Rates};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{CardShape, Factor, Id, TierScope};
use crate::source::{Span, Spanned};

/// The keys that only a derived card has.
pub(super) fn keys(shape: &CardShape) -> impl Iterator<Item = (Span, &'static str)> {
    let times = shape.times.as_ref().map(|times| (times.span, "times"));
    times.into_iter().chain(shape.without.first().map(|meter| (meter.span, "without")))
}

/// The cards that a card is like, each with this card's own conditions and rates laid over.
pub(super) fn derived(
    shape: &Spanned<CardShape>,
    like: &Spanned<Id>,
    above: &[Draft],
    out: &mut Diagnostics,
) -> Vec<Draft> {
    let by_id = above.iter().any(|draft| draft.id.as_deref() == Some(&***like));
    let is_like = |draft: &&Draft| {
        if by_id {
            draft.id.as_deref() == Some(&***like)
        } else {
            draft.card.service_tier.0.id() == &*like.value
        }
    };
    let models: Vec<_> = above.iter().filter(is_like).collect();
    if models.is_empty() {
        let message = format!("no card above is `{}`", **like);
        let help = "write the service tier or the `id` of a card that stands above";
        out.push(Diagnostic::new(Code::UnknownCard, like.span, message).help(help));
        return Vec::new();
    }
    let overlaid = models.into_iter().map(|model| {
        let mut draft = Draft { place: shape.span, id: None, ..model.clone() };
        derive_rates(shape, &mut draft.card, out);
        expand::overlay(shape, &mut draft, out);
        draft
    });
    let drafts: Vec<Draft> = overlaid.collect();
    // The card's own period leaves out those that had ended before it starts, but not all.
    let held: Vec<_> =
        drafts.iter().filter(|draft| !expand::ends_before_start(&draft.card)).cloned().collect();
    if held.is_empty() { drafts } else { held }
}

/// The rates and tiers of a derived card: the product, less what the card has no rate for, with its own rates laid over.
fn derive_rates(shape: &CardShape, card: &mut Card, out: &mut Diagnostics) {
    multiply(shape, card, out);
    let gone = |meter: Meter| shape.without.iter().any(|key| key.value.0 == meter);
    card.rates.0.retain(|(meter, _)| !gone(*meter));
    for tier in &mut card.tiers {
        tier.rates.0.retain(|(meter, _)| !gone(*meter));
    }
    let own = expand::rates(&shape.rates);
    lay_over(&mut card.rates, own.0.iter());
    for tier in card.tiers.iter_mut().filter(|tier| tier.scope.0 == TierScope::Whole) {
        lay_over(&mut tier.rates, own.0.iter().filter(|(meter, _)| !meter.is_token()));
    }
    if shape.above.is_empty() {
        check_inherited_tiers(shape, card, out);
    } else {
        card.tiers = tiers::resolve(&shape.above, &card.rates, out);
    }
}

fn lay_over<'r>(rates: &mut Rates, own: impl Iterator<Item = &'r (Meter, u64)>) {
    for (meter, rate) in own {
        rates.0.retain(|(other, _)| other != meter);
        rates.0.push((*meter, *rate));
    }
    rates.0.sort_unstable();
}

/// A rate of its own leaves open what the tiers of the other card make of it.
fn check_inherited_tiers(shape: &CardShape, card: &Card, out: &mut Diagnostics) {
    let Some(tier) = card.tiers.first() else { return };
    for (meter, _) in shape.rates.iter() {
        let meter_is_tiered = match tier.scope.0 {
            TierScope::Whole => meter.value.0.is_token(),
            TierScope::Above => tier.rates.rate(meter.value.0).is_some(),
        };
        if meter_is_tiered {
            let message =
                format!("`{}` has a rate of its own, and tiers that do not fit it", meter.value);
            let help = "write the card's own `above:` with every rate";
            out.push(Diagnostic::new(Code::IncompleteTier, meter.span, message).help(help));
        }
    }
}

fn multiply(shape: &CardShape, card: &mut Card, out: &mut Diagnostics) {
    let Some(factor) = &shape.times else { return };
    let own = |meter: Meter| shape.rates.iter().any(|(key, _)| key.value.0 == meter);
    let gone = |meter: Meter| shape.without.iter().any(|key| key.value.0 == meter);
    let mut lists: Vec<&mut Rates> = vec![&mut card.rates];
    lists.extend(card.tiers.iter_mut().map(|tier| &mut tier.rates));
    for (meter, rate) in lists.into_iter().flat_map(|list| list.0.iter_mut()) {
        if own(*meter) || gone(*meter) {
            continue;
        }
        match factor.value.times(*rate) {
            Some(product) => *rate = product,
            None => out.push(inexact(factor, *meter, *rate)),
        }
    }
}

fn inexact(factor: &Spanned<Factor>, meter: Meter, rate: u64) -> Diagnostic {
    let rate = portolan_types::rate_text(rate);
    let message = format!("{rate} for `{meter}` times this is not exact to 12 decimals");
    let help = format!("write `{meter}:` with the vendor's own price beside `like`");
    Diagnostic::new(Code::InexactProduct, factor.span, message).help(help)
}
