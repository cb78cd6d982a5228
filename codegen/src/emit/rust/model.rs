//! The row of a model: everything that its provider and its base model say, and its price cards.

use portolan_types::{Capability, Currency, ServiceTier, Status, Variant};

use super::layout::Node;
use super::row::{
    Row, boolean, date, number, some, some_day, some_moment, some_number, some_text, texts, word,
    word_unless,
};
use super::shared::Shared;
use crate::catalog::{Card, Converted, Model, Price, Rates, ReasoningControl, Tier, Window};
use crate::manifest::TierScope;

/// The literal of a model's static.
pub(super) fn row<'a>(provider: &'a str, model: &'a Model, shared: &Shared<'_>) -> Node<'a> {
    let facts = &model.facts;
    Row::over("Model", Node::raw("Model::UNKNOWN"))
        .set("provider", Node::text(provider))
        .set("id", Node::text(&model.id))
        .set("name", Node::text(&model.name))
        .set("base", some_text(model.base.as_ref()))
        .set("family", some_text(facts.family.as_ref()))
        .set("capability", word_unless("Capability", facts.capability, Capability::Chat))
        .set("status", word_unless("Status", model.status, Status::Active))
        .set("released", some_day(facts.released))
        .set("cutoff", some_day(facts.cutoff))
        .set("retires", some_day(model.retires))
        .set("last_seen", some_day(model.last_seen))
        .set("replacement", some_text(model.replacement.as_ref()))
        .set("input", shared.modalities(&facts.input))
        .set("output", shared.modalities(&facts.output))
        .set("context", some_number(facts.context))
        .set("max_input", some_number(facts.max_input))
        .set("max_output", some_number(facts.max_output))
        .set("reasoning", support(facts.reasoning))
        .set("reasoning_control", some(facts.reasoning_control.as_ref().map(reasoning)))
        .set("tools", support(facts.tools))
        .set("structured_output", support(facts.structured_output))
        .set("temperature", support(facts.temperature))
        .set("attachments", support(facts.attachments))
        .set("open_weights", support(facts.open_weights))
        .set("api", some(model.api.map(|api| word("Api", api))))
        .set("reasoning_field", some_text(facts.reasoning_field.as_ref()))
        .set("token_limit_field", some_text(facts.token_limit_field.as_ref()))
        .set("refuses", texts(&facts.refuses))
        .set("regions", texts(&model.regions))
        .set("aliases", texts(&model.aliases))
        .set("price", price(&model.price, shared))
        .end()
}

pub(super) fn support<'a>(said: Option<bool>) -> Node<'a> {
    let name = match said {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "Unknown",
    };
    Node::imported("Support", name.to_owned()).unset_if(said.is_none())
}

fn reasoning(control: &ReasoningControl) -> Node<'_> {
    let budget = (control.budget_min.is_some() || control.budget_max.is_some()).then(|| {
        let row = Row::whole("Budget").set("min", some_number(control.budget_min));
        row.set("max", some_number(control.budget_max)).end()
    });
    Row::whole("&ReasoningControl")
        .set("toggle", support(control.toggle))
        .set("efforts", texts(&control.efforts))
        .set("default_effort", some_text(control.default_effort.as_ref()))
        .set("budget", some(budget))
        .end()
}

fn price<'a>(price: &'a Price, shared: &Shared<'_>) -> Node<'a> {
    match price {
        Price::Priced(cards) => {
            Node::call("Price::Priced(", [Node::slice(cards.iter().map(|c| card(c, shared)))])
        }
        Price::Free => Node::word("Price", "Free".to_owned()),
        Price::Included => Node::word("Price", "Included".to_owned()),
        Price::Unknown => Node::word("Price", "Unknown".to_owned()).unset_if(true),
    }
}

fn card<'a>(card: &'a Card, shared: &Shared<'_>) -> Node<'a> {
    let row = shared
        .card(&card.source)
        .set("from", some_moment(card.start()))
        .set("until", some_moment(card.until))
        .set("windows", Node::slice(card.windows.iter().map(window)))
        .set("service_tier", word_unless("ServiceTier", card.service_tier, ServiceTier::Standard))
        .set("regions", texts(&card.regions))
        .set("variants", Node::slice(card.variants.iter().map(|text| variant(text))))
        .set("currency", word_unless("Currency", card.currency, Currency::Usd))
        .set("rates", rates(&card.rates))
        .set("tiers", Node::slice(card.tiers.iter().map(tier)))
        .set("seen", some_day(card.seen))
        .set("assumed_before", some_moment(card.assumed_before))
        .set("assumed_after", some_moment(card.assumed_after))
        .set("converted", some(card.converted.as_ref().map(converted)));
    shared.with_evidence(row, &card.source).end()
}

fn window(window: &Window) -> Node<'_> {
    Row::whole("Window")
        .set("start", number(window.start.into()))
        .set("end", number(window.end.into()))
        .end()
}

fn variant<'a>(text: &str) -> Node<'a> {
    let variant = text.split_once('=').and_then(|(kind, value)| Variant::from_parts(kind, value));
    match variant {
        Some(variant) => Node::word("Variant", format!("{variant:?}")),
        None => unreachable!("`{text}` is a variant, which the check of prices saw to"),
    }
}

fn rates(rates: &Rates) -> Node<'_> {
    Node::slice(rates.0.iter().map(|(meter, rate)| {
        Node::call("(", [Node::imported("Meter", format!("{meter:?}")), number(*rate)])
    }))
}

fn tier(tier: &Tier) -> Node<'_> {
    let scope = match tier.scope.0 {
        TierScope::Whole => "Whole",
        TierScope::Above => "Above",
    };
    Row::whole("Tier")
        .set("scope", Node::word("Scope", scope.to_owned()))
        .set("input_above", some_number(tier.input_above))
        .set("output_above", some_number(tier.output_above))
        .set("inclusive", boolean(tier.inclusive))
        .set("rates", rates(&tier.rates))
        .end()
}

fn converted(converted: &Converted) -> Node<'_> {
    Row::whole("&Converted")
        .set("from", word("Currency", converted.from))
        .set("rate", Node::text(&converted.rate))
        .set("date", date(converted.date.0))
        .end()
}
