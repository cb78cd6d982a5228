//! Reads the manifests under `tests/fixtures`. A case is a folder laid out as a manifest folder, or one file that stands
//! for `labs/acme.yaml`. What lies in a folder `company` is laid over the frozen catalog of the good fixture.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use portolan_codegen::catalog::Catalog;
use portolan_codegen::labels::{self, Labels};
use portolan_codegen::load::{Input, read_flat_folder, read_folder};
use portolan_codegen::source::Sources;
use portolan_codegen::{Compiled, compile};
use xtask::docs::pair;

/// The folder of the fixtures, or of a part of them.
pub(crate) fn folder(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(part)
}

/// The repository's folder.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The cases of a part, by name.
pub(crate) fn cases(part: &str) -> Vec<PathBuf> {
    let mut cases: Vec<_> =
        fs::read_dir(folder(part)).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases under {part}");
    cases
}

/// A case's name: the file or folder name without its ending.
pub(crate) fn name(case: &Path) -> String {
    case.file_stem().unwrap().to_string_lossy().into_owned()
}

/// The manifests of a case.
pub(crate) fn inputs(case: &Path) -> Vec<Input> {
    if case.is_dir() {
        return read_folder(case).unwrap();
    }
    vec![Input { path: "labs/acme.yaml".to_owned(), bytes: fs::read(case).unwrap() }]
}

/// The manifests of the repository.
pub(crate) fn public() -> Vec<Input> {
    read_folder(&repository().join("manifests")).unwrap()
}

/// Compiles manifests as the repository's own are.
pub(crate) fn compiled(inputs: Vec<Input>) -> Compiled {
    compile(inputs, "manifests/")
}

/// Compiles the manifests of a case.
pub(crate) fn compiled_case(case: &Path) -> Compiled {
    pair::compiled(&folder(""), inputs(case)).unwrap()
}

/// The frozen catalog of the good fixture.
pub(crate) fn acme() -> Catalog {
    compiled(inputs(&folder("ok/acme"))).result.expect("the good fixture is right")
}

/// The frozen catalog of the repository's manifests, compiled once for all tests.
pub(crate) fn public_catalog() -> &'static Catalog {
    static PUBLIC: LazyLock<Catalog> =
        LazyLock::new(|| compiled(public()).result.expect("the public manifests are right"));
    &PUBLIC
}

/// The labels of every language of the repository.
pub(crate) fn languages() -> Vec<Labels> {
    let inputs = read_flat_folder(&repository().join(xtask::generate::LABELS)).unwrap();
    let languages = labels::load(inputs, "", &mut Sources::default()).expect("good label files");
    assert!(languages.len() > 2);
    languages
}
