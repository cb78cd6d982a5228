//! What the documents show is so.

use std::fs;
use std::path::Path;

use portolan_codegen::load::Input;

use crate::fixtures::{compiled, repository};

fn document(name: &str) -> String {
    fs::read_to_string(repository().join(name)).unwrap()
}

/// The fenced block of a language, without the indentation that it stands at.
fn block(text: &str, language: &str) -> String {
    let (before, after) = text.split_once(&format!("```{language}\n")).expect("a fenced block");
    let (code, _) = after.split_once("```").expect("its end");
    let indent = before.len() - before.trim_end_matches(' ').len();
    let lines = code.lines().map(|line| line.get(indent..).unwrap_or_default());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn the_manifest_of_the_contributing_guide_compiles() {
    let manifest = block(&document("CONTRIBUTING.md"), "yaml");
    let input = Input { path: "labs/acme.yaml".to_owned(), bytes: manifest.into_bytes() };
    let catalog = compiled(vec![input]).result.expect("the guide's manifest is right");
    let model = &catalog.vendors[0].providers[0].models[0];
    assert_eq!(model.rust_name, "NOVA_2");
}

#[test]
fn every_test_that_the_architecture_names_exists() {
    let text = document("ARCHITECTURE.md");
    let mut sources = String::new();
    for folder in ["tests/all", "crates/portolan", "crates/portolan-cli/tests", "sources/src"] {
        add_files(&repository().join(folder), &mut sources);
    }
    let mut named = 0;
    for (_, name) in text.split('`').filter_map(|word| word.rsplit_once("::")) {
        if name.contains('_') {
            assert!(sources.contains(&format!("fn {name}(")), "no test `{name}`");
            named += 1;
        }
    }
    assert!(named > 8, "only {named} tests are named");
}

/// Adds the texts of all files below a folder.
fn add_files(folder: &Path, texts: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_files(&path, texts);
        } else {
            texts.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_crate_of_the_readme_is_there() {
    let readme = document("README.md");
    for entry in fs::read_dir(repository().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let short = name.trim_start_matches("portolan");
        assert!(
            readme.contains(&format!("`{name}`")) || readme.contains(&format!("`{short}`")),
            "{name}"
        );
    }
}
