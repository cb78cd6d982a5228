//! Entries with dates and times of day, and the variants over them, become cards.
//!
//! In the source the last active entry holds, and a variant replaces single numbers of it. Here every card says its
//! whole price and when it holds: an entry ends where the next begins, and a variant is laid over each entry that holds
//! while it does.

use portolan_codegen::catalog::Rates;
use portolan_codegen::manifest::{Closed, Day, Moment, TimeWindow, Weekday};
use portolan_types::{Currency, Date, Meter, ServiceTier, Timestamp, Variant};

use super::file::{ConditionalPrice, Constraint, PriceVariant};
use super::mapping::{Edit, EditedCard, ProviderRules};
use super::prices::{self, Notices, Priced, Rate};
use crate::decimal::Decimal;
use crate::row::{Card, Dates};

const DAY: i64 = 86_400;

/// An entry of the source, read.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    when: When,
    priced: Priced,
}

/// When an entry is active.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    Always,
    Since(Date),
    Within(TimeWindow),
}

/// Rates from a day on; from ever if none.
#[derive(Clone, Debug)]
struct Period {
    start: Option<Date>,
    priced: Priced,
}

/// Reads the entries; nothing if a constraint is not known. `free` meters are free in each that has a price.
pub(super) fn entries(
    entries: &[ConditionalPrice<'_>],
    free: &[Meter],
    notices: &mut Notices<'_>,
) -> Option<Vec<Entry>> {
    let mut read = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut priced = prices::read(&entry.prices, notices);
        if !priced.is_empty() {
            let free = free.iter().map(|meter| (*meter, Rate { base: 0, above: Vec::new() }));
            priced.extend(free);
        }
        read.push(Entry { when: when(entry.constraint.as_ref(), notices)?, priced });
    }
    Some(read)
}

/// The cards of a model without those of variants.
pub(super) fn standard(
    entries: &[Entry],
    rules: &ProviderRules,
    notices: &mut Notices<'_>,
) -> Vec<Card> {
    let Some((periods, windows)) = in_order(entries, notices) else { return Vec::new() };
    let next = |at: usize| periods.get(at + 1).and_then(|period| period.start);
    let mut cards: Vec<_> = (periods.iter().enumerate())
        .filter(|(_, period)| !period.priced.is_empty())
        .map(|(at, period)| Card {
            dates: rules.dates(period.start, next(at)),
            ..card(&period.priced, rules)
        })
        .collect();
    for (window, priced) in windows {
        let timed = Card { time: vec![window], ..card(&priced, rules) };
        let twin = cards.iter_mut().find(|other| {
            !other.time.is_empty() && other.rates == timed.rates && other.tiers == timed.tiers
        });
        match twin {
            Some(twin) => twin.time.push(window),
            None => cards.push(timed),
        }
    }
    cards
}

/// The cards of the variants.
pub(super) fn variants(
    entries: &[Entry],
    variants: &[PriceVariant<'_>],
    rules: &ProviderRules,
    notices: &mut Notices<'_>,
) -> Vec<Card> {
    let mut groups: Vec<(ServiceTier, Vec<Variant>, Vec<Period>)> = Vec::new();
    for variant in variants {
        let Some((tier, kinds)) = conditions(variant, notices) else { continue };
        let start = match when(variant.constraint.as_ref(), notices) {
            Some(When::Always) => None,
            Some(When::Since(day)) => Some(day),
            Some(When::Within(_)) => {
                notices.wrong("price_variants", "a variant for a time of day, which is not read");
                continue;
            }
            None => continue,
        };
        let period = Period { start, priced: prices::read(&variant.prices, notices) };
        match groups.iter_mut().find(|(t, k, _)| *t == tier && *k == kinds) {
            Some((.., periods)) => periods.push(period),
            None => groups.push((tier, kinds, vec![period])),
        }
    }
    if groups.is_empty() {
        return Vec::new();
    }
    let Some((base, windows)) = in_order(entries, notices) else { return Vec::new() };
    if !windows.is_empty() {
        notices.wrong("price_variants", "variants of prices with times of day, which are not read");
    }
    let laid = groups.iter().flat_map(|(tier, kinds, over)| {
        let laid = lay(&base, over, rules);
        laid.into_iter().map(|card| Card { service_tier: *tier, variants: kinds.clone(), ..card })
    });
    laid.collect()
}

/// The cards that the mapping says in place of those of the entries.
pub(super) fn edited(
    entries: &[Entry],
    edit: &Edit,
    rules: &ProviderRules,
    notices: &mut Notices<'_>,
) -> Vec<Card> {
    let unused = (1..=entries.len()).find(|at| !edit.list.iter().any(|c| c.entries.contains(at)));
    if let Some(at) = unused {
        notices.wrong("prices", format_args!("entry {at} is in no card of the mapping's `cards`"));
    }
    edit.list.iter().filter_map(|card| one_edited(entries, card, rules, notices)).collect()
}

fn one_edited(
    entries: &[Entry],
    edit: &EditedCard,
    rules: &ProviderRules,
    notices: &mut Notices<'_>,
) -> Option<Card> {
    let priced = edit.entries.iter().map(|at| Some(&entries.get(at.checked_sub(1)?)?.priced));
    let priced = priced.collect::<Option<Vec<_>>>().filter(|priced| !priced.is_empty());
    let Some(priced) = priced else {
        notices.wrong("prices", "a card of the mapping is for entries that are not there");
        return None;
    };
    if priced.iter().any(|other| other != &priced[0]) {
        notices.wrong("prices", "a card of the mapping is for entries with different prices");
    }
    let mut edited = card(priced[0], rules);
    if let Some(currency) = edit.currency {
        let rates = edit.rates.iter().map(|(meter, text)| {
            let read = Decimal::parse(text).and_then(Decimal::rate);
            read.map(|read| (meter.0, read.rate))
                .map_err(|error| format!("{meter} {text}: {error}"))
        });
        match rates.collect() {
            Ok(rates) => edited.rates = Rates(rates),
            Err(error) => notices.wrong("cards", error),
        }
        edited.currency = currency.0;
        edited.tiers.clear();
    }
    let mut moment = |text: &Option<String>| {
        let text = text.as_ref()?;
        let read = Timestamp::parse(text).map(Moment);
        if read.is_none() {
            notices.wrong("cards", format_args!("malformed moment `{text}`"));
        }
        read
    };
    edited.dates = Dates {
        from: moment(&edit.from),
        until: moment(&edit.until),
        seen: edit.seen,
        last_seen: edit.last_seen,
        form_seen: None,
    };
    edited.note.clone_from(&edit.note);
    let days = edit.days.iter().map(|day| Weekday::from_id(day).ok_or(day));
    let time = edit.time.iter().map(|window| TimeWindow::parse(window).ok_or(window));
    match (days.collect(), time.collect()) {
        (Ok(days), Ok(time)) => (edited.days, edited.time) = (days, time),
        (Err(text), _) | (_, Err(text)) => {
            notices.wrong("cards", format_args!("malformed `{text}`"));
        }
    }
    Some(edited)
}

/// The prices over the base, from the first day of one on.
fn lay(base: &[Period], over: &[Period], rules: &ProviderRules) -> Vec<Card> {
    let mut starts: Vec<_> = base.iter().chain(over).map(|period| period.start).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut laid: Vec<Option<(Option<Date>, Priced)>> = Vec::new();
    for start in &starts {
        let active = over.iter().filter(|period| period.start <= *start);
        let below = base.iter().rev().find(|period| period.start <= *start);
        let merged = below.filter(|_| active.clone().next().is_some()).map(|below| {
            let mut priced = below.priced.clone();
            priced.extend(active.flat_map(|period| period.priced.clone()));
            (*start, priced)
        });
        let same = |last: &Option<(Option<Date>, Priced)>| matches!((last, &merged), (Some((_, a)), Some((_, b))) if a == b);
        if !laid.last().is_some_and(same) {
            laid.push(merged);
        }
    }
    let periods: Vec<_> = laid.into_iter().flatten().collect();
    let next = |at: usize| periods.get(at + 1).and_then(|(start, _)| *start);
    (periods.iter().enumerate())
        .map(|(at, (start, priced))| Card {
            dates: rules.dates(*start, next(at)),
            ..card(priced, rules)
        })
        .collect()
}

fn card(priced: &Priced, rules: &ProviderRules) -> Card {
    let mut card = Card::of(Currency::Usd, prices::rates(priced));
    card.tiers = prices::tiers(priced, rules.inclusive);
    card
}

type InOrder = (Vec<Period>, Vec<(TimeWindow, Priced)>);

/// The entries as periods one after another and, over a single one, times of day.
fn in_order(entries: &[Entry], notices: &mut Notices<'_>) -> Option<InOrder> {
    let (mut periods, mut windows) = (Vec::<Period>::new(), Vec::new());
    for entry in entries {
        let start = match entry.when {
            When::Within(window) => {
                windows.push((window, entry.priced.clone()));
                continue;
            }
            When::Always => None,
            When::Since(day) => Some(day),
        };
        let ascends = periods.last().is_none_or(|last| last.start < start);
        if !ascends || !windows.is_empty() {
            notices.wrong("prices", "an entry that hides those before it");
            return None;
        }
        periods.push(Period { start, priced: entry.priced.clone() });
    }
    if !windows.is_empty() && periods.len() != 1 {
        notices.wrong(
            "prices",
            "dates and times of day together, which the source cannot combine: \
             say what its comment says under `cards` of the mapping",
        );
        return None;
    }
    Some((periods, windows))
}

fn when(constraint: Option<&Constraint>, notices: &mut Notices<'_>) -> Option<When> {
    let Some(constraint) = constraint else { return Some(When::Always) };
    let read = match constraint {
        Constraint { start_date: Some(day), start_time: None, end_time: None } => {
            Date::parse(day).filter(|day| day.is_full()).map(When::Since)
        }
        Constraint { start_date: None, start_time: Some(start), end_time: Some(end) } => {
            (utc_minutes(start).zip(utc_minutes(end)))
                .filter(|(start, end)| start != end)
                .map(|(start, end)| When::Within(TimeWindow { start, end, offset: 0 }))
        }
        _ => None,
    };
    if read.is_none() {
        notices.wrong("constraint", "expected `start_date`, or `start_time` and `end_time` in UTC");
    }
    read
}

/// The minute of the day of `00:30:00Z` or `00:30:00+00:00`.
fn utc_minutes(text: &str) -> Option<u16> {
    let clock = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00"))?;
    let (hours, minutes) = clock.strip_suffix(":00")?.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// The service tier and the variants that a variant of the source is for; nothing where it says what holds anyway.
fn conditions(
    variant: &PriceVariant<'_>,
    notices: &mut Notices<'_>,
) -> Option<(ServiceTier, Vec<Variant>)> {
    let (mut tier, mut kinds) = (None, Vec::new());
    for (field, value) in &variant.when {
        let known = match field.as_str() {
            "service_tier" if value == "default" => Some(ServiceTier::Standard),
            "service_tier" | "processing" | "speed" => ServiceTier::from_id(value),
            _ => None,
        };
        match (known, Variant::from_parts(field, value)) {
            (Some(known), _) if tier.is_none() => tier = Some(known),
            (None, Some(kind)) => kinds.push(kind),
            _ => {
                let prices = variant.prices.iter().map(|(key, number)| format!("{key}: {number}"));
                let value = format!("{field}: {value}: {}", prices.collect::<Vec<_>>().join(", "));
                notices.omit("price_variants", &value, "no condition of a card says this");
                return None;
            }
        }
    }
    let tier = tier.unwrap_or(ServiceTier::Standard);
    let holds_anyway = tier == ServiceTier::Standard && kinds.is_empty();
    if holds_anyway && !variant.prices.is_empty() {
        notices.wrong("price_variants", "other prices for what is the standard tier");
    }
    (!holds_anyway).then_some((tier, kinds))
}

impl ProviderRules {
    /// The dates of a card that holds from one day until another.
    fn dates(&self, start: Option<Date>, next: Option<Date>) -> Dates {
        let mut dates = Dates::default();
        if let Some(start) = start {
            if self.is_vendors(start) {
                dates.from = start.timestamp().map(Moment);
            } else {
                dates.seen = Some(Day(start));
            }
        }
        if let Some(next) = next {
            if self.is_vendors(next) {
                dates.until = next.timestamp().map(Moment);
            } else {
                dates.last_seen = day_before(next);
            }
        }
        dates
    }

    fn is_vendors(&self, day: Date) -> bool {
        self.vendor_dates.contains(&Day(day))
    }
}

fn day_before(day: Date) -> Option<Day> {
    Timestamp(day.timestamp()?.0 - DAY).date().map(Day)
}
