//! The prices of a model: what the source says beside what other sources said before.

use portolan_codegen::catalog::Source;
use portolan_codegen::code::Code;
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::manifest::{Day, ModelShape, PricesShape};
use portolan_codegen::prices::{self, Surroundings};
use portolan_codegen::shape::Shape as _;
use portolan_codegen::source::FileId;
use portolan_codegen::yaml::{self, Value};
use portolan_types::{Currency, Timestamp};

use super::claim::Claim;
use super::group::{Offer, Price};
use super::origin::{Origin, Owner};
use super::report::Report;
use super::rule::{self, Lost, Situation, Why};
use super::text::{Entries, Item, Written, entry};
use super::write::{self, Around};

/// What stands under `prices:` of a manifest's model.
#[derive(Clone, Debug)]
pub(super) enum Standing {
    /// Nothing, or that nobody said.
    Nothing,
    /// A state: `free` or `included`.
    State(&'static str),
    /// Cards, all of which could have been written by import.
    Cards(Vec<Claim>),
    /// Cards that only a person writes.
    ByHand,
}

/// What should stand there.
#[derive(Clone, Debug)]
pub(super) struct Weighed {
    /// The prices; nothing leaves what is there.
    pub(super) prices: Option<Outcome>,
    /// What lost, as disagreements.
    pub(super) disagreements: Vec<Entries>,
    /// Whether a source other than the one that no longer lists the model has a price after that.
    pub(super) outlives: bool,
}

/// Prices as they should be.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// A state.
    State(&'static str),
    /// Cards.
    Cards(Vec<Claim>),
}

/// What stands in the way of a card, beside the cards themselves.
#[derive(Clone, Debug)]
pub(super) struct Surrounded {
    /// The ref, for the report.
    pub(super) model: String,
    /// What cards inherit.
    pub(super) around: Around,
    /// Which source no longer lists it.
    pub(super) delisted: Option<(Owner, Day)>,
    /// All sources that no longer list it.
    pub(super) gone: Vec<(Owner, Day)>,
    /// The regions that serve it.
    pub(super) served: Vec<String>,
    /// Whose word the model's facts and state are, and of which day.
    pub(super) owner: Option<(Owner, Option<Day>)>,
}

impl Standing {
    /// What a model says.
    pub(super) fn of(shape: &ModelShape, currency: Currency, around: &Source) -> Self {
        match &shape.prices {
            None | Some(PricesShape::Unknown | PricesShape::Frozen(_)) => Self::Nothing,
            Some(PricesShape::Free) => Self::State("free"),
            Some(PricesShape::Included) => Self::State("included"),
            Some(PricesShape::Cards(cards)) => {
                let claims = cards.iter().map(|card| Claim::of(card, currency, around));
                claims.collect::<Option<_>>().map_or(Self::ByHand, Self::Cards)
            }
        }
    }
}

/// Weighs what a source says against what stands.
pub(super) fn weigh(
    offer: &Offer<'_>,
    standing: &Standing,
    origin: Origin,
    at: &Surrounded,
    report: &mut Report,
) -> Weighed {
    let mut disagreements = Vec::new();
    let (before, others): (Vec<_>, Vec<_>) = match standing {
        Standing::ByHand => return Weighed { prices: None, disagreements, outlives: false },
        Standing::Cards(claims) => {
            claims.iter().cloned().partition(|claim| claim.owner == origin.owner)
        }
        Standing::State(_) | Standing::Nothing => (Vec::new(), Vec::new()),
    };
    let own = match &offer.price {
        Price::Priced(claims) => rule::renewed(claims.clone(), &before),
        _ => Vec::new(),
    };
    if others.is_empty() && own.is_empty() {
        let prices = state(offer, standing, origin, at, report);
        return Weighed { prices: prices.map(Outcome::State), disagreements, outlives: false };
    }
    if let (Some((owner, Some(as_of))), Standing::State(state)) = (at.owner, standing)
        && owner != origin.owner
        && owner != Owner::Person
    {
        disagreements.push(write::state_disagreement(state, Origin { owner, as_of }));
    }
    match offer.price {
        Price::Free => disagreements.push(write::state_disagreement("free", origin)),
        Price::Included => disagreements.push(write::state_disagreement("included", origin)),
        Price::Priced(_) | Price::Unknown => {}
    }
    let claims =
        others.into_iter().chain(own).filter(|claim| is_served(claim, at, report)).collect();
    let situation = Situation { gone: at.gone.clone(), served: at.served.clone() };
    let merged = rule::merge(claims, &situation);
    let after = |claim: &Claim| {
        let gone = at.gone.iter().any(|(owner, _)| *owner == claim.owner);
        !gone && at.delisted.is_some_and(|(_, last)| claim.day() > last)
    };
    let outlives = merged.claims.iter().any(after);
    let mut lost = merged.lost;
    let delisted = at.delisted.filter(|_| !outlives).map(|(_, day)| day);
    let claims = fitting(merged.claims, delisted, at, &mut lost, report);
    // What holds after all, as under other dates, is no disagreement.
    let holding = write::holding(&claims);
    lost.retain(|lost| !holding.contains(&write::compact(&lost.claim)));
    for lost in &lost {
        report.lost.push((
            at.model.clone(),
            format!("{} says {}", lost.claim.owner.id(), write::compact(&lost.claim)),
        ));
    }
    disagreements.extend(lost.iter().map(write::disagreement));
    let prices = if claims.is_empty() { Outcome::State("unknown") } else { Outcome::Cards(claims) };
    Weighed { prices: Some(prices), disagreements, outlives }
}

/// The state, where nobody names a price. That of another source stays.
fn state(
    offer: &Offer<'_>,
    standing: &Standing,
    origin: Origin,
    at: &Surrounded,
    report: &mut Report,
) -> Option<&'static str> {
    let own = match offer.price {
        Price::Free => "free",
        Price::Included => "included",
        Price::Priced(_) | Price::Unknown => "unknown",
    };
    let is_own = at.owner.is_none_or(|(owner, _)| owner == origin.owner);
    let standing = match standing {
        Standing::State(state) => *state,
        _ => "unknown",
    };
    if !is_own && own != "unknown" && own != standing {
        report
            .others
            .push((at.model.clone(), format!("prices: {standing}, the source says {own}")));
    }
    is_own.then_some(own)
}

/// A price of a region that does not serve the model has no place in it.
fn is_served(claim: &Claim, at: &Surrounded, report: &mut Report) -> bool {
    let served =
        at.served.is_empty() || claim.regions.iter().all(|region| at.served.contains(region));
    if !served {
        report.omit(
            &at.model,
            "price",
            &write::compact(claim),
            "the manifest says that this region does not serve it",
        );
    }
    served
}

/// The claims that the compiler accepts beside each other. One that crosses another loses; one that it refuses for
/// another reason is listed.
fn fitting(
    mut claims: Vec<Claim>,
    delisted: Option<Day>,
    at: &Surrounded,
    lost: &mut Vec<Lost>,
    report: &mut Report,
) -> Vec<Claim> {
    let around = Surroundings {
        currency: at.around.currency,
        source: at.around.source.clone(),
        delisted: delisted
            .and_then(|day| day.0.timestamp())
            .map(|start| Timestamp(start.0 + 86_400)),
    };
    while let Some((position, code)) = refused(&claims, &around, &at.around) {
        let claim = claims.remove(position);
        if code == Code::OverlappingCards {
            lost.push(Lost { claim, why: Why::Crossing });
        } else {
            report.omit(&at.model, "price", &write::compact(&claim), code.title());
        }
    }
    claims
}

/// The claim to leave out first, and why: of two that cross, the narrower, then the one that counts for less.
fn refused(
    claims: &[Claim],
    surroundings: &Surroundings,
    around: &Around,
) -> Option<(usize, Code)> {
    let items = claims.iter().map(|claim| Item::New(write::card(claim, around)));
    let text = entry("prices", &Written::Items(items.collect()), 0);
    let mut mistakes = Diagnostics::default();
    let node = yaml::parse(FileId::default(), &text, &mut mistakes);
    let list = node.and_then(|node| match node.value {
        Value::Mapping(mapping) => mapping.entries.into_iter().next().map(|(_, list)| list),
        _ => None,
    });
    let cards = if let Some(list) = &list {
        if let Some(shape) = PricesShape::decode(list, &mut mistakes) {
            prices::resolve(&shape, surroundings, &mut mistakes);
        }
        match &list.value {
            Value::Sequence(items) => items.as_slice(),
            _ => &[],
        }
    } else {
        &[]
    };
    let mistake = mistakes.into_vec().into_iter().next()?;
    let places =
        std::iter::once(mistake.span).chain(mistake.secondary.iter().map(|(span, _)| *span));
    let involved = places.filter_map(|span| {
        cards.iter().position(|card| card.span.start <= span.start && span.start < card.span.end)
    });
    let width = |claim: &Claim| {
        let card = &claim.card;
        usize::from(!claim.regions.is_empty())
            + card.variants.len()
            + card.days.len()
            + card.time.len()
    };
    let first = |position: &usize| {
        let claim = &claims[*position];
        (std::cmp::Reverse(width(claim)), claim.is_vendors(), claim.day(), claim.owner, *position)
    };
    Some((involved.min_by_key(first).unwrap_or(0), mistake.code)).filter(|_| !claims.is_empty())
}
