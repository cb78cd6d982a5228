//! The frozen catalog's rows as the types crate has them: what the Rust emitter prints, built in memory instead.
//!
//! Takes a frozen catalog; returns rows that are equal to the generated statics. They live as long as the process and the
//! memory is not given back, so this is for a program that reads its manifests once.

mod provider;

use portolan_types::{self as types, Meter, hash_ref};

use crate::catalog::{Card, Catalog, Facts, Model, Price, Provider, ReasoningControl, Tier};
use crate::manifest::{Day, TierScope};

/// The catalog with this id: its providers with their models, and the index over their refs.
///
/// ```
/// use portolan_codegen::{compile, load::Input, rows};
///
/// let manifest = "\
/// vendor: acme
/// name: Acme
/// providers:
///   acme:
///     name: Acme
///     coverage: static
///     endpoints: { openai-completions: https://api.acme.example/v1 }
///     models: { nova-2: { name: Nova 2, prices: unknown } }
/// ";
/// let input = Input { path: "own/acme.yaml".to_owned(), bytes: manifest.into() };
/// let frozen = compile(vec![input], "").result.unwrap();
/// let own = rows::catalog(&frozen, "own");
/// assert_eq!(own.find("acme/nova-2").unwrap().model.name, "Nova 2");
/// assert!(own.find("acme/nova-3").is_none());
/// ```
///
/// # Panics
/// If it has more than 4,096 providers or one of them more than 65,536 models.
pub fn catalog(catalog: &Catalog, id: &str) -> &'static types::Catalog {
    let of_catalog = catalog.providers().filter(|(vendor, _)| vendor.catalog == id);
    let rows = of_catalog.map(|(vendor, provider)| provider::row(vendor, provider));
    of_providers(text(id), rows.map(kept).collect())
}

/// A catalog of rows that are there: sorted, with an index over their refs.
///
/// # Panics
/// As [`catalog`].
pub fn of_providers(
    id: &'static str,
    mut providers: Vec<&'static types::Provider>,
) -> &'static types::Catalog {
    providers.sort_unstable_by(|a, b| a.id.cmp(b.id));
    kept(types::Catalog { id, index: index(&providers), providers: leak(providers) })
}

fn index(providers: &[&'static types::Provider]) -> types::Index {
    let (mut keys, mut numbers) = (Vec::new(), Vec::new());
    for (position, provider) in providers.iter().enumerate() {
        for (place, model) in provider.models.iter().enumerate() {
            for id in std::iter::once(&model.id).chain(model.aliases) {
                keys.push(text(&[provider.id, "/", id].concat()));
                numbers.push(types::Catalog::entry_number(0, position, place));
            }
        }
    }
    let hashes: Vec<_> = keys.iter().map(|key| hash_ref(key.as_bytes())).collect();
    let groups = types::Index::groups_for(keys.len());
    let (mut tags, mut starts) = (vec![0; groups], vec![0; groups]);
    let mut order = vec![0; keys.len()];
    types::Index::fill(&mut tags, &mut starts, &mut order, &hashes);
    types::Index {
        tags: leak(tags),
        starts: leak(starts),
        keys: leak(order.iter().map(|key| keys[*key as usize]).collect()),
        entries: leak(order.iter().map(|key| numbers[*key as usize]).collect()),
    }
}

fn kept<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The price as the engine takes it.
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
    let window =
        |window: &crate::catalog::Window| types::Window { start: window.start, end: window.end };
    let from = card.start().map(|moment| moment.0);
    let types::Tier { input, cache_read, cache_write, output, others, .. } = rated(&card.rates.0);
    types::Card {
        from: from.map_or(i64::MIN, |from| from.0),
        until: card.until.map_or(i64::MAX, |until| until.0.0),
        windows: leak(card.windows.iter().map(window).collect()),
        service_tier: card.service_tier.0,
        regions: texts(&card.regions),
        variants: leak(card.variants.iter().map(|text| variant(text)).collect()),
        currency: card.currency.0,
        input,
        cache_read,
        cache_write,
        output,
        others,
        tiers: leak(card.tiers.iter().map(tier).collect()),
        seen: day(card.seen),
        assumed_before: card.assumed_before.map(|moment| moment.0),
        assumed_after: card.assumed_after.map(|moment| moment.0),
        converted: card.converted.as_ref().map(|converted| {
            let rate = text(&converted.rate);
            let (from, date) = (converted.from.0, converted.date.0);
            kept(types::Converted { from, rate, date })
        }),
        source: stated(card.source.url.as_deref()),
        checked: day(card.source.checked),
    }
}

fn variant(text: &str) -> types::Variant {
    let parts = text.split_once('=');
    parts
        .and_then(|(kind, value)| types::Variant::from_parts(kind, value))
        .unwrap_or_else(|| unreachable!("`{text}` is a variant, which the check of prices saw to"))
}

/// The row of a model.
pub fn model(provider: &Provider, model: &Model) -> types::Model {
    let facts = &model.facts;
    types::Model {
        provider: text(&provider.id),
        id: text(&model.id),
        name: text(&model.name),
        base: stated(model.base.as_deref()),
        status: model.status.0,
        retires: day(model.retires),
        last_seen: day(model.last_seen),
        replacement: stated(model.replacement.as_deref()),
        api: model.api.map(|api| api.0),
        regions: texts(&model.regions),
        aliases: texts(&model.aliases),
        price: price(&model.price),
        ..of_facts(facts)
    }
}

fn of_facts(facts: &Facts) -> types::Model {
    types::Model {
        family: stated(facts.family.as_deref()),
        capability: facts.capability.0,
        released: day(facts.released),
        cutoff: day(facts.cutoff),
        input: leak(facts.input.iter().map(|word| word.0).collect()),
        output: leak(facts.output.iter().map(|word| word.0).collect()),
        context: facts.context.unwrap_or(0),
        max_input: facts.max_input.unwrap_or(0),
        max_output: facts.max_output.unwrap_or(0),
        features: types::Features {
            reasoning: support(facts.reasoning),
            tools: support(facts.tools),
            structured_output: support(facts.structured_output),
            temperature: support(facts.temperature),
            attachments: support(facts.attachments),
            open_weights: support(facts.open_weights),
        },
        reasoning_control: facts.reasoning_control.as_ref().map(|said| kept(control(said))),
        reasoning_field: stated(facts.reasoning_field.as_deref()),
        token_limit_field: stated(facts.token_limit_field.as_deref()),
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

/// A text as a row has it: empty where nobody said one.
fn stated(said: Option<&str>) -> &'static str {
    said.map_or("", text)
}

/// A date as a row has it: 0 where nobody said one.
fn day(said: Option<Day>) -> u32 {
    said.map_or(0, |day| day.0.0)
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
        ..rated(&tier.rates.0)
    }
}

/// A tier with these rates and nothing else: in its fields, and in its list those that have none.
pub fn rated(rates: &[(Meter, u64)]) -> types::Tier {
    let mut tier = types::Tier::WHOLE;
    let mut others = Vec::new();
    for &(meter, rate) in rates {
        let field = match meter {
            Meter::Input => &mut tier.input,
            Meter::CacheRead => &mut tier.cache_read,
            Meter::CacheWrite => &mut tier.cache_write,
            Meter::Output => &mut tier.output,
            _ => {
                others.push((meter, rate));
                continue;
            }
        };
        *field = rate;
    }
    types::Tier { others: leak(others), ..tier }
}
