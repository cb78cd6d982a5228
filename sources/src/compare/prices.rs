//! Prices beside prices, for the day of the source: each card of a row against the card that would bill the same
//! request here.

use portolan_codegen::catalog::{self, Price, Rates, Source};
use portolan_types::{Meter, ServiceTier, Timestamp, Variant, rate_text};

use super::explain::Pair;
use super::{Difference, Why, dates};
use crate::choose::{self, Asked, When};
use crate::row::{Card, Said, Tier};

/// The prices that differ.
pub(super) fn differences(pair: &Pair<'_>) -> Vec<Difference> {
    let day = pair.row.source.checked.or(pair.whole.as_of);
    let Some(at) = day.and_then(dates::end_of) else { return Vec::new() };
    let cards = match &pair.row.price {
        Said::Unknown => return Vec::new(),
        Said::Free => return state(pair, "free", pair.model.price == Price::Free, at),
        Said::Included => {
            return state(pair, "included", pair.model.price == Price::Included, at);
        }
        Said::Priced(cards) => cards,
    };
    if !matches!(pair.model.price, Price::Priced(_)) {
        let there = current(cards, at).first().map_or_else(String::new, |card| text(&card.rates));
        let here = known_state(&pair.model.price);
        return vec![pair.differs("prices".to_owned(), here, there, &Source::default())];
    }
    current(cards, at).into_iter().flat_map(|card| of_card(pair, card, at)).collect()
}

/// What the source says of a price as a whole, if the catalog says otherwise.
fn state(pair: &Pair<'_>, there: &str, agrees: bool, at: Timestamp) -> Vec<Difference> {
    if agrees {
        return Vec::new();
    }
    let (here, own) = match &pair.model.price {
        Price::Priced(cards) => {
            let last = Asked {
                service_tier: ServiceTier::Standard,
                region: choose::region(pair.row.place.region.as_deref(), pair.provider),
                variants: &pair.row.place.variants,
                when: When::By(at),
            };
            let card = choose::card(cards, &last).or(cards.first());
            let source = card.map(|card| card.source.clone()).unwrap_or_default();
            (card.map(|card| text(&card.rates)), source)
        }
        other => (known_state(other), Source::default()),
    };
    vec![pair.differs("prices".to_owned(), here, there.to_owned(), &own)]
}

fn known_state(price: &Price) -> Option<String> {
    match price {
        Price::Free => Some("free".to_owned()),
        Price::Included => Some("included".to_owned()),
        Price::Priced(_) | Price::Unknown => None,
    }
}

/// The cards that the source holds current: of each set of conditions the last that has begun and not ended.
fn current(cards: &[Card], at: Timestamp) -> Vec<&Card> {
    let mut current: Vec<&Card> = Vec::new();
    let begun = |card: &&Card| {
        start(card).is_none_or(|start| start <= at)
            && card.dates.until.is_none_or(|until| at < until.0)
            && card.dates.last_seen.is_none()
    };
    for card in cards.iter().filter(begun) {
        let same = |other: &&mut &Card| {
            (other.service_tier, &other.variants, &other.days, &other.time)
                == (card.service_tier, &card.variants, &card.days, &card.time)
        };
        match current.iter_mut().find(same) {
            Some(other) if start(other) < start(card) => *other = card,
            Some(_) => {}
            None => current.push(card),
        }
    }
    current
}

fn start(card: &Card) -> Option<Timestamp> {
    card.dates.from.map(|from| from.0).or_else(|| card.dates.seen?.0.timestamp())
}

fn of_card(pair: &Pair<'_>, card: &Card, at: Timestamp) -> Vec<Difference> {
    let label = label(card);
    let mut variants: Vec<Variant> = pair.row.place.variants.clone();
    variants.extend(card.variants.iter().filter(|one| !pair.row.place.variants.contains(one)));
    let hour = dates::within(at, &card.days, &card.time);
    let asked = Asked {
        service_tier: card.service_tier,
        region: choose::region(pair.row.place.region.as_deref(), pair.provider),
        variants: &variants,
        when: hour.map_or(When::By(at), When::Hour),
    };
    // A model that is gone here by that day, or that nobody had seen yet, has its last price.
    let cards = choose::cards(&pair.model.price);
    let last = When::By(Timestamp(i64::MAX));
    let found = choose::ordinary(cards, &asked)
        .or_else(|| choose::ordinary(cards, &Asked { when: last, ..asked }));
    let Some((here, thinking)) = found else {
        let there = text(&card.rates);
        return vec![pair.differs(label, None, there, &Source::default())];
    };
    if here.currency.0 != card.currency {
        let there = format!("{} {}", card.currency, text(&card.rates));
        let own = format!("{} {}", here.currency, text(&here.rates));
        return vec![pair.differs(format!("{label}.currency"), Some(own), there, &here.source)];
    }
    let own = with_thinking(&here.rates, thinking.map(|card| &card.rates));
    let others: Vec<_> = choose::ever(cards, &asked).filter(|other| *other != here).collect();
    let mut out = rates(pair, &label, &own, &card.rates, &here.source);
    out.retain_mut(|one| one.why.is_some() || !settled(one, card, here, &others, at));
    for tier in &card.tiers {
        out.extend(of_tier(pair, &label, here, tier));
    }
    out
}

/// Whether a rate is no difference after all: by the day of the source nobody had seen our price for some time, and the
/// source has the one that was seen next. A rate that is one of our earlier prices is explained.
fn settled(
    one: &mut Difference,
    card: &Card,
    here: &catalog::Card,
    others: &[&catalog::Card],
    at: Timestamp,
) -> bool {
    let meter = one.field.rsplit('.').next().and_then(Meter::from_id);
    let Some((meter, rate)) = meter.and_then(|meter| Some((meter, card.rate(meter)?))) else {
        return false;
    };
    let has_it = |other: &&&catalog::Card| other.rates.rate(meter) == Some(rate);
    let unseen = here.assumed_after.is_some_and(|last| last.0 <= at);
    let next = others.iter().filter(|other| other.start() > here.start());
    if unseen && next.min_by_key(|other| other.start()).as_ref().is_some_and(has_it) {
        return true;
    }
    let earlier = others.iter().filter(|other| other.start() < here.start());
    one.why = earlier.into_iter().any(|other| has_it(&other)).then_some(Why::Replaced);
    false
}

/// Rates with that of reasoning, where the whole output of a request that thinks has another.
fn with_thinking(rates: &Rates, thinking: Option<&Rates>) -> Rates {
    let mut rates = rates.clone();
    if let Some(output) = thinking.and_then(|thinking| thinking.rate(Meter::Output)) {
        rates.0.push((Meter::Reasoning, output));
    }
    rates
}

fn of_tier(pair: &Pair<'_>, label: &str, here: &catalog::Card, there: &Tier) -> Vec<Difference> {
    let own = here
        .tiers
        .iter()
        .find(|own| (own.input_above, own.output_above) == (there.input_above, there.output_above));
    let field = format!("{label}.above");
    if let Some(own) = own {
        return rates(pair, &field, &own.rates, &there.rates, &here.source);
    }
    let own = here.tiers.iter().map(|own| tier_text(own.input_above, own.output_above, &own.rates));
    let own: Vec<_> = own.collect();
    let own = (!own.is_empty()).then(|| own.join("; "));
    let there = tier_text(there.input_above, there.output_above, &there.rates);
    vec![pair.differs(field, own, there, &here.source)]
}

fn rates(
    pair: &Pair<'_>,
    label: &str,
    here: &Rates,
    there: &Rates,
    source: &Source,
) -> Vec<Difference> {
    let differing = there.0.iter().filter_map(|(meter, rate)| {
        let own = here.rate(*meter);
        let field = format!("{label}.{meter}");
        let own_text = own.map(|own| rate_text(own).to_string());
        (own != Some(*rate))
            .then(|| pair.differs(field, own_text, rate_text(*rate).to_string(), source))
    });
    differing.collect()
}

/// The key of a card with the conditions that it is not usual to have.
fn label(card: &Card) -> String {
    let tier = (card.service_tier != ServiceTier::Standard).then(|| card.service_tier.to_string());
    let variants = card.variants.iter().map(ToString::to_string);
    let days = card.days.iter().map(|day| format!("{day:?}").to_lowercase());
    let time = card.time.iter().map(|window| window.text());
    let all: Vec<_> = tier.into_iter().chain(variants).chain(days).chain(time).collect();
    if all.is_empty() { "prices".to_owned() } else { format!("prices[{}]", all.join(", ")) }
}

fn text(rates: &Rates) -> String {
    let rates = rates.0.iter().map(|(meter, rate)| format!("{meter} {}", rate_text(*rate)));
    rates.collect::<Vec<_>>().join(", ")
}

fn tier_text(input: Option<u64>, output: Option<u64>, rates: &Rates) -> String {
    let input = input.map(|tokens| format!("input above {tokens}"));
    let output = output.map(|tokens| format!("output above {tokens}"));
    let bounds: Vec<_> = input.into_iter().chain(output).collect();
    format!("{}: {}", bounds.join(", "), text(rates))
}
