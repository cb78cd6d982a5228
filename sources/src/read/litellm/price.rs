//! What an entry costs: each price field becomes a rate of a meter under conditions, and what a zero means is asked of
//! the mapping. litellm writes a price per single unit; a rate is for the meter's `per`, by exact multiplication.

use std::collections::BTreeMap;

use portolan_codegen::manifest::Factor;
use portolan_types::{Meter, ServiceTier, Variant};
use serde_json::value::RawValue;

use self::repeats::Named;
use super::Scope;
use super::field::Field;
use super::mapping::{Means, MeterRule, is_for};
use super::sheet::{Gap, Ladder, List, Sheet};
use super::sink::Sink;
use crate::decimal::DecimalError;
use crate::row::{Card, Said, Shortened};

mod off_peak;
mod ranges;
mod repeats;

/// Reads every price field of an entry.
pub(super) fn read<'a>(scope: &Scope<'a>, sink: &mut Sink<'a>) -> Said {
    if let Some(why) = &scope.rule.no_price {
        omit_prices(scope, sink, why);
        return Said::Unknown;
    }
    let mut reader = Reader { scope, sink, sheet: Sheet::default(), is_included: false };
    let named = reader.fields();
    reader.sink.repeats = repeats::of(&named);
    reader.searches();
    ranges::read(&mut reader);
    reader.finish()
}

/// Puts the price fields among what is omitted.
fn omit_prices(scope: &Scope<'_>, sink: &mut Sink<'_>, why: &str) {
    for field in scope.entry.fields.keys() {
        if field.contains("cost") || field.contains("pric") {
            sink.omit(field, why);
        }
    }
}

struct Reader<'s, 'a> {
    scope: &'s Scope<'a>,
    sink: &'s mut Sink<'a>,
    sheet: Sheet,
    is_included: bool,
}

impl<'a> Reader<'_, 'a> {
    /// The fields that hold one number. Returns what each of them says.
    fn fields(&mut self) -> Vec<Named<'a>> {
        let mut named = Vec::new();
        for (name, value) in &self.scope.entry.fields {
            let field = Field::of(name);
            let Some((meter, variant)) = self.meter(field.base) else { continue };
            if value.get() == "null" || self.sink.leave_by_rule(name, value.get()) {
                continue;
            }
            let Some(raw) = self.sink.take(name) else { continue };
            let Some(rate) = self.rate(name, raw, meter) else { continue };
            let place = (field.service_tier, variant, field.above);
            if self.sheet.put(place, meter, rate) {
                named.push(Named { name, place, meter, rate });
            } else {
                self.sink.omit(name, "another field says another price for the same");
            }
        }
        named
    }

    /// The meter of a field's base, and the variant that the field is a price of.
    fn meter(&mut self, base: &str) -> Option<(Meter, Option<Variant>)> {
        if let Some(meter) = self.scope.rule.meters.get(base) {
            return Some((meter.0, None));
        }
        let mode = self.scope.mode.as_deref();
        let fits = |rule: &&MeterRule| {
            rule.field == base
                && is_for(&rule.modes, mode)
                && is_for(&rule.providers, Some(self.scope.word))
        };
        let rule = self.scope.mapping.meters.iter().find(fits)?;
        let variant = rule.variant.as_ref().and_then(|text| {
            let (kind, value) = text.split_once('=')?;
            Variant::from_parts(kind, value)
        });
        if variant.is_none() && rule.variant.is_some() {
            let found = rule.variant.clone().unwrap_or_default();
            self.sink.wrong(base, &found, "a variant of the types crate in sources/litellm.yaml");
        }
        Some((rule.meter.0, variant))
    }

    /// A price per single unit as a rate. Nothing if it is a zero that means no rate.
    fn rate(&mut self, field: &str, raw: &str, meter: Meter) -> Option<u64> {
        let number = self.sink.decimal(field, raw)?;
        if number.is_zero() {
            return self.zero(field);
        }
        match number.times(meter.per()).rate() {
            Ok(read) => {
                let exact = self.original(field, meter, read.rate);
                let rate = exact.unwrap_or(read.rate);
                if read.was_noisy || exact.is_some() {
                    self.sink.shortened.push(Shortened {
                        key: self.scope.entry.key.clone(),
                        field: field.to_owned(),
                        written: raw.to_owned(),
                        meant: rate,
                    });
                }
                Some(rate)
            }
            Err(error) => {
                self.told(field, &error.to_string());
                debug_assert!(!matches!(error, DecimalError::Syntax | DecimalError::Negative));
                None
            }
        }
    }

    /// The vendor's own price per minute or hour of audio, where litellm keeps it beside a price per second that it
    /// rounded.
    fn original(&mut self, field: &str, meter: Meter, rounded: u64) -> Option<u64> {
        if field != "input_cost_per_second" || meter != Meter::AudioSecondsIn {
            return None;
        }
        let parts = [("original_pricing_per_minute", 60), ("original_pricing_per_hour", 1)];
        for (part, per_hour) in parts {
            let Some(raw) = self.sink.take_part("metadata", part) else { continue };
            let exact = self.sink.decimal("metadata", &raw)?.times(per_hour).rate().ok()?.rate;
            if exact.abs_diff(rounded).saturating_mul(1_000) > rounded {
                self.told(
                    &format!("metadata.{part}"),
                    "not the price per second that it stands beside",
                );
                continue;
            }
            return (exact != rounded).then_some(exact);
        }
        None
    }

    /// What a zero means, by the rules of the mapping.
    fn zero(&mut self, field: &str) -> Option<u64> {
        let scope = self.scope;
        let rule = scope.mapping.zeros.iter().find(|rule| {
            is_for(&rule.fields, Some(field))
                && is_for(&rule.modes, scope.mode.as_deref())
                && is_for(&rule.providers, Some(scope.word))
                && is_for(&rule.keys, Some(&scope.entry.key))
        });
        let Some(rule) = rule else {
            self.told(field, "a zero of which no rule of sources/litellm.yaml says what it means");
            return None;
        };
        match rule.means {
            Means::Free => Some(0),
            Means::Included => {
                self.is_included = true;
                None
            }
            Means::Nothing | Means::Unknown => {
                self.told(field, &rule.why);
                None
            }
        }
    }

    /// Tells that a field is not in the row. A part of a table stands for the table's field.
    fn told(&mut self, field: &str, why: &str) {
        self.sink.omit(field, why);
    }

    /// What a search of the web costs, by how much of it is read.
    fn searches(&mut self) {
        const FIELD: &str = "search_context_cost_per_query";
        let value = self.scope.entry.fields.get(FIELD);
        if value.is_some_and(|value| self.sink.leave_by_rule(FIELD, value.get())) {
            return;
        }
        let Some(raw) = self.sink.take(FIELD) else { return };
        let Some(sizes) = super::file::object(raw) else {
            return self.sink.wrong(FIELD, raw, "an object of prices by size");
        };
        let mut rates = BTreeMap::new();
        for (size, value) in &sizes {
            let word = size.strip_prefix("search_context_size_").unwrap_or(size);
            let Some(variant) = Variant::from_parts("search_context", word) else {
                self.sink.wrong(
                    FIELD,
                    size,
                    "`search_context_size_` and `low`, `medium` or `high`",
                );
                continue;
            };
            if let Some(rate) = self.rate(FIELD, value.get(), Meter::Searches) {
                rates.insert(variant, rate);
            }
        }
        self.free_searches();
        let first = rates.values().next().copied();
        let all_same = rates.values().all(|rate| Some(*rate) == first);
        for (variant, rate) in rates {
            let variant = (!all_same).then_some(variant);
            self.sheet.ladder(ServiceTier::Standard, variant).base.insert(Meter::Searches, rate);
        }
    }

    /// How many searches are free, which no card holds.
    fn free_searches(&mut self) {
        const FIELD: &str = "search_free_requests";
        let Some(raw) = self.sink.take(FIELD) else { return };
        let table = super::file::object(raw).unwrap_or_default();
        let number = table.get("count").and_then(|count| super::sink::whole(count.get()));
        let text = |part: &str| serde_json::from_str::<String>(table.get(part)?.get()).ok();
        let (Some(number), Some(period)) = (number, text("period")) else {
            return self.sink.wrong(FIELD, raw, "an object with `count` and `period`");
        };
        let group = text("shared_group").map_or_else(String::new, |group| {
            format!(", counted together for every model that litellm puts in the group `{group}`")
        });
        self.sink.notes.push(format!("The first {number} searches a {period} are free{group}."));
    }

    /// The cards, or what else the entry says of its price.
    fn finish(mut self) -> Said {
        if !self.sheet.has_price() {
            let unpriced = self.scope.provider.unpriced;
            return match (self.is_included, self.sheet.is_empty(), unpriced) {
                (true, ..) | (_, true, Some(Means::Included)) => Said::Included,
                (_, false, _) | (_, true, Some(Means::Free)) => Said::Free,
                (false, true, _) => Said::Unknown,
            };
        }
        self.sheet.drop_plain_reasoning();
        let gaps = self.sheet.complete_tiers();
        self.split_thinking();
        self.sheet.complete_variants();
        self.fast();
        let off_peak = off_peak::read(&mut self);
        for gap in &gaps {
            self.tell_gap(gap);
        }
        let Self { scope, sheet, .. } = self;
        let mut cards = sheet.cards(&scope.place.variants, scope.provider.inclusive_tiers);
        cards.extend(off_peak);
        for card in &mut cards {
            card.converted =
                scope.provider.converted.as_ref().map(super::mapping::Conversion::converted);
            note_repeated(card, &gaps);
        }
        Said::Priced(cards)
    }

    /// Where a request that thinks is billed at the rate of reasoning as a whole: a card for each.
    fn split_thinking(&mut self) {
        let Some(plain) = self.sheet.ladders.get(&(ServiceTier::Standard, None)) else { return };
        if !self.scope.provider.thinking_bills_output || !plain.base.contains_key(&Meter::Reasoning)
        {
            return;
        }
        let thinks = |list: &List, thinks: bool| {
            let mut list = list.clone();
            let reasoning = list.remove(&Meter::Reasoning).filter(|_| thinks);
            list.extend(reasoning.map(|rate| (Meter::Output, rate)));
            list
        };
        let split = |on: bool| Ladder {
            base: thinks(&plain.base, on),
            above: plain.above.iter().map(|(tokens, list)| (*tokens, thinks(list, on))).collect(),
        };
        let (off, on) = (split(false), split(true));
        self.sheet.ladders.remove(&(ServiceTier::Standard, None));
        self.sheet.ladders.insert((ServiceTier::Standard, Some(Variant::ThinkingOff)), off);
        self.sheet.ladders.insert((ServiceTier::Standard, Some(Variant::ThinkingOn)), on);
    }

    /// The fast mode, which litellm writes as a factor.
    fn fast(&mut self) {
        const FIELD: &str = "provider_specific_entry";
        let Some(raw) = self.sink.take_part(FIELD, "fast") else { return };
        let plain = self.sheet.ladders.get(&(ServiceTier::Standard, None));
        match plain.and_then(|plain| plain.times(factor(&raw)?)) {
            Some(fast) => _ = self.sheet.ladders.insert((ServiceTier::Fast, None), fast),
            None => self.sink.omit("provider_specific_entry.fast", "no factor of a standard price"),
        }
    }

    fn tell_gap(&mut self, gap: &Gap) {
        if let Gap::Below(tier, meter, tokens) = gap {
            let scope = self.scope;
            let named = scope.entry.fields.keys().find(|name| {
                let field = Field::of(name);
                let is_there = field.above == Some(*tokens) && field.service_tier == *tier;
                is_there && self.meter(field.base).is_some_and(|(other, _)| other == *meter)
            });
            if let Some(name) = named {
                self.sink.omit(name, "a price above a number of tokens, and none below it");
            }
        }
    }
}

/// Says which rates of the tiers are not the source's.
fn note_repeated(card: &mut Card, gaps: &[Gap]) {
    let repeated = gaps.iter().filter_map(|gap| match gap {
        Gap::Above(tier, meter, tokens) if *tier == card.service_tier => Some(format!(
            "litellm names no `{meter}` above {tokens} tokens; the one below is repeated."
        )),
        _ => None,
    });
    let notes: Vec<_> = repeated.collect();
    if !notes.is_empty() && !card.tiers.is_empty() {
        card.note = Some(notes.join(" "));
    }
}

/// A decimal as a factor.
fn factor(raw: &str) -> Option<Factor> {
    let (whole, fraction) = raw.split_once('.').unwrap_or((raw, ""));
    let mantissa = format!("{whole}{fraction}").parse().ok()?;
    Some(Factor { mantissa, scale: u32::try_from(fraction.len()).ok()? })
}

/// The fields of a table inside a field.
type Table = BTreeMap<String, Box<RawValue>>;
