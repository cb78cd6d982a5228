//! `cargo xtask explain M0201`: what an error code means, as the page of errors has it.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use portolan_codegen::code::Code;

/// What `cargo xtask explain` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// The code, as the compiler prints it.
    code: String,
}

/// Runs the task.
///
/// # Errors
/// If there is no such code.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let digits = options.code.trim_start_matches(['m', 'M']);
    let code = Code::from_id(&format!("M{digits:0>4}"))
        .with_context(|| format!("no error has the code `{}`", options.code))?;
    println!("{code}: {}\n\n{}", code.title(), code.explanation());
    Ok(ExitCode::SUCCESS)
}
