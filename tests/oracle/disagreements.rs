//! The disagreements that manifests record, as explanations of a difference.
//!
//! Where a manifest records that another source states other rates, the usage is billed at those instead: if that comes
//! to the total that was answered, the difference is the one that is recorded. Which page a source names for its rate does
//! not matter then. Of a tier that only the source has, a manifest records the number alone; that one must be the
//! source's own.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Catalog, Disagreement};
use portolan_types::{Amount, Meter, parse_rate};

use crate::draw::Ask;
use crate::ours::Ours;

/// What other sources say of prices, by ref and then by the source's URL.
pub(crate) struct Disagreements(BTreeMap<String, BTreeMap<String, Said>>);

/// What another source says of one model's prices.
#[derive(Default)]
struct Said {
    rates: BTreeMap<Meter, u64>,
    above: Option<u64>,
}

impl Disagreements {
    /// Those of the frozen catalog.
    pub(crate) fn of_the_catalog() -> anyhow::Result<Self> {
        let catalog: Catalog = serde_json::from_str(portolan_manifests::CATALOG_JSON)?;
        let mut all = BTreeMap::new();
        for (_, provider) in catalog.providers() {
            for model in &provider.models {
                let mut by_source: BTreeMap<String, Said> = BTreeMap::new();
                for disagreement in &model.disagreements {
                    by_source.entry(disagreement.source.clone()).or_default().add(disagreement);
                }
                if !by_source.is_empty() {
                    all.insert(format!("{}/{}", provider.id, model.id), by_source);
                }
            }
        }
        Ok(Self(all))
    }

    /// Whether a total is what the manifest records that another source says.
    pub(crate) fn explain(&self, url: &str, ask: &Ask<'_>, ours: &Ours, total: Amount) -> bool {
        let said = self.0.get(&ask.entry.to_string()).into_iter().flatten();
        said.into_iter().any(|(source, said)| {
            let is_above = said.above.is_some_and(|above| ask.usage.input_tokens() > above);
            is_above && source.contains(url) || said.bill(ours) == Some(total)
        })
    }
}

impl Said {
    /// Adds what a disagreement says: `input 1, output 5` of `prices`, `5` of `prices.output`, `tokens: 200_000` of
    /// `prices.above`. What is none of these explains nothing.
    fn add(&mut self, disagreement: &Disagreement) {
        let says = disagreement.says.as_str();
        match disagreement.field.split_once('.') {
            None if disagreement.field == "prices" => {
                let rate = |part: &str| {
                    let (meter, rate) = part.trim().split_once(' ')?;
                    Some((Meter::from_id(meter)?, parse_rate(rate).ok()?))
                };
                let rates: Option<Vec<_>> = says.split(',').map(rate).collect();
                self.rates.extend(rates.into_iter().flatten());
            }
            Some(("prices", "above")) => {
                let number = says.strip_prefix("tokens: ").map(|number| number.replace('_', ""));
                self.above = number.and_then(|number| number.parse().ok());
            }
            Some(("prices", meter)) => {
                let rate = Meter::from_id(meter).zip(parse_rate(says).ok());
                self.rates.extend(rate);
            }
            _ => {}
        }
    }

    /// The usage at these rates; a meter that is not named keeps ours.
    fn bill(&self, ours: &Ours) -> Option<Amount> {
        let mut lines = ours.quote.lines().map(|line| {
            let rate = self.rates.get(&line.billed_as).copied().unwrap_or(line.rate);
            let scaled = u128::from(rate) * u128::from(line.units) * 1_000_000;
            Amount(scaled / u128::from(line.per))
        });
        lines.try_fold(Amount(0), Amount::checked_add)
    }
}
