//! `portolan onboard`: stores a key for an auth choice, after it was checked, or logs in. A choice's own flag selects the choice, if
//! exactly one declares it. On a terminal a person is asked for what is not said.

use std::io::Read as _;

use clap::Args;
use portolan::types::{AuthChoice, AuthMethod, Provider};
use portolan::{AuthFile, Environment, SecretString, State, Status, Stored};
use serde_json::json;

use crate::completions::auth_choices;
use crate::failure::Failure;
use crate::settings::{self, Settings};
use crate::terminal::asks;
use crate::{Said, Voice};

mod ask;
mod choices;
mod login;

pub(crate) use choices::{OwnFlag, own_flags};

use ask::Asked;

#[derive(Args)]
pub(crate) struct Options {
    /// The way to get a credential, by its id: `xiaomi-token-plan-sgp`.
    #[arg(long, value_name = "ID", add = auth_choices())]
    auth_choice: Option<String>,
    /// The key; `-` is the standard input. The choice's own flag, as `--xiaomi-api-key`, says both.
    #[arg(long, value_name = "KEY")]
    api_key: Option<String>,
    /// The region that the key is for.
    #[arg(long)]
    region: Option<String>,
    /// Ask nothing, on a terminal either.
    #[arg(long)]
    non_interactive: bool,
}

/// What is to be stored.
struct Credential {
    provider: &'static Provider,
    choice: &'static AuthChoice,
    region: Option<&'static str>,
    variable: &'static str,
    key: SecretString,
    /// Values of the provider's addresses that a person was asked for, by variable.
    others: Vec<(&'static str, String)>,
}

pub(crate) fn run(options: &Options, flags: &[OwnFlag], voice: Voice) -> Result<Said, Failure> {
    let settings = Settings::load_or_new()?;
    let asked =
        Asked::new((!options.non_interactive && !voice.json && asks()).then_some(voice.color));
    let flag = match flags {
        [] => None,
        [flag] => Some(flag),
        _ => {
            let message = "several flags of auth choices; one key is stored at a time";
            return Err(Failure::usage(message));
        }
    };
    let named = choices::selected(&settings, options.auth_choice.as_deref(), flag)?;
    let (provider, choice) = match named {
        Some(named) => named,
        None => asked.choice(&settings, &settings.environment()?)?,
    };
    match choice.method {
        AuthMethod::ApiKey => {}
        AuthMethod::None => return Ok(nothing_needed(provider, choice)),
        _ if login::runs(choice) => {
            if given(options, flag)?.is_some() {
                let what = format!("`{}` logs in and takes no key", choice.id);
                return Err(Failure::usage(what));
            }
            let region = options.region.as_deref();
            return login::run(&settings, &asked, (provider, choice), region, voice);
        }
        method => {
            let what =
                format!("`{}` is no API key but `{method}`, which cannot be set up yet", choice.id);
            let failure = Failure::new("unsupported", what);
            return Err(failure.help(choices::instead(provider)));
        }
    }
    let variable = variable(provider)?;
    let region = region(provider, choice, options.region.as_deref(), &asked)?;
    let key = match given(options, flag)? {
        Some(key) => key,
        None => asked.key(provider, choice)?,
    };
    let others = asked.variables(provider)?;
    store(&settings, &asked, &Credential { provider, choice, region, variable, key, others })
}

fn store(settings: &Settings, asked: &Asked, new: &Credential) -> Result<Said, Failure> {
    let Credential { provider, choice, region, variable, .. } = *new;
    let path = settings::auth_file()?;
    AuthFile::read(&path)?;
    let status = trial(new);
    // What would not be ready with the key is not stored.
    if status.state == State::WrongKey {
        let advice = status.advice.unwrap_or_default();
        return Err(Failure::new("credentials", format!("`{}`: {advice}", provider.id)));
    }
    let others = new.others.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into()));
    let values = std::iter::once((variable.to_owned(), new.key.clone())).chain(others);
    let stored = Stored::new(provider.id, region.map(str::to_owned), values);
    // What another program has kept meanwhile stays.
    AuthFile::change(&path, |file| file.store(stored))?;
    let path = path.display().to_string();
    let place = region.map(|region| format!(" in {region}")).unwrap_or_default();
    let mut text = format!("the key of `{}`{place} is in `{path}`\n", provider.id);
    if !status.missing.is_empty() {
        text.extend(["still missing: ", &status.missing.join(", "), "\n"]);
    }
    if std::env::var_os(variable).is_some_and(|value| !value.is_empty()) {
        text.extend(["note: `", variable, "` of this environment counts before it\n"]);
    }
    if status.missing.is_empty() {
        text += &offer(settings, asked, provider)?;
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

/// What the provider's status would be with the key and nothing else but this machine's variables.
fn trial(new: &Credential) -> Status {
    let environment = Environment::of_process().with_key(new.provider.id, new.key.clone());
    let with = |environment: Environment, (name, value): &(&str, String)| {
        environment.with(*name, value.clone())
    };
    new.others.iter().fold(environment, with).status(new.provider, new.region)
}

/// Asks whether the provider's default model is to be the user's, where there is none yet.
fn offer(settings: &Settings, asked: &Asked, provider: &Provider) -> Result<String, Failure> {
    let model = provider.default_model.map(|id| format!("{}/{id}", provider.id));
    let Some(model) = model.filter(|_| settings.default_model.is_none()) else {
        return Ok(String::new());
    };
    if !asked.default_model(&model)? {
        return Ok(format!("try it: portolan chat -m {model} \"Why is the sky blue?\"\n"));
    }
    settings::set_default_model(&settings::path()?, &model)?;
    Ok(format!("`{model}` is the default model; try it: portolan chat \"Why is the sky blue?\"\n"))
}

fn nothing_needed(provider: &Provider, choice: &AuthChoice) -> Said {
    let json = json!({
        "provider": provider.id,
        "auth_choice": choice.id,
        "region": null,
        "stored": null,
        "state": State::Ready.id(),
        "missing": [],
    });
    Said::new(json, format!("`{}` needs no key\n", provider.id))
}

fn region(
    provider: &'static Provider,
    choice: &AuthChoice,
    said: Option<&str>,
    asked: &Asked,
) -> Result<Option<&'static str>, Failure> {
    if let (Some(said), Some(own)) = (said, choice.region)
        && said != own
    {
        let message = format!("`{}` is for the region `{own}`, not `{said}`", choice.id);
        return Err(Failure::new("region", message));
    }
    let mut region = choice.region.or(said);
    if region.is_none() && !provider.regions.names().is_empty() {
        region = asked.region(provider)?;
    }
    provider.regions.endpoints(region).map_err(|error| {
        Failure::new("region", format!("`{}`: {error}", provider.id))
            .help("name it with `--region`")
    })?;
    // Spelled by the catalog, so that it outlives the arguments.
    Ok(provider.regions.names().iter().map(|name| name.id).find(|id| Some(*id) == region))
}

/// The key that the arguments say.
fn given(options: &Options, flag: Option<&OwnFlag>) -> Result<Option<SecretString>, Failure> {
    let Some(given) = options.api_key.as_deref().or(flag.map(|flag| flag.key.as_str())) else {
        return Ok(None);
    };
    let mut text = given.to_owned();
    if text == "-" {
        text.clear();
        let read = std::io::stdin().lock().take(1 << 16).read_to_string(&mut text);
        read.map_err(|error| Failure::new("file", format!("standard input: {error}")))?;
    }
    match text.trim() {
        "" => Err(Failure::usage("the key is empty")),
        text => Ok(Some(text.into())),
    }
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
