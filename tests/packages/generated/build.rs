//! Compiles a private manifest into `OUT_DIR`.

use std::path::Path;
use std::{env, fs};

use portolan_codegen::{compile, emit, load::Input};

fn main() {
    println!("cargo::rerun-if-changed=acme.yaml");
    let bytes = fs::read("acme.yaml").unwrap();
    let input = Input { path: "private/acme.yaml".to_owned(), bytes };
    let catalog = compile(vec![input], "").result.expect("the manifest is right");
    let folder = env::var_os("OUT_DIR").unwrap();
    for output in emit::rust::emit(&catalog, "private") {
        fs::write(Path::new(&folder).join(output.path), output.contents).unwrap();
    }
}
