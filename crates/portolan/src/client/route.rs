//! Where a request goes, and what of it must appear nowhere. A key goes over an encrypted connection, or to this machine,
//! and what a hook names must be on a host of the provider.

use std::sync::Arc;

use portolan_types::{Api, Endpoint, Header, ModelsUrl, Provider};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use super::Client;
use crate::discover::{Access, Credential, Variables};
use crate::error::redact::redacted;
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::{HookContext, Place, Registered, Token};
use crate::wire::Target;

/// Where a request goes.
pub(crate) struct Route {
    pub(crate) target: Target,
    pub(super) access: Access,
    pub(super) header: Header,
    pub(super) base: Url,
    /// The endpoint that the caller named.
    pub(super) named: Option<Url>,
    pub(super) hooks: Option<Arc<Registered>>,
    /// What the key was exchanged for.
    pub(super) token: Option<Arc<Token>>,
    /// The token of the login, where that is the credential.
    pub(super) login: Option<Arc<Token>>,
    /// What the machine gave in place of a credential.
    pub(super) found: Option<Credential>,
    /// The address before a token named another.
    pub(super) home: Url,
    /// Further texts that must appear nowhere.
    pub(super) secrets: Vec<SecretString>,
}

impl Route {
    /// Whether an address that a hook names is on a host of the provider.
    pub(super) fn on_host(&self, url: &Url) -> Result<()> {
        let named = self.named.as_ref().is_some_and(|named| named.host_str() == url.host_str());
        let variables = &self.access.variables;
        if named || is_on_host(self.provider(), self.region(), variables, url) {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        let who = if self.hooks.is_some() { "hook" } else { "login" };
        Err(config(format!("its {who} names `{host}`, which is no host of the provider")))
    }

    /// The address of a request of a hook: a path below the origin, or a whole address on a host of the provider.
    pub(crate) fn address_on_host(&self, address: &str) -> Result<Url> {
        if address.starts_with('/') {
            // What looks like a path may be a host: `//host`, and in the eyes of a browser `/\\host` too.
            let joined = self.base.join(address).ok();
            let joined = joined.filter(|url| url.origin() == self.base.origin());
            return joined.ok_or_else(|| config(format!("`{}` is no path", shown(address))));
        }
        let url = allowed(named_address(address)?, self.has_secret())?;
        self.on_host(&url)?;
        Ok(url)
    }

    /// The address of a list that is the provider's own: below the origin of this address, or elsewhere where the catalog
    /// says so and the caller says no other.
    pub(super) fn own_list(&self, list: &ModelsUrl) -> Result<Url> {
        let value = |name: &str| match (name, self.region()) {
            ("region", Some(region)) => Some(region),
            _ => self.access.variables.get(name).map(String::as_str),
        };
        let mut filled = String::new();
        list.write_url(&mut filled, value).map_err(|error| config(error.to_string()))?;
        let elsewhere = Url::parse(&filled);
        let path = match &elsewhere {
            Ok(url) if self.named.is_none() => return allowed(url.clone(), self.has_secret()),
            Ok(url) => &url[url::Position::BeforePath..],
            Err(_) => &filled,
        };
        self.address_on_host(path)
    }

    /// Has what requests carry: the credential of the machine, the token of a login, or what the provider's hooks exchange
    /// either or the key for.
    pub(super) async fn exchange(&mut self, client: &Client) -> Result<()> {
        #[cfg(feature = "chain")]
        self.find_credential(client).await?;
        (self.token, self.base) = (None, self.home.clone());
        if let Credential::Login(login) = &self.access.credential {
            let token = |before| login.token(before, &client.transport);
            self.login = Some(client.tokens.get(login.place(), token).await?);
        }
        let Some((token, of_hook)) = self.exchanged(client).await? else { return Ok(()) };
        let base = match &token.base_url {
            // Where a user says the address it is not the login's to say.
            Some(url) if of_hook || self.named.is_none() => named_address(url)?,
            _ => self.home.clone(),
        };
        let base = allowed(base, true)?;
        if base != self.home {
            self.on_host(&base)?;
        }
        self.base = base;
        self.token = Some(token);
        Ok(())
    }

    /// What the hooks exchange the key for, else the token of the login; and whether it is the hooks'.
    async fn exchanged(&self, client: &Client) -> Result<Option<(Arc<Token>, bool)>> {
        if let Some(own) = self.hooks.clone()
            && let Some(exchange) = own.hooks.token(&HookContext::new(self, &client.transport))
        {
            let token = client.tokens.get(self.place(), |_| exchange).await?;
            return Ok(Some((token, true)));
        }
        Ok(self.login.clone().map(|token| (token, false)))
    }

    /// Gives the token up that was refused, with the login that it came of. Returns whether there was one.
    pub(super) async fn give_up_token(&self, client: &Client) -> bool {
        let Some(token) = &self.token else { return false };
        client.tokens.refused(&self.place(), token).await;
        if let (Credential::Login(login), Some(token)) = (&self.access.credential, &self.login) {
            client.tokens.refused(&login.place(), token).await;
        }
        true
    }

    /// What a token is for.
    fn place(&self) -> Place {
        (self.provider().id, self.region(), self.home.to_string())
    }

    fn has_secret(&self) -> bool {
        !matches!(self.access.credential, Credential::None)
    }

    /// The way to what tells of models and does not run them: Bedrock has a host of its own for that.
    pub(super) fn of_control(mut self) -> Self {
        let host = self.base.host_str().filter(|_| self.target.api == Api::BedrockConverse);
        let control = host.and_then(|host| host.strip_prefix("bedrock-runtime"));
        if let Some(control) = control.map(|rest| format!("bedrock{rest}")) {
            // A host with another first label is a host.
            let _ = self.base.set_host(Some(&control));
            self.home = self.base.clone();
        }
        self
    }

    /// The address that requests go to.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// What proves who asks: what was found for it where that had to be asked for.
    pub(super) fn credential(&self) -> &Credential {
        self.found.as_ref().unwrap_or(&self.access.credential)
    }

    /// Asks the machine for the credential, where it has it.
    #[cfg(feature = "chain")]
    async fn find_credential(&mut self, client: &Client) -> Result<()> {
        if let Credential::Chain(cloud) = &self.access.credential {
            self.found = Some(client.chain.credential(&client.environment, cloud).await?);
        }
        Ok(())
    }

    /// The key that the user has, or the token of the login or of the machine.
    pub(crate) fn key(&self) -> Option<&SecretString> {
        match self.credential() {
            Credential::Key(key) => Some(key),
            Credential::Login(_) => self.login.as_ref().map(|token| &token.secret),
            _ => None,
        }
    }

    /// The region, where the provider has some.
    pub(crate) fn region(&self) -> Option<&'static str> {
        self.access.region
    }

    /// The provider.
    pub(crate) fn provider(&self) -> &'static Provider {
        self.target.provider
    }

    /// A text of the provider without the secrets that it was sent.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        self.held().fold(text.to_owned(), |text, secret| {
            redacted(&text, secret.expose_secret()).into_owned()
        })
    }

    /// Every text that must appear nowhere.
    fn held(&self) -> impl Iterator<Item = &SecretString> {
        let tokens = self.token.iter().chain(&self.login);
        let secrets = tokens.flat_map(|token| {
            let refresh = token.login.as_ref().and_then(|login| login.refresh.as_ref());
            std::iter::once(&token.secret).chain(refresh)
        });
        self.credential().secrets().chain(secrets).chain(&self.secrets)
    }

    /// An error that happened here: where it was, without the key, and with the other regions if a key is one region's.
    pub(crate) fn here(&self, error: Error) -> Error {
        let mut error = error.with_place(self.provider().id, self.region());
        for secret in self.held() {
            error = error.without(secret.expose_secret());
        }
        let refused = matches!(error.kind(), ErrorKind::Authentication | ErrorKind::Permission);
        if refused && self.provider().auth.key_per_region {
            let others = self.provider().regions.names().iter().map(|name| name.id);
            error =
                error.with_other_regions(others.filter(|id| Some(*id) != self.region()).collect());
        }
        error
    }
}

/// Whether an address is on a host of the provider: one of its endpoints in the region, or of its logins.
pub(crate) fn is_on_host(
    provider: &Provider,
    region: Option<&str>,
    variables: &Variables,
    url: &Url,
) -> bool {
    let logins = provider.auth.oauth.iter();
    let logins = logins.flat_map(|login| [login.authorize_url, login.token_url]);
    let logins = logins.filter_map(|login| Url::parse(login).ok());
    let endpoints = provider.regions.endpoints(region).unwrap_or_default();
    let endpoints = endpoints.iter().filter_map(|own| filled(own, variables).ok());
    logins.chain(endpoints).any(|known| known.host().is_some() && known.host() == url.host())
}

/// The address of an endpoint with its variables filled in.
pub(super) fn address(endpoint: &Endpoint, access: &Access) -> Result<Url> {
    filled(endpoint, &access.variables)
}

fn filled(endpoint: &Endpoint, variables: &Variables) -> Result<Url> {
    let mut url = String::new();
    let value = |name: &str| variables.get(name).map(String::as_str);
    endpoint.write_url(&mut url, value).map_err(|error| config(error.to_string()))?;
    Url::parse(&url).map_err(|_| config(format!("`{url}` is no address")))
}

/// An address that a user names. What is wrong with one is told without what may be a key in it.
pub(crate) fn named_address(text: &str) -> Result<Url> {
    let Ok(url) = Url::parse(text) else {
        return Err(config(format!("`{}` is no address", shown(text))));
    };
    if url.username().is_empty() && url.password().is_none() {
        return Ok(url);
    }
    let message = format!(
        "`{}` holds a name or a password, which no api takes from there; set the provider's key",
        shown(text)
    );
    Err(config(message))
}

/// An address as far as it may be shown: neither who asks nor with what.
fn shown(text: &str) -> &str {
    let bare = text.split(['?', '#']).next().unwrap_or_default();
    bare.rsplit('@').next().unwrap_or_default()
}

/// A path below a base address, whose own query stays.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, q)| (path, Some(q)));
    let mut url = base.clone();
    url.set_fragment(None);
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    let queries: Vec<_> = query.into_iter().chain(base.query()).collect();
    url.set_query((!queries.is_empty()).then(|| queries.join("&")).as_deref());
    url
}

/// An address that a request may go to: a key goes over an encrypted connection, or to this machine.
pub(crate) fn allowed(url: Url, secret: bool) -> Result<Url> {
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback || !secret => Ok(url),
        "http" => {
            let shown = shown(url.as_str());
            Err(config(format!("`{shown}`: a key goes over plain HTTP only to this machine")))
        }
        _ => Err(config(format!("`{}` is neither http nor https", shown(url.as_str())))),
    }
}

pub(super) fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}
