//! The facts of a model after an import: what its manifest says of them and what the source says now, weighed fact by fact.
//!
//! A manifest tells whose word a fact is by `fact_sources:`, else it is that of the model's source; what lost is among its
//! disagreements. So all that the rule needs stands in the manifest, and nothing else is remembered.

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{Facts, Source};
use portolan_codegen::manifest::{Closed as _, Day, FactKey, ModelShape};
use portolan_types::Capability;

use super::fact_rule::{Claim, Decided, decide};
use super::facts::{self, FACTS};
use super::origin::{Origin, Owner};
use super::text::{Entries, Item, Written, list, scalar};
use crate::facts::{set, text};

/// A model of which a source says something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// What the manifest says; nothing of a new model.
    pub(super) shape: Option<&'a ModelShape>,
    /// What holds before the import.
    pub(super) before: Option<&'a Facts>,
    /// What its base model says.
    pub(super) base: Option<&'a Facts>,
    /// Whose word its facts are where nothing else is said, and where that is from.
    pub(super) main: (Owner, &'a Source),
    /// Whether what it says is a person's word, to which is added only what it leaves open.
    pub(super) pinned: bool,
    /// The last day on which it was there, if it is gone.
    pub(super) end: Option<Day>,
}

/// The facts as they should be.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    /// What the model itself says.
    pub(super) facts: Facts,
    /// Whose word each is that is not the main source's.
    sources: BTreeMap<FactKey, (Owner, Source)>,
    /// What is said although the base model says the same.
    keep: BTreeSet<FactKey>,
    /// What lost.
    pub(super) lost: Vec<(FactKey, Claim)>,
}

/// Weighs the facts of a source against those that a model has.
pub(super) fn weigh(said: &Facts, origin: Origin, subject: &Subject<'_>) -> Stated {
    let mut claims: BTreeMap<FactKey, Vec<Claim>> =
        FactKey::all().iter().map(|key| (*key, subject.claims(*key, said, origin))).collect();
    let outside = bound(&mut claims, subject);
    let mut stated = Stated {
        facts: Facts::of(said.capability.0),
        sources: BTreeMap::new(),
        keep: BTreeSet::new(),
        lost: Vec::new(),
    };
    for (key, claims) in claims {
        if let Some(decided) = decide(key, claims, subject.main.0) {
            stated.take(key, decided, origin, subject);
        }
    }
    stated.lost.extend(outside.into_iter().map(|claim| (FactKey::MaxInput, claim)));
    stated.within_base(subject);
    stated
}

impl Subject<'_> {
    /// What is said of a fact: by the manifest, as a disagreement, by the source now, by what the model inherits from.
    fn claims(&self, key: FactKey, said: &Facts, origin: Origin) -> Vec<Claim> {
        let mut claims: Vec<_> = self.standing(key).into_iter().chain(self.lost(key)).collect();
        claims.retain(|claim| claim.owner != origin.owner || claim.pinned);
        let too_late = key == FactKey::Released
            && matches!((said.released, self.end), (Some(day), Some(end)) if end < day);
        if let Some(value) = text(said, key).filter(|_| !too_late) {
            let source = origin.source();
            claims.push(Claim {
                value,
                owner: origin.owner,
                source,
                pinned: false,
                inherited: false,
            });
        }
        if !claims.iter().any(|claim| claim.owner == self.main.0) {
            claims.extend(self.inherited(key));
        }
        claims
    }

    fn says(&self, key: FactKey) -> bool {
        self.shape.is_some_and(|shape| shape.facts.says(key))
    }

    fn standing(&self, key: FactKey) -> Option<Claim> {
        let value = text(self.before?, key).filter(|_| self.says(key))?;
        let named =
            self.shape?.fact_sources.iter().find(|one| one.facts.iter().any(|fact| fact.0 == key));
        let source = named.map_or_else(
            || self.main.1.clone(),
            |one| Source { url: Some(one.source.to_string()), checked: Some(one.checked) },
        );
        let owner = if named.is_some() { Owner::of(None, &source) } else { self.main.0 };
        let pinned = self.pinned && owner == Owner::Person;
        Some(Claim { value, owner, source, pinned, inherited: false })
    }

    /// What another source said and lost. What a person wrote there in words is no claim.
    fn lost(&self, key: FactKey) -> Vec<Claim> {
        let Some(shape) = self.shape.filter(|_| !self.pinned) else { return Vec::new() };
        let about = shape.disagreements.iter().filter(|one| &*one.field == key.id());
        let claims = about.filter_map(|one| {
            let source = Source { url: Some(one.source.to_string()), checked: one.checked };
            let owner = Owner::of(None, &source);
            let is_value = set(&mut Facts::of(Capability::Chat), key, Some(&one.says));
            (is_value && owner != Owner::Person).then(|| Claim {
                value: one.says.to_string(),
                owner,
                source,
                pinned: false,
                inherited: false,
            })
        });
        claims.collect()
    }

    /// What follows from the base model counts as the main source's word, which leaves out what is the same.
    fn inherited(&self, key: FactKey) -> Option<Claim> {
        if self.says(key) {
            return None;
        }
        let before = self.before.and_then(|facts| text(facts, key));
        let value = self.base.and_then(|base| text(base, key)).or(before)?;
        let (owner, source) = (self.main.0, self.main.1.clone());
        Some(Claim { value, owner, source, pinned: self.pinned, inherited: true })
    }
}

/// More input than the context holds is no limit, and no context holds less than a pinned input. Returns what is said
/// of the input all the same.
fn bound(claims: &mut BTreeMap<FactKey, Vec<Claim>>, subject: &Subject<'_>) -> Vec<Claim> {
    let number = |claim: &Claim| claim.value.parse::<u64>().unwrap_or_default();
    let inputs = claims.remove(&FactKey::MaxInput).unwrap_or_default();
    if let Some(pinned) = inputs.iter().filter(|claim| claim.pinned).map(number).max()
        && let Some(contexts) = claims.get_mut(&FactKey::Context)
    {
        contexts.retain(|claim| claim.pinned || number(claim) >= pinned);
    }
    let contexts = claims.get(&FactKey::Context).cloned().unwrap_or_default();
    let context = decide(FactKey::Context, contexts, subject.main.0).map(|decided| decided.holds);
    let Some(context) = context else {
        claims.insert(FactKey::MaxInput, inputs);
        return Vec::new();
    };
    let fits = |claim: &Claim| claim.inherited || claim.pinned || number(claim) <= number(&context);
    let (inside, mut outside): (Vec<_>, Vec<_>) = inputs.into_iter().partition(fits);
    // As much input as the context holds is what the context says already: it stands against a lower limit of another.
    let is_lower = inside.iter().any(|claim| number(claim) < number(&context));
    let says_more = |claim: &Claim| {
        let is_own = claim.owner == subject.main.0 && !is_lower;
        is_own || claim.pinned || claim.inherited || number(claim) != number(&context)
    };
    let (inside, as_context): (Vec<_>, Vec<_>) = inside.into_iter().partition(says_more);
    outside.extend(as_context.into_iter().filter(|_| is_lower));
    claims.insert(FactKey::MaxInput, inside);
    outside
}

impl Stated {
    fn take(&mut self, key: FactKey, decided: Decided, origin: Origin, subject: &Subject<'_>) {
        let Decided { holds, lost, is_longer } = decided;
        let lost: Vec<_> = lost.into_iter().filter(|claim| !claim.inherited).collect();
        let is_main = holds.owner == subject.main.0;
        let stays = origin.owner != subject.main.0 && subject.says(key);
        if stays || (!is_main && (is_longer || !lost.is_empty())) {
            self.keep.insert(key);
        }
        if !holds.inherited {
            set(&mut self.facts, key, Some(&holds.value));
            if !is_main {
                self.sources.insert(key, (holds.owner, holds.source));
            }
        }
        self.lost.extend(lost.into_iter().map(|claim| (key, claim)));
    }

    /// A context below the base model's limit on the input is such a limit too.
    fn within_base(&mut self, subject: &Subject<'_>) {
        let of_base = subject.base.and_then(|base| base.max_input);
        let (Some(context), None, Some(input)) =
            (self.facts.context, self.facts.max_input, of_base)
        else {
            return;
        };
        if input > context {
            self.facts.max_input = Some(context);
            self.keep.insert(FactKey::MaxInput);
            if let Some(source) = self.sources.get(&FactKey::Context).cloned() {
                self.sources.insert(FactKey::MaxInput, source);
            }
        }
    }

    /// The keys of the manifest that say the facts, each with its value or gone.
    pub(super) fn entries(&self, base: Option<&Facts>) -> Vec<(&'static str, Option<Written>)> {
        let said = facts::entries(&self.facts, base, &self.keep);
        let value =
            |key| said.iter().find(|(said, _)| *said == key).map(|(_, value)| value.clone());
        let mut entries: Vec<_> = FACTS.iter().map(|key| (*key, value(*key))).collect();
        entries.push(("fact_sources", self.sources(base)));
        entries
    }

    /// Those of [`Stated::entries`] that change what a manifest says.
    pub(super) fn changes(&self, subject: &Subject<'_>) -> Vec<(&'static str, Option<Written>)> {
        let mut changed = BTreeSet::from(["fact_sources"]);
        for key in FactKey::all() {
            let before = subject.before.filter(|_| subject.says(*key));
            let after = self.is_written(*key, subject.base).then_some(&self.facts);
            if before.and_then(|facts| text(facts, *key))
                != after.and_then(|facts| text(facts, *key))
            {
                changed.extend(key.id().split('.').next());
            }
        }
        let mut entries = self.entries(subject.base);
        entries.retain(|(key, _)| changed.contains(key));
        entries
    }

    /// Whether the model's manifest says a fact: not where its base model says the same. Of the kinds of content both
    /// sides are said or none.
    fn is_written(&self, key: FactKey, base: Option<&Facts>) -> bool {
        let own = |key| {
            let value = text(&self.facts, key);
            value.is_some()
                && (self.keep.contains(&key) || value != base.and_then(|base| text(base, key)))
        };
        match key {
            FactKey::Input | FactKey::Output => own(FactKey::Input) || own(FactKey::Output),
            key => own(key),
        }
    }

    fn sources(&self, base: Option<&Facts>) -> Option<Written> {
        let mut by_source: BTreeMap<_, Vec<FactKey>> = BTreeMap::new();
        for (key, (owner, source)) in &self.sources {
            if self.is_written(*key, base) {
                let named = (*owner, source.url.as_deref(), source.checked);
                by_source.entry(named).or_default().push(*key);
            }
        }
        let items: Vec<_> = by_source
            .into_iter()
            .filter_map(|((_, url, checked), keys)| {
                let facts = list(keys.iter().map(|key| key.id().to_owned()));
                let entry = |key: &str, value: String| (key.to_owned(), value);
                Some(Item::New(vec![
                    entry("facts", facts),
                    entry("source", scalar(url?)),
                    entry("checked", checked?.0.to_string()),
                ]))
            })
            .collect();
        (!items.is_empty()).then_some(Written::Items(items))
    }

    /// What lost, as disagreements.
    pub(super) fn disagreements(&self) -> Vec<Entries> {
        let entry = |key: &str, value: String| (key.to_owned(), value);
        let lost = self.lost.iter().filter_map(|(key, claim)| {
            let mut entries = vec![
                entry("field", key.id().to_owned()),
                entry("says", says(&claim.value)),
                entry("source", scalar(claim.source.url.as_deref()?)),
            ];
            entries.extend(claim.source.checked.map(|day| entry("checked", day.0.to_string())));
            Some(entries)
        });
        lost.collect()
    }
}

/// A value as a text, also where it looks like a number.
fn says(value: &str) -> String {
    let written = scalar(value);
    if written.starts_with('"') { written } else { format!("\"{written}\"") }
}
