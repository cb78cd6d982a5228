//! What a route sends: the request as its provider, its hooks and the family of its model want it, with the credential.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use portolan_types::Header;
use reqwest::{Method, Url};
use secrecy::ExposeSecret as _;

use super::route::{Route, allowed, below, config};
use crate::discover::Credential;
use crate::error::Result;
use crate::hooks::{HookContext, ReplayPolicy, SchemaRules, Turn, Wrap};
use crate::request::Request;
use crate::transport::sign::Signer;
use crate::transport::{Call, Transport, sensitive};
use crate::wire::{Encoded, encode};

impl Route {
    /// The request as it is sent.
    pub(super) fn call(
        &mut self,
        request: &Request,
        stream: bool,
        transport: &Transport,
    ) -> Result<Call> {
        let request = self.prepared(request, transport)?;
        let Encoded { path, headers, body, .. } = encode(&request, &self.target, stream)?;
        let mut call = self.bare(Method::POST, below(&self.base, &path), headers)?;
        call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call.body = match self.hooks.clone() {
            None => Bytes::from(body),
            Some(own) => {
                let mut turn = Turn::new(&request, body);
                own.hooks.turn(&HookContext::new(self, transport), &mut turn)?;
                let (headers, secrets, body) = turn.finish();
                call.headers.extend(headers);
                self.secrets = secrets;
                allowed(call.url.clone(), call.headers.values().any(HeaderValue::is_sensitive))?;
                body
            }
        };
        Ok(call)
    }

    /// What is asked as the provider and the model's family want it, changed only where something is to be changed.
    fn prepared<'r>(
        &mut self,
        request: &'r Request,
        transport: &Transport,
    ) -> Result<Cow<'r, Request>> {
        let rules = SchemaRules::of(&self.target);
        let mut request = Cow::Borrowed(request);
        let Some(own) = self.hooks.clone() else {
            // Messages may hold much, and most schemas are taken as they are.
            let cleaned = rules.map(|rules| rules.cleaned(&request.tools));
            if let Some(tools) = cleaned.filter(|tools| *tools != request.tools) {
                request.to_mut().tools = tools;
            }
            return Ok(request);
        };
        let context = HookContext::new(self, transport);
        let asked = request.to_mut();
        own.hooks.prepare(&context, asked)?;
        for tool in &mut asked.tools {
            if let Some(rules) = rules {
                rules.clean_tool(tool);
            }
            own.hooks.tool(&context, tool)?;
        }
        let policy = own.hooks.replay(&context);
        policy.apply(&mut asked.messages);
        if own.text.has_input() {
            own.text.apply(asked);
        }
        self.target.replay_all = policy == ReplayPolicy::Always;
        Ok(request)
    }

    /// What reads along with the answer.
    pub(super) fn wraps(&self, transport: &Transport) -> Vec<Box<dyn Wrap>> {
        let Some(own) = &self.hooks else { return Vec::new() };
        let wrap = own.hooks.wrap(&HookContext::new(self, transport));
        wrap.into_iter().chain(own.text.wrap()).collect()
    }

    /// A request to a path below the origin of the endpoint: what is no request to a model.
    pub(super) fn beside(&self, method: Method, path: &str) -> Result<Call> {
        let url = self.address_on_host(path)?;
        self.bare(method, url, Vec::new())
    }

    /// A request without a body.
    pub(super) fn bare(&self, method: Method, url: Url, own: Vec<(&str, &str)>) -> Result<Call> {
        let mut headers = HeaderMap::new();
        let of_provider = self.provider().headers.iter().copied();
        for (name, value) in of_provider.chain(own) {
            let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value))
            else {
                return Err(config(format!("the catalog's header `{name}` is none")));
            };
            headers.insert(name, value);
        }
        headers.extend(self.credential_headers()?);
        let (signer, hooks) = (self.signer(), self.hooks.clone());
        Ok(Call { method, url, headers, body: Bytes::new(), signer, hooks })
    }

    /// What signs, where requests are signed.
    pub(crate) fn signer(&self) -> Option<Signer> {
        let Credential::Aws { id, secret, session } = self.credential() else { return None };
        if self.token.is_some() || self.header == Header::None {
            return None;
        }
        let service = self.provider().auth.cloud.and_then(|cloud| cloud.audience);
        Some(Signer {
            id: id.clone(),
            secret: secret.clone(),
            session: session.clone(),
            region: self.region().unwrap_or_default().to_owned(),
            service: service.unwrap_or("bedrock").to_owned(),
        })
    }

    /// The header that carries the key, or the token that it was exchanged for.
    pub(crate) fn credential_headers(&self) -> Result<Option<(HeaderName, HeaderValue)>> {
        let (key, header) = match (&self.token, self.key()) {
            (Some(token), _) => (&token.secret, token.header.unwrap_or(self.header)),
            (None, Some(key)) => (key, self.header),
            (None, None) => return Ok(None),
        };
        let key = key.expose_secret();
        let header = match header {
            Header::None => return Ok(None),
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
        header.map(Some)
    }
}
