//! Bad manifests: each fixture is named after the one code that it must give, and every code has a fixture. What people
//! read is a snapshot.

use std::collections::BTreeSet;

use portolan_codegen::code::Code;
use portolan_codegen::render::{Format, render, summary};

use crate::fixtures::{cases, compiled, inputs, name};

#[test]
fn each_bad_manifest_gives_its_code_and_no_other() {
    for case in cases("bad") {
        let name = name(&case);
        let Some(expected) = name.starts_with('M').then(|| &name[..5]) else { continue };
        let mistakes = compiled(inputs(&case)).result.expect_err(&name);
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
    let input = portolan_codegen::load::Input { path: "labs/acme.yaml".to_owned(), bytes };
    let mistakes = compiled(vec![input]).result.unwrap_err();
    assert_eq!(mistakes[0].code, Code::TooLarge);
}

#[test]
fn what_people_read() {
    for case in cases("bad") {
        let compiled = compiled(inputs(&case));
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
