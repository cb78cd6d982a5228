//! `portolan models`.

use clap::Subcommand;
use portolan::types::{Context, Currency, Entry, Meter, Status, Support, Usage, rate_text};
use portolan::{Environment, State};
use serde_json::{Value, json};

use crate::Said;
use crate::completions::{providers, refs};
use crate::failure::Failure;
use crate::price::now;
use crate::settings::{self, Settings};
use crate::table::{Cell, table};
use crate::terminal::{DIM, Look, POOR};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// The models of the providers that are usable now.
    List {
        /// Only those of this provider.
        #[arg(long, add = providers())]
        provider: Option<String>,
        /// Those of providers that are not usable now, too.
        #[arg(long)]
        all: bool,
    },
    /// All about a model.
    Show {
        /// The ref, `provider/model`, or an alias.
        #[arg(value_name = "REF", add = refs())]
        reference: String,
    },
    /// Makes a model the default one, in the user's file.
    Set {
        /// The ref, `provider/model`, or an alias.
        #[arg(value_name = "REF", add = refs())]
        reference: String,
    },
}

pub(crate) fn run(command: &Command, settings: &Settings, look: Look) -> Result<Said, Failure> {
    match command {
        Command::List { provider, all } => list(settings, provider.as_deref(), *all, look),
        Command::Show { reference } => Ok(show(&settings.find(reference)?, look)),
        Command::Set { reference } => set(reference),
    }
}

/// Makes a model the default one.
pub(crate) fn set(word: &str) -> Result<Said, Failure> {
    let settings = Settings::load_or_new()?;
    // What it stands for is looked up; what is written is the word itself, as a person said it.
    settings.model(word)?;
    let path = settings::path()?;
    settings::set_default_model(&path, word)?;
    let reference = settings.reference(word);
    let shown = path.display().to_string();
    let text = format!("`{reference}` is the default model, by `{shown}`\n");
    Ok(Said::new(json!({"default_model": word, "ref": reference, "file": shown}), text))
}

fn list(
    settings: &Settings,
    provider: Option<&str>,
    all: bool,
    look: Look,
) -> Result<Said, Failure> {
    let only = provider.map(|id| settings.known_provider(id)).transpose()?;
    let environment = if all { Environment::new() } else { settings.environment()? };
    let wanted = settings.providers().filter(|row| only.is_none_or(|only| row.id == only.id));
    let usable = wanted.filter(|row| all || environment.status(row, None).state == State::Ready);
    let entries: Vec<_> = usable
        .flat_map(|provider| provider.models.iter().map(move |model| Entry { provider, model }))
        .collect();
    if entries.is_empty() && !all {
        let failure = Failure::new("nothing-usable", "no provider is usable now");
        return Err(
            failure.help("`portolan status` says what is missing; `--all` lists every model")
        );
    }
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            let number = |number: Option<u64>| number.map_or("?".to_owned(), |n| n.to_string());
            let price = price(entry);
            let amount = |name: &str| price[name].as_str().unwrap_or("?").to_owned();
            let unit = price["currency"].as_str().or(price["state"].as_str()).unwrap_or("?");
            [
                entry.to_string().into(),
                life(entry.model.status),
                number(entry.model.context()).into(),
                number(entry.model.max_output()).into(),
                amount("input").into(),
                amount("output").into(),
                unit.into(),
            ]
        })
        .collect();
    Ok(Said::new(
        entries.iter().map(spell).collect(),
        table(look, ["REF", "STATUS", "CONTEXT", "OUTPUT", "IN", "OUT", "PER MILLION"], &rows),
    ))
}

fn show(entry: &Entry, look: Look) -> Said {
    let json = spell(entry);
    let rows: Vec<[Cell; 2]> = json
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(name, value)| match value {
            Value::Object(fields) => {
                let lines = fields
                    .iter()
                    .map(|(field, value)| [format!("{name}.{field}").into(), plain(value).into()]);
                lines.collect::<Vec<_>>()
            }
            value => vec![[name.as_str().into(), plain(value).into()]],
        })
        .collect();
    Said::new(json, table(look, ["FIELD", "VALUE"], &rows))
}

fn life(status: Status) -> Cell {
    match status {
        Status::Active => status.id().into(),
        Status::Retired | Status::Delisted => Cell::painted(status.id(), DIM),
        _ => Cell::painted(status.id(), POOR),
    }
}

/// A value for people.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "unknown".to_owned(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}

fn spell(entry: &Entry) -> Value {
    let model = entry.model;
    let kinds =
        |kinds: &[portolan::types::Modality]| kinds.iter().map(|kind| kind.id()).collect::<Value>();
    json!({
        "ref": entry.to_string(),
        "provider": model.provider,
        "id": model.id,
        "name": model.name,
        "status": model.status.id(),
        "input": kinds(model.input),
        "output": kinds(model.output),
        "context": model.context(),
        "max_output": model.max_output(),
        "reasoning": match model.features.reasoning {
            Support::Yes => Some(true),
            Support::No => Some(false),
            _ => None,
        },
        "price": price(entry),
    })
}

/// The ordinary prices of today, per million tokens. What has no price of its own, or one that depends on more than the
/// day, is unknown here.
fn price(entry: &Entry) -> Value {
    let context = Context::at(now());
    let quote = |meter: Meter| entry.quote(&Usage::new().with(meter, 1), &context).ok();
    let rate = |meter: Meter| {
        let line = quote(meter)?.lines().next().filter(|line| line.billed_as == meter)?;
        Some(rate_text(line.rate).to_string())
    };
    let currency = quote(Meter::Input).and_then(|quote| quote.currency());
    json!({
        "state": entry.model.price.state().id(),
        "currency": currency.map(Currency::code),
        "input": rate(Meter::Input),
        "output": rate(Meter::Output),
        "cache_read": rate(Meter::CacheRead),
        "cache_write": rate(Meter::CacheWrite),
    })
}
