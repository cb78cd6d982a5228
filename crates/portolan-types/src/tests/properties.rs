//! Properties over random cards, usages and contexts.

use std::string::ToString;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::{priced, quoted, rated, rated_tier};
use crate::{
    Amount, Card, Context, Date, MAX_RATE, Meter, Price, PriceError, Scope, ServiceTier, Tier,
    Timestamp, Usage, Variant, Window, parse_rate, rate_text,
};

type Rates = Vec<(Meter, u64)>;

fn units() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0u64..50, 0..1_000_000_000_000u64]
}

fn used() -> impl Strategy<Value = Usage> {
    let part = (prop::sample::select(&Meter::ALL[..]), units());
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.into_iter().collect())
}

/// Rates for each meter that has a bit.
fn some_rates(highest: u64) -> impl Strategy<Value = Rates> {
    let rate = prop_oneof![Just(0), 0..=highest];
    (any::<u64>(), prop::collection::vec(rate, Meter::COUNT)).prop_map(|(chosen, rates)| {
        let all = Meter::ALL.into_iter().zip(rates);
        all.filter(|(meter, _)| chosen >> *meter as u8 & 1 == 1).collect()
    })
}

/// A card without conditions: flat, with whole-request tiers, or with graduated ones. Where `rising`
/// the tiers have every rate of the card and none below those of the tier before.
fn any_card(rising: bool) -> impl Strategy<Value = Card> {
    let numbers = prop::collection::btree_set(prop_oneof![0u64..60, 0..1_000_000_000u64], 0..4);
    let tiers =
        (numbers, prop::collection::vec(some_rates(MAX_RATE / 8), 4), any::<(bool, bool)>());
    (some_rates(MAX_RATE / 2), tiers).prop_map(move |(base, (numbers, lists, kind))| {
        let (inclusive, whole) = kind;
        let mut previous = base.clone();
        let tiers: Vec<_> = numbers
            .into_iter()
            .zip(lists)
            .map(|(number, list)| {
                if rising {
                    let extra = |meter| list.iter().find(|(other, _)| *other == meter);
                    for (meter, rate) in &mut previous {
                        *rate += extra(*meter).map_or(0, |(_, extra)| *extra);
                    }
                }
                let own = if rising { previous.clone() } else { list };
                let named = own
                    .into_iter()
                    .filter(|(meter, _)| whole || base.iter().any(|(other, _)| other == meter));
                Tier {
                    scope: if whole { Scope::Whole } else { Scope::Above },
                    input_above: Some(number),
                    inclusive,
                    ..rated_tier(&rated(named.collect()))
                }
            })
            .collect();
        Card { tiers: tiers.leak(), ..rated(base) }
    })
}

fn context() -> Context<'static> {
    Context::at(Timestamp(1_780_000_000))
}

/// What a total is, written down once more in the plainest way.
fn plain_total(card: &Card, usage: &Usage) -> Option<u128> {
    let tier = card.tiers.iter().rfind(|tier| {
        let number = tier.input_above.unwrap();
        let input: u64 = usage.iter().filter(|(meter, _)| meter.is_input()).map(|(_, n)| n).sum();
        tier.scope == Scope::Whole && (input > number || tier.inclusive && input == number)
    });
    let rates = tier.map_or_else(|| card.rates(), Tier::rates);
    let mut sum = 0;
    for (meter, units) in usage.iter() {
        let of = |wanted| rates.iter().find(|(meter, _)| *meter == wanted).map(|(_, rate)| rate);
        let rate = of(meter).or_else(|| of(meter.fallback()?.meter))?;
        let exact = u128::from(units) * u128::from(rate) * 1_000_000;
        let per = u128::from(meter.per());
        sum += (exact * 2 + per) / (per * 2);
    }
    Some(sum)
}

proptest! {
    #[test]
    fn the_fast_total_is_the_sum_of_the_quote_s_lines(card in any_card(false), usage in used()) {
        let price = priced(&[card]);
        if let Ok(quote) = quoted(&price, &usage, &context()) {
            let lines = quote.lines().fold(0, |sum, line| sum + line.amount.0);
            prop_assert_eq!(quote.total, Amount(lines));
            let units: u64 = quote.lines().map(|line| line.units).sum();
            prop_assert_eq!(units, usage.iter().map(|(_, units)| units).sum::<u64>());
        }
    }

    #[test]
    fn a_whole_request_costs_what_the_plain_rule_says(card in any_card(false), usage in used()) {
        let graduated = card.tiers.iter().any(|tier| tier.scope == Scope::Above);
        let card = Card { tiers: if graduated { &[] } else { card.tiers }, ..card };
        let total = priced(&[card]).total(&usage, &context()).ok().map(|total| total.amount.0);
        prop_assert_eq!(total, plain_total(&card, &usage));
    }

    #[test]
    fn more_usage_never_costs_less_where_tiers_rise(
        card in any_card(true),
        usage in used(),
        more in (prop::sample::select(&Meter::ALL[..]), units()),
    ) {
        let price = priced(&[card]);
        let mut larger = usage;
        larger.add(more.0, more.1);
        if let Ok(total) = price.total(&larger, &context()) {
            let smaller = price.total(&usage, &context());
            prop_assert!(smaller.is_ok_and(|smaller| smaller.amount <= total.amount));
        }
    }

    #[test]
    fn more_usage_never_costs_less_within_a_tier(
        card in any_card(false),
        usage in used(),
        more in (prop::sample::select(&Meter::ALL[..]), units()),
    ) {
        let price = priced(&[card]);
        let mut larger = usage;
        larger.add(more.0, more.1);
        let quotes = (price.quote(&usage, &context()), price.quote(&larger, &context()));
        if let (Ok(smaller), Ok(larger)) = quotes {
            prop_assert!(smaller.tier != larger.tier || smaller.total <= larger.total);
        }
    }

    #[test]
    fn nothing_overflows_below_the_stated_bounds(
        units in prop::collection::vec(0..=1_000_000_000_000u64, Meter::COUNT),
        rates in prop::collection::vec(0..=MAX_RATE, Meter::COUNT),
    ) {
        let rates: Rates = Meter::ALL.into_iter().zip(rates).collect();
        let usage: Usage = Meter::ALL.into_iter().zip(units).collect();
        let price = priced(&[rated(rates)]);
        prop_assert!(quoted(&price, &usage, &context()).is_ok());
    }

    #[test]
    fn rates_survive_their_text(rate in 0..=MAX_RATE) {
        let text = rate_text(rate).to_string();
        prop_assert_eq!(parse_rate(&text), Ok(rate));
        prop_assert!(!text.contains('.') || !text.ends_with('0'));
    }

    #[test]
    fn times_survive_their_text(seconds in -62_135_596_800i64..253_402_300_800) {
        let time = Timestamp(seconds);
        prop_assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
        let date = time.date().unwrap();
        prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
        let since_midnight = seconds - date.timestamp().unwrap().0;
        prop_assert!((0..86_400).contains(&since_midnight));
        let next_minute = Timestamp(seconds + 60).minute_of_week();
        prop_assert_eq!((time.minute_of_week() + 1) % 10_080, next_minute);
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in "\\PC{0,30}", digits in "[0-9.:TZ+-]{0,30}") {
        for text in [text, digits] {
            let _ = (Date::parse(&text), Timestamp::parse(&text));
            if let Ok(rate) = parse_rate(&text) {
                prop_assert_eq!(parse_rate(&rate_text(rate).to_string()), Ok(rate));
            }
        }
    }
}

const REGIONS: [&str; 3] = ["cn", "eu", "sgp"];

/// Region sets: any, one, some that meet.
const PLACES: &[&[&str]] =
    &[&[], &[], &["cn"], &["sgp"], &["cn", "sgp"], &["sgp", "eu"], &["eu", "cn", "sgp"]];
const LISTS: &[&[Variant]] = &[
    &[],
    &[Variant::Resolution720p],
    &[Variant::Resolution1080p],
    &[Variant::QualityHigh],
    &[Variant::Resolution720p, Variant::QualityHigh],
];
const PRICES: &[&[(Meter, u64)]] =
    &[&[(Meter::Input, 1)], &[(Meter::Input, 2)], &[(Meter::Input, 1), (Meter::Searches, 1)]];
const HOURS: &[&[Window]] = &[&[], &[Window { start: 0, end: 5_040 }]];

/// A card with random conditions, over few enough of each that cards meet.
fn conditional() -> impl Strategy<Value = Card> {
    let time = prop::option::weighted(0.3, 0i64..100);
    (
        (time.clone(), time, prop::sample::select(HOURS)),
        prop::sample::select(&[ServiceTier::Standard, ServiceTier::Batch][..]),
        prop::sample::select(PLACES),
        prop::sample::select(LISTS),
        prop::sample::select(PRICES),
    )
        .prop_map(|((from, until, windows), service_tier, regions, variants, rates)| Card {
            from: from.unwrap_or(i64::MIN),
            until: until.unwrap_or(i64::MAX),
            windows,
            service_tier,
            regions,
            variants,
            ..rated(rates.to_vec())
        })
}

/// Every way to name what a context leaves open, with a region that no card names.
fn named(open: &Context<'static>) -> Vec<Context<'static>> {
    let regions = open.region.map_or(vec!["cn", "eu", "sgp", "ams"], |region| vec![region]);
    let mut all = Vec::new();
    for region in regions {
        for resolution in [Variant::Resolution720p, Variant::Resolution1080p, Variant::Resolution4k]
        {
            for quality in [Variant::QualityHigh, Variant::QualityLow] {
                let mut context = open.region(region);
                for variant in [resolution, quality] {
                    if !open.variants.kind_set(variant.kind()) {
                        context = context.variant(variant);
                    }
                }
                all.push(context);
            }
        }
    }
    all
}

fn plainly_holds(card: &Card, context: &Context<'_>) -> bool {
    let minute = context.at.minute_of_week();
    card.service_tier == context.service_tier
        && card.from().is_none_or(|from| from <= context.at)
        && card.until().is_none_or(|until| context.at < until)
        && (card.windows.is_empty() || card.windows.iter().any(|hours| hours.contains(minute)))
        && (card.regions.is_empty() || context.region.is_some_and(|r| card.regions.contains(&r)))
        && card.variants.iter().all(|variant| context.variants.contains(*variant))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn where_all_is_named_the_first_card_that_holds_wins(
        cards in prop::collection::vec(conditional(), 0..8),
        at in 0i64..100,
    ) {
        let price = priced(&cards);
        for context in named(&Context::at(Timestamp(at))) {
            let first = price.cards().iter().find(|card| plainly_holds(card, &context));
            let card = quoted(&price, &Usage::new(), &context).map(|quote| quote.card);
            prop_assert_eq!(card.ok().flatten(), first);
        }
    }

    #[test]
    fn an_answer_without_naming_is_the_answer_of_every_naming(
        cards in prop::collection::vec(conditional(), 0..8),
        at in 0i64..100,
        searches in 0u64..2,
    ) {
        let price = priced(&cards);
        let usage = Usage::new().with(Meter::Input, 1).with(Meter::Searches, searches);
        let open = Context::at(Timestamp(at));
        let named: Vec<_> =
            named(&open).iter().map(|context| price.total(&usage, context)).collect();
        match price.total(&usage, &open) {
            Ok(total) => prop_assert!(named.iter().flatten().all(|named| *named == total)),
            Err(PriceError::NoRate { .. }) => {
                prop_assert!(named.iter().all(Result::is_err));
            }
            Err(PriceError::RegionRequired { choices }) => {
                prop_assert!(choices.regions().next().is_some());
                prop_assert!(choices.regions().all(|region| REGIONS.contains(&region)));
            }
            Err(PriceError::VariantRequired { choices }) => {
                prop_assert!(choices.variants().next().is_some());
            }
            Err(_) => prop_assert!(named.iter().all(Result::is_err)),
        }
    }

    #[test]
    fn naming_a_choice_never_fails_for_want_of_it(
        cards in prop::collection::vec(conditional(), 0..8),
        at in 0i64..100,
    ) {
        let price: Price = priced(&cards);
        let usage = Usage::new().with(Meter::Input, 1);
        let open = Context::at(Timestamp(at));
        match price.total(&usage, &open) {
            Err(PriceError::RegionRequired { choices }) => {
                for region in choices.regions() {
                    let result = price.total(&usage, &open.region(region));
                    let fails = matches!(
                        result,
                        Err(PriceError::NoRegion { .. } | PriceError::RegionRequired { .. })
                    );
                    prop_assert!(!fails, "{region}: {result:?}");
                }
            }
            Err(PriceError::VariantRequired { choices }) => {
                for variant in choices.variants() {
                    let result = price.total(&usage, &open.variant(variant));
                    let fails = matches!(result, Err(PriceError::NoVariant { .. }));
                    prop_assert!(!fails, "{variant}: {result:?}");
                }
            }
            _ => {}
        }
    }
}
