//! A price card and whose word it is: what the rule weighs against each other.
//!
//! Made of the rows of a source or of the cards of a manifest; both give the same where a manifest holds what import wrote.

use portolan_codegen::catalog::{Converted, Rates, Source};
use portolan_codegen::manifest::{CardShape, Day, Rate, TierScope, TierShape, Weekday, Word};
use portolan_codegen::shape::Map;
use portolan_types::{Currency, Meter, ServiceTier, Variant};

use super::origin::{Owner, whole_day};
use crate::row::{Card, Dates, Tier};

/// A card, the regions that it is about and whose word it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The card.
    pub card: Card,
    /// The regions, sorted; every region if none.
    pub regions: Vec<String>,
    /// Whose word it is.
    pub owner: Owner,
    /// The page, or the source itself.
    pub source: Source,
}

/// The conditions of a card, dates apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conditions {
    /// The service tier.
    pub service_tier: ServiceTier,
    /// The regions; every region if none.
    pub regions: Vec<String>,
    /// What else sets the price.
    pub variants: Vec<Variant>,
    /// The weekdays.
    pub days: Vec<Weekday>,
    /// The times of day.
    pub time: Vec<String>,
}

impl Claim {
    /// Its conditions, dates apart.
    pub fn conditions(&self) -> Conditions {
        let mut variants = self.card.variants.clone();
        variants.sort_unstable();
        Conditions {
            service_tier: self.card.service_tier,
            regions: self.regions.clone(),
            variants,
            days: self.card.days.clone(),
            time: self.card.time.iter().map(|window| window.text()).collect(),
        }
    }

    /// The day of its source; the beginning of time where nobody says.
    pub fn day(&self) -> Day {
        self.source.checked.map_or(Day(portolan_types::Date(0)), whole_day)
    }

    /// Whether a page of the vendor says it.
    pub fn is_vendors(&self) -> bool {
        self.source
            .url
            .as_deref()
            .is_some_and(|url| Owner::SOURCES.into_iter().all(|owner| owner.url() != url))
    }

    /// Whether it says when it holds. That a source showed it on the day of its file says no more than that day.
    pub fn is_dated(&self) -> bool {
        let dates = &self.card.dates;
        dates.from.is_some()
            || dates.until.is_some()
            || dates.seen.is_some_and(|seen| seen < self.day())
    }

    /// Whether both say the same where both say something.
    pub fn agrees(&self, other: &Self) -> bool {
        let (a, b) = (&self.card, &other.card);
        a.currency == b.currency
            && a.converted.is_some() == b.converted.is_some()
            && rates_agree(&a.rates, &b.rates)
            && (a.tiers.is_empty() || b.tiers.is_empty() || tiers_agree(&a.tiers, &b.tiers))
    }

    /// How much it says: tiers, then meters.
    pub fn completeness(&self) -> (bool, usize) {
        (!self.card.tiers.is_empty(), self.card.rates.0.len())
    }

    /// The claim that a manifest's card makes; nothing where it says what only a person writes.
    pub fn of(shape: &CardShape, currency: Currency, around: &Source) -> Option<Self> {
        let by_hand = shape.id.is_some()
            || shape.like.is_some()
            || shape.times.is_some()
            || !shape.without.is_empty()
            || shape.service_tier.len() > 1;
        if by_hand {
            return None;
        }
        let variants =
            shape.variant.iter().map(|(kind, value)| Variant::from_parts(kind.0.id(), value));
        let checked = shape.checked.or(around.checked);
        let url = shape.source.as_ref().map(ToString::to_string).or_else(|| around.url.clone());
        let source = Source { url, checked };
        let mut regions: Vec<_> = shape.region.iter().map(ToString::to_string).collect();
        regions.sort_unstable();
        let day = |said: &Option<portolan_codegen::source::Spanned<Day>>| {
            said.as_ref().map(|day| day.value)
        };
        let card = Card {
            currency: shape.currency.map_or(currency, |word| word.0),
            service_tier: shape.service_tier.first().map_or(ServiceTier::Standard, |word| word.0),
            variants: variants.collect::<Option<_>>()?,
            days: shape.days.iter().map(|day| day.0).collect(),
            time: shape.time.iter().map(|window| window.value).collect(),
            dates: Dates {
                from: shape.from.as_ref().map(|moment| moment.value),
                until: shape.until.as_ref().map(|moment| moment.value),
                seen: day(&shape.seen),
                last_seen: day(&shape.last_seen),
                form_seen: day(&shape.form_seen),
            },
            rates: rates(&shape.rates),
            tiers: shape.above.iter().map(|tier| self::tier(tier)).collect::<Option<_>>()?,
            converted: shape.converted.as_ref().map(|said| Converted {
                from: said.from,
                rate: said.rate.0.clone(),
                date: said.date,
            }),
            note: shape.note.as_ref().map(ToString::to_string),
        };
        let owner = Owner::of(shape.via.as_deref(), &source);
        Some(Self { card, regions, owner, source })
    }
}

fn rates(shape: &Map<Word<Meter>, Rate>) -> Rates {
    let mut rates: Vec<_> = shape.iter().map(|(meter, rate)| (meter.value.0, rate.0)).collect();
    rates.sort_unstable();
    Rates(rates)
}

fn tier(shape: &TierShape) -> Option<Tier> {
    let whole = shape.scope.is_none_or(|scope| scope.0 == TierScope::Whole);
    whole.then(|| Tier {
        input_above: shape.tokens.as_ref().map(|count| count.0),
        output_above: shape.output_tokens.as_ref().map(|count| count.0),
        inclusive: shape.inclusive.unwrap_or(false),
        rates: rates(&shape.rates),
    })
}

fn rates_agree(a: &Rates, b: &Rates) -> bool {
    let mut shared =
        a.0.iter().filter_map(|(meter, rate)| Some((*rate, b.rate(*meter)?))).peekable();
    shared.peek().is_some() && shared.all(|(one, other)| one == other)
}

fn tiers_agree(a: &[Tier], b: &[Tier]) -> bool {
    let same_rule = |a: &Tier, b: &Tier| {
        (a.input_above, a.output_above, a.inclusive) == (b.input_above, b.output_above, b.inclusive)
    };
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| same_rule(a, b) && rates_agree(&a.rates, &b.rates))
}
