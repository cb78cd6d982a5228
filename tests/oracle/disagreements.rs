//! The disagreements that manifests record, as explanations of a difference.
//!
//! Where a manifest records that another source states other rates, the usage is billed at those instead: if that comes
//! to the total that was answered, the difference is the one that is recorded. Which page a source names for its rate does
//! not matter then. Of a tier that only the source has, some manifests record the number alone; that one must be the
//! source's own.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Catalog, Disagreement};
use portolan_types::{Amount, Meter, parse_rate};

use crate::draw::Ask;
use crate::ours::Ours;

/// What other sources say of prices, by ref.
pub(crate) struct Disagreements(BTreeMap<String, Vec<Said>>);

/// What another source says of one model's prices under one condition.
#[derive(Debug, Default, PartialEq)]
struct Said {
    source: String,
    rates: Rates,
    /// Other rates above a number of input tokens; without rates, where only the number is recorded.
    tiers: Vec<(u64, Rates)>,
}

type Rates = BTreeMap<Meter, u64>;

impl Disagreements {
    /// Those of the frozen catalog.
    pub(crate) fn of_the_catalog() -> anyhow::Result<Self> {
        let catalog: Catalog = serde_json::from_str(portolan_manifests::CATALOG_JSON)?;
        let mut all = BTreeMap::new();
        for (_, provider) in catalog.providers() {
            for model in provider.models.iter().filter(|model| !model.disagreements.is_empty()) {
                all.insert(format!("{}/{}", provider.id, model.id), said(&model.disagreements));
            }
        }
        Ok(Self(all))
    }

    /// Whether a total is what the manifest records that another source says.
    pub(crate) fn explain(&self, url: &str, ask: &Ask<'_>, ours: &Ours, total: Amount) -> bool {
        let tokens = ask.usage.input_tokens();
        self.0.get(&ask.entry.to_string()).into_iter().flatten().any(|said| {
            let tier = said.tiers.iter().rev().find(|(above, _)| tokens > *above);
            match tier {
                Some((_, rates)) if rates.is_empty() => said.source.contains(url),
                Some((_, rates)) => bill(rates, ours) == Some(total),
                None => bill(&said.rates, ours) == Some(total),
            }
        })
    }
}

/// Reads what disagreements say of prices; single rates of one source belong together.
fn said(disagreements: &[Disagreement]) -> Vec<Said> {
    let mut all = Vec::new();
    let mut single: BTreeMap<&str, Said> = BTreeMap::new();
    for Disagreement { field, says, source, .. } in disagreements {
        let new = || Said { source: source.clone(), ..Said::default() };
        match field.split_once('.') {
            None if field == "prices" => {
                all.extend(compact(says).map(|(rates, tiers)| Said { rates, tiers, ..new() }));
            }
            Some(("prices", "above")) => {
                let above = says.strip_prefix("tokens: ").and_then(count);
                all.extend(above.map(|above| Said { tiers: vec![(above, Rates::new())], ..new() }));
            }
            Some(("prices", meter)) => {
                let rate = Meter::from_id(meter).zip(parse_rate(says).ok());
                single.entry(source).or_insert_with(new).rates.extend(rate);
            }
            _ => {}
        }
    }
    all.extend(single.into_values());
    all
}

/// Reads `batch: input 0.5, output 2; above 200_000: input 1, output 3`. The conditions in front are not looked at: only
/// the right rates come to the right total.
fn compact(text: &str) -> Option<(Rates, Vec<(u64, Rates)>)> {
    let (first, rest) = text.split_once("; ").unwrap_or((text, ""));
    let base = first.split_once(": ").map_or(first, |(_, rates)| rates);
    let tier = |part: &str| {
        let (above, list) = part.strip_prefix("above ")?.split_once(": ")?;
        Some((count(above)?, rates(list)?))
    };
    let tiers = rest.split("; ").filter(|part| !part.is_empty()).map(tier);
    Some((rates(base)?, tiers.collect::<Option<_>>()?))
}

fn rates(list: &str) -> Option<Rates> {
    let rate = |part: &str| {
        let (meter, rate) = part.trim().split_once(' ')?;
        Some((Meter::from_id(meter)?, parse_rate(rate).ok()?))
    };
    list.split(',').map(rate).collect()
}

fn count(text: &str) -> Option<u64> {
    text.replace('_', "").parse().ok()
}

/// The usage at these rates; a meter that is not named keeps ours.
fn bill(rates: &Rates, ours: &Ours) -> Option<Amount> {
    let mut lines = ours.quote.lines().map(|line| {
        let rate = rates.get(&line.billed_as).copied().unwrap_or(line.rate);
        let scaled = u128::from(rate) * u128::from(line.units) * 1_000_000;
        Amount(scaled / u128::from(line.per))
    });
    lines.try_fold(Amount(0), Amount::checked_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRILLION: u64 = 1_000_000_000_000;

    fn disagreement(field: &str, says: &str) -> Disagreement {
        let (field, says, source) = (field.into(), says.into(), "https://example.com".into());
        Disagreement { field, says, source, checked: None, note: None }
    }

    #[test]
    fn rates_and_tiers_are_read() {
        let all =
            said(&[disagreement("prices", "batch: input 1, output 5; above 200_000: input 2")]);
        let rates = Rates::from([(Meter::Input, TRILLION), (Meter::Output, 5 * TRILLION)]);
        let tiers = vec![(200_000, Rates::from([(Meter::Input, 2 * TRILLION)]))];
        assert_eq!(all, [Said { source: "https://example.com".into(), rates, tiers }]);
    }

    #[test]
    fn single_rates_of_a_source_belong_together() {
        let one = [disagreement("prices.input", "1"), disagreement("prices.output", "5")];
        let rates = Rates::from([(Meter::Input, TRILLION), (Meter::Output, 5 * TRILLION)]);
        assert_eq!(said(&one)[0].rates, rates);
    }

    #[test]
    fn what_is_no_price_explains_nothing() {
        assert_eq!(
            said(&[disagreement("limits.context", "1"), disagreement("prices", "free")]),
            []
        );
    }
}
