//! Which value of a fact holds where sources differ. Pure: takes what each source says of one fact, returns what holds
//! and what lost.
//!
//! - What a person pinned holds. Then a page of the vendor counts for more than any other, then the later source.
//! - Sources name the kinds of content that go in and come out, not those that do not: the longer of two lists holds
//!   where it has all of the shorter.
//! - A value is the word of the model's own source if that says it too and would hold by itself. So a second source that
//!   agrees changes nothing.
//!
//! What comes out does not depend on the order of two sources, and what holds holds again.

use std::cmp::Reverse;

use portolan_codegen::catalog::Source;
use portolan_codegen::manifest::{Day, FactKey};
use portolan_types::Date;

use super::origin::{Owner, whole_day};
use crate::facts::{agree, is_part};

/// What a source says of a fact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claim {
    /// The value.
    pub(super) value: String,
    /// Whose word it is.
    pub(super) owner: Owner,
    /// The page, or the source itself.
    pub(super) source: Source,
    /// Whether a person pinned it.
    pub(super) pinned: bool,
    /// Whether it follows from the base model or the provider, and the model itself says nothing.
    pub(super) inherited: bool,
}

/// What holds, and what was said instead.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decided {
    /// What holds, by the source whose word it is.
    pub(super) holds: Claim,
    /// What lost, a claim for each value.
    pub(super) lost: Vec<Claim>,
    /// Whether another source says a part of what holds.
    pub(super) is_longer: bool,
}

impl Claim {
    /// What counts for more comes later.
    pub(super) fn rank(&self) -> (bool, bool, Day, Owner) {
        let day = self.source.checked.map_or(Day(Date(0)), whole_day);
        let url = self.source.url.as_deref();
        let is_page =
            url.is_some_and(|url| Owner::SOURCES.into_iter().all(|owner| owner.url() != url));
        (self.pinned, is_page, day, self.owner)
    }
}

/// Weighs what is said of one fact of a model whose source is `main`; nothing if nobody says anything.
pub(super) fn decide(key: FactKey, claims: Vec<Claim>, main: Owner) -> Option<Decided> {
    let top = claims.iter().max_by_key(|claim| claim.rank())?;
    let has_more = |claim: &&Claim| {
        !top.pinned
            && is_part(key, &top.value, &claim.value)
            && !is_part(key, &claim.value, &top.value)
    };
    let value = claims.iter().filter(has_more).max_by_key(|claim| claim.rank()).unwrap_or(top);
    let value = value.value.clone();
    let (held, lost): (Vec<_>, Vec<_>) = claims
        .into_iter()
        .partition(|claim| agree(&claim.value, &value) || is_part(key, &claim.value, &value));
    let against = lost.iter().map(Claim::rank).max();
    let (mut said, parts): (Vec<_>, Vec<_>) =
        held.into_iter().partition(|claim| agree(&claim.value, &value));
    said.sort_by_key(|claim| {
        let alone = against.is_none_or(|against| claim.rank() > against);
        (Reverse(alone && claim.owner == main), Reverse(claim.rank()))
    });
    let holds = said.into_iter().next()?;
    Some(Decided { holds, lost: one_for_each_value(lost), is_longer: !parts.is_empty() })
}

/// The first claim for each value: a second source that says what already lost adds nothing.
fn one_for_each_value(lost: Vec<Claim>) -> Vec<Claim> {
    let mut kept: Vec<Claim> = Vec::new();
    for claim in lost {
        if !kept.iter().any(|other| agree(&other.value, &claim.value)) {
            kept.push(claim);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(owner: Owner, day: u32, value: &str) -> Claim {
        let url = if owner == Owner::Person { "https://acme.example/docs" } else { owner.url() };
        let source = Source { url: Some(url.to_owned()), checked: Some(Day(Date(day))) };
        Claim { value: value.to_owned(), owner, source, pinned: false, inherited: false }
    }

    fn july(value: &str) -> Claim {
        claim(Owner::ModelsDev, 20_260_702, value)
    }

    fn october(value: &str) -> Claim {
        claim(Owner::Litellm, 20_261_021, value)
    }

    fn november(value: &str) -> Claim {
        claim(Owner::GenaiPrices, 20_261_110, value)
    }

    /// The value that holds, whose it is, and what lost, for both orders of the claims.
    #[track_caller]
    fn decided(key: FactKey, mut claims: Vec<Claim>) -> (String, Owner, Vec<String>) {
        let said = |claims: Vec<Claim>| {
            let Decided { holds, lost, .. } = decide(key, claims, Owner::ModelsDev).unwrap();
            let mut lost: Vec<_> = lost.into_iter().map(|claim| claim.value).collect();
            lost.sort_unstable();
            (holds.value, holds.owner, lost)
        };
        let first = said(claims.clone());
        claims.reverse();
        assert_eq!(said(claims), first);
        first
    }

    fn as_expected(value: &str, owner: Owner, lost: &[&str]) -> (String, Owner, Vec<String>) {
        (value.to_owned(), owner, lost.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_later_source_holds_and_a_page_of_the_vendor_before_it() {
        let key = FactKey::Context;
        assert_eq!(
            decided(key, vec![july("1"), october("2")]),
            as_expected("2", Owner::Litellm, &["1"])
        );
        let page = claim(Owner::Person, 20_260_101, "3");
        assert_eq!(
            decided(key, vec![july("1"), october("2"), page]),
            as_expected("3", Owner::Person, &["1", "2"])
        );
        let pinned = Claim { pinned: true, ..july("1") };
        assert_eq!(
            decided(key, vec![pinned, october("2")]),
            as_expected("1", Owner::ModelsDev, &["2"])
        );
        assert!(decide(key, Vec::new(), Owner::ModelsDev).is_none());
    }

    #[test]
    fn who_agrees_changes_nothing_unless_it_is_needed_against_a_third() {
        let key = FactKey::MaxOutput;
        assert_eq!(
            decided(key, vec![july("1"), october("1")]),
            as_expected("1", Owner::ModelsDev, &[])
        );
        assert_eq!(
            decided(key, vec![july("1"), november("1"), october("2")]),
            as_expected("1", Owner::GenaiPrices, &["2"])
        );
        assert_eq!(
            decided(key, vec![july("1"), october("1"), november("2")]),
            as_expected("2", Owner::GenaiPrices, &["1"])
        );
    }

    #[test]
    fn a_longer_list_of_kinds_holds_and_other_lists_are_weighed() {
        let key = FactKey::Input;
        assert_eq!(
            decided(key, vec![july("text, image"), october("text")]),
            as_expected("text, image", Owner::ModelsDev, &[])
        );
        assert_eq!(
            decided(key, vec![july("text"), october("text, image")]),
            as_expected("text, image", Owner::Litellm, &[])
        );
        assert_eq!(
            decided(key, vec![july("text, pdf"), october("text, image")]),
            as_expected("text, image", Owner::Litellm, &["text, pdf"])
        );
    }

    #[test]
    fn a_day_agrees_with_its_month() {
        assert_eq!(
            decided(FactKey::Cutoff, vec![july("2025-08"), october("2025-08-31")]),
            as_expected("2025-08", Owner::ModelsDev, &[])
        );
    }
}
