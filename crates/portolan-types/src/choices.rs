//! What may be named where a price hangs on it: the regions and variants of the cards that
//! otherwise hold, found when asked for, so that an error needs no memory.

use core::fmt;

use crate::card::Card;
use crate::context::Context;
use crate::select::{Holding, holding};
use crate::variant::Variant;

/// The regions and variants that a price's cards name where everything else about them holds.
/// A region or variant that no card names is not among them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    cards: &'static [Card],
    context: Context<'static>,
}

impl Choices {
    pub(crate) fn new(cards: &'static [Card], context: &Context<'_>) -> Self {
        // A card's own spelling of the region outlives the caller's. Where no card names it, the
        // empty word stands for it, which is no card's region either.
        let region = context.region.map(|asked| {
            cards
                .iter()
                .flat_map(|card| card.regions.iter().copied())
                .find(|region| *region == asked)
                .unwrap_or("")
        });
        let Context { at, service_tier, variants, .. } = *context;
        Self { cards, context: Context { at, service_tier, region, variants } }
    }

    /// The regions to choose from, each once, in the order of the cards.
    pub fn regions(&self) -> impl Iterator<Item = &'static str> {
        let all = || self.open_cards().flat_map(|card| card.regions.iter().copied());
        let unnamed = self.context.region.is_none();
        distinct(all).filter(move |_| unnamed)
    }

    /// The variants to choose from, each once, in the order of the cards.
    pub fn variants(&self) -> impl Iterator<Item = Variant> {
        let named = self.context.variants;
        distinct(move || {
            let all = self.open_cards().flat_map(|card| card.variants.iter().copied());
            all.filter(move |variant| !named.contains(*variant))
        })
    }

    fn open_cards(&self) -> impl Iterator<Item = &'static Card> {
        let context = self.context;
        self.cards.iter().filter(move |card| holding(card, &context) == Holding::Open)
    }
}

fn distinct<T: PartialEq, I: Iterator<Item = T>>(all: impl Fn() -> I) -> impl Iterator<Item = T> {
    all().enumerate().filter_map(move |(position, item)| {
        let seen = all().take(position).any(|earlier| earlier == item);
        (!seen).then_some(item)
    })
}

impl fmt::Debug for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.regions()).entries(self.variants()).finish()
    }
}
