//! Texts of manifests in Markdown. Takes what anybody may have written; returns it as plain text that cannot end a line,
//! a table cell or a comment, start code that rustdoc compiles, make markup, links or warnings, or be taken for an
//! instruction to mdBook (`{{#include}}`, the marks of an anchor).

use crate::yaml::is_forbidden;

/// What begins the marks by which mdBook finds the parts of a page.
pub(super) const ANCHOR: &str = "ANCHOR";

/// A text as plain text on one line. Addresses become links.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for word in text.split(|c: char| c.is_whitespace() || is_forbidden(c)) {
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

/// An id as code. What cannot stand in code everywhere, a table included, is plain text.
pub fn code(text: &str) -> String {
    let plain = |c: char| (c.is_ascii_graphic() && !matches!(c, '`' | '|')) || c == ' ';
    let spaced = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
    let instruction = text.contains("{{") || text.contains(ANCHOR);
    if text.is_empty() || spaced || instruction || !text.chars().all(plain) {
        return inert(text);
    }
    format!("`{text}`")
}

/// Several ids as code, with commas.
pub fn codes<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let codes: Vec<_> = texts.into_iter().map(code).collect();
    codes.join(", ")
}

/// A link with a text that is Markdown already; an address of no web page gives the text alone.
pub(super) fn link(text: &str, address: &str) -> String {
    if !address.starts_with("https://") && !address.starts_with("http://") {
        return text.to_owned();
    }
    let mut out = format!("[{text}](");
    for (position, c) in address.char_indices() {
        let mark = address[position..].starts_with(ANCHOR);
        let plain = c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
        if plain && !mark {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            out.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    out.push(')');
    out
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
    let outside =
        |c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '|' | '`' | '\\' | '{' | '}');
    let end = rest.find(outside).unwrap_or(rest.len());
    let link = rest[..end].trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '/');
    (!link.ends_with("://") && !link.contains(ANCHOR)).then_some((
        before,
        link,
        &rest[link.len()..],
    ))
}

/// Escapes what is markup anywhere, and what is markup only where a line starts.
fn push_escaped(out: &mut String, word: &str) {
    let digits = word.strip_suffix(['.', ')']).unwrap_or_default();
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let at_start = out.is_empty();
    for (position, c) in word.char_indices() {
        let anywhere = matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '{' | '}'
        );
        let marker =
            position == 0 && matches!(c, '#' | '-' | '+' | '=') || number && matches!(c, '.' | ')');
        let mark = c == ':'
            && ["ANCHOR", "ANCHOR_END"].iter().any(|mark| word[..position].ends_with(mark));
        if anywhere || mark || (marker && at_start) {
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
