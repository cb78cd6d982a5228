//! The three formats on diagnostics small enough to read.

use super::*;
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::Span;
use crate::yaml;

/// The mistakes of one text, in the human format without colour.
fn human(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let mut out = Diagnostics::default();
    yaml::parse(file, text, &mut out);
    render(&out.into_vec(), &sources, Format::Human { styled: false })
}

#[test]
fn look() {
    let mut sources = Sources::default();
    let first = sources.add("labs/acme.yaml", "vendor: acmé\nmodels:\n  - id: nova-1\n    contxt: 128_000\n");
    let second = sources.add("labs/b, 100%.yaml", "id: nova-1\n");
    let diags = [Diagnostic::new(Code::UnknownKey, Span::new(first, 43, 49), "unknown key `contxt`").label("not a key of a model").help("did you mean `context`?"),
      Diagnostic::new(Code::UnknownValue, Span::new(second, 4, 10), "the id `nova-1` is taken: 50%").secondary(Span::new(first, 29, 35), "taken here"),
      Diagnostic::new(Code::MissingKey, Span::new(first, 22, 58), "the model has no `name`").secondary(Span::new(first, 0, 6), "vendor"),
      Diagnostic::new(Code::MissingKey, Span::new(first, 59, 59), "end"),
      ];
    for f in [Format::Human{styled:false}, Format::Json, Format::Github] { println!("{}", render(&diags, &sources, f)); }
    println!("{}", human(&format!("a: 1\n{}b: 2\na: '\u{9b}\u{202e}'\nb: |\n  x\n", "# c\n".repeat(30))));
    println!("{}", human(&format!("a: 1\r\n\tb: 2\r\n")));
    println!("{}", human(&format!("{{a: {}, a: 1, c: {}}}", "x".repeat(100_000), "é ".repeat(100_000))));
    panic!();
}
