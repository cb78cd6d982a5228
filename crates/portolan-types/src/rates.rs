//! The rules between a card's rates and a usage: which rate bills a meter, which tier a request is
//! in, where graduated tiers begin, and what units at a rate come to.

use crate::card::{Card, Scope, Tier};
use crate::error::PriceError;
use crate::meter::Meter;
use crate::money::Amount;
use crate::usage::Usage;

/// What a card or a tier has for a meter that it has no rate for: more than any rate.
pub const NO_RATE: u64 = u64::MAX;

/// The rates of a card or a tier, by meter.
///
/// ```
/// use portolan_types::{Card, Meter};
///
/// let card = Card {
///     input: 1_250_000_000_000,
///     output: 10_000_000_000_000,
///     others: &[(Meter::Searches, 10_000_000_000_000)],
///     ..Card::STANDARD
/// };
/// assert_eq!(card.rates().get(Meter::Output), Some(10_000_000_000_000));
/// assert_eq!(card.rates().get(Meter::CacheRead), None);
/// assert_eq!(card.rates().iter().count(), 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Those of [`MAIN`], in its order.
    main: [u64; MAIN.len()],
    others: &'static [(Meter, u64)],
}

/// The meters that most cards have a rate for. Rows spell them as fields.
const MAIN: [Meter; 4] = [Meter::Input, Meter::CacheRead, Meter::CacheWrite, Meter::Output];

impl Rates {
    pub(crate) const NONE: Self = Self::new([NO_RATE; MAIN.len()], &[]);

    #[inline]
    pub(crate) const fn new(main: [u64; MAIN.len()], others: &'static [(Meter, u64)]) -> Self {
        Self { main, others }
    }

    /// The rate of exactly this meter, in 1e-12 currency units per the meter's `per`.
    #[inline]
    pub fn get(&self, meter: Meter) -> Option<u64> {
        let position = match meter {
            Meter::Input => 0,
            Meter::CacheRead => 1,
            Meter::CacheWrite => 2,
            Meter::Output => 3,
            _ => return self.other(meter),
        };
        let rate = self.main[position];
        if rate == NO_RATE { self.other(meter) } else { Some(rate) }
    }

    #[inline]
    fn other(&self, meter: Meter) -> Option<u64> {
        self.others.iter().find(|(other, _)| *other == meter).map(|(_, rate)| *rate)
    }

    /// Each meter with its rate, in the order of [`Meter::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Meter, u64)> + use<> {
        let rates = *self;
        Meter::ALL.into_iter().filter_map(move |meter| Some((meter, rates.get(meter)?)))
    }

    /// What the usage of [`MAIN`] meters that have a rate comes to; their bits are cleared. Four products of a rate and
    /// as many units as there can be do not overflow, see [`charge`].
    #[inline]
    pub(crate) fn main_tokens(&self, usage: &Usage, without_rate: &mut u64) -> Amount {
        let mut sum = 0;
        for (meter, rate) in MAIN.into_iter().zip(self.main) {
            if rate != NO_RATE {
                *without_rate &= !meter.bit();
                sum += u128::from(usage.units(meter)) * u128::from(rate);
            }
        }
        Amount(sum)
    }

    /// The rates of other meters than [`MAIN`].
    #[inline]
    pub(crate) const fn others(&self) -> &'static [(Meter, u64)] {
        self.others
    }

    /// Each meter with its rate, in no order that counts.
    #[inline]
    pub(crate) fn each(&self) -> impl Iterator<Item = (Meter, u64)> + use<> {
        let main = MAIN.into_iter().zip(self.main).filter(|(_, rate)| *rate != NO_RATE);
        main.chain(self.others.iter().copied())
    }
}

/// What units at a rate come to.
#[derive(Clone, Copy)]
pub(crate) struct Charge {
    pub(crate) amount: Amount,
    /// Whether the exact amount lies between two steps of 1e-18. Only a meter whose `per` does not
    /// divide a power of ten can do that: seconds per hour.
    pub(crate) rounded: bool,
}

/// Rate times units over `per`, rounded half up at 1e-18; nothing where it overflows.
///
/// A rate of at most 10^18 ([`MAX_RATE`](crate::MAX_RATE)), 10^12 units and a scale of at most 10^6
/// come to at most 10^36, and all 38 meters at once to 3.8 * 10^37, a ninth of what a `u128` holds.
/// Token meters have a scale of one and hold even `u64::MAX` units: 17 * 10^18 * 2^64 < 2^128.
#[inline]
pub(crate) fn charge(meter: Meter, units: u64, rate: u64) -> Option<Charge> {
    let product = u128::from(units) * u128::from(rate);
    if meter.is_token() {
        return Some(Charge { amount: Amount(product), rounded: false });
    }
    scaled(meter, product)
}

/// Apart from the rest, so that tokens do not pay for the division.
#[inline(never)]
fn scaled(meter: Meter, product: u128) -> Option<Charge> {
    let (times, over) = meter.scale();
    let scaled = product.checked_mul(times)?;
    if over == 1 {
        return Some(Charge { amount: Amount(scaled), rounded: false });
    }
    let (whole, rest) = (scaled / over, scaled % over);
    let up = u128::from(rest * 2 >= over);
    Some(Charge { amount: Amount(whole + up), rounded: rest != 0 })
}

/// The meter that bills usage of a meter, and its rate: its own, else its fallback's.
#[inline]
pub(crate) fn billing(rates: &Rates, meter: Meter) -> Option<(Meter, u64)> {
    if let Some(rate) = rates.get(meter) {
        return Some((meter, rate));
    }
    fallback_billing(rates, meter)
}

/// The fallback that bills a meter without a rate of its own, and its rate.
#[inline]
pub(crate) fn fallback_billing(rates: &Rates, meter: Meter) -> Option<(Meter, u64)> {
    let fallback = meter.fallback()?.meter;
    rates.get(fallback).map(|rate| (fallback, rate))
}

/// Why rates do not bill a usage: a meter without a rate, the first there is, else an amount too large.
#[cold]
pub(crate) fn why_unbilled(rates: &Rates, usage: &Usage) -> PriceError {
    let without_rate = usage.iter().find(|(meter, _)| billing(rates, *meter).is_none());
    without_rate.map_or(PriceError::Overflow, |(meter, _)| PriceError::NoRate { meter })
}

/// How a card bills one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Billing {
    /// One set of rates for the whole request, those of a tier where it is in one.
    Whole { rates: Rates, tier: Option<&'static Tier> },
    /// The card's rates, split by graduated tiers.
    Graduated { rates: Rates, tiers: &'static [Tier] },
}

impl Billing {
    #[inline]
    pub(crate) fn of(card: &Card, usage: &Usage) -> Self {
        match card.tiers {
            [] => Self::Whole { rates: card.rates(), tier: None },
            [Tier { scope: Scope::Above, .. }, ..] => {
                Self::Graduated { rates: card.rates(), tiers: card.tiers }
            }
            tiers => {
                let tier = exceeded(tiers, usage);
                Self::Whole { rates: tier.map_or_else(|| card.rates(), Tier::rates), tier }
            }
        }
    }
}

/// The last tier that a request exceeds.
#[inline]
pub(crate) fn exceeded(tiers: &'static [Tier], usage: &Usage) -> Option<&'static Tier> {
    let input = usage.input_tokens();
    tiers.iter().rev().find(|tier| tier.is_exceeded(input, usage))
}

impl Billing {
    pub(crate) fn rates(&self) -> &Rates {
        match self {
            Self::Whole { rates, .. } | Self::Graduated { rates, .. } => rates,
        }
    }
}

impl Tier {
    #[inline]
    fn is_exceeded(&self, input: u64, usage: &Usage) -> bool {
        let exceeds = |count: u64, number| count > number || self.inclusive && count == number;
        self.input_above.is_none_or(|number| exceeds(input, number))
            && self.output_above.is_none_or(|number| exceeds(usage.output_tokens(), number))
    }

    /// How many of a meter's units come before this graduated tier.
    #[inline]
    pub(crate) fn start(&self) -> u64 {
        let number = self.input_above.or(self.output_above).unwrap_or(0);
        number.saturating_sub(u64::from(self.inclusive))
    }
}
