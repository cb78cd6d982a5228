//! What a hook knows of the request that it is asked about, and its way to ask the provider something: through the
//! client's connections, to hosts of the provider alone.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use portolan_types::{Api, Entry, Provider};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::turn::header;
use crate::client::{Route, allowed};
use crate::error::{Error, ErrorKind, Result, classify};
use crate::transport::sign::Signer;
use crate::transport::{Call, Transport};

/// What a hook knows of the request that it is asked about.
#[derive(Clone, Copy)]
pub struct HookContext<'a> {
    route: &'a Route,
    transport: &'a Transport,
}

impl<'a> HookContext<'a> {
    pub(crate) fn new(route: &'a Route, transport: &'a Transport) -> Self {
        Self { route, transport }
    }

    /// The provider.
    pub fn provider(&self) -> &'static Provider {
        self.route.provider()
    }

    /// The region that is asked, where the provider has some.
    pub fn region(&self) -> Option<&'static str> {
        self.route.region()
    }

    /// The api that is spoken.
    pub fn api(&self) -> Api {
        self.route.target.api
    }

    /// The model id as the provider is sent it; empty where no model is asked.
    pub fn model_id(&self) -> &str {
        &self.route.target.model_id
    }

    /// The catalog's entry, if it lists the model.
    pub fn entry(&self) -> Option<Entry> {
        self.route.target.entry()
    }

    /// The base URL that requests go to.
    pub fn base_url(&self) -> &str {
        self.route.base().as_str()
    }

    /// The key that the user has, or the token of the login, even where it is exchanged for another; nothing where none
    /// is needed or it is a pair that signs.
    pub fn key(&self) -> Option<&SecretString> {
        self.route.key()
    }

    /// Begins a request to the provider: to a path below the origin of its endpoint, or to a whole address on one of its
    /// hosts.
    pub fn get(&self, address: &str) -> Fetch<'a> {
        Fetch::new(*self, Method::GET, address, Bytes::new())
    }

    /// Begins a request with a JSON body.
    pub fn post(&self, address: &str, body: &Value) -> Fetch<'a> {
        Fetch::new(*self, Method::POST, address, Bytes::from(body.to_string()))
    }
}

impl fmt::Debug for HookContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookContext")
            .field("provider", &self.provider().id)
            .field("region", &self.region())
            .field("model_id", &self.model_id())
            .finish_non_exhaustive()
    }
}

/// A request of a hook to its provider.
#[must_use = "a request does nothing until it is sent"]
pub struct Fetch<'a> {
    context: HookContext<'a>,
    method: Method,
    url: Result<Url>,
    headers: HeaderMap,
    secrets: Vec<SecretString>,
    body: Bytes,
    signer: Option<Signer>,
    wrong: Option<Error>,
}

impl<'a> Fetch<'a> {
    fn new(context: HookContext<'a>, method: Method, address: &str, body: Bytes) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let url = context.route.address_on_host(address);
        let secrets = Vec::new();
        Self { context, method, url, headers, secrets, body, signer: None, wrong: None }
    }

    /// Sets a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.set(name, value, false);
        self
    }

    /// Sets a header whose value no log and no error shows.
    pub fn secret_header(mut self, name: &str, value: &SecretString) -> Self {
        self.secrets.push(value.clone());
        self.set(name, value.expose_secret(), true);
        self
    }

    /// Adds a secret as `Authorization: Bearer`.
    pub fn bearer(mut self, secret: &SecretString) -> Self {
        self.secrets.push(secret.clone());
        self.set("authorization", &format!("Bearer {}", secret.expose_secret()), true);
        self
    }

    /// Adds the credential as the endpoint takes it: the key, the token that it was exchanged for, or a signature.
    pub fn authorized(mut self) -> Self {
        self.signer = self.context.route.signer();
        match self.context.route.credential_headers() {
            Ok(headers) => self.headers.extend(headers),
            Err(error) => self.wrong = Some(error),
        }
        self
    }

    fn set(&mut self, name: &str, value: &str, secret: bool) {
        match header(name, value) {
            Ok((name, mut value)) => {
                value.set_sensitive(secret);
                self.headers.insert(name, value);
            }
            Err(error) => self.wrong = Some(error),
        }
    }

    /// Sends it and reads the answer, which is JSON. It is sent again as other requests are.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an address that is not on a host of the provider; what the provider or the network says,
    /// without the secrets.
    pub async fn json(self) -> Result<Value> {
        let body = self.bytes().await?;
        serde_json::from_slice(&body).map_err(|error| {
            let text = classify::excerpt(&String::from_utf8_lossy(&body[..body.len().min(300)]));
            Error::new(ErrorKind::Protocol, format!("what came is no JSON ({error}): {text}"))
        })
    }

    /// Sends it and reads the answer as it is.
    ///
    /// # Errors
    /// As [`Fetch::json`].
    pub async fn bytes(self) -> Result<Bytes> {
        let Self { context, method, url, headers, secrets, body, signer, wrong } = self;
        if let Some(error) = wrong {
            return Err(error);
        }
        let url = allowed(url?, headers.values().any(HeaderValue::is_sensitive))?;
        let call = Call { method, url, headers, body, signer, hooks: None };
        let sent = context.transport.send(&call, &mut Vec::new()).await;
        let read = match sent {
            Ok(response) => context.transport.whole(response.into_body()).await,
            Err(error) => Err(error),
        };
        let hidden = |error: Error, secret: &SecretString| error.without(secret.expose_secret());
        read.map_err(|error| secrets.iter().fold(context.route.here(error), hidden))
    }
}

impl fmt::Debug for Fetch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetch").field("method", &self.method).finish_non_exhaustive()
    }
}
