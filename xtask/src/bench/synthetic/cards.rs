//! Invented price lists, in the shares in which their kinds are found.

use super::random::Random;

/// The lines of a model's price list.
pub(super) fn prices(plan: bool, regional: bool, random: &mut Random) -> Vec<String> {
    if plan {
        return vec!["prices: included".to_owned()];
    }
    let rates = Rates::any(random);
    let cards = match random.below(1000) {
        0..30 => return vec!["prices: free".to_owned()],
        30..60 => return vec!["prices: included".to_owned()],
        60..110 => return vec!["prices: unknown".to_owned()],
        110..160 => by_service_tier(rates.text()),
        160..200 => vec![tiered(rates)],
        200..220 => by_service_tier(tiered(rates)),
        220..400 => seen_twice(rates),
        400..440 => dated(rates),
        440..455 => by_hour(rates),
        455..470 => everything(rates),
        470..540 if regional => by_region(rates),
        540..800 => vec![format!("seen: 2026-01-27, {}", rates.text())],
        _ => vec![rates.text()],
    };
    let mut lines = vec!["prices:".to_owned()];
    lines.extend(cards.iter().map(|card| format!("  - {{ {card} }}")));
    lines
}

fn by_service_tier(standard: String) -> Vec<String> {
    vec![
        standard,
        "service_tier: batch, like: standard, times: 0.5".to_owned(),
        "service_tier: flex, like: standard, times: 0.5".to_owned(),
        "service_tier: [priority, fast], like: standard, times: 2".to_owned(),
    ]
}

fn tiered(rates: Rates) -> String {
    format!("{}, above: [{{ tokens: 200_000, {} }}]", rates.text(), rates.times(2).text())
}

/// A price and the one before it, as a list shows them that is recorded every day.
fn seen_twice(rates: Rates) -> Vec<String> {
    vec![
        format!("seen: 2025-10-14, last_seen: 2026-01-26, {}", rates.times(2).text()),
        format!("seen: 2026-01-27, {}", rates.text()),
    ]
}

fn dated(rates: Rates) -> Vec<String> {
    vec![
        format!("seen: 2025-12-18, last_seen: 2026-03-06, {}", rates.times(3).text()),
        format!("seen: 2026-03-07, until: 2026-05-27, {}", rates.times(2).text()),
        format!("from: 2026-05-27, {}", rates.text()),
    ]
}

const PEAK: &str =
    "days: [mon, tue, wed, thu, fri], time: [\"09:00-12:00+08:00\", \"14:00-18:00+08:00\"]";

fn by_hour(rates: Rates) -> Vec<String> {
    vec![rates.text(), format!("{PEAK}, {}", rates.times(2).text())]
}

/// Dates, hours, context tiers and service tiers together.
fn everything(rates: Rates) -> Vec<String> {
    vec![
        format!("until: 2026-05-27, {}", tiered(rates.times(2))),
        format!("from: 2026-05-27, {}", tiered(rates)),
        format!("from: 2026-05-27, {PEAK}, {}", tiered(rates.times(2))),
        "service_tier: batch, like: standard, times: 0.5".to_owned(),
        "service_tier: [priority, fast], like: standard, times: 2".to_owned(),
    ]
}

fn by_region(rates: Rates) -> Vec<String> {
    vec![rates.text(), "region: [eu, sgp], like: standard, times: 1.1".to_owned()]
}

/// Rates in thousandths of a dollar per million tokens.
#[derive(Clone, Copy)]
struct Rates {
    input: u64,
    output: u64,
    cache_read: Option<u64>,
}

impl Rates {
    fn any(random: &mut Random) -> Self {
        let input = 50 * (1 + random.below(60));
        let output = input * random.pick(&[2, 3, 4, 5, 8]);
        let cache_read = (!random.one_in(3)).then_some(input / 10);
        Self { input, output, cache_read }
    }

    fn times(self, factor: u64) -> Self {
        let Self { input, output, cache_read } = self;
        let cache_read = cache_read.map(|rate| rate * factor);
        Self { input: input * factor, output: output * factor, cache_read }
    }

    fn text(self) -> String {
        let cache_read = self
            .cache_read
            .map_or_else(String::new, |rate| format!(", cache_read: {}", text(rate)));
        format!("input: {}, output: {}{cache_read}", text(self.input), text(self.output))
    }
}

fn text(thousandths: u64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_short_decimals() {
        let texts = [5, 50, 1250, 15_000].map(text);
        assert_eq!(texts, ["0.005", "0.05", "1.25", "15"]);
    }

    #[test]
    fn a_derived_card_is_exact() {
        let rates = Rates { input: 50, output: 400, cache_read: Some(5) };
        assert_eq!(rates.times(2).text(), "input: 0.1, output: 0.8, cache_read: 0.01");
    }
}
