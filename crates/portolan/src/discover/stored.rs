//! Keys that are stored: a set of values per provider and region, whatever they are stored in. Takes what is stored last
//! first; returns the value of a variable, and the region that a provider was last set up for.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::login::LoginTokens;

/// What is stored for a provider and region.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stored {
    /// The id of the provider.
    pub provider: String,
    /// The region that the values are for.
    pub region: Option<String>,
    /// Values by variable, or those of a login.
    pub values: BTreeMap<String, SecretString>,
}

impl Stored {
    /// Values for a provider and region.
    pub fn new(
        provider: impl Into<String>,
        region: Option<String>,
        values: impl IntoIterator<Item = (String, SecretString)>,
    ) -> Self {
        Self { provider: provider.into(), region, values: values.into_iter().collect() }
    }

    /// Whether it serves for a provider in a region.
    fn fits(&self, provider: &str, region: Option<&str>) -> bool {
        self.provider == provider && (self.region.is_none() || self.region.as_deref() == region)
    }
}

/// All that is stored in one place, what was stored last first.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys(pub(super) Vec<Stored>);

impl Keys {
    /// Stores values in place of those of the same provider and region.
    pub(super) fn store(&mut self, stored: Stored) {
        let same = |held: &Stored| held.provider == stored.provider && held.region == stored.region;
        self.0.retain(|held| !same(held));
        self.0.insert(0, stored);
    }

    /// The value of a variable for a provider: of its region if one is asked for, or of no region.
    pub(super) fn value(
        &self,
        provider: &str,
        region: Option<&str>,
        name: &str,
    ) -> Option<&SecretString> {
        let mut fitting = self.0.iter().filter(|stored| stored.fits(provider, region));
        fitting.find_map(|stored| stored.values.get(name))
    }

    /// What is stored for a provider and exactly this region.
    pub(super) fn of(&mut self, provider: &str, region: Option<&str>) -> Option<&mut Stored> {
        let mut all = self.0.iter_mut();
        all.find(|held| held.provider == provider && held.region.as_deref() == region)
    }

    /// The logins of a provider: of its region if one is asked for, or of no region.
    pub(super) fn logins(
        &self,
        provider: &str,
        region: Option<&str>,
    ) -> impl Iterator<Item = (&Stored, LoginTokens)> {
        let fitting = self.0.iter().filter(move |stored| stored.fits(provider, region));
        fitting.filter_map(|stored| Some((stored, LoginTokens::of_values(&stored.values)?)))
    }

    /// The region that was stored last for a provider.
    pub(super) fn region(&self, provider: &str) -> Option<&str> {
        let mut of_provider = self.0.iter().filter(|stored| stored.provider == provider);
        of_provider.find_map(|stored| stored.region.as_deref())
    }
}
