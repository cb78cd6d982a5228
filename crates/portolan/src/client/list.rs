//! The models that an endpoint lists, beside those that the catalog does. Takes a provider and a region; returns ids, what
//! is new in them and what is gone. A list of an endpoint tells nothing that a price could be made of, and none is.

use std::collections::BTreeSet;

use portolan_types::{Api, Entry, ModelsUrl, Provider, Status, Timestamp};
use reqwest::{Method, Url};
use serde_json::Value;

use super::Client;
use super::chat::now;
use super::route::{Route, below};
use super::select::Wishes;
use crate::error::{Error, ErrorKind, Result, classify};

mod cache;
mod pages;

pub use cache::ListCache;
use cache::{Kept, Subject};
use pages::{Next, Page};

/// How many pages of a list are read at most.
const MAX_PAGES: usize = 50;

/// How many models a list has at most.
const MAX_MODELS: usize = 50_000;

/// The models of a provider, as its endpoint lists them, beside the catalog's.
///
/// ```
/// # async fn example(client: portolan::Client) -> Result<(), portolan::Error> {
/// let provider = portolan::catalog::provider("moonshotai").unwrap();
/// let list = client.models(provider).region("cn").send().await?;
/// for id in list.new_ids() {
///     println!("{id} is not in the catalog");
/// }
/// for entry in &list.gone {
///     println!("{entry} is in the catalog alone");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct ModelList {
    /// The provider.
    pub provider: &'static Provider,
    /// The region that was asked, where the provider has some.
    pub region: Option<&'static str>,
    /// The models that the endpoint lists, each once, in its order.
    pub models: Vec<Listed>,
    /// The models that the catalog has for this region, for use, and the endpoint does not list. An endpoint may list
    /// only some kinds of models, as those for chat, so what is gone from the list may still answer.
    pub gone: Vec<Entry>,
    /// How many items of the endpoint's list name no model.
    pub unreadable: usize,
    /// Where the list was had.
    pub by: ListedBy,
    /// When the endpoint said so.
    pub fetched: Timestamp,
    /// Why the list could not be kept, where it could not.
    pub not_kept: Option<String>,
}

/// A model that an endpoint lists.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listed {
    /// The model id, as requests name it.
    pub id: String,
    /// The catalog's entry; nothing where the catalog does not list the model, and then its price is unknown.
    pub entry: Option<Entry>,
}

/// Where a list of models was had.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListedBy {
    /// The endpoint was asked.
    Endpoint,
    /// It is young enough in the cache.
    Cache,
    /// It is old, from the cache: nobody asked, or the endpoint could not be reached for this reason.
    Stale(Option<Error>),
}

impl ModelList {
    /// The ids that the endpoint lists and the catalog does not.
    pub fn new_ids(&self) -> impl Iterator<Item = &str> {
        self.models.iter().filter(|model| model.entry.is_none()).map(|model| model.id.as_str())
    }

    fn new(route: &Route, kept: Kept, by: ListedBy) -> Self {
        let (provider, api) = (route.provider(), route.target.api);
        let models: Vec<_> = kept
            .ids
            .into_iter()
            .map(|id| {
                let entry = known(provider, api, &id);
                Listed { id, entry }
            })
            .collect();
        let listed: BTreeSet<_> =
            models.iter().filter_map(|model| Some(model.entry?.model.id)).collect();
        let here = provider.models.iter().filter(|model| {
            !matches!(model.status, Status::Retired | Status::Delisted)
                && route.region().is_none_or(|region| model.serves(region))
                && !listed.contains(model.id)
        });
        let gone = here.map(|model| Entry { provider, model }).collect();
        let (region, unreadable) = (route.region(), kept.unreadable);
        let fetched = Timestamp(kept.fetched);
        Self { provider, region, models, gone, unreadable, by, fetched, not_kept: None }
    }
}

/// The catalog's entry for an id that an endpoint lists.
fn known(provider: &'static Provider, api: Api, id: &str) -> Option<Entry> {
    let model = provider.model(id).or_else(|| match api {
        // Ollama calls a model without a tag by this one.
        Api::Ollama => provider.model(id.strip_suffix(":latest")?),
        // What the catalog calls `@default` is listed under its version.
        Api::GoogleVertex => {
            let mut alike = provider.models.iter().filter(|model| stem(model.id) == stem(id));
            alike.next().filter(|_| alike.next().is_none()).copied()
        }
        _ => None,
    })?;
    Some(Entry { provider, model })
}

/// An id without its version.
fn stem(id: &str) -> &str {
    id.split_once('@').map_or(id, |(stem, _)| stem)
}

impl Client {
    /// Begins to ask a provider for the models that this credential can use.
    pub fn models(&self, provider: &'static Provider) -> Listing<'_> {
        Listing { client: self, provider, wishes: Wishes::default(), refresh: false }
    }
}

/// A list of models that is being asked for.
#[must_use = "a list is not asked for until it is sent"]
pub struct Listing<'c> {
    client: &'c Client,
    provider: &'static Provider,
    wishes: Wishes,
    refresh: bool,
}

impl Listing<'_> {
    /// Names the region by its id. One that the provider does not have is an error of the call.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.wishes.region = Some(region.into());
        self
    }

    /// Asks another base URL, with the key of the provider: the caller's own word.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.wishes.endpoint = Some(url.into());
        self
    }

    /// Asks the endpoint even where a list in the cache is young enough.
    pub fn refresh(mut self) -> Self {
        self.refresh = true;
        self
    }

    /// The list: from the cache of the client while it is young enough, or else from the endpoint. Where the endpoint
    /// cannot be reached or has too much to do, an old list of the cache is returned, and [`ModelList::by`] says so.
    ///
    /// # Errors
    /// As [`Chat::send`](crate::Chat::send); [`ErrorKind::Config`] where the provider lists its models nowhere.
    pub async fn send(&self) -> Result<ModelList> {
        let mut route = self.route()?;
        let kept = self.read(&route);
        let kept = match kept {
            Some(kept) if kept.fresh && !self.refresh => {
                return Ok(ModelList::new(&route, kept, ListedBy::Cache));
            }
            kept => kept,
        };
        let fetched = self.client.fetch(&mut route).await;
        match (fetched.map_err(|error| route.here(error)), kept) {
            (Ok(fetched), _) => {
                let not_kept = self.keep(&route, &fetched);
                let list = ModelList::new(&route, fetched, ListedBy::Endpoint);
                Ok(ModelList { not_kept, ..list })
            }
            (Err(error), Some(kept)) if is_passing(&error) => {
                Ok(ModelList::new(&route, kept, ListedBy::Stale(Some(error))))
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The list that the cache has, whatever its age; nobody is asked. Nothing, where the client has no cache or the
    /// cache no list.
    ///
    /// # Errors
    /// As [`Listing::send`], where nothing could be asked: a region that is not named, a key that is missing.
    pub fn kept(&self) -> Result<Option<ModelList>> {
        let route = self.route()?;
        Ok(self.read(&route).map(|kept| {
            let by = if kept.fresh { ListedBy::Cache } else { ListedBy::Stale(None) };
            ModelList::new(&route, kept, by)
        }))
    }

    fn route(&self) -> Result<Route> {
        let own = self.wishes.endpoint.is_some();
        let route = Route::to_lists(self.provider, &self.wishes, self.client)?;
        Ok(if own { route } else { route.of_control() })
    }

    fn read(&self, route: &Route) -> Option<Kept> {
        self.client.list_cache.as_ref()?.read(&subject(route), now().0)
    }

    /// Keeps a list; returns why that failed.
    fn keep(&self, route: &Route, list: &Kept) -> Option<String> {
        let cache = self.client.list_cache.as_ref()?;
        let written = cache.write(&subject(route), &list.ids, list.unreadable, list.fetched);
        written.err().map(|error| error.to_string())
    }
}

fn subject(route: &Route) -> Subject<'_> {
    Subject {
        provider: route.provider().id,
        region: route.region(),
        address: route.home.as_str(),
        credential: &route.access.credential,
    }
}

/// Whether a failure says nothing of the list, so that an old one may still hold.
fn is_passing(error: &Error) -> bool {
    error.retryable()
}

impl Client {
    /// Reads every page of every list of a provider.
    async fn fetch(&self, route: &mut Route) -> Result<Kept> {
        let (usual, api) = (route.header, route.target.api);
        let (mut ids, mut seen, mut unreadable, mut left) =
            (Vec::new(), BTreeSet::new(), 0, MAX_PAGES);
        for list in pages::lists(route.provider(), api) {
            route.header = list.header.unwrap_or(usual);
            let mut next = None;
            loop {
                left = left.checked_sub(1).ok_or_else(|| {
                    too_large(format!("the list of models has more than {MAX_PAGES} pages"))
                })?;
                let page = self.page(route, list, next.as_ref()).await?;
                ids.extend(page.ids.into_iter().filter(|id| seen.insert(id.clone())));
                if ids.len() > MAX_MODELS {
                    return Err(too_large(format!("the list has more than {MAX_MODELS} models")));
                }
                unreadable += page.unreadable;
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(Kept { ids, unreadable, fetched: now().0, fresh: true })
    }

    async fn page(&self, route: &mut Route, list: &ModelsUrl, next: Option<&Next>) -> Result<Page> {
        let api = route.target.api;
        let project = route.access.variables.get("project").cloned().unwrap_or_default();
        let headers = match api {
            Api::AnthropicMessages => vec![("anthropic-version", "2023-06-01")],
            // A list belongs to no project, and a person's credentials to none either.
            Api::GoogleVertex => vec![("x-goog-user-project", project.as_str())],
            _ => Vec::new(),
        };
        // The address may be that of a token, which is had when the request is sent.
        let call = |route: &mut Route| {
            route.bare(Method::GET, address(route, list, next)?, headers.clone())
        };
        let response = self.send(route, call, &mut Vec::new()).await?;
        let body = self.transport.whole(response.into_body()).await?;
        let no_list = |what: &str, text: &str| {
            let message =
                format!("what came is no list of models{what}: {}", classify::excerpt(text));
            Error::new(ErrorKind::Protocol, message)
        };
        let value: Value = serde_json::from_slice(&body).map_err(|error| {
            let start = String::from_utf8_lossy(&body[..body.len().min(1_200)]);
            no_list(&format!(" ({error})"), &start)
        })?;
        pages::read(api, list, &value).ok_or_else(|| no_list("", &value.to_string()))
    }
}

fn too_large(message: String) -> Error {
    Error::new(ErrorKind::TooLarge, message)
}

/// Where a page of a list is.
fn address(route: &Route, list: &ModelsUrl, next: Option<&Next>) -> Result<Url> {
    let mut first = match route.provider().lists {
        [] => below(route.base(), list.url),
        _ => route.own_list(list)?,
    };
    match next {
        None => {}
        Some(Next::Query(more)) => {
            let query = first.query().map_or_else(|| more.clone(), |own| format!("{own}&{more}"));
            first.set_query(Some(&query));
        }
        Some(Next::Address(next)) => {
            let page = first.join(next).ok().filter(|page| page.origin() == first.origin());
            first = page.ok_or_else(|| {
                let message = format!("the list of models goes on at another host: {next}");
                Error::new(ErrorKind::Protocol, message)
            })?;
        }
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::Environment;

    #[test]
    #[cfg(feature = "clouds")]
    fn the_lists_of_bedrock_are_on_a_host_of_their_own() {
        let provider = portolan_catalog::provider("amazon-bedrock").unwrap();
        let environment = Environment::new().with("AWS_BEARER_TOKEN_BEDROCK", "key");
        let client = Client::builder().environment(environment).build().unwrap();
        for region in ["eu-west-1", "us-gov-west-1"] {
            let wishes = Wishes { region: Some(region.to_owned()), ..Wishes::default() };
            let route = Route::to_lists(provider, &wishes, &client).unwrap();
            let url = route.of_control().base;
            assert_eq!(url.as_str(), format!("https://bedrock.{region}.amazonaws.com/"));
        }
    }
}
