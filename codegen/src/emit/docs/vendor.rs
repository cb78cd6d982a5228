//! The page of a vendor: its notes and pages, every provider with all of its parts, the sources and what they disagree on.

use super::markdown::{Page, Table, list, paragraph};
use super::words::{address, links, model_ref, named, stated};
use super::{auth, config, facts, models, prices, provider, services};
use crate::catalog::{Provider, Vendor};
use crate::emit::MARK;
use crate::emit::markdown::{code, inert, link};
use crate::labels::Labels;

/// The page.
pub(super) fn page(vendor: &Vendor, labels: &Labels) -> String {
    let (manifest, language, terms) = (&vendor.manifest, labels.tag(), &labels.terms);
    let mut page = Page::new(&format!(
        "{MARK} from manifests/{manifest} and docs/labels/{language}.yaml, do not edit."
    ));
    page.title(1, &named(&vendor.name, &vendor.labels, labels));
    let links = links(&vendor.links, labels).unwrap_or_default();
    page.part("links", &paragraph(&links));
    page.part("notes", &list(vendor.notes.iter().map(|note| inert(note))));
    for provider in &vendor.providers {
        page.title(2, &named(&provider.name, &provider.labels, labels));
        parts(&mut page, provider, labels);
    }
    page.section(2, &terms.sources, "sources", &sources(vendor, labels));
    page.section(2, &terms.disagreements, "disagreements", &disagreements(vendor, labels));
    page.text()
}

fn parts(page: &mut Page, provider: &Provider, labels: &Labels) {
    let terms = &labels.terms;
    let name = |part: &str| format!("{}-{part}", provider.id);
    page.part(&name("summary"), &provider::summary(provider, labels));
    page.part(&name("notes"), &provider::notes(provider));
    page.section(3, &terms.endpoints, &name("endpoints"), &provider::endpoints(provider, labels));
    page.section(3, &terms.regions, &name("regions"), &provider::regions(provider, labels));
    page.section(3, &terms.auth, &name("auth"), &auth::choices(provider, labels));
    page.section(3, &terms.keys, &name("keys"), &auth::keys(provider, labels));
    let environment = auth::environment(provider, labels);
    page.section(3, &terms.environment, &name("environment"), &environment);
    page.section(3, &terms.models, &name("models"), &models::table(provider, labels));
    page.section(3, &terms.ended, &name("ended"), &models::ended(provider, labels));
    page.section(3, &terms.prices, &name("prices"), &prices::tables(provider, labels));
    page.section(3, &terms.fact_sources, &name("facts"), &facts::table(provider, labels));
    services::parts(page, provider, labels);
    page.section(3, &terms.config, &name("config"), &config::example(provider, labels));
}

fn sources(vendor: &Vendor, labels: &Labels) -> String {
    let terms = &labels.terms;
    let mut table = Table::new([&*terms.page, &*terms.checked, &*terms.what]);
    if let Some(url) = &vendor.source.url {
        let day = stated(vendor.source.checked.map(|day| day.0.to_string()), labels);
        table.row([address(url), day, labels.phrases.main_source.to_string()]);
    }
    for page in &vendor.sources {
        let what = stated(page.note.as_deref().map(inert), labels);
        table.row([address(&page.url), page.checked.0.to_string(), what]);
    }
    table.text()
}

fn disagreements(vendor: &Vendor, labels: &Labels) -> String {
    let terms = &labels.terms;
    let columns = [&terms.model, &terms.fact, &terms.says, &terms.source, &terms.remark];
    let mut table = Table::new(columns.map(ToString::to_string));
    for provider in &vendor.providers {
        for model in &provider.models {
            for other in &model.disagreements {
                let day = other.checked.map(|day| day.0.to_string());
                let day = day.unwrap_or_else(|| terms.source.to_string());
                let note = other.note.as_deref().map(inert);
                table.row([
                    model_ref(provider, model),
                    code(&other.field),
                    inert(&other.says),
                    link(&day, &other.source),
                    note.unwrap_or_else(|| labels.phrases.no_remark.to_string()),
                ]);
            }
        }
    }
    table.text()
}
