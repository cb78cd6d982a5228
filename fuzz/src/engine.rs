//! The frozen catalog's rows as the types crate has them: what the Rust emitter prints, built in memory instead.

use portolan_codegen::catalog::{
    Card, Facts, Model, Price, Provider, Rates, ReasoningControl, Tier,
};
use portolan_codegen::manifest::TierScope;
use portolan_types as types;

/// The price as the engine takes it. The memory is not given back: generated prices are statics.
pub fn price(price: &Price) -> types::Price {
    match price {
        Price::Priced(cards) => types::Price::Priced(leak(cards.iter().map(card).collect())),
        Price::Free => types::Price::Free,
        Price::Included => types::Price::Included,
        Price::Unknown => types::Price::Unknown,
    }
}

fn leak<T>(list: Vec<T>) -> &'static [T] {
    Vec::leak(list)
}

fn card(card: &Card) -> types::Card {
    let seen = card.seen.map(|day| day.0);
    let window = |window: &portolan_codegen::catalog::Window| types::Window {
        start: window.start,
        end: window.end,
    };
    let variant = |text: &String| {
        let (kind, value) = text.split_once('=').expect("a variant is `kind=value`");
        types::Variant::from_parts(kind, value).expect("the compiler knows the word")
    };
    types::Card {
        from: card.from.map(|moment| moment.0).or_else(|| seen?.timestamp()),
        until: card.until.map(|moment| moment.0),
        windows: leak(card.windows.iter().map(window).collect()),
        service_tier: card.service_tier.0,
        regions: texts(&card.regions),
        variants: leak(card.variants.iter().map(variant).collect()),
        currency: card.currency.0,
        rates: rates(&card.rates),
        tiers: leak(card.tiers.iter().map(tier).collect()),
        seen,
        assumed_before: card.assumed_before.map(|moment| moment.0),
        assumed_after: card.assumed_after.map(|moment| moment.0),
        converted: card.converted.as_ref().map(|converted| {
            let rate = text(&converted.rate);
            let (from, date) = (converted.from.0, converted.date.0);
            &*Box::leak(Box::new(types::Converted { from, rate, date }))
        }),
        source: card.source.url.as_deref().map(text),
        checked: card.source.checked.map(|day| day.0),
    }
}

/// The row of a model.
pub fn model(provider: &Provider, model: &Model) -> types::Model {
    let facts = &model.facts;
    types::Model {
        provider: text(&provider.id),
        id: text(&model.id),
        name: text(&model.name),
        base: model.base.as_deref().map(text),
        status: model.status.0,
        retires: model.retires.map(|day| day.0),
        last_seen: model.last_seen.map(|day| day.0),
        replacement: model.replacement.as_deref().map(text),
        api: model.api.map(|api| api.0),
        regions: texts(&model.regions),
        aliases: texts(&model.aliases),
        price: price(&model.price),
        ..of_facts(facts)
    }
}

fn of_facts(facts: &Facts) -> types::Model {
    types::Model {
        family: facts.family.as_deref().map(text),
        capability: facts.capability.0,
        released: facts.released.map(|day| day.0),
        cutoff: facts.cutoff.map(|day| day.0),
        input: leak(facts.input.iter().map(|word| word.0).collect()),
        output: leak(facts.output.iter().map(|word| word.0).collect()),
        context: facts.context,
        max_input: facts.max_input,
        max_output: facts.max_output,
        reasoning: support(facts.reasoning),
        reasoning_control: facts
            .reasoning_control
            .as_ref()
            .map(|c| &*Box::leak(Box::new(control(c)))),
        tools: support(facts.tools),
        structured_output: support(facts.structured_output),
        temperature: support(facts.temperature),
        attachments: support(facts.attachments),
        open_weights: support(facts.open_weights),
        reasoning_field: facts.reasoning_field.as_deref().map(text),
        token_limit_field: facts.token_limit_field.as_deref().map(text),
        refuses: texts(&facts.refuses),
        ..types::Model::UNKNOWN
    }
}

fn support(said: Option<bool>) -> types::Support {
    match said {
        None => types::Support::Unknown,
        Some(false) => types::Support::No,
        Some(true) => types::Support::Yes,
    }
}

fn control(control: &ReasoningControl) -> types::ReasoningControl {
    let bounded = control.budget_min.is_some() || control.budget_max.is_some();
    let budget = types::Budget { min: control.budget_min, max: control.budget_max };
    types::ReasoningControl {
        toggle: support(control.toggle),
        efforts: texts(&control.efforts),
        default_effort: control.default_effort.as_deref().map(text),
        budget: bounded.then_some(budget),
    }
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn texts(list: &[String]) -> &'static [&'static str] {
    leak(list.iter().map(|one| text(one)).collect())
}

fn tier(tier: &Tier) -> types::Tier {
    types::Tier {
        scope: match tier.scope.0 {
            TierScope::Whole => types::Scope::Whole,
            TierScope::Above => types::Scope::Above,
        },
        input_above: tier.input_above,
        output_above: tier.output_above,
        inclusive: tier.inclusive,
        rates: rates(&tier.rates),
    }
}

fn rates(rates: &Rates) -> &'static [(types::Meter, u64)] {
    leak(rates.0.clone())
}
