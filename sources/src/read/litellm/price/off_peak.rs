//! `off_peak_pricing`: other prices at some times of day, on some days of the week.
//!
//! Hours are UTC; a weekday is that of the moment itself, in UTC or in `weekday_timezone`. A window past midnight
//! therefore becomes two, each with the days of its own part.

use portolan_codegen::manifest::{TimeWindow, Weekday};
use portolan_types::ServiceTier;
use serde_json::value::RawValue;

use super::{Reader, Table};
use crate::read::litellm::field::Field;
use crate::read::litellm::file::object;
use crate::row::Card;

const FIELD: &str = "off_peak_pricing";
const DAY: u16 = 1_440;

/// The cards of the hours off peak.
pub(super) fn read(reader: &mut Reader<'_, '_>) -> Vec<Card> {
    let Some(raw) = reader.sink.take(FIELD) else { return Vec::new() };
    let Some(table) = object(raw) else {
        reader.sink.wrong(FIELD, raw, "an object of prices and hours");
        return Vec::new();
    };
    match windows(&table) {
        Ok(windows) => cards(reader, &table, windows),
        Err(expected) => {
            reader.sink.wrong(FIELD, raw, expected);
            Vec::new()
        }
    }
}

/// Days of the week and times of day.
type Window = (Vec<Weekday>, Vec<TimeWindow>);

fn cards(reader: &mut Reader<'_, '_>, table: &Table, windows: Vec<Window>) -> Vec<Card> {
    let peak = reader.sheet.ladders.get(&(ServiceTier::Standard, None));
    let mut ladder = peak.cloned().unwrap_or_default();
    for (name, value) in table {
        if matches!(name.as_str(), "windows" | "hours_utc" | "weekday_timezone") {
            continue;
        }
        let Some((meter, _)) = reader.meter(Field::of(name).base) else {
            reader.sink.wrong(
                FIELD,
                name,
                "a price field that sources/litellm.yaml has a meter for",
            );
            continue;
        };
        if let Some(rate) = reader.rate(FIELD, value.get(), meter) {
            ladder.base.insert(meter, rate);
        }
    }
    if !ladder.above.is_empty() {
        reader
            .told(FIELD, "prices off peak say nothing of what costs more above a number of tokens");
        return Vec::new();
    }
    let mut card = ladder.card(false);
    card.variants.clone_from(&reader.scope.place.variants);
    let card = |(days, time)| Card { days, time, ..card.clone() };
    windows.into_iter().map(card).collect()
}

fn windows(table: &Table) -> Result<Vec<Window>, &'static str> {
    let offset = match table.get("weekday_timezone").map(|zone| zone.get()) {
        None | Some("null" | "\"UTC\"") => 0,
        // China has had one time and no summer time since 1991.
        Some("\"Asia/Shanghai\"") => 8 * 60,
        Some(_) => return Err("a time zone with a fixed offset that the reader knows"),
    };
    let mut all = Vec::new();
    if let Some(hours) = table.get("hours_utc") {
        all.push((Vec::new(), times(hours, 0)?));
    }
    let rules = table.get("windows").map_or("[]", |rules| rules.get());
    let rules: Vec<Box<RawValue>> = serde_json::from_str(rules).map_err(|_| "a list of windows")?;
    for rule in rules {
        let rule = object(rule.get()).ok_or("windows with `hours_utc` and `weekdays`")?;
        let hours = rule.get("hours_utc").ok_or("a window with `hours_utc`")?;
        let days = rule.get("weekdays").map_or(Ok(Vec::new()), |days| weekdays(days))?;
        all.push((days, times(hours, offset)?));
    }
    if all.is_empty() { Err("prices with hours") } else { Ok(all) }
}

fn weekdays(days: &RawValue) -> Result<Vec<Weekday>, &'static str> {
    const DAYS: [Weekday; 7] = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    const EXPECTED: &str = "weekdays from 1, Monday, to 7";
    let numbers: Vec<usize> = serde_json::from_str(days.get()).map_err(|_| EXPECTED)?;
    let day = |number: &usize| DAYS.get(number.checked_sub(1)?).copied().filter(|_| *number > 0);
    numbers.iter().map(day).collect::<Option<_>>().ok_or(EXPECTED)
}

/// Hours in UTC as windows of the day at an offset, none past midnight. The whole day needs none where days are UTC's.
fn times(hours: &RawValue, offset: i16) -> Result<Vec<TimeWindow>, &'static str> {
    const EXPECTED: &str = "hours as `16:30-00:30`";
    let texts: Vec<String> = serde_json::from_str(hours.get())
        .or_else(|_| serde_json::from_str(hours.get()).map(|one| vec![one]))
        .map_err(|_| EXPECTED)?;
    let mut out = Vec::new();
    for text in &texts {
        let (start, end) = text.split_once('-').ok_or(EXPECTED)?;
        let (start, end) = (clock(start).ok_or(EXPECTED)?, clock(end).ok_or(EXPECTED)?);
        let length = if end > start { end - start } else { end + DAY - start };
        if length == DAY && offset == 0 {
            return Ok(Vec::new());
        }
        if length == DAY {
            out.push(TimeWindow { start: 0, end: DAY, offset });
            continue;
        }
        let shift = u16::try_from(offset.rem_euclid(1_440)).map_err(|_| EXPECTED)?;
        let local = (start + shift) % DAY;
        let first = length.min(DAY - local);
        out.push(TimeWindow { start: local, end: local + first, offset });
        if first < length {
            out.push(TimeWindow { start: 0, end: length - first, offset });
        }
    }
    Ok(out)
}

fn clock(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}
