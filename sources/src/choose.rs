//! Which card of a price bills: the rule of the engine, on the frozen catalog.
//!
//! The cards of the catalog are in the order in which the engine tries them, so the first that holds is the right one.
//! What is asked here is narrower than what the engine answers: never for an hour of the day unless the other source has
//! one, and of what has ended for the price that ended last. No output may depend on today's date, so a moment is that of
//! a source's file or of the catalog.

use portolan_codegen::catalog::{Card, Model, Price, Provider};
use portolan_codegen::manifest::Moment;
use portolan_types::{Currency, ServiceTier, Timestamp, Variant};

/// What a price is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// How the request is served.
    pub service_tier: ServiceTier,
    /// The region, where there is one.
    pub region: Option<&'a str>,
    /// What else sets the price.
    pub variants: &'a [Variant],
    /// For when.
    pub when: When,
}

/// For when a price is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// For a moment, and of a model that is gone by then the price that it had last. Cards for hours of the day do not
    /// hold: what is asked for is the ordinary price.
    By(Timestamp),
    /// For a moment at its own hour, so that cards for hours hold too.
    Hour(Timestamp),
}

/// The card that bills.
pub fn card<'a>(cards: &'a [Card], asked: &Asked<'_>) -> Option<&'a Card> {
    held(cards, asked).or_else(|| {
        let region = Some(region_with(cards, asked)?);
        held(cards, &Asked { region, ..*asked })
    })
}

/// A region that has the service tier, where no region is named and only some have it. Only one where an ordinary request
/// costs what it costs without a region: a source that names none means such a region.
fn region_with<'a>(cards: &'a [Card], asked: &Asked<'_>) -> Option<&'a str> {
    let standard = Asked { service_tier: ServiceTier::Standard, ..*asked };
    if asked.region.is_some() || asked.service_tier == standard.service_tier {
        return None;
    }
    let plain = held(cards, &standard)?;
    let of_tier = cards.iter().filter(|card| card.service_tier.0 == asked.service_tier);
    let mut regions = of_tier.flat_map(|card| &card.regions);
    let costs_the_same = |region: &&String| {
        let there = held(cards, &Asked { region: Some(region), ..standard });
        there.is_some_and(|there| (&there.rates, &there.tiers) == (&plain.rates, &plain.tiers))
    };
    regions.find(costs_the_same).map(String::as_str)
}

fn held<'a>(cards: &'a [Card], asked: &Asked<'_>) -> Option<&'a Card> {
    let held = || cards.iter().filter(|card| fits(card, asked));
    match asked.when {
        When::By(moment) => held().find(|card| spans(card, moment)).or_else(|| {
            // Every card has ended, as those of a delisted model have.
            held().rev().filter(|card| has_begun(card, moment)).max_by_key(|card| card.until)
        }),
        When::Hour(moment) => held().find(|card| spans(card, moment)),
    }
}

/// The card of an ordinary request, and the one that bills a request that thinks, where the price hangs on that.
pub fn ordinary<'a>(cards: &'a [Card], asked: &Asked<'_>) -> Option<(&'a Card, Option<&'a Card>)> {
    if let Some(card) = card(cards, asked) {
        return Some((card, None));
    }
    let with = |thinking: Variant| {
        let variants: Vec<_> = asked.variants.iter().copied().chain([thinking]).collect();
        card(cards, &Asked { variants: &variants, ..*asked })
    };
    Some((with(Variant::ThinkingOff)?, with(Variant::ThinkingOn)))
}

/// The cards for what is asked, whenever they hold, in their order.
pub fn ever<'a>(cards: &'a [Card], asked: &Asked<'_>) -> impl Iterator<Item = &'a Card> {
    cards.iter().filter(move |card| fits(card, asked))
}

/// The cards of a price, none where it is not priced.
pub fn cards(price: &Price) -> &[Card] {
    match price {
        Price::Priced(cards) => cards,
        Price::Free | Price::Included | Price::Unknown => &[],
    }
}

/// The region that a price is asked for: the one that is named, else the provider's default.
pub fn region<'a>(named: Option<&'a str>, provider: &'a Provider) -> Option<&'a str> {
    named.or(provider.default_region.as_deref())
}

/// The model with an id or an alias.
pub fn model<'a>(provider: &'a Provider, id: &str) -> Option<&'a Model> {
    let own = provider.models.iter().find(|model| model.id == id);
    own.or_else(|| provider.models.iter().find(|model| model.aliases.iter().any(|a| a == id)))
}

/// Whether a card bills in dollars, the only currency that the other catalogs' shapes know.
pub fn in_dollars(card: &Card) -> bool {
    card.currency.0 == Currency::Usd
}

fn fits(card: &Card, asked: &Asked<'_>) -> bool {
    let region = card.regions.is_empty()
        || asked.region.is_some_and(|region| card.regions.iter().any(|own| own == region));
    let variant = |own: &String| asked.variants.iter().any(|variant| variant.to_string() == *own);
    let hour = match asked.when {
        When::Hour(moment) => card.windows.is_empty() || in_windows(card, moment),
        When::By(_) => card.windows.is_empty(),
    };
    card.service_tier.0 == asked.service_tier && region && hour && card.variants.iter().all(variant)
}

fn spans(card: &Card, moment: Timestamp) -> bool {
    has_begun(card, moment) && card.until.is_none_or(|Moment(until)| moment < until)
}

fn has_begun(card: &Card, moment: Timestamp) -> bool {
    card.start().is_none_or(|Moment(start)| start <= moment)
}

fn in_windows(card: &Card, moment: Timestamp) -> bool {
    const WEEK: i64 = 7 * 24 * 60;
    // The epoch was a Thursday, three days after a Monday.
    let minute = (moment.0.div_euclid(60) + 3 * 24 * 60).rem_euclid(WEEK);
    card.windows
        .iter()
        .any(|window| (i64::from(window.start)..i64::from(window.end)).contains(&minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cards_of(json: &str) -> Vec<Card> {
        serde_json::from_str(json).unwrap()
    }

    fn input(cards: &[Card], asked: &Asked<'_>) -> Option<String> {
        let rate = card(cards, asked)?.rates.rate(portolan_types::Meter::Input)?;
        Some(portolan_types::rate_text(rate).to_string())
    }

    const PLAIN: Asked<'_> = Asked {
        service_tier: ServiceTier::Standard,
        region: None,
        variants: &[],
        when: When::By(Timestamp(i64::MAX)),
    };

    const CARDS: &str = r#"[
        {"currency":"USD","service_tier":"standard","rates":{"input":"9"},"windows":[{"start":60,"end":120}]},
        {"currency":"USD","service_tier":"standard","rates":{"input":"8"},"regions":["eu"]},
        {"currency":"USD","service_tier":"standard","rates":{"input":"3"},"seen":"2026-05-01"},
        {"currency":"USD","service_tier":"standard","rates":{"input":"1"},"until":"2026-03-01T00:00:00Z"},
        {"currency":"USD","service_tier":"standard","rates":{"input":"2"}},
        {"currency":"USD","service_tier":"batch","rates":{"input":"0.5"}}]"#;

    #[test]
    fn of_the_prices_that_hold_the_one_that_started_last_counts() {
        assert_eq!(input(&cards_of(CARDS), &PLAIN).as_deref(), Some("3"));
        let eu = Asked { region: Some("eu"), ..PLAIN };
        assert_eq!(input(&cards_of(CARDS), &eu).as_deref(), Some("8"));
        let batch = Asked { service_tier: ServiceTier::Batch, ..PLAIN };
        assert_eq!(input(&cards_of(CARDS), &batch).as_deref(), Some("0.5"));
        let flex = Asked { service_tier: ServiceTier::Flex, ..PLAIN };
        assert_eq!(input(&cards_of(CARDS), &flex), None);
    }

    #[test]
    fn a_service_tier_of_some_regions_is_that_where_the_ordinary_price_holds() {
        let cards = cards_of(
            r#"[
            {"currency":"USD","service_tier":"batch","rates":{"input":"6"},"regions":["eu","us"]},
            {"currency":"USD","service_tier":"batch","rates":{"input":"4"},"regions":["ap"]},
            {"currency":"USD","service_tier":"flex","rates":{"input":"7"},"regions":["eu"]},
            {"currency":"USD","service_tier":"standard","rates":{"input":"14"},"regions":["eu"]},
            {"currency":"USD","service_tier":"standard","rates":{"input":"12"}}]"#,
        );
        let of = |service_tier, region| input(&cards, &Asked { service_tier, region, ..PLAIN });
        assert_eq!(of(ServiceTier::Batch, None).as_deref(), Some("6"));
        assert_eq!(of(ServiceTier::Batch, Some("ap")).as_deref(), Some("4"));
        // Flex is only where an ordinary request costs something else.
        assert_eq!(of(ServiceTier::Flex, None), None);
        // A region that is named and does not have it has none.
        assert_eq!(of(ServiceTier::Batch, Some("jp")), None);
    }

    #[test]
    fn the_last_price_of_a_model_that_is_gone_is_the_one_that_ended_last() {
        let gone = r#"[
            {"currency":"USD","service_tier":"standard","rates":{"input":"4"},"until":"2026-03-01T00:00:00Z"},
            {"currency":"USD","service_tier":"standard","rates":{"input":"5"},"until":"2026-04-01T00:00:00Z"}]"#;
        assert_eq!(input(&cards_of(gone), &PLAIN).as_deref(), Some("5"));
    }

    #[test]
    fn a_price_that_is_only_announced_does_not_hold_yet() {
        let cards = cards_of(
            r#"[
            {"currency":"USD","service_tier":"standard","rates":{"input":"8"},"from":"2027-01-01T00:00:00Z"},
            {"currency":"USD","service_tier":"standard","rates":{"input":"4"},"until":"2027-01-01T00:00:00Z"}]"#,
        );
        let by = |day: &str| Asked { when: When::By(Timestamp::parse(day).unwrap()), ..PLAIN };
        assert_eq!(input(&cards, &by("2026-11-10")).as_deref(), Some("4"));
        assert_eq!(input(&cards, &by("2027-01-01")).as_deref(), Some("8"));
        assert_eq!(input(&cards[..1], &by("2026-11-10")), None);
    }

    #[test]
    fn where_thinking_sets_the_price_an_ordinary_request_does_not_think() {
        let cards = cards_of(
            r#"[
            {"currency":"USD","service_tier":"standard","rates":{"input":"4"},"variants":["thinking=on"]},
            {"currency":"USD","service_tier":"standard","rates":{"input":"5"},"variants":["thinking=off"]}]"#,
        );
        assert_eq!(input(&cards, &PLAIN), None);
        let (plain, thinking) = ordinary(&cards, &PLAIN).unwrap();
        assert_eq!((plain, thinking), (&cards[1], Some(&cards[0])));
    }

    #[test]
    fn a_moment_has_the_price_of_its_day_and_hour() {
        let cards = cards_of(CARDS);
        let at = |text: &str| Timestamp::parse(text).unwrap();
        // 2 November 2026 is a Monday.
        for (when, expected) in [
            (When::By(at("2026-02-01")), "1"),
            (When::By(at("2026-04-01")), "2"),
            (When::By(at("2026-11-02T01:30:00Z")), "3"),
            (When::Hour(at("2026-11-02T01:30:00Z")), "9"),
            (When::Hour(at("2026-11-02T02:00:00Z")), "3"),
        ] {
            assert_eq!(
                input(&cards, &Asked { when, ..PLAIN }).as_deref(),
                Some(expected),
                "{when:?}"
            );
        }
    }
}
