//! What may be a key is not shown. A file is shown with the places of its mistakes, and a person may have put a key
//! anywhere, so this goes by the text, before it is known whether it is YAML at all: what starts as keys do, what is as
//! long and mixed as only keys are, and what stands under a word for them.

use std::ops::Range;

use crate::diagnostic::Diagnostic;

/// What keys are called.
const WORDS: [&str; 6] = ["key", "keys", "token", "secret", "password", "authorization"];
/// A text with a known prefix may be a key from this length on.
const SHORTEST: usize = 8;
/// A text of letters and digits alone may be one from this length on.
const LONGEST_WORD: usize = 24;

/// The texts that may be keys.
#[derive(Clone, Default)]
pub(super) struct Mask {
    /// Where they are.
    places: Vec<Range<usize>>,
    /// What they are, the longest first.
    texts: Vec<String>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mask").field("places", &self.places).finish_non_exhaustive()
    }
}

impl Mask {
    pub(super) fn of(text: &str, prefixes: &[&str]) -> Self {
        let mut mask = Self::default();
        let mut block: Option<usize> = None;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let indent = line.len() - line.trim_start().len();
            let blank = line.trim().is_empty();
            if !blank && block.is_some_and(|outer| indent <= outer) {
                block = None;
            }
            let mut of_keys = block.is_some();
            for place in words(line) {
                let word = &line[place.clone()];
                if line[place.end..].trim_start_matches(['"', '\'']).starts_with(':')
                    && !is_key(word, prefixes)
                {
                    of_keys |= is_word_for_keys(word);
                } else if is_key(word, prefixes) || of_keys && !is_reference(line, &place) {
                    mask.places.push(start + place.start..start + place.end);
                }
            }
            if of_keys && block.is_none() && !blank {
                block = Some(indent);
            }
            start += line.len();
        }
        mask.texts = mask.places.iter().map(|place| text[place.clone()].to_owned()).collect();
        mask.texts.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        mask.texts.dedup();
        mask
    }

    /// The text, as long as it was.
    pub(super) fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for place in &self.places {
            out.push_str(&text[end..place.start]);
            out.extend(std::iter::repeat_n('x', place.len()));
            end = place.end;
        }
        out + &text[end..]
    }

    /// A mistake without them, cut off ones included.
    pub(super) fn mistake(&self, mut mistake: Diagnostic) -> Diagnostic {
        let hide = |text: &mut String| {
            for secret in &self.texts {
                for length in (SHORTEST.min(secret.len())..=secret.len()).rev() {
                    if let Some(part) = secret.get(..length).filter(|part| text.contains(*part)) {
                        *text = text.replace(part, &"x".repeat(part.len()));
                    }
                }
            }
        };
        hide(&mut mistake.message);
        hide(&mut mistake.label);
        mistake.help.iter_mut().for_each(hide);
        mistake.secondary.iter_mut().for_each(|(_, label)| hide(label));
        mistake
    }
}

/// The words of a line: what neither space nor YAML's own signs part.
fn words(line: &str) -> impl Iterator<Item = Range<usize>> {
    let parts = |c: char| c.is_whitespace() || "/{}[],\"'#:=`<>()|&*!%@".contains(c);
    let mut at = 0;
    line.split(parts).filter_map(move |word| {
        let place = at..at + word.len();
        // The sign after it may be longer than a byte.
        at = place.end + line[place.end..].chars().next().map_or(0, char::len_utf8);
        (!word.is_empty()).then_some(place)
    })
}

fn is_word_for_keys(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let last = word.rsplit(['_', '-', '.']).next().unwrap_or_default();
    WORDS.contains(&last) || last.ends_with("apikey")
}

/// Whether a word is the name in `${NAME}`, or what is no value.
fn is_reference(line: &str, place: &Range<usize>) -> bool {
    let word = &line[place.clone()];
    line[..place.start].ends_with("${") || matches!(word, "$" | "-" | "~" | "null")
}

fn is_key(word: &str, prefixes: &[&str]) -> bool {
    let starts = |prefix: &&str| {
        word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if word.len() >= SHORTEST && prefixes.iter().any(starts) {
        return true;
    }
    let run = word.split(|c: char| !c.is_ascii_alphanumeric()).map(str::as_bytes);
    run.into_iter().any(|run| {
        run.len() >= LONGEST_WORD
            && run.iter().any(u8::is_ascii_digit)
            && run.iter().any(u8::is_ascii_alphabetic)
    })
}
