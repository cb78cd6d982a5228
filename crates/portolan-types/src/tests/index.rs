//! The hash of refs and the table over it.

use std::collections::BTreeSet;
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use crate::{Index, hash_ref};

fn built(keys: &[String]) -> Index {
    let hashes: Vec<_> = keys.iter().map(|key| hash_ref(key.as_bytes())).collect();
    let (index, order) = filled(Index::groups_for(keys.len()), &hashes);
    let text = |key: &u32| -> &'static str { keys[*key as usize].clone().leak() };
    let texts: Vec<_> = order.iter().map(text).collect();
    // An entry is not the place of its key, so that one is not taken for the other.
    let entries: Vec<u32> = order.iter().map(|key| key + 7).collect();
    Index { keys: texts.leak(), entries: entries.leak(), ..index }
}

/// A table without keys, and which key would lie where.
fn filled(groups: usize, hashes: &[u64]) -> (Index, Vec<u32>) {
    let (mut tags, mut starts) = (vec![u64::MAX; groups], vec![u32::MAX; groups]);
    let mut order = vec![u32::MAX; hashes.len()];
    Index::fill(&mut tags, &mut starts, &mut order, hashes);
    (Index { tags: tags.leak(), starts: starts.leak(), keys: &[], entries: &[] }, order)
}

fn find(index: Index, key: &str) -> Option<usize> {
    index.find(key).map(|entry| entry as usize - 7)
}

/// How many keys a lookup of this hash has to compare if none is the right one.
fn candidates(index: Index, hash: u64) -> usize {
    let mut count = 0;
    let found = index.find_hashed(hash, |_| {
        count += 1;
        false
    });
    assert_eq!(found, None);
    count
}

#[test]
fn the_hash_is_part_of_the_format() {
    let usual = "openrouter/anthropic/claude-sonnet-4.5@20250929";
    let long = "amazon-bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    assert_eq!(
        ["", "a", "ab", "xiaomi", "openai/o3", "openai/gpt-5-pro", usual, long]
            .map(|key| hash_ref(key.as_bytes())),
        [
            11_912_144_113_143_032_851,
            16_305_600_763_700_980_164,
            15_762_870_316_317_324_802,
            15_681_111_900_428_381_108,
            13_985_234_193_235_906_347,
            9_279_871_314_359_331_050,
            2_467_025_402_343_128_694,
            2_169_052_022_556_086_276,
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
    assert_eq!((index.tags.len(), index.starts.len()), (2_048, 2_048));
    for (entry, key) in keys.iter().enumerate() {
        assert_eq!(find(index, key), Some(entry));
    }
    let hash = |n| hash_ref(format!("vendor-{}/model-{n}", n % 120).as_bytes());
    let compared: usize = (5_000..10_000).map(|n| candidates(index, hash(n))).sum();
    assert!(compared < 200, "{compared} keys were compared in 5,000 misses");
}

#[test]
fn an_empty_index_finds_nothing() {
    assert_eq!(candidates(Index { tags: &[], starts: &[], keys: &[], entries: &[] }, 7), 0);
    assert_eq!(candidates(built(&[]), 7), 0);
}

#[test]
fn sizes_are_powers_of_two_at_most_half_full() {
    for entries in 0..2_000 {
        let groups = Index::groups_for(entries);
        assert!(groups.is_power_of_two() && entries * 2 <= groups * 8);
    }
    assert_eq!(Index::groups_for(50_000), 16_384);
}

#[test]
#[should_panic(expected = "too few groups")]
fn a_full_table_is_refused() {
    filled(1, &[0, 1, 2, 3, 4]);
}

#[test]
#[should_panic(expected = "no power of two")]
fn an_odd_table_is_refused() {
    filled(12, &[1]);
}

#[test]
#[should_panic(expected = "not one start to a group")]
fn a_group_without_a_start_is_refused() {
    Index::fill(&mut [0; 2], &mut [0; 1], &mut [0], &[1]);
}

#[test]
#[should_panic(expected = "not one place to a key")]
fn a_key_without_a_place_is_refused() {
    Index::fill(&mut [0; 2], &mut [0; 2], &mut [], &[1]);
}

#[test]
fn a_group_that_is_full_goes_on_in_the_next() {
    // Sixteen keys of one group and one tag.
    let (index, order) = filled(4, &[3; 16]);
    for wanted in 0..16 {
        let found = index.find_hashed(3, |position| order.get(position) == Some(&wanted));
        assert_eq!(found.map(|position| order[position]), Some(wanted));
    }
    assert_eq!(candidates(index, 3), 16);
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
            prop_assert_eq!(find(index, key), Some(entry));
        }
        for other in others.iter().filter(|other| !keys.contains(*other)) {
            prop_assert_eq!(find(index, other), None);
        }
    }

    #[test]
    fn every_probe_ends(hashes in prop::collection::vec(any::<u64>(), 0..60), other: u64) {
        let (index, order) = filled(Index::groups_for(hashes.len()), &hashes);
        for (key, hash) in (0..).zip(&hashes) {
            prop_assert!(index.find_hashed(*hash, |at| order.get(at) == Some(&key)).is_some());
        }
        prop_assert!(candidates(index, other) <= hashes.len());
    }
}
