//! `cargo xtask import`: the file of a catalog that others keep, into the manifests.
//!
//! Takes a source's file and the repository's manifests; writes the manifests that change, laid out, and the source's
//! index, or nothing: not if the file is not what it was, a provider is unknown or the result does not compile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use portolan_codegen::compile;
use portolan_codegen::diff::{self, REPORT_VERSION, Report};
use portolan_codegen::emit::Output;
use portolan_codegen::load::Input;
use portolan_codegen::output::Plan;
use portolan_sources::base::Bases;
use portolan_sources::import::{self, Imported, Origin, Owner, Task};
use portolan_sources::read::models_dev::BaseModel;
use portolan_sources::read::{genai_prices, litellm, models_dev};
use portolan_sources::row::Reading;

use crate::fmt::formatted;
use crate::generate::{self, MANIFESTS, MessageFormat};

/// Where downloaded files are looked for.
const FILES: &str = "target/sources";

/// The mapping files and the indexes.
const SOURCES: &str = "sources";

/// What `cargo xtask import` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// The source.
    #[arg(value_enum)]
    pub source: Source,
    /// Its file; left out, the one in `target/sources`.
    #[arg(long)]
    pub from: Option<PathBuf>,
    /// models.dev's history of prices; left out, the one in `target/sources` if there is one.
    #[arg(long)]
    pub history: Option<PathBuf>,
    /// models.dev's base models; left out, the file in `target/sources` if there is one.
    #[arg(long)]
    pub base_models: Option<PathBuf>,
    /// Write nothing; show what would change, by meaning.
    #[arg(long)]
    pub dry_run: bool,
    /// Where to write what was done and what could not be, as Markdown.
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// The repository to work in, instead of this one.
    #[arg(long)]
    pub root: Option<PathBuf>,
}

/// A source that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// models.dev's `api.json`.
    ModelsDev,
    /// litellm's price map.
    Litellm,
    /// genai-prices' data.
    GenaiPrices,
}

/// Runs the task.
///
/// # Errors
/// A file that is not there or is not what it was, rows of unknown providers, or what cannot be read or written.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = options.root.clone().unwrap_or_else(crate::repository);
    let (reading, more, origin) = read(options, &root)?;
    into_manifests(&root, reading, &more, origin, options)
}

/// Brings the rows of a source into the manifests of a repository.
///
/// # Errors
/// Rows of unknown providers, or what cannot be read or written.
pub fn into_manifests(
    root: &Path,
    mut reading: Reading,
    more: &[BaseModel],
    origin: Origin,
    options: &Options,
) -> anyhow::Result<ExitCode> {
    let Some(inputs) = generate::read(root)? else { return Ok(ExitCode::FAILURE) };
    let compiled = compile(inputs.clone(), &format!("{MANIFESTS}/"));
    let before = match compiled.result {
        Ok(catalog) => catalog,
        Err(mistakes) => {
            generate::report(&mistakes, &compiled.sources, MessageFormat::Human);
            return Ok(ExitCode::FAILURE);
        }
    };
    Bases::of(&before, more).link(&mut reading.rows);
    let index_path = format!("{SOURCES}/index/{}.txt", origin.owner.id());
    let old_index = fs::read_to_string(root.join(&index_path)).unwrap_or_default();
    let task = Task {
        inputs: &inputs,
        catalog: &before,
        reading: &reading,
        bases: more,
        origin,
        index: &old_index,
    };
    let Imported { manifests, index, report } = match import::import(&task) {
        Ok(imported) => imported,
        Err(mistakes) => {
            for mistake in &mistakes {
                eprintln!("error: {mistake}");
            }
            bail!("{} mistakes; nothing was written", mistakes.len());
        }
    };
    let mut outputs = Vec::new();
    for mut manifest in manifests {
        let text = String::from_utf8(manifest.bytes).context("a manifest is UTF-8")?;
        // A text that the layout would change in meaning stays as it is; what is wrong with it shows below.
        let text = formatted(&text).unwrap_or(text);
        outputs.push(Output::new(format!("{MANIFESTS}/{}", manifest.path), text.clone()));
        manifest.bytes = text.into_bytes();
    }
    let after: Vec<_> = inputs.into_iter().map(|input| changed(input, &outputs)).collect();
    let compiled = compile(after, &format!("{MANIFESTS}/"));
    let after = match compiled.result {
        Ok(catalog) => catalog,
        Err(mistakes) => {
            generate::report(&mistakes, &compiled.sources, MessageFormat::Human);
            return Ok(ExitCode::FAILURE);
        }
    };
    if let Some(path) = &options.report {
        fs::write(path, report.markdown(origin.owner.id()))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    if options.dry_run {
        let changes = diff::diff(&before, &after);
        let from = "the manifests".to_owned();
        let to = format!("the manifests after the import of {}", origin.owner.id());
        print!("{}", diff::markdown(&Report { version: REPORT_VERSION, from, to, changes }));
        eprint!("{}", report.counts());
        return Ok(ExitCode::SUCCESS);
    }
    outputs.push(Output::new(index_path, index));
    let plan = Plan::new(root, &outputs, &[])?;
    plan.write()?;
    print!("{}", report.counts());
    println!("{}", plan.summary());
    Ok(ExitCode::SUCCESS)
}

fn changed(input: Input, outputs: &[Output]) -> Input {
    let path = format!("{MANIFESTS}/{}", input.path);
    match outputs.iter().find(|output| output.path == path) {
        Some(output) => Input { bytes: output.contents.clone().into_bytes(), ..input },
        None => input,
    }
}

/// What the source's file says, and of which source and day it is.
fn read(options: &Options, root: &Path) -> anyhow::Result<(Reading, Vec<BaseModel>, Origin)> {
    let owner = options.source.owner();
    let path = format!("{SOURCES}/{}.yaml", owner.id());
    let mapping = fs::read_to_string(root.join(&path))
        .with_context(|| format!("cannot read the mapping `{path}`"))?;
    let origin = Origin::of(owner, &mapping)?;
    let file = |name, how| source_file(root, options.from.as_deref(), name, how);
    let mut more = Vec::new();
    let reading = match options.source {
        Source::ModelsDev => {
            let mapping = models_dev::Mapping::parse(&path, &mapping)?;
            let api = file("models-dev.json", MODELS_DEV)?;
            let bases =
                beside(root, options.base_models.as_deref(), "models-dev-base-models.json")?;
            if let Some(bases) = bases {
                more = models_dev::read_base_models(&bases, &mapping)?;
            }
            let history =
                beside(root, options.history.as_deref(), "models-dev-price-history.json")?;
            models_dev::read(
                models_dev::Files { api: &api, history: history.as_deref() },
                &mapping,
            )?
        }
        Source::Litellm => {
            litellm::read(file("litellm-prices.json", LITELLM)?.as_bytes(), &mapping)?
        }
        Source::GenaiPrices => {
            let mapping = genai_prices::Mapping::parse(&path, &mapping)?;
            genai_prices::read(&file("genai-prices.json", GENAI_PRICES)?, &mapping)?
        }
    };
    Ok((reading, more, origin))
}

impl Source {
    const fn owner(self) -> Owner {
        match self {
            Self::ModelsDev => Owner::ModelsDev,
            Self::Litellm => Owner::Litellm,
            Self::GenaiPrices => Owner::GenaiPrices,
        }
    }
}

const MODELS_DEV: &str = "download https://models.dev/api.json";
const LITELLM: &str =
    "download model_prices_and_context_window.json of https://github.com/BerriAI/litellm";
const GENAI_PRICES: &str = "take it from the Python package as sources/genai-prices.yaml says";

/// A file that is named, or the one of that name in `target/sources`.
fn source_file(root: &Path, named: Option<&Path>, name: &str, how: &str) -> anyhow::Result<String> {
    let path = named.map_or_else(|| root.join(FILES).join(name), Path::to_owned);
    fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read `{}`: {how}, and name it with `--from` or put it there",
            path.display()
        )
    })
}

/// A file beside the source's own, if it is named or there.
fn beside(root: &Path, named: Option<&Path>, name: &str) -> anyhow::Result<Option<String>> {
    let path = named.map_or_else(|| root.join(FILES).join(name), Path::to_owned);
    if named.is_none() && !path.exists() {
        return Ok(None);
    }
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Some(text))
}
