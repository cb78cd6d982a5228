//! Which models are a person's word: the manifest, the provider or the model itself says `pinned`.
//!
//! Takes the texts of manifests; returns refs. Nothing else of a manifest is looked at, because whoever needs this has
//! compiled them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use portolan_codegen::load::Input;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vendor {
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    providers: BTreeMap<String, Provider>,
}

#[derive(Deserialize)]
struct Provider {
    pinned: Option<bool>,
    #[serde(default)]
    models: BTreeMap<String, Model>,
}

#[derive(Deserialize)]
struct Model {
    pinned: Option<bool>,
}

/// The refs of the models that are pinned.
///
/// # Errors
/// A manifest that is none, with its path.
pub fn pinned(manifests: &[Input]) -> anyhow::Result<BTreeSet<String>> {
    let mut refs = BTreeSet::new();
    for manifest in manifests {
        let vendor: Vendor = serde_yaml::from_slice(&manifest.bytes)
            .with_context(|| format!("manifests/{}", manifest.path))?;
        for (id, provider) in vendor.providers {
            let own = provider.pinned.unwrap_or(vendor.pinned);
            let models = provider.models.into_iter();
            let models = models.filter(|(_, model)| model.pinned.unwrap_or(own));
            refs.extend(models.map(|(model, _)| format!("{id}/{model}")));
        }
    }
    Ok(refs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_counts() {
        let text = "
vendor: acme
pinned: true
providers:
  a: { models: { x: { name: X }, y: { pinned: false } } }
  b: { pinned: false, models: { x: { name: X }, y: { pinned: true } } }
";
        let manifest = |text: &str| Input { path: "labs/acme.yaml".to_owned(), bytes: text.into() };
        let refs = pinned(&[manifest(text), manifest("lab: acme\nmodels: {}\n")]).unwrap();
        assert_eq!(refs.iter().collect::<Vec<_>>(), ["a/x", "b/y"]);
        let error = pinned(&[manifest("providers: 7")]).unwrap_err().to_string();
        assert_eq!(error, "manifests/labs/acme.yaml");
    }
}
