//! The cost oracle: what our prices come to, beside what other catalogs' own code says of the same usage.
//!
//! Takes the index of each source (which of its keys is which model of ours), draws usages, asks the source's Python
//! package and our engine, and compares the totals as exact decimals. A difference must be explained: by what the
//! catalog itself says, a disagreement that the manifest records or a price that was replaced before, or else by an entry
//! of `differences.yaml`. A difference without an explanation fails, and so does an entry that explains nothing any more.
//! What cannot be compared is counted with the reason. The usage that is read in the body of an answer is compared too. `cargo xtask oracle` installs the packages and starts this.

mod compare;
mod differences;
mod disagreements;
mod draw;
mod index;
mod ours;
mod peer;
mod report;
mod usages;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;

use self::differences::Differences;
use self::disagreements::Disagreements;
use self::peer::Peer;

/// What the oracle takes. Paths are relative to the repository.
#[derive(Parser)]
struct Options {
    /// The Python that has the packages of `requirements.txt`.
    #[arg(long)]
    python: PathBuf,
    /// The folder of the indexes.
    #[arg(long, default_value = "sources/index")]
    index: PathBuf,
    /// The explained differences.
    #[arg(long, default_value = "tests/oracle/differences.yaml")]
    differences: PathBuf,
    /// The explained differences of usages.
    #[arg(long, default_value = "tests/oracle/usages.yaml")]
    usages: PathBuf,
    /// Where every difference is written down.
    #[arg(long, default_value = "target/oracle")]
    out: PathBuf,
    /// Only this source.
    #[arg(long)]
    source: Option<String>,
}

fn main() -> ExitCode {
    run(&Options::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut differences = Differences::read(&options.differences)?;
    let disagreements = Disagreements::of_the_catalog()?;
    let mut is_fine = true;
    for peer in peer::PEERS {
        if options.source.as_ref().is_some_and(|source| source != peer.source) {
            continue;
        }
        let shown = ask(peer, options, &mut differences, &disagreements)?;
        println!("{}", shown.summary);
        write(&options.out.join(format!("{}.txt", peer.source)), &shown.whole)?;
        is_fine &= shown.is_fine;
    }
    // Only one source has code that reads answers.
    if options.source.as_ref().is_none_or(|source| source == peer::PEERS[0].source) {
        let shown = usages::ask(&options.python, &options.usages)?;
        println!("{}", shown.summary);
        write(&options.out.join("usages.txt"), &shown.whole)?;
        is_fine &= shown.is_fine;
    }
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks one source for every model of its index.
fn ask(
    peer: &Peer,
    options: &Options,
    differences: &mut Differences,
    disagreements: &Disagreements,
) -> anyhow::Result<report::Shown> {
    let path = options.index.join(format!("{}.txt", peer.source));
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let index = index::read(&text).with_context(|| path.display().to_string())?;
    let offers = peer.describe(&options.python, &index.offerings)?;
    let mut drawn = draw::asks(peer, &index.offerings, &offers);
    let answers = peer.price(&options.python, &index.offerings, &drawn.asks)?;
    let results = drawn.asks.iter().zip(&answers).map(|(ask, answer)| {
        let offering = &index.offerings[ask.offering];
        compare::compare(peer, offering, ask, answer, differences, disagreements)
    });
    let results: Vec<_> = results.collect();
    let stale = differences.stale(peer.source);
    Ok(report::show(peer, &index, &mut drawn, &results, &stale))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| path.display().to_string())
}
