//! Values as a manifest writes them: scalars, lists and mappings in brackets, lists of cards.
//!
//! A text is written as it is where it reads back as the same text, else in quotes. What manifests may not hold at all,
//! as a control character, becomes a space.

use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::manifest::Text;
use portolan_codegen::shape::Shape as _;
use portolan_codegen::source::FileId;
use portolan_codegen::yaml::{self, Node, Value};

/// The most characters of a line that could be broken.
const WIDTH: usize = 120;

/// The keys and values of a mapping, the values as they are written.
pub(super) type Entries = Vec<(String, String)>;

/// A value of a model's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// On the line of its key.
    Line(String),
    /// A list of mappings, one below the other.
    Items(Vec<Item>),
}

/// A mapping of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// The text of an item as it stands, from its dash on, comments above it included.
    Kept(String),
    /// A new one.
    New(Entries),
}

/// A text as a scalar, in brackets or not.
pub(super) fn scalar(text: &str) -> String {
    if is_plain_word(text) || reads_back(text, text) {
        return text.to_owned();
    }
    let quoted = quoted(text);
    if reads_back(&quoted, text) {
        return quoted;
    }
    let seen: String = text
        .chars()
        .map(|c| {
            if reads_back(&self::quoted(&c.to_string()), &c.to_string()) || c == ' ' {
                c
            } else {
                ' '
            }
        })
        .collect();
    self::quoted(seen.trim())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Words that other readers take for something else.
const MEANT: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "null", "unknown"];

/// Letters first and nothing that YAML gives a meaning: most texts, found without the parser.
fn is_plain_word(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/' | b'_');
    starts
        && text.len() > 1
        && text.bytes().all(plain)
        && !MEANT.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a scalar is the text as a value and as a key, in brackets and outside.
fn reads_back(written: &str, text: &str) -> bool {
    let mut mistakes = Diagnostics::default();
    let document = format!("{written}: {written}\nlist: [{{ {written}: {written} }}]\n");
    let Some(node) = yaml::parse(FileId::default(), &document, &mut mistakes) else { return false };
    let is_text = |node: &Node, mistakes: &mut Diagnostics| {
        matches!(&node.value, Value::Mapping(mapping) if mapping.entries.first().is_some_and(|(key, value)| {
            key.value == text && Text::decode(value, mistakes).is_some_and(|read| &*read == text)
        }))
    };
    let Value::Mapping(mapping) = &node.value else { return false };
    let [_, (_, Node { value: Value::Sequence(list), .. })] = mapping.entries.as_slice() else {
        return false;
    };
    is_text(&node, &mut mistakes) && is_text(&list[0], &mut mistakes) && mistakes.is_empty()
}

/// A number with a `_` between groups of three digits, from five digits on.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// A list in brackets.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

/// A mapping in brackets.
pub(super) fn mapping(entries: &[(String, String)]) -> String {
    let entries = entries.iter().map(|(key, value)| format!("{key}: {value}"));
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

/// A key with its value, indented, with a line break at the end.
pub(super) fn entry(key: &str, value: &Written, indent: usize) -> String {
    let margin = " ".repeat(indent);
    match value {
        Written::Line(text) => format!("{margin}{key}: {text}\n"),
        Written::Items(items) => {
            let items: String = items.iter().map(|item| item_text(item, indent + 2)).collect();
            format!("{margin}{key}:\n{items}")
        }
    }
}

fn item_text(item: &Item, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let entries = match item {
        Item::Kept(text) => return text.clone(),
        Item::New(entries) => entries,
    };
    let line = format!("{margin}- {}\n", mapping(entries));
    if line.trim_end().chars().count() <= WIDTH {
        return line;
    }
    let lines = entries.iter().enumerate().map(|(position, (key, value))| {
        let lead = if position == 0 { "- " } else { "  " };
        format!("{margin}{lead}{key}: {value}\n")
    });
    lines.collect()
}

/// Whether two values mean the same: structure and scalars, digits grouped or not.
pub(super) fn same_value(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Null, Value::Null) => true,
        (Value::Scalar(a), Value::Scalar(b)) => {
            a.text == b.text || digits(&a.text).is_some_and(|a| Some(a) == digits(&b.text))
        }
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        (Value::Mapping(a), Value::Mapping(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries
                    .iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| same_value(value, other)))
        }
        _ => false,
    }
}

fn digits(text: &str) -> Option<String> {
    let is_count = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    is_count.then(|| text.replace('_', ""))
}

/// A written value as a node, to compare it with what is there.
pub(super) fn node(value: &Written) -> Option<Node> {
    let text = entry("value", value, 0);
    let node = yaml::parse(FileId::default(), &text, &mut Diagnostics::default())?;
    let Value::Mapping(mapping) = node.value else { return None };
    mapping.entries.into_iter().next().map(|(_, node)| node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reads_back_whatever_it_looks_like() {
        for text in [
            "mimo-v2.5-pro",
            "302",
            "1e5",
            "0x10",
            "1.5",
            "no",
            "null",
            "true",
            "~",
            "",
            "a: b",
            "a #b",
            "#b",
            "- a",
            "@cf/qwen",
            "gpt:free",
            "it's",
            "say \"x\"",
            "back\\slash",
            "a, b",
            "[x]",
            "{x}",
            "*x",
            "&x",
            "!x",
            "%x",
            "`x`",
            "模型",
            "a\u{a0}b",
            "x:",
            "?",
            "|",
            ">",
            "=",
            "<<",
            "2026-05-27",
            "12:30:45",
            ".inf",
            "1_000",
            "free",
        ] {
            let written = scalar(text);
            let same = text.is_empty() || reads_back(&written, text);
            assert!(same, "{text:?} as {written}");
        }
        assert_eq!(scalar("mimo-v2.5-pro"), "mimo-v2.5-pro");
        assert_eq!(scalar("302"), "\"302\"");
    }

    #[test]
    fn what_no_manifest_may_hold_becomes_a_space() {
        assert_eq!(scalar("a\u{202e}b\u{0}"), "\"a b\"");
        assert_eq!(scalar("a\nb"), "\"a b\"");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([4096, 32_768, 1_048_576].map(count), ["4096", "32_768", "1_048_576"]);
    }

    #[test]
    fn an_item_that_is_too_long_takes_a_line_for_each_key() {
        let entries =
            |text: &str| vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), text.to_owned())];
        let items = |text: &str| Written::Items(vec![Item::New(entries(text))]);
        assert_eq!(entry("prices", &items("2"), 2), "  prices:\n    - { a: 1, b: 2 }\n");
        let long = "x".repeat(120);
        assert_eq!(entry("p", &items(&long), 0), format!("p:\n  - a: 1\n    b: {long}\n"));
    }

    #[test]
    fn values_are_compared_by_what_they_mean() {
        let node = |text: &str| super::node(&Written::Line(text.to_owned())).unwrap();
        assert!(same_value(&node("{ a: 1_000, b: [x] }"), &node("{ b: [\"x\"], a: 1000 }")));
        assert!(!same_value(&node("[a, b]"), &node("[b, a]")));
        assert!(!same_value(&node("\"1.0\""), &node("1")));
    }
}
