//! The bad manifests that have a mended counterpart: the examples of the page of errors.
//!
//! A case is a file, which stands for `labs/acme.yaml`, or a folder laid out as a manifest folder. It is named after its
//! code; what it was mended to has the same name in another folder. A case in the folder of a `company` is a private
//! catalog over the public one of the good fixture.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use portolan_codegen::code::Code;
use portolan_codegen::load::{Input, read_folder};
use portolan_codegen::overlay::Public;
use portolan_codegen::{Compiled, compile, compile_over};

/// A bad manifest and what it was mended to.
#[derive(Debug)]
pub struct Pair {
    /// The code that the bad one gives.
    pub code: Code,
    /// The name of the case: the code and what is wrong.
    pub name: String,
    /// The bad files.
    pub bad: Vec<Input>,
    /// The mended files.
    pub mended: Vec<Input>,
}

/// Every pair below `fixtures`, by name.
///
/// # Errors
/// A file that cannot be read, and a mended case that has no bad one or whose name starts with no code.
pub fn pairs(fixtures: &Path) -> anyhow::Result<Vec<Pair>> {
    let folder = fixtures.join("mended");
    let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().trim_end_matches(".yaml").to_owned());
    }
    names.sort_unstable();
    names.into_iter().map(|name| pair(fixtures, name)).collect()
}

fn pair(fixtures: &Path, name: String) -> anyhow::Result<Pair> {
    let code = name.get(..5).and_then(Code::from_id);
    let code = code.with_context(|| format!("`{name}` is not named after a code"))?;
    let bad = case(&fixtures.join("bad"), &name)?;
    let mended = case(&fixtures.join("mended"), &name)?;
    Ok(Pair { code, name, bad, mended })
}

/// Compiles one side of a pair.
///
/// # Errors
/// A good fixture that cannot be read or does not compile.
pub fn compiled(fixtures: &Path, inputs: Vec<Input>) -> anyhow::Result<Compiled> {
    const SHOWN_UNDER: &str = "manifests/";
    if inputs.iter().all(|input| !input.path.starts_with("company/")) {
        return Ok(compile(inputs, SHOWN_UNDER));
    }
    let acme = compile(case(&fixtures.join("ok"), "acme")?, SHOWN_UNDER).result;
    let acme = acme.ok().context("the good fixture does not compile")?;
    Ok(compile_over(inputs, SHOWN_UNDER, Public::new(acme)?))
}

fn case(folder: &Path, name: &str) -> anyhow::Result<Vec<Input>> {
    let file = folder.join(format!("{name}.yaml"));
    if file.is_file() {
        return Ok(vec![Input { path: "labs/acme.yaml".to_owned(), bytes: fs::read(file)? }]);
    }
    let inputs = read_folder(&folder.join(name));
    let inputs = inputs.map_err(|errors| anyhow::anyhow!("{}", errors[0]))?;
    ensure!(!inputs.is_empty(), "{}: no case `{name}`", folder.display());
    Ok(inputs)
}
