//! Text to a tree of spanned nodes. Takes one file's text, returns its only document; every
//! mistake goes to the diagnostics with its place.
//!
//! Manifests use a small part of YAML by decree: one UTF-8 document of mappings with text keys,
//! lists and scalars; no tags, anchors, aliases, merge keys or directives; no control or direction
//! character anywhere, comments included. Scalars are never interpreted: `no` stays the text `no`
//! and `0.0028` the text `0.0028`, so no price passes through a float and no country becomes a
//! boolean. Depth, size and number of nodes are bounded, so a hostile file costs little.

mod characters;
mod events;
mod tree;
mod wording;

use std::collections::BTreeMap;

pub(crate) use self::characters::is_forbidden;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span, Spanned};

/// How many collections may lie in one another, the outermost included.
pub const MAX_DEPTH: usize = 32;
/// How many bytes a file may have.
pub const MAX_BYTES: usize = 16 << 20;
/// How many keys, scalars, lists and mappings a file may have in all.
pub const MAX_NODES: usize = 1_000_000;
/// How many mistakes of one kind are listed for a file; the rest are counted.
pub const MAX_LISTED: usize = 50;

/// A value in the text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From the first byte to the last one, quotes and brackets included. An absent value has an
    /// empty span where it would begin.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`, not in quotes.
    Null,
    /// A text, a number, a date: whatever is written as one piece.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys with values.
    Mapping(Mapping),
}

impl Value {
    /// The kind of value in the words of a message: `a list`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_) => "a text",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

/// A scalar as text, its escapes and folds resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// Whether it is written in quotes or as a block (`|`, `>`), so that it can only mean a text.
    pub quoted: bool,
}

/// Keys with values in the order of the text; no key occurs twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The entries.
    pub entries: Vec<(Spanned<String>, Node)>,
}

impl Mapping {
    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| name.value == key).map(|(_, node)| node)
    }
}

/// Parses the text of a file.
///
/// Returns `None` when the text has no tree that is worth reading on, because what is missing from
/// it would only cause false reports; the reason is then in `out`. A text without any value is a
/// [`Value::Null`].
///
/// ```
/// use portolan_codegen::{diagnostic::Diagnostics, source::Sources, yaml};
///
/// let mut sources = Sources::default();
/// let text = "vendor: acme\nprices: [0.10]\n";
/// let file = sources.add("acme.yaml", text);
/// let mut out = Diagnostics::default();
/// let node = yaml::parse(file, text, &mut out).expect("a tree");
/// let yaml::Value::Mapping(root) = node.value else { panic!("not a mapping") };
/// assert_eq!(root.get("prices").map(|prices| sources.slice(prices.span)), Some("[0.10]"));
/// assert!(out.is_empty());
/// ```
pub fn parse(file: FileId, text: &str, out: &mut Diagnostics) -> Option<Node> {
    let mut report = Report { file, listed: Vec::new(), counts: BTreeMap::new() };
    let node = if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, more than {MAX_BYTES}", text.len());
        report.add(Diagnostic::new(Code::TooLarge, report.span(0, 0), message).help("split it"));
        None
    } else {
        characters::check(text, &mut report);
        tree::build(text, &mut report)
    };
    report.finish(out);
    node
}

/// Decodes the bytes of a file as UTF-8, without the byte order mark it may begin with. The error
/// is the offset of the first byte that is not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<String, usize> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()),
        Err(error) => Err(error.valid_up_to()),
    }
}

/// The mistakes of one file, at most [`MAX_LISTED`] of a kind.
struct Report {
    file: FileId,
    listed: Vec<Diagnostic>,
    counts: BTreeMap<Code, usize>,
}

impl Report {
    /// A span in this file. Offsets fit because larger texts are refused before they are read.
    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.file, offset(start), offset(end))
    }

    fn add(&mut self, diagnostic: Diagnostic) {
        let count = self.counts.entry(diagnostic.code).or_default();
        *count += 1;
        if *count <= MAX_LISTED {
            self.listed.push(diagnostic);
        }
    }

    /// Whether a mistake of this kind was reported at this byte.
    fn has(&self, code: Code, start: u32) -> bool {
        self.listed.iter().any(|d| d.code == code && d.span.start == start)
    }

    fn finish(mut self, out: &mut Diagnostics) {
        for (code, count) in self.counts {
            let more = count.saturating_sub(MAX_LISTED);
            let last = self.listed.iter_mut().rfind(|d| d.code == code);
            if let Some(last) = last.filter(|_| more > 0) {
                let advice = last.help.take().map(|help| help + "; ").unwrap_or_default();
                last.help = Some(format!("{advice}{more} more of this kind in this file"));
            }
        }
        out.extend(self.listed);
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
