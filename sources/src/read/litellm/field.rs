//! Names of price fields: a base, a number of tokens above which it holds, a service tier.
//!
//! `cache_creation_input_token_cost_above_1hr_above_200k_tokens_priority` is the base
//! `cache_creation_input_token_cost_above_1hr`, above 200,000 tokens, in the priority tier.

use portolan_types::ServiceTier;

/// A field's name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) base: &'a str,
    pub(super) above: Option<u64>,
    pub(super) service_tier: ServiceTier,
}

/// The endings for service tiers.
const TIERS: [(&str, ServiceTier); 6] = [
    ("_batches", ServiceTier::Batch),
    ("_flex", ServiceTier::Flex),
    ("_priority", ServiceTier::Priority),
    ("_balanced", ServiceTier::Balanced),
    ("_ultrafast", ServiceTier::Ultrafast),
    ("_decisions", ServiceTier::Decisions),
];

impl<'a> Field<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        let tier = TIERS.iter().find_map(|(end, tier)| Some((name.strip_suffix(end)?, *tier)));
        let (rest, service_tier) = tier.unwrap_or((name, ServiceTier::Standard));
        let (base, above) = above(rest).unwrap_or((rest, None));
        Self { base, above, service_tier }
    }
}

/// `x_above_200k_tokens` as `x` and 200,000.
fn above(name: &str) -> Option<(&str, Option<u64>)> {
    let (base, number) = name.strip_suffix("k_tokens")?.rsplit_once("_above_")?;
    let thousands: u64 = number.parse().ok()?;
    Some((base, Some(thousands.checked_mul(1_000)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str) -> (&str, Option<u64>, &'static str) {
        let field = Field::of(name);
        (field.base, field.above, field.service_tier.id())
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(parts("input_cost_per_token"), ("input_cost_per_token", None, "standard"));
        assert_eq!(
            parts("output_cost_per_token_above_272k_tokens_flex"),
            ("output_cost_per_token", Some(272_000), "flex")
        );
        assert_eq!(
            parts("cache_creation_input_token_cost_above_1hr_above_200k_tokens"),
            ("cache_creation_input_token_cost_above_1hr", Some(200_000), "standard")
        );
        for (end, tier) in [
            ("batches", "batch"),
            ("priority", "priority"),
            ("balanced", "balanced"),
            ("ultrafast", "ultrafast"),
            ("decisions", "decisions"),
        ] {
            assert_eq!(parts(&format!("x_{end}")).2, tier);
        }
    }

    #[test]
    fn what_only_looks_like_a_number_of_tokens_stays_in_the_base() {
        let interval = "input_cost_per_video_per_second_above_15s_interval";
        assert_eq!(parts(interval), (interval, None, "standard"));
        assert_eq!(parts("x_above_manyk_tokens").1, None);
    }
}
