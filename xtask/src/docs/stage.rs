//! The source of the book as mdBook reads it: what people wrote under `docs/`, and what is composed from the code.
//!
//! Takes the repository and the catalog; returns files by path. Writing them leaves alone what is as it should be, so
//! that a running `mdbook serve` renders only what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use portolan_codegen::catalog::Catalog;
use portolan_types::{Meter, ServiceTier};

use super::{errors, fields, vendors};

/// The files of the book below its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The section of `book.toml` that says what the search leaves out.
const SEARCH: &str = "[output.html.search.chapter]\n";

/// How many bytes of generated pages are searched, the smallest pages first. The tables of the largest vendors would be
/// nine tenths of the index, which every reader loads; the page of all models filters by itself.
const SEARCHED: usize = 768 << 10;

/// The book of a repository.
///
/// # Errors
/// Files that cannot be read, and parts that cannot be composed.
pub fn files(root: &Path, catalog: &Catalog) -> anyhow::Result<Files> {
    let mut files = files_of(&root.join("docs"))?;
    let pages: BTreeSet<_> =
        files.keys().filter_map(|path| path.strip_prefix("src/")).map(str::to_owned).collect();
    let summary = files.get("src/SUMMARY.md").context("docs/src/SUMMARY.md is missing")?;
    let summary = String::from_utf8(summary.clone()).context("docs/src/SUMMARY.md")?;
    let (summary, tables) = vendors::list(&summary, catalog, &pages)?;
    files.insert("src/SUMMARY.md".to_owned(), summary.into_bytes());
    let contributing =
        fs::read_to_string(root.join("CONTRIBUTING.md")).context("CONTRIBUTING.md")?;
    let settings = files.get("book.toml").context("docs/book.toml is missing")?;
    let settings = search(&String::from_utf8_lossy(settings), &files)?;
    files.insert("book.toml".to_owned(), settings.into_bytes());
    for (name, text) in [
        ("contributing", contributing),
        ("vendors", tables),
        ("keys", fields::tables()?),
        ("errors", errors::page(&root.join("tests/fixtures"))?),
        ("meters", meters()),
        ("service-tiers", service_tiers()),
    ] {
        let before = files.insert(format!("src/composed/{name}.md"), text.into_bytes());
        ensure!(before.is_none(), "docs/src/composed/{name}.md is composed, not written");
    }
    Ok(files)
}

/// Makes a folder hold exactly these files.
///
/// # Errors
/// Files that cannot be read, written or removed.
pub fn write(folder: &Path, files: &Files) -> anyhow::Result<()> {
    for (path, bytes) in files {
        let path = folder.join(path);
        if fs::read(&path).ok().as_ref() != Some(bytes) {
            let parent = path.parent().context("a file without a folder")?;
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
            fs::write(&path, bytes).with_context(|| path.display().to_string())?;
        }
    }
    for path in files_of(folder)?.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(path)).with_context(|| path.clone())?;
    }
    Ok(())
}

/// Every file below a folder, by its path with `/`.
///
/// # Errors
/// What cannot be read.
pub fn files_of(folder: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = open.pop() {
        for entry in fs::read_dir(&path).with_context(|| path.display().to_string())? {
            let path: PathBuf = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{prefix}{name}");
            if path.is_dir() {
                open.push((path, format!("{name}/")));
            } else {
                let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
                files.insert(name, bytes);
            }
        }
    }
    Ok(files)
}

/// The settings of the book with the generated pages that are not searched, because they are too large.
fn search(settings: &str, files: &Files) -> anyhow::Result<String> {
    ensure!(settings.contains(SEARCH), "docs/book.toml has no section {}", SEARCH.trim());
    let summary = files.get("src/SUMMARY.md").context("docs/src/SUMMARY.md is missing")?;
    let summary = String::from_utf8_lossy(summary);
    let pages = files.iter().filter_map(|(path, bytes)| {
        let page = path.strip_prefix("src/").filter(|page| page.starts_with("generated/"))?;
        // A page that another one includes is no chapter.
        summary.contains(&format!("({page})")).then_some((bytes.len(), page))
    });
    let (mut section, mut searched) = (SEARCH.to_owned(), 0);
    for (size, page) in pages.collect::<BTreeSet<_>>() {
        searched += size;
        if searched > SEARCHED {
            let _ = writeln!(section, "\"{page}\" = {{ enable = false }}");
        }
    }
    Ok(settings.replace(SEARCH, &section))
}

/// The registry of meters.
fn meters() -> String {
    let mut out = String::from(
        "| meter | a price is for | input tokens? | without a price of its own |\n|---|--:|---|---|\n",
    );
    for meter in Meter::ALL {
        let side = if meter.is_input() { "yes" } else { "" };
        let fallback = meter.fallback().map_or_else(
            || "error".to_owned(),
            |fallback| {
                let how = if fallback.assumed { ", and the quote says so" } else { "" };
                format!("billed as `{}`{how}", fallback.meter)
            },
        );
        let plural = if meter.per() == 1 { "" } else { "s" };
        let per = format!("{} {}{plural}", thousands(meter.per()), meter.unit());
        let _ = writeln!(out, "| `{meter}` | {per} | {side} | {fallback} |");
    }
    out
}

fn service_tiers() -> String {
    let words: Vec<_> = ServiceTier::ALL.iter().map(|tier| format!("`{tier}`")).collect();
    format!("{}\n", words.join(", "))
}

fn thousands(number: u64) -> String {
    if number < 1_000 {
        return number.to_string();
    }
    format!("{},{:03}", thousands(number / 1_000), number % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_generated_pages_are_not_searched() {
        let files = [
            ("src/generated/a.md", SEARCHED / 2),
            ("src/generated/b.md", SEARCHED),
            ("src/generated/c.md", SEARCHED / 2),
            ("src/generated/included.md", SEARCHED),
            ("src/written.md", 2 * SEARCHED),
        ];
        let mut files: Files = files.map(|(path, size)| (path.to_owned(), vec![0; size])).into();
        let summary = "[A](generated/a.md) [B](generated/b.md) [C](generated/c.md) [W](written.md)";
        files.insert("src/SUMMARY.md".to_owned(), summary.into());
        let settings = search(&format!("{SEARCH}\n[other]\n"), &files).unwrap();
        assert_eq!(
            settings,
            format!("{SEARCH}\"generated/b.md\" = {{ enable = false }}\n\n[other]\n")
        );
        assert!(search("[other]\n", &files).is_err());
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([1, 999, 3_600, 1_000_000].map(thousands), ["1", "999", "3,600", "1,000,000"]);
    }
}
