//! `cargo xtask new`: what it writes compiles as it is and with every line that is off turned on, and it refuses what would
//! not.

use std::fs;

use xtask::fmt::formatted;
use xtask::generate::CATALOGS;
use xtask::new::{self, Kind, Models, Options, PLACEHOLDER, Vendor};

use crate::fixtures::{compiled, public};
use crate::generate::{Tree, success};

fn vendor(id: &str, catalog: &str) -> Vendor {
    Vendor {
        id: id.to_owned(),
        catalog: catalog.to_owned(),
        name: None,
        endpoint: None,
        api: "openai-completions".to_owned(),
        env: None,
    }
}

fn run(tree: &Tree, kind: Kind) -> anyhow::Result<std::process::ExitCode> {
    new::run(&Options { kind, root: Some(tree.path("")) })
}

/// Runs the task, which must write one file and change none; returns what it wrote.
fn written(tree: &Tree, kind: Kind, path: &str) -> String {
    let before = tree.files();
    assert!(success(&run(tree, kind)), "{path}");
    let mut files = tree.files();
    let text = files.remove(&tree.path(path)).expect("the file");
    assert_eq!(files, before);
    let text = String::from_utf8(text).unwrap();
    assert_eq!(formatted(&text).as_ref(), Ok(&text), "it is laid out");
    text
}

/// The text with the lines that are off turned on, each in the place of one with the same key.
fn turned_on(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        match rest.strip_prefix('#').filter(|rest| !rest.starts_with(' ')) {
            Some(rest) => {
                let (key, _) = rest.split_once(':').unwrap();
                lines.retain(|line| !line.starts_with(&format!("{indent}{key}:")));
                lines.push(format!("{indent}{rest}"));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

#[test]
fn a_new_vendor_compiles_in_each_catalog_as_it_is_and_with_every_line_on() {
    for catalog in CATALOGS {
        let tree = Tree::new();
        let path = format!("manifests/{catalog}/zenith-ai.yaml");
        let text = written(&tree, Kind::Vendor(vendor("zenith-ai", catalog)), &path);
        assert!(text.contains("prices: unknown\n") && text.contains(PLACEHOLDER));
        assert!(tree.generate(), "{catalog}");
        let module = format!("crates/portolan-{catalog}/src/generated/zenith_ai.rs");
        assert!(fs::read_to_string(tree.path(&module)).unwrap().contains("price unknown"));
        let on = turned_on(&text);
        assert!(on.lines().count() < text.lines().count(), "a line took the place of another");
        tree.write(&path, &on);
        assert!(tree.generate(), "{on}");
        assert!(fs::read_to_string(tree.path(&module)).unwrap().contains("VENDOR_API_KEY"));
    }
}

#[test]
fn what_is_known_is_written_as_it_is() {
    let tree = Tree::new();
    let known = Vendor {
        name: Some("Zenith: \"AI\" \\ Ltd".to_owned()),
        endpoint: Some("https://api.zenith.example/v1".to_owned()),
        api: "anthropic-messages".to_owned(),
        env: Some("ZENITH_KEY".to_owned()),
        ..vendor("zenith", "labs")
    };
    let text = written(&tree, Kind::Vendor(known), "manifests/labs/zenith.yaml");
    let input = portolan_codegen::load::Input {
        path: "labs/zenith.yaml".to_owned(),
        bytes: text.into_bytes(),
    };
    let catalog = compiled(vec![input]).result.unwrap();
    let provider = &catalog.vendors[0].providers[0];
    assert_eq!(provider.name, "Zenith: \"AI\" \\ Ltd");
    let json = serde_json::to_string(provider).unwrap();
    for fact in ["https://api.zenith.example/v1", "anthropic-messages", "ZENITH_KEY"] {
        assert!(json.contains(fact), "{fact}: {json}");
    }
}

#[test]
fn new_base_models_compile_as_they_are_and_with_every_line_on() {
    let tree = Tree::new();
    let path = "manifests/models/zenith.yaml";
    let models = Kind::Models(Models { id: "zenith".to_owned(), name: None });
    let text = written(&tree, models, path);
    assert!(tree.generate());
    tree.write(path, &turned_on(&text));
    assert!(tree.generate());
    // A lab and a vendor may have one id.
    written(&tree, Kind::Vendor(vendor("zenith", "gateways")), "manifests/gateways/zenith.yaml");
}

#[test]
fn what_would_not_compile_is_refused_and_nothing_is_written() {
    let tree = Tree::new();
    let before = tree.files();
    let refused = [
        (vendor("acme", "labs"), "manifests/labs/acme.yaml"),
        (vendor("acme", "clouds"), "manifests/labs/acme.yaml"),
        (vendor("zenith", "labz"), "did you mean `labs`?"),
        (vendor("zenith", "models"), "`models` is no catalog"),
        (vendor("Zenith", "labs"), "malformed id `Zenith`: an id is lower-case"),
        (vendor("zenith--ai", "labs"), "malformed id"),
        (vendor("../zenith", "labs"), "malformed id"),
        (vendor("", "labs"), "malformed id"),
    ];
    for (vendor, reason) in refused {
        let error = run(&tree, Kind::Vendor(vendor)).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    let mistaken = [
        // A provider of the good fixture has this id, though no vendor has.
        vendor("acme-plan", "labs"),
        Vendor { api: "openai".to_owned(), ..vendor("zenith", "labs") },
        Vendor { endpoint: Some("http://zenith.example/".to_owned()), ..vendor("zenith", "labs") },
        Vendor { env: Some("ACME_API_KEY".to_owned()), ..vendor("zenith", "labs") },
        Vendor { name: Some(String::new()), ..vendor("zenith", "labs") },
    ];
    for vendor in mistaken {
        let shown = format!("{vendor:?}");
        assert!(!success(&run(&tree, Kind::Vendor(vendor))), "{shown}");
    }
    let lab = Models { id: "acme".to_owned(), name: None };
    assert!(run(&tree, Kind::Models(lab)).is_err());
    assert_eq!(tree.files(), before);
}

#[test]
fn no_manifest_has_a_placeholder_left() {
    for input in public() {
        let text = String::from_utf8(input.bytes).unwrap();
        assert!(!text.contains(PLACEHOLDER), "{}", input.path);
    }
}
