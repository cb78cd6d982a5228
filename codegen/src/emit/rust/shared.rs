//! What most price cards of a module say, as a constant of the module: their evidence. A card then says what is its own,
//! a later check of a price list changes one line, and the compiler has less to do for each row.
//!
//! Takes the models of a module; returns the constant and the literals over it.

use std::collections::BTreeMap;

use super::layout::{Node, Printer};
use super::row::{Row, source_fields};
use crate::catalog::{Model, Price, Source};

const CARD: &str = "CARD";

/// The constant of a module, which at least two cards use.
pub(super) struct Shared<'a> {
    evidence: Option<&'a Source>,
}

impl<'a> Shared<'a> {
    /// What these models share. If one of them has the constant's name, it is left to it.
    pub(super) fn of(models: &[&'a Model]) -> Self {
        let is_free = models.iter().all(|model| model.rust_name != CARD);
        let sources = models.iter().flat_map(|model| match &model.price {
            Price::Priced(cards) => cards.as_slice(),
            Price::Free | Price::Included | Price::Unknown => &[],
        });
        let sources = sources.map(|card| (evidence(&card.source), &card.source));
        let sources = sources.filter(|(evidence, _)| *evidence != (None, None));
        let usual = repeated(sources).into_values().max_by_key(|(count, _)| *count);
        Self { evidence: usual.map(|(_, source)| source).filter(|_| is_free) }
    }

    /// Writes the constant.
    pub(super) fn print(&self, printer: &mut Printer) {
        if let Some(source) = self.evidence {
            printer.out.push_str("\n/// Where most prices here are from.\n");
            let card = Row::over("Card", Node::raw("Card::STANDARD")).rest_of_base();
            printer.item("const CARD: Card", &source_fields(card, source).end());
        }
    }

    /// The literal of a card with this evidence.
    pub(super) fn card<'s>(&self, source: &Source) -> Row<'s> {
        let base = if self.is_usual(source) { CARD } else { "Card::STANDARD" };
        Row::over("Card", Node::raw(base))
    }

    /// The literal of a card with its evidence, which is left out where the base has it.
    pub(super) fn with_evidence<'s>(&self, row: Row<'s>, source: &'s Source) -> Row<'s> {
        if self.is_usual(source) { row.rest_of_base() } else { source_fields(row, source) }
    }

    fn is_usual(&self, source: &Source) -> bool {
        self.evidence.is_some_and(|usual| evidence(usual) == evidence(source))
    }
}

/// What occurs more than once, by its key, and how often.
fn repeated<K: Ord, T>(all: impl Iterator<Item = (K, T)>) -> BTreeMap<K, (usize, T)> {
    let mut counted: BTreeMap<K, (usize, T)> = BTreeMap::new();
    for (key, item) in all {
        counted.entry(key).or_insert((0, item)).0 += 1;
    }
    counted.retain(|_, (count, _)| *count > 1);
    counted
}

/// What a generated card says of its source.
fn evidence(source: &Source) -> (Option<&str>, Option<u32>) {
    (source.url.as_deref(), source.checked.map(|day| day.0.0))
}
