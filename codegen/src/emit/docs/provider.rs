//! What a provider is: the table of its properties, where it answers, its regions.

use portolan_types::{Header, RegionPolicy};

use super::markdown::{Table, blocks, list, paragraph};
use super::words::{codes, joined, links, named, region_policy, stated, texts};
use crate::catalog::{Dialect, Endpoint, Provider, Region, Service};
use crate::emit::markdown::{code, inert};
use crate::labels::Labels;

/// The table of a provider's properties.
pub(super) fn summary(provider: &Provider, labels: &Labels) -> String {
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let mut table = Table::new([&*terms.property, &*terms.value]);
    table.row([terms.provider.to_string(), code(&provider.id)]);
    table.fact(&terms.capabilities, does(provider, labels));
    table.fact(&terms.apis, codes(apis(provider), labels));
    table.fact(&terms.base_url, base_urls(provider, labels));
    table.fact(&terms.region, region_policy(provider, labels));
    table.fact(&terms.credential, credential(provider, labels));
    let choices = provider.auth.choices.iter().map(|choice| format!("--auth-choice {}", choice.id));
    let choices: Vec<_> = choices.collect();
    table.fact(&terms.choices, texts(&choices, labels));
    table.fact(&terms.flags, codes(flags(provider), labels));
    let coverage = labels.words.coverage.of(provider.coverage.0);
    table.row([terms.model_list.to_string(), coverage.to_owned()]);
    table.fact(&terms.listed_at, listed_at(provider, labels));
    let default = provider.default_model.as_ref();
    let default = default.map(|model| code(&format!("{}/{model}", provider.id)));
    table.row([
        terms.default_model.to_string(),
        default.unwrap_or_else(|| phrases.none.to_string()),
    ]);
    for service in provider.services.iter().filter(|service| service.default_model.is_some()) {
        table.row([service_default_name(service, labels), service_default(service, labels)]);
    }
    table.fact(&terms.claims, claims(provider, labels));
    let passes = provider.pass_through.then(|| phrases.passes_through.to_string());
    table.fact(&terms.other_ids, passes);
    if provider.dialect != Dialect::default() {
        table.fact(&terms.dialect, texts(&dialect(&provider.dialect), labels));
    }
    table.fact(&terms.pages, links(&provider.links, labels));
    table.row([terms.checked.to_string(), super::words::source(&provider.source, labels)]);
    table.text()
}

/// Where the models are listed, unless it is as the protocol has it.
fn listed_at(provider: &Provider, labels: &Labels) -> Option<String> {
    if provider.unlisted {
        return Some(labels.phrases.unlisted.to_string());
    }
    codes(provider.lists.iter().map(|list| list.url.as_str()), labels)
}

/// What is not as `OpenAI` has it, as a manifest says it.
fn dialect(dialect: &Dialect) -> Vec<String> {
    let Dialect {
        reasoning_on,
        reasoning_off,
        effort_field,
        budget_field,
        cache_control,
        replays_all,
        requires_replay,
        refuses,
    } = dialect;
    let texts = [
        ("reasoning_on", reasoning_on.clone()),
        ("reasoning_off", reasoning_off.clone()),
        ("effort_field", effort_field.clone()),
        ("budget_field", budget_field.clone()),
        ("cache_control", cache_control.map(|time| time.to_string())),
        ("replays_all", replays_all.then(|| true.to_string())),
        ("requires_replay", requires_replay.then(|| true.to_string())),
    ];
    let said = texts.into_iter().filter_map(|(name, text)| Some(format!("{name}: {}", text?)));
    said.chain(refuses.iter().map(|field| format!("refuses: {field}"))).collect()
}

fn does(provider: &Provider, labels: &Labels) -> Option<String> {
    let chat = provider.models.iter().map(|model| model.facts.capability.0);
    let mut all: Vec<_> =
        chat.chain(provider.services.iter().map(|service| service.capability.0)).collect();
    all.sort_unstable();
    all.dedup();
    let words = all.into_iter().map(|one| labels.words.capability.of(one).to_owned());
    joined(words, &labels.phrases.list)
}

/// Every wire protocol, the default one first.
pub(super) fn apis(provider: &Provider) -> Vec<&'static str> {
    let mut ids = Vec::new();
    for endpoint in all_endpoints(provider) {
        let id = endpoint.api.0.id();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

fn all_endpoints(provider: &Provider) -> impl Iterator<Item = &Endpoint> {
    let regional = provider.regions.iter().flat_map(|region| &region.endpoints);
    provider.endpoints.iter().chain(regional)
}

/// The addresses with `{region}` where the region's id stands, if all regions differ in nothing else.
fn pattern(provider: &Provider) -> Option<Vec<(&Endpoint, String)>> {
    let with_pattern = |region: &'_ Region| -> Vec<(String, String)> {
        let pairs = region.endpoints.iter().map(|endpoint| {
            let id = format!("{}{}", endpoint.api.0.id(), endpoint.header.0.id());
            (id, endpoint.url.replace(&region.id, "{region}"))
        });
        pairs.collect()
    };
    let (first, others) = provider.regions.split_first()?;
    let pattern = with_pattern(first);
    let alike = !others.is_empty()
        && pattern.iter().all(|(_, url)| url.contains("{region}"))
        && others.iter().all(|region| with_pattern(region) == pattern);
    let urls = pattern.into_iter().map(|(_, url)| url);
    alike.then(|| first.endpoints.iter().zip(urls).collect())
}

fn base_urls(provider: &Provider, labels: &Labels) -> Option<String> {
    if let Some(pattern) = pattern(provider) {
        return codes(pattern.first().map(|(_, url)| url.as_str()), labels);
    }
    let defaults = provider.regions.iter().filter_map(|region| region.endpoints.first());
    let list = provider.endpoints.iter().take(1).chain(defaults);
    codes(list.map(|endpoint| endpoint.url.as_str()), labels)
}

/// The sets of variables of which one has to be complete.
pub(super) fn credential(provider: &Provider, labels: &Labels) -> Option<String> {
    let phrases = &labels.phrases;
    if !provider.auth.required {
        return Some(phrases.no_credential.to_string());
    }
    let sets = provider.auth.env.iter();
    let sets = sets.filter_map(|set| joined(set.iter().map(|name| code(name)), &phrases.together));
    joined(sets, &phrases.or)
}

/// The choices' own flags, each once.
fn flags(provider: &Provider) -> Vec<&str> {
    let mut flags: Vec<&str> =
        provider.auth.choices.iter().filter_map(|choice| choice.flag.as_deref()).collect();
    flags.sort_unstable();
    flags.dedup();
    flags
}

fn service_default_name(service: &Service, labels: &Labels) -> String {
    labels.phrases.default_for.fill(labels.words.capability.of(service.capability.0))
}

fn service_default(service: &Service, labels: &Labels) -> String {
    let phrases = &labels.phrases;
    let model = stated(service.default_model.as_deref().map(code), labels);
    match &service.default_voice {
        Some(voice) => phrases.list.fill(&model, &phrases.voice.fill(&code(voice))),
        None => model,
    }
}

fn claims(provider: &Provider, labels: &Labels) -> Option<String> {
    let prefixes = provider.claims.prefixes.iter().map(|prefix| format!("{prefix}*"));
    let all: Vec<_> = prefixes.chain(provider.claims.patterns.iter().cloned()).collect();
    texts(&all, labels)
}

/// What a reader has to know of a provider.
pub(super) fn notes(provider: &Provider) -> String {
    list(provider.notes.iter().chain(&provider.routing).map(|note| inert(note)))
}

/// Where a provider answers, what fills the variables of the addresses, and what every request carries.
pub(super) fn endpoints(provider: &Provider, labels: &Labels) -> String {
    blocks([addresses(provider, labels), variables(provider, labels), headers(provider, labels)])
}

fn addresses(provider: &Provider, labels: &Labels) -> String {
    let terms = &labels.terms;
    let plain = || Table::new([&*terms.api, &*terms.base_url, &*terms.header]);
    let cells = |endpoint: &Endpoint, url: &str| {
        [code(endpoint.api.0.id()), code(url), header(endpoint.header.0, labels)]
    };
    if provider.regions.is_empty() {
        let mut table = plain();
        for endpoint in &provider.endpoints {
            table.row(cells(endpoint, &endpoint.url));
        }
        return table.text();
    }
    if let Some(pattern) = pattern(provider) {
        let mut table = plain();
        for (endpoint, url) in &pattern {
            table.row(cells(endpoint, url));
        }
        return table.text();
    }
    let mut table = Table::new([&*terms.region, &*terms.api, &*terms.base_url, &*terms.header]);
    for region in &provider.regions {
        for endpoint in &region.endpoints {
            let [api, url, header] = cells(endpoint, &endpoint.url);
            table.row([code(&region.id), api, url, header]);
        }
    }
    table.text()
}

/// The header that carries the credential, with what stands before it there.
fn header(header: Header, labels: &Labels) -> String {
    match header {
        Header::Bearer => code("Authorization: Bearer"),
        Header::Token => code("Authorization: Token"),
        Header::Key => code("Authorization: Key"),
        Header::Basic => code("Authorization: Basic"),
        Header::Authorization => code("Authorization"),
        Header::None => labels.phrases.none.to_string(),
        other => code(other.id()),
    }
}

fn variables(provider: &Provider, labels: &Labels) -> String {
    let terms = &labels.terms;
    let mut table = Table::new([&*terms.variable, &*terms.env, &*terms.what]);
    for variable in &provider.variables {
        let env = stated(variable.env.as_deref().map(code), labels);
        let name = code(&format!("{{{}}}", variable.name));
        table.row([name, env, inert(&variable.description)]);
    }
    table.text()
}

fn headers(provider: &Provider, labels: &Labels) -> String {
    let terms = &labels.terms;
    let mut table = Table::new([&*terms.request_header, &*terms.value]);
    for (name, value) in &provider.headers {
        table.row([code(name), code(value)]);
    }
    table.text()
}

/// The regions, each with its default address and the auth choices for it.
pub(super) fn regions(provider: &Provider, labels: &Labels) -> String {
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let policy = match (provider.region_policy.0, &provider.default_region) {
        (RegionPolicy::Required, _) => phrases.region_must.to_string(),
        (RegionPolicy::Default, Some(default)) => phrases.region_if_none.fill(&code(default)),
        _ => return String::new(),
    };
    let per_region = provider.auth.key_per_region.then(|| phrases.key_per_region.to_string());
    let choice = |region: &Region| {
        let ids = provider.auth.choices.iter();
        let ids = ids.filter(|choice| choice.region.as_ref() == Some(&region.id));
        codes(ids.map(|choice| choice.id.as_str()), labels)
    };
    let with_choice = provider.regions.iter().any(|region| choice(region).is_some());
    let mut columns = vec![&*terms.region, &*terms.name, &*terms.base_url];
    columns.extend(with_choice.then_some(&*terms.choice));
    let mut table = Table::new(columns);
    for region in &provider.regions {
        let url = region.endpoints.first().map(|endpoint| code(&endpoint.url));
        let name = named(&region.name, &region.labels, labels);
        let mut cells = vec![code(&region.id), name, stated(url, labels)];
        if with_choice {
            cells.push(choice(region).unwrap_or_else(|| phrases.none.to_string()));
        }
        table.row(cells);
    }
    let sentence = joined([policy].into_iter().chain(per_region), &phrases.sentences);
    blocks([paragraph(&sentence.unwrap_or_default()), table.text()])
}
