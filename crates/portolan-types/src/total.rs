//! What a usage costs, and nothing more: the fast way to ask.
//!
//! It walks the rates of a card once. The lines of a [`Quote`](crate::Quote) walk the usage instead
//! and must come to the same amount.

use crate::card::{Price, Scope, State, Tier};
use crate::context::Context;
use crate::error::PriceError;
use crate::meter::Meter;
use crate::money::{Amount, Currency};
use crate::rates::{Billing, Rates, billing, charge, exceeded, fallback_billing, why_unbilled};
use crate::select::choose;
use crate::usage::Usage;

/// What a usage costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// Whether it is billed, free or included in a plan.
    pub state: State,
    /// The currency of the amount; none where nothing is billed.
    pub currency: Option<Currency>,
    /// The exact amount.
    pub amount: Amount,
}

impl Price {
    /// What a request's usage costs in a context, without allocation.
    ///
    /// # Errors
    ///
    /// Every [`PriceError`]: an unknown price, a meter without a rate, no card that holds, or a
    /// region or variant that must be named.
    ///
    /// ```
    /// use portolan_types::{Card, Context, Date, Meter, Price, PriceError, Usage};
    ///
    /// let price = Price::Priced(&[Card {
    ///     input: 1_250_000_000_000,
    ///     output: 10_000_000_000_000,
    ///     ..Card::STANDARD
    /// }]);
    /// let context = Context::at(Date(20260527).timestamp().unwrap());
    /// let usage = Usage::new().with(Meter::Input, 200_000).with(Meter::Output, 1_000);
    /// assert_eq!(price.total(&usage, &context).unwrap().amount.to_string(), "0.26");
    ///
    /// let cached = usage.with(Meter::CacheWrite1h, 100);
    /// let error = price.total(&cached, &context).unwrap_err();
    /// assert_eq!(error, PriceError::NoRate { meter: Meter::CacheWrite1h });
    /// ```
    #[inline]
    pub fn total(&self, usage: &Usage, context: &Context<'_>) -> Result<Total, PriceError> {
        let state = self.state();
        let cards = match self {
            Self::Priced(cards) => cards,
            Self::Free | Self::Included => {
                return Ok(Total { state, currency: None, amount: Amount::ZERO });
            }
            Self::Unknown => return Err(PriceError::Unknown),
        };
        let card = choose(cards, usage, context)?;
        // Each way with rates of its own, so that none is copied: see `Billing::of` for what they are.
        let amount = match card.tiers {
            [] => whole(&card.rates(), usage),
            [Tier { scope: Scope::Above, .. }, ..] => graduated(&card.rates(), card.tiers, usage),
            tiers => match exceeded(tiers, usage) {
                Some(tier) => whole(&tier.rates(), usage),
                None => whole(&card.rates(), usage),
            },
        };
        // Found anew for the message, so that the usual case keeps no copy of the rates.
        let amount = amount.ok_or_else(|| why_unbilled(Billing::of(card, usage).rates(), usage))?;
        Ok(Total { state, currency: Some(card.currency), amount })
    }
}

#[inline]
fn whole(rates: &Rates, usage: &Usage) -> Option<Amount> {
    let mut without_rate = usage.used();
    let mut amount = rates.main_tokens(usage, &mut without_rate);
    for (meter, rate) in rates.others() {
        without_rate &= !meter.bit();
        amount = plus(amount, *meter, usage.units(*meter), *rate)?;
    }
    for (meter, units) in usage.iter_of(without_rate) {
        let (billed_as, rate) = fallback_billing(rates, meter)?;
        amount = plus(amount, billed_as, units, rate)?;
    }
    Some(amount)
}

/// Gathers the units that each rate bills, then cuts them from the highest tier down.
fn graduated(rates: &Rates, tiers: &[Tier], usage: &Usage) -> Option<Amount> {
    let mut billed = [0u64; Meter::COUNT];
    for (meter, units) in usage.iter() {
        let (billed_as, _) = billing(rates, meter)?;
        let sum = &mut billed[billed_as as usize];
        *sum = sum.checked_add(units)?;
    }
    let mut amount = Amount::ZERO;
    for (meter, base) in rates.each() {
        let mut left = billed[meter as usize];
        for tier in tiers.iter().rev() {
            let above = left.saturating_sub(tier.start());
            if let Some(rate) = tier.rates().get(meter) {
                amount = plus(amount, meter, above, rate)?;
                left -= above;
            }
        }
        amount = plus(amount, meter, left, base)?;
    }
    Some(amount)
}

#[inline]
fn plus(amount: Amount, meter: Meter, units: u64, rate: u64) -> Option<Amount> {
    amount.checked_add(charge(meter, units, rate)?.amount)
}
