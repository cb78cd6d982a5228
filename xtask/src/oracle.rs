//! `cargo xtask oracle`: our prices beside what litellm's and genai-prices' own code says.
//!
//! Installs the pinned packages from their registry under `target/oracle` and starts the program that asks both sides,
//! `tests/oracle`: it runs generated crates, which nothing here may depend on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::Args;

use crate::packages;

/// What `cargo xtask oracle` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Passed on to the program, as `--source litellm`; `--help` shows what it takes.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs the task.
///
/// # Errors
/// If the packages cannot be had or cargo cannot be started.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = crate::repository();
    let python = python(&root)?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(&root).args(["run", "--quiet", "--package", "portolan-tests"]);
    command.args(["--bin", "oracle", "--", "--python"]).arg(python).args(&options.arguments);
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A Python with the pinned packages of the other catalogs.
pub(crate) fn python(root: &Path) -> anyhow::Result<PathBuf> {
    let requirements = root.join("tests/oracle/requirements.txt");
    packages::python(&root.join("target/oracle/venv"), &requirements)
}
