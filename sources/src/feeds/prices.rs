//! `prices.json`: what every model costs, and nothing else.
//!
//! It is the price part of the frozen catalog, by ref: all cards with their conditions, in the order in which they are
//! tried, without the pages and dates that they are from. What a reader has to know to price a request is in the file:
//! what a rate is for, and which region is meant where none is named.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Card, Catalog, Price, Provider, Rates, Tier, Window};
use portolan_codegen::manifest::{Moment, Word};
use portolan_types::{Currency, Meter, RegionPolicy, ServiceTier, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::layout;

/// The version of the shape. It changes when a field is renamed or removed.
const VERSION: u32 = 1;

/// The prices of every model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The version of this shape.
    pub version: u32,
    /// What is counted, by meter.
    pub meters: BTreeMap<String, Counted>,
    /// The providers that have regions, by id.
    pub providers: BTreeMap<String, Regions>,
    /// The prices, by ref: the provider's id, a `/`, the model's id.
    pub models: BTreeMap<String, Priced>,
}

/// What a meter counts. Meters are disjoint: a cached token is no `input` token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The unit.
    pub unit: Word<Unit>,
    /// How many units a rate is for.
    pub per: u64,
    /// Whether it counts towards the input tokens that a tier's `input_above` is compared with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub input: bool,
    /// The meter whose rate bills it where a card has none for it; without one, such a request has no price.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fallback: Option<String>,
}

/// The regions of a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// Whether a region has to be named.
    pub policy: Word<RegionPolicy>,
    /// The region that is meant when none is named.
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: Option<String>,
    /// The regions.
    pub regions: Vec<String>,
}

/// What a model costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Priced {
    /// Whether it has a price at all.
    pub state: State,
    /// Other ids of the same model.
    #[serde(default, skip_serializing_if = "is_default")]
    pub aliases: Vec<String>,
    /// The cards; the first that holds for a request bills it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cards: Vec<Slim>,
}

/// Whether a model has a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The cards say it.
    Priced,
    /// It is said to be free.
    Free,
    /// It is part of a plan.
    Included,
    /// Nobody said. It is not nothing.
    Unknown,
}

/// Prices that hold together under the conjunction of their conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slim {
    /// The currency that the vendor bills.
    pub currency: Word<Currency>,
    /// The service tier that it holds for.
    pub service_tier: Word<ServiceTier>,
    /// The price of the meter's `per` units, by meter.
    pub rates: Rates,
    /// When it starts to hold: the vendor's date, else the day on which a source first recorded it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub start: Option<Moment>,
    /// Until when it holds, that moment excluded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until: Option<Moment>,
    /// The parts of the week in which it holds, in minutes from Monday 00:00 UTC; always if there are none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub windows: Vec<Window>,
    /// The regions that it holds in; all if there are none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub regions: Vec<String>,
    /// What else sets the price, as `kind=value`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub variants: Vec<String>,
    /// Other rates above a number of tokens, ascending; the last one that is reached bills.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tiers: Vec<Tier>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The file.
pub fn json(catalog: &Catalog) -> String {
    layout::json(&list(catalog), 2)
}

/// The JSON Schema of the file.
pub fn schema() -> String {
    layout::json(&schemars::schema_for!(PriceList), usize::MAX)
}

/// What the file says.
pub fn list(catalog: &Catalog) -> PriceList {
    let providers = || catalog.providers().map(|(_, provider)| provider);
    let with_regions = providers().filter(|provider| !provider.regions.is_empty());
    let models = providers().flat_map(|provider| {
        provider.models.iter().map(move |model| {
            let priced = Priced {
                state: State::of(&model.price),
                aliases: model.aliases.clone(),
                cards: crate::choose::cards(&model.price).iter().map(Slim::of).collect(),
            };
            (format!("{}/{}", provider.id, model.id), priced)
        })
    });
    PriceList {
        version: VERSION,
        meters: Meter::ALL.iter().map(|meter| (meter.to_string(), Counted::of(*meter))).collect(),
        models: models.collect(),
        providers: with_regions.map(|own| (own.id.clone(), Regions::of(own))).collect(),
    }
}

impl Counted {
    fn of(meter: Meter) -> Self {
        Self {
            unit: Word(meter.unit()),
            per: meter.per(),
            input: meter.is_input(),
            fallback: meter.fallback().map(|fallback| fallback.meter.to_string()),
        }
    }
}

impl Regions {
    fn of(provider: &Provider) -> Self {
        Self {
            policy: provider.region_policy,
            default: provider.default_region.clone(),
            regions: provider.regions.iter().map(|region| region.id.clone()).collect(),
        }
    }
}

impl State {
    fn of(price: &Price) -> Self {
        match price {
            Price::Priced(_) => Self::Priced,
            Price::Free => Self::Free,
            Price::Included => Self::Included,
            Price::Unknown => Self::Unknown,
        }
    }
}

impl Slim {
    fn of(card: &Card) -> Self {
        Self {
            currency: card.currency,
            service_tier: card.service_tier,
            rates: card.rates.clone(),
            start: card.start(),
            until: card.until,
            windows: card.windows.clone(),
            regions: card.regions.clone(),
            variants: card.variants.clone(),
            tiers: card.tiers.clone(),
        }
    }
}
