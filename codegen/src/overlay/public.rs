//! The public catalog below private manifests: its rows, and its names in the shape in which manifests have theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

use super::row;
use crate::catalog::{BaseModel, Catalog, Provider, SCHEMA_VERSION};
use crate::diagnostic::Diagnostics;
use crate::manifest::{LabFile, VendorFile};
use crate::shape::Shape;
use crate::source::Span;

/// The frozen catalog that private manifests are laid over. The default one is empty.
///
/// ```
/// use portolan_codegen::overlay::Public;
///
/// // What `portolan_manifests::CATALOG_JSON` has much more of.
/// let public = Public::read(r#"{ "version": 2, "base_models": [], "vendors": [] }"#).unwrap();
/// assert!(public.catalog().vendors.is_empty());
/// ```
#[derive(Debug)]
pub struct Public {
    catalog: Catalog,
    /// Every vendor as far as it has names: providers, auth choices, models with their aliases.
    pub(crate) vendors: Vec<VendorFile>,
    /// Every base model, resolved.
    pub(crate) labs: Vec<LabFile>,
    /// The refs of models that overrides leave out.
    pub(crate) left_out: BTreeSet<String>,
}

impl Default for Public {
    fn default() -> Self {
        let catalog =
            Catalog { version: SCHEMA_VERSION, base_models: Vec::new(), vendors: Vec::new() };
        Self { catalog, vendors: Vec::new(), labs: Vec::new(), left_out: BTreeSet::new() }
    }
}

impl Public {
    /// Reads a frozen catalog: `portolan_manifests::CATALOG_JSON`.
    ///
    /// # Errors
    /// If it is none of this version.
    pub fn read(json: &str) -> Result<Self, FrozenError> {
        #[derive(serde::Deserialize)]
        struct Versioned {
            version: u32,
        }
        let found: Versioned = serde_json::from_str(json).map_err(FrozenError::Json)?;
        if found.version != SCHEMA_VERSION {
            return Err(FrozenError::Version(found.version));
        }
        Self::new(serde_json::from_str(json).map_err(FrozenError::Json)?)
    }

    /// A catalog that was compiled.
    ///
    /// # Errors
    /// If a name in it is none that a manifest could have: then it was changed by hand.
    pub fn new(catalog: Catalog) -> Result<Self, FrozenError> {
        let mut out = Diagnostics::default();
        let vendors = catalog.vendors.iter().filter_map(|vendor| {
            let providers = vendor.providers.iter().map(|p| (p.id.clone(), names(p))).collect();
            let row = json!({ "vendor": vendor.id, "name": vendor.name, "providers": Value::Object(providers) });
            decode(&row, &mut out)
        });
        let vendors = vendors.collect();
        let mut labs: BTreeMap<&str, Vec<(&str, &BaseModel)>> = BTreeMap::new();
        for base in &catalog.base_models {
            let (lab, id) = base.id.split_once('/').unwrap_or((&base.id, ""));
            labs.entry(lab).or_default().push((id, base));
        }
        let labs = labs.into_iter().filter_map(|(lab, models)| {
            let models = row::base_models(models.into_iter());
            decode(&json!({ "lab": lab, "name": lab, "models": models }), &mut out)
        });
        let labs = labs.collect();
        match out.into_vec().first() {
            Some(mistake) => Err(FrozenError::Row(mistake.message.clone())),
            None => Ok(Self { catalog, vendors, labs, left_out: BTreeSet::new() }),
        }
    }

    /// The catalog.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The provider with this id.
    pub(crate) fn provider(&self, id: &str) -> Option<&Provider> {
        self.catalog.providers().map(|(_, provider)| provider).find(|provider| provider.id == id)
    }

    /// The other providers that read some of a provider's environment variables.
    pub(super) fn shares_env(&self, provider: &Provider) -> Vec<&str> {
        let reads = |other: &Provider| {
            let own = provider.auth.env.iter().flatten();
            other.id != provider.id
                && own.into_iter().any(|name| other.auth.env.iter().flatten().any(|n| n == name))
        };
        let others = self.catalog.providers().map(|(_, other)| other).filter(|other| reads(other));
        others.map(|other| other.id.as_str()).collect()
    }
}

/// What others can refer to.
fn names(provider: &Provider) -> Value {
    let models: Map<_, _> = provider
        .models
        .iter()
        .map(|model| (model.id.clone(), json!({ "aliases": model.aliases })))
        .collect();
    let choices: Vec<_> = provider.auth.choices.iter().map(|choice| {
        json!({ "id": choice.id, "label": choice.label, "method": choice.method, "oauth": choice.oauth })
    }).collect();
    json!({
        "name": provider.name,
        "coverage": provider.coverage,
        "auth": { "choices": choices },
        "models": models,
    })
}

fn decode<T: Shape>(row: &Value, out: &mut Diagnostics) -> Option<T> {
    T::decode(&row::node(row, Span::default()), out)
}

/// Why a text is no frozen catalog to lay manifests over.
#[derive(Debug)]
#[non_exhaustive]
pub enum FrozenError {
    /// It is not the JSON of a catalog.
    Json(serde_json::Error),
    /// It has another version.
    Version(u32),
    /// A row says what no manifest could.
    Row(String),
}

impl fmt::Display for FrozenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "not a frozen catalog of this version: {error}"),
            Self::Version(found) => {
                write!(
                    f,
                    "a frozen catalog of version {found}; this compiler reads version {SCHEMA_VERSION}"
                )
            }
            Self::Row(message) => write!(f, "a frozen catalog that was changed by hand: {message}"),
        }
    }
}

impl std::error::Error for FrozenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::Version(_) | Self::Row(_) => None,
        }
    }
}
