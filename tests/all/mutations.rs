//! Manifests with one thing spoilt: a value of the good fixture, a character of each class or a line of real manifests.
//! Whatever is wrong is said where it is, with the mend, and nothing is said that only follows from it.

use portolan_codegen::code::Code;
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::load::Input;
use portolan_codegen::source::{FileId, Span};
use portolan_codegen::yaml::{self, Node, Value};
use portolan_fuzz::mutate::{Class, LineEdit, Random, with_line, with_range};

use crate::fixtures::{compiled, folder, inputs, public};

/// What a value is replaced by.
const SPOILT: [&str; 7] = ["[~]", "{ a: b }", "~", "\"?? ??\"", "-1", "99999999999999999999", "[]"];

/// A value of one kind is at fault, so what follows from it in meaning is an echo. What these say can still be true: a
/// reference that another reading of the value makes.
fn is_echo(code: Code) -> bool {
    code.id() >= "M0500" && code != Code::MisplacedKey
}

fn values(node: &Node, list: &mut Vec<Span>) {
    list.push(node.span);
    match &node.value {
        Value::Mapping(mapping) => mapping.entries.iter().for_each(|(_, node)| values(node, list)),
        Value::Sequence(items) => items.iter().for_each(|node| values(node, list)),
        Value::Scalar(_) | Value::Null => {}
    }
}

/// Every way to spoil one value of a file.
pub(crate) fn mutants(input: &Input) -> Vec<Input> {
    let text = String::from_utf8(input.bytes.clone()).unwrap();
    let node = yaml::parse(FileId::default(), &text, &mut Diagnostics::default()).unwrap();
    let mut spans = Vec::new();
    values(&node, &mut spans);
    let mut mutants = Vec::new();
    for span in &spans[1..] {
        for spoilt in SPOILT {
            let (start, end) = (span.start as usize, span.end as usize);
            // A block that ends a line keeps its line end.
            let kept = text[start..end].trim_end();
            let mutant = [&text[..start], spoilt, &text[start + kept.len()..]].concat();
            mutants.push(Input { path: input.path.clone(), bytes: mutant.into_bytes() });
        }
    }
    mutants
}

#[test]
fn one_spoilt_value_gives_mistakes_with_help_and_no_echo() {
    let good = inputs(&folder("ok/acme"));
    let (mut wrong, mut echoes) = (0, Vec::new());
    for position in 0..good.len() {
        for mutant in mutants(&good[position]) {
            let mut inputs = good.clone();
            let text = String::from_utf8(mutant.bytes.clone()).unwrap();
            inputs[position] = mutant;
            let Err(mistakes) = compiled(inputs).result else { continue };
            wrong += 1;
            assert!(mistakes.iter().all(|mistake| mistake.help.is_some()), "{mistakes:?}");
            let is_shape = |code: Code| code.id() < "M0300";
            let echo = mistakes.iter().find(|mistake| is_echo(mistake.code));
            if let (Some(echo), true) = (echo, mistakes.iter().any(|m| is_shape(m.code))) {
                let shape = mistakes.iter().find(|m| is_shape(m.code)).unwrap();
                let line =
                    text.lines().nth(text[..shape.span.start as usize].matches('\n').count());
                echoes.push(format!(
                    "{} after {} in `{}`",
                    echo.message,
                    shape.code,
                    line.unwrap_or_default().trim()
                ));
            }
        }
    }
    assert!(wrong > 1_500, "only {wrong} mutants were wrong");
    assert!(echoes.is_empty(), "{} of {wrong}: {echoes:#?}", echoes.len());
}

/// Real manifests of several kinds: an api with price windows, regions with keys, a local server.
const REAL: [&str; 4] =
    ["labs/deepseek.yaml", "labs/xiaomi.yaml", "local/lmstudio.yaml", "models/anthropic.yaml"];

/// How many places of each class are changed in each real manifest.
const PLACES: usize = 4;

/// Of so many lines of each real manifest one is changed.
const EVERY: usize = 7;

/// A public manifest, with the base models that it names and another text.
struct Real {
    path: &'static str,
    text: String,
    others: Vec<Input>,
}

impl Real {
    fn all() -> Vec<Self> {
        let public = public();
        let real = |path: &'static str| {
            let of_path = public.iter().find(|input| input.path == path).unwrap();
            let text = String::from_utf8(of_path.bytes.clone()).unwrap();
            let is_named = |input: &&Input| {
                let lab = input.path.strip_prefix("models/").and_then(|p| p.strip_suffix(".yaml"));
                lab.is_some_and(|lab| text.contains(&format!("base: {lab}/"))) && input.path != path
            };
            let others = public.iter().filter(is_named).cloned().collect();
            Self { path, text, others }
        };
        REAL.map(real).into()
    }

    /// How many mistakes there are when its text is another; each has a mend.
    fn mistakes(&self, text: String, change: &str) -> usize {
        let mut inputs = self.others.clone();
        inputs.push(Input { path: self.path.to_owned(), bytes: text.into_bytes() });
        let mistakes = compiled(inputs).result.err().unwrap_or_default();
        assert!(mistakes.iter().all(|mistake| mistake.help.is_some()), "{change}: {mistakes:?}");
        mistakes.len()
    }
}

#[test]
fn one_spoilt_character_gives_few_mistakes() {
    let mut random = Random::new(1);
    let mut wrong = 0;
    for real in Real::all() {
        assert_eq!(real.mistakes(real.text.clone(), "nothing"), 0);
        for class in Class::ALL {
            let of_class: Vec<_> =
                real.text.char_indices().filter(|(_, c)| Class::of(*c) == Some(class)).collect();
            for _ in 0..PLACES {
                // Where the text has none of the class, one is put in anywhere.
                let (at, end) = if of_class.is_empty() {
                    let at = real.text.floor_char_boundary(random.below(real.text.len()));
                    (at, at)
                } else {
                    let (at, c) = *random.one(&of_class);
                    (at, at + c.len_utf8())
                };
                let old = &real.text[at..end];
                let own = *random.one(class.samples());
                let other = random.one(&Class::ALL).samples()[0];
                for new in ["", &old.repeat(2), own, other] {
                    let change = format!("{}: byte {at} {old:?} becomes {new:?}", real.path);
                    let count = real.mistakes(with_range(&real.text, at, end, new), &change);
                    assert!(count <= 4, "{count} mistakes of one: {change}");
                    wrong += usize::from(count > 0);
                }
            }
        }
    }
    assert!(wrong > 100, "only {wrong} changes were mistakes");
}

#[test]
fn one_spoilt_line_gives_few_mistakes() {
    let mut wrong = 0;
    for real in Real::all() {
        for number in (0..real.text.lines().count()).step_by(EVERY) {
            for edit in LineEdit::ALL {
                let change = format!("{}: line {} {edit:?}", real.path, number + 1);
                let count = real.mistakes(with_line(&real.text, number, edit), &change);
                assert!(count <= 12, "{count} mistakes of one: {change}");
                wrong += usize::from(count > 0);
            }
        }
    }
    assert!(wrong > 100, "only {wrong} changes were mistakes");
}
