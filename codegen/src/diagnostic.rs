//! Mistakes in manifests as values. A phase pushes what it finds and goes on; nobody prints or
//! stops here. What comes out is sorted by place, so that two runs report alike.

use crate::code::Code;
use crate::source::Span;
use crate::yaml;

/// One mistake: what is wrong, where, and how to mend it.
///
/// Messages are lower case, have no full stop and name the value. Whatever a manifest holds, each text is one line, what
/// cannot be seen is escaped, and none is longer than a person reads.
///
/// ```
/// use portolan_codegen::{code::Code, diagnostic::Diagnostic, source::Span};
///
/// let key = Span::default();
/// let mistake = Diagnostic::new(Code::UnknownKey, key, "unknown key `contxt`")
///     .label("not a key of a model")
///     .help("did you mean `context`?");
/// assert_eq!(mistake.code.id(), "M0201");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of mistake.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// The place of the mistake.
    pub span: Span,
    /// Text at the caret; may be empty.
    pub label: String,
    /// Other places that explain it, each with its text.
    pub secondary: Vec<(Span, String)>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake of a kind at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let message = line(message.into());
        Self { code, message, span, label: String::new(), secondary: Vec::new(), help: None }
    }

    /// Sets the text at the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = line(label.into());
        self
    }

    /// Adds another place that explains the mistake.
    #[must_use]
    pub fn secondary(mut self, span: Span, label: impl Into<String>) -> Self {
        self.secondary.push((span, line(label.into())));
        self
    }

    /// Sets the advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(line(help.into()));
        self
    }

    /// The order of a report: place first, then code; the rest only makes the order total.
    fn order(&self) -> impl Ord + '_ {
        let place = (self.span.file, self.span.start, self.code);
        (place, self.span.end, &self.message, &self.label, &self.secondary, &self.help)
    }
}

/// Collects the mistakes of a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a mistake.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Whether nothing was reported.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many were pushed; equal ones count each.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// What was pushed so far, in that order.
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.list
    }

    /// All mistakes by file, place and code, equal ones once.
    pub fn into_vec(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| a.order().cmp(&b.order()));
        self.list.dedup();
        self.list
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.list.extend(diagnostics);
    }
}

/// A text from a manifest as a message shows it: in back quotes, on one line, cut after 60
/// characters, what cannot be seen escaped.
///
/// ```
/// assert_eq!(portolan_codegen::diagnostic::shown("a\nb"), "`a\\nb`");
/// ```
pub fn shown(text: &str) -> String {
    format!("`{}`", visible(text, 60))
}

/// A text of a mistake as one line that is not too long.
fn line(text: String) -> String {
    const LONGEST: usize = 2_000;
    if text.len() <= LONGEST && !text.contains(is_unseen) { text } else { visible(&text, LONGEST) }
}

/// A text cut after so many characters, what cannot be seen escaped.
pub(crate) fn visible(text: &str, longest: usize) -> String {
    let mut out = String::new();
    for c in text.chars().take(longest) {
        if is_unseen(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    if text.len() > longest && text.chars().nth(longest).is_some() {
        out.push('…');
    }
    out
}

fn is_unseen(c: char) -> bool {
    c.is_control() || yaml::is_forbidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn output_is_sorted_by_place_and_free_of_doubles() {
        let mut sources = Sources::default();
        let (a, b) = (sources.add("a", ""), sources.add("b", ""));
        let at = |file, start, code| Diagnostic::new(code, Span::new(file, start, 9), "m");
        let expected = [
            at(a, 1, Code::UnknownKey),
            at(a, 2, Code::Syntax),
            at(a, 2, Code::UnknownKey),
            at(b, 0, Code::Syntax),
        ];
        let mut out = Diagnostics::default();
        out.extend(expected.iter().rev().chain(&expected).cloned());
        out.push(expected[3].clone());
        assert_eq!((out.len(), out.is_empty()), (9, false));
        assert_eq!(out.into_vec(), expected);
    }

    #[test]
    fn shown_text_is_short_and_visible() {
        assert_eq!(shown("mimo-v2.5"), "`mimo-v2.5`");
        assert_eq!(shown("a\u{202e}\t模"), "`a\\u{202e}\\t模`");
        assert_eq!(shown(&"é".repeat(60)), format!("`{}`", "é".repeat(60)));
        assert_eq!(shown(&"é".repeat(61)), format!("`{}…`", "é".repeat(60)));
    }

    #[test]
    fn whatever_a_manifest_holds_a_mistake_is_a_line() {
        let mistake = Diagnostic::new(Code::Syntax, Span::default(), "a\r\nb")
            .label("\u{202e}")
            .secondary(Span::default(), "\0")
            .help("x".repeat(10_000));
        assert_eq!((&*mistake.message, &*mistake.label), ("a\\r\\nb", "\\u{202e}"));
        assert_eq!(mistake.secondary[0].1, "\\u{0}");
        assert_eq!(mistake.help.map(|help| help.chars().count()), Some(2_001));
    }

    #[test]
    fn what_differs_only_in_its_advice_is_kept() {
        let plain = Diagnostic::new(Code::Syntax, Span::default(), "m");
        let mut out = Diagnostics::default();
        out.extend([plain.clone().help("h"), plain.clone()]);
        assert_eq!(out.into_vec(), [plain.clone(), plain.help("h")]);
    }
}
