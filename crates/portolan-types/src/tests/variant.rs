//! The sets of variants and of service tiers.

use std::string::ToString;
use std::vec::Vec;

use crate::{ServiceTier, Variant, VariantKind, VariantSet};

#[test]
fn variants_are_found_by_kind_and_value() {
    assert!(Variant::ALL.len() < 128);
    for variant in Variant::ALL {
        let (kind, value) = (variant.kind(), variant.value());
        assert_eq!(Variant::from_parts(kind.id(), value), Some(*variant));
        assert_eq!(variant.to_string(), [kind.id(), value].join("="));
    }
    assert_eq!(Variant::from_parts("resolution", "max"), None);
    assert_eq!(Variant::from_parts("size", "1K"), None);
    assert!(Variant::ALL.is_sorted());
}

#[test]
fn every_kind_has_at_least_two_values() {
    let values: usize = VariantKind::ALL
        .iter()
        .map(|kind| {
            assert!(kind.values().count() >= 2, "{kind}");
            kind.values().count()
        })
        .sum();
    assert_eq!(values, Variant::ALL.len());
}

#[test]
fn a_set_holds_one_value_of_a_kind() {
    let set = VariantSet::EMPTY
        .with(Variant::Resolution720p)
        .with(Variant::QualityHigh)
        .with(Variant::Resolution1080p);
    assert!(set.contains(Variant::Resolution1080p) && !set.contains(Variant::Resolution720p));
    assert!(set.kind_set(VariantKind::Quality) && !set.kind_set(VariantKind::ImageSize));
    assert_eq!(set.iter().collect::<Vec<_>>(), [Variant::Resolution1080p, Variant::QualityHigh]);
    assert_eq!(set.without(VariantKind::Quality).iter().count(), 1);
    assert_eq!(set, [Variant::QualityHigh, Variant::Resolution1080p].into_iter().collect());
    assert_eq!(VariantSet::default(), VariantSet::EMPTY);
}

#[test]
fn service_tiers_are_found_by_id() {
    for tier in ServiceTier::ALL {
        assert_eq!(ServiceTier::from_id(tier.id()), Some(*tier));
    }
    assert_eq!(ServiceTier::from_id("default"), None);
    assert_eq!(ServiceTier::from_id("Standard"), None);
}
