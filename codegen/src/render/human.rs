//! Mistakes for a person: the message, the source lines it is about with carets, the advice. Lines
//! are copied into short excerpts first, so a long line or a large file costs no more than a small
//! one, and characters that would act on a terminal become visible.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Sources, Span, char_start};
use crate::yaml;

/// Marks on lines at most this far apart share an excerpt.
const NEAR: usize = 6;
/// Longer lines are cut.
const LONGEST: usize = 240;
/// How many bytes of a long line stay before and after the ends of each mark.
const AROUND: usize = 50;

/// One paragraph for each mistake, a blank line after it.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &Sources, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for diagnostic in diagnostics {
        out += &renderer.render(&[group(diagnostic, sources)]);
        out += "\n\n";
    }
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let title = Level::ERROR.primary_title(visible(&diagnostic.message)).id(diagnostic.code.id());
    let mut group = Group::with_title(title);
    for marks in clusters(diagnostic, sources) {
        let (snippet, cut) = excerpt(&marks);
        let place = sources.location(marks.iter().find(|m| m.primary).unwrap_or(&marks[0]).span);
        group = if cut {
            // The renderer would count the column in the cut line.
            let origin = Origin::path(place.path).line(place.line).char_column(place.column);
            group.element(origin).element(snippet)
        } else {
            group.element(snippet.path(place.path))
        };
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(visible(help))),
        None => group,
    }
}

/// A place in a line with its label.
struct Mark<'a> {
    primary: bool,
    label: &'a str,
    span: Span,
    file: &'a SourceFile,
    line: usize,
    line_start: usize,
}

impl<'a> Mark<'a> {
    fn new(primary: bool, span: Span, label: &'a str, sources: &'a Sources) -> Self {
        let file = sources.file(span.file);
        let (line, line_start) = file.line_at(span.start);
        Self { primary, label, span, file, line, line_start }
    }

    /// The marked bytes of the line; a mark over several lines shows its first one.
    fn range(&self, line: &str) -> Range<usize> {
        let within = |at: u32| (at as usize).saturating_sub(self.line_start).min(line.len());
        within(self.span.start)..within(self.span.end)
    }
}

/// The marks in groups of neighbouring lines, that of the mistake itself first.
fn clusters<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Vec<Mark<'a>>> {
    let secondary =
        diagnostic.secondary.iter().map(|(span, label)| Mark::new(false, *span, label, sources));
    let mut marks: Vec<_> = secondary.collect();
    marks.push(Mark::new(true, diagnostic.span, &diagnostic.label, sources));
    marks.sort_by_key(|mark| (mark.span.file, mark.line));
    let mut clusters: Vec<Vec<Mark<'_>>> = Vec::new();
    for mark in marks {
        match clusters.last_mut() {
            Some(near) if near.last().is_some_and(|last| is_near(last, &mark)) => near.push(mark),
            _ => clusters.push(vec![mark]),
        }
    }
    clusters.sort_by_key(|marks| !marks.iter().any(|mark| mark.primary));
    clusters
}

fn is_near(a: &Mark<'_>, b: &Mark<'_>) -> bool {
    a.span.file == b.span.file && b.line - a.line <= NEAR
}

/// The lines from the first mark to the last one, which are sorted by line, and whether one of them
/// is cut.
fn excerpt<'a>(marks: &[Mark<'a>]) -> (Snippet<'a, Annotation<'a>>, bool) {
    let (first, last) = (&marks[0], &marks[marks.len() - 1]);
    let lines = first.file.text[first.line_start..].split('\n');
    let mut text = String::new();
    let mut annotations = Vec::new();
    let mut cut = false;
    for (number, line) in (first.line..=last.line).zip(lines) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let here: Vec<_> = marks.iter().filter(|mark| mark.line == number).collect();
        let ranges: Vec<_> = here.iter().map(|mark| mark.range(line)).collect();
        for (mark, range) in here.iter().zip(show(line, &ranges, &mut text)) {
            let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let label = (!mark.label.is_empty()).then(|| visible(mark.label));
            annotations.push(kind.span(range).label(label));
        }
        text.push('\n');
        cut |= line.len() > LONGEST;
    }
    (Snippet::source(text).line_start(first.line).annotations(annotations), cut)
}

/// Copies a line so that it can be shown: the far parts of a long line become `…`, forbidden
/// characters become visible. Returns where the ranges are in the copy.
fn show(line: &str, ranges: &[Range<usize>], out: &mut String) -> Vec<Range<usize>> {
    let mut moved = ranges.to_vec();
    let mut copied = 0;
    for kept in kept(line, ranges) {
        out.push_str(if kept.start > copied { "…" } else { "" });
        copied = kept.end;
        let shift = |at: usize| kept.start + at;
        let chars = line[kept.clone()].char_indices().map(|(at, c)| (shift(at), Some(c)));
        for (at, c) in chars.chain([(kept.end, None)]) {
            for (old, new) in ranges.iter().zip(&mut moved) {
                new.start = if old.start == at { out.len() } else { new.start };
                new.end = if old.end == at { out.len() } else { new.end };
            }
            out.extend(c.map(visible_char));
        }
    }
    out.push_str(if copied < line.len() { "…" } else { "" });
    moved
}

/// The parts of a line to show, ascending and apart; both ends of every range lie in one.
fn kept(line: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= LONGEST {
        return std::iter::once(0..line.len()).collect();
    }
    let mut ends: Vec<usize> = ranges.iter().flat_map(|range| [range.start, range.end]).collect();
    ends.sort_unstable();
    let mut kept: Vec<Range<usize>> = Vec::new();
    for end in if ends.is_empty() { vec![0] } else { ends } {
        let from = char_start(line, end.saturating_sub(AROUND));
        let to = char_start(line, end + AROUND);
        match kept.last_mut() {
            Some(last) if from <= last.end => last.end = to,
            _ => kept.push(from..to),
        }
    }
    kept
}

fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

fn visible_char(c: char) -> char {
    if yaml::is_forbidden(c) { '�' } else { c }
}
