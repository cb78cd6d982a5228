//! How one gets a credential: the choices and their logins, what keys look like, and what the environment sets.

use super::markdown::{Table, blocks, paragraph};
use super::provider::credential;
use super::words::{codes, flag, joined, named, texts};
use crate::catalog::{AuthChoice, KeyRule, OAuth, Provider};
use crate::emit::markdown::{code, inert};
use crate::labels::Labels;

/// The auth choices, with the logins and the credential chain that they use.
pub(super) fn choices(provider: &Provider, labels: &Labels) -> String {
    blocks([
        paragraph(&sentences(provider, labels)),
        choice_table(provider, labels),
        logins(&provider.auth.oauth, labels),
    ])
}

fn sentences(provider: &Provider, labels: &Labels) -> String {
    let (auth, phrases) = (&provider.auth, &labels.phrases);
    let none = (!auth.required).then(|| phrases.no_credential.to_string());
    let same = auth.same_as.as_ref().map(|id| phrases.same_as.fill(&code(id)));
    let cloud = auth.cloud.as_ref().map(|cloud| {
        let chain = phrases.cloud_chain.fill(labels.words.chain.of(cloud.chain.0));
        let audience = cloud.audience.as_ref().map(|text| phrases.audience.fill(&code(text)));
        joined([chain].into_iter().chain(audience), &phrases.sentences).unwrap_or_default()
    });
    joined(none.into_iter().chain(same).chain(cloud), &phrases.sentences).unwrap_or_default()
}

fn choice_table(provider: &Provider, labels: &Labels) -> String {
    let terms = &labels.terms;
    let choices = &provider.auth.choices;
    let regional = choices.iter().any(|choice| choice.region.is_some());
    let mut columns = vec![&*terms.choice, &*terms.name, &*terms.method, &*terms.flag];
    columns.extend(regional.then_some(&*terms.region));
    columns.push(&*terms.remark);
    let mut table = Table::new(columns);
    for choice in choices {
        let flag = choice.flag.as_deref().map(code);
        let none = || labels.phrases.none.to_string();
        let mut cells = vec![
            code(&choice.id),
            named(&choice.label, &choice.labels, labels),
            labels.words.method.of(choice.method.0).to_owned(),
            flag.unwrap_or_else(none),
        ];
        if regional {
            cells.push(choice.region.as_deref().map_or_else(none, code));
        }
        cells.push(remark(choice, labels));
        table.row(cells);
    }
    table.text()
}

fn remark(choice: &AuthChoice, labels: &Labels) -> String {
    let phrases = &labels.phrases;
    let group = choice.group.as_ref().map(|group| {
        let name = named(&group.label, &group.labels, labels);
        let hint = group.hint.as_deref().map(inert);
        let both = joined([name].into_iter().chain(hint), &phrases.list).unwrap_or_default();
        phrases.listed_under.fill(&both)
    });
    let login = choice.oauth.as_ref().map(|id| phrases.login.fill(&code(id)));
    let before = texts(&choice.deprecated_ids, labels).map(|ids| phrases.earlier_ids.fill(&ids));
    let hint = choice.hint.as_deref().map(inert);
    let all = hint.into_iter().chain(group).chain(login).chain(before);
    joined(all, &phrases.clauses).unwrap_or_else(|| phrases.no_remark.to_string())
}

/// The OAuth logins, a column each.
fn logins(logins: &[OAuth], labels: &Labels) -> String {
    if logins.is_empty() {
        return String::new();
    }
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let ids = logins.iter().map(|login| code(&login.id));
    let mut table = Table::new([terms.login.to_string()].into_iter().chain(ids));
    let mut row = |name: &str, value: &dyn Fn(&OAuth) -> String| {
        let values = logins.iter().map(value);
        table.row([name.to_owned()].into_iter().chain(values));
    };
    row(&terms.flow, &|login| labels.words.flow.of(login.flow.0).to_owned());
    row("PKCE (S256)", &|login| flag(login.pkce, labels));
    row(&terms.authorize_url, &|login| code(&login.authorize_url));
    row(&terms.token_url, &|login| code(&login.token_url));
    row(&terms.client_id, &|login| code(&login.client_id));
    row(&terms.scopes, &|login| {
        texts(&login.scopes, labels).unwrap_or_else(|| phrases.none.to_string())
    });
    row(&terms.grant_type, &|login| {
        login.grant_type.as_deref().map_or_else(|| phrases.standard_grant.to_string(), code)
    });
    table.text()
}

/// What a key starts with, and where one that starts otherwise belongs.
pub(super) fn keys(provider: &Provider, labels: &Labels) -> String {
    let Some(rule) = &provider.auth.key else { return String::new() };
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let mut table = Table::new([&*terms.prefix, &*terms.meaning]);
    for prefix in &rule.prefixes {
        table.row([code(prefix), phrases.key_fits.to_string()]);
    }
    for wrong in &rule.wrong {
        let owner = phrases.key_belongs.fill(&code(&wrong.means));
        let advice = texts(&wrong.choices, labels).map(|ids| phrases.use_choice.fill(&ids));
        let both = joined([owner].into_iter().chain(advice), &phrases.clauses);
        table.row([code(&wrong.prefix), both.unwrap_or_default()]);
    }
    table.row([phrases.any_other.to_string(), any_other(rule, labels)]);
    let per_region = provider.auth.key_per_region.then(|| phrases.key_per_region.to_string());
    blocks([paragraph(&per_region.unwrap_or_default()), table.text()])
}

fn any_other(rule: &KeyRule, labels: &Labels) -> String {
    let phrases = &labels.phrases;
    if rule.strict { &phrases.key_refused } else { &phrases.key_unknown }.to_string()
}

/// The environment variables and configuration keys: what each sets.
pub(super) fn environment(provider: &Provider, labels: &Labels) -> String {
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let mut table = Table::new([&*terms.env, &*terms.what]);
    for (name, uses) in variables(provider, labels) {
        table.row([code(name), joined(uses, &phrases.clauses).unwrap_or_default()]);
    }
    let any = provider.auth.required && provider.auth.env.len() > 1;
    let any = any.then(|| credential(provider, labels)).flatten();
    let any = any.map(|sets| phrases.any_credential.fill(&sets)).unwrap_or_default();
    blocks([paragraph(&any), table.text(), config_keys(provider, labels)])
}

/// Every environment variable with what it is for.
fn variables<'p>(provider: &'p Provider, labels: &Labels) -> Vec<(&'p str, Vec<String>)> {
    let phrases = &labels.phrases;
    let mut list: Vec<(&str, Vec<String>)> = Vec::new();
    let mut add = |name: &'p str, what: String| match list.iter_mut().find(|one| one.0 == name) {
        Some((_, uses)) => uses.push(what),
        None => list.push((name, vec![what])),
    };
    for set in &provider.auth.env {
        for name in set {
            let others = set.iter().filter(|other| *other != name).map(String::as_str);
            let others = codes(others, labels).map(|others| phrases.credential_with.fill(&others));
            add(name, others.unwrap_or_else(|| phrases.the_credential.to_string()));
        }
    }
    for variable in &provider.variables {
        if let Some(env) = &variable.env {
            let place = code(&format!("{{{}}}", variable.name));
            add(env, phrases.list.fill(&place, &inert(&variable.description)));
        }
    }
    for service in &provider.services {
        let name = labels.words.capability.of(service.capability.0);
        service.env.iter().for_each(|env| add(env, phrases.credential_for.fill(name)));
    }
    for hint in &provider.config {
        if let Some(env) = &hint.env {
            add(env, inert(&hint.sets));
        }
    }
    list
}

fn config_keys(provider: &Provider, labels: &Labels) -> String {
    let terms = &labels.terms;
    let mut table = Table::new([&*terms.config_key, &*terms.what]);
    for hint in &provider.config {
        if let Some(key) = &hint.key {
            table.row([code(key), inert(&hint.sets)]);
        }
    }
    table.text()
}
