//! The programs around a catalog: how large they are, how long they take to start, and what lookups and prices take in
//! one of them.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};

use super::process::median;
use super::table::Column;
use super::tree::Tree;
use super::{cargo, elf};

/// How often each program is started.
const STARTS: usize = 401;

/// How often the measuring program runs.
const RUNS: usize = 3;

/// Builds the programs and measures them.
pub(super) fn measure(tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    build(tree)?;
    sizes(tree, column)?;
    before_main(tree, column)?;
    start_up(tree, column)?;
    timings(tree, column)
}

fn build(tree: &Tree) -> anyhow::Result<()> {
    let build = |arguments: &[&str]| {
        let mut command = cargo(arguments[0]);
        command.args(&arguments[1..]).args(["--release", "--quiet", "--package", "programs"]);
        command.arg("--target-dir").arg(tree.root.join("target")).current_dir(&tree.root);
        command
    };
    for program in ["empty", "one", "all", "measure"] {
        run(build(&["build"]).args(["--bin", program]))?;
    }
    for program in ["empty-fixed", "all-fixed"] {
        let mut command = build(&["rustc"]);
        run(command.args(["--bin", program, "--", "-C", "relocation-model=static"]))?;
    }
    Ok(())
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().context("cannot start cargo")?;
    ensure!(status.success(), "a program that is to be measured does not build");
    Ok(())
}

fn program(tree: &Tree, name: &str) -> PathBuf {
    tree.root.join("target/release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// What the catalogs add to an empty program, in kB.
fn sizes(tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    let size = |name| -> anyhow::Result<f64> {
        let bytes = fs::metadata(program(tree, name))?.len();
        #[expect(clippy::cast_precision_loss, reason = "a measurement")]
        Ok(bytes as f64 / 1e3)
    };
    let empty = size("empty")?;
    column.set("size.empty", empty);
    column.set("size.one", size("one")? - empty);
    column.set("size.all", size("all")? - empty);
    Ok(())
}

/// What the loader has to do for a program that indexes everything, beyond what it does for an empty one.
fn before_main(tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    let start = |name| -> anyhow::Result<_> { Ok(elf::start(&fs::read(program(tree, name))?)) };
    if let (Some(empty), Some(all)) = (start("empty")?, start("all")?) {
        let more = |all: u64, empty: u64| f64::from(u32::try_from(all - empty).unwrap_or(u32::MAX));
        column.set("start.relocations", more(all.relocations, empty.relocations));
        column.set("start.constructors", more(all.constructors, empty.constructors));
    }
    Ok(())
}

/// Starts the programs in turn, so that what else the machine does meets them alike; in microseconds.
fn start_up(tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    let names = ["empty", "all", "empty-fixed", "all-fixed"];
    let mut times = names.map(|_| Vec::with_capacity(STARTS));
    for _ in 0..STARTS {
        for (name, times) in names.iter().zip(&mut times) {
            times.push(start(&mut Command::new(program(tree, name)))?);
        }
    }
    let least = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
    let (minima, medians) = (times.each_ref().map(|times| least(times)), times.map(median));
    column.set("start.empty.min", minima[0]);
    column.set("start.empty.median", medians[0]);
    column.set("start.all.min", minima[1]);
    column.set("start.all.median", medians[1]);
    // A fixed address leaves no relocations, so the rest is what else there may be.
    column.set("start.rest", 100.0 * (minima[3] - minima[2]) / minima[2]);
    Ok(())
}

fn start(command: &mut Command) -> anyhow::Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().context("cannot start a program")?;
    let time = start.elapsed();
    ensure!(status.success(), "a measured program failed");
    Ok(time.as_secs_f64() * 1e6)
}

/// What the measuring program prints: of each time the least of some runs, because where its memory lies changes from
/// run to run and moves some times by a third.
fn timings(tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    for _ in 0..RUNS {
        let output = Command::new(program(tree, "measure")).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "the measuring program failed");
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let (key, time) = line.split_once(' ').context("the measuring program prints pairs")?;
            let time: f64 = time.parse()?;
            let before = column.values.get(key).copied().unwrap_or(f64::INFINITY);
            column.set(key, time.min(before));
        }
    }
    Ok(())
}
