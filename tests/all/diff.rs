//! What changed between two catalogs: every kind as a snapshot, nothing overlooked, and the task around it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use portolan_codegen::catalog::{Catalog, Price, Provider};
use portolan_codegen::diff::{self, Changes, Kind, Level, REPORT_VERSION, Report, Step};
use portolan_codegen::emit::json;
use serde::Deserialize as _;
use serde_json::Value;

use crate::diff_cases::{acme, cards, cases, model, provider, sides, vendor};
use crate::fixtures::{public_catalog, repository};

fn between([before, after]: &[Catalog; 2]) -> Changes {
    diff::diff(before, after)
}

fn report(changes: Changes) -> Report {
    let (from, to) = ("v0.1.0 (0123456789ab)".to_owned(), "the working tree".to_owned());
    Report { version: REPORT_VERSION, from, to, changes }
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("../snapshots/diff"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The catalog with a bit of everything changed.
fn busy() -> Catalog {
    let mut catalog = acme();
    model(&mut catalog, "nova-2").rust_name = "NOVA_TWO".into();
    provider(&mut catalog, "acme").models.retain(|model| model.id != "nova-gift");
    vendor(&mut catalog).providers.retain(|provider| provider.id != "acme-plan");
    for card in cards(&mut catalog, "nova-2") {
        for (_, rate) in &mut card.rates.0 {
            *rate *= 3;
        }
        card.source.checked = None;
    }
    catalog
}

#[test]
fn every_kind_of_change_in_words_and_in_json() {
    let mut shown = String::new();
    for case in cases() {
        let changes = between(&sides(&case));
        assert!(!changes.changes.is_empty(), "{}", case.0);
        let page = diff::markdown(&report(changes.clone()));
        shown.extend(["## ", case.0, "\n"]);
        for line in page.lines().filter(|line| line.starts_with("- ")) {
            shown.extend([line, "\n"]);
        }
        for change in &changes.changes {
            shown.extend([serde_json::to_string(change).unwrap().as_str(), "\n"]);
        }
        shown.push('\n');
    }
    assert_snapshot("every-kind", &shown);
}

#[test]
fn every_kind_has_a_case() {
    let changes = cases().iter().flat_map(|case| between(&sides(case)).changes).collect::<Vec<_>>();
    let shown: BTreeSet<_> = changes.iter().map(|change| change.kind).collect();
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !shown.contains(kind)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    assert!(changes.iter().all(|change| change.level == change.kind.level()));
}

#[test]
fn whole_reports() {
    let changes = between(&[acme(), busy()]);
    assert_snapshot("report.md", &diff::markdown(&report(changes.clone())));
    assert_snapshot("section.md", &diff::changelog_section(&changes));
    assert_snapshot("report.json", &json::report(&report(changes)));
    assert!(diff::markdown(&report(Changes::default())).ends_with("\nNothing changed.\n"));
    assert_eq!(diff::changelog_section(&Changes::default()), "");
}

#[test]
fn a_catalog_does_not_differ_from_itself() {
    for catalog in [acme(), public_catalog().clone()] {
        let changes = diff::diff(&catalog, &catalog);
        assert_eq!(changes.changes, []);
        assert!(!changes.crates.is_empty());
        assert!(changes.crates.iter().all(|one| one.step == Step::None));
    }
}

/// The same catalog with the rows of every list the other way round.
fn turned(catalog: &Catalog) -> Catalog {
    let mut catalog = catalog.clone();
    catalog.vendors.reverse();
    catalog.base_models.reverse();
    for provider in catalog.vendors.iter_mut().flat_map(|vendor| &mut vendor.providers) {
        provider.models.reverse();
        provider.regions.reverse();
        provider.services.reverse();
        provider.auth.env.reverse();
        provider.auth.choices.reverse();
        for model in &mut provider.models {
            model.aliases.reverse();
            model.facts.input.reverse();
            if let Price::Priced(cards) = &mut model.price {
                cards.reverse();
            }
        }
    }
    catalog.vendors.iter_mut().for_each(|vendor| vendor.providers.reverse());
    catalog
}

#[test]
fn the_order_of_rows_does_not_matter() {
    for catalog in [acme(), public_catalog().clone()] {
        assert_eq!(diff::diff(&catalog, &turned(&catalog)).changes, []);
    }
    for case in cases() {
        let [before, after] = sides(&case);
        let expected = diff::diff(&before, &after);
        assert_eq!(diff::diff(&turned(&before), &after), expected, "{}", case.0);
        assert_eq!(diff::diff(&before, &turned(&after)), expected, "{}", case.0);
    }
}

/// Words of closed lists, dates and numbers: what a value that is no free text can be instead.
const OTHERS: &[&str] = &[
    "5m",
    "limits.context",
    "live",
    "active",
    "preview",
    "standard",
    "static",
    "required",
    "api-key",
    "x-api-key",
    "default",
    "retired",
    "cloud",
    "device-code",
    "authorization-code",
    "gcp",
    "batch",
    "flex",
    "bearer",
    "none",
    "ollama",
    "openai-responses",
    "USD",
    "CNY",
    "mon",
    "sun",
    "image",
    "video",
    "chat",
    "music",
    "above",
    "whole",
    "free",
    "included",
    "2020-02-02",
    "2020-02-02T00:00:00Z",
    "77",
];

/// Every catalog that differs from this one in one value: another, or none.
fn spoilt(catalog: &Catalog) -> Vec<(String, Catalog)> {
    let mut whole = serde_json::to_value(catalog).unwrap();
    let mut paths = Vec::new();
    places(&whole, String::new(), &mut paths);
    let mut found = Vec::new();
    for path in &paths {
        let value = whole.pointer(path).unwrap().clone();
        let others = match &value {
            Value::String(text) => {
                let words = OTHERS.iter().map(|word| Value::from(*word));
                [Value::from(format!("{text}x"))].into_iter().chain(words).collect()
            }
            Value::Number(number) => vec![Value::from(number.as_u64().unwrap() + 1)],
            Value::Bool(is) => vec![Value::from(!is)],
            _ => Vec::new(),
        };
        // The state of a price that has cards cannot change alone.
        let alone = !others.is_empty() && !path.ends_with("/price/state");
        let read = |other: Value| {
            *whole.pointer_mut(path).unwrap() = other;
            Catalog::deserialize(&whole).ok().filter(|other| other != catalog)
        };
        let other = others.into_iter().find_map(read);
        assert!(other.is_some() || !alone, "no other value for {path}");
        *whole.pointer_mut(path).unwrap() = value;
        found.extend(other.map(|other| (path.clone(), other)));
        found.extend(without(&mut whole, path).map(|other| (format!("{path} left out"), other)));
    }
    found
}

/// The catalog without what lies at a path, if that is a catalog.
fn without(whole: &mut Value, path: &str) -> Option<Catalog> {
    let (parent, key) = path.rsplit_once('/')?;
    let parent_before = whole.pointer(parent)?.clone();
    match whole.pointer_mut(parent)? {
        Value::Object(map) => drop(map.shift_remove(&key.replace("~1", "/").replace("~0", "~"))),
        Value::Array(list) => drop(list.remove(key.parse().unwrap())),
        _ => unreachable!("a value lies in a map or a list"),
    }
    let catalog = Catalog::deserialize(&*whole).ok();
    *whole.pointer_mut(parent)? = parent_before;
    catalog
}

fn places(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        Value::Array(list) => {
            for (position, value) in list.iter().enumerate() {
                places(value, format!("{path}/{position}"), out);
            }
        }
        _ => {}
    }
    out.push(path);
}

#[test]
fn whatever_differs_is_told() {
    let catalog = acme();
    let spoilt = spoilt(&catalog);
    assert!(spoilt.len() > 800, "{}", spoilt.len());
    for (path, other) in spoilt {
        if path == "/version" {
            continue;
        }
        for changes in [diff::diff(&catalog, &other), diff::diff(&other, &catalog)] {
            assert!(!changes.changes.is_empty(), "{path}");
            let silent = changes.changes.iter().find(|change| {
                change.from == change.to && (change.from.is_some() || change.field.is_none())
            });
            let flips = [
                Kind::PassThroughAdded,
                Kind::PassThroughRemoved,
                Kind::AuthRequired,
                Kind::AuthOptional,
            ];
            // Windows are what the times say, so that one alone is never other than here.
            let told = path.contains("/windows/")
                || silent.is_none_or(|change| flips.contains(&change.kind));
            assert!(told, "{path}: {silent:?}");
        }
    }
}

#[test]
fn a_step_is_that_of_the_gravest_change() {
    let before = acme();
    let step = |change: fn(&mut Catalog)| {
        let mut after = acme();
        change(&mut after);
        let steps = diff::diff(&before, &after).crates;
        assert_eq!(steps[0].name, "portolan-labs");
        (steps[0].step, steps[0].step_before_1_0)
    };
    assert_eq!(step(|_| ()), (Step::None, Step::None));
    assert_eq!(step(|c| vendor(c).name.push('!')), (Step::Patch, Step::Patch));
    assert_eq!(step(|c| cards(c, "nova-2")[0].rates.0[0].1 += 1), (Step::Minor, Step::Patch));
    assert_eq!(
        step(|c| {
            vendor(c).name.push('!');
            provider(c, "acme").models.remove(0);
        }),
        (Step::Major, Step::Minor)
    );
    for kind in Kind::ALL {
        assert_eq!(kind.level() == Level::Breaking, kind.step() == Step::Major, "{kind:?}");
    }
}

#[test]
fn hostile_texts_are_inert() {
    let mut after = acme();
    let hostile = "<script>\n- a|b `c` [d](e) *f* \u{202e}-->\n## Unreleased";
    let model = model(&mut after, "nova-2");
    model.name = hostile.to_owned();
    model.aliases = vec![hostile.to_owned()];
    model.notes = vec![hostile.repeat(40)];
    let one = provider(&mut after, "acme");
    one.headers.insert(hostile.to_owned(), hostile.to_owned());
    one.auth.choices[0].flag = Some(hostile.to_owned());
    one.services[0].id = Some(hostile.to_owned());
    let other = Provider { id: hostile.to_owned(), ..one.clone() };
    vendor(&mut after).providers.push(other);
    let changes = diff::diff(&acme(), &after);
    let page = diff::markdown(&report(changes.clone())) + &diff::changelog_section(&changes);
    assert!(!page.contains("<script>") && !page.contains("-->") && !page.contains('\u{202e}'));
    let bars = page.match_indices('|').all(|(at, _)| page[..at].ends_with('\\'));
    assert!(bars && !page.contains("[d]") && !page.contains("\n## Unreleased"));
    let lines = page.lines().filter(|line| line.starts_with("- "));
    assert!(lines.clone().all(|line| line.chars().count() < 1_000), "{page}");
    assert!(lines.count() > 8);
}

#[test]
fn a_report_is_what_its_schema_says() {
    let schema =
        fs::read_to_string(repository().join("crates/portolan-manifests/changes.schema.json"));
    let schema: Value = serde_json::from_str(&schema.unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for case in cases() {
        let text = json::report(&report(between(&sides(&case))));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(validator.is_valid(&value), "{}", case.0);
    }
    let unknown =
        serde_json::json!({ "version": 1, "from": "", "to": "", "crates": [], "changes": [{}] });
    assert!(!validator.is_valid(&unknown));
}

#[test]
fn the_guide_has_the_table_of_levels() {
    let guide = fs::read_to_string(repository().join("CONTRIBUTING.md")).unwrap();
    assert!(guide.contains(&diff::levels()), "put this into CONTRIBUTING.md:\n{}", diff::levels());
}

/// A repository with a catalog in its only commit, which is tagged, and another in its manifests.
fn tree() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let data = tree.path().join("crates/portolan-manifests");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("catalog.json"), json::catalog(&acme())).unwrap();
    fs::write(tree.path().join("CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n- Mine.\n")
        .unwrap();
    let git = |arguments: &[&str]| {
        let status = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@a.example", "-C"])
            .arg(tree.path())
            .args(arguments)
            .status();
        assert!(status.unwrap().success());
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "One"]);
    git(&["tag", "v1"]);
    let labs = tree.path().join("manifests/labs");
    fs::create_dir_all(&labs).unwrap();
    fs::write(labs.join("acme.yaml"), "vendor: acme\nname: Acme\nproviders: {}\n").unwrap();
    tree
}

fn run(
    root: &Path,
    before: &str,
    after: Option<&str>,
    changelog: bool,
) -> Result<ExitCode, String> {
    let options = xtask::diff::Options {
        before: before.to_owned(),
        after: after.map(str::to_owned),
        format: xtask::diff::Format::Md,
        changelog,
        root: Some(root.to_owned()),
    };
    xtask::diff::run(&options).map_err(|error| format!("{error:#}"))
}

#[test]
fn a_catalog_that_is_none_is_said() {
    let tree = tree();
    let root = tree.path();
    let mistake = |before: &str| run(root, before, Some("v1"), false).unwrap_err();
    assert!(mistake("v9").starts_with("`v9` is neither a file nor a git revision"));
    assert!(mistake("--all").starts_with("`--all` is neither a file nor a git revision"));
    let file = |name: &str, text: &str| {
        let path = root.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let expected = "is no catalog: expected a frozen catalog of version 2";
    let (text, list) = (file("text", "hello"), file("list.json", "[1]"));
    let (future, short) =
        (file("future.json", r#"{"version":3}"#), file("short.json", r#"{"version":2}"#));
    for name in [&text, &list, &future, &short] {
        let mistake = mistake(name);
        assert!(mistake.contains(expected), "{mistake}");
    }
    assert!(mistake(&future).ends_with("; this one has version 3"));
    assert!(mistake(&short).contains("missing field `base_models`"));
    let git = Command::new("git").arg("-C").arg(root).args(["rm", "-rq", "crates"]).status();
    assert!(git.unwrap().success());
    let commit = ["-c", "user.name=a", "-c", "user.email=a@a.example", "commit", "-qm", "Two"];
    assert!(Command::new("git").arg("-C").arg(root).args(commit).status().unwrap().success());
    assert!(mistake("HEAD").starts_with("`HEAD` has no catalog: expected `crates/"));
    assert_eq!(run(root, "HEAD~1", Some("v1"), false), Ok(ExitCode::SUCCESS));
}

#[test]
fn manifests_with_mistakes_give_no_diff() {
    let tree = tree();
    assert_eq!(run(tree.path(), "v1", None, false), Ok(ExitCode::SUCCESS));
    fs::write(tree.path().join("manifests/labs/acme.yaml"), "vendor: 1\n").unwrap();
    assert_eq!(run(tree.path(), "v1", None, false), Ok(ExitCode::FAILURE));
}

#[test]
fn the_changelog_gets_the_changes_once() {
    let tree = tree();
    let changelog = || fs::read_to_string(tree.path().join("CHANGELOG.md")).unwrap();
    let mine = changelog();
    let write = |after| assert_eq!(run(tree.path(), "v1", after, true), Ok(ExitCode::SUCCESS));
    write(None);
    let first = changelog();
    assert!(first.starts_with(&mine) && first.contains("provider removed"), "{first}");
    write(None);
    assert_eq!(changelog(), first);
    write(Some("v1"));
    assert!(!changelog().contains("provider removed") && changelog().starts_with(&mine));
    fs::write(tree.path().join("CHANGELOG.md"), "# Changelog\n").unwrap();
    let mistake = run(tree.path(), "v1", None, true).unwrap_err();
    assert!(mistake.starts_with("`CHANGELOG.md` is left as it is: no heading"), "{mistake}");
    assert_eq!(changelog(), "# Changelog\n");
}
