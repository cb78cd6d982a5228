//! Which card holds: takes a price's cards and a context, returns the one card that bills it or
//! says exactly why there is none.
//!
//! A condition on a region or a variant that the context does not name leaves a card open: it may
//! hold or not. The compiler's order makes the first card that holds the winner, so only open cards
//! before it can change the answer, and only if their prices differ.

use crate::card::Card;
use crate::choices::Choices;
use crate::context::Context;
use crate::error::PriceError;
use crate::rates::{Billing, billing};
use crate::time::{Timestamp, Window};
use crate::usage::Usage;
use crate::variant::Variant;

/// Whether a card holds in a context.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holding {
    /// It does not.
    No,
    /// That depends on a region or a variant that the context does not name.
    Open,
    /// It does.
    Yes,
}

/// The card that bills this usage in this context.
#[inline]
pub(crate) fn choose(
    cards: &'static [Card],
    usage: &Usage,
    context: &Context<'_>,
) -> Result<&'static Card, PriceError> {
    let first = cards.iter().find_map(|card| match holding(card, context) {
        Holding::No => None,
        holding => Some((card, holding == Holding::Yes)),
    });
    match first {
        Some((card, true)) => Ok(card),
        Some(_) => settle(cards, usage, context),
        None => Err(why_none(cards, context)),
    }
}

#[inline]
pub(crate) fn holding(card: &Card, context: &Context<'_>) -> Holding {
    if card.service_tier != context.service_tier || !holds_at(card, context) {
        return Holding::No;
    }
    if card.regions.is_empty() && card.variants.is_empty() {
        return Holding::Yes;
    }
    holds_for(card, context)
}

/// Whether a card is for the region and the variants of the context. Apart from the rest, so
/// that a card without them does not pay.
#[inline(never)]
fn holds_for(card: &Card, context: &Context<'_>) -> Holding {
    let mut holding = Holding::Yes;
    if !card.regions.is_empty() {
        match context.region {
            Some(asked) if !card.regions.contains(&asked) => return Holding::No,
            Some(_) => {}
            None => holding = Holding::Open,
        }
    }
    for variant in card.variants {
        if !context.variants.contains(*variant) {
            if context.variants.kind_set(variant.kind()) {
                return Holding::No;
            }
            holding = Holding::Open;
        }
    }
    holding
}

#[inline]
fn holds_at(card: &Card, context: &Context<'_>) -> bool {
    card.from <= context.at.0
        && (context.at.0 < card.until || card.until == i64::MAX)
        && (card.windows.is_empty() || in_windows(card.windows, context.at))
}

/// Apart from the rest, so that a card without windows does not pay for the minute of the week.
#[inline(never)]
fn in_windows(windows: &[Window], at: Timestamp) -> bool {
    let minute = at.minute_of_week();
    // They ascend and do not overlap, so only the last that has started can hold.
    let started = windows.partition_point(|window| window.start <= minute);
    started > 0 && minute < windows[started - 1].end
}

/// Decides between open cards and the first card that holds: any of them where their prices do not
/// differ, else what must be named.
///
/// A region must be named only where cards differ by it. A variant must be named where cards differ
/// for what was used, or where no card holds without one.
#[cold]
fn settle(
    cards: &'static [Card],
    usage: &Usage,
    context: &Context<'_>,
) -> Result<&'static Card, PriceError> {
    let sure = cards.iter().position(|card| holding(card, context) == Holding::Yes);
    let end = sure.map_or(cards.len(), |position| position + 1);
    let contest = Contest { cards: &cards[..end], context };
    let sure = sure.and_then(|position| cards.get(position));
    if let Some(sure) = sure.filter(|sure| contest.is_even(sure, usage)) {
        return Ok(sure);
    }
    let choices = Choices::new(cards, context);
    if contest.any_pair(|a, b| contest.same_open_variants(a, b) && !same_price(a, b)) {
        return Err(PriceError::RegionRequired { choices });
    }
    let needs_variant = sure.is_none() && contest.winners().all(|card| contest.opens_variant(card))
        || contest.any_pair(|a, b| !same_price_for(a, b, usage));
    if needs_variant {
        return Err(PriceError::VariantRequired { choices });
    }
    sure.or_else(|| contest.winners().next()).ok_or_else(|| why_none(cards, context))
}

/// The cards that could win if everything were named: open ones, then perhaps one that holds.
struct Contest<'c> {
    cards: &'static [Card],
    context: &'c Context<'c>,
}

impl Contest<'_> {
    /// Whether no card that may hold bills otherwise than this one: the usual case, in one pass.
    fn is_even(&self, sure: &Card, usage: &Usage) -> bool {
        self.cards.iter().filter(|card| holding(card, self.context) != Holding::No).all(|card| {
            let by_region = self.opens_region(card);
            if by_region { same_price(card, sure) } else { same_price_for(card, sure, usage) }
        })
    }

    /// Without those that can never win, because earlier cards hold wherever they do.
    fn winners(&self) -> impl Iterator<Item = &'static Card> {
        let cards = self.cards;
        cards.iter().enumerate().filter_map(move |(position, card)| {
            let may_hold = holding(card, self.context) != Holding::No;
            (may_hold && !self.beaten(card, &cards[..position])).then_some(card)
        })
    }

    /// Whether one of the earlier cards holds wherever this one does, in each region that is open.
    fn beaten(&self, card: &Card, earlier: &[Card]) -> bool {
        let beaten_in = |region: Option<&str>| {
            earlier.iter().any(|other| {
                let everywhere = !self.opens_region(other);
                (everywhere || region.is_some_and(|region| other.regions.contains(&region)))
                    && self.variants_within(other, card)
                    && holding(other, self.context) != Holding::No
            })
        };
        if self.opens_region(card) {
            card.regions.iter().all(|region| beaten_in(Some(region)))
        } else {
            beaten_in(None)
        }
    }

    fn any_pair(&self, holds: impl Fn(&Card, &Card) -> bool) -> bool {
        self.winners().any(|a| self.winners().any(|b| holds(a, b)))
    }

    fn same_open_variants(&self, a: &Card, b: &Card) -> bool {
        self.variants_within(a, b) && self.variants_within(b, a)
    }

    fn variants_within(&self, one: &Card, other: &Card) -> bool {
        let named = self.context.variants;
        one.variants
            .iter()
            .all(|variant| named.contains(*variant) || other.variants.contains(variant))
    }

    fn opens_region(&self, card: &Card) -> bool {
        self.context.region.is_none() && !card.regions.is_empty()
    }

    fn opens_variant(&self, card: &Card) -> bool {
        card.variants.iter().any(|variant| !self.context.variants.contains(*variant))
    }
}

fn same_price(a: &Card, b: &Card) -> bool {
    same_money(a, b) && a.rates() == b.rates() && a.tiers == b.tiers
}

/// Whether two cards bill this usage at the same rates.
fn same_price_for(a: &Card, b: &Card, usage: &Usage) -> bool {
    same_money(a, b)
        && match (Billing::of(a, usage), Billing::of(b, usage)) {
            (Billing::Whole { rates: a, .. }, Billing::Whole { rates: b, .. }) => {
                usage.iter().all(|(meter, _)| billing(&a, meter) == billing(&b, meter))
            }
            (
                Billing::Graduated { rates: a, tiers: a_tiers },
                Billing::Graduated { rates: b, tiers: b_tiers },
            ) => a == b && a_tiers == b_tiers,
            _ => false,
        }
}

fn same_money(a: &Card, b: &Card) -> bool {
    a.currency == b.currency && a.converted == b.converted
}

/// Why no card may hold: the first condition, in the order of tier, region, variant and time, that
/// leaves none.
#[cold]
fn why_none(cards: &'static [Card], context: &Context<'_>) -> PriceError {
    let in_tier = || cards.iter().filter(|card| card.service_tier == context.service_tier);
    let in_region = || {
        in_tier().filter(|card| {
            card.regions.is_empty()
                || context.region.is_none_or(|asked| card.regions.contains(&asked))
        })
    };
    let with_variants = || in_region().filter(|card| contradicted(card, context).is_none());
    if in_tier().next().is_none() {
        return PriceError::NoServiceTier { service_tier: context.service_tier };
    }
    if in_region().next().is_none() {
        return PriceError::NoRegion {
            choices: Choices::new(cards, &Context { region: None, ..*context }),
        };
    }
    if with_variants().next().is_none() {
        if let Some(variant) = in_region().find_map(|card| contradicted(card, context)) {
            let variants = context.variants.without(variant.kind());
            let choices = Choices::new(cards, &Context { variants, ..*context });
            return PriceError::NoVariant { variant, choices };
        }
    }
    if with_variants().all(|card| card.from().is_some_and(|from| context.at < from)) {
        if let Some(since) = with_variants().filter_map(Card::from).min() {
            return PriceError::Before { since };
        }
    }
    if with_variants().all(|card| card.until().is_some_and(|until| until <= context.at)) {
        if let Some(until) = with_variants().filter_map(Card::until).max() {
            return PriceError::After { until };
        }
    }
    PriceError::NotHeld { at: context.at }
}

/// The first variant of the context that a card names another value for.
fn contradicted(card: &Card, context: &Context<'_>) -> Option<Variant> {
    let named = |kind| context.variants.iter().find(|variant: &Variant| variant.kind() == kind);
    card.variants
        .iter()
        .filter(|variant| !context.variants.contains(**variant))
        .find_map(|variant| named(variant.kind()))
}
