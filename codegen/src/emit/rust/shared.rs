//! What the rows of a module say again and again, as constants of the module: the usual evidence of its price cards, and
//! lists of modalities. A row then says what is its own, a later check of a price list changes one line, and the
//! compiler has less to do for each row.
//!
//! Takes the models of a module; returns the constants and the values that stand for them in rows.

use std::collections::BTreeMap;

use portolan_types::Modality;

use super::layout::{Node, Printer};
use super::row::{Row, source_fields};
use crate::catalog::{Model, Price, Source};
use crate::manifest::Word;

const CARD: &str = "CARD";

/// The constants of a module, each of which at least two rows use.
pub(super) struct Shared<'a> {
    evidence: Option<&'a Source>,
    modalities: BTreeMap<String, &'a [Word<Modality>]>,
}

impl<'a> Shared<'a> {
    /// What these models share. A name that one of them has is left to it.
    pub(super) fn of(models: &[&'a Model]) -> Self {
        let is_free = |name: &str| models.iter().all(|model| model.rust_name != name);
        let lists = models.iter().flat_map(|model| [&model.facts.input, &model.facts.output]);
        let lists = lists.map(|list| (name(list), list.as_slice()));
        let lists = repeated(lists.filter(|(name, _)| !name.is_empty() && is_free(name)));
        let sources = models.iter().flat_map(|model| match &model.price {
            Price::Priced(cards) => cards.as_slice(),
            Price::Free | Price::Included | Price::Unknown => &[],
        });
        let sources = sources.map(|card| (evidence(&card.source), &card.source));
        let sources = sources.filter(|(evidence, _)| *evidence != (None, None));
        let usual = repeated(sources).into_values().max_by_key(|(count, _)| *count);
        Self {
            evidence: usual.map(|(_, source)| source).filter(|_| is_free(CARD)),
            modalities: lists.into_iter().map(|(name, (_, list))| (name, list)).collect(),
        }
    }

    /// Writes the constants.
    pub(super) fn print(&self, printer: &mut Printer) {
        if let Some(source) = self.evidence {
            printer.out.push_str("\n/// Where most prices here are from.\n");
            let card = Row::over("Card", Node::raw("Card::STANDARD")).rest_of_base();
            printer.item("const CARD: Card", &source_fields(card, source).end());
        }
        if !self.modalities.is_empty() {
            printer.imports.ty("Modality");
            printer.out.push('\n');
        }
        for (name, list) in &self.modalities {
            printer.item(&format!("const {name}: &[Modality]"), &written(list));
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

    /// A list of modalities.
    pub(super) fn modalities<'s>(&self, list: &[Word<Modality>]) -> Node<'s> {
        let name = name(list);
        if self.modalities.contains_key(&name) { Node::raw(name) } else { written(list) }
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

/// The modalities as the name of a constant; none have none.
fn name(list: &[Word<Modality>]) -> String {
    let ids: Vec<_> = list.iter().map(|word| word.0.id().to_ascii_uppercase()).collect();
    ids.join("_").replace('-', "_")
}

fn written<'a>(list: &[Word<Modality>]) -> Node<'a> {
    Node::slice(list.iter().map(|word| Node::imported("Modality", format!("{:?}", word.0))))
}
