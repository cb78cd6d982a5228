//! `tiered_pricing`: a list of prices, each for a range of input tokens or of results.
//!
//! A range of tokens starts above its first number and includes its last; the whole request is billed at it. So the
//! first range is the card and each other is a tier above where it starts.

use portolan_types::{Meter, ServiceTier, Variant};
use serde_json::value::RawValue;

use super::{Reader, Table};
use crate::read::litellm::field::Field;
use crate::read::litellm::file::object;
use crate::read::litellm::sink::whole;

const FIELD: &str = "tiered_pricing";

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let Some(list) = reader.sink.take_as::<Vec<Box<RawValue>>>(FIELD, "a list of ranges") else {
        return;
    };
    let mut end = 0;
    for (position, part) in list.iter().enumerate() {
        let table = object(part.get());
        let Some((table, range, kind)) = table.and_then(ranged) else {
            return reader.sink.wrong(
                FIELD,
                part.get(),
                "prices with `range` or `max_results_range`",
            );
        };
        if kind == Kind::Results {
            results(reader, &table, range);
            continue;
        }
        if range.0 != end {
            return reader.sink.wrong(FIELD, part.get(), &format!("a range that starts at {end}"));
        }
        end = range.1;
        let above = (position > 0).then_some(range.0);
        prices(reader, &table, None, above);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tokens,
    Results,
}

fn ranged(mut table: Table) -> Option<(Table, (u64, u64), Kind)> {
    let (raw, kind) = match table.remove("range") {
        Some(raw) => (raw, Kind::Tokens),
        None => (table.remove("max_results_range")?, Kind::Results),
    };
    let ends: Vec<Box<RawValue>> = serde_json::from_str(raw.get()).ok()?;
    let [start, end] = ends.as_slice() else { return None };
    Some((table, (whole(start.get())?, whole(end.get())?), kind))
}

fn results(reader: &mut Reader<'_, '_>, table: &Table, (from, to): (u64, u64)) {
    let value = format!("{from}-{to}");
    match Variant::from_parts("max_results", &value) {
        Some(variant) => prices(reader, table, Some(variant), None),
        None => reader.sink.wrong(FIELD, &value, "a value of `max_results` in the types crate"),
    }
}

fn prices(
    reader: &mut Reader<'_, '_>,
    table: &Table,
    variant: Option<Variant>,
    above: Option<u64>,
) {
    for (name, value) in table {
        let meter = reader.meter(Field::of(name).base).map(|(meter, _)| meter);
        let Some(meter): Option<Meter> = meter else {
            reader.sink.wrong(
                FIELD,
                name,
                "a price field that sources/litellm.yaml has a meter for",
            );
            continue;
        };
        let Some(rate) = reader.rate(FIELD, value.get(), meter) else { continue };
        if !reader.sheet.put((ServiceTier::Standard, variant, above), meter, rate) {
            reader.told(FIELD, "another field says another price for the same");
        }
    }
}
