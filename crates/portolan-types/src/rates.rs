//! The rules between a card's rates and a usage: which rate bills a meter, which tier a request is
//! in, where graduated tiers begin, and what units at a rate come to.

use crate::card::{Card, Scope, Tier};
use crate::error::PriceError;
use crate::meter::Meter;
use crate::money::Amount;
use crate::usage::Usage;

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

/// The rate of exactly this meter.
#[inline]
pub(crate) fn rate_of(rates: &[(Meter, u64)], meter: Meter) -> Option<u64> {
    rates.iter().find(|(other, _)| *other == meter).map(|(_, rate)| *rate)
}

/// The meter that bills usage of a meter, and its rate: its own, else its fallback's.
#[inline]
pub(crate) fn billing(rates: &[(Meter, u64)], meter: Meter) -> Option<(Meter, u64)> {
    if let Some(rate) = rate_of(rates, meter) {
        return Some((meter, rate));
    }
    fallback_billing(rates, meter)
}

/// The fallback that bills a meter without a rate of its own, and its rate.
#[inline]
pub(crate) fn fallback_billing(rates: &[(Meter, u64)], meter: Meter) -> Option<(Meter, u64)> {
    let fallback = meter.fallback()?.meter;
    rate_of(rates, fallback).map(|rate| (fallback, rate))
}

/// Why rates do not bill a usage: a meter without a rate, the first there is, else an amount too large.
#[cold]
pub(crate) fn why_unbilled(rates: &[(Meter, u64)], usage: &Usage) -> PriceError {
    let without_rate = usage.iter().find(|(meter, _)| billing(rates, *meter).is_none());
    without_rate.map_or(PriceError::Overflow, |(meter, _)| PriceError::NoRate { meter })
}

/// How a card bills one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Billing {
    /// One set of rates for the whole request, those of a tier where it is in one.
    Whole { rates: &'static [(Meter, u64)], tier: Option<&'static Tier> },
    /// The card's rates, split by graduated tiers.
    Graduated { rates: &'static [(Meter, u64)], tiers: &'static [Tier] },
}

impl Billing {
    #[inline]
    pub(crate) fn of(card: &Card, usage: &Usage) -> Self {
        match card.tiers {
            [] => Self::Whole { rates: card.rates, tier: None },
            [Tier { scope: Scope::Above, .. }, ..] => {
                Self::Graduated { rates: card.rates, tiers: card.tiers }
            }
            tiers => {
                let input = usage.input_tokens();
                let tier = tiers.iter().rev().find(|tier| tier.is_exceeded(input, usage));
                Self::Whole { rates: tier.map_or(card.rates, |tier| tier.rates), tier }
            }
        }
    }
}

impl Billing {
    pub(crate) fn rates(&self) -> &'static [(Meter, u64)] {
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
