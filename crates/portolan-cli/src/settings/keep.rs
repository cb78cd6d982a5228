//! Where keys and logins are kept: in the auth file, or in the keyring of the operating system if the user's file says so
//! and the command was built for it.

use std::path::PathBuf;

use portolan::{AuthFile, Environment, Stored};

use super::{folder, no_home};
use crate::failure::Failure;

/// The name under which the keyring holds what is the command's.
#[cfg(feature = "keyring")]
const SERVICE: &str = "portolan";

/// Where keys and logins are kept.
pub(crate) enum Keep {
    File(PathBuf),
    Keyring,
}

impl Keep {
    /// The place that new keys go to. What could not be kept there is an error, before anything is asked for.
    pub(super) fn of(keyring: bool) -> Result<Self, Failure> {
        if keyring {
            environment(Environment::new(), true)?;
            return Ok(Self::Keyring);
        }
        let path = folder().ok_or_else(no_home)?.join("auth.json");
        AuthFile::read(&path)?;
        Ok(Self::File(path))
    }

    /// Stores values; what another program has kept meanwhile stays.
    pub(crate) fn store(&self, stored: Stored) -> Result<(), Failure> {
        match self {
            Self::File(path) => drop(AuthFile::change(path, |file| file.store(stored))?),
            Self::Keyring => into_keyring(stored)?,
        }
        Ok(())
    }

    /// The place in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::File(path) => format!("`{}`", path.display()),
            Self::Keyring => "the keyring of this machine".to_owned(),
        }
    }

    /// The place for programs: the path of the file, or `keyring`.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Keyring => "keyring".to_owned(),
        }
    }
}

/// An environment with what the command keeps. A file stays of use beside the keyring, which comes first.
pub(super) fn environment(environment: Environment, keyring: bool) -> Result<Environment, Failure> {
    let environment = if keyring { with_keyring(environment)? } else { environment };
    // Without a home there is no folder.
    match folder() {
        Some(folder) => Ok(environment.with_auth_file(AuthFile::read(folder.join("auth.json"))?)),
        None => Ok(environment),
    }
}

#[cfg(feature = "keyring")]
fn with_keyring(environment: Environment) -> Result<Environment, Failure> {
    Ok(environment.with_keyring(portolan::Keyring::read(SERVICE)?))
}

#[cfg(feature = "keyring")]
fn into_keyring(stored: Stored) -> Result<(), Failure> {
    Ok(portolan::Keyring::read(SERVICE)?.change(|keyring| keyring.store(stored))?)
}

#[cfg(not(feature = "keyring"))]
fn with_keyring(_: Environment) -> Result<Environment, Failure> {
    Err(no_keyring())
}

#[cfg(not(feature = "keyring"))]
fn into_keyring(_: Stored) -> Result<(), Failure> {
    Err(no_keyring())
}

#[cfg(not(feature = "keyring"))]
fn no_keyring() -> Failure {
    let what = "the settings say `keyring: true`, and this build of the command has no keyring";
    let help = "install it with `--features keyring`, or remove the setting";
    Failure::new("unsupported", what.to_owned()).help(help)
}
