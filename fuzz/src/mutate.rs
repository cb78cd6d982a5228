//! Changes to texts that people write: characters of each class, lines, words. Takes a text, returns another; the same seed
//! gives the same change.

use std::iter;

use crate::{Target, seeds};

/// What a change to a character puts in or finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What YAML is made of.
    Structure,
    /// A digit.
    Digit,
    /// A letter.
    Letter,
    /// A quotation mark.
    Quote,
    /// A space or tab.
    Blank,
    /// An end of a line.
    LineEnd,
    /// A letter outside of ASCII.
    NonAscii,
    /// What nobody sees: controls and direction marks.
    Control,
    /// The byte order mark.
    Mark,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 9] = [
        Self::Structure,
        Self::Digit,
        Self::Letter,
        Self::Quote,
        Self::Blank,
        Self::LineEnd,
        Self::NonAscii,
        Self::Control,
        Self::Mark,
    ];

    /// What stands for it in a text.
    pub const fn samples(self) -> &'static [&'static str] {
        match self {
            Self::Structure => {
                &[":", "-", "[", "]", "{", "}", ",", "#", "&", "*", "!", "|", ">", "?", "%", "@"]
            }
            Self::Digit => &["0", "9"],
            Self::Letter => &["e", "Z", "_"],
            Self::Quote => &["\"", "'", "`", "\\"],
            Self::Blank => &[" ", "\t"],
            Self::LineEnd => &["\n", "\r\n", "\r"],
            Self::NonAscii => &["é", "模", "\u{1f600}"],
            Self::Control => &["\0", "\u{1b}", "\u{7f}", "\u{202e}", "\u{2066}"],
            Self::Mark => &["\u{feff}"],
        }
    }

    /// The class of a character, if it is of one.
    pub fn of(c: char) -> Option<Self> {
        Some(match c {
            '0'..='9' => Self::Digit,
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '"' | '\'' | '`' | '\\' => Self::Quote,
            ' ' | '\t' => Self::Blank,
            '\n' | '\r' => Self::LineEnd,
            '\u{feff}' => Self::Mark,
            c if c.is_ascii_punctuation() => Self::Structure,
            c if c.is_control() => Self::Control,
            c if !c.is_ascii() => Self::NonAscii,
            _ => return None,
        })
    }
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEdit {
    /// It goes.
    Delete,
    /// It comes twice.
    Double,
    /// It and the next change places.
    Swap,
    /// It moves to the right by two spaces.
    Indent,
    /// It moves to the left by two spaces.
    Dedent,
    /// It becomes a comment.
    Comment,
}

impl LineEdit {
    /// Every edit.
    pub const ALL: [Self; 6] =
        [Self::Delete, Self::Double, Self::Swap, Self::Indent, Self::Dedent, Self::Comment];
}

/// A text with one of its lines edited. The last line has no next one, so swapping it changes nothing.
pub fn with_line(text: &str, number: usize, edit: LineEdit) -> String {
    let mut lines: Vec<_> = text.split_inclusive('\n').map(str::to_owned).collect();
    let Some(line) = lines.get(number).cloned() else { return text.to_owned() };
    match edit {
        LineEdit::Delete => lines[number].clear(),
        LineEdit::Double => lines.insert(number, line),
        LineEdit::Swap if number + 1 < lines.len() => lines.swap(number, number + 1),
        LineEdit::Swap => {}
        LineEdit::Indent => lines[number].insert_str(0, "  "),
        LineEdit::Dedent => line.strip_prefix("  ").unwrap_or(&line).clone_into(&mut lines[number]),
        LineEdit::Comment => lines[number].insert(0, '#'),
    }
    lines.concat()
}

/// A text in which the bytes of a range are others.
pub fn with_range(text: &str, start: usize, end: usize, new: &str) -> String {
    [&text[..start], new, &text[end..]].concat()
}

/// A stream of numbers that a seed fixes.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, by `SplitMix64`.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below this one, which is not 0.
    #[expect(clippy::cast_possible_truncation, reason = "any number will do")]
    pub const fn below(&mut self, end: usize) -> usize {
        self.number() as usize % end
    }

    /// One of a list that is not empty.
    pub fn one<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// An input of a target with one to four changes. What is no UTF-8 is replaced first.
pub fn mutated(target: Target, text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(text).into_owned();
    for _ in 0..=random.below(4) {
        text = match random.below(5) {
            0 => character(&text, random),
            1 => {
                let lines = text.matches('\n').count() + 1;
                with_line(&text, random.below(lines), *random.one(&LineEdit::ALL))
            }
            2 => moved_lines(&text, random),
            _ => word(target, &text, random),
        };
    }
    text.into_bytes()
}

/// One character deleted, doubled, replaced or put in.
fn character(text: &str, random: &mut Random) -> String {
    let at = boundary(text, random.below(text.len() + 1));
    let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    let class = *random.one(&Class::ALL);
    let new = *random.one(class.samples());
    match random.below(4) {
        0 => with_range(text, at, end, ""),
        1 => with_range(text, at, at, &text[at..end]),
        2 => with_range(text, at, end, new),
        _ => with_range(text, at, at, new),
    }
}

/// A few lines in a row, once more at another place.
fn moved_lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let start = random.below(lines.len());
    let end = lines.len().min(start + 1 + random.below(8));
    let (to, block) = (random.below(lines.len() + 1), lines[start..end].to_vec());
    lines.splice(to..to, block);
    lines.concat()
}

/// A word replaced by another one of the text or of the language that it is in.
fn word(target: Target, text: &str, random: &mut Random) -> String {
    let words: Vec<_> = words(text).collect();
    if words.is_empty() {
        return text.to_owned();
    }
    let (start, old) = *random.one(&words);
    let new = match random.below(3) {
        0 if target.is_answer() => *random.one(&SCALARS),
        0 => random.one(seeds::words()).as_str(),
        1 => *random.one(&ODD),
        _ => random.one(&words).1,
    };
    with_range(text, start, start + old.len(), new)
}

/// Values at the ends of what is allowed.
const ODD: [&str; 18] = [
    "0",
    "-1",
    "1e9",
    "0.000000000001",
    "0.0000000000001",
    "1000000",
    "1000001",
    "18446744073709551615",
    "18446744073709551616",
    "~",
    "[]",
    "{}",
    "0001-01-01",
    "9999-12-31",
    "2024-02-29",
    "free",
    "''",
    "00:00-24:00Z",
];

/// What a value of an answer may be instead.
const SCALARS: [&str; 8] =
    ["null", "true", "\"\"", "0.5", "1e3", "{\"a\":1}", "[1,null]", "\"\\ud800\""];

/// The words of a text with their places.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let mut at = 0;
    iter::from_fn(move || {
        let start = at + text[at..].find(is_part)?;
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length);
        at = end;
        Some((start, &text[start..end]))
    })
}

/// The last place at or before this one that is between two characters.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
