//! Mistakes as GitHub workflow commands, one a line.

use std::fmt::Write as _;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// One `::error` command for each mistake.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = sources.location(diagnostic.span);
        let file = property(place.path);
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message = format!("{message}\nhelp: {help}");
        }
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "::error file={file},line={},endLine={},col={},endColumn={},title={}::{}",
            place.line,
            place.end_line,
            place.column,
            place.end_column,
            diagnostic.code,
            data(&message)
        );
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
