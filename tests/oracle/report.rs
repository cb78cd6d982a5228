//! What the oracle shows: counts, and every difference that nobody explains.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::compare::Outcome;
use crate::draw::Drawn;
use crate::index::Index;
use crate::peer::Peer;

/// How many keys with unexplained differences are shown at once; the file has them all.
const SHOWN: usize = 40;

/// What is shown.
pub(crate) struct Shown {
    /// For the terminal.
    pub(crate) summary: String,
    /// For the file: every difference and every reason.
    pub(crate) whole: String,
    /// Whether everything is explained and nothing stale.
    pub(crate) is_fine: bool,
}

/// Lays the results of a source out.
pub(crate) fn show(
    peer: &Peer,
    index: &Index,
    drawn: &mut Drawn<'_>,
    results: &[Outcome],
    stale: &[String],
) -> Shown {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut open: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut assumed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut outdated: BTreeMap<&str, usize> = BTreeMap::new();
    for (ask, result) in drawn.asks.iter().zip(results) {
        let name = match result {
            Outcome::Equal => "equal",
            Outcome::Rounded => "rounded",
            Outcome::Listed => "listed",
            Outcome::Recorded => "recorded",
            Outcome::Assumed => {
                *assumed.entry(&index.offerings[ask.offering].key).or_default() += 1;
                "assumed"
            }
            Outcome::Outdated => {
                *outdated.entry(&index.offerings[ask.offering].key).or_default() += 1;
                "outdated"
            }
            Outcome::Unexplained(how) => {
                let usage: Vec<_> =
                    ask.usage.iter().map(|(m, units)| format!("{units} {m}")).collect();
                let (tier, usage) = (ask.service_tier, usage.join(", "));
                let line = format!("  {} [{tier}, {}] {usage}: {how}", ask.kind, ask.at);
                open.entry(ask.offering).or_default().push(line);
                "unexplained"
            }
            Outcome::Skipped(why) => {
                *drawn.skipped.entry(why.clone()).or_default() += 1;
                "skipped"
            }
        };
        *counts.entry(name).or_default() += 1;
    }
    let count = |name| counts.get(name).copied().unwrap_or(0);
    let compared = results.len() - count("skipped");
    let keys = index.offerings.len();
    let mut summary = format!(
        "{}: {} keys, {} of them asked, {} more that are no model of ours\n\
         {compared} totals compared: {} equal, {} equal but for a rate that no decimal ends,\n\
         {} explained by the list, {} by disagreements of the manifests, {} between two sightings of a price,\n\
         {} at a price that was replaced before, {} unexplained\n",
        peer.package,
        keys,
        keys - drawn.unasked.len(),
        index.skipped,
        count("equal"),
        count("rounded"),
        count("listed"),
        count("recorded"),
        count("assumed"),
        count("outdated"),
        count("unexplained"),
    );
    let mut whole = summary.clone();
    reasons(&mut whole, drawn);
    for (key, count) in assumed {
        let _ = writeln!(whole, "{count:7} between two sightings of our price: {key}");
    }
    for (key, count) in outdated {
        let _ = writeln!(whole, "{count:7} at a price that was replaced before: {key}");
    }
    let skipped: usize = drawn.skipped.values().sum();
    let _ = writeln!(summary, "{skipped} not compared, for {} reasons", drawn.skipped.len());
    for line in stale {
        let line = format!("stale, it explains nothing any more: {line}\n");
        summary.push_str(&line);
        whole.push_str(&line);
    }
    for (shown, (offering, lines)) in open.iter().enumerate() {
        let offering = &index.offerings[*offering];
        let region = offering.region.as_deref().unwrap_or("-");
        let head = format!(
            "{} = {} in {region}, {} differ",
            offering.key,
            offering.reference,
            lines.len()
        );
        let _ = writeln!(whole, "{head}\n{}", lines.join("\n"));
        if shown < SHOWN {
            let _ = writeln!(summary, "{head}, as\n{}", lines[0]);
        }
    }
    if open.len() > SHOWN {
        let _ = writeln!(summary, "... and {} keys more", open.len() - SHOWN);
    }
    Shown { summary, whole, is_fine: open.is_empty() && stale.is_empty() }
}

/// What is not compared, by reason.
fn reasons(text: &mut String, drawn: &Drawn<'_>) {
    let mut reasons: Vec<_> = drawn.skipped.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (why, count) in reasons {
        let _ = writeln!(text, "{count:7} {why}");
    }
    let mut unasked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, why) in &drawn.unasked {
        unasked.entry(why).or_default().push(key);
    }
    for (why, keys) in unasked {
        let _ = writeln!(text, "{:7} keys not asked, {why}: {}", keys.len(), keys.join(" "));
    }
}
