//! Source texts and places in them. Takes texts that were already read (nothing here touches the
//! disk), returns file ids, byte spans and the line and column a person or an editor wants.
//!
//! Spans are byte ranges of the text as it was added; they are cheap to copy and are turned into
//! lines and columns only when something is reported.

use std::ops::Deref;
use std::sync::OnceLock;

use crate::diagnostic::visible;

/// Names one text in a [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A byte range in one text, `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text it lies in.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one; equal to `start` for a place between two bytes.
    pub end: u32,
}

impl Span {
    /// A span over `start..end` bytes of `file`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span over both; both lie in one file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.file, self.start.min(other.start), self.end.max(other.end))
    }
}

/// A value and the place it was written at.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }

    /// The same place, the value borrowed.
    pub const fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, span: self.span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: std::fmt::Display> std::fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

/// One text and the path it is shown under.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as displayed: relative, with forward slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// The number of the line that holds a byte offset, from 1, and the offset of its first byte.
    /// An offset past the end counts as the end.
    pub fn line_at(&self, offset: u32) -> (usize, usize) {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let number = starts.partition_point(|start| *start <= offset);
        (number, starts[number - 1] as usize)
    }

    fn line_and_column(&self, offset: u32) -> (usize, usize) {
        let (line, start) = self.line_at(offset);
        let end = char_start(&self.text, offset as usize);
        (line, self.text[start..end].chars().count() + 1)
    }
}

/// The texts of one run, in the order they were added.
///
/// ```
/// use portolan_codegen::source::{Sources, Span};
///
/// let mut sources = Sources::default();
/// let file = sources.add("labs/acme.yaml", "vendor: acmé\nname: A\n");
/// let place = sources.location(Span::new(file, 20, 21));
/// assert_eq!((place.path, place.line, place.column), ("labs/acme.yaml", 2, 7));
/// ```
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text and names it. Back slashes in the path become forward slashes, and what cannot be seen in it is escaped.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let path = visible(&path.into().replace('\\', "/"), usize::MAX);
        self.files.push(SourceFile { path, text: text.into(), line_starts: OnceLock::new() });
        id
    }

    /// The text behind an id of this collection.
    ///
    /// # Panics
    /// If the id comes from another collection.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All texts with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The lines and columns of a span.
    pub fn location(&self, span: Span) -> Location<'_> {
        let file = self.file(span.file);
        let (line, column) = file.line_and_column(span.start);
        let (end_line, end_column) = file.line_and_column(span.end);
        Location { path: &file.path, line, column, end_line, end_column }
    }
}

/// A place as people and editors count: lines and columns from 1, a column being a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location<'a> {
    /// The path of the text as displayed.
    pub path: &'a str,
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The line of the character after the last one.
    pub end_line: usize,
    /// The column of the character after the last one.
    pub end_column: usize,
}

/// The start of the character that holds a byte, or the end of the text.
pub(crate) fn char_start(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rfind(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

fn line_starts(text: &str) -> Vec<u32> {
    let after_breaks = text.bytes().zip(1_u32..).filter(|(byte, _)| *byte == b'\n');
    std::iter::once(0).chain(after_breaks.map(|(_, next)| next)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(text: &str, start: u32, end: u32) -> (usize, usize, usize, usize) {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", text);
        let place = sources.location(Span::new(file, start, end));
        (place.line, place.column, place.end_line, place.end_column)
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(locate("ä: 模型 x", 3, 11), (1, 3, 1, 7));
        assert_eq!(locate("a\n\tb: c", 3, 4), (2, 2, 2, 3));
    }

    #[test]
    fn line_breaks_belong_to_the_line_they_end() {
        assert_eq!(locate("ab\ncd\n", 2, 3), (1, 3, 2, 1));
        assert_eq!(locate("ab\r\ncd\r\n", 4, 6), (2, 1, 2, 3));
        assert_eq!(locate("ab\n", 3, 3), (2, 1, 2, 1));
        assert_eq!(locate("", 0, 0), (1, 1, 1, 1));
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(locate("ab\nc", 100, 200), (2, 2, 2, 2));
    }

    #[test]
    fn an_offset_inside_a_character_is_its_start() {
        assert_eq!(locate("ää", 1, 3), (1, 1, 1, 2));
    }

    #[test]
    fn files_keep_their_order_and_path() {
        let mut sources = Sources::default();
        let first = sources.add("labs\\a.yaml", "one");
        let second = sources.add("labs/b.yaml", "two");
        assert!(first < second);
        assert_eq!(sources.file(first).path, "labs/a.yaml");
        let odd = sources.add("labs/a\n\u{1b}[31m.yaml", "");
        assert_eq!(sources.file(odd).path, r"labs/a\n\u{1b}[31m.yaml");
        assert_eq!(sources.slice(Span::new(second, 1, 3)), "wo");
        assert_eq!(sources.iter().map(|(id, _)| id).collect::<Vec<_>>(), [first, second, odd]);
    }

    #[test]
    fn spans_join_and_map() {
        let file = FileId::default();
        let joined = Span::new(file, 4, 6).to(Span::new(file, 1, 5));
        assert_eq!(joined, Span::new(file, 1, 6));
        let text = Spanned::new("12", joined).map(str::len);
        assert_eq!((*text, text.span), (2, joined));
    }
}
