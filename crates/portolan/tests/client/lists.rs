//! The models that endpoints list, beside the catalog's, and what is kept of them on disk.

use std::path::PathBuf;
use std::time::Duration;

use portolan::types::Provider;
use portolan::{Client, Cost, Environment, ErrorKind, ListCache, ListedBy, ModelList, NoCost};

use crate::peer::{Peer, reply, three_words};
use crate::{KEY, kind};

fn provider(id: &str) -> &'static Provider {
    portolan::catalog::provider(id).unwrap()
}

fn environment() -> Environment {
    Environment::new()
        .with("XIAOMI_API_KEY", KEY)
        .with("XIAOMI_TOKEN_PLAN_API_KEY", "tp-planted")
        .with("ANTHROPIC_API_KEY", "sk-ant-1")
        .with("GEMINI_API_KEY", "g-1")
        .with("OPENROUTER_API_KEY", "sk-or-planted")
        .with("AWS_ACCESS_KEY_ID", "AKIA1")
        .with("AWS_SECRET_ACCESS_KEY", "aws-planted")
}

fn client() -> Client {
    Client::builder().environment(environment()).tries(1).build().unwrap()
}

/// The ids of a list; `true` for those that the catalog has.
fn ids(list: &ModelList) -> Vec<(&str, bool)> {
    list.models.iter().map(|model| (model.id.as_str(), model.entry.is_some())).collect()
}

const XIAOMI: &str = r#"{"object":"list","data":[{"id":"mimo-v2.5-pro"},{"id":"mimo-v9"},{"id":"mimo-v9"},{"no":1}]}"#;

#[tokio::test]
async fn what_is_new_at_the_endpoint_and_what_is_gone_from_it_is_shown() {
    let peer = Peer::saying(reply("200 OK", "", XIAOMI)).await;
    let list = client().models(provider("xiaomi")).endpoint(&peer.url).send().await.unwrap();
    assert_eq!(ids(&list), [("mimo-v2.5-pro", true), ("mimo-v9", false)]);
    assert_eq!((list.new_ids().collect::<Vec<_>>(), list.unreadable), (vec!["mimo-v9"], 1));
    let gone: Vec<_> = list.gone.iter().map(ToString::to_string).collect();
    assert!(gone.contains(&"xiaomi/mimo-v2.5".to_owned()), "{gone:?}");
    assert!(!gone.contains(&"xiaomi/mimo-v2.5-pro".to_owned()));
    // What the catalog itself calls retired or delisted is no news.
    let retired =
        list.gone.iter().any(|entry| ["retired", "delisted"].contains(&entry.model.status.id()));
    assert!(!retired && matches!(list.by, ListedBy::Endpoint));
    let request = &peer.requests()[0];
    assert!(request.starts_with("GET /models HTTP/1.1\r\n") && request.contains(KEY), "{request}");
}

#[tokio::test]
async fn each_api_is_asked_in_its_own_way_to_the_last_page() {
    let client = client();
    let anthropic = Peer::new(vec![
        reply(
            "200 OK",
            "",
            r#"{"data":[{"id":"claude-opus-4-5"}],"has_more":true,"last_id":"a&b"}"#,
        ),
        reply("200 OK", "", r#"{"data":[{"id":"claude-next"}],"has_more":false,"last_id":"c"}"#),
    ]);
    let anthropic = anthropic.await;
    let list = client.models(provider("anthropic")).endpoint(&anthropic.url).send().await.unwrap();
    assert_eq!(ids(&list), [("claude-opus-4-5", true), ("claude-next", false)]);
    let second = &anthropic.requests()[1];
    assert!(second.starts_with("GET /v1/models?limit=1000&after_id=a%26b "), "{second}");
    assert!(second.contains("anthropic-version: 2023-06-01\r\n"), "{second}");

    let bedrock = Peer::new(vec![
        reply(
            "200 OK",
            "",
            r#"{"modelSummaries":[{"modelId":"amazon.nova-pro-v1:0","inferenceTypesSupported":["ON_DEMAND"]}]}"#,
        ),
        reply(
            "200 OK",
            "",
            r#"{"inferenceProfileSummaries":[{"inferenceProfileId":"eu.new.one","status":"ACTIVE"}],"nextToken":"n/="}"#,
        ),
        reply("200 OK", "", r#"{"inferenceProfileSummaries":[]}"#),
    ]);
    let bedrock = bedrock.await;
    let listing = client.models(provider("amazon-bedrock")).endpoint(&bedrock.url);
    let list = listing.region("eu-west-1").send().await.unwrap();
    assert_eq!(ids(&list), [("amazon.nova-pro-v1:0", true), ("eu.new.one", false)]);
    assert_eq!(list.region, Some("eu-west-1"));
    let requests = bedrock.requests();
    assert!(requests[0].starts_with("GET /foundation-models "), "{}", requests[0]);
    assert!(requests[0].contains("authorization: AWS4-HMAC-SHA256 Credential=AKIA1/"));
    assert!(requests[2].starts_with("GET /inference-profiles?maxResults=1000&nextToken=n%2F%3D "));

    let ollama = r#"{"models":[{"name":"gpt-oss:latest"},{"name":"mine:7b"}]}"#;
    let ollama = Peer::saying(reply("200 OK", "", ollama)).await;
    let list = client.models(provider("ollama")).endpoint(&ollama.url).send().await.unwrap();
    assert_eq!(list.models[1].id, "mine:7b");
    assert!(ollama.requests()[0].starts_with("GET /api/tags "));
}

#[tokio::test]
async fn azure_lists_what_a_resource_may_use() {
    let environment =
        Environment::new().with("AZURE_RESOURCE_NAME", "acme").with("AZURE_API_KEY", "planted-key");
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let models = r#"{"object":"list","data":[{"id":"gpt-4o"},{"id":"mine.ft-1"}]}"#;
    let azure = Peer::saying(reply("200 OK", "", models)).await;
    let list = client.models(provider("azure")).endpoint(&azure.url).send().await.unwrap();
    assert_eq!(ids(&list), [("gpt-4o", true), ("mine.ft-1", false)]);
    let requests = azure.requests();
    assert!(requests[0].starts_with("GET /openai/v1/models "), "{}", requests[0]);
    assert!(requests[0].contains("api-key: planted-key\r\n"), "{}", requests[0]);
}

/// What a provider of several lists says at one address, a page a request.
async fn pages(bodies: &[&str]) -> Peer {
    Peer::new(bodies.iter().map(|body| reply("200 OK", "", body)).collect()).await
}

#[tokio::test]
async fn a_manifest_says_where_a_provider_lists_its_models() {
    let environment = Environment::new()
        .with("DEEPGRAM_API_KEY", KEY)
        .with("REPLICATE_API_TOKEN", KEY)
        .with("CLOUDFLARE_ACCOUNT_ID", "acme-1")
        .with("CLOUDFLARE_API_KEY", KEY)
        .with("FAL_AI_API_KEY", KEY)
        .with("RUNWAYML_API_SECRET", KEY);
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let listed = async |id: &str, bodies: &[&str]| {
        let peer = pages(bodies).await;
        // Lists are below the origin of an address.
        let address = format!("{}/v1", peer.url);
        let list = client.models(provider(id)).endpoint(&address).send().await.unwrap();
        let ids: Vec<_> = list.models.iter().map(|m| (m.id.clone(), m.entry.is_some())).collect();
        (ids, peer.requests())
    };
    let (ids, requests) = listed(
        "deepgram",
        &[
            r#"{"stt":[{"name":"general","canonical_name":"nova-3"}],"tts":[]}"#,
            r#"{"stt":[],"tts":[{"canonical_name":"aura-9-x"},{"canonical_name":"aura-9-x"}]}"#,
        ],
    )
    .await;
    assert_eq!(ids, [("nova-3".to_owned(), true), ("aura-9-x".to_owned(), false)]);
    assert!(requests[1].starts_with("GET /v1/models HTTP/1.1\r\n"), "{}", requests[1]);
    assert!(requests[1].contains(&format!("authorization: Token {KEY}\r\n")), "{}", requests[1]);

    let body = r#"{"name":"Official","models":[{"owner":"deepseek-ai","name":"deepseek-v3"},{"owner":"x"}]}"#;
    let (ids, requests) = listed("replicate", &[body]).await;
    assert_eq!(ids, [("deepseek-ai/deepseek-v3".to_owned(), true)]);
    assert!(requests[0].starts_with("GET /v1/collections/official "), "{}", requests[0]);

    let body = r#"{"success":true,"result":[{"id":"c0","name":"@cf/openai/gpt-oss-120b"}]}"#;
    let (ids, requests) = listed("cloudflare-workers-ai", &[body]).await;
    assert_eq!(ids, [("@cf/openai/gpt-oss-120b".to_owned(), true)]);
    let path = "GET /client/v4/accounts/acme-1/ai/models/search?per_page=1000 ";
    assert!(requests[0].starts_with(path), "{}", requests[0]);

    let (ids, requests) = listed(
        "fal-ai",
        &[
            r#"{"models":[{"endpoint_id":"fal-ai/new"}],"next_cursor":"a/b","has_more":true}"#,
            r#"{"models":[{"endpoint_id":"fal-ai/last"}],"next_cursor":null,"has_more":false}"#,
        ],
    )
    .await;
    assert_eq!(ids.len(), 2);
    let path = "GET /v1/models?status=active&limit=100&cursor=a%2Fb ";
    assert!(requests[1].starts_with(path), "{}", requests[1]);

    let body = r#"{"tier":{"models":{"gen4_turbo":{},"gen9":{}}},"usage":{"models":{}}}"#;
    let (ids, requests) = listed("runwayml", &[body]).await;
    assert_eq!(ids, [("gen4_turbo".to_owned(), true), ("gen9".to_owned(), false)]);
    assert!(requests[0].contains("x-runway-version: 2024-11-06\r\n"), "{}", requests[0]);
}

#[tokio::test]
async fn vertex_ai_lists_publisher_by_publisher_for_the_project() {
    let environment = Environment::new()
        .with("GOOGLE_VERTEX_PROJECT", "acme-1")
        .with("GOOGLE_VERTEX_LOCATION", "us-central1")
        .with_key("google-vertex-anthropic", "planted-token".into())
        .with_key("google-vertex", "planted-token".into());
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let listed = async |id: &str, bodies: &[&str]| {
        let peer = pages(bodies).await;
        let listing = client.models(provider(id)).endpoint(&peer.url).region("regional");
        let list = listing.send().await.unwrap();
        let ids: Vec<_> = list.models.into_iter().map(|model| (model.id, model.entry)).collect();
        (ids, peer.requests())
    };
    let first = r#"{"publisherModels":[
        {"name":"publishers/anthropic/models/claude-opus-4-5","versionId":"20251101"},
        {"name":"publishers/anthropic/models/claude-opus-5-5","versionId":"20261001"}],"nextPageToken":"2"}"#;
    let second = r#"{"publisherModels":[
        {"name":"publishers/anthropic/models/claude-9","versionId":"default"}]}"#;
    let (ids, requests) = listed("google-vertex-anthropic", &[first, second]).await;
    let names: Vec<_> = ids.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(names, ["claude-opus-4-5@20251101", "claude-opus-5-5@20261001", "claude-9@default"]);
    // The catalog's name for what always is the newest version.
    let known: Vec<_> = ids.iter().map(|(_, entry)| entry.map(|entry| entry.model.id)).collect();
    assert_eq!(known, [Some("claude-opus-4-5@20251101"), Some("claude-opus-5-5@default"), None]);
    let path = "GET /v1beta1/publishers/anthropic/models?pageSize=100&pageToken=2 ";
    assert!(requests[1].starts_with(path), "{}", requests[1]);
    assert!(requests[1].contains("authorization: Bearer planted-token\r\n"), "{}", requests[1]);
    assert!(requests[1].contains("x-goog-user-project: acme-1\r\n"), "{}", requests[1]);

    let google = r#"{"publisherModels":[{"name":"publishers/google/models/gemini-2.5-pro","versionId":"default"}]}"#;
    let (ids, requests) = listed("google-vertex", &[google, "{}"]).await;
    assert_eq!(ids.len(), 1);
    assert_eq!(ids[0].1.map(|entry| entry.model.id), Some("gemini-2.5-pro"));
    assert!(requests.iter().any(|asked| asked.starts_with("GET /v1beta1/publishers/qwen/models?")));
}

#[tokio::test]
async fn a_list_that_needs_no_key_gets_none_and_its_pages_stay_on_its_host() {
    let environment =
        Environment::new().with_key("watsonx", KEY.into()).with("WATSONX_REGION", "us-south");
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let listed =
        async |peer: &Peer| client.models(provider("watsonx")).endpoint(&peer.url).send().await;
    let peer = pages(&[
        r#"{"resources":[{"model_id":"ibm/new"}],"next":{"href":"/ml/v1/foundation_model_specs?start=2"}}"#,
        r#"{"resources":[{"model_id":"ibm/last"}]}"#,
    ])
    .await;
    assert_eq!(ids(&listed(&peer).await.unwrap()), [("ibm/new", false), ("ibm/last", false)]);
    let requests = peer.requests();
    assert!(
        requests[1].starts_with("GET /ml/v1/foundation_model_specs?start=2 "),
        "{}",
        requests[1]
    );
    assert!(requests.iter().all(|request| !request.contains(KEY)), "{requests:?}");

    for next in ["https://thief.example/specs", "//thief.example/specs", "http://127.0.0.1:1/specs"]
    {
        let body = format!(r#"{{"resources":[],"next":{{"href":"{next}"}}}}"#);
        let error = listed(&pages(&[&body]).await).await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Protocol);
        assert!(error.message().contains(next), "{error}");
    }
}

#[tokio::test]
async fn who_has_no_list_is_not_asked() {
    let environment = Environment::new().with("PERPLEXITY_API_KEY", KEY);
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let peer = pages(&[XIAOMI]).await;
    let listing = client.models(provider("perplexity")).endpoint(&peer.url);
    let error = listing.send().await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Config);
    assert!(error.message().contains("which models `perplexity` has; see https://"), "{error}");
    assert!(peer.requests().is_empty());
}

#[tokio::test]
async fn what_is_no_list_is_an_error() {
    let client = client();
    let listed = async |id: &str, peer: &Peer| {
        let list = client.models(provider(id)).endpoint(&peer.url).send().await;
        kind(&list.unwrap_err())
    };
    let endless = r#"{"models":[{"name":"models/gemini-2.5-pro"}],"nextPageToken":"t"}"#;
    let endless = Peer::saying(reply("200 OK", "", endless)).await;
    assert_eq!(listed("google", &endless).await, ErrorKind::TooLarge);
    let many: Vec<_> = (0..50_001).map(|n| format!(r#"{{"id":"m{n}"}}"#)).collect();
    let many = Peer::saying(reply("200 OK", "", &format!("[{}]", many.join(",")))).await;
    assert_eq!(listed("xiaomi", &many).await, ErrorKind::TooLarge);
    for body in ["<html>", "{}", r#"{"data":{"id":"m"}}"#, ""] {
        let page = Peer::saying(reply("200 OK", "", body)).await;
        assert_eq!(listed("xiaomi", &page).await, ErrorKind::Protocol, "{body}");
    }
    let refused = Peer::saying(reply("401 Unauthorized", "", KEY)).await;
    assert_eq!(listed("xiaomi", &refused).await, ErrorKind::Authentication);
    let region = client.models(provider("xiaomi-token-plan")).send().await.unwrap_err();
    assert_eq!(
        (kind(&region), region.other_regions()),
        (ErrorKind::Region, &["cn", "sgp", "ams"][..])
    );
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("portolan-{name}-{}", std::process::id())))
    }

    fn client(&self, max_age: u64) -> Client {
        let cache = ListCache::new(&self.0).max_age(Duration::from_secs(max_age));
        let builder = Client::builder().environment(environment()).tries(1);
        builder.list_cache(cache).build().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_list_is_kept_and_an_old_one_serves_while_nothing_is_reached() {
    let folder = Folder::new("kept");
    let plan = provider("xiaomi-token-plan");
    let down = reply("503 Service Unavailable", "", "down");
    let peer = Peer::new(vec![
        reply("200 OK", "", r#"{"data":[{"id":"a"}]}"#),
        reply("200 OK", "", r#"{"data":[{"id":"b"}]}"#),
        reply("401 Unauthorized", "", "no"),
        down,
    ]);
    let peer = peer.await;
    let client = folder.client(600);
    let ask = |client: &Client, region: &str| {
        let client = client.clone();
        let (url, region) = (peer.url.clone(), region.to_owned());
        async move { client.models(plan).region(region).endpoint(url).send().await }
    };
    assert!(client.models(plan).region("sgp").endpoint(&peer.url).kept().unwrap().is_none());
    let first = ask(&client, "sgp").await.unwrap();
    assert!(matches!(first.by, ListedBy::Endpoint) && first.not_kept.is_none());
    let again = ask(&client, "sgp").await.unwrap();
    assert!(matches!(again.by, ListedBy::Cache) && ids(&again) == [("a", false)]);
    assert_eq!((peer.requests().len(), again.fetched), (1, first.fetched));
    // Another region is another list.
    assert_eq!(ids(&ask(&client, "ams").await.unwrap()), [("b", false)]);
    // A key that is refused is refused, whatever is kept.
    let refused = client.models(plan).region("sgp").endpoint(&peer.url).refresh().send().await;
    assert_eq!(kind(&refused.unwrap_err()), ErrorKind::Authentication);
    let stale =
        client.models(plan).region("sgp").endpoint(&peer.url).refresh().send().await.unwrap();
    assert_eq!(ids(&stale), [("a", false)]);
    let ListedBy::Stale(Some(error)) = &stale.by else { panic!("{:?}", stale.by) };
    assert_eq!(kind(error), ErrorKind::Overloaded);
    for entry in std::fs::read_dir(folder.0.join("lists")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("planted") && !path.to_string_lossy().contains("planted"), "{text}");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_kept_is_had_all_the_same_and_says_so() {
    let folder = Folder::new("not-kept");
    std::fs::write(&folder.0, "a file where the folder should be").unwrap();
    let peer = Peer::saying(reply("200 OK", "", XIAOMI)).await;
    let listing = folder.client(600);
    let list = listing.models(provider("xiaomi")).endpoint(&peer.url).send().await.unwrap();
    assert!(list.models.len() == 2 && list.not_kept.is_some());
    std::fs::remove_file(&folder.0).unwrap();
}

#[tokio::test]
async fn an_undeclared_id_goes_only_to_a_provider_that_passes_ids_through_and_has_no_price() {
    let peer = Peer::saying(three_words()).await;
    let client = client();
    let chat = client.chat("openrouter/not/in-the-catalog").endpoint(&peer.url).user("hi");
    let answer = chat.stream().await.unwrap().finish().await.unwrap();
    assert_eq!(answer.reference, "openrouter/not/in-the-catalog");
    assert_eq!(answer.cost, Cost::Unknown(NoCost::NotListed));
    assert!(peer.requests()[0].contains(r#""model":"not/in-the-catalog""#));
    // An error with the nearest refs takes a while, so some stand for all.
    let others = portolan::catalog::providers().filter(|provider| !provider.pass_through);
    for provider in others.step_by(25) {
        let reference = format!("{}/no-such-model", provider.id);
        let error = client.chat(&reference).user("hi").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownModel, "{reference}");
    }
    assert_eq!(peer.requests().len(), 1);
}
