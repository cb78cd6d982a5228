//! Which card holds where everything it hangs on is known, and why none does.

use super::{amount, card, now, priced, quoted, time, usage};
use crate::{
    Card, Context, Meter, Price, PriceError, ServiceTier, Timestamp, Usage, Variant, Window,
};

fn million() -> Usage {
    usage(&[(Meter::Input, 1_000_000)])
}

fn input(rate: &str) -> Card {
    card(&[(Meter::Input, rate)])
}

fn at(price: &Price, text: &str) -> std::string::String {
    amount(price, &million(), &Context::at(time(text)))
}

#[test]
fn a_card_holds_from_its_start_until_before_its_end() {
    let (start, end) = (time("2026-02-01").0, time("2026-03-01").0);
    let price =
        priced(&[Card { from: start, until: end, ..input("1") }, Card { from: end, ..input("2") }]);
    assert_eq!(at(&price, "2026-01-31T23:59:59Z"), "no price is known before 2026-02-01");
    assert_eq!(at(&price, "2026-02-01"), "1");
    assert_eq!(at(&price, "2026-02-28T23:59:59Z"), "1");
    assert_eq!(at(&price, "2026-03-01"), "2");
}

#[test]
fn after_the_last_card_there_is_no_price() {
    let price = priced(&[Card { until: time("2026-03-01T12:00:00Z").0, ..input("1") }]);
    assert_eq!(at(&price, "2026-03-01T11:59:59Z"), "1");
    let error = quoted(&price, &million(), &now()).unwrap_err();
    assert_eq!(error, PriceError::After { until: time("2026-03-01T12:00:00Z") });
    assert_eq!(at(&price, "2026-03-02"), "no price is known from 2026-03-01T12:00:00Z on");
}

#[test]
fn before_the_first_card_the_error_says_since_when() {
    let price = priced(&[
        Card { from: time("2026-05-01").0, ..input("2") },
        Card { from: time("2026-04-26").0, until: time("2026-05-01").0, ..input("1") },
    ]);
    assert_eq!(at(&price, "2026-04-25"), "no price is known before 2026-04-26");
}

#[test]
fn a_gap_has_no_price() {
    let price = priced(&[
        Card { until: time("2026-02-01").0, ..input("1") },
        Card { from: time("2026-03-01").0, ..input("2") },
    ]);
    assert_eq!(at(&price, "2026-02-10T08:00:00Z"), "no price is known at 2026-02-10T08:00:00Z");
}

#[test]
fn a_card_that_starts_outside_of_its_hours_is_not_to_come() {
    // 2026-11-20 is a Friday; the hours are Monday's first.
    let start =
        Card { from: time("2026-11-20").0, windows: &[Window { start: 0, end: 60 }], ..input("1") };
    assert_eq!(at(&priced(&[start]), "2026-11-20"), "no price is known at 2026-11-20");
}

/// Monday to Friday from 22:00 to 02:00 of the next day, as the compiler splits it.
fn nights() -> Price {
    let nights: std::vec::Vec<_> = (0..5)
        .flat_map(|day| {
            let midnight = (day + 1) * 1_440;
            [
                Window { start: midnight - 120, end: midnight },
                Window { start: midnight, end: midnight + 120 },
            ]
        })
        .collect();
    priced(&[Card { windows: nights.leak(), ..input("1") }, input("2")])
}

#[test]
fn windows_hold_by_minute_of_the_week() {
    let price = nights();
    assert_eq!(at(&price, "2026-06-01T00:30:00Z"), "2", "Monday belongs to Sunday's night");
    assert_eq!(at(&price, "2026-06-01T21:59:59Z"), "2");
    assert_eq!(at(&price, "2026-06-01T22:00:00Z"), "1");
    assert_eq!(at(&price, "2026-06-02T01:59:59Z"), "1");
    assert_eq!(at(&price, "2026-06-02T02:00:00Z"), "2");
    assert_eq!(at(&price, "2026-06-06T01:00:00Z"), "1", "Saturday belongs to Friday's night");
    assert_eq!(at(&price, "2026-06-06T22:30:00Z"), "2");
    assert_eq!(at(&price, "2026-06-07T22:30:00Z"), "2");
}

#[test]
fn outside_of_every_window_there_is_no_price() {
    let price = priced(&[Card { windows: &[Window { start: 0, end: 60 }], ..input("1") }]);
    assert_eq!(at(&price, "2026-06-01T00:59:00Z"), "1");
    assert_eq!(at(&price, "2026-06-01T01:00:00Z"), "no price is known at 2026-06-01T01:00:00Z");
}

#[test]
fn a_window_and_a_date_combine() {
    let peak = &[Window { start: 60, end: 120 }];
    let start = time("2026-06-08").0;
    let price = priced(&[Card { from: start, windows: peak, ..input("2") }, input("1")]);
    assert_eq!(at(&price, "2026-06-01T01:30:00Z"), "1");
    assert_eq!(at(&price, "2026-06-08T01:30:00Z"), "2");
    assert_eq!(at(&price, "2026-06-08T02:00:00Z"), "1");
}

#[test]
fn a_service_tier_needs_a_card_of_its_own() {
    let batch = Card { service_tier: ServiceTier::Batch, ..input("0.5") };
    let price = priced(&[batch, input("1")]);
    let of = |tier| amount(&price, &million(), &now().service_tier(tier));
    assert_eq!(of(ServiceTier::Standard), "1");
    assert_eq!(of(ServiceTier::Batch), "0.5");
    assert_eq!(of(ServiceTier::Priority), "no card for service tier `priority`");
    assert_eq!(
        amount(&priced(&[batch]), &million(), &now()),
        "no card for service tier `standard`"
    );
    assert_eq!(amount(&priced(&[]), &million(), &now()), "no card for service tier `standard`");
}

#[test]
fn a_named_region_has_its_card_or_the_one_for_every_region() {
    let price = priced(&[Card { regions: &["cn"], ..input("1") }, input("2")]);
    assert_eq!(amount(&price, &million(), &now().region("cn")), "1");
    assert_eq!(amount(&price, &million(), &now().region("sgp")), "2");
}

#[test]
fn a_region_without_a_card_is_an_error_that_lists_them() {
    let price = priced(&[
        Card { regions: &["cn"], ..input("1") },
        Card { regions: &["sgp"], ..input("2") },
        Card { regions: &["cn"], service_tier: ServiceTier::Batch, ..input("1") },
        Card { regions: &["ams"], service_tier: ServiceTier::Batch, ..input("1") },
    ]);
    let of = |region| amount(&price, &million(), &now().region(region));
    assert_eq!(of("cn"), "1");
    assert_eq!(of("ams"), "no card for this region, only for `cn`, `sgp`");
    assert_eq!(of(""), "no card for this region, only for `cn`, `sgp`");
}

#[test]
fn the_more_specific_card_wins() {
    let high = &[Variant::ImageSize1024x1024, Variant::QualityHigh];
    let price = priced(&[
        Card { variants: high, ..input("4") },
        Card { variants: &high[..1], ..input("2") },
        input("1"),
    ]);
    let square = now().variant(Variant::ImageSize1024x1024);
    let of = |context: &Context<'_>| amount(&price, &million(), context);
    assert_eq!(of(&square.variant(Variant::QualityHigh)), "4");
    assert_eq!(of(&square.variant(Variant::QualityLow)), "2");
    let wide = now().variant(Variant::ImageSize1536x1024);
    assert_eq!(of(&wide.variant(Variant::QualityHigh)), "1");
}

#[test]
fn a_variant_without_a_card_is_an_error_that_lists_its_kind() {
    let price = priced(&[
        Card { variants: &[Variant::Resolution720p], ..input("1") },
        Card { variants: &[Variant::Resolution1080p, Variant::AudioOn], ..input("2") },
    ]);
    assert_eq!(
        amount(&price, &million(), &now().variant(Variant::Resolution4k)),
        "no card for `resolution=4k`, only for `resolution=720p`, `resolution=1080p`"
    );
}

#[test]
fn a_variant_that_no_card_names_does_not_matter() {
    let context = now().variant(Variant::ThinkingOn);
    assert_eq!(amount(&priced(&[input("1")]), &million(), &context), "1");
}

#[test]
fn the_first_condition_that_leaves_no_card_is_the_reason() {
    let price = priced(&[Card {
        service_tier: ServiceTier::Batch,
        regions: &["cn"],
        variants: &[Variant::AudioOn],
        from: time("2027-01-01").0,
        ..input("1")
    }]);
    let why = |context: &Context<'_>| quoted(&price, &million(), context).unwrap_err();
    let context = now().region("sgp").variant(Variant::AudioOff);
    assert!(matches!(why(&context), PriceError::NoServiceTier { .. }));
    let context = context.service_tier(ServiceTier::Batch);
    assert!(matches!(why(&context), PriceError::NoRegion { .. }));
    let context = context.region("cn");
    assert!(matches!(why(&context), PriceError::NoVariant { variant: Variant::AudioOff, .. }));
    let context = context.variant(Variant::AudioOn);
    assert_eq!(why(&context), PriceError::Before { since: time("2027-01-01") });
    let context = Context { at: Timestamp(i64::MAX), ..context };
    assert_eq!(amount(&price, &million(), &context), "1");
}
