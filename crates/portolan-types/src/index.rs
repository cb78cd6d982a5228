//! An open-addressing table over refs: the generator fills it, lookups read it.
//!
//! Slots come in groups of eight. A group's tags, a byte of each key's hash, lie in one word, so that a lookup compares
//! eight at once: a miss is one load and two branches that are nearly always the same. A matching tag is only a
//! candidate, so the key is always compared. Keys lie in a list of their own, in the order of the slots that they fill: a
//! lookup reads no row and no table of slots.

use crate::hash::hash_ref;

/// A table whose number of groups is a power of two, or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// The tags of each group, a byte per slot, 0 where the slot is empty; as [`Index::fill`] left them.
    pub tags: &'static [u64],
    /// How many keys lie before those of each group.
    pub starts: &'static [u32],
    /// The keys: refs, and aliases of refs, in the order that [`Index::fill`] gave.
    pub keys: &'static [&'static str],
    /// What each key stands for.
    pub entries: &'static [u32],
}

/// Slots in a group: bytes in a word.
const GROUP: usize = 8;

/// The lowest bit of each byte, and the highest.
const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = LOW_BITS << 7;

impl Index {
    /// How many groups to have for so many entries: a power of two with at least two slots an entry, so that every
    /// probe ends, nearly always in its first group.
    pub const fn groups_for(entries: usize) -> usize {
        (entries * 2).div_ceil(GROUP).next_power_of_two()
    }

    /// Fills a table from the hashes of the keys, and orders the keys: `order` holds, place by place, which one lies
    /// there.
    ///
    /// # Panics
    ///
    /// If the groups are fewer than [`groups_for`](Self::groups_for) says or not a power of two, `starts` has not one
    /// place a group or `order` not one a key: mistakes of the generator.
    pub fn fill(tags: &mut [u64], starts: &mut [u32], order: &mut [u32], hashes: &[u64]) {
        assert!(tags.len().is_power_of_two(), "the number of groups is no power of two");
        assert!(starts.len() == tags.len(), "not one start to a group");
        assert!(order.len() == hashes.len(), "not one place to a key");
        assert!(Self::groups_for(hashes.len()) <= tags.len(), "too few groups");
        tags.fill(0);
        for hash in hashes {
            place(tags, *hash);
        }
        let mut before = 0;
        for (start, tags) in starts.iter_mut().zip(&*tags) {
            *start = before;
            before += filled(*tags);
        }
        tags.fill(0);
        for (hash, key) in hashes.iter().zip(0..) {
            let (group, byte) = place(tags, *hash);
            order[starts[group] as usize + byte] = key;
        }
    }

    /// What a key stands for.
    #[inline]
    pub fn find(&self, key: &str) -> Option<u32> {
        let position = self.find_hashed(hash_ref(key.as_bytes()), |position| {
            self.keys.get(position).is_some_and(|other| *other == key)
        })?;
        self.entries.get(position).copied()
    }

    /// The first position of a key with this hash that is the right one.
    #[inline]
    pub(crate) fn find_hashed(
        &self,
        hash: u64,
        mut is_right: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        let wanted = tag(hash) * LOW_BITS;
        let mut group = first_group(hash, self.tags.len());
        loop {
            let tags = *self.tags.get(group)?;
            let mut candidates = zero_bytes(tags ^ wanted);
            while candidates != 0 {
                let byte = (candidates.trailing_zeros() / 8) as usize;
                let position = *self.starts.get(group)? as usize + byte;
                if is_right(position) {
                    return Some(position);
                }
                candidates &= candidates - 1;
            }
            if zero_bytes(tags) != 0 {
                return None;
            }
            group = (group + 1) & (self.tags.len() - 1);
        }
    }
}

/// Puts a tag into the first free slot that a probe comes to, and says into which byte of which group.
fn place(tags: &mut [u64], hash: u64) -> (usize, usize) {
    let mut group = first_group(hash, tags.len());
    while zero_bytes(tags[group]) == 0 {
        group = (group + 1) % tags.len();
    }
    let byte = filled(tags[group]);
    tags[group] |= tag(hash) << (8 * byte);
    (group, byte as usize)
}

/// How many slots of a group are filled: they are so from the lowest byte on.
const fn filled(tags: u64) -> u32 {
    (u64::BITS - tags.leading_zeros()).div_ceil(8)
}

/// The highest bit of each byte that is 0. A byte above the lowest of them may be marked too: what is marked is a
/// candidate, and nothing is marked only if no byte is 0.
#[inline]
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(LOW_BITS) & !word & HIGH_BITS
}

/// A byte of the hash; never 0, so that no filled slot looks empty.
#[inline]
const fn tag(hash: u64) -> u64 {
    let tag = hash >> (u64::BITS - 8);
    if tag == 0 { 1 } else { tag }
}

/// Where to start: from the hash's low bits, which the tag does not use.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "only the low bits count")]
const fn first_group(hash: u64, groups: usize) -> usize {
    (hash as usize) & groups.wrapping_sub(1)
}
