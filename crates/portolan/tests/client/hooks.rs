//! What a provider's hooks may do, what they may not, and that nothing of it shows a secret.

use std::time::Duration;

use portolan::types::{Capability, Provider};
use portolan::{
    Answer, Cost, Environment, Error, ErrorKind, Event, HookContext, HookFuture, Hooks, Message,
    NoCost, ReplayPolicy, Request, Resolved, Result, SecretString, TextTransforms, Tool, Turn,
    Wishes, Wrap, catalog,
};
use serde_json::{Value, json};

use crate::peer::{Peer, Step, events, reply, three_words};
use crate::{KEY, MODEL, heard_until_error, kind};

/// A client with hooks for the provider of [`MODEL`].
pub(crate) fn hooked(hooks: impl Hooks + 'static) -> portolan::Client {
    let environment = Environment::new().with("XIAOMI_API_KEY", KEY);
    let builder = portolan::Client::builder().environment(environment).hook("xiaomi", hooks);
    builder.waits(Duration::from_millis(5), Duration::from_secs(1)).build().unwrap()
}

pub(crate) async fn ask(client: &portolan::Client, model: &str, peer: &Peer) -> Result<Answer> {
    client.chat(model).endpoint(&peer.url).user("hi").stream().await?.finish().await
}

pub(crate) fn json_reply(status: &str, body: &Value) -> Vec<Step> {
    reply(status, "content-type: application/json\r\n", &body.to_string())
}

fn body_of(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Marks each turn, with a header that is a secret.
struct Marked;

impl Hooks for Marked {
    fn prepare(&self, context: &HookContext<'_>, request: &mut Request) -> Result<()> {
        assert_eq!((context.provider().id, context.region()), ("xiaomi", None));
        assert!(context.entry().is_some() || context.model_id() == "mimo-beta");
        request.temperature.get_or_insert(0.5);
        Ok(())
    }

    fn turn(&self, _: &HookContext<'_>, turn: &mut Turn<'_>) -> Result<()> {
        let messages = turn.request().messages.len();
        turn.header("x-turn", &messages.to_string())?;
        turn.secret_header("x-session", &SecretString::from("session-planted"))?;
        turn.set("fast", true);
        Ok(())
    }
}

#[tokio::test]
async fn a_turn_has_headers_and_fields_of_its_own() {
    let echo = json!({"error": {"message": "bad session session-planted", "code": "no"}});
    let peer = Peer::new(vec![three_words(), json_reply("400 Bad Request", &echo)]).await;
    let client = hooked(Marked);
    let answer = ask(&client, MODEL, &peer).await.unwrap();
    assert_eq!(
        (answer.text(), answer.cost.to_string()),
        ("One two three".into(), "0.000522 USD".into())
    );
    let request = &peer.requests()[0];
    assert!(
        request.contains("x-turn: 1\r\n") && request.contains("x-session: session-planted\r\n")
    );
    assert!(request.contains(&format!("authorization: Bearer {KEY}\r\n")));
    let body = body_of(request);
    assert_eq!((&body["fast"], &body["temperature"]), (&json!(true), &json!(0.5)));
    // The vendor repeats the secret, the error does not.
    let error = ask(&client, MODEL, &peer).await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::InvalidRequest);
    assert_eq!(error.message(), "bad session [redacted]");
}

#[tokio::test]
async fn a_quota_is_asked_where_the_catalog_says_and_read_as_it_is_told() {
    let body = json!({
        "base_resp": {"status_code": 0},
        "model_remains": [{
            "model_name": "general",
            "current_weekly_remaining_percent": 80,
            "current_weekly_status": 1,
            "weekly_end_time": 1_786_291_200_000_i64,
        }],
    });
    let refused = json!({"base_resp": {"status_code": 1004, "status_msg": "plan-planted-key"}});
    let found = json!({"organic": [{"title": "Portolan"}]});
    let replies = [&body, &refused, &found].map(|body| json_reply("200 OK", body));
    let peer = Peer::new(replies.into()).await;
    let environment = Environment::new();
    let client = portolan::Client::builder().environment(environment);
    let client = client.key("minimax-portal", "plan-planted-key").build().unwrap();
    let provider = client.provider("minimax-portal").unwrap();
    let region = provider.regions.names().iter().next().map(|name| name.id);
    let quota = client.quota(provider, region, Some(&peer.url)).await.unwrap();
    assert_eq!(quota.limits.len(), 1);
    assert_eq!(quota.limits[0].left.to_string(), "80%");
    assert!(peer.requests()[0].starts_with("GET /v1/token_plan/remains HTTP/1.1\r\n"));
    let error = client.quota(provider, region, Some(&peer.url)).await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Authentication);
    assert_eq!((error.region(), error.other_regions()), (Some("global"), &["cn"][..]));

    let asked = json!({"q": "charts"});
    let search = Capability::WebSearch;
    let answer = client.serve(provider, region, Some(&peer.url), search, &asked).await.unwrap();
    assert_eq!(answer, found);
    let request = &peer.requests()[2];
    assert!(request.starts_with("POST /v1/coding_plan/search "), "{request}");
    assert_eq!(body_of(request), asked);

    let other = client.provider("xiaomi").unwrap();
    let none = client.quota(other, None, None).await.unwrap_err();
    assert_eq!(kind(&none), ErrorKind::Credentials);
    let local = client.provider("ollama").unwrap();
    let none = client.quota(local, None, None).await.unwrap_err();
    assert_eq!(kind(&none), ErrorKind::Config);
    assert!(none.message().ends_with("a hook can"), "{none}");
}

/// Mends what users say, and knows ids that no list has.
struct Knowing {
    endpoint: String,
}

impl Hooks for Knowing {
    fn settings(&self, _: &'static Provider, wishes: &mut Wishes) -> Result<()> {
        if wishes.endpoint.as_deref() == Some(format!("{}/old", self.endpoint).as_str()) {
            wishes.endpoint = Some(self.endpoint.clone());
        }
        Ok(())
    }

    fn resolve<'a>(
        &'a self,
        context: &'a HookContext<'a>,
        id: &'a str,
    ) -> HookFuture<'a, Option<Resolved>> {
        Box::pin(async move {
            let model = context.provider().model("mimo-v2.5-pro").unwrap();
            Ok(match id {
                "mimo-latest" => Some(Resolved::alias(model)),
                "mimo-beta" => Some(Resolved::like("mimo-beta", model)),
                "mimo-raw" => Some(Resolved::unlisted("mimo-raw")),
                "mimo-foreign" => {
                    Some(Resolved::alias(catalog::find("deepseek/deepseek-v4-pro").unwrap().model))
                }
                _ => None,
            })
        })
    }
}

#[tokio::test]
async fn ids_that_no_list_has_are_what_the_hook_says() {
    let peer = Peer::saying(three_words()).await;
    let client = hooked(Knowing { endpoint: peer.url.clone() });
    let old = format!("{}/old", peer.url);
    let ask = async |id: &str, tokens| {
        let chat =
            client.chat(&format!("xiaomi/{id}")).endpoint(&old).max_tokens(tokens).user("hi");
        chat.stream().await?.finish().await
    };
    let alias = ask("mimo-latest", 10).await.unwrap();
    assert_eq!(
        (alias.reference.as_str(), alias.cost.to_string().as_str()),
        (MODEL, "0.000522 USD")
    );
    for id in ["mimo-beta", "mimo-raw"] {
        let answer = ask(id, 10).await.unwrap();
        assert_eq!(answer.reference, format!("xiaomi/{id}"));
        assert_eq!(answer.cost, Cost::Unknown(NoCost::NotListed));
    }
    let bodies: Vec<_> = peer.requests().iter().map(|request| body_of(request)).collect();
    let models: Vec<_> = bodies.iter().map(|body| body["model"].as_str().unwrap()).collect();
    assert_eq!(models, ["mimo-v2.5-pro", "mimo-beta", "mimo-raw"]);
    assert!(peer.requests().iter().all(|request| request.starts_with("POST /chat/completions ")));
    // It has the limits of the model that it is like; of the other nobody knows any.
    assert_eq!(kind(&ask("mimo-beta", 100_000_000).await.unwrap_err()), ErrorKind::Refused);
    assert!(ask("mimo-raw", 100_000_000).await.is_ok());
    assert_eq!(kind(&ask("mimo-foreign", 10).await.unwrap_err()), ErrorKind::Config);
    assert_eq!(kind(&ask("mimo-none", 10).await.unwrap_err()), ErrorKind::UnknownModel);
}

/// Knows what its vendor means.
struct Judging;

impl Hooks for Judging {
    fn classify(&self, error: &Error) -> Option<ErrorKind> {
        match (error.code(), error.message()) {
            (Some("E17"), _) => Some(ErrorKind::Overloaded),
            (_, "too many words") => Some(ErrorKind::ContextLength),
            _ => None,
        }
    }
}

#[tokio::test]
async fn a_failure_is_what_the_hook_says_that_it_is() {
    let busy = json_reply("400 Bad Request", &json!({"error": {"code": "E17", "message": "x"}}));
    let peer = Peer::new(vec![busy, three_words()]).await;
    let answer = ask(&hooked(Judging), MODEL, &peer).await.unwrap();
    assert_eq!(answer.attempts[0].kind, ErrorKind::Overloaded);
    assert_eq!(peer.requests().len(), 2);

    let first = r#"{"choices":[{"delta":{"content":"One"}}]}"#;
    let long = events(&[first, r#"{"error":{"message":"too many words"}}"#]);
    let peer = Peer::saying(long).await;
    let error = ask(&hooked(Judging), MODEL, &peer).await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::ContextLength);
}

/// Reads the thoughts that its model writes between marks, and spells words in another way.
struct Tagged;

/// A model that thinks in capitals.
struct Shouting;

impl Wrap for Shouting {
    fn event(&mut self, event: Event, out: &mut Vec<Event>) {
        match event {
            Event::Text(text) if text == "two " => {}
            other => out.push(other),
        }
    }

    fn end(&mut self, out: &mut Vec<Event>) {
        out.push(Event::Text(" red ba".to_owned()));
    }

    fn answer(&self, answer: &mut Answer) {
        let text = answer.text().replace("two ", "") + " red ba";
        answer.parts = vec![portolan::Part::text(text)];
    }
}

impl Hooks for Tagged {
    fn wrap(&self, _: &HookContext<'_>) -> Option<Box<dyn Wrap>> {
        Some(Box::new(Shouting))
    }

    fn text(&self) -> TextTransforms {
        let transforms = TextTransforms::new().input("blue", "red").output("One three", "1 3");
        transforms.output("red basket", "never").output(" red", " blue")
    }
}

#[tokio::test]
async fn an_answer_is_wrapped_and_its_words_are_replaced_over_the_borders_of_chunks() {
    let peer = Peer::saying(three_words()).await;
    let client = hooked(Tagged);
    let chat = client.chat(MODEL).endpoint(&peer.url).system("a blue one").user("blue");
    let mut stream = chat.stream().await.unwrap();
    let (mut text, mut done) = (String::new(), None);
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            Event::Text(more) => text += &more,
            Event::Done(answer) => done = Some(answer),
            other => panic!("{other:?}"),
        }
    }
    let answer = done.unwrap();
    assert_eq!((text.as_str(), answer.text().as_str()), ("1 3 blue ba", "1 3 blue ba"));
    assert_eq!(answer.cost.to_string(), "0.000522 USD");
    let body = body_of(&peer.requests()[0]);
    assert_eq!(body["messages"][0]["content"], "a red one");
    assert_eq!(body["messages"][1]["content"], "red");

    // What is held back of an answer that breaks off is given out before the error.
    let first = r#"{"choices":[{"delta":{"content":"One"}}]}"#;
    let broken = Peer::saying(events(&[first])).await;
    let chat = client.chat(MODEL).endpoint(&broken.url).user("hi");
    let mut stream = chat.stream().await.unwrap();
    let (text, error) = heard_until_error(&mut stream).await;
    assert_eq!((text.as_str(), kind(&error)), ("One blue ba", ErrorKind::Disconnected));
    assert_eq!(stream.partial().unwrap().text(), text);
    assert!(stream.next().await.is_none());

    let whole = r#"{"choices":[{"message":{"content":"One two three"},"finish_reason":"stop"}]}"#;
    let peer = Peer::saying(reply("200 OK", "content-type: application/json\r\n", whole)).await;
    assert_eq!(ask(&client, MODEL, &peer).await.unwrap().text(), "1 3 blue ba");
    let chat = client.chat(MODEL).endpoint(&peer.url).user("hi");
    assert_eq!(chat.send().await.unwrap().text(), "1 3 blue ba");
}

/// Wants all thoughts back, and refuses a tool.
struct Keeping(ReplayPolicy);

impl Hooks for Keeping {
    fn replay(&self, _: &HookContext<'_>) -> ReplayPolicy {
        self.0
    }

    fn tool(&self, _: &HookContext<'_>, tool: &mut Tool) -> Result<()> {
        if tool.name == "none" {
            return Err(Error::new(ErrorKind::Refused, "the tool `none` is refused here"));
        }
        tool.description.push_str(" (hooked)");
        Ok(())
    }
}

#[tokio::test]
async fn thoughts_go_back_as_the_policy_says_and_tools_as_the_hook_mends_them() {
    let thinking = r#"{"choices":[{"delta":{"reasoning_content":"Hm.","content":"A"}}]}"#;
    let last = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    for (policy, expected) in [
        (ReplayPolicy::Api, None),
        (ReplayPolicy::Always, Some("Hm.")),
        (ReplayPolicy::Turn, None),
        (ReplayPolicy::Never, None),
    ] {
        let peer = Peer::saying(events(&[thinking, last, "[DONE]"])).await;
        let client = hooked(Keeping(policy));
        let first = ask(&client, MODEL, &peer).await.unwrap();
        assert_eq!(first.reasoning(), "Hm.");
        let request =
            Request::new().user("hi").message(first.message()).message(Message::user(["on"]));
        let tool = Tool::new("f", "Does it.", json!({"type": "object", "minLength": 1}));
        let chat = client.chat(MODEL).endpoint(&peer.url).request(request.clone());
        chat.tool(tool.clone()).stream().await.unwrap().finish().await.unwrap();
        let body = body_of(&peer.requests()[1]);
        let back = body["messages"][1].get("reasoning_content").and_then(Value::as_str);
        assert_eq!(back, expected, "{policy:?}");
        assert_eq!(body["tools"][0]["function"]["description"], "Does it. (hooked)");

        let refused = client.chat(MODEL).endpoint(&peer.url).request(request);
        let mut none = tool;
        none.name = "none".to_owned();
        let error = refused.tool(none).send().await.unwrap_err();
        assert_eq!((kind(&error), error.provider()), (ErrorKind::Refused, Some("xiaomi")));
        assert_eq!(peer.requests().len(), 2);
    }
}

struct Empty;

impl Hooks for Empty {
    fn text(&self) -> TextTransforms {
        TextTransforms::new().output("", "x")
    }
}

/// Brings a tool of its own.
struct Bringing;

impl Hooks for Bringing {
    fn prepare(&self, _: &HookContext<'_>, request: &mut Request) -> Result<()> {
        request.tools.push(Tool::new("own", "Own.", json!({"anyOf": [{"required": ["a"]}]})));
        Ok(())
    }
}

#[tokio::test]
async fn tools_are_cleaned_up_for_the_family_with_and_without_hooks() {
    let body = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
    let peer = Peer::saying(reply("200 OK", "content-type: application/json\r\n", body)).await;
    let environment = || Environment::new().with("OPENAI_API_KEY", "sk-1");
    let plain = portolan::Client::builder().environment(environment()).build().unwrap();
    let hooked = portolan::Client::builder().environment(environment()).hook("openai", Bringing);
    let hooked = hooked.build().unwrap();
    let description = r#"(JSON Schema: {"anyOf":[{"required":["a"]}]})"#;
    let cleaned = json!({"description": description, "type": "object"});
    let tool = Tool::new("own", "Own.", json!({"anyOf": [{"required": ["a"]}]}));
    for (position, chat) in
        [plain.chat("openai/gpt-4o-mini").tool(tool), hooked.chat("openai/gpt-4o-mini")]
            .into_iter()
            .enumerate()
    {
        let chat = chat.api(portolan::types::Api::OpenaiCompletions).endpoint(&peer.url);
        chat.user("hi").send().await.unwrap();
        let body = body_of(&peer.requests()[position]);
        assert_eq!(body["tools"][0]["function"]["parameters"], cleaned);
    }
}

#[test]
fn hooks_are_for_a_provider_that_there_is_and_only_once() {
    let builder = || portolan::Client::builder().environment(Environment::new());
    let build = builder().hook("xiaomi", Marked).hook("xiaomi", Judging).hook("xaiomi", Marked);
    let error = build.hook("deepseek", Empty).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    for part in ["`xiaomi` has hooks already", "provider `xaiomi`", "transform of `deepseek`"] {
        assert!(error.message().contains(part), "{error}");
    }
    assert!(builder().hook("xiaomi", Marked).hook("deepseek", Marked).build().is_ok());
}
