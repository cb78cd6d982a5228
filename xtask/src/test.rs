//! `cargo xtask test`: every test of the repository.

use std::env;
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::Args;

/// What `cargo xtask test` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Passed on to `cargo test`, as `-p portolan-types`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

/// Runs the task: unit, integration and documentation tests of every package, in one call of cargo.
///
/// # Errors
/// If cargo cannot be started.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(crate::repository()).arg("test");
    if options.arguments.is_empty() {
        command.arg("--workspace");
    }
    let status = command.args(&options.arguments).status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
