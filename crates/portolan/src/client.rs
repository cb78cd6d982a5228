//! The client: values, timeouts and the connections that all its requests share.

use std::path::Path;
use std::time::Duration;

use http::Response;
use portolan_types::{Catalog, Entry, Provider};
use secrecy::{ExposeSecret as _, SecretString};

use crate::catalogs::Catalogs;
use crate::discover::{AuthFile, Environment, Status};
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::{Hooks, Registry, Tokens};
use crate::transport::{Call, Incoming, Retries, Timeouts, Transport};

mod call;
mod chat;
mod list;
mod route;
mod select;
mod serve;
mod stream;
mod watch;

pub use chat::Chat;
pub use list::{ListCache, Listed, ListedBy, Listing, ModelList};
pub(crate) use route::{Route, allowed, is_on_host, named_address};
pub use select::{ModelRef, Wishes};
pub use stream::AnswerStream;

/// Sends requests to every provider of the catalog. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) environment: Environment,
    pub(crate) transport: Transport,
    pub(crate) hooks: Registry,
    pub(crate) tokens: Tokens,
    #[cfg(feature = "chain")]
    pub(crate) chain: crate::chain::Chain,
    list_cache: Option<ListCache>,
}

impl Client {
    /// A client with the variables of this process.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the machine's TLS or proxy settings are of no use.
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// A client that is put together.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            environment: None,
            timeouts: Timeouts::default(),
            retries: Retries::default(),
            proxy: None,
            before: Vec::new(),
            after: Vec::new(),
            hooks: Vec::new(),
            list_cache: None,
        }
    }

    /// Begins a request to a model: a ref (`provider/model`), or a model of a catalog crate.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), portolan::Error> {
    /// let client = portolan::Client::new()?;
    /// let answer = client.chat("anthropic/claude-opus-4-5").user("Why is the sky blue?").send().await?;
    /// println!("{} ({})", answer.text(), answer.cost);
    ///
    /// // Where the provider requires a region, its models do not compile without one.
    /// use portolan::catalog::labs::xiaomi_token_plan::{MIMO_V2_5_PRO, Region};
    /// let answer = client.chat(MIMO_V2_5_PRO.at(Region::Sgp)).user("Why is it red?").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn chat<'m>(&self, model: impl Into<ModelRef<'m>>) -> Chat<'_> {
        Chat::new(self, model.into())
    }

    /// The model with this ref or alias, in the catalogs of this client.
    ///
    /// ```
    /// # let environment = portolan::Environment::new();
    /// # let client = portolan::Client::builder().environment(environment).build()?;
    /// use portolan::types::{Context, Meter, Timestamp, Usage};
    ///
    /// let entry = client.find("xiaomi/mimo-v2.5-pro")?;
    /// let usage = Usage::new().with(Meter::Input, 1_000_000);
    /// let at = Context::at(Timestamp::parse("2026-11-20").unwrap());
    /// assert_eq!(entry.total(&usage, &at).unwrap().amount.to_string(), "0.435");
    /// # Ok::<(), portolan::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownModel`] with the nearest refs.
    pub fn find(&self, reference: &str) -> Result<Entry> {
        let found = self.environment.catalogs.find(reference);
        found.map_err(|unknown| Error::new(ErrorKind::UnknownModel, unknown.to_string()))
    }

    /// The provider with this id, in the catalogs of this client.
    pub fn provider(&self, id: &str) -> Option<&'static Provider> {
        self.environment.catalogs.provider(id)
    }

    /// Every provider of the catalogs of this client, each once.
    pub fn providers(&self) -> impl Iterator<Item = &'static Provider> + '_ {
        self.environment.catalogs.providers()
    }

    /// What stands between a provider and its use, in a region or in the one that is set for it.
    pub fn status(&self, provider: &'static Provider, region: Option<&str>) -> Status {
        self.environment.status(provider, region)
    }

    /// Sends what a route makes, with a token where the key is exchanged for one, and once more with a fresh token where
    /// that one is refused. What failed before is pushed to the list.
    pub(crate) async fn send(
        &self,
        route: &mut Route,
        make: impl Fn(&mut Route) -> Result<Call>,
        failed: &mut Vec<Error>,
    ) -> Result<Response<Incoming>> {
        let mut renewed = false;
        loop {
            let exchanged = route.exchange(self).await;
            exchanged.map_err(|error| route.here(error))?;
            let call = make(route).map_err(|error| route.here(error))?;
            let mut tries = Vec::new();
            let response = self.transport.send(&call, &mut tries).await;
            failed.extend(tries.into_iter().map(|error| route.here(error)));
            let error = match response {
                Ok(response) => return Ok(response),
                Err(error) => route.here(error),
            };
            let refused = error.status() == Some(401) && !renewed;
            if !(refused && route.give_up_token(self).await) {
                return Err(error);
            }
            renewed = true;
            failed.push(error);
        }
    }
}

/// Puts a [`Client`] together.
pub struct ClientBuilder {
    environment: Option<Environment>,
    timeouts: Timeouts,
    retries: Retries,
    /// The address of a proxy may hold a password.
    proxy: Option<SecretString>,
    list_cache: Option<ListCache>,
    before: Vec<&'static Catalog>,
    after: Vec<&'static Catalog>,
    hooks: Vec<(String, Box<dyn Hooks>)>,
}

impl ClientBuilder {
    /// Takes values from here and not from the variables of this process, nor from what was said before of keys, regions and
    /// files.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Adds the values of a dotenv file that are nowhere else. A file that does not exist has none.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the file cannot be read.
    pub fn dotenv(mut self, path: impl AsRef<Path>) -> Result<Self> {
        self.environment = Some(self.take_environment().with_dotenv(path.as_ref())?);
        Ok(self)
    }

    /// Adds the keys and regions of an auth file that are nowhere else. A file that does not exist has none.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the file cannot be read.
    pub fn auth_file(mut self, path: impl AsRef<Path>) -> Result<Self> {
        let file = AuthFile::read(path.as_ref())?;
        self.environment = Some(self.take_environment().with_auth_file(file));
        Ok(self)
    }

    /// Sets a provider's key, in place of what its variables say.
    #[must_use]
    pub fn key(mut self, provider: &str, key: impl Into<SecretString>) -> Self {
        self.environment = Some(self.take_environment().with_key(provider, key.into()));
        self
    }

    /// Sets a provider's region, for requests that name none.
    #[must_use]
    pub fn region(mut self, provider: &str, region: &str) -> Self {
        self.environment = Some(self.take_environment().with_region(provider, region));
        self
    }

    /// Sets how long to wait for a connection: 10 seconds unless said.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// Sets how long to wait for the first byte of an answer: 10 minutes unless said.
    #[must_use]
    pub fn first_byte_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.first_byte = timeout;
        self
    }

    /// Sets how long to wait for the next byte of an answer that has begun: 5 minutes unless said.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout;
        self
    }

    /// Sets how often a request is sent at most: three times unless said. Once is no retry.
    #[must_use]
    pub fn tries(mut self, tries: u32) -> Self {
        self.retries.tries = tries;
        self
    }

    /// Sets the wait before the second try where the provider names none, and the longest wait: half a second and a minute
    /// unless said.
    #[must_use]
    pub fn waits(mut self, first: Duration, longest: Duration) -> Self {
        self.retries.first_wait = first;
        self.retries.longest_wait = longest;
        self
    }

    /// Sends everything through a proxy: `http://`, `https://` or `socks5://`. Without one the proxies of the system and
    /// of `HTTPS_PROXY` and its kin are used.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into().into());
        self
    }

    /// Keeps the models that endpoints list on disk. Without a cache each list is asked for anew.
    #[must_use]
    pub fn list_cache(mut self, cache: ListCache) -> Self {
        self.list_cache = Some(cache);
        self
    }

    /// Adds a catalog of one's own before the public ones, after those that were added before: a provider is that of the
    /// first catalog that has its id, whole, so this one overrides.
    ///
    /// ```
    /// # mod company { pub use portolan::catalog::local::CATALOG; }
    /// // In a program, the module that `portolan-codegen` made of the company's manifests.
    /// let client = portolan::Client::builder().catalog(&company::CATALOG).build()?;
    /// assert!(client.provider("ollama").is_some());
    /// # Ok::<(), portolan::Error>(())
    /// ```
    #[must_use]
    pub fn catalog(mut self, catalog: &'static Catalog) -> Self {
        self.before.push(catalog);
        self
    }

    /// Adds a catalog after the public ones: it overrides nothing.
    #[must_use]
    pub fn catalog_last(mut self, catalog: &'static Catalog) -> Self {
        self.after.push(catalog);
        self
    }

    /// Registers what a provider does that its manifest cannot say.
    #[must_use]
    pub fn hook(mut self, provider: impl Into<String>, hooks: impl Hooks + 'static) -> Self {
        self.hooks.push((provider.into(), Box::new(hooks)));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the proxy is none, a hook is for a provider that no catalog has, or the machine's TLS
    /// settings are of no use.
    pub fn build(mut self) -> Result<Client> {
        let proxy = self.proxy.take().map(|url| {
            reqwest::Proxy::all(url.expose_secret())
                .map_err(|_| Error::new(ErrorKind::Config, "the address of the proxy is none"))
        });
        let transport = Transport::new(self.timeouts, self.retries, proxy.transpose()?)?;
        let list_cache = self.list_cache.take();
        let mut environment = self.take_environment();
        environment.catalogs = Catalogs::around_public(&self.before, &self.after);
        let hooks = Registry::new(self.hooks, &environment.catalogs)?;
        Ok(Client {
            environment,
            transport,
            hooks,
            tokens: Tokens::default(),
            #[cfg(feature = "chain")]
            chain: crate::chain::Chain::default(),
            list_cache,
        })
    }

    fn take_environment(&mut self) -> Environment {
        self.environment.take().unwrap_or_else(Environment::of_process)
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("environment", &self.environment)
            .field("timeouts", &self.timeouts)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
