//! Prices of the frozen catalog. Cards are in the order in which the engine tries them: a card before every card whose
//! conditions it strictly contains. Tiers are complete.

use portolan_types::{Currency, Date, Meter, ServiceTier, Timestamp, parse_rate, rate_text};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Source, ir};
use crate::manifest::{Day, Moment, TierScope, Weekday, Word};

/// What a model costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", content = "cards", rename_all = "lowercase")]
pub enum Price {
    /// By these cards.
    Priced(Vec<Card>),
    /// It is said to be free.
    Free,
    /// It is part of a plan.
    Included,
    /// Nobody said.
    Unknown,
}

ir! {
    /// Prices that hold together under the conjunction of their conditions.
    Card {
        /// The currency that the vendor bills.
        currency: Word<Currency>,
        /// The service tier that it holds for.
        service_tier: Word<ServiceTier>,
        /// The rates.
        rates: Rates,
        ..optional {
            /// The vendor's own date from which it holds.
            from: Option<Moment>,
            /// The vendor's own date until which it holds, that moment excluded.
            until: Option<Moment>,
            /// When a source first recorded it; where `from` is unknown it holds from then.
            seen: Option<Day>,
            /// Quotes before this moment carry the assumption "price form".
            assumed_before: Option<Moment>,
            /// Quotes from this moment on carry the assumption "price date".
            assumed_after: Option<Moment>,
            /// The weekdays on which it holds.
            days: Vec<Word<Weekday>>,
            /// The times of day at which it holds, as the manifest says them.
            time: Vec<String>,
            /// The same as minutes of the UTC week, from Monday 00:00.
            windows: Vec<Window>,
            /// The regions that it holds in, each once.
            regions: Vec<String>,
            /// What else sets the price, as `kind=value`.
            variants: Vec<String>,
            /// Other rates above a number of tokens, ascending.
            tiers: Vec<Tier>,
            /// How the rates were converted.
            converted: Option<Converted>,
            /// Where the prices are from.
            source: Source,
            /// What a reader has to know.
            note: Option<String>,
        }
    }

    /// Other rates above a number of tokens.
    Tier {
        /// Whether the whole request is re-rated or only the part above.
        scope: Word<TierScope>,
        /// Whether the number itself is above already.
        inclusive: bool,
        /// The rates: all that the card has for a whole request, else those of the tier.
        rates: Rates,
        ..optional {
            /// Above this number of input tokens.
            input_above: Option<u64>,
            /// Above this number of output tokens.
            output_above: Option<u64>,
        }
    }

    /// How rates were converted from the currency that the vendor bills.
    Converted {
        /// The vendor's currency.
        from: Word<Currency>,
        /// Units of it for one unit of the card's currency.
        rate: String,
        /// The day of the rate.
        date: Day,
    }

    /// A part of the week.
    Window {
        /// The first minute, from Monday 00:00 UTC.
        start: u16,
        /// The minute after the last.
        end: u16,
    }
}

impl Card {
    /// When it starts to hold: the vendor's date, else the first sighting.
    pub fn start(&self) -> Option<Moment> {
        self.from.or_else(|| self.seen?.0.timestamp().map(Moment))
    }
}

/// Rates by meter, each the exact decimal price of the meter's `per` units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rates(pub Vec<(Meter, u64)>);

impl Rates {
    /// The rate of a meter.
    pub fn rate(&self, meter: Meter) -> Option<u64> {
        self.0.iter().find(|(other, _)| *other == meter).map(|(_, rate)| *rate)
    }
}

impl Serialize for Rates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (meter, rate) in &self.0 {
            map.serialize_entry(meter.id(), &rate_text(*rate).to_string())?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Rates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<String, String>::deserialize(deserializer)?;
        let mut rates = Vec::with_capacity(map.len());
        for (meter, rate) in &map {
            let meter = Meter::from_id(meter)
                .ok_or_else(|| serde::de::Error::custom(format!("unknown meter `{meter}`")))?;
            rates.push((meter, parse_rate(rate).map_err(serde::de::Error::custom)?));
        }
        rates.sort_unstable();
        Ok(Self(rates))
    }
}

impl schemars::JsonSchema for Rates {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rates".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let meters: Vec<_> = Meter::ALL.iter().map(|meter| meter.id()).collect();
        schemars::json_schema!({
            "type": "object",
            "propertyNames": { "enum": meters },
            "additionalProperties": { "type": "string", "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]{1,12})?$" },
        })
    }
}

/// Writes a type as its text and reads it back.
macro_rules! as_text {
    ($($name:ident($inner:ty), $schema:literal;)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let mistake = || serde::de::Error::custom(format!("malformed date `{text}`"));
                <$inner>::parse(&text).map(Self).ok_or_else(mistake)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $schema })
            }
        }
    )+};
}

as_text! {
    Day(Date), "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$";
    Moment(Timestamp), "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";
}
