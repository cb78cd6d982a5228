//! The compiler's cards, tried by the engine. For random price lists: the compiler refuses exactly those in which some
//! context has no single most specific card, and for the others the engine bills by that card. What holds where is worked
//! out here from the author's words alone, context by context.

use std::collections::BTreeSet;

use portolan_codegen::catalog::{Card, Price};
use portolan_codegen::code::Code;
use portolan_codegen::load::Input;
use portolan_codegen::rows;
use portolan_types::{Context, Meter, ServiceTier, Timestamp, Usage, Variant};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::fixtures::compiled;

const DATES: [&str; 3] = ["2026-01-05", "2026-02-02", "2026-03-02"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const REGIONS: [&str; 3] = ["cn", "eu", "us"];
const RESOLUTIONS: [&str; 2] = ["720p", "1080p"];
const HOUR: i64 = 3600;

/// A card as an author writes it.
#[derive(Clone, Debug)]
struct Written {
    from: Option<usize>,
    until: Option<usize>,
    days: Vec<usize>,
    hours: Option<(i64, i64)>,
    offset: i64,
    batch: bool,
    regions: Vec<&'static str>,
    resolution: Option<&'static str>,
    /// Few of them, so that cards are alike but for their conditions and the compiler may join them.
    rate: usize,
}

/// Where a price is asked for: everything that a card can depend on.
#[derive(Clone, Copy, Debug)]
struct Case {
    at: i64,
    batch: bool,
    region: &'static str,
    resolution: &'static str,
}

impl Written {
    fn yaml(&self) -> String {
        let mut keys = vec![format!("input: {}", self.rate)];
        keys.extend(self.from.map(|date| format!("from: {}", DATES[date])));
        keys.extend(self.until.map(|date| format!("until: {}", DATES[date])));
        if !self.days.is_empty() {
            let days: Vec<_> = self.days.iter().map(|day| DAYS[*day]).collect();
            keys.push(format!("days: [{}]", days.join(", ")));
        }
        keys.extend(self.hours.map(|(start, end)| {
            format!("time: \"{start:02}:00-{end:02}:00+{:02}:00\"", self.offset)
        }));
        keys.extend(self.batch.then(|| "service_tier: batch".to_owned()));
        if !self.regions.is_empty() {
            keys.push(format!("region: [{}]", self.regions.join(", ")));
        }
        keys.extend(self.resolution.map(|r| format!("variant: {{ resolution: {r} }}")));
        format!("          - {{ {} }}\n", keys.join(", "))
    }

    /// Whether the card holds, by its words.
    fn holds(&self, case: &Case) -> bool {
        let after = |date: Option<usize>| date.is_none_or(|date| case.at >= seconds(DATES[date]));
        let before = |date: Option<usize>| date.is_none_or(|date| case.at < seconds(DATES[date]));
        after(self.from)
            && before(self.until)
            && self.batch == case.batch
            && (self.regions.is_empty() || self.regions.contains(&case.region))
            && self.resolution.is_none_or(|resolution| resolution == case.resolution)
            && self.holds_on_the_clock(case.at)
    }

    /// The clock where the card is written; without a time it is UTC. A window past midnight belongs to the day before.
    fn holds_on_the_clock(&self, at: i64) -> bool {
        let offset = if self.hours.is_some() { self.offset } else { 0 };
        let local = at + offset * HOUR;
        // 1970-01-01 was a Thursday.
        let day = (local.div_euclid(24 * HOUR) + 3).rem_euclid(7);
        let hour = local.rem_euclid(24 * HOUR) / HOUR;
        let on = |day: i64| {
            self.days.is_empty() || self.days.iter().any(|d| *d == usize::try_from(day).unwrap())
        };
        match self.hours {
            None => on(day),
            Some((start, end)) if start < end => on(day) && (start..end).contains(&hour),
            Some((start, end)) => (on(day) && hour >= start) || (on((day + 6) % 7) && hour < end),
        }
    }
}

fn seconds(date: &str) -> i64 {
    Timestamp::parse(date).unwrap().0
}

/// Every context that random cards can tell apart: a week of hours in each period, each tier, region and resolution.
fn every_case() -> Vec<Case> {
    // The first day is a Monday a week before the first date; weeks are whole between the dates.
    let weeks = [-7, 0, 28, 56].map(|days: i64| seconds(DATES[0]) + days * 24 * HOUR);
    let mut cases = Vec::new();
    for week in weeks {
        for hour in 0..7 * 24 {
            for batch in [false, true] {
                for region in REGIONS {
                    for resolution in RESOLUTIONS {
                        cases.push(Case { at: week + hour * HOUR, batch, region, resolution });
                    }
                }
            }
        }
    }
    cases
}

fn written() -> impl Strategy<Value = Written> {
    let period = prop_oneof![
        4 => Just((None, None)),
        2 => (0..3usize).prop_map(|from| (Some(from), None)),
        1 => (0..3usize).prop_map(|until| (None, Some(until))),
        1 => (0..2usize).prop_map(|from| (Some(from), Some(from + 1))),
    ];
    let days =
        prop_oneof![3 => Just(Vec::new()), 1 => subsequence((0..7).collect::<Vec<_>>(), 1..6)];
    let hours = prop_oneof![
        3 => Just(None),
        1 => (0..24i64, 0..24i64).prop_map(|(start, end)| (start != end).then_some((start, end))),
    ];
    // Never all of them: that holds where a card without regions does, and is still the more specific.
    let regions = prop_oneof![3 => Just(Vec::new()), 2 => subsequence(REGIONS.to_vec(), 1..3)];
    let resolution = prop_oneof![3 => Just(None), 1 => select(&RESOLUTIONS[..]).prop_map(Some)];
    let place = (regions, resolution);
    (period, days, hours, 0..9i64, any::<bool>(), place, 1..3usize).prop_map(
        |((from, until), days, hours, offset, batch, (regions, resolution), rate)| Written {
            from,
            until,
            days,
            hours,
            offset,
            batch,
            regions,
            resolution,
            rate,
        },
    )
}

fn manifest(cards: &[Written]) -> Vec<Input> {
    of_list(&cards.iter().map(Written::yaml).collect::<String>())
}

/// A model of a provider with regions and this price list.
fn of_list(cards: &str) -> Vec<Input> {
    let text = format!(
        "vendor: acme\nname: Acme\nsource: https://acme.example\nchecked: 2026-11-01\nproviders:\n  acme:\n    \
         name: Acme\n    coverage: static\n    region: required\n    endpoints: {{ ollama: \"https://{{region}}.acme.example\" }}\n    \
         regions: {{ cn: {{ name: C }}, eu: {{ name: E }}, us: {{ name: U }} }}\n    models:\n      nova:\n        \
         name: Nova\n        prices:\n{cards}"
    );
    vec![Input { path: "labs/acme.yaml".to_owned(), bytes: text.into_bytes() }]
}

/// Per card the contexts in which it holds, as positions in the list of all.
fn extents(cards: &[Written], all: &[Case]) -> Vec<BTreeSet<usize>> {
    let holds = |card: &Written| {
        (0..all.len()).filter(|position| card.holds(&all[*position])).collect::<BTreeSet<_>>()
    };
    cards.iter().map(holds).collect()
}

/// The card that bills in a context: the one that holds and is strictly within every other that holds.
fn winner(extents: &[BTreeSet<usize>], position: usize) -> Result<Option<usize>, ()> {
    let holding: Vec<_> = (0..extents.len()).filter(|i| extents[*i].contains(&position)).collect();
    let within = |a: usize, b: usize| {
        a == b || extents[a].is_subset(&extents[b]) && extents[a] != extents[b]
    };
    let best = holding.iter().find(|a| holding.iter().all(|b| within(**a, *b)));
    match (best, holding.is_empty()) {
        (Some(best), _) => Ok(Some(*best)),
        (None, true) => Ok(None),
        (None, false) => Err(()),
    }
}

/// How many price lists are tried: few by default, because each is tried in thousands of contexts.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_most_specific_card_bills(cards in proptest::collection::vec(written(), 1..5)) {
        let all = every_case();
        let extents = extents(&cards, &all);
        prop_assume!(extents.iter().all(|extent| !extent.is_empty()));
        let winners: Vec<_> = (0..all.len()).map(|position| winner(&extents, position)).collect();
        let compiled = compiled(manifest(&cards));
        let catalog = match compiled.result {
            Err(mistakes) => {
                prop_assert!(mistakes.iter().all(|mistake| mistake.code == Code::OverlappingCards));
                prop_assert!(winners.contains(&Err(())), "refused, but every context has its card");
                return Ok(());
            }
            Ok(catalog) => catalog,
        };
        let price = rows::price(&catalog.vendors[0].providers[0].models[0].price);
        let usage = Usage::new().with(Meter::Input, 1_000_000);
        for (case, winner) in all.iter().zip(winners) {
            let tier = if case.batch { ServiceTier::Batch } else { ServiceTier::Standard };
            let variant = Variant::from_parts("resolution", case.resolution).unwrap();
            let context = Context::at(Timestamp(case.at)).service_tier(tier).region(case.region).variant(variant);
            let billed = price.total(&usage, &context).ok().map(|total| total.amount.to_string());
            let expected = winner.expect("the compiler accepted it").map(|card| cards[card].rate.to_string());
            prop_assert_eq!(billed, expected, "{:?}", case);
        }
    }
}

/// The cards of a list, as the frozen catalog has them.
fn frozen(cards: &str) -> Vec<Card> {
    let catalog = compiled(of_list(cards)).result.unwrap();
    match &catalog.vendors[0].providers[0].models[0].price {
        Price::Priced(cards) => cards.clone(),
        other => panic!("{other:?}"),
    }
}

fn regions(cards: &[Card]) -> Vec<String> {
    cards.iter().map(|card| card.regions.join(" ")).collect()
}

#[test]
fn cards_that_differ_only_in_their_regions_become_one() {
    let line = |rest: &str| format!("          - {{ {rest} }}\n");
    let list = [
        line("region: us, input: 1"),
        line("region: us, input: 2, service_tier: batch"),
        line("region: cn, input: 1"),
        line("region: eu, input: 1, note: Introductory."),
        line("region: cn, input: 2, service_tier: batch"),
    ];
    assert_eq!(regions(&frozen(&list.concat())), ["us cn", "us cn", "eu"]);
}

#[test]
fn a_card_passes_none_that_holds_together_with_it() {
    // On Mondays `us` and `eu` cost the same, but the card of `eu` stands behind its own exception.
    let line = |rest: &str| format!("          - {{ {rest} }}\n");
    let list = [
        line("region: us, input: 1"),
        line("region: us, days: [mon], input: 2"),
        line("region: eu, days: [mon], input: 2"),
        line("region: eu, days: [mon], variant: { resolution: 720p }, input: 3"),
    ];
    assert_eq!(regions(&frozen(&list.concat())), ["us", "eu", "us", "eu"]);
}

#[test]
fn a_price_that_a_later_sighting_replaces_in_one_region_is_assumed_there_alone() {
    let list = "          - { region: [cn, eu, us], seen: 2026-01-05, last_seen: 2026-01-20, input: 1 }\n          \
                - { region: cn, seen: 2026-03-02, input: 2 }\n";
    let cards = frozen(list);
    assert_eq!(regions(&cards), ["cn", "cn", "eu us"]);
    let assumed: Vec<_> = cards.iter().map(|card| card.assumed_after.map(|at| at.0.0)).collect();
    assert_eq!(assumed, [None, Some(seconds("2026-01-21")), None]);
}
