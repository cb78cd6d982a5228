//! The price fields of litellm: which meter each is, and which condition each ending of a name is.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Card, Rates};
use portolan_types::{Meter, ServiceTier, Unit, Variant, VariantKind};

use super::{Fields, Said};
use crate::choose::{self, Asked, When};
use crate::feeds::Exact;
use crate::index::Entry;
use crate::read::litellm::{FieldRules, MeterRule, field_rules, is_for};

/// Which field is which meter and which fields stand for nothing: the rules of the mapping file, read the other way
/// round.
#[derive(Debug)]
pub struct Rules(FieldRules);

impl Rules {
    /// Takes them from the mapping file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn parse(mapping: &str) -> anyhow::Result<Self> {
        field_rules(mapping).map(Self)
    }

    /// The fields that are zero in an entry of these words because there is nothing to bill.
    fn nothing<'a>(&'a self, key: &'a str, words: &'a Words) -> impl Iterator<Item = &'a String> {
        let rules = self.0.nothing.iter().filter(move |rule| {
            let word = |name: &str| words.get(name).map(String::as_str);
            is_for(&rule.modes, word("mode"))
                && is_for(&rule.providers, word("litellm_provider"))
                && is_for(&rule.keys, Some(key))
        });
        rules.flat_map(|rule| &rule.fields)
    }

    /// The field that a reader takes for this meter in an entry of these words.
    fn field(&self, meter: Meter, variant: Option<Variant>, words: &Words) -> Option<&str> {
        let variant = variant.map(|variant| variant.to_string());
        let word = |name: &str| words.get(name).map(String::as_str);
        let fits = |rule: &&MeterRule| {
            is_for(&rule.modes, word("mode")) && is_for(&rule.providers, word("litellm_provider"))
        };
        let means_it = |rule: &&MeterRule| {
            let first = self.0.meters.iter().filter(fits).find(|other| other.field == rule.field);
            rule.meter.0 == meter
                && rule.variant == variant
                && first.is_some_and(|first| std::ptr::eq(first, *rule))
        };
        self.0.meters.iter().filter(fits).find(means_it).map(|rule| rule.field.as_str())
    }
}

type Words = BTreeMap<String, String>;

/// The cards of a model and the entry that they price.
pub(super) struct Rated<'a> {
    pub(super) key: &'a str,
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
        if fields.values().any(|said| matches!(said, Said::Price(_))) {
            for field in self.rules.nothing(self.key, &self.entry.words) {
                fields.entry(field.clone()).or_insert(Said::Price(Exact::ZERO));
            }
        }
    }

    /// The card for these conditions and those of the entry, if it is one for dollars, and the one of a request that
    /// thinks, where that has another price.
    fn card(&self, service_tier: ServiceTier, more: &[Variant]) -> Option<(&Card, Option<&Card>)> {
        let variants: Vec<_> = self.entry.place.variants.iter().chain(more).copied().collect();
        let asked =
            Asked { service_tier, region: self.region, variants: &variants, when: When::Last };
        choose::ordinary(self.cards, &asked).filter(|(card, _)| choose::in_dollars(card))
    }

    /// The rates of a card under names with an ending. A card that is not for the variant has been written before.
    fn card_of(
        &self,
        tier: ServiceTier,
        variant: Option<Variant>,
        ending: &str,
        fields: &mut Fields,
    ) {
        let Some((card, thinking)) = self.card(tier, variant.as_slice()) else { return };
        if variant.is_some_and(|variant| !card.variants.contains(&variant.to_string())) {
            return;
        }
        self.rates(&card.rates, variant, ending, fields);
        let thinking = thinking.and_then(|card| card.rates.rate(Meter::Output));
        if let Some(output) = thinking {
            self.rates(&Rates(vec![(Meter::Reasoning, output)]), variant, ending, fields);
        }
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
            let rate = self.card(tier, &[variant])?.0.rates.rate(Meter::Searches)?;
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
