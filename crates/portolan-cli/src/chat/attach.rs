//! Files that go along with a prompt. What a file is, its content says; its ending only where the content does not. A text
//! goes as a text under its name, anything else as what it is; whether the model takes it is checked before anything is
//! sent.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use portolan::types::Modality;
use portolan::{Media, Part};

use crate::failure::Failure;

/// The largest file that is sent. Providers take less; this keeps a mistaken path from filling the memory.
const MAX_BYTES: u64 = 64 << 20;

/// Media types by the ending of a file name, for content that does not begin with a sign of its own.
const ENDINGS: [(&str, &str); 6] = [
    ("mp3", "audio/mpeg"),
    ("aac", "audio/aac"),
    ("opus", "audio/ogg"),
    ("mpg", "video/mpeg"),
    ("mpeg", "video/mpeg"),
    ("pdf", "application/pdf"),
];

/// The parts that files come to, images last.
pub(super) fn parts(files: &[PathBuf], images: &[PathBuf]) -> Result<Vec<Part>, Failure> {
    let files = files.iter().map(|path| part(path, read(path, MAX_BYTES)?));
    let images = images.iter().map(|path| {
        let media = media(path, read(path, MAX_BYTES)?).ok();
        let image = media.filter(|media| media.kind() == Modality::Image);
        image.map(Part::from).ok_or_else(|| Failure::file(path, "it is no image that is known"))
    });
    files.chain(images).collect()
}

fn part(path: &Path, bytes: Vec<u8>) -> Result<Part, Failure> {
    let bytes = match media(path, bytes) {
        Ok(media) => return Ok(media.into()),
        Err(bytes) => bytes,
    };
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(Part::text(format!("{}:\n\n{text}\n", name(path)))),
        _ => {
            Err(Failure::file(path, "it is neither a text nor an image, a sound, a film or a PDF"))
        }
    }
}

/// The content as an image, a sound, a film or a PDF, or the bytes back.
fn media(path: &Path, bytes: Vec<u8>) -> Result<Media, Vec<u8>> {
    let sign = infer::get(&bytes).map(|kind| kind.mime_type());
    let ending = || {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        let known = ENDINGS.iter().find(|(known, _)| *known == ending);
        known.filter(|_| std::str::from_utf8(&bytes).is_err()).map(|(_, mime)| *mime)
    };
    let Some(mime) = sign.or_else(ending) else { return Err(bytes) };
    if Media::bytes(mime, []).is_none() {
        return Err(bytes);
    }
    match Media::bytes(mime, bytes) {
        Some(media) => Ok(media.named(name(path))),
        None => Err(Vec::new()),
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The bytes of a file of at most this size.
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::file(path, error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Failure::file(path, "it is a folder"));
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(Failure::file(path, format!("it has more than {most} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, bytes: &[u8]) -> Option<(Modality, String)> {
        let media = media(Path::new(name), bytes.to_vec()).ok()?;
        assert_eq!(media.name(), Some(name));
        Some((media.kind(), media.mime().to_owned()))
    }

    #[test]
    fn the_content_says_what_a_file_is_before_its_ending_does() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(kind("a.jpg", png), Some((Modality::Image, "image/png".to_owned())));
        assert_eq!(kind("a", b"%PDF-1.7\n"), Some((Modality::Pdf, "application/pdf".to_owned())));
        let wav = b"RIFF\x24\0\0\0WAVEfmt ";
        assert!(matches!(kind("a.bin", wav), Some((Modality::Audio, _))));
        let headless = [0xff, 0x00, 0xfe];
        assert_eq!(kind("a.MP3", &headless), Some((Modality::Audio, "audio/mpeg".to_owned())));
        assert_eq!(kind("a.bin", &headless), None);
        assert_eq!(kind("notes.mp3", b"just words"), None);
        assert_eq!(kind("a.zip", b"PK\x03\x04\x14\0"), None);
    }

    #[test]
    fn a_text_goes_under_its_name_and_what_is_nothing_is_refused() {
        let text = part(Path::new("/x/notes.md"), "# Héllo".into()).unwrap();
        assert_eq!(text, Part::text("notes.md:\n\n# Héllo\n"));
        for bytes in [&b"PK\x03\x04\x14\0"[..], b"a\0b", &[0xff, 0xfe, 0x00]] {
            assert_eq!(part(Path::new("x"), bytes.to_vec()).unwrap_err().code, "file");
        }
    }
}
