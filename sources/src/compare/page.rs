//! The report for people: what the docs show of a source.
//!
//! Takes a report; returns Markdown whose headings begin at a level. A page of sensible size: where every provider of
//! the source went, with counts, and the differences that no rule explains. The report in JSON has everything.

use std::fmt::Write as _;

use portolan_codegen::emit::markdown::{code, inert};

use super::{Counts, Difference, Entry, Home, Report, Value};

/// How many open differences a page shows.
const SHOWN: usize = 200;

/// The report as Markdown, with headings from `level` on.
pub fn markdown(report: &Report, level: usize) -> String {
    let mut out =
        format!("<!-- written by `cargo xtask compare --write` -->\n\n{}\n", summary(report));
    let heading = "#".repeat(level);
    let _ = write!(out, "{heading} Where its providers went\n\n{}\n", providers(report));
    let open = open(report);
    if !open.is_empty() {
        let _ =
            write!(out, "{heading} Differences that no rule explains\n\n{}\n", differences(&open));
    }
    if !report.skipped.is_empty() {
        let _ = write!(out, "{heading} Keys that are no offering\n\n{}\n", skipped(report));
    }
    out
}

fn summary(report: &Report) -> String {
    let Counts { keys, agree, explained, differ, only_there, gone, skipped } = report.counts;
    let as_of = report.as_of.map_or_else(|| "an unknown day".to_owned(), |day| day.0.to_string());
    let only_here = report.only_here.len();
    let providers_here = report.providers_only_here.len();
    let models_here: usize = report.providers_only_here.values().sum();
    let rows = [
        ("entries", keys),
        ("agree in every field", agree),
        ("differ, each field for a reason", explained),
        ("differ without a reason", differ),
        ("not in the catalog", only_there),
        ("no longer listed there, known from its history", gone),
        ("keys that are no offering", skipped),
        ("models of its providers that only the catalog has", only_here),
        ("providers that only the catalog has", providers_here),
        ("their models", models_here),
    ];
    let mut out = format!("<{}>, as of {as_of}.\n\n| | |\n|---|--:|\n", report.url);
    for (words, number) in rows {
        let _ = writeln!(out, "| {words} | {number} |");
    }
    out
}

fn providers(report: &Report) -> String {
    let mut out = String::from(
        "| provider there | vendor | provider | region | entries | agree | explained | open | gone |\n|---|---|---|---|--:|--:|--:|--:|--:|\n",
    );
    for went in &report.providers {
        let column = |of: fn(&Home) -> Option<&str>| {
            let mut words: Vec<_> = went.places.iter().filter_map(of).map(code).collect();
            words.sort_unstable();
            words.dedup();
            if words.is_empty() { "-".to_owned() } else { words.join(", ") }
        };
        let Counts { keys, agree, explained, differ, only_there, gone, .. } = went.counts;
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {keys} | {agree} | {explained} | {} | {gone} |",
            code(&went.id),
            column(|home| home.vendor.as_deref()),
            column(|home| Some(&home.provider)),
            column(|home| home.region.as_deref()),
            differ + only_there,
        );
    }
    out
}

/// The differences that no rule explains, with their entries.
fn open(report: &Report) -> Vec<(&Entry, &Difference)> {
    let all = report
        .entries
        .iter()
        .flat_map(|entry| entry.differences.iter().map(move |difference| (entry, difference)));
    all.filter(|(_, difference)| difference.why.is_none()).collect()
}

fn differences(open: &[(&Entry, &Difference)]) -> String {
    let mut out =
        String::from("| key there | ref | field | here | there |\n|---|---|---|---|---|\n");
    for (entry, difference) in open.iter().take(SHOWN) {
        let here = difference.here.as_ref().map_or_else(|| "not stated".to_owned(), value);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {here} | {} |",
            code(&entry.key),
            code(&entry.r#ref),
            code(&difference.field),
            value(&difference.there),
        );
    }
    if open.len() > SHOWN {
        let _ = write!(out, "\n{} more are in the report in JSON.\n", open.len() - SHOWN);
    }
    out
}

fn value(value: &Value) -> String {
    let day = value.checked.map_or_else(String::new, |day| format!(" ({})", day.0));
    format!("{}{day}", inert(&value.value))
}

/// The reasons with the number of keys that each is for.
fn skipped(report: &Report) -> String {
    let mut reasons: std::collections::BTreeMap<&str, Vec<&str>> =
        std::collections::BTreeMap::new();
    for (key, why) in &report.skipped {
        reasons.entry(why).or_default().push(key);
    }
    let mut out = String::from("| why | keys | for example |\n|---|--:|---|\n");
    for (why, keys) in reasons {
        let _ = writeln!(out, "| {} | {} | {} |", inert(why), keys.len(), code(keys[0]));
    }
    out
}
