//! Rows about one model put together: regions, service tiers and variants of it that the source has entries of their own for.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Catalog, Facts, Source};
use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Api, Modality, Status};

use super::claim::Claim;
use super::origin::Origin;
use super::report::Report;
use crate::row::{Reading, Row, Said};

/// What a source says of one model of a provider.
#[derive(Clone, Debug)]
pub(super) struct Offer<'r> {
    /// The rows, the one about every region first.
    pub(super) rows: Vec<&'r Row>,
    /// The regions that it is for; every region if none.
    pub(super) regions: Vec<String>,
    /// The facts, those of the first row that states each.
    pub(super) facts: Facts,
    /// What it costs.
    pub(super) price: Price,
}

/// What a source says of a price, over all rows of a model.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Price {
    /// It is priced.
    Priced(Vec<Claim>),
    /// It is free.
    Free,
    /// It is part of a plan.
    Included,
    /// Nothing.
    Unknown,
}

/// Offers by provider and model.
pub(super) type Offers<'r> = BTreeMap<(&'r str, &'r str), Offer<'r>>;

/// The ids that are other names of models, by provider and name.
#[derive(Debug, Default)]
pub(super) struct Aliases<'c>(BTreeMap<(&'c str, &'c str), &'c str>);

impl<'c> Aliases<'c> {
    /// Those of a catalog.
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let models = catalog.providers().flat_map(|(_, provider)| {
            provider.models.iter().map(|model| (provider.id.as_str(), model))
        });
        let aliases = models.flat_map(|(provider, model)| {
            let names = model.aliases.iter();
            names.map(move |alias| ((provider, alias.as_str()), model.id.as_str()))
        });
        Self(aliases.collect())
    }

    /// The id of the model that a row is about.
    pub(super) fn id<'r>(&self, row: &'r Row) -> &'r str
    where
        'c: 'r,
    {
        let place = &row.place;
        self.0
            .get(&(place.provider.as_str(), place.model.as_str()))
            .copied()
            .unwrap_or(&place.model)
    }
}

/// Puts the rows of a source together.
pub(super) fn group<'r>(
    reading: &'r Reading,
    aliases: &Aliases<'r>,
    origin: Origin,
    report: &mut Report,
) -> Offers<'r> {
    let mut rows: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in &reading.rows {
        rows.entry((&row.place.provider, aliases.id(row))).or_default().push(row);
    }
    rows.into_iter()
        .map(|((provider, model), rows)| ((provider, model), offer(model, rows, origin, report)))
        .collect()
}

impl<'r> Offer<'r> {
    fn first<T>(&self, read: impl Fn(&'r Row) -> Option<T>) -> Option<T> {
        self.rows.iter().find_map(|row| read(row))
    }

    /// The name.
    pub(super) fn name(&self) -> Option<&'r str> {
        self.first(|row| row.name.as_deref())
    }

    /// The base model.
    pub(super) fn base(&self) -> Option<&'r str> {
        self.first(|row| row.base.as_deref())
    }

    /// The wire protocol.
    pub(super) fn api(&self) -> Option<Api> {
        self.first(|row| row.api)
    }

    /// Where it is in its life.
    pub(super) fn status(&self) -> Option<Status> {
        self.first(|row| row.status)
    }

    /// When the vendor switches it off, and the page that says so.
    pub(super) fn retires(&self) -> Option<(Day, Option<&'r str>)> {
        self.first(|row| row.retires.as_ref().map(|(day, page)| (*day, page.as_deref())))
    }

    /// When the source last listed it, if it does so no more under any of its keys.
    pub(super) fn last_seen(&self) -> Option<Day> {
        self.rows.iter().map(|row| row.last_seen).collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// What a reader has to know.
    pub(super) fn notes(&self) -> Vec<&'r str> {
        let mut notes: Vec<&str> = Vec::new();
        for note in self.rows.iter().flat_map(|row| &row.notes) {
            if !notes.contains(&note.as_str()) {
                notes.push(note);
            }
        }
        notes
    }
}

fn offer<'r>(
    model: &str,
    mut rows: Vec<&'r Row>,
    origin: Origin,
    report: &mut Report,
) -> Offer<'r> {
    let is_listed = |row: &&Row| row.last_seen.is_none();
    // What is listed says more of today than what is gone; a plain entry more than one of a tier or variant; one with a
    // page of the vendor more than one without.
    rows.sort_by_key(|row| {
        let place = &row.place;
        let plain =
            place.region.is_none() && place.service_tier.is_none() && place.variants.is_empty();
        let page = !row.vendor_page;
        let own_name = place.model != model;
        (!is_listed(row), own_name, !plain, place.variants.len(), page, place.region.clone())
    });
    let everywhere = rows.iter().any(|row| row.place.region.is_none());
    let mut regions: Vec<_> = rows.iter().filter_map(|row| row.place.region.clone()).collect();
    regions.sort_unstable();
    regions.dedup();
    if everywhere {
        regions.clear();
    }
    let facts = facts(&rows, report);
    let price = price(&rows, origin, report);
    Offer { rows, regions, facts, price }
}

/// Whether a fact is not stated.
pub(super) fn is_unsaid<T: Default + PartialEq>(fact: &T) -> bool {
    *fact == T::default()
}

/// A fact as the catalog writes it.
pub(super) fn shown<T: serde::Serialize>(fact: &T) -> String {
    serde_json::to_string(fact).unwrap_or_default()
}

/// Each fact as the first row says it that says it. Another value of a later row is listed; kinds of content are added,
/// because a row names those that it knows of.
fn facts(rows: &[&Row], report: &mut Report) -> Facts {
    let Some(first) = rows.first() else { unreachable!("a group has a row") };
    let mut facts = first.facts.clone();
    for row in &rows[1..] {
        let other = &row.facts;
        macro_rules! fill {
            ($($field:ident)+) => {$(
                if is_unsaid(&facts.$field) {
                    facts.$field = other.$field.clone();
                } else if !is_unsaid(&other.$field) && other.$field != facts.$field {
                    let value = shown(&other.$field);
                    report.omit(&row.key, stringify!($field), &value, "another entry of the same model says otherwise");
                }
            )+};
        }
        add(&mut facts.input, &other.input);
        add(&mut facts.output, &other.output);
        fill!(family released cutoff context max_input max_output reasoning reasoning_control tools
            structured_output temperature attachments open_weights reasoning_field token_limit_field refuses);
    }
    facts
}

fn add(kinds: &mut Vec<Word<Modality>>, more: &[Word<Modality>]) {
    for kind in more {
        if !kinds.contains(kind) {
            kinds.push(*kind);
        }
    }
}

fn price(rows: &[&Row], origin: Origin, report: &mut Report) -> Price {
    let mut claims: Vec<Claim> = Vec::new();
    for row in rows {
        let Said::Priced(cards) = &row.price else { continue };
        let source = source(row, origin);
        let regions: Vec<_> = row.place.region.iter().cloned().collect();
        let own: Vec<_> = cards
            .iter()
            .map(|card| Claim {
                card: card.clone(),
                regions: regions.clone(),
                owner: origin.owner,
                source: source.clone(),
            })
            .collect();
        add_claims(&mut claims, own, row, report);
    }
    if !claims.is_empty() {
        return Price::Priced(together(claims, rows));
    }
    let says = |said: &Said| rows.iter().any(|row| row.price == *said);
    match (says(&Said::Free), says(&Said::Included)) {
        (true, false) => Price::Free,
        (false, true) => Price::Included,
        (true, true) => {
            report.omit(
                &rows[0].key,
                "price",
                "free and included",
                "entries of one model say two states",
            );
            Price::Unknown
        }
        (false, false) => Price::Unknown,
    }
}

/// Claims of another entry, unless an entry before it said something else under the same conditions.
fn add_claims(claims: &mut Vec<Claim>, own: Vec<Claim>, row: &Row, report: &mut Report) {
    let taken: Vec<_> = claims.iter().map(Claim::conditions).collect();
    for claim in own {
        if !taken.contains(&claim.conditions()) {
            claims.push(claim);
        } else if !claims.iter().any(|other| {
            other.conditions() == claim.conditions() && other.card.rates == claim.card.rates
        }) {
            let value = super::write::compact(&claim);
            report.omit(
                &row.key,
                "price",
                &value,
                "another entry of the same model says otherwise",
            );
        }
    }
}

/// A page counts if it is the vendor's; all else is the source's own word.
fn source(row: &Row, origin: Origin) -> Source {
    match &row.source.url {
        Some(url) if row.vendor_page => Source {
            url: Some(url.clone()),
            checked: Some(row.source.checked.unwrap_or(origin.as_of)),
        },
        _ => origin.source(),
    }
}

/// One claim for the regions in which the same holds, without a region if it holds wherever the model is served.
fn together(claims: Vec<Claim>, rows: &[&Row]) -> Vec<Claim> {
    let mut joined: Vec<Claim> = Vec::new();
    for claim in claims {
        let same = |other: &&mut Claim| {
            !other.regions.is_empty()
                && !claim.regions.is_empty()
                && other.card == claim.card
                && other.source == claim.source
        };
        match joined.iter_mut().find(same) {
            Some(other) => other.regions.extend(claim.regions),
            None => joined.push(claim),
        }
    }
    let mut served: Vec<_> = rows.iter().map(|row| row.place.region.clone()).collect();
    served.sort_unstable();
    served.dedup();
    for claim in &mut joined {
        claim.regions.sort_unstable();
        claim.regions.dedup();
        if !claim.regions.is_empty() && claim.regions.len() == served.len() {
            claim.regions.clear();
        }
    }
    joined
}
