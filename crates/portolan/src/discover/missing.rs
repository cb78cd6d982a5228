//! What exactly is missing, and what to do about it.

use portolan_types::{Provider, RegionError, Variable};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Credential, State, Status};

/// The status of a provider whose region is not named or not known.
pub(super) fn region(provider: &Provider, error: RegionError) -> Status {
    let (missing, state) = (vec!["region".to_owned()], State::Missing);
    let id = named(provider);
    Status { provider: id, state, missing, advice: Some(error.to_string()), region: None }
}

/// The status of a provider for which values are missing.
pub(super) fn values(
    provider: &Provider,
    region: Option<&str>,
    missing: Vec<String>,
    places: &[String],
) -> Status {
    let mut advice = if missing.is_empty() {
        format!("`{}` needs a credential that cannot be made of variables yet", provider.id)
    } else if places.is_empty() {
        "give the values".to_owned()
    } else {
        // What an interactive shell exports is not seen by a service; a file is.
        format!("set it in {}", places.join(" or in "))
    };
    if provider.auth.key_per_region
        && let Some(region) = region
    {
        advice
            .push_str(&format_args!("; the key must be one of the region `{region}`").to_string());
    }
    let (state, region) = (State::Missing, region.map(str::to_owned));
    Status { provider: named(provider), state, missing, advice: Some(advice), region }
}

/// The id of a provider, for good: rows of the catalog are statics.
fn named(provider: &Provider) -> &'static str {
    provider.id
}

/// A key, if it does not belong elsewhere.
pub(super) fn checked(
    provider: &'static Provider,
    key: &SecretString,
) -> Result<Credential, Box<Status>> {
    // What was pasted often has an end of line.
    let trimmed = key.expose_secret().trim();
    let checked = provider.auth.key.map_or(Ok(()), |rule| rule.check(trimmed));
    match checked {
        Ok(()) => Ok(Credential::Key(trimmed.into())),
        Err(error) => Err(Box::new(Status {
            provider: provider.id,
            state: State::WrongKey,
            missing: Vec::new(),
            advice: Some(error.to_string()),
            region: None,
        })),
    }
}

/// What is missing of sets of which any one is enough: the rest of those that are begun, else every set as one choice.
/// Nothing, where one is complete.
pub(super) fn of_sets(sets: &[&[&str]], held: impl Fn(&str) -> bool) -> Vec<String> {
    if sets.iter().any(|set| set.iter().all(|name| held(name))) {
        return Vec::new();
    }
    let begun = sets.iter().filter(|set| set.iter().any(|name| held(name)));
    let absent = begun.flat_map(|set| set.iter().filter(|name| !held(name)));
    let mut absent: Vec<_> = absent.map(|name| (*name).to_owned()).collect();
    absent.dedup();
    if absent.is_empty() && !sets.is_empty() {
        let choices: Vec<_> = sets.iter().map(|set| set.join(" and ")).collect();
        absent.push(choices.join(" or "));
    }
    absent
}

/// The variables of the provider's endpoints for which there is no value.
pub(super) fn variables(provider: &Provider, held: impl Fn(&str) -> bool) -> Vec<String> {
    let absent = provider.variables.iter().filter(|variable| !held(variable.name));
    let name = |variable: &Variable| match variable.env {
        Some(env) => env.to_owned(),
        None => format!("a value for `{{{}}}` of its address", variable.name),
    };
    absent.map(name).collect()
}
