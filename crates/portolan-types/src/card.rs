//! Prices as data: states, cards and tiers, as the generator prints them.
//!
//! A row spells dates and rates as plain numbers, because a compiler takes four times as long for
//! `Some(Date(20260527))` as for `20260527` and there are thousands of rows. What a number means,
//! and that one is not stated, is read through the methods.
//!
//! The compiler guarantees what the engine relies on:
//!
//! - Cards are sorted so that a card comes before every card whose conditions it strictly contains,
//!   and for every context at most one card is the most specific. So the first card that holds wins.
//! - A card has whole-request tiers or graduated ones, never both; tiers ascend.
//! - A whole-request tier carries the complete rates that bill the request, those of meters that
//!   are no tokens included. A graduated tier names only meters of the card.
//! - A meter has one rate at most, in its field or in `others`, which are sorted; none is above
//!   [`MAX_RATE`](crate::MAX_RATE).
//! - Windows do not wrap, ascend and neither overlap nor touch; regions are not empty strings, each
//!   once; variants are sorted, one of a kind.

use crate::meter::Meter;
use crate::model::stated;
use crate::money::Currency;
use crate::rates::{NO_RATE, Rates};
use crate::service_tier::ServiceTier;
use crate::time::{Date, Timestamp, Window};
use crate::variant::Variant;
use crate::words::words;

/// What a model costs: one of four things. Zero never stands for unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Price {
    /// Billed by these cards, in the order that the module's contract states.
    Priced(&'static [Card]),
    /// Said to be free.
    Free,
    /// Included in a plan: nothing is billed for a request.
    Included,
    /// Nobody said. Quoting is an error.
    Unknown,
}

words! {
    /// Which of the four a [`Price`] is.
    State {
        /// Billed by cards.
        Priced = "priced",
        /// Said to be free.
        Free = "free",
        /// Included in a plan.
        Included = "included",
        /// Nobody said.
        Unknown = "unknown",
    }
}

impl Price {
    /// Which of the four it is.
    pub const fn state(&self) -> State {
        match self {
            Self::Priced(_) => State::Priced,
            Self::Free => State::Free,
            Self::Included => State::Included,
            Self::Unknown => State::Unknown,
        }
    }

    /// The cards; none where it is not priced by cards.
    pub const fn cards(&self) -> &'static [Card] {
        match self {
            Self::Priced(cards) => cards,
            Self::Free | Self::Included | Self::Unknown => &[],
        }
    }
}

/// Prices that hold together under the conjunction of the card's conditions. Generated literals
/// name what differs from [`Card::STANDARD`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// When it starts to hold, in seconds since 1970, inclusive; `i64::MIN` if always. See
    /// [`Card::from`].
    pub from: i64,
    /// When it ceases to hold, in seconds since 1970, exclusive; `i64::MAX` if never. See
    /// [`Card::until`].
    pub until: i64,
    /// The parts of the week in which it holds; empty is always.
    pub windows: &'static [Window],
    /// The service tier that it prices.
    pub service_tier: ServiceTier,
    /// The regions that it prices; empty is every region.
    pub regions: &'static [&'static str],
    /// The variants that must all be the request's, sorted; empty is any.
    pub variants: &'static [Variant],
    /// The currency of every rate of the card.
    pub currency: Currency,
    /// The rate of [`Meter::Input`], in 1e-12 currency units per the meter's `per`, as every rate;
    /// [`NO_RATE`] if it has none.
    pub input: u64,
    /// The rate of [`Meter::CacheRead`].
    pub cache_read: u64,
    /// The rate of [`Meter::CacheWrite`].
    pub cache_write: u64,
    /// The rate of [`Meter::Output`].
    pub output: u64,
    /// The rates of other meters, sorted.
    pub others: &'static [(Meter, u64)],
    /// The context tiers, ascending.
    pub tiers: &'static [Tier],
    /// When a source first recorded it, as [`Date`] has it, 0 if none did. See [`Card::seen`].
    pub seen: u32,
    /// Before it the card holds back to the first record: such a quote assumes the price's form.
    pub assumed_before: Option<Timestamp>,
    /// From it on the old price holds for want of a newer record: such a quote assumes the date.
    pub assumed_after: Option<Timestamp>,
    /// How the rates were converted, where the vendor's own are not known.
    pub converted: Option<&'static Converted>,
    /// Where the prices are from, empty if nobody says. See [`Card::source`].
    pub source: &'static str,
    /// When the source was last checked, as [`Date`] has it, 0 if never. See [`Card::checked`].
    pub checked: u32,
}

impl Card {
    /// A card in dollars for the standard tier without conditions or rates.
    pub const STANDARD: Self = Self {
        from: i64::MIN,
        until: i64::MAX,
        windows: &[],
        service_tier: ServiceTier::Standard,
        regions: &[],
        variants: &[],
        currency: Currency::Usd,
        input: NO_RATE,
        cache_read: NO_RATE,
        cache_write: NO_RATE,
        output: NO_RATE,
        others: &[],
        tiers: &[],
        seen: 0,
        assumed_before: None,
        assumed_after: None,
        converted: None,
        source: "",
        checked: 0,
    };

    /// When it starts to hold, inclusive: the vendor's date, else the first sighting; nothing if
    /// it always did.
    pub const fn from(&self) -> Option<Timestamp> {
        if self.from == i64::MIN { None } else { Some(Timestamp(self.from)) }
    }

    /// When it ceases to hold, exclusive; nothing if it never does.
    pub const fn until(&self) -> Option<Timestamp> {
        if self.until == i64::MAX { None } else { Some(Timestamp(self.until)) }
    }

    /// Its rates, by meter.
    #[inline]
    pub const fn rates(&self) -> Rates {
        Rates::new([self.input, self.cache_read, self.cache_write, self.output], self.others)
    }

    /// When a source first recorded it: evidence, not a condition.
    pub const fn seen(&self) -> Option<Date> {
        Date::stated(self.seen)
    }

    /// Where the prices are from.
    pub const fn source(&self) -> Option<&'static str> {
        stated(self.source)
    }

    /// When the source was last checked.
    pub const fn checked(&self) -> Option<Date> {
        Date::stated(self.checked)
    }
}

/// Other rates of a card above a number of units. Generated literals name what differs from
/// [`Tier::WHOLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// What the tier re-rates, and what its numbers count.
    pub scope: Scope,
    /// The number of input tokens to exceed, or of a meter's own units where graduated.
    pub input_above: Option<u64>,
    /// The number of output tokens to exceed. With `input_above` both must be exceeded.
    pub output_above: Option<u64>,
    /// Whether the numbers themselves are already above.
    pub inclusive: bool,
    /// The rate of [`Meter::Input`]; [`NO_RATE`] if it has none.
    pub input: u64,
    /// The rate of [`Meter::CacheRead`].
    pub cache_read: u64,
    /// The rate of [`Meter::CacheWrite`].
    pub cache_write: u64,
    /// The rate of [`Meter::Output`].
    pub output: u64,
    /// The rates of other meters, sorted.
    pub others: &'static [(Meter, u64)],
}

impl Tier {
    /// A tier for the whole request without a number or rates.
    pub const WHOLE: Self = Self {
        scope: Scope::Whole,
        input_above: None,
        output_above: None,
        inclusive: false,
        input: NO_RATE,
        cache_read: NO_RATE,
        cache_write: NO_RATE,
        output: NO_RATE,
        others: &[],
    };

    /// Its rates, by meter.
    #[inline]
    pub const fn rates(&self) -> Rates {
        Rates::new([self.input, self.cache_read, self.cache_write, self.output], self.others)
    }
}

/// How much of a request a tier re-rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole request, output included. `input_above` counts all input tokens (cached and
    /// cache-write tokens too), `output_above` all output tokens; the last tier exceeded wins.
    Whole,
    /// Only what lies above (graduated). Each meter that the tier names is split at the tier's one
    /// number by its own units, and the part above it is billed at the tier's rate, up to the next
    /// tier that names the meter. Usage that is billed as the meter for want of a rate of its own
    /// counts on from the meter's units. Meters that are not named keep the card's rate.
    Above,
}

/// That a source converted a price, and the original is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The currency that the vendor bills in.
    pub from: Currency,
    /// The exchange rate as the source states it.
    pub rate: &'static str,
    /// The date of the exchange rate.
    pub date: Date,
}
