//! Where refs are looked up: the public catalogs that are on, and those that a program adds, in an order that it names.
//! A provider is that of the first catalog that has its id, whole; nothing is merged.

use std::sync::Arc;

use portolan_types::{Catalog, Entry, Provider, UnknownRef};

/// The catalogs of a client, in the order in which they are asked.
#[derive(Clone, Default)]
pub(crate) struct Catalogs {
    /// Nothing where there are only the public ones, which have one index over all of them.
    own: Option<Arc<[&'static Catalog]>>,
}

impl Catalogs {
    /// Catalogs before the public ones, and after them. Those before override providers, those after never do.
    pub(crate) fn around_public(before: &[&'static Catalog], after: &[&'static Catalog]) -> Self {
        if before.is_empty() && after.is_empty() {
            return Self::default();
        }
        let public = portolan_catalog::CATALOGS.iter();
        Self { own: Some(before.iter().chain(public).chain(after).copied().collect()) }
    }

    /// The model with this ref or alias.
    pub(crate) fn find<'q>(&'q self, reference: &'q str) -> Result<Entry, UnknownRef<'q>> {
        match &self.own {
            Some(catalogs) => portolan_types::find(catalogs, reference),
            None => portolan_catalog::find(reference),
        }
    }

    /// The provider with this id.
    pub(crate) fn provider(&self, id: &str) -> Option<&'static Provider> {
        portolan_types::provider(self.all(), id)
    }

    /// Every provider, by catalog and id. Of those with one id only the first.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &'static Provider> + '_ {
        portolan_types::providers(self.all())
    }

    fn all(&self) -> &[&'static Catalog] {
        self.own.as_deref().unwrap_or(portolan_catalog::CATALOGS)
    }
}
