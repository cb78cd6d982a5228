//! The prices of an entry while they are read: a ladder of rates for each service tier and variant, then cards.

use std::collections::BTreeMap;

use portolan_codegen::catalog::Rates;
use portolan_codegen::manifest::Factor;
use portolan_types::{Currency, Meter, ServiceTier, Variant};

use crate::row::{Card, Tier};

/// Rates by meter.
pub(super) type List = BTreeMap<Meter, u64>;

/// Rates, and other rates above numbers of input tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ladder {
    pub(super) base: List,
    pub(super) above: BTreeMap<u64, List>,
}

/// Every price of an entry. A variant's ladder holds what differs from that of its service tier.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) ladders: BTreeMap<(ServiceTier, Option<Variant>), Ladder>,
}

/// What a ladder says of a meter only above a number, or only below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// There is no rate below, so none above is taken.
    Below(ServiceTier, Meter, u64),
    /// There is no rate above, so the one below is repeated.
    Above(ServiceTier, Meter, u64),
}

impl Sheet {
    pub(super) fn ladder(&mut self, tier: ServiceTier, variant: Option<Variant>) -> &mut Ladder {
        self.ladders.entry((tier, variant)).or_default()
    }

    /// Adds a rate. A meter that has another rate already keeps it and the answer is no.
    pub(super) fn put(
        &mut self,
        place: (ServiceTier, Option<Variant>, Option<u64>),
        meter: Meter,
        rate: u64,
    ) -> bool {
        let (tier, variant, above) = place;
        let ladder = self.ladder(tier, variant);
        let list = match above {
            None => &mut ladder.base,
            Some(tokens) => ladder.above.entry(tokens).or_default(),
        };
        *list.entry(meter).or_insert(rate) == rate
    }

    /// Whether it has a rate that is more than nothing.
    pub(super) fn has_price(&self) -> bool {
        let lists = |ladder: &Ladder| ladder.above.values().chain([&ladder.base]).any(priced);
        self.ladders.values().any(lists)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ladders.values().all(|ladder| ladder.base.is_empty() && ladder.above.is_empty())
    }

    /// Lays each variant over the ladder of its service tier, so that its card is whole.
    pub(super) fn complete_variants(&mut self) {
        let plain: BTreeMap<_, _> = self
            .ladders
            .iter()
            .filter(|((_, variant), _)| variant.is_none())
            .map(|((tier, _), ladder)| (*tier, ladder.clone()))
            .collect();
        for ((tier, variant), ladder) in &mut self.ladders {
            let under = plain.get(tier).filter(|_| variant.is_some());
            if let Some(under) = under {
                let over = std::mem::replace(ladder, under.clone());
                ladder.base.extend(over.base);
                for (tokens, list) in over.above {
                    ladder.above.entry(tokens).or_default().extend(list);
                }
            }
        }
    }

    /// Leaves out rates of reasoning that are those of output: output bills reasoning anyway.
    pub(super) fn drop_plain_reasoning(&mut self) {
        let plain = |list: &List| {
            let rate = list.get(&Meter::Reasoning);
            rate.is_none() || rate == list.get(&Meter::Output)
        };
        for ladder in self.ladders.values_mut() {
            if plain(&ladder.base) && ladder.above.values().all(plain) {
                ladder.base.remove(&Meter::Reasoning);
                ladder.above.values_mut().for_each(|list| _ = list.remove(&Meter::Reasoning));
            }
        }
    }

    /// Makes the rates above a number complete: a meter that has none is billed as text input is if it is so below,
    /// else it keeps its rate. What had to be filled in or left out is told.
    pub(super) fn complete_tiers(&mut self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for ((tier, _), ladder) in &mut self.ladders {
            let base = &ladder.base;
            let mut under = base.clone();
            for (tokens, list) in &mut ladder.above {
                list.retain(|meter, _| {
                    let known = base.contains_key(meter);
                    if !known {
                        gaps.push(Gap::Below(*tier, *meter, *tokens));
                    }
                    known
                });
                for (meter, rate) in &under {
                    if !meter.is_token() || list.contains_key(meter) {
                        continue;
                    }
                    let as_text = meter.is_input() && base.get(meter) == base.get(&Meter::Input);
                    let text = list.get(&Meter::Input).copied().filter(|_| as_text);
                    if text.is_none() {
                        gaps.push(Gap::Above(*tier, *meter, *tokens));
                    }
                    list.insert(*meter, text.unwrap_or(*rate));
                }
                under = list.clone();
            }
            ladder.above.retain(|_, list| !list.is_empty());
        }
        gaps
    }

    /// The cards, the standard ones first.
    pub(super) fn cards(self, variants: &[Variant], inclusive: bool) -> Vec<Card> {
        let ladders = self.ladders.into_iter().filter(|(_, ladder)| !ladder.base.is_empty());
        ladders
            .map(|((tier, variant), ladder)| {
                let mut card = ladder.card(inclusive);
                card.service_tier = tier;
                card.variants = variants.iter().copied().chain(variant).collect();
                card.variants.sort_unstable();
                card
            })
            .collect()
    }
}

impl Ladder {
    /// A card without conditions.
    pub(super) fn card(self, inclusive: bool) -> Card {
        let mut card = Card::of(Currency::Usd, rates(self.base));
        let tier = |(tokens, list)| Tier {
            input_above: Some(tokens),
            output_above: None,
            inclusive,
            rates: rates(list),
        };
        card.tiers = self.above.into_iter().map(tier).collect();
        card
    }

    /// The same with each rate of tokens times a factor; nothing if a product is not exact.
    pub(super) fn times(&self, factor: Factor) -> Option<Self> {
        let scaled = |list: &List| -> Option<List> {
            let scale = |(meter, rate): (&Meter, &u64)| {
                let rate = if meter.is_token() { factor.times(*rate)? } else { *rate };
                Some((*meter, rate))
            };
            list.iter().map(scale).collect()
        };
        let above = self.above.iter().map(|(tokens, list)| Some((*tokens, scaled(list)?)));
        Some(Self { base: scaled(&self.base)?, above: above.collect::<Option<_>>()? })
    }
}

fn priced(list: &List) -> bool {
    list.values().any(|rate| *rate > 0)
}

fn rates(list: List) -> Rates {
    Rates(list.into_iter().collect())
}
