//! The SDK and the command against a provider that nobody here wrote: `@copilotkit/aimock` from npm.
//!
//! Every api, streamed and whole: text, tools and their results, reasoning and its replay; refused keys, waits that are
//! asked for, answers that are cut off, paced or never come. What comes back must be what the fixtures say, and what was
//! sent must be what the mock, which reads requests with code of its own, has in its journal. `cargo xtask peers`
//! installs the mock and starts this.

mod answers;
mod apis;
mod command;
mod failures;
mod fixtures;
mod mock;

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tokio::sync::Semaphore;

use self::apis::{KEY, SPOKEN, Spoken};
use self::mock::Mock;

/// What the program takes. Paths are relative to the repository.
#[derive(Parser)]
struct Options {
    /// The folder that the mock is installed in.
    #[arg(long)]
    mock: PathBuf,
    /// The command.
    #[arg(long, default_value = "target/debug/portolan")]
    command: PathBuf,
    /// Only cases whose name has this in it, as `retries` or `ollama`.
    #[arg(long)]
    only: Option<String>,
}

/// What every case has at hand.
struct Peers {
    mock: Mock,
    command: PathBuf,
}

type Case = fn(Arc<Peers>, Spoken) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// The cases, by their names.
macro_rules! cases {
    ($($module:ident::$case:ident)*) => {
        [$((
            concat!(stringify!($module), "::", stringify!($case)),
            (|peers, spoken| Box::pin($module::$case(peers, spoken))) as Case,
        ),)*]
    };
}

const CASES: &[(&str, Case)] = &cases! {
    answers::text
    answers::conversations
    answers::tools
    answers::reasoning
    answers::paced
    failures::refused_keys
    failures::retries_wait_as_long_as_they_are_told
    failures::retries_after_an_overload
    failures::waits_that_are_too_long
    failures::faults
    failures::wrong_requests
    failures::fallbacks
    failures::truncated
    failures::truncated_arguments
    failures::disconnected
    failures::silence
    failures::stall
    failures::garbage
    failures::hung_up
    command::streamed_and_whole
    command::tools
    command::refused_keys
};

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(run(&options.mock, &options.command, options.only.as_deref()))
    });
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// How many cases run at once: most of them wait, but those that measure time must get theirs.
const AT_ONCE: usize = 12;

/// Runs all cases for all apis.
async fn run(installed: &Path, command: &Path, only: Option<&str>) -> anyhow::Result<ExitCode> {
    let mock = Mock::start(installed, &fixtures::fixtures(), KEY)?;
    let peers = Arc::new(Peers { mock, command: command.to_owned() });
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = Vec::new();
    for (spoken, (name, case)) in
        SPOKEN.iter().flat_map(|spoken| CASES.iter().map(move |case| (spoken, case)))
    {
        let name = format!("{name} {}", spoken.api);
        if only.is_none_or(|only| name.contains(only)) {
            let (turns, case) = (Arc::clone(&turns), case(Arc::clone(&peers), *spoken));
            running.push((
                name,
                tokio::spawn(async move {
                    let _turn = turns.acquire().await;
                    case.await;
                }),
            ));
        }
    }
    anyhow::ensure!(!running.is_empty(), "no case has this in its name");
    let count = running.len();
    let mut failed = Vec::new();
    for (name, case) in running {
        if case.await.is_err() {
            failed.push(name);
        }
    }
    println!("aimock: {} of {count} cases are as they have to be", count - failed.len());
    for name in &failed {
        println!("  failed: {name}");
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
