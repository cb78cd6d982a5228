//! Runs a command and says what it took.
//!
//! Each command runs below a process of its own, this program again, which asks the system for the use of its only
//! child. So a peak of memory is that of one command and not the highest of all before it.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};

/// What a command took, its children included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    /// Time on the clock, in ms.
    pub(super) wall: f64,
    /// Time on processors, for itself and in the system, in ms.
    pub(super) cpu: f64,
    /// The most memory that one process had at a time, in MB.
    pub(super) peak: f64,
}

/// Runs a command in a folder some times; returns the median of each number. `before` runs before each, unmeasured.
pub(super) fn median_cost(
    rounds: usize,
    folder: &Path,
    command: &[OsString],
    mut before: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Cost> {
    let mut costs = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        before()?;
        costs.push(cost(folder, command)?);
    }
    let of = |part: fn(&Cost) -> f64| median(costs.iter().map(part).collect());
    Ok(Cost { wall: of(|cost| cost.wall), cpu: of(|cost| cost.cpu), peak: of(|cost| cost.peak) })
}

fn cost(folder: &Path, command: &[OsString]) -> anyhow::Result<Cost> {
    let output = Command::new(env::current_exe()?)
        .args(["bench", "--account"])
        .args(command)
        .current_dir(folder)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start this program again")?;
    ensure!(output.status.success(), "{} failed", shown(command));
    let text = String::from_utf8_lossy(&output.stdout);
    parse(&text).with_context(|| format!("what {} took is not readable: {text}", shown(command)))
}

/// The other half: runs the command and prints what it took.
pub(super) fn account(command: &[OsString]) -> anyhow::Result<ExitCode> {
    let Some((program, arguments)) = command.split_first() else { bail!("no command") };
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let wall = start.elapsed().as_secs_f64() * 1e3;
    let (cpu, peak) = usage_of_children()?;
    println!("{wall} {cpu} {peak}");
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(unix)]
fn usage_of_children() -> anyhow::Result<(f64, f64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    // Bytes on macOS, 1,024 of them elsewhere.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    let (micros, bytes) = (micros as f64, (usage.max_rss() * unit) as f64);
    Ok((micros / 1e3, bytes / 1e6))
}

#[cfg(not(unix))]
fn usage_of_children() -> anyhow::Result<(f64, f64)> {
    bail!("what a process took is known on Unix alone")
}

fn parse(text: &str) -> Option<Cost> {
    let mut numbers = text.split_whitespace().map(|number| number.parse().ok());
    let mut number = || numbers.next().flatten();
    Some(Cost { wall: number()?, cpu: number()?, peak: number()? })
}

fn shown(command: &[OsString]) -> String {
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
    format!("`{}`", words.join(" "))
}

/// The middle one; of an even number the upper.
pub(super) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2.0f64.to_bits());
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn a_cost_is_read_back() {
        assert_eq!(parse("2.5 1 30\n"), Some(Cost { wall: 2.5, cpu: 1.0, peak: 30.0 }));
        assert_eq!(parse("2.5 1"), None);
    }
}
