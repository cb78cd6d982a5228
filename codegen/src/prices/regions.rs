//! Cards of several regions: taken apart, because a source may follow a price in one region alone, and put together
//! again where nothing differs.
//!
//! Both take cards in the order in which the engine tries them; what a context finds first stays the same.

use super::Draft;
use super::conditions::Conditions;
use crate::catalog::Card;

/// One draft per region, in the place of its card.
pub(super) fn apart(drafts: Vec<Draft>) -> Vec<Draft> {
    drafts.into_iter().flat_map(pieces).collect()
}

fn pieces(draft: Draft) -> Vec<Draft> {
    if draft.card.regions.len() < 2 {
        return vec![draft];
    }
    let piece = |region: &String| {
        let mut piece = draft.clone();
        piece.card.regions = vec![region.clone()];
        piece
    };
    draft.card.regions.iter().map(piece).collect()
}

/// One card for those that differ only in their regions, in the place of the first. A card that would have to pass one
/// that holds together with it stays where it is.
pub(super) fn together(drafts: Vec<Draft>) -> Vec<Card> {
    let mut cards: Vec<_> = drafts.into_iter().map(|draft| draft.card).collect();
    if cards.iter().all(|card| card.regions.is_empty()) {
        return cards;
    }
    let regions: Vec<_> = cards.iter_mut().map(|card| std::mem::take(&mut card.regions)).collect();
    let conditions: Vec<_> = cards
        .iter()
        .zip(&regions)
        .map(|(card, regions)| Conditions::in_regions(card, regions))
        .collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for position in 0..cards.len() {
        let is_alike = |group: &Vec<usize>| {
            cards[group[0]] == cards[position]
                && !regions[group[0]].is_empty()
                && !regions[position].is_empty()
        };
        let passes =
            |other: &usize| conditions[*other].intersection(&conditions[position]).is_none();
        let home = groups.iter().rposition(is_alike);
        match home.filter(|home| groups[home + 1..].iter().flatten().all(passes)) {
            Some(home) => groups[home].push(position),
            None => groups.push(vec![position]),
        }
    }
    groups.iter().map(|group| joined(group, &cards, &regions)).collect()
}

fn joined(group: &[usize], cards: &[Card], regions: &[Vec<String>]) -> Card {
    let mut all: Vec<String> = Vec::new();
    for region in group.iter().flat_map(|position| &regions[*position]) {
        if !all.contains(region) {
            all.push(region.clone());
        }
    }
    Card { regions: all, ..cards[group[0]].clone() }
}
