//! Edits of a manifest's text: a key of a block mapping is set or removed, everything else stays as it is written.
//!
//! Comments survive. One that stands inside of a value that is replaced goes above it, on a line of its own.

use std::ops::Range;

use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::source::{FileId, Spanned};
use portolan_codegen::yaml::{self, Mapping, Node, Value};

use super::text::{Written, entry};

/// A text, its tree and its comments.
#[derive(Debug)]
pub(super) struct Document {
    /// The text.
    pub(super) text: String,
    /// Its tree.
    pub(super) root: Node,
    comments: Vec<Range<usize>>,
}

/// Text in the place of other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// What is replaced; empty to insert.
    pub(super) range: Range<usize>,
    /// What comes there.
    pub(super) text: String,
}

impl Document {
    /// The tree of a text that has one.
    pub(super) fn new(text: String) -> Option<Self> {
        let mut mistakes = Diagnostics::default();
        let root = yaml::parse(FileId::default(), &text, &mut mistakes)?;
        let comments = comments(&text, &root);
        mistakes.is_empty().then_some(Self { text, root, comments })
    }

    /// The text of a node.
    pub(super) fn slice(&self, node: &Node) -> &str {
        &self.text[range(node)]
    }

    /// The first byte of the line that a byte is in.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// The byte after the line that a byte is in, its break included.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |length| at + length + 1)
    }

    /// How far a byte is from the start of its line.
    pub(super) fn indent(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// Whether a mapping or list is written in brackets.
    pub(super) fn is_in_brackets(&self, node: &Node) -> bool {
        self.slice(node).starts_with(['[', '{'])
    }

    /// The start of the comment lines right above the line that a byte is in.
    pub(super) fn with_comments_above(&self, at: usize) -> usize {
        let mut start = self.line_start(at);
        while start > 0 {
            let above = self.line_start(start - 1);
            if !self.text[above..start].trim_start().starts_with('#') {
                break;
            }
            start = above;
        }
        start
    }

    /// The comments in a range, in order.
    pub(super) fn comments_in(&self, range: &Range<usize>) -> Vec<&str> {
        let within =
            |comment: &&Range<usize>| range.start <= comment.start && comment.end <= range.end;
        self.comments
            .iter()
            .filter(within)
            .map(|comment| self.text[comment.clone()].trim_end())
            .collect()
    }

    /// The lines of an entry of a block mapping.
    pub(super) fn entry_lines(&self, (key, value): &(Spanned<String>, Node)) -> Range<usize> {
        let last = (value.span.end as usize).max(key.span.end as usize);
        let end =
            if last > 0 && self.text[..last].ends_with('\n') { last } else { self.line_end(last) };
        self.line_start(key.span.start as usize)..end
    }

    /// The text of an item of a list as an item of a block list, comments above it included.
    pub(super) fn item(
        &self,
        list: &Node,
        items: &[Node],
        position: usize,
        indent: usize,
    ) -> String {
        let node = &items[position];
        if self.is_in_brackets(list) {
            return format!("{}- {}\n", " ".repeat(indent), self.slice(node));
        }
        let after = match position.checked_sub(1) {
            Some(before) => self.line_end(items[before].span.end as usize),
            None => 0,
        };
        let start = self.with_comments_above(node.span.start as usize).max(after);
        let text = &self.text[start..self.line_end((node.span.end as usize).saturating_sub(1))];
        if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
    }

    /// The edit that sets or removes a key of a block mapping. `order` is that of its keys: a new one comes behind those
    /// that stand before it there.
    pub(super) fn set(
        &self,
        mapping: &Mapping,
        key: &str,
        value: Option<&Written>,
        order: &[&str],
    ) -> Option<Edit> {
        let first = mapping.entries.first()?;
        let indent = self.indent(first.0.span.start as usize);
        let written = value.map(|value| entry(key, value, indent));
        if let Some(existing) = mapping.entries.iter().find(|(name, _)| name.value == key) {
            let range = self.entry_lines(existing);
            let text = written.unwrap_or_default();
            let kept = self.kept_comments(&range, &text, indent);
            return Some(Edit { range, text: kept + &text });
        }
        let rank = |key: &str| order.iter().position(|other| *other == key).unwrap_or(order.len());
        let before = mapping.entries.iter().rfind(|(name, _)| rank(name) < rank(key));
        let at = match before {
            Some(before) => self.entry_lines(before).end,
            None => self.entry_lines(first).start,
        };
        written.map(|text| self.insertion(at, text))
    }

    /// Text between two lines, on lines of its own.
    pub(super) fn insertion(&self, at: usize, text: String) -> Edit {
        let open = at > 0 && !self.text[..at].ends_with('\n');
        Edit { range: at..at, text: if open { format!("\n{text}") } else { text } }
    }

    /// The comments of a range that its new text has not, a line each.
    pub(super) fn kept_comments(&self, range: &Range<usize>, new: &str, indent: usize) -> String {
        let mut kept = self.comments_in(range);
        if !kept.is_empty()
            && let Some(document) = Self::new(new.to_owned())
        {
            for comment in document.comments_in(&(0..new.len())) {
                if let Some(position) = kept.iter().position(|kept| *kept == comment) {
                    kept.remove(position);
                }
            }
        }
        let margin = " ".repeat(indent);
        kept.iter().flat_map(|comment| [margin.as_str(), comment, "\n"]).collect()
    }
}

/// The byte range of a node.
pub(super) fn range(node: &Node) -> Range<usize> {
    node.span.start as usize..node.span.end as usize
}

/// A text with its edits, which do not overlap. Those at one place come in their order.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        new.push_str(&text[at..edit.range.start]);
        new.push_str(&edit.text);
        at = edit.range.end;
    }
    new + &text[at..]
}

/// Every `#` that begins a comment, to the end of its line.
fn comments(text: &str, root: &Node) -> Vec<Range<usize>> {
    let mut scalars = Vec::new();
    collect(root, &mut scalars);
    scalars.sort_unstable_by_key(|scalar| scalar.start);
    let mut scalars = scalars.into_iter().peekable();
    let mut comments: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some(scalar) = scalars.next_if(|scalar| scalar.start <= at) {
            at = at.max(scalar.end);
            continue;
        }
        let end = scalars.peek().map_or(text.len(), |scalar| scalar.start);
        match text[at..end].find('#') {
            Some(offset) => {
                let start = at + offset;
                let stop = text[start..].find('\n').map_or(text.len(), |length| start + length);
                comments.push(start..stop);
                at = stop;
            }
            None => at = end,
        }
    }
    comments
}

fn collect(node: &Node, scalars: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::Scalar(_) => scalars.push(range(node)),
        Value::Null => {}
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, scalars)),
        Value::Mapping(mapping) => {
            for (key, value) in &mapping.entries {
                scalars.push(key.span.start as usize..key.span.end as usize);
                collect(value, scalars);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::text::Item;

    const ORDER: [&str; 3] = ["name", "limits", "prices"];

    fn set(text: &str, key: &str, value: Option<&Written>) -> String {
        let document = Document::new(text.to_owned()).unwrap();
        let Value::Mapping(mapping) = &document.root.value else { panic!("a mapping") };
        let edit = document.set(mapping, key, value, &ORDER);
        apply(text, edit.into_iter().collect())
    }

    fn line(text: &str) -> Written {
        Written::Line(text.to_owned())
    }

    #[test]
    fn a_key_is_set_in_its_place() {
        let text = "name: A\n# on prices\nprices: free # why\n";
        assert_eq!(
            set(text, "limits", Some(&line("{ a: 1 }"))),
            "name: A\nlimits: { a: 1 }\n# on prices\nprices: free # why\n"
        );
        assert_eq!(
            set(text, "prices", Some(&line("unknown"))),
            "name: A\n# on prices\n# why\nprices: unknown\n"
        );
        assert_eq!(
            set(text, "name", Some(&line("B # b"))),
            "name: B # b\n# on prices\nprices: free # why\n"
        );
        assert_eq!(set("prices: free", "name", Some(&line("A"))), "name: A\nprices: free");
        assert_eq!(set("name: A", "prices", Some(&line("free"))), "name: A\nprices: free\n");
    }

    #[test]
    fn a_comment_outlives_its_value() {
        let text = "name: A\nprices:\n  # first\n  - { input: 1 } # one\n  - { input: 2 } # two\n";
        let removed = set(text, "prices", None);
        assert_eq!(removed, "name: A\n# first\n# one\n# two\n");
        let kept = Item::Kept("  - { input: 2 } # two\n".to_owned());
        let prices =
            Written::Items(vec![kept, Item::New(vec![("input".to_owned(), "3".to_owned())])]);
        let expected =
            "name: A\n# first\n# one\nprices:\n  - { input: 2 } # two\n  - { input: 3 }\n";
        assert_eq!(set(text, "prices", Some(&prices)), expected);
    }

    #[test]
    fn what_looks_like_a_comment_is_none() {
        let text = "name: \"a # b\"\nlimits: |\n  # no comment\nprices: a#b # one\n";
        let document = Document::new(text.to_owned()).unwrap();
        assert_eq!(document.comments_in(&(0..text.len())), ["# one"]);
    }

    #[test]
    fn items_come_with_the_comments_above_them() {
        let text =
            "prices:\n  # first\n  - { input: 1 } # one\n  # second\n  - input: 2\n    output: 3\n";
        let document = Document::new(text.to_owned()).unwrap();
        let Value::Mapping(mapping) = &document.root.value else { panic!("a mapping") };
        let list = &mapping.entries[0].1;
        let Value::Sequence(items) = &list.value else { panic!("a list") };
        assert_eq!(document.item(list, items, 0, 2), "  # first\n  - { input: 1 } # one\n");
        assert_eq!(document.item(list, items, 1, 2), "  # second\n  - input: 2\n    output: 3\n");
    }
}
