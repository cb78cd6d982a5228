//! `portolan models`.

use clap::Subcommand;
use portolan::types::{
    Context, Coverage, Currency, Entry, Meter, Model, Status, Support, Usage, rate_text,
};
use portolan::{ModelList, State};
use serde_json::{Value, json};

use crate::Said;
use crate::completions::{providers, refs};
use crate::failure::Failure;
use crate::live::{self, Lists};
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
        /// Ask the endpoints of providers whose lists the catalog only begins, and keep what they say.
        #[arg(long, conflicts_with = "all")]
        refresh: bool,
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
        Command::List { provider, all: true, .. } => every(settings, provider.as_deref(), look),
        Command::List { provider, refresh, .. } => {
            usable(settings, provider.as_deref(), *refresh, look)
        }
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

/// Every model of the catalog.
fn every(settings: &Settings, provider: Option<&str>, look: Look) -> Result<Said, Failure> {
    let only = provider.map(|id| settings.known_provider(id)).transpose()?;
    let wanted = settings.providers().filter(|row| only.is_none_or(|only| row.id == only.id));
    let models = wanted.flat_map(|provider| {
        provider.models.iter().map(move |model| Row::Known(Entry { provider, model }))
    });
    Ok(list(&models.collect::<Vec<_>>(), look))
}

/// The models of the providers that are usable now: those of the catalog, and what endpoints list.
fn usable(
    settings: &Settings,
    provider: Option<&str>,
    refresh: bool,
    look: Look,
) -> Result<Said, Failure> {
    let only = provider.map(|id| settings.known_provider(id)).transpose()?;
    let environment = settings.environment()?;
    let wanted = settings.providers().filter(|row| only.is_none_or(|only| row.id == only.id));
    let ready = wanted.filter(|row| environment.status(row, None).state == State::Ready);
    let ready: Vec<_> = ready.collect();
    let Lists { by_provider, notes } = live::lists(&ready, settings, refresh)?;
    let mut rows = Vec::new();
    for provider in ready {
        let list = by_provider.get(provider.id);
        let listed = list.map_or(&[][..], |list| &list.models);
        let new = listed.iter().filter(|model| model.entry.is_none());
        let shown = provider.models.iter().filter(|model| is_shown(list, model));
        rows.extend(shown.map(|model| Row::Known(Entry { provider, model })));
        rows.extend(new.map(|model| Row::New(provider.id, model.id.clone())));
    }
    if rows.is_empty() {
        let failure = Failure::new("nothing-usable", "no provider is usable now");
        return Err(
            failure.help("`portolan status` says what is missing; `--all` lists every model")
        );
    }
    let note = (!notes.is_empty()).then(|| notes.join("\n"));
    Ok(Said { note, ..list(&rows, look) })
}

fn list(rows: &[Row], look: Look) -> Said {
    let cells: Vec<_> = rows.iter().map(Row::cells).collect();
    Said::new(
        rows.iter().map(Row::spell).collect(),
        table(look, ["REF", "STATUS", "CONTEXT", "OUTPUT", "IN", "OUT", "PER MILLION"], &cells),
    )
}

/// Whether a row of the catalog is shown beside a list of its endpoint. A list of usable models is the endpoint's alone;
/// a list that the catalog only begins is longer, and what it does not name may still answer.
fn is_shown(list: Option<&ModelList>, model: &Model) -> bool {
    let gone = |list: &ModelList| list.gone.iter().any(|entry| entry.model.id == model.id);
    list.is_none_or(|list| list.provider.coverage != Coverage::Live || !gone(list))
}

/// A model that is listed.
enum Row {
    /// The catalog has it.
    Known(Entry),
    /// Only the endpoint of a provider has it: nothing but its id is known.
    New(&'static str, String),
}

impl Row {
    fn cells(&self) -> [Cell; 7] {
        let entry = match self {
            Self::Known(entry) => entry,
            Self::New(provider, id) => {
                let unknown = || Cell::from("?");
                let (status, context, output) = (unknown(), unknown(), unknown());
                let reference = Cell::from(format!("{provider}/{id}"));
                return [
                    reference,
                    status,
                    context,
                    output,
                    unknown(),
                    unknown(),
                    "unknown".into(),
                ];
            }
        };
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
    }

    fn spell(&self) -> Value {
        let (provider, id) = match self {
            Self::Known(entry) => return spell(entry),
            Self::New(provider, id) => (provider, id),
        };
        let price = json!({
            "state": "unknown", "currency": null, "input": null, "output": null,
            "cache_read": null, "cache_write": null,
        });
        json!({
            "ref": format!("{provider}/{id}"), "provider": provider, "id": id, "name": null,
            "status": null, "input": [], "output": [], "context": null, "max_output": null,
            "reasoning": null, "price": price,
        })
    }
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
