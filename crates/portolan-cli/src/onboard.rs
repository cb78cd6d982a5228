//! `portolan onboard`: stores a key for an auth choice, after it was checked. A choice's own flag selects the choice, if
//! exactly one declares it.

use std::io::Read as _;

use clap::Args;
use portolan::types::{AuthChoice, AuthMethod, Provider};
use portolan::{AuthFile, Environment, SecretString, State, Stored, catalog};
use serde_json::json;

use crate::failure::Failure;
use crate::{Said, keys};

#[derive(Args)]
pub(crate) struct Options {
    /// The way to get a credential, by its id: `xiaomi-token-plan-sgp`.
    #[arg(long, value_name = "ID")]
    auth_choice: Option<String>,
    /// The key; `-` is the standard input. The choice's own flag, as `--xiaomi-api-key`, says both.
    #[arg(long, value_name = "KEY")]
    api_key: Option<String>,
    /// The region that the key is for.
    #[arg(long)]
    region: Option<String>,
    /// Ask nothing. Nothing is asked yet anyway.
    #[arg(long)]
    non_interactive: bool,
}

/// A choice of a provider.
type Choice = (&'static Provider, &'static AuthChoice);

/// The flag of a choice and what it was given.
pub(crate) struct OwnFlag {
    flag: String,
    key: String,
}

/// Takes the flags that choices declare out of the arguments: there are as many as vendors, so they are no flags of the
/// command's own.
pub(crate) fn own_flags(arguments: Vec<String>) -> (Vec<String>, Vec<OwnFlag>) {
    if arguments.get(1).is_none_or(|command| command != "onboard") {
        return (arguments, Vec::new());
    }
    let (mut rest, mut flags) = (Vec::new(), Vec::new());
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        if !choices().any(|(_, choice)| choice.flag == Some(name)) {
            rest.push(argument);
        } else if let Some(key) = value.or_else(|| arguments.next()) {
            flags.push(OwnFlag { flag: name.to_owned(), key });
        } else {
            // Without a value the parser says what is wrong.
            rest.push(argument);
        }
    }
    (rest, flags)
}

pub(crate) fn run(options: &Options, flags: &[OwnFlag]) -> Result<Said, Failure> {
    let flag = match flags {
        [] => None,
        [flag] => Some(flag),
        _ => {
            return Err(Failure::usage(
                "several flags of auth choices; one key is stored at a time",
            ));
        }
    };
    let (provider, choice) = selected(options, flag)?;
    if choice.method != AuthMethod::ApiKey {
        let what = format!(
            "`{}` is no API key but `{}`, which cannot be set up yet",
            choice.id, choice.method
        );
        return Err(Failure::new("unsupported", what));
    }
    let region = region(provider, choice, options.region.as_deref())?;
    let key = key(options, flag)?;
    let variable = variable(provider)?;
    let mut file = AuthFile::read(keys::auth_file()?)?;
    let stored =
        Stored::new(provider.id, region.map(str::to_owned), [(variable.to_owned(), key.clone())]);
    // What would not be ready with the key is not stored.
    let trial = Environment::of_process().with_key(provider.id, key);
    let status = trial.status(provider, region);
    if status.state == State::WrongKey {
        let advice = status.advice.unwrap_or_default();
        return Err(Failure::new("credentials", format!("`{}`: {advice}", provider.id)));
    }
    file.store(stored);
    file.write()?;
    let path = file.path().map(|path| path.display().to_string()).unwrap_or_default();
    let place = region.map(|region| format!(" in {region}")).unwrap_or_default();
    let mut text = format!("the key of `{}`{place} is in `{path}`\n", provider.id);
    if !status.missing.is_empty() {
        text.extend(["still missing: ", &status.missing.join(", "), "\n"]);
    }
    let json = json!({
        "provider": provider.id,
        "auth_choice": choice.id,
        "region": region,
        "stored": path,
        "state": status.state.id(),
        "missing": status.missing,
    });
    Ok(Said::new(json, text))
}

fn choices() -> impl Iterator<Item = Choice> {
    catalog::providers()
        .flat_map(|provider| provider.auth.choices.iter().map(move |choice| (provider, choice)))
}

/// The choice that is named, or the only one that declares the flag.
fn selected(options: &Options, flag: Option<&OwnFlag>) -> Result<Choice, Failure> {
    let named = |choice: &AuthChoice| match (&options.auth_choice, flag) {
        (Some(id), _) => choice.id == id || choice.deprecated_ids.contains(&id.as_str()),
        (None, Some(flag)) => choice.flag == Some(flag.flag.as_str()),
        (None, None) => false,
    };
    let found: Vec<_> = choices().filter(|(_, choice)| named(choice)).collect();
    match (found.as_slice(), &options.auth_choice, flag) {
        ([only], ..) => Ok(*only),
        ([], Some(id), _) => Err(Failure::new("unknown-choice", format!("no auth choice `{id}`"))
            .help("`portolan providers --json` lists them under `auth_choices`")),
        ([], None, _) => Err(Failure::usage("no auth choice is named")
            .help("name one with `--auth-choice`, or by its own flag, as `--xiaomi-api-key KEY`")),
        (several, ..) => {
            let ids: Vec<_> =
                several.iter().map(|(_, choice)| format!("`{}`", choice.id)).collect();
            let message = format!("several auth choices are meant: {}", ids.join(", "));
            Err(Failure::new("ambiguous-choice", message).help("name one with `--auth-choice`"))
        }
    }
}

fn region(
    provider: &'static Provider,
    choice: &AuthChoice,
    asked: Option<&str>,
) -> Result<Option<&'static str>, Failure> {
    if let (Some(asked), Some(own)) = (asked, choice.region)
        && asked != own
    {
        let message = format!("`{}` is for the region `{own}`, not `{asked}`", choice.id);
        return Err(Failure::new("region", message));
    }
    let region = choice.region.or(asked);
    provider.regions.endpoints(region).map_err(|error| {
        Failure::new("region", format!("`{}`: {error}", provider.id))
            .help("name it with `--region`")
    })?;
    // Spelled by the catalog, so that it outlives the arguments.
    Ok(provider.regions.names().iter().map(|name| name.id).find(|id| Some(*id) == region))
}

fn key(options: &Options, flag: Option<&OwnFlag>) -> Result<SecretString, Failure> {
    let given = options.api_key.as_deref().or(flag.map(|flag| flag.key.as_str()));
    let mut text = given
        .ok_or_else(|| {
            Failure::usage("no key is given").help("`--api-key KEY`, or `--api-key -` to read it")
        })?
        .to_owned();
    if text == "-" {
        text.clear();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| Failure::new("config", format!("standard input: {error}")))?;
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::usage("the key is empty"));
    }
    Ok(text.into())
}

/// The variable that stands for a key alone.
fn variable(provider: &Provider) -> Result<&'static str, Failure> {
    let in_url = |name: &str| provider.variables.iter().any(|variable| variable.env == Some(name));
    let keys = provider.auth.env.iter().filter_map(|set| {
        let mut secrets = set.iter().filter(|name| !in_url(name));
        let first = secrets.next()?;
        secrets.next().is_none().then_some(*first)
    });
    { keys }.next().ok_or_else(|| {
        let message = format!("`{}` takes no key alone", provider.id);
        Failure::new("unsupported", message).help("`portolan status` names what it needs")
    })
}
