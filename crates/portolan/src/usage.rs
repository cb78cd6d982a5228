//! What an answer used, in the catalog's meters. Takes the usage objects of an answer, as many as came; returns disjoint
//! meters, or why there are none. Which field means what is data: a table per api. Frames are folded field by field,
//! the last one that says a field counts, so a frame that repeats or leaves out a field neither doubles nor loses it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use portolan_types::{Meter, Usage};
use serde_json::Value;

mod answer;
mod fields;

pub use answer::Used;
pub(crate) use answer::{has_maps, is_search, queries};
pub(crate) use fields::Fields;

/// Why an answer's usage is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum UsageError {
    /// The provider did not say it.
    Missing,
    /// A count of the provider is no whole number.
    Malformed {
        /// The field.
        field: String,
    },
    /// The counts of the provider contradict each other: a part is larger than its whole.
    Contradiction {
        /// What contradicts what.
        what: &'static str,
    },
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the provider did not say what was used"),
            Self::Malformed { field } => write!(f, "the usage field `{field}` is no whole number"),
            Self::Contradiction { what } => write!(f, "the usage contradicts itself: {what}"),
        }
    }
}

impl std::error::Error for UsageError {}

/// A count that a provider may state. Totals hold their parts; the table of an api says which it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// All input tokens, cached ones included.
    In,
    /// Input tokens that no cache had or keeps.
    Fresh,
    /// Input tokens that the provider's own tools added, beside the others.
    InTools,
    InAudio,
    InImage,
    InVideo,
    CacheRead,
    CacheReadAudio,
    CacheReadImage,
    CacheReadVideo,
    /// All tokens written to a cache.
    CacheWrite,
    CacheWrite5m,
    CacheWrite1h,
    /// All output tokens, reasoning included.
    Out,
    /// Output tokens without reasoning.
    Said,
    Reasoning,
    OutAudio,
    OutImage,
    OutVideo,
    /// What was read of cited pages, beside the output.
    Citation,
    /// All tokens of the request.
    All,
    Searches,
}

const SLOTS: usize = Slot::Searches as usize + 1;

/// Counts as a provider states them, any of them unknown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counts {
    slots: [Option<u64>; SLOTS],
    malformed: Option<String>,
    /// The usage object that came last, as JSON, where it was not read yet.
    put_off: String,
    /// What the provider searched for where no usage object counts its searches.
    queries: BTreeSet<String>,
    /// Whether the provider asked its maps, of which no answer says how often.
    maps: bool,
    /// Whether searches are billed once, however many queries they took.
    per_prompt: bool,
}

impl Counts {
    /// Takes a usage object that the next frame may say again with other numbers, so that it is read only then or at the
    /// end. One that says other fields counts beside the last.
    pub(crate) fn put_off(&mut self, usage: &str, fields: &Fields) {
        if !same_but_for_numbers(self.put_off.as_bytes(), usage.as_bytes()) {
            *self = self.read(fields).into_owned();
        }
        self.put_off.clear();
        self.put_off.push_str(usage);
    }

    /// All counts, with what was put off.
    pub(crate) fn read(&self, fields: &Fields) -> Cow<'_, Self> {
        if self.put_off.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut all = Self { put_off: String::new(), ..self.clone() };
        match serde_json::from_str(&self.put_off) {
            Ok(usage) => all.fold(&usage, fields),
            Err(_) => all.malformed = Some("usage".to_owned()),
        }
        Cow::Owned(all)
    }

    /// Folds the usage object of a frame in: what it says replaces what was said before.
    pub(crate) fn fold(&mut self, usage: &Value, fields: &Fields) {
        let mut frame = Self::default();
        fields.read(usage, &mut frame);
        for (slot, said) in self.slots.iter_mut().zip(frame.slots) {
            *slot = said.or(*slot);
        }
        self.malformed = frame.malformed.or(self.malformed.take());
    }

    /// Sets a count that this frame has not said yet.
    fn say(&mut self, slot: Slot, name: &str, value: &Value) {
        match value.as_u64() {
            Some(count) => {
                self.slots[slot as usize].get_or_insert(count);
            }
            None if value.is_null() => {}
            None => self.malformed = Some(name.to_owned()),
        }
    }

    /// Counts a search that no usage object states.
    pub(crate) fn searched(&mut self) {
        *self.slots[Slot::Searches as usize].get_or_insert(0) += 1;
    }

    /// Takes a query of the provider's own search, and says whether it is one more. Google bills each that is not empty
    /// and none twice; its frames repeat them.
    pub(crate) fn searched_for(&mut self, query: &str) -> bool {
        !query.is_empty() && self.queries.insert(query.to_owned())
    }

    /// The provider asked its maps.
    pub(crate) fn mapped(&mut self) {
        self.maps = true;
    }

    /// Takes the model that answered, as Google names it: before Gemini 3 a prompt that was searched for is billed as one.
    pub(crate) fn served_by(&mut self, model: &str) {
        let digits = model.split_once("gemini-").map_or("", |(_, version)| version);
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let generation = digits.get(..length).and_then(|digits| digits.parse::<u32>().ok());
        self.per_prompt = generation.is_some_and(|generation| generation < 3);
    }

    fn searches(&self) -> u64 {
        let queries = self.queries.len() as u64;
        self.get(Slot::Searches) + if self.per_prompt { queries.min(1) } else { queries }
    }

    fn get(&self, slot: Slot) -> u64 {
        self.slots[slot as usize].unwrap_or(0)
    }

    fn said(&self, slot: Slot) -> Option<u64> {
        self.slots[slot as usize]
    }

    /// The counts as disjoint meters.
    pub(crate) fn usage(&self) -> Result<Usage, UsageError> {
        if let Some(field) = &self.malformed {
            return Err(UsageError::Malformed { field: field.clone() });
        }
        let mut usage = Usage::new();
        self.input(&mut usage)?;
        self.output(&mut usage)?;
        // No request has no tokens: a server that states zeros does not count.
        if usage.is_empty() {
            return Err(UsageError::Missing);
        }
        usage.set(Meter::Searches, self.searches());
        usage.set(Meter::MapsQueries, u64::from(self.maps));
        Ok(usage)
    }

    fn input(&self, usage: &mut Usage) -> Result<(), UsageError> {
        let cached = [
            (Slot::CacheReadAudio, Meter::CacheReadAudio),
            (Slot::CacheReadImage, Meter::CacheReadImage),
            (Slot::CacheReadVideo, Meter::CacheReadVideo),
        ];
        let mut read = self.get(Slot::CacheRead);
        for (slot, meter) in cached {
            read = minus(read, self.get(slot), "more cached input of one kind than cached input")?;
            usage.set(meter, self.get(slot));
        }
        usage.set(Meter::CacheRead, read);
        let written = self.written(usage)?;
        let mut fresh = match (self.said(Slot::Fresh), self.said(Slot::In)) {
            (Some(fresh), _) => fresh,
            (None, Some(all)) => {
                let rest = minus(all, self.get(Slot::CacheRead), "more cached input than input")?;
                minus(rest, written, "more input written to the cache than input")?
            }
            (None, None) => return Err(UsageError::Missing),
        };
        // The counts by kind hold what was cached of that kind.
        for (slot, cached, meter) in [
            (Slot::InAudio, Slot::CacheReadAudio, Meter::InputAudio),
            (Slot::InImage, Slot::CacheReadImage, Meter::InputImage),
            (Slot::InVideo, Slot::CacheReadVideo, Meter::InputVideo),
        ] {
            let kind = self.get(slot).saturating_sub(self.get(cached));
            fresh = minus(fresh, kind, "more input of one kind than input")?;
            usage.set(meter, kind);
        }
        usage.set(Meter::Input, fresh.saturating_add(self.get(Slot::InTools)));
        Ok(())
    }

    /// Sets what was written to caches and returns its sum.
    fn written(&self, usage: &mut Usage) -> Result<u64, UsageError> {
        let (short, long) = (self.get(Slot::CacheWrite5m), self.get(Slot::CacheWrite1h));
        let split = short.saturating_add(long);
        let all = self.said(Slot::CacheWrite).unwrap_or(split);
        // Where only the hour is stated, the rest was written for the usual time.
        let rest = minus(all, split, "more written to caches by time than in all")?;
        usage.set(Meter::CacheWrite, short.saturating_add(rest));
        usage.set(Meter::CacheWrite1h, long);
        Ok(all)
    }

    fn output(&self, usage: &mut Usage) -> Result<(), UsageError> {
        let reasoning = self.get(Slot::Reasoning);
        let mut said = match (self.said(Slot::Said), self.said(Slot::Out)) {
            (Some(said), _) => said,
            (None, Some(out)) if self.reasons_beside(out) => out,
            (None, Some(out)) => minus(out, reasoning, "more reasoning than output")?,
            (None, None) if self.said(Slot::Reasoning).is_some() => 0,
            (None, None) => return Err(UsageError::Missing),
        };
        for (slot, meter) in [
            (Slot::OutAudio, Meter::OutputAudio),
            (Slot::OutImage, Meter::OutputImage),
            (Slot::OutVideo, Meter::OutputVideo),
        ] {
            said = minus(said, self.get(slot), "more output of one kind than output")?;
            usage.set(meter, self.get(slot));
        }
        usage.set(Meter::Output, said);
        usage.set(Meter::Reasoning, reasoning);
        usage.set(Meter::Citation, self.get(Slot::Citation));
        Ok(())
    }

    /// Whether the reasoning is counted beside the output and not within it: some vendors of an api do so, and their sum
    /// of all tokens shows it. Who counts citations thinks before it answers, and counts that apart too.
    fn reasons_beside(&self, out: u64) -> bool {
        if self.said(Slot::Citation).is_some() {
            return true;
        }
        let reasoning = self.get(Slot::Reasoning);
        let sum = self.get(Slot::In).checked_add(out).and_then(|sum| sum.checked_add(reasoning));
        reasoning > 0 && sum.is_some() && sum == self.said(Slot::All)
    }
}

/// Whether two objects say the same fields: whether their JSON is the same but for whole numbers.
fn same_but_for_numbers(mut one: &[u8], mut other: &[u8]) -> bool {
    let mut quoted = false;
    while let ([a, one_rest @ ..], [b, other_rest @ ..]) = (one, other) {
        if !quoted && a.is_ascii_digit() && b.is_ascii_digit() {
            let (Some(more), Some(as_much)) = (after_number(one), after_number(other)) else {
                return false;
            };
            (one, other) = (more, as_much);
            continue;
        }
        if a != b || *a == b'\\' {
            return false;
        }
        quoted ^= *a == b'"';
        (one, other) = (one_rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

/// What comes after digits, unless they are so many that they may be no count.
fn after_number(bytes: &[u8]) -> Option<&[u8]> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.get(length..).filter(|_| length <= 18)
}

fn minus(whole: u64, part: u64, what: &'static str) -> Result<u64, UsageError> {
    whole.checked_sub(part).ok_or(UsageError::Contradiction { what })
}

#[cfg(test)]
mod tests;
