//! Claims and facts as the keys and values of a manifest.

use portolan_codegen::catalog::{Facts, Rates, ReasoningControl, Source};
use portolan_codegen::manifest::{Closed, Moment, Word};
use portolan_types::{Capability, Currency, ServiceTier, rate_text};

use super::claim::Claim;
use super::origin::{Origin, Owner};
use super::rule::Lost;
use super::text::{Entries, Written, count, list, mapping, scalar};
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
    rates.0.iter().map(|(meter, rate)| (meter.id().to_owned(), price(*rate)))
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
        rates
            .0
            .iter()
            .map(|(meter, rate)| format!("{meter} {}", rate_text(*rate)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let tiers = card.tiers.iter().map(|tier| {
        let input = tier.input_above.map(|number| count(number));
        let output = tier.output_above.map(|number| format!("{} output", count(number)));
        let above = input.into_iter().chain(output).collect::<Vec<_>>().join(" and ");
        format!("above {above}: {}", said(&tier.rates))
    });
    let rates: Vec<_> = std::iter::once(said(&card.rates)).chain(tiers).collect();
    let rates = currency.into_iter().chain([rates.join("; ")]).collect::<Vec<_>>().join(" ");
    if conditions.is_empty() { rates } else { format!("{conditions}: {rates}") }
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
pub(super) fn state_disagreement(state: &str, origin: &Origin) -> Entries {
    let entry = |key: &str, value: String| (key.to_owned(), value);
    vec![
        entry("field", "prices".to_owned()),
        entry("says", state.to_owned()),
        entry("source", scalar(origin.owner.url())),
        entry("checked", origin.as_of.0.to_string()),
        entry("note", scalar("Another source names a price.")),
    ]
}

/// The keys under which facts stand, in the order in which a model says them.
pub(super) const FACTS: [&str; 12] = [
    "family",
    "capability",
    "released",
    "cutoff",
    "open_weights",
    "modalities",
    "limits",
    "features",
    "reasoning_control",
    "reasoning_field",
    "token_limit_field",
    "refuses",
];

/// The facts that are different from those of the base model.
pub(super) fn facts(facts: &Facts, base: Option<&Facts>) -> Vec<(&'static str, Written)> {
    let mut said = Vec::new();
    macro_rules! own {
        ($field:ident) => {
            facts.$field.as_ref().filter(|_| base.is_none_or(|base| base.$field != facts.$field))
        };
    }
    let mut add = |key: &'static str, value: Option<String>| {
        said.extend(value.map(|value| (key, Written::Line(value))));
    };
    add("family", own!(family).map(|text| scalar(text)));
    // A source that says nothing of it means chat, which the lab may know better.
    let other = facts.capability != base.map_or(Word(Capability::Chat), |base| base.capability);
    let says = facts.capability.0 != Capability::Chat && other;
    add("capability", says.then(|| facts.capability.to_string()));
    add("released", own!(released).map(|day| day.0.to_string()));
    add("cutoff", own!(cutoff).map(|day| day.0.to_string()));
    add("open_weights", own!(open_weights).map(ToString::to_string));
    add("modalities", modalities(facts, base));
    let limits = entries([
        ("context", own!(context).map(|number| count(*number))),
        ("input", own!(max_input).map(|number| count(*number))),
        ("output", own!(max_output).map(|number| count(*number))),
    ]);
    add("limits", limits);
    let features = entries([
        ("reasoning", own!(reasoning).map(ToString::to_string)),
        ("tools", own!(tools).map(ToString::to_string)),
        ("structured_output", own!(structured_output).map(ToString::to_string)),
        ("temperature", own!(temperature).map(ToString::to_string)),
        ("attachments", own!(attachments).map(ToString::to_string)),
    ]);
    add("features", features);
    add("reasoning_control", own!(reasoning_control).and_then(control));
    add("reasoning_field", own!(reasoning_field).map(|text| scalar(text)));
    add("token_limit_field", own!(token_limit_field).map(|text| scalar(text)));
    let refuses =
        !facts.refuses.is_empty() && base.is_none_or(|base| base.refuses != facts.refuses);
    add("refuses", refuses.then(|| list(facts.refuses.iter().map(|field| scalar(field)))));
    said
}

/// Both sides, because a manifest that says one takes the other for nothing.
fn modalities(facts: &Facts, base: Option<&Facts>) -> Option<String> {
    let or_base = |own: &Vec<_>, of: fn(&Facts) -> &Vec<_>| {
        if own.is_empty() { base.map(of).cloned().unwrap_or_default() } else { own.clone() }
    };
    let input = or_base(&facts.input, |base| &base.input);
    let output = or_base(&facts.output, |base| &base.output);
    let same = base.is_some_and(|base| base.input == input && base.output == output);
    if same || (input.is_empty() && output.is_empty()) {
        return None;
    }
    let words = |words: Vec<Word<portolan_types::Modality>>| {
        (!words.is_empty()).then(|| list(words.iter().map(ToString::to_string)))
    };
    entries([("input", words(input)), ("output", words(output))])
}

fn control(control: &ReasoningControl) -> Option<String> {
    let efforts = list(control.efforts.iter().map(|effort| scalar(effort)));
    entries([
        ("toggle", control.toggle.map(|toggle| toggle.to_string())),
        ("efforts", (!control.efforts.is_empty()).then_some(efforts)),
        ("default_effort", control.default_effort.as_deref().map(scalar)),
        (
            "budget",
            entries([
                ("min", control.budget_min.map(count)),
                ("max", control.budget_max.map(count)),
            ]),
        ),
    ])
}

fn entries<const N: usize>(list: [(&str, Option<String>); N]) -> Option<String> {
    let said: Entries =
        list.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    (!said.is_empty()).then(|| mapping(&said))
}
