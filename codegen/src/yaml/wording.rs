//! The parser's faults in our words. Takes the kind of fault and the byte it was noticed at,
//! returns what to say, how to mend it and which character to point at.

use std::ops::Range;

use granit_parser::ErrorKind as Kind;

use crate::code::Code;

/// Why a text could not be read on.
pub(super) struct Fault {
    /// The kind of mistake.
    pub(super) code: Code,
    /// What is wrong.
    pub(super) message: String,
    /// How to mend it.
    pub(super) help: &'static str,
    /// The bytes to point at, on character boundaries.
    pub(super) range: Range<usize>,
}

/// Words the fault that was noticed at byte `at` of `text`, when all up to `read` was well.
pub(super) fn fault(kind: &Kind, text: &str, read: usize, at: usize) -> Fault {
    let code = match kind {
        Kind::RecursionLimitExceeded => Code::TooDeep,
        Kind::DirectiveDisallowed => Code::ForbiddenYaml,
        Kind::BomInsideDocument => Code::ForbiddenCharacter,
        _ => Code::Syntax,
    };
    let start = match kind {
        Kind::InvalidQuotedScalarIndent => open_quote(&text[..at], read).unwrap_or(at),
        kind if is_tab(kind) => tab_near(text, at),
        _ => at,
    };
    let width = match text[start..].chars().next() {
        None | Some('\r' | '\n') => 0,
        Some(c) => c.len_utf8(),
    };
    let (message, help) = words(kind);
    Fault { code, message, help, range: start..start + width }
}

fn words(kind: &Kind) -> (String, &'static str) {
    let (message, help) = match kind {
        Kind::UnexpectedCharacter { character } => {
            let message = format!("a value cannot begin with `{}`", character.escape_debug());
            return (message, "put the value in quotes");
        }
        Kind::UnclosedFlowCollection { open } => {
            return (format!("this `{open}` is never closed"), "close it");
        }
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("`{open}` cannot be closed by `{close}`");
            return (message, "close brackets in the order in which they were opened");
        }
        kind => phrase(kind),
    };
    (message.to_owned(), help)
}

fn phrase(kind: &Kind) -> (&'static str, &'static str) {
    match kind {
        kind if is_tab(kind) => ("a tab is not allowed here", "indent with spaces"),
        Kind::RecursionLimitExceeded => {
            ("too many lists and mappings in one another", "no manifest needs this")
        }
        Kind::DirectiveDisallowed => ("a directive is not allowed", "delete the line"),
        Kind::BomInsideDocument => ("a byte order mark inside the text", "delete it"),
        Kind::UnexpectedEofFlowSequence | Kind::ExpectedFlowSequenceSeparator => {
            ("expected `,` or `]`", "separate the items of a list with commas")
        }
        Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping
        | Kind::ExpectedFlowMappingSeparator => {
            ("expected `,` or `}`", "separate the entries with commas")
        }
        Kind::MisplacedFlowCollectionEnd => ("this bracket closes nothing", "delete it"),
        Kind::ExpectedBlockMappingKey | Kind::MappingKeyNotAllowed => {
            ("expected a key of the mapping above", "align the keys of a mapping")
        }
        Kind::ExpectedBlockSequenceEntry
        | Kind::BlockSequenceEntryNotAllowed
        | Kind::InvalidBlockEntryWhitespace => {
            ("a list item is not allowed here", "align the `- ` of a list, each on its own line")
        }
        Kind::BlockEntryInFlowCollection | Kind::PlainScalarStartsWithDashFlowIndicator => {
            ("`-` is not allowed within brackets", "write `[a, b]`, or put quotes around it")
        }
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => (
            "`:` is not allowed here",
            "if it belongs to the value, put the value in quotes; else check the indentation",
        ),
        Kind::InvalidMappingValueWhitespace | Kind::FlowMappingValueAdjacentCollection => {
            ("expected a space after `:`", "write `key: value`")
        }
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => {
            ("expected `:` after this key", "write `key: value` on one line")
        }
        Kind::ExpectedNodeContent | Kind::UnexpectedEndOfPlainScalar => {
            ("expected a value", "put quotes around text that begins with a special character")
        }
        Kind::CommentNotSeparated => {
            ("a comment needs a space before `#`", "put quotes around it if it is no comment")
        }
        Kind::CommentInterceptedScalar => {
            ("a comment is not allowed within a text of several lines", "move it above the key")
        }
        Kind::InvalidDocumentEnd => ("the document ended above", "delete the `...`"),
        kind => scalar_phrase(kind),
    }
}

fn scalar_phrase(kind: &Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::UnclosedQuotedScalar | Kind::InvalidQuotedScalarIndent => (
            "this quote is never closed",
            "close it on the same line, or indent the lines after it",
        ),
        Kind::InvalidTrailingSingleQuotedScalar => {
            ("nothing may follow the closing quote", "write `''` for a quote within single quotes")
        }
        Kind::InvalidTrailingDoubleQuotedScalar => (
            "nothing may follow the closing quote",
            r#"write `\"` for a quote within double quotes"#,
        ),
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate
        | Kind::InvalidUnicodeEscape => {
            ("unknown escape in double quotes", r"use single quotes, or `\\` for a backslash")
        }
        Kind::DocumentIndicatorInQuotedScalar => {
            ("`---` and `...` cannot begin a line within quotes", "indent the line")
        }
        Kind::ZeroBlockScalarIndent | Kind::InvalidBlockScalarHeader => {
            ("nothing but `-` or `+` may follow `|` or `>`", "begin the text on the next line")
        }
        Kind::InvalidIndentation
        | Kind::InvalidBlockScalarIndent
        | Kind::InvalidFlowScalarIndent => {
            ("the indentation fits nothing above", "align it with the lines it belongs to")
        }
        Kind::MissingAnchorOrAliasName => {
            ("`&` and `*` cannot begin a value", "put the value in quotes")
        }
        Kind::ExpectedTagBang
        | Kind::InvalidGlobalTagCharacter
        | Kind::UndeclaredTagHandle
        | Kind::InvalidTagTerminator
        | Kind::MissingTagUri
        | Kind::UnclosedVerbatimTag
        | Kind::InvalidTagEscape
        | Kind::InvalidTagUtf8LeadingByte
        | Kind::InvalidTagUtf8TrailingByte
        | Kind::InvalidTagUtf8 => ("`!` cannot begin a value", "put the value in quotes"),
        _ => (
            "the text is not valid YAML here",
            "look for an unusual character here or above; put texts with special characters in quotes",
        ),
    }
}

const fn is_tab(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::TabNotAllowed
            | Kind::TabInBlockIndentation
            | Kind::TabAtBlockScalarStart
            | Kind::TabInIndentation
            | Kind::TabInPlainScalar
    )
}

/// The tab that a fault at `at` is about; the parser may notice it at the value before it.
fn tab_near(text: &str, at: usize) -> usize {
    if let Some(ahead) = text[at..].find('\t') {
        return at + ahead;
    }
    text[..at].rfind('\t').unwrap_or(at)
}

/// The quote that is open at the end of a text; the parser notices it lines later.
fn open_quote(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let starts = at == 0 || matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b'[' | b'{' | b',');
        at = match bytes[at] {
            b'#' if starts => at + text[at..].find('\n')? + 1,
            quote @ (b'\'' | b'"') if starts => match closing(bytes, at, quote) {
                Some(end) => end + 1,
                None => return Some(at),
            },
            _ => at + 1,
        };
    }
    None
}

fn closing(bytes: &[u8], open: usize, quote: u8) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| matches!(byte, b'\\' | b'\'' | b'"'))?;
        let escapes = (quote == b'"' && bytes[at] == b'\\')
            || (quote == b'\'' && bytes[at..].starts_with(b"''"));
        if !escapes && bytes[at] == quote {
            return Some(at);
        }
        at += if escapes { 2 } else { 1 };
    }
}
