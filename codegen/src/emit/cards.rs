//! What there is to say of a price card, in the order in which it is said. The words are those of whoever says it.

use portolan_types::{ServiceTier, Timestamp, Variant};

use crate::catalog::{Card, Rates, Tier};
use crate::manifest::{TierScope, Weekday, Word};

/// One condition under which a card holds.
pub(super) enum Condition<'c> {
    ServiceTier(ServiceTier),
    Regions(&'c [String]),
    Variant(&'c str),
    Days(&'c [Word<Weekday>]),
    Time(&'c str),
    From(Timestamp),
    /// The first sighting, where the vendor named no date.
    Seen(Timestamp),
    Until(Timestamp),
}

/// The conditions of a card, without the service tier where it is the ordinary one.
pub(super) fn conditions(card: &Card) -> Vec<Condition<'_>> {
    let mut list = Vec::new();
    if card.service_tier.0 != ServiceTier::Standard {
        list.push(Condition::ServiceTier(card.service_tier.0));
    }
    if !card.regions.is_empty() {
        list.push(Condition::Regions(&card.regions));
    }
    list.extend(card.variants.iter().map(|variant| Condition::Variant(variant)));
    if !card.days.is_empty() {
        list.push(Condition::Days(&card.days));
    }
    list.extend(card.time.iter().map(|time| Condition::Time(time)));
    list.extend(start(card));
    list.extend(card.until.map(|until| Condition::Until(until.0)));
    list
}

/// The one card of an ordinary request that has no end; of several the one that starts last.
pub(super) fn main(cards: &[Card]) -> Option<&Card> {
    let ordinary = cards.iter().filter(|card| {
        card.service_tier.0 == ServiceTier::Standard
            && card.until.is_none()
            && card.regions.is_empty()
            && card.variants.is_empty()
            && card.windows.is_empty()
    });
    ordinary.max_by_key(|card| card.start())
}

/// What else sets the price, in the order of the vocabulary.
pub(super) fn variants(card: &Card) -> Vec<Option<Variant>> {
    let parts = card.variants.iter().map(|variant| variant.split_once('='));
    parts.map(|parts| parts.and_then(|(kind, value)| Variant::from_parts(kind, value))).collect()
}

/// Since when a card holds: the vendor's date, else the first sighting.
pub(super) fn start(card: &Card) -> Option<Condition<'_>> {
    let condition = if card.from.is_some() { Condition::From } else { Condition::Seen };
    card.start().map(|start| condition(start.0))
}

/// When the next of the cards under the same conditions takes the place of one without an end.
pub(super) fn replaced(card: &Card, cards: &[&Card]) -> Option<Timestamp> {
    let same = |other: &&&Card| {
        (other.service_tier, &other.regions, &other.variants, &other.windows)
            == (card.service_tier, &card.regions, &card.variants, &card.windows)
    };
    let starts = cards.iter().filter(same).filter_map(|other| other.start());
    let later = starts.filter(|start| Some(*start) > card.start()).min();
    later.filter(|_| card.until.is_none()).map(|moment| moment.0)
}

/// Where other rates begin.
pub(super) struct Threshold {
    /// Whether only the part above is re-rated.
    pub(super) part: bool,
    /// Whether the counts are of tokens: the part above is counted in a meter's own units.
    pub(super) tokens: bool,
    /// Whether the number itself is above already.
    pub(super) inclusive: bool,
    /// The number of input tokens.
    pub(super) input: Option<u64>,
    /// The number of output tokens.
    pub(super) output: Option<u64>,
}

/// Where a tier begins.
pub(super) fn threshold(tier: &Tier) -> Threshold {
    let part = tier.scope.0 == TierScope::Above;
    Threshold {
        part,
        tokens: !part || tier.rates.0.iter().all(|(meter, _)| meter.is_token()),
        inclusive: tier.inclusive,
        input: tier.input_above,
        output: tier.output_above,
    }
}

/// The rates of tokens, which have one unit, and the others, each of which has its own.
pub(super) fn by_unit(rates: &Rates) -> (Rates, Rates) {
    let (tokens, others) = rates.0.iter().partition(|(meter, _)| meter.is_token());
    (Rates(tokens), Rates(others))
}
