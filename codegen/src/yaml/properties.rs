//! What holds for every text: no panic, no span outside the text, and the same tree as an
//! independent parser for texts that manifests are made of.

use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Value as Oracle;

use super::*;

/// Parses a text and checks every span that comes out of it.
fn parse_checked(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut out = Diagnostics::default();
    let node = parse(FileId::default(), text, &mut out);
    let found = out.into_vec();
    assert!(node.is_some() || !found.is_empty(), "no tree and no reason: {text:?}");
    for diagnostic in &found {
        check_span(diagnostic.span, text);
        diagnostic.secondary.iter().for_each(|(span, _)| check_span(*span, text));
    }
    if let Some(node) = &node {
        check_node(node, node.span, text);
    }
    (node, found)
}

fn check_span(span: Span, text: &str) {
    let covered = text.get(span.start as usize..span.end as usize);
    assert!(covered.is_some(), "{span:?} is not in {text:?}");
}

fn check_node(node: &Node, outer: Span, text: &str) {
    check_span(node.span, text);
    assert_eq!(outer.to(node.span), outer, "{:?} sticks out in {text:?}", node.span);
    match &node.value {
        Value::Null | Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| check_node(item, node.span, text)),
        Value::Mapping(mapping) => {
            for (key, value) in &mapping.entries {
                check_span(key.span, text);
                assert!(key.span.end <= value.span.start, "{:?} in {text:?}", key.span);
                check_node(value, node.span, text);
            }
        }
    }
}

/// Texts made of the pieces that mean something to a parser.
fn soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a", "b: ", "- ", "\n", "\n  ", "\n    ", ": ", ":", ",", "[", "]", "{", "}", "'", "\"",
        "#", " # c", "|", ">-", "&x ", "*x", "!t ", "<<: ", "? ", "---\n", "...", "\t", "\r\n",
        "\r", "\\", "\\u202e", "é", "模", "\u{202e}", "\u{feff}", "\0", "%YAML", "~", "null",
        "0.10", "@",
    ];
    vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        parse_checked(&text);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        match decode(&bytes) {
            Ok(text) => { parse_checked(&text); }
            Err(at) => prop_assert!(std::str::from_utf8(&bytes[..at]).is_ok() && at < bytes.len()),
        }
    }

    #[test]
    fn any_soup_of_syntax_is_read_or_refused(text in soup()) {
        parse_checked(&text);
    }

    #[test]
    fn windows_line_ends_change_no_soup(text in soup().prop_map(|text| text.replace('\r', ""))) {
        let bare = |node: Option<Node>| node.map(|node| without_spans(&node));
        let windows = parse_checked(&text.replace('\n', "\r\n")).0;
        prop_assert_eq!(bare(parse_checked(&text).0), bare(windows));
    }

    #[test]
    fn what_another_printer_writes_is_read_back(value in oracle()) {
        let text = serde_yaml::to_string(&value).expect("printable");
        let (node, found) = parse_checked(&text);
        prop_assert_eq!(found, [], "{}", &text);
        prop_assert!(same(&value, &node.expect("a tree")), "{}\n{:?}", text, value);
    }

    #[test]
    fn another_parser_agrees_on_manifests(doc in doc()) {
        let mut text = String::new();
        doc.print(0, &mut text);
        let (node, found) = parse_checked(&text);
        prop_assert_eq!(found, [], "{}", &text);
        let agrees = Agrees(&node.expect("a tree")).deserialize(serde_yaml::Deserializer::from_str(&text));
        prop_assert!(agrees.is_ok(), "{}\n{:?}", text, agrees);
    }
}

/// A tree in which only structure and texts count.
fn without_spans(node: &Node) -> String {
    match &node.value {
        Value::Null => "~".to_owned(),
        Value::Scalar(scalar) => format!("{scalar:?}"),
        Value::Sequence(items) => {
            format!("{:?}", items.iter().map(without_spans).collect::<Vec<_>>())
        }
        Value::Mapping(Mapping { entries }) => {
            let entry =
                |(key, value): &(Spanned<String>, Node)| (key.value.clone(), without_spans(value));
            format!("{:?}", entries.iter().map(entry).collect::<Vec<_>>())
        }
    }
}

/// Values for the other printer, without what manifests refuse.
fn oracle() -> impl Strategy<Value = Oracle> {
    let text = prop_oneof![
        prop::sample::select(
            &["no", "null", "~", "010", "1e3", "- a", "a: b", "a #b", "'", ""][..]
        )
        .prop_map(str::to_owned),
        "[a-z \n\t'\":#é模-]{0,12}",
        any::<String>(),
    ]
    .prop_filter("allowed", |text| text != "<<" && !text.chars().any(is_forbidden));
    let leaf = prop_oneof![
        Just(Oracle::Null),
        any::<bool>().prop_map(Oracle::Bool),
        any::<i64>().prop_map(|number| Oracle::Number(number.into())),
        text.clone().prop_map(Oracle::String),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let entry = (text.clone().prop_map(Oracle::String), inner.clone());
        prop_oneof![
            vec(inner, 0..6).prop_map(Oracle::Sequence),
            vec(entry, 0..6).prop_map(|entries| Oracle::Mapping(entries.into_iter().collect())),
        ]
    })
}

fn same(value: &Oracle, node: &Node) -> bool {
    match (value, &node.value) {
        (Oracle::Null, Value::Null) => true,
        (Oracle::Bool(flag), Value::Scalar(scalar)) => {
            !scalar.quoted && scalar.text == flag.to_string()
        }
        (Oracle::Number(number), Value::Scalar(scalar)) => {
            !scalar.quoted && scalar.text == number.to_string()
        }
        (Oracle::String(text), Value::Scalar(scalar)) => scalar.text == *text,
        (Oracle::Sequence(values), Value::Sequence(nodes)) => {
            values.len() == nodes.len() && values.iter().zip(nodes).all(|(v, n)| same(v, n))
        }
        (Oracle::Mapping(values), Value::Mapping(Mapping { entries })) => {
            let same_entry =
                |((key, value), (name, node)): ((&Oracle, &Oracle), &(Spanned<String>, Node))| {
                    key.as_str() == Some(name.as_str()) && same(value, node)
                };
            values.len() == entries.len() && values.iter().zip(entries).all(same_entry)
        }
        _ => false,
    }
}

/// A document as an author could write it.
#[derive(Clone, Debug)]
enum Doc {
    Null,
    /// A scalar in its notation.
    Scalar(String),
    /// A text of several lines below a `|` or `>`.
    Lines(&'static str, Vec<String>),
    Sequence {
        items: Vec<Doc>,
        flow: bool,
        comment: bool,
    },
    Mapping {
        entries: Vec<Doc>,
        flow: bool,
        comment: bool,
    },
}

const SCALARS: [&str; 24] = [
    "0.0028",
    "3.00",
    "256_000",
    "no",
    "on",
    "010",
    "1e3",
    "12:30:45",
    "2026-05-27",
    "true",
    "sk-",
    "--flag",
    "xiaomi/mimo-v2.5",
    "https://a.b/v1?x=y",
    "a b  c",
    "é 模型",
    "'it''s'",
    "'a: #b'",
    "\"q\\n\\u00e9\\\"\"",
    "\"a, b\"",
    "'null'",
    "a#b",
    "\".5\"",
    "-1",
];

fn doc() -> impl Strategy<Value = Doc> {
    let leaf = prop_oneof![
        1 => Just(Doc::Null),
        8 => prop::sample::select(&SCALARS[..]).prop_map(|text| Doc::Scalar(text.to_owned())),
        1 => (prop::sample::select(&["|", "|-", ">", ">-", ">+"][..]), vec("[a-zé: #-]{0,8}[a-z]", 1..4))
            .prop_map(|(header, lines)| Doc::Lines(header, lines)),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let parts = (vec(inner, 0..6), any::<bool>(), any::<bool>());
        let mapping = parts.clone();
        prop_oneof![
            parts.prop_map(|(items, flow, comment)| Doc::Sequence { items, flow, comment }),
            mapping.prop_map(|(entries, flow, comment)| Doc::Mapping { entries, flow, comment }),
        ]
    })
}

impl Doc {
    /// Prints a value after its dash or colon, up to the end of its last line.
    fn print(&self, indent: usize, out: &mut String) {
        let pad = "  ".repeat(indent);
        match self {
            Self::Lines(header, lines) => {
                out.extend([" ", header, "\n"]);
                // The first line must show the indentation.
                for line in lines {
                    out.extend([&pad, "  .", line, "\n"]);
                }
            }
            Self::Sequence { items, flow: false, comment } if !items.is_empty() => {
                *out += if *comment { " # c: '\n\n" } else { "\n" };
                for item in items {
                    out.extend([&pad, "-"]);
                    item.print(indent + 1, out);
                }
            }
            Self::Mapping { entries, flow: false, comment } if !entries.is_empty() => {
                *out += if *comment { " # - c\n" } else { "\n" };
                for (number, value) in entries.iter().enumerate() {
                    out.extend([&pad, key(number), ":"]);
                    value.print(indent + 1, out);
                }
            }
            _ => out.extend([" ", &self.flow(), "\n"]),
        }
    }

    fn flow(&self) -> String {
        match self {
            Self::Null => "~".to_owned(),
            Self::Scalar(text) => text.clone(),
            Self::Lines(_, lines) => format!("'{}'", lines.join("\n\n    ")),
            Self::Sequence { items, .. } => {
                format!("[{}]", items.iter().map(Self::flow).collect::<Vec<_>>().join(", "))
            }
            Self::Mapping { entries, .. } => {
                let entry =
                    |(number, value): (usize, &Self)| format!("{}: {}", key(number), value.flow());
                format!(
                    "{{ {} }}",
                    entries.iter().enumerate().map(entry).collect::<Vec<_>>().join(", ")
                )
            }
        }
    }
}

fn key(number: usize) -> &'static str {
    let names = ["id", "'quoted key'", "cache_read", "é", "\"a\\tb\"", "mimo-v2.5"];
    names[number % names.len()]
}

/// Reads with the other parser what our tree says is there; any difference is an error.
struct Agrees<'n>(&'n Node);

impl<'de> DeserializeSeed<'de> for Agrees<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, other: D) -> Result<(), D::Error> {
        match &self.0.value {
            Value::Null => other.deserialize_option(self),
            Value::Scalar(_) => other.deserialize_str(self),
            Value::Sequence(_) => other.deserialize_seq(self),
            Value::Mapping(_) => other.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Agrees<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0.value)
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        equal(&self.0.value, &Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        equal(&self.0.value, &Value::Null)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        let Value::Scalar(scalar) = &self.0.value else { return Err(E::custom(text)) };
        equal(scalar.text.as_str(), text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut other: A) -> Result<(), A::Error> {
        let Value::Sequence(items) = &self.0.value else { return Err(de::Error::custom("list")) };
        for item in items {
            other.next_element_seed(Agrees(item))?.ok_or(de::Error::custom("shorter"))?;
        }
        equal(&other.next_element::<Oracle>()?, &None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut other: A) -> Result<(), A::Error> {
        let Value::Mapping(mapping) = &self.0.value else { return Err(de::Error::custom("map")) };
        for (key, value) in &mapping.entries {
            equal(&other.next_key::<String>()?.as_ref(), &Some(&key.value))?;
            other.next_value_seed(Agrees(value))?;
        }
        equal(&other.next_key::<String>()?, &None)
    }
}

fn equal<T: PartialEq + std::fmt::Debug + ?Sized, E: de::Error>(a: &T, b: &T) -> Result<(), E> {
    if a == b { Ok(()) } else { Err(E::custom(format!("{a:?} is not {b:?}"))) }
}
