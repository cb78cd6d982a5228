//! Claims and facts as the keys and values of a manifest.

use portolan_codegen::catalog::{Rates, Source};
use portolan_codegen::manifest::{Closed, Moment};
use portolan_types::{Currency, Meter, ServiceTier, rate_text};

use super::claim::Claim;
use super::origin::{Origin, Owner};
use super::rule::Lost;
use super::text::{Entries, count, list, mapping, scalar};
use crate::row::Tier;

/// What a card inherits where it says nothing.
#[derive(Clone, Debug)]
pub(super) struct Around {
    /// The currency.
    pub(super) currency: Currency,
    /// Where the facts are from.
    pub(super) source: Source,
}

/// A claim as a card.
pub(super) fn card(claim: &Claim, around: &Around) -> Entries {
    let card = &claim.card;
    let mut entries = Entries::new();
    let mut add = |key: &str, value: Option<String>| {
        entries.extend(value.map(|value| (key.to_owned(), value)));
    };
    let tier =
        (card.service_tier != ServiceTier::Standard).then(|| card.service_tier.id().to_owned());
    add("service_tier", tier);
    let regions = match claim.regions.as_slice() {
        [] => None,
        [region] => Some(scalar(region)),
        regions => Some(list(regions.iter().map(|region| scalar(region)))),
    };
    add("region", regions);
    let variants: Vec<_> = card
        .variants
        .iter()
        .map(|variant| (variant.kind().id().to_owned(), scalar(variant.value())))
        .collect();
    add("variant", (!variants.is_empty()).then(|| mapping(&variants)));
    add(
        "days",
        (!card.days.is_empty()).then(|| list(card.days.iter().map(|day| day.id().to_owned()))),
    );
    add(
        "time",
        (!card.time.is_empty())
            .then(|| list(card.time.iter().map(|time| format!("\"{}\"", time.text())))),
    );
    let dates = &card.dates;
    add("from", dates.from.map(moment));
    add("until", dates.until.map(moment));
    add("seen", dates.seen.map(|day| day.0.to_string()));
    add("last_seen", dates.last_seen.map(|day| day.0.to_string()));
    add("form_seen", dates.form_seen.map(|day| day.0.to_string()));
    add("currency", (card.currency != around.currency).then(|| card.currency.code().to_owned()));
    entries.extend(rates(&card.rates));
    let mut add = |key: &str, value: Option<String>| {
        entries.extend(value.map(|value| (key.to_owned(), value)));
    };
    add("above", (!card.tiers.is_empty()).then(|| list(card.tiers.iter().map(tier_text))));
    add(
        "converted",
        card.converted.as_ref().map(|said| {
            format!("{{ from: {}, rate: {}, date: {} }}", said.from, said.rate, said.date.0)
        }),
    );
    let own = claim.source != around.source;
    add("source", claim.source.url.as_deref().filter(|_| own).map(scalar));
    add("checked", claim.source.checked.filter(|_| own).map(|day| day.0.to_string()));
    let named = Owner::of(None, &claim.source);
    add(
        "via",
        (claim.owner != named && claim.owner != Owner::Person).then(|| claim.owner.id().to_owned()),
    );
    add("note", card.note.as_deref().map(scalar));
    entries
}

fn moment(moment: Moment) -> String {
    let text = moment.0.to_string();
    text.strip_suffix("T00:00:00Z").map_or(text.clone(), str::to_owned)
}

fn rates(rates: &Rates) -> impl Iterator<Item = (String, String)> {
    in_order(rates).map(|(meter, rate)| (meter.id().to_owned(), price(rate)))
}

/// Rates as people say them: input, output, then the rest in the order of the registry.
fn in_order(rates: &Rates) -> impl Iterator<Item = (Meter, u64)> {
    let rank = |meter: Meter| match meter {
        Meter::Input => 0,
        Meter::Output => 1,
        _ => 2,
    };
    let mut rates = rates.0.clone();
    rates.sort_by_key(|(meter, _)| (rank(*meter), *meter));
    rates.into_iter()
}

fn price(rate: u64) -> String {
    if rate == 0 { "free".to_owned() } else { rate_text(rate).to_string() }
}

fn tier_text(tier: &Tier) -> String {
    let mut entries = Entries::new();
    entries.extend(tier.input_above.map(|number| ("tokens".to_owned(), count(number))));
    entries.extend(tier.output_above.map(|number| ("output_tokens".to_owned(), count(number))));
    if tier.inclusive {
        entries.push(("inclusive".to_owned(), "true".to_owned()));
    }
    entries.extend(rates(&tier.rates));
    mapping(&entries)
}

/// A claim in short, as a disagreement says it: `batch: input 0.5, output 2`.
pub(super) fn compact(claim: &Claim) -> String {
    let card = &claim.card;
    let tier =
        (card.service_tier != ServiceTier::Standard).then(|| card.service_tier.id().to_owned());
    let conditions = tier
        .into_iter()
        .chain(claim.regions.iter().cloned())
        .chain(card.variants.iter().map(ToString::to_string))
        .chain(card.days.iter().map(|day| day.id().to_owned()))
        .chain(card.time.iter().map(|time| time.text()));
    let conditions = conditions.collect::<Vec<_>>().join(" ");
    let currency = (card.currency != Currency::Usd).then(|| card.currency.code().to_owned());
    let said = |rates: &Rates| {
        in_order(rates)
            .map(|(meter, rate)| format!("{meter} {}", rate_text(rate)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let tiers = card.tiers.iter().map(|tier| {
        let input = tier.input_above.map(count);
        let output = tier.output_above.map(|number| format!("{} output", count(number)));
        let above = input.into_iter().chain(output).collect::<Vec<_>>().join(" and ");
        format!("above {above}: {}", said(&tier.rates))
    });
    let rates: Vec<_> = std::iter::once(said(&card.rates)).chain(tiers).collect();
    let rates = currency.into_iter().chain([rates.join("; ")]).collect::<Vec<_>>().join(" ");
    if conditions.is_empty() { rates } else { format!("{conditions}: {rates}") }
}

/// The claims that no other ends, in short.
pub(super) fn holding(claims: &[Claim]) -> Vec<String> {
    let holds =
        |claim: &&Claim| claim.card.dates.until.is_none() && claim.card.dates.last_seen.is_none();
    claims.iter().filter(holds).map(compact).collect()
}

/// A price that lost as a disagreement.
pub(super) fn disagreement(lost: &Lost) -> Entries {
    let claim = &lost.claim;
    let own = claim.owner == Owner::Person;
    let url = if own { claim.source.url.as_deref().unwrap_or_default() } else { claim.owner.url() };
    let checked = claim.source.checked.map(|day| ("checked".to_owned(), day.0.to_string()));
    let entry = |key: &str, value: String| (key.to_owned(), value);
    let mut entries = vec![
        entry("field", "prices".to_owned()),
        entry("says", scalar(&compact(claim))),
        entry("source", scalar(url)),
    ];
    entries.extend(checked);
    entries.push(entry("note", scalar(lost.why.note())));
    entries
}

/// A state that lost to cards, as a disagreement.
pub(super) fn state_disagreement(state: &str, origin: Origin) -> Entries {
    let entry = |key: &str, value: String| (key.to_owned(), value);
    vec![
        entry("field", "prices".to_owned()),
        entry("says", state.to_owned()),
        entry("source", scalar(origin.owner.url())),
        entry("checked", origin.as_of.0.to_string()),
        entry("note", scalar("Another source names a price.")),
    ]
}
