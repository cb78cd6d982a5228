//! Finds characters that no reviewer can see: controls, direction marks and overrides, line
//! separators, a byte order mark inside the text. Takes a text, reports each at its place.

use std::ops::Range;

use super::Report;
use crate::code::Code;
use crate::diagnostic::Diagnostic;

/// Reports every forbidden character of a file's text; a byte order mark may begin it.
pub(super) fn check(text: &str, report: &mut Report) {
    let bytes = text.as_bytes();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while let Some(skipped) = bytes[at..].iter().position(|byte| SUSPECT[usize::from(*byte)]) {
        at += skipped;
        let Some(found) = text[at..].chars().next() else { break };
        // A return that ends no line would hide what stands before it, or look like no line end.
        let lone_return = found == '\r' && bytes.get(at + 1) != Some(&b'\n');
        if lone_return || is_forbidden(found) {
            let span = report.span(at, at + found.len_utf8());
            let message = format!("the character U+{:04X} is not allowed", u32::from(found));
            report.add(
                Diagnostic::new(Code::ForbiddenCharacter, span, message)
                    .label(name(found))
                    .help("delete it, also in comments"),
            );
        }
        at += found.len_utf8();
    }
}

/// Whether a character has no place in a manifest, not even as an escape in quotes.
pub(crate) fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || is_direction(c)
        || is_separator(c)
        || is_invisible(c)
}

/// The escapes of a text in double quotes, each with the character that it stands for. Those that stand for themselves
/// or that the parser refuses are left out.
pub(super) fn escapes(source: &str) -> impl Iterator<Item = (Range<usize>, char)> + '_ {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + source.get(rest..)?.find('\\')?;
            let kind = source[start + 1..].chars().next()?;
            let digits = match kind {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            let first = start + 1 + kind.len_utf8();
            rest = first + digits;
            let number = || u32::from_str_radix(source.get(first..rest)?, 16).ok();
            let meant = if digits > 0 { number().and_then(char::from_u32) } else { named(kind) };
            if let Some(meant) = meant {
                return Some((start..rest, meant));
            }
            rest = rest.min(source.len());
        }
    })
}

/// The control characters and separators that YAML has a letter for.
const fn named(kind: char) -> Option<char> {
    match kind {
        '0' => Some('\0'),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'v' => Some('\u{b}'),
        'f' => Some('\u{c}'),
        'e' => Some('\u{1b}'),
        'N' => Some('\u{85}'),
        'L' => Some('\u{2028}'),
        'P' => Some('\u{2029}'),
        _ => None,
    }
}

const fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

const fn is_separator(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Characters without a shape that no name needs. Those that join letters or choose an emoji's form are not among them.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

fn name(c: char) -> &'static str {
    match c {
        '\u{feff}' => "a byte order mark inside the text",
        '\u{2028}' | '\u{2029}' => "a line separator that is no line end",
        '\r' => "a carriage return without a line feed",
        c if is_invisible(c) => "a character that nobody can see",
        c if is_direction(c) => "it changes the direction of the text around it",
        _ => "a control character",
    }
}

/// The bytes that may begin a forbidden character, so that all others are passed over quickly.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        suspect[byte] = byte != b'\t' as usize && byte != b'\n' as usize;
        byte += 1;
    }
    suspect[0x7f] = true;
    // First bytes of U+0080..U+00BF, U+0600..U+063F, U+1000..U+3FFF, U+F000..U+FFFF and U+C0000..U+FFFFF.
    suspect[0xc2] = true;
    suspect[0xd8] = true;
    suspect[0xe1] = true;
    suspect[0xe2] = true;
    suspect[0xe3] = true;
    suspect[0xef] = true;
    suspect[0xf3] = true;
    suspect
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forbidden_character_begins_with_a_suspect_byte() {
        for c in ('\0'..=char::MAX).filter(|c| is_forbidden(*c)) {
            let first = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
            assert!(SUSPECT[usize::from(first)], "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn every_escape_is_found_where_it_stands() {
        let found: Vec<_> = escapes(r#"a\\u0041 \x1b\u202eé\U0001F600\"\0\q\uD800"#).collect();
        let expected = [(9..13, '\u{1b}'), (13..19, '\u{202e}'), (21..31, '😀'), (33..35, '\0')];
        assert_eq!(found, expected);
        assert_eq!(escapes(r"\u00é").count() + escapes(r"\").count() + escapes("").count(), 0);
    }

    #[test]
    fn common_characters_are_allowed() {
        assert!(!"\t\n\r aZ~é模型🎉\u{200d}\u{a0}".chars().any(is_forbidden));
        assert!("\0\u{1b}\u{7f}\u{85}\u{202e}\u{2066}\u{feff}".chars().all(is_forbidden));
    }
}
