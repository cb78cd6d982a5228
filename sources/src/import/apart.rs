//! What a source says otherwise than the catalog has it, in words for the report.

use portolan_codegen::catalog::{Card, Facts, Model, Price as Here};

use super::claim::Claim;
use super::group::{Offer, Price, is_unsaid, shown};
use super::write;

/// Facts and prices.
pub(super) fn differences(offer: &Offer<'_>, model: &Model) -> Vec<String> {
    let mut apart = facts(&offer.facts, &model.facts);
    apart.extend(prices(offer, &model.price));
    apart
}

/// Facts that both state, and differently.
pub(super) fn facts(source: &Facts, here: &Facts) -> Vec<String> {
    let mut apart = Vec::new();
    macro_rules! compare {
        ($($field:ident)+) => {$(
            if !is_unsaid(&source.$field) && !is_unsaid(&here.$field) && source.$field != here.$field {
                let (here, says) = (shown(&here.$field), shown(&source.$field));
                apart.push(format!("{}: {here}, the source says {says}", stringify!($field)));
            }
        )+};
    }
    compare!(context max_input max_output reasoning tools structured_output open_weights released cutoff);
    apart
}

fn prices(offer: &Offer<'_>, here: &Here) -> Vec<String> {
    let Price::Priced(claims) = &offer.price else { return Vec::new() };
    let current = claims.iter().filter(|claim| {
        let dates = &claim.card.dates;
        dates.until.is_none() && dates.last_seen.is_none()
    });
    match here {
        Here::Priced(cards) => current
            .filter(|claim| !cards.iter().any(|card| agrees(claim, card)))
            .map(|claim| format!("prices: no card here says {}", write::compact(claim)))
            .collect(),
        Here::Unknown => current
            .map(|claim| format!("prices: unknown here, the source says {}", write::compact(claim)))
            .collect(),
        Here::Free | Here::Included => Vec::new(),
    }
}

/// Whether a card here says the same where both say something.
fn agrees(claim: &Claim, card: &Card) -> bool {
    let rates = claim.card.rates.0.iter();
    let mut shared =
        rates.filter_map(|(meter, rate)| Some((*rate, card.rates.rate(*meter)?))).peekable();
    card.service_tier.0 == claim.card.service_tier
        && shared.peek().is_some()
        && shared.all(|(one, other)| one == other)
}
