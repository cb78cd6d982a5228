//! Stand-in.
/// O.
#[derive(clap::Args, Debug)]
pub struct Options {}
/// R.
pub fn run(_: &Options) -> anyhow::Result<std::process::ExitCode> { anyhow::bail!("soon") }
