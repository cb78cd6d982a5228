//! `cargo xtask readers`: programs from the registries read our feeds and bill what the engine bills.
//!
//! Makes the feeds, has a program of the tests write what the engine bills for requests to every entry, installs litellm
//! and tokenlens in versions that are pinned, and has each read its feed and price the requests.
//! Needs Python and Node.js. Fails if one of them does not read the feed or comes to another amount.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use clap::Args;
use portolan_sources::feeds::day;
use portolan_types::Timestamp;

use crate::generate::{self, MessageFormat};
use crate::packages::{self, succeed};
use crate::{feeds, oracle, repository};

/// The scripts, and the package of npm with its lock.
const SCRIPTS: &str = "tests/readers";

/// What `cargo xtask readers` takes.
#[derive(Args, Debug)]
pub struct Options {}

/// Runs the task.
///
/// # Errors
/// A program that cannot be installed or started, or one that reads a feed otherwise.
pub fn run(_: &Options) -> anyhow::Result<ExitCode> {
    let root = repository();
    let folder = root.join("target/readers");
    let Some((catalog, _)) = generate::catalog(&root, MessageFormat::Human)? else {
        return Ok(ExitCode::FAILURE);
    };
    let made = folder.join("feeds");
    fs::create_dir_all(&made).with_context(|| made.display().to_string())?;
    feeds::plan(&root, &made, &catalog)?.write()?;
    let requests = folder.join("requests.json");
    fs::write(&requests, billed(&root, day(&catalog))?)
        .with_context(|| requests.display().to_string())?;
    let scripts = root.join(SCRIPTS);
    let python = oracle::python(&root)?;
    succeed(Command::new(python).arg(scripts.join("litellm_reads.py")).args([&made, &requests]))?;
    let modules = folder.join("node");
    packages::node(&modules, &scripts)?;
    let script = scripts.join("models_dev_reads.mjs");
    succeed(Command::new("node").arg(script).args([&modules, &made, &requests]))?;
    Ok(ExitCode::SUCCESS)
}

/// What the engine bills. A program of its own says it, because nothing here depends on a generated crate.
fn billed(root: &Path, day: Timestamp) -> anyhow::Result<Vec<u8>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut program = Command::new(cargo);
    program.current_dir(root).args(["run", "--quiet", "-p", "portolan-tests", "--bin", "billed"]);
    let output =
        program.arg("--").arg(root).arg(day.to_string()).output().context("cannot start cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the requests cannot be billed: {}", said.trim());
    Ok(output.stdout)
}
