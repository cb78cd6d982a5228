//! Packages from their registries, each in a folder of its own.
//!
//! Takes a list of pinned packages as pip or npm reads it; installs them and says where. What is installed already is
//! not installed again; a list that has changed makes everything new, so that nothing of an older one is left.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// Installs packages of Python into a virtual environment in a folder; returns the Python that has them.
///
/// # Errors
/// If there is no Python, or a package cannot be had.
pub fn python(folder: &Path, requirements: &Path) -> anyhow::Result<PathBuf> {
    let wanted = read(requirements)?;
    let scripts = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = scripts.join(if cfg!(windows) { "python.exe" } else { "python" });
    once(folder, &wanted, || {
        let venv = ["-m".as_ref(), "venv".as_ref(), "--clear".as_ref(), folder.as_os_str()];
        succeed(Command::new("python3").args(venv))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        succeed(Command::new(&python).args(pip).arg("--requirement").arg(requirements))
    })?;
    Ok(python)
}

/// Installs packages of npm into a folder, from the `package.json` of another and the lock file beside it.
///
/// # Errors
/// If there is no npm, or a package cannot be had.
pub fn node(folder: &Path, package: &Path) -> anyhow::Result<()> {
    let files = ["package.json", "package-lock.json"];
    let texts = files.map(|file| read(&package.join(file)));
    let texts = texts.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    once(folder, &texts.concat(), || {
        for (file, text) in files.iter().zip(&texts) {
            let path = folder.join(file);
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let quiet = ["--no-audit", "--no-fund", "--silent"];
        succeed(Command::new(npm).current_dir(folder).arg("ci").args(quiet))
    })
}

/// Installs what a list wants, unless it is there.
fn once(
    folder: &Path,
    wanted: &str,
    install: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing packages into {}", folder.display());
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    install()?;
    fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// Runs a program to its end.
///
/// # Errors
/// If it cannot be started or fails.
pub fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let name = Path::new(command.get_program()).file_name().unwrap_or(OsStr::new("?"));
    let name = name.to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start `{name}`"))?;
    ensure!(status.success(), "`{name}` failed: {status}");
    Ok(())
}
