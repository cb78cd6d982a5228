//! The frozen catalog and the schemas as JSON. The layout is made for diffs: whatever stands in a list is one line, and
//! only vendors and providers, which hold lists themselves, are spread over several.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::catalog::Catalog;
use crate::diff::Report;
use crate::manifest::{LabFile, VendorFile};
use crate::shape::Defs;
use crate::user::UserFile;

/// `catalog.json`: everything that the catalog says.
///
/// Reading it back gives the same catalog:
///
/// ```
/// use portolan_codegen::{catalog::Catalog, emit::json};
///
/// let catalog = Catalog { version: 2, base_models: vec![], vendors: vec![] };
/// let text = json::catalog(&catalog);
/// assert_eq!(serde_json::from_str::<Catalog>(&text).unwrap(), catalog);
/// ```
pub fn catalog(catalog: &Catalog) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Lines::default());
    finished(catalog.serialize(&mut serializer).map(|()| bytes))
}

/// The JSON Schema of `catalog.json`.
pub fn catalog_schema() -> String {
    pretty(&schemars::schema_for!(Catalog))
}

/// What changed between two catalogs.
pub fn report(report: &Report) -> String {
    pretty(report)
}

/// The JSON Schema of [`report`].
pub fn report_schema() -> String {
    pretty(&schemars::schema_for!(Report))
}

/// The JSON Schema of a vendor's manifest, for editors.
pub fn vendor_schema() -> String {
    pretty(&Defs::default().document::<VendorFile>("A Portolan vendor manifest"))
}

/// The JSON Schema of a lab's base models, for editors.
pub fn models_schema() -> String {
    pretty(&Defs::default().document::<LabFile>("Base models of a lab, for Portolan"))
}

/// The JSON Schema of the file of a user of the command `portolan`, for editors.
pub fn user_schema() -> String {
    pretty(&Defs::default().user_document::<UserFile>("The user's file of the command portolan"))
}

fn pretty<T: Serialize>(value: &T) -> String {
    finished(serde_json::to_vec_pretty(value))
}

fn finished(bytes: serde_json::Result<Vec<u8>>) -> String {
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => unreachable!("writing into memory with texts as keys: {error}"),
    };
    let mut text = String::from_utf8(bytes).unwrap_or_else(|_| unreachable!("JSON is UTF-8"));
    text.push('\n');
    text
}

/// The lists whose items are spread over several lines.
const SPREAD: [&str; 2] = ["vendors", "providers"];

/// Writes objects spread over lines, until a list begins that is not in [`SPREAD`]: its items are a line each.
#[derive(Default)]
struct Lines {
    /// The spread collections that are open.
    depth: usize,
    /// The values that are open from an item that is one line on; none outside of such an item.
    on_line: usize,
    /// Whether the collection that is closed next holds something, so that its bracket stands on a line of its own.
    filled: bool,
    /// For each open list outside of one-line items: whether its items are spread.
    lists: Vec<bool>,
    in_key: bool,
    key: String,
}

impl Lines {
    fn open<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.on_line == 0 {
            self.depth += 1;
            self.filled = false;
        }
        out.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.on_line == 0 {
            self.depth -= 1;
            if self.filled {
                self.line(out)?;
            }
            self.filled = true;
        }
        out.write_all(bracket)
    }

    fn next<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        if self.on_line == 0 { self.line(out) } else { Ok(()) }
    }

    fn line<W: ?Sized + io::Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| out.write_all(b" "))
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.on_line == 0 {
            self.lists.push(SPREAD.contains(&self.key.as_str()));
        }
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.on_line == 0 {
            self.lists.pop();
        }
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(out, first)?;
        if self.on_line > 0 || self.lists.last() == Some(&false) {
            self.on_line += 1;
        }
        Ok(())
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.on_line = self.on_line.saturating_sub(1);
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.key.clear();
        self.in_key = true;
        self.next(out, first)
    }

    fn end_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_key = false;
        Ok(())
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.on_line == 0 { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        if self.in_key {
            self.key.push_str(text);
        }
        out.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::sample;

    #[test]
    fn the_catalog_reads_back_as_it_was() {
        let sample = sample();
        let text = catalog(&sample);
        assert_eq!(serde_json::from_str::<Catalog>(&text).unwrap(), sample);
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn a_model_is_one_line() {
        let sample = sample();
        let text = catalog(&sample);
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (_, provider) in sample.providers() {
            assert!(lines.contains(&format!(r#""id": "{}","#, provider.id).as_str()));
            for model in &provider.models {
                let line = serde_json::to_string(model).unwrap();
                assert!(lines.iter().any(|other| other.trim_end_matches(',') == line), "{line}");
            }
        }
    }

    #[test]
    fn the_schemas_describe_what_is_read() {
        let schema: serde_json::Value = serde_json::from_str(&catalog_schema()).unwrap();
        assert_eq!(schema["required"][0], "version");
        assert!(vendor_schema().contains(r#""vendor": {"#));
        assert!(models_schema().contains(r#""lab": {"#));
    }
}
