//! Prices: the states, the cards with their conditions, the context tiers.

use std::ops::Deref;

use portolan_types::{Currency, Meter, ServiceTier, Variant, VariantKind};

use super::{
    Count, Day, ExchangeRate, Factor, FieldName, Id, Moment, Rate, Text, TierScope, TimeWindow,
    Url, Weekday, Word,
};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::shape::{Defs, Map, OneOrMany, Shape, list, shape, wrong_type};
use crate::source::Spanned;
use crate::yaml::{Node, Value};

/// What a model costs.
#[derive(Clone, Debug)]
pub enum PricesShape {
    /// It is said to be free.
    Free,
    /// It is part of a plan.
    Included,
    /// Nobody said.
    Unknown,
    /// It has these cards.
    Cards(Vec<Spanned<CardShape>>),
    /// It is what the public catalog says, which no manifest writes.
    Frozen(crate::catalog::Price),
}

/// The states that a price list can be instead of a list of cards.
const STATES: [(&str, PricesShape); 3] = [
    ("free", PricesShape::Free),
    ("included", PricesShape::Included),
    ("unknown", PricesShape::Unknown),
];

impl Shape for PricesShape {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let names = STATES.each_ref().map(|(name, _)| *name);
        match &node.value {
            Value::Sequence(items) if items.is_empty() => {
                let help = format!("write a card, or one of {}", list(&names));
                out.push(
                    Diagnostic::new(Code::EmptyValue, node.span, "a price list without a card")
                        .help(help),
                );
                None
            }
            Value::Sequence(_) => Vec::decode(node, out).map(Self::Cards),
            Value::Scalar(scalar) => {
                let state = STATES.iter().find(|(name, _)| *name == scalar.text);
                if state.is_none() {
                    let message = format!("unknown price state {}", shown(&scalar.text));
                    let help = format!("one of {}, or a list of cards", list(&names));
                    out.push(Diagnostic::new(Code::UnknownValue, node.span, message).help(help));
                }
                state.map(|(_, state)| state.clone())
            }
            _ => {
                out.push(wrong_type(node, "a price state or a list of cards"));
                None
            }
        }
    }

    fn schema(defs: &mut Defs) -> serde_json::Value {
        let names = STATES.each_ref().map(|(name, _)| *name);
        let cards = CardShape::schema(defs);
        serde_json::json!({ "anyOf": [
            { "enum": names },
            { "type": "array", "items": cards, "minItems": 1 },
        ] })
    }
}

/// What else sets a price, by kind. The values are those of the kind; `prices` says which one is none.
#[derive(Clone, Debug)]
pub struct VariantsShape(Map<Word<VariantKind>, Spanned<FieldName>>);

impl Deref for VariantsShape {
    type Target = Map<Word<VariantKind>, Spanned<FieldName>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Shape for VariantsShape {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        Map::decode(node, out).map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self(Map::default()))
    }

    fn schema(_: &mut Defs) -> serde_json::Value {
        let values = |kind: VariantKind| kind.values().map(Variant::value).collect::<Vec<_>>();
        let kinds = VariantKind::ALL
            .iter()
            .map(|kind| (kind.id().to_owned(), serde_json::json!({ "enum": values(*kind) })));
        let kinds: serde_json::Map<_, _> = kinds.collect();
        serde_json::json!({ "type": "object", "additionalProperties": false, "properties": kinds })
    }
}

shape! {
    /// Prices that hold together under the conjunction of their conditions. The other keys are meters: `input: 0.435`
    /// is 0.435 per million tokens.
    CardShape {
        /// A name that `like` can refer to.
        /// Example: `launch`
        id: Option<Spanned<Id>>,
        /// The currency that the vendor bills; the provider's default, else US dollars.
        /// Example: `CNY`
        currency: Option<Word<Currency>>,
        /// The vendor's own date from which it holds; a bare date is 00:00 UTC.
        /// Example: `2026-05-27`
        from: Option<Spanned<Moment>>,
        /// The vendor's own date until which it holds, that moment excluded.
        /// Example: `2026-08-17T00:00:00+08:00`
        until: Option<Spanned<Moment>>,
        /// When a source first recorded it: evidence, not a condition of the vendor's.
        /// Example: `2026-04-26`
        seen: Option<Spanned<Day>>,
        /// When a source last recorded it.
        /// Example: `2026-06-28`
        last_seen: Option<Spanned<Day>>,
        /// When a source first recorded it in this form: fields that appeared later beside unchanged rates.
        /// Example: `2026-04-19`
        form_seen: Option<Spanned<Day>>,
        /// The weekdays on which it holds, in the time zone of `time`, else UTC.
        /// Example: `[mon, tue, wed, thu, fri]`
        days: Vec<Word<Weekday>>,
        /// The times of day at which it holds, with a fixed UTC offset. A window past midnight belongs to the day it
        /// starts on.
        /// Example: `["09:00-12:00+08:00", "14:00-18:00+08:00"]`
        time: OneOrMany<Spanned<TimeWindow>>,
        /// The service tiers that it holds for; `standard` if left out.
        /// Example: `batch`
        service_tier: OneOrMany<Word<ServiceTier>>,
        /// The regions that it holds in; every region if left out.
        /// Example: `cn`
        region: OneOrMany<Spanned<Id>>,
        /// What else sets the price.
        /// Example: `{ resolution: 1080p }`
        variant: VariantsShape,
        /// The cards that this one is derived from: a service tier or the id of a card. Their rates, tiers and
        /// conditions hold where this card says nothing else.
        /// Example: `standard`
        like: Option<Spanned<Id>>,
        /// What the rates of `like` are multiplied by; the result must be exact.
        /// Example: `0.5`
        times: Option<Spanned<Factor>>,
        /// Meters of `like` that this card has no rate for.
        /// Example: `[cache_write]`
        without: Vec<Spanned<Word<Meter>>>,
        /// Other rates above a number of tokens, ascending.
        /// Example: `[{ tokens: 200_000, input: 2.5, output: 15 }]`
        above: Vec<Spanned<TierShape>>,
        /// How the rates were converted, where the currency that the vendor bills is not known.
        /// Example: `{ from: CNY, rate: 7.1, date: 2026-11-01 }`
        converted: Option<Spanned<ConvertedShape>>,
        /// Where the prices are from.
        /// Example: `"https://docs.example.com/pricing"`
        source: Option<Spanned<Url>>,
        /// When they were last compared with their source; said wherever `source` is.
        /// Example: `2026-11-20`
        checked: Option<Day>,
        /// The catalog that quotes the page, where nobody read the page itself; `cargo xtask import` writes it.
        /// Example: `litellm`
        via: Option<Id>,
        /// What a reader has to know.
        /// Example: `Introductory price.`
        note: Option<Text>,
        ..flatten {
            /// Rates, by meter.
            rates: Map<Word<Meter>, Rate>,
        }
    }

    /// Other rates above a number of tokens, complete for the token meters of the card.
    TierShape {
        /// Above this number of input tokens, cached ones included.
        /// Example: `200_000`
        tokens: Option<Spanned<Count>>,
        /// Above this number of output tokens; with `tokens`, both.
        /// Example: `200`
        output_tokens: Option<Spanned<Count>>,
        /// Whether the number itself is above already.
        /// Example: `true`
        inclusive: Option<bool>,
        /// `whole` re-rates the whole request, `above` only each meter's own part above.
        /// Example: `above`
        scope: Option<Word<TierScope>>,
        ..flatten {
            /// Rates, by meter.
            rates: Map<Word<Meter>, Rate>,
        }
    }

    /// How rates were converted from the currency that the vendor bills.
    ConvertedShape {
        /// The vendor's currency.
        /// Example: `CNY`
        from: Word<Currency>,
        /// Units of it for one unit of the card's currency.
        /// Example: `7.1`
        rate: ExchangeRate,
        /// The day of the rate.
        /// Example: `2026-11-01`
        date: Day,
    }
}
