//! Before and after for every kind of change: the good fixture, and what was done to it.

use std::sync::LazyLock;

use portolan_codegen::catalog::{
    AuthChoice, BaseModel, Card, Catalog, Cloud, Disagreement, Endpoint, FactSource, Hint, Model,
    OAuth, Parameter, Price, Provider, Region, Service, ServiceModel, SourcePage, Variable, Vendor,
};
use portolan_codegen::manifest::{Day, FactKey, Moment, Word};
use portolan_types::{
    Api, AuthMethod, Capability, CloudChain, Coverage, Date, Header, Modality, RegionPolicy,
    Status, Timestamp,
};

use crate::diff_price_cases::PRICES;
use crate::fixtures::{compiled, folder, inputs};

/// A pair of catalogs: what was done to the first, and to the second.
pub(crate) type Case = (&'static str, fn(&mut Catalog), fn(&mut Catalog));

/// The catalog that cases change.
pub(crate) fn acme() -> Catalog {
    static ACME: LazyLock<Catalog> =
        LazyLock::new(|| compiled(inputs(&folder("ok/acme"))).result.expect("a good manifest"));
    ACME.clone()
}

/// The two catalogs of a case.
pub(crate) fn sides((_, before, after): &Case) -> [Catalog; 2] {
    [before, after].map(|change| {
        let mut catalog = acme();
        change(&mut catalog);
        catalog
    })
}

pub(crate) fn as_it_is(_: &mut Catalog) {}

pub(crate) fn vendor(catalog: &mut Catalog) -> &mut Vendor {
    catalog.vendors.iter_mut().find(|vendor| vendor.id == "acme").unwrap()
}

pub(crate) fn provider<'c>(catalog: &'c mut Catalog, id: &str) -> &'c mut Provider {
    vendor(catalog).providers.iter_mut().find(|provider| provider.id == id).unwrap()
}

pub(crate) fn model<'c>(catalog: &'c mut Catalog, id: &str) -> &'c mut Model {
    provider(catalog, "acme").models.iter_mut().find(|model| model.id == id).unwrap()
}

fn base(catalog: &mut Catalog) -> &mut BaseModel {
    catalog.base_models.iter_mut().find(|base| base.id == "acme/nova-2").unwrap()
}

fn speech(catalog: &mut Catalog) -> &mut Service {
    let services = &mut provider(catalog, "acme").services;
    services.iter_mut().find(|service| service.capability.0 == Capability::Speech).unwrap()
}

fn choice<'c>(catalog: &'c mut Catalog, id: &str) -> &'c mut AuthChoice {
    let providers = vendor(catalog).providers.iter_mut();
    providers.flat_map(|one| &mut one.auth.choices).find(|choice| choice.id == id).unwrap()
}

pub(crate) fn cards<'c>(catalog: &'c mut Catalog, id: &str) -> &'c mut Vec<Card> {
    match &mut model(catalog, id).price {
        Price::Priced(cards) => cards,
        _ => panic!("`{id}` is not priced"),
    }
}

pub(crate) fn day(text: &str) -> Option<Day> {
    Date::parse(text).map(Day)
}

fn service(capability: Capability) -> Service {
    serde_json::from_value(serde_json::json!({ "capability": capability.id() })).unwrap()
}

/// The cases about vendors, providers and base models.
const VENDORS: &[Case] = &[
    ("a vendor is new", |c| c.vendors.clear(), as_it_is),
    ("a vendor is gone", as_it_is, |c| c.vendors.clear()),
    ("a provider is new", |c| vendor(c).providers.truncate(1), as_it_is),
    ("a provider is gone", as_it_is, |c| vendor(c).providers.truncate(1)),
    ("a provider moves to another catalog", as_it_is, |c| {
        let mut other = vendor(c).clone();
        other.providers = vec![vendor(c).providers.pop().unwrap()];
        (other.id, other.catalog) = ("acme-cloud-vendor".to_owned(), "clouds".to_owned());
        c.vendors.push(other);
    }),
    ("a vendor moves to another catalog", as_it_is, |c| {
        vendor(c).providers.truncate(1);
        vendor(c).catalog = "gateways".into();
    }),
    ("a base model is new", |c| c.base_models.truncate(1), as_it_is),
    ("a base model is gone", as_it_is, |c| c.base_models.truncate(1)),
    ("facts of a base model", as_it_is, |c| {
        base(c).facts.context = Some(2_000_000);
        base(c).name = "Nova Two".into();
        base(c).base = None;
        base(c).source.checked = day("2026-11-20");
    }),
    ("words of a vendor", as_it_is, |c| {
        vendor(c).name = "Acme AI".into();
        vendor(c).labels.remove("zh-CN");
        vendor(c).labels.insert("ja".to_owned(), "アクメ".to_owned());
        vendor(c).links.insert("docs".to_owned(), "https://acme.example/new".to_owned());
        vendor(c).notes.push("One more.".to_owned());
        vendor(c).manifest = "labs/acme-ai.yaml".into();
        vendor(c).source.url = Some("https://acme.example/new".into());
    }),
    ("pages that facts of a vendor are from", as_it_is, |c| {
        vendor(c).sources[0].note = None;
        vendor(c).sources[0].checked = day("2026-11").unwrap();
        let (url, checked) = ("https://acme.example/blog".to_owned(), day("2026-11").unwrap());
        vendor(c).sources.push(SourcePage { url, checked, note: None });
    }),
    ("coverage", as_it_is, |c| provider(c, "acme").coverage = Word(Coverage::Live)),
    ("words of a provider", as_it_is, |c| {
        let provider = provider(c, "acme");
        provider.name = "Acme".into();
        provider.routing.clear();
        provider.notes = vec!["Keys expire.".to_owned()];
        provider.links.clear();
        provider.labels.clear();
        provider.source.checked = day("2026-11-20");
    }),
    ("what adjusts a provider", as_it_is, |c| {
        let config = &mut provider(c, "acme").config;
        config[0].sets = "the address".into();
        config[1] =
            Hint { sets: "the region".to_owned(), env: Some("ACME_REGION".into()), key: None };
    }),
    ("the default model", as_it_is, |c| {
        provider(c, "acme").default_model = Some("nova-grid".into());
    }),
    ("ids that are not listed are refused", as_it_is, |c| {
        provider(c, "acme").pass_through = false;
        provider(c, "acme").claims.prefixes = vec!["star-".to_owned()];
    }),
    ("ids that are not listed are taken", as_it_is, |c| {
        provider(c, "acme-cloud").pass_through = true;
    }),
    ("headers", as_it_is, |c| {
        let headers = &mut provider(c, "acme").headers;
        headers.insert("user-agent".to_owned(), "acme/2.0".to_owned());
    }),
    ("where a provider lists its models", as_it_is, |c| {
        let lists = &mut provider(c, "acme").lists;
        lists[0].items = Some("data".into());
        lists[0].header = None;
        lists[1].url = "/v1/voices".into();
    }),
    ("a list of models that is documented no more", as_it_is, |c| {
        let provider = provider(c, "acme");
        provider.lists.clear();
        provider.unlisted = true;
    }),
    ("the dialect of a provider", as_it_is, |c| {
        let dialect = &mut provider(c, "acme").dialect;
        dialect.reasoning_off = Some("thinking=false".into());
        dialect.effort_field = None;
        dialect.refuses.clear();
        dialect.replays_all = false;
    }),
    ("regions", as_it_is, |c| {
        let regions = &mut provider(c, "acme-plan").regions;
        let asia =
            Region { id: "sgp".to_owned(), name: "Singapore".to_owned(), ..regions[0].clone() };
        regions[1].name = "USA".into();
        regions[1].endpoints[0].url = "https://{tenant}.usa.acme.example/v1".into();
        regions[0] = asia;
    }),
    ("a region becomes optional", as_it_is, |c| {
        provider(c, "acme-plan").region_policy = Word(RegionPolicy::Default);
        provider(c, "acme-plan").default_region = Some("cn".into());
    }),
    ("a region becomes required", as_it_is, |c| {
        provider(c, "acme-cloud").region_policy = Word(RegionPolicy::Required);
        provider(c, "acme-cloud").default_region = None;
    }),
    ("the default region", as_it_is, |c| {
        provider(c, "acme-cloud").default_region = Some("us".into());
    }),
    ("endpoints", as_it_is, |c| {
        let endpoints = &mut provider(c, "acme").endpoints;
        endpoints[1].url = "https://api.acme.example/v2".into();
        endpoints[1].header = Word(Header::XApiKey);
        let url = "https://api.acme.example/responses".into();
        endpoints[0] =
            Endpoint { api: Word(Api::OpenaiResponses), url, header: Word(Header::Bearer) };
    }),
    ("variables of an address", as_it_is, |c| {
        let variables = &mut provider(c, "acme-plan").variables;
        variables[0].env = None;
        variables[0].description = "the name".into();
        variables.push(Variable {
            name: "plan".to_owned(),
            description: "the plan".to_owned(),
            env: None,
        });
    }),
    ("a variable of an address is gone", as_it_is, |c| {
        provider(c, "acme-plan").variables.clear();
    }),
];

/// The cases about credentials and capabilities.
const ACCESS: &[Case] = &[
    ("a credential is needed", as_it_is, |c| provider(c, "acme-local").auth.required = true),
    ("no credential is needed", as_it_is, |c| provider(c, "acme-cloud").auth.required = false),
    ("sets of environment variables", as_it_is, |c| {
        let env = &mut provider(c, "acme").auth.env;
        env[1] = vec!["ACME_PASSWORD".to_owned(), "ACME_USER".to_owned()];
        env[0] = vec!["ACME_KEY".to_owned()];
    }),
    ("key rules", as_it_is, |c| {
        let auth = &mut provider(c, "acme").auth;
        auth.key_per_region = true;
        let key = auth.key.as_mut().unwrap();
        (key.strict, key.prefixes) = (false, vec!["ak-".to_owned()]);
        key.wrong.clear();
    }),
    ("no key rule", as_it_is, |c| provider(c, "acme").auth.key = None),
    ("auth choices", as_it_is, |c| {
        let choices = &mut provider(c, "acme-plan").auth.choices;
        let id = "acme-plan-eu".into();
        choices[0] = AuthChoice { id, region: Some("eu".into()), ..choices[0].clone() };
        choices[1].method = Word(AuthMethod::Cloud);
    }),
    ("an auth choice is renamed", as_it_is, |c| {
        let choice = choice(c, "acme-plan-cn");
        choice.id = "acme-plan-china".into();
        choice.deprecated_ids = vec!["acme-plan-cn".to_owned()];
    }),
    ("earlier ids of an auth choice", as_it_is, |c| {
        choice(c, "acme-api-key").deprecated_ids = vec!["acme".to_owned(), "acme-old".to_owned()];
    }),
    ("flags of auth choices", as_it_is, |c| {
        choice(c, "acme-api-key").flag = Some("--acme-key".into());
        choice(c, "acme-plan-us").flag = None;
        choice(c, "acme-plan-login").flag = Some("--acme-login".into());
    }),
    ("words of an auth choice", as_it_is, |c| {
        let choice = choice(c, "acme-api-key");
        choice.label = "Key of Acme".into();
        choice.hint = None;
        choice.labels.clear();
        choice.group.as_mut().unwrap().label = "Acme AI".into();
    }),
    ("the group of an auth choice", as_it_is, |c| choice(c, "acme-api-key").group = None),
    ("logins", as_it_is, |c| {
        let logins = &mut provider(c, "acme-plan").auth.oauth;
        let other = OAuth { id: "console".to_owned(), ..logins[0].clone() };
        logins[0].client_id = "acme-cli-2".into();
        logins[0].scopes.push("profile".to_owned());
        logins.push(other);
    }),
    ("the credential chain of a cloud", as_it_is, |c| {
        let auth = &mut provider(c, "acme-cloud").auth;
        auth.cloud = Some(Cloud { chain: Word(CloudChain::Gcp), audience: None });
        auth.same_as = None;
    }),
    ("capabilities", as_it_is, |c| {
        let services = &mut provider(c, "acme").services;
        services.retain(|service| service.capability.0 != Capability::Video);
        services.push(service(Capability::Music));
    }),
    ("rules of a capability", as_it_is, |c| {
        let speech = speech(c);
        speech.call = Some("POST /v2/speech".into());
        speech.voices = vec!["Mia".to_owned(), "Lee".to_owned()];
        let max = Some("4".into());
        speech.parameters[0].max = max;
        let pitch = "pitch".into();
        speech.parameters.push(Parameter { name: pitch, min: None, max: None, default: None });
        speech.notes.clear();
        speech.source = None;
    }),
    ("ids of a capability", as_it_is, |c| {
        speech(c).id = Some("acme-speech".into());
        speech(c).aliases = vec!["acme-talk".to_owned()];
    }),
    ("a capability gets an id", |c| speech(c).id = None, as_it_is),
    ("models of a capability", as_it_is, |c| {
        let models = &mut speech(c).models;
        let id = "nova-tts-3".into();
        models[0] = ServiceModel { id, ..models[0].clone() };
        models[1].requires.push("voice".to_owned());
        models[1].note = None;
    }),
];

/// The cases about models and their facts.
const MODELS: &[Case] = &[
    ("models come and go", as_it_is, |c| {
        let mut other = model(c, "nova-gift").clone();
        (other.id, other.rust_name) = ("nova-3".to_owned(), "NOVA_3".to_owned());
        let models = &mut provider(c, "acme").models;
        models.retain(|model| model.id != "nova-secret");
        models.push(other);
    }),
    ("a model is renamed and keeps its old id as an alias", as_it_is, |c| {
        let model = model(c, "nova-2");
        (model.id, model.rust_name) = ("nova-2-pro".to_owned(), "NOVA_2_PRO".to_owned());
        model.aliases.push("nova-2".to_owned());
        model.labels.clear();
    }),
    (
        "a model is renamed to what it named as its replacement",
        |c| model(c, "nova-gift").replacement = Some("acme/nova-present".into()),
        |c| model(c, "nova-gift").id = "nova-present".into(),
    ),
    ("a model with other facts is no renamed one", as_it_is, |c| {
        let model = model(c, "nova-2");
        model.id = "nova-2-pro".into();
        model.aliases.push("nova-2".to_owned());
        model.facts.context = Some(1);
    }),
    ("a model with two heirs is not renamed", as_it_is, |c| {
        let mut one = model(c, "nova-gift").clone();
        one.aliases = vec!["nova-gift".to_owned()];
        let heirs =
            ["nova-gift-a", "nova-gift-b"].map(|id| Model { id: id.to_owned(), ..one.clone() });
        let models = &mut provider(c, "acme").models;
        models.retain(|model| model.id != "nova-gift");
        models.extend(heirs);
    }),
    ("a model is retired", as_it_is, |c| {
        let model = model(c, "nova-2");
        model.status = Word(Status::Retired);
        model.retires = day("2027-01-31");
        model.retires_source = Some("https://acme.example/news".into());
        model.replacement = Some("acme/nova-grid".into());
    }),
    ("a model is delisted, and so are its prices", as_it_is, |c| {
        let model = model(c, "nova-grid");
        model.status = Word(Status::Delisted);
        model.last_seen = day("2026-11-01");
        cards(c, "nova-grid")[0].until = Timestamp::parse("2026-11-02").map(Moment);
    }),
    ("a model is deprecated", as_it_is, |c| {
        model(c, "nova-2").status = Word(Status::Deprecated);
    }),
    ("a model is back", as_it_is, |c| {
        model(c, "nova-0").status = Word(Status::Active);
        model(c, "nova-0").last_seen = None;
        cards(c, "nova-0")[0].until = None;
    }),
    ("a preview ends", as_it_is, |c| model(c, "nova-grid").status = Word(Status::Active)),
    ("the Rust name", as_it_is, |c| model(c, "nova-1").rust_name = "NOVA_1".into()),
    ("aliases", as_it_is, |c| {
        model(c, "nova-2").aliases = vec!["nova".to_owned()];
    }),
    ("an alias means another model", as_it_is, |c| {
        model(c, "nova-2").aliases.clear();
        model(c, "nova-grid").aliases = vec!["nova-latest".to_owned()];
    }),
    ("an alias becomes a model", as_it_is, |c| {
        model(c, "nova-2").aliases.clear();
        let new = Model { id: "nova-latest".to_owned(), ..model(c, "nova-gift").clone() };
        provider(c, "acme").models.push(new);
    }),
    ("limits, modalities and features", as_it_is, |c| {
        let facts = &mut model(c, "nova-2").facts;
        (facts.context, facts.max_input, facts.max_output) = (Some(2_000_000), None, Some(64_000));
        facts.input.retain(|modality| modality.0 != Modality::Pdf);
        facts.output.push(Word(Modality::Audio));
        facts.tools = Some(false);
        facts.reasoning_control.as_mut().unwrap().efforts.push("max".to_owned());
        facts.reasoning_control.as_mut().unwrap().budget_max = None;
        facts.refuses = vec!["top_k".to_owned(), "top_p".to_owned()];
    }),
    ("other facts", as_it_is, |c| {
        let facts = &mut model(c, "nova-2").facts;
        facts.capability = Word(Capability::Speech);
        facts.family = None;
        facts.released = day("2026-04");
        facts.cutoff = day("2025-07");
        facts.reasoning_control = None;
    }),
    ("base model, api and regions", as_it_is, |c| {
        let model = model(c, "nova-1");
        model.base = Some("acme/nova-2".into());
        model.api = None;
        model.regions = vec!["us".to_owned(), "eu".to_owned()];
    }),
    ("words and sources of a model", as_it_is, |c| {
        let model = model(c, "nova-2");
        model.name = "Nova 2.0".into();
        model.labels.clear();
        model.notes.clear();
        model.source.url = Some("https://acme.example/prices/nova".into());
        model.source.checked = day("2026-11-20");
    }),
    ("sources of single facts", as_it_is, |c| {
        let one = |facts: &[FactKey], checked| FactSource {
            facts: facts.iter().copied().map(Word).collect(),
            source: "https://other.example/models.json".to_owned(),
            checked: day(checked).unwrap(),
        };
        model(c, "nova-2").fact_sources =
            vec![one(&[FactKey::MaxOutput], "2026-11-20"), one(&[FactKey::Tools], "2026-11-21")];
    }),
    ("disagreements", as_it_is, |c| {
        let list = &mut model(c, "nova-2").disagreements;
        list[0].says = "64000".into();
        list[0].note = None;
        list.push(Disagreement {
            field: "limits.context".to_owned(),
            says: "1000000".to_owned(),
            source: "https://other.example/models.json".to_owned(),
            checked: None,
            note: None,
        });
    }),
];

/// Every case.
pub(crate) fn cases() -> Vec<Case> {
    [VENDORS, ACCESS, MODELS, PRICES].concat()
}
