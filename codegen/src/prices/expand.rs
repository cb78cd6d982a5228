//! Cards as written become one draft per service tier and region; derived cards become copies of those they are like.

use portolan_types::{Date, Meter, ServiceTier, Timestamp, Variant, VariantKind};

use super::{Draft, Surroundings, tiers, windows};
use crate::catalog::{Card, Converted, Rates, Source};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{CardShape, Factor, FieldName, Id, Rate, TierScope, Word};
use crate::shape::Map;
use crate::source::{Span, Spanned};

pub(super) fn expand(
    shapes: &[CardShape],
    around: &Surroundings,
    out: &mut Diagnostics,
) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::with_capacity(shapes.len());
    for shape in shapes {
        let place = place(shape, around);
        let own = match &shape.like {
            None => vec![written(shape, place, around, out)],
            Some(like) => derived(shape, like, place, &drafts, out),
        };
        for draft in own {
            check_period(shape, &draft, out);
            drafts.extend(spread(shape, &draft));
        }
    }
    drafts
}

/// Where a card is pointed at.
fn place(shape: &CardShape, around: &Surroundings) -> Span {
    let conditions = [&shape.from, &shape.until].into_iter().flatten().map(|moment| moment.span);
    let days = [&shape.seen, &shape.last_seen].into_iter().flatten().map(|day| day.span);
    let words = [&shape.id, &shape.like].into_iter().flatten().map(|word| word.span);
    let rates = shape.rates.iter().map(|(meter, _)| meter.span);
    conditions.chain(days).chain(words).chain(rates).min().unwrap_or(around.place)
}

fn written(shape: &CardShape, place: Span, around: &Surroundings, out: &mut Diagnostics) -> Draft {
    if shape.rates.is_empty() {
        let help = "add a rate, as `input: 0.435`; the state `unknown` stands for the whole list";
        out.push(Diagnostic::new(Code::NoRates, place, "a card without rates").help(help));
    }
    for (span, key) in derivation_keys(shape) {
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
        region: None,
        variants: Vec::new(),
        converted: None,
        source: around.source.clone(),
        note: None,
    };
    let mut draft = Draft { card, id: None, place, last_seen: None };
    overlay(shape, &mut draft, out);
    draft
}

fn derivation_keys(shape: &CardShape) -> impl Iterator<Item = (Span, &'static str)> {
    let times = shape.times.as_ref().map(|times| (times.span, "times"));
    times.into_iter().chain(shape.without.first().map(|meter| (meter.span, "without")))
}

/// The cards that a card is like, each with this card's own conditions and rates laid over.
fn derived(
    shape: &CardShape,
    like: &Spanned<Id>,
    place: Span,
    above: &[Draft],
    out: &mut Diagnostics,
) -> Vec<Draft> {
    let is_like = |draft: &&Draft| match &draft.id {
        Some(id) if *id == *like.value => true,
        _ => draft.card.service_tier.0.id() == &*like.value,
    };
    let models: Vec<_> = above.iter().filter(is_like).collect();
    if models.is_empty() {
        let message = format!("no card above is `{}`", **like);
        let help = "write the service tier or the `id` of a card that stands above";
        out.push(Diagnostic::new(Code::UnknownCard, like.span, message).help(help));
    }
    let overlaid = models.into_iter().map(|model| {
        let mut draft = Draft { place, id: None, ..model.clone() };
        derive_rates(shape, &mut draft.card, out);
        overlay(shape, &mut draft, out);
        draft
    });
    let drafts: Vec<Draft> = overlaid.collect();
    // A period of this card leaves out the cards that had ended before it starts.
    drafts.into_iter().filter(|draft| !ends_before_start(&draft.card)).collect()
}

/// The rates and tiers of a derived card: the product, less what the card has no rate for, with its own rates laid over.
fn derive_rates(shape: &CardShape, card: &mut Card, out: &mut Diagnostics) {
    multiply(shape, card, out);
    let gone = |meter: Meter| shape.without.iter().any(|key| key.value.0 == meter);
    card.rates.0.retain(|(meter, _)| !gone(*meter));
    for tier in &mut card.tiers {
        tier.rates.0.retain(|(meter, _)| !gone(*meter));
    }
    let own = rates(&shape.rates);
    lay_over(&mut card.rates, own.0.iter());
    for tier in card.tiers.iter_mut().filter(|tier| tier.scope.0 == TierScope::Whole) {
        lay_over(&mut tier.rates, own.0.iter().filter(|(meter, _)| !meter.is_token()));
    }
    if shape.above.is_empty() {
        check_inherited_tiers(shape, card, out);
    } else {
        card.tiers = tiers::resolve(&shape.above, &card.rates, out);
    }
}

fn lay_over<'r>(rates: &mut Rates, own: impl Iterator<Item = &'r (Meter, u64)>) {
    for (meter, rate) in own {
        rates.0.retain(|(other, _)| other != meter);
        rates.0.push((*meter, *rate));
    }
    rates.0.sort_unstable();
}

/// A rate of its own leaves open what the tiers of the other card make of it.
fn check_inherited_tiers(shape: &CardShape, card: &Card, out: &mut Diagnostics) {
    let Some(tier) = card.tiers.first() else { return };
    for (meter, _) in shape.rates.iter() {
        let meter_is_tiered = match tier.scope.0 {
            TierScope::Whole => meter.value.0.is_token(),
            TierScope::Above => tier.rates.rate(meter.value.0).is_some(),
        };
        if meter_is_tiered {
            let message =
                format!("`{}` has a rate of its own, and tiers that do not fit it", meter.value);
            let help = "write the card's own `above:` with every rate";
            out.push(Diagnostic::new(Code::IncompleteTier, meter.span, message).help(help));
        }
    }
}

fn ends_before_start(card: &Card) -> bool {
    matches!((card.start(), card.until), (Some(start), Some(until)) if start >= until)
}

fn multiply(shape: &CardShape, card: &mut Card, out: &mut Diagnostics) {
    let Some(factor) = &shape.times else { return };
    let own = |meter: Meter| shape.rates.iter().any(|(key, _)| key.value.0 == meter);
    let gone = |meter: Meter| shape.without.iter().any(|key| key.value.0 == meter);
    let mut lists: Vec<&mut Rates> = vec![&mut card.rates];
    lists.extend(card.tiers.iter_mut().map(|tier| &mut tier.rates));
    for (meter, rate) in lists.into_iter().flat_map(|list| list.0.iter_mut()) {
        if own(*meter) || gone(*meter) {
            continue;
        }
        match factor.value.times(*rate) {
            Some(product) => *rate = product,
            None => out.push(inexact(factor, *meter, *rate)),
        }
    }
}

fn inexact(factor: &Spanned<Factor>, meter: Meter, rate: u64) -> Diagnostic {
    let rate = portolan_types::rate_text(rate);
    let message = format!("{rate} for `{meter}` times this is not exact to 12 decimals");
    let help = format!("write `{meter}:` with the vendor's own price beside `like`");
    Diagnostic::new(Code::InexactProduct, factor.span, message).help(help)
}

/// Lays a card's conditions and provenance over a draft.
fn overlay(shape: &CardShape, draft: &mut Draft, out: &mut Diagnostics) {
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
    if !shape.days.is_empty() || !shape.time.is_empty() {
        card.days.clone_from(&shape.days);
        card.time = shape.time.iter().map(|time| time.value.text()).collect();
        card.windows = windows::of_week(&shape.days, &shape.time);
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

/// One draft per service tier and region that the card names.
fn spread(shape: &CardShape, draft: &Draft) -> Vec<Draft> {
    let own_tier = [draft.card.service_tier];
    let service_tiers =
        if shape.service_tier.is_empty() { &own_tier[..] } else { &shape.service_tier };
    let regions: Vec<_> = if shape.region.is_empty() {
        vec![draft.card.region.clone()]
    } else {
        shape.region.iter().map(|region| Some(region.to_string())).collect()
    };
    let mut drafts = Vec::with_capacity(service_tiers.len() * regions.len());
    for service_tier in service_tiers {
        for region in &regions {
            let mut draft = draft.clone();
            draft.card.service_tier = *service_tier;
            draft.card.region.clone_from(region);
            drafts.push(draft);
        }
    }
    drafts
}

/// The moment after a day.
pub(crate) fn day_after(day: Date) -> Option<Timestamp> {
    const SECONDS: i64 = 24 * 60 * 60;
    day.timestamp().map(|start| Timestamp(start.0 + SECONDS))
}
