//! The table of every model, as HTML: it stands without a script, and one makes it filter and sort.
//!
//! What a script needs is in the table: a number to sort by in `data-v`, the kind of a column in `data-sort`, the words
//! for the filter in `data-filter` and `data-count`.

use portolan_types::{Currency, Meter};

use super::words::{joined, region_count, stated};
use crate::catalog::{Catalog, Model, Price, Provider};
use crate::emit::figures::grouped;
use crate::emit::markdown::ANCHOR;
use crate::emit::{MARK, cards, figures};
use crate::labels::Labels;

/// The page.
pub(super) fn page(catalog: &Catalog, labels: &Labels) -> String {
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let language = labels.tag();
    let count: usize = catalog.providers().map(|(_, provider)| provider.models.len()).sum();
    let count = grouped(u64::try_from(count).unwrap_or(u64::MAX), ',');
    let lead = phrases.all_models.fill(&count, &grouped(Meter::Input.per(), ','));
    let mut out = format!(
        "<!-- {MARK} from manifests and docs/labels/{language}.yaml, do not edit. -->\n\n# {}\n\n{lead}\n\n",
        &*terms.all_models,
    );
    let counted = escaped(&phrases.counted.fill("{shown}", "{all}"));
    let filter = escaped(&terms.filter);
    out.extend([
        "<div class=\"all-models-frame\" role=\"region\" aria-label=\"",
        &escaped(&terms.all_models),
        "\" tabindex=\"0\">\n<table class=\"all-models\" data-filter=\"",
        &filter,
        "\" data-count=\"",
        &counted,
        "\">\n<thead><tr>",
    ]);
    heads(&mut out, labels);
    out.push_str("</tr></thead>\n<tbody>\n");
    for (_, provider) in catalog.providers() {
        for model in &provider.models {
            row(&mut out, provider, model, labels);
        }
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    out
}

fn heads(out: &mut String, labels: &Labels) {
    let (terms, phrases) = (&labels.terms, &labels.phrases);
    let prices = [&terms.input, &terms.output].map(|side| phrases.price_of.fill(side));
    let columns = [
        (&*terms.model, "text"),
        (&*terms.purpose, "text"),
        (&*terms.context, "number"),
        (&*terms.max_output, "number"),
        (&*prices[0], "number"),
        (&*prices[1], "number"),
        (&*terms.status, "text"),
        (&*terms.regions, "text"),
        (&*terms.name, "text"),
    ];
    for (name, kind) in columns {
        out.extend(["<th scope=\"col\" data-sort=\"", kind, "\">", &escaped(name), "</th>"]);
    }
}

fn row(out: &mut String, provider: &Provider, model: &Model, labels: &Labels) {
    let (facts, words) = (&model.facts, &labels.words);
    let name = model.labels.get(labels.tag()).unwrap_or(&model.name);
    out.extend([
        "<tr><th scope=\"row\"><code>",
        &escaped(&format!("{}/{}", provider.id, model.id)),
        "</code></th>",
    ]);
    text(out, words.capability.of(facts.capability.0));
    number(out, facts.context, labels);
    number(out, facts.max_output, labels);
    price(out, model, Meter::Input, labels);
    price(out, model, Meter::Output, labels);
    text(out, words.status.of(model.status.0));
    text(out, &regions(provider, model, labels));
    text(out, name);
    out.push_str("</tr>\n");
}

fn text(out: &mut String, text: &str) {
    out.extend(["<td>", &escaped(text), "</td>"]);
}

fn number(out: &mut String, value: Option<u64>, labels: &Labels) {
    match value {
        Some(value) => {
            out.extend(["<td data-v=\"", &value.to_string(), "\">", &grouped(value, ','), "</td>"]);
        }
        None => text(out, &labels.phrases.not_stated),
    }
}

/// The rate of an ordinary request. Numbers sort only among prices of one currency, so others have none.
fn price(out: &mut String, model: &Model, meter: Meter, labels: &Labels) {
    let phrases = &labels.phrases;
    let state = match &model.price {
        Price::Free => &phrases.free,
        Price::Included => &phrases.included,
        Price::Unknown => &phrases.not_stated,
        Price::Priced(list) => {
            let card = cards::main(list);
            let rate = card.and_then(|card| Some((card.currency.0, card.rates.rate(meter)?)));
            return match (card, rate) {
                (None, _) => text(out, &phrases.by_condition),
                (_, None) => text(out, &phrases.not_stated),
                (_, Some((currency, rate))) => rated(out, rate, currency, labels),
            };
        }
    };
    text(out, state);
}

fn rated(out: &mut String, rate: u64, currency: Currency, labels: &Labels) {
    let shown = figures::money(rate, currency);
    let shown = shown.unwrap_or_else(|| labels.phrases.free_rate.to_string());
    if currency == Currency::Usd {
        out.extend(["<td data-v=\"", &rate.to_string(), "\">", &escaped(&shown), "</td>"]);
    } else {
        text(out, &shown);
    }
}

fn regions(provider: &Provider, model: &Model, labels: &Labels) -> String {
    let all = provider.regions.iter().map(|region| &region.id);
    let ids: Vec<_> =
        if model.regions.is_empty() { all.collect() } else { model.regions.iter().collect() };
    match ids.len() {
        0 => stated(Some(labels.phrases.none.to_string()), labels),
        1..=3 => joined(ids.into_iter().cloned(), &labels.phrases.list).unwrap_or_default(),
        count => region_count(count, labels),
    }
}

/// A text as text of HTML, on one line, in which mdBook finds no instruction.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || crate::yaml::is_forbidden(c)) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        for (position, c) in word.char_indices() {
            match c {
                'A' if word[position..].starts_with(ANCHOR) => out.push_str("&#65;"),
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '{' => out.push_str("&#123;"),
                _ => out.push(c),
            }
        }
    }
    out
}
