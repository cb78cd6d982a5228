//! What changed of a price. Cards are laid side by side by their conditions; those that differ in their dates alone are one
//! timeline, in which a new card that follows another is a change of price from that date on.

use std::collections::BTreeMap;

use portolan_types::{ServiceTier, Status};

use super::record::{Pair, Recorder, Text, pairs};
use super::{Change, Conditions, Kind, rates};
use crate::catalog::{Card, Model, Price};
use crate::manifest::Moment;

/// The price of a model on both sides.
pub(super) fn price(rec: &mut Recorder<'_, '_>, before: &Model, after: &Model) {
    if before.price == after.price {
        return;
    }
    let state = |model: &Model| Some(state(&model.price).to_owned());
    rec.value(Kind::PriceStateChanged, "", &state(before), &state(after));
    let mut out = Vec::new();
    let is_told = listing_end(before) != listing_end(after);
    let told = |model| if is_told { listing_end(model) } else { None };
    let (one, other) = (timelines(before, told(before)), timelines(after, told(after)));
    let mut rec_here = Recorder { subject: rec.subject, out: &mut out };
    for (old, new) in same_conditions(&one, &other) {
        compare(&mut rec_here, old, new);
    }
    merge_regions(out, rec.out);
}

fn state(price: &Price) -> &'static str {
    match price {
        Price::Priced(_) => "priced",
        Price::Free => "free",
        Price::Included => "included",
        Price::Unknown => "unknown",
    }
}

/// The regions of a card, each alone; a card for every region has one entry without.
fn regions(card: &Card) -> Vec<Option<&str>> {
    if card.regions.is_empty() {
        return vec![None];
    }
    card.regions.iter().map(|region| Some(region.as_str())).collect()
}

/// The conditions of a card, its dates apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'c> {
    service_tier: &'static str,
    region: Option<&'c str>,
    variants: Vec<&'c str>,
    windows: Vec<(u16, u16)>,
}

/// A card in its timeline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'c> {
    pub(super) card: &'c Card,
    start: Option<Moment>,
    until: Option<Moment>,
}

/// The cards under the same conditions, by date.
#[derive(Debug)]
struct Timeline<'c> {
    place: Place<'c>,
    entries: Vec<Entry<'c>>,
}

/// When the prices of a model end because it is delisted.
fn listing_end(model: &Model) -> Option<Moment> {
    let gone = model.last_seen.filter(|_| model.status.0 == Status::Delisted)?;
    crate::prices::day_after(gone.0).map(Moment)
}

/// The timelines of a model's cards. An end that the listing of the model already tells is left out.
fn timelines(model: &Model, end: Option<Moment>) -> Vec<Timeline<'_>> {
    let Price::Priced(cards) = &model.price else { return Vec::new() };
    let mut found: BTreeMap<Place<'_>, Vec<Entry<'_>>> = BTreeMap::new();
    for card in cards {
        let until = card.until.filter(|until| Some(*until) != end);
        for region in regions(card) {
            let entry = Entry { card, start: card.start(), until };
            found.entry(place(card, region)).or_default().push(entry);
        }
    }
    for entries in found.values_mut() {
        entries.sort_by_key(|entry| (entry.start, entry.until.is_none(), entry.until));
    }
    found.into_iter().map(|(place, entries)| Timeline { place, entries }).collect()
}

fn place<'c>(card: &'c Card, region: Option<&'c str>) -> Place<'c> {
    let mut variants: Vec<_> = card.variants.iter().map(String::as_str).collect();
    variants.sort_unstable();
    let windows = card.windows.iter().map(|window| (window.start, window.end)).collect();
    Place { service_tier: card.service_tier.0.id(), region, variants, windows }
}

type Sides<'t, 'c> = (Option<&'t Timeline<'c>>, Option<&'t Timeline<'c>>);

/// Lays timelines side by side. Two that differ only in the times of the week are the same with other times if there is no
/// other that either could be.
fn same_conditions<'t, 'c>(
    before: &'t [Timeline<'c>],
    after: &'t [Timeline<'c>],
) -> Vec<Sides<'t, 'c>> {
    let (mut sides, mut gone, mut new) = (Vec::new(), Vec::new(), Vec::new());
    for pair in pairs(before, after, |timeline| &timeline.place) {
        match pair {
            Pair::Both(one, other) => sides.push((Some(one), Some(other))),
            Pair::Gone(one) => gone.push(one),
            Pair::New(one) => new.push(one),
        }
    }
    let timed = |one: &Timeline<'_>, other: &Timeline<'_>| {
        let always = one.place.windows.is_empty() || other.place.windows.is_empty();
        !always
            && Place { windows: Vec::new(), ..one.place.clone() }
                == Place { windows: Vec::new(), ..other.place.clone() }
    };
    let mut taken = vec![false; new.len()];
    for one in &gone {
        let rivals = gone.iter().filter(|other| timed(one, other)).count();
        let mut fits = (0..new.len()).filter(|position| timed(one, new[*position]));
        match (rivals, fits.next(), fits.next()) {
            (1, Some(position), None) => {
                taken[position] = true;
                sides.push((Some(*one), Some(new[position])));
            }
            _ => sides.push((Some(*one), None)),
        }
    }
    let rest = new.iter().zip(taken).filter(|(_, taken)| !taken);
    sides.extend(rest.map(|(one, _)| (None, Some(*one))));
    sides
}

/// Writes the changes of a timeline down, its conditions with them.
fn compare(
    rec: &mut Recorder<'_, '_>,
    before: Option<&Timeline<'_>>,
    after: Option<&Timeline<'_>>,
) {
    let first = rec.out.len();
    let old = before.map(|timeline| timeline.entries.as_slice()).unwrap_or_default();
    let new = after.map(|timeline| timeline.entries.as_slice()).unwrap_or_default();
    let partners = partners(old, new);
    let (mut gone, mut added) = (old.to_vec(), new.to_vec());
    let (mut one, mut other) = (0..old.len(), 0..new.len());
    gone.retain(|_| one.next().is_some_and(|at| partners.iter().all(|(old, _)| *old != at)));
    added.retain(|_| other.next().is_some_and(|at| partners.iter().all(|(_, new)| *new != at)));
    for (one, other) in partners {
        let own = rec.out.len();
        rates::compare(rec, old[one].card, new[other].card);
        dates(rec, old[one], new[other], &gone, &added);
        if old.len() > 1 || new.len() > 1 {
            rec.out[own..].iter_mut().for_each(|change| period(change, new[other]));
        }
    }
    for entry in &added {
        new_card(rec, *entry, old, new);
    }
    for entry in &gone {
        let change = rec.push(Kind::CardRemoved, "", Some(rates::text(entry.card)), None);
        period(change, *entry);
    }
    if let (Some(one), Some(other)) = (before, after)
        && one.place.windows != other.place.windows
    {
        let times = |timeline: &Timeline<'_>| times(timeline.entries.first()?.card);
        rec.push(Kind::CardTimesChanged, "", times(one), times(other));
    }
    let Some(side) = after.or(before) else { return };
    for change in &mut rec.out[first..] {
        conditions(&mut change.conditions, side);
    }
}

/// Which cards of two timelines are the same: those with the same dates; of the rest those with the same start, then those
/// with the same rates; then the last that is left, if it starts earlier now.
fn partners(old: &[Entry<'_>], new: &[Entry<'_>]) -> Vec<(usize, usize)> {
    let rules: [fn(&Entry<'_>, &Entry<'_>) -> bool; 3] = [
        |one, other| (one.start, one.until) == (other.start, other.until),
        |one, other| one.start == other.start,
        |one, other| rates::same(one.card, other.card),
    ];
    let mut free_old: Vec<_> = (0..old.len()).collect();
    let mut free_new: Vec<_> = (0..new.len()).collect();
    let mut found = Vec::new();
    for rule in rules {
        free_old.retain(|one| {
            let fits = free_new.iter().position(|other| rule(&old[*one], &new[*other]));
            found.extend(fits.map(|position| (*one, free_new.remove(position))));
            fits.is_none()
        });
    }
    if let ([one], [other]) = (free_old.as_slice(), free_new.as_slice())
        && new[*other].start < old[*one].start
    {
        found.push((*one, *other));
    }
    found.sort_unstable();
    found
}

/// Other dates of the same card. Where a card that is new or gone says why it ends elsewhere, that is told with that card.
fn dates(
    rec: &mut Recorder<'_, '_>,
    before: Entry<'_>,
    after: Entry<'_>,
    gone: &[Entry<'_>],
    added: &[Entry<'_>],
) {
    let kind = Kind::CardDatesChanged;
    let (one, other) = (before.card, after.card);
    rec.value(kind, "from", &one.from, &other.from);
    rec.value(kind, "seen", &one.seen, &other.seen);
    rec.value(kind, "assumed_before", &one.assumed_before, &other.assumed_before);
    let starts = |entries: &[Entry<'_>], end: Option<Moment>| {
        end.is_some() && entries.iter().any(|entry| entry.start == end)
    };
    if !starts(added, after.until) && !starts(gone, before.until) {
        rec.value(kind, "until", &before.until, &after.until);
    }
    if gone.is_empty() && added.is_empty() {
        rec.value(kind, "assumed_after", &one.assumed_after, &other.assumed_after);
    }
}

/// A card that was not there: a change of price if another one held before it.
fn new_card(rec: &mut Recorder<'_, '_>, entry: Entry<'_>, old: &[Entry<'_>], new: &[Entry<'_>]) {
    let first = rec.out.len();
    let is_earlier = |other: &&Entry<'_>| other.start < entry.start;
    // Where nothing was priced, nothing changed.
    let previous = match old {
        [] => None,
        _ => new.iter().rfind(is_earlier).or_else(|| old.iter().rfind(is_earlier)),
    };
    if let Some(previous) = previous {
        rates::compare_rates(rec, previous.card, entry.card);
    }
    if rec.out.len() == first {
        rec.push(Kind::CardAdded, "", None, Some(rates::text(entry.card)));
    }
    for change in &mut rec.out[first..] {
        period(change, entry);
        if change.kind != Kind::CardAdded {
            change.conditions.effective = change.conditions.from.take();
        }
    }
}

fn period(change: &mut Change, entry: Entry<'_>) {
    change.conditions.from = entry.start.text();
    change.conditions.until = entry.until.text();
}

fn conditions(conditions: &mut Conditions, timeline: &Timeline<'_>) {
    let Place { service_tier, region, variants, .. } = &timeline.place;
    let standard = ServiceTier::Standard.id();
    conditions.service_tier = (*service_tier != standard).then(|| (*service_tier).to_owned());
    conditions.regions = region.iter().map(|region| (*region).to_owned()).collect();
    conditions.variants = variants.iter().map(|variant| (*variant).to_owned()).collect();
    conditions.times = timeline.entries.first().and_then(|entry| times(entry.card));
}

/// The weekdays and times of a card, as the manifest says them.
pub(super) fn times(card: &Card) -> Option<String> {
    let parts = [card.days.text(), card.time.text()];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Changes that only differ in the region are one.
fn merge_regions(changes: Vec<Change>, out: &mut Vec<Change>) {
    let mut merged: BTreeMap<(Change, bool), Vec<String>> = BTreeMap::new();
    for mut change in changes {
        let regions = std::mem::take(&mut change.conditions.regions);
        merged.entry((change, regions.is_empty())).or_default().extend(regions);
    }
    out.extend(merged.into_iter().map(|((mut change, _), mut regions)| {
        regions.sort_unstable();
        regions.dedup();
        change.conditions.regions = regions;
        change
    }));
}
