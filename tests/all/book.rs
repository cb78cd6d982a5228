//! The site: its examples are right, its lists are whole, and what would break a link is seen.

use std::collections::BTreeSet;
use std::fs;

use portolan_codegen::code::Code;
use portolan_codegen::compile_over;
use portolan_codegen::load::Input;
use portolan_codegen::manifest::{LabFile, VendorFile};
use portolan_codegen::overlay::Public;
use portolan_codegen::shape::Defs;
use serde_json::Value as Json;
use tempfile::tempdir;
use xtask::docs::pair::{self, pairs};
use xtask::docs::site::check;
use xtask::docs::{errors, example, fields, stage, vendors};

use crate::fixtures::{compiled, folder, public_catalog, repository};

#[test]
fn each_bad_manifest_of_the_page_of_errors_is_mended() {
    for pair in pairs(&folder("")).unwrap() {
        let compiled = |inputs| pair::compiled(&folder(""), inputs).unwrap().result;
        let mistakes = compiled(pair.bad).expect_err(&pair.name);
        let codes: BTreeSet<_> = mistakes.iter().map(|mistake| mistake.code).collect();
        assert_eq!(codes, BTreeSet::from([pair.code]), "{}", pair.name);
        let mended = compiled(pair.mended);
        assert!(mended.is_ok(), "{} is not mended: {:?}", pair.name, mended.err());
    }
}

#[test]
fn every_code_is_on_the_page_of_errors() {
    let page = errors::page(&folder("")).unwrap();
    for code in Code::ALL {
        let heading = format!("### {code}: {} {{#{}}}\n", code.title(), errors::anchor(*code));
        let (_, section) = page.split_once(&heading).unwrap_or_else(|| panic!("no {code}"));
        let section = section.split("\n### ").next().unwrap();
        assert!(section.contains(code.explanation()), "{code} is not explained");
        assert!(section.contains("```yaml\n"), "{code} has no bad manifest");
        assert!(section.contains(&format!("error[{code}]: ")), "{code} has no message");
        assert!(section.contains("Mended:\n\n"), "{code} has no mended manifest");
    }
}

#[test]
fn a_code_without_a_mended_manifest_has_no_page() {
    let empty = tempdir().unwrap();
    fs::create_dir(empty.path().join("mended")).unwrap();
    let error = errors::page(empty.path()).unwrap_err().to_string();
    assert!(error.starts_with("M0101 has no mended manifest"), "{error}");
}

/// The definitions of both schemas.
fn definitions() -> Vec<(String, Json)> {
    [Defs::default().document::<VendorFile>(""), Defs::default().document::<LabFile>("")]
        .iter()
        .flat_map(|schema| schema["definitions"].as_object().unwrap().clone())
        .collect()
}

#[test]
fn the_list_of_keys_has_every_key_of_every_mapping() {
    let page = fields::tables().unwrap();
    let mut keys = 0;
    for (name, definition) in definitions() {
        let description = definition["description"].as_str().unwrap();
        let (_, section) = page.split_once(&format!("\n{description}\n")).expect(&name);
        let section = section.split("\n## ").next().unwrap();
        for (key, property) in definition["properties"].as_object().unwrap() {
            if property["description"].is_string() {
                assert!(section.contains(&format!("\n| `{key}`")), "{name}.{key}");
                keys += 1;
            } else {
                assert!(section.contains("\n| any [meter](prices.md#meters) | "), "{name}.{key}");
            }
        }
    }
    assert!(keys > 150, "only {keys} keys were looked at");
}

#[test]
fn an_example_reads_as_it_is_meant() {
    for (name, definition) in definitions() {
        for (key, property) in definition["properties"].as_object().unwrap() {
            let Some(value) = property["examples"].get(0) else { continue };
            let text = example::yaml(value);
            let read: Json = serde_yaml::from_str(&text).unwrap();
            assert_eq!(&read, value, "{name}.{key}: {text}");
        }
    }
}

#[test]
fn the_manifests_of_the_book_compile() {
    let mut found = 0;
    for (path, bytes) in stage::files_of(&repository().join("docs/src")).unwrap() {
        if path.starts_with("generated/") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        for manifest in blocks(&text, "yaml") {
            let Some((_, rest)) = manifest.split_once("vendor: ") else { continue };
            let vendor = rest.lines().next().unwrap();
            let result = if rest.contains("\noverride: true\n") {
                let path = format!("company/{vendor}.yaml");
                let public = Public::new(public_catalog().clone()).unwrap();
                let input = Input { path, bytes: manifest.into_bytes() };
                compile_over(vec![input], "manifests/", public).result
            } else {
                let path = format!("labs/{vendor}.yaml");
                compiled(vec![Input { path, bytes: manifest.into_bytes() }]).result
            };
            assert!(result.is_ok(), "{path}: {:?}", result.err());
            found += 1;
        }
    }
    assert!(found >= 4, "only {found} manifests were found");
}

/// The fenced blocks of a language, without the indentation that they stand at.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}");
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.trim_start() == fence {
            let indent = line.len() - fence.len();
            let block = lines.by_ref().take_while(|line| line.trim() != "```");
            let block = block.map(|line| line.get(indent..).unwrap_or_default());
            found.push(block.flat_map(|line| [line, "\n"]).collect());
        }
    }
    found
}

/// Pages for every vendor of the public catalog.
fn pages() -> BTreeSet<String> {
    let catalog = public_catalog();
    catalog.vendors.iter().map(|vendor| format!("generated/en/{}.md", vendor.id)).collect()
}

#[test]
fn every_vendor_is_in_the_summary_without_a_line_by_hand() {
    let mut pages = pages();
    pages.insert("vendors/xiaomi.md".to_owned());
    pages.insert("generated/zh-CN/xiaomi.md".to_owned());
    pages.insert("vendors/zh-TW/xiaomi.md".to_owned());
    let hand_written = fs::read_to_string(repository().join("docs/src/SUMMARY.md")).unwrap();
    let (summary, tables) = vendors::list(&hand_written, public_catalog(), &pages).unwrap();
    for page in &pages {
        let replaced = page == "generated/en/xiaomi.md";
        assert_eq!(summary.contains(&format!("]({page})\n")), !replaced, "{page}");
        assert_eq!(tables.contains(&format!("]({page})")), !replaced, "{page}");
    }
    let nested = "\n- [Xiaomi MiMo](vendors/xiaomi.md)\n  - [小米 MiMo (简体中文)](generated/zh-CN/xiaomi.md)\n";
    assert!(summary.contains(nested), "{summary}");
}

#[test]
fn a_page_about_no_vendor_and_a_vendor_without_a_page_are_errors() {
    let catalog = public_catalog();
    let mut more = pages();
    more.insert("vendors/no_vendor.md".to_owned());
    let error = vendors::list(vendors::MARK, catalog, &more).unwrap_err().to_string();
    assert!(error.contains("docs/src/vendors/no_vendor.md"), "{error}");

    let mut fewer = pages();
    fewer.remove("generated/en/xiaomi.md");
    let error = vendors::list(vendors::MARK, catalog, &fewer).unwrap_err().to_string();
    assert!(error.contains("`xiaomi`"), "{error}");
}

/// The faults of a site of two pages: `index.html` with this text, and `en/other.html`, which has the anchor `here`.
fn faults(html: &str) -> Vec<String> {
    let site = tempdir().unwrap();
    fs::create_dir(site.path().join("en")).unwrap();
    fs::write(site.path().join("picture.png"), "").unwrap();
    fs::write(site.path().join("en/other.html"), "<h1 id=here>Here</h1>").unwrap();
    fs::write(site.path().join("index.html"), html).unwrap();
    check(site.path()).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_site_has_no_fault() {
    let html = "\
        <h1 id='top'>Top</h1><a href='#top'>up</a><a href='en/other.html#here'>there</a>\
        <img src=\"picture.png\"><a href='en/other.html?x=1#%68ere'>coded</a>\
        <a href='https://docs.example.com/a#b'>out</a>\
        <script>const a = '<a id=\"top\" href=\"nowhere.html\">;</script>";
    assert_eq!(faults(html), Vec::<String>::new());
}

#[test]
fn a_broken_link_is_seen() {
    assert_eq!(
        faults("<a href='nowhere.html'>x</a>"),
        ["index.html: `nowhere.html` leads to no file"]
    );
    assert_eq!(faults("<img src='gone.png'>"), ["index.html: `gone.png` leads to no file"]);
    assert_eq!(
        faults("<a href='../index.html'>x</a>"),
        ["index.html: `../index.html` leads out of the site"]
    );
    assert_eq!(
        faults("<a href='/index.html'>x</a>"),
        ["index.html: `/index.html` leads out of the site"]
    );
}

#[test]
fn a_broken_anchor_is_seen() {
    assert_eq!(
        faults("<a href='en/other.html#there'>x</a>"),
        ["index.html: `en/other.html#there` leads to no anchor"]
    );
    assert_eq!(faults("<a href='#m0201'>x</a>"), ["index.html: `#m0201` leads to no anchor"]);
}

#[test]
fn a_doubled_id_a_bad_address_and_an_include_left_over_are_seen() {
    assert_eq!(faults("<p id=a></p><p id=a></p>"), ["index.html: the id `a` is there twice"]);
    assert_eq!(
        faults("<a href='https://a b'>x</a>"),
        ["index.html: `https://a b` is no well-formed address"]
    );
    assert_eq!(
        faults("<a href='javascript:alert(1)'>x</a>"),
        ["index.html: `javascript:alert(1)` is no well-formed address"]
    );
    assert_eq!(faults("<p>{{#include x.md}}</p>"), ["index.html: an include is left over"]);
}
