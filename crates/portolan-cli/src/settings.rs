//! The user's file, `config.yaml`, and what follows from it: the catalogs with the user's own in front, aliases, the
//! default model, and where keys are. A file with a mistake ends every command, since half of what a person wrote is not
//! what they wrote.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use portolan::types::{self, Catalog, Coverage, Entry, Provider, UnknownRef};
use portolan::{Client, ClientBuilder, Environment, SecretString, catalog};
use portolan_codegen::load::Input;
use portolan_codegen::user::{User, UserKey};

use crate::failure::Failure;

mod check;
mod edit;
mod keep;
mod rows;

pub(crate) use check::{checked, failure};
pub(crate) use edit::set_default_model;
pub(crate) use keep::Keep;

/// The variable that names the user's file.
const VARIABLE: &str = "PORTOLAN_CONFIG";
/// The largest file that is read: more than the compiler takes, so that it says so.
pub(crate) const MAX_BYTES: u64 = (portolan_codegen::yaml::MAX_BYTES + 1) as u64;

/// The user's settings.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) default_model: Option<String>,
    pub(crate) fallbacks: Vec<String>,
    aliases: BTreeMap<String, String>,
    regions: BTreeMap<String, String>,
    /// Keys that stand in the file itself.
    keys: BTreeMap<String, SecretString>,
    /// Whether keys are stored in the keyring.
    keyring: bool,
    /// The user's catalog before the public ones; nothing where there are only those.
    own: Option<&'static [&'static Catalog]>,
}

impl Settings {
    /// Those of the user's file. Without a file there are none.
    pub(crate) fn load() -> Result<Self, Failure> {
        let named = named_path();
        let path = named.clone().or_else(default_path);
        match path {
            Some(path) if exists(&path)? => Self::read(&path),
            Some(path) if named.is_some() => Err(Failure::file(&path, "there is no such file")
                .help(format!("`{VARIABLE}` names it; `portolan models set REF` makes it"))),
            _ => Ok(Self::default()),
        }
    }

    /// As [`Self::load`] for a command that makes the file: one that is named need not be there.
    pub(crate) fn load_or_new() -> Result<Self, Failure> {
        match path() {
            Ok(path) if exists(&path)? => Self::load(),
            _ => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let user = checked(&Input { path: path.display().to_string(), bytes: bytes(path)? })?;
        if !user.mistakes.is_empty() {
            return Err(failure(&user, path, false));
        }
        let settings = Self::of(&user);
        if !settings.keys.is_empty() && others_read(path) {
            let help = "let only its owner read it (`chmod 600`), or write `${VARIABLE}` in place of the key";
            return Err(Failure::file(path, "it holds a key and others may read it").help(help));
        }
        Ok(settings)
    }

    /// What a file without mistakes says.
    pub(crate) fn of(user: &User) -> Self {
        let Some(file) = &user.file else { return Self::default() };
        let literal = |key: &UserKey| match key {
            UserKey::Literal(key) => Some(SecretString::from(key.clone())),
            UserKey::Variable(_) => None,
        };
        let keys = file.keys.iter();
        Self {
            default_model: file.default_model.as_ref().map(ToString::to_string),
            fallbacks: file.fallbacks.iter().map(ToString::to_string).collect(),
            aliases: file.aliases.iter().map(|(id, to)| (id.to_string(), to.to_string())).collect(),
            regions: file.regions.iter().map(|(id, to)| (id.to_string(), to.to_string())).collect(),
            keys: keys.filter_map(|(id, key)| Some((id.to_string(), literal(key)?))).collect(),
            keyring: file.keyring.unwrap_or(false),
            own: rows::catalogs(user),
        }
    }

    /// Where new keys and logins are kept.
    pub(crate) fn keep(&self) -> Result<Keep, Failure> {
        Keep::of(self.keyring)
    }

    /// The ref that a word stands for: an alias's, or itself.
    pub(crate) fn reference<'a>(&'a self, word: &'a str) -> &'a str {
        self.aliases.get(word).map_or(word, String::as_str)
    }

    /// The short names of refs, each with its ref.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases.iter().map(|(alias, reference)| (alias.as_str(), reference.as_str()))
    }

    /// The model with a ref.
    fn lookup<'q>(&self, reference: &'q str) -> Result<Entry, UnknownRef<'q>> {
        match self.own {
            Some(catalogs) => types::find(catalogs, reference),
            None => catalog::find(reference),
        }
    }

    /// The model with a ref or alias, or an error with the nearest refs.
    pub(crate) fn find(&self, word: &str) -> Result<Entry, Failure> {
        let reference = self.reference(word);
        self.lookup(reference).map_err(|unknown| {
            let failure = Failure::new("unknown-model", format!("no model `{reference}`"));
            let nearest: Vec<_> = unknown.nearest().map(|entry| format!("`{entry}`")).collect();
            if nearest.is_empty() {
                failure.help("`portolan models list --all` lists them")
            } else {
                failure.help(format!("the nearest are {}", nearest.join(", ")))
            }
        })
    }

    /// The ref of a model that can be asked: one that is listed, or an id that its provider passes on.
    pub(crate) fn model<'a>(&'a self, word: &'a str) -> Result<&'a str, Failure> {
        let reference = self.reference(word);
        match self.find(word) {
            Err(failure) if !self.passes(reference) => Err(failure),
            _ => Ok(reference),
        }
    }

    /// A client with these keys and catalogs.
    pub(crate) fn client(&self) -> Result<ClientBuilder, Failure> {
        let builder = Client::builder().environment(self.environment()?);
        Ok(match self.own {
            Some([own, ..]) => builder.catalog(own),
            _ => builder,
        })
    }

    /// Whether a ref that is not listed is one that its provider takes on.
    fn passes(&self, reference: &str) -> bool {
        let named = reference.split_once('/').filter(|(_, id)| !id.is_empty());
        named
            .and_then(|(id, _)| self.provider(id))
            .is_some_and(|provider| provider.pass_through && provider.coverage != Coverage::Static)
    }

    /// The provider with an id.
    pub(crate) fn provider(&self, id: &str) -> Option<&'static Provider> {
        types::provider(self.catalogs(), id)
    }

    /// The provider with an id, or an error.
    pub(crate) fn known_provider(&self, id: &str) -> Result<&'static Provider, Failure> {
        self.provider(id).ok_or_else(|| {
            let failure = Failure::new("unknown-provider", format!("no provider `{id}`"));
            let ids = self.providers().map(|provider| provider.id);
            match portolan_codegen::suggest::nearest(id, ids) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help("`portolan providers` lists them"),
            }
        })
    }

    /// Every provider, the user's own first.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &'static Provider> {
        types::providers(self.catalogs())
    }

    fn catalogs(&self) -> &'static [&'static Catalog] {
        self.own.unwrap_or(catalog::CATALOGS)
    }

    /// The values of this machine: the environment, then `.env` in the configuration folder and what is stored, and what
    /// the user's file says.
    pub(crate) fn environment(&self) -> Result<Environment, Failure> {
        let mut environment = Environment::of_process();
        if let Some([own, ..]) = self.own {
            environment = environment.with_catalog(own);
        }
        // Without a home there is no folder.
        if let Some(folder) = folder() {
            environment = environment.with_dotenv(&folder.join(".env"))?;
        }
        environment = keep::environment(environment, self.keyring)?;
        for (provider, region) in &self.regions {
            environment = environment.with_region(provider, region);
        }
        for (provider, key) in &self.keys {
            environment = environment.with_key(provider, key.clone());
        }
        Ok(environment)
    }
}

/// What keys are known to start with.
pub(crate) fn key_prefixes() -> Vec<&'static str> {
    let rules = catalog::providers().filter_map(|provider| provider.auth.key);
    let prefixes = rules.flat_map(|rule| {
        rule.prefixes.iter().copied().chain(rule.wrong.iter().map(|wrong| wrong.prefix))
    });
    let mut prefixes: Vec<_> = prefixes.collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

/// The user's file, whether it is there or not.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    named_path().or_else(default_path).ok_or_else(no_home)
}

fn no_home() -> Failure {
    Failure::new("file", "there is no home folder, so there is no folder for settings and keys")
        .help("set `HOME`")
}

fn named_path() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn default_path() -> Option<PathBuf> {
    Some(folder()?.join("config.yaml"))
}

fn folder() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("portolan"))
}

/// Whether a file is there. One that cannot be looked for is not taken for absent.
pub(crate) fn exists(path: &Path) -> Result<bool, Failure> {
    match path.try_exists() {
        // A home that is no folder has no files.
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(false),
        found => found.map_err(|error| Failure::file(path, error)),
    }
}

/// The bytes of a file. What is none is not waited for.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::file(path, error);
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(Failure::file(path, "it is no file"));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

#[cfg(unix)]
fn others_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_read(_: &Path) -> bool {
    false
}
