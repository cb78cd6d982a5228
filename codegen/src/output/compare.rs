//! What differs between the outputs and the files on disk, by bytes.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::{Change, ChangeKind, OutputError, is_below};
use crate::emit::{MARK, Output};

/// The changes, by path.
pub(super) fn changes(
    root: &Path,
    outputs: &[Output],
    owned: &[String],
) -> Result<Vec<Change>, OutputError> {
    let paths = paths(outputs)?;
    let mut changes = Vec::new();
    for output in outputs {
        changes.extend(change(root, output)?);
    }
    for folder in owned {
        stale(root, folder, &paths, &mut changes)?;
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

fn paths(outputs: &[Output]) -> Result<BTreeSet<&str>, OutputError> {
    let mut paths = BTreeSet::new();
    let refused =
        |path: &str, why: &str| Err(OutputError::new("write", path, io::Error::other(why)));
    for Output { path, .. } in outputs {
        if !is_below(path) {
            return refused(path, "it is no path below the root");
        }
        if !paths.insert(path.as_str()) {
            return refused(path, "two outputs are to lie there");
        }
    }
    for path in &paths {
        let mut folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        if let Some(file) = folders.find(|folder| paths.contains(folder)) {
            return refused(file, "it is to be a file and a folder");
        }
    }
    Ok(paths)
}

fn change(root: &Path, output: &Output) -> Result<Option<Change>, OutputError> {
    let (kind, old) = match fs::read(root.join(&output.path)) {
        Ok(old) if old == output.contents.as_bytes() => return Ok(None),
        Ok(old) => (ChangeKind::Changed, old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (ChangeKind::Added, Vec::new()),
        Err(error) => return Err(OutputError::new("read", &output.path, error)),
    };
    Ok(Some(Change { path: output.path.clone(), kind, old, new: output.contents.clone() }))
}

/// Adds the generated files below a folder that no output names. Links are not followed.
fn stale(
    root: &Path,
    folder: &str,
    paths: &BTreeSet<&str>,
    changes: &mut Vec<Change>,
) -> Result<(), OutputError> {
    let failed = |error| OutputError::new("read", folder, error);
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let file_type = entry.file_type().map_err(failed)?;
        // Generated files have names of ours, so what is not UTF-8 is none.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{folder}/{name}");
        if file_type.is_dir() {
            stale(root, &path, paths, changes)?;
        } else if file_type.is_file() && !paths.contains(path.as_str()) && is_below(&path) {
            let read = |error| OutputError::new("read", &path, error);
            if is_generated(&entry.path()).map_err(read)? {
                let old = fs::read(entry.path()).map_err(read)?;
                changes.push(Change { path, kind: ChangeKind::Removed, old, new: String::new() });
            }
        }
    }
    Ok(())
}

/// Whether a file's first line says that it is generated.
fn is_generated(path: &Path) -> io::Result<bool> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?.take(512)).read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).contains(MARK))
}
