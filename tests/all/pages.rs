//! The pages of the docs against the catalog that they are made from: nothing is blank, nothing is missing, and what the
//! pages by hand include is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use portolan_codegen::catalog::{Model, Price};
use portolan_codegen::emit::docs::{self, MAIN_LANGUAGE};
use portolan_codegen::load::Input;
use portolan_codegen::manifest::Closed as _;
use portolan_codegen::overlay::Public;
use portolan_codegen::render::{Format, render};
use portolan_codegen::{rows, user};
use portolan_types::{Currency, Meter, Status, rate_text};

use crate::fixtures::{languages, public_catalog, repository};

fn page(path: &str) -> String {
    let path = repository().join("docs/src").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The part of a page that mdBook includes under this name, in which a dot would not do.
fn part<'p>(page: &'p str, name: &str) -> &'p str {
    let name = &name.replace('.', "-");
    let (_, after) = page.split_once(&format!("<!-- ANCHOR: {name} -->\n")).expect(name);
    after.split_once(&format!("<!-- ANCHOR_END: {name} -->\n")).expect(name).0
}

/// The cells of a line of a table, without the marks of code.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix("| ")?.strip_suffix(" |")?.replace("\\|", "\u{1}");
    Some(inner.split(" | ").map(|cell| cell.replace('`', "").replace('\u{1}', "|")).collect())
}

fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines().filter_map(cells).collect()
}

#[test]
fn no_cell_is_blank_and_every_row_is_whole() {
    let mut tables = 0;
    for page in docs::emit(public_catalog(), &languages()) {
        let mut width = 0;
        for line in page.contents.lines() {
            let Some(cells) = cells(line) else {
                width = 0;
                continue;
            };
            if width == 0 {
                (width, tables) = (cells.len(), tables + 1);
            }
            assert_eq!(cells.len(), width, "{}: {line}", page.path);
            assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "{}: {line}", page.path);
        }
    }
    assert!(tables > 300, "{tables}");
}

#[test]
fn every_price_stands_on_its_vendors_page() {
    for vendor in &public_catalog().vendors {
        let text = page(&format!("generated/{MAIN_LANGUAGE}/{}.md", vendor.id));
        for provider in &vendor.providers {
            let is_priced = |model: &Model| matches!(model.price, Price::Priced(_));
            if !provider.models.iter().any(is_priced) {
                continue;
            }
            let name = format!("{}-prices", provider.id);
            let rows = rows(part(&text, &name));
            for model in &provider.models {
                let Price::Priced(cards) = &model.price else { continue };
                let reference = format!("{}/{}", provider.id, model.id);
                let of_model: Vec<_> = rows.iter().filter(|row| row[0] == reference).collect();
                for card in cards {
                    for rates in
                        [&card.rates].into_iter().chain(card.tiers.iter().map(|tier| &tier.rates))
                    {
                        for meter in [Meter::Input, Meter::CacheRead, Meter::Output] {
                            let Some(rate @ 1..) = rates.rate(meter) else { continue };
                            let shown = match card.currency.0 {
                                Currency::Usd => format!("${}", rate_text(rate)),
                                other => format!("{other} {}", rate_text(rate)),
                            };
                            let found = of_model.iter().any(|row| row.contains(&shown));
                            assert!(found, "{reference}: {shown}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_model_is_in_the_table_of_all() {
    const ROW: &str = "<tr><th scope=\"row\">";
    let text = page("generated/models.md");
    let rows = text.split(ROW).skip(1).map(|row| row.split_once("</th>").unwrap().0);
    let mut shown: Vec<_> = rows.map(str::to_owned).collect();
    let catalog = public_catalog();
    let models = catalog.providers().flat_map(|(_, provider)| {
        provider.models.iter().map(|model| format!("<code>{}/{}</code>", provider.id, model.id))
    });
    let mut expected: Vec<_> = models.collect();
    shown.sort();
    expected.sort();
    // A model that is twice in one of them is too.
    assert_eq!(shown, expected);
}

#[test]
fn every_configuration_example_is_a_users_file_that_changes_nothing() {
    let catalog = public_catalog();
    let mut all = Vec::new();
    for vendor in &catalog.vendors {
        let text = page(&format!("generated/{MAIN_LANGUAGE}/{}.md", vendor.id));
        for provider in &vendor.providers {
            let is_over =
                |model: &Model| matches!(model.status.0, Status::Retired | Status::Delisted);
            if provider.models.iter().all(is_over) {
                continue;
            }
            let example = part(&text, &format!("{}-config", provider.id));
            let (_, fenced) = example.trim().split_once("```yaml\n").unwrap();
            let yaml = fenced.strip_suffix("```").unwrap().to_owned();
            let value: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
            let models = value["providers"][&provider.id]["models"].as_object().unwrap();
            let first = models.keys().next().unwrap();
            assert_eq!(value["default_model"], format!("{}/{first}", provider.id));
            assert_eq!(value["regions"].is_null(), provider.regions.is_empty());
            all.push((provider, yaml));
        }
    }
    assert!(all.len() > 200);
    // A public catalog is read once for all of them, so one file has the providers of all examples.
    let blocks = all.iter().map(|(_, yaml)| yaml.split_once("providers:\n").unwrap().1);
    let together = format!("providers:\n{}", blocks.collect::<String>());
    let input = Input { path: "config.yaml".to_owned(), bytes: together.into_bytes() };
    let public = || Public::new(catalog.clone());
    let user = user::read(&input, &[], public).unwrap();
    let shown = render(&user.mistakes, &user.sources, Format::Human { styled: false });
    assert_eq!(shown, "");
    let said = user.catalog.unwrap();
    let made = rows::catalog(&said, user::CATALOG);
    for (provider, _) in &all {
        let made = made.provider(&provider.id).unwrap();
        let public = portolan_catalog::provider(&provider.id).unwrap();
        assert_eq!((made.regions, made.auth), (public.regions, public.auth), "{}", provider.id);
        assert_eq!(made.models, public.models, "{}", provider.id);
    }
}

/// The pages by hand, each with its path below `docs/src`.
fn by_hand() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut folders = vec![PathBuf::from("vendors")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(repository().join("docs/src").join(&folder)).unwrap() {
            let below = folder.join(entry.unwrap().file_name());
            if repository().join("docs/src").join(&below).is_dir() {
                folders.push(below);
            } else {
                let path = below.to_str().unwrap().to_owned();
                pages.push((path.clone(), page(&path)));
            }
        }
    }
    pages.sort();
    pages
}

/// What a page includes: the path as written, and the part.
fn includes(text: &str) -> Vec<(&str, &str)> {
    let inner = text.split("{{#include ").skip(1);
    inner.map(|rest| rest.split_once("}}").unwrap().0.rsplit_once(':').unwrap()).collect()
}

#[test]
fn what_the_pages_by_hand_include_is_there() {
    let pages = by_hand();
    let paths: Vec<_> = pages.iter().map(|(path, _)| path.as_str()).collect();
    let expected = ["vendors/minimax.md", "vendors/xiaomi.md"];
    assert!(expected.iter().all(|path| paths.contains(path)), "{paths:?}");
    for (path, text) in &pages {
        let vendor = path.rsplit_once('/').unwrap().1;
        let language = match path.split('/').collect::<Vec<_>>()[..] {
            [_, language, _] => language,
            _ => MAIN_LANGUAGE,
        };
        let up = "../".repeat(path.matches('/').count());
        for (target, name) in includes(text) {
            assert_eq!(target, format!("{up}generated/{language}/{vendor}"), "{path}");
            assert!(
                !part(&page(&format!("generated/{language}/{vendor}")), name).trim().is_empty()
            );
        }
    }
}

#[test]
fn translations_include_the_same_parts() {
    let pages = by_hand();
    // A vendor's notes are in one language; the prose of a translation says them itself.
    let parts = |text: &str| -> Vec<String> {
        let names = includes(text).into_iter().map(|(_, name)| name.to_owned());
        names.filter(|name| name != "notes").collect()
    };
    for (path, text) in &pages {
        let vendor = path.rsplit_once('/').unwrap().1;
        let (_, main) =
            pages.iter().find(|(other, _)| *other == format!("vendors/{vendor}")).unwrap();
        assert_eq!(parts(text), parts(main), "{path}");
    }
}

#[test]
fn no_figure_is_written_by_hand() {
    for (path, text) in by_hand() {
        let mut in_code = false;
        for line in text.lines() {
            in_code ^= line.trim_start().starts_with("```");
            let words = line.split('`').step_by(2).collect::<String>();
            let item = words.trim_start_matches(|c: char| c.is_ascii_digit());
            let words = if item.starts_with(". ") { item } else { &words };
            let plain = in_code || words.contains("{{#include");
            assert!(plain || !words.contains(|c: char| c.is_numeric()), "{path}: {line}");
        }
    }
}

/// What the pages of `OpenClaw` on these vendors told their readers in June 2026 and before: the page, the part, and the
/// cells of a row in their order. Where the figure was another one then, the last field has it: it stands among what
/// other sources say.
const TOLD: &[(&str, &str, &[&str], Option<&str>)] = &[
    // Xiaomi: the properties.
    ("xiaomi", "xiaomi-summary", &["Provider", "xiaomi"], None),
    ("xiaomi", "xiaomi-token-plan-summary", &["Provider", "xiaomi-token-plan"], None),
    ("xiaomi", "xiaomi-summary", &["Credential", "XIAOMI_API_KEY"], None),
    ("xiaomi", "xiaomi-token-plan-summary", &["Credential", "XIAOMI_TOKEN_PLAN_API_KEY"], None),
    ("xiaomi", "xiaomi-summary", &["Auth choices", "--auth-choice xiaomi-api-key"], None),
    (
        "xiaomi",
        "xiaomi-token-plan-summary",
        &[
            "Auth choices",
            "--auth-choice xiaomi-token-plan-cn, --auth-choice xiaomi-token-plan-sgp, --auth-choice xiaomi-token-plan-ams",
        ],
        None,
    ),
    ("xiaomi", "xiaomi-summary", &["Key flags", "--xiaomi-api-key"], None),
    ("xiaomi", "xiaomi-token-plan-summary", &["Key flags", "--xiaomi-token-plan-api-key"], None),
    ("xiaomi", "xiaomi-summary", &["Capabilities", "chat, speech"], None),
    ("xiaomi", "xiaomi-summary", &["APIs", "openai-completions"], None),
    ("xiaomi", "xiaomi-summary", &["Base URL", "https://api.xiaomimimo.com/v1"], None),
    (
        "xiaomi",
        "xiaomi-token-plan-summary",
        &["Base URL", "https://token-plan-{region}.xiaomimimo.com/v1"],
        None,
    ),
    // Since then the pay-as-you-go default has moved from `mimo-v2-flash` to V2.5.
    ("xiaomi", "xiaomi-summary", &["Default model", "xiaomi/mimo-v2.5"], None),
    (
        "xiaomi",
        "xiaomi-token-plan-summary",
        &["Default model", "xiaomi-token-plan/mimo-v2.5-pro"],
        None,
    ),
    (
        "xiaomi",
        "xiaomi-summary",
        &["Default for speech", "mimo-v2.5-tts, voice mimo_default"],
        None,
    ),
    // Xiaomi: the keys.
    ("xiaomi", "xiaomi-keys", &["sk-", "belongs here"], None),
    (
        "xiaomi",
        "xiaomi-keys",
        &[
            "tp-",
            "belongs to xiaomi-token-plan; use xiaomi-token-plan-cn, xiaomi-token-plan-sgp, xiaomi-token-plan-ams",
        ],
        None,
    ),
    ("xiaomi", "xiaomi-token-plan-keys", &["tp-", "belongs here"], None),
    ("xiaomi", "xiaomi-token-plan-keys", &["sk-", "belongs to xiaomi; use xiaomi-api-key"], None),
    // Xiaomi: the models. Since then: more output, the V2 models are deprecated, V2 Flash reasons.
    (
        "xiaomi",
        "xiaomi-models",
        &["xiaomi/mimo-v2-flash", "text", "262,144", "65,536", "yes"],
        Some("8192"),
    ),
    (
        "xiaomi",
        "xiaomi-models",
        &["xiaomi/mimo-v2-flash", "text", "262,144", "65,536", "yes"],
        Some("false"),
    ),
    (
        "xiaomi",
        "xiaomi-models",
        &["xiaomi/mimo-v2-pro", "text", "1,048,576", "131,072", "yes"],
        Some("32000"),
    ),
    (
        "xiaomi",
        "xiaomi-models",
        &["xiaomi/mimo-v2-omni", "text, image, audio, video, PDF", "262,144", "131,072", "yes"],
        Some("32000"),
    ),
    (
        "xiaomi",
        "xiaomi-token-plan-models",
        &["xiaomi-token-plan/mimo-v2.5-pro", "text", "1,048,576", "131,072", "yes"],
        Some("32000"),
    ),
    (
        "xiaomi",
        "xiaomi-token-plan-models",
        &[
            "xiaomi-token-plan/mimo-v2.5",
            "text, image, audio, video",
            "1,048,576",
            "131,072",
            "yes",
        ],
        Some("32000"),
    ),
    // Xiaomi: the regions.
    (
        "xiaomi",
        "xiaomi-token-plan-regions",
        &["cn", "https://token-plan-cn.xiaomimimo.com/v1", "xiaomi-token-plan-cn"],
        None,
    ),
    (
        "xiaomi",
        "xiaomi-token-plan-regions",
        &["sgp", "https://token-plan-sgp.xiaomimimo.com/v1", "xiaomi-token-plan-sgp"],
        None,
    ),
    (
        "xiaomi",
        "xiaomi-token-plan-regions",
        &["ams", "https://token-plan-ams.xiaomimimo.com/v1", "xiaomi-token-plan-ams"],
        None,
    ),
    // Xiaomi: speech.
    ("xiaomi", "xiaomi-capability-speech", &["Id", "also mimo"], None),
    ("xiaomi", "xiaomi-capability-speech", &["Credential", "XIAOMI_API_KEY"], None),
    ("xiaomi", "xiaomi-capability-speech", &["Call", "POST /v1/chat/completions"], None),
    ("xiaomi", "xiaomi-capability-speech", &["Default model", "mimo-v2.5-tts"], None),
    ("xiaomi", "xiaomi-capability-speech", &["Default voice", "mimo_default"], None),
    ("xiaomi", "xiaomi-capability-speech", &["Formats", "mp3, wav"], None),
    ("xiaomi", "xiaomi-capability-speech", &["Default format", "mp3"], None),
    (
        "xiaomi",
        "xiaomi-capability-speech",
        &["Voices", "mimo_default, default_zh, default_en, Mia, Chloe, Milo, Dean"],
        None,
    ),
    ("xiaomi", "xiaomi-capability-speech", &["mimo-v2-tts"], None),
    ("xiaomi", "xiaomi-capability-speech", &["mimo-v2.5-tts-voicedesign"], None),
    // MiniMax: both platforms, both protocols, the login and the key.
    (
        "minimax",
        "minimax-endpoints",
        &["global", "anthropic-messages", "https://api.minimax.io/anthropic"],
        None,
    ),
    (
        "minimax",
        "minimax-endpoints",
        &["global", "openai-completions", "https://api.minimax.io/v1"],
        None,
    ),
    (
        "minimax",
        "minimax-endpoints",
        &["cn", "anthropic-messages", "https://api.minimaxi.com/anthropic"],
        None,
    ),
    (
        "minimax",
        "minimax-endpoints",
        &["cn", "openai-completions", "https://api.minimaxi.com/v1"],
        None,
    ),
    ("minimax", "minimax-summary", &["APIs", "anthropic-messages, openai-completions"], None),
    (
        "minimax",
        "minimax-environment",
        &["MINIMAX_API_KEY", "the credential; the credential for web search"],
        None,
    ),
    ("minimax", "minimax-portal-auth", &["minimax-global-oauth", "OAuth login", "global"], None),
    ("minimax", "minimax-portal-auth", &["minimax-cn-oauth", "OAuth login", "cn"], None),
    // MiniMax: M2.1. Its page had prices of another unit, and limits that no other source has.
    (
        "minimax",
        "minimax-models",
        &["minimax/MiniMax-M2.1", "text", "204,800", "131,072"],
        Some("200000, with 8192 out"),
    ),
    (
        "minimax",
        "minimax-prices",
        &["minimax/MiniMax-M2.1", "$0.3", "$0.03", "$1.2", "$0.375 cache write"],
        Some("15 in, 60 out, 2 cache read, 10 cache write"),
    ),
    ("minimax", "minimax-models", &["minimax/MiniMax-M2.1-lightning", "text"], None),
    ("minimax", "minimax-prices", &["minimax/MiniMax-M2.1-lightning", "$0.3", "$2.4"], None),
    (
        "lmstudio",
        "lmstudio-models",
        &[
            "lmstudio/minimax-m2.1-gs32",
            "MiniMax M2.1 GS32",
            "text",
            "196,608",
            "8,192",
            "speaks openai-responses",
        ],
        None,
    ),
    ("lmstudio", "lmstudio-endpoints", &["openai-responses", "http://127.0.0.1:1234/v1"], None),
    // MiniMax: the tools of the Token Plan.
    ("minimax", "minimax-capability-web-search", &["Call", "POST /v1/coding_plan/search"], None),
    (
        "minimax",
        "minimax-capability-image-understanding",
        &["Call", "POST /v1/coding_plan/vlm"],
        None,
    ),
    ("minimax", "minimax-capability-quota", &["Call", "GET /v1/token_plan/remains"], None),
    ("minimax", "minimax-environment", &["MINIMAX_API_HOST"], None),
];

/// Whether a row begins with the first cell and has the others after it, in their order.
fn tells(row: &[String], wanted: &[&str]) -> bool {
    let mut rest = row.iter();
    row.first().is_some_and(|first| first == wanted[0])
        && wanted.iter().all(|cell| rest.any(|other| other == cell))
}

#[test]
fn what_other_pages_told_is_told_here() {
    for (vendor, name, wanted, before) in TOLD {
        let text = page(&format!("generated/{MAIN_LANGUAGE}/{vendor}.md"));
        let found = rows(part(&text, name)).iter().any(|row| tells(row, wanted));
        assert!(found, "{vendor}: no row of `{name}` says {wanted:?}");
        if let Some(before) = before {
            let disagreements = rows(part(&text, "disagreements"));
            let found = disagreements.iter().any(|row| row[0] == wanted[0] && row[2] == *before);
            assert!(found, "{vendor}: nothing says that {} was said to have {before}", wanted[0]);
        }
    }
}

#[test]
fn every_fact_with_a_source_of_its_own_is_told_with_it() {
    let mut told = 0;
    for (vendor, provider) in public_catalog().providers() {
        let text = page(&format!("generated/{MAIN_LANGUAGE}/{}.md", vendor.id));
        let rows = rows(&text);
        for model in &provider.models {
            let name = format!("{}/{}", provider.id, model.id);
            for one in &model.fact_sources {
                let source = format!("[{}]({})", one.checked.0, one.source);
                let says = |row: &Vec<String>| {
                    let [facts, from, models] = &row[..] else { return false };
                    let facts = one.facts.iter().all(|fact| facts.contains(fact.0.id()));
                    facts && *from == source && models.split(", ").any(|other| other == name)
                };
                assert!(rows.iter().any(says), "{name}: {source}");
                told += 1;
            }
        }
    }
    assert!(told > 500, "{told}");
}

#[test]
fn a_page_has_each_part_once() {
    for page in docs::emit(public_catalog(), &languages()) {
        let names = |mark: &str| -> Vec<String> {
            let lines = page.contents.lines().filter_map(|line| line.strip_prefix(mark));
            lines.map(|rest| rest.trim_end_matches(" -->").to_owned()).collect()
        };
        let (starts, ends) = (names("<!-- ANCHOR: "), names("<!-- ANCHOR_END: "));
        let unique: BTreeSet<_> = starts.iter().collect();
        assert_eq!(unique.len(), starts.len(), "{}", page.path);
        assert_eq!(unique, ends.iter().collect(), "{}", page.path);
    }
}
