//! The order in which the engine tries cards.

use super::Draft;
use super::conditions::Conditions;

/// Cards in an order in which a card comes before every card that contains it.
///
/// A card that is contained in another is contained in all that contain the other and in the other itself, so it has more
/// containers; sorting by their number is such an order. Ties keep the author's order.
pub(super) fn most_specific_first(drafts: Vec<Draft>) -> Vec<Draft> {
    let conditions: Vec<_> = drafts.iter().map(|draft| Conditions::of(&draft.card)).collect();
    let containers = |position: usize| {
        let own = &conditions[position];
        conditions.iter().filter(|other| *other != own && other.contains(own)).count()
    };
    let mut order: Vec<_> =
        (0..drafts.len()).map(|position| (containers(position), position)).collect();
    order.sort_by_key(|(containers, position)| (std::cmp::Reverse(*containers), *position));
    drop(conditions);
    let mut drafts: Vec<_> = drafts.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, position)| drafts[position].take()).collect()
}
