//! An open-addressing table from hashes to entry numbers: the generator fills it, lookups read it.
//!
//! A slot is a `u32`: an 8-bit tag of the hash above a 24-bit entry number; 0 is an empty slot. A
//! matching tag is only a candidate, so the caller always compares the key.

/// A table whose length is a power of two, or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// The slots, as [`Index::fill`] left them.
    pub slots: &'static [u32],
}

const ENTRY_BITS: u32 = 24;

impl Index {
    /// The most entries that fit, and the bound of entry numbers.
    pub const MAX_ENTRIES: usize = 1 << ENTRY_BITS;

    /// How many slots to have for so many entries: a power of two that stays at most half full, so
    /// that every probe ends, and most at the first or second slot.
    pub const fn slots_for(entries: usize) -> usize {
        (entries * 2).next_power_of_two()
    }

    /// Fills slots from pairs of a key's hash and its entry number.
    ///
    /// # Panics
    ///
    /// If the slots are fewer than [`slots_for`](Self::slots_for) says or not a power of two, or an
    /// entry number has more than 24 bits: mistakes of the generator.
    pub fn fill(slots: &mut [u32], entries: impl IntoIterator<Item = (u64, u32)>) {
        assert!(slots.len().is_power_of_two(), "the number of slots is no power of two");
        slots.fill(0);
        let mut filled = 0;
        for (hash, entry) in entries {
            assert!((entry as usize) < Self::MAX_ENTRIES, "entry number {entry} is over 24 bits");
            filled += 1;
            assert!(Self::slots_for(filled) <= slots.len(), "too few slots");
            let mut at = position(hash, slots.len());
            while slots[at] != 0 {
                at = (at + 1) % slots.len();
            }
            slots[at] = tag(hash) | entry;
        }
    }

    /// The entry numbers that may belong to a key with this hash.
    #[inline]
    pub fn probe(&self, hash: u64) -> impl Iterator<Item = u32> + use<> {
        let slots = self.slots;
        let tag = tag(hash);
        let mut at = position(hash, slots.len());
        core::iter::from_fn(move || {
            loop {
                let slot = *slots.get(at).filter(|slot| **slot != 0)?;
                at = (at + 1) & (slots.len() - 1);
                if slot >> ENTRY_BITS == tag >> ENTRY_BITS {
                    return Some(slot & ((1 << ENTRY_BITS) - 1));
                }
            }
        })
    }
}

/// The tag in its place in a slot; never 0, so that no filled slot looks empty.
#[inline]
fn tag(hash: u64) -> u32 {
    let tag = (hash >> (u64::BITS - 8)) as u32;
    tag.max(1) << ENTRY_BITS
}

/// Where to start: from the hash's low bits, which the tag does not use.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a table has at most 2^25 slots")]
fn position(hash: u64, slots: usize) -> usize {
    (hash as usize) & slots.wrapping_sub(1)
}
