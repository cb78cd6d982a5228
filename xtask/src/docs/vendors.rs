//! The vendors in the book: their chapters in the summary, and the page that lists them.
//!
//! A vendor's page is the one that somebody wrote, `vendors/VENDOR.md`, else the generated one,
//! `generated/en/VENDOR.md`. Pages in other languages, `vendors/LANGUAGE/VENDOR.md` or
//! `generated/LANGUAGE/VENDOR.md`, are nested below it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, ensure};
use portolan_codegen::catalog::{Catalog, Vendor};

/// The line of the hand-written summary that the chapters of the vendors replace.
pub const MARK: &str = "<!-- vendors -->";

/// The catalogs in the order of the book: id, title, what is in it.
const CATALOGS: [(&str, &str, &str); 4] = [
    ("labs", "Labs", "Vendors who serve their own models."),
    ("clouds", "Clouds", "Clouds that host others' models."),
    ("gateways", "Gateways", "Gateways that pass requests on to others."),
    ("local", "Local", "Servers on one's own machine."),
];

/// The languages that pages are in besides English, and what speakers call them.
const LANGUAGES: [(&str, &str); 2] = [("zh-CN", "简体中文"), ("zh-TW", "繁體中文")];

/// A vendor's pages: the English one, and the others with the name of their language.
struct Pages {
    main: String,
    others: Vec<(&'static str, &'static str, String)>,
}

/// The summary with a chapter for every page of a vendor, and the list of vendors as Markdown for `catalog.md`.
///
/// `pages` are the Markdown files of the book by their paths.
///
/// # Errors
/// A summary without the mark, a vendor without a page, and a page about no vendor.
pub fn list(
    summary: &str,
    catalog: &Catalog,
    pages: &BTreeSet<String>,
) -> anyhow::Result<(String, String)> {
    ensure!(summary.contains(MARK), "the summary has no line `{MARK}`");
    let (mut chapters, mut tables) = (String::new(), String::new());
    let mut used = BTreeSet::new();
    for (id, title, description) in CATALOGS {
        let _ = writeln!(chapters, "# {title}\n");
        let _ = writeln!(tables, "## {title} {{#{id}}}\n\n{description}\n");
        tables.push_str("| vendor | providers | models | also in |\n|---|---|--:|---|\n");
        for vendor in catalog.vendors.iter().filter(|vendor| vendor.catalog == id) {
            let own = of(vendor, pages)?;
            chapter(&mut chapters, vendor, &own);
            row(&mut tables, vendor, &own);
            used.extend(own.others.into_iter().map(|(_, _, path)| path).chain([own.main]));
        }
        chapters.push('\n');
        tables.push('\n');
    }
    for page in pages.iter().filter(|page| page.starts_with("vendors/")) {
        ensure!(used.contains(page), "docs/src/{page} is about no vendor, or in no known language");
    }
    Ok((summary.replace(MARK, chapters.trim_end()), tables))
}

fn of(vendor: &Vendor, pages: &BTreeSet<String>) -> anyhow::Result<Pages> {
    let id = &vendor.id;
    let first = |paths: [String; 2]| paths.into_iter().find(|path| pages.contains(path));
    let main = first([format!("vendors/{id}.md"), format!("generated/en/{id}.md")]);
    let main = main.with_context(|| format!("vendor `{id}` has no page; run `cargo xtask gen`"))?;
    let others = LANGUAGES.into_iter().filter_map(|(tag, name)| {
        let page = first([format!("vendors/{tag}/{id}.md"), format!("generated/{tag}/{id}.md")])?;
        Some((tag, name, page))
    });
    Ok(Pages { main, others: others.collect() })
}

fn chapter(out: &mut String, vendor: &Vendor, pages: &Pages) {
    let _ = writeln!(out, "- [{}]({})", vendor.name, pages.main);
    for (tag, language, page) in &pages.others {
        let name = vendor.labels.get(*tag).unwrap_or(&vendor.name);
        let _ = writeln!(out, "  - [{name} ({language})]({page})");
    }
}

fn row(out: &mut String, vendor: &Vendor, pages: &Pages) {
    let providers: Vec<_> =
        vendor.providers.iter().map(|provider| format!("`{}`", provider.id)).collect();
    let models: usize = vendor.providers.iter().map(|provider| provider.models.len()).sum();
    let links = pages.others.iter().map(|(_, language, page)| format!("[{language}]({page})"));
    let _ = writeln!(
        out,
        "| [{}]({}) | {} | {models} | {} |",
        vendor.name,
        pages.main,
        providers.join(", "),
        links.collect::<Vec<_>>().join(", "),
    );
}
