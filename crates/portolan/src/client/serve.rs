//! What a provider does besides chat: what is left of a plan, and every other service, at the address that the catalog
//! lists for it or by the provider's hooks.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use portolan_types::{Capability, Provider};
use reqwest::Method;
use serde_json::Value;

use super::Client;
use super::route::Route;
use super::select::Wishes;
use crate::error::{Error, ErrorKind, Result, classify};
use crate::hooks::HookContext;
use crate::quota::{Quota, read};

impl Client {
    /// Asks what is left of the plan or the balance of a credential, in a region or in the one that is set for it.
    ///
    /// # Errors
    /// As [`Chat::send`](crate::Chat::send); [`ErrorKind::Config`] where neither the catalog nor a hook knows how to ask
    /// this provider.
    pub async fn quota(
        &self,
        provider: &'static Provider,
        region: Option<&str>,
        endpoint: Option<&str>,
    ) -> Result<Quota> {
        let mut route = self.way_to(provider, region, endpoint).await?;
        let mut renewed = false;
        while let Some(own) = route.hooks.clone() {
            let context = HookContext::new(&route, &self.transport);
            let Some(quota) = own.hooks.quota(&context) else { break };
            let quota = quota.await;
            match quota {
                Err(error) if !renewed && self.renew(&mut route, &error).await? => renewed = true,
                told => return told.map_err(|error| route.here(error)),
            }
        }
        let body = self.served(&mut route, Capability::Quota, &Value::Null).await?;
        read(&body).map_err(|error| route.here(error))
    }

    /// Has a provider do what is no chat, as speech or search: by its hooks, or by sending the input to the address that
    /// the catalog lists. What goes in and comes out is the vendor's own JSON; the catalog says in words what that is.
    ///
    /// ```no_run
    /// # async fn example(client: portolan::Client) -> Result<(), portolan::Error> {
    /// use portolan::types::Capability;
    /// use serde_json::json;
    ///
    /// let provider = client.provider("minimax-portal").unwrap();
    /// let asked = json!({"q": "portolan charts"});
    /// let found = client.serve(provider, Some("global"), None, Capability::WebSearch, &asked).await?;
    /// println!("{}", found["organic"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Chat::send`](crate::Chat::send); [`ErrorKind::Config`] where neither the catalog nor a hook knows how the
    /// provider does it; [`ErrorKind::Protocol`] where what comes is no JSON.
    pub async fn serve(
        &self,
        provider: &'static Provider,
        region: Option<&str>,
        endpoint: Option<&str>,
        capability: Capability,
        input: &Value,
    ) -> Result<Value> {
        let mut route = self.way_to(provider, region, endpoint).await?;
        let mut renewed = false;
        while let Some(own) = route.hooks.clone() {
            let context = HookContext::new(&route, &self.transport);
            let Some(output) = own.hooks.serve(&context, capability, input) else { break };
            let output = output.await;
            match output {
                Err(error) if !renewed && self.renew(&mut route, &error).await? => renewed = true,
                done => return done.map_err(|error| route.here(error)),
            }
        }
        self.served(&mut route, capability, input).await
    }

    /// The way to a provider, with the token that its hooks work with.
    async fn way_to(
        &self,
        provider: &'static Provider,
        region: Option<&str>,
        endpoint: Option<&str>,
    ) -> Result<Route> {
        let (region, endpoint) = (region.map(str::to_owned), endpoint.map(str::to_owned));
        let mut route = Route::to(provider, &Wishes { region, api: None, endpoint }, self)?;
        let exchanged = route.exchange(self).await;
        exchanged.map_err(|error| route.here(error))?;
        Ok(route)
    }

    /// Has another token where the one that a hook worked with was refused. Returns whether there was one.
    async fn renew(&self, route: &mut Route, error: &Error) -> Result<bool> {
        if error.status() != Some(401) || !route.give_up_token(self).await {
            return Ok(false);
        }
        let exchanged = route.exchange(self).await;
        exchanged.map_err(|error| route.here(error))?;
        Ok(true)
    }

    /// Calls the address that the catalog lists.
    async fn served(
        &self,
        route: &mut Route,
        capability: Capability,
        input: &Value,
    ) -> Result<Value> {
        let (method, path) = address(route.provider(), capability).map_err(|e| route.here(e))?;
        let call = |route: &mut Route| {
            let mut call = route.beside(method.clone(), path)?;
            if !input.is_null() {
                call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                call.body = Bytes::from(input.to_string());
            }
            Ok(call)
        };
        let response = self.send(route, call, &mut Vec::new()).await?;
        let body = self.transport.whole(response.into_body()).await;
        let body = body.map_err(|error| route.here(error))?;
        serde_json::from_slice(&body).map_err(|error| {
            let text = classify::excerpt(&String::from_utf8_lossy(&body[..body.len().min(300)]));
            let message = format!("what came is no JSON ({error}): {text}");
            route.here(Error::new(ErrorKind::Protocol, message))
        })
    }
}

/// The method and path of a service.
fn address(provider: &'static Provider, capability: Capability) -> Result<(Method, &'static str)> {
    let none = |what: &str| {
        let message = format!("{what} of `{}` for {capability}; a hook can", provider.id);
        Error::new(ErrorKind::Config, message)
    };
    let service = provider.service(capability);
    let call = service.and_then(|service| service.call);
    let call = call.ok_or_else(|| none("the catalog lists no address"))?;
    let (method, path) = call.split_once(' ').ok_or_else(|| none("no method is in the address"))?;
    let method = method.parse().map_err(|_| none("the method is none in the address"))?;
    if path.contains('{') {
        return Err(none("values are wanted in the address"));
    }
    Ok((method, path))
}
