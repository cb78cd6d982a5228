//! Mistakes as text: for a person at a terminal, for programs, for a pull request on GitHub. Takes
//! sorted diagnostics and the sources they point into; returns text and prints nothing. What a
//! person sees stays small and free of control characters, whatever the source holds.

mod github;
mod human;
mod json;

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// How mistakes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Source lines with carets, in the look of rustc.
    Human {
        /// Whether to colour it for a terminal.
        styled: bool,
    },
    /// One JSON object a line: `code`, `severity`, `message`, `file`, `line`, `column`,
    /// `end_line`, `end_column`, `label`, `help`, `related`.
    Json,
    /// Workflow commands that GitHub shows at the changed line.
    Github,
}

/// Writes the mistakes in their order. The text is empty when there are none, and otherwise ends
/// with a line end.
///
/// ```
/// use portolan_codegen::code::Code;
/// use portolan_codegen::diagnostic::Diagnostic;
/// use portolan_codegen::render::{Format, render};
/// use portolan_codegen::source::{Sources, Span};
///
/// let mut sources = Sources::default();
/// let file = sources.add("labs/acme.yaml", "vendr: acme\n");
/// let mistake = Diagnostic::new(Code::UnknownKey, Span::new(file, 0, 5), "unknown key `vendr`");
/// assert_eq!(
///     render(&[mistake], &sources, Format::Github),
///     "::error file=labs/acme.yaml,line=1,endLine=1,col=1,endColumn=6,title=M0201::\
///      unknown key `vendr`\n"
/// );
/// ```
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, format: Format) -> String {
    match format {
        Format::Human { styled } => human::render(diagnostics, sources, styled),
        Format::Json => json::render(diagnostics, sources),
        Format::Github => github::render(diagnostics, sources),
    }
}

/// The last line of a report for people: how many mistakes in how many files, and what came of it,
/// without a line end.
///
/// ```
/// # use portolan_codegen::{code::Code, diagnostic::Diagnostic, render, source::Span};
/// let mistake = Diagnostic::new(Code::Syntax, Span::default(), "expected a value");
/// assert_eq!(
///     render::summary(&[mistake], "nothing was written"),
///     "error: 1 mistake in 1 file; nothing was written"
/// );
/// ```
pub fn summary(diagnostics: &[Diagnostic], outcome: &str) -> String {
    let files: BTreeSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.span.file).collect();
    let count = |number, noun| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let (mistakes, files) = (count(diagnostics.len(), "mistake"), count(files.len(), "file"));
    format!("error: {mistakes} in {files}; {outcome}")
}

#[cfg(test)]
mod tests;
