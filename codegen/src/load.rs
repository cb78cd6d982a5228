//! The first stage: manifest texts become typed shapes.
//!
//! Takes the files of a manifest folder, read by [`read_folder`] or handed over by a caller; returns the shapes of those
//! that could be decoded, with every mistake. Each file is read on its own, so a mistake in one hides none in another.

mod folder;

pub use folder::{ReadError, read_flat_folder, read_folder};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{LabFile, VendorFile};
use crate::overlay::{self, Overrides, Public};
use crate::shape::Shape;
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{self, Mapping, Node, Scalar, Value};

/// The folder that holds base models instead of a catalog.
pub const BASE_FOLDER: &str = "models";

/// One manifest file.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path below the manifest folder, with forward slashes: `labs/xiaomi.yaml`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Every manifest that could be decoded.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The vendors, in the order of their paths.
    pub vendors: Vec<Loaded<VendorFile>>,
    /// The labs, in the order of their paths.
    pub labs: Vec<Loaded<LabFile>>,
    /// Stems of the files that could not be decoded, so that a reference into one does not count as dangling.
    pub broken: Vec<String>,
    /// The public catalog that they are laid over.
    pub public: Public,
    /// What they say in place of its rows.
    pub overrides: Overrides,
}

/// A decoded file and where it was.
#[derive(Debug)]
pub struct Loaded<T> {
    /// The path below the manifest folder.
    pub path: String,
    /// The text.
    pub id: FileId,
    /// The shape.
    pub file: T,
}

impl<T> Loaded<T> {
    /// The folder: the catalog's id, or [`BASE_FOLDER`].
    pub fn folder(&self) -> &str {
        self.path.split_once('/').map_or("", |(folder, _)| folder)
    }

    /// The file name without its ending: the id of what it declares.
    pub fn stem(&self) -> &str {
        stem(&self.path)
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".yaml").unwrap_or(name)
}

/// Decodes manifest files in the order of their paths. `shown_under` is put before each path in messages. Those that
/// say `override: true` are filled up from the public catalog.
pub fn load(
    mut inputs: Vec<Input>,
    shown_under: &str,
    public: Public,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Manifests {
    inputs.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let mut manifests = Manifests { public, ..Manifests::default() };
    let mut nodes = Vec::with_capacity(inputs.len());
    for input in inputs {
        let shown = format!("{shown_under}{}", input.path);
        match read(shown, &input.bytes, sources, out) {
            Some((id, node)) => nodes.push((input.path, id, node)),
            None => manifests.broken.push(stem(&input.path).to_owned()),
        }
    }
    decode_files(nodes, &mut manifests, out);
    manifests
}

/// Decodes the roots of manifest files, each with its path.
pub(crate) fn decode_files(
    nodes: Vec<(String, FileId, Node)>,
    manifests: &mut Manifests,
    out: &mut Diagnostics,
) {
    let left_out = nodes.iter().flat_map(|(.., node)| overlay::left_out(node, &manifests.public));
    manifests.public.left_out = left_out.collect();
    for (path, id, node) in nodes {
        if path.split_once('/').is_some_and(|(folder, _)| folder == BASE_FOLDER) {
            match decode::<LabFile>("lab", &path, &node, out) {
                Some(file) => manifests.labs.push(Loaded { path, id, file }),
                None => manifests.broken.push(stem(&path).to_owned()),
            }
        } else {
            match vendor(&path, node, &manifests.public, &mut manifests.overrides, out) {
                Some(file) => manifests.vendors.push(Loaded { path, id, file }),
                None => manifests.broken.push(stem(&path).to_owned()),
            }
        }
    }
}

/// The shape of a file. One whose own id cannot be read is read on under the id that its name says, so that this hides
/// no other mistake.
fn decode<T: Shape>(key: &str, path: &str, node: &Node, out: &mut Diagnostics) -> Option<T> {
    T::decode(node, out).or_else(|| {
        let Value::Mapping(mapping) = &node.value else { return None };
        let mut entries = mapping.entries.clone();
        entries.retain(|(name, _)| name.value != key);
        let name = Scalar { text: stem(path).to_owned(), quoted: true };
        let id = Node { span: node.span, value: Value::Scalar(name) };
        entries.push((Spanned::new(key.to_owned(), node.span), id));
        let named = Node { span: node.span, value: Value::Mapping(Mapping { entries }) };
        T::decode(&named, &mut Diagnostics::default())
    })
}

fn vendor(
    path: &str,
    node: yaml::Node,
    public: &Public,
    overrides: &mut Overrides,
    out: &mut Diagnostics,
) -> Option<VendorFile> {
    if !overlay::overrides(&node) {
        return decode("vendor", path, &node, out);
    }
    let node = overlay::fill(node, public, overrides, out)?;
    let mut file = VendorFile::decode(&node, out)?;
    overlay::keep_prices(&mut file, public, overrides, out);
    Some(file)
}

/// Adds a text to the sources and makes a node of it, or says what is wrong.
pub(crate) fn read(
    shown: String,
    bytes: &[u8],
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Option<(FileId, Node)> {
    match yaml::decode(bytes) {
        Ok(text) => {
            let id = sources.add(shown, text);
            let node = yaml::parse(id, &sources.file(id).text, out)?;
            Some((id, node))
        }
        Err(offset) => {
            let id = sources.add(shown, String::from_utf8_lossy(bytes));
            out.push(not_utf8(id, offset));
            None
        }
    }
}

/// That a text is not UTF-8 from a byte on.
pub(crate) fn not_utf8(id: FileId, offset: usize) -> Diagnostic {
    let start = u32::try_from(offset).unwrap_or(u32::MAX);
    let message = format!("byte {offset} is not UTF-8");
    let help = "save the file as UTF-8 text";
    Diagnostic::new(Code::NotUtf8, Span::new(id, start, start), message).help(help)
}
