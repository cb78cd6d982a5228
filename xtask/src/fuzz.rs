//! `cargo xtask fuzz`: libFuzzer on the bodies of `fuzz/`, guided by coverage, on stable Rust.
//!
//! Takes a target and how long; builds an instrumented fuzzer beside the ordinary build, runs it on seeds from the manifests
//! and fixtures and on what earlier runs found, and keeps everything under `target/fuzz`. An input that breaks something is
//! saved there with the command that shows it again.

mod statistics;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use portolan_fuzz::{Target, seeds};

use self::statistics::Statistics;

/// What `cargo xtask fuzz` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// The target: load, compile, catalog, price, price-list, stream or usage; each of them if left out.
    pub target: Option<String>,
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    /// Run the target on this one input, as it was saved.
    #[arg(long, requires = "target")]
    pub input: Option<PathBuf>,
}

/// What makes the compiler count which parts of the code an input reaches. The last one keeps comparisons of texts as
/// calls, which libFuzzer looks into.
const INSTRUMENTED: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-max-loads-per-memcmp=0",
];

/// Prices are never freed, so a process ends after so many seconds and the next goes on from the corpus.
const ROUND: u64 = 120;

/// Runs the task.
///
/// # Errors
/// If the fuzzer cannot be built or started, or there is no such target.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let targets = match &options.target {
        None => Target::ALL.to_vec(),
        Some(name) => vec![named(name)?],
    };
    let folder = target_folder().join("fuzz");
    let program = build(&folder)?;
    if let Some(input) = &options.input {
        let status = started(&program, targets[0]).arg(input).status();
        return Ok(exit(status.context("cannot start the fuzzer")?.success()));
    }
    let mut sound = true;
    for target in targets {
        sound &= fuzz(&program, &folder, target, options.seconds)?;
    }
    Ok(exit(sound))
}

fn exit(success: bool) -> ExitCode {
    if success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn named(name: &str) -> anyhow::Result<Target> {
    let Some(target) = Target::named(name) else {
        bail!("no target `{name}`; one of {}", Target::ALL.map(Target::name).join(", "));
    };
    Ok(target)
}

/// The folder that cargo builds into.
fn target_folder() -> PathBuf {
    let root = crate::repository();
    root.join(env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), Into::into))
}

/// Builds the fuzzer; with a target named, so that build scripts stay without instruments.
fn build(folder: &Path) -> anyhow::Result<PathBuf> {
    let host = host()?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(crate::repository())
        .args(["build", "--quiet", "--release", "-p", "portolan-fuzz", "--features", "libfuzzer"])
        .args(["--target", &host, "--target-dir"])
        .arg(folder.join("build"))
        .env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTED.join("\u{1f}"))
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!("cannot build the fuzzer; libFuzzer needs a C++ compiler, as in the package `g++`");
    }
    Ok(folder.join("build").join(host).join("release").join("portolan-fuzz"))
}

fn host() -> anyhow::Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().context("cannot start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

fn started(program: &Path, target: Target) -> Command {
    let mut command = Command::new(program);
    command.env("PORTOLAN_FUZZ_TARGET", target.name());
    command
}

/// Fuzzes one target and says what came of it: whether no input broke anything.
fn fuzz(program: &Path, folder: &Path, target: Target, seconds: u64) -> anyhow::Result<bool> {
    let places = Places::new(folder, target)?;
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut whole = Statistics::default();
    loop {
        let left = end.saturating_duration_since(Instant::now()).as_secs();
        if left == 0 {
            break;
        }
        let mut command = started(program, target);
        let output = places.arguments(&mut command, target, left.min(ROUND)).output();
        let output = output.with_context(|| format!("cannot start {}", program.display()))?;
        fs::write(&places.log, &output.stderr)?;
        let text = String::from_utf8_lossy(&output.stderr);
        whole.add(&Statistics::read(&text));
        if !output.status.success() {
            println!("{}: {whole}", target.name());
            broken(&text, &places, target);
            return Ok(false);
        }
    }
    println!("{}: {whole}, nothing broke", target.name());
    Ok(true)
}

/// Shows why an input broke something, and how to see it again.
fn broken(text: &str, places: &Places, target: Target) {
    let said: Vec<_> = text.lines().skip_while(|line| !is_failure(line)).take(12).collect();
    eprintln!("{}", said.join("\n"));
    let saved = text.lines().find_map(|line| line.split_once("Test unit written to "));
    match saved {
        Some((_, path)) => {
            eprintln!("error: {} breaks on {path}", target.name());
            eprintln!("help: cargo xtask fuzz {} --input {path}", target.name());
        }
        None => eprintln!("error: the fuzzer ended; see {}", places.log.display()),
    }
}

fn is_failure(line: &str) -> bool {
    line.contains("panicked at") || line.contains("ERROR: libFuzzer")
}

/// Where a target's inputs lie.
struct Places {
    corpus: PathBuf,
    seeds: PathBuf,
    crashes: PathBuf,
    dictionary: PathBuf,
    log: PathBuf,
}

impl Places {
    /// Makes the folders and writes the seeds and the dictionary anew.
    fn new(folder: &Path, target: Target) -> anyhow::Result<Self> {
        let below = |part: &str| folder.join(part).join(target.name());
        let places = Self {
            corpus: below("corpus"),
            seeds: below("seeds"),
            crashes: below("crashes"),
            dictionary: folder.join(format!("{}.dict", target.name())),
            log: folder.join(format!("{}.log", target.name())),
        };
        for place in [&places.corpus, &places.seeds, &places.crashes] {
            fs::create_dir_all(place)
                .with_context(|| format!("cannot create {}", place.display()))?;
        }
        let root = crate::repository();
        let seeds = seeds::of(target, &root).context("cannot read the seeds")?;
        fs::write(&places.dictionary, seeds::dictionary(target, &seeds))?;
        for (name, seed) in seeds {
            fs::write(places.seeds.join(name), seed)?;
        }
        Ok(places)
    }

    fn arguments<'c>(
        &self,
        command: &'c mut Command,
        target: Target,
        seconds: u64,
    ) -> &'c mut Command {
        command
            .args(["-max_len=24576", "-timeout=20", "-rss_limit_mb=3072", "-print_final_stats=1"])
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", self.crashes.display()));
        if target.is_text() {
            command.arg(format!("-dict={}", self.dictionary.display()));
        }
        command.arg(&self.corpus).arg(&self.seeds)
    }
}
