//! Other catalogs' own code, asked in Python: what they price, and what a usage comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, ensure};
use portolan_types::{Meter, ServiceTier, Variant};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::draw::Ask;
use crate::index::Offering;

/// A source that has code to price with.
pub(crate) struct Peer {
    /// The source's id: the name of its index.
    pub(crate) source: &'static str,
    /// The package, as pinned in `requirements.txt`.
    pub(crate) package: &'static str,
    /// The script that asks it.
    script: &'static str,
    /// A part of the URL of its data, by which manifests name it.
    pub(crate) url: &'static str,
    /// The moment that its data is of, a weekday at noon.
    pub(crate) at: &'static str,
}

/// The sources that are asked.
pub(crate) const PEERS: &[Peer] = &[
    Peer {
        source: "genai-prices",
        package: "genai-prices 0.2.3",
        script: "tests/oracle/ask_genai_prices.py",
        url: "pydantic/genai-prices",
        at: "2026-11-10T12:00:00Z",
    },
    Peer {
        source: "litellm",
        package: "litellm 1.106.2",
        script: "tests/oracle/ask_litellm.py",
        url: "BerriAI/litellm",
        at: "2026-10-21T12:00:00Z",
    },
];

/// What a source prices for a key, or why it cannot be asked.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Described {
    /// It can be asked.
    Priced(Priced),
    /// It cannot.
    Refused(Refusal),
}

/// What a source prices for a key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Priced {
    /// Under each of its conditions.
    pub(crate) offers: Vec<Offer>,
    /// What it prices and cannot be asked for.
    pub(crate) cannot: Vec<String>,
    /// Moments at which its prices change.
    pub(crate) moments: Vec<String>,
    /// Times of day at which its prices change, as `16:30` in UTC.
    pub(crate) times: Vec<String>,
}

/// What a source prices under one of its conditions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Offer {
    /// The service tier, by its id.
    service_tier: String,
    /// The variants, as `kind=value`.
    variants: Vec<String>,
    /// The condition in the source's own words, handed back with an ask.
    pub(crate) context: Value,
    /// Our meters that it has a rate for, by their ids.
    meters: Vec<String>,
    /// The numbers of input tokens above which it has other rates.
    pub(crate) input_above: Vec<u64>,
}

impl Offer {
    /// The service tier.
    pub(crate) fn service_tier(&self) -> anyhow::Result<ServiceTier> {
        let tier = ServiceTier::from_id(&self.service_tier);
        tier.with_context(|| format!("the script names no service tier: `{}`", self.service_tier))
    }

    /// Our meters that it has a rate for.
    pub(crate) fn meters(&self) -> anyhow::Result<BTreeSet<Meter>> {
        let meter = |id: &String| {
            Meter::from_id(id).with_context(|| format!("the script names no meter: `{id}`"))
        };
        self.meters.iter().map(meter).collect()
    }

    /// The variants.
    pub(crate) fn variants(&self) -> anyhow::Result<Vec<Variant>> {
        let variant = |text: &String| {
            let parts = text.split_once('=');
            let variant = parts.and_then(|(kind, value)| Variant::from_parts(kind, value));
            variant.with_context(|| format!("the script names no variant: `{text}`"))
        };
        self.variants.iter().map(variant).collect()
    }
}

/// Why a source cannot be asked, or has no answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    error: String,
}

impl Refusal {
    /// The reason without what is particular to one key, so that equal ones are counted together.
    pub(crate) fn reason(&self) -> String {
        let parts = self.error.split(['`', '\'']).enumerate();
        parts.map(|(place, part)| if place % 2 == 0 { part } else { "..." }).collect()
    }
}

/// What a usage comes to.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// A total.
    Billed(Bill),
    /// None.
    Refused(Refusal),
}

/// What a source bills.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bill {
    /// The amount in dollars.
    pub(crate) total: String,
    /// The rates that it states for this usage, by meter; nothing that only stands in for another.
    pub(crate) rates: BTreeMap<String, String>,
    /// Whether it has rates that no short decimal ends.
    #[serde(default)]
    pub(crate) endless: bool,
}

impl Peer {
    /// What the source prices for each key.
    pub(crate) fn describe(
        &self,
        python: &Path,
        offerings: &[Offering],
    ) -> anyhow::Result<Vec<Described>> {
        #[derive(Serialize)]
        struct Question<'a> {
            key: &'a str,
        }
        let questions = offerings.iter().map(|offering| Question { key: &offering.key });
        self.converse(python, "describe", questions)
    }

    /// What each usage comes to.
    pub(crate) fn price(
        &self,
        python: &Path,
        offerings: &[Offering],
        asks: &[Ask<'_>],
    ) -> anyhow::Result<Vec<Answer>> {
        #[derive(Serialize)]
        struct Question<'a> {
            key: &'a str,
            at: String,
            context: &'a Value,
            usage: BTreeMap<&'a str, u64>,
        }
        let questions = asks.iter().map(|ask| Question {
            key: &offerings[ask.offering].key,
            at: ask.at.to_string(),
            context: &ask.offer.context,
            usage: ask.usage.iter().map(|(meter, units)| (meter.id(), units)).collect(),
        });
        self.converse(python, "price", questions)
    }

    /// Hands a line each to the script, and reads a line for each.
    pub(crate) fn converse<T: DeserializeOwned>(
        &self,
        python: &Path,
        what: &str,
        questions: impl Iterator<Item = impl Serialize>,
    ) -> anyhow::Result<Vec<T>> {
        let lines: Vec<_> =
            questions.map(|one| serde_json::to_string(&one)).collect::<Result<_, _>>()?;
        let mut command = Command::new(python);
        command
            .args([self.script, what])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child =
            command.spawn().with_context(|| format!("cannot start {}", python.display()))?;
        let mut input = child.stdin.take().context("no standard input")?;
        let text = lines.join("\n") + "\n";
        // From another thread: a pipe holds less than all of it.
        let writer = thread::spawn(move || input.write_all(text.as_bytes()));
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "{} {what} failed", self.script);
        writer.join().ok().context("the writer panicked")??;
        let text = String::from_utf8(output.stdout)?;
        let answers: Vec<T> = text
            .lines()
            .map(|line| {
                serde_json::from_str(line).with_context(|| format!("{}: {line}", self.script))
            })
            .collect::<Result<_, _>>()?;
        ensure!(
            answers.len() == lines.len(),
            "{} answered {} of {}",
            self.script,
            answers.len(),
            lines.len()
        );
        Ok(answers)
    }
}
