//! Which price holds where sources differ. Pure: takes claims, returns those that stand and those that lost.
//!
//! Claims are weighed per set of conditions (service tier, region, variant, times), each source's own claims being a line
//! in time:
//!
//! - Where two current prices agree, one card stands: the more complete one, else the one that was seen first. It keeps
//!   the older sightings.
//! - A price that the other's line shows as replaced is out of date: it says no more than that line.
//! - Else a page of the vendor counts for more than any other, then the later source.
//! - Of a price that lost, what is dated and older stays as history: seen until the day of its source, while the winner
//!   counts from its own. What is undated or later contradicts, and is returned as lost.
//!
//! What comes out does not depend on the order of the claims, and claims that stand stand again beside each other.

mod line;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use portolan_codegen::manifest::Day;

use self::line::Line;
use super::claim::{Claim, Conditions};
use super::origin::Owner;

/// What stands and what lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// The cards, by conditions and start.
    pub claims: Vec<Claim>,
    /// What other sources say instead.
    pub lost: Vec<Lost>,
}

/// A claim that does not stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// The claim.
    pub claim: Claim,
    /// Why.
    pub why: Why,
}

/// Why a claim lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A page of the vendor says otherwise.
    NoPage,
    /// A later source says otherwise.
    Earlier,
    /// Two sources of one day say different things.
    Tie,
    /// A price for a while, of which another source knows nothing though it tells of that time.
    Between,
    /// It held before another price, and nobody knows since when, while others have dates.
    Undated,
    /// Prices of regions cover all that it could hold for.
    ByRegion,
    /// It would hold together with another card, and neither contains the other.
    Crossing,
}

impl Why {
    /// The reason as a note of a disagreement.
    pub const fn note(self) -> &'static str {
        match self {
            Self::NoPage => "A page of the vendor says otherwise.",
            Self::Earlier => "A later source says otherwise.",
            Self::Tie => "Another source of the same day says otherwise.",
            Self::Between => "Another source shows one price before, then and after.",
            Self::Undated => "It is not known when this held.",
            Self::ByRegion => "Other sources tell the regions apart.",
            Self::Crossing => "The price that it belongs to was replaced later.",
        }
    }
}

/// What else is known of the model.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    /// The sources that no longer list it, and when each last did.
    pub gone: Vec<(Owner, Day)>,
    /// The regions that serve it; none if the provider has none.
    pub served: Vec<String>,
}

/// What a source says now, with the sightings of what it said before, where that was the same: they may be from another
/// source whose claim it took the place of.
pub fn renewed(now: Vec<Claim>, before: &[Claim]) -> Vec<Claim> {
    let is_said_now = |old: &&Claim| {
        let dates = &old.card.dates;
        let same = |claim: &&Claim| {
            let own = &claim.card.dates;
            claim.conditions() == old.conditions()
                && claim.card.rates == old.card.rates
                && (own.from, own.seen) == (dates.from, dates.seen)
        };
        (dates.from.is_some() || dates.seen.is_some()) && now.iter().any(|claim| same(&claim))
    };
    let before: Vec<_> = before.iter().filter(|old| !is_said_now(old)).collect();
    now.into_iter().map(|claim| renew(claim, &before)).collect()
}

fn renew(mut claim: Claim, before: &[&Claim]) -> Claim {
    let day = claim.day();
    let own = claim.card.dates;
    if own.from.is_some() || own.seen.is_some_and(|seen| seen < day) {
        return claim;
    }
    let same = |old: &&&Claim| {
        old.conditions() == claim.conditions()
            && old.card.dates.until == own.until
            && old.agrees(&claim)
    };
    let Some(old) = before.iter().rfind(same) else { return claim };
    let said = old.card.dates;
    let is_new_form = claim.completeness() > old.completeness();
    let formed = if is_new_form { Some(day) } else { said.form_seen };
    let dates = &mut claim.card.dates;
    dates.from = said.from;
    dates.seen = said.seen.filter(|seen| *seen != day);
    dates.form_seen = formed.filter(|_| dates.seen.is_some());
    // That it was seen until the day of its source is no end.
    dates.last_seen = own.last_seen.or(said.last_seen.filter(|last| *last != old.day()));
    claim
}

/// Weighs the claims of every source against each other.
pub fn merge(claims: Vec<Claim>, situation: &Situation) -> Merged {
    let mut by_conditions: BTreeMap<Conditions, BTreeMap<Owner, Vec<Claim>>> = BTreeMap::new();
    for claim in claims {
        let owners = by_conditions.entry(claim.conditions()).or_default();
        owners.entry(claim.owner).or_default().push(claim);
    }
    let mut lost = Vec::new();
    let fold = |owners: BTreeMap<Owner, Vec<Claim>>, lost: &mut Vec<Lost>| {
        let mut lines: Vec<_> =
            owners.into_values().map(|claims| Line::new(claims, &situation.gone)).collect();
        lines.sort_by_key(Line::order);
        lines.into_iter().reduce(|standing, next| line::merge(standing, next, lost))
    };
    let mut standing: BTreeMap<Conditions, Line> = BTreeMap::new();
    for (conditions, owners) in by_conditions {
        standing.extend(fold(owners, &mut lost).map(|line| (conditions, line)));
    }
    drop_doubled_regions(&mut standing, situation, &mut lost);
    start_within_general(&mut standing);
    let claims = standing.into_values().flat_map(Line::into_claims).collect();
    Merged { claims, lost }
}

impl Conditions {
    /// The same in every region.
    fn everywhere(&self) -> Self {
        Self { regions: Vec::new(), ..self.clone() }
    }

    /// Whether every context of `other` but for dates is one of these.
    fn contains(&self, other: &Self) -> bool {
        let within = |a: &[String], b: &[String]| {
            a.is_empty() || (!b.is_empty() && b.iter().all(|x| a.contains(x)))
        };
        self != other
            && self.service_tier == other.service_tier
            && within(&self.regions, &other.regions)
            && self.variants.iter().all(|variant| other.variants.contains(variant))
            && (self.days.is_empty() && self.time.is_empty()
                || (&self.days, &self.time) == (&other.days, &other.time))
    }
}

/// A region is named only where its price differs: an undated claim of a region that says what holds everywhere adds
/// nothing. Where what is left tells all regions apart, one of another source that holds everywhere adds nothing either.
fn drop_doubled_regions(
    standing: &mut BTreeMap<Conditions, Line>,
    situation: &Situation,
    lost: &mut Vec<Lost>,
) {
    let general: Vec<_> =
        standing.keys().filter(|conditions| conditions.regions.is_empty()).cloned().collect();
    for everywhere in general {
        let general = standing[&everywhere].current().clone();
        let is_regional =
            |other: &Conditions| !other.regions.is_empty() && other.everywhere() == everywhere;
        standing.retain(|other, line| {
            let says_no_more = line.only_undated().is_some_and(|claim| {
                claim.agrees(&general) && claim.completeness() <= general.completeness()
            });
            !(is_regional(other) && says_no_more)
        });
        let regional: Vec<_> = standing.iter().filter(|(other, _)| is_regional(other)).collect();
        let covered =
            |region: &String| regional.iter().any(|(other, _)| other.regions.contains(region));
        let all = !situation.served.is_empty() && situation.served.iter().all(covered);
        let by_others = regional.iter().any(|(_, line)| line.current().owner != general.owner);
        if all && by_others && standing[&everywhere].only_undated().is_some() {
            if !regional.iter().any(|(_, line)| line.current().agrees(&general)) {
                lost.push(Lost { claim: general, why: Why::ByRegion });
            }
            standing.remove(&everywhere);
        }
    }
}

/// An undated claim under narrower conditions counts from the day of its source where what contains it is dated: if both
/// could hold together and neither contained the other, there would be no saying which one counts.
fn start_within_general(standing: &mut BTreeMap<Conditions, Line>) {
    let starts: Vec<_> = standing
        .iter()
        .filter_map(|(conditions, line)| Some((conditions.clone(), line.last_start()?)))
        .collect();
    for (conditions, line) in standing.iter_mut() {
        let dated = starts.iter().any(|(general, _)| general.contains(conditions));
        if dated && line.only_undated().is_some() {
            line.start_on_own_day();
        }
    }
}
