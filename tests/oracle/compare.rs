//! Compares what an ask comes to on both sides.

use std::collections::BTreeSet;

use portolan_types::{Amount, Meter, State};

use crate::differences::Differences;
use crate::disagreements::Disagreements;
use crate::draw::Ask;
use crate::index::Offering;
use crate::ours::{self, Ours};
use crate::peer::{Answer, Bill, Peer};

/// A rate that no decimal ends is rounded at its twelfth decimal here; a total then differs by at most one part of these.
const ENDLESS: u128 = 1_000_000_000;

/// What came of an ask.
pub(crate) enum Outcome {
    /// The same total.
    Equal,
    /// The same total but for the rounding of a rate that no decimal ends.
    Rounded,
    /// Another total, as the list explains.
    Listed,
    /// Another total, as the manifest records.
    Recorded,
    /// Another total between two sightings of our price, which our quote marks.
    Assumed,
    /// The total that the usage came to with us before a price changed: theirs has not followed.
    Outdated,
    /// Another total, and nobody says why: ours with its lines, and theirs.
    Unexplained(String),
    /// Nothing to compare.
    Skipped(String),
}

/// Compares an ask.
pub(crate) fn compare(
    peer: &Peer,
    offering: &Offering,
    ask: &Ask<'_>,
    answer: &Answer,
    differences: &mut Differences,
    disagreements: &Disagreements,
) -> Outcome {
    let ours = match ours::price(offering, ask) {
        Ok(ours) => ours,
        Err(why) => return Outcome::Skipped(why),
    };
    let theirs = match answer {
        Answer::Billed(bill) => bill,
        Answer::Refused(refusal) => return Outcome::Skipped(refusal.reason()),
    };
    if let Some(why) = one_sided(ask, &ours, theirs) {
        return Outcome::Skipped(why);
    }
    let Some((total, is_whole)) = ours::amount(&theirs.total) else {
        return Outcome::Unexplained(format!("no amount: {}", theirs.total));
    };
    let own = ours.quote.total;
    if total == Amount::ZERO && is_whole && ours.quote.state == State::Priced {
        return Outcome::Skipped("a zero there says nothing".to_owned());
    }
    if own == total && is_whole {
        return Outcome::Equal;
    }
    if theirs.endless && own.0.abs_diff(total.0) <= own.0 / ENDLESS {
        return Outcome::Rounded;
    }
    if differences.explain(peer.source, &offering.key, ask).is_some() {
        return Outcome::Listed;
    }
    if disagreements.explain(peer.url, ask, &ours, total) {
        return Outcome::Recorded;
    }
    if ours.assumes_the_date {
        return Outcome::Assumed;
    }
    if ours::before(offering, ask).any(|amount| amount == total) {
        return Outcome::Outdated;
    }
    Outcome::Unexplained(shown(&ours, total, theirs))
}

/// Why both do not bill the same meters: one has no rate for what the other has one for.
fn one_sided(ask: &Ask<'_>, ours: &Ours, theirs: &Bill) -> Option<String> {
    let stated: BTreeSet<_> = theirs.rates.keys().filter_map(|id| Meter::from_id(id)).collect();
    let has_cards = ours.quote.card.is_some();
    let side =
        |meter: Meter| match (ours.fallen.contains(&meter) && has_cards, stated.contains(&meter)) {
            (false, false) if has_cards => Some("there"),
            (true, true) => Some("here"),
            _ => None,
        };
    let mut meters = ask.usage.iter().map(|(meter, _)| meter);
    meters.find_map(|meter| Some(format!("no rate {} for this: {meter}", side(meter)?)))
}

fn shown(ours: &Ours, total: Amount, theirs: &Bill) -> String {
    let state = ours.quote.state;
    let lines: Vec<_> = ours
        .quote
        .lines()
        .map(|line| {
            format!("{} {} at {}", line.units, line.meter, portolan_types::rate_text(line.rate))
        })
        .collect();
    let rates: Vec<_> =
        theirs.rates.iter().map(|(meter, rate)| format!("{meter} {rate}")).collect();
    let (own, lines, rates) = (ours.quote.total, lines.join(", "), rates.join(", "));
    format!("{own} here ({state}: {lines}), {total} there ({rates})")
}
