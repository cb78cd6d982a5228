//! Auth choices: which one the arguments mean. A choice's own flag is no flag of the command, because there are as many
//! as vendors; it is taken out of the arguments before they are parsed.

use portolan::catalog;
use portolan::types::{AuthChoice, AuthMethod, Provider};

use super::values;
use crate::failure::Failure;
use crate::settings::Settings;

/// A choice of a provider.
pub(super) type Choice = (&'static Provider, &'static AuthChoice);

/// The flag of a choice or of a variable and what it was given.
pub(crate) struct OwnFlag {
    pub(super) flag: String,
    pub(super) key: String,
    /// Whether a choice declares it.
    pub(super) of_choice: bool,
}

/// Takes the flags that choices declare, and those of variables, out of the arguments of `onboard`.
pub(crate) fn own_flags(arguments: Vec<String>) -> (Vec<String>, Vec<OwnFlag>) {
    if !arguments.iter().skip(1).any(|argument| argument == "onboard") {
        return (arguments, Vec::new());
    }
    let (mut rest, mut flags) = (Vec::new(), Vec::new());
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let declared = catalog::providers().flat_map(|provider| provider.auth.choices);
        let of_choice = { declared }.any(|choice| choice.flag == Some(name));
        let names =
            || catalog::providers().flat_map(values::of).any(|own| values::flag_of(own) == name);
        if !name.starts_with("--") || !of_choice && !names() {
            rest.push(argument);
        } else if let Some(key) = value.or_else(|| arguments.next()) {
            flags.push(OwnFlag { flag: name.to_owned(), key, of_choice });
        } else {
            // Without a value the parser says what is wrong.
            rest.push(argument);
        }
    }
    (rest, flags)
}

/// Every choice of every provider.
pub(super) fn all(settings: &Settings) -> impl Iterator<Item = Choice> {
    settings
        .providers()
        .flat_map(|provider| provider.auth.choices.iter().map(move |choice| (provider, choice)))
}

/// What does in place of a choice that cannot be set up: the keys of the same provider, or the token itself.
pub(super) fn instead(provider: &Provider) -> String {
    let keys = provider.auth.choices.iter().filter(|choice| choice.method == AuthMethod::ApiKey);
    let keys: Vec<_> = keys.map(|choice| format!("`{}`", choice.id)).collect();
    if !keys.is_empty() {
        return format!("use {}", keys.join(" or "));
    }
    let sets: Vec<_> = provider.auth.env.iter().map(|set| set.join(" and ")).collect();
    if sets.is_empty() {
        return "`portolan status` names what it needs".to_owned();
    }
    format!("set {} in the environment or in `.env`", sets.join(" or "))
}

/// The choice that is named, or the only one that declares the flag; nothing where none is named.
pub(super) fn selected(
    settings: &Settings,
    id: Option<&str>,
    flag: Option<&OwnFlag>,
) -> Result<Option<Choice>, Failure> {
    let flag = flag.map(|flag| flag.flag.as_str());
    let Some(id) = id else {
        return flag.map(|flag| of_flag(settings, flag)).transpose();
    };
    let named = |choice: &AuthChoice| choice.id == id || choice.deprecated_ids.contains(&id);
    let found = all(settings).find(|(_, choice)| named(choice));
    let Some(found) = found else {
        let ids = all(settings).map(|(_, choice)| choice.id);
        let failure = Failure::new("unknown-choice", format!("no auth choice `{id}`"));
        return Err(match portolan_codegen::suggest::nearest(id, ids) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`portolan providers --json` lists them under `auth_choices`"),
        });
    };
    match (flag, found.1.flag) {
        (Some(flag), own) if own != Some(flag) => {
            let failure = Failure::usage(format!("`{flag}` is no flag of `{id}`"));
            Err(match own {
                Some(own) => failure.help(format!("its own is `{own}`; `--api-key` does for any")),
                None => failure.help("`--api-key` does for any"),
            })
        }
        _ => Ok(Some(found)),
    }
}

fn of_flag(settings: &Settings, flag: &str) -> Result<Choice, Failure> {
    let found: Vec<_> = all(settings).filter(|(_, choice)| choice.flag == Some(flag)).collect();
    match found.as_slice() {
        [only] => Ok(*only),
        several => {
            let ids: Vec<_> =
                several.iter().map(|(_, choice)| format!("`{}`", choice.id)).collect();
            let message = format!("several auth choices are meant: {}", ids.join(", "));
            Err(Failure::new("ambiguous-choice", message).help("name one with `--auth-choice`"))
        }
    }
}
