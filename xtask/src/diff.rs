//! `cargo xtask diff`: what changed between two catalogs, by meaning.
//!
//! Takes two of: a git revision, a file, the manifests as they are. Prints Markdown or JSON, or writes the section on data
//! of the changelog. That there are changes is no failure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};
use portolan_codegen::catalog::{Catalog, SCHEMA_VERSION};
use portolan_codegen::diff::{self, REPORT_VERSION, Report};
use portolan_codegen::emit::{Output, json};
use portolan_codegen::output::Plan;
use serde::Deserialize;

use crate::generate::{self, MessageFormat};

const CATALOG: &str = "crates/portolan-manifests/catalog.json";
const CHANGELOG: &str = "CHANGELOG.md";

/// What `cargo xtask diff` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// The catalog before: a file if there is one of that name, else a git revision.
    pub before: String,
    /// The catalog after, given in the same way; left out, the manifests as they are now.
    pub after: Option<String>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Print nothing; write the changes into CHANGELOG.md, in place of those that are there.
    #[arg(long, conflicts_with = "format")]
    pub changelog: bool,
    /// The repository to work in, instead of this one.
    #[arg(long)]
    pub root: Option<PathBuf>,
}

/// What is printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Format {
    /// Markdown, for people.
    #[default]
    Md,
    /// JSON, for machines; `changes.schema.json` beside the catalog describes it.
    Json,
}

/// Runs the task.
///
/// # Errors
/// A catalog that is not there or cannot be read, or a changelog that has no place for the changes.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = options.root.clone().unwrap_or_else(crate::repository);
    let before = named(&root, &options.before)?;
    let after = match &options.after {
        Some(name) => named(&root, name)?,
        None => match generate::catalog(&root, MessageFormat::Human)? {
            Some((catalog, _)) => Side { name: "the working tree".to_owned(), catalog },
            None => return Ok(ExitCode::FAILURE),
        },
    };
    let changes = diff::diff(&before.catalog, &after.catalog);
    if options.changelog {
        return changelog(&root, &diff::changelog_section(&changes));
    }
    let report = Report { version: REPORT_VERSION, from: before.name, to: after.name, changes };
    match options.format {
        Format::Md => print!("{}", diff::markdown(&report)),
        Format::Json => print!("{}", json::report(&report)),
    }
    Ok(ExitCode::SUCCESS)
}

/// One of the two catalogs.
struct Side {
    name: String,
    catalog: Catalog,
}

/// The catalog of a file, else of a revision.
fn named(root: &Path, name: &str) -> anyhow::Result<Side> {
    let (name, text) = if Path::new(name).is_file() {
        (name.to_owned(), fs::read(name).with_context(|| format!("cannot read `{name}`"))?)
    } else {
        at_revision(root, name)?
    };
    let catalog = parse(&text).with_context(|| format!("`{name}` is no catalog"))?;
    Ok(Side { name, catalog })
}

/// The catalog of a revision, and the revision with the commit that it means now.
fn at_revision(root: &Path, revision: &str) -> anyhow::Result<(String, Vec<u8>)> {
    let commit = git(
        root,
        &["rev-parse", "--verify", "--end-of-options", &format!("{revision}^{{commit}}")],
    )
    .with_context(|| format!("`{revision}` is neither a file nor a git revision"))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let text = git(root, &["cat-file", "blob", &format!("{commit}:{CATALOG}")])
        .with_context(|| format!("`{revision}` has no catalog: expected `{CATALOG}` in it"))?;
    let short = commit.get(..12).unwrap_or(&commit);
    let name = if commit.starts_with(revision) {
        short.to_owned()
    } else {
        format!("{revision} ({short})")
    };
    Ok((name, text))
}

fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .context("cannot start `git`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git says: {}", said.trim());
    Ok(output.stdout)
}

/// Only the version of a catalog, whatever else it says.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

fn parse(text: &[u8]) -> anyhow::Result<Catalog> {
    let expected = format!(
        "expected a frozen catalog of version {SCHEMA_VERSION}, as `cargo xtask gen` writes it"
    );
    let version =
        serde_json::from_slice::<Version>(text).with_context(|| expected.clone())?.version;
    if version != u64::from(SCHEMA_VERSION) {
        bail!("{expected}; this one has version {version}");
    }
    serde_json::from_slice(text).context(expected)
}

fn changelog(root: &Path, section: &str) -> anyhow::Result<ExitCode> {
    let path = root.join(CHANGELOG);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{CHANGELOG}`"))?;
    let text = diff::in_changelog(&text, section)
        .with_context(|| format!("`{CHANGELOG}` is left as it is"))?;
    let plan = Plan::new(root, &[Output::new(CHANGELOG, text)], &[])?;
    plan.write()?;
    println!("{CHANGELOG}: {}", plan.summary());
    Ok(ExitCode::SUCCESS)
}
