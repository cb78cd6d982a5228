//! Keys in the keyring of the operating system: the Keychain of macOS, the Credential Manager of Windows, the Secret
//! Service of other systems. Holds what an auth file holds, a value an entry, and beside them one entry that lists the
//! others: no platform's keyring can be asked for all entries of a program, and some hold only short values.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use etcetera::BaseStrategy as _;
use keyring_core::{CredentialStore, Entry, Error as StoreError};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::stored::{Keys, Stored};
use crate::error::{Error, ErrorKind, Result};
use crate::file::{Lock, hex};

/// The name of the entry that lists the others.
const LIST: &str = "portolan:list";

/// Keys in the keyring of the operating system, as an [`AuthFile`](crate::AuthFile) has them in a file.
///
/// ```no_run
/// use portolan::{Environment, Keyring, Stored};
///
/// # fn example() -> Result<(), portolan::Error> {
/// let mut keyring = Keyring::read("my-program")?;
/// let key = portolan::SecretString::from("sk-...");
/// let stored = Stored::new("xiaomi", None, [("XIAOMI_API_KEY".to_owned(), key)]);
/// keyring.change(|keyring| keyring.store(stored))?;
/// let environment = Environment::of_process().with_keyring(keyring);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Keyring {
    service: String,
    store: Arc<CredentialStore>,
    pub(super) keys: Keys,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("service", &self.service)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// What the list says of the values of a provider and region.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    provider: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    names: Vec<String>,
}

impl Keyring {
    /// Reads what the keyring of this machine holds for a program. A keyring without anything of it holds nothing.
    ///
    /// The person may be asked to unlock it, and this waits.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where there is no keyring, it stays locked, or its entries are not ours.
    pub fn read(service: impl Into<String>) -> Result<Self> {
        if let Err(error) = keyring::Entry::store_status() {
            return Err(config(&format!("there is none to be had: {}", words(error))));
        }
        match keyring_core::get_default_store() {
            Some(store) => Self::read_from(store, service),
            None => Err(config("there is none to be had")),
        }
    }

    /// Reads what another store of the `keyring-core` ecosystem holds for a program.
    ///
    /// # Errors
    /// As [`Keyring::read`].
    pub fn read_from(store: Arc<CredentialStore>, service: impl Into<String>) -> Result<Self> {
        let mut keyring = Self { service: service.into(), store, keys: Keys::default() };
        for row in keyring.list()? {
            let mut values = BTreeMap::new();
            for name in row.names {
                // A person may have removed an entry by hand.
                if let Some(value) =
                    keyring.get(&entry_name(&row.provider, row.region.as_deref(), &name))?
                {
                    values.insert(name, value);
                }
            }
            let Row { provider, region, .. } = row;
            keyring.keys.0.push(Stored { provider, region, values });
        }
        Ok(keyring)
    }

    /// The same keyring as it is now.
    pub(crate) fn again(&self) -> Result<Self> {
        Self::read_from(Arc::clone(&self.store), self.service.clone())
    }

    /// Reads it anew, changes it and writes it, while no other program that does so, or that renews a login, is let in: what
    /// another has stored since stays.
    ///
    /// # Errors
    /// As [`Keyring::read`] and [`Keyring::write`]; [`ErrorKind::Config`] where the lock cannot be taken.
    pub fn change(&mut self, change: impl FnOnce(&mut Self)) -> Result<()> {
        let lock = self.lock_path().map(|path| {
            let taken = Lock::at(&path).and_then(|lock| lock.take().map(|()| lock));
            taken.map_err(|error| config(&format!("its lock `{}`: {error}", path.display())))
        });
        let _lock = lock.transpose()?;
        self.keys = self.again()?.keys;
        change(self);
        self.write()
    }

    /// The lock of those who change it: a keyring has none of its own. Without a home there is no place that all programs
    /// know.
    pub(super) fn lock_path(&self) -> Option<PathBuf> {
        let folder = etcetera::choose_base_strategy().ok()?.cache_dir().join("portolan");
        let mark = sha2::Sha256::digest(self.service.as_bytes());
        Some(folder.join(format!("keyring-{}.lock", hex(&mark[..8]))))
    }

    /// The name under which the keyring holds everything.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Stores values in place of those of the same provider and region. They come first from now on.
    pub fn store(&mut self, stored: Stored) {
        self.keys.store(stored);
    }

    /// Writes what is stored into the keyring, and removes what no longer is: also what another program has stored since it
    /// was read, which [`Keyring::change`] leaves.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the keyring takes no value. Each entry is written by itself, so that those before it
    /// may be new already; every one is whole.
    pub fn write(&self) -> Result<()> {
        let before = self.list()?;
        let rows: Vec<_> = self
            .keys
            .0
            .iter()
            .map(|stored| Row {
                provider: stored.provider.clone(),
                region: stored.region.clone(),
                names: stored.values.keys().cloned().collect(),
            })
            .collect();
        for stored in &self.keys.0 {
            for (name, value) in &stored.values {
                let name = entry_name(&stored.provider, stored.region.as_deref(), name);
                let set = self.entry(&name)?.set_password(value.expose_secret());
                set.map_err(|error| config(&words(&error)))?;
            }
        }
        let text = serde_json::to_string(&rows).map_err(|error| config(&error.to_string()))?;
        let set = self.entry(LIST)?.set_password(&text);
        set.map_err(|error| config(&words(&error)))?;
        let kept: Vec<_> = rows.iter().flat_map(names).collect();
        for gone in before.iter().flat_map(names).filter(|name| !kept.contains(name)) {
            match self.entry(&gone)?.delete_credential() {
                Ok(()) | Err(StoreError::NoEntry) => {}
                Err(error) => return Err(config(&words(&error))),
            }
        }
        Ok(())
    }

    fn list(&self) -> Result<Vec<Row>> {
        let Some(text) = self.get(LIST)? else { return Ok(Vec::new()) };
        serde_json::from_str(text.expose_secret())
            .map_err(|_| config(&format!("its entry `{LIST}` is not ours")))
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>> {
        match self.entry(name)?.get_password() {
            Ok(value) => Ok(Some(value.into())),
            Err(StoreError::NoEntry) => Ok(None),
            Err(error) => Err(config(&words(&error))),
        }
    }

    fn entry(&self, name: &str) -> Result<Entry> {
        Entry::new_in_store(&self.store, &self.service, name)
            .map_err(|error| config(&words(&error)))
    }
}

/// The name of the entry of a value.
fn entry_name(provider: &str, region: Option<&str>, name: &str) -> String {
    match region {
        Some(region) => format!("{provider}@{region}:{name}"),
        None => format!("{provider}:{name}"),
    }
}

fn names(row: &Row) -> Vec<String> {
    row.names.iter().map(|name| entry_name(&row.provider, row.region.as_deref(), name)).collect()
}

/// What a store says, without the value that some of its errors carry.
fn words(error: &StoreError) -> String {
    match error {
        StoreError::PlatformFailure(error) => format!("it failed: {error}"),
        StoreError::NoStorageAccess(error) => format!("it cannot be opened: {error}"),
        StoreError::TooLong(what, most) => format!("its {what} takes at most {most} characters"),
        StoreError::BadEncoding(_) | StoreError::BadDataFormat(..) => {
            "a value in it is no text".to_owned()
        }
        StoreError::Ambiguous(_) => "several entries have the same name".to_owned(),
        StoreError::NotSupportedByStore(what) => what.clone(),
        _ => "it cannot be used".to_owned(),
    }
}

fn config(what: &str) -> Error {
    Error::new(ErrorKind::Config, format!("the keyring of this machine: {what}"))
}

#[cfg(test)]
mod tests {
    use keyring_core::mock;
    use portolan_types::{Auth, OAuth, OAuthFlow, Provider, Support};

    use super::*;
    use crate::discover::{Credential, Environment, State};
    use crate::login::LoginTokens;
    use crate::testing::ACME;

    fn stored(region: &str, key: &str) -> Stored {
        let values = [("ACME_API_KEY".to_owned(), key.into())];
        Stored::new("acme", Some(region.to_owned()), values)
    }

    #[test]
    fn what_is_stored_is_found_again_and_goes_when_it_is_replaced() {
        let store = mock::Store::new().unwrap();
        let mut keyring = Keyring::read_from(store.clone(), "portolan-test").unwrap();
        assert!(keyring.keys.0.is_empty());
        keyring.store(stored("us", "ac-planted-us"));
        keyring.store(stored("eu", "ac-planted-eu"));
        keyring.write().unwrap();

        let read = Keyring::read_from(store.clone(), "portolan-test").unwrap();
        let shown = format!("{read:?} {keyring:?}");
        assert!(!shown.contains("planted"), "{shown}");
        let other = Keyring::read_from(store.clone(), "another-program").unwrap();
        assert!(other.keys.0.is_empty());
        let environment = Environment::new().with_keyring(read.clone());
        let status = environment.status(&ACME, None);
        assert_eq!((status.state, status.region.as_deref()), (State::Ready, Some("eu")));
        let advice = Environment::new().with_keyring(other).status(&ACME, Some("eu")).advice;
        assert!(advice.unwrap().contains("the keyring of this machine"));

        let mut fewer = read;
        fewer.keys.0.truncate(1);
        fewer.write().unwrap();
        let gone = entry_name("acme", Some("us"), "ACME_API_KEY");
        assert!(fewer.get(&gone).unwrap().is_none());
        // What a person removes by hand is missing, and no mistake.
        let left = entry_name("acme", Some("eu"), "ACME_API_KEY");
        fewer.entry(&left).unwrap().delete_credential().unwrap();
        let empty =
            Environment::new().with_keyring(Keyring::read_from(store, "portolan-test").unwrap());
        assert_eq!(empty.status(&ACME, Some("eu")).state, State::Missing);
    }

    #[test]
    fn a_change_leaves_what_another_program_has_stored() {
        let store = mock::Store::new().unwrap();
        let name = format!("portolan-test-{}", std::process::id());
        let mut one = Keyring::read_from(store.clone(), name.clone()).unwrap();
        let mut other = Keyring::read_from(store.clone(), name.clone()).unwrap();
        one.change(|keyring| keyring.store(stored("eu", "ac-1"))).unwrap();
        other.change(|keyring| keyring.store(stored("us", "ac-2"))).unwrap();
        assert_eq!(Keyring::read_from(store, name).unwrap().keys.0.len(), 2);
        let _ = std::fs::remove_file(one.lock_path().unwrap());
    }

    #[test]
    fn a_login_that_is_renewed_is_kept_where_it_was() {
        static LOGIN: OAuth = OAuth {
            id: "eu",
            flow: OAuthFlow::DeviceCode,
            pkce: Support::Yes,
            authorize_url: "https://acme.example/device",
            token_url: "https://acme.example/token",
            client_id: "c-1",
            scopes: &[],
            grant_type: None,
        };
        static VENDOR: Provider =
            Provider { auth: Auth { oauth: std::slice::from_ref(&LOGIN), ..ACME.auth }, ..ACME };
        let store = mock::Store::new().unwrap();
        let mut keyring = Keyring::read_from(store, "portolan-test").unwrap();
        let mut tokens = LoginTokens {
            id: "eu".to_owned(),
            access: "planted-1".into(),
            refresh: None,
            ends: None,
            base_url: None,
        };
        keyring.store(Stored::new("acme", Some("eu".to_owned()), tokens.values()));
        keyring.write().unwrap();
        let environment = Environment::new().with_keyring(keyring.clone());
        let access = environment.access(&VENDOR, None).unwrap();
        assert!(!format!("{access:?}").contains("planted"));
        let Credential::Login(login) = access.credential else { panic!() };
        tokens.access = "planted-2".into();
        login.kept.write(&login, &tokens).unwrap();
        let kept = login.kept.read(&login).unwrap().unwrap();
        assert_eq!(kept.access.expose_secret(), "planted-2");
        // A login that a person removed does not come back.
        keyring.keys.0.clear();
        keyring.write().unwrap();
        login.kept.write(&login, &tokens).unwrap();
        assert!(login.kept.read(&login).unwrap().is_none());
    }

    #[test]
    fn what_the_store_says_is_told_without_the_value() {
        let store = mock::Store::new().unwrap();
        let mut keyring = Keyring::read_from(store.clone(), "portolan-test").unwrap();
        keyring.store(stored("eu", "ac-planted"));
        keyring.write().unwrap();
        for (error, expected) in [
            (StoreError::BadEncoding(b"ac-planted".to_vec()), "a value in it is no text"),
            (StoreError::NoStorageAccess("locked".into()), "it cannot be opened: locked"),
        ] {
            let entry = keyring.entry(LIST).unwrap();
            let mock: &mock::Cred = entry.as_any().downcast_ref().unwrap();
            mock.set_error(error);
            let error = Keyring::read_from(store.clone(), "portolan-test").unwrap_err();
            assert_eq!(error.message(), format!("the keyring of this machine: {expected}"));
            assert!(!format!("{error:?}").contains("planted"));
        }
        keyring.entry(LIST).unwrap().set_password("[{\"planted\":1}]").unwrap();
        let error = Keyring::read_from(store, "portolan-test").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
}
