//! The frozen catalog's prices as the engine takes them: what the Rust emitter prints, built in memory instead.

use portolan_codegen::catalog::{Card, Price, Rates, Tier};
use portolan_codegen::manifest::TierScope;
use portolan_types as types;

/// The price as the engine takes it. The memory is not given back: generated prices are statics.
pub(crate) fn price(price: &Price) -> types::Price {
    match price {
        Price::Priced(cards) => types::Price::Priced(leak(cards.iter().map(card).collect())),
        Price::Free => types::Price::Free,
        Price::Included => types::Price::Included,
        Price::Unknown => types::Price::Unknown,
    }
}

fn leak<T>(list: Vec<T>) -> &'static [T] {
    Vec::leak(list)
}

fn card(card: &Card) -> types::Card {
    let seen = card.seen.map(|day| day.0);
    let window = |window: &portolan_codegen::catalog::Window| types::Window {
        start: window.start,
        end: window.end,
    };
    let variant = |text: &String| {
        let (kind, value) = text.split_once('=').unwrap();
        types::Variant::from_parts(kind, value).unwrap()
    };
    types::Card {
        from: card.from.map(|moment| moment.0).or_else(|| seen?.timestamp()),
        until: card.until.map(|moment| moment.0),
        windows: leak(card.windows.iter().map(window).collect()),
        service_tier: card.service_tier.0,
        region: card.region.clone().map(|region| &*region.leak()),
        variants: leak(card.variants.iter().map(variant).collect()),
        currency: card.currency.0,
        rates: rates(&card.rates),
        tiers: leak(card.tiers.iter().map(tier).collect()),
        seen,
        assumed_before: card.assumed_before.map(|moment| moment.0),
        assumed_after: card.assumed_after.map(|moment| moment.0),
        ..types::Card::STANDARD
    }
}

fn tier(tier: &Tier) -> types::Tier {
    types::Tier {
        scope: match tier.scope.0 {
            TierScope::Whole => types::Scope::Whole,
            TierScope::Above => types::Scope::Above,
        },
        input_above: tier.input_above,
        output_above: tier.output_above,
        inclusive: tier.inclusive,
        rates: rates(&tier.rates),
    }
}

fn rates(rates: &Rates) -> &'static [(types::Meter, u64)] {
    leak(rates.0.clone())
}
