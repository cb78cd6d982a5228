//! What other catalogs take for the same: to read and validate their data, to come to a first price, to price once more.
//!
//! Installs them from their registries under `target/peers` and measures them in the same run as ours. Where one can be
//! given our rows it is, so that both have as many; else its own data counts, and each row of the table says how many
//! rows that are.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, ensure};

use super::process::{Cost, median_cost};
use super::table::{markdown, text};
use super::{Size, Tree, build_xtask, cargo, compilers, models_dev};
use crate::packages::{self, succeed};

/// How often a program is started.
const FIRSTS: usize = 7;

/// How often the measuring programs run.
const RUNS: usize = 3;

/// The peers' programs and their packages.
const FILES: &[(&str, &str)] = &[
    ("rust/Cargo.toml", include_str!("../../bench/peers/workspace.toml")),
    ("rust/src/main.rs", include_str!("../../bench/peers/main.rs")),
    ("python/requirements.txt", include_str!("../../bench/peers/requirements.txt")),
    ("python/calls.py", include_str!("../../bench/peers/calls.py")),
    ("npm/validate.ts", include_str!("../../bench/peers/validate.ts")),
];

/// The peers, installed.
struct Peers {
    folder: PathBuf,
    python: PathBuf,
}

/// Measures ours and theirs; returns the tables.
pub(super) fn measure() -> anyhow::Result<String> {
    eprintln!("building the compiler");
    let xtask = build_xtask()?;
    let peers = Peers::install()?;
    let tree = Tree::new(&Size::Real)?;
    let tables = [data(&xtask, &tree, &peers)?, firsts(&tree, &peers)?, calls(&peers)?];
    Ok(tables.join("\n"))
}

/// Reading and validating the data.
fn data(xtask: &Path, tree: &Tree, peers: &Peers) -> anyhow::Result<String> {
    eprintln!("reading and validating {} models", tree.models);
    let mut column = super::Column::default();
    compilers::generation(xtask, tree, &mut column)?;
    let files = peers.folder.join("models.dev");
    models_dev::write(&tree.catalog()?, &files)?;
    let bun = peers.folder.join("npm/node_modules/.bin/bun");
    let command = [bun.into(), "validate.ts".into(), files.into()];
    let validate = median_cost(FIRSTS, &peers.folder.join("npm"), &command, || Ok(()))?;
    let cpu = |key| column.values.get(key).copied().unwrap_or(f64::NAN);
    let ours = cpu("gen.check.cpu");
    let lines = [
        ("Portolan: `gen`", cpu("gen.cpu"), "compiles and writes everything"),
        ("Portolan: `gen --check`", ours, "compiles and compares everything"),
        ("models.dev 0.0.0: `generate`", validate.cpu, "reads and checks our rows as its files"),
    ];
    let lines = lines.map(|(label, cpu, note)| line(label, tree.models, cpu, ours, note));
    Ok(table(["", "rows", "CPU (ms)", "CPU per row (ms)", "of `gen --check`", ""], lines))
}

/// From the start of a program to its first price.
fn firsts(tree: &Tree, peers: &Peers) -> anyhow::Result<String> {
    eprintln!("asking for first prices");
    let rust = |who: &str| peers.cost(&[peers.rust().into(), "first".into(), who.into()]);
    let python = |who: &str| {
        peers.cost(&[peers.python.clone().into(), peers.calls().into(), "first".into(), who.into()])
    };
    let of_genai = "sum(len(provider.models) for provider in genai_prices.data.providers)";
    let of_genai = peers.rows("genai_prices.data", of_genai)?;
    let of_litellm = peers.rows("litellm", "len(litellm.model_cost)")?;
    let of_tokencost = peers.rows("tokencost", "len(tokencost.TOKEN_COSTS)")?;
    let ours = rust("portolan")?.cpu;
    let lines = [
        line("Portolan", tree.models, ours, ours, "our rows"),
        line(GENAI_RUST, of_genai, rust("genai-prices")?.cpu, ours, "its rows"),
        line("Python alone", 0, python("nothing")?.cpu, ours, "nothing imported"),
        line(GENAI_PYTHON, of_genai, python("genai-prices")?.cpu, ours, "its rows"),
        line(LITELLM, of_litellm, python("litellm")?.cpu, ours, "its rows"),
        line(TOKENCOST, of_tokencost, python("tokencost")?.cpu, ours, "its rows"),
    ];
    let head =
        ["from start to a first price", "rows", "CPU (ms)", "CPU per row (ms)", "of ours", ""];
    Ok(table(head, lines))
}

/// Pricing once more in a program that runs.
fn calls(peers: &Peers) -> anyhow::Result<String> {
    eprintln!("pricing again and again");
    let mut measured = times(&[peers.rust().into(), "calls".into()])?;
    for who in ["genai-prices", "litellm", "tokencost"] {
        let python = peers.python.clone().into();
        measured.extend(times(&[python, peers.calls().into(), "calls".into(), who.into()])?);
    }
    let ours = measured.first().map_or(f64::NAN, |(_, time)| *time);
    let line = |(key, time): (String, f64)| {
        let (label, note) = match key.as_str() {
            "portolan.total" => ("Portolan: `total`", "exact"),
            "portolan.quote" => ("Portolan: `quote` and its lines", "exact"),
            "genai-prices.rust" => (GENAI_RUST, "a float"),
            "genai-prices" => (GENAI_PYTHON, "28 digits"),
            "litellm" => (LITELLM, "a float"),
            "tokencost" => (TOKENCOST, "28 digits; no context tiers"),
            other => return Err(anyhow!("no label for `{other}`")),
        };
        Ok([label.to_owned(), text(time), text(time / ours), note.to_owned()])
    };
    let lines: Vec<_> = measured.into_iter().map(line).collect::<anyhow::Result<_>>()?;
    Ok(table(["a price, the model looked up", "ns", "of ours", "the amount is"], lines))
}

const GENAI_RUST: &str = "genai-prices 0.2.1 (Rust)";
const GENAI_PYTHON: &str = "genai-prices 0.2.3 (Python)";
const LITELLM: &str = "litellm 1.106.2 (Python)";
const TOKENCOST: &str = "tokencost 0.1.26 (Python)";

fn table<const N: usize>(head: [&str; N], lines: impl IntoIterator<Item = [String; N]>) -> String {
    let head = [head.map(str::to_owned)].into_iter();
    markdown(&head.chain(lines).map(Vec::from).collect::<Vec<_>>())
}

fn line(label: &str, rows: usize, cpu: f64, ours: f64, note: &str) -> [String; 6] {
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    let count = rows as f64;
    let (shown, each) =
        if rows == 0 { ("-".to_owned(), "-".to_owned()) } else { (text(count), text(cpu / count)) };
    [label.to_owned(), shown, text(cpu), each, text(cpu / ours), note.to_owned()]
}

impl Peers {
    fn install() -> anyhow::Result<Self> {
        let folder = crate::repository().join("target/peers");
        for (path, contents) in FILES {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::write(&path, contents).with_context(|| path.display().to_string())?;
        }
        let python =
            packages::python(&folder.join("python/venv"), &folder.join("python/requirements.txt"))?;
        packages::node(&folder.join("npm"), &crate::repository().join("xtask/bench/peers"))?;
        eprintln!("building the peers");
        succeed(cargo("build").args(["--release", "--quiet"]).current_dir(folder.join("rust")))?;
        Ok(Self { folder, python })
    }

    fn rust(&self) -> PathBuf {
        let name = format!("peers{}", std::env::consts::EXE_SUFFIX);
        self.folder.join("rust/target/release").join(name)
    }

    fn calls(&self) -> PathBuf {
        self.folder.join("python/calls.py")
    }

    fn cost(&self, command: &[OsString]) -> anyhow::Result<Cost> {
        median_cost(FIRSTS, &self.folder, command, || Ok(()))
    }

    /// How many rows a Python package has.
    fn rows(&self, module: &str, count: &str) -> anyhow::Result<usize> {
        let code = format!("import {module}; print({count})");
        let mut command = Command::new(&self.python);
        command.args(["-c", &code]).env("LITELLM_LOCAL_MODEL_COST_MAP", "True");
        let output = command.output().context("cannot start Python")?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse().with_context(|| format!("{module} does not say how many rows it has"))
    }
}

/// What a measuring program prints: of each time the least of some runs.
fn times(command: &[OsString]) -> anyhow::Result<Vec<(String, f64)>> {
    let mut least: Vec<(String, f64)> = Vec::new();
    for _ in 0..RUNS {
        let (program, arguments) = command.split_first().context("no command")?;
        let mut command = Command::new(program);
        let output = command.args(arguments).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "{} failed", program.display());
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let (key, time) = line.split_once(' ').context("a measuring program prints pairs")?;
            let time: f64 = time.parse()?;
            match least.iter_mut().find(|(other, _)| other == key) {
                Some((_, before)) => *before = before.min(time),
                None => least.push((key.to_owned(), time)),
            }
        }
    }
    Ok(least)
}
