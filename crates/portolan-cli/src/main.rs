//! The command `portolan`. Each subcommand makes one JSON value and one text for people of the same facts; this file
//! prints either, and errors, and sets the exit code.

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

mod chat;
mod completions;
mod config;
mod failure;
mod live;
mod models;
mod onboard;
mod price;
mod providers;
mod settings;
mod status;
mod table;
mod terminal;

use failure::Failure;
use settings::Settings;
use terminal::{Color, Look};

/// Which AI providers can be used now, which models there are, and what a request costs.
#[derive(Parser)]
#[command(name = "portolan", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print JSON, whose fields scripts may rely on.
    #[arg(long, global = true)]
    json: bool,
    /// When to colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// The providers of the catalog.
    Providers,
    /// The models of the catalog.
    #[command(subcommand)]
    Models(models::Command),
    /// What a request costs.
    Price(price::Options),
    /// Asks a model and shows what it says and what that cost.
    Chat(chat::Options),
    /// Stores a key, after it was checked. On a terminal it asks for what is not said.
    Onboard(onboard::Options),
    /// Which providers are usable now; for each other one exactly what is missing.
    Status,
    /// The user's file.
    #[command(subcommand)]
    Config(config::Command),
    /// A script that completes words of this command in a shell.
    Completions(completions::Options),
}

/// What a subcommand says: to scripts and to people.
struct Said {
    json: serde_json::Value,
    text: String,
    /// What people read beside the text, on standard error.
    note: Option<String>,
}

impl Said {
    fn new(json: serde_json::Value, text: String) -> Self {
        Self { json, text, note: None }
    }
}

/// How a subcommand is to speak.
#[derive(Clone, Copy)]
struct Voice {
    json: bool,
    color: Color,
    look: Look,
}

fn main() -> ExitCode {
    completions::answer();
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let arguments: Vec<_> = arguments.collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let (arguments, flags) = onboard::own_flags(arguments);
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error, json),
    };
    let voice = Voice { json, color: parsed.color, look: Look::of_output(parsed.color) };
    match run(&parsed.command, &flags, voice) {
        Ok(said) if json => show(&format!("{}\n", said.json), None),
        Ok(said) => show(&said.text, said.note.as_deref()),
        Err(failure) => fail(&failure, voice),
    }
}

fn run(command: &Command, flags: &[onboard::OwnFlag], voice: Voice) -> Result<Said, Failure> {
    // These do without the user's file, which may be what is to be mended.
    match command {
        Command::Config(command) => return config::run(command, voice),
        Command::Completions(options) => return completions::run(options),
        Command::Models(models::Command::Set { reference }) => return models::set(reference),
        Command::Onboard(options) => return onboard::run(options, flags, voice),
        _ => {}
    }
    let settings = Settings::load()?;
    match command {
        Command::Providers => Ok(providers::run(&settings, voice.look)),
        Command::Models(command) => models::run(command, &settings, voice.look),
        Command::Price(options) => price::run(options, &settings, voice.look),
        Command::Chat(options) => chat::run(options, &settings, voice),
        Command::Status => Ok(status::run(&settings, &settings.environment()?, voice.look)),
        Command::Config(_) | Command::Completions(_) | Command::Onboard(_) => {
            unreachable!("they were run above")
        }
    }
}

/// Prints what was asked for. Whoever reads may have gone, which is nobody's mistake.
fn show(text: &str, note: Option<&str>) -> ExitCode {
    let mut out = std::io::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Some(note) = note {
        complain(note);
    }
    match printed {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("error[output]: standard output: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn fail(failure: &Failure, voice: Voice) -> ExitCode {
    if voice.json {
        complain(&failure.json().to_string());
    } else {
        let text = failure.to_string();
        let head = format!("error[{}]", failure.code);
        let look = Look::of_errors(voice.color);
        complain(&text.replacen(&head, &look.paint(terminal::BAD, &head), 1));
    }
    ExitCode::from(failure.exit)
}

/// Writes a line to the standard error. There is nobody to tell if that fails.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// What the parser of arguments says: help, or what is wrong. A key that stands in a wrong place is not repeated.
fn usage(error: &clap::Error, json: bool) -> ExitCode {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return show(&text, None),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !json => {
            complain(text.trim_end());
            return ExitCode::from(2);
        }
        _ => {}
    }
    let mut parts = text.trim_end().trim_start_matches("error: ").split("\n\n");
    let hidden =
        |text: &str| portolan_codegen::user::masked(text.trim(), &settings::key_prefixes());
    let message = parts.next().map(hidden).unwrap_or_default();
    let tip = parts.find_map(|part| part.trim().strip_prefix("tip: "));
    let failure = Failure::usage(message)
        .help(tip.map_or_else(|| "`--help` says what it takes".to_owned(), hidden));
    fail(&failure, Voice { json, color: Color::Auto, look: Look::default() })
}
