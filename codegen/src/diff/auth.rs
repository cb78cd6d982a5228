//! What changed of how one gets a credential: sets of environment variables, key rules, choices, logins.

use super::Kind;
use super::record::{Pair, Recorder, Text, pairs};
use crate::catalog::{Auth, AuthChoice, AuthGroup, Cloud, KeyRule, OAuth};

pub(super) fn auth(rec: &mut Recorder<'_, '_>, before: &Auth, after: &Auth) {
    match (before.required, after.required) {
        (false, true) => drop(rec.push(Kind::AuthRequired, "", None, None)),
        (true, false) => drop(rec.push(Kind::AuthOptional, "", None, None)),
        _ => {}
    }
    let sets = |auth: &Auth| auth.env.iter().map(|set| env_set(set)).collect::<Vec<_>>();
    rec.items([Kind::EnvRemoved, Kind::EnvAdded], "", &sets(before), &sets(after));
    let per_region = [before, after].map(|auth| auth.key_per_region);
    rec.value(Kind::KeyRuleChanged, "per region", &per_region[0], &per_region[1]);
    key(rec, before.key.as_ref(), after.key.as_ref());
    choices(rec, &before.choices, &after.choices);
    for pair in pairs(&before.oauth, &after.oauth, |login| &login.id) {
        login(rec, &pair);
    }
    let cloud = |auth: &Auth| auth.cloud.as_ref().map(cloud_text);
    rec.value(Kind::CloudChanged, "", &cloud(before), &cloud(after));
    rec.value(Kind::SharedAuthChanged, "", &before.same_as, &after.same_as);
}

/// The variables that are a credential together.
fn env_set(set: &[String]) -> String {
    let mut names = set.to_vec();
    names.sort_unstable();
    names.join(" + ")
}

fn cloud_text(cloud: &Cloud) -> String {
    let audience = cloud.audience.as_ref().map(|audience| format!(" for {audience}"));
    cloud.chain.to_string() + &audience.unwrap_or_default()
}

/// Of a rule that is not there nothing is said.
fn key(rec: &mut Recorder<'_, '_>, before: Option<&KeyRule>, after: Option<&KeyRule>) {
    let strict = |rule: Option<&KeyRule>| rule.map(|rule| rule.strict);
    rec.value(Kind::KeyRuleChanged, "strict", &strict(before), &strict(after));
    let prefixes =
        |rule: Option<&KeyRule>| rule.map_or_else(Vec::new, |rule| rule.prefixes.clone());
    rec.items([Kind::KeyRuleChanged; 2], "prefix", &prefixes(before), &prefixes(after));
    let wrong = |rule: Option<&KeyRule>| {
        let rules = rule.map(|rule| rule.wrong.as_slice()).unwrap_or_default();
        let text = |rule: &crate::catalog::WrongPrefix| {
            let choices = rule.choices.text().map(|choices| format!(" ({choices})"));
            format!("{} means {}{}", rule.prefix, rule.means, choices.unwrap_or_default())
        };
        rules.iter().map(text).collect::<Vec<_>>()
    };
    rec.items([Kind::KeyRuleChanged; 2], "wrong prefix", &wrong(before), &wrong(after));
}

fn choices(rec: &mut Recorder<'_, '_>, before: &[AuthChoice], after: &[AuthChoice]) {
    let pairs = pairs(before, after, |choice| &choice.id);
    let new: Vec<_> = pairs
        .iter()
        .filter_map(|pair| if let Pair::New(one) = pair { Some(*one) } else { None })
        .collect();
    let mut renamed = Vec::new();
    for pair in &pairs {
        if let Pair::Gone(old) = pair {
            let heir = new.iter().find(|choice| choice.deprecated_ids.contains(&old.id));
            if let Some(heir) = heir {
                rec.push(Kind::ChoiceRenamed, "", Some(old.id.clone()), Some(heir.id.clone()));
                choice(rec, old, heir);
                renamed.push(heir.id.as_str());
            } else {
                rec.push(Kind::ChoiceRemoved, "", Some(old.id.clone()), None);
            }
        }
    }
    for pair in &pairs {
        match pair {
            Pair::New(one) if !renamed.contains(&one.id.as_str()) => {
                rec.push(Kind::ChoiceAdded, "", None, Some(one.id.clone()));
            }
            Pair::Both(one, other) => choice(rec, one, other),
            _ => {}
        }
    }
}

fn choice(rec: &mut Recorder<'_, '_>, before: &AuthChoice, after: &AuthChoice) {
    let id = after.id.as_str();
    let kind = if before.flag.is_some() { Kind::FlagRemoved } else { Kind::FlagAdded };
    rec.value(kind, id, &before.flag, &after.flag);
    // The id that a renamed choice had is told by the renaming.
    let kept = |choice: &AuthChoice| {
        let ids = choice.deprecated_ids.iter().filter(|id| **id != before.id);
        ids.cloned().collect::<Vec<_>>()
    };
    let kinds = [Kind::ChoiceAliasRemoved, Kind::ChoiceAliasAdded];
    rec.items(kinds, id, &kept(before), &kept(after));
    let field = |name: &str| format!("{id} {name}");
    rec.value(Kind::ChoiceChanged, &field("method"), &before.method, &after.method);
    rec.value(Kind::ChoiceChanged, &field("region"), &before.region, &after.region);
    rec.value(Kind::ChoiceChanged, &field("login"), &before.oauth, &after.oauth);
    rec.value(Kind::TextChanged, &field("label"), &before.label, &after.label);
    rec.entries(Kind::TextChanged, &field("labels"), &before.labels, &after.labels);
    rec.value(Kind::TextChanged, &field("hint"), &before.hint, &after.hint);
    group(rec, id, before.group.as_ref(), after.group.as_ref());
}

fn group(
    rec: &mut Recorder<'_, '_>,
    choice: &str,
    before: Option<&AuthGroup>,
    after: Option<&AuthGroup>,
) {
    let none = AuthGroup {
        id: String::new(),
        label: String::new(),
        labels: std::collections::BTreeMap::new(),
        hint: None,
    };
    let (one, other) = (before.unwrap_or(&none), after.unwrap_or(&none));
    let field = |name: &str| format!("{choice} group {name}");
    let id = |group: Option<&AuthGroup>| group.map(|group| group.id.clone());
    rec.value(Kind::TextChanged, &format!("{choice} group"), &id(before), &id(after));
    let label = |group: Option<&AuthGroup>| group.map(|group| group.label.clone());
    rec.value(Kind::TextChanged, &field("label"), &label(before), &label(after));
    rec.entries(Kind::TextChanged, &field("labels"), &one.labels, &other.labels);
    rec.value(Kind::TextChanged, &field("hint"), &one.hint, &other.hint);
}

fn login(rec: &mut Recorder<'_, '_>, pair: &Pair<'_, OAuth>) {
    match pair {
        Pair::Gone(login) => {
            rec.push(Kind::LoginChanged, &login.id, Some(login.flow.to_string()), None);
        }
        Pair::New(login) => {
            rec.push(Kind::LoginChanged, &login.id, None, Some(login.flow.to_string()));
        }
        Pair::Both(one, other) => {
            let field = |name: &str| format!("{} {name}", one.id);
            let kind = Kind::LoginChanged;
            rec.value(kind, &field("flow"), &one.flow, &other.flow);
            rec.value(kind, &field("pkce"), &one.pkce, &other.pkce);
            rec.value(kind, &field("authorize_url"), &one.authorize_url, &other.authorize_url);
            rec.value(kind, &field("token_url"), &one.token_url, &other.token_url);
            rec.value(kind, &field("client_id"), &one.client_id, &other.client_id);
            rec.items([kind; 2], &field("scope"), &one.scopes, &other.scopes);
            rec.value(kind, &field("grant_type"), &one.grant_type, &other.grant_type);
        }
    }
}
