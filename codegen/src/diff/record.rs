//! How changes are written down: what they are about, two lists laid side by side, values as texts.

use std::collections::BTreeMap;

use super::{Change, Conditions, Kind};
use crate::catalog::Source;
use crate::manifest::{Closed, Day, Moment, Word};

/// What changes are about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Subject<'c> {
    pub(super) catalog: Option<&'c str>,
    pub(super) vendor: Option<&'c str>,
    pub(super) provider: Option<&'c str>,
    pub(super) model: Option<&'c str>,
    pub(super) base_model: Option<&'c str>,
}

/// Writes changes of one subject down.
pub(super) struct Recorder<'c, 'o> {
    pub(super) subject: Subject<'c>,
    pub(super) out: &'o mut Vec<Change>,
}

impl<'c> Recorder<'c, '_> {
    /// The same list for a subject within this one.
    pub(super) fn of(&mut self, subject: Subject<'c>) -> Recorder<'c, '_> {
        Recorder { subject, out: self.out }
    }

    /// A change of this kind.
    pub(super) fn push(
        &mut self,
        kind: Kind,
        field: &str,
        from: Option<String>,
        to: Option<String>,
    ) -> &mut Change {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let Subject { catalog, vendor, provider, model, base_model } = self.subject;
        self.out.push(Change {
            level: kind.level(),
            kind,
            catalog: owned(catalog),
            vendor: owned(vendor),
            provider: owned(provider),
            model: owned(model),
            base_model: owned(base_model),
            field: (!field.is_empty()).then(|| field.to_owned()),
            conditions: Conditions::default(),
            from,
            to,
            percent: None,
            currency: None,
        });
        let last = self.out.len() - 1;
        &mut self.out[last]
    }

    /// A change if two values differ.
    pub(super) fn value<T: Text + PartialEq>(
        &mut self,
        kind: Kind,
        field: &str,
        before: &T,
        after: &T,
    ) {
        if before != after {
            self.push(kind, field, before.text(), after.text());
        }
    }

    /// A change for each item that only one list has, whatever their order.
    pub(super) fn items<T: Text + Ord>(
        &mut self,
        [removed, added]: [Kind; 2],
        field: &str,
        before: &[T],
        after: &[T],
    ) {
        for pair in pairs(before, after, |item| item) {
            match pair {
                Pair::Gone(item) => self.push(removed, field, item.text(), None),
                Pair::New(item) => self.push(added, field, None, item.text()),
                Pair::Both(..) => continue,
            };
        }
    }

    /// A change for each entry that differs.
    pub(super) fn entries(
        &mut self,
        kind: Kind,
        field: &str,
        before: &BTreeMap<String, String>,
        after: &BTreeMap<String, String>,
    ) {
        let named = |key: &str| match field {
            "" => key.to_owned(),
            field => format!("{field}.{key}"),
        };
        for (key, value) in before {
            let other = after.get(key);
            if other != Some(value) {
                self.push(kind, &named(key), Some(value.clone()), other.cloned());
            }
        }
        for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            self.push(kind, &named(key), None, Some(value.clone()));
        }
    }

    /// Where a fact is from.
    pub(super) fn source(&mut self, field: &str, before: &Source, after: &Source) {
        self.value(Kind::SourceChanged, field, &before.url, &after.url);
        self.value(Kind::CheckedAgain, field, &before.checked, &after.checked);
    }
}

/// An item of two lists that were laid side by side.
pub(super) enum Pair<'c, T> {
    /// Only in the first.
    Gone(&'c T),
    /// Only in the second.
    New(&'c T),
    /// In both.
    Both(&'c T, &'c T),
}

/// Lays two lists side by side by a key, whatever their order. Where several items of a list have one key, each has a
/// partner of its own as long as there are some.
pub(super) fn pairs<'c, T, K: Ord>(
    before: &'c [T],
    after: &'c [T],
    key: impl Fn(&'c T) -> K,
) -> Vec<Pair<'c, T>> {
    let sorted = |list: &'c [T]| {
        let mut keyed: Vec<_> = list.iter().map(|item| (key(item), item)).collect();
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        keyed.into_iter().peekable()
    };
    let (mut before, mut after) = (sorted(before), sorted(after));
    let mut pairs = Vec::new();
    loop {
        let order = match (before.peek(), after.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return pairs,
        };
        let one = if order.is_le() { before.next() } else { None };
        let other = if order.is_ge() { after.next() } else { None };
        pairs.extend(match (one, other) {
            (Some((_, one)), Some((_, other))) => Some(Pair::Both(one, other)),
            (Some((_, one)), None) => Some(Pair::Gone(one)),
            (None, Some((_, other))) => Some(Pair::New(other)),
            (None, None) => None,
        });
    }
}

/// A value as a text; nothing where it says nothing.
pub(super) trait Text {
    fn text(&self) -> Option<String>;
}

macro_rules! displayed {
    ($($ty:ty)+) => {$(
        impl Text for $ty {
            fn text(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )+};
}
displayed! { String bool u64 }

impl<T: Closed> Text for Word<T> {
    fn text(&self) -> Option<String> {
        Some(self.0.id().to_owned())
    }
}

impl Text for Day {
    fn text(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

impl Text for Moment {
    fn text(&self) -> Option<String> {
        let midnight = self.0.date().filter(|date| date.timestamp() == Some(self.0));
        Some(midnight.map_or_else(|| self.0.to_string(), |date| date.to_string()))
    }
}

impl<T: Text> Text for Option<T> {
    fn text(&self) -> Option<String> {
        self.as_ref().and_then(Text::text)
    }
}

impl<T: Text> Text for Vec<T> {
    fn text(&self) -> Option<String> {
        let texts: Vec<_> = self.iter().filter_map(Text::text).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }
}
