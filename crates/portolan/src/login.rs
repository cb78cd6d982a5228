//! Logins by OAuth, driven by what a manifest says of them. Takes an auth choice; shows a page and a code, waits until the
//! person has been there, and returns tokens to keep. Tokens that are kept are renewed in `renew` before they end. What is
//! sent goes to the login's own addresses, encrypted or to this machine, and follows no redirect to another host.

use std::future::Future;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Response};
use portolan_types::{AuthChoice, AuthMethod, OAuth, OAuthFlow, Provider, Support};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::client::{Client, allowed, is_on_host, named_address};
use crate::discover::{Stored, Variables, region_error};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::{Call, Transport, late};

mod answer;
mod browser;
mod device;
mod renew;
mod tokens;

use browser::Browser;
use device::Device;
pub(crate) use renew::StoredLogin;
pub(crate) use tokens::LoginTokens;

/// How long one answer is waited for.
const ANSWER: Duration = Duration::from_secs(30);

/// How long a person is waited for, whatever a vendor allows.
const LONGEST: Duration = Duration::from_secs(3_600);

impl Client {
    /// Begins the login of an auth choice, in the region that the choice or the caller names.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), portolan::Error> {
    /// use portolan::{AuthFile, Client};
    ///
    /// let client = Client::new()?;
    /// let login = client.login("minimax-global-oauth", None).await?;
    /// println!("open {}", login.url());
    /// if let Some(code) = login.code() {
    ///     println!("and type {code}");
    /// }
    /// let done = login.finish().await?;
    /// AuthFile::change("auth.json", |file| file.store(done.stored))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the choice is no login, or the catalog does not say how it runs;
    /// [`ErrorKind::Region`] where the provider has no such region or the choice is for another; what the vendor or the
    /// network says.
    pub async fn login(&self, choice: &str, region: Option<&str>) -> Result<Login> {
        let (provider, choice) = self.login_choice(choice)?;
        let oauth = oauth(provider, choice)?;
        let region = region_of(provider, choice, region)?;
        let pkce = oauth.pkce == Support::Yes || oauth.flow == OAuthFlow::AuthorizationCode;
        let verifier = pkce.then(|| secret::<32>().map(SecretString::from)).transpose()?;
        let state = secret::<16>()?;
        let asked = Asked { client: self.clone(), provider, region, oauth, verifier };
        let way = match oauth.flow {
            OAuthFlow::DeviceCode => Way::Device(Device::begin(&asked, &state).await?),
            OAuthFlow::AuthorizationCode => Way::Browser(Browser::begin(&asked, state).await?),
            other => return Err(unsupported(provider, choice, &format!("runs by `{other}`"))),
        };
        Ok(Login { asked, way })
    }

    /// The choice with this id, or one that it had before.
    fn login_choice(&self, id: &str) -> Result<(&'static Provider, &'static AuthChoice)> {
        let all = self.providers().flat_map(|row| row.auth.choices.iter().map(move |c| (row, c)));
        let named = |choice: &AuthChoice| choice.id == id || choice.deprecated_ids.contains(&id);
        { all }.find(|(_, choice)| named(choice)).ok_or_else(|| {
            Error::new(ErrorKind::Config, format!("no auth choice has the id `{id}`"))
        })
    }
}

/// A login that has begun and waits for a person. Dropped, it is given up.
#[derive(Debug)]
#[must_use = "nobody is logged in before it is finished"]
pub struct Login {
    asked: Asked,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Device(Device),
    Browser(Browser),
}

impl Login {
    /// The provider that it is for.
    pub fn provider(&self) -> &'static Provider {
        self.asked.provider
    }

    /// The region that it is for, where the provider has some.
    pub fn region(&self) -> Option<&'static str> {
        self.asked.region
    }

    /// The page that the person opens, in a browser of this machine where there is no [`code`](Self::code). It is the vendor's word: show it, and open it only where the person wants it.
    pub fn url(&self) -> &str {
        match &self.way {
            Way::Device(device) => &device.code.url,
            Way::Browser(browser) => browser.url.as_str(),
        }
    }

    /// What the person types there, or compares with what is there; nothing where the browser comes back by itself.
    pub fn code(&self) -> Option<&str> {
        match &self.way {
            Way::Device(device) => Some(&device.code.user),
            Way::Browser(_) => None,
        }
    }

    /// How long the person is waited for.
    pub fn expires_in(&self) -> Duration {
        left(match &self.way {
            Way::Device(device) => device.code.ends,
            Way::Browser(browser) => browser.ends,
        })
    }

    /// Waits until the person has been there.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] where the person says no, [`ErrorKind::Timeout`] where none comes in time; what the vendor
    /// or the network says. Nothing is kept then.
    pub async fn finish(self) -> Result<LoggedIn> {
        let Self { asked, way } = self;
        let (tokens, notice) = match way {
            Way::Device(device) => device.finish(&asked).await,
            Way::Browser(browser) => browser.finish(&asked).await,
        }?;
        asked.check_base_url(&tokens)?;
        let region = asked.region.map(str::to_owned);
        Ok(LoggedIn { stored: Stored::new(asked.provider.id, region, tokens.values()), notice })
    }
}

/// What a login ends in.
#[derive(Debug)]
#[non_exhaustive]
pub struct LoggedIn {
    /// The tokens, to be stored in an [`AuthFile`](crate::AuthFile) or a keyring. A client that reads them there renews
    /// them there.
    pub stored: Stored,
    /// What the vendor has to say to the person.
    pub notice: Option<String>,
}

/// What a login is, and what proves that all its requests are of one program.
#[derive(Debug)]
struct Asked {
    client: Client,
    provider: &'static Provider,
    region: Option<&'static str>,
    oauth: &'static OAuth,
    verifier: Option<SecretString>,
}

impl Asked {
    /// What PKCE shows of the verifier before it is told.
    fn challenge(&self) -> Option<String> {
        let verifier = self.verifier.as_ref()?.expose_secret();
        Some(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())))
    }

    async fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<Response<Bytes>> {
        let answer = post(&self.client.transport, url, form).await;
        answer.map_err(|error| self.here(error, &[]))
    }

    /// An error of this login: where it was, without its secrets.
    fn here(&self, error: Error, secrets: &[&SecretString]) -> Error {
        let held = self.verifier.iter().chain(secrets.iter().copied());
        held.fold(error, |error, secret| error.without(secret.expose_secret()))
            .with_place(self.provider.id, self.region)
    }

    /// Fails where the address that came with the tokens is none of the provider's: they would go there. Where variables
    /// are in its addresses only a request knows.
    fn check_base_url(&self, tokens: &LoginTokens) -> Result<()> {
        let Some(url) = &tokens.base_url else { return Ok(()) };
        let parsed = named_address(url).ok();
        let is_known = |url: &Url| {
            !self.provider.variables.is_empty()
                || is_on_host(self.provider, self.region, &Variables::new(), url)
        };
        if parsed.as_ref().is_some_and(|url| is_known(url) && allowed(url.clone(), true).is_ok()) {
            return Ok(());
        }
        let host = parsed.as_ref().and_then(Url::host_str).unwrap_or("none");
        let what = format!("the login names the host `{host}`, which is none of the provider's");
        Err(self.here(Error::new(ErrorKind::Config, what), &[]))
    }
}

/// Whether a choice is a login that can be run.
pub(crate) fn runs(provider: &Provider, choice: &AuthChoice) -> bool {
    choice.method == AuthMethod::OAuth
        && provider.auth.oauth.iter().any(|login| Some(login.id) == choice.oauth)
}

/// The choices that run a login, in a region if one is named, as a text has them.
fn choices_of(provider: &Provider, oauth: &str, region: Option<&str>) -> Vec<String> {
    let choices = provider.auth.choices.iter().filter(|choice| {
        choice.oauth == Some(oauth)
            && (region.is_none() || choice.region.is_none() || choice.region == region)
    });
    choices.map(|choice| format!("`{}`", choice.id)).collect()
}

/// The login that a choice runs.
fn oauth(provider: &'static Provider, choice: &AuthChoice) -> Result<&'static OAuth> {
    if choice.method != AuthMethod::OAuth {
        return Err(unsupported(provider, choice, "is no login"));
    }
    let found = provider.auth.oauth.iter().find(|login| Some(login.id) == choice.oauth);
    found.ok_or_else(|| {
        let what = "is a login of which the catalog does not say how it runs";
        unsupported(provider, choice, what)
    })
}

/// The region that a login is for, spelled by the catalog.
fn region_of(
    provider: &'static Provider,
    choice: &AuthChoice,
    said: Option<&str>,
) -> Result<Option<&'static str>> {
    if let (Some(own), Some(said)) = (choice.region, said)
        && own != said
    {
        let message = format!("`{}` is for the region `{own}`, not `{said}`", choice.id);
        return Err(Error::new(ErrorKind::Region, message).with_place(provider.id, None));
    }
    let named = choice.region.or(said);
    let known = provider.regions.endpoints(named);
    known.map_err(|error| region_error(provider, error))?;
    let named = named.or(provider.regions.default_id());
    let mut ids = provider.regions.names().iter().map(|name| name.id);
    Ok(ids.find(|id| Some(*id) == named))
}

/// The error for a choice that is no login that can be run, with what does in its place.
fn unsupported(provider: &Provider, choice: &AuthChoice, what: &str) -> Error {
    let keys = provider.auth.choices.iter().filter(|other| other.method == AuthMethod::ApiKey);
    let keys: Vec<_> = keys.map(|choice| format!("`{}`", choice.id)).collect();
    let sets: Vec<_> = provider.auth.env.iter().map(|set| set.join(" and ")).collect();
    let instead = match (keys.as_slice(), sets.as_slice()) {
        ([], []) => "give the token itself".to_owned(),
        ([], sets) => format!("give the token itself as {}", sets.join(" or ")),
        (keys, _) => format!("use {}", keys.join(" or ")),
    };
    let message = format!("`{}` {what}; {instead}", choice.id);
    Error::new(ErrorKind::Unsupported, message).with_place(provider.id, choice.region)
}

/// Sends a form and reads the answer, whatever its status.
async fn post(transport: &Transport, url: &str, form: &[(&str, &str)]) -> Result<Response<Bytes>> {
    let url = address(url)?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(CONTENT_TYPE, kind);
    let body = Bytes::from(encoded(form));
    let call = Call { method: Method::POST, url, headers, body, signer: None, hooks: None };
    within(ANSWER, "an answer of the login", transport.answer(&call)).await?
}

/// An address of a login, which goes over an encrypted connection or to this machine.
fn address(url: &str) -> Result<Url> {
    let unreadable = |_| Error::new(ErrorKind::Config, "the address of the login is none");
    allowed(Url::parse(url).map_err(unreadable)?, true)
}

fn encoded(form: &[(&str, &str)]) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form.iter().copied()).finish()
}

/// What comes in time.
async fn within<T>(limit: Duration, what: &str, future: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(limit, future).await.map_err(|_| late(what, limit))
}

/// How long it is until then, and not longer than anybody is waited for.
fn left(ends: SystemTime) -> Duration {
    ends.duration_since(SystemTime::now()).unwrap_or_default().min(LONGEST)
}

/// A text that nobody can foretell.
fn secret<const N: usize>() -> Result<String> {
    let bytes = crate::file::random::<N>().map_err(|error| {
        let what = "this machine gives no random bytes";
        Error::new(ErrorKind::Config, what).with_source(error)
    })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
