//! `portolan completions`: a script that asks this command, when a key is pressed, which words come next. So refs,
//! providers and auth choices are those of the catalog and of the user's file that are there then.

use std::ffi::OsStr;

use clap::{Args, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};
use serde_json::json;

use crate::failure::Failure;
use crate::settings::Settings;
use crate::{Arguments, Said};

/// The variable by which a script asks.
const VARIABLE: &str = "PORTOLAN_COMPLETE";

#[derive(Args)]
pub(crate) struct Options {
    /// The shell.
    shell: Shell,
}

/// Answers a script that asks which words come next; then the process ends here.
pub(crate) fn answer() {
    CompleteEnv::with_factory(Arguments::command).var(VARIABLE).complete();
}

pub(crate) fn run(options: &Options) -> Result<Said, Failure> {
    let shell = options.shell.to_string();
    let failed = |why: &str| Failure::new("unsupported", format!("`{shell}`: {why}"));
    let shells = Shells::builtins();
    let completer = shells.completer(&shell).ok_or_else(|| failed("no script is known"))?;
    let mut script = Vec::new();
    let written =
        completer.write_registration(VARIABLE, "portolan", "portolan", "portolan", &mut script);
    written.map_err(|error| failed(&error.to_string()))?;
    let script = String::from_utf8_lossy(&script).into_owned();
    Ok(Said::new(json!({"shell": shell, "script": script}), script))
}

/// Completes refs and aliases: first the provider, then its models.
pub(crate) fn refs() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let settings = settings();
        let Some((id, _)) = typed.to_str().and_then(|typed| typed.split_once('/')) else {
            let providers = settings.providers().filter(|provider| !provider.models.is_empty());
            let providers = providers.map(|provider| format!("{}/", provider.id));
            let aliases = settings.aliases().map(|(alias, _)| alias.to_owned());
            return starting_with(typed, aliases.chain(providers));
        };
        let models = settings.provider(id).map(|provider| provider.models).unwrap_or_default();
        starting_with(typed, models.iter().map(|model| format!("{id}/{}", model.id)))
    })
}

/// Completes the ids of providers.
pub(crate) fn providers() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        starting_with(typed, settings().providers().map(|provider| provider.id.to_owned()))
    })
}

/// Completes the ids of auth choices.
pub(crate) fn auth_choices() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let settings = settings();
        let choices = settings.providers().flat_map(|provider| provider.auth.choices);
        starting_with(typed, choices.map(|choice| choice.id.to_owned()))
    })
}

/// A file with mistakes is no reason to complete nothing.
fn settings() -> Settings {
    Settings::load().unwrap_or_default()
}

fn starting_with(typed: &OsStr, words: impl Iterator<Item = String>) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    words.filter(|word| word.starts_with(typed)).map(CompletionCandidate::new).collect()
}
