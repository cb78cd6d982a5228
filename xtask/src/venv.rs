//! Python packages from their registry, in a folder of their own.
//!
//! Takes a list of pinned packages as pip reads it; returns the Python that has them. What is installed already is not
//! installed again; a list that has changed makes everything new, so that nothing of an older one is left.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// Installs packages into a virtual environment in a folder.
///
/// # Errors
/// If there is no Python, or a package cannot be had.
pub fn install(folder: &Path, requirements: &Path) -> anyhow::Result<PathBuf> {
    let wanted =
        fs::read_to_string(requirements).with_context(|| requirements.display().to_string())?;
    let scripts = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = scripts.join(if cfg!(windows) { "python.exe" } else { "python" });
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("installing {} into {}", requirements.display(), folder.display());
    run("python3", [OsStr::new("-m"), "venv".as_ref(), "--clear".as_ref(), folder.as_ref()])?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(&python, pip.map(OsStr::new).into_iter().chain([requirements.as_os_str()]))?;
    fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())?;
    Ok(python)
}

fn run<'a>(
    program: impl AsRef<Path>,
    arguments: impl IntoIterator<Item = &'a OsStr>,
) -> anyhow::Result<()> {
    let program = program.as_ref();
    let status = Command::new(program).args(arguments).status();
    let status = status.with_context(|| format!("cannot start {}", program.display()))?;
    ensure!(status.success(), "{} failed", program.display());
    Ok(())
}
