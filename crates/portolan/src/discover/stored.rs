//! Keys that are stored: a set of values per provider and region, whatever they are stored in. Takes what is stored last
//! first; returns the value of a variable, and the region that a provider was last set up for.

use std::collections::BTreeMap;

use secrecy::SecretString;

/// What is stored for a provider and region.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stored {
    /// The id of the provider.
    pub provider: String,
    /// The region that the values are for.
    pub region: Option<String>,
    /// Values by variable.
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
        let fits = |stored: &&Stored| {
            stored.provider == provider
                && (stored.region.is_none() || stored.region.as_deref() == region)
        };
        self.0.iter().filter(fits).find_map(|stored| stored.values.get(name))
    }

    /// The region that was stored last for a provider.
    pub(super) fn region(&self, provider: &str) -> Option<&str> {
        let mut of_provider = self.0.iter().filter(|stored| stored.provider == provider);
        of_provider.find_map(|stored| stored.region.as_deref())
    }
}
