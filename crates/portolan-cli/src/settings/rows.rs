//! The catalog of the user's file as rows: its providers, and public ones whose key is in another variable. They live as
//! long as the process.

use portolan::catalog::CATALOGS;
use portolan::types::{self, Auth, Catalog, Provider};
use portolan_codegen::rows;
use portolan_codegen::user::{CATALOG, User, UserKey};

/// The user's catalog before the public ones, if the file says anything of providers.
pub(super) fn catalogs(user: &User) -> Option<&'static [&'static Catalog]> {
    let said = user.catalog.as_ref().map(|frozen| rows::catalog(frozen, CATALOG));
    let mut providers = said.map(|catalog| catalog.providers.to_vec()).unwrap_or_default();
    for (id, key) in user.file.iter().flat_map(|file| file.keys.iter()) {
        let UserKey::Variable(name) = &key.value else { continue };
        let own = providers.iter().position(|provider| provider.id == &*id.value.0);
        if let Some(position) = own {
            providers[position] = with_variable(providers[position], name);
        } else if let Some(public) = types::provider(CATALOGS, id) {
            providers.push(with_variable(public, name));
        }
    }
    let all = || CATALOGS.iter().copied();
    let own = (!providers.is_empty()).then(|| rows::of_providers(CATALOG, providers))?;
    Some(std::iter::once(own).chain(all()).collect::<Vec<_>>().leak())
}

/// The provider with a variable that is asked before those that it names itself.
fn with_variable(provider: &Provider, name: &str) -> &'static Provider {
    let name: &'static str = name.to_owned().leak();
    let first: &'static [&'static str] = vec![name].leak();
    let env = std::iter::once(first).chain(provider.auth.env.iter().copied());
    let auth = Auth { env: env.collect::<Vec<_>>().leak(), required: true, ..provider.auth };
    Box::leak(Box::new(Provider { auth, ..*provider }))
}
