//! `portolan onboard`: stores a key for an auth choice, after it was checked, or logs in. A choice's own flag selects the choice, if
//! exactly one declares it. On a terminal a person is asked for what is not said.

use std::io::Read as _;

use clap::Args;
use portolan::types::{AuthChoice, AuthMethod, Provider};
use portolan::{Environment, SecretString, State, Status, Stored};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::completions::auth_choices;
use crate::failure::Failure;
use crate::settings::{self, Keep, Settings};
use crate::terminal::asks;
use crate::{Said, Voice};

mod ask;
mod choices;
mod login;
mod values;

pub(crate) use choices::{OwnFlag, own_flags};

use ask::Asked;
use values::Values;

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
    values: Values,
}

pub(crate) fn run(options: &Options, flags: &[OwnFlag], voice: Voice) -> Result<Said, Failure> {
    let settings = Settings::load_or_new()?;
    let asked =
        Asked::new((!options.non_interactive && !voice.json && asks()).then_some(voice.color));
    let (flags, variables): (Vec<_>, Vec<_>) = flags.iter().partition(|flag| flag.of_choice);
    let flag = match *flags {
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
        // What the machine would be asked for can be said.
        AuthMethod::Cloud if !variables.is_empty() => {}
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
    let region = region(provider, choice, options.region.as_deref(), &asked)?;
    let key = given(options, flag)?;
    let values = values::gather(provider, choice, key, &variables, &asked)?;
    store(&settings, &asked, &Credential { provider, choice, region, values })
}

fn store(settings: &Settings, asked: &Asked, new: &Credential) -> Result<Said, Failure> {
    let Credential { provider, choice, region, values } = new;
    let (provider, region) = (*provider, *region);
    let keep = settings.keep()?;
    let status = trial(new);
    // What would not be ready with the key is not stored.
    if status.state == State::WrongKey {
        let advice = status.advice.unwrap_or_default();
        return Err(Failure::new("credentials", format!("`{}`: {advice}", provider.id)));
    }
    // Nor is what is whole and of no use.
    if status.state == State::Missing && status.missing.is_empty() {
        let advice = status.advice.unwrap_or_default();
        return Err(Failure::new("unsupported", format!("`{}`: {advice}", provider.id)));
    }
    let others = values.others.iter().map(|(name, value)| (*name, value.clone().into()));
    let secrets = values.secrets.iter().map(|(name, key)| (*name, key.clone()));
    let named = secrets.chain(others).map(|(name, value)| (name.to_owned(), value));
    let stored = Stored::new(provider.id, region.map(str::to_owned), named);
    keep.store(stored)?;
    let kept = keep.words();
    let place = region.map(|region| format!(" in {region}")).unwrap_or_default();
    let mut text = format!("the key of `{}`{place} is in {kept}\n", provider.id);
    if !status.missing.is_empty() {
        text.extend(["still missing: ", &status.missing.join(", "), "\n"]);
    }
    for (variable, _) in &values.secrets {
        if std::env::var_os(variable).is_some_and(|value| !value.is_empty()) {
            text.extend(["note: `", variable, "` of this environment counts before it\n"]);
        }
    }
    if status.missing.is_empty() {
        text += &offer(settings, asked, provider)?;
    }
    Ok(Said::new(stored_as_json(provider, choice, region, &keep, &status), text))
}

/// What was stored, where, and what is still missing.
fn stored_as_json(
    provider: &Provider,
    choice: &AuthChoice,
    region: Option<&str>,
    keep: &Keep,
    status: &Status,
) -> Value {
    json!({
        "provider": provider.id,
        "auth_choice": choice.id,
        "region": region,
        "stored": keep.id(),
        "state": status.state.id(),
        "missing": status.missing,
    })
}

/// What the provider's status would be with the key and nothing else but this machine's variables.
fn trial(new: &Credential) -> Status {
    let mut environment = Environment::of_process();
    environment = match new.values.secrets.as_slice() {
        [(_, key)] => environment.with_key(new.provider.id, key.clone()),
        pair => pair.iter().fold(environment, |environment, (name, value)| {
            environment.with(*name, value.expose_secret())
        }),
    };
    let with = |environment: Environment, (name, value): &(&str, String)| {
        environment.with(*name, value.clone())
    };
    new.values.others.iter().fold(environment, with).status(new.provider, new.region)
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
