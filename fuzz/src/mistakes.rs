//! What holds for every mistake that the compiler reports: it has a place in its file, a line to say and a mend, and every
//! way of showing it gives what its reader expects.

use portolan_codegen::diagnostic::Diagnostic;
use portolan_codegen::render::{Format, render};
use portolan_codegen::source::{Sources, Span};

/// Longer texts are cut: 2,000 characters of four bytes, and what shows the cut.
const LONGEST_MESSAGE: usize = 8_003;

/// Checks the mistakes of a run.
pub(crate) fn check(mistakes: &[Diagnostic], sources: &Sources) {
    for mistake in mistakes {
        place(mistake.span, sources);
        mistake.secondary.iter().for_each(|(span, _)| place(*span, sources));
        assert!(mistake.help.is_some(), "no help: {mistake:?}");
        let line = &mistake.message;
        assert!(!line.is_empty() && !line.contains(is_unseen), "not a line: {mistake:?}");
        assert!(line.len() <= LONGEST_MESSAGE, "{} bytes of message: {mistake:?}", line.len());
    }
    shown(mistakes, sources);
}

fn place(span: Span, sources: &Sources) {
    let text = &sources.file(span.file).text;
    let covered = text.get(span.start as usize..span.end as usize);
    assert!(covered.is_some(), "{span:?} is no place in a text of {} bytes", text.len());
    let location = sources.location(span);
    let (start, end) = ((location.line, location.column), (location.end_line, location.end_column));
    assert!(start >= (1, 1) && start <= end, "{location:?}");
}

fn shown(mistakes: &[Diagnostic], sources: &Sources) {
    let text = render(mistakes, sources, Format::Human { styled: false });
    assert!(!text.contains(|c| is_unseen(c) && c != '\n'), "what nobody sees is shown: {text:?}");
    let styled = render(mistakes, sources, Format::Human { styled: true });
    assert!(styled.len() >= text.len());
    let json = render(mistakes, sources, Format::Json);
    assert_eq!(json.lines().count(), mistakes.len());
    for (line, mistake) in json.lines().zip(mistakes) {
        let read: serde_json::Value = serde_json::from_str(line).expect("a line is an object");
        assert_eq!(read["code"], mistake.code.id());
        assert_eq!(read["message"], mistake.message.as_str());
    }
    let github = render(mistakes, sources, Format::Github);
    assert_eq!(github.lines().count(), mistakes.len(), "{github}");
    assert!(github.lines().all(|line| line.starts_with("::error ")), "{github}");
}

fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
