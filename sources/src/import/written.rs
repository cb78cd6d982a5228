//! The prices and disagreements of a model that is there: what is said again keeps its text, its order and its comments.

use portolan_codegen::catalog::Source;
use portolan_codegen::manifest::{
    Closed as _, DisagreementShape, FactKey, ModelShape, PricesShape,
};
use portolan_codegen::yaml::{Mapping, Node, Value};
use portolan_types::Currency;

use super::claim::Claim;
use super::edit::{Document, Edit};
use super::model::{Changes, ORDER};
use super::origin::{Origin, Owner};
use super::prices::Outcome;
use super::text::{Entries, Item, Written, mapping, node, same_value};
use super::write::{self, Around};

/// A model as it is written: the text of its keys, and where they are from.
pub(super) struct Old<'a> {
    pub(super) document: &'a Document,
    pub(super) keys: &'a Mapping,
    pub(super) shape: &'a ModelShape,
    pub(super) indent: usize,
    pub(super) currency: Currency,
    pub(super) source: Source,
    /// The state of models that name no prices.
    pub(super) default_price: Option<&'static str>,
}

impl Old<'_> {
    fn items(&self, key: &str) -> Option<(&Node, &[Node])> {
        let list = self.keys.get(key)?;
        match &list.value {
            Value::Sequence(items) => Some((list, items)),
            _ => None,
        }
    }

    pub(super) fn prices(&self, prices: &Outcome, around: Option<&Around>) -> Option<Edit> {
        let (claims, around) = match (prices, around) {
            (Outcome::Cards(claims), Some(around)) => (claims, around),
            (Outcome::State(state), _) => return self.state(state),
            (Outcome::Cards(_), None) => return None,
        };
        let new: Vec<Entries> = claims.iter().map(|claim| write::card(claim, around)).collect();
        let old = self.cards();
        let same = old.len() == new.len() && new.iter().all(|card| old.contains(card));
        if same && !old.is_empty() {
            return None;
        }
        let items = new.into_iter().map(|card| {
            let position = old.iter().position(|other| *other == card);
            match (position, self.items("prices")) {
                (Some(position), Some((list, items))) => {
                    Item::Kept(self.document.item(list, items, position, self.indent + 2))
                }
                _ => Item::New(card),
            }
        });
        let written = Written::Items(items.collect());
        self.document.set(self.keys, "prices", Some(&written), &ORDER)
    }

    /// Cards behind those that stand.
    pub(super) fn added(&self, claims: &[Claim], around: &Around) -> Option<Edit> {
        let (list, items) = self.items("prices").filter(|_| !claims.is_empty())?;
        let kept = (0..items.len())
            .map(|position| Item::Kept(self.document.item(list, items, position, self.indent + 2)));
        let new = claims.iter().map(|claim| Item::New(write::card(claim, around)));
        let written = Written::Items(kept.chain(new).collect());
        self.document.set(self.keys, "prices", Some(&written), &ORDER)
    }

    /// The cards that stand, as they would be written.
    fn cards(&self) -> Vec<Entries> {
        let Some(PricesShape::Cards(cards)) = &self.shape.prices else { return Vec::new() };
        let around = Around { currency: self.currency, source: self.source.clone() };
        let claims = cards.iter().map(|card| Claim::of(card, self.currency, &self.source));
        claims
            .map(|claim| claim.map(|claim| write::card(&claim, &around)).unwrap_or_default())
            .collect()
    }

    fn state(&self, state: &str) -> Option<Edit> {
        let is_there = match &self.shape.prices {
            Some(PricesShape::Free) => "free",
            Some(PricesShape::Included) => "included",
            Some(PricesShape::Unknown) => "unknown",
            Some(_) => "",
            None => self.default_price.unwrap_or("unknown"),
        };
        let written = Written::Line(state.to_owned());
        (is_there != state)
            .then(|| self.document.set(self.keys, "prices", Some(&written), &ORDER))?
    }

    /// What this source said before goes; what it says now and what agrees no more with others comes.
    pub(super) fn disagreements(&self, changes: &Changes, origin: Origin) -> Option<Edit> {
        let new: Vec<&Entries> =
            changes.disagreements.iter().chain(changes.facts_lost.iter().flatten()).collect();
        let written: Vec<Option<Node>> =
            new.iter().map(|entries| node(&Written::Line(mapping(entries)))).collect();
        let mut taken = vec![false; new.len()];
        let mut kept = Vec::new();
        let old = self.items("disagreements");
        let old_items = old.map_or(&[][..], |(_, items)| items);
        for (position, (item, said)) in old_items.iter().zip(&self.shape.disagreements).enumerate()
        {
            let again = written
                .iter()
                .position(|new| new.as_ref().is_some_and(|new| says_again(item, new)));
            if let Some(again) = again {
                taken[again] = true;
            }
            if again.is_some() || !is_over(said, changes, origin) {
                kept.push(position);
            }
        }
        let added: Vec<_> = new
            .iter()
            .zip(&taken)
            .filter(|(_, taken)| !**taken)
            .map(|(entries, _)| (*entries).clone())
            .collect();
        if added.is_empty() && kept.len() == old_items.len() {
            return None;
        }
        let mut items: Vec<_> = kept
            .into_iter()
            .filter_map(|position| {
                let (list, items) = old?;
                Some(Item::Kept(self.document.item(list, items, position, self.indent + 2)))
            })
            .collect();
        items.extend(added.into_iter().map(Item::New));
        let written = (!items.is_empty()).then_some(Written::Items(items));
        self.document.set(self.keys, "disagreements", written.as_ref(), &ORDER)
    }
}

/// Whether a disagreement is there already; one about a fact may have a note by hand.
fn says_again(item: &Node, new: &Node) -> bool {
    let (Value::Mapping(old), Value::Mapping(entries)) = (&item.value, &new.value) else {
        return false;
    };
    let same = entries
        .entries
        .iter()
        .all(|(key, value)| old.get(key).is_some_and(|other| same_value(value, other)));
    same && (entries.get("note").is_some() || !is_price(old) || same_value(item, new))
}

fn is_price(disagreement: &Mapping) -> bool {
    let field = disagreement.get("field").map(|node| &node.value);
    matches!(field, Some(Value::Scalar(field)) if field.text == "prices")
}

/// Whether a disagreement that is not said again is over.
fn is_over(said: &DisagreementShape, changes: &Changes, origin: Origin) -> bool {
    let by = Owner::SOURCES.into_iter().find(|owner| owner.url() == &*said.source);
    if FactKey::from_id(&said.field).is_some() {
        return changes.facts_lost.is_some() && by.is_some();
    }
    let standing = match &changes.prices {
        Some(Outcome::Cards(claims)) => write::holding(claims),
        Some(Outcome::State(_)) => Vec::new(),
        None => return false,
    };
    let of_prices = &*said.field == "prices";
    let over = by == Some(origin.owner)
        || (by.is_some() && standing.iter().any(|says| *says == *said.says));
    of_prices && over
}
