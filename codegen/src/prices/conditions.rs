//! What cards hold together, and which of two contains the other. Two cards that can hold together without one
//! containing the other are a mistake, unless a card for exactly what they share says which price it is.

use portolan_types::Timestamp;

use super::{Draft, windows};
use crate::catalog::{Card, Window};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// The contexts in which a card holds: a product of one set per condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conditions<'c> {
    service_tier: portolan_types::ServiceTier,
    start: Option<Timestamp>,
    until: Option<Timestamp>,
    windows: Vec<Window>,
    /// Sorted; empty is every region.
    regions: Vec<&'c str>,
    variants: Vec<&'c str>,
}

impl<'c> Conditions<'c> {
    pub(super) fn of(card: &'c Card) -> Self {
        Self::in_regions(card, &card.regions)
    }

    /// As if the card held in these regions.
    pub(super) fn in_regions(card: &'c Card, regions: &'c [String]) -> Self {
        Self {
            service_tier: card.service_tier.0,
            start: card.start().map(|moment| moment.0),
            until: card.until.map(|moment| moment.0),
            windows: card.windows.clone(),
            regions: sorted(regions),
            variants: card.variants.iter().map(String::as_str).collect(),
        }
    }

    /// The contexts in which both hold, if there are any.
    pub(super) fn intersection(&self, other: &Self) -> Option<Self> {
        let same_tier = self.service_tier == other.service_tier;
        let start = self.start.max(other.start);
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, another) => one.or(another),
        };
        let is_period = !matches!((start, until), (Some(start), Some(until)) if start >= until);
        let regions = both_regions(&self.regions, &other.regions)?;
        let variants = both_variants(&self.variants, &other.variants)?;
        let windows = windows::intersection(&self.windows, &other.windows)?;
        (same_tier && is_period).then_some(Self {
            service_tier: self.service_tier,
            start,
            until,
            windows,
            regions,
            variants,
        })
    }

    /// Whether every context of `other` is one of this card's.
    pub(super) fn contains(&self, other: &Self) -> bool {
        self.intersection(other).is_some_and(|common| common == *other)
    }

    /// Whether both hold in the same contexts but for the dates.
    pub(super) fn same_but_dates(&self, other: &Self) -> bool {
        let dateless = |conditions: &Self| Self { start: None, until: None, ..conditions.clone() };
        dateless(self) == dateless(other)
    }
}

fn sorted(texts: &[String]) -> Vec<&str> {
    let mut list: Vec<_> = texts.iter().map(String::as_str).collect();
    list.sort_unstable();
    list
}

/// The regions of both, or nothing where they share none; an empty list is every region.
fn both_regions<'c>(a: &[&'c str], b: &[&'c str]) -> Option<Vec<&'c str>> {
    if a.is_empty() || b.is_empty() {
        return Some([a, b].concat());
    }
    let common: Vec<_> = a.iter().copied().filter(|region| b.contains(region)).collect();
    (!common.is_empty()).then_some(common)
}

/// The variants of both, or nothing where they name two values of one kind.
fn both_variants<'c>(a: &[&'c str], b: &[&'c str]) -> Option<Vec<&'c str>> {
    let kind = |variant: &'c str| variant.split_once('=').map_or(variant, |(kind, _)| kind);
    let clash = a.iter().any(|one| b.iter().any(|other| kind(one) == kind(other) && one != other));
    if clash {
        return None;
    }
    let mut both: Vec<_> = a.iter().chain(b).copied().collect();
    both.sort_unstable();
    both.dedup();
    Some(both)
}

pub(super) fn check(drafts: &[Draft], out: &mut Diagnostics) {
    let conditions: Vec<_> = drafts.iter().map(|draft| Conditions::of(&draft.card)).collect();
    for later in 1..drafts.len() {
        for earlier in 0..later {
            let (one, other) = (&conditions[earlier], &conditions[later]);
            let Some(common) = one.intersection(other) else { continue };
            let within = [common == *one, common == *other];
            let same = within == [true, true];
            let crossing = within == [false, false];
            if same || (crossing && !conditions.contains(&common)) {
                out.push(overlap(&drafts[earlier], &drafts[later], &common, same));
                // One is enough to find the card by; a list of equal cards has as many as pairs.
                break;
            }
        }
    }
}

fn overlap(earlier: &Draft, later: &Draft, common: &Conditions<'_>, same: bool) -> Diagnostic {
    let (message, help) = if same {
        (
            "two cards hold under the same conditions".to_owned(),
            "remove one, or give it a condition of its own",
        )
    } else {
        (
            format!("two cards hold together {}", common.words()),
            "add a card for exactly that, or a condition that keeps the two apart",
        )
    };
    Diagnostic::new(Code::OverlappingCards, later.place, message)
        .label("and this card")
        .secondary(earlier.place, "this card")
        .help(help)
}

impl Conditions<'_> {
    /// The conditions in words, for a message.
    fn words(&self) -> String {
        let mut words = vec![format!("for `{}`", self.service_tier)];
        words.extend(self.start.map(|start| format!("from {start}")));
        words.extend(self.until.map(|until| format!("until {until}")));
        if !self.windows.is_empty() {
            words.push("at some times of the week".to_owned());
        }
        words.extend(self.regions.iter().map(|region| format!("in `{region}`")));
        words.extend(self.variants.iter().map(|variant| format!("with `{variant}`")));
        words.join(" ")
    }
}
