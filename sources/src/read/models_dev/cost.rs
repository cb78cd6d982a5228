//! What models.dev says of a price, as rates: numbers from their text, renamed fields under one name, zeros taken out.
//!
//! Prices are per million tokens. A zero is no price: of a pair 0/0 the mapping says what it means, a zero beside other
//! rates (as `cache_write: 0`, or the output of an embedding model) says only that somebody filled in a field, and is
//! listed. A reasoning rate that is the output rate says nothing of its own and is left out, because reasoning is billed
//! as output anyway; with it a tier would have to say it again.

use std::fmt;

use portolan_codegen::catalog::Rates;
use portolan_types::{Meter, rate_text};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::decimal::{Decimal, DecimalError};
use crate::row::{Omitted, Shortened};

/// A number as the source writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Box<RawValue>")]
pub(super) struct Number(pub(super) String);

impl From<Box<RawValue>> for Number {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw.get().to_owned())
    }
}

/// A `cost`. The other names of a field are those that the source had for it before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cost {
    input: Option<Number>,
    output: Option<Number>,
    #[serde(
        alias = "inputCached",
        alias = "cached_input",
        alias = "cache_input",
        alias = "cached",
        alias = "cached_read"
    )]
    cache_read: Option<Number>,
    #[serde(alias = "outputCached", alias = "cached_write")]
    cache_write: Option<Number>,
    reasoning: Option<Number>,
    input_audio: Option<Number>,
    output_audio: Option<Number>,
    tiers: Vec<CostTier>,
    context_over_200k: Option<TierCost>,
    // Prices of the history whose unit nobody states, and which the source has dropped.
    image: Option<Number>,
    citation: Option<Number>,
    request: Option<Number>,
}

/// Rates above a number of tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CostTier {
    tier: Threshold,
    input: Option<Number>,
    output: Option<Number>,
    cache_read: Option<Number>,
    cache_write: Option<Number>,
    reasoning: Option<Number>,
    input_audio: Option<Number>,
    output_audio: Option<Number>,
}

/// The lossy copy of the first tier, whose number may be any.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TierCost {
    input: Option<Number>,
    output: Option<Number>,
    cache_read: Option<Number>,
    cache_write: Option<Number>,
    reasoning: Option<Number>,
    input_audio: Option<Number>,
    output_audio: Option<Number>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Threshold {
    size: u64,
    #[serde(default)]
    r#type: TierType,
}

/// What a tier counts: the input tokens of a request, which fill its context.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TierType {
    #[default]
    Context,
}

/// What a `cost` comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Listed {
    /// Input and output cost nothing, whatever that means.
    Zero,
    /// Something that is no price, and why.
    Unclear {
        /// What the source wrote.
        written: String,
        /// What is wrong with it.
        why: String,
    },
    /// Rates.
    Priced(Prices),
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero => f.write_str("0"),
            Self::Unclear { written, .. } => f.write_str(written),
            Self::Priced(prices) => {
                f.write_str(&text(&prices.rates))?;
                prices.tiers.iter().try_for_each(|tier| {
                    let above = tier.above.map_or_else(|| "some".to_owned(), |n| n.to_string());
                    write!(f, "; above {above} tokens {}", text(&tier.rates))
                })
            }
        }
    }
}

/// Rates for a reader.
pub(super) fn text(rates: &Rates) -> String {
    let rate = |(meter, rate): &(Meter, u64)| format!("{} {}", meter.id(), rate_text(*rate));
    rates.0.iter().map(rate).collect::<Vec<_>>().join(", ")
}

/// Rates and tiers, without zeros.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Prices {
    pub(super) rates: Rates,
    pub(super) tiers: Vec<PriceTier>,
}

/// Rates above a number of tokens, which is unknown where only the lossy copy says them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PriceTier {
    pub(super) above: Option<u64>,
    pub(super) rates: Rates,
}

/// What came up while a cost was read.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) shortened: Vec<Shortened>,
    pub(super) omitted: Vec<Omitted>,
    /// The fields that are zero beside others that are not.
    pub(super) zeros: Vec<String>,
    pub(super) mistakes: Vec<(String, DecimalError)>,
}

impl Cost {
    /// The rates of the cost of an entry.
    pub(super) fn listed(&self, key: &str, field: &str, found: &mut Findings) -> Listed {
        let rates = self.own().rates(key, field, found);
        let mut tiers: Vec<_> =
            self.tiers.iter().map(|tier| tier.price(key, field, found)).collect();
        tiers.sort_by_key(|tier| tier.above);
        self.check_copy(key, field, &mut tiers, found);
        for (name, value) in
            [("image", &self.image), ("citation", &self.citation), ("request", &self.request)]
        {
            let why = "the source states no unit";
            found.omit(value.as_ref().map(|value| (&*value.0, why)), &format!("{field}.{name}"));
        }
        if rates.0.is_empty() {
            tiers.retain(|tier| !tier.rates.0.is_empty());
            for tier in &tiers {
                let value = text(&tier.rates);
                found.omit(Some((&value, "a tier of a price of zero")), &format!("{field}.tiers"));
            }
            return Listed::Zero;
        }
        Listed::Priced(Prices { rates, tiers })
    }

    /// The copy is trusted for nothing. Where it stands alone its rates are those above some number.
    fn check_copy(&self, key: &str, field: &str, tiers: &mut Vec<PriceTier>, found: &mut Findings) {
        let Some(copy) = &self.context_over_200k else { return };
        let field = format!("{field}.context_over_200k");
        let rates = copy.rates(key, &field, found);
        match tiers.first() {
            None => tiers.push(PriceTier { above: None, rates }),
            Some(first) if first.rates == rates => {}
            Some(_) => {
                let value = text(&rates);
                found.omit(Some((&value, "it is not the copy of the first tier")), &field);
            }
        }
    }

    fn own(&self) -> TierCost {
        TierCost {
            input: self.input.clone(),
            output: self.output.clone(),
            cache_read: self.cache_read.clone(),
            cache_write: self.cache_write.clone(),
            reasoning: self.reasoning.clone(),
            input_audio: self.input_audio.clone(),
            output_audio: self.output_audio.clone(),
        }
    }
}

impl CostTier {
    fn price(&self, key: &str, field: &str, found: &mut Findings) -> PriceTier {
        let TierType::Context = self.tier.r#type;
        let rates = TierCost {
            input: self.input.clone(),
            output: self.output.clone(),
            cache_read: self.cache_read.clone(),
            cache_write: self.cache_write.clone(),
            reasoning: self.reasoning.clone(),
            input_audio: self.input_audio.clone(),
            output_audio: self.output_audio.clone(),
        };
        let rates = rates.rates(key, &format!("{field}.tiers"), found);
        PriceTier { above: Some(self.tier.size), rates }
    }
}

impl TierCost {
    fn rates(&self, key: &str, field: &str, found: &mut Findings) -> Rates {
        let fields = [
            (Meter::Input, "input", &self.input),
            (Meter::CacheRead, "cache_read", &self.cache_read),
            (Meter::CacheWrite, "cache_write", &self.cache_write),
            (Meter::InputAudio, "input_audio", &self.input_audio),
            (Meter::Output, "output", &self.output),
            (Meter::Reasoning, "reasoning", &self.reasoning),
            (Meter::OutputAudio, "output_audio", &self.output_audio),
        ];
        let mut rates = Vec::new();
        let mut zeros = Vec::new();
        for (meter, name, number) in fields {
            let Some(number) = number else { continue };
            match found.rate(key, &format!("{field}.{name}"), number) {
                Some(0) => zeros.push(name),
                Some(rate) => rates.push((meter, rate)),
                None => {}
            }
        }
        if !rates.is_empty() {
            found.zeros.extend(zeros.iter().map(|name| format!("{field}.{name}")));
        }
        let rate = |meter| rates.iter().find(|(other, _)| *other == meter).map(|(_, rate)| *rate);
        if rate(Meter::Reasoning) == rate(Meter::Output) {
            rates.retain(|(meter, _)| *meter != Meter::Reasoning);
        }
        rates.sort_unstable();
        Rates(rates)
    }
}

impl Findings {
    /// Takes over what was found elsewhere.
    pub(super) fn extend(&mut self, other: Self) {
        self.shortened.extend(other.shortened);
        self.omitted.extend(other.omitted);
        self.zeros.extend(other.zeros);
        self.mistakes.extend(other.mistakes);
    }

    fn rate(&mut self, key: &str, field: &str, number: &Number) -> Option<u64> {
        match Decimal::parse(&number.0).and_then(Decimal::rate) {
            Ok(read) => {
                if read.was_noisy {
                    self.shortened.push(Shortened {
                        key: key.to_owned(),
                        field: field.to_owned(),
                        written: number.0.clone(),
                        meant: read.rate,
                    });
                }
                Some(read.rate)
            }
            Err(error) => {
                self.mistakes.push((format!("{field} is {}", number.0), error));
                None
            }
        }
    }

    fn omit(&mut self, value: Option<(&str, &str)>, field: &str) {
        if let Some((value, why)) = value {
            let (value, why) = (value.to_owned(), why.to_owned());
            self.omitted.push(Omitted { field: field.to_owned(), value, why });
        }
    }
}

impl Prices {
    /// Whether the later price is the same and only says more: the same input and output rates, every rate that this
    /// one has, and tiers where this one has none or none with a number.
    pub(super) fn is_form_of(&self, later: &Self) -> bool {
        let same = |meter| self.rates.rate(meter) == later.rates.rate(meter);
        same(Meter::Input)
            && same(Meter::Output)
            && holds(&later.rates, &self.rates)
            && self.tiers.len() <= later.tiers.len()
            && self.tiers.iter().zip(&later.tiers).all(|(own, other)| {
                (own.above.is_none() || own.above == other.above) && holds(&other.rates, &own.rates)
            })
    }
}

/// Whether all rates of one are those of the other.
fn holds(all: &Rates, some: &Rates) -> bool {
    some.0.iter().all(|(meter, rate)| all.rate(*meter) == Some(*rate))
}
