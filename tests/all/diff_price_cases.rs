//! Before and after for every kind of change of a price.

use portolan_codegen::catalog::{Card, Catalog, Price, Rates, Tier};
use portolan_codegen::manifest::{Moment, TierScope, Word};
use portolan_types::{Currency, Meter, PICO, ServiceTier, Timestamp};

use crate::diff_cases::{Case, as_it_is, cards, day, model};

fn moment(text: &str) -> Option<Moment> {
    Timestamp::parse(text).map(Moment)
}

/// Rates of input and output in thousandths.
fn rates(input: u64, output: u64) -> Rates {
    Rates(vec![(Meter::Input, input * PICO / 1_000), (Meter::Output, output * PICO / 1_000)])
}

/// A card of `nova-grid`, which has a single price with tiers, without its tiers.
fn flat(catalog: &mut Catalog) -> Card {
    Card { tiers: Vec::new(), rates: rates(1_000, 3_000), ..cards(catalog, "nova-grid")[0].clone() }
}

/// Gives `nova-grid` these cards, each made from a flat one.
fn price(catalog: &mut Catalog, changes: &[fn(&mut Card)]) {
    let card = flat(catalog);
    let made = changes.iter().map(|change| {
        let mut card = card.clone();
        change(&mut card);
        card
    });
    *cards(catalog, "nova-grid") = made.collect();
}

fn above(tokens: u64, rates: Rates) -> Tier {
    let scope = Word(TierScope::Whole);
    Tier { scope, inclusive: false, rates, input_above: Some(tokens), output_above: None }
}

/// Gives `nova-grid` a price in each of these regions.
fn regional(catalog: &mut Catalog, prices: &[(&str, u64)]) {
    let card = flat(catalog);
    let made = prices.iter().map(|(region, input)| {
        let (regions, rates) = (vec![(*region).to_owned()], rates(input * 1_000, 3_000));
        Card { regions, rates, ..card.clone() }
    });
    *cards(catalog, "nova-grid") = made.collect();
}

/// The cases about prices.
pub(crate) const PRICES: &[Case] = &[
    ("an unknown price is told", as_it_is, |c| {
        let price = model(c, "nova-view").price.clone();
        model(c, "nova-secret").price = price;
    }),
    ("a free model is part of a plan", as_it_is, |c| model(c, "nova-gift").price = Price::Included),
    (
        "a new price from a date on ends the old one",
        |c| price(c, &[|_| ()]),
        |c| {
            price(
                c,
                &[
                    |card| card.until = moment("2026-12-01"),
                    |card| (card.from, card.rates) = (moment("2026-12-01"), rates(435, 3_500)),
                ],
            );
        },
    ),
    (
        "a new price was seen after the old one",
        |c| price(c, &[|card| card.seen = day("2026-01-10")]),
        |c| {
            price(
                c,
                &[
                    |card| {
                        (card.seen, card.assumed_after) = (day("2026-01-10"), moment("2026-03-02"));
                    },
                    |card| (card.seen, card.rates) = (day("2026-03-15"), rates(2_000, 3_000)),
                ],
            );
        },
    ),
    (
        "a new price takes the place of the old one",
        |c| price(c, &[|_| ()]),
        |c| {
            price(
                c,
                &[|card| {
                    (card.from, card.rates) = (moment("2026-12-01"), rates(435, 870));
                }],
            );
        },
    ),
    (
        "a new price that ended the old one is taken back",
        |c| {
            price(
                c,
                &[
                    |card| card.until = moment("2026-12-01"),
                    |card| (card.from, card.rates) = (moment("2026-12-01"), rates(435, 870)),
                ],
            );
        },
        |c| price(c, &[|_| ()]),
    ),
    (
        "an offer for a time",
        |c| price(c, &[|_| ()]),
        |c| {
            price(
                c,
                &[
                    |_| (),
                    |card| {
                        (card.from, card.until) =
                            (moment("2026-12-01"), moment("2026-12-26T12:00:00Z"));
                        card.rates = rates(0, 1_500);
                    },
                ],
            );
        },
    ),
    (
        "an earlier price becomes known",
        |c| price(c, &[|card| card.from = moment("2026-05-27")]),
        |c| {
            price(
                c,
                &[
                    |card| (card.until, card.rates) = (moment("2026-05-27"), rates(2_000, 6_000)),
                    |card| card.from = moment("2026-05-27"),
                ],
            );
        },
    ),
    (
        "the dates of a price",
        |c| price(c, &[|card| card.seen = day("2026-05-27")]),
        |c| {
            price(
                c,
                &[|card| {
                    (card.from, card.until) = (moment("2026-04-22"), moment("2027-01-01"));
                }],
            );
        },
    ),
    (
        "a price was wrong",
        |c| price(c, &[|_| ()]),
        |c| {
            price(c, &[|card| card.rates = rates(3_000, 2_000)]);
        },
    ),
    (
        "a rate that was free",
        |c| price(c, &[|card| card.rates = rates(0, 3_000)]),
        |c| {
            price(c, &[|_| ()]);
        },
    ),
    (
        "another currency",
        |c| price(c, &[|_| ()]),
        |c| {
            price(
                c,
                &[|card| (card.currency, card.rates) = (Word(Currency::Cny), rates(7_000, 21_000))],
            );
        },
    ),
    (
        "a cache rate beside the same rates",
        |c| price(c, &[|_| ()]),
        |c| {
            price(c, &[|card| card.rates.0.insert(1, (Meter::CacheRead, PICO / 10))]);
        },
    ),
    (
        "a cache rate is gone",
        |c| price(c, &[|card| card.rates.0.insert(1, (Meter::CacheRead, PICO / 10))]),
        |c| price(c, &[|_| ()]),
    ),
    (
        "a tier beside the same rates",
        |c| price(c, &[|_| ()]),
        |c| {
            price(c, &[|card| card.tiers = vec![above(200_000, rates(2_000, 4_500))]]);
        },
    ),
    (
        "a tier is gone",
        |c| price(c, &[|card| card.tiers = vec![above(200_000, rates(2_000, 4_500))]]),
        |c| price(c, &[|_| ()]),
    ),
    (
        "a higher tier",
        |c| price(c, &[|card| card.tiers = vec![above(200_000, rates(2_000, 4_500))]]),
        |c| {
            price(
                c,
                &[|card| {
                    card.tiers = [(200_000, 2_000), (400_000, 3_000)]
                        .map(|(n, r)| above(n, rates(r, 4_500)))
                        .to_vec();
                }],
            );
        },
    ),
    (
        "a tier counts and costs otherwise",
        |c| price(c, &[|card| card.tiers = vec![above(200_000, rates(2_000, 4_500))]]),
        |c| {
            price(
                c,
                &[|card| {
                    card.tiers = vec![above(256_000, rates(2_500, 4_500))];
                    card.tiers[0].inclusive = true;
                }],
            );
        },
    ),
    (
        "a service tier is priced",
        |c| price(c, &[|_| ()]),
        |c| {
            price(c, &[|_| (), |card| card.service_tier = Word(ServiceTier::Batch)]);
        },
    ),
    (
        "a service tier has no price any more",
        |c| price(c, &[|_| (), |card| card.service_tier = Word(ServiceTier::Batch)]),
        |c| price(c, &[|_| ()]),
    ),
    (
        "the same change of price in two regions is one",
        |c| regional(c, &[("cn", 1), ("eu", 1), ("us", 1)]),
        |c| regional(c, &[("cn", 2), ("eu", 2), ("us", 3)]),
    ),
    ("a price under several conditions", as_it_is, |c| {
        for card in cards(c, "nova-2") {
            card.rates.0[0].1 *= 2;
        }
    }),
    ("times of the week", as_it_is, |c| {
        let night = &mut cards(c, "nova-2")[0];
        night.time[0] = "21:00-06:00+08:00".into();
        night.windows[0].start -= 60;
    }),
    ("another spelling of the same times", as_it_is, |c| {
        cards(c, "nova-2")[0].time[1] = "12:00-13:00+00:00".into();
    }),
    ("how a price was converted", as_it_is, |c| {
        cards(c, "nova-0")[0].converted.as_mut().unwrap().rate = "7.2".into();
    }),
    ("words and sources of a price", as_it_is, |c| {
        let card = &mut cards(c, "nova-2")[0];
        card.note = Some("Half price when it is dark.".into());
        card.source.url = Some("https://acme.example/night".into());
        card.source.checked = day("2026-11-20");
    }),
];
