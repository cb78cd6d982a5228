//! What a credential is made of: the variables of a provider's sign-in, each with its value. Takes the flags, asks for
//! what they leave open; returns every value of one set of variables, or all flags that are missing.
//!
//! The flag of a variable is its name: `--azure-resource-name` is `AZURE_RESOURCE_NAME`. A key that is said without the
//! name of its variable is the value of the one secret that no flag names.

use portolan::SecretString;
use portolan::types::{AuthChoice, Provider};

use super::ask::Asked;
use super::choices::OwnFlag;
use crate::failure::Failure;

/// What goes with a key pair of AWS that is not for good.
const SESSION: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

/// The flag of a variable.
pub(super) fn flag_of(variable: &str) -> String {
    format!("--{}", variable.to_ascii_lowercase().replace('_', "-"))
}

/// The variables of a provider, those of its addresses and those that go with others included.
pub(super) fn of(provider: &Provider) -> impl Iterator<Item = &'static str> {
    let sets = provider.auth.env.iter().flat_map(|set| set.iter().copied());
    let session = sets.clone().any(|name| name == SESSION.0).then_some(SESSION.1);
    let addresses = provider.variables.iter().filter_map(|variable| variable.env);
    sets.chain(session).chain(addresses)
}

/// Whether a key alone signs in, beside the values of addresses.
pub(super) fn takes_a_key(provider: &Provider) -> bool {
    provider.auth.env.iter().any(|set| secrets(provider, set).count() == 1)
}

/// A credential: secrets, and values of the provider's addresses.
pub(super) struct Values {
    pub(super) secrets: Vec<(&'static str, SecretString)>,
    pub(super) others: Vec<(&'static str, String)>,
}

/// Puts a credential together.
///
/// # Errors
/// Flags of variables that are not the provider's, and all that nobody said where nobody can be asked.
pub(super) fn gather(
    provider: &'static Provider,
    choice: &AuthChoice,
    key: Option<SecretString>,
    flags: &[&OwnFlag],
    asked: &Asked,
) -> Result<Values, Failure> {
    let mut said = Vec::new();
    for flag in flags {
        let Some(name) = of(provider).find(|name| flag_of(name) == flag.flag) else {
            let own: Vec<_> = of(provider).map(|name| format!("`{}`", flag_of(name))).collect();
            let what = format!("`{}` is no variable of `{}`", flag.flag, provider.id);
            return Err(Failure::usage(what).help(format!("it has {}", own.join(", "))));
        };
        if flag.key.trim().is_empty() {
            return Err(Failure::usage(format!("`{}` is empty", flag.flag)));
        }
        said.push((name, flag.key.trim().to_owned()));
    }
    let value = |name: &str| said.iter().rev().find(|(of, _)| *of == name).map(|(_, value)| value);
    let names: Vec<_> = said.iter().map(|(name, _)| *name).collect();
    let set = set(provider, &names)?;
    let others = said.iter().filter(|(name, _)| in_address(provider, name)).cloned();
    let mut values = Values { secrets: Vec::new(), others: others.collect() };
    let open: Vec<_> = secrets(provider, set).filter(|name| value(name).is_none()).collect();
    let mut key = match (key, open.as_slice()) {
        (Some(_), []) => return Err(Failure::usage("the key is said twice")),
        (Some(_), [_, _, ..]) => {
            return Err(missing(provider, &open, "a key alone does not say which of these it is"));
        }
        (key, _) => key,
    };
    if key.is_none() && open.len() > 1 && !asked.can() {
        return Err(missing(provider, &open, "these are not said"));
    }
    let alone = secrets(provider, set).count() == 1;
    for name in secrets(provider, set) {
        let secret = match value(name) {
            Some(value) => value.clone().into(),
            None => match key.take() {
                Some(key) => key,
                None if alone => asked.key(provider, choice)?,
                None => asked.secret(name)?,
            },
        };
        values.secrets.push((name, secret));
    }
    if let Some(session) = value(SESSION.1).filter(|_| set.contains(&SESSION.0)) {
        values.secrets.push((SESSION.1, session.clone().into()));
    }
    values.others.extend(asked.variables(provider, &names)?);
    Ok(values)
}

fn missing(provider: &Provider, open: &[&str], what: &str) -> Failure {
    let flags: Vec<_> = open.iter().map(|name| format!("`{} VALUE`", flag_of(name))).collect();
    let names = open.join(", ");
    Failure::usage(format!("`{}` takes {names}: {what}", provider.id))
        .help(format!("say {}", flags.join(" ")))
}

/// The set that the named variables are of; where none of them is a secret, one with a key alone if there is one.
fn set(provider: &Provider, said: &[&str]) -> Result<&'static [&'static str], Failure> {
    let fits = |set: &[&str]| {
        let named = said.iter().filter(|name| !in_address(provider, name));
        { named }.all(|name| set.contains(name) || *name == SESSION.1 && set.contains(&SESSION.0))
    };
    let mut sets: Vec<&'static [&'static str]> = provider.auth.env.to_vec();
    sets.retain(|set| fits(set) && secrets(provider, set).next().is_some());
    sets.sort_by_key(|set| secrets(provider, set).count() > 1);
    sets.first().copied().ok_or_else(|| {
        let sets: Vec<_> = provider.auth.env.iter().map(|set| set.join(" and ")).collect();
        let what = format!("`{}` takes no such variables together", provider.id);
        Failure::usage(what).help(format!("it takes {}", sets.join(", or ")))
    })
}

/// The variables of a set that are in no address.
fn secrets<'s>(
    provider: &Provider,
    set: &'s [&'static str],
) -> impl Iterator<Item = &'static str> + use<'s> {
    let variables = provider.variables;
    let in_address = move |name: &str| variables.iter().any(|held| held.env == Some(name));
    set.iter().copied().filter(move |name| !in_address(name))
}

fn in_address(provider: &Provider, name: &str) -> bool {
    provider.variables.iter().any(|variable| variable.env == Some(name))
}
