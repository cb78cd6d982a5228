//! Where a stored login is kept, so that what renews it can be put back. Reads what is there now, which another program
//! may have changed; writes new tokens in place of the old ones; and has a lock for the time between.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::AuthFile;
use super::stored::Keys;
use crate::error::{Error, ErrorKind, Result};
use crate::file::{Lock, lock_of};
use crate::login::{LoginTokens, StoredLogin};

/// How long another program is waited for that renews a login of the same place.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long until the lock is looked at again.
const AGAIN: Duration = Duration::from_millis(50);

/// Where a login is kept.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    /// Nowhere: what renews it is known to the client alone.
    Memory,
    /// In an auth file.
    File(PathBuf),
    /// In a keyring.
    #[cfg(feature = "keyring")]
    Keyring(Box<super::Keyring>),
}

impl Kept {
    /// The tokens as they are kept now; nothing where the login is no longer there, or another has taken its place.
    pub(crate) fn read(&self, login: &StoredLogin) -> Result<Option<LoginTokens>> {
        let tokens = |mut keys: Keys| {
            let held = keys.of(login.provider.id, login.region.as_deref())?;
            LoginTokens::of_values(&held.values).filter(|tokens| tokens.id == login.oauth.id)
        };
        Ok(match self {
            Self::Memory => None,
            Self::File(path) => tokens(AuthFile::read(path)?.keys),
            #[cfg(feature = "keyring")]
            Self::Keyring(keyring) => tokens(keyring.again()?.keys),
        })
    }

    /// Keeps new tokens, unless a person has removed the login.
    pub(crate) fn write(&self, login: &StoredLogin, tokens: &LoginTokens) -> Result<()> {
        let put = |keys: &mut Keys| {
            let held = keys.of(login.provider.id, login.region.as_deref());
            let held = held.filter(|held| LoginTokens::of_values(&held.values).is_some());
            held.map(|held| tokens.put_into(&mut held.values)).is_some()
        };
        match self {
            Self::Memory => {}
            Self::File(path) => {
                let mut file = AuthFile::read(path)?;
                if put(&mut file.keys) {
                    file.write()?;
                }
            }
            #[cfg(feature = "keyring")]
            Self::Keyring(keyring) => {
                let mut keyring = keyring.again()?;
                if put(&mut keyring.keys) {
                    keyring.write()?;
                }
            }
        }
        Ok(())
    }

    /// Waits until no other program renews a login of the same place. Where no lock can be made nothing new could be kept
    /// either, so that this fails before anything is spent.
    pub(crate) async fn lock(&self) -> Result<Option<Lock>> {
        let Some(path) = self.lock_path() else { return Ok(None) };
        let failed = |error: std::io::Error| {
            let what = format!("`{}`: {error}; a login cannot be renewed", path.display());
            Error::new(ErrorKind::Config, what)
        };
        let lock = Lock::at(&path).map_err(failed)?;
        let since = Instant::now();
        while !lock.is_taken().map_err(failed)? {
            if since.elapsed() > PATIENCE {
                return Err(failed(std::io::ErrorKind::TimedOut.into()));
            }
            tokio::time::sleep(AGAIN).await;
        }
        Ok(Some(lock))
    }

    fn lock_path(&self) -> Option<PathBuf> {
        match self {
            Self::Memory => None,
            Self::File(path) => Some(lock_of(path)),
            #[cfg(feature = "keyring")]
            Self::Keyring(keyring) => keyring.lock_path(),
        }
    }
}
