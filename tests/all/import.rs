//! `cargo xtask import` on a tree of its own: what it writes, what it refuses, and that it changes nothing when it fails.

use std::process::ExitCode;

use xtask::import::{self, Options, Source};

use crate::generate::{Tree, success};

const MAPPING: &str = "
source: https://models.dev/api.json
as_of: 2026-07-02
providers:
  acme: { provider: acme, listed: { name: Acme, npm: sdk, doc: d, env: [ACME_API_KEY] } }
  zenith: { provider: zenith }
";

const MANIFEST: &str = "manifests/labs/acme.yaml";
const INDEX: &str = "sources/index/models-dev.txt";

/// models.dev's list with one offering.
fn list(id: &str, cost: &str) -> String {
    format!(
        r#"{{ "acme": {{ "id": "acme", "name": "Acme", "npm": "sdk", "doc": "d", "env": ["ACME_API_KEY"], "models": {{
            "{id}": {{ "id": "{id}", "name": "Nova: 9", "attachment": false, "reasoning": false, "tool_call": true,
            "release_date": "2026-01-01", "last_updated": "2026-01-01", "open_weights": true,
            "modalities": {{ "input": ["text"], "output": ["text"] }}, "limit": {{ "context": 100000, "output": 0 }},
            "cost": {cost} }} }} }} }}"#
    )
}

fn tree(api: &str) -> Tree {
    let tree = Tree::new();
    tree.write("sources/models-dev.yaml", MAPPING);
    tree.write("target/sources/models-dev.json", api);
    tree
}

fn options(tree: &Tree) -> Options {
    Options {
        source: Source::ModelsDev,
        from: None,
        history: None,
        base_models: None,
        dry_run: false,
        report: None,
        root: Some(tree.path("")),
    }
}

fn run(tree: &Tree) -> anyhow::Result<ExitCode> {
    import::run(&options(tree))
}

fn read(tree: &Tree, path: &str) -> String {
    String::from_utf8(tree.files().remove(&tree.path(path)).expect("the file")).unwrap()
}

#[test]
fn next_months_file_is_taken_in_and_compiles() {
    let tree = tree(&list("nova-9", r#"{ "input": 1, "output": 2 }"#));
    let before = read(&tree, MANIFEST);
    let dry = Options { dry_run: true, ..options(&tree) };
    let files = tree.files();
    assert!(success(&import::run(&dry)));
    assert_eq!(tree.files(), files, "a dry run writes nothing");
    assert!(success(&run(&tree)));
    let after = read(&tree, MANIFEST);
    // The layout may have its way with the rest, but each comment is there.
    for comment in before.lines().filter(|line| line.trim_start().starts_with('#')) {
        assert!(after.contains(comment.trim()), "{comment}");
    }
    let model = "      nova-9:
        name: \"Nova: 9\"
        released: 2026-01-01
        open_weights: true
        modalities: { input: [text], output: [text] }
        limits: { context: 100_000 }
        features: { reasoning: false, tools: true, attachments: false }
        prices:
          - { currency: USD, input: 1, output: 2 }
        source: https://models.dev/api.json
        checked: 2026-07-02
";
    assert!(after.contains(model), "{after}");
    assert_eq!(read(&tree, INDEX), "acme/nova-9\tacme/nova-9\t-\t-\t-\n");
    assert!(tree.generate());
    let files = tree.files();
    assert!(success(&run(&tree)));
    assert_eq!(tree.files(), files, "once more changes nothing");
    // The price of the next file takes the place of this one's.
    tree.write(
        "target/sources/models-dev.json",
        &list("nova-9", r#"{ "input": 1.5, "output": 2 }"#),
    );
    assert!(success(&run(&tree)));
    assert_eq!(
        read(&tree, MANIFEST),
        after.replace("USD, input: 1, output: 2 }", "USD, input: 1.5, output: 2 }")
    );
}

#[test]
fn a_report_has_what_no_manifest_holds() {
    let tree = tree(&list("nova 9", r#"{ "input": 1, "output": 2 }"#));
    let report = Options { report: Some(tree.path("report.md")), ..options(&tree) };
    assert!(success(&import::run(&report)));
    assert!(read(&tree, "report.md").contains("`acme/nova 9`"));
    assert!(read(&tree, INDEX).contains("acme/nova 9\t-\tno model id"));
}

#[test]
fn a_run_that_fails_changes_no_file() {
    let good = list("nova-9", r#"{ "input": 1, "output": 2 }"#);
    let cut = &good[..good.len() - 20];
    let renamed = good.replace("tool_call", "tools");
    let negative = good.replace("\"input\": 1,", "\"input\": -1,");
    for (api, said) in [(cut, "EOF"), (&*renamed, "tools"), (&*negative, "-1"), ("[]", "api.json")]
    {
        let tree = tree(api);
        let before = tree.files();
        let error = format!("{:#}", run(&tree).expect_err(said));
        assert!(error.contains(said), "{error}");
        assert_eq!(tree.files(), before);
    }
    // No manifest has the provider.
    let tree = tree(&good.replace("acme", "zenith"));
    tree.write("sources/models-dev.yaml", &MAPPING.replace("provider: acme", "provider: zenit"));
    let before = tree.files();
    assert!(!success(&run(&tree)));
    assert_eq!(tree.files(), before);
}

#[test]
fn a_file_that_is_not_there_is_asked_for() {
    let tree = tree("{}");
    let nowhere = Options { from: Some(tree.path("nowhere.json")), ..options(&tree) };
    let error = format!("{:#}", import::run(&nowhere).unwrap_err());
    assert!(
        error.contains("nowhere.json") && error.contains("download https://models.dev"),
        "{error}"
    );
}
