//! The compiler in a build script: what it writes is what `cargo xtask gen` writes, what it refuses it says, and cargo
//! builds a package with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use portolan_codegen::{Config, ConfigError};
use tempfile::TempDir;

use crate::fixtures::{folder, public_catalog, repository};

/// Every file below a folder, by its path from there.
fn files(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// A manifest folder with one file, and a folder to write into.
fn one(path: &str, text: &str) -> (TempDir, Config) {
    let tree = tempfile::tempdir().unwrap();
    let file = tree.path().join("manifests").join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
    let config = Config::new().manifests(tree.path().join("manifests"));
    let config = config.out_dir(tree.path().join("out"));
    fs::create_dir(tree.path().join("out")).unwrap();
    (tree, config)
}

fn refusal(config: &Config) -> String {
    config.generate().unwrap_err().to_string()
}

const GOOD: &str = "vendor: house\nname: House\nproviders:\n  house: { name: House, coverage: live, endpoints: { ollama: http://localhost:1 } }\n";

#[test]
fn it_writes_what_the_repository_has_checked_in() {
    let out = tempfile::tempdir().unwrap();
    let config = Config::new().manifests(repository().join("manifests")).out_dir(out.path());
    assert_eq!(&config.generate().unwrap(), public_catalog());
    for catalog in xtask::generate::CATALOGS {
        let own = files(&out.path().join("portolan").join(catalog));
        let crate_folder = format!("crates/portolan-{catalog}/src/generated");
        assert_eq!(own, files(&repository().join(crate_folder)), "{catalog}");
    }
}

#[test]
fn a_broken_manifest_changes_no_file_and_a_stale_module_goes() {
    let (tree, config) = one("company/house.yaml", GOOD);
    config.generate().unwrap();
    let out = tree.path().join("out");
    let before = files(&out);
    assert!(before.contains_key("portolan/company/house.rs"));
    let manifest = tree.path().join("manifests/company/house.yaml");
    fs::write(&manifest, GOOD.replace("live", "alive")).unwrap();
    let error = config.generate().unwrap_err();
    let ConfigError::Mistakes { mistakes, .. } = &error else { panic!("{error}") };
    assert_eq!(mistakes[0].code.id(), "M0204");
    assert!(error.to_string().contains("house.yaml:4:35"), "{error}");
    assert_eq!(files(&out), before);

    fs::write(&manifest, GOOD.replace("  house:", "  hut:")).unwrap();
    config.generate().unwrap();
    let after = files(&out);
    assert!(!after.contains_key("portolan/company/house.rs"));
    assert!(after.contains_key("portolan/company/hut.rs"));
}

#[test]
fn what_stands_in_the_way_is_said_plainly() {
    let (_tree, config) = one("company/house.yaml", GOOD);
    let missing = config.clone().manifests("no/such/folder");
    assert!(refusal(&missing).contains("cannot read no/such/folder: "), "{}", refusal(&missing));

    let (empty, nothing) = one("company/house.txt", "");
    assert!(refusal(&nothing).contains("no manifest"), "{}", refusal(&nothing));
    // A folder cannot be read as a file by anybody, root included.
    fs::create_dir(empty.path().join("manifests/company/folder.yaml")).unwrap();
    assert!(refusal(&nothing).contains("company/folder.yaml"), "{}", refusal(&nothing));

    let frozen = |text: &'static str| refusal(&config.clone().over(text));
    assert!(frozen("{}").contains("missing field `version`"), "{}", frozen("{}"));
    let newer = r#"{ "version": 3, "planets": [] }"#;
    assert!(frozen(newer).contains("of version 3; this compiler reads version 2"));
    let by_hand = r#"{ "version": 2, "vendors": [], "base_models": [{ "id": "a/b c", "name": "B", "facts": { "capability": "chat" } }] }"#;
    assert!(frozen(by_hand).contains("changed by hand: malformed id `b c`"), "{}", frozen(by_hand));

    let (_tree, public) = one("labs/house.yaml", GOOD);
    let public = public.over(portolan_manifests::CATALOG_JSON);
    assert!(refusal(&public).contains("`labs` is a public catalog"), "{}", refusal(&public));

    let (_tree, bases) = one("models/house.yaml", "lab: house\nname: House\nmodels: {}\n");
    assert!(refusal(&bases).contains("no vendor is in "), "{}", refusal(&bases));

    let alone = Config::new().manifests(folder("ok/acme"));
    assert!(refusal(&alone).contains("`OUT_DIR` is not set"), "{}", refusal(&alone));
    let occupied = folder("ok/acme").join("labs/acme.yaml");
    let unwritable = Config::new().manifests(folder("ok/acme")).out_dir(occupied);
    assert!(refusal(&unwritable).contains("cannot "), "{}", refusal(&unwritable));
}

/// The package `tests/packages/private` as a user has it, in a folder of its own. What is built of it is kept.
struct Package(PathBuf);

impl Package {
    fn new() -> Self {
        let package = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages/private"));
        let _ = fs::remove_dir_all(package.0.join("manifests"));
        let root = repository().to_string_lossy().replace('\\', "/");
        let source = repository().join("tests/packages/private");
        for part in ["manifests", "src", "tests"] {
            for (path, text) in files(&source.join(part)) {
                package.write(&format!("{part}/{path}"), &text);
            }
        }
        for path in ["Cargo.toml", "build.rs"] {
            let text = fs::read_to_string(source.join(path)).unwrap();
            package.write(path, &text.replace("../../..", &root));
        }
        package.write("Cargo.lock", &fs::read_to_string(repository().join("Cargo.lock")).unwrap());
        package
    }

    /// Writes a file if it is not so yet, so that cargo finds unchanged what did not change.
    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text).unwrap();
        }
    }

    fn cargo(&self, task: &str) -> Output {
        Command::new(env!("CARGO"))
            .args([task, "--offline", "--quiet"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.parent().unwrap().join("target"))
            .env("CARGO_TERM_COLOR", "never")
            .output()
            .unwrap()
    }

    fn succeeds(&self, task: &str) {
        let output = self.cargo(task);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A new file, with one of each: a name that is not there, a price without a source, a public id.
const BROKEN: &str = "vendor: annex
name: Annex
providers:
  annex:
    name: Annex
    coverage: static
    endpoints: { openai-completions: https://annex.company.example/v1 }
    models:
      mimo-v2.5-pro: { base: xiaomi/mimo-v2.5-por, prices: [{ input: 0.50 }] }
  minimax: { name: Ours, coverage: live, endpoints: { openai-completions: https://annex.company.example/v1 } }
";

#[test]
fn cargo_builds_a_private_catalog_and_shows_what_is_wrong_with_one() {
    let package = Package::new();
    package.succeeds("test");
    package.write("manifests/company/annex.yaml", BROKEN);
    let output = package.cargo("build");
    assert!(!output.status.success(), "a new file was not noticed");
    let shown = String::from_utf8(output.stderr).unwrap();
    let (_, report) = shown.split_once("--- stderr\n").expect("the words of the build script");
    insta::with_settings!({ snapshot_path => "../snapshots/private", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("in-the-output-of-cargo", report);
    });
    fs::remove_file(package.0.join("manifests/company/annex.yaml")).unwrap();
    package.succeeds("build");
}

#[test]
fn the_readme_shows_the_package() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("**Your own catalog**").unwrap();
    let (section, _) = rest.split_once("\n**The data alone**").unwrap();
    let source = files(&repository().join("tests/packages/private"));
    let mut shown = 0;
    for block in section.split("```").skip(1).step_by(2) {
        // The fence's language, then a comment that names the file.
        let code = block.splitn(3, '\n').nth(2).unwrap();
        for part in code.split("\n\n") {
            let found = source.values().any(|text| text.contains(part.trim_end()));
            assert!(found, "no file has:\n{part}");
            shown += 1;
        }
    }
    assert_eq!(shown, 4);
}
