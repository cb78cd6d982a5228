//! What exactly is missing, and what to do about it. Takes what a provider needs and what is held; returns a status that
//! names every thing that is missing at once, where to put it, and where a key belongs that is another provider's.

use portolan_types::{AuthMethod, CloudChain, KeyError, Provider, RegionError, Variable};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Credential, State, Status};
use crate::catalogs::Catalogs;
use crate::login;

/// Where a person may put values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The variables of this process.
    Process,
    /// A file, by its path; or another store, by what it is called.
    Kept(String),
}

/// What stands between a provider and its use.
#[derive(Default)]
pub(super) struct Lacks {
    /// Why no region is known.
    pub(super) region: Option<RegionError>,
    /// The variables of a credential, a thing each.
    pub(super) credential: Vec<String>,
    /// A credential is needed, and no variable is one.
    pub(super) login: bool,
    /// The variables of the address.
    pub(super) address: Vec<String>,
}

impl Lacks {
    pub(super) fn is_empty(&self) -> bool {
        self.region.is_none()
            && !self.login
            && self.credential.is_empty()
            && self.address.is_empty()
    }

    /// All of it, with what to do.
    pub(super) fn status(
        self,
        provider: &'static Provider,
        region: Option<&'static str>,
        places: &[Place],
    ) -> Status {
        let mut advice = Vec::new();
        let mut missing = Vec::new();
        if let Some(error) = self.region {
            missing.push("region".to_owned());
            advice.push(error.to_string());
        }
        let of_key = !self.credential.is_empty() || self.login;
        if self.login {
            advice.push(logins(provider));
        }
        let set = !self.credential.is_empty() || !self.address.is_empty();
        missing.extend(self.credential);
        // A variable of the address may be one of the credential, too.
        let named = missing.join(" ");
        let is_named = |name: &String| named.split(' ').any(|word| word == name);
        missing.extend(self.address.into_iter().filter(|name| !is_named(name)));
        if set {
            advice.push(where_to_put(places));
        }
        // Where there are variables a login is the other way.
        if let (true, false, Some(login)) = (of_key, self.login, to_log_in(provider, region)) {
            advice.push(format!("or {login}"));
        }
        if let (true, Some(cloud)) = (of_key, provider.auth.cloud) {
            advice.push(of_cloud(cloud.chain).to_owned());
        }
        if let (true, true, Some(region)) = (of_key, provider.auth.key_per_region, region) {
            advice.push(format!("the key must be one of the region `{region}`"));
        }
        let (state, advice) = (State::Missing, Some(advice.join("; ")));
        let region = region.map(str::to_owned);
        Status { provider: provider.id, state, missing, advice, region }
    }
}

/// Where values are read from. What an interactive shell exports reaches only what is started from it, so whoever has no
/// file to read is told that there are such.
fn where_to_put(places: &[Place]) -> String {
    let kept: Vec<_> = places
        .iter()
        .filter_map(|place| match place {
            Place::Kept(what) => Some(what.as_str()),
            Place::Process => None,
        })
        .collect();
    match (places.contains(&Place::Process), kept.as_slice()) {
        (false, []) => "give the values".to_owned(),
        (true, []) => {
            "set it in the environment of this process; a service or a program of the desktop does not see what a \
             shell exports, so give it a dotenv file or an auth file"
                .to_owned()
        }
        (false, kept) => format!("put it in {}", kept.join(" or in ")),
        (true, kept) => format!(
            "put it in {}, or set it in the environment of this process, which is not always that of your shell",
            kept.join(" or in ")
        ),
    }
}

/// What there is of the credentials that a cloud's own programs find.
fn of_cloud(chain: CloudChain) -> &'static str {
    match chain {
        CloudChain::Aws if cfg!(feature = "aws") => {
            "on an instance with a role, set `AWS_EC2_METADATA_SERVICE_ENDPOINT` to `http://169.254.169.254`, or in a \
             program say `Environment::with_aws_chain`"
        }
        CloudChain::Aws => {
            "this build does not read what the machine has of AWS: the feature `aws` does"
        }
        CloudChain::Gcp if cfg!(feature = "gcp") => {
            "name a file of credentials in `GOOGLE_APPLICATION_CREDENTIALS`, or run \
             `gcloud auth application-default login`; on a machine of Google's, set `GCE_METADATA_HOST` to \
             `metadata.google.internal`, or in a program say `Environment::with_gcp_chain`"
        }
        CloudChain::Gcp => {
            "this build does not read application default credentials of Google: the feature `gcp` does"
        }
        _ => "the credentials of this machine are not supported yet",
    }
}

/// The ways to a credential of a provider for which no variables are missing, and none is made of those there are.
fn logins(provider: &Provider) -> String {
    if provider.auth.cloud.is_some_and(|cloud| cloud.chain == CloudChain::Gcp) {
        return "no file of credentials is there; give a token itself, or such a file".to_owned();
    }
    if let Some(set) = provider.auth.env.first() {
        let all = set.join(" and ");
        return format!(
            "a credential that is made of {all} is not supported yet; give the token itself"
        );
    }
    if let Some(login) = to_log_in(provider, None) {
        return login;
    }
    let choices = provider.auth.choices.iter().filter(|choice| choice.method != AuthMethod::ApiKey);
    let ids: Vec<_> = choices.map(|choice| format!("`{}`", choice.id)).collect();
    if ids.is_empty() {
        return "no variable holds its credential; give the key or token itself".to_owned();
    }
    format!(
        "its credential is had by {}, which is not supported yet; give the token itself",
        ids.join(" or ")
    )
}

/// The choices that log in, in a region if one is known. Nothing, where none can be run.
fn to_log_in(provider: &Provider, region: Option<&str>) -> Option<String> {
    let fits = |of: Option<&str>| of.is_none() || region.is_none() || of == region;
    let choices = provider.auth.choices.iter();
    let choices = choices.filter(|choice| login::runs(provider, choice) && fits(choice.region));
    let ids: Vec<_> = choices.map(|choice| format!("`{}`", choice.id)).collect();
    (!ids.is_empty()).then(|| format!("log in by {}", ids.join(" or ")))
}

/// A key, if it does not belong elsewhere.
pub(super) fn checked(
    provider: &'static Provider,
    key: &SecretString,
    catalogs: &Catalogs,
) -> Result<Credential, Box<Status>> {
    // What was pasted often has an end of line.
    let trimmed = key.expose_secret().trim();
    let error = match provider.auth.key.map_or(Ok(()), |rule| rule.check(trimmed)) {
        Ok(()) => return Ok(Credential::Key(trimmed.into())),
        Err(error) => error,
    };
    let mut advice = error.to_string();
    if matches!(error, KeyError::Prefix { .. })
        && let Some(owner) = owner(trimmed, catalogs)
    {
        advice.extend(["; it looks like one of ", &owner]);
    }
    let (state, missing) = (State::WrongKey, Vec::new());
    Err(Box::new(Status {
        provider: provider.id,
        state,
        missing,
        advice: Some(advice),
        region: None,
    }))
}

/// Whose key it is by the longest prefix that the catalog knows, with the choices to use. Nothing, where many providers
/// share it.
fn owner(key: &str, catalogs: &Catalogs) -> Option<String> {
    let rules = catalogs.providers().filter_map(|row| Some((row, row.auth.key?)));
    let prefixes = rules.flat_map(|(row, rule)| rule.prefixes.iter().map(move |p| (row, *p)));
    let fitting: Vec<_> = prefixes.filter(|(_, prefix)| key.starts_with(prefix)).collect();
    let longest = fitting.iter().map(|(_, prefix)| prefix.len()).max()?;
    let mut owners = fitting.iter().filter(|(_, prefix)| prefix.len() == longest);
    let (owner, _) = owners.next()?;
    if owners.next().is_some() {
        return None;
    }
    let mut text = format!("`{}`", owner.id);
    let keys = owner.auth.choices.iter().filter(|choice| choice.method == AuthMethod::ApiKey);
    for (position, choice) in keys.enumerate() {
        text.extend([if position == 0 { ": use `" } else { " or `" }, choice.id, "`"]);
    }
    Some(text)
}

/// What is missing of sets of which any one is enough: the rest of the one that is begun, a thing each, or of those that
/// are begun, else of all, as one thing with its alternatives. Nothing, where one is complete.
pub(super) fn of_sets(sets: &[&[&str]], held: impl Fn(&str) -> bool) -> Vec<String> {
    let rests = |begun: bool| -> Vec<Vec<&str>> {
        let wanted = sets.iter().filter(|set| !begun || set.iter().any(|name| held(name)));
        wanted.map(|set| set.iter().copied().filter(|name| !held(name)).collect()).collect()
    };
    let (begun, all) = (rests(true), rests(false));
    if begun.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    match if begun.is_empty() { all } else { begun }.as_slice() {
        [one] => one.iter().map(|name| (*name).to_owned()).collect(),
        [] => Vec::new(),
        several => {
            let choices: Vec<_> = several.iter().map(|rest| rest.join(" and ")).collect();
            vec![choices.join(" or ")]
        }
    }
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
