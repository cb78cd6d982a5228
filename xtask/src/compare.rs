//! `cargo xtask compare --from FILE...`: the manifests beside the files of the catalogs that others keep.
//!
//! Takes the files, of one source or of several; writes a report for each under `target/compare`, in Markdown and JSON.
//! With `--write` it renews what the repository keeps of the comparison: the page of the docs, and what a source says
//! where our feed in its shape says otherwise. Fails if a key of a file went nowhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use portolan_codegen::emit::Output;
use portolan_codegen::output::Plan;
use portolan_sources::compare::{self, Here, Report, feed, page};
use portolan_sources::feeds::Feeds;
use portolan_sources::feeds::differences::Known;
use portolan_sources::file::{self, File, Opened};
use portolan_sources::pinned::pinned;

use crate::feeds::{self, SOURCES};
use crate::generate::{self, MessageFormat};

/// Where the pages of the docs are kept.
const PAGES: &str = "docs/src/sources";

/// What `cargo xtask compare` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// The files of the sources.
    #[arg(long, required = true, num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// Which source a file is that does not look like one: models-dev, litellm or genai-prices.
    #[arg(long)]
    pub source: Option<String>,
    /// Where the reports go.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Also renew the pages of the docs and the lists of what our feeds say otherwise.
    #[arg(long)]
    pub write: bool,
    /// The repository to work in, instead of this one.
    #[arg(long)]
    pub root: Option<PathBuf>,
}

/// Runs the task.
///
/// # Errors
/// A file that is of no source or that its reader refuses, or what the repository should have and has not.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = options.root.clone().unwrap_or_else(crate::repository);
    let files = files(&options.from, options.source.as_deref())?;
    let Some((catalog, _)) = generate::catalog(&root, MessageFormat::Human)? else {
        return Ok(ExitCode::FAILURE);
    };
    let Some(manifests) = generate::read(&root)? else { return Ok(ExitCode::FAILURE) };
    let pinned = pinned(&manifests)?;
    let kept = feeds::kept(&root)?;
    let made = Feeds::new(&catalog, &kept[0], &kept[1])?;
    let (mut reports, mut keeps, mut whole) = (Vec::new(), Vec::new(), true);
    for (source, files) in files {
        let mapping = format!("{SOURCES}/{source}.yaml");
        let mapping = fs::read_to_string(root.join(&mapping)).context(mapping)?;
        let opened = file::open(&files, &mapping)?;
        let index = feeds::index(&root, source)?;
        let here = Here { catalog: &catalog, pinned: &pinned, index: &index };
        let compared = Compared::new(&opened, here, &made)?;
        compared.tell();
        whole &= compared.is_whole();
        reports.extend(compared.reports());
        keeps.extend(compared.keeps());
    }
    let out = options.out.clone().unwrap_or_else(|| root.join("target/compare"));
    fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
    Plan::new(&out, &reports, &[])?.write()?;
    println!("the reports are in {}", out.display());
    if options.write {
        let plan = Plan::new(&root, &keeps, &[])?;
        plan.write()?;
        println!("{PAGES} and {SOURCES}/differences: {}", plan.summary());
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type Files = BTreeMap<&'static str, Vec<(File, String)>>;

/// The files by their source.
fn files(paths: &[PathBuf], source: Option<&str>) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for path in paths {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| name.clone())?;
        let kind = match (File::of(&text), source) {
            (Ok(kind), _) => kind,
            (Err(_), Some(source)) => main_file(source)?,
            (Err(error), None) => {
                bail!("{name}: {error:#}; if it is one of them, name it with `--source`")
            }
        };
        files.entry(kind.source()).or_default().push((kind, text));
    }
    Ok(files)
}

fn main_file(source: &str) -> anyhow::Result<File> {
    let main = [File::ModelsDev, File::Litellm, File::GenaiPrices];
    let found = main.into_iter().find(|file| file.source() == source);
    found.with_context(|| {
        format!("no source `{source}`; one of {}", main.map(File::source).join(", "))
    })
}

/// A source beside the catalog and beside our feed in its shape.
struct Compared {
    report: Report,
    beside: Option<feed::Beside>,
}

impl Compared {
    fn new(opened: &Opened, here: Here<'_>, feeds: &Feeds<'_>) -> anyhow::Result<Self> {
        let Opened { whole, reading, entries } = opened;
        let keys: Vec<_> = entries.iter().map(|(key, _)| key.clone()).collect();
        let report = compare::compare(whole, reading, &keys, here);
        let feed = |key: &str| feeds.entry(&whole.id, key);
        let beside = feed::Shape::of(&whole.id)
            .map(|shape| feed::beside(opened, here.index, feed, shape, &report));
        Ok(Self { report, beside: beside.transpose()? })
    }

    /// Whether every key of the file went somewhere, in the index and in the feed.
    fn is_whole(&self) -> bool {
        let in_feed = self.beside.as_ref().is_none_or(|beside| beside.missing.is_empty());
        self.report.unplaced.is_empty() && self.report.only_there.is_empty() && in_feed
    }

    fn tell(&self) {
        let Report { source, counts, unplaced, only_there, .. } = &self.report;
        println!(
            "{source}: {} entries: {} agree, {} differ for a reason, {} without one; {} are gone there, {} no offering",
            counts.keys, counts.agree, counts.explained, counts.differ, counts.gone, counts.skipped,
        );
        list("in neither the index nor the mapping", unplaced);
        list("not in the catalog", only_there);
        if let Some(beside) = &self.beside {
            let explained = beside.differences.iter().filter(|one| one.why != feed::UNEXPLAINED);
            println!(
                "{source}: our feed has {} of its keys and {} of its prices; {} fields differ for a reason, {} without one",
                beside.keys,
                beside.equal_prices,
                explained.clone().count(),
                beside.differences.len() - explained.count(),
            );
            list("not in our feed", &beside.missing);
        }
    }

    fn reports(&self) -> Vec<Output> {
        let source = &self.report.source;
        let mut outputs = vec![
            Output::new(format!("{source}.md"), page::markdown(&self.report, 2)),
            Output::new(format!("{source}.json"), self.report.json()),
        ];
        outputs.extend(
            self.known()
                .map(|known| Output::new(format!("{source}.differences.txt"), known.text())),
        );
        outputs
    }

    fn keeps(&self) -> Vec<Output> {
        let source = &self.report.source;
        let page = format!("{PAGES}/{source}.md");
        let mut outputs = vec![Output::new(page, page::markdown(&self.report, 3))];
        outputs.extend(
            self.known().map(|known| {
                Output::new(format!("{SOURCES}/differences/{source}.txt"), known.text())
            }),
        );
        outputs
    }

    fn known(&self) -> Option<Known> {
        self.beside.as_ref().map(|beside| Known::new(beside.differences.clone()))
    }
}

/// Shows keys that went nowhere, the first of them by name.
fn list(what: &str, keys: &[String]) {
    const SHOWN: usize = 20;
    if keys.is_empty() {
        return;
    }
    eprintln!("error: {} keys are {what}:", keys.len());
    keys.iter().take(SHOWN).for_each(|key| eprintln!("  {key}"));
    if keys.len() > SHOWN {
        eprintln!("  and {} more; the report in JSON has all", keys.len() - SHOWN);
    }
}
