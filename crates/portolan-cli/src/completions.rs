//! `portolan completions`: what clap makes of the command, with the words that the catalog knows asked for when a key is
//! pressed, so that they are those of the catalog and of the user's file that are there then.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use serde_json::json;

use crate::failure::Failure;
use crate::settings::Settings;
use crate::{Arguments, Said, Voice};

#[derive(Args)]
pub(crate) struct Options {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(options: &Options, _: Voice) -> Result<Said, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "portolan", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let json = json!({"shell": options.shell.to_string(), "script": script});
    Ok(Said::new(json, script))
}
