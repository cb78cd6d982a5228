//! Mistakes as JSON for programs, one object a line, so that a reader can begin before the end.

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::source::{Sources, Span};

/// One object and a line end for each mistake.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let line = Line {
            code: diagnostic.code.id(),
            severity: "error",
            message: &diagnostic.message,
            place: Place::new(diagnostic.span, sources),
            label: &diagnostic.label,
            help: diagnostic.help.as_deref(),
            related: diagnostic
                .secondary
                .iter()
                .map(|(span, message)| Related { message, place: Place::new(*span, sources) })
                .collect(),
        };
        out += &serde_json::to_string(&line).expect("texts and numbers have a JSON form");
        out.push('\n');
    }
    out
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    help: Option<&'a str>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> Place<'a> {
    fn new(span: Span, sources: &'a Sources) -> Self {
        let place = sources.location(span);
        Self {
            file: place.path,
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
        }
    }
}
