//! Numbers and times of manifests: rates, factors, counts, days, moments, time windows. All are read from the text as
//! the author wrote it, never through a float.

use std::cmp::Ordering;

use portolan_types::{Date, DecimalError, Timestamp, parse_rate};
use serde_json::{Value as Json, json};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::shape::{Defs, Shape, wrong_type};
use crate::yaml::{Node, Value};

const DECIMAL_ABOVE_ZERO: &str = r"^(0\.0*[1-9][0-9]*|[1-9][0-9]*(\.[0-9]+)?)$";

/// Reads a scalar with `read`, whose error is a code, what is wrong and how to mend it.
fn scalar<T>(
    node: &Node,
    expected: &str,
    out: &mut Diagnostics,
    read: impl Fn(&str) -> Result<T, Mistake>,
) -> Option<T> {
    let Value::Scalar(scalar) = &node.value else {
        out.push(wrong_type(node, expected));
        return None;
    };
    read(&scalar.text)
        .map_err(|mistake| {
            let message = format!("{} {}", mistake.code.title(), shown(&scalar.text));
            out.push(Diagnostic::new(mistake.code, node.span, message).help(mistake.help));
        })
        .ok()
}

struct Mistake {
    code: Code,
    help: String,
}

impl Mistake {
    fn new(code: Code, help: impl Into<String>) -> Self {
        Self { code, help: help.into() }
    }
}

/// Currency units for a meter's `per`, in steps of 1e-12. A zero is written `free`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub u64);

impl Shape for Rate {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a price or `free`", out, |text| {
            if text == "free" {
                return Ok(Self(0));
            }
            match parse_rate(text).map_err(|error| decimal_mistake(error, text))? {
                0 => Err(Mistake::new(
                    Code::UnmarkedZero,
                    "write `free` if the vendor gives it away; leave the meter out if nobody said",
                )),
                rate => Ok(Self(rate)),
            }
        })
    }

    fn schema(_: &mut Defs) -> Json {
        json!({ "anyOf": [
            { "const": "free" },
            { "type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000 },
            { "type": "string", "pattern": DECIMAL_ABOVE_ZERO },
        ] })
    }
}

fn decimal_mistake(error: DecimalError, text: &str) -> Mistake {
    match error {
        DecimalError::TooPrecise => Mistake::new(
            Code::DecimalOutOfRange,
            "prices are exact to 12 decimals; if this is float noise, write the short decimal",
        ),
        DecimalError::TooLarge => Mistake::new(
            Code::DecimalOutOfRange,
            "a price is at most 1000000 per unit of its meter",
        ),
        _ if text.contains(['e', 'E']) => {
            Mistake::new(Code::MalformedDecimal, "write all digits instead of an exponent")
        }
        _ => Mistake::new(
            Code::MalformedDecimal,
            "write digits with at most one `.`, as in `0.435`, or `free`",
        ),
    }
}

/// A decimal that rates are multiplied by: `mantissa` / 10^`scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The digits without the point.
    pub mantissa: u64,
    /// How many of them stand after the point.
    pub scale: u32,
}

impl Factor {
    /// The exact product, if it is one and in range.
    pub fn times(self, rate: u64) -> Option<u64> {
        let product = u128::from(rate).checked_mul(u128::from(self.mantissa))?;
        let divisor = 10u128.checked_pow(self.scale)?;
        let exact = product.is_multiple_of(divisor).then_some(product / divisor)?;
        u64::try_from(exact).ok().filter(|rate| *rate <= portolan_types::MAX_RATE)
    }
}

impl Shape for Factor {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a decimal number", out, |text| {
            // The checks are those of a rate; twelve decimals are more than any discount has.
            if parse_rate(text).map_err(|error| decimal_mistake(error, text))? == 0 {
                let help =
                    "a price of nothing is the state `free`, or a rate that is written `free`";
                return Err(Mistake::new(Code::UnmarkedZero, help));
            }
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let fraction = fraction.trim_end_matches('0');
            let scale = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
            match format!("{whole}{fraction}").parse() {
                Ok(mantissa) => Ok(Self { mantissa, scale }),
                Err(_) => Err(decimal_mistake(DecimalError::TooLarge, text)),
            }
        })
    }

    fn schema(_: &mut Defs) -> Json {
        json!({ "type": ["number", "string"], "exclusiveMinimum": 0, "pattern": DECIMAL_ABOVE_ZERO })
    }
}

/// A decimal that is kept as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub String);

impl Shape for Number {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a decimal number", out, |text| {
            match parse_rate(text.strip_prefix('-').unwrap_or(text)) {
                Err(DecimalError::Syntax) => Err(decimal_mistake(DecimalError::Syntax, text)),
                _ => Ok(Self(text.to_owned())),
            }
        })
    }

    fn schema(_: &mut Defs) -> Json {
        json!({ "type": ["number", "string"], "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$" })
    }
}

impl Number {
    /// Which of two is greater, by their digits.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.0.strip_prefix('-'), other.0.strip_prefix('-')) {
            (None, None) => magnitudes(&self.0, &other.0),
            (Some(a), Some(b)) => magnitudes(b, a),
            // Zero has no sign.
            (Some(a), None) => magnitudes("0", a).then_with(|| magnitudes("0", &other.0)),
            (None, Some(b)) => magnitudes(b, "0").then_with(|| magnitudes(&self.0, "0")),
        }
    }
}

fn magnitudes(a: &str, b: &str) -> Ordering {
    let (a, a_fraction) = a.split_once('.').unwrap_or((a, ""));
    let (b, b_fraction) = b.split_once('.').unwrap_or((b, ""));
    let fractions = a_fraction.trim_end_matches('0').cmp(b_fraction.trim_end_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b)).then(fractions)
}

/// A decimal above zero that is kept as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRate(pub String);

impl Shape for ExchangeRate {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a decimal number", out, |text| match parse_rate(text) {
            Ok(0) => {
                let help = "units of the vendor's currency for one of the card's, as `7.1`";
                Err(Mistake::new(Code::MalformedDecimal, help))
            }
            Err(DecimalError::Syntax) => Err(decimal_mistake(DecimalError::Syntax, text)),
            _ => Ok(Self(text.to_owned())),
        })
    }

    fn schema(_: &mut Defs) -> Json {
        json!({ "type": ["number", "string"], "exclusiveMinimum": 0, "pattern": DECIMAL_ABOVE_ZERO })
    }
}

/// A whole number above zero, with `_` between groups of three digits where that helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u64);

impl Shape for Count {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a whole number", out, |text| {
            let mistake = || {
                let help = "write a number above 0, as `256000` or `256_000`; leave it out if it is unknown";
                Mistake::new(Code::MalformedInteger, help)
            };
            let groups: Vec<_> = text.split('_').collect();
            let digits =
                |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
            let grouped = groups.len() == 1
                || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
            if !groups.iter().copied().all(digits) || !grouped || text.starts_with('0') {
                return Err(mistake());
            }
            groups.concat().parse().map(Self).map_err(|_| mistake())
        })
    }

    fn schema(_: &mut Defs) -> Json {
        json!({
            "type": ["integer", "string"],
            "minimum": 1,
            "pattern": "^[1-9][0-9]{0,2}(_[0-9]{3})*$|^[1-9][0-9]*$",
        })
    }
}

/// A day, or a month or year where no more is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl Shape for Day {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a date", out, |text| {
            let help = "write a date as `2026-05-27`, or `2026-05` if the day is unknown";
            Date::parse(text).map(Self).ok_or_else(|| Mistake::new(Code::MalformedDate, help))
        })
    }

    fn stand_in() -> Option<Self> {
        Some(Self(Date(20_000_101)))
    }

    fn schema(_: &mut Defs) -> Json {
        json!({
            "type": ["string", "integer"],
            "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
            "minimum": 1000,
            "maximum": 9999,
        })
    }
}

/// When facts were compared with their source; nothing if the author says that it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked(pub Option<Day>);

impl Shape for Checked {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        match &node.value {
            Value::Scalar(scalar) if scalar.text == "unknown" => Some(Self(None)),
            _ => Day::decode(node, out).map(|day| Self(Some(day))),
        }
    }

    fn schema(defs: &mut Defs) -> Json {
        json!({ "anyOf": [Day::schema(defs), { "const": "unknown" }] })
    }
}

/// A moment: a bare date is 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl Shape for Moment {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a date or a moment", out, |text| {
            let help = "write a date as `2026-05-27` or a moment as `2026-05-27T16:00:00+08:00`";
            Timestamp::parse(text).map(Self).ok_or_else(|| Mistake::new(Code::MalformedDate, help))
        })
    }

    fn schema(_: &mut Defs) -> Json {
        json!({
            "type": "string",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$",
        })
    }
}

/// A window of the day with a fixed UTC offset, in minutes: `09:00-12:00+08:00`. An end before the start is on the next
/// day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindow {
    /// The first minute of the day, 0 to 1439.
    pub start: u16,
    /// The minute after the last, at most 1440; before the start it is on the next day.
    pub end: u16,
    /// Minutes east of UTC.
    pub offset: i16,
}

impl TimeWindow {
    /// The window as it is written.
    pub fn text(self) -> String {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let offset = match self.offset {
            0 => "Z".to_owned(),
            minutes => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{}", clock(minutes.unsigned_abs()))
            }
        };
        format!("{}-{}{offset}", clock(self.start), clock(self.end))
    }

    /// Reads a window as it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let clock = |text: &str| {
            let (hours, minutes) = (text.get(..2)?, text.get(3..5)?);
            let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
            (text.get(2..3)? == ":" && digits(hours) && digits(minutes)).then_some(())?;
            let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
            (minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
        };
        let (start, end) = (clock(text.get(..5)?)?, clock(text.get(6..11)?)?);
        let offset = match text.get(11..)? {
            "Z" => 0,
            zone => {
                let minutes = i16::try_from(clock(zone.get(1..6)?)?).ok()?;
                (zone.len() == 6 && minutes <= 14 * 60).then_some(())?;
                if zone.starts_with('-') {
                    -minutes
                } else {
                    zone.starts_with('+').then_some(minutes)?
                }
            }
        };
        let whole = text.get(5..6)? == "-" && start < 1440 && start != end;
        whole.then_some(Self { start, end, offset })
    }
}

impl Shape for TimeWindow {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        scalar(node, "a time window", out, |text| {
            let help = "write `09:00-12:00+08:00`: start, end and UTC offset (or `Z`)";
            Self::parse(text).ok_or_else(|| Mistake::new(Code::MalformedTimeWindow, help))
        })
    }

    fn schema(_: &mut Defs) -> Json {
        json!({
            "type": "string",
            "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value_however_they_are_written() {
        let order = ["-100", "-12.5", "-12", "-0.5", "0", "0.05", "0.5", "1", "9.99", "10", "100"];
        let numbers = order.map(|text| Number(text.to_owned()));
        for (a, low) in numbers.iter().enumerate() {
            for (b, high) in numbers.iter().enumerate() {
                assert_eq!(low.compare(high), a.cmp(&b), "{low:?} {high:?}");
            }
        }
        for (a, b) in [("1", "1.00"), ("-0", "0"), ("0", "-0.0"), ("-2.50", "-2.5")] {
            assert!(Number(a.to_owned()).compare(&Number(b.to_owned())).is_eq(), "{a} {b}");
        }
    }
}
