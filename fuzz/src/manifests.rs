//! Manifests of any bytes: what the loader and the whole compiler do with them.

use std::collections::BTreeSet;

use portolan_codegen::catalog::Catalog;
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::emit::{Output, json, rust};
use portolan_codegen::load::{self, Input};
use portolan_codegen::overlay::Public;
use portolan_codegen::source::Sources;
use portolan_codegen::{Compiled, rows, yaml};

use crate::seeds::FILE;
use crate::{mistakes, quotes};

/// The path of an input that names none.
const ONLY: &str = "labs/acme.yaml";

/// More catalogs than this are refused by the emitter of the index.
const CATALOGS: usize = 16;

/// Loads the bytes as a vendor's manifest and as a lab's.
pub(crate) fn load(bytes: &[u8]) {
    if let Err(offset) = yaml::decode(bytes) {
        assert!(offset < bytes.len());
    }
    for path in [ONLY, "models/acme.yaml"] {
        let mut sources = Sources::default();
        let mut out = Diagnostics::default();
        let input = Input { path: path.to_owned(), bytes: bytes.to_vec() };
        let alone = Public::default();
        let manifests = load::load(vec![input], "manifests/", alone, &mut sources, &mut out);
        let read = manifests.vendors.len() + manifests.labs.len();
        assert_eq!(read + manifests.broken.len(), 1);
        let found = out.into_vec();
        assert!(read == 1 || !found.is_empty(), "a file is passed over in silence");
        mistakes::check(&found, &sources);
    }
}

/// Compiles the files that the bytes hold.
pub(crate) fn compile(bytes: &[u8]) {
    let inputs = files(bytes);
    let mut reversed = inputs.clone();
    reversed.reverse();
    let compiled = portolan_codegen::compile(inputs, "manifests/");
    let again = portolan_codegen::compile(reversed, "manifests/");
    assert_eq!(compiled.result, again.result, "the order of the files counts");
    if let Some(catalog) = checked(&compiled) {
        emitted(catalog);
    }
}

/// The catalog, with what it says about prices looked at, or nothing after a look at the mistakes.
pub(crate) fn checked(compiled: &Compiled) -> Option<&Catalog> {
    match &compiled.result {
        Ok(catalog) => {
            for model in catalog.providers().flat_map(|(_, provider)| &provider.models) {
                quotes::ask_around(&rows::price(&model.price));
            }
            Some(catalog)
        }
        Err(found) => {
            assert!(!found.is_empty());
            mistakes::check(found, &compiled.sources);
            None
        }
    }
}

/// The files of an input, each path once.
pub(crate) fn files(bytes: &[u8]) -> Vec<Input> {
    let mut files: Vec<Input> = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(path) = line.strip_prefix(FILE.as_bytes()) {
            let path = String::from_utf8_lossy(path).trim_end().to_owned();
            files.push(Input { path, bytes: Vec::new() });
        } else if let Some(file) = files.last_mut() {
            file.bytes.extend_from_slice(line);
        } else {
            files.push(Input { path: ONLY.to_owned(), bytes: line.to_vec() });
        }
    }
    let mut paths = BTreeSet::new();
    files.retain(|file| paths.insert(file.path.clone()));
    files
}

fn emitted(catalog: &Catalog) {
    let outputs = outputs(catalog);
    assert_eq!(outputs, self::outputs(catalog), "an emitter is not pure");
    for output in &outputs {
        let text = &output.contents;
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text}");
        if let Err(error) = syn::parse_file(text) {
            panic!("{} is no Rust: {error}\n{text}", output.path);
        }
    }
    let text = json::catalog(catalog);
    let read: Catalog = serde_json::from_str(&text).expect("what was written can be read");
    assert_eq!(read, *catalog);
}

fn outputs(catalog: &Catalog) -> Vec<Output> {
    let ids: BTreeSet<_> = catalog.vendors.iter().map(|vendor| vendor.catalog.as_str()).collect();
    let ids: Vec<_> = ids.into_iter().take(CATALOGS).collect();
    let modules = ids.iter().flat_map(|id| rust::emit(catalog, id));
    modules.chain([rust::emit_index(catalog, &ids)]).collect()
}
