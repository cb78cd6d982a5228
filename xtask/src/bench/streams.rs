//! What a streamed event costs: our client beside genai, async-openai and rig, over a program that only takes the bytes.
//!
//! Builds a program for each under `target/streams`, starts one server, which answers all from the same bytes, and has each
//! read them: at once, a write per event, at the pace of a model, a thousand streams at a time. On request each program is
//! also built from nothing.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use super::cargo;
use super::process::{Cost, median_cost};
use super::table::{Column, markdown, text};
use crate::packages::succeed;

/// A program that streams.
struct Program {
    /// The name of its package, after `stream-`.
    name: &'static str,
    /// What the table calls it.
    label: &'static str,
    main: &'static str,
    dependencies: &'static str,
}

macro_rules! program {
    ($name:literal, $label:literal, $file:literal, $dependencies:literal) => {
        Program {
            name: $name,
            label: $label,
            main: include_str!(concat!("../../bench/streams/", $file)),
            dependencies: $dependencies,
        }
    };
}

const PROGRAMS: &[Program] = &[
    program!("bytes", "bytes only", "bytes.rs", r#"reqwest = "0.13""#),
    program!(
        "portolan",
        "Portolan",
        "portolan.rs",
        r#"portolan = { path = "../../../crates/portolan" }"#
    ),
    program!(
        "async-openai",
        "async-openai 0.43.0",
        "async_openai.rs",
        r#"async-openai = { version = "=0.43.0", features = ["chat-completion"] }
futures-util = "0.3""#
    ),
    program!(
        "rig",
        "rig-core 0.44.0",
        "rig.rs",
        r#"rig-core = { version = "=0.44.0", features = ["reqwest"] }
futures-util = "0.3""#
    ),
    program!(
        "genai",
        "genai 0.7.2",
        "genai.rs",
        r#"genai = "=0.7.2"
futures-util = "0.3""#
    ),
];

const WORKSPACE: &str = include_str!("../../bench/streams/workspace.toml");
const PACKAGE: &str = include_str!("../../bench/streams/package.toml");
const HARNESS: &str = r#"[package]
name = "stream-harness"
version = "0.0.0"
edition = "2024"
publish = false

[lib]
path = "main.rs"

[dependencies]
allocation-counter = "0.8.1"
futures-util = "0.3"
nix = { version = "0.31", features = ["resource"] }
tokio = { version = "1", features = ["net", "rt", "time"] }
"#;
const SERVER: &str = r#"nix = { version = "0.31", features = ["resource"] }
tokio = { version = "1", features = ["io-util", "net", "rt", "time"] }"#;

/// Measures all of them; returns the table.
pub(super) fn measure(builds: bool) -> anyhow::Result<String> {
    let folder = crate::repository().join("target/streams");
    lay_out(&folder)?;
    eprintln!("building the clients");
    succeed(cargo("build").args(["--release", "--quiet"]).current_dir(&folder))?;
    let server = Server::start(&folder)?;
    let mut columns = Vec::new();
    for program in PROGRAMS {
        eprintln!("streaming: {}", program.label);
        let mut column = Column { label: program.label.to_owned(), ..Column::default() };
        for mode in ["cpu", "paced", "many"] {
            ask(&folder, program, mode, &server.url, &mut column)?;
        }
        if builds {
            eprintln!("building from nothing: {}", program.label);
            column.set("build", from_nothing(&folder, program)?.cpu / 1e3);
        }
        columns.push(column);
    }
    Ok(shown(&columns))
}

/// Writes the packages, each where its manifest says.
fn lay_out(folder: &Path) -> anyhow::Result<()> {
    write(folder, "Cargo.toml", WORKSPACE)?;
    write(folder, "harness/Cargo.toml", HARNESS)?;
    write(folder, "harness/main.rs", include_str!("../../bench/streams/harness.rs"))?;
    let server = Program {
        name: "server",
        label: "",
        main: include_str!("../../bench/streams/server.rs"),
        dependencies: SERVER,
    };
    for program in PROGRAMS.iter().chain([&server]) {
        let harness = r#"stream-harness = { path = "../harness" }"#;
        let dependencies = format!("{harness}\n{}", program.dependencies);
        let manifest = PACKAGE.replace("NAME", program.name).replace("DEPENDENCIES", &dependencies);
        write(folder, &format!("{}/Cargo.toml", program.name), &manifest)?;
        write(folder, &format!("{}/main.rs", program.name), program.main)?;
    }
    Ok(())
}

/// Writes a file unless it is so already, which would have cargo build it again.
fn write(folder: &Path, path: &str, contents: &str) -> anyhow::Result<()> {
    let path = folder.join(path);
    if fs::read_to_string(&path).is_ok_and(|there| there == contents) {
        return Ok(());
    }
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    fs::write(&path, contents).with_context(|| path.display().to_string())
}

fn binary(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("target/release/stream-{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Runs a program in a mode; sets what it prints.
fn ask(
    folder: &Path,
    program: &Program,
    mode: &str,
    url: &str,
    column: &mut Column,
) -> anyhow::Result<()> {
    let mut command = Command::new(binary(folder, program.name));
    let output = command.args([mode, url]).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{} {mode} failed", program.label);
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (key, value) = line.split_once(' ').context("a client prints pairs")?;
        column.set(key, value.parse()?);
    }
    Ok(())
}

/// A debug build of a program alone, with all that it needs, in a folder that is removed.
fn from_nothing(folder: &Path, program: &Program) -> anyhow::Result<Cost> {
    let target = folder.join("from-nothing");
    let mut build = cargo("build");
    build.args(["--quiet", "--package", &format!("stream-{}", program.name), "--target-dir"]);
    let command = [build.get_program()].into_iter().chain(build.get_args());
    let mut command: Vec<_> = command.map(ToOwned::to_owned).collect();
    command.push(target.clone().into());
    let cost = median_cost(1, folder, &command, || Ok(()));
    fs::remove_dir_all(&target).with_context(|| target.display().to_string())?;
    cost
}

/// A line per program; what is over the bytes alone is what the client itself takes.
fn shown(columns: &[Column]) -> String {
    let number = |column: &Column, key: &str| column.values.get(key).copied();
    let over =
        |column: &Column, key: &str| Some(number(column, key)? - number(columns.first()?, key)?);
    let head = [
        "",
        "bulk (ns)",
        "over bytes",
        "each (ns)",
        "over bytes",
        "allocations over bytes",
        "late p50 (us)",
        "late p99 (us)",
        "kB a stream",
        "lost",
        "build (CPU s)",
        "",
    ];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for (place, column) in columns.iter().enumerate() {
        let is_floor = place == 0;
        // The bytes have no texts to be late.
        let late = |key| if is_floor { None } else { number(column, key) };
        let values = [
            number(column, "bulk"),
            over(column, "bulk").filter(|_| !is_floor),
            number(column, "each"),
            over(column, "each").filter(|_| !is_floor),
            over(column, "allocations").filter(|_| !is_floor),
            late("p50"),
            late("p99"),
            number(column, "memory"),
            late("lost"),
            number(column, "build"),
        ];
        let cells = values.map(|value| value.map_or_else(|| "-".to_owned(), text));
        let line = [column.label.clone()].into_iter().chain(cells).chain([String::new()]);
        lines.push(line.collect());
    }
    markdown(&lines)
}

/// The server, which ends when it is dropped.
struct Server {
    url: String,
    process: Child,
}

impl Server {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(binary(folder, "server"));
        let mut process = command.stdout(Stdio::piped()).spawn().context("no server")?;
        let mut url = String::new();
        BufReader::new(process.stdout.take().context("no output")?).read_line(&mut url)?;
        Ok(Self { url: url.trim().to_owned(), process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
