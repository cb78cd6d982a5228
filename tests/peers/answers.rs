//! Answers as they have to be, and what was sent for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use portolan::types::{Api, Meter};
use portolan::{Answer, Arguments, Chat, Event, Message, Stop, Tool};
use serde_json::{Value, json};

use crate::Peers;
use crate::apis::{KEY, Spoken};
use crate::fixtures::{CITY, COUNTED, MODES, PACE, PIECE, THOUGHT, TIDINGS, prompt};
use crate::mock::{Asked, text_of};

/// Asks in one of the two modes; returns what came in pieces, and the answer.
async fn ask(chat: &Chat<'_>, mode: &str) -> (Vec<Event>, Answer) {
    let mut events = Vec::new();
    if mode == "whole" {
        return (events, chat.send().await.unwrap());
    }
    let mut stream = chat.stream().await.unwrap();
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            Event::Done(answer) => {
                assert!(stream.next().await.is_none());
                return (events, *answer);
            }
            event => events.push(event),
        }
    }
    panic!("no end")
}

/// The texts of the events of a kind.
fn pieces(events: &[Event], piece: fn(&Event) -> Option<&String>) -> Vec<&str> {
    events.iter().filter_map(piece).map(String::as_str).collect()
}

fn text_piece(event: &Event) -> Option<&String> {
    if let Event::Text(text) = event { Some(text) } else { None }
}

fn thought(event: &Event) -> Option<&String> {
    if let Event::Reasoning(text) = event { Some(text) } else { None }
}

/// What holds for every request: the path, the headers, the model.
fn sent_as_it_should(asked: &Asked, spoken: Spoken, mode: &str) {
    let streamed = mode == "streamed";
    assert_eq!(asked.0["method"], "POST");
    assert_eq!(asked.path(), spoken.paths[usize::from(!streamed)]);
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert!(asked.header("user-agent").unwrap().starts_with("portolan/"));
    // The mock took the key, and blacks out each header that may carry one.
    for header in ["authorization", "x-api-key", "x-goog-api-key", "api-key"] {
        let expected = (header == spoken.header).then_some("[REDACTED]");
        assert_eq!(asked.header(header), expected, "{header}");
    }
    assert!(!asked.path().contains(KEY));
    let version = (spoken.api == Api::AnthropicMessages).then_some("2023-06-01");
    assert_eq!(asked.header("anthropic-version"), version);
    // The mock decodes no path.
    assert_eq!(asked.body()["model"].as_str().unwrap().replace("%3A", ":"), spoken.id());
    assert_eq!(asked.body()["stream"].as_bool().unwrap_or_default(), streamed);
    if spoken.api == Api::OpenaiCompletions && streamed {
        assert_eq!(asked.body()["stream_options"], json!({"include_usage": true}));
    }
}

pub(crate) async fn text(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client(KEY);
    for mode in MODES {
        let prompt = prompt("count", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        let (events, answer) = ask(&chat, mode).await;
        if mode == "streamed" {
            let pieces = pieces(&events, text_piece);
            assert_eq!(pieces.concat(), COUNTED);
            assert_eq!(pieces.len(), COUNTED.encode_utf16().count().div_ceil(PIECE));
        }
        assert_eq!((answer.text().as_str(), &answer.stop), (COUNTED, &Stop::End));
        assert_eq!(
            (answer.reference.as_str(), answer.region.as_deref()),
            (spoken.model, spoken.region)
        );
        assert!(answer.attempts.is_empty());
        // The mock takes over whatever id a request brings, and makes one where it brings none.
        assert!(answer.request_id.as_ref().is_some_and(|id| id.starts_with("req-")));
        if spoken.counts {
            let usage = answer.usage.clone().unwrap();
            assert_eq!(
                usage.iter().collect::<Vec<_>>(),
                [(Meter::Input, 1000), (Meter::Output, 100)]
            );
            let bill = answer.cost.bill().unwrap();
            assert_eq!(bill.quote.lines().count(), 2);
        } else {
            // Zeros are no count, and no count is no price.
            assert!(answer.usage.is_err() && answer.cost.bill().is_none());
        }
        let asked = peers.mock.asked_once(&prompt).await;
        sent_as_it_should(&asked, spoken, mode);
        assert_eq!(asked.messages().len(), 1);
    }
}

pub(crate) async fn conversations(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client(KEY);
    for mode in MODES {
        let first = prompt("first", spoken.api.id(), mode);
        let chat = spoken.chat(&client, &peers.mock.url).system("Be brief.");
        let chat = chat.user(first.as_str()).message(Message::assistant(["Well?"])).user("count");
        let (_, answer) = ask(&chat.max_tokens(321).extra("x_extra", "as it is"), mode).await;
        assert_eq!(answer.text(), COUNTED);
        let asked = peers.mock.asked_once(&first).await;
        sent_as_it_should(&asked, spoken, mode);
        let said = asked.messages().iter().map(|message| {
            (message["role"].as_str().unwrap(), text_of(&message["content"]).unwrap())
        });
        let expected = [
            ("system", "Be brief."),
            ("user", first.as_str()),
            ("assistant", "Well?"),
            ("user", "count"),
        ];
        assert_eq!(said.collect::<Vec<_>>(), expected);
        // Its reading of two apis leaves the limit out.
        let limit = &asked.body()["max_tokens"];
        assert!(*limit == json!(321) || limit.is_null(), "{limit}");
    }
}

pub(crate) async fn tools(peers: Arc<Peers>, spoken: Spoken) {
    let parameters = json!({
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
        "required": ["city"],
    });
    let tool = Tool::new("weather", "The weather in a city now.", parameters.clone());
    let client = spoken.client(KEY);
    for mode in MODES {
        let prompt = prompt("weather", spoken.api.id(), mode);
        let begin = || {
            let chat = spoken.chat(&client, &peers.mock.url);
            chat.tool(tool.clone()).user(prompt.as_str())
        };
        let (events, answer) = ask(&begin(), mode).await;
        assert_eq!((answer.text().as_str(), &answer.stop), ("Let me look.", &Stop::ToolUse));
        let call = answer.tool_calls().next().unwrap();
        let arguments = json!({"city": CITY, "unit": "celsius"});
        assert!(matches!(call.arguments, Arguments::Complete(_)));
        assert_eq!((call.name.as_str(), &call.parse::<Value>().unwrap()), ("weather", &arguments));
        if mode == "streamed" {
            came_in_order(&events, spoken, &call.arguments);
        }
        // The result goes back; only an answer that was understood gets the next fixture.
        let result = Message::results([call.result([TIDINGS])]);
        let (_, last) = ask(&begin().message(answer.message()).message(result), mode).await;
        assert_eq!(last.text(), "It is 7 degrees.");

        let asked = peers.mock.asked(&prompt).await;
        assert_eq!(asked.len(), 2);
        for asked in &asked {
            sent_as_it_should(asked, spoken, mode);
            let tool = &asked.body()["tools"][0]["function"];
            assert_eq!(
                (&tool["name"], &tool["description"]),
                (&json!("weather"), &json!("The weather in a city now."))
            );
            // It does not know `parametersJsonSchema`, which Google takes JSON Schemas in.
            let known = spoken.api != Api::GoogleGenerativeAi;
            assert_eq!(tool["parameters"], if known { parameters.clone() } else { Value::Null });
        }
        let turns = asked[1].of_role("assistant");
        let calls = turns.iter().map(|turn| &turn["tool_calls"]).find(|calls| calls.is_array());
        let calls = calls.unwrap();
        let function = &calls[0]["function"];
        let said: Value = serde_json::from_str(function["arguments"].as_str().unwrap()).unwrap();
        assert_eq!((&function["name"], said), (&json!("weather"), arguments));
        let results = asked[1].of_role("tool");
        assert!(text_of(&results[0]["content"]).unwrap().contains(TIDINGS));
        assert_eq!((calls.as_array().unwrap().len(), results.len()), (1, 1));
        // Ollama's calls have no ids.
        if spoken.api != Api::Ollama {
            assert_eq!(results[0]["tool_call_id"], calls[0]["id"]);
        }
    }
}

/// The call begins, its arguments come, and at the end it comes whole.
fn came_in_order(events: &[Event], spoken: Spoken, arguments: &Arguments) {
    let starts = |event: &Event| matches!(event, Event::ToolStart { index: 0, name, .. } if name == "weather");
    let start = events.iter().position(starts).unwrap();
    let (before, after) = events.split_at(start);
    assert!(before.iter().all(|event| matches!(event, Event::Text(_))));
    let json = |event: &Event| match event {
        Event::ToolArguments { index: 0, json } => Some(json.clone()),
        _ => None,
    };
    let pieces: Vec<_> = after.iter().filter_map(json).collect();
    assert_eq!(pieces.concat(), arguments.text());
    assert_eq!(pieces.len() > 1, spoken.pieces, "{pieces:?}");
    assert!(matches!(events.last(), Some(Event::ToolCall(call)) if call.arguments == *arguments));
}

pub(crate) async fn reasoning(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client(KEY);
    for mode in MODES {
        let prompt = prompt("think", spoken.api.id(), mode);
        let begin = || spoken.chat(&client, &peers.mock.url).user(prompt.as_str());
        let (events, answer) = ask(&begin(), mode).await;
        let expected = if spoken.reasons { THOUGHT } else { "" };
        assert_eq!((answer.text().as_str(), answer.reasoning().as_str()), ("Forty-two.", expected));
        if mode == "streamed" {
            let thoughts = pieces(&events, thought);
            assert_eq!(thoughts.concat(), expected);
            assert_eq!(thoughts.len() > 1, spoken.reasons);
            let first_text = events.iter().position(|event| matches!(event, Event::Text(_)));
            let last_thought =
                events.iter().rposition(|event| matches!(event, Event::Reasoning(_)));
            assert!(last_thought < first_text, "thoughts come before the answer");
        }
        // What was thought goes back with the answer, as far as its provider wants it, and is no text of ours.
        let (_, last) = ask(&begin().message(answer.message()).user("count"), mode).await;
        assert_eq!(last.text(), COUNTED);
        let asked = peers.mock.asked(&prompt).await;
        let said = asked[1].of_role("assistant");
        assert_eq!(said.len(), 1);
        assert_eq!(text_of(&said[0]["content"]), Some("Forty-two."));
    }
}

pub(crate) async fn paced(peers: Arc<Peers>, spoken: Spoken) {
    let client = spoken.client(KEY);
    let prompt = prompt("pace", spoken.api.id(), "streamed");
    let chat = spoken.chat(&client, &peers.mock.url).user(prompt);
    let start = Instant::now();
    let mut stream = chat.stream().await.unwrap();
    let mut times = Vec::new();
    while let Some(event) = stream.next().await {
        if let Event::Text(_) = event.unwrap() {
            times.push(start.elapsed());
        }
    }
    let (first, last) = (times[0], times[times.len() - 1]);
    let gaps = u32::try_from(times.len() - 1).unwrap();
    let (wait, gap) = (Duration::from_millis(PACE.0), Duration::from_millis(PACE.1));
    // The first piece waits for its time, and each is given out as it comes, not at the end; a busy machine is late.
    assert!(first >= wait, "{first:?}");
    assert!(last >= first + gap * gaps / 2, "{times:?}");
}
