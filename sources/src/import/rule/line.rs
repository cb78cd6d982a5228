//! One source's claims under one set of conditions as a line in time, and two lines made one.

use std::cmp::Reverse;

use portolan_codegen::manifest::{Day, Moment};
use portolan_types::Date;

use super::{Lost, Why};
use crate::import::claim::Claim;
use crate::import::origin::Owner;

/// Claims under the same conditions in the order of their starts. There is at least one.
#[derive(Clone, Debug)]
pub(super) struct Line {
    claims: Vec<Claim>,
    /// Which of them holds on the day of its source; none if all have ended.
    now: Option<usize>,
}

fn start(claim: &Claim) -> Option<Moment> {
    let dates = &claim.card.dates;
    dates.from.or_else(|| moment(dates.seen?))
}

fn moment(day: Day) -> Option<Moment> {
    day.0.timestamp().map(Moment)
}

/// The last day that a date can be which is only known in part.
fn latest(day: Day) -> Date {
    let filled = |part: u32, last: u32| if part == 0 { last } else { part };
    Date(day.0.year() * 10_000 + filled(day.0.month(), 12) * 100 + filled(day.0.day(), 31))
}

/// Whether a claim begins by the day of its source.
fn has_begun(claim: &Claim) -> bool {
    let day = claim.source.checked.map(latest);
    start(claim).and_then(|start| start.0.date()).is_none_or(|begun| Some(begun) <= day)
}

/// Whether a claim ends before the day of its source.
fn has_ended(claim: &Claim) -> bool {
    let dates = &claim.card.dates;
    let by_vendor = dates.until.is_some_and(|until| Some(until) <= moment(claim.day()));
    by_vendor || dates.last_seen.is_some_and(|last| last < claim.day())
}

impl Line {
    pub(super) fn new(mut claims: Vec<Claim>, gone: &[(Owner, Day)]) -> Self {
        claims.sort_by_key(start);
        let now = claims.iter().rposition(has_begun).unwrap_or(0);
        let current = &mut claims[now];
        let day = current.day();
        let dates = &mut current.card.dates;
        if let Some((_, last)) = gone.iter().find(|(owner, _)| *owner == current.owner) {
            dates.last_seen = dates.last_seen.or(Some(*last));
        } else {
            // That it was seen on the day of its source goes without saying.
            dates.last_seen = dates.last_seen.filter(|last| *last != day);
        }
        let now = (!has_ended(current)).then_some(now);
        Self { claims, now }
    }

    /// What holds, else what held last.
    pub(super) fn current(&self) -> &Claim {
        self.now.map_or_else(|| &self.claims[self.claims.len() - 1], |now| &self.claims[now])
    }

    /// What held before.
    fn past(&self) -> &[Claim] {
        &self.claims[..self.now.unwrap_or(self.claims.len())]
    }

    pub(super) fn into_claims(self) -> Vec<Claim> {
        self.claims
    }

    fn is_dated(&self) -> bool {
        self.claims.iter().any(Claim::is_dated)
    }

    /// The claim of a line that has one alone, and no date.
    pub(super) fn only_undated(&self) -> Option<&Claim> {
        let [claim] = self.claims.as_slice() else { return None };
        (!claim.is_dated()).then_some(claim)
    }

    pub(super) fn last_start(&self) -> Option<Moment> {
        self.claims.iter().filter_map(start).max()
    }

    pub(super) fn start_on_own_day(&mut self) {
        let day = self.current().day();
        if let Some(now) = self.now {
            self.claims[now].card.dates.seen = Some(day);
        }
    }

    /// How much its current price counts.
    fn rank(&self) -> (bool, Day, Owner) {
        let claim = self.current();
        (claim.is_vendors(), claim.day(), claim.owner)
    }

    /// The order in which lines are put together: what holds, what is dated, what counts for more.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (self.now.is_none(), !self.is_dated(), Reverse(self.rank()))
    }

    /// Where this line's past shows a price as replaced.
    fn replaced(&self, claim: &Claim) -> Option<usize> {
        // One that begins after that is the same price again.
        let shows = |past: &Claim| past.is_dated() && past.agrees(claim) && overlap(past, claim);
        self.past().iter().rposition(shows)
    }

    /// Leaves out history that says again what a claim before it says of the same time.
    fn tell_once(&mut self) {
        let mut position = 1;
        while position < self.claims.len() {
            let claim = &self.claims[position];
            let says_it = |other: &Claim| {
                other.owner != claim.owner
                    && other.completeness() >= claim.completeness()
                    && other.agrees(claim)
                    && overlap(other, claim)
            };
            let is_past = self.now.is_none_or(|now| position < now);
            if is_past && self.claims[..position].iter().any(says_it) {
                self.claims.remove(position);
                self.now = self.now.map(|now| now - 1);
            } else {
                position += 1;
            }
        }
    }

    /// Whether a claim begins after the line does and before what holds now: it stood there before.
    fn has_place_for(&self, claim: &Claim) -> bool {
        let first = self.claims.first().and_then(start);
        let is_before = self.now.is_none_or(|now| start(claim) < start(&self.claims[now]));
        first.is_some() && first < start(claim) && is_before
    }

    /// Puts history before the line, as far as it lies there.
    fn prepend(&mut self, history: &[Claim]) {
        let Some(first) = self.claims.first().and_then(start) else { return };
        let ends_before =
            |claim: &Claim| claim.card.dates.until.is_some_and(|until| until <= first);
        let lies_before = |claim: &&Claim| match start(claim) {
            Some(begun) => begun < first,
            None => ends_before(claim),
        };
        let mut before: Vec<_> = history.iter().filter(lies_before).cloned().collect();
        for claim in before.iter_mut().filter(|claim| !ends_before(claim)) {
            // What follows wins from its own start on.
            claim.card.dates.until = None;
        }
        self.now = self.now.map(|now| now + before.len());
        before.append(&mut self.claims);
        self.claims = before;
    }
}

/// One line of two. What contradicts and is no history is lost.
pub(super) fn merge(a: Line, b: Line, lost: &mut Vec<Lost>) -> Line {
    let mut line = either(a, b, lost);
    line.tell_once();
    line
}

fn either(a: Line, b: Line, lost: &mut Vec<Lost>) -> Line {
    match (a.now, b.now) {
        (Some(_), None) => return remember(a, b),
        (None, Some(_)) => return remember(b, a),
        (None, None) => {
            return if a.order() <= b.order() { remember(a, b) } else { remember(b, a) };
        }
        (Some(_), Some(_)) => {}
    }
    if a.current().agrees(b.current()) {
        return join(a, b, lost);
    }
    match (a.replaced(b.current()), b.replaced(a.current())) {
        (Some(position), None) => absorb(a, position, &b),
        (None, Some(position)) => absorb(b, position, &a),
        _ if a.rank() >= b.rank() => supersede(a, &b, lost),
        _ => supersede(b, &a, lost),
    }
}

/// The line of two that agree: the one that says more, else the one with the earlier dates. One without dates takes
/// the place of the other's claim; one with dates keeps them, and the other is what was before. A price that the other
/// tells of in between contradicts.
fn join(a: Line, b: Line, lost: &mut Vec<Lost>) -> Line {
    let preferred = |line: &Line| {
        let claim = line.current();
        let by_vendor = claim.card.dates.from.is_some();
        let by_person = claim.owner == Owner::Person;
        (
            Reverse(claim.completeness()),
            !by_person,
            !line.is_dated(),
            !by_vendor,
            begins(line),
            claim.day(),
            claim.owner,
        )
    };
    let (mut line, other) = if preferred(&a) <= preferred(&b) { (a, b) } else { (b, a) };
    if line.only_undated().is_some()
        && let Some(now) = other.now
    {
        let claim = in_place_of(line.current(), other.current());
        let is_later = start(other.current()) > moment(line.current().day());
        let mut line = other;
        if !is_later {
            line.claims[now] = claim;
        }
        return line;
    }
    let begins = begins(&line);
    let is_between = |claim: &&Claim| {
        let told = |own: &Claim| own.agrees(claim) && overlap(own, claim);
        claim.is_dated() && start(claim) >= begins && !line.claims.iter().any(told)
    };
    let between = other.past().iter().filter(is_between);
    lost.extend(between.map(|claim| Lost { claim: claim.clone(), why: Why::Between }));
    let mut history = other.past().to_vec();
    history.push(ended(&other));
    follow(&mut line, history, &mut Vec::new());
    line
}

/// The current claim of a line, which its source says until its day.
fn ended(line: &Line) -> Claim {
    let mut claim = line.current().clone();
    let dates = &mut claim.card.dates;
    dates.last_seen = Some(line.current().day()).max(dates.seen);
    claim
}

/// A claim in the place and with the dates of another that agrees. That it says more is a change of form.
fn in_place_of(claim: &Claim, place: &Claim) -> Claim {
    let mut new = claim.clone();
    let own = claim.card.dates;
    new.card.dates = place.card.dates;
    let dates = &mut new.card.dates;
    let formed = own.form_seen.or(own.seen).unwrap_or_else(|| claim.day());
    if claim.completeness() > place.completeness()
        && place.card.dates.seen.is_some_and(|seen| seen < formed)
    {
        dates.form_seen = Some(formed);
    }
    new
}

/// A line and one whose current price it shows as replaced: that price may only be told better.
fn absorb(mut line: Line, position: usize, stale: &Line) -> Line {
    if stale.only_undated().is_some() {
        tell_better(&mut line, position, stale.current());
    }
    let mut history = stale.past().to_vec();
    history.push(ended(stale));
    follow(&mut line, history, &mut Vec::new());
    line
}

/// A claim that says more in the place of one that agrees with it.
fn tell_better(line: &mut Line, position: usize, claim: &Claim) {
    let place = &mut line.claims[position];
    // What a source says in a time that the place covers is not out of date, and its end not the source's to know.
    let ended = place.card.dates.last_seen.is_some_and(|last| last < claim.day());
    if ended && claim.completeness() > place.completeness() {
        *place = in_place_of(claim, place);
    }
}

/// A line and one of which nothing holds any more.
fn remember(mut line: Line, ended: Line) -> Line {
    if line.now.is_some() && line.current().agrees(ended.current()) && !line.is_dated() {
        let mut claim = in_place_of(line.current(), ended.current());
        claim.card.dates.last_seen = None;
        let mut claims = ended.claims;
        claims.pop();
        claims.push(claim);
        let now = Some(claims.len() - 1);
        return Line { claims, now };
    }
    let mut history = Vec::new();
    for claim in ended.claims {
        let same = |other: &Claim| other.agrees(&claim) && overlap(other, &claim);
        let in_place =
            line.claims.iter().position(|other| same(other) && start(other) == start(&claim));
        if let Some(position) = in_place {
            tell_better(&mut line, position, &claim);
        } else if line.has_place_for(&claim) {
            let position = line.claims.partition_point(|other| start(other) < start(&claim));
            line.claims.insert(position, claim);
            line.now = line.now.map(|now| now + usize::from(position <= now));
        } else {
            history.push(claim);
        }
    }
    follow(&mut line, history, &mut Vec::new());
    line
}

/// Whether one begins before the other has ended.
fn overlap(a: &Claim, b: &Claim) -> bool {
    let after = |claim: &Claim, other: &Claim| {
        let dates = &other.card.dates;
        let by_vendor = dates.until.is_some_and(|until| Some(until) <= start(claim));
        let seen = dates.until.is_none()
            && dates.last_seen.is_some_and(|last| moment(last) < start(claim));
        by_vendor || seen
    };
    !after(a, b) && !after(b, a)
}

/// The winner after what stays of the other as history.
fn supersede(mut winner: Line, loser: &Line, lost: &mut Vec<Lost>) -> Line {
    let day = loser.current().day();
    let why = match (winner.rank(), loser.rank()) {
        ((true, ..), (false, ..)) => Why::NoPage,
        ((_, later, _), (_, earlier, _)) if later > earlier => Why::Earlier,
        _ => Why::Tie,
    };
    let mut history = loser.past().to_vec();
    let is_history = loser.is_dated() && day < winner.current().day();
    if is_history && start(loser.current()) < begins(&winner) {
        history.push(ended(loser));
    } else {
        lost.push(Lost { claim: loser.current().clone(), why });
    }
    follow(&mut winner, history, lost);
    winner
}

/// When a line begins if history comes before it: one that says nothing of its own begins on the day of its source. One
/// that ends by a vendor's date and says no beginning held ever before.
fn begins(line: &Line) -> Option<Moment> {
    let first = &line.claims[0];
    let second = line.claims.get(1).and_then(start);
    let own_day = || if line.claims.len() == 1 { moment(first.day()) } else { second };
    let open = first.card.dates.until.is_none();
    start(first).or_else(|| own_day().filter(|_| open))
}

/// Puts history before a line, which begins on the day of its source if it says nothing else.
fn follow(line: &mut Line, mut history: Vec<Claim>, lost: &mut Vec<Lost>) {
    history.retain(Claim::is_dated);
    let begins = begins(line);
    history.retain(|claim| start(claim) < begins);
    let Some(last) = history.last_mut() else { return };
    let dates = &mut last.card.dates;
    if dates.until.is_none() && dates.last_seen.or(dates.seen).is_none() {
        dates.last_seen = dates.from.and_then(|from| from.0.date()).map(Day);
    }
    if start(&line.claims[0]).is_none() && line.claims.len() > 1 {
        // Since when it held is not known, and what is known to have held before leaves no place for it.
        let claim = line.claims.remove(0);
        line.now = line.now.map(|now| now.saturating_sub(1));
        lost.push(Lost { claim, why: Why::Undated });
    } else if start(&line.claims[0]).is_none() {
        line.claims[0].card.dates.seen = Some(line.claims[0].day());
    }
    line.prepend(&history);
}
