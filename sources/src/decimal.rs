//! Numbers of source files as exact rates.
//!
//! Sources write prices as JSON numbers, some of them sums of floats: `3e-07` a token, `0.049999999999999996` a million.
//! A number is taken from its text digit by digit, brought to the `per` of its meter exactly, and only then is float
//! noise removed: the shortest decimal within a relative 1e-12 is what was meant. A fraction that no decimal ends, as a
//! twelfth of a dollar, is rounded at the twelfth decimal if that is within 1e-9.

use std::fmt;

use portolan_types::MAX_RATE;

/// Digits of a decimal that a source may write and that still fit together with every scale.
const MAX_DIGITS: usize = 25;

/// Float noise is at most one part of these.
const NOISE: u128 = 1_000_000_000_000;

/// What is rounded at the twelfth decimal changes by at most one part of these.
const ENDLESS: u128 = 1_000_000_000;

/// An exact decimal: `digits` times ten to the `exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: u128,
    exponent: i32,
}

/// A rate, and whether float noise had to be removed to get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The rate in 1e-12 currency units.
    pub rate: u64,
    /// Whether the source's number had to be shortened.
    pub was_noisy: bool,
}

/// Why a number is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not a JSON number.
    Syntax,
    /// Below zero.
    Negative,
    /// Too far from every decimal with twelve decimals.
    TooPrecise,
    /// Above the greatest rate there is.
    TooLarge,
}

impl Decimal {
    /// Reads a JSON number.
    ///
    /// ```
    /// use portolan_sources::decimal::Decimal;
    ///
    /// let per_token = Decimal::parse("1.25e-06").unwrap();
    /// assert_eq!(per_token.times(1_000_000).rate().unwrap().rate, 1_250_000_000_000);
    /// ```
    ///
    /// # Errors
    /// [`DecimalError::Syntax`] or [`DecimalError::Negative`].
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        if text.starts_with('-') {
            return Err(DecimalError::Negative);
        }
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => {
                (number, exponent.parse::<i32>().map_err(|_| DecimalError::Syntax)?)
            }
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let all = format!("{whole}{fraction}");
        let is_number = !whole.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
        let significant = all.trim_start_matches('0');
        if !is_number || significant.len() > MAX_DIGITS || exponent.abs() > 100 {
            return Err(DecimalError::Syntax);
        }
        let digits = if significant.is_empty() { 0 } else { parse_digits(significant)? };
        let decimals = i32::try_from(fraction.len()).map_err(|_| DecimalError::Syntax)?;
        Ok(Self { digits, exponent: exponent - decimals }.shortest())
    }

    /// The product with a whole number, exactly.
    #[must_use]
    pub fn times(self, factor: u64) -> Self {
        let mut factor = u128::from(factor);
        let mut exponent = self.exponent;
        while factor != 0 && factor.is_multiple_of(10) {
            factor /= 10;
            exponent += 1;
        }
        Self { digits: self.digits * factor, exponent }.shortest()
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The decimal as a rate, without float noise.
    ///
    /// ```
    /// use portolan_sources::decimal::{Decimal, Read};
    ///
    /// let noisy = Decimal::parse("0.049999999999999996").unwrap().rate();
    /// assert_eq!(noisy, Ok(Read { rate: 50_000_000_000, was_noisy: true }));
    /// ```
    ///
    /// # Errors
    /// [`DecimalError::TooPrecise`] or [`DecimalError::TooLarge`].
    pub fn rate(self) -> Result<Read, DecimalError> {
        let short = self.without_noise();
        let scale = short.exponent + 12;
        if scale < 0 {
            return Err(DecimalError::TooPrecise);
        }
        let steps = u32::try_from(scale).ok().and_then(|scale| 10u128.checked_pow(scale));
        steps
            .and_then(|steps| short.digits.checked_mul(steps))
            .and_then(|rate| u64::try_from(rate).ok())
            .filter(|rate| *rate <= MAX_RATE)
            .map(|rate| Read { rate, was_noisy: short != self })
            .ok_or(DecimalError::TooLarge)
    }

    /// The shortest decimal within a relative 1e-12.
    #[must_use]
    pub fn without_noise(self) -> Self {
        let count = self.digits.checked_ilog10().map_or(1, |last| last + 1);
        for kept in 1..count.min(16) {
            let unit = 10u128.pow(count - kept);
            if let Some(near) = self.rounded_to(unit, NOISE).filter(|near| near.exponent >= -12) {
                return near;
            }
        }
        let excess = u32::try_from(-(self.exponent + 12)).unwrap_or(0);
        let rounded = (excess > 0 && excess < count).then(|| 10u128.pow(excess));
        rounded.and_then(|unit| self.rounded_to(unit, ENDLESS)).unwrap_or(self)
    }

    /// Rounded to a multiple of `unit` digits, if that is within one part of `parts`.
    fn rounded_to(self, unit: u128, parts: u128) -> Option<Self> {
        let digits = (self.digits + unit / 2) / unit * unit;
        let near = digits.abs_diff(self.digits).saturating_mul(parts) <= self.digits;
        near.then(|| Self { digits, exponent: self.exponent }.shortest())
    }

    /// Without zeros at the end, so that equal decimals are equal.
    fn shortest(mut self) -> Self {
        if self.digits == 0 {
            return Self { digits: 0, exponent: 0 };
        }
        while self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.exponent += 1;
        }
        self
    }
}

fn parse_digits(digits: &str) -> Result<u128, DecimalError> {
    digits.parse().map_err(|_| DecimalError::Syntax)
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "not a number of at most 25 digits",
            Self::Negative => "below zero",
            Self::TooPrecise => "more than twelve decimals, and no float noise",
            Self::TooLarge => "more than a million",
        })
    }
}

impl std::error::Error for DecimalError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(text: &str, factor: u64) -> Result<(u64, bool), DecimalError> {
        Decimal::parse(text)?.times(factor).rate().map(|read| (read.rate, read.was_noisy))
    }

    #[test]
    fn numbers_of_sources_are_read_exactly() {
        assert_eq!(rate("1.25e-06", 1_000_000), Ok((1_250_000_000_000, false)));
        assert_eq!(rate("0.00000028", 1_000_000), Ok((280_000_000_000, false)));
        assert_eq!(rate("15", 1), Ok((15_000_000_000_000, false)));
        assert_eq!(rate("0.0", 1), Ok((0, false)));
        assert_eq!(rate("1E2", 1), Ok((100_000_000_000_000, false)));
        assert_eq!(rate("0.0001", 3_600), Ok((360_000_000_000, false)));
    }

    #[test]
    fn float_noise_is_removed_and_told() {
        assert_eq!(rate("0.049999999999999996", 1), Ok((50_000_000_000, true)));
        assert_eq!(rate("2.9999999999999997e-07", 1_000_000), Ok((300_000_000_000, true)));
        assert_eq!(rate("8.333333333333334e-08", 1_000_000), Ok((83_333_333_333, true)));
    }

    #[test]
    fn what_is_no_rate_is_said() {
        assert_eq!(rate("-1", 1), Err(DecimalError::Negative));
        assert_eq!(rate("1,5", 1), Err(DecimalError::Syntax));
        assert_eq!(rate("", 1), Err(DecimalError::Syntax));
        assert_eq!(rate("NaN", 1), Err(DecimalError::Syntax));
        assert_eq!(rate("1e-13", 1), Err(DecimalError::TooPrecise));
        assert_eq!(rate("1000001", 1), Err(DecimalError::TooLarge));
        assert_eq!(rate("1e90", 1), Err(DecimalError::TooLarge));
    }

    proptest! {
        #[test]
        fn a_float_gives_the_decimal_that_it_was_written_as(micros in 1u64..1_000_000_000) {
            let written = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            let float: f64 = written.parse().unwrap();
            let noisy = (float / 1e6).to_string();
            prop_assert_eq!(rate(&noisy, 1_000_000)?.0, micros * 1_000_000);
        }
    }
}
