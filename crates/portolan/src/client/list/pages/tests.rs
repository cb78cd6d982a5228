use serde_json::json;

use super::*;

fn page(ids: &[&str], unreadable: usize, next: Option<&str>) -> Page {
    Page {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        unreadable,
        next: next.map(|query| Next::Query(query.to_owned())),
    }
}

#[test]
fn each_api_has_its_own_form_of_a_list() {
    for (api, number, body, expected) in [
        (
            Api::OpenaiCompletions,
            0,
            json!({"data": [{"id": "a"}, {"id": "b\u{1b}[2J"}, {"no": 1}, {"id": ""}]}),
            page(&["a"], 3, None),
        ),
        (Api::OpenaiResponses, 0, json!([{"id": "a"}]), page(&["a"], 0, None)),
        (
            Api::AzureOpenai,
            0,
            json!({"object": "list", "data": [{"id": "a", "status": "succeeded"}]}),
            page(&["a"], 0, None),
        ),
        (
            Api::AnthropicMessages,
            0,
            json!({"data": [{"id": "a"}], "has_more": true, "last_id": "a&b"}),
            page(&["a"], 0, Some("after_id=a%26b")),
        ),
        (
            Api::AnthropicMessages,
            0,
            json!({"data": [{"id": "a"}], "has_more": false, "last_id": "a"}),
            page(&["a"], 0, None),
        ),
        (
            Api::GoogleGenerativeAi,
            0,
            json!({"models": [{"name": "models/g"}], "nextPageToken": "t="}),
            page(&["g"], 0, Some("pageToken=t%3D")),
        ),
        (
            Api::Ollama,
            0,
            json!({"models": [{"name": "l:latest", "model": "l:latest"}]}),
            page(&["l:latest"], 0, None),
        ),
        (
            Api::BedrockConverse,
            0,
            json!({"modelSummaries": [
                {"modelId": "a.b-v1:0", "inferenceTypesSupported": ["ON_DEMAND"]},
                {"modelId": "a.b-v1:0:8k", "inferenceTypesSupported": ["PROVISIONED"]},
                {"modelId": "a.c", "inferenceTypesSupported": ["INFERENCE_PROFILE"]},
            ]}),
            page(&["a.b-v1:0"], 0, None),
        ),
        (
            Api::BedrockConverse,
            1,
            json!({"inferenceProfileSummaries": [
                {"inferenceProfileId": "eu.a.c", "status": "ACTIVE"},
            ], "nextToken": "n/1"}),
            page(&["eu.a.c"], 0, Some("nextToken=n%2F1")),
        ),
    ] {
        let list = &of_api(api)[number];
        assert_eq!(read(api, list, &body), Some(expected), "{api} {}", list.url);
        assert_eq!(read(api, list, &json!({"error": "no"})), None, "{api} {}", list.url);
    }
}

#[test]
fn an_api_has_lists_where_the_vocabulary_says_so() {
    for api in Api::ALL {
        assert_eq!(of_api(*api).is_empty(), !api.lists_models(), "{api}");
    }
}

#[test]
fn a_manifest_says_how_a_list_is_read() {
    let texts = ModelsUrl::PLAIN;
    let named = ModelsUrl { items: "data.models", id: "about.name", strip: "p/", ..texts };
    let paged = ModelsUrl { next: "page.next", cursor: "after", ..named };
    let linked = ModelsUrl { next: "next", ..texts };
    let read = |list: &ModelsUrl, page| read(Api::Native, list, &page);
    assert_eq!(read(&texts, json!(["a", 1, "b"])), Some(page(&["a", "b"], 1, None)));
    assert_eq!(read(&texts, json!({"a": 1})), None);
    let body = json!({"data": {"models": [{"about": {"name": "p/a"}}, {"about": {"name": "b"}}]}});
    assert_eq!(read(&named, body.clone()), Some(page(&["a", "b"], 0, None)));
    let added = read(&ModelsUrl { add: "q/", ..named }, body);
    assert_eq!(added, Some(page(&["q/a", "q/b"], 0, None)));
    // The keys of an object are its ids, where nothing says that its values hold them.
    let body = json!({"data": {"models": {"p/a": {}, "p/b": {}}}, "page": {"next": 2}});
    let keys = read(&ModelsUrl { id: "", ..paged }, body.clone());
    assert_eq!(keys, Some(page(&["a", "b"], 0, Some("after=2"))));
    assert_eq!(read(&paged, body), None);
    let body = json!({"data": {"models": []}, "page": {"next": null}});
    assert_eq!(read(&paged, body), Some(page(&[], 0, None)));
    let joined = ModelsUrl { items: "models", id: "owner/name", ..texts };
    let body = json!({"models": [{"owner": "a", "name": "b"}, {"name": "c"}]});
    assert_eq!(read(&joined, body), Some(page(&["a/b"], 1, None)));
    let address = Next::Address("https://acme.example/2".to_owned());
    let linked_page = read(
        &ModelsUrl { items: "data", ..linked },
        json!({"data": [], "next": "https://acme.example/2"}),
    );
    assert_eq!(linked_page, Some(Page { next: Some(address), ..Page::default() }));
}

#[test]
fn vertex_ai_lists_by_publisher_what_need_not_be_deployed() {
    let list = ModelsUrl {
        items: "publisherModels",
        id: "name@versionId",
        strip: "publishers/acme/models/",
        add: "acme/",
        ..ModelsUrl::PLAIN
    };
    let body = json!({"publisherModels": [
        {"name": "publishers/acme/models/a", "versionId": "1", "supportedActions": {"openGenerationAiStudio": {}}},
        {"name": "publishers/acme/models/b", "versionId": "1", "supportedActions": {"deploy": {}}},
        {"name": "publishers/acme/models/c"},
    ]});
    assert_eq!(read(Api::GoogleVertex, &list, &body), Some(page(&["acme/a@1"], 1, None)));
    assert_eq!(read(Api::GoogleVertex, &list, &json!({})), Some(page(&[], 0, None)));
    assert_eq!(read(Api::Native, &list, &json!({})), None);
}
