//! `portolan models`.

use clap::Subcommand;
use portolan::catalog;
use portolan::types::{
    Context, Coverage, Currency, Entry, Meter, Model, Support, Usage, rate_text,
};
use portolan::{Environment, ModelList, State};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::live::{self, Lists};
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
        /// Ask the endpoints of providers whose lists the catalog only begins, and keep what they say.
        #[arg(long, conflicts_with = "all")]
        refresh: bool,
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
        Command::List { provider, all, refresh } => list(provider.as_deref(), *all, *refresh),
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

fn list(provider: Option<&str>, all: bool, refresh: bool) -> Result<Said, Failure> {
    if let Some(id) = provider
        && catalog::provider(id).is_none()
    {
        let failure = Failure::new("unknown-provider", format!("no provider `{id}`"));
        return Err(failure.help("`portolan providers` lists them"));
    }
    let environment = if all { Environment::new() } else { keys::environment()? };
    let wanted = catalog::providers().filter(|row| provider.is_none_or(|id| row.id == id));
    let usable = wanted.filter(|row| all || environment.status(row, None).state == State::Ready);
    let usable: Vec<_> = usable.collect();
    let Lists { by_provider, notes } =
        if all { Lists::default() } else { live::lists(&usable, &environment, refresh)? };
    let mut entries = Vec::new();
    for provider in usable {
        let list = by_provider.get(provider.id);
        let listed = list.map(|list| list.models.as_slice());
        let new = listed.into_iter().flatten().filter(|model| model.entry.is_none());
        let shown = provider.models.iter().filter(|model| is_shown(list, model));
        entries.extend(shown.map(|model| Row::Known(Entry { provider, model })));
        entries.extend(new.map(|model| Row::New(provider.id, model.id.clone())));
    }
    if entries.is_empty() && !all {
        let failure = Failure::new("nothing-usable", "no provider is usable now");
        return Err(
            failure.help("`portolan status` says what is missing; `--all` lists every model")
        );
    }
    let rows: Vec<_> = entries.iter().map(Row::cells).collect();
    let said = Said::new(
        entries.iter().map(Row::spell).collect(),
        table(["REF", "STATUS", "CONTEXT", "OUTPUT", "IN", "OUT", "PER MILLION"], &rows),
    );
    Ok(Said { note: (!notes.is_empty()).then(|| notes.join("\n")), ..said })
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
    fn cells(&self) -> [String; 7] {
        let entry = match self {
            Self::Known(entry) => entry,
            Self::New(provider, id) => {
                let unknown = std::array::from_fn(|_| "?".to_owned());
                let [_, status, context, output, input, out, _] = unknown;
                let price = "unknown".to_owned();
                return [format!("{provider}/{id}"), status, context, output, input, out, price];
            }
        };
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
            price["currency"].as_str().unwrap_or(price["state"].as_str().unwrap_or("?")).to_owned(),
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
