//! The price history of models.dev as dated cards.
//!
//! The history says on which day a price was recorded, never from when it holds, so every date is a sighting:
//!
//! - The first record of a key is `seen`. Nothing is claimed for the time before.
//! - A record that says more beside unchanged rates (a tier, a cache rate, a renamed field) is a change of the source's
//!   form: the price is one card, and [`form_seen`](Dates::form_seen) is the day of the last such record.
//! - Any other record is another price: a card of its own. The one before was last seen on the day before. Where input
//!   and output are the same in both, what only the later one has holds for the earlier one too, marked in the same way.
//! - A removal ends a card on the day before. What comes back is a card of its own, unless it comes back the same day.
//! - The list itself is the last record, of its own day.
//!
//! A price that was replaced on the day of its first record was never the price of a day, and is listed.

use portolan_codegen::manifest::Day;
use portolan_types::{Date, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::cost::{Cost, Findings, Listed};
use super::mapping::Mapping;
use crate::row::{Dates, Omitted};

/// A record of the history.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    date: Day,
    cost: Option<Box<RawValue>>,
    #[serde(default)]
    removed: bool,
}

/// A record, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) day: Day,
    /// The price, or nothing for a removal.
    pub(super) listed: Option<Listed>,
}

/// A price and when it was seen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Period {
    pub(super) listed: Listed,
    pub(super) dates: Dates,
}

/// What a source's list says now.
pub(super) enum Now {
    /// This price.
    Listed(Listed),
    /// The offering, and no price.
    Unpriced,
    /// No such offering.
    Gone,
}

/// The periods of a key, oldest first.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) periods: Vec<Period>,
    /// The last day on which the offering was listed, where it is no more.
    pub(super) last_seen: Option<Day>,
    /// Prices that were replaced on their first day.
    pub(super) omitted: Vec<Omitted>,
}

impl Event {
    /// The record of an event.
    ///
    /// # Errors
    /// If it is neither a price nor a removal, or is of no whole day.
    pub(super) fn record(
        &self,
        key: &str,
        mapping: &Mapping,
        found: &mut Findings,
    ) -> Result<Record, String> {
        if !self.date.0.is_full() {
            return Err(format!("`{}` is no whole day, as `2026-05-27`", self.date.0));
        }
        let listed = match (&self.cost, self.removed) {
            (Some(cost), false) => Some(self.listed(cost, key, mapping, found)?),
            (None, true) => None,
            _ => return Err("an event has a `cost`, or `removed: true`".to_owned()),
        };
        Ok(Record { day: self.date, listed })
    }

    fn listed(
        &self,
        raw: &RawValue,
        key: &str,
        mapping: &Mapping,
        found: &mut Findings,
    ) -> Result<Listed, String> {
        if let Some(why) = mapping.glitch(key, self.date) {
            return Ok(Listed::Unclear { written: raw.get().to_owned(), why: why.to_owned() });
        }
        let cost: Cost =
            serde_json::from_str(raw.get()).map_err(|error| format!("cost: {error}"))?;
        Ok(cost.listed(key, "cost", found))
    }
}

impl Timeline {
    /// The periods that the records and the list come to.
    pub(super) fn of(records: &[Record], now: Now, as_of: Day) -> Self {
        let mut timeline = Self::default();
        let mut open = false;
        for record in records {
            match &record.listed {
                Some(listed) => timeline.list(listed.clone(), record.day, open),
                None => timeline.end(record.day, open),
            }
            open = record.listed.is_some();
        }
        let known = records.last().map(|record| record.day);
        match now {
            Now::Listed(listed) if known.is_some() => timeline.list(listed, as_of, open),
            Now::Listed(listed) => {
                timeline.periods.push(Period { listed, dates: Dates::default() });
            }
            // When the price went is not known, only that it was there on the day of its record.
            Now::Unpriced if open => timeline.close(known),
            Now::Unpriced => {}
            Now::Gone if open => {
                timeline.last_seen = known;
                timeline.close(known);
            }
            Now::Gone => {
                timeline.last_seen = timeline.periods.last().and_then(|last| last.dates.last_seen);
            }
        }
        timeline.carry_back();
        timeline
    }

    /// Gives earlier periods what the source said only later beside the same input and output rates.
    fn carry_back(&mut self) {
        for position in (1..self.periods.len()).rev() {
            let (earlier, later) = self.periods.split_at_mut(position);
            let (Some(earlier), Some(later)) = (earlier.last_mut(), later.first()) else {
                continue;
            };
            let (Listed::Priced(before), Listed::Priced(after)) =
                (&mut earlier.listed, &later.listed)
            else {
                continue;
            };
            if before.take_from(after) {
                earlier.dates.form_seen = later.dates.seen;
            }
        }
    }

    /// The source lists this price on this day.
    fn list(&mut self, listed: Listed, day: Day, open: bool) {
        let yesterday = day_before(day);
        let goes_on = open || self.last().is_some_and(|dates| dates.last_seen >= Some(yesterday));
        if let Some(last) = self.periods.last_mut().filter(|_| goes_on) {
            let changed = last.listed != listed;
            if !changed || is_form(&last.listed, &listed) {
                last.listed = listed;
                last.dates.last_seen = None;
                if changed && last.dates.seen != Some(day) {
                    last.dates.form_seen = Some(day);
                }
                return;
            }
            if last.dates.seen == Some(day) {
                self.drop_last(day);
                self.list(listed, day, false);
                return;
            }
            last.dates.last_seen = Some(yesterday);
        }
        let dates = Dates { seen: Some(day), ..Dates::default() };
        self.periods.push(Period { listed, dates });
    }

    /// The source lists the offering no more on this day.
    fn end(&mut self, day: Day, open: bool) {
        let first = self.last().and_then(|dates| dates.seen);
        let last = day_before(day);
        if open {
            self.close(Some(first.map_or(last, |first| first.max(last))));
        }
    }

    fn close(&mut self, last_seen: Option<Day>) {
        if let Some(period) = self.periods.last_mut() {
            period.dates.last_seen = last_seen;
        }
    }

    fn last(&self) -> Option<&Dates> {
        self.periods.last().map(|period| &period.dates)
    }

    fn drop_last(&mut self, day: Day) {
        let Some(period) = self.periods.pop() else { return };
        self.omitted.push(Omitted {
            field: "history".to_owned(),
            value: format!("{}: {}", day.0, period.listed),
            why: "another price was recorded on the same day".to_owned(),
        });
    }
}

fn is_form(before: &Listed, later: &Listed) -> bool {
    match (before, later) {
        (Listed::Priced(before), Listed::Priced(later)) => before.is_form_of(later),
        _ => false,
    }
}

/// The day before a whole day.
fn day_before(day: Day) -> Day {
    const SECONDS: i64 = 24 * 60 * 60;
    let before = day.0.timestamp().and_then(|start| Timestamp(start.0 - SECONDS).date());
    Day(before.unwrap_or(Date(day.0.0)))
}
