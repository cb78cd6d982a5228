//! `cargo xtask fmt`: it changes the layout and nothing else, and leaves alone what it cannot lay out.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::emit::json;
use portolan_codegen::load::Input;
use portolan_codegen::source::FileId;
use portolan_codegen::yaml::{self, Node, Value};
use proptest::prelude::*;
use xtask::fmt::{self, Options, formatted};

use crate::fixtures::{cases, compiled, inputs, public};
use crate::generate::{Tree, success};

fn text(input: &Input) -> &str {
    std::str::from_utf8(&input.bytes).unwrap()
}

/// What a text says, without its places.
fn said(text: &str) -> Option<String> {
    fn write(node: &Node, out: &mut String) {
        match &node.value {
            Value::Null => out.push('~'),
            Value::Scalar(scalar) => write!(out, "{:?}{}", scalar.text, scalar.quoted).unwrap(),
            Value::Sequence(items) => {
                out.push('[');
                for item in items {
                    write(item, out);
                }
                out.push(']');
            }
            Value::Mapping(mapping) => {
                out.push('{');
                for (key, value) in &mapping.entries {
                    write!(out, "{:?}=", key.value).unwrap();
                    write(value, out);
                }
                out.push('}');
            }
        }
    }
    let mut mistakes = Diagnostics::default();
    let node = yaml::parse(FileId::default(), text, &mut mistakes)?;
    let mut out = String::new();
    write(&node, &mut out);
    mistakes.is_empty().then_some(out)
}

/// The lines that are comments alone, and those that end in one, as far as that is seen without reading YAML.
fn comments(text: &str) -> Vec<&str> {
    let lines =
        text.lines().filter_map(|line| line.find("# ").map(|start| line[start..].trim_end()));
    lines.collect()
}

fn says_the_same(path: &str, before: &str) -> String {
    let after = formatted(before).expect(path);
    if after != before {
        assert_eq!(said(&after), said(before), "{path}");
        assert_eq!(comments(&after), comments(before), "{path}");
        assert_eq!(formatted(&after).as_ref(), Ok(&after), "{path}");
    }
    after
}

#[test]
fn every_manifest_says_the_same_when_laid_out() {
    for input in public() {
        says_the_same(&input.path, text(&input));
    }
}

#[test]
fn every_good_fixture_says_and_compiles_to_the_same_when_laid_out() {
    for case in cases("ok") {
        let before = inputs(&case);
        let mut after = before.clone();
        for input in &mut after {
            input.bytes = says_the_same(&input.path, text(input)).into_bytes();
        }
        let catalog = |inputs| json::catalog(&compiled(inputs).result.unwrap());
        assert!(before.iter().zip(&after).any(|(before, after)| before.bytes != after.bytes));
        assert_eq!(catalog(before), catalog(after), "{}", case.display());
    }
}

#[test]
fn no_bad_fixture_is_made_to_say_anything_else() {
    let mut laid_out = 0;
    for input in cases("bad").iter().flat_map(|case| inputs(case)) {
        let Ok(text) = String::from_utf8(input.bytes) else { continue };
        if let (Ok(after), Some(before)) = (formatted(&text), said(&text)) {
            assert_eq!(said(&after), Some(before), "{text}");
            laid_out += 1;
        }
    }
    assert!(laid_out > 50, "{laid_out}");
}

#[test]
fn the_layout_is_that_of_the_manifests() {
    let region = "ap-northeast-1, ap-south-1, ap-southeast-2, ap-southeast-3, ca-central-1, eu-central-1, eu-north-1";
    let long = format!("    - {{ region: [{region}, eu-south-1, eu-west-1], id: x }}\n");
    let filled = format!("  - {{ region: [{region},\n      eu-south-1, eu-west-1], id: x }}\n");
    let cases = [
        // Numbers, words and dates stay as they are written.
        (
            "a:   256_000\nb: 2.80\nc: no\nd: 2026-11-20\n",
            "a: 256_000\nb: 2.80\nc: no\nd: 2026-11-20\n",
        ),
        ("a: {b: 1,c: [ x,y ]}\n", "a: { b: 1, c: [x, y] }\n"),
        ("a: [\n  x,\n  y,\n]\n", "a: [x, y]\n"),
        ("a:\n- b: 1\n  c: 2\n", "a:\n  - b: 1\n    c: 2\n"),
        ("a:\n    b: 1\n", "a:\n  b: 1\n"),
        ("a: 1   \n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
        ("a: 1      # why\nbcd: 2    # and why\n", "a: 1 # why\nbcd: 2 # and why\n"),
        ("#off: 1\n# on\na: 1\n# end\n", "#off: 1\n# on\na: 1\n# end\n"),
        ("a: 'x'\r\nb: \"it's\"\r\n", "a: \"x\"\nb: \"it's\"\n"),
        ("a: >-\n    one\n    two\nb: 1", "a: >-\n  one\n  two\nb: 1\n"),
        (&format!("a:\n{long}"), &format!("a:\n{filled}")),
    ];
    for (before, after) in cases {
        assert_eq!(formatted(before).as_deref(), Ok(after));
        assert_eq!(formatted(after).as_deref(), Ok(after));
    }
}

/// Pseudo-random choices that a seed gives.
struct Choices(u64);

impl Choices {
    /// A number below `n`.
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        let len = u64::try_from(list.len()).unwrap();
        list[usize::try_from(self.below(len)).unwrap()]
    }
}

/// A text of YAML with any layout and comments at odd places, which are counted.
struct Written {
    text: String,
    comments: usize,
    choices: Choices,
}

impl Written {
    fn new(seed: u64) -> Self {
        let mut written = Self { text: String::new(), comments: 0, choices: Choices(seed) };
        written.mapping(0, 0);
        written.comment_lines(0);
        written
    }

    fn comment(&mut self) {
        write!(self.text, "# c{};", self.comments).unwrap();
        self.comments += 1;
    }

    fn spaces(&mut self, most: u64) {
        let count = self.choices.below(most + 1);
        self.text.extend((0..count).map(|_| ' '));
    }

    /// Blank lines are empty: behind a block they would belong to it if they had enough spaces.
    fn comment_lines(&mut self, indent: usize) {
        for _ in 0..self.choices.below(3) {
            match self.choices.below(6) {
                0 => {}
                1 => {
                    self.text.extend(std::iter::repeat_n(' ', indent));
                    self.comment();
                }
                2 => {
                    self.spaces(8);
                    self.comment();
                }
                _ => continue,
            }
            self.text.push('\n');
        }
    }

    fn end_of_line(&mut self) {
        if self.choices.below(4) == 0 {
            self.text.push(' ');
            self.spaces(6);
            self.comment();
        } else {
            self.spaces(2);
        }
        self.text.push('\n');
    }

    fn mapping(&mut self, indent: usize, depth: u64) {
        for key in 0..=self.choices.below(4) {
            self.comment_lines(indent);
            self.text.extend(std::iter::repeat_n(' ', indent));
            write!(self.text, "k{key}:").unwrap();
            self.value(indent, depth);
        }
    }

    fn value(&mut self, indent: usize, depth: u64) {
        let inner = indent + self.choices.one_of(&[1, 2, 4]);
        match self.choices.below(if depth > 3 { 2 } else { 5 }) {
            0 => {
                self.text.push(' ');
                self.spaces(3);
                self.scalar();
                self.end_of_line();
            }
            1 => {
                self.text.push(' ');
                self.brackets(inner, depth);
                self.end_of_line();
            }
            2 => {
                self.text.push_str(self.choices.one_of(&[" |\n", " >-\n"]));
                for line in ["one # no comment", "", "two"] {
                    self.text
                        .extend(std::iter::repeat_n(' ', if line.is_empty() { 0 } else { inner }));
                    self.text.push_str(line);
                    self.text.push('\n');
                }
            }
            3 => {
                self.end_of_line();
                self.mapping(inner, depth + 1);
            }
            _ => {
                self.end_of_line();
                for _ in 0..=self.choices.below(3) {
                    self.comment_lines(inner);
                    self.text.extend(std::iter::repeat_n(' ', inner));
                    self.text.push('-');
                    self.value(inner, depth + 1);
                }
            }
        }
    }

    fn scalar(&mut self) {
        let scalars =
            ["256_000", "2.80", "no", "~", "'it''s'", "\"a # b\"", "https://a.example/v1", "模型"];
        self.text.push_str(self.choices.one_of(&scalars));
    }

    fn brackets(&mut self, indent: usize, depth: u64) {
        let is_list = self.choices.below(2) == 0;
        self.text.push(if is_list { '[' } else { '{' });
        for item in 0..self.choices.one_of(&[0, 1, 3, 20]) {
            if item > 0 {
                self.text.push(',');
            }
            match self.choices.below(8) {
                0 => {
                    self.end_of_line();
                    self.comment_lines(indent);
                    self.text.extend(std::iter::repeat_n(' ', indent));
                }
                _ => self.spaces(2),
            }
            if !is_list {
                write!(self.text, "k{item}: ").unwrap();
            }
            if depth < 3 && self.choices.below(6) == 0 {
                self.brackets(indent, depth + 1);
            } else {
                self.scalar();
            }
        }
        self.spaces(1);
        self.text.push(if is_list { ']' } else { '}' });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_layout_keeps_every_value_and_every_comment_in_its_place(seed in any::<u64>()) {
        let written = Written::new(seed);
        let before = said(&written.text);
        prop_assert!(before.is_some(), "the test's own text is wrong:\n{}", written.text);
        // What cannot be laid out is left; the next test says how often that may be.
        if let Ok(after) = formatted(&written.text) {
            prop_assert_eq!(said(&after), before);
            prop_assert_eq!(formatted(&after), Ok(after.clone()));
            let places = (0..written.comments).map(|comment| after.find(&format!("# c{comment};")));
            let places: Option<Vec<_>> = places.collect();
            prop_assert!(places.is_some_and(|places| places.is_sorted()), "{}", after);
        }
    }
}

#[test]
fn no_odd_text_is_left() {
    for seed in 0..256 {
        let text = Written::new(seed).text;
        assert!(formatted(&text).is_ok(), "{:?} of seed {seed}:\n{text}", formatted(&text));
    }
}

fn run(tree: &Tree, check: bool, files: &[&str]) -> anyhow::Result<std::process::ExitCode> {
    let files: Vec<PathBuf> = files.iter().map(|file| tree.path(file)).collect();
    fmt::run(&Options { check, files, root: Some(tree.path("")) })
}

#[test]
fn the_check_writes_nothing_and_fails_until_the_files_are_laid_out() {
    let tree = Tree::new();
    tree.write("manifests/labs/zenith.yaml", "vendor:   zenith\nname: Zenith\nproviders: {}\n");
    let before = tree.files();
    assert!(!success(&run(&tree, true, &[])));
    assert_eq!(tree.files(), before);
    assert!(success(&run(&tree, false, &[])));
    assert_ne!(tree.files(), before);
    assert!(success(&run(&tree, true, &[])));
    assert_eq!(tree.files().len(), before.len(), "nothing is left beside them");
}

#[test]
fn only_the_named_files_are_laid_out() {
    let tree = Tree::new();
    let messy = "vendor:   zenith\nname: Zenith\nproviders: {}\n";
    tree.write("manifests/labs/one.yaml", messy);
    tree.write("manifests/labs/two.yaml", messy);
    assert!(success(&run(&tree, false, &["manifests/labs/two.yaml"])));
    assert_eq!(tree.files()[&tree.path("manifests/labs/one.yaml")], messy.as_bytes());
    assert_ne!(tree.files()[&tree.path("manifests/labs/two.yaml")], messy.as_bytes());
    assert!(run(&tree, false, &["manifests/labs/three.yaml"]).is_err());
    let outside = Tree::new();
    let options = Options {
        check: false,
        files: vec![outside.path("manifests/labs/acme.yaml")],
        root: Some(tree.path("")),
    };
    let error = fmt::run(&options).unwrap_err().to_string();
    assert!(error.contains("outside of the repository"), "{error}");
}

#[test]
fn what_is_no_yaml_is_left_and_the_others_are_laid_out() {
    let tree = Tree::new();
    let broken: [&[u8]; 4] =
        [b"vendor: [\n", b"vendor: a\nvendor: b\n", b"a: &x 1\n", b"a:   \xff\n"];
    for (index, bytes) in broken.iter().enumerate() {
        fs::write(tree.path(&format!("manifests/labs/{index}.yaml")), bytes).unwrap();
    }
    tree.write("manifests/labs/z.yaml", "vendor:   z\n");
    assert!(!success(&run(&tree, false, &[])));
    let files = tree.files();
    for (index, bytes) in broken.iter().enumerate() {
        assert_eq!(files[&tree.path(&format!("manifests/labs/{index}.yaml"))], *bytes);
    }
    assert_eq!(files[&tree.path("manifests/labs/z.yaml")], b"vendor: z\n");
    assert!(!success(&run(&tree, true, &[])), "what is left fails the check too");
}
