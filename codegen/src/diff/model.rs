//! What changed of the models of one provider: which are new, gone or renamed, where each is in its life, its facts.

use std::collections::{BTreeMap, BTreeSet};

use portolan_types::Status;

use super::record::{Pair, Recorder, Subject, Text, pairs};
use super::{Kind, price};
use crate::catalog::{Disagreement, Facts, Model, ReasoningControl, Source};
use crate::manifest::{Closed as _, FactKey, Word};

/// The models of a provider with this id, on both sides.
pub(super) fn models<'c>(
    rec: &mut Recorder<'c, '_>,
    provider: &str,
    before: &'c [Model],
    after: &'c [Model],
) {
    let pairs = pairs(before, after, |model| model.id.as_str());
    let renamed = renamed(provider, &pairs);
    let subject = rec.subject;
    let of = |model: &'c Model| Subject { model: Some(&model.id), ..subject };
    for (new, old) in &renamed {
        let mut rec = rec.of(of(new));
        rec.push(Kind::ModelRenamed, "", Some(old.id.clone()), Some(new.id.clone()));
        model(&mut rec, old, new);
    }
    let is_renamed = |model: &Model| {
        renamed.iter().any(|(new, old)| std::ptr::eq(*new, model) || std::ptr::eq(*old, model))
    };
    for pair in pairs {
        match pair {
            Pair::Gone(one) if !is_renamed(one) => {
                rec.of(of(one)).push(Kind::ModelRemoved, "", Some(one.name.clone()), None);
            }
            Pair::New(one) if !is_renamed(one) => {
                rec.of(of(one)).push(Kind::ModelAdded, "", None, Some(one.name.clone()));
            }
            Pair::Both(one, other) if one != other => model(&mut rec.of(of(other)), one, other),
            _ => {}
        }
    }
    aliases(rec, before, after, &renamed);
}

/// A model under its new id with the same under its old one.
type Renamed<'c> = (&'c Model, &'c Model);

/// The models that have another id. The old id must be gone and the new one new; either the new model has the old id as an
/// alias or the old one named the new as its replacement; base and facts must be the same; and no other model fits.
fn renamed<'c>(provider: &str, pairs: &[Pair<'c, Model>]) -> Vec<Renamed<'c>> {
    let mut gone = BTreeMap::new();
    for pair in pairs {
        if let Pair::Gone(model) = pair {
            gone.insert(model.id.as_str(), *model);
        }
    }
    let heir = |old: &Model| {
        let (of, id) = old.replacement.as_deref()?.split_once('/')?;
        (of == provider).then(|| id.to_owned())
    };
    let mut named_by: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for old in gone.values() {
        if let Some(id) = heir(old) {
            named_by.entry(id).or_default().push(&old.id);
        }
    }
    let mut found: Vec<Renamed<'c>> = Vec::new();
    for pair in pairs {
        let Pair::New(new) = pair else { continue };
        let aliases = new.aliases.iter().map(String::as_str);
        let named = named_by.get(&new.id).into_iter().flatten().copied();
        let mut ids: Vec<_> = aliases.chain(named).collect();
        ids.sort_unstable();
        ids.dedup();
        let olds = ids.into_iter().filter_map(|id| gone.get(id).copied());
        let same = |old: &&'c Model| old.base == new.base && same_facts(&old.facts, &new.facts);
        found.extend(olds.filter(same).map(|old| (*new, old)));
    }
    let once = |pair: &Renamed<'_>| {
        let clash =
            |other: &&Renamed<'_>| std::ptr::eq(other.0, pair.0) || std::ptr::eq(other.1, pair.1);
        found.iter().filter(clash).count() == 1
    };
    found.iter().copied().filter(once).collect()
}

/// Whether two models have the same facts, whatever the order of their lists.
fn same_facts(one: &Facts, other: &Facts) -> bool {
    let mut out = Vec::new();
    facts(&mut Recorder { subject: Subject::default(), out: &mut out }, one, other);
    out.is_empty()
}

fn aliases<'c>(
    rec: &mut Recorder<'c, '_>,
    before: &'c [Model],
    after: &'c [Model],
    renamed: &[Renamed<'c>],
) {
    let (old, new) = (owners(before), owners(after));
    let subject = rec.subject;
    let of = |id: &'c str| Subject { model: Some(id), ..subject };
    let ids = |models: &'c [Model]| models.iter().map(|model| model.id.as_str());
    let (ids_before, ids_after): (Ids<'_>, Ids<'_>) = (ids(before).collect(), ids(after).collect());
    let id_now = |id: &'c str| {
        renamed.iter().find(|(_, old)| old.id == id).map_or(id, |(new, _)| new.id.as_str())
    };
    for (alias, owner) in &old {
        let owner = id_now(owner);
        // An alias may have become the id of a model.
        let now = new.get(alias).or_else(|| ids_after.get(alias)).copied();
        match now {
            Some(now) if now != owner => {
                let (from, to) = (Some(owner.to_owned()), Some(now.to_owned()));
                rec.of(of(now)).push(Kind::AliasMoved, alias, from, to);
            }
            None if ids_after.contains(owner) => {
                rec.of(of(owner)).push(Kind::AliasRemoved, "", Some((*alias).to_owned()), None);
            }
            _ => {}
        }
    }
    for (alias, owner) in &new {
        let is_old_id = renamed.iter().any(|(new, old)| new.id == *owner && old.id == *alias);
        let is_new_model = !ids_before.contains(owner) && id_before(renamed, owner).is_none();
        if !old.contains_key(alias) && !is_old_id && !is_new_model {
            rec.of(of(owner)).push(Kind::AliasAdded, "", None, Some((*alias).to_owned()));
        }
    }
}

type Ids<'c> = std::collections::BTreeSet<&'c str>;

/// The id that a renamed model had.
fn id_before<'c>(renamed: &[Renamed<'c>], id: &str) -> Option<&'c str> {
    renamed.iter().find(|(new, _)| new.id == id).map(|(_, old)| old.id.as_str())
}

/// The model of each alias.
fn owners(models: &[Model]) -> BTreeMap<&str, &str> {
    let pairs =
        models.iter().flat_map(|model| model.aliases.iter().map(move |alias| (alias, model)));
    pairs.map(|(alias, model)| (alias.as_str(), model.id.as_str())).collect()
}

/// One model on both sides, perhaps under another id.
fn model(rec: &mut Recorder<'_, '_>, before: &Model, after: &Model) {
    rec.value(Kind::RustNameChanged, "", &before.rust_name, &after.rust_name);
    life(rec, before, after);
    rec.value(Kind::BaseChanged, "", &before.base, &after.base);
    facts(rec, &before.facts, &after.facts);
    price::price(rec, before, after);
    rec.value(Kind::ModelApiChanged, "", &before.api, &after.api);
    let regions = |model: &Model| {
        let mut regions = model.regions.clone();
        regions.sort_unstable();
        Some(regions.text().unwrap_or_else(|| "every region".to_owned()))
    };
    rec.value(Kind::ModelRegionsChanged, "", &regions(before), &regions(after));
    rec.value(Kind::NameChanged, "name", &before.name, &after.name);
    rec.entries(Kind::TextChanged, "labels", &before.labels, &after.labels);
    rec.items([Kind::TextChanged; 2], "notes", &before.notes, &after.notes);
    rec.source("source", &before.source, &after.source);
    fact_sources(rec, before, after);
    for pair in pairs(&before.disagreements, &after.disagreements, |one| (&one.field, &one.source))
    {
        disagreement(rec, &pair);
    }
}

fn life(rec: &mut Recorder<'_, '_>, before: &Model, after: &Model) {
    let gone = |status| matches!(status, Status::Retired | Status::Delisted);
    let kind = match (before.status.0, after.status.0) {
        (_, Status::Retired) => Kind::ModelRetired,
        (_, Status::Delisted) => Kind::ModelDelisted,
        (old, _) if gone(old) => Kind::ModelRevived,
        (_, Status::Deprecated) => Kind::ModelDeprecated,
        _ => Kind::StatusChanged,
    };
    rec.value(kind, "status", &before.status, &after.status);
    rec.value(Kind::RetirementChanged, "", &before.retires, &after.retires);
    let field = "source of the retirement";
    rec.value(Kind::SourceChanged, field, &before.retires_source, &after.retires_source);
    rec.value(Kind::LastSeenChanged, "", &before.last_seen, &after.last_seen);
    rec.value(Kind::ModelReplaced, "", &before.replacement, &after.replacement);
}

/// The facts of a model or a base model.
pub(super) fn facts(rec: &mut Recorder<'_, '_>, before: &Facts, after: &Facts) {
    rec.value(Kind::CapabilityChanged, "", &before.capability, &after.capability);
    rec.value(Kind::FactChanged, "family", &before.family, &after.family);
    rec.value(Kind::FactChanged, "released", &before.released, &after.released);
    rec.value(Kind::FactChanged, "cutoff", &before.cutoff, &after.cutoff);
    modalities(rec, "input", &before.input, &after.input);
    modalities(rec, "output", &before.output, &after.output);
    let limits = [
        ("context", before.context, after.context),
        ("max_input", before.max_input, after.max_input),
        ("max_output", before.max_output, after.max_output),
    ];
    for (field, one, other) in limits {
        rec.value(Kind::LimitChanged, field, &one, &other);
    }
    let features = [
        ("reasoning", before.reasoning, after.reasoning),
        ("tools", before.tools, after.tools),
        ("structured_output", before.structured_output, after.structured_output),
        ("temperature", before.temperature, after.temperature),
        ("attachments", before.attachments, after.attachments),
        ("open_weights", before.open_weights, after.open_weights),
    ];
    let kind = Kind::FeatureChanged;
    for (field, one, other) in features {
        rec.value(kind, field, &one, &other);
    }
    control(rec, before.reasoning_control.as_ref(), after.reasoning_control.as_ref());
    rec.value(kind, "reasoning_field", &before.reasoning_field, &after.reasoning_field);
    rec.value(kind, "token_limit_field", &before.token_limit_field, &after.token_limit_field);
    rec.items([kind; 2], "refuses", &before.refuses, &after.refuses);
}

fn modalities<T: crate::manifest::Closed>(
    rec: &mut Recorder<'_, '_>,
    field: &str,
    before: &[Word<T>],
    after: &[Word<T>],
) {
    let sorted = |words: &[Word<T>]| {
        let mut words = words.to_vec();
        words.sort_unstable();
        words
    };
    rec.value(Kind::ModalitiesChanged, field, &sorted(before), &sorted(after));
}

fn control(
    rec: &mut Recorder<'_, '_>,
    before: Option<&ReasoningControl>,
    after: Option<&ReasoningControl>,
) {
    let kind = Kind::FeatureChanged;
    let toggle = |control: Option<&ReasoningControl>| control.map(|control| control.toggle);
    rec.value(kind, "reasoning_control.toggle", &toggle(before), &toggle(after));
    let efforts = |control: Option<&ReasoningControl>| {
        control.map_or_else(Vec::new, |control| control.efforts.clone())
    };
    rec.value(kind, "reasoning_control.efforts", &efforts(before), &efforts(after));
    let effort = |control: Option<&ReasoningControl>| control?.default_effort.clone();
    rec.value(kind, "reasoning_control.default_effort", &effort(before), &effort(after));
    let least = |control: Option<&ReasoningControl>| control?.budget_min;
    rec.value(kind, "reasoning_control.budget_min", &least(before), &least(after));
    let most = |control: Option<&ReasoningControl>| control?.budget_max;
    rec.value(kind, "reasoning_control.budget_max", &most(before), &most(after));
}

/// Fact by fact, where each is from and when it was compared with that.
fn fact_sources(rec: &mut Recorder<'_, '_>, before: &Model, after: &Model) {
    let by_fact = |model: &Model| -> BTreeMap<FactKey, Source> {
        let facts = model.fact_sources.iter().flat_map(|one| {
            let source = Source { url: Some(one.source.clone()), checked: Some(one.checked) };
            one.facts.iter().map(move |fact| (fact.0, source.clone()))
        });
        facts.collect()
    };
    let (before, after) = (by_fact(before), by_fact(after));
    let facts: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for fact in facts {
        let of =
            |sources: &BTreeMap<FactKey, Source>| sources.get(fact).cloned().unwrap_or_default();
        let field = format!("source of {}", fact.id());
        rec.source(&field, &of(&before), &of(&after));
    }
}

fn disagreement(rec: &mut Recorder<'_, '_>, pair: &Pair<'_, Disagreement>) {
    let says = |one: &Disagreement| Some(format!("{} ({})", one.says, one.source));
    match pair {
        Pair::Gone(one) => drop(rec.push(Kind::DisagreementChanged, &one.field, says(one), None)),
        Pair::New(one) => drop(rec.push(Kind::DisagreementChanged, &one.field, None, says(one))),
        Pair::Both(one, other) => {
            if one.says != other.says {
                rec.push(Kind::DisagreementChanged, &one.field, says(one), says(other));
            }
            let field = format!("disagreement on {}", one.field);
            rec.value(Kind::CheckedAgain, &field, &one.checked, &other.checked);
            rec.value(Kind::TextChanged, &field, &one.note, &other.note);
        }
    }
}
