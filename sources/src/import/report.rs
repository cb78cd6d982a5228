//! What an import did and what it could not do, counted and listed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use portolan_types::rate_text;

use crate::row::Reading;

/// What an import did, and what of the source is not in the manifests, with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The refs that are new.
    pub added: Vec<String>,
    /// The refs that changed.
    pub changed: Vec<String>,
    /// Refs that are pinned, with what the source says otherwise.
    pub pinned: Vec<(String, String)>,
    /// Facts that lost to another source's, by ref.
    pub others: Vec<(String, String)>,
    /// Prices that lost to another source's, by ref.
    pub lost: Vec<(String, String)>,
    /// What no manifest can hold: key, field, value, reason.
    pub omitted: Vec<[String; 4]>,
    /// Rows of the source, and models that they are.
    pub rows: usize,
    /// Models that the rows are.
    pub models: usize,
    skipped: Vec<(String, String)>,
    shortened: Vec<[String; 4]>,
}

impl Report {
    /// The report on a reading, before anything is done with it.
    pub fn of(reading: &Reading) -> Self {
        let mut report = Self {
            rows: reading.rows.len(),
            skipped: reading.skipped.clone(),
            shortened: reading.shortened.iter().map(shortened).collect(),
            ..Self::default()
        };
        for row in &reading.rows {
            for omitted in &row.omitted {
                report.omit(&row.key, &omitted.field, &omitted.value, &omitted.why);
            }
        }
        report
    }

    /// Lists what cannot be held.
    pub fn omit(&mut self, key: &str, field: &str, value: &str, why: &str) {
        self.omitted.push([key, field, value, why].map(str::to_owned));
    }

    /// The counts, a line each.
    pub fn counts(&self) -> String {
        let mut text = format!("{} rows are {} models\n", self.rows, self.models);
        for (name, count) in [
            ("added", self.added.len()),
            ("changed", self.changed.len()),
            ("left because pinned, and the source says otherwise", self.pinned.len()),
            ("facts that lost to another source's", self.others.len()),
            ("prices that lost to another source's", self.lost.len()),
            ("values that no manifest can hold", self.omitted.len()),
            ("keys that are no offering", self.skipped.len()),
            ("numbers without float noise", self.shortened.len()),
        ] {
            let _ = writeln!(text, "{count:>7} {name}");
        }
        text
    }

    /// The whole report as Markdown.
    pub fn markdown(&self, source: &str) -> String {
        let mut text = format!("# Import of {source}\n\n```\n{}```\n", self.counts());
        section(&mut text, "Added", self.added.iter().map(|model| format!("`{model}`")));
        section(&mut text, "Changed", self.changed.iter().map(|model| format!("`{model}`")));
        section(&mut text, "Pinned, and the source says otherwise", self.pinned.iter().map(line));
        section(&mut text, "Facts that lost to another source's", self.others.iter().map(line));
        section(&mut text, "Prices that lost to another source's", self.lost.iter().map(line));
        let mut by_reason: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for [key, field, value, why] in &self.omitted {
            by_reason.entry((why, field)).or_default().push(format!("`{key}`: {}", cell(value)));
        }
        for ((why, field), values) in by_reason {
            section(&mut text, &format!("Not held: `{field}`, {why}"), values.into_iter());
        }
        let mut by_why: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (key, why) in &self.skipped {
            by_why.entry(why).or_default().push(format!("`{key}`"));
        }
        for (why, keys) in by_why {
            section(&mut text, &format!("No offering: {why}"), keys.into_iter());
        }
        let shortened = self.shortened.iter();
        let shortened = shortened
            .map(|[key, field, written, meant]| format!("`{key}` {field}: {written} is {meant}"));
        section(&mut text, "Float noise", shortened);
        text
    }
}

fn shortened(number: &crate::row::Shortened) -> [String; 4] {
    let meant = rate_text(number.meant).to_string();
    [number.key.clone(), number.field.clone(), number.written.clone(), meant]
}

fn line((model, says): &(String, String)) -> String {
    format!("`{model}`: {}", cell(says))
}

fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn section(text: &mut String, title: &str, lines: impl ExactSizeIterator<Item = String>) {
    if lines.len() > 0 {
        let _ = writeln!(text, "\n## {title} ({})\n", lines.len());
        lines.for_each(|line| {
            let _ = writeln!(text, "- {line}");
        });
    }
}
