//! The packages as people get them from a registry: packed, unpacked elsewhere, and built by programs that know nothing
//! of the workspace. All of it lies below the target folder; nothing is fetched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

use crate::fixtures::repository;

/// The most bytes that crates.io takes.
const MAX_PACKAGE: u64 = 10 << 20;

/// The folder of these tests.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages")
}

/// Where a package is unpacked.
fn unpacked(name: &str) -> PathBuf {
    folder().join("unpacked").join(name)
}

fn cargo(at: &Path, task: &str, arguments: &[&str]) -> Output {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(at).args([task, "--offline", "--quiet", "--target-dir"]);
    command.arg(folder().join("target")).args(arguments).output().unwrap()
}

/// What a command printed; it must have gone well.
fn printed(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What cargo knows about the packages that may be published, by name.
static METADATA: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version=1"];
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).current_dir(repository()).args(arguments).output().unwrap();
    let metadata: Value = serde_json::from_str(&printed(output)).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let published = packages.filter(|package| package["publish"].is_null());
    published.map(|package| (text(package, "name").to_owned(), package.clone())).collect()
});

/// Packs every package that may be published and unpacks it; lays the programs beside them. Done once.
static PACKED: LazyLock<()> = LazyLock::new(|| {
    let names = METADATA.keys().flat_map(|name| ["-p", name.as_str()]);
    let arguments: Vec<_> = ["--no-verify", "--allow-dirty"].into_iter().chain(names).collect();
    printed(cargo(&repository(), "package", &arguments));
    METADATA.keys().for_each(|name| unpack(name));
    copy(&repository().join("tests/packages"), &empty("programs"));
    // The versions that are on the machine.
    fs::copy(repository().join("Cargo.lock"), folder().join("programs/Cargo.lock")).unwrap();
});

/// Unpacks a package, unless the same one already is: then cargo need not build it again.
fn unpack(name: &str) {
    let (archive, done) = (archive(name), folder().join(format!("unpacked/{name}.crate")));
    if done.exists() && fs::read(&done).unwrap() == fs::read(&archive).unwrap() {
        return;
    }
    let to = empty(&format!("unpacked/{name}"));
    let mut tar = Command::new("tar");
    // The files count as new: those in an archive are all from 2006, and cargo goes by that.
    tar.args(["--strip-components=1", "-xzmf"]).arg(&archive).arg("-C").arg(to);
    printed(tar.output().unwrap());
    fs::copy(archive, done).unwrap();
}

/// A folder of these tests without what an earlier run left in it.
fn empty(part: &str) -> PathBuf {
    let folder = folder().join(part);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn archive(name: &str) -> PathBuf {
    let version = text(&METADATA[name], "version");
    folder().join(format!("target/package/{name}-{version}.crate"))
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_else(|| panic!("{} has no {key}", package["name"]))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The files of a folder, by their path below it.
fn files(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            assert!(!entry.file_type().unwrap().is_symlink(), "{}", entry.path().display());
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let below = entry.path().strip_prefix(root).unwrap().to_owned();
                files.push(below.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    files
}

/// Builds a program against the packages alone and runs it.
fn run(program: &str) -> String {
    LazyLock::force(&PACKED);
    printed(cargo(&folder().join("programs"), "run", &["-p", program]))
}

#[test]
fn every_package_says_what_it_is() {
    let crates = fs::read_dir(repository().join("crates")).unwrap().count();
    assert_eq!(METADATA.len(), crates + 1, "the crates and the compiler");
    for (name, package) in METADATA.iter() {
        for key in ["description", "license", "edition"] {
            assert!(!text(package, key).is_empty(), "{name}: {key}");
        }
        for key in ["keywords", "categories"] {
            let words = package[key].as_array().unwrap();
            assert!((1..=5).contains(&words.len()), "{name}: {key}");
        }
        assert_eq!(text(package, "readme"), "README.md", "{name}");
        for key in ["repository", "homepage", "documentation"] {
            assert!(package[key].is_null(), "{name}: no address is known to be its {key}");
        }
    }
}

#[test]
fn every_readme_names_the_rust_version_the_features_and_the_licence() {
    for (name, package) in METADATA.iter() {
        let path = Path::new(text(package, "manifest_path")).with_file_name("README.md");
        let readme = fs::read_to_string(path).unwrap();
        assert!(readme.starts_with(&format!("# {name}\n")), "{name}");
        let rust = format!("\nRust {} or later.", text(package, "rust_version"));
        assert!(readme.contains(&rust), "{name}: no `{rust}`");
        let features = package["features"].as_object().unwrap();
        for feature in features.keys().filter(|feature| *feature != "default") {
            assert!(readme.contains(&format!("| `{feature}` |")), "{name}: {feature}");
        }
        let none = readme.contains("## Features\n\nNone");
        assert_eq!(none, features.is_empty(), "{name}: features");
        let data = text(package, "license").contains("CC0-1.0");
        assert!(readme.contains("\n## Licence\n"), "{name}: licence");
        assert!(readme.contains("CC0-1.0") || !data, "{name}: licence of the data");
    }
}

#[test]
fn a_package_holds_its_sources_its_licences_and_no_more() {
    LazyLock::force(&PACKED);
    for (name, package) in METADATA.iter() {
        let size = fs::metadata(archive(name)).unwrap().len();
        assert!(size < MAX_PACKAGE, "{name} has {size} bytes");
        for file in files(&unpacked(name)) {
            let wanted = file.starts_with("src/")
                || file.starts_with("Cargo.")
                || file.starts_with("LICENSE-")
                || ["README.md", ".cargo_vcs_info.json"].contains(&file.as_str())
                || name == "portolan-manifests" && file.starts_with("catalog.");
            assert!(wanted, "{name}: {file}");
        }
        let mut licences = vec!["LICENSE-APACHE", "LICENSE-MIT"];
        if text(package, "license").contains("CC0-1.0") {
            licences.push("LICENSE-DATA");
        }
        for licence in licences {
            let packed = fs::read(unpacked(name).join(licence)).expect(name);
            assert_eq!(packed, fs::read(repository().join(licence)).unwrap(), "{name}: {licence}");
        }
    }
}

#[test]
fn a_program_prices_with_a_packed_model() {
    assert_eq!(run("typed"), "mimo-v2.5-pro 0.606 known: true\n");
}

#[test]
fn a_program_looks_up_with_one_packed_catalog() {
    assert_eq!(run("lookup"), "GPT OSS 20B\ntrue\n");
}

#[test]
fn a_build_script_compiles_a_manifest_with_the_packed_compiler() {
    assert_eq!(run("generated"), "Nova 2 0.5\n");
}

#[test]
fn a_vendor_s_own_crate_works_with_the_packed_sdk() {
    LazyLock::force(&PACKED);
    // With its documentation, whose example is a user's program.
    let said = printed(cargo(&folder().join("programs"), "test", &["-p", "vendor"]));
    for tests in ["running 5 tests", "running 1 test"] {
        assert!(said.contains(tests), "{said}");
    }
}

#[test]
fn the_page_of_hooks_shows_the_vendor_s_crate() {
    let page = fs::read_to_string(repository().join("docs/src/hooks.md")).unwrap();
    let folder = repository().join("tests/packages/vendor");
    let read = |file: String| fs::read_to_string(folder.join(file)).unwrap();
    let source: Vec<_> = files(&folder).into_iter().map(read).collect();
    let code: Vec<_> = page.split("```rust,ignore\n").skip(1).collect();
    assert!(code.len() > 5);
    for block in code {
        let (block, _) = block.split_once("```").unwrap();
        for line in block.lines() {
            // The example of the crate stands in a comment.
            let shown =
                |text: &String| text.contains(line) || text.contains(&format!("//! {line}\n"));
            assert!(source.iter().any(shown), "no file of the crate has:\n{line}");
        }
    }
}

#[test]
fn each_of_the_44_hooks_has_a_place_that_there_is() {
    let read = |path: &str| fs::read_to_string(repository().join(path)).unwrap();
    let (page, methods) = (read("ARCHITECTURE.md"), read("crates/portolan/src/hooks.rs"));
    let (_, table) = page.split_once("## The hooks of OpenClaw's provider plugins").unwrap();
    let cells = |line: &str| line.split(" | ").map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("| ")).map(cells).collect();
    let rows: Vec<_> = rows.iter().filter(|row| row[0] != "| #").collect();
    for (position, row) in rows.iter().enumerate() {
        assert_eq!(row[0], format!("| {}", position + 1));
        let place = &row[2];
        let named = place.match_indices("hook `").map(|(at, lead)| &place[at + lead.len()..]);
        let named: Vec<_> = named.map(|rest| rest.split_once('`').unwrap().0).collect();
        for method in &named {
            let (plain, generic) = (format!("    fn {method}("), format!("    fn {method}<'a>("));
            assert!(methods.contains(&plain) || methods.contains(&generic), "{row:?}");
        }
        let somewhere = ["data: ", "SDK: ", "does not apply: "];
        assert!(!named.is_empty() || somewhere.iter().any(|word| place.contains(word)), "{row:?}");
    }
    assert_eq!(rows.len(), 44);
}

#[test]
fn types_catalogs_and_data_need_neither_std_nor_alloc() {
    LazyLock::force(&PACKED);
    let build = |more: &[&str]| {
        cargo(&folder().join("programs"), "check", &[["-p", "bare"].as_slice(), more].concat())
    };
    printed(build(&[]));
    for (feature, reason) in
        [("std", "duplicate lang item"), ("alloc", "no global memory allocator")]
    {
        let output = build(&["--features", feature]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(reason), "{feature}: {said}");
    }
}

#[test]
fn an_interface_of_std_that_is_newer_than_the_stated_rust_is_seen() {
    LazyLock::force(&PACKED);
    let package = empty("newer");
    copy(&unpacked("portolan-types"), &package);
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
    fs::write(package.join("Cargo.toml"), format!("{manifest}\n[workspace]\n")).unwrap();
    let clippy = || cargo(&package, "clippy", &["--", "-D", "clippy::incompatible_msrv"]);
    printed(clippy());
    let library = fs::read_to_string(package.join("src/lib.rs")).unwrap();
    let newer = "/// Since Rust 1.88.\npub fn newer(bytes: &[u8]) -> usize {\n    bytes.as_chunks::<4>().0.len()\n}\n";
    fs::write(package.join("src/lib.rs"), library + newer).unwrap();
    let output = clippy();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("current MSRV"), "{said}");
}
