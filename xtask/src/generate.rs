//! `cargo xtask gen`: the manifests become crates, the frozen catalog, the schemas and the pages of the docs, which are
//! checked in, and feeds, which are not.
//!
//! Takes a repository's folder; writes all of its outputs or none. `--check` runs the same stages for what is checked in
//! and compares.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use portolan_codegen::catalog::Catalog;
use portolan_codegen::compile;
use portolan_codegen::diagnostic::Diagnostic;
use portolan_codegen::emit::{Output, docs, json, rust};
use portolan_codegen::labels::{self, Labels};
use portolan_codegen::load::{BASE_FOLDER, Input, ReadError, read_flat_folder, read_folder};
use portolan_codegen::output::{self, Plan};
use portolan_codegen::render::{self, Format};
use portolan_codegen::source::Sources;

use crate::feeds;

/// The public catalogs, each a folder of manifests and a crate. `portolan-catalog` lists them in the same order, which its
/// index counts by.
pub const CATALOGS: [&str; 4] = ["clouds", "gateways", "labs", "local"];

pub(crate) const MANIFESTS: &str = "manifests";
const DATA: &str = "crates/portolan-manifests";

/// The label files, a language each. Where there is none, there are no pages.
pub const LABELS: &str = "docs/labels";

const PAGES: &str = "docs/src/generated";

/// What `cargo xtask gen` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Write nothing; show what differs from what is there, and fail if anything does.
    #[arg(long)]
    pub check: bool,
    /// How mistakes in manifests are shown.
    #[arg(long, value_enum, default_value_t)]
    pub message_format: MessageFormat,
    /// Where the feeds go, instead of `dist/feeds`.
    #[arg(long, conflicts_with = "check")]
    pub out: Option<PathBuf>,
    /// The repository to work in, instead of this one.
    #[arg(long)]
    pub root: Option<PathBuf>,
}

/// How mistakes in manifests are shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum MessageFormat {
    /// For people, with the line and a caret.
    #[default]
    Human,
    /// A JSON object a line.
    Json,
    /// Workflow commands of a code host, shown beside the lines.
    Github,
}

/// Runs the task.
///
/// # Errors
/// What stands in the way outside of the manifests: a path that cannot be read or written.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = options.root.clone().unwrap_or_else(crate::repository);
    if !options.check {
        // Whatever the manifests say now, a run that was killed is brought to its end first.
        output::recover(&root)?;
    }
    let Some((catalog, languages)) = catalog(&root, options.message_format)? else {
        return Ok(ExitCode::FAILURE);
    };
    let outputs = outputs(&catalog, &languages);
    let plan = Plan::new(&root, &outputs, &owned_folders())?;
    if options.check {
        return Ok(check(&plan));
    }
    let feeds = feed_plan(&root, options.out.as_deref(), &catalog)?;
    plan.write()?;
    let models: usize = catalog.providers().map(|(_, provider)| provider.models.len()).sum();
    println!(
        "{} vendors, {} providers, {models} models: {}",
        catalog.vendors.len(),
        catalog.providers().count(),
        plan.summary(),
    );
    if let Some(feeds) = feeds {
        feeds.write()?;
        println!("feeds: {}", feeds.summary());
    }
    Ok(ExitCode::SUCCESS)
}

/// The feeds, before any file is written. A repository of manifests alone knows no sources and has none, unless somebody
/// asks for them.
fn feed_plan(root: &Path, out: Option<&Path>, catalog: &Catalog) -> anyhow::Result<Option<Plan>> {
    if out.is_none() && !root.join(feeds::SOURCES).is_dir() {
        return Ok(None);
    }
    let folder = out.map_or_else(|| root.join(feeds::FOLDER), Path::to_owned);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    feeds::plan(root, &folder, catalog).map(Some)
}

/// The catalog of the repository's manifests and the languages of its pages; nothing after it was shown what is wrong
/// with them.
///
/// # Errors
/// A manifest in a folder that is no catalog.
pub fn catalog(
    root: &Path,
    format: MessageFormat,
) -> anyhow::Result<Option<(Catalog, Vec<Labels>)>> {
    let (Some(inputs), Some(labels)) = (read(root)?, read_labels(root)) else { return Ok(None) };
    let mut compiled = compile(inputs, "manifests/");
    let labels = labels::load(labels, &format!("{LABELS}/"), &mut compiled.sources);
    match (compiled.result, labels) {
        (Ok(catalog), Ok(languages)) => Ok(Some((catalog, languages))),
        (catalog, languages) => {
            let mistakes = [catalog.err(), languages.err()].into_iter().flatten().flatten();
            report(&mistakes.collect::<Vec<_>>(), &compiled.sources, format);
            Ok(None)
        }
    }
}

/// Reads the manifests, or says what cannot be read.
pub(crate) fn read(root: &Path) -> anyhow::Result<Option<Vec<Input>>> {
    let Some(inputs) = said(read_folder(&root.join(MANIFESTS))) else { return Ok(None) };
    for input in &inputs {
        let folder = input.path.split('/').next().unwrap_or_default();
        if folder != BASE_FOLDER && !CATALOGS.contains(&folder) {
            anyhow::bail!(
                "{MANIFESTS}/{}: `{folder}` is no catalog; put it into one of {}, or into `{BASE_FOLDER}` if it holds base models",
                input.path,
                CATALOGS.map(|catalog| format!("`{catalog}`")).join(", "),
            );
        }
    }
    Ok(Some(inputs))
}

fn read_labels(root: &Path) -> Option<Vec<Input>> {
    said(read_flat_folder(&root.join(LABELS)))
}

/// What was read, or nothing after saying what could not be.
fn said(read: Result<Vec<Input>, Vec<ReadError>>) -> Option<Vec<Input>> {
    read.map_err(|errors| errors.iter().for_each(|error| eprintln!("error: {error}"))).ok()
}

pub(crate) fn report(mistakes: &[Diagnostic], sources: &Sources, format: MessageFormat) {
    let styled = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let shown = match format {
        MessageFormat::Human => Format::Human { styled },
        MessageFormat::Json => Format::Json,
        MessageFormat::Github => Format::Github,
    };
    let text = render::render(mistakes, sources, shown);
    match format {
        MessageFormat::Human => {
            eprintln!("{text}{}", render::summary(mistakes, "nothing was written"));
        }
        MessageFormat::Json | MessageFormat::Github => print!("{text}"),
    }
}

/// Every file that is generated from a catalog and the labels of languages, by its path in the repository.
pub fn outputs(catalog: &Catalog, languages: &[Labels]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for id in CATALOGS {
        let folder = generated_folder(id);
        outputs.extend(rust::emit(catalog, id).into_iter().map(|output| output.below(&folder)));
    }
    let index = rust::emit_index(catalog, &CATALOGS);
    outputs.push(index.below(&generated_folder("catalog")));
    outputs.extend([
        Output::new(format!("{DATA}/catalog.json"), json::catalog(catalog)),
        Output::new(format!("{DATA}/catalog.schema.json"), json::catalog_schema()),
        Output::new(format!("{DATA}/changes.schema.json"), json::report_schema()),
        Output::new(format!("{MANIFESTS}/vendor.schema.json"), json::vendor_schema()),
        Output::new(format!("{MANIFESTS}/models.schema.json"), json::models_schema()),
    ]);
    outputs.extend(docs::emit(catalog, languages).into_iter().map(|page| page.below(PAGES)));
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    outputs
}

/// The folders in which a generated file that nothing generates any more is removed.
pub fn owned_folders() -> Vec<String> {
    let crates = CATALOGS.into_iter().chain(["catalog"]).map(generated_folder);
    crates.chain([PAGES.to_owned()]).collect()
}

fn generated_folder(catalog: &str) -> String {
    format!("crates/portolan-{catalog}/src/generated")
}

fn check(plan: &Plan) -> ExitCode {
    if plan.is_empty() {
        return ExitCode::SUCCESS;
    }
    print!("{}", plan.diff());
    eprintln!("error: {}; run `cargo xtask gen` and commit what it writes", plan.summary());
    ExitCode::FAILURE
}
