//! Changes for people: Markdown by catalog and vendor, the gravest first, one line a change. Texts of manifests are plain
//! text in it, whatever they hold.

use std::collections::BTreeMap;

use portolan_types::Meter;

use super::{Change, Changes, Conditions, Kind, Level, Report, Step, crate_name};
use crate::emit::markdown::{code, codes, inert};

/// The longest text that is shown whole; the report in JSON has all of it.
const LONGEST: usize = 160;

/// A report as a page.
pub fn markdown(report: &Report) -> String {
    let title = format!("# Changes from {} to {}\n\n", inert(&report.from), inert(&report.to));
    title + &body(&report.changes, 2)
}

/// The changes as a part of a changelog, its headings from the fourth level on; empty if there are none.
pub fn changelog_section(changes: &Changes) -> String {
    if changes.changes.is_empty() { String::new() } else { body(changes, 4) }
}

fn body(changes: &Changes, level: usize) -> String {
    if changes.changes.is_empty() {
        return "Nothing changed.\n".to_owned();
    }
    let mut out = headline(changes);
    let heading = "#".repeat(level);
    for of_catalog in changes.changes.chunk_by(|a, b| a.catalog == b.catalog) {
        let title = of_catalog[0].catalog.as_deref();
        let title = title.map_or_else(|| "Base models".to_owned(), |id| code(&crate_name(id)));
        out.extend(["\n", &heading, " ", &title, "\n"]);
        for of_vendor in of_catalog.chunk_by(|a, b| a.vendor == b.vendor) {
            if let Some(vendor) = &of_vendor[0].vendor {
                out.extend(["\n", &heading, "# ", &code(vendor), "\n"]);
            }
            out.push('\n');
            for line in lines(of_vendor) {
                out.extend(["- ", &line, "\n"]);
            }
        }
    }
    out
}

/// How many changes of which level and kind there are, and the versions that follow.
fn headline(changes: &Changes) -> String {
    let list = &changes.changes;
    let count = |level: Level| list.iter().filter(|change| change.level == level).count();
    let [breaking, feature, data] = Level::ALL.map(count);
    let word = if list.len() == 1 { "change" } else { "changes" };
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    for change in list {
        *kinds.entry(change.kind).or_default() += 1;
    }
    let kinds: Vec<_> =
        kinds.iter().map(|(kind, count)| format!("{count} {}", kind.id())).collect();
    let step = |(name, step, early): (&str, Step, Step)| match step {
        Step::None => format!("{} {}", code(name), step.id()),
        _ => format!("{} {} (before 1.0: {})", code(name), step.id(), early.id()),
    };
    let crates =
        changes.crates.iter().map(|one| (one.name.as_str(), one.step, one.step_before_1_0));
    let steps: Vec<_> = crates.map(step).collect();
    format!(
        "**{} {word}**: {breaking} breaking, {feature} feature, {data} data.\n\nKinds: {}.\n\nVersion steps: {}.\n",
        list.len(),
        kinds.join(", "),
        if steps.is_empty() { "none".to_owned() } else { steps.join(", ") },
    )
}

/// The lines of a vendor's changes. The rates of one card are one line; models that came or went with their provider are
/// counted there; what was only compared again is counted at the end.
fn lines(changes: &[Change]) -> Vec<String> {
    let whole =
        |change: &&Change| matches!(change.kind, Kind::ProviderAdded | Kind::ProviderRemoved);
    let providers: Vec<_> =
        changes.iter().filter(whole).map(|change| (change.level, &change.provider)).collect();
    let counted = |change: &Change| {
        matches!(change.kind, Kind::ModelAdded | Kind::ModelRemoved)
            && providers.contains(&(change.level, &change.provider))
    };
    let checked = changes.iter().filter(|change| change.kind == Kind::CheckedAgain).count();
    let shown: Vec<_> = changes
        .iter()
        .filter(|change| change.kind != Kind::CheckedAgain && !counted(change))
        .collect();
    let one_line = |a: &&Change, b: &&Change| {
        is_rate(a.kind)
            && is_rate(b.kind)
            && subject(a) == subject(b)
            && a.conditions == b.conditions
    };
    let mut lines = Vec::new();
    for chunk in shown.chunk_by(one_line) {
        let mut line = line(chunk);
        if whole(&chunk[0]) {
            let models = changes.iter().filter(|change| counted(change));
            let models = models.filter(|model| model.provider == chunk[0].provider).count();
            let word = if models == 1 { "model" } else { "models" };
            line.extend([", ", &models.to_string(), " ", word]);
        }
        lines.push(line);
    }
    if checked > 0 {
        let word = if checked == 1 { "fact" } else { "facts" };
        lines.push(format!("compared with the source again: {checked} {word}"));
    }
    lines
}

fn is_rate(kind: Kind) -> bool {
    matches!(kind, Kind::PriceUp | Kind::PriceDown | Kind::RateAdded | Kind::RateRemoved)
}

/// What a line is about: the ref of a model, a base model, a provider; nothing for the vendor itself.
fn subject(change: &Change) -> Option<String> {
    let model = change.model.as_ref().or(change.base_model.as_ref());
    match (&change.provider, model) {
        (Some(provider), Some(model)) => Some(format!("{provider}/{model}")),
        (one, other) => one.as_ref().or(other).cloned(),
    }
}

/// One line for changes of one subject under the same conditions.
fn line(changes: &[&Change]) -> String {
    let first = changes[0];
    let mark = if first.level == Level::Breaking { "**breaking** " } else { "" };
    let place: Vec<_> = subject(first).iter().map(|subject| code(subject)).collect();
    let place = [place, conditions(&first.conditions)].concat().join(", ");
    let colon = if place.is_empty() { "" } else { ": " };
    let mut changes = changes.to_vec();
    changes.sort_by_key(|change| change.field.as_deref().and_then(Meter::from_id));
    let what: Vec<_> = changes.into_iter().map(words).collect();
    [mark, &place, colon, &what.join(", ")].concat()
}

fn conditions(conditions: &Conditions) -> Vec<String> {
    let Conditions { service_tier, regions, variants, times, input_above, output_above, .. } =
        conditions;
    let mut out: Vec<_> = service_tier.iter().map(|tier| code(tier)).collect();
    if !regions.is_empty() {
        out.push(format!("in {}", codes(regions.iter().map(String::as_str))));
    }
    out.extend(variants.iter().map(|variant| code(variant)));
    out.extend(times.iter().map(|times| format!("at {}", inert(times))));
    out.extend(input_above.map(|tokens| format!("above {tokens} input tokens")));
    out.extend(output_above.map(|tokens| format!("above {tokens} output tokens")));
    let (effective, from) = (conditions.effective.as_deref(), conditions.from.as_deref());
    let until = conditions.until.as_deref();
    let dates = [(effective, "from "), (from, "from "), (until, "until ")];
    let dates: Vec<_> =
        dates.iter().filter_map(|(date, word)| Some([word, (*date)?].concat())).collect();
    if !dates.is_empty() {
        // What is corrected for a time must not read like a new price from its beginning on.
        let whole = if effective.is_some() { "" } else { "for the time " };
        out.push([whole, &dates.join(" ")].concat());
    }
    out
}

/// A change in words: those of its kind, filled in.
fn words(change: &Change) -> String {
    let mut out = String::new();
    let mut rest = change.kind.words();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&match name {
            "field" => change.field.as_deref().map(code).unwrap_or_default(),
            "currency" => change.currency.clone().unwrap_or_default(),
            "from" => value(change, change.from.as_deref()),
            _ => value(change, change.to.as_deref()),
        });
        rest = after;
    }
    out.push_str(rest);
    match (&change.percent, change.kind) {
        (Some(percent), _) => out.extend([" (", percent, " %)"]),
        (None, Kind::PriceUp) => out.push_str(" (from zero)"),
        _ => {}
    }
    if let Some(name) = name_of(change) {
        out.extend([" (", &name, ")"]);
    }
    out
}

/// The name of what came or went, where the id alone stands in the line.
fn name_of(change: &Change) -> Option<String> {
    let name = match change.kind {
        Kind::VendorAdded | Kind::ProviderAdded | Kind::ModelAdded | Kind::BaseModelAdded => {
            change.to.as_deref()
        }
        Kind::VendorRemoved
        | Kind::ProviderRemoved
        | Kind::ModelRemoved
        | Kind::BaseModelRemoved => change.from.as_deref(),
        _ => None,
    };
    name.map(short)
}

fn value(change: &Change, value: Option<&str>) -> String {
    match value {
        None => "none".to_owned(),
        Some(value) if change.currency.is_some() => inert(value),
        Some(value) if value.chars().count() > LONGEST => short(value),
        Some(value) => code(value),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => inert(&text[..end]) + "…",
        None => inert(text),
    }
}
