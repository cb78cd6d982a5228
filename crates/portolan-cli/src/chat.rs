//! `portolan chat`: the answer on standard output as it comes, what it cost on standard error.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use portolan::{Answer, Arguments, Chat, Client, Event, Message, Part, Tool};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::completions::refs;
use crate::failure::{Failure, lines, spell_attempts, spell_cost};
use crate::settings::Settings;
use crate::terminal::{DIM, Look, harmless};
use crate::{Said, Voice};

mod attach;
mod wait;

use wait::Waiting;

/// The longest text that is read from the standard input or a file of tools.
const MAX_TEXT: u64 = 16 << 20;

#[derive(Args)]
pub(crate) struct Options {
    /// The model to ask, `provider/model` or an alias; the default model unless it is said.
    #[arg(short, long, value_name = "REF", add = refs())]
    model: Option<String>,
    /// The region of its provider.
    #[arg(long)]
    region: Option<String>,
    /// A model to ask if those before it fail.
    #[arg(long, value_name = "REF", add = refs())]
    fallback: Vec<String>,
    /// A file to send along: a text, an image, a sound, a film or a PDF.
    #[arg(long, value_name = "PATH")]
    file: Vec<PathBuf>,
    /// An image to send along.
    #[arg(long, value_name = "PATH")]
    image: Vec<PathBuf>,
    /// A JSON file with a list of tools: `name`, `description` and `parameters` each.
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
    /// Another base URL for the model; the key of its provider goes there.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Wait for the whole answer.
    #[arg(long)]
    no_stream: bool,
    /// What to say; `-`, or nothing where something is piped in, is the standard input.
    prompt: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolFile {
    name: String,
    #[serde(default)]
    description: String,
    parameters: Value,
}

pub(crate) fn run(options: &Options, settings: &Settings, voice: Voice) -> Result<Said, Failure> {
    let client = settings.client()?.build()?;
    let chat = chat(&client, options, settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("machine", error.to_string()))?;
    let waiting = Waiting::new(voice);
    let answer = runtime.block_on(async {
        tokio::select! {
            answer = answer(&chat, options, voice, &waiting) => answer,
            _ = tokio::signal::ctrl_c() => Err(Failure::interrupted("the answer was cut off")),
        }
    });
    let answer = answer.inspect_err(|_| {
        if waiting.end() {
            // What came so far stays, on a line of its own.
            let _ = writeln!(std::io::stdout().lock());
        }
    })?;
    let mut text = String::new();
    if options.no_stream {
        text.push_str(&shown(&answer.text()));
    }
    text.push('\n');
    for call in answer.tool_calls() {
        let cut = matches!(call.arguments, Arguments::Incomplete(_));
        let note = if cut { " (cut off)" } else { "" };
        text.extend([&*shown(&call.name), " ", &shown(call.arguments.text()), note, "\n"]);
    }
    let look = Look::of_errors(voice.color);
    let note = look.paint(DIM, &note(&answer, options));
    Ok(Said { json: spell(&answer), text, note: Some(note) })
}

fn chat<'c>(
    client: &'c Client,
    options: &Options,
    settings: &Settings,
) -> Result<Chat<'c>, Failure> {
    let word = options.model.as_deref().or(settings.default_model.as_deref()).ok_or_else(|| {
        Failure::usage("no model is named, and there is no default model").help(
            "name one with `--model REF`, or make one the default with `portolan models set REF`",
        )
    })?;
    let mut parts = attach::parts(&options.file, &options.image)?;
    parts.push(Part::text(prompt(options.prompt.as_deref())?));
    let mut chat = client.chat(settings.model(word)?).message(Message::user(parts));
    if let Some(region) = &options.region {
        chat = chat.region(region);
    }
    if let Some(endpoint) = &options.endpoint {
        chat = chat.endpoint(endpoint);
    }
    for tool in tools(options)? {
        chat = chat.tool(tool);
    }
    // The user's own fallbacks stand behind the default model, not behind one that was asked for by name.
    let own = if options.model.is_none() { settings.fallbacks.as_slice() } else { &[] };
    let fallbacks = if options.fallback.is_empty() { own } else { &options.fallback };
    for word in fallbacks {
        chat = chat.fallback(settings.model(word)?);
    }
    Ok(chat)
}

/// What to say: the argument, or what is piped in.
fn prompt(said: Option<&str>) -> Result<String, Failure> {
    let stdin = std::io::stdin();
    let prompt = match said {
        Some(said) if said != "-" => said.to_owned(),
        None if stdin.is_terminal() => {
            let failure = Failure::usage("nothing to say");
            return Err(failure.help("portolan chat \"Why is the sky blue?\", or pipe it in"));
        }
        _ => {
            let mut text = String::new();
            let failed = |why: &str| Failure::new("file", format!("standard input: {why}"));
            let read = stdin.lock().take(MAX_TEXT + 1).read_to_string(&mut text);
            read.map_err(|error| failed(&error.to_string()))?;
            if text.len() as u64 > MAX_TEXT {
                return Err(failed(&format!("more than {MAX_TEXT} bytes")));
            }
            text
        }
    };
    if prompt.trim().is_empty() {
        return Err(Failure::usage("the prompt is empty"));
    }
    Ok(prompt)
}

fn tools(options: &Options) -> Result<Vec<Tool>, Failure> {
    let Some(path) = &options.tools else { return Ok(Vec::new()) };
    let help = "a list of objects with `name`, `description` and `parameters`, a JSON Schema";
    let bytes = attach::read(path, MAX_TEXT)?;
    let tools: Vec<ToolFile> =
        serde_json::from_slice(&bytes).map_err(|error| Failure::file(path, error).help(help))?;
    Ok(tools.into_iter().map(|t| Tool::new(t.name, t.description, t.parameters)).collect())
}

async fn answer(
    chat: &Chat<'_>,
    options: &Options,
    voice: Voice,
    waiting: &Waiting,
) -> Result<Answer, Failure> {
    if options.no_stream {
        return Ok(waiting.until(chat.send()).await?);
    }
    let mut stream = waiting.until(chat.stream()).await?;
    loop {
        // What the model thinks before it answers is a wait too.
        match waiting.until(stream.next()).await.transpose()? {
            Some(Event::Text(text)) if !voice.json => {
                waiting.text_came();
                let mut out = std::io::stdout().lock();
                // Whoever reads may have gone; the answer is still to be paid.
                let _ = out.write_all(shown(&text).as_bytes()).and_then(|()| out.flush());
            }
            Some(Event::Done(answer)) => {
                waiting.end();
                return Ok(*answer);
            }
            Some(_) => {}
            None => {
                return Err(Failure::new("disconnected", "the answer ended without its end"));
            }
        }
    }
}

/// A model's text as it is printed: on a terminal without what would do more there than be read.
fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    if std::io::stdout().is_terminal() { harmless(text) } else { text.into() }
}

fn note(answer: &Answer, options: &Options) -> String {
    let mut note = format!("{}: {}, {}", answer.reference, answer.stop, answer.cost);
    if let Some(endpoint) = &options.endpoint {
        note.extend([", by ", endpoint]);
    }
    note + &lines(&answer.attempts)
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
    json!({
        "ref": answer.reference,
        "region": answer.region,
        "text": answer.text(),
        "reasoning": answer.reasoning(),
        "tool_calls": calls.collect::<Value>(),
        "stop": answer.stop.to_string(),
        "usage": answer.usage.as_ref().ok().map(units),
        "cost": spell_cost(Some(&answer.cost), Some(&answer.reference)),
        "attempts": spell_attempts(&answer.attempts),
    })
}
