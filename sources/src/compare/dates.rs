//! The moments at which prices are laid side by side.

use portolan_codegen::manifest::{Day, TimeWindow, Weekday, Word};
use portolan_codegen::prices::of_week;
use portolan_types::{Date, Timestamp};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

/// The last second of a day, a month or a year: by then the source said what it says.
pub(super) fn end_of(day: Day) -> Option<Timestamp> {
    let Date(number) = day.0;
    let next = match (day.0.month(), day.0.day()) {
        (0, _) => Date(number + 10_101),
        (12, 0) => Date((day.0.year() + 1) * 10_000 + 101),
        (_, 0) => Date(number + 101),
        _ => return day.0.timestamp().map(|start| Timestamp(start.0 + DAY - 1)),
    };
    next.timestamp().map(|next| Timestamp(next.0 - 1))
}

/// A moment within a week of another that lies in the hours of a card; nothing if the card holds at every hour.
pub(super) fn within(
    moment: Timestamp,
    days: &[Weekday],
    time: &[TimeWindow],
) -> Option<Timestamp> {
    let days: Vec<_> = days.iter().copied().map(Word).collect();
    let first = of_week(&days, time).into_iter().next()?;
    // The epoch was a Thursday, three days after a Monday.
    let monday = moment.0 - (moment.0 + 3 * DAY).rem_euclid(WEEK);
    Some(Timestamp(monday + i64::from(first.start) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_a_month_and_a_year_end() {
        for (day, end) in [
            ("2026-07-02", "2026-07-02T23:59:59Z"),
            ("2026-09", "2026-09-30T23:59:59Z"),
            ("2026-12", "2026-12-31T23:59:59Z"),
            ("2026", "2026-12-31T23:59:59Z"),
        ] {
            let day = Day(Date::parse(day).unwrap());
            assert_eq!(end_of(day), Timestamp::parse(end), "{day:?}");
        }
    }

    #[test]
    fn the_hours_of_a_card_are_found() {
        // 2 November 2026 is a Monday.
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let night = TimeWindow { start: 22 * 60, end: 2 * 60, offset: 8 * 60 };
        let wednesday = at("2026-11-04T12:34:56Z");
        let sunday = [Weekday::Sun];
        assert_eq!(within(wednesday, &sunday, &[]), Some(at("2026-11-08")));
        assert_eq!(within(wednesday, &sunday, &[night]), Some(at("2026-11-08T14:00:00Z")));
        assert_eq!(within(wednesday, &[], &[]), None);
    }
}
