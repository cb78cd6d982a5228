//! What the repository keeps of the sources whose shapes our feeds have.

use std::fs;
use std::path::Path;

use anyhow::Context;
use portolan_codegen::catalog::Catalog;
use portolan_codegen::output::Plan;
use portolan_sources::feeds::differences::Known;
use portolan_sources::feeds::{Feeds, Kept};
use portolan_sources::index::Index;

/// The folder of mappings, indexes and lists of differences.
pub const SOURCES: &str = "sources";

/// Where the feeds go if nobody says otherwise.
pub const FOLDER: &str = "dist/feeds";

/// The sources whose shapes our feeds have.
pub const SHAPES: [&str; 2] = ["models-dev", "litellm"];

/// The feeds of a catalog, to be written into a folder that is there.
///
/// # Errors
/// A file that is not there or cannot be read, or an index that does not fit the catalog.
pub fn plan(root: &Path, folder: &Path, catalog: &Catalog) -> anyhow::Result<Plan> {
    let [models_dev, litellm] = kept(root)?;
    Ok(Plan::new(folder, &Feeds::new(catalog, &models_dev, &litellm)?.outputs(), &[])?)
}

/// What is kept of each source of [`SHAPES`].
///
/// # Errors
/// A file that is not there or cannot be read.
pub fn kept(root: &Path) -> anyhow::Result<[Kept; 2]> {
    let [models_dev, litellm] = SHAPES.map(|source| of(root, source));
    Ok([models_dev?, litellm?])
}

fn of(root: &Path, source: &str) -> anyhow::Result<Kept> {
    let mapping = format!("{SOURCES}/{source}.yaml");
    let mapping = fs::read_to_string(root.join(&mapping)).context(mapping)?;
    let path = format!("{SOURCES}/differences/{source}.txt");
    let known = match fs::read_to_string(root.join(&path)) {
        Ok(text) => Known::parse(&text).with_context(|| path)?,
        // Nothing was compared yet.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Known::default(),
        Err(error) => return Err(error).context(path),
    };
    Ok(Kept { mapping, index: index(root, source)?, known })
}

/// The index of a source.
///
/// # Errors
/// If it is not there or cannot be read.
pub fn index(root: &Path, source: &str) -> anyhow::Result<Index> {
    let path = format!("{SOURCES}/index/{source}.txt");
    let text = fs::read_to_string(root.join(&path));
    let text = text.with_context(|| format!("{path}: `cargo xtask import` writes it"))?;
    Index::parse(&text).context(path)
}
