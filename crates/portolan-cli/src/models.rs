//! `portolan models`.

use clap::Subcommand;
use portolan::catalog;
use portolan::types::{Context, Currency, Entry, Meter, Support, Usage, rate_text};
use portolan::{Environment, State};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::price::now;
use crate::table::table;
use crate::{Said, keys};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// The models of the providers that are usable now.
    List {
        /// Only those of this provider.
        #[arg(long)]
        provider: Option<String>,
        /// Those of providers that are not usable now, too.
        #[arg(long)]
        all: bool,
    },
    /// All about a model.
    Show {
        /// The ref: `provider/model`.
        #[arg(value_name = "REF")]
        reference: String,
    },
}

pub(crate) fn run(command: &Command) -> Result<Said, Failure> {
    match command {
        Command::List { provider, all } => list(provider.as_deref(), *all),
        Command::Show { reference } => show(reference),
    }
}

/// The model with a ref, or an error with the nearest refs.
pub(crate) fn find(reference: &str) -> Result<Entry, Failure> {
    catalog::find(reference).map_err(|unknown| {
        let failure = Failure::new("unknown-model", format!("no model `{reference}`"));
        let nearest: Vec<_> = unknown.nearest().map(|entry| format!("`{entry}`")).collect();
        if nearest.is_empty() {
            failure
        } else {
            failure.help(format!("the nearest are {}", nearest.join(", ")))
        }
    })
}

fn list(provider: Option<&str>, all: bool) -> Result<Said, Failure> {
    if let Some(id) = provider
        && catalog::provider(id).is_none()
    {
        let failure = Failure::new("unknown-provider", format!("no provider `{id}`"));
        return Err(failure.help("`portolan providers` lists them"));
    }
    let environment = if all { Environment::new() } else { keys::environment()? };
    let wanted = catalog::providers().filter(|row| provider.is_none_or(|id| row.id == id));
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
            [
                entry.to_string(),
                entry.model.status.to_string(),
                number(entry.model.context()),
                number(entry.model.max_output()),
                amount("input"),
                amount("output"),
                price["currency"]
                    .as_str()
                    .unwrap_or(price["state"].as_str().unwrap_or("?"))
                    .to_owned(),
            ]
        })
        .collect();
    Ok(Said::new(
        entries.iter().map(spell).collect(),
        table(["REF", "STATUS", "CONTEXT", "OUTPUT", "IN", "OUT", "PER MILLION"], &rows),
    ))
}

fn show(reference: &str) -> Result<Said, Failure> {
    let entry = find(reference)?;
    let json = spell(&entry);
    let rows: Vec<_> = json
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(name, value)| match value {
            Value::Object(fields) => {
                let lines =
                    fields.iter().map(|(field, value)| [format!("{name}.{field}"), plain(value)]);
                lines.collect::<Vec<_>>()
            }
            value => vec![[name.clone(), plain(value)]],
        })
        .collect();
    Ok(Said::new(json, table(["FIELD", "VALUE"], &rows)))
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
