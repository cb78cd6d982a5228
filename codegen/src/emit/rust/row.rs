//! Values of rows: how each kind of fact is spelled as Rust, and the struct literals that hold them.

use std::fmt;

use portolan_types::{Date, Timestamp};

use super::layout::Node;
use crate::catalog::Source;
use crate::emit::figures::{grouped, moment_text};
use crate::manifest::{Day, Word};

/// A struct literal while its fields are named, in the order of the struct.
pub(super) struct Row<'a> {
    ty: &'static str,
    base: Option<Node<'a>>,
    fields: Vec<(&'static str, Node<'a>)>,
    /// Whether a field is left to the base.
    partial: bool,
}

impl<'a> Row<'a> {
    /// A literal of this type with every field written.
    pub(super) fn whole(ty: &'static str) -> Self {
        Self { ty, base: None, fields: Vec::new(), partial: false }
    }

    /// A literal of this type with the fields that differ from `base`.
    pub(super) fn over(ty: &'static str, base: Node<'a>) -> Self {
        Self { base: Some(base), ..Self::whole(ty) }
    }

    /// The literal with one more field.
    pub(super) fn set(mut self, name: &'static str, value: Node<'a>) -> Self {
        if value.unset && self.base.is_some() {
            self.partial = true;
        } else {
            self.fields.push((name, value));
        }
        self
    }

    /// The literal with fields that nobody sets here: the base has them.
    pub(super) fn rest_of_base(self) -> Self {
        Self { partial: true, ..self }
    }

    /// The value: the base itself where no field differs from it.
    pub(super) fn end(self) -> Node<'a> {
        match self.base {
            Some(base) if self.fields.is_empty() => base.unset_if(true),
            // An update that updates nothing is a lint of clippy's.
            base => Node::literal(self.ty, self.fields, base.filter(|_| self.partial)),
        }
    }
}

pub(super) fn some(value: Option<Node<'_>>) -> Node<'_> {
    match value {
        Some(value) => Node::call("Some(", [value]),
        None => Node::raw("None").unset_if(true),
    }
}

pub(super) fn some_text(text: Option<&String>) -> Node<'_> {
    some(text.map(|text| Node::text(text)))
}

pub(super) fn texts(texts: &[String]) -> Node<'_> {
    Node::slice(texts.iter().map(|text| Node::text(text)))
}

pub(super) fn boolean<'a>(value: bool) -> Node<'a> {
    Node::raw(if value { "true" } else { "false" }).unset_if(!value)
}

pub(super) fn number<'a>(value: u64) -> Node<'a> {
    Node::raw(grouped(value, '_'))
}

pub(super) fn some_number<'a>(value: Option<u64>) -> Node<'a> {
    some(value.map(number))
}

/// A variant with its enum's name.
pub(super) fn word<'a, T: fmt::Debug + Copy>(ty: &'static str, word: Word<T>) -> Node<'a> {
    Node::word(ty, format!("{:?}", word.0))
}

/// A variant that a struct update leaves out where it is the default.
pub(super) fn word_unless<'a, T: fmt::Debug + Copy + PartialEq>(
    ty: &'static str,
    value: Word<T>,
    default: T,
) -> Node<'a> {
    let unset = value.0 == default;
    word(ty, value).unset_if(unset)
}

pub(super) fn date<'a>(Date(number): Date) -> Node<'a> {
    Node::call("Date(", [Node::raw(number.to_string())])
}

pub(super) fn some_day<'a>(day: Option<Day>) -> Node<'a> {
    some(day.map(|day| date(day.0)))
}

/// A timestamp with what it is for a reader.
pub(super) fn some_moment<'a>(moment: Option<crate::manifest::Moment>) -> Node<'a> {
    some(moment.map(|moment| {
        let Timestamp(seconds) = moment.0;
        let sign = if seconds < 0 { "-" } else { "" };
        let seconds = grouped(seconds.unsigned_abs(), '_');
        let text = format!("{sign}{seconds} /* {} */", moment_text(moment.0));
        Node::call("Timestamp(", [Node::raw(text)])
    }))
}

pub(super) fn source_fields<'a>(row: Row<'a>, source: &'a Source) -> Row<'a> {
    row.set("source", some_text(source.url.as_ref())).set("checked", some_day(source.checked))
}
