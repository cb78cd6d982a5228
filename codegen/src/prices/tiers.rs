//! Context tiers: ascending, complete, one rule per card; a grid of input and output thresholds has every cell.

use std::collections::BTreeSet;

use portolan_types::Meter;

use super::expand;
use crate::catalog::{Rates, Tier};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{TierScope, TierShape, Word};
use crate::source::{Span, Spanned};

/// The tiers of a card, their rates complete for a whole request. `base` is the card's own rates.
pub(super) fn resolve(
    shapes: &[Spanned<TierShape>],
    base: &Rates,
    out: &mut Diagnostics,
) -> Vec<Tier> {
    let Some(first) = shapes.first() else { return Vec::new() };
    let scope = scope(first);
    let mut tiers: Vec<Tier> = Vec::with_capacity(shapes.len());
    let before = out.len();
    for shape in shapes {
        check_form(shape, first, scope, out);
        check_rates(shape, base, scope, out);
        let tier = tier(shape, base, scope);
        if let Some(last) = tiers.last()
            && thresholds(last) >= thresholds(&tier)
        {
            let help = "sort tiers by `tokens`, then by `output_tokens`; a threshold stands once";
            out.push(
                Diagnostic::new(Code::TierOrder, threshold_span(shape), "tiers are not ascending")
                    .label("not above the tier before it")
                    .help(help),
            );
        }
        tiers.push(tier);
    }
    if out.len() == before {
        check_grid(&tiers, first.span, out);
    }
    tiers
}

fn scope(shape: &TierShape) -> TierScope {
    shape.scope.map_or(TierScope::Whole, |scope| scope.0)
}

fn thresholds(tier: &Tier) -> (u64, u64) {
    (tier.input_above.unwrap_or(0), tier.output_above.unwrap_or(0))
}

fn threshold_span(shape: &Spanned<TierShape>) -> Span {
    let number = shape.tokens.as_ref().or(shape.output_tokens.as_ref());
    number.map_or(shape.span, |count| count.span)
}

fn tier(shape: &Spanned<TierShape>, base: &Rates, scope: TierScope) -> Tier {
    let mut rates = expand::rates(&shape.rates);
    if scope == TierScope::Whole {
        rates.0.extend(base.0.iter().filter(|(meter, _)| !meter.is_token()));
        rates.0.sort_unstable();
    }
    Tier {
        scope: Word(scope),
        inclusive: shape.inclusive.unwrap_or(false),
        rates,
        input_above: shape.tokens.as_ref().map(|count| count.0),
        output_above: shape.output_tokens.as_ref().map(|count| count.0),
    }
}

/// Every tier of a card says one rule: what it counts, what it re-rates, on which side its number lies.
fn check_form(
    shape: &Spanned<TierShape>,
    first: &Spanned<TierShape>,
    first_scope: TierScope,
    out: &mut Diagnostics,
) {
    let mut mistake = |message: &str, help: &str| {
        out.push(Diagnostic::new(Code::TierForm, shape.span, message).help(help));
    };
    if shape.tokens.is_none() && shape.output_tokens.is_none() {
        mistake(
            "a tier without a threshold",
            "add `tokens:`, the number of input tokens above which it holds",
        );
    }
    if scope(shape) != first_scope {
        mistake("tiers of two scopes in one card", "give every tier of the card the same `scope`");
    }
    if scope(shape) == TierScope::Above && shape.output_tokens.is_some() {
        mistake(
            "a graduated tier with `output_tokens`",
            "with `scope: above` each meter counts its own units: write `tokens:` alone",
        );
    }
    if shape.inclusive.unwrap_or(false) != first.inclusive.unwrap_or(false) {
        mistake(
            "tiers of which only some are `inclusive`",
            "give every tier of the card the same `inclusive`",
        );
    }
}

/// A whole-request tier has a rate for each token meter of the card and for nothing else; a graduated tier only for
/// meters of the card.
fn check_rates(shape: &Spanned<TierShape>, base: &Rates, scope: TierScope, out: &mut Diagnostics) {
    let tier: BTreeSet<Meter> = shape.rates.iter().map(|(meter, _)| meter.value.0).collect();
    let missing =
        base.0.iter().map(|(meter, _)| *meter).filter(|m| m.is_token() && !tier.contains(m));
    if scope == TierScope::Whole {
        for meter in missing {
            let message = format!("the tier has no rate for `{meter}`");
            let help = "a tier is complete: say the rate again, even if it is the same";
            out.push(Diagnostic::new(Code::IncompleteTier, shape.span, message).help(help));
        }
    }
    for (meter, _) in shape.rates.iter() {
        let known = base.rate(meter.value.0).is_some();
        if !known || (scope == TierScope::Whole && !meter.value.0.is_token()) {
            let message = format!("`{}` in a tier whose card does not re-rate it", meter.value);
            let help = "a tier names the token meters of its card, no more";
            out.push(Diagnostic::new(Code::IncompleteTier, meter.span, message).help(help));
        }
    }
}

/// Thresholds on input and output together form a grid: every pair of them but the card's own cell.
fn check_grid(tiers: &[Tier], place: Span, out: &mut Diagnostics) {
    let cells: BTreeSet<_> = tiers.iter().map(thresholds).collect();
    let inputs: BTreeSet<_> = cells.iter().map(|cell| cell.0).chain([0]).collect();
    let outputs: BTreeSet<_> = cells.iter().map(|cell| cell.1).chain([0]).collect();
    for input in &inputs {
        for output in &outputs {
            let own = (*input, *output) == (0, 0);
            if !own && !cells.contains(&(*input, *output)) {
                let message = format!("no tier above {input} input and {output} output tokens");
                let help = "thresholds on both counts form a grid: write each cell, even if two cost the same";
                out.push(Diagnostic::new(Code::TierGrid, place, message).help(help));
            }
        }
    }
}
