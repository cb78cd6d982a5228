//! The user's file of the command `portolan`: its settings, and providers in the manifest language.
//!
//! Takes the text of one file and, if it speaks of providers, the frozen public catalog; returns the settings and the
//! catalog that the providers come to, with every mistake in its place. A provider that the public catalog has is laid
//! over it as a manifest with `override: true` would be; any other is the user's own, of a vendor and a catalog `config`.
//! Between people and their own machines no source has to be named and a variable may be read twice. What must hold: no
//! message and no source line shows what may be a key.

mod fill;
mod key;
mod mask;

use std::collections::BTreeMap;
use std::fmt;

pub use key::UserKey;

use crate::catalog::{Catalog, Price, Source};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::{self, Input, Manifests};
use crate::manifest::{Id, Ref};
use crate::overlay::{self, FrozenError, Public};
use crate::shape::{Defs, Map, Shape, shape, wrong_type};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{self, Mapping, Node, Scalar, Value};
use crate::{check, echo, lower};
use mask::Mask;

/// The vendor and the catalog of the user's own providers, and the catalog of those that are laid over public ones.
pub const CATALOG: &str = "config";

shape! {
    /// The user's file of the command `portolan`.
    UserFile {
        /// The model that is asked when a command names none: a ref or an alias.
        /// Example: `xiaomi/mimo-v2.5-pro`
        default_model: Option<Spanned<Ref>>,
        /// The models that are asked in turn if the default model fails: refs or aliases.
        /// Example: `[deepseek/deepseek-v4-pro]`
        fallbacks: Vec<Spanned<Ref>>,
        /// Short names of refs.
        /// Example: `{ pro: xiaomi/mimo-v2.5-pro }`
        aliases: Map<Id, Spanned<Ref>>,
        /// The region of a provider where a command names none, by provider.
        /// Example: `{ xiaomi-token-plan: sgp }`
        regions: Map<Id, Spanned<Id>>,
        /// The key of a provider, by provider: `${VARIABLE}`, or the key itself in a file that only its owner may read.
        /// Example: `{ xiaomi: "${WORK_XIAOMI_KEY}" }`
        keys: Map<Id, Spanned<UserKey>>,
        /// Whether keys and logins are stored in the keyring of the operating system and not in a file.
        /// Example: `true`
        keyring: Option<bool>,
        /// Providers of one's own and what is different of public ones, by id, in the language of manifests.
        /// Example: `{ xiaomi: { endpoints: { openai-completions: "https://proxy.example.com/v1" } } }`
        providers: Providers,
    }
}

/// The providers of a user's file before they are laid over the public ones.
#[derive(Clone, Default)]
pub struct Providers(Vec<(Spanned<String>, Node)>);

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

impl Providers {
    /// The ids that the file speaks of.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(id, _)| id.value.as_str())
    }
}

impl Shape for Providers {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Value::Mapping(mapping) = &node.value else {
            out.push(wrong_type(node, "a mapping"));
            return None;
        };
        Some(Self(mapping.entries.clone()))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(defs: &mut Defs) -> serde_json::Value {
        Map::<Id, crate::manifest::ProviderShape>::schema(defs)
    }
}

/// What became of a user's file.
#[derive(Debug)]
pub struct User {
    /// The text, masked, to show places in.
    pub sources: Sources,
    /// The settings, as far as they could be read.
    pub file: Option<UserFile>,
    /// The providers of the file, whole; no use where there are mistakes.
    pub catalog: Option<Catalog>,
    /// The mistakes, in the order of their places.
    pub mistakes: Vec<Diagnostic>,
    mask: Mask,
}

impl User {
    /// Adds a mistake that only shows once the catalogs are there: a ref that nothing has.
    pub fn add(&mut self, mistake: Diagnostic) {
        let mut all = Diagnostics::default();
        all.extend(std::mem::take(&mut self.mistakes));
        all.push(self.mask.mistake(mistake));
        self.mistakes = all.into_vec();
    }
}

/// A text without what may be a key.
///
/// ```
/// let shown = portolan_codegen::user::masked("unexpected `sk-1234567`", &["sk-"]);
/// assert_eq!(shown, "unexpected `xxxxxxxxxx`");
/// ```
pub fn masked(text: &str, key_prefixes: &[&str]) -> String {
    Mask::of(text, key_prefixes).text(text)
}

/// Reads a user's file. `key_prefixes` are what keys are known to start with, and `public` is asked for only if the file
/// speaks of providers.
///
/// ```
/// use portolan_codegen::{load::Input, overlay::Public, user};
///
/// let text = "default_model: lan/nova\nproviders:\n  lan:\n    endpoints: { ollama: http://localhost:11434 }\n    models: { nova: }\n";
/// let input = Input { path: "config.yaml".to_owned(), bytes: text.into() };
/// let user = user::read(&input, &["sk-"], || Ok(Public::default())).unwrap();
/// assert!(user.mistakes.is_empty(), "{:?}", user.mistakes);
/// assert_eq!(user.catalog.unwrap().vendors[0].providers[0].models[0].id, "nova");
/// ```
///
/// # Errors
/// If the public catalog is none.
pub fn read(
    input: &Input,
    key_prefixes: &[&str],
    public: impl FnOnce() -> Result<Public, FrozenError>,
) -> Result<User, FrozenError> {
    let (text, bad_byte) = match yaml::decode(&input.bytes) {
        Ok(text) => (text, None),
        Err(offset) => (String::from_utf8_lossy(&input.bytes).into_owned(), Some(offset)),
    };
    let mask = Mask::of(&text, key_prefixes);
    let mut sources = Sources::default();
    let id = sources.add(input.path.clone(), mask.text(&text));
    let mut out = Diagnostics::default();
    let root = match bad_byte {
        None => yaml::parse(id, &text, &mut out),
        Some(offset) => {
            out.push(load::not_utf8(id, offset));
            None
        }
    };
    let file = root.map(none_is_empty).and_then(|root| UserFile::decode(&root, &mut out));
    let mut mistakes = out.into_vec();
    let mut catalog = None;
    if let Some(file) = file.as_ref().filter(|file| !file.providers.0.is_empty()) {
        let (compiled, more) = compile(file, id, public()?);
        mistakes.extend(more);
        catalog = Some(compiled);
    }
    let mut all = Diagnostics::default();
    all.extend(mistakes.into_iter().map(|mistake| mask.mistake(mistake)));
    Ok(User { sources, file, catalog, mistakes: all.into_vec(), mask })
}

/// A file that says nothing, or comments alone, has no settings.
fn none_is_empty(root: Node) -> Node {
    match root.value {
        Value::Null => Node { value: Value::Mapping(Mapping::default()), ..root },
        _ => root,
    }
}

fn compile(file: &UserFile, id: FileId, public: Public) -> (Catalog, Vec<Diagnostic>) {
    let mut out = Diagnostics::default();
    let mut manifests = Manifests { public, ..Manifests::default() };
    let nodes = vendors(file, &manifests.public).into_iter().map(|(vendor, node)| {
        let path = [CATALOG, "/", &vendor, ".yaml"].concat();
        (path, id, node)
    });
    let nodes = nodes.collect();
    load::decode_files(nodes, &mut manifests, &mut out);
    let names = check::Names::new(&manifests);
    check::check(&manifests, &names, &mut out);
    let mut catalog = lower::lower(&manifests, &names, &mut out);
    disown(&mut catalog);
    let mut mistakes = echo::without_echoes(out.into_vec(), &manifests);
    overlay::explain(&mut mistakes, &manifests);
    mistakes.retain(|mistake| !matches!(mistake.code, Code::SharedVariable | Code::NoSource));
    (catalog, mistakes)
}

/// A price that a person has in place of a public one is from nowhere, if they do not say: the page of the public row is
/// that of the public price.
fn disown(catalog: &mut Catalog) {
    let providers = catalog.vendors.iter_mut().flat_map(|vendor| &mut vendor.providers);
    for model in providers.flat_map(|provider| &mut provider.models) {
        let says = |key: &str| model.overrides.iter().any(|said| said == key);
        if !says("prices") || says("source") {
            continue;
        }
        if let Price::Priced(cards) = &mut model.price {
            let inherited = cards.iter_mut().filter(|card| card.source == model.source);
            inherited.for_each(|card| card.source = Source::default());
        }
    }
}

/// The manifests that the providers of a file come to, by vendor.
fn vendors(file: &UserFile, public: &Public) -> Vec<(String, Node)> {
    let mut own = Vec::new();
    let mut laid_over: BTreeMap<&str, Vec<(Spanned<String>, Node)>> = BTreeMap::new();
    for (id, said) in &file.providers.0 {
        let vendor = public.catalog().providers().find(|(_, row)| row.id == id.value);
        match vendor {
            Some((vendor, _)) => {
                laid_over.entry(&vendor.id).or_default().push((id.clone(), said.clone()));
            }
            None => own.push((id.clone(), fill::own(id, said.clone(), has_key(file, id)))),
        }
    }
    let laid_over =
        laid_over.into_iter().map(|(id, list)| (id.to_owned(), vendor(id, "override", list)));
    let own = (!own.is_empty()).then(|| (CATALOG.to_owned(), vendor(CATALOG, "name", own)));
    laid_over.chain(own).collect()
}

fn has_key(file: &UserFile, id: &str) -> bool {
    file.keys.iter().any(|(provider, _)| provider.value.0 == id)
}

/// A manifest of these providers, with its one other key that it has to say.
fn vendor(id: &str, key: &str, providers: Vec<(Spanned<String>, Node)>) -> Node {
    let span = providers.first().map_or(Span::default(), |(id, _)| id.span);
    let entry = |key: &str, value| (Spanned::new(key.to_owned(), span), Node { span, value });
    let value = if key == "override" { "true" } else { id };
    mapping(
        span,
        vec![
            entry("vendor", plain(id)),
            entry(key, plain(value)),
            entry("providers", Value::Mapping(Mapping { entries: providers })),
        ],
    )
}

fn mapping(span: Span, entries: Vec<(Spanned<String>, Node)>) -> Node {
    Node { span, value: Value::Mapping(Mapping { entries }) }
}

fn plain(text: &str) -> Value {
    Value::Scalar(Scalar { text: text.to_owned(), quoted: false })
}

#[cfg(test)]
mod tests;
