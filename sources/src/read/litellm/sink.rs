//! What is read of one entry: which fields are used up, what is left over, and what is wrong.

use std::collections::BTreeSet;

use super::file::{Entry, object};
use super::mapping::{Mapping, OmitRule, is_for};
use crate::decimal::{Decimal, DecimalError};
use crate::row::{Omitted, Shortened};

/// The state of reading one entry.
pub(super) struct Sink<'a> {
    mapping: &'a Mapping,
    /// litellm's word for the provider.
    word: &'a str,
    entry: &'a Entry,
    used: BTreeSet<String>,
    pub(super) omitted: Vec<Omitted>,
    pub(super) shortened: Vec<Shortened>,
    pub(super) mistakes: Vec<String>,
    pub(super) notes: Vec<String>,
    /// Fields that say the price of another field again, and that field.
    pub(super) repeats: Vec<(String, String)>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(mapping: &'a Mapping, word: &'a str, entry: &'a Entry) -> Self {
        Self {
            mapping,
            word,
            entry,
            used: BTreeSet::new(),
            omitted: Vec::new(),
            shortened: Vec::new(),
            mistakes: Vec::new(),
            notes: Vec::new(),
            repeats: Vec::new(),
        }
    }

    /// A field's value as it is written. The field counts as used up, a `null` as not there.
    pub(super) fn take(&mut self, field: &str) -> Option<&'a str> {
        let raw = self.entry.raw(field)?;
        self.used.insert(field.to_owned());
        (raw != "null").then_some(raw)
    }

    /// A part of a field that is an object, as `metadata.notes`. That part alone counts as used up.
    pub(super) fn take_part(&mut self, field: &str, part: &str) -> Option<String> {
        let value = object(self.entry.raw(field)?)?.get(part)?.get().to_owned();
        self.used.insert(format!("{field}.{part}"));
        Some(value)
    }

    /// A field of a type that JSON knows; another type is a mistake.
    pub(super) fn take_as<T: serde::de::DeserializeOwned>(
        &mut self,
        field: &str,
        expected: &str,
    ) -> Option<T> {
        let raw = self.take(field)?;
        let value = serde_json::from_str(raw).ok();
        if value.is_none() {
            self.wrong(field, raw, expected);
        }
        value
    }

    pub(super) fn take_text(&mut self, field: &str) -> Option<String> {
        self.take_as(field, "a text")
    }

    pub(super) fn take_flag(&mut self, field: &str) -> Option<bool> {
        self.take_as(field, "`true` or `false`")
    }

    /// A whole number, which litellm sometimes writes as `256000.0`. None at all is said by a zero.
    pub(super) fn take_count(&mut self, field: &str) -> Option<u64> {
        let raw = self.take(field)?;
        let count = whole(raw);
        match count {
            None => self.wrong(field, raw, "a whole number"),
            Some(0) => self.omit(field, "a limit of zero says that nobody filled it in"),
            Some(_) => {}
        }
        count.filter(|count| *count > 0)
    }

    /// A number as an exact decimal; anything else is a mistake.
    pub(super) fn decimal(&mut self, field: &str, raw: &str) -> Option<Decimal> {
        match Decimal::parse(raw) {
            Ok(number) => Some(number),
            Err(DecimalError::Negative) => {
                self.wrong(field, raw, "a price of at least zero");
                None
            }
            Err(_) => {
                self.wrong(field, raw, "a number, as `2.5e-06`");
                None
            }
        }
    }

    /// Something other than what the field holds.
    pub(super) fn wrong(&mut self, field: &str, found: &str, expected: &str) {
        self.mistakes.push(format!(
            "`{}`, field `{field}`: {expected} was expected, and it is `{}`; did its meaning change?",
            self.entry.key,
            one_line(found)
        ));
    }

    /// A field that the row cannot hold. Of parts of a field only the field's value is at hand.
    pub(super) fn omit(&mut self, field: &str, why: &str) {
        let value = self.entry.raw(field).map(str::to_owned);
        let value = value.or_else(|| {
            let (field, part) = field.split_once('.')?;
            Some(object(self.entry.raw(field)?)?.get(part)?.get().to_owned())
        });
        self.used.insert(field.to_owned());
        self.omitted.push(Omitted {
            field: field.to_owned(),
            value: one_line(&value.unwrap_or_default()),
            why: why.to_owned(),
        });
    }

    pub(super) fn is_used(&self, field: &str) -> bool {
        self.used.contains(field)
    }

    /// Puts a field among what is omitted, if the mapping has a rule for it.
    pub(super) fn leave_by_rule(&mut self, field: &str, value: &str) -> bool {
        let Some(rule) = self.rule(field) else { return false };
        self.omit(field, &rule.why);
        self.notes.extend(rule.note.as_ref().map(|note| note.replace("{value}", value)));
        true
    }

    /// Puts every field that is not used up among what is omitted, with the reason of the mapping.
    pub(super) fn leave(&mut self) {
        for (field, value) in &self.entry.fields {
            if self.is_used(field) || value.get() == "null" {
                continue;
            }
            let parts = object(value.get()).filter(|_| self.rule(field).is_none());
            let Some(parts) = parts else {
                self.leave_one(field, value.get());
                continue;
            };
            for (part, value) in parts {
                let name = format!("{field}.{part}");
                if !self.is_used(&name) {
                    self.leave_one(&name, value.get());
                }
            }
        }
    }

    fn leave_one(&mut self, field: &str, value: &str) {
        if self.leave_by_rule(field, value) {
            return;
        }
        if field.contains("cost") || field.contains("pric") {
            self.omit(field, "an unknown price: sources/litellm.yaml has no meter for it");
        } else {
            self.omit(field, "an unknown field: sources/litellm.yaml says nothing of it");
        }
    }

    /// The first rule that omits a field of the entry.
    fn rule(&self, field: &str) -> Option<&'a OmitRule> {
        let has = |other: &String| self.entry.fields.contains_key(other);
        self.mapping.omits.iter().find(|rule| {
            rule.fields.iter().any(|other| other == field)
                && is_for(&rule.providers, Some(self.word))
                && rule.beside.iter().all(has)
        })
    }
}

/// A value on one line, without the blanks that only lay it out.
fn one_line(value: &str) -> String {
    let mut lines = value.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |all, line| if all.ends_with(',') { all + " " + line } else { all + line })
}

/// A whole number, with or without a fraction of zeros.
pub(super) fn whole(raw: &str) -> Option<u64> {
    let (number, fraction) = raw.split_once('.').unwrap_or((raw, "0"));
    fraction.bytes().all(|digit| digit == b'0').then(|| number.parse().ok())?
}
