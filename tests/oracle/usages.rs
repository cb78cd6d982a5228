//! The usage of answers beside what genai-prices' own extractors read in the same bodies.
//!
//! Draws bodies in the shapes that vendors document, reads each with `Used::read` and hands it to the extractor of every
//! provider that answers in that shape. Our meters are disjoint, its counts nest, so ours are added up to its counts; both
//! must then say the same. A difference must be explained in `usages.yaml`, and what is there must explain something. Every
//! extractor is asked or left out for a reason.

mod explained;
mod extractors;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use portolan::Used;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::explained::Explained;
use self::extractors::Extractor;
use crate::peer::{self, Refusal};
use crate::report::Shown;

/// How many bodies are drawn for each extractor.
const BODIES: usize = 300;

/// Where the bodies of a run come from: the same ones every time.
const SEED: u64 = 20_261_127;

/// A body, and what we read in it.
#[derive(Serialize)]
struct Question {
    provider: &'static str,
    flavor: &'static str,
    body: Value,
    /// Our meters; nothing where we refuse the body.
    usage: Option<BTreeMap<&'static str, u64>>,
}

/// Counts by their name.
type Counts = BTreeMap<String, u64>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Read { theirs: Counts, ours: Option<Counts> },
    Refused(Refusal),
}

/// Asks every extractor.
pub(crate) fn ask(python: &Path, explained: &Path) -> anyhow::Result<Shown> {
    let peer = &peer::PEERS[0];
    let known: Vec<Vec<(String, String)>> =
        peer.converse(python, "extractors", [()].into_iter())?;
    let mut explained = Explained::read(explained)?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let (mut questions, mut asked) = (Vec::new(), Vec::new());
    for extractor in extractors::ASKED {
        for _ in 0..BODIES {
            questions.push(question(extractor, &mut random));
            asked.push(extractor);
        }
    }
    let answers: Vec<Answer> = peer.converse(python, "extract", questions.iter())?;
    let mut open: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut equal, mut listed) = (0, 0);
    for ((extractor, question), answer) in asked.iter().zip(&questions).zip(&answers) {
        let differing = differing(answer);
        let left: Vec<_> =
            differing.iter().filter(|(count, _)| !explained.explain(extractor, count)).collect();
        match (differing.is_empty(), left.is_empty()) {
            (true, _) => equal += 1,
            (false, true) => listed += 1,
            (false, false) => {
                let how = left.iter().map(|(_, how)| how.as_str()).collect::<Vec<_>>().join("; ");
                open.entry(extractor.to_string())
                    .or_default()
                    .push(format!("{how}\n    {}", question.body));
            }
        }
    }
    let mut summary = format!(
        "{}: {} bodies read by {} extractors: {equal} equal, {listed} explained by the list, {} unexplained\n",
        peer.package,
        questions.len(),
        extractors::ASKED.len(),
        open.values().map(Vec::len).sum::<usize>(),
    );
    for (reason, list) in extractors::LEFT_OUT {
        let _ = writeln!(summary, "{} extractors not asked: {reason}", list.len());
    }
    let mut wrong = unknown(&known.concat());
    wrong.extend(explained.stale());
    let mut whole = summary.clone();
    for (extractor, bodies) in &open {
        let _ = writeln!(summary, "{extractor}: {} differ, as\n  {}", bodies.len(), bodies[0]);
        let _ = writeln!(whole, "{extractor}\n  {}", bodies.join("\n  "));
    }
    for line in &wrong {
        let _ = writeln!(summary, "{line}");
    }
    Ok(Shown { summary, whole, is_fine: open.is_empty() && wrong.is_empty() })
}

fn question(extractor: &Extractor, random: &mut fastrand::Rng) -> Question {
    let body = extractor.shape.body(random);
    let used = Used::read(extractor.shape.api(), body.to_string().as_bytes());
    let usage =
        used.ok().map(|used| used.usage.iter().map(|(meter, units)| (meter.id(), units)).collect());
    Question { provider: extractor.provider, flavor: extractor.flavor, body, usage }
}

/// The counts that are not the same, and how.
fn differing(answer: &Answer) -> Vec<(String, String)> {
    match answer {
        Answer::Read { theirs, ours: Some(ours) } => {
            let names: BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
            let said = |counts: &Counts, name: &String| counts.get(name).copied().unwrap_or(0);
            let differs = names.into_iter().filter(|name| said(theirs, name) != said(ours, name));
            let how = |name: &String| {
                format!("{name}: ours {}, theirs {}", said(ours, name), said(theirs, name))
            };
            differs.map(|name| (name.clone(), how(name))).collect()
        }
        // Zeros are no count to us, and none are left of theirs.
        Answer::Read { theirs, ours: None } if theirs.is_empty() => Vec::new(),
        Answer::Read { theirs, ours: None } => {
            vec![("refused".to_owned(), format!("we refuse what they read as {theirs:?}"))]
        }
        // Every body is drawn whole.
        Answer::Refused(refusal) => {
            vec![("refused".to_owned(), format!("they refuse it: {}", refusal.reason()))]
        }
    }
}

/// Extractors that are neither asked nor left out, and those here that there are not.
fn unknown(known: &[(String, String)]) -> Vec<String> {
    let left_out =
        extractors::LEFT_OUT.iter().flat_map(|(_, list)| list.iter().copied().map(str::to_owned));
    let ours: BTreeSet<_> =
        extractors::ASKED.iter().map(ToString::to_string).chain(left_out).collect();
    let theirs: BTreeSet<_> =
        known.iter().map(|(provider, flavor)| format!("{provider}/{flavor}")).collect();
    let new =
        theirs.difference(&ours).map(|name| format!("new, neither asked nor left out: {name}"));
    new.chain(ours.difference(&theirs).map(|name| format!("no such extractor: {name}"))).collect()
}
