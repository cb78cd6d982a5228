//! Exact money: rates, amounts and currencies, in integers only.
//!
//! A rate is a `u64` of 1e-12 currency units per the meter's `per`; an amount is a `u128` of 1e-18
//! currency units. Text becomes a rate digit by digit, never through a float, and every amount is
//! shown as the exact decimal.

use core::fmt;

/// One currency unit as a rate: rates count 1e-12 currency units.
pub const PICO: u64 = 1_000_000_000_000;

/// The highest rate: a million currency units per `per`. With it a usage of up to 10^12 units on
/// every meter at once cannot overflow an amount.
pub const MAX_RATE: u64 = 1_000_000 * PICO;

/// How many of an amount's steps (1e-18) make one of a rate's (1e-12).
pub(crate) const AMOUNT_STEPS_PER_RATE_STEP: u128 = 1_000_000;

const RATE_DECIMALS: usize = 12;
const AMOUNT_DECIMALS: usize = 18;

/// Why a text is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecimalError {
    /// Not digits with an optional fraction, as in `0`, `12` or `0.435`.
    Syntax,
    /// More than twelve decimals, trailing zeros apart.
    TooPrecise,
    /// Above [`MAX_RATE`].
    TooLarge,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "not a plain decimal such as `0`, `12` or `0.435`",
            Self::TooPrecise => "more than twelve decimals",
            Self::TooLarge => "more than a million",
        })
    }
}

impl core::error::Error for DecimalError {}

/// Reads a decimal as a rate, exactly. The grammar is strict: no sign, no exponent, no separator,
/// no leading zeros, digits on both sides of the point. Trailing zeros are harmless.
///
/// ```
/// use portolan_types::{DecimalError, parse_rate};
///
/// assert_eq!(parse_rate("0.435"), Ok(435_000_000_000));
/// assert_eq!(parse_rate("3.00"), Ok(3_000_000_000_000));
/// assert_eq!(parse_rate("1e3"), Err(DecimalError::Syntax));
/// assert_eq!(parse_rate("0.049999999999999996"), Err(DecimalError::TooPrecise));
/// ```
pub fn parse_rate(text: &str) -> Result<u64, DecimalError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.len() > 1 && whole.starts_with('0')) {
        return Err(DecimalError::Syntax);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > RATE_DECIMALS {
        return Err(DecimalError::TooPrecise);
    }
    let zeros = core::iter::repeat_n(b'0', RATE_DECIMALS - fraction.len());
    whole
        .bytes()
        .chain(fraction.bytes())
        .chain(zeros)
        .try_fold(0u64, |rate, digit| rate.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
        .filter(|rate| *rate <= MAX_RATE)
        .ok_or(DecimalError::TooLarge)
}

/// Shows a rate as the shortest exact decimal.
///
/// ```
/// use portolan_types::rate_text;
///
/// assert_eq!(rate_text(435_000_000_000).to_string(), "0.435");
/// ```
pub fn rate_text(rate: u64) -> impl fmt::Display {
    Decimal::<RATE_DECIMALS>(u128::from(rate))
}

/// An exact amount of money, in 1e-18 currency units. The currency is kept beside it.
///
/// ```
/// use portolan_types::Amount;
///
/// assert_eq!(Amount(260_000_000_000_000_000).to_string(), "0.26");
/// assert_eq!(Amount::ZERO.to_string(), "0");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The exact sum, or nothing where it overflows. Both must be of one currency.
    #[inline]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::<AMOUNT_DECIMALS>(self.0).fmt(f)
    }
}

/// A whole number shown with the point `DECIMALS` digits from its end.
struct Decimal<const DECIMALS: usize>(u128);

impl<const DECIMALS: usize> fmt::Display for Decimal<DECIMALS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 39 digits of a u128, a point and a leading zero fit.
        let mut text = [b'0'; 44];
        let mut start = text.len();
        let (mut rest, mut decimals, mut significant) = (self.0, 0, false);
        while rest > 0 || decimals <= DECIMALS {
            if decimals == DECIMALS && significant {
                start -= 1;
                text[start] = b'.';
            }
            let digit = (rest % 10) as u8;
            significant |= digit != 0 || decimals >= DECIMALS;
            if significant {
                start -= 1;
                text[start] = b'0' + digit;
            }
            rest /= 10;
            decimals += 1;
        }
        f.pad_integral(true, "", core::str::from_utf8(&text[start..]).unwrap_or_default())
    }
}

macro_rules! currencies {
    ($($(#[doc = $doc:literal])* $name:ident $code:literal;)*) => {
        /// The currency that a vendor bills in. Amounts of two currencies are never added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Currency {
            $($(#[doc = $doc])* $name,)*
        }

        impl Currency {
            /// Every currency that the catalog knows.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The ISO 4217 code, as in `USD`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

currencies! {
    /// United States dollar.
    Usd "USD";
    /// Chinese yuan.
    Cny "CNY";
    /// Euro.
    Eur "EUR";
    /// Pound sterling.
    Gbp "GBP";
    /// Japanese yen.
    Jpy "JPY";
    /// South Korean won.
    Krw "KRW";
    /// Indian rupee.
    Inr "INR";
    /// Australian dollar.
    Aud "AUD";
    /// Brazilian real.
    Brl "BRL";
    /// Canadian dollar.
    Cad "CAD";
    /// Swiss franc.
    Chf "CHF";
    /// Hong Kong dollar.
    Hkd "HKD";
    /// Russian rouble.
    Rub "RUB";
    /// Singapore dollar.
    Sgd "SGD";
}

impl Currency {
    /// The currency with this ISO 4217 code, in capitals.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|currency| currency.code() == code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}
