//! Builds the node tree from the events. Takes a text, returns its tree, or `None` when something
//! had to be left out of it. Keeps the open collections on its own stack, never on the call stack.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use super::characters::{escapes, is_forbidden};
use super::events::{Collection, Event, Events, Step, Style};
use super::{MAX_DEPTH, MAX_NODES, Mapping, Node, Report, Scalar, Value};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, shown};
use crate::source::{Span, Spanned};

/// Builds the tree of the first document.
pub(super) fn build(text: &str, report: &mut Report) -> Option<Node> {
    let mut events = Events::new(text);
    let mut tree = Tree { text, report, open: Vec::new(), root: None, nodes: 0, whole: true };
    let mut documents = 0;
    loop {
        let flow = match events.next() {
            Ok(Some(Step { event: Event::Document, range, .. })) => {
                documents += 1;
                tree.document(documents, range)
            }
            Ok(Some(step)) => tree.step(step),
            Ok(None) => ControlFlow::Break(()),
            Err(fault) => {
                let span = tree.report.span(fault.range.start, fault.range.end);
                if !tree.report.has(Code::ForbiddenCharacter, span.start) {
                    let found = Diagnostic::new(fault.code, span, fault.message);
                    tree.report.add(found.help(fault.help));
                }
                tree.whole = false;
                ControlFlow::Break(())
            }
        };
        if flow.is_break() {
            return tree.finish();
        }
    }
}

/// A list or mapping whose end was not read yet.
struct Open {
    start: usize,
    /// The end of the last child.
    end: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<(Spanned<String>, Node)>, key: Key },
}

/// The key that waits for its value.
enum Key {
    /// The next node is a key.
    Awaited,
    Text(Spanned<String>),
    /// The key was refused and ends here; its value goes with it.
    Refused(usize),
}

struct Tree<'a> {
    text: &'a str,
    report: &'a mut Report,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    /// Whether nothing was left out so far.
    whole: bool,
}

impl Tree<'_> {
    fn document(&mut self, number: usize, range: Range<usize>) -> ControlFlow<()> {
        if number == 1 {
            return ControlFlow::Continue(());
        }
        let span = self.report.span(range.start, range.end);
        self.report.add(
            Diagnostic::new(Code::SecondDocument, span, "a second document begins here")
                .help("a manifest is one document: use a file for each"),
        );
        ControlFlow::Break(())
    }

    fn step(&mut self, step: Step<'_>) -> ControlFlow<()> {
        let Step { event, range, tag } = step;
        if let Some(tag) = tag {
            self.refuse(tag, "tag", "delete it; the key alone says what the value is");
        }
        match event {
            Event::Document => {}
            Event::Anchor => self.refuse(range, "anchor", "write the value out where it is used"),
            Event::End => self.end(range),
            Event::Scalar { text, style } => {
                self.count(&range)?;
                self.scalar(text, style, range);
            }
            Event::Start { kind, block } => {
                self.count(&range)?;
                self.start(kind, block, range)?;
            }
            Event::Alias => {
                self.count(&range)?;
                self.refuse(range.clone(), "alias", "write the value out");
                self.whole = false;
                let span = self.report.span(range.start, range.end);
                self.place(Node { span, value: Value::Null });
            }
        }
        ControlFlow::Continue(())
    }

    fn count(&mut self, range: &Range<usize>) -> ControlFlow<()> {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return ControlFlow::Continue(());
        }
        let message = format!("the file has more than {MAX_NODES} values");
        self.give_up(Code::TooLarge, range.start, message, "split it")
    }

    fn start(&mut self, kind: Collection, block: bool, range: Range<usize>) -> ControlFlow<()> {
        if self.open.len() == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} lists and mappings in one another");
            return self.give_up(Code::TooDeep, range.start, message, "no manifest needs this");
        }
        let dash = if block && kind == Collection::Sequence { self.first_dash() } else { None };
        let start = dash.unwrap_or(range.start);
        let content = match kind {
            Collection::Sequence => Content::Sequence(Vec::new()),
            Collection::Mapping => Content::Mapping { entries: Vec::new(), key: Key::Awaited },
        };
        self.open.push(Open { start, end: range.end, content });
        ControlFlow::Continue(())
    }

    fn end(&mut self, range: Range<usize>) {
        let Some(open) = self.open.pop() else { return };
        // A block ends where the next line begins for the parser, and with its last child for us.
        let end = if range.is_empty() { open.end } else { range.end };
        let value = match open.content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { mut entries, .. } => {
                self.keep_first(&mut entries);
                Value::Mapping(Mapping { entries })
            }
        };
        let span = self.report.span(open.start, end);
        self.place(Node { span, value });
    }

    fn scalar(&mut self, text: Cow<'_, str>, style: Style, range: Range<usize>) {
        let absent = range.is_empty() && style == Style::Plain;
        let start = if absent { self.after_colon().unwrap_or(range.start) } else { range.start };
        let end = if style == Style::Block { self.content_end(&range) } else { range.end };
        let span = self.report.span(start, end.max(start));
        if style == Style::Double {
            self.check_escapes(range);
        }
        if self.awaits_key() {
            self.key(text, style, absent, span);
        } else if absent
            || (style == Style::Plain && matches!(&*text, "~" | "null" | "Null" | "NULL"))
        {
            self.place(Node { span, value: Value::Null });
        } else {
            let scalar = Scalar { text: text.into_owned(), quoted: style != Style::Plain };
            self.place(Node { span, value: Value::Scalar(scalar) });
        }
    }

    fn key(&mut self, text: Cow<'_, str>, style: Style, absent: bool, span: Span) {
        let merge = style == Style::Plain && text == "<<";
        let key = if absent {
            self.refuse_key(span, "a key is missing here");
            Key::Refused(span.end as usize)
        } else if merge {
            let range = span.start as usize..span.end as usize;
            self.refuse(range, "merge key", "write the keys out");
            self.whole = false;
            Key::Refused(span.end as usize)
        } else {
            Key::Text(Spanned::new(text.into_owned(), span))
        };
        self.set_key(key, span.end as usize);
    }

    /// Puts a finished node where the innermost open collection waits for one.
    fn place(&mut self, node: Node) {
        let end = node.span.end as usize;
        if self.awaits_key() {
            if !matches!(node.value, Value::Null) {
                self.refuse_key(node.span, "a key must be a plain text");
            }
            return self.set_key(Key::Refused(end), end);
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        open.end = open.end.max(end);
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { entries, key } => {
                if let Key::Text(key) = std::mem::replace(key, Key::Awaited) {
                    entries.push((key, node));
                }
            }
        }
    }

    fn awaits_key(&self) -> bool {
        let content = self.open.last().map(|open| &open.content);
        matches!(content, Some(Content::Mapping { key: Key::Awaited, .. }))
    }

    fn set_key(&mut self, new: Key, end: usize) {
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(end);
            if let Content::Mapping { key, .. } = &mut open.content {
                *key = new;
            }
        }
    }

    /// The byte after the colon of the key that waits for its value.
    fn after_colon(&self) -> Option<usize> {
        let Content::Mapping { key, .. } = &self.open.last()?.content else { return None };
        let end = match key {
            Key::Awaited => return None,
            Key::Text(key) => key.span.end as usize,
            Key::Refused(end) => *end,
        };
        let colon = self.skip_blank(end);
        (self.text.as_bytes().get(colon) == Some(&b':')).then_some(colon + 1)
    }

    /// Where a block list under a key begins; the parser tells only where its first item does.
    fn first_dash(&self) -> Option<usize> {
        let dash = self.skip_blank(self.after_colon()?);
        (self.text.as_bytes().get(dash) == Some(&b'-')).then_some(dash)
    }

    /// The first byte from here on that is neither blank nor in a comment.
    fn skip_blank(&self, from: usize) -> usize {
        let mut in_comment = false;
        let mut is_blank = |byte: u8| {
            in_comment = (in_comment || byte == b'#') && byte != b'\n';
            in_comment || byte.is_ascii_whitespace()
        };
        let rest = &self.text.as_bytes()[from..];
        from + rest.iter().take_while(|byte| is_blank(**byte)).count()
    }

    /// The end of a block scalar without the empty lines after it.
    fn content_end(&self, range: &Range<usize>) -> usize {
        let source = self.text.get(range.clone()).unwrap_or_default();
        range.start + source.trim_end_matches([' ', '\t', '\r', '\n']).len()
    }

    fn check_escapes(&mut self, range: Range<usize>) {
        let start = range.start;
        for (escape, meant) in escapes(self.text.get(range).unwrap_or_default()) {
            if is_forbidden(meant) {
                let span = self.report.span(start + escape.start, start + escape.end);
                let message = format!("the escape for U+{:04X} is not allowed", u32::from(meant));
                let found = Diagnostic::new(Code::ForbiddenCharacter, span, message);
                self.report.add(found.help("delete it"));
            }
        }
    }

    /// Reports every key that stands in the mapping already, and drops its entry. Several in a row are one mistake: most
    /// likely the key that they belong under is missing.
    fn keep_first(&mut self, entries: &mut Vec<(Spanned<String>, Node)>) {
        let doubles = doubles(entries);
        let in_a_row = |a: &(usize, usize), b: &(usize, usize)| a.0 + 1 == b.0 && a.1 < b.1;
        for row in doubles.chunk_by(in_a_row) {
            let (again, first) = row[0];
            let key = &entries[again].0;
            let (more, help) = match row.len() - 1 {
                0 => (String::new(), "keep one of them"),
                more => (
                    format!(", and {more} after it"),
                    "keep one of each, or write the key that these belong under above them",
                ),
            };
            let message = format!("the key {} is in this mapping already{more}", shown(key));
            self.report.add(
                Diagnostic::new(Code::DuplicateKey, key.span, message)
                    .label("again here")
                    .secondary(entries[first].0.span, "first here")
                    .help(help),
            );
        }
        let mut drop = doubles.iter().map(|(again, _)| *again).peekable();
        let mut at = 0;
        if drop.peek().is_some() {
            entries.retain(|_| {
                at += 1;
                drop.next_if_eq(&(at - 1)).is_none()
            });
        }
    }

    fn refuse(&mut self, range: Range<usize>, what: &str, help: &str) {
        let span = self.report.span(range.start, range.end);
        let message = format!("{what} {} is not allowed", shown(&self.text[range]));
        self.report.add(Diagnostic::new(Code::ForbiddenYaml, span, message).help(help));
    }

    fn refuse_key(&mut self, span: Span, message: &str) {
        self.whole = false;
        let help = "write `key: value`; in lists within `[ ]`, put quotes around text with `: `";
        self.report.add(Diagnostic::new(Code::KeyNotText, span, message).help(help));
    }

    fn give_up(&mut self, code: Code, at: usize, message: String, help: &str) -> ControlFlow<()> {
        self.whole = false;
        let width = self.text[at..].chars().next().map_or(0, char::len_utf8);
        let span = self.report.span(at, at + width);
        self.report.add(Diagnostic::new(code, span, message).help(help));
        ControlFlow::Break(())
    }

    fn finish(mut self) -> Option<Node> {
        while let Some(open) = self.open.pop() {
            if let Content::Mapping { mut entries, .. } = open.content {
                self.keep_first(&mut entries);
            }
        }
        let nothing = Node { span: self.report.span(0, 0), value: Value::Null };
        self.whole.then(|| self.root.unwrap_or(nothing))
    }
}

/// The entries whose key stood before, ascending, each with the first one of that key.
fn doubles(entries: &[(Spanned<String>, Node)]) -> Vec<(usize, usize)> {
    const FEW: usize = 12;
    let key = |at: usize| entries[at].0.value.as_str();
    if entries.len() <= FEW {
        let first = |again| (0..again).find(|&at| key(at) == key(again)).map(|at| (again, at));
        return (1..entries.len()).filter_map(first).collect();
    }
    let mut sorted: Vec<usize> = (0..entries.len()).collect();
    sorted.sort_by_key(|&at| key(at));
    let groups = sorted.chunk_by(|&a, &b| key(a) == key(b));
    let mut found: Vec<_> =
        groups.flat_map(|group| group[1..].iter().map(|&again| (again, group[0]))).collect();
    found.sort_unstable();
    found
}
