//! What a text says, whatever its layout: its structure, and its scalars and comments in the order of the text. Two texts
//! with the same pieces mean the same and carry the same comments at the same places.

use granit_parser::{Event, Parser, ScalarStyle};

/// The pieces of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pieces {
    /// Where lists, mappings and scalars begin and end.
    structure: Vec<Piece>,
    /// The scalars that the text shows, and the comments.
    written: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Sequence,
    Mapping,
    End,
    /// A scalar and whether it can only be a text.
    Scalar(String, bool),
    Comment(String),
}

/// The pieces, or the parser's own words if the text is no YAML.
pub(super) fn pieces(text: &str) -> Result<Pieces, String> {
    let options = granit_parser::options! {
        emit_comments: true,
        // No limit but the text itself.
        max_buffered_comment_events: text.len(),
    };
    let mut pieces = Pieces::default();
    let mut written = Vec::new();
    let mut parser = Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let start = span.start.byte_offset().unwrap_or_default();
        match event {
            Event::SequenceStart(..) => pieces.structure.push(Piece::Sequence),
            Event::MappingStart(..) => pieces.structure.push(Piece::Mapping),
            Event::SequenceEnd | Event::MappingEnd => pieces.structure.push(Piece::End),
            Event::Scalar(value, style, ..) => {
                let scalar = Piece::Scalar(value.into_owned(), style != ScalarStyle::Plain);
                pieces.structure.push(scalar.clone());
                if span.end.byte_offset() > Some(start) {
                    written.push((start, scalar));
                }
            }
            Event::Comment(comment, _) => {
                written.push((start, Piece::Comment(comment.trim_end().to_owned())));
            }
            _ => {}
        }
    }
    // A comment may come before the scalar that it stands behind.
    written.sort_by_key(|(start, _)| *start);
    pieces.written = written.into_iter().map(|(_, piece)| piece).collect();
    Ok(pieces)
}
