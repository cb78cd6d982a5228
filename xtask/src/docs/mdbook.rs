//! Calls the `mdbook` command, of one version, so that the site looks the same wherever it is built.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail, ensure};

const VERSION: &str = "0.5.4";

/// Renders the book in a folder.
///
/// # Errors
/// If the command is not there, is of another version, or fails.
pub(super) fn build(book: &Path) -> anyhow::Result<()> {
    ensure_version()?;
    let output = Command::new("mdbook").arg("build").arg(book).output()?;
    // Of an include that cannot be read mdBook only says so and goes on.
    let said = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<_> =
        said.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).collect();
    if !output.status.success() || !complaints.is_empty() {
        bail!("mdbook is not content:\n{}", said.trim_end());
    }
    Ok(())
}

/// Renders the book in a folder again whenever it changes, and shows it in browsers of this machine until it is stopped.
///
/// # Errors
/// If the command cannot be started or fails.
pub(super) fn serve(book: &Path, port: u16) -> anyhow::Result<()> {
    let mut command = Command::new("mdbook");
    command.arg("serve").arg(book).args(["--hostname", "127.0.0.1", "--port", &port.to_string()]);
    let status = command.status()?;
    ensure!(status.success(), "mdbook serve ended with {status}");
    Ok(())
}

fn ensure_version() -> anyhow::Result<()> {
    let install = format!("run `cargo install --locked mdbook --version {VERSION}`");
    let output = Command::new("mdbook").arg("--version").output();
    let output = output.with_context(|| format!("cannot start mdbook; {install}"))?;
    let found = String::from_utf8_lossy(&output.stdout);
    ensure!(
        found.trim() == format!("mdbook v{VERSION}"),
        "mdbook {VERSION} is needed, `{}` is there; {install}",
        found.trim(),
    );
    Ok(())
}
