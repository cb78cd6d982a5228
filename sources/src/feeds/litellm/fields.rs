//! The price fields of litellm: which meter each is, and which condition each ending of a name is.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Card, Rates};
use portolan_types::{Meter, ServiceTier, Timestamp, Unit, Variant, VariantKind};

use super::{Fields, Said};
use crate::choose::{self, Asked, When};
use crate::feeds::Exact;
use crate::index::Entry;
use crate::read::litellm::{FieldRules, MeterRule, RANGES, is_for};

/// Which field is which meter and which fields stand for nothing: the rules of the mapping file, read the other way
/// round.
#[derive(Debug)]
pub struct Rules(FieldRules);

/// The fields without which litellm bills no request. A zero anywhere else would be a price that nobody named.
const NEEDED: [&str; 2] = ["input_cost_per_token", "output_cost_per_token"];

impl Rules {
    /// Takes them from the mapping file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn parse(mapping: &str) -> anyhow::Result<Self> {
        FieldRules::parse(mapping).map(Self)
    }

    /// The fields that a reader has to find and that are zero in an entry of these words because there is nothing to
    /// bill.
    fn nothing<'a>(&'a self, key: &'a str, words: &'a Words) -> impl Iterator<Item = &'a String> {
        let rules = self.0.nothing.iter().filter(move |rule| {
            let word = |name: &str| words.get(name).map(String::as_str);
            is_for(&rule.modes, word("mode"))
                && is_for(&rule.providers, word("litellm_provider"))
                && is_for(&rule.keys, Some(key))
        });
        rules.flat_map(|rule| &rule.fields).filter(|field| NEEDED.contains(&field.as_str()))
    }

    /// The field that a reader takes for this meter in an entry of these words.
    fn field<'a>(
        &'a self,
        key: &'a str,
        meter: Meter,
        variant: Option<Variant>,
        words: &Words,
    ) -> Option<&'a str> {
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
        let own = self.0.own_field(key, word("litellm_provider"), word("mode"), meter);
        own.or_else(|| {
            let rule = self.0.meters.iter().filter(fits).find(means_it);
            rule.map(|rule| rule.field.as_str())
        })
    }
}

type Words = BTreeMap<String, String>;

/// The cards of a model and the entry that they price.
pub(super) struct Rated<'a> {
    pub(super) key: &'a str,
    pub(super) cards: &'a [Card],
    pub(super) entry: &'a Entry,
    pub(super) region: Option<&'a str>,
    /// The day for which it is priced.
    pub(super) day: Timestamp,
    /// The most input tokens of a request, as far as that is known.
    pub(super) most_input: u64,
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
            self.rates_of_all(own, kind, fields);
        }
        self.searches(own, fields);
        if self.entry.words.contains_key(RANGES) {
            fields.remove(RANGES);
            let ranges = self.ranges(own);
            if !ranges.is_empty() {
                fields.insert(RANGES.to_owned(), Said::Ranges(ranges));
            }
        }
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
        let when = When::By(self.day);
        let asked = Asked { service_tier, region: self.region, variants: &variants, when };
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
        let rates = with_thinking(&card.rates, thinking.map(|card| card.rates.clone()));
        self.rates(&rates, variant, ending, fields);
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

    /// What costs the same with every variant of a kind, where there is no card without one.
    fn rates_of_all(&self, tier: ServiceTier, kind: VariantKind, fields: &mut Fields) {
        let cards = kind.values().filter_map(|variant| {
            let (card, _) = self.card(tier, &[variant])?;
            card.variants.contains(&variant.to_string()).then_some(card)
        });
        let cards: Vec<_> = cards.collect();
        let Some((first, others)) = cards.split_first() else { return };
        let same = |(meter, rate): &&(Meter, u64)| {
            others.iter().all(|card| card.rates.rate(*meter) == Some(*rate))
        };
        let shared = Rates(first.rates.0.iter().filter(same).copied().collect());
        let mut plain = Fields::new();
        self.rates(&shared, None, "", &mut plain);
        for (field, price) in plain {
            fields.entry(field).or_insert(price);
        }
    }

    fn rates(&self, rates: &Rates, variant: Option<Variant>, ending: &str, fields: &mut Fields) {
        for (meter, rate) in &rates.0 {
            if let Some(name) = self.rules.field(self.key, *meter, variant, &self.entry.words) {
                let price = Exact::unit(*rate, meter.per());
                fields.insert(format!("{name}{ending}"), Said::Price(price));
            }
        }
    }

    /// The tiers of a card as ranges of input tokens, or of the results of a search. litellm reads nothing else for the
    /// providers whose entries are spelled so.
    fn ranges(&self, tier: ServiceTier) -> Vec<BTreeMap<String, Said>> {
        let results = VariantKind::MaxResults.values().filter_map(|variant| {
            let card = self.card(tier, &[variant])?.0;
            let (start, end) = variant.value().split_once('-')?;
            let ends = [start.parse().ok()?, end.parse().ok()?];
            card.variants.contains(&variant.to_string()).then_some((card, ends))
        });
        let mut ranges = Vec::new();
        for (card, ends) in results {
            let mut range = BTreeMap::from([("max_results_range".to_owned(), Said::Ends(ends))]);
            self.rates(&card.rates, None, "", &mut range);
            ranges.push(range);
        }
        if let Some((card, thinking)) = self.card(tier, &[]) {
            ranges.extend(self.token_ranges(card, thinking));
        }
        ranges
    }

    /// The rates of a card and of its tiers, each with the numbers of input tokens that it is between. The last one has
    /// an end too, which is as many as there can be.
    fn token_ranges(&self, card: &Card, thinking: Option<&Card>) -> Vec<BTreeMap<String, Said>> {
        let mut starts = vec![0];
        starts.extend(card.tiers.iter().filter_map(|tier| tier.input_above));
        let Some(last) = starts.last().filter(|last| **last > 0) else { return Vec::new() };
        let ends = starts[1..].iter().copied().chain([self.most_input.max(last + 1)]);
        let mut ranges = Vec::new();
        for (position, (start, end)) in starts.iter().copied().zip(ends).enumerate() {
            let rates = |card: &Card| match position {
                0 => card.rates.clone(),
                tier => card.tiers.get(tier - 1).map(|tier| tier.rates.clone()).unwrap_or_default(),
            };
            let mut range = BTreeMap::from([("range".to_owned(), Said::Ends([start, end]))]);
            self.rates(&with_thinking(&rates(card), thinking.map(rates)), None, "", &mut range);
            ranges.push(range);
        }
        ranges
    }

    /// Web searches, which litellm prices by the amount of context that an answer reads.
    fn searches(&self, tier: ServiceTier, fields: &mut Fields) {
        if self.rules.field(self.key, Meter::Searches, None, &self.entry.words).is_some() {
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

/// Rates with that of reasoning, where the whole output of a request that thinks has another.
fn with_thinking(rates: &Rates, thinking: Option<Rates>) -> Rates {
    let mut rates = rates.clone();
    if let Some(output) = thinking.and_then(|thinking| thinking.rate(Meter::Output)) {
        rates.0.push((Meter::Reasoning, output));
    }
    rates
}
