//! The three formats on mistakes small enough to read, and the human one on hostile texts.

use proptest::prelude::*;

use super::*;
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::{Span, char_start};
use crate::yaml;

const HUMAN: Format = Format::Human { styled: false };

/// Two files, one mistake in the first and one in the second that points back.
fn report(format: Format) -> String {
    let mut sources = Sources::default();
    let text = "vendor: acmé\nmodels:\n  - id: nova-1\n    contxt: 128_000 # 128%\n";
    let first = sources.add("labs/acme.yaml", text);
    let second = sources.add("labs/a, b.yaml", "id: nova-1\n");
    let taken = Span::new(second, 4, 10);
    let mistakes = [
        Diagnostic::new(Code::UnknownKey, Span::new(first, 41, 47), "unknown key `contxt`")
            .label("not a key of a model")
            .help("did you mean `context`?"),
        Diagnostic::new(Code::UnknownValue, taken, "100% of the id `nova-1` is taken")
            .secondary(Span::new(first, 30, 36), "taken here"),
    ];
    render(&mistakes, &sources, format)
}

/// The mistakes of one text for a person.
fn human(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let mut out = Diagnostics::default();
    yaml::parse(file, text, &mut out);
    render(&out.into_vec(), &sources, HUMAN)
}

#[test]
fn human_shows_the_lines_with_carets() {
    let expected = "\
error[M0201]: unknown key `contxt`
 --> labs/acme.yaml:4:5
  |
4 |     contxt: 128_000 # 128%
  |     ^^^^^^ not a key of a model
  |
  = help: did you mean `context`?

error[M0204]: 100% of the id `nova-1` is taken
 --> labs/a, b.yaml:1:5
  |
1 | id: nova-1
  |     ^^^^^^
  |
 ::: labs/acme.yaml:3:9
  |
3 |   - id: nova-1
  |         ------ taken here

";
    assert_eq!(report(HUMAN), expected);
}

#[test]
fn json_is_one_object_a_line() {
    let expected = concat!(
        r#"{"code":"M0201","severity":"error","message":"unknown key `contxt`","#,
        r#""file":"labs/acme.yaml","line":4,"column":5,"end_line":4,"end_column":11,"#,
        r#""label":"not a key of a model","help":"did you mean `context`?","related":[]}"#,
        "\n",
        r#"{"code":"M0204","severity":"error","message":"100% of the id `nova-1` is taken","#,
        r#""file":"labs/a, b.yaml","line":1,"column":5,"end_line":1,"end_column":11,"#,
        r#""label":"","help":null,"related":[{"message":"taken here","#,
        r#""file":"labs/acme.yaml","line":3,"column":9,"end_line":3,"end_column":15}]}"#,
        "\n",
    );
    assert_eq!(report(Format::Json), expected);
}

#[test]
fn github_commands_are_escaped() {
    let expected = concat!(
        "::error file=labs/acme.yaml,line=4,endLine=4,col=5,endColumn=11,title=M0201::",
        "unknown key `contxt`%0Ahelp: did you mean `context`?\n",
        "::error file=labs/a%2C b.yaml,line=1,endLine=1,col=5,endColumn=11,title=M0204::",
        "100%25 of the id `nova-1` is taken\n",
    );
    assert_eq!(report(Format::Github), expected);
}

#[test]
fn colour_is_added_only_when_asked() {
    let styled = report(Format::Human { styled: true });
    assert!(styled.contains("\u{1b}[") && !report(HUMAN).contains('\u{1b}'));
    let bare: String =
        styled.split('\u{1b}').map(|s| s.split_once('m').map_or(s, |(_, text)| text)).collect();
    assert_eq!(bare.lines().last(), report(HUMAN).lines().last());
}

#[test]
fn no_mistakes_are_no_text() {
    let sources = Sources::default();
    for format in [HUMAN, Format::Json, Format::Github] {
        assert_eq!(render(&[], &sources, format), "");
    }
}

#[test]
fn the_summary_counts_mistakes_and_files() {
    let mut sources = Sources::default();
    let files = [sources.add("a", ""), sources.add("b", "")];
    let at = |file| Diagnostic::new(Code::Syntax, Span::new(file, 0, 0), "m");
    let mistakes = [at(files[0]), at(files[0]), at(files[1])];
    assert_eq!(
        summary(&mistakes, "nothing was written"),
        "error: 3 mistakes in 2 files; nothing was written"
    );
}

#[test]
fn marks_far_apart_have_excerpts_of_their_own() {
    let text = format!("a: 1\n{}b: 2\na: 3\n", "# c\n".repeat(1000));
    let expected = "\
error[M0108]: the key `a` is in this mapping already
    --> a.yaml:1003:1
     |
1003 | a: 3
     | ^ again here
     |
    ::: a.yaml:1:1
     |
   1 | a: 1
     | - first here
     |
     = help: keep one of them

";
    assert_eq!(human(&text), expected);
}

#[test]
fn marks_near_each_other_share_an_excerpt() {
    let expected = "\
error[M0108]: the key `a` is in this mapping already
 --> a.yaml:3:1
  |
1 | a: 1
  | - first here
2 | b: 2
3 | a: 3
  | ^ again here
  |
  = help: keep one of them

";
    assert_eq!(human("a: 1\r\nb: 2\r\na: 3\r\n"), expected);
}

#[test]
fn a_mark_over_several_lines_shows_its_first() {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", "a:\n  b: 1\n  c: 2\n");
    let mistake = Diagnostic::new(Code::MissingKey, Span::new(file, 5, 17), "no `d`");
    let expected = "\
error[M0202]: no `d`
 --> a.yaml:2:3
  |
2 |   b: 1
  |   ^^^^

";
    assert_eq!(render(&[mistake], &sources, HUMAN), expected);
}

#[test]
fn a_place_at_the_end_of_the_text_is_shown() {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", "a: [\n");
    let mistake = Diagnostic::new(Code::Syntax, Span::new(file, 5, 5), "expected `]`");
    assert!(
        render(&[mistake], &sources, HUMAN)
            .starts_with("error[M0101]: expected `]`\n --> a.yaml:2:1\n  |\n2 |\n  | ^\n")
    );
}

#[test]
fn a_long_line_is_cut_around_the_marks() {
    let text = format!("{{a: {}, a: 1, c: {}}}", "x".repeat(100_000), "é ".repeat(100_000));
    let out = human(&text);
    assert!(out.contains(" --> a.yaml:1:100007\n"), "{out}");
    assert!(out.contains("{a: xxxx") && out.contains("xx…xx") && out.contains("xxx, a: 1, c: é"));
    let source = out.lines().find(|line| line.starts_with("1 |")).expect("a source line");
    let marks = out.lines().find(|line| line.contains('^')).expect("a line of marks");
    let column = |line: &str, of: &str| line[..line.find(of).expect(of)].chars().count();
    assert_eq!(column(marks, "^"), column(source, "a: 1, c"));
    assert!(out.len() < 1000, "{}", out.len());
}

#[test]
fn characters_that_act_on_a_terminal_are_replaced() {
    let out = human("a: '\u{9b}31m\u{202e}\u{1b}[2J\u{200f}'\n");
    assert!(out.contains("a: '�31m��[2J�'"), "{out}");
    assert!(out.contains("the character U+009B is not allowed"), "{out}");
}

proptest! {
    #[test]
    fn any_place_in_any_text_can_be_shown(
        repeat in prop_oneof![Just(1), Just(5)],
        text in "[a-c\u{0}\u{9b}\u{202e}\té模: \r\n]{0,200}",
        places in prop::collection::vec((0_usize..2000, 0_usize..2000), 1..4),
    ) {
        let text = text.repeat(repeat);
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", text.as_str());
        let boundary = |at| u32::try_from(char_start(&text, at)).expect("small");
        let span = |(a, b): (usize, usize)| Span::new(file, boundary(a.min(b)), boundary(a.max(b)));
        let first = Diagnostic::new(Code::Syntax, span(places[0]), text.as_str()).label("l");
        let mistake = places[1..].iter().fold(first, |d, place| d.secondary(span(*place), "s"));
        let mistake = std::slice::from_ref(&mistake);
        let out = render(mistake, &sources, HUMAN);
        prop_assert!(!out.chars().any(|c| yaml::is_forbidden(c) || c == '\t'), "{}", out);
        for format in [Format::Json, Format::Github] {
            prop_assert_eq!(render(mistake, &sources, format).lines().count(), 1);
        }
    }
}
