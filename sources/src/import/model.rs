//! One model: what its keys should say after an import.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{BaseModel, Facts, Source};
use portolan_codegen::manifest::{Checked, ModelShape};
use portolan_types::{Api, Currency};

use super::claim::Claim;
use super::facts::{self, FACTS};
use super::gaps::gaps;
use super::group::Offer;
use super::life;
use super::origin::{Origin, Owner};
use super::prices::{self, Outcome, Standing, Surrounded, Weighed};
use super::report::Report;
use super::stated::{self, Subject};
use super::text::{Entries, Item, Written, list, scalar};
use super::write::{self, Around};
use portolan_codegen::manifest::Closed as _;

/// What a model is surrounded by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The provider's id.
    pub(super) provider: &'a str,
    /// The model's id.
    pub(super) model: &'a str,
    /// The currency of its cards.
    pub(super) currency: Currency,
    /// The state of models that name no prices.
    pub(super) default_price: Option<&'static str>,
    /// What the provider says of its source.
    pub(super) around: &'a Source,
    /// The protocol that the provider speaks where a model says nothing.
    pub(super) default_api: Option<Api>,
    /// All protocols that it speaks everywhere.
    pub(super) apis: &'a [Api],
    /// The regions of the provider.
    pub(super) regions: &'a [String],
    /// Its facts before the import, if it is there.
    pub(super) before: Option<&'a Facts>,
    /// The base models.
    pub(super) bases: &'a BTreeMap<&'a str, &'a BaseModel>,
    /// The source that is imported.
    pub(super) origin: Origin,
}

/// The keys of a model in the order in which it says them.
pub(super) const ORDER: [&str; 30] = [
    "base",
    "name",
    "labels",
    "pinned",
    "rust_name",
    "aliases",
    "status",
    "retired",
    "delisted",
    "replacement",
    "api",
    "regions",
    FACTS[0],
    FACTS[1],
    FACTS[2],
    FACTS[3],
    FACTS[4],
    FACTS[5],
    FACTS[6],
    FACTS[7],
    FACTS[8],
    FACTS[9],
    FACTS[10],
    FACTS[11],
    "prices",
    "source",
    "checked",
    "fact_sources",
    "notes",
    "disagreements",
];

/// What becomes of the keys of a model; one without a value goes.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The keys, but for prices and disagreements.
    pub(super) keys: Vec<(&'static str, Option<Written>)>,
    /// What comes under `prices:`.
    pub(super) prices: Option<Outcome>,
    /// Cards that come behind those of a pinned price list.
    pub(super) added: Vec<Claim>,
    /// What the source and others say of prices instead, beside what is there.
    pub(super) disagreements: Vec<Entries>,
    /// What sources say of facts instead, in place of what is there; nothing leaves it.
    pub(super) facts_lost: Option<Vec<Entries>>,
    /// What cards inherit from the model.
    pub(super) around: Option<Around>,
}

/// A model that is not there yet.
pub(super) fn new(
    offer: &Offer<'_>,
    place: &Place<'_>,
    rust_name: Option<String>,
    unpin: bool,
    report: &mut Report,
) -> Changes {
    let mut changes = own(offer, place, None, report);
    changes.keys.push(("pinned", unpin.then(|| Written::Line("false".to_owned()))));
    changes.keys.push(("rust_name", rust_name.map(Written::Line)));
    changes
}

/// A model that is there.
pub(super) fn existing(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: &ModelShape,
    report: &mut Report,
) -> Changes {
    let source = effective(shape, place.around);
    if Owner::of(None, &source) == place.origin.owner {
        return own(offer, place, Some(shape), report);
    }
    others(offer, place, shape, &source, report)
}

/// Where a model's facts are from.
pub(super) fn effective(shape: &ModelShape, around: &Source) -> Source {
    inherited(shape.source.as_ref().map(ToString::to_string), shape.checked, around)
}

/// What is said here, else what is said around it. The date of one page is never that of another.
pub(super) fn inherited(url: Option<String>, checked: Option<Checked>, around: &Source) -> Source {
    let date = around.checked.filter(|_| url.is_none());
    Source { url: url.or_else(|| around.url.clone()), checked: checked.map_or(date, |said| said.0) }
}

/// A model whose facts are this source's.
fn own(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: Option<&ModelShape>,
    report: &mut Report,
) -> Changes {
    let origin = place.origin;
    let said = offer.base().filter(|id| place.bases.contains_key(id));
    if let (Some(id), None) = (offer.base(), said) {
        report.omit(&offer.rows[0].key, "base", id, "no base model has this id");
    }
    let written = shape.and_then(|shape| shape.base.as_ref()).map(|base| &***base);
    let base = said.or(written).and_then(|id| place.bases.get(id).copied());
    let around = Around { currency: place.currency, source: origin.source() };
    let gone = offer.last_seen().map(|day| (origin.owner, day));
    let mut at = Surrounded {
        model: format!("{}/{}", place.provider, place.model),
        around: around.clone(),
        delisted: gone,
        gone: gone.into_iter().collect(),
        served: if offer.regions.is_empty() {
            place.regions.to_vec()
        } else {
            offer.regions.clone()
        },
        owner: shape.map(|shape| {
            let source = effective(shape, place.around);
            (Owner::of(None, &source), source.checked)
        }),
    };
    let standing = shape.map_or(Standing::Nothing, |shape| {
        Standing::of(shape, place.currency, &effective(shape, place.around))
    });
    if let Standing::Cards(claims) = &standing {
        // Another source may know of a region that this one does not.
        for region in claims
            .iter()
            .filter(|claim| claim.owner != origin.owner)
            .flat_map(|claim| &claim.regions)
        {
            if !at.served.contains(region) {
                at.served.push(region.clone());
            }
        }
    }
    let weighed = prices::weigh(offer, &standing, origin, &at, report);
    let mut said = offer.facts.clone();
    facts::complete_control(&mut said, base, &offer.rows[0].key, report);
    let subject = Subject {
        shape,
        before: place.before,
        base: base.map(|base| &base.facts),
        main: (origin.owner, &around.source),
        pinned: false,
        end: None,
    };
    let mut stated = stated::weigh(&said, origin, &subject);
    let life = life::of(offer, place, shape, &mut stated.facts, base, weighed.outlives, report);
    let line = |text: String| Written::Line(text);
    let mut keys = vec![("base", base.map(|base| line(scalar(&base.id))))];
    keys.extend(
        name(offer, place, shape, base).map(|name| ("name", name.map(|name| line(scalar(&name))))),
    );
    keys.extend(life);
    keys.push(("api", api(offer, place, report).map(|api| line(api.id().to_owned()))));
    at.served.sort_unstable();
    let all = offer.regions.is_empty() || at.served.len() == place.regions.len();
    keys.push((
        "regions",
        (!all).then(|| line(list(at.served.iter().map(|region| scalar(region))))),
    ));
    keys.extend(stated.entries(subject.base));
    let inherits = *place.around == origin.source();
    keys.push(("source", (!inherits).then(|| line(scalar(origin.owner.url())))));
    keys.push(("checked", (!inherits).then(|| line(origin.as_of.0.to_string()))));
    keys.extend(notes(offer, shape).map(|notes| ("notes", Some(notes))));
    Changes {
        keys,
        prices: weighed.prices,
        added: Vec::new(),
        disagreements: weighed.disagreements,
        facts_lost: Some(stated.disagreements()),
        around: Some(around),
    }
}

/// A model whose source is another: its prices, what of its facts this source knows better, and the day of its
/// retirement if nobody says one.
fn others(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: &ModelShape,
    source: &Source,
    report: &mut Report,
) -> Changes {
    let owner = Owner::of(None, source);
    let delisted = shape.delisted.as_ref().map(|delisted| {
        let url = delisted.source.as_ref().map(ToString::to_string).or_else(|| source.url.clone());
        (Owner::of(None, &Source { url, checked: None }), *delisted.last_seen)
    });
    let served: Vec<_> = shape.regions.iter().map(ToString::to_string).collect();
    let own = offer.last_seen().map(|day| (place.origin.owner, day));
    let at = Surrounded {
        model: format!("{}/{}", place.provider, place.model),
        around: Around { currency: place.currency, source: source.clone() },
        gone: delisted.into_iter().chain(own).collect(),
        delisted,
        served: if served.is_empty() { place.regions.to_vec() } else { served },
        owner: Some((owner, source.checked)),
    };
    let standing = Standing::of(shape, place.currency, source);
    let Weighed { prices, disagreements, outlives } =
        prices::weigh(offer, &standing, place.origin, &at, report);
    let mut keys = life::of_another(offer, place, shape, outlives);
    let (facts, facts_lost) = facts_of_another(offer, place, shape, (owner, source), report);
    keys.extend(facts);
    let around = Some(at.around);
    Changes { keys, prices, disagreements, facts_lost, around, ..Changes::default() }
}

/// A model that a person pinned: what the person left open.
pub(super) fn pinned(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: &ModelShape,
    report: &mut Report,
) -> Changes {
    let source = effective(shape, place.around);
    let subject = subject(place, shape, (Owner::Person, &source), true);
    let stated = stated::weigh(&complete(offer, &subject, place, report), place.origin, &subject);
    Changes {
        keys: stated.changes(&subject),
        added: gaps(offer, shape, place.currency, &source),
        around: Some(Around { currency: place.currency, source: source.clone() }),
        ..Changes::default()
    }
}

type Keys = Vec<(&'static str, Option<Written>)>;

fn facts_of_another(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: &ModelShape,
    main: (Owner, &Source),
    report: &mut Report,
) -> (Keys, Option<Vec<Entries>>) {
    let subject = subject(place, shape, main, false);
    let said = complete(offer, &subject, place, report);
    let stated = stated::weigh(&said, place.origin, &subject);
    for (key, claim) in stated.lost.iter().filter(|(_, lost)| lost.owner == place.origin.owner) {
        let model = format!("{}/{}", place.provider, place.model);
        report.others.push((model, format!("{}: the source says {}", key.id(), claim.value)));
    }
    (stated.changes(&subject), Some(stated.disagreements()))
}

fn subject<'a>(
    place: &Place<'a>,
    shape: &'a ModelShape,
    main: (Owner, &'a Source),
    pinned: bool,
) -> Subject<'a> {
    let base = shape.base.as_ref().and_then(|base| place.bases.get(&***base));
    let retired = shape.retired.as_ref().map(|retired| *retired.on);
    let delisted = shape.delisted.as_ref().map(|delisted| *delisted.last_seen);
    Subject {
        shape: Some(shape),
        before: place.before,
        base: base.map(|base| &base.facts),
        main,
        pinned,
        end: retired.into_iter().chain(delisted).min(),
    }
}

/// What a source says of the facts, complete where the manifest takes a part for the whole.
fn complete(
    offer: &Offer<'_>,
    subject: &Subject<'_>,
    place: &Place<'_>,
    report: &mut Report,
) -> Facts {
    let base = subject.shape.and_then(|shape| shape.base.as_ref());
    let base = base.and_then(|base| place.bases.get(&***base).copied());
    let mut said = offer.facts.clone();
    facts::complete_control(&mut said, base, &offer.rows[0].key, report);
    said
}

/// The wire protocol, where it is not the provider's.
fn api(offer: &Offer<'_>, place: &Place<'_>, report: &mut Report) -> Option<Api> {
    let api = offer.api().filter(|api| Some(*api) != place.default_api)?;
    if !place.apis.contains(&api) {
        report.omit(
            &offer.rows[0].key,
            "api",
            api.id(),
            "no endpoint of the provider speaks it everywhere",
        );
        return None;
    }
    Some(api)
}

/// The name, where it is not the base model's. The outer nothing leaves what is there.
#[expect(clippy::option_option, reason = "to leave a key is not to remove it")]
fn name(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: Option<&ModelShape>,
    base: Option<&BaseModel>,
) -> Option<Option<String>> {
    let said = offer.name().filter(|name| !name.trim().is_empty());
    match (said, base) {
        (Some(name), Some(base)) if base.name == name => Some(None),
        (Some(name), _) => Some(Some(name.to_owned())),
        (None, _) if shape.is_some() => None,
        (None, Some(_)) => Some(None),
        (None, None) => Some(Some(place.model.to_owned())),
    }
}

/// Notes that are not there yet, behind those that are.
fn notes(offer: &Offer<'_>, shape: Option<&ModelShape>) -> Option<Written> {
    let mut notes: Vec<String> = shape
        .map(|shape| shape.notes.iter().map(ToString::to_string).collect())
        .unwrap_or_default();
    let before = notes.len();
    for note in offer.notes() {
        if !notes.iter().any(|other| other == note) && !note.trim().is_empty() {
            notes.push(note.to_owned());
        }
    }
    (notes.len() > before).then(|| Written::Line(list(notes.iter().map(|note| scalar(note)))))
}

impl Changes {
    /// The prices of a new model, unless they are the provider's default.
    pub(super) fn new_prices(&self, default: Option<&str>) -> Option<Written> {
        match self.prices.as_ref()? {
            Outcome::State(state) => {
                (Some(*state) != default).then(|| Written::Line((*state).to_owned()))
            }
            Outcome::Cards(claims) => {
                let around = self.around.as_ref()?;
                let items = claims.iter().map(|claim| Item::New(write::card(claim, around)));
                Some(Written::Items(items.collect()))
            }
        }
    }
}
