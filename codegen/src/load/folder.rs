//! Reads a manifest folder: `<catalog>/<vendor>.yaml` and `models/<lab>.yaml`. Reading is all it does; a file that can
//! not be read is an error of the environment, not of a manifest.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Input;
use crate::diagnostic::visible;
use crate::manifest::Id;
use crate::shape::Key as _;
use crate::yaml::MAX_BYTES;

/// Reads every manifest of a folder, in the order of their paths.
///
/// # Errors
/// [`ReadError`] for each path that cannot be read, and for a folder without a manifest.
pub fn read_folder(root: &Path) -> Result<Vec<Input>, Vec<ReadError>> {
    let mut errors = Vec::new();
    let mut inputs = Vec::new();
    for folder in children(root, &mut errors) {
        if !folder.is_dir() {
            errors.extend(misplaced(&folder, "it is in no catalog folder"));
            continue;
        }
        for file in children(&folder, &mut errors) {
            if file.extension().is_some_and(|extension| extension == "yaml") {
                if !is_id(&folder) {
                    errors.extend(misplaced(
                        &file,
                        "the name of its folder is no id, such as `company`",
                    ));
                    continue;
                }
                inputs.extend(read_file(root, &file, &mut errors));
            } else if file.is_dir() {
                let inner = children(&file, &mut errors);
                errors.extend(
                    inner.iter().filter_map(|file| {
                        misplaced(file, "it is in a folder of a catalog folder")
                    }),
                );
            } else {
                errors.extend(misplaced(&file, "its name does not end in `.yaml`"));
            }
        }
    }
    if inputs.is_empty() && errors.is_empty() {
        let source =
            io::Error::other("no manifest, that is no `<catalog>/<vendor>.yaml`, is in it");
        errors.push(ReadError { path: root.to_owned(), source });
    }
    if errors.is_empty() { Ok(inputs) } else { Err(errors) }
}

/// Reads every YAML file that lies in a folder itself, in the order of their names. A folder that is not there has none.
///
/// # Errors
/// [`ReadError`] for each path that cannot be read.
pub fn read_flat_folder(root: &Path) -> Result<Vec<Input>, Vec<ReadError>> {
    let mut errors = Vec::new();
    let mut inputs = Vec::new();
    if root.is_dir() {
        for file in children(root, &mut errors) {
            if file.extension().is_some_and(|extension| extension == "yaml") {
                inputs.extend(read_file(root, &file, &mut errors));
            }
        }
    }
    if errors.is_empty() { Ok(inputs) } else { Err(errors) }
}

/// Whether a folder can be a catalog: its name becomes the catalog's id.
fn is_id(folder: &Path) -> bool {
    folder.file_name().and_then(OsStr::to_str).is_some_and(|name| Id::from_text(name).is_some())
}

/// A YAML file where no manifest is looked for, so that none is passed over in silence.
fn misplaced(file: &Path, why: &str) -> Option<ReadError> {
    let is_yaml = file.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let source = || io::Error::other(format!("{why}; a manifest is `<catalog>/<vendor>.yaml`"));
    is_yaml.then(|| ReadError { path: file.to_owned(), source: source() })
}

fn children(folder: &Path, errors: &mut Vec<ReadError>) -> Vec<PathBuf> {
    let list = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
    });
    match list {
        Ok(mut list) => {
            list.sort_unstable();
            list
        }
        Err(source) => {
            errors.push(ReadError { path: folder.to_owned(), source });
            Vec::new()
        }
    }
}

fn read_file(root: &Path, file: &Path, errors: &mut Vec<ReadError>) -> Option<Input> {
    let below: Vec<_> =
        file.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy()).collect();
    match contents(file) {
        Ok(bytes) => Some(Input { path: below.join("/"), bytes }),
        Err(source) => {
            errors.push(ReadError { path: file.to_owned(), source });
            None
        }
    }
}

/// What a file holds, no further than where it is too large anyhow. What is no file, as a pipe, would be waited for.
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A path that could not be read, and why.
#[derive(Debug)]
pub struct ReadError {
    /// The path.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A name may hold anything, and the message is shown on a terminal.
        let path = visible(&self.path.to_string_lossy(), usize::MAX);
        write!(f, "cannot read {path}: {}", self.source)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
