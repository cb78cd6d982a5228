//! What is said of values in more than one place, in the words of a language.

use std::collections::BTreeMap;

use portolan_types::{Modality, RegionPolicy};

use crate::catalog::{Model, Provider, Source};
use crate::emit::figures::grouped;
use crate::emit::markdown::{code, inert, link};
use crate::labels::{Labels, PairPhrase};
use crate::manifest::{Closed, LinkKind, Word};

/// A name in the language of the labels, if the manifest has it, as plain text.
pub(super) fn named(name: &str, names: &BTreeMap<String, String>, labels: &Labels) -> String {
    inert(names.get(labels.tag()).map_or(name, String::as_str))
}

/// Several texts in one, nothing if there are none.
pub(super) fn joined(
    texts: impl IntoIterator<Item = String>,
    phrase: &PairPhrase,
) -> Option<String> {
    texts.into_iter().reduce(|first, second| phrase.fill(&first, &second))
}

/// Several ids as code.
pub(super) fn codes<'t>(ids: impl IntoIterator<Item = &'t str>, labels: &Labels) -> Option<String> {
    joined(ids.into_iter().map(code), &labels.phrases.list)
}

/// Several texts of manifests.
pub(super) fn texts(texts: &[String], labels: &Labels) -> Option<String> {
    codes(texts.iter().map(String::as_str), labels)
}

/// What was said, or that nobody said it.
pub(super) fn stated(text: Option<String>, labels: &Labels) -> String {
    text.unwrap_or_else(|| labels.phrases.not_stated.to_string())
}

/// A number of tokens.
pub(super) fn tokens(count: Option<u64>, labels: &Labels) -> String {
    stated(count.map(|count| grouped(count, ',')), labels)
}

/// Yes, no, or that nobody said.
pub(super) fn flag(value: Option<bool>, labels: &Labels) -> String {
    let phrases = &labels.phrases;
    stated(value.map(|value| if value { &phrases.yes } else { &phrases.no }.to_string()), labels)
}

/// Kinds of content.
pub(super) fn modalities(list: &[Word<Modality>], labels: &Labels) -> String {
    let words = list.iter().map(|word| labels.words.modality.of(word.0).to_owned());
    stated(joined(words, &labels.phrases.list), labels)
}

/// Where a fact is from: the day on which it was checked, as a link to the page.
pub(super) fn source(source: &Source, labels: &Labels) -> String {
    let day = source.checked.map(|day| day.0.to_string());
    let text = match (&source.url, day) {
        (Some(url), Some(day)) => Some(link(&day, url)),
        (Some(url), None) => Some(link(&labels.terms.source, url)),
        (None, day) => day,
    };
    stated(text, labels)
}

/// An address as a link that shows itself.
pub(super) fn address(url: &str) -> String {
    link(&inert_without_links(url), url)
}

/// Pages by what they are.
pub(super) fn links(pages: &BTreeMap<String, String>, labels: &Labels) -> Option<String> {
    let links = pages.iter().map(|(kind, url)| {
        let name = LinkKind::from_id(kind).map(|kind| labels.words.link.of(kind));
        link(&name.map_or_else(|| inert(kind), capitalized), url)
    });
    joined(links, &labels.phrases.list)
}

/// A word as it begins a line.
pub(super) fn capitalized(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// A link may hold no other one, so the address in its text is none.
fn inert_without_links(url: &str) -> String {
    let code = code(url);
    if code.starts_with('`') { code } else { inert(&url.replace("://", ": //")) }
}

/// The ref of a model as code.
pub(super) fn model_ref(provider: &Provider, model: &Model) -> String {
    code(&format!("{}/{}", provider.id, model.id))
}

/// What a provider says of regions, in a sentence.
pub(super) fn region_policy(provider: &Provider, labels: &Labels) -> Option<String> {
    let ids = codes(provider.regions.iter().map(|region| region.id.as_str()), labels)?;
    match (provider.region_policy.0, &provider.default_region) {
        (RegionPolicy::Required, _) => Some(labels.phrases.region_required.fill(&ids)),
        (RegionPolicy::Default, Some(default)) => {
            Some(labels.phrases.region_default.fill(&ids, &code(default)))
        }
        _ => None,
    }
}

/// A number of regions.
pub(super) fn region_count(count: usize, labels: &Labels) -> String {
    labels.phrases.region_count.fill(&grouped(u64::try_from(count).unwrap_or(u64::MAX), ','))
}
