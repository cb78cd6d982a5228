//! The hash of refs and the table over it.

use std::collections::BTreeSet;
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use crate::{Index, hash_ref};

fn built(keys: &[String]) -> Index {
    let mut slots = vec![u32::MAX; Index::slots_for(keys.len())];
    let entries = keys.iter().zip(0..).map(|(key, entry)| (hash_ref(key.as_bytes()), entry));
    Index::fill(&mut slots, entries);
    Index { slots: slots.leak() }
}

fn find(index: Index, keys: &[String], key: &str) -> Option<usize> {
    let mut candidates = index.probe(hash_ref(key.as_bytes()));
    candidates.find(|entry| keys[*entry as usize] == key).map(|entry| entry as usize)
}

#[test]
fn the_hash_is_part_of_the_format() {
    let long = "openrouter/anthropic/claude-sonnet-4.5@20250929";
    assert_eq!(
        ["", "a", "ab", "xiaomi", "openai/o3", "openai/gpt-5-pro", long]
            .map(|key| hash_ref(key.as_bytes())),
        [
            11_912_144_113_143_032_851,
            16_305_600_763_700_980_164,
            15_762_870_316_317_324_802,
            15_681_111_900_428_381_108,
            13_985_234_193_235_906_347,
            18_397_906_019_840_981_663,
            18_213_035_723_130_581_237,
        ]
    );
}

#[test]
fn the_hash_sees_every_byte_and_the_length() {
    for len in 1..80 {
        let base = vec![b'a'; len];
        let mut hashes = BTreeSet::from([hash_ref(&base), hash_ref(&base[1..])]);
        for at in 0..len {
            let mut changed = base.clone();
            changed[at] = b'b';
            hashes.insert(hash_ref(&changed));
        }
        assert_eq!(hashes.len(), len + 2, "{len}");
    }
}

#[test]
fn five_thousand_refs_are_spread() {
    let keys: Vec<_> = (0..5_000).map(|n| format!("vendor-{}/model-{n}", n % 120)).collect();
    let index = built(&keys);
    assert_eq!(index.slots.len(), 16_384);
    for (entry, key) in keys.iter().enumerate() {
        assert_eq!(find(index, &keys, key), Some(entry));
    }
    let candidates: usize = (5_000..10_000)
        .map(|n| index.probe(hash_ref(format!("vendor-{}/model-{n}", n % 120).as_bytes())).count())
        .sum();
    assert!(candidates < 200, "{candidates} of 5,000 misses had a key to compare");
}

#[test]
fn an_empty_index_finds_nothing() {
    assert_eq!(Index { slots: &[] }.probe(7).count(), 0);
    assert_eq!(built(&[]).probe(7).count(), 0);
}

#[test]
fn sizes_are_powers_of_two_at_most_half_full() {
    for entries in 0..2_000 {
        let slots = Index::slots_for(entries);
        assert!(slots.is_power_of_two() && entries * 2 <= slots);
    }
    assert_eq!(Index::slots_for(50_000), 131_072);
}

#[test]
#[should_panic(expected = "too few slots")]
fn a_full_table_is_refused() {
    Index::fill(&mut [0; 4], [(1, 1), (2, 2), (3, 3)]);
}

#[test]
#[should_panic(expected = "no power of two")]
fn an_odd_table_is_refused() {
    Index::fill(&mut [0; 12], [(1, 1)]);
}

#[test]
#[should_panic(expected = "over 24 bits")]
fn a_large_entry_number_is_refused() {
    Index::fill(&mut [0; 4], [(1, 1 << 24)]);
}

proptest! {
    #[test]
    fn every_key_is_found_and_no_other(
        keys in prop::collection::btree_set("[a-z]{1,3}/[a-z0-9.@/-]{0,40}", 0..80),
        others in prop::collection::vec("[a-z]{1,3}/[a-z0-9.@/-]{0,40}", 0..40),
    ) {
        let list: Vec<String> = keys.iter().cloned().collect();
        let index = built(&list);
        for (entry, key) in list.iter().enumerate() {
            prop_assert_eq!(find(index, &list, key), Some(entry));
        }
        for other in others.iter().filter(|other| !keys.contains(*other)) {
            prop_assert_eq!(find(index, &list, other), None);
        }
    }

    #[test]
    fn every_probe_ends(hashes in prop::collection::vec(any::<u64>(), 0..60), other: u64) {
        let mut slots = vec![0; Index::slots_for(hashes.len())];
        Index::fill(&mut slots, hashes.iter().copied().zip(0..));
        let index = Index { slots: slots.leak() };
        for (entry, hash) in hashes.iter().enumerate() {
            prop_assert!(index.probe(*hash).any(|found| found as usize == entry));
        }
        prop_assert!(index.probe(other).count() <= hashes.len());
    }
}
