//! Texts of manifests that look like markup, in every field that takes one: pages and doc comments show them whole and
//! as nothing but text. Pages are read back with the parser of Markdown, that mdBook and rustdoc have.

use std::sync::LazyLock;

use portolan_codegen::catalog::Catalog;
use portolan_codegen::emit::{Output, docs, rust};
use portolan_codegen::labels::Labels;
use proptest::prelude::*;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use serde_json::Value as Json;

use crate::fixtures::{compiled, folder, inputs, languages};

/// What could end a cell, a line or a comment, start markup, or be an instruction to mdBook.
const FRAGMENTS: &[&str] = &[
    "|",
    "\\|",
    "\\",
    "`",
    "``",
    "```",
    "~~~",
    "|---|",
    "\n",
    "\r\n\r\n",
    "\t",
    "    code",
    "# head",
    "===",
    "---",
    "- item",
    "1. item",
    "2) item",
    "+",
    "> quote",
    "> [!NOTE]",
    ": definition",
    "[ ]",
    "- [x] done",
    "[^1]",
    "[^1]: note",
    "[a](https://evil.example)",
    "[a]: https://evil.example",
    "![i](x.png)",
    "[`f`]",
    "[self::f]",
    "<script>alert(1)</script>",
    "<!-- comment",
    "-->",
    "<b>",
    "</td>",
    "<https://a.example/x|y>",
    "https://a.example/x_y|z`w",
    "http://a.example/{{#include x}}",
    "www.a.example",
    "a@b.example",
    "javascript:f()",
    "{{#include /etc/passwd}}",
    "{{ #playground x.rs }}",
    "\\{{#title x}}",
    "{{",
    "}}",
    "{#id .class}",
    "{",
    "}",
    "ANCHOR: acme-models",
    "ANCHOR_END: acme-models",
    "<!-- ANCHOR_END: acme-models -->",
    "https://a.example/ANCHOR:x",
    "*b*",
    "__c__",
    "~~d~~",
    "^e^",
    "$f$",
    "&lt;",
    "&#124;",
    "&amp",
    "\"",
    "'",
    "#[doc]",
    "*/",
    "///",
    "//!",
    "\\n",
    "fn f() {}",
    "שלום",
    "مرحبا",
    "é模型🎉",
    "👩\u{200d}💻",
    "☎\u{fe0f}",
];

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(FRAGMENTS).prop_map(str::to_owned),
        1 => "[ -~]{0,12}",
        1 => Just("x".repeat(300)),
    ]
}

fn hostile() -> impl Strategy<Value = String> {
    (prop::collection::vec(fragment(), 0..6), prop::sample::select(&["", " "][..]))
        .prop_map(|(parts, between)| parts.join(between))
}

/// The keys of the catalog under which any text may stand, or a list or map of such.
const TEXTS: &[&str] = &[
    "name",
    "label",
    "labels",
    "hint",
    "notes",
    "note",
    "says",
    "sets",
    "description",
    "routing",
    "request",
    "response",
];

/// The good fixture, which every case begins with.
fn fixture() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> =
        LazyLock::new(|| compiled(inputs(&folder("ok/acme"))).result.unwrap());
    &CATALOG
}

fn pages(catalog: &Catalog) -> Vec<Output> {
    static LANGUAGES: LazyLock<Vec<Labels>> = LazyLock::new(languages);
    docs::emit(catalog, &LANGUAGES)
}

/// The good fixture with a text in every place that takes one: a number, by which it is found again, and what is given.
fn catalog_with(text: &str) -> (Catalog, usize) {
    let mut json = serde_json::to_value(fixture()).unwrap();
    let mut count = 0;
    spoil(&mut json["vendors"], text, false, &mut count);
    assert!(count > 40, "{count}");
    (serde_json::from_value(json).unwrap(), count)
}

fn spoil(value: &mut Json, text: &str, inside: bool, count: &mut usize) {
    match value {
        Json::String(old) if inside => {
            *old = format!("«{count}»{text}»");
            *count += 1;
        }
        Json::Array(items) => items.iter_mut().for_each(|item| spoil(item, text, inside, count)),
        Json::Object(map) => {
            for (key, value) in map {
                let inside = inside || TEXTS.contains(&key.as_str());
                spoil(value, text, inside, count);
            }
        }
        _ => {}
    }
}

/// A text as HTML shows it: white space is one space.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a reader of Markdown gets.
#[derive(Default)]
struct Read {
    /// The text of each cell, list item, paragraph and heading.
    blocks: Vec<String>,
    /// Everything that is HTML.
    html: Vec<String>,
    /// The destinations of links that show something else.
    links: Vec<String>,
    /// Anything that no page of ours has.
    strange: Vec<String>,
    /// The fenced blocks.
    code: Vec<String>,
}

fn read(text: &str) -> Read {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    let mut read = Read::default();
    let (mut block, mut in_code, mut automatic) = (String::new(), false, false);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                read.code.push(std::mem::take(&mut block));
            }
            Event::Text(text) | Event::Code(text) => block.push_str(&text),
            Event::SoftBreak => block.push(' '),
            Event::Html(html) | Event::InlineHtml(html) => read.html.push(html.into_string()),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                automatic = matches!(link_type, LinkType::Autolink);
                if !automatic {
                    read.links.push(dest_url.into_string());
                } else if !dest_url.starts_with("http") {
                    read.strange.push(dest_url.into_string());
                }
            }
            Event::Start(Tag::Heading { id: None, ref classes, .. }) if classes.is_empty() => {}
            Event::Start(
                Tag::Paragraph
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::List(None)
                | Tag::Item
                | Tag::HtmlBlock,
            ) => {}
            Event::End(TagEnd::Link) => automatic = false,
            Event::End(_) => {
                if !in_code && !automatic && !block.is_empty() {
                    read.blocks.push(flat(&std::mem::take(&mut block)));
                }
            }
            other => read.strange.push(format!("{other:?}")),
        }
    }
    read
}

/// The lines of a page that an mdBook preprocessor would act on.
fn instructions(page: &str) -> Vec<&str> {
    let is_mark = |line: &&str| line.starts_with("<!-- ANCHOR") && line.ends_with(" -->");
    let acts = |line: &&str| {
        let squeezed: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        squeezed.contains("{{#") || squeezed.contains("ANCHOR:") || squeezed.contains("ANCHOR_END:")
    };
    page.lines().filter(|line| acts(line) && !is_mark(line)).collect()
}

fn assert_page_is_inert(path: &str, page: &str, text: &str, count: usize) {
    assert_eq!(instructions(page), Vec::<&str>::new(), "{path}");
    let read = read(page);
    assert_eq!(read.strange, Vec::<String>::new(), "{path}");
    for html in &read.html {
        let html = html.trim();
        assert!(
            html.starts_with("<!-- ") && html.ends_with(" -->") && html.matches("-->").count() == 1,
            "{html}"
        );
    }
    for link in &read.links {
        let hosts = ["acme.example", "other.example", "lists.example"];
        assert!(hosts.iter().any(|host| link.contains(host)), "{path}: {link}");
    }
    assert!(!read.code.is_empty());
    for code in &read.code {
        assert_example_is_whole(code, text);
    }
    let mut seen = 0;
    for number in 0..count {
        let (mark, whole) = (format!("«{number}»"), flat(&format!("«{number}»{text}»")));
        let blocks: Vec<_> = read.blocks.iter().filter(|block| block.contains(&mark)).collect();
        seen += usize::from(!blocks.is_empty());
        for block in blocks {
            assert!(block.contains(&whole), "{path}: {block:?} does not hold {whole:?}");
        }
    }
    assert!(seen > 35, "{path} shows {seen} texts");
}

/// An example of a configuration holds the names as they are.
fn assert_example_is_whole(code: &str, text: &str) {
    let example: Json =
        serde_yaml::from_str(code).unwrap_or_else(|error| panic!("{error}: {code}"));
    for (_, provider) in example["providers"].as_object().unwrap() {
        let models = provider["models"].as_object().unwrap();
        let whole = format!("»{text}»");
        assert!(
            models.values().all(|model| model["name"].as_str().unwrap().ends_with(&whole)),
            "{code}"
        );
    }
}

/// The texts of the cells of a table in HTML, and its tags.
fn cells(html: &str) -> (Vec<String>, Vec<String>) {
    let (mut texts, mut tags) = (vec![String::new()], Vec::new());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        texts.last_mut().unwrap().push_str(before);
        let (tag, after) = after.split_once('>').unwrap();
        if tag.starts_with("/t") {
            texts.push(String::new());
        }
        tags.push(tag.split(' ').next().unwrap().trim_start_matches('/').to_owned());
        rest = after;
    }
    let plain = |text: String| {
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        text.replace("&#123;", "{").replace("&#65;", "A").replace("&amp;", "&")
    };
    (texts.into_iter().map(plain).collect(), tags)
}

fn assert_table_is_inert(page: &str, text: &str) {
    assert_eq!(instructions(page), Vec::<&str>::new());
    let (_, table) = page.split_once("<div").unwrap();
    assert!(!table.contains("\n\n"), "a blank line would end the table");
    let (texts, tags) = cells(table);
    for tag in &tags {
        let ours =
            ["div", "table", "thead", "tbody", "tr", "th", "td", "code"].contains(&tag.as_str());
        assert!(ours, "<{tag}>");
    }
    let shown = texts
        .iter()
        .filter(|cell| cell.starts_with('«') && cell.contains(&flat(&format!("{text}»"))));
    assert!(shown.count() >= 8);
}

/// The doc comments of a module, a text each.
fn comments(module: &str) -> Vec<String> {
    let mut comments = vec![String::new()];
    for line in module.lines().map(str::trim_start) {
        match line.strip_prefix("///") {
            Some(text) => {
                let last = comments.last_mut().unwrap();
                last.push_str(text.strip_prefix(' ').unwrap_or(text));
                last.push('\n');
            }
            None if line.is_empty() || !comments.last().unwrap().is_empty() => {
                comments.push(String::new());
            }
            None => {}
        }
    }
    comments.retain(|comment| !comment.is_empty());
    comments
}

fn assert_comments_are_inert(module: &str, text: &str, count: usize) -> usize {
    let mut seen = 0;
    for comment in comments(module) {
        let read = read(&comment);
        assert_eq!(read.strange, Vec::<String>::new(), "{comment}");
        assert_eq!((read.html.len(), read.links.len(), read.code.len()), (0, 0, 0), "{comment}");
        let whole = read.blocks.join("\n");
        for number in 0..count {
            if whole.contains(&format!("«{number}»")) {
                assert!(whole.contains(&flat(&format!("«{number}»{text}»"))), "{comment}");
                seen += 1;
            }
        }
    }
    seen
}

fn assert_inert_everywhere(text: &str) {
    let (catalog, count) = catalog_with(text);
    let pages = pages(&catalog);
    assert_eq!(pages.len(), 3, "English, Simplified Chinese, the table of all models");
    for page in &pages {
        match page.path.as_str() {
            "models.md" => assert_table_is_inert(&page.contents, text),
            path => assert_page_is_inert(path, &page.contents, text, count),
        }
    }
    let modules = rust::emit(&catalog, "labs");
    let shown: usize =
        modules.iter().map(|module| assert_comments_are_inert(&module.contents, text, count)).sum();
    assert!(shown > 15, "{shown}");
}

#[test]
fn every_fragment_is_only_text() {
    for fragment in FRAGMENTS {
        assert_inert_everywhere(fragment);
        assert_inert_everywhere(&format!(" {fragment} "));
    }
    assert_inert_everywhere(&"x".repeat(300));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_mixture_is_only_text(text in hostile()) {
        assert_inert_everywhere(&text);
    }

    /// A model id is any visible ASCII. It is shown whole, as code or as text.
    #[test]
    fn an_id_is_shown_whole(id in "[!-~]{1,40}", other in prop::sample::select(&["a|b", "a`b", "{{#include`x}}", "ANCHOR:x", "<b>", "a\\", "&lt;"][..])) {
        for id in [id.as_str(), other] {
            let mut catalog = fixture().clone();
            catalog.vendors[0].providers[0].models[0].id = format!("q0q{id}q");
            let pages = pages(&catalog);
            for page in pages.iter().filter(|page| page.path != "models.md") {
                prop_assert_eq!(instructions(&page.contents), Vec::<&str>::new());
                let read = read(&page.contents);
                prop_assert_eq!(&read.strange, &Vec::<String>::new());
                let blocks: Vec<_> = read.blocks.iter().filter(|block| block.contains("q0q")).collect();
                prop_assert!(blocks.len() >= 2);
                for block in blocks {
                    prop_assert!(block.contains(&format!("q0q{id}q")), "{} in {}", id, block);
                }
            }
        }
    }
}
