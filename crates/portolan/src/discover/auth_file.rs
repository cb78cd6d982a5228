//! Keys that are stored in a file: one set of values per provider and region. The file is readable by its owner alone
//! and is replaced whole, so that a crash leaves the old one or the new one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::stored::{Keys, Stored};
use crate::error::{Error, ErrorKind, Result};
use crate::file::{Lock, lock_of, replace};

/// The version of the file's form.
const VERSION: u32 = 1;

/// Stored keys.
#[derive(Clone, Debug, Default)]
pub struct AuthFile {
    path: Option<PathBuf>,
    pub(super) keys: Keys,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    credentials: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    provider: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    values: BTreeMap<String, String>,
}

impl AuthFile {
    /// Reads a file. One that does not exist holds nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where it cannot be read, is of another form, or others than its owner may read it.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        if !path.exists() {
            return Ok(Self { path: Some(path), keys: Keys::default() });
        }
        check_mode(&path)?;
        let text = fs::read_to_string(&path).map_err(|error| config(&path, &error.to_string()))?;
        let form: Form = serde_json::from_str(&text).map_err(|error| {
            // The error of the parser may repeat a value; its place is enough.
            let place = format!("line {}, column {}", error.line(), error.column());
            config(&path, &format!("not a file of stored keys ({place})"))
        })?;
        if form.version != VERSION {
            let what = format!("its version is {}, not {VERSION}", form.version);
            return Err(config(&path, &what));
        }
        let secret = |(name, value): (String, String)| (name, value.into());
        let stored = form.credentials.into_iter().map(|row| Stored {
            provider: row.provider,
            region: row.region,
            values: row.values.into_iter().map(secret).collect(),
        });
        Ok(Self { keys: Keys(stored.collect()), path: Some(path) })
    }

    /// The path that it was read from.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Stores values in place of those of the same provider and region. They come first from now on.
    pub fn store(&mut self, stored: Stored) {
        self.keys.store(stored);
    }

    /// Reads a file, changes it and writes it, while no other program does: one that renews a login keeps this waiting for
    /// as long as it takes, half a minute at most. What another has kept meanwhile stays.
    ///
    /// ```
    /// use portolan::{AuthFile, Stored};
    ///
    /// let path = std::env::temp_dir().join(format!("portolan-change-{}.json", std::process::id()));
    /// let key = [("XIAOMI_API_KEY".to_owned(), "sk-example".into())];
    /// AuthFile::change(&path, |file| file.store(Stored::new("xiaomi", None, key)))?;
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), portolan::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`AuthFile::read`] and [`AuthFile::write`].
    pub fn change(path: impl Into<PathBuf>, change: impl FnOnce(&mut Self)) -> Result<Self> {
        let path = path.into();
        let lock = lock_of(&path);
        let taken = Lock::at(&lock).and_then(|lock| lock.take().map(|()| lock));
        let _lock = taken.map_err(|error| config(&lock, &error.to_string()))?;
        let mut file = Self::read(path)?;
        change(&mut file);
        file.write()?;
        Ok(file)
    }

    /// Writes the file anew.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where it was read from no path or cannot be written; then the old one is as it was.
    pub fn write(&self) -> Result<()> {
        let Some(path) = &self.path else {
            return Err(Error::new(ErrorKind::Config, "stored keys without a path to write to"));
        };
        let credentials = self.keys.0.iter().map(|stored| Row {
            provider: stored.provider.clone(),
            region: stored.region.clone(),
            values: stored
                .values
                .iter()
                .map(|(name, value)| (name.clone(), value.expose_secret().to_owned()))
                .collect(),
        });
        let form = Form { version: VERSION, credentials: credentials.collect() };
        let text = serde_json::to_string_pretty(&form)
            .map_err(|error| config(path, &error.to_string()))?;
        replace(path, &text).map_err(|error| config(path, &error.to_string()))
    }
}

fn config(path: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Config, format!("`{}`: {what}", path.display()))
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).map_err(|error| config(path, &error.to_string()))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        let what = "others may read it; make it yours alone with `chmod 600`";
        return Err(config(path, what));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<()> {
    Ok(())
}
