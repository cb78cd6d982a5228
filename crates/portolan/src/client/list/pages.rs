//! How a list of models is read: where each api has its own, and what an answer holds. Takes a page as JSON; returns the
//! ids of its models and the way to the page after it. Pure: what asks is in `list`.

use portolan_types::{Api, ModelsUrl, Provider};
use serde_json::Value;

/// The longest id that is taken for one.
const MAX_ID: usize = 256;

/// What a page holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The ids of its models.
    pub(super) ids: Vec<String>,
    /// How many of its items name no model.
    pub(super) unreadable: usize,
    /// The way to the page after it.
    pub(super) next: Option<Next>,
}

/// The way to a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The query that the list takes besides its own.
    Query(String),
    /// The address of the page.
    Address(String),
}

/// The lists of a provider: those of its manifest, else those that an api has. Nothing, where there are none.
pub(super) fn lists(provider: &Provider, api: Api) -> &'static [ModelsUrl] {
    match provider {
        Provider { unlisted: true, .. } => &[],
        Provider { lists: [], .. } => of_api(api),
        _ => provider.lists,
    }
}

/// The lists of an api, each at a path below the base URL of an endpoint.
fn of_api(api: Api) -> &'static [ModelsUrl] {
    const PLAIN: ModelsUrl = ModelsUrl { items: "data", id: "id", ..ModelsUrl::PLAIN };
    match api {
        Api::OpenaiCompletions | Api::OpenaiResponses => &[ModelsUrl { url: "/models", ..PLAIN }],
        // <https://learn.microsoft.com/en-us/rest/api/microsoft-foundry/azureopenai/models>
        Api::AzureOpenai => &[ModelsUrl { url: "/openai/v1/models", ..PLAIN }],
        Api::AnthropicMessages => &[ModelsUrl {
            url: "/v1/models?limit=1000",
            next: "last_id",
            cursor: "after_id",
            ..PLAIN
        }],
        Api::GoogleGenerativeAi => &[ModelsUrl {
            url: "/models?pageSize=1000",
            items: "models",
            id: "name",
            strip: "models/",
            next: "nextPageToken",
            cursor: "pageToken",
            ..PLAIN
        }],
        Api::Ollama => &[ModelsUrl { url: "/api/tags", items: "models", id: "name", ..PLAIN }],
        // Models by themselves, and profiles over regions, which are ids like any other.
        Api::BedrockConverse => &[
            ModelsUrl {
                url: "/foundation-models",
                items: "modelSummaries",
                id: "modelId",
                ..ModelsUrl::PLAIN
            },
            ModelsUrl {
                url: "/inference-profiles?maxResults=1000",
                items: "inferenceProfileSummaries",
                id: "inferenceProfileId",
                next: "nextToken",
                cursor: "nextToken",
                ..ModelsUrl::PLAIN
            },
        ],
        _ => &[],
    }
}

/// What a page of a list holds, if it is one.
pub(super) fn read(api: Api, list: &ModelsUrl, page: &Value) -> Option<Page> {
    let mut read = Page { next: next(list, page), ..Page::default() };
    for id in items(api, list, page)? {
        let id = id.map(|id| format!("{}{}", list.add, id.strip_prefix(list.strip).unwrap_or(&id)));
        match id.filter(|id| is_id(id)) {
            Some(id) => read.ids.push(id),
            None => read.unreadable += 1,
        }
    }
    Some(read)
}

/// The id of each item of a page, where it has one.
fn items(api: Api, list: &ModelsUrl, page: &Value) -> Option<Vec<Option<String>>> {
    let nothing = page.as_object().is_some_and(serde_json::Map::is_empty);
    if nothing && api == Api::GoogleVertex {
        // Google leaves a list out that is empty.
        return Some(Vec::new());
    }
    let items = match (page, list.items()) {
        // Some servers send the bare list.
        (Value::Array(_), _) => page,
        (_, items) => field(page, items?)?,
    };
    if let (Value::Object(by_id), None) = (items, list.id()) {
        return Some(by_id.keys().cloned().map(Some).collect());
    }
    let items = items.as_array()?.iter();
    let usable = items.filter(|item| is_usable(api, item));
    Some(usable.map(|item| id(list, item)).collect())
}

/// The id of an item: its own text, or that of its fields.
fn id(list: &ModelsUrl, item: &Value) -> Option<String> {
    let Some(fields) = list.id() else { return item.as_str().map(str::to_owned) };
    let mut id = String::new();
    for part in fields.split_inclusive(['/', '@']) {
        let name = part.trim_end_matches(['/', '@']);
        id.push_str(field(item, name)?.as_str()?);
        id.push_str(&part[name.len()..]);
    }
    Some(id)
}

/// The field at a path, as `data.models`.
fn field<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

/// Whether a text may be an id: ids are printed, so none may hold what a terminal takes for a command.
pub(super) fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Whether a model can be called by its id. Some of Bedrock are there for profiles or for bought capacity alone, and a
/// profile may be switched off; some of Vertex AI have to be deployed first.
fn is_usable(api: Api, item: &Value) -> bool {
    match api {
        Api::BedrockConverse => {
            let kinds = item.get("inferenceTypesSupported").and_then(Value::as_array);
            let on_demand = kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind == "ON_DEMAND"));
            let status = item.get("status").and_then(Value::as_str);
            on_demand && status.is_none_or(|status| status == "ACTIVE")
        }
        Api::GoogleVertex => {
            let deploys = ["deploy", "multiDeployVertex", "deployGke"];
            let actions = item.get("supportedActions");
            !deploys.iter().any(|name| actions.is_some_and(|all| all.get(name).is_some()))
        }
        _ => true,
    }
}

/// The way to the page after this one.
fn next(list: &ModelsUrl, page: &Value) -> Option<Next> {
    if page.get("has_more") == Some(&Value::Bool(false)) {
        return None;
    }
    let next = match field(page, list.next()?)? {
        Value::String(next) if !next.is_empty() => next.clone(),
        Value::Number(next) => next.to_string(),
        _ => return None,
    };
    let Some(cursor) = list.cursor() else { return Some(Next::Address(next)) };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    Some(Next::Query(query.append_pair(cursor, &next).finish()))
}

#[cfg(test)]
mod tests;
