//! Cards as written become one draft per service tier; derived cards become copies of those they are like.

use std::collections::BTreeMap;

use portolan_types::{Date, Meter, ServiceTier, Timestamp, Variant, VariantKind};

use super::{Clock, Draft, Surroundings, derive, tiers, windows};
use crate::catalog::{Card, Converted, Rates, Source};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{CardShape, FieldName, Rate, Word};
use crate::shape::Map;
use crate::source::{Span, Spanned};

/// The most cards that a price list may come to, where one that names regions counts once for each. Cards that are
/// like others multiply, so a short list can be a bomb.
const MOST_CARDS: usize = 1_000;

pub(super) fn expand(
    shapes: &[Spanned<CardShape>],
    around: &Surroundings,
    out: &mut Diagnostics,
) -> Vec<Draft> {
    check_ids(shapes, out);
    let mut drafts: Vec<Draft> = Vec::with_capacity(shapes.len());
    for shape in shapes {
        let own = match &shape.like {
            None => vec![written(shape, around, out)],
            Some(like) => derive::derived(shape, like, &drafts, out),
        };
        for draft in own {
            check_period(shape, &draft, out);
            drafts.extend(spread(shape, &draft));
        }
        if drafts.iter().map(|draft| draft.card.regions.len().max(1)).sum::<usize>() > MOST_CARDS {
            let message = format!("a price list of more than {MOST_CARDS} cards");
            let help =
                "cards that are `like` others stand once for each of them: derive from fewer";
            out.push(Diagnostic::new(Code::TooLarge, shape.span, message).help(help));
            break;
        }
    }
    drafts
}

/// An id names one card, and nothing that `like` means already.
fn check_ids(shapes: &[Spanned<CardShape>], out: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for id in shapes.iter().filter_map(|shape| shape.id.as_ref()) {
        let message = format!("card id `{}` is taken", **id);
        let help = "give the card another `id`: it names one card and is no service tier";
        let mistake = Diagnostic::new(Code::DuplicateCard, id.span, message).help(help);
        if let Some(first) = seen.insert(id, id.span) {
            out.push(mistake.secondary(first, "first here"));
        } else if ServiceTier::from_id(id).is_some() {
            out.push(mistake);
        }
    }
}

fn written(shape: &Spanned<CardShape>, around: &Surroundings, out: &mut Diagnostics) -> Draft {
    if shape.rates.is_empty() {
        let help = "add a rate, as `input: 0.435`; the state `unknown` stands for the whole list";
        out.push(Diagnostic::new(Code::NoRates, shape.span, "a card without rates").help(help));
    }
    for (span, key) in derive::keys(shape) {
        let message = format!("`{key}` in a card that is like no other");
        out.push(Diagnostic::new(Code::UnknownCard, span, message).help("add `like:`"));
    }
    let rates = rates(&shape.rates);
    let card = Card {
        currency: shape.currency.unwrap_or(Word(around.currency)),
        service_tier: Word(ServiceTier::Standard),
        tiers: tiers::resolve(&shape.above, &rates, out),
        rates,
        from: None,
        until: None,
        seen: None,
        assumed_before: None,
        assumed_after: None,
        days: Vec::new(),
        time: Vec::new(),
        windows: Vec::new(),
        regions: Vec::new(),
        variants: Vec::new(),
        converted: None,
        source: around.source.clone(),
        note: None,
    };
    let clock = Clock::default();
    let mut draft = Draft { card, id: None, place: shape.span, last_seen: None, clock };
    overlay(shape, &mut draft, out);
    draft
}

/// Lays a card's conditions and provenance over a draft.
pub(super) fn overlay(shape: &CardShape, draft: &mut Draft, out: &mut Diagnostics) {
    let card = &mut draft.card;
    draft.id = shape.id.as_ref().map(ToString::to_string);
    if let Some(from) = &shape.from {
        card.from = Some(card.from.map_or(from.value, |other| other.max(from.value)));
    }
    if let Some(until) = &shape.until {
        card.until = Some(card.until.map_or(until.value, |other| other.min(until.value)));
    }
    if let Some(seen) = &shape.seen {
        card.seen = Some(seen.value);
    }
    if let Some(last_seen) = &shape.last_seen {
        draft.last_seen = Some(last_seen.value);
    }
    if let Some(form) = &shape.form_seen {
        card.assumed_before = form.0.timestamp().map(crate::manifest::Moment);
    }
    draft.clock.overlay(shape, card);
    if !shape.region.is_empty() {
        card.regions = shape.region.iter().map(ToString::to_string).collect();
    }
    variants(&shape.variant, &mut card.variants, out);
    card.currency = shape.currency.unwrap_or(card.currency);
    if let Some(converted) = &shape.converted {
        card.converted = Some(Converted {
            from: converted.from,
            rate: converted.rate.0.clone(),
            date: converted.date,
        });
    }
    overlay_source(shape, &mut card.source);
    if let Some(note) = &shape.note {
        card.note = Some(note.to_string());
    }
}

impl Clock {
    /// The days and times of a card, each where it says them.
    fn overlay(&mut self, shape: &CardShape, card: &mut Card) {
        if !shape.days.is_empty() {
            self.days.clone_from(&shape.days);
        }
        if !shape.time.is_empty() {
            self.times = shape.time.iter().map(|time| time.value).collect();
        }
        card.days.clone_from(&self.days);
        card.time = self.times.iter().map(|time| time.text()).collect();
        card.windows = windows::of_week(&self.days, &self.times);
    }
}

fn overlay_source(shape: &CardShape, source: &mut Source) {
    if let Some(url) = &shape.source {
        source.url = Some(url.to_string());
    }
    if shape.checked.is_some() {
        source.checked = shape.checked;
    }
}

fn variants(
    shape: &Map<Word<VariantKind>, Spanned<FieldName>>,
    list: &mut Vec<String>,
    out: &mut Diagnostics,
) {
    for (kind, value) in shape.iter() {
        let kind = kind.value.0;
        match Variant::from_parts(kind.id(), value) {
            Some(variant) => {
                list.retain(|other| !other.starts_with(&format!("{}=", kind.id())));
                list.push(variant.to_string());
            }
            None => out.push(unknown_variant(kind, value)),
        }
    }
    list.sort_unstable();
}

fn unknown_variant(kind: VariantKind, value: &Spanned<FieldName>) -> Diagnostic {
    let known: Vec<_> =
        Variant::ALL.iter().filter(|v| v.kind() == kind).map(|v| v.value()).collect();
    let word = Spanned::new(value.to_string(), value.span);
    crate::shape::unknown(Code::UnknownValue, kind.id(), &word, &known)
}

pub(super) fn rates(shape: &Map<Word<Meter>, Rate>) -> Rates {
    let mut rates: Vec<_> = shape.iter().map(|(meter, rate)| (meter.value.0, rate.0)).collect();
    rates.sort_unstable();
    Rates(rates)
}

pub(super) fn ends_before_start(card: &Card) -> bool {
    matches!((card.start(), card.until), (Some(start), Some(until)) if start >= until)
}

fn check_period(shape: &CardShape, draft: &Draft, out: &mut Diagnostics) {
    if ends_before_start(&draft.card) {
        let span = shape.until.as_ref().map_or(draft.place, |until| until.span);
        let help = "`from` (or `seen`) is before `until`; `until` itself is excluded";
        out.push(Diagnostic::new(Code::EmptyPeriod, span, "the card holds at no time").help(help));
    }
    if let (Some(seen), Some(last)) = (&shape.seen, &shape.last_seen)
        && last.value < seen.value
    {
        let help = "`last_seen` is `seen` or later";
        let message = "last seen before it was first seen";
        out.push(Diagnostic::new(Code::EmptyPeriod, last.span, message).help(help));
    }
    let days = [&shape.seen, &shape.last_seen, &shape.form_seen];
    for day in days.into_iter().flatten().filter(|day| !day.0.is_full()) {
        let message = format!("malformed date `{}`", day.value.0);
        let help = "a sighting is a whole day, as `2026-04-26`";
        out.push(Diagnostic::new(Code::MalformedDate, day.span, message).help(help));
    }
}

/// One draft per service tier that the card names.
fn spread(shape: &CardShape, draft: &Draft) -> Vec<Draft> {
    let own_tier = [draft.card.service_tier];
    let service_tiers =
        if shape.service_tier.is_empty() { &own_tier[..] } else { &shape.service_tier };
    let of_tier = |service_tier: &Word<ServiceTier>| {
        let mut draft = draft.clone();
        draft.card.service_tier = *service_tier;
        draft
    };
    service_tiers.iter().map(of_tier).collect()
}

/// The moment after a day.
pub(crate) fn day_after(day: Date) -> Option<Timestamp> {
    const SECONDS: i64 = 24 * 60 * 60;
    day.timestamp().map(|start| Timestamp(start.0 + SECONDS))
}
