//! `cargo xtask bench`: what the compiler takes, and what the catalogs that it writes take.
//!
//! Measures release builds of everything, each made first: the compiler on the repository's manifests and on invented
//! ones of several sizes, rustc on the generated crates, programs that use them. Prints one table, with the aims and
//! whether they are met. Machines are noisy: numbers are medians of several rounds, time on processors where that can be
//! had, and what is compared is measured in the same run.

mod compilers;
mod elf;
mod models_dev;
mod peers;
mod process;
mod programs;
mod rows;
mod streams;
mod synthetic;
mod table;
mod tree;

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::str::FromStr;
use std::thread;

use anyhow::{Context, ensure};
use clap::Args;

use self::table::{Column, table};
use self::tree::Tree;

/// Where the table is kept for the documentation site.
const KEPT: &str = "docs/src/benchmarks/table.md";

/// Where the tables of the peers are.
const KEPT_PEERS: &str = "docs/src/benchmarks/peers.md";

/// Where the table of streams is.
const KEPT_STREAMS: &str = "docs/src/benchmarks/streams.md";

/// What `cargo xtask bench` takes.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Options {
    /// The catalogs to measure: `real`, or a number of invented models.
    #[arg(long, value_delimiter = ',', default_value = "real,5000,50000")]
    sizes: Vec<Size>,
    /// Only the real catalog.
    #[arg(long)]
    quick: bool,
    /// In place of all that: other catalogs beside ours, installed from their registries. Needs Python and npm.
    #[arg(long)]
    peers: bool,
    /// In place of all that: what a streamed event costs, beside other clients from crates.io.
    #[arg(long, conflicts_with = "peers")]
    streams: bool,
    /// With `--streams`: also build each client from nothing, which takes minutes.
    #[arg(long, requires = "streams")]
    builds: bool,
    /// Also keep the table for the documentation site.
    #[arg(long)]
    write: bool,
    /// Run a command and print what it took: what a measurement starts.
    #[arg(long, hide = true, num_args = 1.., allow_hyphen_values = true)]
    account: Option<Vec<OsString>>,
}

/// A catalog to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    /// The repository's own.
    Real,
    /// An invented one with this many models.
    Synthetic(usize),
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "real" => Ok(Self::Real),
            Ok(models @ 1_000..=500_000) => Ok(Self::Synthetic(models)),
            _ => Err("write `real`, or a number of models from 1000 to 500000".to_owned()),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Synthetic(models) => write!(f, "{models}"),
        }
    }
}

/// Runs the task. A missed aim is no failure: the table says so.
///
/// # Errors
/// If something does not build or start.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if let Some(command) = &options.account {
        return process::account(command);
    }
    let _lock = lock()?;
    if options.peers {
        let shown = format!("{}\n{}", machine()?, peers::measure()?);
        print!("{shown}");
        return keep(options, KEPT_PEERS, &shown);
    }
    if options.streams {
        let shown = format!("{}\n{}", machine()?, streams::measure(options.builds)?);
        print!("{shown}");
        return keep(options, KEPT_STREAMS, &shown);
    }
    let sizes = if options.quick { &[Size::Real][..] } else { &options.sizes };
    eprintln!("building the compiler");
    let xtask = build_xtask()?;
    let mut columns = Vec::with_capacity(sizes.len());
    let measured: anyhow::Result<()> = sizes.iter().try_for_each(|size| {
        columns.push(measure(*size, &xtask)?);
        Ok(())
    });
    rows::derive(&mut columns);
    // What is measured is shown, also where a later size fails.
    let shown = format!("{}\n{}", machine()?, table(rows::ROWS, &columns));
    print!("{shown}");
    measured?;
    keep(options, KEPT, &shown)
}

/// Keeps a table for the documentation site, where that is wanted.
fn keep(options: &Options, path: &'static str, shown: &str) -> anyhow::Result<ExitCode> {
    if options.write {
        fs::write(crate::repository().join(path), shown).context(path)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(size: Size, xtask: &Path) -> anyhow::Result<Column> {
    eprintln!("{size}: laying it out");
    let tree = Tree::new(&size)?;
    let mut column = Column { label: size.to_string(), ..Column::default() };
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    column.set("models", tree.models as f64);
    eprintln!("{size}: generating {} models", tree.models);
    compilers::generation(xtask, &tree, &mut column)?;
    compilers::comparing(xtask, &tree, &mut column)?;
    eprintln!("{size}: checking the crates");
    compilers::checking(&tree, &mut column)?;
    eprintln!("{size}: building and running the programs");
    programs::measure(&tree, &mut column)?;
    Ok(column)
}

/// Where everything is built and laid out.
fn folder() -> PathBuf {
    crate::repository().join("target/bench")
}

/// What the numbers hold for.
fn machine() -> anyhow::Result<String> {
    let rustc = Command::new(compilers::rustc()).arg("--version").output()?;
    let rustc = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    let processors = thread::available_parallelism()?;
    let (system, kind) = (env::consts::OS, env::consts::ARCH);
    Ok(format!("{rustc} on {system}, {processors} processors, {kind}\n"))
}

/// Waits until no other run measures; others wait until the file is dropped.
fn lock() -> anyhow::Result<File> {
    fs::create_dir_all(folder())?;
    let file = File::create(folder().join(".lock"))?;
    file.lock().context("cannot wait for another run")?;
    Ok(file)
}

fn build_xtask() -> anyhow::Result<PathBuf> {
    let target = folder().join("build");
    let mut command = cargo("build");
    command.args(["--release", "--quiet", "--package", "xtask", "--target-dir"]).arg(&target);
    let status = command.current_dir(crate::repository()).status().context("cannot start cargo")?;
    ensure!(status.success(), "the compiler does not build");
    Ok(target.join("release").join(format!("xtask{}", env::consts::EXE_SUFFIX)))
}

/// A call of cargo that is not told what this one was told by the one that runs it.
fn cargo(command: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(command).env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_TARGET_DIR");
    cargo
}
