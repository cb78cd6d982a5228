//! `cargo xtask fmt`: manifests in one layout.
//!
//! Takes all manifests of the repository, or those that are named; rewrites what is laid out otherwise, or with `--check`
//! shows it and fails. A file whose text would come to mean anything else, or would lose or move a comment, is left as it
//! is, as is one that is not the YAML that manifests use; either fails.

mod layout;
mod pieces;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::emit::Output;
use portolan_codegen::load::Input;
use portolan_codegen::output::Plan;
use portolan_codegen::render::{self, Format};
use portolan_codegen::source::Sources;
use portolan_codegen::yaml;

pub use layout::formatted;

use crate::generate::{self, MANIFESTS};

/// What `cargo xtask fmt` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Write nothing; show what is laid out otherwise, and fail if anything is.
    #[arg(long)]
    pub check: bool,
    /// The manifests, instead of all.
    pub files: Vec<PathBuf>,
    /// The repository to work in, instead of this one.
    #[arg(long)]
    pub root: Option<PathBuf>,
}

/// Runs the task.
///
/// # Errors
/// A path that lies outside of the repository, or cannot be read or written.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = options.root.clone().unwrap_or_else(crate::repository);
    let Some(inputs) = inputs(&root, &options.files)? else { return Ok(ExitCode::FAILURE) };
    let (outputs, left) = outputs(inputs);
    let plan = Plan::new(&root, &outputs, &[])?;
    if options.check {
        print!("{}", plan.diff());
    } else {
        plan.write()?;
    }
    let changed = plan.changes().len();
    if !options.check {
        println!("{}", plan.summary());
    } else if changed > 0 {
        eprintln!("error: files that are laid out otherwise: {changed}; run `cargo xtask fmt`");
    }
    let good = left == 0 && (changed == 0 || !options.check);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The files by their path below the root, or nothing if what cannot be read was said.
fn inputs(root: &Path, files: &[PathBuf]) -> anyhow::Result<Option<Vec<Input>>> {
    if files.is_empty() {
        let Some(mut inputs) = generate::read(root)? else { return Ok(None) };
        for input in &mut inputs {
            input.path = format!("{MANIFESTS}/{}", input.path);
        }
        return Ok(Some(inputs));
    }
    let root = root.canonicalize().with_context(|| root.display().to_string())?;
    let mut inputs = Vec::new();
    for file in files {
        let whole = file.canonicalize().with_context(|| file.display().to_string())?;
        let Ok(below) = whole.strip_prefix(&root) else {
            bail!("`{}` lies outside of the repository", file.display());
        };
        let path = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        let bytes = fs::read(&whole).with_context(|| file.display().to_string())?;
        inputs.push(Input { path, bytes });
    }
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    inputs.dedup_by(|a, b| a.path == b.path);
    Ok(Some(inputs))
}

/// The files as they should be, without those that are left; says why each of these is, and counts them.
fn outputs(inputs: Vec<Input>) -> (Vec<Output>, usize) {
    let (mut outputs, mut left) = (Vec::new(), 0);
    for input in inputs {
        match output(&input) {
            Ok(output) => outputs.push(output),
            Err(why) => {
                left += 1;
                eprintln!("{}", why.trim_end());
            }
        }
    }
    if left > 0 {
        eprintln!("error: files that are left as they are: {left}");
    }
    (outputs, left)
}

fn output(input: &Input) -> Result<Output, String> {
    let path = &input.path;
    let text = yaml::decode(&input.bytes)
        .map_err(|offset| format!("error: {path}: byte {offset} is not UTF-8"))?;
    let mut sources = Sources::default();
    let mut mistakes = Diagnostics::default();
    yaml::parse(sources.add(path, &text), &text, &mut mistakes);
    let mistakes = mistakes.into_vec();
    if !mistakes.is_empty() {
        let styled = std::io::IsTerminal::is_terminal(&std::io::stderr());
        return Err(render::render(&mistakes, &sources, Format::Human { styled }));
    }
    match formatted(&text) {
        Ok(text) => Ok(Output::new(path, text)),
        Err(why) => Err(format!("error: {path}: {why}")),
    }
}
