//! Everything that a manifest can refer to, by name. A name whose declaration was broken is known too: its own mistake
//! was reported, and a reference to it is not another.

use std::collections::{BTreeMap, BTreeSet};

use super::references::{MOST_STEPS, base_id};
use crate::load::Manifests;
use crate::manifest::{BaseModelShape, FactsShape, Id, ModelId, ProviderShape};
use crate::shape::Map;
use crate::source::Spanned;

/// The names of a set of manifests.
#[derive(Debug, Default)]
pub struct Names<'m> {
    providers: BTreeMap<&'m str, &'m ProviderShape>,
    /// Ids and aliases by provider, those of broken declarations included.
    models: BTreeMap<&'m str, BTreeSet<&'m str>>,
    bases: BTreeMap<String, Base<'m>>,
    broken_providers: BTreeSet<&'m str>,
    broken_bases: BTreeSet<String>,
    broken_files: &'m [String],
}

/// A base model and the lab that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Base<'m> {
    /// The lab's id.
    pub lab: &'m str,
    /// Where it is declared.
    pub id: &'m Spanned<ModelId>,
    /// What it says.
    pub shape: &'m BaseModelShape,
}

impl<'m> Names<'m> {
    /// Collects the names, those of the public catalog last. Of two declarations of one name the first counts.
    pub fn new(manifests: &'m Manifests) -> Self {
        let mut names = Self { broken_files: &manifests.broken, ..Self::default() };
        for lab in manifests.labs.iter().map(|lab| &lab.file).chain(&manifests.public.labs) {
            let id = &*lab.lab.value;
            for (model, shape) in lab.models.iter() {
                let base = Base { lab: id, id: model, shape };
                names.bases.entry(format!("{id}/{}", **model)).or_insert(base);
            }
            let broken = lab.models.broken.iter();
            names.broken_bases.extend(broken.map(|model| format!("{id}/{model}")));
        }
        let vendors = manifests.vendors.iter().map(|vendor| &vendor.file);
        for vendor in vendors.chain(&manifests.public.vendors) {
            for (id, provider) in vendor.providers.iter() {
                names.providers.entry(&***id).or_insert(provider);
                let models = names.models.entry(&***id).or_default();
                models.extend(model_ids(provider));
                models.extend(provider.models.broken.iter().map(|id| &**id));
            }
            names.broken_providers.extend(vendor.providers.broken.iter().map(|id| &**id));
        }
        names
    }

    /// The provider with this id.
    pub fn provider(&self, id: &str) -> Option<&'m ProviderShape> {
        self.providers.get(id).copied()
    }

    /// Whether the provider exists, if only as a broken declaration.
    pub fn has_provider(&self, id: &str) -> bool {
        self.providers.contains_key(id)
            || self.broken_providers.contains(id)
            || self.broken_files.iter().any(|stem| id.starts_with(stem.as_str()))
    }

    /// Whether a provider has a model with this id or alias, if only as a broken declaration.
    pub fn has_model(&self, provider: &str, id: &str) -> bool {
        self.models.get(provider).is_some_and(|models| models.contains(id))
    }

    /// Every provider's id.
    pub fn provider_ids(&self) -> impl Iterator<Item = &'m str> + '_ {
        self.providers.keys().copied()
    }

    /// The base model with this id, `lab/model`.
    pub fn base(&self, id: &str) -> Option<Base<'m>> {
        self.bases.get(id).copied()
    }

    /// Whether the base model exists, if only as a broken declaration.
    pub fn has_base(&self, id: &str) -> bool {
        let lab = id.split_once('/').map_or(id, |(lab, _)| lab);
        self.bases.contains_key(id)
            || self.broken_bases.contains(id)
            || self.broken_files.iter().any(|stem| stem == lab)
    }

    /// Every base model's id.
    pub fn base_ids(&self) -> impl Iterator<Item = &str> {
        self.bases.keys().map(String::as_str)
    }

    /// What a base model says of itself, then its own base models.
    pub fn base_layers(&self, id: &str) -> Vec<&'m FactsShape> {
        let mut layers: Vec<&FactsShape> = Vec::new();
        let mut next = self.base(id);
        // A longer chain, or a circle, is reported by `references`; here it only has to end.
        while let Some(base) = next.filter(|_| layers.len() <= MOST_STEPS) {
            layers.push(&base.shape.facts);
            let id = base.shape.base.as_ref().map(|id| base_id(id, base.lab));
            next = id.and_then(|id| self.base(&id));
        }
        layers
    }

    /// What a model says of itself, then its base models, then the defaults of its provider.
    pub fn layers(
        &self,
        own: &'m FactsShape,
        base: Option<&str>,
        defaults: Option<&'m FactsShape>,
    ) -> Vec<&'m FactsShape> {
        let bases = base.into_iter().flat_map(|base| self.base_layers(base));
        std::iter::once(own).chain(bases).chain(defaults).collect()
    }

    /// Every base model, by id.
    pub fn bases(&self) -> impl Iterator<Item = (&str, Base<'m>)> {
        self.bases.iter().map(|(id, base)| (id.as_str(), *base))
    }
}

/// Whether a map has a key, if only as a broken declaration.
pub(super) fn has_id<V>(map: &Map<Id, V>, id: &str) -> bool {
    map.iter().any(|(key, _)| &*key.value == id) || map.broken.iter().any(|key| &**key == id)
}

/// The model ids of a provider, aliases included.
pub(super) fn model_ids(provider: &ProviderShape) -> impl Iterator<Item = &str> {
    provider.models.iter().flat_map(|(id, model)| {
        std::iter::once(&***id).chain(model.aliases.iter().map(|alias| &***alias))
    })
}
