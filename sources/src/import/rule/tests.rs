//! Worked cases: what sources say, in the words of a manifest's cards, and what stands.

use portolan_codegen::catalog::Source;
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::manifest::PricesShape;
use portolan_codegen::shape::Shape as _;
use portolan_codegen::source::FileId;
use portolan_codegen::yaml::{self, Value};
use portolan_types::{Currency, Date};
use proptest::prelude::*;

use super::*;
use crate::import::origin::Origin;
use crate::import::text::mapping;
use crate::import::write::{self, Around};

const PAGE: &str = "https://acme.example/prices";

fn origin(owner: Owner) -> Origin {
    let as_of = match owner {
        Owner::ModelsDev => 20_260_702,
        Owner::Litellm => 20_260_900,
        _ => 20_261_110,
    };
    Origin { owner, as_of: Day(Date(as_of)) }
}

fn around() -> Around {
    Around { currency: Currency::Usd, source: origin(Owner::ModelsDev).source() }
}

/// Claims as cards in brackets: those of `M`odels.dev, `L`itellm, `G`enai-prices, with `p` from a page of the vendor.
fn claims(said: &[&str]) -> Vec<Claim> {
    said.iter().map(|said| claim(said)).collect()
}

fn claim(said: &str) -> Claim {
    let (who, card) = said.split_once(' ').unwrap();
    let owner = match who.trim_end_matches('p') {
        "M" => Owner::ModelsDev,
        "L" => Owner::Litellm,
        _ => Owner::GenaiPrices,
    };
    let of = origin(owner);
    let url = if who.ends_with('p') { PAGE } else { owner.url() };
    let source = Source { url: Some(url.to_owned()), checked: Some(of.as_of) };
    let mut mistakes = Diagnostics::default();
    let node = yaml::parse(FileId::default(), &format!("[{{ {card} }}]"), &mut mistakes).unwrap();
    assert!(matches!(node.value, Value::Sequence(_)));
    let Some(PricesShape::Cards(cards)) = PricesShape::decode(&node, &mut mistakes) else {
        panic!("{mistakes:?}")
    };
    Claim { owner, source: source.clone(), ..Claim::of(&cards[0], Currency::Usd, &source).unwrap() }
}

fn shown(claim: &Claim) -> String {
    let who = match claim.owner {
        Owner::ModelsDev => "M",
        Owner::Litellm => "L",
        Owner::GenaiPrices => "G",
        Owner::Person => "P",
    };
    let page = if claim.is_vendors() { "p" } else { "" };
    let card = write::card(claim, &Around { source: claim.source.clone(), ..around() });
    let card: Vec<_> = card.into_iter().filter(|(key, _)| key != "via").collect();
    let card = mapping(&card);
    format!("{who}{page} {}", card.trim_start_matches("{ ").trim_end_matches(" }"))
}

fn situation() -> Situation {
    Situation { gone: Vec::new(), served: ["cn", "eu"].map(str::to_owned).to_vec() }
}

#[track_caller]
fn check(said: &[&str], standing: &[&str], lost: &[&str]) {
    check_in(said, standing, lost, &situation());
}

#[track_caller]
fn check_in(said: &[&str], standing: &[&str], lost: &[&str], situation: &Situation) {
    let merged = merge(claims(said), situation);
    assert_eq!(merged.claims.iter().map(shown).collect::<Vec<_>>(), standing);
    let told: Vec<_> = merged.lost.iter().map(|lost| write::compact(&lost.claim)).collect();
    assert_eq!(told, lost);
    let reversed = merge(claims(said).into_iter().rev().collect(), situation);
    assert_eq!(reversed.claims, merged.claims, "the order of the claims does not matter");
    let again = merge(merged.claims.clone(), situation);
    assert_eq!(again, Merged { claims: merged.claims, lost: Vec::new() }, "what stands, stands");
}

#[test]
fn what_agrees_stands_once_with_the_older_sightings() {
    check(
        &["M seen: 2026-01-05, input: 1, output: 2", "L input: 1, output: 2"],
        &["M seen: 2026-01-05, input: 1, output: 2"],
        &[],
    );
    check(&["L input: 1", "Gp input: 1"], &["L input: 1"], &[]);
    check(
        &[
            "M seen: 2025-01-05, last_seen: 2025-03-01, input: 2",
            "M seen: 2025-03-02, input: 1",
            "Gp input: 1",
        ],
        &["M seen: 2025-01-05, last_seen: 2025-03-01, input: 2", "M seen: 2025-03-02, input: 1"],
        &[],
    );
}

#[test]
fn the_more_complete_form_takes_the_place_and_its_dates() {
    check(
        &["M seen: 2026-01-05, input: 1, output: 2", "L input: 1, output: 2, cache_write: 3"],
        &["L seen: 2026-01-05, form_seen: 2026-09-01, input: 1, output: 2, cache_write: 3"],
        &[],
    );
    check(
        &[
            "M seen: 2026-01-05, input: 1, cache_read: 0.1",
            "Gp input: 1, above: [{ tokens: 200_000, input: 2 }]",
        ],
        &[
            "Gp seen: 2026-01-05, form_seen: 2026-11-10, input: 1, above: [{ tokens: 200_000, input: 2 }]",
        ],
        &[],
    );
}

#[test]
fn an_older_dated_price_stays_as_history() {
    check(
        &["M seen: 2026-01-05, input: 1", "Lp input: 3"],
        &["M seen: 2026-01-05, last_seen: 2026-07-02, input: 1", "Lp seen: 2026-09-01, input: 3"],
        &[],
    );
    check(
        &["M seen: 2026-01-05, input: 1", "G input: 3"],
        &["M seen: 2026-01-05, last_seen: 2026-07-02, input: 1", "G seen: 2026-11-10, input: 3"],
        &[],
    );
}

#[test]
fn the_vendors_own_dates_are_kept() {
    check(
        &[
            "M seen: 2026-01-05, input: 1",
            "Gp until: 2026-10-01, input: 2",
            "Gp from: 2026-10-01, input: 3",
        ],
        &["Gp until: 2026-10-01, input: 2", "Gp from: 2026-10-01, input: 3"],
        &["input 1"],
    );
    check(
        &["M seen: 2026-01-05, input: 1", "Gp from: 2026-06-01, input: 1"],
        &["M seen: 2026-01-05, last_seen: 2026-07-02, input: 1", "Gp from: 2026-06-01, input: 1"],
        &[],
    );
}

#[test]
fn a_price_for_a_while_that_the_other_source_does_not_know_contradicts() {
    check(
        &[
            "M seen: 2026-01-05, input: 1, output: 5",
            "G until: 2026-03-01, input: 1",
            "G from: 2026-03-01, until: 2026-04-01, input: 2",
            "G from: 2026-04-01, input: 1",
        ],
        &["M seen: 2026-01-05, input: 1, output: 5"],
        &["input 2"],
    );
}

#[test]
fn an_undated_or_later_price_that_lost_contradicts() {
    check(&["L input: 1", "Gp input: 3"], &["Gp input: 3"], &["input 1"]);
    check(&["Lp input: 1", "G input: 3"], &["Lp input: 1"], &["input 3"]);
    check(
        &["Lp input: 1, output: 2", "G seen: 2026-10-01, input: 3, output: 2"],
        &["Lp input: 1, output: 2"],
        &["input 3, output 2"],
    );
}

#[test]
fn a_price_that_a_history_shows_as_replaced_is_out_of_date() {
    let history =
        ["M seen: 2025-01-05, last_seen: 2025-03-01, input: 2", "M seen: 2025-03-02, input: 1"];
    check(&[history[0], history[1], "Lp input: 2"], &history, &[]);
    check(
        &[history[0], history[1], "Lp input: 2, output: 8"],
        &[
            "Lp seen: 2025-01-05, last_seen: 2025-03-01, form_seen: 2026-09-01, input: 2, output: 8",
            history[1],
        ],
        &[],
    );
}

#[test]
fn three_sources_are_weighed_two_by_two() {
    check(
        &["M seen: 2026-01-05, input: 1", "L input: 2", "Gp input: 3"],
        &["M seen: 2026-01-05, last_seen: 2026-07-02, input: 1", "Gp seen: 2026-11-10, input: 3"],
        &["input 2"],
    );
    check(
        &["M seen: 2026-01-05, input: 1", "L input: 1", "Gp input: 3"],
        &["M seen: 2026-01-05, last_seen: 2026-07-02, input: 1", "Gp seen: 2026-11-10, input: 3"],
        &[],
    );
}

#[test]
fn conditions_that_one_source_has_are_added() {
    check(
        &["M input: 2, output: 4", "L service_tier: batch, input: 1, output: 2"],
        &["M input: 2, output: 4", "L service_tier: batch, input: 1, output: 2"],
        &[],
    );
    // Beside dated cards a narrower one counts from its own day, else neither would contain the other.
    check(
        &["M seen: 2026-01-05, input: 2", "L variant: { image_size: 1K }, input: 1"],
        &[
            "M seen: 2026-01-05, input: 2",
            "L variant: { image_size: 1K }, seen: 2026-09-01, input: 1",
        ],
        &[],
    );
}

#[test]
fn a_region_is_named_only_where_its_price_differs() {
    check(
        &["M input: 2", "L region: cn, input: 2", "L region: eu, input: 3"],
        &["M input: 2", "L region: eu, input: 3"],
        &[],
    );
    let regions =
        ["M region: cn, seen: 2026-01-05, input: 1", "M region: eu, seen: 2026-01-05, input: 2"];
    check(&[regions[0], regions[1], "L input: 2"], &regions, &[]);
    check(&[regions[0], regions[1], "L input: 5"], &regions, &["input 5"]);
}

#[test]
fn a_source_that_no_longer_lists_the_model_has_no_current_price() {
    let last = Day(Date(20_260_301));
    let gone = Situation { gone: vec![(Owner::ModelsDev, last)], ..situation() };
    check_in(
        &["M seen: 2026-01-05, input: 1", "L input: 1"],
        &["L seen: 2026-01-05, input: 1"],
        &[],
        &gone,
    );
    check_in(
        &["M seen: 2026-01-05, input: 1", "L input: 3"],
        &["M seen: 2026-01-05, last_seen: 2026-03-01, input: 1", "L seen: 2026-09-01, input: 3"],
        &[],
        &gone,
    );
}

/// What a source says of a price, with the dates that it has: `M` those of sightings, `G` those of the vendor.
fn line(
    who: &'static str,
    dates: &'static [&'static [&'static str]],
) -> impl Strategy<Value = Vec<String>> {
    let rates = ["input: 1", "input: 2", "input: 2, output: 3", "input: 1, output: 4", "input: 5"];
    let rates = Just(rates).prop_shuffle();
    let page = if who == "M" { Just("").boxed() } else { prop_oneof![Just(""), Just("p")].boxed() };
    (page, proptest::sample::select(dates), rates).prop_map(move |(page, dates, rates)| {
        dates.iter().zip(rates).map(|(dates, rate)| format!("{who}{page} {dates}{rate}")).collect()
    })
}

fn models_dev() -> impl Strategy<Value = Vec<String>> {
    line(
        "M",
        &[
            &[],
            &["seen: 2026-01-05, "],
            &["seen: 2025-01-05, last_seen: 2025-05-01, ", "seen: 2025-05-02, "],
            &[
                "seen: 2024-12-01, last_seen: 2025-02-01, ",
                "seen: 2025-02-10, last_seen: 2025-05-01, ",
                "seen: 2026-05-02, ",
            ],
        ],
    )
}

fn litellm() -> impl Strategy<Value = Vec<String>> {
    line("L", &[&[], &[""]])
}

fn genai_prices() -> impl Strategy<Value = Vec<String>> {
    line(
        "G",
        &[
            &[],
            &[""],
            &["until: 2026-03-01, ", "from: 2026-03-01, "],
            &["from: 2026-03-01, "],
            &["", "seen: 2026-10-19, "],
            &["seen: 2026-04-02, last_seen: 2026-10-18, ", "seen: 2026-10-19, "],
        ],
    )
}

/// What stands after a source is imported into what stands.
fn imported(standing: &[Claim], said: &[String], owner: Owner) -> Vec<Claim> {
    let (old, others): (Vec<_>, Vec<_>) =
        standing.iter().cloned().partition(|claim| claim.owner == owner);
    let own = renewed(said.iter().map(|said| claim(said)).collect(), &old);
    merge(others.into_iter().chain(own).collect(), &situation()).claims
}

fn told(claims: &[Claim]) -> Vec<String> {
    claims.iter().map(shown).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn importing_twice_changes_nothing(
        m in models_dev(), l in litellm(), g in genai_prices(), order in Just([0, 1, 2]).prop_shuffle(),
    ) {
        let all = [(Owner::ModelsDev, m), (Owner::Litellm, l), (Owner::GenaiPrices, g)];
        let mut standing = Vec::new();
        for source in order {
            let (owner, said) = &all[source];
            standing = imported(&standing, said, *owner);
            let again = imported(&standing, said, *owner);
            prop_assert_eq!(told(&again), told(&standing));
        }
    }

    #[test]
    fn two_sources_give_the_same_in_any_order_and_again(
        m in models_dev(), l in litellm(), g in genai_prices(), without in 0usize..3,
    ) {
        let mut two = vec![(Owner::ModelsDev, m), (Owner::Litellm, l), (Owner::GenaiPrices, g)];
        two.remove(without);
        let [(a, of_a), (b, of_b)] = two.as_slice() else { panic!("two") };
        let once = imported(&imported(&[], of_a, *a), of_b, *b);
        let other = imported(&imported(&[], of_b, *b), of_a, *a);
        prop_assert_eq!(told(&other), told(&once));
        prop_assert_eq!(told(&imported(&once, of_a, *a)), told(&once));
    }

    #[test]
    fn no_order_of_claims_matters(
        m in models_dev(), l in litellm(), g in genai_prices(), by in 0usize..7,
    ) {
        let mut all: Vec<_> = [&m, &l, &g].into_iter().flatten().map(|said| claim(said)).collect();
        let once = merge(all.clone(), &situation());
        let by = by % all.len().max(1);
        all.rotate_left(by);
        prop_assert_eq!(merge(all, &situation()), once);
    }
}
