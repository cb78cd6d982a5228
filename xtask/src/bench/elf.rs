//! What a program has to do before `main`, read from its file: relocations and constructors.
//!
//! Takes the bytes of a 64-bit little-endian ELF file; anything else gives `None`.

/// What a dynamic loader has to do at the start of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// How many addresses it has to fill in.
    pub(super) relocations: u64,
    /// How many bytes of pointers to functions that run before `main`.
    pub(super) constructors: u64,
}

const RELA: u32 = 4;
const INIT_ARRAY: u32 = 14;
const PREINIT_ARRAY: u32 = 16;
const RELA_SIZE: u64 = 24;

pub(super) fn start(file: &[u8]) -> Option<Start> {
    if !file.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let sections = usize::try_from(u64_at(file, 0x28)?).ok()?;
    let (size, count) = (u16_at(file, 0x3a)?, u16_at(file, 0x3c)?);
    let mut start = Start::default();
    for number in 0..usize::from(count) {
        let section = file.get(sections + number * usize::from(size)..)?;
        let (kind, bytes) = (u32_at(section, 4)?, u64_at(section, 0x20)?);
        match kind {
            RELA => start.relocations += bytes / RELA_SIZE,
            INIT_ARRAY | PREINIT_ARRAY => start.constructors += bytes,
            _ => {}
        }
    }
    Some(start)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with these sections, each its kind and how many bytes it has.
    fn file(sections: &[(u32, u64)]) -> Vec<u8> {
        let mut file = vec![0; 0x40];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        file[0x28] = 0x40;
        file[0x3a] = 0x40;
        file[0x3c] = u8::try_from(sections.len()).unwrap();
        for (kind, bytes) in sections {
            let mut header = [0; 0x40];
            header[4..8].copy_from_slice(&kind.to_le_bytes());
            header[0x20..0x28].copy_from_slice(&bytes.to_le_bytes());
            file.extend(header);
        }
        file
    }

    #[test]
    fn relocations_and_constructors_are_counted() {
        let file = file(&[(1, 999), (RELA, 240), (INIT_ARRAY, 8), (RELA, 24)]);
        assert_eq!(start(&file), Some(Start { relocations: 11, constructors: 8 }));
        assert_eq!(start(&file[..0x80]), None);
        assert_eq!(start(b"MZ"), None);
    }
}
