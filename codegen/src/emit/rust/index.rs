//! The index over refs: where each `provider/model` and each alias of one is found, as a table that a lookup reads
//! without any work at start-up.

use std::fmt::{LowerHex, Write};

use portolan_types::{Catalog as Lookup, Index, hash_ref};

use super::Listed;

/// The items of an `index.rs` over catalogs, each a list of providers by id with models by id: an entry number is made of
/// positions.
pub(super) fn items(catalogs: &[Vec<Listed<'_>>]) -> String {
    let (keys, entries) = keys(catalogs);
    let groups = Index::groups_for(keys.len());
    let (mut tags, mut starts) = (vec![0; groups], vec![0; groups]);
    let mut order = vec![0; keys.len()];
    let hashes: Vec<_> = keys.iter().map(|key| hash_ref(key.as_bytes())).collect();
    Index::fill(&mut tags, &mut starts, &mut order, &hashes);
    let entries: Vec<_> = order.iter().map(|key| entries[*key as usize]).collect();
    let mut out = String::with_capacity(128 * groups);
    out.push_str(
        "/// Tags of the slots, a byte each, eight to a word: bytes of hashes, 0 where empty.\n",
    );
    table(&mut out, "TAGS", &tags, 4);
    out.push_str("\n/// How many keys lie before those of each group.\n");
    table(&mut out, "STARTS", &starts, 8);
    out.push_str("\n/// What the keys stand for.\n");
    table(&mut out, "ENTRIES", &entries, 8);
    out.push_str("\n/// Every ref and alias of a ref, in the order of the slots.\n");
    // Writing into a String cannot fail.
    let _ = writeln!(out, "pub(super) static KEYS: [&str; {}] = [", keys.len());
    for key in &order {
        let _ = writeln!(out, "    {:?},", keys[*key as usize]);
    }
    out.push_str("];\n");
    out
}

fn keys(catalogs: &[Vec<Listed<'_>>]) -> (Vec<String>, Vec<u32>) {
    let (mut keys, mut entries) = (Vec::new(), Vec::new());
    for (catalog, list) in catalogs.iter().enumerate() {
        for (provider, listed) in list.iter().enumerate() {
            for (model, row) in listed.models.iter().enumerate() {
                let number = Lookup::entry_number(catalog, provider, model);
                for id in std::iter::once(&row.id).chain(&row.aliases) {
                    keys.push([listed.provider.id.as_str(), "/", id].concat());
                    entries.push(number);
                }
            }
        }
    }
    (keys, entries)
}

/// A static of numbers in hexadecimal, so many on a line.
fn table<T: LowerHex>(out: &mut String, name: &str, numbers: &[T], per_line: usize) {
    let digits = 2 * size_of::<T>();
    let bits = 4 * digits;
    // Writing into a String cannot fail.
    let _ = write!(out, "pub(super) static {name}: [u{bits}; {}] = [", numbers.len());
    for line in numbers.chunks(per_line) {
        out.push_str("\n   ");
        for number in line {
            let _ = write!(out, " 0x{number:0digits$x},");
        }
    }
    out.push_str("\n];\n");
}
