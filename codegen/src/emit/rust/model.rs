//! The row of a model: everything that its provider and its base model say, and its price cards.

use portolan_types::{Capability, Currency, Meter, ServiceTier, Status, Variant};

use super::layout::Node;
use super::row::{
    Row, boolean, date, number, plain_day, plain_moment, plain_number, plain_text, some,
    some_moment, some_number, texts, word, word_unless,
};
use super::sets::Sets;
use super::shared::Shared;
use crate::catalog::{Card, Converted, Model, Price, Rates, Tier, Window};
use crate::manifest::TierScope;

/// The literal of a model's static.
pub(super) fn row<'a>(
    provider: &'a str,
    model: &'a Model,
    sets: &Sets<'_>,
    shared: &Shared<'_>,
) -> Node<'a> {
    let facts = &model.facts;
    Row::over("Model", Node::raw("Model::UNKNOWN"))
        .set("provider", Node::text(provider))
        .set("id", Node::text(&model.id))
        .set("name", Node::text(&model.name))
        .set("base", plain_text(model.base.as_ref()))
        .set("family", plain_text(facts.family.as_ref()))
        .set("capability", word_unless("Capability", facts.capability, Capability::Chat))
        .set("status", word_unless("Status", model.status, Status::Active))
        .set("released", plain_day(facts.released))
        .set("cutoff", plain_day(facts.cutoff))
        .set("retires", plain_day(model.retires))
        .set("last_seen", plain_day(model.last_seen))
        .set("replacement", plain_text(model.replacement.as_ref()))
        .set("input", sets.modalities(&facts.input))
        .set("output", sets.modalities(&facts.output))
        .set("context", plain_number(facts.context))
        .set("max_input", plain_number(facts.max_input))
        .set("max_output", plain_number(facts.max_output))
        .set("features", sets.features(facts))
        .set("reasoning_control", sets.reasoning(facts.reasoning_control.as_ref()))
        .set("api", some(model.api.map(|api| word("Api", api))))
        .set("reasoning_field", plain_text(facts.reasoning_field.as_ref()))
        .set("token_limit_field", plain_text(facts.token_limit_field.as_ref()))
        .set("refuses", texts(&facts.refuses))
        .set("regions", texts(&model.regions))
        .set("aliases", texts(&model.aliases))
        .set("price", price(&model.price, sets, shared))
        .end()
}

fn price<'a>(price: &'a Price, sets: &Sets<'_>, shared: &Shared<'_>) -> Node<'a> {
    match price {
        Price::Priced(cards) => {
            Node::call("Price::Priced(", [Node::slice(cards.iter().map(|c| card(c, sets, shared)))])
        }
        Price::Free => Node::word("Price", "Free".to_owned()),
        Price::Included => Node::word("Price", "Included".to_owned()),
        Price::Unknown => Node::word("Price", "Unknown".to_owned()).unset_if(true),
    }
}

fn card<'a>(card: &'a Card, sets: &Sets<'_>, shared: &Shared<'_>) -> Node<'a> {
    let row = shared.card(&card.source);
    let row = row
        .set("from", plain_moment(card.start()))
        .set("until", plain_moment(card.until))
        .set("windows", Node::slice(card.windows.iter().map(window)))
        .set("service_tier", word_unless("ServiceTier", card.service_tier, ServiceTier::Standard))
        .set("regions", sets.regions(&card.regions))
        .set("variants", Node::slice(card.variants.iter().map(|text| variant(text))))
        .set("currency", word_unless("Currency", card.currency, Currency::Usd));
    let row = rates(row, &card.rates, sets)
        .set("tiers", Node::slice(card.tiers.iter().map(|t| tier(t, sets))))
        .set("seen", plain_day(card.seen))
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

/// The literal with its rates: those of most cards by name, the others in a list.
fn rates<'a>(row: Row<'a>, rates: &Rates, sets: &Sets<'_>) -> Row<'a> {
    let field = |meter| plain_number(rates.rate(meter));
    row.set("input", field(Meter::Input))
        .set("cache_read", field(Meter::CacheRead))
        .set("cache_write", field(Meter::CacheWrite))
        .set("output", field(Meter::Output))
        .set("others", sets.other_rates(rates))
}

fn tier<'a>(tier: &'a Tier, sets: &Sets<'_>) -> Node<'a> {
    let graduated = tier.scope.0 == TierScope::Above;
    let row = Row::over("Tier", Node::raw("Tier::WHOLE"))
        .set("scope", Node::word("Scope", "Above".to_owned()).unset_if(!graduated))
        .set("input_above", some_number(tier.input_above))
        .set("output_above", some_number(tier.output_above))
        .set("inclusive", boolean(tier.inclusive));
    rates(row, &tier.rates, sets).end()
}

fn converted(converted: &Converted) -> Node<'_> {
    Row::whole("&Converted")
        .set("from", word("Currency", converted.from))
        .set("rate", Node::text(&converted.rate))
        .set("date", date(converted.date.0))
        .end()
}
