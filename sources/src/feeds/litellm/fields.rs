//! The price fields of litellm: which meter each is, and which condition each ending of a name is.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Card, Rates};
use portolan_types::{Capability, Meter, ServiceTier, Unit, Variant, VariantKind};

use super::{Fields, Said};
use crate::choose::{self, Asked, When};
use crate::feeds::Exact;
use crate::row::Place;

/// The cards of a model and the place for which an entry prices it.
pub(super) struct Rated<'a> {
    pub(super) cards: &'a [Card],
    pub(super) place: &'a Place,
    pub(super) region: Option<&'a str>,
    pub(super) capability: Capability,
    pub(super) mode: &'a str,
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
        let own = self.place.service_tier.unwrap_or(ServiceTier::Standard);
        self.card_of(own, &[], "", fields);
        if own == ServiceTier::Standard {
            for (tier, ending) in TIERS {
                self.card_of(tier, &[], ending, fields);
            }
        }
        for kind in [VariantKind::Resolution, VariantKind::ImageSize] {
            for variant in kind.values().filter(|variant| !variant.value().contains('x')) {
                self.card_of(own, &[variant], &format!("_{}", variant.value()), fields);
            }
        }
        self.searches(own, fields);
    }

    /// The card for these conditions and those of the entry, if it is one for dollars.
    fn card(&self, service_tier: ServiceTier, more: &[Variant]) -> Option<&Card> {
        let variants: Vec<_> = self.place.variants.iter().chain(more).copied().collect();
        let asked =
            Asked { service_tier, region: self.region, variants: &variants, when: When::Last };
        choose::card(self.cards, &asked).filter(|card| choose::in_dollars(card))
    }

    /// The rates of a card under names with an ending. A card that is not for these variants has been written before.
    fn card_of(&self, tier: ServiceTier, more: &[Variant], ending: &str, fields: &mut Fields) {
        let Some(card) = self.card(tier, more) else { return };
        if !more.iter().all(|variant| card.variants.contains(&variant.to_string())) {
            return;
        }
        self.rates(&card.rates, ending, |_| true, fields);
        for tier in card.tiers.iter().filter(|tier| tier.output_above.is_none()) {
            let above = tier.input_above.filter(|above| above.is_multiple_of(1_000));
            if let Some(above) = above {
                let ending = format!("_above_{}k_tokens{ending}", above / 1_000);
                let is_token = |meter: Meter| meter.unit() == Unit::Token;
                self.rates(&tier.rates, &ending, is_token, fields);
            }
        }
    }

    fn rates(
        &self,
        rates: &Rates,
        ending: &str,
        wanted: impl Fn(Meter) -> bool,
        fields: &mut Fields,
    ) {
        for (meter, rate) in rates.0.iter().filter(|(meter, _)| wanted(*meter)) {
            if let Some(name) = self.name(*meter) {
                let price = Exact::unit(*rate, meter.per());
                fields.insert(format!("{name}{ending}"), Said::Price(price));
            }
        }
    }

    /// Web searches, which litellm prices by the amount of context that an answer reads.
    fn searches(&self, tier: ServiceTier, fields: &mut Fields) {
        if self.is_search() {
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

    fn is_search(&self) -> bool {
        self.capability == Capability::WebSearch || self.mode == "search"
    }

    /// The field that holds the price of a meter.
    fn name(&self, meter: Meter) -> Option<&'static str> {
        let name = match meter {
            Meter::Input => "input_cost_per_token",
            Meter::Output => "output_cost_per_token",
            Meter::CacheRead => "cache_read_input_token_cost",
            Meter::CacheWrite => "cache_creation_input_token_cost",
            Meter::CacheWrite1h => "cache_creation_input_token_cost_above_1hr",
            Meter::Reasoning => "output_cost_per_reasoning_token",
            Meter::InputAudio => "input_cost_per_audio_token",
            Meter::InputImage => "input_cost_per_image_token",
            Meter::InputVideo => "input_cost_per_video_token",
            Meter::OutputAudio => "output_cost_per_audio_token",
            Meter::OutputImage => "output_cost_per_image_token",
            Meter::OutputVideo => "output_cost_per_video_token",
            Meter::CacheReadAudio => "cache_read_input_audio_token_cost",
            Meter::CacheReadImage => "cache_read_input_image_token_cost",
            Meter::CacheWriteAudio => "cache_creation_input_audio_token_cost",
            Meter::Citation => "citation_cost_per_token",
            Meter::CharactersIn => "input_cost_per_character",
            Meter::CharactersOut => "output_cost_per_character",
            Meter::PixelsIn => "input_cost_per_pixel",
            Meter::PixelsOut => "output_cost_per_pixel",
            Meter::AudioSecondsIn if self.capability == Capability::Embeddings => {
                "input_cost_per_audio_per_second"
            }
            Meter::AudioSecondsIn => "input_cost_per_second",
            Meter::VideoSecondsIn => "input_cost_per_video_per_second",
            Meter::AudioSecondsOut | Meter::VideoSecondsOut => "output_cost_per_second",
            Meter::ImagesIn => "input_cost_per_image",
            Meter::ImagesOut => "output_cost_per_image",
            Meter::Pages => "ocr_cost_per_page",
            Meter::AnnotatedPages => "annotation_cost_per_page",
            Meter::Requests => "input_cost_per_request",
            Meter::Searches if self.is_search() => "input_cost_per_query",
            Meter::RerankQueries => "input_cost_per_query",
            Meter::MapsQueries => "google_maps_grounding_cost_per_query",
            Meter::Sessions => "code_interpreter_cost_per_session",
            Meter::FileStorage => "vector_store_cost_per_gb_per_day",
            Meter::Credits => "ocr_cost_per_credit",
            _ => return None,
        };
        Some(name)
    }
}
