//! The compiler in a build script.
//!
//! Takes a folder of manifests and, if wanted, the frozen public catalog; writes the modules of each private catalog into
//! `OUT_DIR`, by the emitters and the writer that `cargo xtask gen` has, so the same manifests give the same text. Runs no
//! other program, and a run with mistakes writes nothing.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fmt};

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::emit::{Output, rust};
use crate::load::{BASE_FOLDER, Input, ReadError, read_folder};
use crate::output::{OutputError, Plan};
use crate::overlay::{FrozenError, Public};
use crate::render::{Format, render, summary};
use crate::source::Sources;
use crate::{Compiled, compile_over};

/// The folder below `OUT_DIR`.
const FOLDER: &str = "portolan";

/// Compiles private manifests in a build script.
///
/// The manifests lie as in the public repository: `manifests/<catalog>/<vendor>.yaml`, and base models of one's own in
/// `manifests/models/<lab>.yaml`. Each catalog folder becomes a module that holds what a public catalog crate does:
/// `CATALOG`, `PROVIDERS` and a module per provider. It needs `portolan-types` and nothing else. Lint attributes go on the
/// module around it, such as `#[allow(dead_code)]` in a program that does not use all of it.
///
/// ```no_run
/// // build.rs
/// portolan_codegen::Config::new().build();
/// ```
///
/// ```ignore
/// // src/lib.rs
/// pub mod company {
///     include!(concat!(env!("OUT_DIR"), "/portolan/company/mod.rs"));
/// }
/// ```
///
/// # Over the public catalog
///
/// With [`Config::over`] a private manifest may refer to public base models (`base: xiaomi/mimo-v2.5-pro`), models and
/// providers. One that says `override: true` changes a public vendor:
///
/// ```yaml
/// vendor: xiaomi
/// override: true
/// source: https://wiki.company.example/contracts/xiaomi
/// checked: 2026-11-20
/// providers:
///   xiaomi:
///     models:
///       mimo-v2.5-pro:
///         prices: [{ input: 0.30, output: 0.60 }]
///   xiaomi-token-plan:
///     regions: { ams: {} }   # the only one that the company allows
/// ```
///
/// What it says replaces the public value, key by key: a price list whole, a list or map whole, a model's limits, features
/// and modalities one by one. `regions` is the whole list of regions, in which a public one keeps what is not said again;
/// `endpoints` replaces the addresses of the regions too. What is not said is as the public catalog has it. A model that
/// is not public is added, if it has a `name` or a `base`.
///
/// The private module of such a provider is whole: it holds every model of the public one, and the doc comments say what
/// is overridden. A lookup over several catalogs takes a provider from the first that has it, so put the private ones
/// first:
///
/// ```ignore
/// static CATALOGS: &[&portolan_types::Catalog] = &[&company::CATALOG, &portolan_labs::CATALOG];
/// let entry = portolan_types::find(CATALOGS, "xiaomi/mimo-v2.5-pro")?;
/// ```
///
/// Everywhere else an id of the public catalog is taken: a clash is a mistake.
///
/// # Mistakes
///
/// All mistakes of a run are shown with file, line, column and the mend, in the output of cargo, and nothing is written.
#[derive(Clone, Debug)]
pub struct Config {
    manifests: PathBuf,
    out_dir: Option<PathBuf>,
    public: Option<Cow<'static, str>>,
}

impl Default for Config {
    fn default() -> Self {
        Self { manifests: "manifests".into(), out_dir: None, public: None }
    }
}

impl Config {
    /// The manifests in `manifests`, alone, into `OUT_DIR`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the manifest folder, relative to the package.
    #[must_use]
    pub fn manifests(mut self, folder: impl Into<PathBuf>) -> Self {
        self.manifests = folder.into();
        self
    }

    /// Lays the manifests over a frozen catalog: `portolan_manifests::CATALOG_JSON`, of a build-dependency.
    #[must_use]
    pub fn over(mut self, frozen: impl Into<Cow<'static, str>>) -> Self {
        self.public = Some(frozen.into());
        self
    }

    /// Sets the folder to write into, instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Compiles the manifests, or prints every mistake and ends the build script with exit code 1.
    #[expect(clippy::print_stderr, reason = "it is the main function's last word")]
    pub fn build(&self) {
        if let Err(error) = self.generate() {
            eprintln!("{}", error.report());
            std::process::exit(1);
        }
    }

    /// Compiles the manifests and tells cargo what to watch. Returns the catalog that was written, for whoever makes more
    /// of it.
    ///
    /// # Errors
    /// Every mistake in the manifests, or what stands in the way outside of them. Then nothing was written.
    pub fn generate(&self) -> Result<Catalog, ConfigError> {
        let inputs = self.read();
        // A file that is mended has to be noticed, so cargo is told before anything can fail.
        self.watch(inputs.as_deref().unwrap_or_default());
        let inputs = inputs.map_err(ConfigError::Read)?;
        let out_dir = self.out_dir.clone().or_else(|| env::var_os("OUT_DIR").map(PathBuf::from));
        let out_dir = out_dir.ok_or(ConfigError::NoOutDir)?;
        let public = self.public.as_deref().map(Public::read).transpose();
        let public = public.map_err(ConfigError::Frozen)?.unwrap_or_default();
        if let Some(id) = public_folder(&inputs, &public) {
            return Err(ConfigError::PublicCatalog(id));
        }
        let shown_under = format!("{}/", self.manifests.display());
        let Compiled { sources, result } = compile_over(inputs, &shown_under, public);
        let catalog = result.map_err(|mistakes| ConfigError::Mistakes { mistakes, sources })?;
        if catalog.vendors.is_empty() {
            return Err(ConfigError::NoVendor(self.manifests.clone()));
        }
        let plan = Plan::new(&out_dir, &outputs(&catalog), &[FOLDER.to_owned()]);
        plan.and_then(|plan| plan.write()).map_err(ConfigError::Write)?;
        Ok(catalog)
    }

    /// Reads the manifests. Errors name paths as the caller did.
    fn read(&self) -> Result<Vec<Input>, Vec<ReadError>> {
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        read_folder(&package.join(&self.manifests)).map_err(|mut errors| {
            for error in &mut errors {
                if let Ok(below) = error.path.strip_prefix(&package) {
                    error.path = below.to_owned();
                }
            }
            errors
        })
    }

    /// Tells cargo to run the build script again when a file changes, or comes into a folder or goes from it.
    #[expect(clippy::print_stdout, reason = "cargo reads it there")]
    fn watch(&self, inputs: &[Input]) {
        let mut paths = vec![self.manifests.clone()];
        for input in inputs {
            let file = self.manifests.join(&input.path);
            paths.extend(file.parent().map(Path::to_owned));
            paths.push(file);
        }
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}

/// The first folder of private manifests that has a public catalog's name.
fn public_folder(inputs: &[Input], public: &Public) -> Option<String> {
    let taken = public.catalog().catalog_ids();
    let mut folders = inputs.iter().filter_map(|input| input.path.split('/').next());
    folders.find(|folder| *folder != BASE_FOLDER && taken.contains(folder)).map(str::to_owned)
}

/// The modules of every catalog, below [`FOLDER`].
fn outputs(catalog: &Catalog) -> Vec<Output> {
    let of_one = |id: &&str| {
        let folder = format!("{FOLDER}/{id}");
        rust::emit(catalog, id).into_iter().map(move |output| output.below(&folder))
    };
    catalog.catalog_ids().iter().flat_map(of_one).collect()
}

/// Why private manifests could not be compiled.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// Paths that could not be read, or no manifest in them.
    Read(Vec<ReadError>),
    /// No folder to write into: `OUT_DIR` is not set.
    NoOutDir,
    /// What the manifests are to be laid over is no frozen catalog.
    Frozen(FrozenError),
    /// A folder of private manifests has the name of a public catalog.
    PublicCatalog(String),
    /// The manifest folder holds base models alone.
    NoVendor(PathBuf),
    /// Mistakes in manifests.
    Mistakes {
        /// The mistakes, in the order of their places.
        mistakes: Vec<Diagnostic>,
        /// The texts that they are in.
        sources: Sources,
    },
    /// A path that could not be written.
    Write(OutputError),
}

impl ConfigError {
    /// The whole of it as a person reads it.
    fn report(&self) -> String {
        match self {
            Self::Mistakes { mistakes, sources } => {
                let shown = render(mistakes, sources, Format::Human { styled: false });
                format!("{shown}{}", summary(mistakes, "nothing was written"))
            }
            Self::Read(errors) => {
                let lines: Vec<_> = errors.iter().map(|error| format!("error: {error}")).collect();
                lines.join("\n")
            }
            _ => format!("error: {self}"),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOutDir => f.write_str(
                "`OUT_DIR` is not set: cargo sets it for build scripts; elsewhere say `out_dir`",
            ),
            Self::Frozen(error) => {
                write!(f, "cannot lay manifests over the public catalog: {error}")
            }
            Self::PublicCatalog(id) => {
                write!(
                    f,
                    "`{id}` is a public catalog: give the folder of private manifests another name"
                )
            }
            Self::NoVendor(folder) => {
                write!(
                    f,
                    "no vendor is in {}: its manifest is `<catalog>/<vendor>.yaml`",
                    folder.display()
                )
            }
            Self::Write(error) => error.fmt(f),
            Self::Read(_) | Self::Mistakes { .. } => f.write_str(&self.report()),
        }
    }
}

impl std::error::Error for ConfigError {}
