//! The same manifests give the same bytes, whatever the order of the files and their line ends.

use portolan_codegen::emit::Output;
use portolan_codegen::load::Input;

use crate::fixtures::{cases, compiled, inputs, languages, public, public_catalog};

fn emitted(inputs: Vec<Input>) -> Vec<Output> {
    let catalog = compiled(inputs).result.expect("good manifests");
    xtask::generate::outputs(&catalog, &languages())
}

fn crlf(input: &Input) -> Input {
    let text = String::from_utf8(input.bytes.clone()).unwrap();
    Input { path: input.path.clone(), bytes: text.replace('\n', "\r\n").into_bytes() }
}

/// The same files in another order, a different one for each pass.
fn shuffled(inputs: &[Input], pass: usize) -> Vec<Input> {
    let mut shuffled = inputs.to_vec();
    let length = shuffled.len();
    shuffled.rotate_left(pass % length);
    for position in 0..length {
        shuffled.swap(position, (position * 7 + pass * 3) % length);
    }
    shuffled
}

#[test]
fn ten_passes_give_the_same_bytes() {
    for case in cases("ok") {
        gives_the_same_bytes(&inputs(&case), 10);
    }
    // Among thousands of rows what hangs on an order shows at once: another order, then other ends of lines too.
    gives_the_same_bytes(&public(), 3);
}

fn gives_the_same_bytes(inputs: &[Input], passes: usize) {
    let first = emitted(inputs.to_vec());
    assert!(first.iter().all(|output| !output.contents.contains('\r')));
    for pass in 1..passes {
        let mut inputs = shuffled(inputs, pass);
        if pass % 2 == 0 {
            inputs = inputs.iter().map(crlf).collect();
        }
        let outputs = emitted(inputs);
        assert_eq!(outputs.len(), first.len());
        for (output, expected) in outputs.iter().zip(&first) {
            assert_eq!(output.path, expected.path);
            assert!(output.contents == expected.contents, "{} differs in pass {pass}", output.path);
        }
    }
}

#[test]
fn mistakes_are_reported_in_the_same_order() {
    let inputs = inputs(&crate::fixtures::folder("bad/several-at-once"));
    let report = |inputs| {
        let mistakes = compiled(inputs).result.unwrap_err();
        mistakes.into_iter().map(|mistake| (mistake.code, mistake.message)).collect::<Vec<_>>()
    };
    let first = report(inputs.clone());
    for pass in 1..6 {
        assert_eq!(report(shuffled(&inputs, pass)), first);
    }
}

#[test]
fn reading_the_frozen_catalog_back_gives_the_same() {
    let cases = cases("ok").into_iter().map(|case| compiled(inputs(&case)).result.unwrap());
    for catalog in cases.chain([public_catalog().clone()]) {
        let text = portolan_codegen::emit::json::catalog(&catalog);
        let read = serde_json::from_str::<portolan_codegen::catalog::Catalog>(&text).unwrap();
        assert!(read == catalog);
    }
}
