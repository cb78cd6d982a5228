//! An open-addressing table from hashes to entry numbers: the generator fills it, lookups read it.
//!
//! Slots come in groups of eight. A group's tags, a byte of each key's hash, lie in one word, so that a lookup compares
//! eight at once: a miss is one load and two branches that are nearly always the same. A matching tag is only a
//! candidate, so the caller always compares the key.

/// A table whose number of groups is a power of two, or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// The tags of each group, a byte per slot, 0 where the slot is empty; as [`Index::fill`] left them.
    pub tags: &'static [u64],
    /// The entry number of each slot, eight to a group.
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

    /// How many slots that many groups have.
    pub const fn slots_of(groups: usize) -> usize {
        groups * GROUP
    }

    /// Fills a table from pairs of a key's hash and its entry number.
    ///
    /// # Panics
    ///
    /// If the groups are fewer than [`groups_for`](Self::groups_for) says or not a power of two, or the slots are not
    /// eight to a group: mistakes of the generator.
    pub fn fill(
        tags: &mut [u64],
        entries: &mut [u32],
        pairs: impl IntoIterator<Item = (u64, u32)>,
    ) {
        assert!(tags.len().is_power_of_two(), "the number of groups is no power of two");
        assert!(entries.len() == Self::slots_of(tags.len()), "not eight slots to a group");
        tags.fill(0);
        entries.fill(0);
        let mut filled = 0;
        for (hash, entry) in pairs {
            filled += 1;
            assert!(Self::groups_for(filled) <= tags.len(), "too few groups");
            let mut group = first_group(hash, tags.len());
            while zero_bytes(tags[group]) == 0 {
                group = (group + 1) % tags.len();
            }
            let byte = zero_bytes(tags[group]).trailing_zeros() / 8;
            tags[group] |= tag(hash) << (8 * byte);
            entries[group * GROUP + byte as usize] = entry;
        }
    }

    /// The first thing that `key` makes of an entry number that may belong to a key with this hash.
    #[inline]
    pub fn find<T>(&self, hash: u64, mut key: impl FnMut(u32) -> Option<T>) -> Option<T> {
        let wanted = tag(hash) * LOW_BITS;
        let mut group = first_group(hash, self.tags.len());
        loop {
            let tags = *self.tags.get(group)?;
            let mut candidates = zero_bytes(tags ^ wanted);
            while candidates != 0 {
                let byte = (candidates.trailing_zeros() / 8) as usize;
                if let Some(found) = key(*self.entries.get(group * GROUP + byte)?) {
                    return Some(found);
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
