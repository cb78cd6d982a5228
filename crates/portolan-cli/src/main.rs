//! The command `portolan`. Each subcommand makes one JSON value and one text for people of the same facts; this file
//! prints either, and errors, and sets the exit code.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to a person")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod chat;
mod failure;
mod keys;
mod live;
mod models;
mod onboard;
mod price;
mod providers;
mod status;
mod table;

/// Which AI providers can be used now, which models there are, and what a request costs.
#[derive(Parser)]
#[command(name = "portolan", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print JSON, whose fields scripts may rely on.
    #[arg(long, global = true)]
    json: bool,
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
    /// Stores a key, after it was checked.
    Onboard(onboard::Options),
    /// Which providers are usable now; for each other one exactly what is missing.
    Status,
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

fn main() -> ExitCode {
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let (arguments, flags) = onboard::own_flags(arguments.collect());
    let Arguments { command, json } = Arguments::parse_from(arguments);
    let said = match &command {
        Command::Providers => Ok(providers::run()),
        Command::Models(command) => models::run(command),
        Command::Price(options) => price::run(options),
        Command::Chat(options) => chat::run(options, json),
        Command::Onboard(options) => onboard::run(options, &flags),
        Command::Status => keys::environment().map(|environment| status::run(&environment)),
    };
    match said {
        Ok(said) if json => println!("{}", said.json),
        Ok(said) => {
            print!("{}", said.text);
            if let Some(note) = said.note {
                eprintln!("{note}");
            }
        }
        Err(failure) => {
            let shown = if json { failure.json().to_string() } else { failure.to_string() };
            eprintln!("{shown}");
            return ExitCode::from(failure.exit);
        }
    }
    ExitCode::SUCCESS
}
