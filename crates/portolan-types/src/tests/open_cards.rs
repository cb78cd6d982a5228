//! Cards that hang on a region or a variant that was not named: when that matters, what is listed.

use std::vec;
use std::vec::Vec;

use super::{amount, card, now, priced, quoted, tier, time, usage};
use crate::{
    Card, Converted, Currency, Date, Meter, Price, PriceError, Scope, ServiceTier, Tier, Usage,
    Variant, Window,
};

fn million() -> Usage {
    usage(&[(Meter::Input, 1_000_000)])
}

fn input(rate: &str) -> Card {
    card(&[(Meter::Input, rate)])
}

fn in_region(region: &'static str, rate: &str) -> Card {
    Card { regions: vec![region].leak(), ..input(rate) }
}

fn unnamed(price: &Price) -> std::string::String {
    amount(price, &million(), &now())
}

#[test]
fn cards_that_differ_by_region_need_one() {
    let price = priced(&[in_region("cn", "1"), in_region("sgp", "2"), in_region("ams", "2")]);
    assert_eq!(unnamed(&price), "the price differs by region, name one: `cn`, `sgp`, `ams`");
    let price = priced(&[in_region("cn", "1"), input("2")]);
    assert_eq!(unnamed(&price), "the price differs by region, name one: `cn`");
    let Err(PriceError::RegionRequired { choices }) = price.total(&million(), &now()) else {
        panic!("a region is required");
    };
    assert_eq!(choices.regions().collect::<Vec<_>>(), ["cn"]);
    assert_eq!(choices.variants().count(), 0);
}

#[test]
fn cards_that_do_not_differ_need_no_region() {
    assert_eq!(unnamed(&priced(&[in_region("cn", "1"), in_region("sgp", "1")])), "1");
    assert_eq!(unnamed(&priced(&[in_region("cn", "1"), input("1")])), "1");
    assert_eq!(unnamed(&priced(&[in_region("cn", "1")])), "1");
}

#[test]
fn a_card_that_cannot_hold_now_needs_no_region() {
    let past = Card { until: time("2026-01-01").0, ..in_region("cn", "3") };
    let batch = Card { service_tier: ServiceTier::Batch, ..in_region("cn", "4") };
    let silent = Card { variants: &[Variant::AudioOff], ..in_region("cn", "5") };
    let price = priced(&[past, batch, silent, input("1")]);
    assert_eq!(amount(&price, &million(), &now().variant(Variant::AudioOn)), "1");
}

#[test]
fn currency_tiers_and_conversion_are_differences_too() {
    static RATE: Converted = Converted { from: Currency::Cny, rate: "7.1", date: Date(0) };
    let tier = &[Tier { input_above: Some(5_000_000), input: 1, ..Tier::WHOLE }];
    let yuan = Card { currency: Currency::Cny, ..in_region("cn", "1") };
    let tiered = Card { tiers: tier, ..in_region("cn", "1") };
    let converted = Card { converted: Some(&RATE), ..in_region("cn", "1") };
    for card in [yuan, tiered, converted] {
        let error = quoted(&priced(&[card, input("1")]), &million(), &now()).unwrap_err();
        assert!(matches!(error, PriceError::RegionRequired { .. }));
    }
}

#[test]
fn graduated_cards_differ_by_their_rates_and_by_those_of_their_tiers() {
    let graduated = |rate: &str, above: &str| {
        let tier = Tier {
            scope: Scope::Above,
            input_above: Some(500_000),
            ..tier(&[(Meter::Input, above)])
        };
        Card { tiers: vec![tier].leak(), ..input(rate) }
    };
    let beside = |silent: Card| {
        let silent = Card { variants: &[Variant::AudioOff], ..silent };
        unnamed(&priced(&[silent, graduated("1", "2")]))
    };
    assert_eq!(beside(graduated("1", "2")), "1.5");
    for other in [graduated("1", "3"), graduated("3", "2"), graduated("3", "4"), input("1")] {
        let error = beside(other);
        assert!(error.starts_with("the price depends on a variant"), "{error}");
    }
}

#[test]
fn a_card_that_a_more_specific_one_replaces_does_not_count() {
    // At these hours the card of region and window replaces the region's, whose price differs.
    let peak = &[Window { start: 0, end: 60 }];
    let both = Card { windows: peak, ..in_region("cn", "1") };
    let any = Card { windows: peak, ..input("1") };
    assert_eq!(unnamed(&priced(&[both, in_region("cn", "9"), any])), "1");
    assert_eq!(unnamed(&priced(&[both, any, in_region("cn", "9")])), "1");
}

#[test]
fn cards_that_differ_by_variant_need_one() {
    let variant = |variant: &'static [Variant], rate| Card { variants: variant, ..input(rate) };
    let price = priced(&[
        variant(&[Variant::Resolution720p], "1"),
        variant(&[Variant::Resolution1080p], "2"),
        input("3"),
    ]);
    assert_eq!(
        unnamed(&price),
        "the price depends on a variant, name one: `resolution=720p`, `resolution=1080p`"
    );
    assert_eq!(amount(&price, &million(), &now().variant(Variant::Resolution4k)), "3");
    let same = priced(&[variant(&[Variant::Resolution720p], "3"), input("3")]);
    assert_eq!(unnamed(&same), "3");
}

#[test]
fn a_variant_matters_only_for_what_was_used() {
    let searches = |variants: &'static [Variant], rate| Card {
        variants,
        ..card(&[(Meter::Input, "1"), (Meter::Searches, rate)])
    };
    let price = priced(&[
        searches(&[Variant::SearchContextLow], "5"),
        searches(&[Variant::SearchContextHigh], "12"),
        input("1"),
    ]);
    assert_eq!(unnamed(&price), "1");
    let searched = million().with(Meter::Searches, 1);
    assert_eq!(
        amount(&price, &searched, &now()),
        "the price depends on a variant, name one: `search_context=low`, `search_context=high`"
    );
    let low = now().variant(Variant::SearchContextLow);
    assert_eq!(amount(&price, &searched, &low), "1.005");
}

#[test]
fn a_variant_must_be_named_where_no_card_holds_without_one() {
    let price = priced(&[Card { variants: &[Variant::Resolution720p], ..input("1") }]);
    assert_eq!(unnamed(&price), "the price depends on a variant, name one: `resolution=720p`");
}

#[test]
fn the_region_is_asked_for_before_the_variant() {
    let both =
        |region, variants: &'static [Variant], rate| Card { variants, ..in_region(region, rate) };
    let price = priced(&[
        both("cn", &[Variant::AudioOn], "1"),
        both("sgp", &[Variant::AudioOn], "2"),
        both("cn", &[Variant::AudioOff], "3"),
    ]);
    assert_eq!(unnamed(&price), "the price differs by region, name one: `cn`, `sgp`");
    assert_eq!(
        amount(&price, &million(), &now().region("cn")),
        "the price depends on a variant, name one: `audio=on`, `audio=off`"
    );
    assert_eq!(
        amount(&price, &million(), &now().region("sgp")),
        "the price depends on a variant, name one: `audio=on`"
    );
    assert_eq!(amount(&price, &million(), &now().region("cn").variant(Variant::AudioOff)), "3");
}

#[test]
fn a_region_that_does_not_matter_is_not_asked_for() {
    let both =
        |region, variants: &'static [Variant], rate| Card { variants, ..in_region(region, rate) };
    let price = priced(&[
        both("cn", &[Variant::AudioOn], "1"),
        both("cn", &[Variant::AudioOff], "2"),
        both("sgp", &[Variant::AudioOn], "1"),
        both("sgp", &[Variant::AudioOff], "2"),
    ]);
    let error = quoted(&price, &million(), &now()).unwrap_err();
    assert!(matches!(error, PriceError::VariantRequired { .. }));
    assert_eq!(amount(&price, &million(), &now().variant(Variant::AudioOff)), "2");
}

#[test]
fn what_only_another_region_has_is_not_listed() {
    let elsewhere = Card { variants: &[Variant::AudioOn], ..in_region("cn", "1") };
    let here = Card { variants: &[Variant::AudioOff], ..input("2") };
    assert_eq!(
        amount(&priced(&[elsewhere, here]), &million(), &now().region("sgp")),
        "the price depends on a variant, name one: `audio=off`"
    );
}

#[test]
fn choices_are_shown_in_debug_text() {
    let price = priced(&[in_region("cn", "1"), in_region("sgp", "2")]);
    let error = price.total(&million(), &now()).unwrap_err();
    assert_eq!(std::format!("{error:?}"), r#"RegionRequired { choices: {"cn", "sgp"} }"#);
}

#[test]
fn cards_of_several_regions_are_beaten_by_those_that_hold_in_each() {
    let both = |rate| Card { regions: &["cn", "sgp"], ..input(rate) };
    let [cn, sgp] = ["cn", "sgp"].map(|region| in_region(region, "1"));
    assert_eq!(unnamed(&priced(&[cn, sgp, both("9")])), "1");
    assert_eq!(
        unnamed(&priced(&[cn, both("9")])),
        "the price differs by region, name one: `cn`, `sgp`"
    );
    let price = priced(&[both("1"), input("2")]);
    for (region, rate) in [("cn", "1"), ("sgp", "1"), ("ams", "2")] {
        assert_eq!(amount(&price, &million(), &now().region(region)), rate);
    }
    let elsewhere = amount(&priced(&[both("1")]), &million(), &now().region("ams"));
    assert_eq!(elsewhere, "no card for this region, only for `cn`, `sgp`");
}
