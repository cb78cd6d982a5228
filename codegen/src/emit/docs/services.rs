//! What a provider does besides chat: a table of each capability, and of the rules that its models have.

use super::markdown::{Page, Table, blocks, list, paragraph};
use super::words::{capitalized, codes, joined, stated, texts};
use crate::catalog::{Parameter, Provider, Service, ServiceModel};
use crate::emit::figures::grouped;
use crate::emit::markdown::{code, inert, link};
use crate::labels::Labels;

/// Every capability under its own name, and all of them under one.
pub(super) fn parts(page: &mut Page, provider: &Provider, labels: &Labels) {
    let mut inner = Page::default();
    for service in &provider.services {
        let id = service.capability.0.id();
        let name = format!("{}-capability-{id}", provider.id);
        let title = capitalized(labels.words.capability.of(service.capability.0));
        inner.section(4, &title, &name, &body(service, labels));
    }
    let name = format!("{}-capabilities", provider.id);
    page.section(3, &labels.terms.capabilities, &name, inner.text().trim_start_matches('\n'));
}

fn body(service: &Service, labels: &Labels) -> String {
    let notes = list(service.notes.iter().map(|note| inert(note)));
    blocks([properties(service, labels), models(service, labels), notes])
}

fn properties(service: &Service, labels: &Labels) -> String {
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let mut table = Table::new([&*terms.property, &*terms.value]);
    let aliases = texts(&service.aliases, labels).map(|ids| phrases.also_called.fill(&ids));
    table.fact(
        &terms.id,
        joined(service.id.as_deref().map(code).into_iter().chain(aliases), &phrases.clauses),
    );
    let env = joined(service.env.iter().map(|name| code(name)), &phrases.or);
    table.fact(&terms.credential, env);
    table.row([terms.call.to_string(), stated(service.call.as_deref().map(code), labels)]);
    table.fact(&terms.poll, service.poll.as_deref().map(code));
    table.fact(&terms.request, service.request.as_deref().map(inert));
    table.fact(&terms.response, service.response.as_deref().map(inert));
    table.fact(&terms.default_model, service.default_model.as_deref().map(code));
    table.fact(&terms.voices, texts(&service.voices, labels));
    table.fact(&terms.default_voice, service.default_voice.as_deref().map(code));
    table.fact(&terms.formats, texts(&service.formats, labels));
    table.fact(&terms.default_format, service.default_format.as_deref().map(code));
    table.fact(&terms.makes, texts(&service.modes, labels));
    let parameters = service.parameters.iter().map(|one| parameter(one, labels));
    table.fact(&terms.parameters, joined(parameters, &phrases.clauses));
    table.fact(&terms.source, service.source.as_ref().map(|url| link(&code(url), url)));
    table.text()
}

/// A number that a request may set, with its bounds.
fn parameter(parameter: &Parameter, labels: &Labels) -> String {
    let phrases = &labels.phrases;
    let bounds = [
        parameter.min.as_deref().map(|least| phrases.least.fill(&inert(least))),
        parameter.max.as_deref().map(|most| phrases.most.fill(&inert(most))),
        parameter.default.as_deref().map(|value| phrases.by_default.fill(&inert(value))),
    ];
    let all = [code(&parameter.name)].into_iter().chain(bounds.into_iter().flatten());
    joined(all, &phrases.list).unwrap_or_default()
}

/// The models of a capability, with their own rules where one has any.
fn models(service: &Service, labels: &Labels) -> String {
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    if service.models.iter().all(|model| rules(model, labels).is_none()) {
        let ids = codes(service.models.iter().map(|model| model.id.as_str()), labels);
        return paragraph(&ids.map(|ids| phrases.its_models.fill(&ids)).unwrap_or_default());
    }
    let mut table = Table::new([&*terms.model, &*terms.rules]);
    for model in &service.models {
        let rules = rules(model, labels).unwrap_or_else(|| phrases.no_rule.to_string());
        table.row([code(&model.id), rules]);
    }
    table.text()
}

fn rules(model: &ServiceModel, labels: &Labels) -> Option<String> {
    let phrases = &labels.phrases;
    let seconds = model.seconds.iter().map(|length| grouped(*length, ','));
    let rules = [
        texts(&model.requires, labels).map(|fields| phrases.requires.fill(&fields)),
        texts(&model.omits, labels).map(|fields| phrases.omits.fill(&fields)),
        texts(&model.modes, labels).map(|modes| phrases.makes.fill(&modes)),
        joined(seconds, &phrases.or).map(|lengths| phrases.seconds.fill(&lengths)),
        model.max_results.map(|most| phrases.most_results.fill(&grouped(most, ','))),
        model.note.as_deref().map(inert),
    ];
    joined(rules.into_iter().flatten(), &phrases.clauses)
}
