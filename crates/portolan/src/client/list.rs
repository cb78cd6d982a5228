//! The models that an endpoint lists, beside those that the catalog does. A list of an endpoint tells ids and nothing
//! that a price could be made of.

use portolan_types::{Api, Entry, Provider};
use reqwest::Method;
use serde_json::Value;

use super::Client;
use super::route::Route;
use super::select::Wishes;
use crate::error::{Error, ErrorKind, Result, classify};

/// How many pages of a list are read at most.
const MAX_PAGES: usize = 50;

/// A model that an endpoint lists.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listed {
    /// The model id, as requests name it.
    pub id: String,
    /// The catalog's entry; nothing where the catalog does not list the model.
    pub entry: Option<Entry>,
}

impl Client {
    /// Asks a provider for the models that this credential can use in a region, or in the one that is set for it.
    ///
    /// ```no_run
    /// # async fn example(client: portolan::Client) -> Result<(), portolan::Error> {
    /// let provider = portolan::catalog::provider("moonshotai").unwrap();
    /// for model in client.models(provider, None, None).await? {
    ///     println!("{}{}", model.id, if model.entry.is_some() { "" } else { " (not in the catalog)" });
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Chat::send`](crate::Chat::send); [`ErrorKind::Config`] where the provider's api has no such list.
    pub async fn models(
        &self,
        provider: &'static Provider,
        region: Option<&str>,
        endpoint: Option<&str>,
    ) -> Result<Vec<Listed>> {
        let (region, endpoint) = (region.map(str::to_owned), endpoint.map(str::to_owned));
        let wishes = Wishes { region, api: None, endpoint };
        let mut route = Route::to(provider, &wishes, self)?;
        let mut listed = Vec::new();
        let mut next = Some(first_page(route.target.api).map_err(|error| route.here(error))?);
        for _ in 0..MAX_PAGES {
            let Some(path) = next else { return Ok(listed) };
            let page = self.page(&mut route, &path).await.map_err(|error| route.here(error))?;
            let ids = ids(route.target.api, &page).ok_or_else(|| {
                let text = classify::excerpt(&page.to_string());
                route.here(Error::new(
                    ErrorKind::Protocol,
                    format!("what came is no list of models: {text}"),
                ))
            })?;
            listed.extend(ids.map(|id| {
                let entry = provider.model(&id).map(|model| Entry { provider, model });
                Listed { id, entry }
            }));
            next = following(route.target.api, &page);
        }
        let message = format!("the list of models has more than {MAX_PAGES} pages");
        Err(route.here(Error::new(ErrorKind::TooLarge, message)))
    }

    async fn page(&self, route: &mut Route, path: &str) -> Result<Value> {
        let headers = match route.target.api {
            Api::AnthropicMessages => vec![("anthropic-version", "2023-06-01")],
            _ => Vec::new(),
        };
        let list = |route: &mut Route| route.bare(Method::GET, path, headers.clone());
        let response = self.send(route, list, &mut Vec::new()).await?;
        let body = self.transport.whole(response.into_body()).await?;
        serde_json::from_slice(&body).map_err(|error| {
            let text = classify::excerpt(&String::from_utf8_lossy(&body[..body.len().min(300)]));
            Error::new(
                ErrorKind::Protocol,
                format!("what came is no list of models ({error}): {text}"),
            )
        })
    }
}

fn first_page(api: Api) -> Result<String> {
    Ok(match api {
        Api::OpenaiCompletions | Api::OpenaiResponses => "/models",
        Api::AnthropicMessages => "/v1/models?limit=1000",
        Api::GoogleGenerativeAi => "/models?pageSize=1000",
        Api::Ollama => "/api/tags",
        api => {
            let message = format!("`{api}` has no list of models at this address");
            return Err(Error::new(ErrorKind::Config, message));
        }
    }
    .to_owned())
}

/// The ids of a page, if it is one.
fn ids(api: Api, page: &Value) -> Option<impl Iterator<Item = String>> {
    let (list, field) = match api {
        Api::GoogleGenerativeAi => ("models", "name"),
        Api::Ollama => ("models", "name"),
        _ => ("data", "id"),
    };
    // Some servers send the bare list.
    let items = page.as_array().or_else(|| page.get(list)?.as_array())?;
    let ids = items.iter().filter_map(move |item| item.get(field)?.as_str());
    // Google names a model by its resource.
    Some(ids.map(|id| id.strip_prefix("models/").unwrap_or(id).to_owned()))
}

/// The page after this one.
fn following(api: Api, page: &Value) -> Option<String> {
    let word = |name: &str| page.get(name)?.as_str().filter(|word| !word.is_empty());
    let escaped =
        |word: &str| url::form_urlencoded::byte_serialize(word.as_bytes()).collect::<String>();
    match api {
        Api::AnthropicMessages if page.get("has_more") == Some(&Value::Bool(true)) => {
            Some(format!("/v1/models?limit=1000&after_id={}", escaped(word("last_id")?)))
        }
        Api::GoogleGenerativeAi => {
            let token = escaped(word("nextPageToken")?);
            Some(format!("/models?pageSize=1000&pageToken={token}"))
        }
        _ => None,
    }
}
