//! Fields that say the price of another field again: a second name of the same meter, the price without a variant that
//! is the one of a variant, the rate of a meter that would be billed at the same rate without one. A manifest keeps such
//! a price once; the index keeps which field it is again, so that the feed has both.

use portolan_types::{Meter, ServiceTier, Variant};

/// What one field says.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    /// The service tier, the variant and the number of tokens above which it holds.
    pub(super) place: (ServiceTier, Option<Variant>, Option<u64>),
    pub(super) meter: Meter,
    pub(super) rate: u64,
}

/// Each field that repeats another, with that field.
pub(super) fn of(named: &[Named<'_>]) -> Vec<(String, String)> {
    let repeats = named.iter().enumerate().filter_map(|(position, field)| {
        let other = named.iter().enumerate().find(|(other, source)| {
            let is_later = *other > position;
            source.rate == field.rate && again(field, source, is_later)
        });
        other.map(|(_, source)| (field.name.to_owned(), source.name.to_owned()))
    });
    repeats.collect()
}

/// Whether a field, whose rate is that of another, says the same again. Of two names of a meter it is the earlier one:
/// `cost_per_second` beside `input_cost_per_second`.
fn again(field: &Named<'_>, source: &Named<'_>, is_later: bool) -> bool {
    let (tier, variant, above) = field.place;
    let same_place = field.place == source.place;
    let same_meter = field.meter == source.meter;
    let of_a_variant = variant.is_none()
        && source.place.1.is_some()
        && (tier, above) == (source.place.0, source.place.2);
    let fallback = field.meter.fallback().map(|fallback| fallback.meter);
    same_place && (same_meter && is_later || fallback == Some(source.meter))
        || of_a_variant && same_meter
}
