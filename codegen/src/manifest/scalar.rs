//! Single values of manifests: ids, URLs, numbers, dates. Each checks its own spelling, says what is wrong with it and
//! tells the JSON Schema the same as a pattern.

use std::fmt;
use std::ops::Deref;

use serde_json::{Value as Json, json};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::shape::{Defs, Key, Shape, wrong_type};
use crate::source::Spanned;
use crate::yaml::{Node, Scalar, Value};

/// A text that is checked against one spelling.
trait Spelling: Sized {
    const CODE: Code;
    /// What it is called and how it is spelled, for the help.
    const HELP: &'static str;
    /// The same as a regular expression of JSON Schema.
    const PATTERN: &'static str;
    /// What stands in for a wrong one. Ids have none: a made-up id would clash or dangle.
    const STAND_IN: Option<&'static str> = match Self::CODE {
        Code::EmptyValue => Some("?"),
        _ => None,
    };
    fn spelled(text: &str) -> bool;
}

macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident: $code:ident, $pattern:literal, $help:literal, $check:expr;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[schemars(inline)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl Spelling for $name {
            const CODE: Code = Code::$code;
            const HELP: &'static str = $help;
            const PATTERN: &'static str = $pattern;
            fn spelled(text: &str) -> bool {
                let check: fn(&str) -> bool = $check;
                check(text)
            }
        }

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Shape for $name {
            fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
                let scalar = text_scalar(node, Self::HELP, out)?;
                if Self::spelled(&scalar.text) {
                    return Some(Self(scalar.text.clone()));
                }
                out.push(misspelled::<Self>(&Spanned::new(scalar.text.clone(), node.span)));
                None
            }

            fn stand_in() -> Option<Self> {
                Self::STAND_IN.map(|text| Self(text.to_owned()))
            }

            fn schema(_: &mut Defs) -> Json {
                json!({ "type": "string", "pattern": Self::PATTERN })
            }
        }

        impl Key for $name {
            fn from_text(text: &str) -> Option<Self> {
                Self::spelled(text).then(|| Self(text.to_owned()))
            }

            fn mistake(text: &Spanned<String>) -> Diagnostic {
                misspelled::<Self>(text)
            }

            fn key_schema() -> Json {
                json!({ "pattern": Self::PATTERN })
            }
        }
    )+};
}

texts! {
    /// Any text, not empty.
    Text: EmptyValue, r"\S", "write some text", |text| !text.trim().is_empty();
    /// An id of our own: a vendor, provider, region, auth choice.
    Id: MalformedId, "^[a-z0-9]+([._-][a-z0-9]+)*$",
        "an id is lower-case letters and digits with single `-`, `.` or `_` between them", is_id;
    /// A model id, as the provider's api spells it.
    ModelId: MalformedId, r"^[!-~]+$", "a model id is printable ASCII without spaces", is_printable;
    /// A model id, a ref or a base model's id.
    Ref: MalformedId, r"^[!-~]+$", "a ref is printable ASCII without spaces", is_printable;
    /// A pattern of model ids.
    IdPattern: MalformedId, r"^[!-~]+$", "a pattern is printable ASCII without spaces; `*` stands for any run of characters", is_printable;
    /// A field of a request or an answer.
    FieldName: MalformedId, r"^[!-~]+$", "a field name is printable ASCII without spaces", is_printable;
    /// A field of a request and its value.
    FieldValue: MalformedId, "^[!-<>-~]+=[!-~]+$",
        "a field and its value are written `path=value`, in printable ASCII without spaces", is_field_value;
    /// A Rust constant's name.
    RustName: MalformedId, "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$",
        "a Rust name is upper-case words with single `_` between them", is_rust_name;
    /// A command-line flag.
    Flag: MalformedId, "^--[a-z0-9]+(-[a-z0-9]+)*$", "a flag is `--` and lower-case words with `-` between them", is_flag;
    /// The name of an HTTP header.
    WebHeader: MalformedId, "^[a-z0-9]+(-[a-z0-9]+)*$", "a header name is lower-case words with `-` between them", is_header;
    /// The value of an HTTP header.
    HeaderText: MalformedId, "^[!-~]+( [!-~]+)*$", "a header value is visible ASCII with single spaces", is_header_text;
    /// A language tag.
    Language: MalformedId, "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
        "a language is tagged as `ja`, `zh-CN` or `zh-Hant-TW`", is_language;
    /// The name of an environment variable.
    EnvName: MalformedEnvName, "^[A-Z][A-Z0-9_]*$",
        "an environment variable is upper-case letters, digits and `_`", is_env_name;
    /// A web address.
    Url: MalformedUrl, r"^https?://[^\s{}]+$", "an address starts with `https://` (or `http://`) and has no spaces", is_url;
    /// The base URL of an endpoint, with `{variables}` in its host or path.
    UrlTemplate: MalformedUrl, r"^https?://(\{[a-z][a-z0-9_]*\}|[A-Za-z0-9-])+(\.(\{[a-z][a-z0-9_]*\}|[A-Za-z0-9-])+)*(:[1-9][0-9]{0,4})?(/(?!\.\.?(/|$))(\{[a-z][a-z0-9_]*\}|[!$&-.0-9:;=A-Z_a-z~])+)*$",
        "a base URL is `https://host/path` (or `http://` where no key goes) without user, query, fragment or `/` at its end, its host in ASCII; a variable is written `{name}`", is_template;
    /// Where a list is asked for: a path below the origin of an endpoint or a whole address, perhaps with `{variables}`
    /// and a query.
    ListUrl: MalformedUrl, r"^(https://(\{[a-z][a-z0-9_]*\}|[A-Za-z0-9-])+(\.(\{[a-z][a-z0-9_]*\}|[A-Za-z0-9-])+)*)?(/(?!\.\.?(/|\?|$))(\{[a-z][a-z0-9_]*\}|[!$&-.0-9:;=A-Z_a-z~])+)+(\?[!$-;=?-~]+)?$",
        "a list is at a path, as `/v1/models?limit=100`, or at a whole address that starts with `https://`; a variable is written `{name}`", is_list_url;
}

fn misspelled<T: Spelling>(text: &Spanned<String>) -> Diagnostic {
    let message = match T::CODE {
        Code::EmptyValue => "an empty text".to_owned(),
        code => format!("{} {}", code.title(), shown(text)),
    };
    Diagnostic::new(T::CODE, text.span, message).help(T::HELP)
}

/// A scalar that YAML reads as a text. `name: 5` and `name: true` are a number and a boolean to every other reader, so
/// they have to be written in quotes.
fn text_scalar<'n>(node: &'n Node, help: &str, out: &mut Diagnostics) -> Option<&'n Scalar> {
    match &node.value {
        Value::Scalar(scalar) if scalar.quoted || !is_number_or_bool(&scalar.text) => Some(scalar),
        Value::Scalar(scalar) => {
            let help = format!("write it in quotes: \"{}\"", scalar.text);
            out.push(wrong_type(node, "a text").help(help));
            None
        }
        _ => {
            out.push(wrong_type(node, "a text").help(help));
            None
        }
    }
}

/// Whether YAML's core schema resolves the plain text to something else than a text.
fn is_number_or_bool(text: &str) -> bool {
    let first = text.bytes().next();
    if !first.is_some_and(|byte| byte.is_ascii_digit() || b"+-.tTfF".contains(&byte)) {
        return false;
    }
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || matches!(
            text.trim_start_matches(['+', '-']),
            ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN"
        )
        || (text.bytes().any(|byte| byte.is_ascii_digit())
            && text.parse::<f64>().is_ok_and(|_| !text.contains(['i', 'n', 'I', 'N'])))
        || is_radix(text)
}

fn is_radix(text: &str) -> bool {
    let digits = |prefix, radix| {
        text.strip_prefix(prefix).is_some_and(|rest: &str| {
            !rest.is_empty() && rest.chars().all(|digit| digit.is_digit(radix))
        })
    };
    digits("0x", 16) || digits("0o", 8)
}

fn words(text: &str, separators: &[char], inner: impl Fn(u8) -> bool) -> bool {
    text.split(separators).all(|word| !word.is_empty() && word.bytes().all(&inner))
}

fn is_lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_id(text: &str) -> bool {
    words(text, &['-', '.', '_'], is_lower_or_digit)
}

fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_field_value(text: &str) -> bool {
    text.split_once('=').is_some_and(|(path, value)| is_printable(path) && is_printable(value))
}

fn is_rust_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && words(text, &['_'], |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_flag(text: &str) -> bool {
    text.strip_prefix("--").is_some_and(is_header)
}

fn is_header(text: &str) -> bool {
    words(text, &['-'], is_lower_or_digit)
}

fn is_header_text(text: &str) -> bool {
    words(text, &[' '], |byte| byte.is_ascii_graphic())
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let language = parts.next().unwrap_or_default();
    let mut ok =
        (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
    if let Some(script) = parts.next_if(|part| part.len() == 4) {
        ok &= script.starts_with(|first: char| first.is_ascii_uppercase())
            && script[1..].bytes().all(|byte| byte.is_ascii_lowercase());
    }
    if let Some(country) = parts.next() {
        ok &= country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    }
    ok && parts.next().is_none()
}

fn is_env_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

fn after_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))
}

fn is_url(text: &str) -> bool {
    after_scheme(text).is_some_and(|rest| {
        !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c == '{' || c == '}')
    })
}

/// The path is held to the rules of a base URL, and so is the host where there is one.
fn is_list_url(text: &str) -> bool {
    let (place, query) = text.split_once('?').map_or((text, None), |(p, query)| (p, Some(query)));
    let plain =
        |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'#' | b'<' | b'>' | b'{' | b'}');
    let has_path = |rest: &str| rest.contains('/');
    query.is_none_or(|query| !query.is_empty() && query.bytes().all(plain))
        && match place.strip_prefix("https://") {
            Some(rest) => has_path(rest) && is_template(place),
            None => place.starts_with('/') && is_template(&format!("https://host{place}")),
        }
}

/// Keys are sent there: only to a host that a reader cannot take for another.
fn is_template(text: &str) -> bool {
    let Some(rest) = after_scheme(text) else { return false };
    let mut segments = rest.split('/');
    let authority = segments.next().unwrap_or_default();
    let (host, port) = authority.split_once(':').map_or((authority, None), |(h, p)| (h, Some(p)));
    host.split('.').all(is_label)
        && port.is_none_or(is_port)
        && segments.all(is_path_segment)
        && rest.split('/').all(is_template_segment)
}

fn is_label(label: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'{' | b'}');
    let outside = label.split(['{', '}']).step_by(2);
    !label.is_empty()
        && label.bytes().all(plain)
        && !outside.into_iter().any(|text| text.contains('_'))
}

fn is_port(port: &str) -> bool {
    port.len() <= 5
        && !port.starts_with('0')
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
}

/// A segment that no server takes for another: no dots that climb, nothing that is escaped or means something else.
fn is_path_segment(segment: &str) -> bool {
    let plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'!' | b'$' | b'&'..=b'.' | b':' | b';' | b'=' | b'_' | b'~' | b'{' | b'}'
            )
    };
    !matches!(segment, "" | "." | "..") && segment.bytes().all(plain)
}

/// Whether the braces of a segment are `{names}`.
fn is_template_segment(segment: &str) -> bool {
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { return false };
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let starts = name.starts_with(|first: char| first.is_ascii_lowercase());
        if before.contains('}') || !starts || !name.bytes().all(letters) {
            return false;
        }
        rest = tail;
    }
    !rest.contains('}')
}

impl UrlTemplate {
    /// The names of the variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        variables(&self.0)
    }

    /// Whether what is sent there can be read on its way to another machine.
    pub fn is_open(&self) -> bool {
        let host = self.0.strip_prefix("http://").map(|rest| rest.split([':', '/']).next());
        host.is_some_and(|host| !matches!(host, Some("127.0.0.1" | "localhost")))
    }
}

impl ListUrl {
    /// The names of the variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        variables(&self.0)
    }
}

fn variables(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}
