//! The hash of refs, used by the generator that builds an index and by the lookup that reads it.
//!
//! The value is part of the format of generated files: it depends on nothing but the bytes, and a
//! change here changes every index.

const SECRET: [u64; 3] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3];

/// Hashes bytes by folding 128-bit products in the way of wyhash. Up to 48 bytes, which is nearly every ref, there is no
/// loop: the first, the middle and the last 16 bytes overlap, and none of their products waits for another. Not for use
/// against adversaries: whoever looks a key up must compare it.
#[inline]
pub const fn hash_ref(bytes: &[u8]) -> u64 {
    let length = bytes.len() as u64;
    let (Some(first), Some(last)) = (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) else {
        let (low, high) = short(bytes);
        return fold(SECRET[2] ^ length, fold(low ^ SECRET[1], high ^ SECRET[0]));
    };
    let state = fold_pair(halves(first), SECRET[0], SECRET[1]).wrapping_add(fold_pair(
        halves(last),
        SECRET[2] ^ length,
        SECRET[0],
    ));
    let (_, middle) = bytes.split_at((bytes.len() - 16) / 2);
    match middle.first_chunk::<16>() {
        Some(middle) if bytes.len() <= 48 => {
            state.wrapping_add(fold_pair(halves(middle), SECRET[1], SECRET[2]))
        }
        _ => long(bytes, state),
    }
}

/// What lies between the first and the last 16 bytes, which the last step may overlap.
const fn long(bytes: &[u8], mut state: u64) -> u64 {
    let (_, rest) = bytes.split_at(16);
    let (mut rest, _) = rest.split_at(rest.len() - 1);
    while let Some((chunk, after)) = rest.split_first_chunk::<16>() {
        state = fold_pair(halves(chunk), SECRET[1], state);
        rest = after;
    }
    state
}

#[inline]
const fn fold_pair((low, high): (u64, u64), with_low: u64, with_high: u64) -> u64 {
    fold(low ^ with_low, high ^ with_high)
}

/// The two words of at most 15 bytes, which overlap where they are fewer than 16 or 8.
#[inline]
const fn short(bytes: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return (u32::from_le_bytes(*first) as u64, u32::from_le_bytes(*last) as u64);
    }
    match bytes {
        [first, .., last] => ((*first as u64) << 8 | bytes[bytes.len() / 2] as u64, *last as u64),
        [only] => (*only as u64, 0),
        [] => (0, 0),
    }
}

#[inline]
const fn halves(chunk: &[u8; 16]) -> (u64, u64) {
    split(u128::from_le_bytes(*chunk))
}

#[inline]
const fn fold(a: u64, b: u64) -> u64 {
    let (low, high) = split(a as u128 * b as u128);
    low ^ high
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low word is what is wanted")]
const fn split(both: u128) -> (u64, u64) {
    (both as u64, (both >> 64) as u64)
}
