//! From what a caller names to where a request goes: the model, the region, the api, the address and the credential.
//! Nothing is guessed; what is not known is an error with what there is.

use std::borrow::Cow;

use portolan_types::{Api, Coverage, Endpoint, Entry, Model, Placed, Provider};

use super::Client;
use super::route::{Route, address, allowed, config, named_address};
use crate::catalogs::Catalogs;
use crate::discover::{Access, Credential, Environment, region_error};
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::{HookContext, Registered, Resolved};
use crate::wire::Target;

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
    Ref(Cow<'m, str>),
    Entry(Entry),
    Row(&'static Model),
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
        Named::Row(model).into()
    }
}

impl ModelRef<'_> {
    /// The name without its borrow.
    pub(super) fn owned(self) -> ModelRef<'static> {
        let named = match self.named {
            Named::Ref(reference) => Named::Ref(reference.into_owned().into()),
            Named::Entry(entry) => Named::Entry(entry),
            Named::Row(model) => Named::Row(model),
        };
        ModelRef { named, region: self.region }
    }

    /// The ref.
    pub(super) fn reference(&self) -> String {
        match &self.named {
            Named::Ref(reference) => reference.clone().into_owned(),
            Named::Entry(entry) => entry.to_string(),
            Named::Row(model) => format!("{}/{}", model.provider, model.id),
        }
    }

    fn found(&self, catalogs: &Catalogs) -> Result<Found> {
        let reference = match &self.named {
            Named::Entry(entry) => return Ok(Found::Listed(*entry)),
            Named::Row(model) => {
                let provider = catalogs.provider(model.provider);
                let own =
                    provider.filter(|own| own.models.iter().any(|row| std::ptr::eq(*row, *model)));
                if let Some(provider) = own {
                    return Ok(Found::Listed(Entry { provider, model }));
                }
                // A row of a catalog that is not on, or that another overrides: its ref says what there is of it.
                Cow::Owned(self.reference())
            }
            Named::Ref(reference) => Cow::Borrowed(&**reference),
        };
        let unknown = match catalogs.find(&reference) {
            Ok(entry) => return Ok(Found::Listed(entry)),
            Err(unknown) => Error::new(ErrorKind::UnknownModel, unknown.to_string()),
        };
        let named = reference.split_once('/').filter(|(_, id)| !id.is_empty());
        let named = named.and_then(|(provider, id)| Some((catalogs.provider(provider)?, id)));
        match named {
            Some((provider, id)) => Ok(Found::Unlisted(provider, id.to_owned(), unknown)),
            None => Err(unknown),
        }
    }
}

enum Found {
    Listed(Entry),
    /// An id that the provider's list does not have, and the error that it is unless somebody knows it.
    Unlisted(&'static Provider, String, Error),
}

/// What a caller says about where a request goes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Wishes {
    /// The region of the provider.
    pub region: Option<String>,
    /// The api to speak, where the provider speaks several.
    pub api: Option<Api>,
    /// Another base URL.
    pub endpoint: Option<String>,
}

impl Route {
    /// Finds the way to a model.
    pub(super) async fn find(
        model: &ModelRef<'_>,
        wishes: &Wishes,
        client: &Client,
    ) -> Result<Self> {
        let mut wishes = Cow::Borrowed(wishes);
        if let (None, Some(region)) = (&wishes.region, model.region) {
            wishes.to_mut().region = Some(region.to_owned());
        }
        let wishes = &*wishes;
        let route = match model.found(&client.environment.catalogs)? {
            Found::Listed(entry) => {
                let own_api = Target::api_of(entry.model);
                let mut route = Self::open(entry.provider, wishes, own_api, client)?;
                route.target = Target::new(entry, route.target.api);
                route
            }
            Found::Unlisted(provider, id, unknown) => {
                Self::unlisted(provider, id, unknown, wishes, client).await?
            }
        };
        if let (Some(entry), Some(region)) = (route.target.entry(), route.region())
            && !entry.model.serves(region)
        {
            let regions = entry.model.regions.to_vec();
            let message = format!("`{entry}` is not served there, only in {}", regions.join(", "));
            let error = Error::new(ErrorKind::Region, message).with_other_regions(regions);
            return Err(error.with_place(entry.provider.id, Some(region)));
        }
        Ok(route)
    }

    /// Finds the way to a provider, for what is no request to a model.
    pub(super) fn to(
        provider: &'static Provider,
        wishes: &Wishes,
        client: &Client,
    ) -> Result<Self> {
        Self::open(provider, wishes, None, client)
    }

    /// Finds the way to a provider's lists of models: its own, or those of the first of its apis that has some.
    pub(super) fn to_lists(
        provider: &'static Provider,
        wishes: &Wishes,
        client: &Client,
    ) -> Result<Self> {
        let place = |error: Error| error.with_place(provider.id, wishes.region.as_deref());
        if provider.unlisted {
            let docs = provider.docs.map(|docs| format!("; see {docs}")).unwrap_or_default();
            let message = format!("nobody can be asked which models `{}` has{docs}", provider.id);
            return Err(place(config(message)));
        }
        if !provider.lists.is_empty() {
            return Self::open(provider, wishes, None, client);
        }
        let region = client.environment.access(provider, wishes.region.as_deref());
        let region = region.map_err(|status| status.error(provider))?.region;
        let endpoints = provider.regions.endpoints(region);
        let endpoints = endpoints.map_err(|error| region_error(provider, error))?;
        let able = endpoints.iter().map(Endpoint::api).find(|api| api.lists_models());
        let Some(able) = able else {
            let message = format!("no api of `{}` has a list of models", provider.id);
            return Err(config(message).with_place(provider.id, region));
        };
        Self::open(provider, &Wishes { api: Some(able), ..wishes.clone() }, None, client)
    }

    /// The way to a model that the catalog does not list, if the provider's hooks know it or the provider passes ids on.
    async fn unlisted(
        provider: &'static Provider,
        id: String,
        unknown: Error,
        wishes: &Wishes,
        client: &Client,
    ) -> Result<Self> {
        let more = matches!(provider.coverage, Coverage::Refreshable | Coverage::Live);
        let passes = provider.pass_through && more;
        let hooks = client.hooks.of(provider.id);
        if hooks.is_none() && !passes {
            return Err(unknown);
        }
        let mut route = Self::open(provider, wishes, None, client)?;
        let known = match &hooks {
            None => None,
            Some(own) => route.ask_hooks(own, &id, client).await.map_err(|e| route.here(e))?,
        };
        let Some(Resolved { id, like, same, api }) = known else {
            if !passes {
                return Err(unknown);
            }
            route.target = Target::unlisted(provider, id, route.target.api);
            return Ok(route);
        };
        if id.is_empty() || like.is_some_and(|model| model.provider != provider.id) {
            let what = "its hook resolves the id to none, or to a model of another provider";
            return Err(route.here(config(what.to_owned())));
        }
        if api.is_some() {
            route = Self::open(provider, wishes, api, client)?;
        }
        let api = route.target.api;
        route.target = match like.map(|model| Entry { provider, model }) {
            Some(entry) if same => Target::new(entry, api),
            Some(entry) => Target::like(entry, id, api),
            None => Target::unlisted(provider, id, api),
        };
        Ok(route)
    }

    /// What the hooks know of an id. They may have to ask the provider, so the token is had first.
    async fn ask_hooks(
        &mut self,
        own: &Registered,
        id: &str,
        client: &Client,
    ) -> Result<Option<Resolved>> {
        self.exchange(client).await?;
        own.hooks.resolve(&HookContext::new(self, &client.transport), id).await
    }

    fn open(
        provider: &'static Provider,
        wishes: &Wishes,
        own_api: Option<Api>,
        client: &Client,
    ) -> Result<Self> {
        let hooks = client.hooks.of(provider.id);
        let mut mended = None;
        if let Some(own) = &hooks {
            let mended = mended.insert(wishes.clone());
            let done = own.hooks.settings(provider, mended);
            done.map_err(|error| error.with_place(provider.id, wishes.region.as_deref()))?;
        }
        let said = mended.as_ref().unwrap_or(wishes);
        let (access, endpoint) = reach(provider, said, own_api, &client.environment)?;
        let region = access.region;
        let place = |error: Error| error.with_place(provider.id, region);
        let named = wishes.endpoint.as_deref().map(named_address).transpose().map_err(place)?;
        let base = match &said.endpoint {
            Some(url) => named_address(url),
            None => address(endpoint, &access),
        };
        let secret = !matches!(access.credential, Credential::None);
        let base = base.and_then(|base| allowed(base, secret)).map_err(place)?;
        let target = Target::unlisted(provider, "", endpoint.api());
        let (header, home, secrets) = (endpoint.header(), base.clone(), Vec::new());
        let route = Self {
            target,
            access,
            header,
            base,
            named,
            hooks,
            token: None,
            login: None,
            found: None,
            home,
            secrets,
        };
        if said.endpoint != wishes.endpoint {
            route.on_host(&route.base).map_err(place)?;
        }
        Ok(route)
    }
}

/// What a request to a provider needs, and where it goes.
fn reach(
    provider: &'static Provider,
    wishes: &Wishes,
    own_api: Option<Api>,
    environment: &Environment,
) -> Result<(Access, &'static Endpoint)> {
    let access = environment
        .access(provider, wishes.region.as_deref())
        .map_err(|status| status.error(provider))?;
    let endpoints =
        provider.regions.endpoints(access.region).map_err(|error| region_error(provider, error))?;
    let endpoint = choose(endpoints, wishes.api.or(own_api), provider)
        .map_err(|error| error.with_place(provider.id, access.region))?;
    Ok((access, endpoint))
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
