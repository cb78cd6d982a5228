//! What models.dev says of a price, as rates: numbers from their text, renamed fields under one name, zeros taken out.
//!
//! Prices are per million tokens. A zero is no price: of a pair 0/0 the mapping says what it means, a zero beside other
//! rates (as `cache_write: 0`, or the output of an embedding model) says only that somebody filled in a field, and is
//! listed. A reasoning rate that is the output rate says nothing of its own and is left out, because reasoning is billed
//! as output anyway; with it a tier would have to say it again.

use std::collections::BTreeMap;
use std::fmt;

use portolan_codegen::catalog::Rates;
use portolan_types::{Meter, rate_text};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::row::{Omitted, Shortened};

/// The fields that are rates, with the names that the source had for them before.
const RATES: [(&str, Meter); 14] = [
    ("input", Meter::Input),
    ("output", Meter::Output),
    ("cache_read", Meter::CacheRead),
    ("inputCached", Meter::CacheRead),
    ("cached_input", Meter::CacheRead),
    ("cache_input", Meter::CacheRead),
    ("cached", Meter::CacheRead),
    ("cached_read", Meter::CacheRead),
    ("cache_write", Meter::CacheWrite),
    ("outputCached", Meter::CacheWrite),
    ("cached_write", Meter::CacheWrite),
    ("reasoning", Meter::Reasoning),
    ("input_audio", Meter::InputAudio),
    ("output_audio", Meter::OutputAudio),
];

/// Prices of the history whose unit nobody states, and which the source has dropped.
const WITHOUT_UNIT: [&str; 3] = ["image", "citation", "request"];

/// A `cost`: its fields by name, their numbers as the source writes them.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Cost(Fields);

type Fields = BTreeMap<String, Box<RawValue>>;

/// What a tier is above.
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
    /// The fields that are zero.
    pub(super) zeros: Vec<String>,
    /// What is wrong, each with its field.
    pub(super) mistakes: Vec<String>,
}

impl Cost {
    /// What it comes to.
    pub(super) fn listed(&self, key: &str, field: &str, found: &mut Findings) -> Listed {
        let mut fields = self.0.clone();
        let tiers = fields.remove("tiers");
        let copy = fields.remove("context_over_200k");
        for name in WITHOUT_UNIT {
            if let Some(value) = fields.remove(name) {
                found.omit(&format!("{field}.{name}"), value.get(), "the source states no unit");
            }
        }
        let rates = found.rates(key, field, &fields);
        let mut tiers = tiers.map(|raw| found.tiers(key, field, &raw)).unwrap_or_default();
        if let Some(copy) = copy {
            found.check_copy(key, field, &copy, &mut tiers);
        }
        if !rates.0.is_empty() {
            return Listed::Priced(Prices { rates, tiers });
        }
        for tier in tiers.iter().filter(|tier| !tier.rates.0.is_empty()) {
            let why = "a tier of a price of zero";
            found.omit(&format!("{field}.tiers"), &text(&tier.rates), why);
        }
        Listed::Zero
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

    fn tiers(&mut self, key: &str, field: &str, raw: &RawValue) -> Vec<PriceTier> {
        let field = format!("{field}.tiers");
        let mut tiers = Vec::new();
        for mut fields in self.parse::<Vec<Fields>>(&field, raw).unwrap_or_default() {
            let Some(tier) = fields.remove("tier") else {
                self.mistakes.push(format!("{field}: missing field `tier`"));
                continue;
            };
            let rates = self.rates(key, &field, &fields);
            if let Some(tier) = self.parse::<Threshold>(&format!("{field}.tier"), &tier) {
                let TierType::Context = tier.r#type;
                tiers.push(PriceTier { above: Some(tier.size), rates });
            }
        }
        tiers.sort_by_key(|tier| tier.above);
        tiers
    }

    /// The copy is trusted for nothing. Where it stands alone its rates are those above some number.
    fn check_copy(&mut self, key: &str, field: &str, raw: &RawValue, tiers: &mut Vec<PriceTier>) {
        let field = format!("{field}.context_over_200k");
        let Some(fields) = self.parse::<Fields>(&field, raw) else { return };
        let rates = self.rates(key, &field, &fields);
        match tiers.first() {
            None => tiers.push(PriceTier { above: None, rates }),
            Some(first) if first.rates == rates => {}
            Some(_) => self.omit(&field, &text(&rates), "it is not the copy of the first tier"),
        }
    }

    fn rates(&mut self, key: &str, field: &str, fields: &Fields) -> Rates {
        let mut rates: Vec<(Meter, u64)> = Vec::new();
        for (name, number) in fields {
            let field = format!("{field}.{name}");
            let Some((_, meter)) = RATES.iter().find(|(known, _)| known == name) else {
                self.mistakes.push(format!("{field}: unknown field"));
                continue;
            };
            match self.rate(key, &field, number.get()) {
                Some(0) => self.zeros.push(field),
                Some(_) if rates.iter().any(|(other, _)| other == meter) => {
                    self.mistakes.push(format!("{field}: the same rate under two names"));
                }
                Some(rate) => rates.push((*meter, rate)),
                None => {}
            }
        }
        let rate = |meter| rates.iter().find(|(other, _)| *other == meter).map(|(_, rate)| *rate);
        if rate(Meter::Reasoning) == rate(Meter::Output) {
            rates.retain(|(meter, _)| *meter != Meter::Reasoning);
        }
        rates.sort_unstable();
        Rates(rates)
    }

    fn rate(&mut self, key: &str, field: &str, written: &str) -> Option<u64> {
        match Decimal::parse(written).and_then(Decimal::rate) {
            Ok(read) => {
                if read.was_noisy {
                    let (key, field) = (key.to_owned(), field.to_owned());
                    let written = written.to_owned();
                    self.shortened.push(Shortened { key, field, written, meant: read.rate });
                }
                Some(read.rate)
            }
            Err(error) => {
                self.mistakes.push(format!("{field} is {written}: {error}"));
                None
            }
        }
    }

    fn parse<'r, T: Deserialize<'r>>(&mut self, field: &str, raw: &'r RawValue) -> Option<T> {
        serde_json::from_str(raw.get())
            .map_err(|error| self.mistakes.push(format!("{field}: {error}")))
            .ok()
    }

    fn omit(&mut self, field: &str, value: &str, why: &str) {
        let (field, value, why) = (field.to_owned(), value.to_owned(), why.to_owned());
        self.omitted.push(Omitted { field, value, why });
    }
}

impl Prices {
    /// Whether the later price is the same and only says more: the same input and output rates, every rate that this
    /// one has, and tiers where this one has none or none with a number.
    pub(super) fn is_form_of(&self, later: &Self) -> bool {
        self.has_same_basis(later)
            && holds(&later.rates, &self.rates)
            && self.tiers.len() <= later.tiers.len()
            && self.tiers.iter().zip(&later.tiers).all(|(own, other)| {
                (own.above.is_none() || own.above == other.above) && holds(&other.rates, &own.rates)
            })
    }
}

impl Prices {
    /// Takes the rates and tiers that only a later price has, if input and output are the same, and says whether there
    /// were any.
    pub(super) fn take_from(&mut self, later: &Self) -> bool {
        if !self.has_same_basis(later) {
            return false;
        }
        let new = later.rates.0.iter().filter(|(meter, _)| self.rates.rate(*meter).is_none());
        let new: Vec<_> = new.copied().collect();
        let takes_tiers = self.tiers.is_empty() && !later.tiers.is_empty();
        if takes_tiers {
            self.tiers.clone_from(&later.tiers);
        }
        let takes = takes_tiers || !new.is_empty();
        self.rates.0.extend(new);
        self.rates.0.sort_unstable();
        takes
    }

    fn has_same_basis(&self, other: &Self) -> bool {
        let same = |meter| self.rates.rate(meter) == other.rates.rate(meter);
        same(Meter::Input) && same(Meter::Output)
    }
}

/// Whether all rates of one are those of the other.
fn holds(all: &Rates, some: &Rates) -> bool {
    some.0.iter().all(|(meter, rate)| all.rate(*meter) == Some(*rate))
}
