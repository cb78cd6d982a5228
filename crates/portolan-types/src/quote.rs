//! What a usage costs, with its lines, the card, the tier and everything that was assumed. Lines
//! and assumptions are computed as they are asked for; the total is the exact sum of the lines.

use core::fmt;

use crate::card::{Card, Converted, Price, State, Tier};
use crate::context::Context;
use crate::error::PriceError;
use crate::meter::Meter;
use crate::money::{Amount, Currency};
use crate::rates::{Billing, Rates, billing, charge, why_unbilled};
use crate::select::choose;
use crate::time::Timestamp;
use crate::usage::Usage;

/// What a usage costs and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// What was used.
    pub usage: Usage,
    /// When.
    pub at: Timestamp,
    /// Whether it is billed, free or included in a plan.
    pub state: State,
    /// The card that bills it; none where nothing is billed.
    pub card: Option<&'static Card>,
    /// The tier that bills the whole request, where it is in one.
    pub tier: Option<&'static Tier>,
    /// The exact sum of the lines.
    pub total: Amount,
    billing: Billing,
}

/// Units of one meter at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was used.
    pub meter: Meter,
    /// The meter whose rate bills it: itself or its fallback.
    pub billed_as: Meter,
    /// How many units. A meter that graduated tiers split has a line for each part.
    pub units: u64,
    /// How many units the rate is for.
    pub per: u64,
    /// The rate, in 1e-12 currency units per `per`.
    pub rate: u64,
    /// What they come to.
    pub amount: Amount,
    /// Whether the amount is rounded at 1e-18.
    pub rounded: bool,
}

/// What a quote takes for granted that no source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assumption {
    /// The old price still holds, for want of a newer record.
    PriceDate,
    /// The price had this form before a source first recorded it so.
    PriceForm,
    /// A meter without a rate of its own costs what another does.
    BilledAs {
        /// The meter.
        meter: Meter,
        /// The one whose rate bills it.
        billed_as: Meter,
    },
    /// A source's exchange rate holds.
    Converted(&'static Converted),
    /// The amount of a meter is rounded at 1e-18 of the currency unit.
    Rounded {
        /// The meter.
        meter: Meter,
    },
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PriceDate => f.write_str("price date"),
            Self::PriceForm => f.write_str("price form"),
            Self::BilledAs { meter, billed_as } => write!(f, "{meter} billed as {billed_as}"),
            Self::Converted(Converted { from, rate, date }) => {
                write!(f, "converted from {from} at {rate} on {date}")
            }
            Self::Rounded { meter } => write!(f, "{meter} rounded at 1e-18"),
        }
    }
}

impl Price {
    /// What a request's usage costs in a context and why, without allocation. The total is the one
    /// that [`Price::total`] gives.
    ///
    /// # Errors
    ///
    /// Those of [`Price::total`].
    ///
    /// ```
    /// use portolan_types::{Card, Context, Date, Meter, Price, Usage};
    ///
    /// let price = Price::Priced(&[Card {
    ///     input: 2_500_000_000_000,
    ///     output: 15_000_000_000_000,
    ///     ..Card::STANDARD
    /// }]);
    /// let context = Context::at(Date(20260527).timestamp().unwrap());
    /// let usage = Usage::new().with(Meter::Input, 200_000).with(Meter::CacheWrite, 100);
    /// let quote = price.quote(&usage, &context).unwrap();
    /// assert_eq!(quote.total.to_string(), "0.50025");
    ///
    /// let last = quote.lines().last().unwrap();
    /// assert_eq!((last.meter, last.billed_as), (Meter::CacheWrite, Meter::Input));
    /// assert_eq!(last.amount.to_string(), "0.00025");
    /// let assumed = quote.assumptions().next().unwrap();
    /// assert_eq!(assumed.to_string(), "cache_write billed as input");
    /// ```
    pub fn quote(&self, usage: &Usage, context: &Context<'_>) -> Result<Quote, PriceError> {
        let card = match self {
            Self::Priced(cards) => Some(choose(cards, usage, context)?),
            Self::Free | Self::Included => None,
            Self::Unknown => return Err(PriceError::Unknown),
        };
        let billing = card.map_or(Billing::NOTHING, |card| Billing::of(card, usage));
        let tier = match billing {
            Billing::Whole { tier, .. } => tier,
            Billing::Graduated { .. } => None,
        };
        let (usage, at, state) = (*usage, context.at, self.state());
        let mut quote = Quote { usage, at, state, card, tier, total: Amount::ZERO, billing };
        quote.total = Lines::new(&quote)
            .try_fold(Amount::ZERO, |sum, line| sum.checked_add(line?.amount))
            .ok_or_else(|| why_unbilled(billing.rates(), &usage))?;
        Ok(quote)
    }
}

impl Quote {
    /// The currency of the total and of every line; none where nothing is billed.
    pub fn currency(&self) -> Option<Currency> {
        self.card.map(|card| card.currency)
    }

    /// What the total is made of, by meter. Nothing where nothing is billed.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        // A quote exists only if every one of its lines does.
        Lines::new(self).map_while(|line| line)
    }

    /// What the quote takes for granted.
    pub fn assumptions(&self) -> impl Iterator<Item = Assumption> {
        let at = self.at;
        let date = self.card.and_then(|card| card.assumed_after).filter(move |from| at >= *from);
        let form = self.card.and_then(|card| card.assumed_before).filter(move |until| at < *until);
        let converted = self.card.and_then(|card| card.converted);
        date.map(|_| Assumption::PriceDate)
            .into_iter()
            .chain(form.map(|_| Assumption::PriceForm))
            .chain(converted.map(Assumption::Converted))
            .chain(self.by_meter(|line| assumed_billing(&line)))
            .chain(
                self.by_meter(|line| {
                    line.rounded.then_some(Assumption::Rounded { meter: line.meter })
                }),
            )
    }

    /// What is assumed of each meter, once for all of its lines.
    fn by_meter(
        &self,
        assumption: impl Fn(Line) -> Option<Assumption>,
    ) -> impl Iterator<Item = Assumption> {
        let mut last = None;
        self.lines().filter_map(assumption).filter(move |found| {
            let new = last != Some(*found);
            last = Some(*found);
            new
        })
    }
}

fn assumed_billing(line: &Line) -> Option<Assumption> {
    let &Line { meter, billed_as, .. } = line;
    let fallback = meter.fallback().filter(|fallback| fallback.assumed)?;
    (fallback.meter == billed_as).then_some(Assumption::BilledAs { meter, billed_as })
}

/// Walks the meters that were used, in order, and the parts that graduated tiers split each into.
struct Lines<'q> {
    usage: &'q Usage,
    billing: Billing,
    /// The used meters that are still to come, a bit each.
    left: u64,
    part: Option<Part>,
}

/// What is left of one meter: its units from `from` to before `to`.
#[derive(Clone, Copy)]
struct Part {
    meter: Meter,
    billed_as: Meter,
    base: u64,
    from: u64,
    to: u64,
}

impl<'q> Lines<'q> {
    fn new(quote: &'q Quote) -> Self {
        let left = if quote.card.is_some() { quote.usage.used() } else { 0 };
        Self { usage: &quote.usage, billing: quote.billing, left, part: None }
    }

    fn start(&self, meter: Meter, units: u64) -> Option<Part> {
        let rates = self.billing.rates();
        let (billed_as, base) = billing(rates, meter)?;
        let mut from = 0u64;
        // Where nothing is split it does not count which units came before.
        if billed_as != meter && matches!(self.billing, Billing::Graduated { .. }) {
            for (other, units) in self.usage.iter().take_while(|(other, _)| *other < meter) {
                if billing(rates, other).is_some_and(|(by, _)| by == billed_as) {
                    from = from.checked_add(units)?;
                }
            }
        }
        Some(Part { meter, billed_as, base, from, to: from.checked_add(units)? })
    }

    /// Cuts the line at a part's start off it.
    fn cut(&mut self, part: Part) -> Option<Line> {
        let Part { meter, billed_as, base, from, to } = part;
        let (rate, end) = self.billing.rate_at(billed_as, base, from);
        let end = end.min(to);
        self.part = (end < to).then_some(Part { from: end, ..part });
        let units = end - from;
        let charge = charge(billed_as, units, rate)?;
        let (per, amount, rounded) = (billed_as.per(), charge.amount, charge.rounded);
        Some(Line { meter, billed_as, units, per, rate, amount, rounded })
    }
}

impl Iterator for Lines<'_> {
    type Item = Option<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(part) = self.part {
            return Some(self.cut(part));
        }
        let (meter, units) = self.usage.iter_of(self.left).next()?;
        self.left &= !meter.bit();
        Some(self.start(meter, units).and_then(|part| self.cut(part)))
    }
}

impl Billing {
    const NOTHING: Self = Self::Whole { rates: Rates::NONE, tier: None };

    /// The rate of a meter's unit at a position, and where the next rate begins.
    fn rate_at(&self, meter: Meter, base: u64, position: u64) -> (u64, u64) {
        let tiers = match self {
            Self::Whole { .. } => &[][..],
            Self::Graduated { tiers, .. } => tiers,
        };
        let mut rate = base;
        for tier in tiers {
            if let Some(above) = tier.rates().get(meter) {
                if position < tier.start() {
                    return (rate, tier.start());
                }
                rate = above;
            }
        }
        (rate, u64::MAX)
    }
}
