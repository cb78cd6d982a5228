//! Dates, points in time and windows of the week, all in UTC and all plain integers. There is no
//! clock here: whoever asks for a price says for when.

use core::fmt;

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
/// From the Monday before 1970-01-01, a Thursday, to that day.
const MONDAY_TO_EPOCH: i64 = 3 * DAY;

/// A date as a readable number: `Date(20260527)` is 27 May 2026. The day, or month and day, may be
/// 00 where nobody stated them: `Date(20240400)` is April 2024, `Date(20240000)` is 2024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub u32);

impl Date {
    /// Reads `2026-05-27`, `2026-05` or `2026`. Strict: exact lengths, and a day that exists.
    ///
    /// ```
    /// use portolan_types::Date;
    ///
    /// assert_eq!(Date::parse("2026-05-27"), Some(Date(20260527)));
    /// assert_eq!(Date::parse("2024-04"), Some(Date(20240400)));
    /// assert_eq!(Date::parse("2026-02-29"), None);
    /// ```
    pub const fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (month, day) = match bytes.len() {
            4 => (Some(0), Some(0)),
            7 if bytes[4] == b'-' => (number(bytes, 5, 2), Some(0)),
            10 if bytes[4] == b'-' && bytes[7] == b'-' => {
                (number(bytes, 5, 2), number(bytes, 8, 2))
            }
            _ => return None,
        };
        let (Some(year), Some(month), Some(day)) = (number(bytes, 0, 4), month, day) else {
            return None;
        };
        let month_fits = if bytes.len() > 4 { 1 <= month && month <= 12 } else { true };
        let day_fits =
            if bytes.len() > 7 { 1 <= day && day <= days_in_month(year, month) } else { true };
        if year == 0 || !month_fits || !day_fits {
            return None;
        }
        Some(Self(year * 10_000 + month * 100 + day))
    }

    /// The date that a row spells as this number; 0 is none.
    pub(crate) const fn stated(number: u32) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The year.
    pub const fn year(self) -> u32 {
        self.0 / 10_000
    }

    /// The month from 1, or 0 where it is not stated.
    pub const fn month(self) -> u32 {
        self.0 / 100 % 100
    }

    /// The day of the month from 1, or 0 where it is not stated.
    pub const fn day(self) -> u32 {
        self.0 % 100
    }

    /// Whether month and day are stated.
    pub const fn is_full(self) -> bool {
        self.month() != 0 && self.day() != 0
    }

    /// 00:00 UTC of a full date that exists.
    pub const fn timestamp(self) -> Option<Timestamp> {
        let (year, month, day) = (self.year(), self.month(), self.day());
        if !self.is_full() || year > 9999 || month > 12 || day > days_in_month(year, month) {
            return None;
        }
        Some(Timestamp(days_from_civil(year, month, day) * DAY))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year())?;
        if self.month() != 0 {
            write!(f, "-{:02}", self.month())?;
        }
        if self.day() != 0 {
            write!(f, "-{:02}", self.day())?;
        }
        Ok(())
    }
}

/// A point in time in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads a bare full date, which is 00:00 UTC, or an RFC 3339 time; a fraction of a second is
    /// dropped.
    ///
    /// ```
    /// use portolan_types::{Date, Timestamp};
    ///
    /// let midnight = Date(20260527).timestamp();
    /// assert_eq!(Timestamp::parse("2026-05-27"), midnight);
    /// assert_eq!(Timestamp::parse("2026-05-27T08:00:00.5+08:00"), midnight);
    /// assert_eq!(Timestamp::parse("2026-05"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let Some((date, time)) = text.split_once(['T', 't']) else {
            return Date::parse(text)?.timestamp();
        };
        let midnight = Date::parse(date)?.timestamp()?;
        let clock = time.get(..8)?.as_bytes();
        if clock[2] != b':' || clock[5] != b':' {
            return None;
        }
        let (hour, minute) = (number(clock, 0, 2)?, number(clock, 3, 2)?);
        let second = number(clock, 6, 2)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let seconds = i64::from(hour * 3_600 + minute * 60 + second);
        let offset = offset_seconds(after_fraction(time.get(8..)?)?)?;
        Some(Self(midnight.0 + seconds - offset))
    }

    /// The minute of the UTC week: 0 is Monday 00:00, 10,079 is Sunday 23:59.
    #[inline]
    pub const fn minute_of_week(self) -> u16 {
        let second = (self.0.rem_euclid(WEEK) + MONDAY_TO_EPOCH) % WEEK;
        #[expect(clippy::cast_possible_truncation, reason = "a week has 10,080 minutes")]
        #[expect(clippy::cast_sign_loss, reason = "a remainder by `rem_euclid` is not negative")]
        let minute = (second / 60) as u16;
        minute
    }

    /// The UTC day that it lies in; nothing outside of the years 1 to 9999.
    pub fn date(self) -> Option<Date> {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let number = u32::try_from(year * 10_000 + month * 100 + day).ok()?;
        (1..=9999).contains(&year).then_some(Date(number))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let second = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Part of the UTC week, from `start` to before `end`, in minutes since Monday 00:00. It never
/// wraps: a window over the end of the week is two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The first minute, inclusive.
    pub start: u16,
    /// The end, exclusive, at most 10,080.
    pub end: u16,
}

impl Window {
    /// Whether a minute of the week lies in it.
    #[inline]
    pub const fn contains(self, minute: u16) -> bool {
        minute.wrapping_sub(self.start) < self.end.wrapping_sub(self.start)
    }
}

/// The number in `len` ASCII digits from `at`.
const fn number(bytes: &[u8], at: usize, len: usize) -> Option<u32> {
    let (mut value, mut i) = (0, at);
    while i < at + len {
        if !bytes[i].is_ascii_digit() {
            return None;
        }
        value = value * 10 + (bytes[i] - b'0') as u32;
        i += 1;
    }
    Some(value)
}

/// What follows the optional fraction of a second.
fn after_fraction(text: &str) -> Option<&str> {
    let Some(fraction) = text.strip_prefix('.') else { return Some(text) };
    let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (zone.len() < fraction.len()).then_some(zone)
}

/// The seconds east of UTC of `Z`, `+hh:mm` or `-hh:mm`.
fn offset_seconds(zone: &str) -> Option<i64> {
    if zone == "Z" || zone == "z" {
        return Some(0);
    }
    let bytes = zone.as_bytes();
    if bytes.len() != 6 || bytes[3] != b':' {
        return None;
    }
    let (hour, minute) = (number(bytes, 1, 2)?, number(bytes, 4, 2)?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let seconds = i64::from(hour * 3_600 + minute * 60);
    match bytes[0] {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

const fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar. Years are counted from March, so that
/// the leap day is the last of its year; 719,468 days lie between 0000-03-01 and 1970-01-01.
const fn days_from_civil(year: u32, month: u32, day: u32) -> i64 {
    let year = year as i64 - (month <= 2) as i64;
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = ((month as i64 + 9) % 12 * 153 + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`], for any day that an `i64` of seconds can reach.
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    (era * 400 + year_of_era + (month <= 2) as i64, month, day)
}
