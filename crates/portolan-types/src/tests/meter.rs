//! The registry of meters, row by row.

use std::string::ToString;
use std::vec::Vec;

use crate::{Fallback, Meter, Unit};

const NONE: Option<(&str, bool)> = None;

/// Id, unit, per, whether it counts as input, fallback and whether that is assumed.
type Row = (&'static str, &'static str, u64, bool, Option<(&'static str, bool)>);

const ROWS: &[Row] = &[
    ("input", "token", 1_000_000, true, NONE),
    ("cache_read", "token", 1_000_000, true, Some(("input", true))),
    ("cache_write", "token", 1_000_000, true, Some(("input", true))),
    ("cache_write_1h", "token", 1_000_000, true, NONE),
    ("input_audio", "token", 1_000_000, true, NONE),
    ("input_image", "token", 1_000_000, true, NONE),
    ("input_video", "token", 1_000_000, true, NONE),
    ("cache_read_audio", "token", 1_000_000, true, NONE),
    ("cache_read_image", "token", 1_000_000, true, NONE),
    ("cache_read_video", "token", 1_000_000, true, NONE),
    ("cache_write_audio", "token", 1_000_000, true, NONE),
    ("output", "token", 1_000_000, false, NONE),
    ("reasoning", "token", 1_000_000, false, Some(("output", false))),
    ("output_audio", "token", 1_000_000, false, NONE),
    ("output_image", "token", 1_000_000, false, NONE),
    ("output_video", "token", 1_000_000, false, NONE),
    ("citation", "token", 1_000_000, false, NONE),
    ("characters_in", "character", 1_000_000, false, NONE),
    ("characters_out", "character", 1_000_000, false, NONE),
    ("pixels_in", "pixel", 1_000_000, false, NONE),
    ("pixels_out", "pixel", 1_000_000, false, NONE),
    ("audio_seconds_in", "second", 3_600, false, NONE),
    ("audio_seconds_out", "second", 3_600, false, NONE),
    ("video_seconds_in", "second", 1, false, NONE),
    ("video_seconds_out", "second", 1, false, NONE),
    ("images_in", "image", 1, false, NONE),
    ("images_out", "image", 1, false, NONE),
    ("songs_out", "song", 1, false, NONE),
    ("pages", "page", 1_000, false, NONE),
    ("annotated_pages", "page", 1_000, false, NONE),
    ("requests", "call", 1_000, false, NONE),
    ("text_messages", "call", 1_000, false, NONE),
    ("searches", "call", 1_000, false, NONE),
    ("maps_queries", "call", 1_000, false, NONE),
    ("rerank_queries", "call", 1_000, false, NONE),
    ("tool_calls", "call", 1_000, false, NONE),
    ("sessions", "session", 1, false, NONE),
    ("provisioned_seconds", "second", 3_600, false, NONE),
    ("cache_storage", "token-hour", 1_000_000, false, NONE),
    ("file_storage", "GB-day", 1, false, NONE),
    ("credits", "credit", 1, false, NONE),
];

#[test]
fn registry_has_exactly_these_rows() {
    let rows: Vec<Row> = Meter::ALL
        .into_iter()
        .map(|meter| {
            let fallback =
                meter.fallback().map(|Fallback { meter, assumed }| (meter.id(), assumed));
            (meter.id(), meter.unit().id(), meter.per(), meter.is_input(), fallback)
        })
        .collect();
    assert_eq!(rows, ROWS);
}

#[test]
fn ids_are_found_exactly() {
    for meter in Meter::ALL {
        assert_eq!(Meter::from_id(meter.id()), Some(meter));
        assert_eq!(meter.to_string(), meter.id());
    }
    for id in ["", "Input", "input ", "cache-read", "tokens"] {
        assert_eq!(Meter::from_id(id), None, "{id}");
    }
}

#[test]
fn token_meters_come_first() {
    for meter in Meter::ALL {
        assert_eq!(meter.is_token(), meter.unit() == Unit::Token, "{meter}");
        assert!(meter.is_token() || !meter.is_input() && !meter.is_output(), "{meter}");
    }
}

#[test]
fn output_tokens_are_what_the_model_wrote() {
    let output: Vec<_> = Meter::ALL.into_iter().filter(|meter| meter.is_output()).collect();
    let expected = ["output", "reasoning", "output_audio", "output_image", "output_video"];
    assert_eq!(output.iter().map(|meter| meter.id()).collect::<Vec<_>>(), expected);
}

#[test]
fn a_fallback_comes_before_its_meter_and_has_none_itself() {
    for meter in Meter::ALL {
        if let Some(Fallback { meter: fallback, .. }) = meter.fallback() {
            assert!(fallback < meter, "{meter}");
            assert_eq!(fallback.fallback(), None, "{meter}");
            assert_eq!((fallback.unit(), fallback.per()), (meter.unit(), meter.per()), "{meter}");
        }
    }
}
