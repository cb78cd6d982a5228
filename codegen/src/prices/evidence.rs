//! Where prices are from and how far the sightings of a source carry.

use super::conditions::Conditions;
use super::expand::day_after;
use super::{Draft, Surroundings};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::Moment;

/// Every price says where it is from and when that was checked.
pub(super) fn require_sources(drafts: &[Draft], out: &mut Diagnostics) {
    for draft in drafts {
        let source = &draft.card.source;
        if source.url.is_none() || source.checked.is_none() {
            let help =
                "add `source:` and `checked:` to the card, the model, the provider or the vendor";
            out.push(
                Diagnostic::new(Code::NoSource, draft.place, "a price without a source").help(help),
            );
        }
    }
}

/// Marks the time between the last sighting of a card and the first of the next, and ends what a delisted model claims.
pub(super) fn mark(drafts: &mut [Draft], around: &Surroundings, out: &mut Diagnostics) {
    for position in 0..drafts.len() {
        if let Some(next) = superseding(drafts, position) {
            let draft = &drafts[position];
            let last = draft.last_seen.or(draft.card.seen).and_then(|day| day_after(day.0));
            let next_start = drafts[next].card.start();
            match last {
                Some(last) if Some(Moment(last)) < next_start => {
                    drafts[position].card.assumed_after = Some(Moment(last));
                }
                Some(_) => {}
                None => out.push(never_seen(draft, &drafts[next])),
            }
        }
    }
    for draft in drafts {
        let card = &mut draft.card;
        let Some(gone) = around.delisted else { continue };
        if card.start().is_some_and(|start| start.0 >= gone) {
            let message = "a card that starts after the model was last seen";
            let help = "a delisted model claims nothing after `last_seen`: remove the card or mend the date";
            out.push(Diagnostic::new(Code::EmptyPeriod, draft.place, message).help(help));
        }
        card.until = Some(card.until.map_or(Moment(gone), |until| until.min(Moment(gone))));
    }
}

/// The card that replaces one by a sighting: the next to start among those that differ from it only by their dates, if
/// the vendor's own date of the change is not known.
fn superseding(drafts: &[Draft], position: usize) -> Option<usize> {
    let own = Conditions::of(&drafts[position].card);
    let own_start = drafts[position].card.start();
    if drafts[position].card.until.is_some() {
        return None;
    }
    let later = (0..drafts.len()).filter(|other| {
        let card = &drafts[*other].card;
        card.start() > own_start && Conditions::of(card).same_but_dates(&own)
    });
    let next = later.min_by_key(|other| drafts[*other].card.start())?;
    drafts[next].card.from.is_none().then_some(next)
}

fn never_seen(draft: &Draft, next: &Draft) -> Diagnostic {
    let message = "nobody saw this card before the next one was seen";
    let help =
        "add `seen:` (and `last_seen:`) with the source's dates, or `until:` with the vendor's";
    Diagnostic::new(Code::NoSighting, draft.place, message)
        .secondary(next.place, "seen, and no date of the vendor's")
        .help(help)
}
