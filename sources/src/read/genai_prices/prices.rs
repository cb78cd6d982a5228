//! Numbers by price key become rates by meter.
//!
//! A price key says what is counted and for how many: `input_mtok`, `requests_kcount`, `audio_hours`. Every key here
//! counts for as many as our meter does, so a number is a rate as it stands. A key without a meter is left out and
//! listed.

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::Rates;
use portolan_types::Meter;

use super::file::{Numbers, Tiered};
use crate::decimal::{Decimal, DecimalError};
use crate::read::mistakes::Mistakes;
use crate::row::{Omitted, Shortened, Tier};

/// The price keys and their meters. A session that is billed by its length counts as audio that comes in, as whisper and
/// its like do.
const KEYS: &[(&str, &str)] = &[
    ("input_mtok", "input"),
    ("cache_read_mtok", "cache_read"),
    ("cache_write_mtok", "cache_write"),
    ("cache_write_1h_mtok", "cache_write_1h"),
    ("input_audio_mtok", "input_audio"),
    ("input_image_mtok", "input_image"),
    ("input_video_mtok", "input_video"),
    ("cache_audio_read_mtok", "cache_read_audio"),
    ("cache_image_read_mtok", "cache_read_image"),
    ("cache_video_read_mtok", "cache_read_video"),
    ("cache_audio_write_mtok", "cache_write_audio"),
    ("output_mtok", "output"),
    ("output_reasoning_mtok", "reasoning"),
    ("output_audio_mtok", "output_audio"),
    ("output_image_mtok", "output_image"),
    ("output_video_mtok", "output_video"),
    ("output_citation_mtok", "citation"),
    ("input_mchars", "characters_in"),
    ("audio_hours", "audio_seconds_in"),
    ("input_audio_hours", "audio_seconds_in"),
    ("output_audio_hours", "audio_seconds_out"),
    ("input_document_kpages", "pages"),
    ("input_annotated_document_kpages", "annotated_pages"),
    ("requests_kcount", "requests"),
    ("input_text_messages_kcount", "text_messages"),
    ("web_searches_kcount", "searches"),
    ("storage_searches_kcount", "file_searches"),
    ("rerank_searches_kcount", "rerank_queries"),
];

/// Rates by meter, each with those above a number of input tokens.
pub(super) type Priced = BTreeMap<Meter, Rate>;

/// A rate and others above a number of input tokens, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) base: u64,
    pub(super) above: Vec<(u64, u64)>,
}

/// What is said about an entry while it is read.
pub(super) struct Notices<'a> {
    /// The entry, as `provider/model`.
    pub(super) key: &'a str,
    pub(super) mistakes: &'a mut Mistakes,
    pub(super) shortened: &'a mut Vec<Shortened>,
    pub(super) omitted: Vec<Omitted>,
}

impl Notices<'_> {
    pub(super) fn omit(&mut self, field: &str, value: &str, why: &str) {
        let omitted =
            Omitted { field: field.to_owned(), value: value.to_owned(), why: why.to_owned() };
        if !self.omitted.contains(&omitted) {
            self.omitted.push(omitted);
        }
    }

    pub(super) fn wrong(&mut self, field: &str, message: impl std::fmt::Display) {
        self.mistakes.push(format_args!("{}, {field}", self.key), message);
    }
}

/// Reads numbers; zeros are left out.
pub(super) fn read(numbers: &Numbers<'_>, notices: &mut Notices<'_>) -> Priced {
    let mut priced = Priced::new();
    for (key, number) in numbers {
        let Some(meter) = meter_of(key) else {
            notices.omit(key, number.get(), "no meter counts this");
            continue;
        };
        let Some(rate) = one(key, number.get(), notices) else { continue };
        if !meter.is_token() && !rate.above.is_empty() {
            notices.wrong(key, "a tier, which only tokens have");
        }
        match priced.get(&meter) {
            Some(other) if *other != rate => {
                notices.omit(key, number.get(), "another key has another price for the same");
            }
            _ => _ = priced.insert(meter, rate),
        }
    }
    priced
}

fn meter_of(key: &str) -> Option<Meter> {
    let (_, id) = KEYS.iter().find(|(known, _)| *known == key)?;
    Meter::from_id(id)
}

fn one(key: &str, text: &str, notices: &mut Notices<'_>) -> Option<Rate> {
    if !text.starts_with('{') {
        return rate(key, text, notices).map(|base| Rate { base, above: Vec::new() });
    }
    let tiered = match serde_json::from_str::<Tiered<'_>>(text) {
        Ok(tiered) => tiered,
        Err(error) => {
            notices.wrong(key, error);
            return None;
        }
    };
    let base = rate(key, tiered.base.get(), notices)?;
    let mut above = Vec::with_capacity(tiered.tiers.len());
    for tier in &tiered.tiers {
        above.push((tier.start, rate(key, tier.price.get(), notices)?));
    }
    above.sort_unstable();
    Some(Rate { base, above })
}

/// A rate that is more than nothing.
fn rate(key: &str, text: &str, notices: &mut Notices<'_>) -> Option<u64> {
    match Decimal::parse(text).and_then(Decimal::rate) {
        Ok(read) if read.rate == 0 => {
            notices.omit(key, text, "a zero, of which the mapping does not say that it is free");
            None
        }
        Ok(read) => {
            if read.was_noisy {
                notices.shortened.push(Shortened {
                    key: notices.key.to_owned(),
                    field: key.to_owned(),
                    written: text.to_owned(),
                    meant: read.rate,
                });
            }
            Some(read.rate)
        }
        Err(error @ DecimalError::TooPrecise) => {
            notices.omit(key, text, &error.to_string());
            None
        }
        Err(error) => {
            notices.wrong(key, format_args!("{error}: {text}"));
            None
        }
    }
}

/// The rates below every tier.
pub(super) fn rates(priced: &Priced) -> Rates {
    Rates(priced.iter().map(|(meter, rate)| (*meter, rate.base)).collect())
}

/// The tiers, each with a rate for every token meter. `inclusive` is said of tiers that start one token before a whole
/// thousand to catch that one too.
pub(super) fn tiers(priced: &Priced, inclusive: bool) -> Vec<Tier> {
    let tokens = priced.iter().filter(|(meter, _)| meter.is_token());
    let starts: BTreeSet<u64> =
        tokens.clone().flat_map(|(_, rate)| rate.above.iter().map(|(start, _)| *start)).collect();
    let tier = |start: u64| {
        let inclusive = inclusive && (start + 1).is_multiple_of(1_000);
        Tier {
            input_above: Some(if inclusive { start + 1 } else { start }),
            output_above: None,
            inclusive,
            rates: Rates(tokens.clone().map(|(meter, rate)| (*meter, rate.at(start))).collect()),
        }
    };
    starts.into_iter().map(tier).collect()
}

impl Rate {
    /// The rate of the tier that starts there, or of the last that starts before.
    fn at(&self, start: u64) -> u64 {
        let reached = self.above.iter().rev().find(|(other, _)| *other <= start);
        reached.map_or(self.base, |(_, rate)| *rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Priced, Vec<Omitted>, Vec<Shortened>, Result<(), String>) {
        let numbers: Numbers<'_> = serde_json::from_str(text).unwrap();
        let (mut mistakes, mut shortened) = (Mistakes::of("data.json"), Vec::new());
        let mut notices = Notices {
            key: "a/m",
            mistakes: &mut mistakes,
            shortened: &mut shortened,
            omitted: Vec::new(),
        };
        let priced = read(&numbers, &mut notices);
        let omitted = notices.omitted;
        (priced, omitted, shortened, mistakes.check().map_err(|error| error.to_string()))
    }

    fn plain(text: &str) -> Vec<(Meter, u64)> {
        rates(&read_text(text).0).0
    }

    const DOLLAR: u64 = 1_000_000_000_000;

    #[test]
    fn a_number_is_a_rate_of_its_meter() {
        assert_eq!(
            plain(r#"{"output_mtok":15,"input_mtok":1.25,"cache_write_1h_mtok":2e0}"#),
            [
                (Meter::Input, DOLLAR * 5 / 4),
                (Meter::CacheWrite1h, DOLLAR * 2),
                (Meter::Output, DOLLAR * 15)
            ]
        );
        assert_eq!(plain(r#"{"requests_kcount":12}"#), [(Meter::Requests, DOLLAR * 12)]);
        assert_eq!(plain(r#"{"audio_hours":3}"#), [(Meter::AudioSecondsIn, DOLLAR * 3)]);
    }

    #[test]
    fn two_keys_of_one_meter_agree_or_one_is_left_out() {
        let (priced, omitted, ..) = read_text(r#"{"audio_hours":3,"input_audio_hours":3}"#);
        assert_eq!((priced.len(), omitted.len()), (1, 0));
        let (priced, omitted, ..) = read_text(r#"{"audio_hours":3,"input_audio_hours":4}"#);
        assert_eq!(rates(&priced).0, [(Meter::AudioSecondsIn, DOLLAR * 3)]);
        assert_eq!(omitted[0].field, "input_audio_hours");
    }

    #[test]
    fn what_no_meter_counts_is_listed() {
        let (priced, omitted, ..) = read_text(r#"{"input_mtok":1,"dreams_kcount":2.5}"#);
        assert_eq!(priced.len(), 1);
        assert_eq!(
            (omitted[0].field.as_str(), omitted[0].value.as_str()),
            ("dreams_kcount", "2.5")
        );
    }

    #[test]
    fn a_zero_is_no_price() {
        let (priced, omitted, ..) = read_text(r#"{"input_mtok":0.0,"output_mtok":1}"#);
        assert_eq!(rates(&priced).0, [(Meter::Output, DOLLAR)]);
        assert_eq!(omitted[0].field, "input_mtok");
    }

    #[test]
    fn noise_is_removed_and_told() {
        let (priced, _, shortened, _) = read_text(r#"{"output_mtok":1.0399999999999998}"#);
        assert_eq!(rates(&priced).0, [(Meter::Output, DOLLAR / 100 * 104)]);
        assert_eq!(shortened[0].written, "1.0399999999999998");
        let (priced, ..) = read_text(r#"{"cache_write_mtok":0.08333333333333334}"#);
        assert_eq!(rates(&priced).0, [(Meter::CacheWrite, 83_333_333_333)]);
    }

    #[test]
    fn what_is_no_price_is_a_mistake() {
        for text in [
            r#"{"input_mtok":-1}"#,
            r#"{"input_mtok":"1"}"#,
            r#"{"input_mtok":null}"#,
            r#"{"input_mtok":{"base":1,"steps":[]}}"#,
            r#"{"requests_kcount":{"base":1,"tiers":[{"start":1,"price":2}]}}"#,
        ] {
            let error = read_text(text).3.unwrap_err();
            assert!(error.contains("a/m, "), "{text}: {error}");
        }
    }

    #[test]
    fn tiers_are_complete_for_every_token_meter() {
        let (priced, ..) = read_text(
            r#"{"input_mtok":{"base":1,"tiers":[{"start":200000,"price":2},{"start":500000,"price":3}]},
                "output_mtok":{"base":5,"tiers":[{"start":500000,"price":9}]},
                "cache_read_mtok":1,"web_searches_kcount":10}"#,
        );
        let tiers = tiers(&priced, false);
        let shown: Vec<_> = tiers.iter().map(|tier| (tier.input_above, &tier.rates.0)).collect();
        let at = |input, output| {
            vec![
                (Meter::Input, input * DOLLAR),
                (Meter::CacheRead, DOLLAR),
                (Meter::Output, output * DOLLAR),
            ]
        };
        assert_eq!(shown, [(Some(200_000), &at(2, 5)), (Some(500_000), &at(3, 9))]);
    }

    #[test]
    fn a_start_before_a_whole_thousand_may_be_inclusive() {
        let text = r#"{"input_mtok":{"base":1,"tiers":[{"start":199999,"price":2}]}}"#;
        let (priced, ..) = read_text(text);
        let tier = |inclusive| {
            let tier = tiers(&priced, inclusive).remove(0);
            (tier.input_above, tier.inclusive)
        };
        assert_eq!(tier(true), (Some(200_000), true));
        assert_eq!(tier(false), (Some(199_999), false));
    }
}
