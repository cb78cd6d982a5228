//! A provider for tests, so that no test depends on what the catalog says today.

use portolan_types::{
    Api, Auth, Budget, Card, Coverage, Dialect, Endpoint, Entry, Features, Header, KeyRule,
    Modality, Model, PICO, Price, Provider, ReasoningControl, RegionRow, Regions, Support,
    WrongPrefix,
};

use crate::target::Target;

/// A model that does everything, at 1 dollar in, 2 out and 0.1 from the cache.
pub(crate) static NOVA: Model = Model {
    provider: "acme",
    id: "nova-2",
    name: "Nova 2",
    input: &[Modality::Text, Modality::Image, Modality::Audio, Modality::Pdf],
    output: &[Modality::Text],
    max_output: 32_000,
    features: Features { reasoning: Support::Yes, tools: Support::Yes, ..Features::UNKNOWN },
    reasoning_control: Some(&ReasoningControl {
        toggle: Support::Yes,
        efforts: &["none", "low", "high"],
        default_effort: None,
        budget: Some(Budget { min: Some(1_024), max: Some(24_000) }),
    }),
    reasoning_field: "reasoning_content",
    price: Price::Priced(&[Card {
        input: PICO,
        cache_read: PICO / 10,
        output: 2 * PICO,
        ..Card::STANDARD
    }]),
    ..Model::UNKNOWN
};

/// A model that does little.
static MINI: Model = Model {
    provider: "acme",
    id: "mini",
    name: "Mini",
    input: &[Modality::Text],
    features: Features {
        reasoning: Support::No,
        tools: Support::No,
        structured_output: Support::No,
        temperature: Support::No,
        ..Features::UNKNOWN
    },
    refuses: &["stop", "logit_bias"],
    max_output: 100,
    token_limit_field: "max_completion_tokens",
    ..Model::UNKNOWN
};

static REGIONS: [RegionRow; 2] = [
    RegionRow::new(
        "eu",
        "Europe",
        &[Endpoint::new(Api::OpenaiCompletions, "https://eu.acme.example/v1", Header::Bearer)],
    ),
    RegionRow::new(
        "us",
        "America",
        &[Endpoint::new(Api::OpenaiCompletions, "https://us.acme.example/v1", Header::Bearer)],
    ),
];

/// A provider with regions that must be named and keys that have a prefix.
pub(crate) static ACME: Provider = Provider {
    id: "acme",
    vendor: "acme",
    name: "Acme",
    coverage: Coverage::Static,
    regions: Regions::required(&REGIONS),
    auth: Auth {
        env: &[&["ACME_API_KEY"], &["ACME_ID", "ACME_SECRET"]],
        key_per_region: true,
        key: Some(KeyRule {
            prefixes: &["ac-"],
            strict: true,
            wrong: &[WrongPrefix { prefix: "pl-", means: "acme-plan", choices: &["acme-plan-eu"] }],
        }),
        ..Auth::UNKNOWN
    },
    models: &[&MINI, &NOVA],
    ..Provider::UNKNOWN
};

/// The model that does everything, by the api of those who speak it in a dialect. Tests need few, so that leaking them
/// is no matter.
pub(crate) fn in_dialect(dialect: Dialect) -> Target {
    let provider = Box::leak(Box::new(Provider { dialect, ..ACME }));
    Target::new(Entry { provider, model: &NOVA }, Api::OpenaiCompletions)
}

/// The model that does everything, as one of a lab's.
pub(crate) fn of_lab(base: &'static str, api: Api) -> Target {
    let model = Box::leak(Box::new(Model { base, ..NOVA }));
    Target::new(Entry { provider: &ACME, model }, api)
}

/// The entry of the model that does everything.
pub(crate) fn nova() -> Entry {
    Entry { provider: &ACME, model: &NOVA }
}

/// The model that does everything, by an api.
pub(crate) fn target(api: Api) -> Target {
    Target::new(nova(), api)
}

/// The model that does little, by an api.
pub(crate) fn mini(api: Api) -> Target {
    Target::new(Entry { provider: &ACME, model: &MINI }, api)
}
