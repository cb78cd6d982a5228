//! Doc comments. Takes texts of manifests, which anybody may have written; returns comment lines in which they are
//! plain text: they cannot end the comment, start code that rustdoc compiles, or make markup, links or warnings.

/// A doc comment while its lines are written: a summary, then points.
pub(super) struct Doc {
    out: String,
    has_points: bool,
}

impl Doc {
    /// A comment with this first line. The markup in it is the caller's; texts of manifests go through [`inert`].
    pub(super) fn new(summary: &str) -> Self {
        Self { out: format!("/// {summary}\n"), has_points: false }
    }

    /// One more point of the list below the summary.
    pub(super) fn point(&mut self, text: &str) {
        if !std::mem::replace(&mut self.has_points, true) {
            self.out.push_str("///\n");
        }
        self.out.extend(["/// - ", text, "\n"]);
    }

    pub(super) fn text(self) -> String {
        self.out
    }
}

/// A text as plain text of Markdown on one line. Addresses become links.
pub(super) fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for word in text.split(|c: char| c.is_whitespace() || is_hidden(c)) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        push_word(&mut out, word);
    }
    out
}

/// An id as code.
pub(super) fn code(text: &str) -> String {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'`') {
        return format!("`{text}`");
    }
    inert(text)
}

/// Several ids as code, with commas.
pub(super) fn codes<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let codes: Vec<_> = texts.into_iter().map(code).collect();
    codes.join(", ")
}

/// Characters that a reader cannot see and that could reorder or break what he sees.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn push_word(out: &mut String, mut word: &str) {
    while let Some((before, link, after)) = address(word) {
        push_escaped(out, before);
        out.extend(["<", link, ">"]);
        word = after;
    }
    push_escaped(out, word);
}

/// The first address in a word, with what stands before and after it.
fn address(word: &str) -> Option<(&str, &str, &str)> {
    let start = ["https://", "http://"].into_iter().filter_map(|scheme| word.find(scheme)).min()?;
    let (before, rest) = word.split_at(start);
    let end = rest.find(|c: char| !c.is_ascii_graphic() || c == '<' || c == '>');
    let link = rest[..end.unwrap_or(rest.len())]
        .trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '/');
    (!link.ends_with("://")).then_some((before, link, &rest[link.len()..]))
}

/// Escapes what is markup anywhere, and what is markup only where a line starts.
fn push_escaped(out: &mut String, word: &str) {
    let digits = word.strip_suffix(['.', ')']).unwrap_or_default();
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let at_start = out.is_empty();
    for (position, c) in word.char_indices() {
        let anywhere =
            matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&');
        let marker =
            position == 0 && matches!(c, '#' | '-' | '+' | '=') || number && matches!(c, '.' | ')');
        if anywhere || (marker && at_start) {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_plain_text() {
        for (text, expected) in [
            ("MiMo V2.5 Pro", "MiMo V2.5 Pro"),
            (
                "a*b_c `d` [e](f) <g> h|i ~~j~~ &lt; k\\",
                r"a\*b\_c \`d\` \[e\](f) \<g\> h\|i \~\~j\~\~ \&lt; k\\",
            ),
            ("# head", r"\# head"),
            ("- item", r"\- item"),
            ("12. item", r"12\. item"),
            ("7) item", r"7\) item"),
            ("2.5 is fine - and so = is C#", "2.5 is fine - and so = is C#"),
            ("===", r"\==="),
        ] {
            assert_eq!(inert(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_stays_on_its_line() {
        assert_eq!(inert("a\n/// b\r\n\n    code\u{2028}c\u{0}d"), "a /// b code c d");
        assert_eq!(inert("\t \n"), "");
        assert_eq!(inert("x\u{202e}y"), "x y");
    }

    #[test]
    fn addresses_become_links_and_nothing_more() {
        assert_eq!(inert("see https://a.example/x_y."), "see <https://a.example/x_y>.");
        assert_eq!(inert("(http://a.example/)"), "(<http://a.example/>)");
        assert_eq!(inert("https://a.example/<b>"), r"<https://a.example/>\<b\>");
        assert_eq!(
            inert("https://a.example<https://b.example"),
            r"<https://a.example>\<<https://b.example>"
        );
    }

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("openai/gpt-5"), "`openai/gpt-5`");
        assert_eq!(code("a`b"), r"a\`b");
        assert_eq!(code("a\nb"), "a b");
    }
}
