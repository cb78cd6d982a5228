//! `cargo xtask peers`: the SDK and the command against a provider that nobody here wrote.
//!
//! Installs the mock provider `@copilotkit/aimock` from npm under `target/aimock`, builds the command, and starts the
//! program that tries both, `tests/peers`. Needs Node.js. Fails if an answer or what the mock was asked is not as it has
//! to be.

use std::env;
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::Args;

use crate::packages::{self, succeed};
use crate::repository;

/// What `cargo xtask peers` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Passed on to the program, as `--only retries`; `--help` shows what it takes.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs the task.
///
/// # Errors
/// If the mock cannot be had or something does not build.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = repository();
    let folder = root.join("target/aimock");
    packages::node(&folder, &root.join("tests/peers"))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--quiet", "--package", "portolan-cli", "--package", "portolan-tests"];
    succeed(Command::new(&cargo).current_dir(&root).args(build).args(["--bins"]))?;
    let mut command = Command::new(cargo);
    command.current_dir(&root).args(["run", "--quiet", "--package", "portolan-tests"]);
    command.args(["--bin", "peers", "--", "--mock"]).arg(folder);
    let status = command.args(&options.arguments).status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
