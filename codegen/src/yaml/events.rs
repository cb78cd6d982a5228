//! The parser behind one door. Takes a text, returns the events of its YAML with byte ranges; only
//! this file and `wording` know which parser it is.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event as Raw, Marker, Parser, ScalarStyle, StrInput, StructureStyle};

use super::MAX_DEPTH;
use super::wording::{Fault, fault};
use crate::source::char_start;

/// One step through the text.
pub(super) enum Event<'a> {
    /// A document begins.
    Document,
    /// A scalar with its escapes resolved.
    Scalar { text: Cow<'a, str>, style: Style },
    /// A list or mapping begins.
    Start { kind: Collection, block: bool },
    /// The innermost list or mapping ends.
    End,
    /// The node before it has an anchor, which this names.
    Anchor,
    /// An alias stands for a node.
    Alias,
}

/// The two kinds of collection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    /// A list.
    Sequence,
    /// Keys with values.
    Mapping,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes, where escapes count.
    Double,
    /// As lines below a `|` or `>`.
    Block,
}

/// An event, the bytes it covers and those of the tag before it.
pub(super) struct Step<'a> {
    /// What is there.
    pub(super) event: Event<'a>,
    /// The bytes of the event; empty where the text shows nothing for it.
    pub(super) range: Range<usize>,
    /// The bytes of a tag on the node.
    pub(super) tag: Option<Range<usize>>,
}

/// The events of a text, up to the first fault.
pub(super) struct Events<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    /// The end of the last event.
    last: usize,
}

impl<'a> Events<'a> {
    /// Begins at the first byte of a text.
    pub(super) fn new(text: &'a str) -> Self {
        // The parser counts both kinds of nesting apart, and the tree counts them together.
        let options = granit_parser::options! {
            disallow_directives: true,
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH + 1,
            block_nesting_limit: MAX_DEPTH + 1,
        };
        Self { text, parser: Parser::new_from_str_with_options(text, options), last: 0 }
    }

    /// The next event, `None` at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Step<'a>>, Fault> {
        while let Some(next) = self.parser.next_event() {
            let (raw, span) = next.map_err(|error| {
                fault(error.kind(), self.text, self.last, offset(self.text, error.marker()))
            })?;
            let Some(event) = translate(raw) else { continue };
            let start = offset(self.text, &span.start);
            let end = offset(self.text, &span.end).max(start);
            self.last = end;
            let tag = span.tag_span().and_then(|tag| tag.byte_range());
            return Ok(Some(Step { event, range: start..end, tag }));
        }
        Ok(None)
    }
}

fn translate(raw: Raw<'_>) -> Option<Event<'_>> {
    Some(match raw {
        Raw::DocumentStart(..) => Event::Document,
        Raw::Scalar(text, style, ..) => Event::Scalar { text, style: scalar_style(style) },
        Raw::SequenceStart(style, ..) => start(Collection::Sequence, style),
        Raw::MappingStart(style, ..) => start(Collection::Mapping, style),
        Raw::SequenceEnd | Raw::MappingEnd => Event::End,
        Raw::Anchor(..) => Event::Anchor,
        Raw::Alias(_) | Raw::UnresolvedAlias(_) => Event::Alias,
        _ => return None,
    })
}

fn start(kind: Collection, style: StructureStyle) -> Event<'static> {
    Event::Start { kind, block: style == StructureStyle::Block }
}

const fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

fn offset(text: &str, mark: &Marker) -> usize {
    char_start(text, mark.byte_offset().unwrap_or_default())
}
