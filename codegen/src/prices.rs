//! Prices, from what an author wrote once to the cards that an engine tries in order.
//!
//! Takes a price list and what surrounds it; returns the cards of the frozen catalog with every mistake: derived cards are
//! expanded, tiers made complete, conditions compared. What must hold afterwards is what the engine in `portolan-types`
//! relies on: a card comes before every card whose conditions strictly contain its own, and for every context at most one
//! card is the most specific.

mod conditions;
mod derive;
mod evidence;
mod expand;
mod order;
mod regions;
mod tiers;
mod windows;

pub(crate) use expand::day_after;
pub use windows::of_week;

use portolan_types::{Currency, Timestamp};

use crate::catalog::{Card, Price, Source};
use crate::diagnostic::Diagnostics;
use crate::manifest::{Day, PricesShape, TimeWindow, Weekday, Word};
use crate::source::Span;

/// What a price list inherits from its model, provider and vendor.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The currency of a card that names none.
    pub currency: Currency,
    /// Where the facts are from when a card does not say.
    pub source: Source,
    /// When the model was last listed, if it is delisted: nothing is claimed after that day.
    pub delisted: Option<Timestamp>,
}

/// A card on its way, and where it was written.
#[derive(Clone, Debug)]
struct Draft {
    card: Card,
    id: Option<String>,
    place: Span,
    last_seen: Option<Day>,
    clock: Clock,
}

/// The days and times of a card as they are written.
#[derive(Clone, Debug, Default)]
struct Clock {
    days: Vec<Word<Weekday>>,
    times: Vec<TimeWindow>,
}

/// The price of a model.
pub fn resolve(prices: &PricesShape, around: &Surroundings, out: &mut Diagnostics) -> Price {
    let shapes = match prices {
        PricesShape::Free => return Price::Free,
        PricesShape::Included => return Price::Included,
        PricesShape::Unknown => return Price::Unknown,
        PricesShape::Frozen(price) => return price.clone(),
        PricesShape::Cards(shapes) => shapes,
    };
    let drafts = expand::expand(shapes, around, out);
    evidence::require_sources(&drafts, out);
    conditions::check(&drafts, out);
    let mut drafts = regions::apart(order::most_specific_first(drafts));
    evidence::mark(&mut drafts, around, out);
    Price::Priced(regions::together(drafts))
}
