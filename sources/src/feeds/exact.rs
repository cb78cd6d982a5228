//! Numbers of feeds, written digit by digit from integers, so that no float comes between a price and its reader.

use portolan_types::Amount;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON number that is exactly a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(u128);

impl Exact {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);

    /// A rate as it stands, for the meter's `per`.
    ///
    /// ```
    /// use portolan_sources::feeds::Exact;
    ///
    /// assert_eq!(Exact::rate(435_000_000_000).to_string(), "0.435");
    /// ```
    pub fn rate(rate: u64) -> Self {
        Self(u128::from(rate) * STEPS)
    }

    /// A rate as the price of one unit. It is exact where `per` is a power of ten; a price per hour that is none per
    /// second is rounded at the eighteenth decimal.
    ///
    /// ```
    /// use portolan_sources::feeds::Exact;
    ///
    /// let per_token = Exact::unit(1_250_000_000_000, 1_000_000);
    /// assert_eq!(per_token.to_string(), "0.00000125");
    /// ```
    pub fn unit(rate: u64, per: u64) -> Self {
        let per = u128::from(per);
        Self((u128::from(rate) * STEPS + per / 2) / per)
    }
}

/// Steps of an amount in one of a rate.
const STEPS: u128 = 1_000_000;

impl std::fmt::Display for Exact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Amount(self.0).fmt(f)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        number.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_with_all_of_its_digits_and_no_more() {
        let json = |exact: Exact| serde_json::to_string(&exact).unwrap();
        assert_eq!(json(Exact::rate(1)), "0.000000000001");
        assert_eq!(json(Exact::rate(10_000_000_000_000)), "10");
        assert_eq!(json(Exact::unit(1, 1_000_000)), "0.000000000000000001");
        assert_eq!(json(Exact::unit(360_000_000_000, 3_600)), "0.0001");
        assert_eq!(json(Exact::unit(1_000_000_000_000, 3_600)), "0.000277777777777778");
        assert_eq!(json(Exact::ZERO), "0");
    }
}
