//! Bad manifests: each fixture is named after the one code that it must give, and every code has a fixture. What people
//! read is a snapshot.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use portolan_codegen::code::Code;
use portolan_codegen::diagnostic::Diagnostic;
use portolan_codegen::load::Input;
use portolan_codegen::render::{Format, render, summary};

use crate::fixtures::{cases, compiled, compiled_case, inputs, name};

#[test]
fn each_bad_manifest_gives_its_code_and_no_other() {
    for case in cases("bad") {
        let name = name(&case);
        let Some(expected) = name.starts_with('M').then(|| &name[..5]) else { continue };
        let mistakes = compiled_case(&case).result.expect_err(&name);
        let codes: BTreeSet<_> = mistakes.iter().map(|mistake| mistake.code.id()).collect();
        assert_eq!(codes, BTreeSet::from([expected]), "{name}");
        for mistake in &mistakes {
            assert!(mistake.help.is_some(), "{name}: `{}` has no help", mistake.message);
        }
    }
}

#[test]
fn every_code_has_a_bad_manifest() {
    let names: Vec<_> = cases("bad").iter().map(|case| name(case)).collect();
    for code in Code::ALL {
        let found = names.iter().any(|name| name.starts_with(code.id()));
        assert!(found, "{code} has no fixture under tests/fixtures/bad");
    }
}

#[test]
fn a_file_too_large_is_refused() {
    let mut bytes = b"vendor: acme\n# ".to_vec();
    bytes.resize(17 << 20, b'x');
    let input = Input { path: "labs/acme.yaml".to_owned(), bytes };
    let mistakes = compiled(vec![input]).result.unwrap_err();
    assert_eq!(mistakes[0].code, Code::TooLarge);
}

/// What is said of a provider with many models, some of which name a replacement that is none.
fn wrong_replacements(count: usize) -> Vec<Diagnostic> {
    let mut text =
        "vendor: acme\nname: Acme\nproviders:\n  acme:\n    name: Acme\n    coverage: static\n    \
                    endpoints: { ollama: http://localhost:1 }\n    models:\n"
            .to_owned();
    for number in 0..1_500 {
        let replacement = if number < count { ", replacement: mdoel-1499" } else { "" };
        writeln!(text, "      model-{number}: {{ name: Model, prices: free{replacement} }}")
            .unwrap();
    }
    let path = "labs/acme.yaml".to_owned();
    compiled(vec![Input { path, bytes: text.into_bytes() }]).result.unwrap_err()
}

#[test]
fn the_nearest_of_many_names_is_found_until_too_much_is_wrong() {
    let mistakes = wrong_replacements(150);
    assert_eq!(mistakes.len(), 150);
    let nearest = "did you mean `model-1499`?";
    let none = "declare the replacement, or write the name of one that is";
    let help = |number: usize| mistakes[number].help.as_deref().unwrap();
    assert_eq!([0, 99, 100, 149].map(help), [nearest, nearest, none, none]);
}

#[test]
fn what_people_read() {
    for case in cases("bad") {
        let compiled = compiled_case(&case);
        let mistakes = compiled.result.unwrap_err();
        let text = render(&mistakes, &compiled.sources, Format::Human { styled: false });
        let report = format!("{text}{}", summary(&mistakes, "nothing was written"));
        insta::with_settings!({ snapshot_path => "../snapshots/bad", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name(&case), report);
        });
    }
}

#[test]
fn machine_formats_say_the_same() {
    let case = crate::fixtures::folder("bad/several-at-once");
    let compiled = compiled(inputs(&case));
    let mistakes = compiled.result.unwrap_err();
    insta::with_settings!({ snapshot_path => "../snapshots/formats", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("json", render(&mistakes, &compiled.sources, Format::Json));
        insta::assert_snapshot!("github", render(&mistakes, &compiled.sources, Format::Github));
    });
}
