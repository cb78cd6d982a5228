//! The good fixture with one value spoilt, value by value: whatever is wrong is said where it is, with the mend, and nothing
//! is said that only follows from it.

use portolan_codegen::code::Code;
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::load::Input;
use portolan_codegen::source::{FileId, Span};
use portolan_codegen::yaml::{self, Node, Value};

use crate::fixtures::{compiled, folder, inputs};

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
