//! Checks a built site: every internal link leads to a file and, where it says so, to an anchor of it; ids are unique on
//! a page; addresses elsewhere are well formed; no include is left over.
//!
//! Takes a folder of HTML; returns every fault. Nothing is fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use anyhow::ensure;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use portolan_codegen::manifest::Url;
use portolan_codegen::shape::Key as _;

use super::stage::files_of;

/// What is wrong on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The page, relative to the site.
    pub page: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.page, self.what)
    }
}

/// What a page says that has to be checked.
#[derive(Default)]
struct Page {
    ids: BTreeSet<String>,
    links: Vec<String>,
    faults: Vec<String>,
}

/// Every fault of the site in a folder, by page.
///
/// # Errors
/// Files that cannot be read, and a folder without a page.
pub fn check(folder: &Path) -> anyhow::Result<Vec<Fault>> {
    let files = files_of(folder)?;
    let pages: BTreeMap<_, _> = files
        .iter()
        .filter(|(path, _)| is_page(path))
        .map(|(path, bytes)| (path.as_str(), parse(&String::from_utf8_lossy(bytes))))
        .collect();
    ensure!(!pages.is_empty(), "{} holds no page", folder.display());
    let mut faults = Vec::new();
    for (path, page) in &pages {
        let links = page.links.iter().filter_map(|link| {
            let what = fault_of(path, link, &pages, |target| files.contains_key(target))?;
            Some(format!("`{link}` {what}"))
        });
        let all = page.faults.iter().cloned().chain(links);
        faults.extend(all.map(|what| Fault { page: (*path).to_owned(), what }));
    }
    Ok(faults)
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "html")
}

fn parse(html: &str) -> Page {
    let mut page = Page::default();
    let mut emitter = DefaultEmitter::default();
    // What stands in a script or a style is no markup.
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => page.tag(&tag),
            Token::String(text) if String::from_utf8_lossy(&text).contains("{{#") => {
                page.faults.push("an include is left over".to_owned());
            }
            _ => {}
        }
    }
    page
}

impl Page {
    fn tag(&mut self, tag: &StartTag<()>) {
        let value = |name: &str| {
            let value = tag.attributes.get(name.as_bytes())?;
            Some(String::from_utf8_lossy(value).into_owned())
        };
        if let Some(id) = value("id")
            && let Some(id) = self.ids.replace(id)
        {
            self.faults.push(format!("the id `{id}` is there twice"));
        }
        self.links.extend(["href", "src"].into_iter().filter_map(value));
    }
}

/// What is wrong with a link of a page, or nothing.
fn fault_of(
    page: &str,
    link: &str,
    pages: &BTreeMap<&str, Page>,
    exists: impl Fn(&str) -> bool,
) -> Option<String> {
    let scheme = link.split_once(':').map(|(scheme, _)| scheme);
    if scheme.is_some_and(|scheme| scheme.chars().all(|c| c.is_ascii_alphanumeric())) {
        let known = link.starts_with("data:image/") || Url::from_text(link).is_some();
        return (!known).then(|| "is no well-formed address".to_owned());
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or_default();
    let Some(target) = resolved(page, path) else {
        return Some("leads out of the site".to_owned());
    };
    if !exists(&target) {
        return Some("leads to no file".to_owned());
    }
    let fragment = decoded(fragment);
    let found = fragment.is_empty()
        || pages.get(target.as_str()).is_some_and(|page| page.ids.contains(&fragment));
    (!found).then(|| "leads to no anchor".to_owned())
}

/// The path in the site that a relative path of a page means.
fn resolved(page: &str, path: &str) -> Option<String> {
    let path = decoded(path);
    if path.starts_with('/') {
        return None; // Where the site will lie below its host is not known.
    }
    if path.is_empty() {
        return Some(page.to_owned());
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    if path.ends_with('/') || path.ends_with("..") || path == "." {
        parts.push("index.html");
    }
    Some(parts.join("/"))
}

/// A text with its `%20` and the like replaced.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let code =
            code.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        rest = if code.is_some() { &after[2..] } else { after };
        bytes.push(code.unwrap_or(*first));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_from_the_page() {
        for (page, path, expected) in [
            ("index.html", "a.html", Some("a.html")),
            ("en/x.html", "../a.html", Some("a.html")),
            ("en/x.html", "", Some("en/x.html")),
            ("en/x.html", "y/", Some("en/y/index.html")),
            ("en/x.html", "a%20b.html", Some("en/a b.html")),
            ("index.html", "../a.html", None),
            ("index.html", "/a.html", None),
        ] {
            assert_eq!(resolved(page, path).as_deref(), expected, "{page} {path}");
        }
    }
}
