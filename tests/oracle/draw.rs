//! Draws the usages that a source and our engine are both asked for.
//!
//! For each model, under each condition that the source has: input and output alone, then with each other meter beside
//! them; one below, at and one above each number of tokens at which either side has other rates, of input alone and with
//! cached tokens; and at each moment at which either side's price changes. There is no chance in it: the same catalog and
//! the same source give the same asks.

use std::collections::{BTreeMap, BTreeSet};

use portolan_catalog::find;
use portolan_types::{Card, Entry, Meter, ServiceTier, Timestamp, Unit, Usage, Variant};

use crate::index::Offering;
use crate::peer::{Described, Offer, Peer, Priced};

/// Everything that is asked, and why something is not.
#[derive(Default)]
pub(crate) struct Drawn<'o> {
    /// The asks.
    pub(crate) asks: Vec<Ask<'o>>,
    /// What is not asked, by reason.
    pub(crate) skipped: BTreeMap<String, usize>,
    /// The keys that nothing is asked for, with the reason.
    pub(crate) unasked: Vec<(String, String)>,
}

/// A usage to price.
pub(crate) struct Ask<'o> {
    /// The position of the model's key in the index.
    pub(crate) offering: usize,
    /// Our model.
    pub(crate) entry: Entry,
    /// The condition of the source's that it is asked under.
    pub(crate) offer: &'o Offer,
    /// The service tier.
    pub(crate) service_tier: ServiceTier,
    /// The variants.
    pub(crate) variants: Vec<Variant>,
    /// When.
    pub(crate) at: Timestamp,
    /// What was used.
    pub(crate) usage: Usage,
    /// What it tries: `flat`, the meter beside input and output, `tier`, `dated`, `hour` or
    /// `before` the source's first date.
    pub(crate) kind: &'static str,
}

const INPUT: u64 = 1_237;
const OUTPUT: u64 = 411;
const DAY: i64 = 86_400;

/// Draws the asks for every key.
pub(crate) fn asks<'o>(
    peer: &Peer,
    offerings: &[Offering],
    described: &'o [Described],
) -> Drawn<'o> {
    let mut drawn = Drawn::default();
    for (position, (offering, described)) in offerings.iter().zip(described).enumerate() {
        let before = drawn.asks.len();
        let why = match (find(&offering.reference), described) {
            (Err(_), _) => "the index names no model of ours".to_owned(),
            (_, Described::Refused(refusal)) => refusal.reason(),
            (Ok(entry), Described::Priced(priced)) => {
                let subject = Subject { position, offering, entry };
                drawn.key(peer, &subject, priced);
                "nothing that both have a rate for".to_owned()
            }
        };
        if drawn.asks.len() == before {
            drawn.unasked.push((offering.key.clone(), why));
        }
    }
    drawn
}

/// What is asked about.
struct Subject<'a> {
    position: usize,
    offering: &'a Offering,
    entry: Entry,
}

impl<'o> Drawn<'o> {
    /// Counts something that is not compared.
    pub(crate) fn skip(&mut self, why: String) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// Draws the asks for a key, under every condition of the source.
    fn key(&mut self, peer: &Peer, subject: &Subject<'_>, priced: &'o Priced) {
        priced.cannot.iter().for_each(|why| self.skip(why.clone()));
        let Some(moments) = moments(peer, subject.entry, &priced.moments, &priced.times) else {
            return;
        };
        for _ in 0..moments.undated {
            self.skip("no date there for a change here".to_owned());
        }
        for offer in &priced.offers {
            if let Err(why) = self.offer(subject, offer, &moments) {
                self.skip(why);
            }
        }
    }

    /// Draws the asks under one condition of the source.
    fn offer(
        &mut self,
        subject: &Subject<'_>,
        offer: &'o Offer,
        moments: &Moments,
    ) -> Result<(), String> {
        let Subject { position, offering, entry } = *subject;
        let service_tier = service_tier(offering, offer)?;
        let variants = offer.variants().map_err(|error| error.to_string())?;
        let variants: Vec<_> = offering.variants.iter().copied().chain(variants).collect();
        let cards = entry.model.price.cards().iter();
        let cards: Vec<_> = cards.filter(|card| card.service_tier == service_tier).collect();
        let theirs = offer.meters().map_err(|error| error.to_string())?;
        // What has no cards is free, included or unknown, whatever the meter.
        let has_cards = !entry.model.price.cards().is_empty();
        let ours = if has_cards { meters(&cards) } else { theirs.clone() };
        let both: BTreeSet<_> = theirs.intersection(&ours).copied().collect();
        let base = base(&both, &theirs);
        let mut ask = |kind, at, usage| {
            let variants = variants.clone();
            self.asks.push(Ask {
                offering: position,
                entry,
                offer,
                service_tier,
                variants,
                at,
                usage,
                kind,
            });
        };
        if !base.is_empty() {
            ask("flat", moments.now, base);
        }
        for meter in both.iter().copied().filter(|meter| base.units(*meter) == 0) {
            ask(meter.id(), moments.now, base.with(meter, units(meter)));
        }
        if service_tier == ServiceTier::Standard {
            let fallen =
                fallen(&base).filter(|meter| !theirs.contains(meter) && !ours.contains(meter));
            fallen.for_each(|meter| ask(meter.id(), moments.now, base.with(meter, units(meter))));
        }
        let cached = both.contains(&Meter::CacheRead);
        for usage in edges(&cards, offer, &base, cached) {
            ask("tier", moments.now, usage);
        }
        let dated =
            if cached { base.with(Meter::CacheRead, units(Meter::CacheRead)) } else { base };
        for (at, kind) in moments.others.iter().filter(|_| !dated.is_empty()) {
            ask(kind, *at, dated);
        }
        for meter in theirs.symmetric_difference(&ours) {
            let side = if ours.contains(meter) { "there" } else { "here" };
            self.skip(format!("no rate {side}: {meter}"));
        }
        Ok(())
    }
}

/// The meters that both sides bill as input or output in the same way, where neither has a rate for them.
fn fallen(base: &Usage) -> impl Iterator<Item = Meter> {
    let all = [Meter::CacheRead, Meter::CacheWrite, Meter::Reasoning].into_iter();
    all.filter(|meter| meter.fallback().is_some_and(|fallback| base.units(fallback.meter) > 0))
}

/// The service tier that an ask is about. A key that is about one alone is priced as the source's standard.
fn service_tier(place: &Offering, offer: &Offer) -> Result<ServiceTier, String> {
    let asked = offer.service_tier().map_err(|error| error.to_string())?;
    match place.service_tier {
        Some(own) if asked == ServiceTier::Standard => Ok(own),
        Some(own) => Err(format!("a key for {own} has no {asked}")),
        None => Ok(asked),
    }
}

/// Input and output as far as both have rates, and what the source bills with every request.
fn base(both: &BTreeSet<Meter>, theirs: &BTreeSet<Meter>) -> Usage {
    let parts = [(Meter::Input, INPUT), (Meter::Output, OUTPUT)];
    let parts = parts.into_iter().filter(|(meter, _)| both.contains(meter));
    let always = theirs.contains(&Meter::Requests).then_some((Meter::Requests, 1));
    parts.chain(always).collect()
}

fn units(meter: Meter) -> u64 {
    match meter.unit() {
        Unit::Second => 7_200,
        Unit::Token | Unit::Character | Unit::Pixel => 293,
        _ if meter == Meter::Requests => 1,
        _ => 3,
    }
}

fn meters(cards: &[&Card]) -> BTreeSet<Meter> {
    cards.iter().flat_map(|card| card.rates().iter()).map(|(meter, _)| meter).collect()
}

/// Usages around each number of tokens at which one side has other rates.
fn edges(cards: &[&Card], offer: &Offer, base: &Usage, cached: bool) -> Vec<Usage> {
    if base.units(Meter::Input) == 0 {
        return Vec::new();
    }
    let tiers = || cards.iter().flat_map(|card| card.tiers);
    let inputs: BTreeSet<_> = tiers()
        .filter_map(|tier| tier.input_above)
        .chain(offer.input_above.iter().copied())
        .collect();
    let outputs: BTreeSet<_> = tiers().filter_map(|tier| tier.output_above).collect();
    let around = |edge: &u64| [edge.saturating_sub(1), *edge, *edge + 1];
    let mut usages = Vec::new();
    for tokens in inputs.iter().flat_map(around) {
        usages.push(base.with(Meter::Input, tokens));
        if cached && tokens > 1_001 {
            usages.push(base.with(Meter::Input, 1_001).with(Meter::CacheRead, tokens - 1_001));
        }
    }
    if base.units(Meter::Output) > 0 {
        usages
            .extend(outputs.iter().flat_map(around).map(|tokens| base.with(Meter::Output, tokens)));
    }
    usages
}

/// The moments that a model is asked at.
struct Moments {
    /// That of the source's data.
    now: Timestamp,
    /// Those around every change of a price on either side, each with what it tries.
    others: BTreeMap<Timestamp, &'static str>,
    /// How many changes of ours lie where the source has no dates.
    undated: usize,
}

/// The moments to ask at: a source that knows no dates is asked for its own day alone, and what it says of the time before
/// its first date is apart, because nobody knows of which day that is.
fn moments(peer: &Peer, entry: Entry, dates: &[String], times: &[String]) -> Option<Moments> {
    let now = Timestamp::parse(peer.at)?;
    let mut moments = Moments { now, others: BTreeMap::new(), undated: 0 };
    let cards = entry.model.price.cards();
    let theirs: BTreeSet<_> = dates.iter().filter_map(|date| Timestamp::parse(date)).collect();
    let ours: BTreeSet<_> =
        cards.iter().flat_map(|card| [card.from(), card.until()]).flatten().collect();
    for change in theirs.union(&ours) {
        let Some(first) = theirs.first().filter(|first| *first <= change) else {
            moments.undated += 1;
            continue;
        };
        let before = if change == first { "before" } else { "dated" };
        moments.others.insert(Timestamp(change.0 - 1), before);
        moments.others.insert(*change, "dated");
    }
    let midnight = now.0 - now.0.rem_euclid(DAY);
    let monday = midnight - i64::from(now.minute_of_week() / 1_440) * DAY;
    let minutes =
        cards.iter().flat_map(|card| card.windows).flat_map(|part| [part.start, part.end]);
    let mut edges: BTreeSet<_> = minutes.map(|minute| monday + i64::from(minute) * 60).collect();
    for time in times.iter().filter_map(|time| seconds(time)) {
        // On the weekday and on the Saturday of that week.
        edges.extend([midnight + time, monday + 5 * DAY + time]);
    }
    let edges = edges.iter().flat_map(|edge| [Timestamp(edge - 1), Timestamp(*edge)]);
    moments.others.extend(edges.map(|edge| (edge, "hour")));
    moments.others.remove(&now);
    Some(moments)
}

/// The seconds of a time of day like `16:30`.
fn seconds(time: &str) -> Option<i64> {
    let (hours, minutes) = time.split_once(':')?;
    Some(hours.parse::<i64>().ok()? * 3_600 + minutes.parse::<i64>().ok()? * 60)
}
