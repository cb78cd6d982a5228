//! The layout: that of the `pretty_yaml` library, except that a list or mapping in brackets which does not fit in a line is
//! filled, several items on a line, as people write them.
//!
//! Takes the text of a manifest; returns the same in the layout, which laid out again stays as it is.

use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::source::FileId;
use portolan_codegen::yaml::{self, Node, Value};
use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions};

use super::pieces::pieces;

/// The most characters of a line that could be broken.
const WIDTH: usize = 120;

/// The text in the layout.
///
/// # Errors
/// Why it has to stay as it is: it is no YAML, or it would not be the same text.
///
/// ```
/// let text = "vendor:   acme # who\nnotes: [ a,b ]\n\n\n";
/// assert_eq!(xtask::fmt::formatted(text).unwrap(), "vendor: acme # who\nnotes: [a, b]\n");
/// ```
pub fn formatted(text: &str) -> Result<String, String> {
    let before = pieces(text)?;
    let once = laid_out(text)?;
    if once == text {
        return Ok(once);
    }
    if pieces(&once)? != before {
        return Err("the layout would change a value or a comment".to_owned());
    }
    if laid_out(&once)? != once {
        return Err("the layout does not come to rest".to_owned());
    }
    Ok(once)
}

fn laid_out(text: &str) -> Result<String, String> {
    let options = FormatOptions {
        // Lines are filled below.
        layout: LayoutOptions { print_width: usize::MAX / 4, ..LayoutOptions::default() },
        language: LanguageOptions {
            prefer_single_line: true,
            trailing_comma: false,
            ..LanguageOptions::default()
        },
    };
    let joined = pretty_yaml::format_text(&with_head_at_margin(text), &options)
        .map_err(|error| error.to_string())?;
    Ok(filled(&joined))
}

/// The text with the comments before its first value at the margin: the library takes their indentation for the value's.
fn with_head_at_margin(text: &str) -> String {
    let is_head = |line: &&str| matches!(line.trim_start().chars().next(), None | Some('#'));
    let head: String = text.split_inclusive('\n').take_while(is_head).collect();
    let lines = head.split_inclusive('\n').map(|line| line.trim_start_matches([' ', '\t']));
    lines.chain([&text[head.len()..]]).collect()
}

/// The text with line breaks before items of lists and mappings in brackets, where a line is too long.
fn filled(text: &str) -> String {
    let items = items(text);
    let mut items = items.as_slice();
    let (mut filled, mut start) = (String::with_capacity(text.len()), 0);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let of_line = items.partition_point(|item| item.at < end);
        fill(line, start, &items[..of_line], &mut filled);
        items = &items[of_line..];
        start = end;
    }
    filled
}

fn fill(line: &str, start: usize, items: &[Item], filled: &mut String) {
    let content = line.trim_start_matches([' ', '-']);
    let content = line.len() - content.len();
    let indent = content + 2;
    let (mut rest, mut taken) = (line, 0);
    // What stands before the rest on its line.
    let mut before = 0;
    while before + rest.trim_end().chars().count() > WIDTH {
        let breaks = items.iter().filter(|item| item.at > start + taken.max(content));
        let ends = breaks.map(|item| (item, item.at - start - taken));
        let fits = |end: usize| before + rest[..end].trim_end().chars().count() <= WIDTH;
        // The outermost, and of these the last that fits.
        let best = ends
            .filter(|(_, end)| fits(*end))
            .min_by_key(|(item, end)| (item.depth, usize::MAX - end));
        let Some((_, end)) = best else { break };
        filled.push_str(rest[..end].trim_end());
        filled.push('\n');
        filled.extend(std::iter::repeat_n(' ', indent));
        (taken, rest, before) = (taken + end, &rest[end..], indent);
    }
    filled.push_str(rest);
}

/// An item of a list or mapping in brackets that is not its first.
struct Item {
    at: usize,
    depth: usize,
}

/// The items of a text by their place.
fn items(text: &str) -> Vec<Item> {
    let node = yaml::parse(FileId::default(), text, &mut Diagnostics::default());
    let mut items = Vec::new();
    if let Some(node) = node {
        collect(&node, text, 0, &mut items);
    }
    items
}

fn collect(node: &Node, text: &str, depth: usize, items: &mut Vec<Item>) {
    let children: Vec<(u32, &Node)> = match &node.value {
        Value::Sequence(list) => list.iter().map(|item| (item.span.start, item)).collect(),
        Value::Mapping(mapping) => {
            mapping.entries.iter().map(|(key, value)| (key.span.start, value)).collect()
        }
        Value::Scalar(_) | Value::Null => return,
    };
    let in_brackets = text[node.span.start as usize..].starts_with(['[', '{']);
    for (index, (at, child)) in children.into_iter().enumerate() {
        if in_brackets && index > 0 {
            items.push(Item { at: at as usize, depth });
        }
        collect(child, text, depth + 1, items);
    }
}
