//! Values of rows: how each kind of fact is spelled as Rust, and the struct literals that hold them.

use std::fmt;

use portolan_types::{Date, Timestamp};

use super::layout::Node;
use crate::catalog::Source;
use crate::emit::figures::{grouped, moment_text};
use crate::manifest::{Day, Moment, Word};

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

/// A text that a row leaves out where nobody said one.
pub(super) fn plain_text(text: Option<&String>) -> Node<'_> {
    text.map_or_else(|| Node::raw("\"\"").unset_if(true), |text| Node::text(text))
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

/// A number that a row leaves out where nobody said one.
pub(super) fn plain_number<'a>(value: Option<u64>) -> Node<'a> {
    number(value.unwrap_or(0)).unset_if(value.is_none())
}

/// Whether something is so.
pub(super) fn support<'a>(said: Option<bool>) -> Node<'a> {
    let name = match said {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "Unknown",
    };
    Node::imported("Support", name.to_owned()).unset_if(said.is_none())
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

/// The number of a date, which a row leaves out where nobody said one.
pub(super) fn plain_day<'a>(day: Option<Day>) -> Node<'a> {
    let Date(number) = day.map_or(Date(0), |day| day.0);
    Node::raw(number.to_string()).unset_if(day.is_none())
}

pub(super) fn date<'a>(Date(number): Date) -> Node<'a> {
    Node::call("Date(", [Node::raw(number.to_string())])
}

/// A timestamp with what it is for a reader.
pub(super) fn some_moment<'a>(moment: Option<Moment>) -> Node<'a> {
    some(moment.map(|moment| {
        let text = format!("{} /* {} */", seconds(moment), moment_text(moment.0));
        Node::call("Timestamp(", [Node::raw(text)])
    }))
}

/// The seconds of a timestamp with what they are for a reader. A row leaves them out where there is none. rustfmt would
/// move the comment if it came last.
pub(super) fn plain_moment<'a>(moment: Option<Moment>) -> Node<'a> {
    let text = moment.map(|moment| format!("/* {} */ {}", moment_text(moment.0), seconds(moment)));
    Node::raw(text.unwrap_or_default()).unset_if(moment.is_none())
}

fn seconds(Moment(Timestamp(seconds)): Moment) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(seconds.unsigned_abs(), '_'))
}

pub(super) fn source_fields<'a>(row: Row<'a>, source: &'a Source) -> Row<'a> {
    row.set("source", plain_text(source.url.as_ref())).set("checked", plain_day(source.checked))
}
