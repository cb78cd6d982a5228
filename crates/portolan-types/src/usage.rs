//! What one request used: units per meter, in fixed memory.

use core::fmt;

use crate::meter::Meter;

/// What one request used, in units per meter. Meters are disjoint: each unit is counted by exactly
/// one of them, so `input` has no cached token and `output` no reasoning.
///
/// A usage is always one request's. The sum of several requests has no context tier: price each and
/// add the amounts.
///
/// ```
/// use portolan_types::{Meter, Usage};
///
/// let usage = Usage::new()
///     .with(Meter::Input, 1_000)
///     .with(Meter::CacheRead, 199_000)
///     .with(Meter::Output, 1_000);
/// assert_eq!(usage.units(Meter::CacheRead), 199_000);
/// assert_eq!(usage.units(Meter::Reasoning), 0);
/// assert_eq!(usage.input_tokens(), 200_000);
/// assert_eq!(usage.output_tokens(), 1_000);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Usage {
    /// A bit for each meter with units, so that what was not used costs nothing.
    used: u64,
    units: [u64; Meter::COUNT],
}

impl Usage {
    /// Nothing used.
    pub const fn new() -> Self {
        Self { units: [0; Meter::COUNT], used: 0 }
    }

    /// The usage with these units of a meter, in place of what it had.
    #[must_use]
    #[inline]
    pub const fn with(mut self, meter: Meter, units: u64) -> Self {
        self.set(meter, units);
        self
    }

    /// Sets the units of a meter.
    #[inline]
    pub const fn set(&mut self, meter: Meter, units: u64) {
        self.units[meter as usize] = units;
        if units == 0 {
            self.used &= !meter.bit();
        } else {
            self.used |= meter.bit();
        }
    }

    /// Adds units to those of a meter; `u64::MAX` is the most that it holds.
    #[inline]
    pub const fn add(&mut self, meter: Meter, units: u64) {
        self.set(meter, self.units(meter).saturating_add(units));
    }

    /// The units of a meter.
    #[inline]
    pub const fn units(&self, meter: Meter) -> u64 {
        self.units[meter as usize]
    }

    /// The meters that were used, in the order of the registry, with their units.
    pub fn iter(&self) -> impl Iterator<Item = (Meter, u64)> {
        self.iter_of(u64::MAX)
    }

    /// Whether nothing was used.
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The request's input tokens: every token meter that counts as input, cached tokens and cache
    /// writes included; `u64::MAX` is the most that it says.
    #[inline]
    pub fn input_tokens(&self) -> u64 {
        self.sum(Meter::INPUT_MASK)
    }

    /// The request's output tokens, reasoning included; `u64::MAX` is the most that it says.
    #[inline]
    pub fn output_tokens(&self) -> u64 {
        self.sum(Meter::OUTPUT_MASK)
    }

    /// A bit for each meter that was used.
    #[inline]
    pub(crate) const fn used(&self) -> u64 {
        self.used
    }

    /// The used meters among those of a mask.
    #[inline]
    pub(crate) fn iter_of(&self, mask: u64) -> impl Iterator<Item = (Meter, u64)> {
        let mut rest = self.used & mask;
        core::iter::from_fn(move || {
            let meter = *Meter::ALL.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some((meter, self.units(meter)))
        })
    }

    #[inline]
    fn sum(&self, mask: u64) -> u64 {
        let (mut sum, mut rest) = (0u64, self.used & mask);
        while let Some(units) = self.units.get(rest.trailing_zeros() as usize) {
            sum = sum.saturating_add(*units);
            rest &= rest - 1;
        }
        sum
    }
}

impl Default for Usage {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl FromIterator<(Meter, u64)> for Usage {
    /// Units of a meter that comes several times are added.
    fn from_iter<I: IntoIterator<Item = (Meter, u64)>>(parts: I) -> Self {
        let mut usage = Self::new();
        for (meter, units) in parts {
            usage.add(meter, units);
        }
        usage
    }
}
