//! Label files: what is missing, unknown, doubled or no plain words is a mistake with a place, as in a manifest.

use std::fs;

use portolan_codegen::code::Code;
use portolan_codegen::labels;
use portolan_codegen::load::Input;
use portolan_codegen::render::{Format, render};
use portolan_codegen::source::Sources;

use crate::fixtures::{languages, repository};

fn english() -> String {
    fs::read_to_string(repository().join(xtask::generate::LABELS).join("en.yaml")).unwrap()
}

/// The codes of the mistakes in a label file, and what people read.
fn mistakes(name: &str, text: &str) -> (Vec<Code>, String) {
    let mut sources = Sources::default();
    let input = Input { path: name.to_owned(), bytes: text.into() };
    let mistakes = labels::load(vec![input], "docs/labels/", &mut sources).unwrap_err();
    let shown = render(&mistakes, &sources, Format::Human { styled: false });
    assert!(mistakes.iter().all(|mistake| mistake.help.is_some()), "{shown}");
    (mistakes.iter().map(|mistake| mistake.code).collect(), shown)
}

/// English with one line in place of another.
fn changed(line: &str, instead: &str) -> String {
    let text = english();
    assert_eq!(text.matches(line).count(), 1, "{line}");
    text.replace(line, instead)
}

#[test]
fn what_is_no_label_is_a_mistake_with_a_place() {
    for (line, instead, code, says) in [
        ("  max_output: Max output\n", "", Code::MissingKey, "missing key `max_output`"),
        ("    ocr: text recognition\n", "", Code::MissingKey, "missing key `ocr`"),
        (
            "  model: Model\n",
            "  modle: Model\n  model: Model\n",
            Code::UnknownKey,
            "did you mean `model`?",
        ),
        ("  model: Model\n", "  model: Model\n  model: Model\n", Code::DuplicateKey, "`model`"),
        ("  model: Model\n", "  model: Model 2\n", Code::WrongType, "a label has no digits"),
        ("  model: Model\n", "  model: Model ２\n", Code::WrongType, "a label has no digits"),
        ("  model: Model\n", "  model: <b>Model</b>\n", Code::WrongType, "without `<`"),
        ("  model: Model\n", "  model: \"[Model](x)\"\n", Code::WrongType, "without `[`"),
        (
            "  model: Model\n",
            "  model: \"{count} models\"\n",
            Code::WrongType,
            "no places in braces",
        ),
        ("  model: Model\n", "  model: \" \"\n", Code::WrongType, "write the words"),
        ("  model: Model\n", "  model: [Model]\n", Code::WrongType, "expected words, found a list"),
        ("\"{count} regions\"", "\"{cuont} regions\"", Code::WrongType, "`{count}`"),
        ("\"{count} regions\"", "\"some regions\"", Code::WrongType, "`{count}`"),
        ("\"{count} regions\"", "\"{count} of {count} regions\"", Code::WrongType, "`{count}`"),
        (
            "\"{count} regions\"",
            "\"{count} } regions\"",
            Code::WrongType,
            "a place is written `{name}`",
        ),
    ] {
        let (codes, shown) = mistakes("en.yaml", &changed(line, instead));
        assert_eq!(codes, [code], "{shown}");
        assert!(shown.contains(says) && shown.contains("--> docs/labels/en.yaml:"), "{shown}");
    }
}

#[test]
fn every_mistake_is_reported_at_once() {
    let text =
        english().replace("  model: Model\n", "").replace("  price: Price\n", "  price: 1\n");
    let (codes, shown) = mistakes("en.yaml", &text);
    assert_eq!(codes.len(), 2, "{shown}");
}

#[test]
fn a_file_is_named_after_its_language() {
    let (codes, shown) = mistakes("english.yaml", &english());
    assert_eq!(codes, [Code::FileName], "{shown}");
}

#[test]
fn every_language_says_something_of_its_own() {
    let tags: Vec<_> = languages().iter().map(|labels| labels.tag().to_owned()).collect();
    assert_eq!(tags, ["en", "zh-CN", "zh-TW"]);
    let lines = |tag: &str| {
        let path = repository().join(xtask::generate::LABELS).join(format!("{tag}.yaml"));
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let (english, chinese) = (lines("en"), lines("zh-CN"));
    let same = chinese.iter().filter(|line| line.contains(": ") && english.contains(line)).count();
    assert!(same < 25, "{same} labels are English still");
}
