//! How long a provider asks to wait, in every spelling that vendors use. Takes headers and the body of an error;
//! returns a duration or nothing, never a guess.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde_json::Value;

/// The wait that headers ask for: `retry-after-ms`, then `retry-after` in seconds or as a date.
pub(crate) fn of_headers(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let millis = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok());
    if let Some(wait) = millis.and_then(|millis| seconds(millis / 1000.0)) {
        return Some(wait);
    }
    let text = text("retry-after")?;
    if let Ok(number) = text.parse::<f64>() {
        return seconds(number);
    }
    let date = httpdate::parse_http_date(text).ok()?;
    // A date that has passed asks for no wait.
    Some(date.duration_since(now).unwrap_or_default())
}

/// The wait that Google states in the details of an error: `"retryDelay": "30s"`.
pub(crate) fn of_details(details: &Value) -> Option<Duration> {
    let mut delays =
        details.as_array()?.iter().filter_map(|detail| detail.get("retryDelay")?.as_str());
    delays.find_map(spelled)
}

/// The wait that a message spells out: `Please try again in 1m2.5s.`
pub(crate) fn of_message(message: &str) -> Option<Duration> {
    const LEADS: [&str; 3] = ["try again in ", "retry after ", "retry in "];
    let lower = message.to_ascii_lowercase();
    LEADS.iter().find_map(|lead| {
        let rest = &lower[lower.find(lead)? + lead.len()..];
        let end = rest.find(|c: char| c.is_whitespace() || c == ',' || c == ')');
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        let word = word.trim_end_matches('.');
        // `10 seconds` as well as `10s`.
        let unit = after.split_whitespace().next().unwrap_or_default().trim_end_matches(['.', ',']);
        spelled(word).or_else(|| match unit {
            "ms" | "milliseconds" => seconds(word.parse::<f64>().ok()? / 1000.0),
            "s" | "second" | "seconds" => seconds(word.parse().ok()?),
            "minute" | "minutes" => seconds(word.parse::<f64>().ok()? * 60.0),
            _ => None,
        })
    })
}

/// Reads `350ms`, `1.5s`, `2m30s`, `1h`.
fn spelled(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit_end = rest[digits..].find(|c: char| c.is_ascii_digit());
        let (unit, next) = rest[digits..].split_at(unit_end.unwrap_or(rest.len() - digits));
        total += number
            * match unit {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
        rest = next;
    }
    (!text.is_empty()).then(|| seconds(total)).flatten()
}

/// A duration of what may be any number.
fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn headers_in_every_spelling() {
        let now = UNIX_EPOCH + Duration::from_secs(1_445_412_470);
        for (name, value, expected) in [
            ("retry-after-ms", "1500", Some(1_500)),
            ("retry-after", "2", Some(2_000)),
            ("retry-after", "0.25", Some(250)),
            ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT", Some(10_000)),
            ("retry-after", "Wed, 21 Oct 2015 07:00:00 GMT", Some(0)),
            ("retry-after", "soon", None),
            ("retry-after", "-1", None),
            ("retry-after", "NaN", None),
            ("retry-after", "1e300", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            let wait = of_headers(&headers, now).map(|wait| wait.as_millis());
            assert_eq!(wait, expected, "{name}: {value}");
        }
    }

    #[test]
    fn messages_in_every_spelling() {
        for (message, expected) in [
            ("Rate limit reached. Please try again in 1.5s. Visit", Some(1_500)),
            ("Please try again in 350ms.", Some(350)),
            ("try again in 2m30s", Some(150_000)),
            ("Please retry after 10 seconds.", Some(10_000)),
            ("retry after 1 minute, please", Some(60_000)),
            ("try again in a while", None),
            ("try again in ", None),
            ("no such word", None),
        ] {
            let wait = of_message(message).map(|wait| wait.as_millis());
            assert_eq!(wait, expected, "{message}");
        }
    }

    #[test]
    fn the_details_of_google() {
        let details = serde_json::json!([{"@type": "Help"}, {"retryDelay": "41.5s"}]);
        assert_eq!(of_details(&details), Some(Duration::from_millis(41_500)));
        assert_eq!(of_details(&serde_json::json!({})), None);
    }
}
