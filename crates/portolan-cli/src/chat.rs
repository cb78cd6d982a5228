//! `portolan chat`: the answer on standard output as it comes, what it cost on standard error.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use portolan::{Answer, Arguments, Attempt, Chat, Client, Event, Tool};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Said;
use crate::failure::Failure;
use crate::keys;
use crate::price::spell_bill;

#[derive(Args)]
pub(crate) struct Options {
    /// The model to ask: `provider/model`.
    #[arg(short, long, value_name = "REF")]
    model: String,
    /// The region of its provider.
    #[arg(long)]
    region: Option<String>,
    /// A model to ask if those before it fail.
    #[arg(long, value_name = "REF")]
    fallback: Vec<String>,
    /// A JSON file with a list of tools: `name`, `description` and `parameters` each.
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
    /// Another base URL for the model; the key of its provider goes there.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Wait for the whole answer.
    #[arg(long)]
    no_stream: bool,
    /// What to say; `-` is the standard input.
    prompt: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolFile {
    name: String,
    #[serde(default)]
    description: String,
    parameters: Value,
}

pub(crate) fn run(options: &Options, json: bool) -> Result<Said, Failure> {
    let client = Client::builder().environment(keys::environment()?).build()?;
    let chat = chat(&client, options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("config", error.to_string()))?;
    let answer = runtime.block_on(answer(&chat, options, json))?;
    let mut text = String::new();
    if options.no_stream {
        text.push_str(&answer.text());
    }
    text.push('\n');
    for call in answer.tool_calls() {
        let cut = matches!(call.arguments, Arguments::Incomplete(_));
        let note = if cut { " (cut off)" } else { "" };
        text.extend([call.name.as_str(), " ", call.arguments.text(), note, "\n"]);
    }
    Ok(Said { json: spell(&answer), text, note: Some(note(&answer, options)) })
}

fn chat<'c>(client: &'c Client, options: &Options) -> Result<Chat<'c>, Failure> {
    let mut prompt = options.prompt.clone();
    if prompt == "-" {
        prompt.clear();
        let read = std::io::stdin().read_to_string(&mut prompt);
        read.map_err(|error| Failure::new("config", format!("standard input: {error}")))?;
    }
    let mut chat = client.chat(&options.model).user(prompt);
    if let Some(region) = &options.region {
        chat = chat.region(region);
    }
    if let Some(endpoint) = &options.endpoint {
        chat = chat.endpoint(endpoint);
    }
    for tool in tools(options)? {
        chat = chat.tool(tool);
    }
    Ok(options.fallback.iter().fold(chat, Chat::fallback))
}

fn tools(options: &Options) -> Result<Vec<Tool>, Failure> {
    let Some(path) = &options.tools else { return Ok(Vec::new()) };
    let failure = |error: &dyn std::fmt::Display| {
        let failure = Failure::new("config", format!("`{}`: {error}", path.display()));
        failure.help("a list of objects with `name`, `description` and `parameters`, a JSON Schema")
    };
    let text = std::fs::read_to_string(path).map_err(|error| failure(&error))?;
    let tools: Vec<ToolFile> = serde_json::from_str(&text).map_err(|error| failure(&error))?;
    Ok(tools.into_iter().map(|t| Tool::new(t.name, t.description, t.parameters)).collect())
}

async fn answer(chat: &Chat<'_>, options: &Options, json: bool) -> Result<Answer, Failure> {
    if options.no_stream {
        return Ok(chat.send().await?);
    }
    let mut stream = chat.stream().await?;
    let mut out = std::io::stdout().lock();
    while let Some(event) = stream.next().await {
        match event? {
            Event::Text(text) if !json => {
                // Whoever reads may have gone; the answer is still to be paid.
                let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            }
            Event::Done(answer) => return Ok(*answer),
            _ => {}
        }
    }
    Err(Failure::new("disconnected", "the answer ended without its end"))
}

fn note(answer: &Answer, options: &Options) -> String {
    let mut note = format!("{}: {}, {}", answer.reference, answer.stop, answer.cost);
    if let Some(endpoint) = &options.endpoint {
        note.extend([", by ", endpoint]);
    }
    for attempt in &answer.attempts {
        note.extend(["\nfailed before: ", attempt.error.as_str()]);
    }
    note
}

fn spell(answer: &Answer) -> Value {
    let calls = answer.tool_calls().map(|call| {
        let whole = match &call.arguments {
            Arguments::Complete(text) => serde_json::from_str::<Value>(text).ok(),
            _ => None,
        };
        json!({"id": call.id, "name": call.name, "arguments": whole})
    });
    let units = |usage: &portolan::types::Usage| {
        let units = usage.iter().map(|(meter, units)| (meter.id().to_owned(), json!(units)));
        Value::Object(units.collect())
    };
    let cost = |cost: &portolan::Cost, reference: &str| {
        cost.bill().map(|bill| spell_bill(reference, bill))
    };
    let attempts = answer.attempts.iter().map(|attempt: &Attempt| {
        json!({
            "ref": attempt.reference,
            "code": attempt.kind.id(),
            "error": attempt.error,
            "cost": attempt.cost.as_ref().and_then(|paid| cost(paid, &attempt.reference)),
        })
    });
    json!({
        "ref": answer.reference,
        "region": answer.region,
        "text": answer.text(),
        "reasoning": answer.reasoning(),
        "tool_calls": calls.collect::<Value>(),
        "stop": answer.stop.to_string(),
        "usage": answer.usage.as_ref().ok().map(units),
        "cost": cost(&answer.cost, &answer.reference),
        "attempts": attempts.collect::<Value>(),
    })
}
