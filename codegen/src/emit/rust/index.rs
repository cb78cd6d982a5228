//! The index of a catalog: where each `provider/model` and each alias of one is found, as a table that a lookup reads
//! without any work at start-up.

use portolan_types::{Catalog as Lookup, Index, hash_ref};

use super::Listed;

const SLOTS_PER_LINE: usize = 8;

/// The items of `index.rs`. Providers are by id, models of each by id: an entry number is a pair of positions.
pub(super) fn items(list: &[Listed<'_>]) -> String {
    let slots = slots(list);
    let mut out = format!(
        "/// Slots of the catalog's index: an 8-bit tag of a hash above a 24-bit entry number, 0 where empty.\n\
         pub(super) static SLOTS: [u32; {}] = [",
        slots.len(),
    );
    for line in slots.chunks(SLOTS_PER_LINE) {
        out.push_str("\n   ");
        for slot in line {
            out.push_str(" 0x");
            out.extend((0..8).rev().map(|digit| hex_digit(slot >> (4 * digit))));
            out.push(',');
        }
    }
    out.push_str("\n];\n");
    out
}

fn hex_digit(value: u32) -> char {
    char::from_digit(value & 0xf, 16).unwrap_or('0')
}

fn slots(list: &[Listed<'_>]) -> Vec<u32> {
    let mut entries = Vec::new();
    let mut key = String::new();
    for (position, Listed { provider, models, .. }) in list.iter().enumerate() {
        for (model_position, model) in models.iter().enumerate() {
            let number = Lookup::entry_number(position, model_position);
            for id in std::iter::once(&model.id).chain(&model.aliases) {
                key.clear();
                key.extend([provider.id.as_str(), "/", id]);
                entries.push((hash_ref(key.as_bytes()), number));
            }
        }
    }
    let mut slots = vec![0; Index::slots_for(entries.len())];
    Index::fill(&mut slots, entries);
    slots
}
