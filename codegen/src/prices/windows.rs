//! Weekdays and times of day as minutes of the UTC week.

use crate::catalog::Window;
use crate::manifest::{TimeWindow, Weekday, Word};

const DAY: i32 = 24 * 60;
const WEEK: i32 = 7 * DAY;

/// The parts of the UTC week that the days and times name, ascending, joined where they touch and split where the week
/// ends. No days are every day, no times the whole day; both together are always, which is no window at all.
pub fn of_week(days: &[Word<Weekday>], times: &[TimeWindow]) -> Vec<Window> {
    if days.is_empty() && times.is_empty() {
        return Vec::new();
    }
    let whole_day = TimeWindow { start: 0, end: 1440, offset: 0 };
    let times = if times.is_empty() { &[whole_day] } else { times };
    let on = |day: &i32| days.is_empty() || days.iter().any(|word| word.0 as i32 == *day);
    let mut parts = Vec::new();
    for day in (0..7).filter(on) {
        for time in times {
            add(&mut parts, day, *time);
        }
    }
    let windows = join(parts);
    let whole_week =
        windows.iter().any(|window| (window.start, i32::from(window.end)) == (0, WEEK));
    if whole_week { Vec::new() } else { windows }
}

/// A window past midnight belongs to the day that it starts on, whatever day that is in UTC.
fn add(parts: &mut Vec<(i32, i32)>, day: i32, time: TimeWindow) {
    let past_midnight = time.end <= time.start;
    let length = i32::from(time.end) - i32::from(time.start) + if past_midnight { DAY } else { 0 };
    let start = (day * DAY + i32::from(time.start) - i32::from(time.offset)).rem_euclid(WEEK);
    let end = start + length;
    parts.push((start, end.min(WEEK)));
    if end > WEEK {
        parts.push((0, end - WEEK));
    }
}

fn join(mut parts: Vec<(i32, i32)>) -> Vec<Window> {
    parts.sort_unstable();
    let mut joined: Vec<(i32, i32)> = Vec::new();
    for (start, end) in parts {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    let minute = |minute: i32| u16::try_from(minute).unwrap_or(u16::MAX);
    joined.iter().map(|(start, end)| Window { start: minute(*start), end: minute(*end) }).collect()
}

/// What two sets of windows have in common; an empty list is the whole week.
pub(super) fn intersection(a: &[Window], b: &[Window]) -> Option<Vec<Window>> {
    if a.is_empty() {
        return Some(b.to_vec());
    }
    if b.is_empty() {
        return Some(a.to_vec());
    }
    let mut common = Vec::new();
    for one in a {
        for other in b {
            let window = Window { start: one.start.max(other.start), end: one.end.min(other.end) };
            if window.start < window.end {
                common.push(window);
            }
        }
    }
    (!common.is_empty()).then_some(common)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(list: &[(u16, u16, i16)]) -> Vec<TimeWindow> {
        let window = |(start, end, offset): &(u16, u16, i16)| TimeWindow {
            start: *start,
            end: *end,
            offset: *offset,
        };
        list.iter().map(window).collect()
    }

    fn week(days: &[Weekday], list: &[(u16, u16, i16)]) -> Vec<(u16, u16)> {
        let days: Vec<_> = days.iter().copied().map(Word).collect();
        of_week(&days, &times(list)).iter().map(|window| (window.start, window.end)).collect()
    }

    #[test]
    fn a_window_past_midnight_belongs_to_the_day_it_starts_on() {
        assert_eq!(week(&[Weekday::Mon], &[(1380, 60, 0)]), [(1380, 1500)]);
        assert_eq!(week(&[Weekday::Sun], &[(1380, 60, 0)]), [(0, 60), (6 * 1440 + 1380, 10080)]);
    }

    #[test]
    fn an_offset_moves_the_day() {
        // Monday 07:00 to 09:00 in UTC+8 starts on Sunday 23:00 UTC.
        assert_eq!(week(&[Weekday::Mon], &[(420, 540, 480)]), [(0, 60), (10020, 10080)]);
        assert_eq!(week(&[Weekday::Mon], &[(540, 720, 480)]), [(60, 240)]);
    }

    #[test]
    fn whole_days_touch_and_join() {
        assert_eq!(week(&[Weekday::Sat, Weekday::Sun], &[]), [(5 * 1440, 7 * 1440)]);
        assert_eq!(week(&[], &[(0, 1440, 0)]), []);
        assert_eq!(week(&[], &[]), []);
    }
}
