//! What a pinned price list leaves open: cards of a source for conditions of which the list says nothing.
//!
//! Pure: takes the price list and what the source offers; returns the cards to add. Nothing that a person wrote is
//! changed, and a source that is at odds with the ordinary price adds nothing: what it says of a batch is then half of a
//! price that does not hold. Once added, a card is the person's to keep, so a second import adds nothing.

use std::collections::BTreeSet;

use portolan_codegen::catalog::Source;
use portolan_codegen::manifest::{CardShape, ModelShape, PricesShape};
use portolan_codegen::source::Spanned;
use portolan_types::{Currency, ServiceTier, Variant, VariantKind};

use super::claim::Claim;
use super::group::{Offer, Price};

/// The cards of an offer that the price list of a pinned model has no card for.
pub(super) fn gaps(
    offer: &Offer<'_>,
    shape: &ModelShape,
    currency: Currency,
    around: &Source,
) -> Vec<Claim> {
    let (Price::Priced(said), Some(PricesShape::Cards(cards))) = (&offer.price, &shape.prices)
    else {
        return Vec::new();
    };
    let named = Named::of(cards);
    let standing: Vec<_> =
        cards.iter().filter_map(|card| Claim::of(card, currency, around)).collect();
    let served: Vec<_> = shape.regions.iter().map(ToString::to_string).collect();
    let fills = |claim: &&Claim| {
        holds(claim)
            && named.leaves_open(claim)
            && covers(&served, &claim.regions)
            && ordinary(claim, said)
                .is_some_and(|own| is_whole(claim, own) && stands(own, &standing))
    };
    said.iter().filter(fills).cloned().collect()
}

/// The conditions that a price list tells apart.
struct Named {
    tiers: BTreeSet<ServiceTier>,
    commits: bool,
}

impl Named {
    fn of(cards: &[Spanned<CardShape>]) -> Self {
        let tiers = |card: &Spanned<CardShape>| -> Vec<_> {
            let named: Vec<_> = card.service_tier.iter().map(|tier| tier.0).collect();
            if named.is_empty() { vec![ServiceTier::Standard] } else { named }
        };
        let mut kinds = cards.iter().flat_map(|card| card.variant.iter().map(|(kind, _)| kind.0));
        let commits = kinds.any(|kind| kind == VariantKind::Commitment);
        Self { tiers: cards.iter().flat_map(tiers).collect(), commits }
    }

    /// Whether a claim is for a service tier or a commitment that no card is for. These are ways to buy the same
    /// thing; a size or quality is not, and a card for one would take the place of the list's own rates of tokens.
    fn leaves_open(&self, claim: &Claim) -> bool {
        let variants = &claim.card.variants;
        let is_new_tier = !self.tiers.contains(&claim.card.service_tier) && variants.is_empty();
        let commits = |variant: &Variant| variant.kind() == VariantKind::Commitment;
        is_new_tier || (!self.commits && !variants.is_empty() && variants.iter().all(commits))
    }
}

/// What the source says of an ordinary request in the same place.
fn ordinary<'a>(claim: &Claim, said: &'a [Claim]) -> Option<&'a Claim> {
    said.iter().find(|own| {
        own.card.service_tier == ServiceTier::Standard
            && own.card.variants.is_empty()
            && holds(own)
            && covers(&own.regions, &claim.regions)
    })
}

/// Whether a card says as much as that of an ordinary request: one without output, or flat where the other has tiers,
/// would bill wrongly. What is bought by the hour has no tokens to bill.
fn is_whole(claim: &Claim, own: &Claim) -> bool {
    let needed = own.card.rates.0.iter().filter(|(meter, _)| meter.fallback().is_none());
    let has_rates = needed.into_iter().all(|(meter, _)| claim.card.rate(*meter).is_some());
    let has_tiers = own.card.tiers.is_empty() || !claim.card.tiers.is_empty();
    !claim.card.variants.is_empty() || (has_rates && has_tiers)
}

/// Whether the price list says the same of it.
fn stands(own: &Claim, standing: &[Claim]) -> bool {
    standing.iter().any(|card| {
        card.card.service_tier == ServiceTier::Standard
            && card.card.variants.is_empty()
            && holds(card)
            && covers(&card.regions, &own.regions)
            && card.agrees(own)
            && card.card.tiers.is_empty() == own.card.tiers.is_empty()
    })
}

/// Whether nobody says that it has ended, nor that it is for a part of the week.
fn holds(claim: &Claim) -> bool {
    let card = &claim.card;
    let dates = &card.dates;
    let always = card.days.is_empty() && card.time.is_empty();
    always && dates.until.is_none() && dates.last_seen.is_none()
}

/// Whether every region of a part is one of the whole; no regions are all of them.
fn covers(whole: &[String], part: &[String]) -> bool {
    whole.is_empty() || (!part.is_empty() && part.iter().all(|region| whole.contains(region)))
}
