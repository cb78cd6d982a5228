//! Rows laid out as Rust text in rustfmt's style with `use_small_heuristics = "Max"`: a value stands on one line if it
//! fits in 100 columns, else its parts stand on lines of their own.
//!
//! Takes trees of values; returns text, and the names of the types crate that the text uses. rustfmt must leave the
//! text as it is.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use unicode_width::UnicodeWidthStr;

const MAX_WIDTH: usize = 100;
const INDENT: usize = 4;
/// Lists whose items are all this short are filled, several items on a line.
const SHORT_ITEM: usize = 10;

/// A value of a row.
pub(super) struct Node<'a> {
    kind: Kind<'a>,
    /// The columns that it takes on one line.
    width: usize,
    /// Whether it is `None`, `false`, empty or another default: what a struct update can leave out.
    pub(super) unset: bool,
}

enum Kind<'a> {
    Raw(Cow<'a, str>),
    /// A string literal that needs no escapes.
    Text(&'a str),
    /// A variant: qualified by its enum, or imported by its name.
    Word {
        ty: &'static str,
        name: String,
        imported: bool,
    },
    /// An item of a module beside this one.
    Shared {
        module: &'static str,
        name: String,
    },
    List {
        open: &'static str,
        close: char,
        items: Vec<Node<'a>>,
    },
    Struct {
        ty: &'static str,
        fields: Vec<(&'static str, Node<'a>)>,
        base: Option<Box<Node<'a>>>,
    },
}

impl<'a> Node<'a> {
    /// Rust text that never breaks.
    pub(super) fn raw(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self { width: columns(&text), kind: Kind::Raw(text), unset: false }
    }

    /// The same value, which a struct update leaves out if `unset`.
    pub(super) fn unset_if(self, unset: bool) -> Self {
        Self { unset, ..self }
    }

    /// A string literal. Whatever the text holds, it stays inside of the literal.
    pub(super) fn text(text: &'a str) -> Self {
        let plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
        if !text.bytes().all(plain) {
            return Self::raw(format!("{text:?}"));
        }
        Self { width: text.len() + 2, kind: Kind::Text(text), unset: false }
    }

    /// A variant, as `Api::Ollama`.
    pub(super) fn word(ty: &'static str, name: String) -> Self {
        let width = ty.len() + 2 + name.len();
        Self { width, kind: Kind::Word { ty, name, imported: false }, unset: false }
    }

    /// A variant without its enum, which the module imports.
    pub(super) fn imported(ty: &'static str, name: String) -> Self {
        Self { width: name.len(), kind: Kind::Word { ty, name, imported: true }, unset: false }
    }

    /// An item of a module beside this one, as `sets::TEXT`.
    pub(super) fn shared(module: &'static str, name: String) -> Self {
        let width = module.len() + 2 + name.len();
        Self { width, kind: Kind::Shared { module, name }, unset: false }
    }

    /// `open`, items, `close`: `&[..]`, `(..)`, `Price::Priced(..)`.
    fn list(open: &'static str, close: char, items: Vec<Self>) -> Self {
        let inner: usize = items.iter().map(|item| item.width + 2).sum();
        let width = open.len() + inner.saturating_sub(2) + 1;
        Self { width, kind: Kind::List { open, close, items }, unset: false }
    }

    /// `&[..]`, left out by a struct update if it is empty.
    pub(super) fn slice(items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<_> = items.into_iter().collect();
        let unset = items.is_empty();
        Self::list("&[", ']', items).unset_if(unset)
    }

    /// A call or a tuple, `open` being all before the first argument: `Endpoint::new(`.
    pub(super) fn call(open: &'static str, arguments: impl IntoIterator<Item = Self>) -> Self {
        Self::list(open, ')', arguments.into_iter().collect())
    }

    /// `Ty { fields, ..base }`; `ty` may start with `&`.
    pub(super) fn literal(
        ty: &'static str,
        fields: Vec<(&'static str, Self)>,
        base: Option<Self>,
    ) -> Self {
        let named: usize = fields.iter().map(|(name, node)| name.len() + 2 + node.width + 2).sum();
        let update = base.as_ref().map_or(0, |base| base.width + 4);
        let width = ty.len() + 3 + (named + update).saturating_sub(2) + 2;
        let base = base.map(Box::new);
        Self { width, kind: Kind::Struct { ty, fields, base }, unset: false }
    }

    fn breaks(&self) -> bool {
        match &self.kind {
            Kind::List { items, .. } => !items.is_empty(),
            Kind::Struct { .. } => true,
            Kind::Raw(_) | Kind::Text(_) | Kind::Word { .. } | Kind::Shared { .. } => false,
        }
    }
}

/// The names that a module has to import: from the types crate, and modules beside it.
#[derive(Default)]
pub(super) struct Imports {
    modules: BTreeSet<&'static str>,
    types: BTreeSet<&'static str>,
    variants: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Imports {
    fn of_path(&mut self, path: &'static str) {
        let path = path.trim_start_matches('&').trim_end_matches(['(', '[']);
        let ty = path.split_once("::").map_or(path, |(ty, _)| ty);
        if !ty.is_empty() && ty != "Some" {
            self.types.insert(ty);
        }
    }

    /// Imports a type by name.
    pub(super) fn ty(&mut self, ty: &'static str) {
        self.types.insert(ty);
    }

    fn variant(&mut self, ty: &'static str, name: &str) {
        let names = self.variants.entry(ty).or_default();
        if !names.contains(name) {
            names.insert(name.to_owned());
        }
    }

    /// The `use` lines, in rustfmt's order.
    pub(super) fn text(&self) -> String {
        let mut printer = Printer::default();
        printer.import("super::", self.modules.iter().copied());
        for (ty, names) in &self.variants {
            printer.import(&format!("portolan_types::{ty}::"), names.iter().map(String::as_str));
        }
        printer.import("portolan_types::", self.types.iter().copied());
        printer.out
    }
}

/// The text of a module while it is written.
#[derive(Default)]
pub(super) struct Printer {
    /// What is written so far.
    pub(super) out: String,
    /// What that needs.
    pub(super) imports: Imports,
}

impl Printer {
    /// A text that starts like this.
    pub(super) fn new(start: String) -> Self {
        Self { out: start, imports: Imports::default() }
    }

    /// Writes `head = value;`.
    pub(super) fn item(&mut self, head: &str, value: &Node<'_>) {
        self.out.push_str(head);
        self.out.push_str(" =");
        let here = self.column() + 1 + value.width < MAX_WIDTH;
        if !here && INDENT + value.width < MAX_WIDTH {
            self.line(INDENT);
        } else {
            self.out.push(' ');
        }
        self.value(value, 0, 1);
        self.out.push_str(";\n");
    }

    fn import<'n>(&mut self, path: &str, names: impl Iterator<Item = &'n str>) {
        let names: Vec<_> = names.collect();
        if let [only] = names.as_slice() {
            self.out.extend(["use ", path, only, ";\n"]);
        } else if !names.is_empty() {
            self.out.extend(["use ", path, "{"]);
            let flat = names.join(", ");
            // rustfmt keeps two columns free here.
            if self.column() + flat.len() + 4 <= MAX_WIDTH {
                self.out.push_str(&flat);
            } else {
                self.fill(&names, 0);
            }
            self.out.push_str("};\n");
        }
    }

    /// Writes a value at the end of the current line, `after` being the columns that follow it there.
    fn value(&mut self, node: &Node<'_>, indent: usize, after: usize) {
        if !node.breaks() || self.column() + node.width + after <= MAX_WIDTH {
            return self.flat(node);
        }
        match &node.kind {
            Kind::List { open, close, items } => {
                self.out.push_str(open);
                self.imports.of_path(open);
                self.items(items, indent, after + 1);
                self.out.push(*close);
            }
            Kind::Struct { ty, fields, base } => {
                self.imports.of_path(ty);
                self.out.extend([*ty, " {"]);
                self.fields(fields, base.as_deref(), indent);
                self.out.push('}');
            }
            Kind::Raw(_) | Kind::Text(_) | Kind::Word { .. } | Kind::Shared { .. } => {
                self.flat(node);
            }
        }
    }

    fn items(&mut self, items: &[Node<'_>], indent: usize, after: usize) {
        match items {
            [only] if only.breaks() => return self.value(only, indent, after),
            _ if items.iter().all(|item| !item.breaks() && item.width <= SHORT_ITEM) => {
                let texts: Vec<_> = items.iter().map(|item| self.atom(item)).collect();
                let texts: Vec<_> = texts.iter().map(String::as_str).collect();
                return self.fill(&texts, indent);
            }
            _ => {}
        }
        for item in items {
            self.line(indent + INDENT);
            self.value(item, indent + INDENT, 1);
            self.out.push(',');
        }
        self.line(indent);
    }

    fn fields(
        &mut self,
        fields: &[(&'static str, Node<'_>)],
        base: Option<&Node<'_>>,
        indent: usize,
    ) {
        for (name, node) in fields {
            self.line(indent + INDENT);
            self.out.extend([*name, ": "]);
            self.value(node, indent + INDENT, 1);
            self.out.push(',');
        }
        if let Some(base) = base {
            self.line(indent + INDENT);
            self.out.push_str("..");
            self.value(base, indent + INDENT, 0);
        }
        self.line(indent);
    }

    /// Several items on a line, as many as fit. rustfmt keeps the last column free, and counts the comma of the last
    /// item only if a line ended before it.
    fn fill(&mut self, items: &[&str], indent: usize) {
        self.line(indent + INDENT);
        let mut wrapped = false;
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                let comma = usize::from(wrapped || position + 1 < items.len());
                if self.column() + 1 + columns(item) + comma >= MAX_WIDTH {
                    self.line(indent + INDENT);
                    wrapped = true;
                } else {
                    self.out.push(' ');
                }
            }
            self.out.extend([item, ","]);
        }
        self.line(indent);
    }

    fn flat(&mut self, node: &Node<'_>) {
        match &node.kind {
            Kind::Raw(text) => self.out.push_str(text),
            Kind::Text(text) => self.out.extend(["\"", text, "\""]),
            Kind::Word { ty, name, imported: true } => {
                self.imports.variant(ty, name);
                self.out.push_str(name);
            }
            Kind::Word { ty, name, imported: false } => {
                self.imports.ty(ty);
                self.out.extend([ty, "::", name.as_str()]);
            }
            Kind::Shared { module, name } => {
                self.imports.modules.insert(module);
                self.out.extend([module, "::", name.as_str()]);
            }
            Kind::List { open, close, items } => {
                self.imports.of_path(open);
                self.out.push_str(open);
                for (position, item) in items.iter().enumerate() {
                    self.out.push_str(if position == 0 { "" } else { ", " });
                    self.flat(item);
                }
                self.out.push(*close);
            }
            Kind::Struct { ty, fields, base } => {
                self.imports.of_path(ty);
                self.out.push_str(ty);
                let mut separator = " { ";
                for (name, node) in fields {
                    self.out.extend([separator, *name, ": "]);
                    self.flat(node);
                    separator = ", ";
                }
                if let Some(base) = base {
                    self.out.extend([separator, ".."]);
                    self.flat(base);
                }
                self.out.push_str(" }");
            }
        }
    }

    fn atom(&mut self, node: &Node<'_>) -> String {
        let start = self.out.len();
        self.flat(node);
        self.out.split_off(start)
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// The columns written on the current line.
    fn column(&self) -> usize {
        let start = self.out.rfind('\n').map_or(0, |position| position + 1);
        columns(&self.out[start..])
    }
}

fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}
