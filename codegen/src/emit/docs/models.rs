//! The models of a provider: a table of those that are not over, their notes, and a table of those that are.

use portolan_types::{Capability, Modality, Status};

use super::markdown::{Table, blocks, list};
use super::words::{codes, flag, joined, modalities, model_ref, named, stated, texts, tokens};
use crate::catalog::{Model, Provider, Source};
use crate::emit::figures::grouped;
use crate::emit::markdown::{code, inert};
use crate::labels::Labels;
use crate::manifest::Word;

/// Whether the vendor has switched a model off, or no source lists it any more.
pub(super) fn is_over(model: &Model) -> bool {
    matches!(model.status.0, Status::Retired | Status::Delisted)
}

/// The models of a provider: those for chat first, and of those the ones that are not about to end.
pub(super) fn in_order(provider: &Provider) -> Vec<&Model> {
    let mut models: Vec<_> = provider.models.iter().collect();
    models.sort_by_key(|model| (model.facts.capability, model.status));
    models
}

/// Which columns have something to say.
struct Columns {
    purpose: bool,
    output: bool,
}

/// The table of the models that are not over, and what a reader has to know of them.
pub(super) fn table(provider: &Provider, labels: &Labels) -> String {
    let models: Vec<_> = in_order(provider).into_iter().filter(|model| !is_over(model)).collect();
    let text_alone =
        |model: &&Model| matches!(model.facts.output.as_slice(), [Word(Modality::Text)]);
    let columns = Columns {
        purpose: models.iter().any(|model| model.facts.capability.0 != Capability::Chat),
        output: !models.iter().all(text_alone),
    };
    let mut table = Table::new(heads(&columns, labels));
    for model in &models {
        table.row(cells(provider, model, &columns, labels));
    }
    let notes = models.iter().flat_map(|model| {
        let name = model_ref(provider, model);
        model.notes.iter().map(move |note| labels.phrases.note.fill(&name, &inert(note)))
    });
    blocks([table.text(), list(notes)])
}

fn heads<'l>(columns: &Columns, labels: &'l Labels) -> Vec<&'l str> {
    let terms = &labels.terms;
    let mut heads = vec![&*terms.model, &*terms.name];
    heads.extend(columns.purpose.then_some(&*terms.purpose));
    heads.push(&*terms.input);
    heads.extend(columns.output.then_some(&*terms.output));
    heads.extend([
        &*terms.context,
        &*terms.max_output,
        &*terms.reasoning,
        &*terms.tools,
        &*terms.remark,
    ]);
    heads
}

fn cells(provider: &Provider, model: &Model, columns: &Columns, labels: &Labels) -> Vec<String> {
    let facts = &model.facts;
    let mut cells = vec![model_ref(provider, model), named(&model.name, &model.labels, labels)];
    if columns.purpose {
        cells.push(labels.words.capability.of(facts.capability.0).to_owned());
    }
    cells.push(modalities(&facts.input, labels));
    if columns.output {
        cells.push(modalities(&facts.output, labels));
    }
    cells.extend([
        tokens(facts.context, labels),
        tokens(facts.max_output, labels),
        flag(facts.reasoning, labels),
        flag(facts.tools, labels),
        remark(provider, model, labels),
    ]);
    cells
}

fn remark(provider: &Provider, model: &Model, labels: &Labels) -> String {
    let (facts, phrases) = (&model.facts, &labels.phrases);
    let mut list = Vec::new();
    if provider.default_model.as_ref() == Some(&model.id) {
        list.push(labels.terms.default_model.to_string());
    }
    if model.status.0 != Status::Active {
        list.push(labels.words.status.of(model.status.0).to_owned());
    }
    list.extend(model.retires.map(|day| phrases.retires.fill(&day.0.to_string())));
    list.extend(model.replacement.as_ref().map(|id| phrases.use_instead.fill(&code(id))));
    list.extend(texts(&model.regions, labels).map(|ids| phrases.only_in.fill(&ids)));
    list.extend(model.api.map(|api| phrases.speaks.fill(&code(api.0.id()))));
    let most = facts.max_input.map(|most| grouped(most, ','));
    list.extend(most.map(|most| phrases.most_input.fill(&most)));
    let control = facts.reasoning_control.as_ref();
    list.extend(control.and_then(|control| {
        texts(&control.efforts, labels).map(|efforts| phrases.efforts.fill(&efforts))
    }));
    list.extend(facts.cutoff.map(|day| phrases.cutoff.fill(&day.0.to_string())));
    list.extend(texts(&model.aliases, labels).map(|ids| phrases.also_called.fill(&ids)));
    joined(list, &phrases.clauses).unwrap_or_else(|| phrases.no_remark.to_string())
}

/// The table of the models that are over, with the day and what to use instead.
pub(super) fn ended(provider: &Provider, labels: &Labels) -> String {
    let terms = &labels.terms;
    let columns =
        [&terms.model, &terms.name, &terms.status, &terms.date, &terms.replacement, &terms.source];
    let mut table = Table::new(columns.map(ToString::to_string));
    for model in in_order(provider).into_iter().filter(|model| is_over(model)) {
        let status = labels.words.status.of(model.status.0).to_owned();
        let seen = model.last_seen.map(|day| labels.phrases.last_seen.fill(&day.0.to_string()));
        let day = model.retires.map(|day| day.0.to_string()).or(seen);
        let instead = codes(model.replacement.as_deref(), labels);
        let said = model.retires_source.clone().or_else(|| model.source.url.clone());
        let source = Source { url: said, checked: model.source.checked };
        table.row([
            model_ref(provider, model),
            named(&model.name, &model.labels, labels),
            status,
            stated(day, labels),
            stated(instead, labels),
            super::words::source(&source, labels),
        ]);
    }
    table.text()
}
