//! The price fields of litellm: which meter each is, and which condition each ending of a name is.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Card, Rates};
use portolan_types::{Meter, ServiceTier, Unit, Variant, VariantKind};

use super::{Fields, Said};
use crate::choose::{self, Asked, When};
use crate::feeds::Exact;
use crate::index::Entry;
use crate::read::litellm::{MeterRule, meter_rules};

/// Which field is which meter: the rules of the mapping file, read the other way round.
#[derive(Debug)]
pub struct Rules(Vec<MeterRule>);

impl Rules {
    /// Takes them from the mapping file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn parse(mapping: &str) -> anyhow::Result<Self> {
        meter_rules(mapping).map(Self)
    }

    /// The field that a reader takes for this meter in an entry of these words.
    fn field(&self, meter: Meter, variant: Option<Variant>, words: &Words) -> Option<&str> {
        let variant = variant.map(|variant| variant.to_string());
        let fits = |rule: &&MeterRule| {
            let is_for = |list: &[String], word: &str| {
                let own = words.get(word);
                list.is_empty() || own.is_some_and(|own| list.contains(own))
            };
            is_for(&rule.modes, "mode") && is_for(&rule.providers, "litellm_provider")
        };
        let means_it = |rule: &&MeterRule| {
            let first = self.0.iter().filter(fits).find(|other| other.field == rule.field);
            rule.meter.0 == meter
                && rule.variant == variant
                && first.is_some_and(|first| std::ptr::eq(first, *rule))
        };
        self.0.iter().filter(fits).find(means_it).map(|rule| rule.field.as_str())
    }
}

type Words = BTreeMap<String, String>;

/// The cards of a model and the entry that they price.
pub(super) struct Rated<'a> {
    pub(super) cards: &'a [Card],
    pub(super) entry: &'a Entry,
    pub(super) region: Option<&'a str>,
    pub(super) rules: &'a Rules,
}

/// The service tiers that litellm has an ending for.
const TIERS: [(ServiceTier, &str); 6] = [
    (ServiceTier::Batch, "_batches"),
    (ServiceTier::Flex, "_flex"),
    (ServiceTier::Priority, "_priority"),
    (ServiceTier::Balanced, "_balanced"),
    (ServiceTier::Ultrafast, "_ultrafast"),
    (ServiceTier::Decisions, "_decisions"),
];

impl Rated<'_> {
    /// Adds every price that the shape can say.
    pub(super) fn write(&self, fields: &mut Fields) {
        let own = self.entry.place.service_tier.unwrap_or(ServiceTier::Standard);
        self.card_of(own, None, "", fields);
        if own == ServiceTier::Standard {
            for (tier, ending) in TIERS {
                self.card_of(tier, None, ending, fields);
            }
        }
        let named = |kind| self.entry.place.variants.iter().any(|own| own.kind() == kind);
        for kind in [VariantKind::Resolution, VariantKind::ImageSize] {
            if named(kind) {
                continue;
            }
            for variant in kind.values() {
                self.card_of(own, Some(variant), "", fields);
            }
        }
        self.searches(own, fields);
    }

    /// The card for these conditions and those of the entry, if it is one for dollars.
    fn card(&self, service_tier: ServiceTier, more: &[Variant]) -> Option<&Card> {
        let variants: Vec<_> = self.entry.place.variants.iter().chain(more).copied().collect();
        let asked =
            Asked { service_tier, region: self.region, variants: &variants, when: When::Last };
        choose::card(self.cards, &asked).filter(|card| choose::in_dollars(card))
    }

    /// The rates of a card under names with an ending. A card that is not for the variant has been written before.
    fn card_of(
        &self,
        tier: ServiceTier,
        variant: Option<Variant>,
        ending: &str,
        fields: &mut Fields,
    ) {
        let Some(card) = self.card(tier, variant.as_slice()) else { return };
        if variant.is_some_and(|variant| !card.variants.contains(&variant.to_string())) {
            return;
        }
        self.rates(&card.rates, variant, ending, fields);
        for tier in card.tiers.iter().filter(|tier| tier.output_above.is_none()) {
            let Some(above) = tier.input_above else { continue };
            let above = match above % 1_000 {
                0 => format!("{}k", above / 1_000),
                _ => above.to_string(),
            };
            let tokens = tier.rates.0.iter().filter(|(meter, _)| meter.unit() == Unit::Token);
            let tokens = Rates(tokens.copied().collect());
            self.rates(&tokens, variant, &format!("_above_{above}_tokens{ending}"), fields);
        }
    }

    fn rates(&self, rates: &Rates, variant: Option<Variant>, ending: &str, fields: &mut Fields) {
        for (meter, rate) in &rates.0 {
            if let Some(name) = self.rules.field(*meter, variant, &self.entry.words) {
                let price = Exact::unit(*rate, meter.per());
                fields.insert(format!("{name}{ending}"), Said::Price(price));
            }
        }
    }

    /// Web searches, which litellm prices by the amount of context that an answer reads.
    fn searches(&self, tier: ServiceTier, fields: &mut Fields) {
        if self.rules.field(Meter::Searches, None, &self.entry.words).is_some() {
            return;
        }
        let sizes = VariantKind::SearchContext.values().filter_map(|variant| {
            let rate = self.card(tier, &[variant])?.rates.rate(Meter::Searches)?;
            let name = format!("search_context_size_{}", variant.value());
            Some((name, Exact::unit(rate, Meter::Searches.per())))
        });
        let sizes: BTreeMap<_, _> = sizes.collect();
        if !sizes.is_empty() {
            let field = "search_context_cost_per_query".to_owned();
            fields.insert(field, Said::Prices(sizes));
        }
    }
}
