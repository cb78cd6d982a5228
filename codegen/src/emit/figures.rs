//! Numbers, moments and money as a reader sees them, the same in every language.

use portolan_types::{Currency, Timestamp, rate_text};

/// Digits in groups of three.
pub(super) fn grouped(value: u64, separator: char) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A moment for a reader: the date alone where the time is 00:00 UTC.
pub(super) fn moment_text(moment: Timestamp) -> String {
    match moment.date() {
        Some(date) if date.timestamp() == Some(moment) => date.to_string(),
        _ => moment.to_string(),
    }
}

/// A rate with its currency; nothing where it is free.
pub(super) fn money(rate: u64, currency: Currency) -> Option<String> {
    match currency {
        _ if rate == 0 => None,
        Currency::Usd => Some(format!("${}", rate_text(rate))),
        other => Some(format!("{} {}", other.code(), rate_text(rate))),
    }
}
