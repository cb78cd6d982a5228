//! From what a caller names to where a request goes: the model, the region, the api, the address and the credential.
//! Nothing is guessed; what is not known is an error with what there is.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use portolan_types::{Api, Coverage, Endpoint, Entry, Header, Model, Placed, Provider};
use reqwest::{Method, Url};
use secrecy::ExposeSecret as _;

use crate::discover::{Access, Credential, Environment, region_error};
use crate::error::redact::redacted;
use crate::error::{Error, ErrorKind, Result};
use crate::request::Request;
use crate::transport::sign::Signer;
use crate::transport::{Call, sensitive};
use crate::wire::{Encoded, Target, encode};

/// A model as a caller names it: by its ref, or by its row of a catalog crate. The static of a model whose provider
/// requires a region names none by itself, so it is none of these until it is placed: `MIMO_V2_5_PRO.at(Region::Sgp)`.
///
/// ```compile_fail
/// # let client = portolan::Client::new().unwrap();
/// use portolan::catalog::labs::xiaomi_token_plan::MIMO_V2_5_PRO;
///
/// let chat = client.chat(&MIMO_V2_5_PRO);
/// ```
#[derive(Clone, Debug)]
pub struct ModelRef<'m> {
    named: Named<'m>,
    /// The region that came with the row.
    region: Option<&'static str>,
}

#[derive(Clone, Debug)]
enum Named<'m> {
    Ref(std::borrow::Cow<'m, str>),
    Entry(Entry),
}

impl<'m> From<&'m str> for ModelRef<'m> {
    fn from(reference: &'m str) -> Self {
        Named::Ref(reference.into()).into()
    }
}

impl<'m> From<&'m String> for ModelRef<'m> {
    fn from(reference: &'m String) -> Self {
        Named::Ref(reference.into()).into()
    }
}

impl From<Entry> for ModelRef<'_> {
    fn from(entry: Entry) -> Self {
        Named::Entry(entry).into()
    }
}

impl<'m> From<Named<'m>> for ModelRef<'m> {
    fn from(named: Named<'m>) -> Self {
        Self { named, region: None }
    }
}

impl From<Placed> for ModelRef<'_> {
    fn from(placed: Placed) -> Self {
        Self { region: Some(placed.region().id), ..placed.model().into() }
    }
}

impl From<&'static Model> for ModelRef<'_> {
    fn from(model: &'static Model) -> Self {
        match portolan_catalog::provider(model.provider) {
            Some(provider) => Named::Entry(Entry { provider, model }).into(),
            // A row of a catalog that is not on: its ref says what is missing.
            None => Named::Ref(format!("{}/{}", model.provider, model.id).into()).into(),
        }
    }
}

impl ModelRef<'_> {
    /// The name without its borrow.
    pub(super) fn owned(self) -> ModelRef<'static> {
        let named = match self.named {
            Named::Ref(reference) => Named::Ref(reference.into_owned().into()),
            Named::Entry(entry) => Named::Entry(entry),
        };
        ModelRef { named, region: self.region }
    }

    /// The ref.
    pub(super) fn reference(&self) -> String {
        match &self.named {
            Named::Ref(reference) => reference.clone().into_owned(),
            Named::Entry(entry) => entry.to_string(),
        }
    }

    fn found(&self) -> Result<Found> {
        let reference = match &self.named {
            Named::Entry(entry) => return Ok(Found::Listed(*entry)),
            Named::Ref(reference) => reference,
        };
        let unknown = match portolan_catalog::find(reference) {
            Ok(entry) => return Ok(Found::Listed(entry)),
            Err(unknown) => unknown,
        };
        let named = reference.split_once('/');
        let passed_on = named.and_then(|(provider, id)| {
            let provider = portolan_catalog::provider(provider)?;
            let more = matches!(provider.coverage, Coverage::Refreshable | Coverage::Live);
            (provider.pass_through && more && !id.is_empty()).then(|| (provider, id.to_owned()))
        });
        match passed_on {
            Some((provider, id)) => Ok(Found::PassedOn(provider, id)),
            None => Err(Error::new(ErrorKind::UnknownModel, unknown.to_string())),
        }
    }
}

enum Found {
    Listed(Entry),
    PassedOn(&'static Provider, String),
}

/// Where a request goes.
pub(super) struct Route {
    pub(super) target: Target,
    pub(super) access: Access,
    header: Header,
    pub(super) base: Url,
}

/// What a caller says about where a request goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Wishes {
    pub(super) region: Option<String>,
    pub(super) api: Option<Api>,
    pub(super) endpoint: Option<String>,
}

impl Route {
    /// Finds the way to a model.
    pub(super) fn find(
        model: &ModelRef<'_>,
        wishes: &Wishes,
        environment: &Environment,
    ) -> Result<Self> {
        let found = model.found()?;
        let (provider, own_api) = match &found {
            Found::Listed(entry) => (entry.provider, Target::api_of(entry.model)),
            Found::PassedOn(provider, _) => (*provider, None),
        };
        let region = wishes.region.as_deref().or(model.region);
        let (access, endpoints) = reach(provider, region, environment)?;
        let place = |error: Error| error.with_place(provider.id, access.region);
        let endpoint = choose(endpoints, wishes.api.or(own_api), provider).map_err(place)?;
        let target = match found {
            Found::Listed(entry) => Target::new(entry, endpoint.api()),
            Found::PassedOn(provider, id) => Target::unlisted(provider, id, endpoint.api()),
        };
        if let (Some(entry), Some(region)) = (target.entry(), access.region)
            && !entry.model.serves(region)
        {
            let regions = entry.model.regions.to_vec();
            let message = format!("`{entry}` is not served there, only in {}", regions.join(", "));
            return Err(place(Error::new(ErrorKind::Region, message)).with_other_regions(regions));
        }
        Self::through(target, access, endpoint, wishes)
    }

    /// Finds the way to a provider, for what is no request to a model, by the first of its apis that can do it.
    pub(super) fn to(
        provider: &'static Provider,
        wishes: &Wishes,
        environment: &Environment,
        can: fn(Api) -> bool,
    ) -> Result<Self> {
        let (access, endpoints) = reach(provider, wishes.region.as_deref(), environment)?;
        let able = endpoints.iter().map(Endpoint::api).find(|api| can(*api));
        let endpoint = choose(endpoints, able.or(wishes.api), provider)
            .map_err(|error| error.with_place(provider.id, access.region))?;
        if !can(endpoint.api()) {
            let message = format!("`{}` has no list of models at this address", endpoint.api());
            return Err(config(message).with_place(provider.id, access.region));
        }
        Self::through(Target::unlisted(provider, "", endpoint.api()), access, endpoint, wishes)
    }

    fn through(
        target: Target,
        access: Access,
        endpoint: &'static Endpoint,
        wishes: &Wishes,
    ) -> Result<Self> {
        let base = match &wishes.endpoint {
            Some(url) => named_address(url),
            None => address(endpoint, &access),
        };
        let place = |error: Error| error.with_place(target.provider.id, access.region);
        let base = base.and_then(|base| allowed(base, &access.credential)).map_err(place)?;
        Ok(Self { target, header: endpoint.header(), access, base })
    }

    /// The way to what tells of models and does not run them: Bedrock has a host of its own for that.
    pub(super) fn of_control(mut self) -> Self {
        let host = self.base.host_str().filter(|_| self.target.api == Api::BedrockConverse);
        let control = host.and_then(|host| host.strip_prefix("bedrock-runtime"));
        if let Some(control) = control.map(|rest| format!("bedrock{rest}")) {
            // A host with another first label is a host.
            let _ = self.base.set_host(Some(&control));
        }
        self
    }

    /// The region, where the provider has some.
    pub(super) fn region(&self) -> Option<&'static str> {
        self.access.region
    }

    /// The provider.
    pub(super) fn provider(&self) -> &'static Provider {
        self.target.provider
    }

    /// An error that happened here: where it was, without the key, and with the other regions if a key is one region's.
    pub(super) fn here(&self, error: Error) -> Error {
        let mut error = error.with_place(self.provider().id, self.region());
        for secret in self.access.credential.secrets() {
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

    /// A text of the provider without the secrets that it was sent.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        let secrets = self.access.credential.secrets();
        secrets.fold(text.to_owned(), |text, secret| {
            redacted(&text, secret.expose_secret()).into_owned()
        })
    }

    /// The request as it is sent.
    pub(super) fn call(&self, request: &Request, stream: bool) -> Result<Call> {
        let Encoded { path, headers, body, .. } = encode(request, &self.target, stream)?;
        let mut call = self.bare(Method::POST, &path, headers)?;
        call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call.body = Bytes::from(body);
        Ok(call)
    }

    /// A request without a body.
    pub(super) fn bare(
        &self,
        method: Method,
        path: &str,
        own: Vec<(&'static str, &'static str)>,
    ) -> Result<Call> {
        let url = below(&self.base, path);
        let mut headers = HeaderMap::new();
        let of_provider = self.provider().headers.iter().copied();
        for (name, value) in of_provider.chain(own) {
            let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value))
            else {
                return Err(config(format!("the catalog's header `{name}` is none")));
            };
            headers.insert(name, value);
        }
        let signer = self.authorize(&mut headers)?;
        Ok(Call { method, url, headers, body: Bytes::new(), signer })
    }

    /// Adds the credential, or returns what signs.
    fn authorize(&self, headers: &mut HeaderMap) -> Result<Option<Signer>> {
        let key = match (&self.access.credential, self.header) {
            (Credential::None, _) | (_, Header::None) => return Ok(None),
            (Credential::Aws { id, secret, session }, _) => {
                let service = self.provider().auth.cloud.and_then(|cloud| cloud.audience);
                return Ok(Some(Signer {
                    id: id.clone(),
                    secret: secret.clone(),
                    session: session.clone(),
                    region: self.region().unwrap_or_default().to_owned(),
                    service: service.unwrap_or("bedrock").to_owned(),
                }));
            }
            (Credential::Key(key), _) => key.expose_secret(),
        };
        let header = match self.header {
            // A key stands in for a signature as a bearer token.
            Header::Bearer | Header::SigV4 => sensitive("authorization", &format!("Bearer {key}")),
            Header::XApiKey => sensitive("x-api-key", key),
            Header::ApiKey => sensitive("api-key", key),
            Header::XGoogApiKey => sensitive("x-goog-api-key", key),
            Header::XKey => sensitive("x-key", key),
            Header::XiApiKey => sensitive("xi-api-key", key),
            Header::Authorization => sensitive("authorization", key),
            Header::Token => sensitive("authorization", &format!("Token {key}")),
            Header::Key => sensitive("authorization", &format!("Key {key}")),
            // A key in an address ends in logs; a pair or another signature is not had from one key.
            other => {
                let what = format!("a credential that is sent as `{other}` is not supported yet");
                return Err(config(what));
            }
        };
        headers.extend([header?]);
        Ok(None)
    }
}

/// What a request to a provider needs, and where it goes.
fn reach(
    provider: &'static Provider,
    region: Option<&str>,
    environment: &Environment,
) -> Result<(Access, &'static [Endpoint])> {
    let access = environment.access(provider, region).map_err(|status| status.error(provider))?;
    let endpoints =
        provider.regions.endpoints(access.region).map_err(|error| region_error(provider, error))?;
    Ok((access, endpoints))
}

/// The endpoint for an api, or the provider's default.
fn choose(
    endpoints: &'static [Endpoint],
    api: Option<Api>,
    provider: &Provider,
) -> Result<&'static Endpoint> {
    let found = match api {
        Some(api) => endpoints.iter().find(|endpoint| endpoint.api() == api),
        None => endpoints.first(),
    };
    found.ok_or_else(|| {
        let spoken: Vec<_> = endpoints.iter().map(|endpoint| endpoint.api().id()).collect();
        let wanted = api.map_or("an api", Api::id);
        config(format!(
            "`{}` does not speak {wanted}; it speaks {}",
            provider.id,
            spoken.join(", ")
        ))
    })
}

/// The address of an endpoint with its variables filled in.
fn address(endpoint: &Endpoint, access: &Access) -> Result<Url> {
    let mut url = String::new();
    let value = |name: &str| access.variables.get(name).map(String::as_str);
    endpoint.write_url(&mut url, value).map_err(|error| config(error.to_string()))?;
    Url::parse(&url).map_err(|_| config(format!("`{url}` is no address")))
}

/// An address that a user names. What is wrong with one is told without what may be a key in it.
fn named_address(text: &str) -> Result<Url> {
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
fn below(base: &Url, path: &str) -> Url {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, q)| (path, Some(q)));
    let mut url = base.clone();
    url.set_fragment(None);
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    let queries: Vec<_> = query.into_iter().chain(base.query()).collect();
    url.set_query((!queries.is_empty()).then(|| queries.join("&")).as_deref());
    url
}

/// An address that a request may go to: a key goes over an encrypted connection, or to this machine.
fn allowed(url: Url, credential: &Credential) -> Result<Url> {
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback || matches!(credential, Credential::None) => Ok(url),
        "http" => {
            let shown = shown(url.as_str());
            Err(config(format!("`{shown}`: a key goes over plain HTTP only to this machine")))
        }
        _ => Err(config(format!("`{}` is neither http nor https", shown(url.as_str())))),
    }
}

fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}
