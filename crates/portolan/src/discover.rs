//! Which providers can be used now, and what exactly is missing for the others. Takes values from explicit words, the
//! environment, dotenv files and a file of stored keys, in this order; which variables a provider needs is the catalog's.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use portolan_types::{CloudChain, Provider, RegionError};
use secrecy::{ExposeSecret, SecretString};

use crate::catalogs::Catalogs;
use crate::error::{Error, ErrorKind, Result};
use crate::login::{LoginTokens, StoredLogin};

mod auth_file;
mod kept;
#[cfg(feature = "keyring")]
mod keyring;
mod missing;
mod stored;

pub use auth_file::AuthFile;
pub(crate) use kept::Kept;
#[cfg(feature = "keyring")]
pub use keyring::Keyring;
use missing::{Lacks, Place};
use stored::Keys;
pub use stored::Stored;

/// Where values come from. The first place that has a value counts:
///
/// 1. what was said for a provider: [`Environment::with_key`], [`Environment::with_region`],
///    [`Environment::with_variable`];
/// 2. variables by name: [`Environment::with`];
/// 3. the variables of the process, if it began with [`Environment::of_process`];
/// 4. dotenv files, in the order in which they were added;
/// 5. auth files and the keyring of the machine, in the order in which they were added: a key, or a login, which a key
///    from any place counts before;
/// 6. for Amazon and Google, what the machine itself has, with the features `aws` and `gcp`.
///
/// ```
/// use portolan::{Environment, State};
///
/// let environment = Environment::new().with("XIAOMI_API_KEY", "sk-example");
/// let provider = portolan::catalog::provider("xiaomi").unwrap();
/// assert_eq!(environment.status(provider, None).state, State::Ready);
///
/// // A key of the plan, which has a provider of its own.
/// let environment = Environment::new().with("XIAOMI_API_KEY", "tp-example");
/// let status = environment.status(provider, None);
/// assert_eq!(status.state, State::WrongKey);
/// assert!(status.advice.unwrap().contains("xiaomi-token-plan"));
/// ```
#[derive(Clone, Default)]
pub struct Environment {
    /// Values by variable.
    values: BTreeMap<String, SecretString>,
    /// Keys that were given for a provider, without a variable.
    keys: BTreeMap<String, SecretString>,
    /// Values of variables of addresses, by provider and name.
    variables: BTreeMap<(String, String), String>,
    /// Regions that were named for a provider.
    regions: BTreeMap<String, String>,
    /// What is stored, and where.
    stored: Vec<(Kept, Keys)>,
    /// The clouds whose machine this is asked as, though nothing says that it has credentials.
    #[cfg(feature = "chain")]
    machine_of: Vec<CloudChain>,
    /// Where providers are looked up whose credentials serve for others.
    pub(crate) catalogs: Catalogs,
    /// Where a person may put values, for advice.
    places: Vec<Place>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.values.keys().collect::<Vec<_>>())
            .field("keys", &self.keys.keys().collect::<Vec<_>>())
            .field("regions", &self.regions)
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

impl Environment {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// The variables of this process.
    pub fn of_process() -> Self {
        let mut environment = Self::new();
        environment.places.push(Place::Process);
        for (name, value) in std::env::vars_os() {
            if let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) {
                environment.add(name, value);
            }
        }
        environment
    }

    /// The environment with a variable, in place of any other value of it.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(name.into(), value.into().into());
        self
    }

    /// The environment with a provider's key, in place of what its variables say.
    #[must_use]
    pub fn with_key(mut self, provider: impl Into<String>, key: SecretString) -> Self {
        self.keys.insert(provider.into(), key);
        self
    }

    /// The environment with a provider's region, for requests that name none.
    #[must_use]
    pub fn with_region(mut self, provider: impl Into<String>, region: impl Into<String>) -> Self {
        self.regions.insert(provider.into(), region.into());
        self
    }

    /// The environment with the value of a `{variable}` of a provider's addresses, in place of what its environment
    /// variable says. Some have none.
    #[must_use]
    pub fn with_variable(
        mut self,
        provider: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.variables.insert((provider.into(), name.into()), value.into());
        self
    }

    /// The environment with the machine's own AWS credentials, where no variable has any: the shared files, a web identity, a single sign-on, or what the container or the instance gives out.
    ///
    /// It is not needed where something says that there are such: `AWS_PROFILE` and its kin, or a file in `~/.aws`. On an
    /// instance with a role nothing says so. Profiles that assume a role or run a program are not read.
    #[cfg(feature = "aws")]
    #[must_use]
    pub fn with_aws_chain(mut self) -> Self {
        self.machine_of.push(CloudChain::Aws);
        self
    }

    /// The environment with the token that a machine of Google's gives, where there is no file of application default
    /// credentials.
    ///
    /// It is not needed where something says that there is one: `GOOGLE_APPLICATION_CREDENTIALS`, the file that
    /// `gcloud auth application-default login` keeps, or `GCE_METADATA_HOST`.
    #[cfg(feature = "gcp")]
    #[must_use]
    pub fn with_gcp_chain(mut self) -> Self {
        self.machine_of.push(CloudChain::Gcp);
        self
    }

    /// The environment with the values of a dotenv file that it does not have yet. A file that does not exist has none.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the file cannot be read, or a line of it is none.
    pub fn with_dotenv(mut self, path: &Path) -> Result<Self> {
        self.places.push(Place::Kept(format!("`{}`", path.display())));
        if !path.exists() {
            return Ok(self);
        }
        let unreadable = |error: dotenvy::Error| {
            // The error of a line holds the line, and the line may hold a key.
            let what = match error {
                dotenvy::Error::Io(error) => error.to_string(),
                dotenvy::Error::LineParse(_, at) => {
                    format!("a line is no `NAME=value`, at its character {at}")
                }
                _ => "a line is no `NAME=value`".to_owned(),
            };
            Error::new(ErrorKind::Config, format!("`{}`: {what}", path.display()))
        };
        for pair in dotenvy::from_path_iter(path).map_err(unreadable)? {
            let (name, value) = pair.map_err(unreadable)?;
            self.add(name, value);
        }
        Ok(self)
    }

    /// The environment of a program with a catalog of its own before the public ones: a provider may sign in as another of
    /// it does. A client's catalogs replace it.
    #[must_use]
    pub fn with_catalog(mut self, catalog: &'static portolan_types::Catalog) -> Self {
        self.catalogs = Catalogs::around_public(&[catalog], &[]);
        self
    }

    /// The environment with the keys and regions of an auth file that it does not have yet.
    #[must_use]
    pub fn with_auth_file(mut self, file: AuthFile) -> Self {
        let place = file.path().map(|path| Place::Kept(format!("`{}`", path.display())));
        self.places.extend(place);
        let kept = file.path().map_or(Kept::Memory, |path| Kept::File(path.to_owned()));
        self.stored.push((kept, file.keys));
        self
    }

    /// The environment with the keys and regions in a keyring that it does not have yet.
    #[cfg(feature = "keyring")]
    #[must_use]
    pub fn with_keyring(mut self, keyring: Keyring) -> Self {
        let place = format!("the keyring of this machine as `{}`", keyring.service());
        self.places.push(Place::Kept(place));
        let keys = keyring.keys.clone();
        self.stored.push((Kept::Keyring(Box::new(keyring)), keys));
        self
    }

    fn add(&mut self, name: String, value: String) {
        if !value.trim().is_empty() {
            self.values.entry(name).or_insert_with(|| value.into());
        }
    }

    /// The value of a variable for a provider and region: of the variables themselves, then of what is stored.
    fn value(
        &self,
        provider: &Provider,
        region: Option<&str>,
        name: &str,
    ) -> Option<&SecretString> {
        let stored =
            || self.stored.iter().find_map(|(_, keys)| keys.value(provider.id, region, name));
        self.values.get(name).or_else(stored)
    }

    /// What stands between a provider and its use in a region.
    pub fn status(&self, provider: &'static Provider, region: Option<&str>) -> Status {
        match self.access(provider, region) {
            Ok(access) => Status {
                provider: provider.id,
                state: State::Ready,
                missing: Vec::new(),
                advice: None,
                region: access.region.map(str::to_owned),
            },
            Err(status) => *status,
        }
    }

    /// What a request to a provider needs.
    pub(crate) fn access(
        &self,
        provider: &'static Provider,
        region: Option<&str>,
    ) -> Result<Access, Box<Status>> {
        let stored = || self.stored.iter().find_map(|(_, keys)| keys.region(provider.id));
        let named =
            region.or_else(|| self.regions.get(provider.id).map(String::as_str)).or_else(stored);
        let unknown = provider.regions.endpoints(named).err();
        let mut lacks = Lacks { region: unknown, ..Lacks::default() };
        let id = named.or(provider.regions.default_id()).filter(|_| lacks.region.is_none());
        let mut names = provider.regions.names().iter().map(|name| name.id);
        let region = id.and_then(|id| names.find(|known| *known == id));
        let credential = self.credential(provider, region, &mut lacks).map_err(|status| {
            let region = region.map(str::to_owned);
            Box::new(Status { region, ..*status })
        })?;
        let variables = provider.variables.iter().filter_map(|variable| {
            let given = (provider.id.to_owned(), variable.name.to_owned());
            let value = self.variables.get(&given).cloned().or_else(|| {
                let value = self.value(provider, region, variable.env?)?;
                Some(value.expose_secret().to_owned())
            });
            Some((variable.name, value?))
        });
        let variables: Variables = variables.collect();
        lacks.address = missing::variables(provider, |name| variables.contains_key(name));
        if !lacks.is_empty() {
            return Err(Box::new(lacks.status(provider, region, &self.places)));
        }
        Ok(Access { region, credential, variables })
    }

    /// The credential of a provider, or none with what it lacks.
    fn credential(
        &self,
        provider: &'static Provider,
        region: Option<&str>,
        lacks: &mut Lacks,
    ) -> Result<Credential, Box<Status>> {
        if let Some(key) = self.keys.get(provider.id) {
            return missing::checked(provider, key, &self.catalogs);
        }
        // The provider whose credentials serve here too comes after the provider itself.
        let other = provider.auth.same_as.and_then(|id| self.catalogs.provider(id));
        for source in [Some(provider), other].into_iter().flatten() {
            if let Some(found) = self.complete_set(source, region) {
                return found;
            }
            if let Some(login) = self.login(source, region) {
                return Ok(Credential::Login(Box::new(login)));
            }
        }
        if provider.auth.required {
            #[cfg(feature = "chain")]
            if let Some(cloud) = self.chain(provider) {
                return Ok(Credential::Chain(cloud));
            }
            let held = |name: &str| self.value(provider, region, name).is_some();
            lacks.credential = missing::of_sets(provider.auth.env, held);
            lacks.login = lacks.credential.is_empty();
        }
        Ok(Credential::None)
    }

    /// The login of a provider that can be used or renewed. One of which the catalog no longer knows how it runs is none.
    fn login(&self, provider: &'static Provider, region: Option<&str>) -> Option<StoredLogin> {
        let of = |kept: &Kept, stored: &Stored, tokens: LoginTokens| {
            let oauth = provider.auth.oauth.iter().find(|login| login.id == tokens.id)?;
            let (region, kept) = (stored.region.clone(), kept.clone());
            tokens.is_of_use().then_some(StoredLogin { provider, region, oauth, tokens, kept })
        };
        self.stored.iter().find_map(|(kept, keys)| {
            let mut logins = keys.logins(provider.id, region);
            logins.find_map(|(stored, tokens)| of(kept, stored, tokens))
        })
    }

    /// The cloud whose machine is asked for the credential of a provider.
    #[cfg(feature = "chain")]
    fn chain(&self, provider: &Provider) -> Option<portolan_types::Cloud> {
        let is_found = |chain| {
            crate::chain::is_asked(chain)
                && (self.machine_of.contains(&chain) || crate::chain::is_hinted(self, chain))
        };
        provider.auth.cloud.filter(|cloud| is_found(cloud.chain))
    }

    /// The value of a variable, of none of the providers in particular.
    #[cfg(feature = "chain")]
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(ExposeSecret::expose_secret)
    }

    /// Every variable, for whoever looks for the credentials of a cloud.
    #[cfg(feature = "chain")]
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let values = self.values.iter();
        values.map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect()
    }

    /// The credential of the first set of variables that is complete.
    fn complete_set(
        &self,
        provider: &'static Provider,
        region: Option<&str>,
    ) -> Option<Result<Credential, Box<Status>>> {
        let value = |name: &&str| self.value(provider, region, name);
        let set =
            provider.auth.env.iter().find(|set| set.iter().all(|name| value(name).is_some()))?;
        let in_url =
            |name: &str| provider.variables.iter().any(|variable| variable.env == Some(name));
        let secrets: Vec<_> = set.iter().filter(|name| !in_url(name)).collect();
        let chain = provider.auth.cloud.map(|cloud| cloud.chain);
        let is_aws = chain == Some(CloudChain::Aws);
        match *secrets.as_slice() {
            // What Google's variable holds is the path of a file, which is no key.
            [&FILE_OF_GOOGLE] if chain == Some(CloudChain::Gcp) => None,
            [name] => Some(missing::checked(provider, value(name)?, &self.catalogs)),
            [id, secret] if is_aws => Some(Ok(Credential::Aws {
                id: value(id)?.expose_secret().trim().to_owned(),
                secret: value(secret)?.expose_secret().trim().into(),
                session: self.value(provider, region, "AWS_SESSION_TOKEN").cloned(),
            })),
            _ => None,
        }
    }
}

/// The variable that holds the path of a file of Google's credentials.
pub(crate) const FILE_OF_GOOGLE: &str = "GOOGLE_APPLICATION_CREDENTIALS";

/// What a request to a provider carries.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The region, where the provider has some.
    pub(crate) region: Option<&'static str>,
    /// What the request is signed or marked with.
    pub(crate) credential: Credential,
    /// The values of the variables of an endpoint.
    pub(crate) variables: Variables,
}

/// Values of the variables of endpoints, by their names.
pub(crate) type Variables = BTreeMap<&'static str, String>;

/// What proves who asks.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// Nothing is needed.
    None,
    /// A key or a token.
    Key(SecretString),
    /// A login, whose token is renewed.
    Login(Box<StoredLogin>),
    /// A pair that signs requests.
    Aws { id: String, secret: SecretString, session: Option<SecretString> },
    /// What the machine has to be asked for, as one of this cloud.
    #[cfg(feature = "chain")]
    Chain(portolan_types::Cloud),
}

impl Credential {
    /// The texts that must appear nowhere.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let (secret, session) = match self {
            Self::None => (None, None),
            #[cfg(feature = "chain")]
            Self::Chain(_) => (None, None),
            Self::Key(secret) => (Some(secret), None),
            Self::Login(login) => (Some(&login.tokens.access), login.tokens.refresh.as_ref()),
            Self::Aws { secret, session, .. } => (Some(secret), session.as_ref()),
        };
        secret.into_iter().chain(session)
    }
}

/// Whether a provider can be used now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum State {
    /// It can.
    Ready,
    /// Something is missing.
    Missing,
    /// A key is another provider's.
    WrongKey,
}

impl State {
    /// The stable id, as the command prints it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Missing => "missing",
            Self::WrongKey => "wrong-key",
        }
    }
}

/// What stands between a provider and its use.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Status {
    /// The id of the provider.
    pub provider: &'static str,
    /// Whether it can be used now.
    pub state: State,
    /// What is missing, a thing each: `ACME_API_KEY`, `GEMINI_API_KEY or GOOGLE_API_KEY`, `region`.
    pub missing: Vec<String>,
    /// What to do.
    pub advice: Option<String>,
    /// The region that it is about.
    pub region: Option<String>,
}

impl Status {
    /// The error of a request to a provider that is not ready.
    pub(crate) fn error(&self, provider: &Provider) -> Error {
        let regions: Vec<_> = provider.regions.names().iter().map(|name| name.id).collect();
        let about_region = self.missing.iter().any(|thing| thing == "region");
        let kind = if about_region { ErrorKind::Region } else { ErrorKind::Credentials };
        let advice = self.advice.as_deref().unwrap_or_default();
        let values: Vec<_> =
            self.missing.iter().filter(|thing| *thing != "region").map(String::as_str).collect();
        let message = if values.is_empty() {
            advice.to_owned()
        } else {
            format!("missing: {}; {advice}", values.join(", "))
        };
        let error = Error::new(kind, message).with_place(provider.id, self.region.as_deref());
        if about_region { error.with_other_regions(regions) } else { error }
    }
}

/// The error for a region that the provider does not have.
pub(crate) fn region_error(provider: &'static Provider, error: RegionError) -> Error {
    let lacks = Lacks { region: Some(error), ..Lacks::default() };
    lacks.status(provider, None, &[]).error(provider)
}

#[cfg(test)]
mod tests;
