//! The third stage: shapes become the frozen catalog.
//!
//! Takes checked manifests; resolves inheritance and defaults, names everything, sorts. Prices and Rust names are
//! checked here too, because what is wrong with them shows only when they are resolved.

mod facts;
mod model;
mod naming;
mod provider;
mod service;

pub(crate) use provider::usual_header;

use std::collections::BTreeMap;

use crate::catalog::{BaseModel, Catalog, SCHEMA_VERSION, Source, SourcePage, Vendor};
use crate::check::Names;
use crate::diagnostic::Diagnostics;
use crate::load::{Loaded, Manifests};
use crate::manifest::{Checked, Closed, Language, LinkKind, Text, Url, VendorFile, Word};
use crate::shape::Map;
use crate::source::Spanned;

/// The catalog that the manifests declare. It is whole only if nothing was reported, here or before.
pub fn lower(manifests: &Manifests, names: &Names<'_>, out: &mut Diagnostics) -> Catalog {
    let mut vendors: Vec<_> = manifests
        .vendors
        .iter()
        .map(|vendor| lower_vendor(vendor, manifests, names, out))
        .collect();
    vendors.sort_by(|a, b| (&a.catalog, &a.id).cmp(&(&b.catalog, &b.id)));
    naming::check_modules(manifests, out);
    Catalog { version: SCHEMA_VERSION, base_models: lower_bases(manifests, names), vendors }
}

fn lower_bases(manifests: &Manifests, names: &Names<'_>) -> Vec<BaseModel> {
    let mut bases = Vec::new();
    for lab in &manifests.labs {
        let around = source(lab.file.source.as_ref(), lab.file.checked, &Source::default());
        for (id, model) in lab.file.models.iter() {
            let id = format!("{}/{}", &**lab.file.lab, &**id);
            bases.push(BaseModel {
                name: model.name.to_string(),
                facts: facts::of_base(&id, names),
                base: model.base.as_ref().map(|base| crate::check::base_id(base, &lab.file.lab)),
                source: source(model.source.as_ref(), model.checked, &around),
                id,
            });
        }
    }
    bases.sort_by(|a, b| a.id.cmp(&b.id));
    bases
}

fn lower_vendor(
    loaded: &Loaded<VendorFile>,
    manifests: &Manifests,
    names: &Names<'_>,
    out: &mut Diagnostics,
) -> Vendor {
    let file = &loaded.file;
    let around = source(file.source.as_ref(), file.checked, &Source::default());
    let mut providers: Vec<_> = file
        .providers
        .iter()
        .map(|(id, shape)| {
            let overridden = manifests.overrides.get(&***id);
            provider::lower(
                id,
                shape,
                &provider::Of { file, around: &around, names, overridden },
                out,
            )
        })
        .collect();
    providers.sort_by(|a, b| a.id.cmp(&b.id));
    let sources = file.sources.iter().map(|page| SourcePage {
        url: page.url.to_string(),
        checked: page.checked,
        note: page.note.as_ref().map(ToString::to_string),
    });
    Vendor {
        id: file.vendor.to_string(),
        catalog: loaded.folder().to_owned(),
        manifest: loaded.path.clone(),
        name: file.name.to_string(),
        labels: labels(&file.labels),
        links: links(&file.links),
        sources: sources.collect(),
        notes: texts(&file.notes),
        source: around,
        providers,
    }
}

/// Where a fact is from: what is said here, else what is said around it. The date of one page is never that of another.
fn source(url: Option<&Spanned<Url>>, checked: Option<Checked>, around: &Source) -> Source {
    let inherited = around.checked.filter(|_| url.is_none());
    Source {
        url: url.map(ToString::to_string).or_else(|| around.url.clone()),
        checked: checked.map_or(inherited, |said| said.0),
    }
}

fn labels(map: &Map<Language, Text>) -> BTreeMap<String, String> {
    map.iter().map(|(language, text)| (language.to_string(), text.to_string())).collect()
}

fn links(map: &Map<Word<LinkKind>, Url>) -> BTreeMap<String, String> {
    map.iter().map(|(kind, url)| (kind.0.id().to_owned(), url.to_string())).collect()
}

fn texts<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Day;
    use portolan_types::Date;

    #[test]
    fn a_date_is_never_that_of_another_page() {
        let (own, other) = (Day(Date(20_261_120)), Day(Date(20_260_900)));
        let around = Source { url: Some("https://other.example".to_owned()), checked: Some(other) };
        let url =
            Spanned::new(Url("https://own.example".to_owned()), crate::source::Span::default());
        let date = |url, said| source(url, said, &around).checked;
        assert_eq!(date(None, None), Some(other));
        assert_eq!(date(None, Some(Checked(Some(own)))), Some(own));
        assert_eq!(date(None, Some(Checked(None))), None);
        assert_eq!(date(Some(&url), None), None);
        assert_eq!(date(Some(&url), Some(Checked(Some(own)))), Some(own));
        assert_eq!(source(Some(&url), None, &around).url.as_deref(), Some("https://own.example"));
        assert_eq!(source(None, None, &around), around);
    }
}
