//! What the tree and the reports are, on texts small enough to read.

use super::*;
use crate::source::Sources;

/// A tree on one line: `{key: text, key: 'quoted', key: [~]}`.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Null => "~".to_owned(),
        Value::Scalar(Scalar { text, quoted: false }) => text.clone(),
        Value::Scalar(Scalar { text, quoted: true }) => format!("'{}'", text.escape_debug()),
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Value::Mapping(Mapping { entries }) => {
            let entry =
                |(key, value): &(Spanned<String>, Node)| format!("{}: {}", key.value, show(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The source text of every key and node, outermost first.
fn slices<'t>(node: &Node, text: &'t str, out: &mut Vec<&'t str>) {
    let slice = |span: Span| &text[span.start as usize..span.end as usize];
    out.push(slice(node.span));
    match &node.value {
        Value::Null | Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| slices(item, text, out)),
        Value::Mapping(mapping) => {
            for (key, value) in &mapping.entries {
                out.push(slice(key.span));
                slices(value, text, out);
            }
        }
    }
}

fn read(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut out = Diagnostics::default();
    let node = parse(FileId::default(), text, &mut out);
    (node, out.into_vec())
}

/// The tree of a text without mistakes.
fn tree(text: &str) -> String {
    let (node, mistakes) = read(text);
    assert_eq!(mistakes, [], "{text:?}");
    show(&node.unwrap())
}

/// The spans of a text without mistakes, as the source they cover.
fn covered(text: &str) -> Vec<&str> {
    let (node, mistakes) = read(text);
    assert_eq!(mistakes, [], "{text:?}");
    let mut out = Vec::new();
    slices(&node.unwrap(), text, &mut out);
    out
}

/// Each mistake as `M0101 line:column the source it points at`.
fn mistakes(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let mut out = Diagnostics::default();
    parse(file, text, &mut out);
    let describe = |d: Diagnostic| {
        let place = sources.location(d.span);
        format!("{} {}:{} {}", d.code, place.line, place.column, sources.slice(d.span))
    };
    out.into_vec().into_iter().map(describe).collect()
}

#[test]
fn scalars_are_never_interpreted() {
    assert_eq!(
        tree("- no\n- 0.0028\n- 010\n- 1_000\n- 2026-05-27\n- true\n- 'null'\n- Null\n"),
        "[no, 0.0028, 010, 1_000, 2026-05-27, true, 'null', ~]"
    );
    assert_eq!(tree("[~, null, '', \"~\"]"), "[~, ~, '', '~']");
    assert_eq!(tree("null: 1\n~: 2\nno: 3\n'': 4"), "{null: 1, ~: 2, no: 3, : 4}");
}

#[test]
fn blocks_and_flows_make_the_same_tree() {
    let block = "a:\n  - b: 1\n    c: [x, y]\n  -\n  - - z\nd: {}\n";
    assert_eq!(tree(block), "{a: [{b: 1, c: [x, y]}, ~, [z]], d: {}}");
    assert_eq!(tree("{a: [{b: 1, c: [x, y]}, ~, [z]], d: {}}"), tree(block));
    assert_eq!(tree("- a: 1\n- [b: c]"), "[{a: 1}, [{b: c}]]");
}

#[test]
fn texts_of_several_lines_are_resolved() {
    assert_eq!(
        tree("a: |\n  x\n  y\n\nb: >-\n  u\n  v\nc: \"\\u00e9\\n\"\nd: p\n  q\n"),
        r"{a: 'x\ny\n', b: 'u v', c: 'é\n', d: p q}"
    );
}

#[test]
fn a_text_without_values_is_null() {
    for text in ["", "\n\n", "# nothing\n", "---\n", "\u{feff}", "---\n...\n"] {
        assert_eq!(tree(text), "~", "{text:?}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = "a: |\n  x\n  y\nb:\n  - 'p\n    q'\n  - r # c\n";
    assert_eq!(tree(&text.replace('\n', "\r\n")), tree(text));
    assert_eq!(tree(&format!("\u{feff}{text}")), tree(text));
}

#[test]
fn scalar_spans_cover_the_source_exactly() {
    let text = "ä: ü # c\n'q': \"\\t模\"\n";
    assert_eq!(covered(text), [text.trim_end(), "ä", "ü", "'q'", "\"\\t模\""]);
    assert_eq!(covered("\u{feff}a: 'b'\r\n"), ["a: 'b'", "a", "'b'"]);
    assert_eq!(covered("a:\tb\t# c\n"), ["a:\tb", "a", "b"]);
    assert_eq!(covered("a: |\n  x\n\n  y\n\n\nb: 1\n")[2], "x\n\n  y");
    assert_eq!(covered("a: p\n  q # c\n")[2], "p\n  q");
}

#[test]
fn collection_spans_reach_from_the_first_byte_to_the_last() {
    let text = "a:\n- 1\n- {b: c }\n\n# end\nd:\n  e:\n    - f\n    - g # h\n";
    let all = text.trim_end_matches(" # h\n");
    let list = "- 1\n- {b: c }";
    let (inner, items) = ("e:\n    - f\n    - g", "- f\n    - g");
    let expected = [all, "a", list, "1", "{b: c }", "b", "c", "d", inner, "e", items, "f", "g"];
    assert_eq!(covered(text), expected);
    assert_eq!(covered("[ [], {} ] # c")[0], "[ [], {} ]");
    assert_eq!(covered("[a: b, c]"), ["[a: b, c]", "a: b", "a", "b", "c"]);
    assert_eq!(covered("a: # c: - d\n  # - e\n  - f\n")[2], "- f");
    assert_eq!(covered("a:\n- - b\n  - c\n")[2..4], ["- - b\n  - c", "- b\n  - c"]);
}

#[test]
fn an_absent_value_has_the_place_after_its_colon_or_dash() {
    let place = |text: &str| {
        let (node, _) = read(text);
        match node.unwrap().value {
            Value::Mapping(mapping) => mapping.entries[0].1.span,
            Value::Sequence(items) => items[0].span,
            other => panic!("{other:?}"),
        }
    };
    let at = |start| Span::new(FileId::default(), start, start);
    assert_eq!(place("a:\n\nb: 1\n"), at(2));
    assert_eq!(place("'a' : # c\n"), at(5));
    assert_eq!(place("{a, b}"), at(2));
    assert_eq!(place("? a\n"), at(4));
    assert_eq!(place("-\n- b\n"), at(1));
}

#[test]
fn entries_keep_their_order_and_are_found() {
    let (node, _) = read("z: 1\na: 2\nm: 3\n");
    let Value::Mapping(root) = node.unwrap().value else { panic!("not a mapping") };
    assert_eq!(root.entries.iter().map(|(key, _)| key.as_str()).collect::<String>(), "zam");
    assert_eq!(root.get("a").map(show), Some("2".to_owned()));
    assert_eq!(root.get("b"), None);
}

#[test]
fn bytes_are_decoded_or_the_first_bad_one_named() {
    assert_eq!(decode(b"a: \xc3\xa9"), Ok("a: é".to_owned()));
    assert_eq!(decode(b"\xef\xbb\xbfa: 1"), Ok("a: 1".to_owned()));
    assert_eq!(decode(b"a: \xc3\xa9\xe9\n"), Err(5));
    assert_eq!(decode(b"\xff\xfea\0"), Err(0));
}

#[test]
fn syntax_mistakes_point_at_their_cause() {
    assert_eq!(mistakes("a: b: c\n"), ["M0101 1:5 :"]);
    assert_eq!(mistakes("a: [1, 2\nb: 3\n")[0][..5], *"M0101");
    assert_eq!(mistakes("a: ~\n\tb: 1\n"), ["M0101 2:1 \t"]);
    assert_eq!(mistakes("a: @b\n"), ["M0101 1:4 @"]);
    assert_eq!(mistakes("a: 'b\n"), ["M0101 1:4 '"]);
    assert_eq!(mistakes("a: 'b\nc: 'd'\n"), ["M0101 1:4 '"]);
    assert_eq!(mistakes("a: ['b''', \"\\\"\", # it's 'c\n \"d]\n"), ["M0101 2:2 \""]);
    assert_eq!(mistakes("é: %b\n"), ["M0101 1:4 %"]);
    assert_eq!(mistakes("a: \"\\q\"\n")[0][..5], *"M0101");
    assert_eq!(mistakes("a: 1\n  b: 2\n")[0][..5], *"M0101");
    assert_eq!(mistakes("a: ]\n"), ["M0101 1:4 ]"]);
}

#[test]
fn every_syntax_mistake_comes_with_a_mend() {
    for text in
        ["a: [1}\n", "{ a: b ]\n", "? [a]\n\u{feff} - b\n", "a: b: c\n", "a: 'b\n", "a:\n\tb: 1\n"]
    {
        let (_, mistakes) = read(text);
        assert!(!mistakes.is_empty(), "{text:?}");
        assert!(mistakes.iter().all(|mistake| mistake.help.is_some()), "{mistakes:?}");
    }
}

#[test]
fn keys_that_begin_again_in_a_row_are_one_mistake() {
    let text = "a:\n  name: A\n  limits: 1\n  name: B\n  limits: 2\n  other: 3\n  name: C\n";
    assert_eq!(mistakes(text), ["M0108 4:3 name", "M0108 7:3 name"]);
    let said: Vec<_> = read(text).1.into_iter().map(|mistake| mistake.message).collect();
    assert_eq!(said[0], "the key `name` is in this mapping already, and 1 after it");
    assert_eq!(said[1], "the key `name` is in this mapping already");
}

#[test]
fn a_syntax_mistake_ends_the_tree_but_hides_nothing_before_it() {
    let text = "x: &a 1\ny: 2\ny: 3\nz: '\u{202e}'\nq: [\n";
    assert_eq!(
        mistakes(text),
        ["M0105 1:4 &a", "M0108 3:1 y", "M0104 4:5 \u{202e}", "M0101 5:4 ["]
    );
    assert_eq!(read(text).0, None);
}

#[test]
fn a_second_document_is_refused_and_the_first_is_kept() {
    assert_eq!(mistakes("a: 1\n---\nb: [\n"), ["M0102 2:1 ---"]);
    assert_eq!(read("a: 1\n---\nb: 2\n").0.as_ref().map(show), Some("{a: 1}".to_owned()));
    assert_eq!(mistakes("---\na: 1\n...\n"), [""; 0]);
}

#[test]
fn characters_nobody_sees_are_refused_everywhere() {
    assert_eq!(
        mistakes("a: x\u{0}y # \u{1b}[31m\n\u{2066}b\u{200f}: \"\u{85}\"\n")
            .iter()
            .filter(|m| m.starts_with("M0104"))
            .count(),
        5
    );
    assert_eq!(mistakes("# ok\ra: 1\n"), ["M0104 1:5 \r"]);
    assert_eq!(mistakes("é: a\u{feff}b\n"), ["M0104 1:5 \u{feff}"]);
    assert_eq!(mistakes("a: \"x\\u202ey\"\n"), [r"M0104 1:6 \u202e"]);
    assert_eq!(
        mistakes("a: \"é\\0 \\\\e \\e\"\nb: \"\\u200b\"\n\"\\x7f\": c\n"),
        [r"M0104 1:6 \0", r"M0104 1:13 \e", r"M0104 2:5 \u200b", r"M0104 3:2 \x7f"]
    );
}

#[test]
fn parts_of_yaml_that_copy_or_type_values_are_refused() {
    assert_eq!(
        mistakes("a: &x 1\nb: *x\nc: !t z\nd: !!str 1\ne: {<<: {f: 1}}\ng: *unknown\n"),
        [
            "M0105 1:4 &x",
            "M0105 2:4 *x",
            "M0105 3:4 !t",
            "M0105 4:4 !!str",
            "M0105 5:5 <<",
            "M0105 6:4 *unknown"
        ]
    );
    assert_eq!(mistakes("%YAML 1.2\n---\na: 1\n"), ["M0105 1:1 %"]);
    assert_eq!(read("a: &x !t 1\n").0.as_ref().map(show), Some("{a: 1}".to_owned()));
    assert_eq!(read("a: *x\n").0, None);
    assert_eq!(tree("'<<': 1"), "{<<: 1}");
}

#[test]
fn a_key_that_is_no_text_is_refused() {
    assert_eq!(mistakes("{[a, b]: 1, {c: d}: 2}"), ["M0109 1:2 [a, b]", "M0109 1:13 {c: d}"]);
    assert_eq!(mistakes("? - a\n: 1\nb: 2\n"), ["M0109 1:3 - a"]);
    assert_eq!(mistakes(": 1\n"), ["M0109 1:1 "]);
    assert_eq!(mistakes("*x : 1\n"), ["M0105 1:1 *x"]);
    assert_eq!(read("? [a]\n: 1\n").0, None);
}

#[test]
fn the_first_of_equal_keys_wins() {
    let text = "a: 1\nb: 2\n'a': 3\nc: {d: 4, d: 5}\na: 6\n";
    assert_eq!(mistakes(text), ["M0108 3:1 'a'", "M0108 4:11 d", "M0108 5:1 a"]);
    let (node, found) = read(text);
    assert_eq!(show(&node.unwrap()), "{a: 1, b: 2, c: {d: 4}}");
    let first = Span::new(FileId::default(), 0, 1);
    assert_eq!(found[2].secondary, [(first, "first here".to_owned())]);
}

#[test]
fn equal_keys_are_found_among_many() {
    let mut text = (0..40).map(|n| format!("k{n}: {n}\n")).collect::<Vec<_>>().concat();
    text.push_str("k39: x\nk7: y\nk7: z\n");
    assert_eq!(mistakes(&text), ["M0108 41:1 k39", "M0108 42:1 k7", "M0108 43:1 k7"]);
    let Value::Mapping(root) = read(&text).0.unwrap().value else { panic!("not a mapping") };
    assert_eq!((root.entries.len(), root.get("k7").map(show)), (40, Some("7".to_owned())));
}

#[test]
fn a_long_list_of_mistakes_is_cut_and_counted() {
    let (_, found) = read(&"# \u{202e}\n".repeat(1000));
    assert_eq!(found.len(), MAX_LISTED);
    let help = found[MAX_LISTED - 1].help.as_deref().unwrap();
    assert!(help.ends_with("; 950 more of this kind in this file"), "{help}");
}

mod bombs {
    //! Hostile texts: each is read or refused by name, with bounded work and no deep call stack.

    use super::*;

    /// The codes reported for a text that must have no tree.
    fn refused(text: &str) -> Vec<&'static str> {
        let (node, found) = read(text);
        assert!(node.is_none());
        found.iter().map(|d| d.code.id()).collect()
    }

    #[test]
    fn depth_is_counted_over_both_notations() {
        let nested = |depth| format!("{}x{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(MAX_DEPTH)).1.is_empty());
        assert_eq!(refused(&nested(MAX_DEPTH + 1)), ["M0106"]);
        let mixed = |block, flow| format!("{}{}", "- ".repeat(block), nested(flow));
        assert!(read(&mixed(20, MAX_DEPTH - 20)).1.is_empty());
        assert_eq!(refused(&mixed(20, MAX_DEPTH - 19)), ["M0106"]);
    }

    #[test]
    fn deep_texts_are_refused() {
        for piece in ["[", "{", "- ", "? ", "{a: ", "[{a: ", "[[a]: "] {
            assert_eq!(refused(&piece.repeat(100_000))[0], "M0106", "{piece:?}");
        }
    }

    #[test]
    fn an_alias_bomb_is_refused_at_each_anchor_and_alias() {
        let mut text = "a0: &a0 [x, x]\n".to_owned();
        for n in 1..10 {
            let row = format!("a{n}: &a{n} [*a{m}, *a{m}, *a{m}]\n", m = n - 1);
            text.push_str(&row);
        }
        assert_eq!(refused(&text), ["M0105"; 37]);
    }

    #[test]
    fn many_keys_are_read_and_too_many_values_refused() {
        let keys = (0..200_000).map(|n| format!("k{n}: {n}\n")).collect::<Vec<_>>().concat();
        let (node, found) = read(&keys);
        assert!(found.is_empty());
        assert!(matches!(node.unwrap().value, Value::Mapping(m) if m.entries.len() == 200_000));
        assert_eq!(refused(&"- \n".repeat(MAX_NODES)), ["M0107"]);
    }

    #[test]
    fn a_huge_file_is_refused_unread() {
        assert_eq!(refused(&"[".repeat(MAX_BYTES + 1)), ["M0107"]);
    }

    #[test]
    fn the_same_key_over_and_over_is_reported_in_bounds() {
        let (node, found) = read(&"k: v\n".repeat(100_000));
        assert_eq!(node.as_ref().map(show), Some("{k: v}".to_owned()));
        assert_eq!(found.len(), MAX_LISTED);
    }
}
