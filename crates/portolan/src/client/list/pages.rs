//! How each api lists models: the paths to ask and what an answer holds. Takes a page as JSON; returns the ids of its
//! models and the page after it. Pure: what asks is in `list`.

use portolan_types::Api;
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
    /// The path of the page after it.
    pub(super) next: Option<String>,
}

/// The lists of an api, by their first pages. Nothing, where it has none.
pub(super) fn first(api: Api) -> &'static [&'static str] {
    match api {
        Api::OpenaiCompletions | Api::OpenaiResponses => &["/models"],
        // <https://learn.microsoft.com/en-us/rest/api/microsoft-foundry/azureopenai/models>
        Api::AzureOpenai => &["/openai/v1/models"],
        Api::AnthropicMessages => &["/v1/models?limit=1000"],
        Api::GoogleGenerativeAi => &["/models?pageSize=1000"],
        Api::Ollama => &["/api/tags"],
        // Models by themselves, and profiles over regions, which are ids like any other.
        Api::BedrockConverse => &["/foundation-models", "/inference-profiles?maxResults=1000"],
        _ => &[],
    }
}

/// Whether an api has a list of models.
pub(super) fn lists(api: Api) -> bool {
    !first(api).is_empty()
}

/// What a page holds, if it is one; `list` is the first page of its list.
pub(super) fn read(api: Api, list: &str, page: &Value) -> Option<Page> {
    let (items, field) = match (api, list) {
        (Api::GoogleGenerativeAi | Api::Ollama, _) => ("models", "name"),
        (Api::BedrockConverse, "/foundation-models") => ("modelSummaries", "modelId"),
        (Api::BedrockConverse, _) => ("inferenceProfileSummaries", "inferenceProfileId"),
        _ => ("data", "id"),
    };
    // Some servers send the bare list.
    let items = page.as_array().or_else(|| page.get(items)?.as_array())?;
    let mut read = Page { next: next(api, list, page), ..Page::default() };
    for item in items.iter().filter(|item| api != Api::BedrockConverse || is_usable(item)) {
        let id = item.get(field).and_then(Value::as_str);
        // Google names a model by its resource.
        match id.map(|id| id.strip_prefix("models/").unwrap_or(id)).filter(|id| is_id(id)) {
            Some(id) => read.ids.push(id.to_owned()),
            None => read.unreadable += 1,
        }
    }
    Some(read)
}

/// Whether a text may be an id: ids are printed, so none may hold what a terminal takes for a command.
pub(super) fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Whether a model of Bedrock can be called by its id: some are there for profiles or for bought capacity alone, and a
/// profile may be switched off.
fn is_usable(item: &Value) -> bool {
    let kinds = item.get("inferenceTypesSupported").and_then(Value::as_array);
    let on_demand = kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind == "ON_DEMAND"));
    let status = item.get("status").and_then(Value::as_str);
    on_demand && status.is_none_or(|status| status == "ACTIVE")
}

/// The path of the page after this one.
fn next(api: Api, list: &str, page: &Value) -> Option<String> {
    let word = |name: &str| page.get(name)?.as_str().filter(|word| !word.is_empty());
    let after = |parameter: &str, word: &str| {
        let escaped = url::form_urlencoded::byte_serialize(word.as_bytes()).collect::<String>();
        Some(format!("{list}&{parameter}={escaped}"))
    };
    match api {
        Api::AnthropicMessages if page.get("has_more") == Some(&Value::Bool(true)) => {
            after("after_id", word("last_id")?)
        }
        Api::GoogleGenerativeAi => after("pageToken", word("nextPageToken")?),
        // Only this list of Bedrock has pages.
        Api::BedrockConverse if list.contains('?') => after("nextToken", word("nextToken")?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_api_has_its_own_form_of_a_list() {
        let page = |ids: &[&str], unreadable, next: Option<&str>| Page {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            unreadable,
            next: next.map(str::to_owned),
        };
        let (models, profiles) = (first(Api::BedrockConverse)[0], first(Api::BedrockConverse)[1]);
        for (api, list, body, expected) in [
            (
                Api::OpenaiCompletions,
                "/models",
                json!({"data": [{"id": "a"}, {"id": "b\u{1b}[2J"}, {"no": 1}, {"id": ""}]}),
                page(&["a"], 3, None),
            ),
            (Api::OpenaiResponses, "/models", json!([{"id": "a"}]), page(&["a"], 0, None)),
            (
                Api::AzureOpenai,
                "/openai/v1/models",
                json!({"object": "list", "data": [{"id": "a", "status": "succeeded"}]}),
                page(&["a"], 0, None),
            ),
            (
                Api::AnthropicMessages,
                "/v1/models?limit=1000",
                json!({"data": [{"id": "a"}], "has_more": true, "last_id": "a&b"}),
                page(&["a"], 0, Some("/v1/models?limit=1000&after_id=a%26b")),
            ),
            (
                Api::GoogleGenerativeAi,
                "/models?pageSize=1000",
                json!({"models": [{"name": "models/g"}], "nextPageToken": "t="}),
                page(&["g"], 0, Some("/models?pageSize=1000&pageToken=t%3D")),
            ),
            (
                Api::Ollama,
                "/api/tags",
                json!({"models": [{"name": "l:latest", "model": "l:latest"}]}),
                page(&["l:latest"], 0, None),
            ),
            (
                Api::BedrockConverse,
                models,
                json!({"modelSummaries": [
                    {"modelId": "a.b-v1:0", "inferenceTypesSupported": ["ON_DEMAND"]},
                    {"modelId": "a.b-v1:0:8k", "inferenceTypesSupported": ["PROVISIONED"]},
                    {"modelId": "a.c", "inferenceTypesSupported": ["INFERENCE_PROFILE"]},
                ]}),
                page(&["a.b-v1:0"], 0, None),
            ),
            (
                Api::BedrockConverse,
                profiles,
                json!({"inferenceProfileSummaries": [
                    {"inferenceProfileId": "eu.a.c", "status": "ACTIVE"},
                ], "nextToken": "n/1"}),
                page(&["eu.a.c"], 0, Some("/inference-profiles?maxResults=1000&nextToken=n%2F1")),
            ),
        ] {
            assert_eq!(read(api, list, &body), Some(expected), "{api} {list}");
            assert_eq!(read(api, list, &json!({"error": "no"})), None, "{api} {list}");
        }
        assert!(!lists(Api::Native));
    }
}
