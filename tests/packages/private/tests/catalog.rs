//! The company's catalog alone and before the public one.

use portolan_labs as labs;
use portolan_types::{
    Amount, Catalog, Context, Meter, PriceError, Region as _, Timestamp, Usage, candidates, find,
    provider, providers,
};
use private::{CATALOGS, company};

fn now() -> Context<'static> {
    Context::at(Timestamp::parse("2026-11-20").unwrap())
}

fn usage() -> Usage {
    Usage::new().with(Meter::Input, 1_000_000).with(Meter::Output, 100_000)
}

fn shown(amount: Amount) -> String {
    amount.to_string()
}

#[test]
fn the_gateway_is_reached_through_a_region() {
    let gateway = &company::company_gateway::PROVIDER;
    assert_eq!((gateway.vendor, gateway.catalog), ("gateway", "company"));
    let endpoint = company::company_gateway::Region::Eu.endpoints()[0];
    assert_eq!(endpoint.url(), "https://eu.gateway.company.example/v1");
    assert!(gateway.regions.endpoints(None).is_err(), "no region is taken for granted");
    assert_eq!(
        gateway.regions.endpoints(Some("us")).unwrap()[0].url(),
        "https://us.gateway.company.example/v1"
    );
}

#[test]
fn a_private_model_has_the_facts_of_its_public_base() {
    let own = company::company_gateway::MIMO_V2_5_PRO.row();
    let public = &labs::xiaomi::MIMO_V2_5_PRO;
    assert_eq!(
        (own.context(), own.name, own.family()),
        (public.context(), public.name, public.family())
    );
    let house = company::company_gateway::HOUSE_1.row();
    assert_eq!((house.context(), house.max_output()), (public.context(), Some(8_192)));
    assert_eq!(house.replacement(), Some("xiaomi/mimo-v2.5-pro"));
}

#[test]
fn the_negotiated_price_bills_and_the_public_one_is_as_it_was() {
    let entry = find(CATALOGS, "xiaomi/mimo-v2.5-pro").unwrap();
    assert_eq!(shown(entry.total(&usage(), &now()).unwrap().amount), "0.36");
    let public = labs::CATALOG.find("xiaomi/mimo-v2.5-pro").unwrap();
    assert_eq!(shown(public.total(&usage(), &now()).unwrap().amount), "0.522");

    let quote = entry.quote(&usage(), &now()).unwrap();
    assert_eq!(quote.card.unwrap().source(), Some("https://wiki.company.example/contracts/xiaomi"));
    let facts =
        |model: &portolan_types::Model| (model.name, model.context(), model.input, model.features);
    assert_eq!(facts(entry.model), facts(public.model));
    let gateway = find(CATALOGS, "company-gateway/mimo-v2.5-pro").unwrap();
    assert_eq!(shown(gateway.total(&usage(), &now().region("us")).unwrap().amount), "0.48");
}

#[test]
fn an_overridden_provider_is_whole_and_says_what_it_overrides() {
    let (own, public) = (&company::xiaomi::PROVIDER, &labs::xiaomi::PROVIDER);
    assert_eq!((own.name, own.auth.env, own.catalog), (public.name, public.auth.env, "company"));
    let ids = |models: &[&portolan_types::Model]| models.iter().map(|m| m.id).collect::<Vec<_>>();
    assert_eq!(ids(own.models), ids(public.models));
    let text = include_str!(concat!(env!("OUT_DIR"), "/portolan/company/xiaomi.rs"));
    assert_eq!(text.matches("overrides the public catalog: `prices`").count(), 1);
    let plan = include_str!(concat!(env!("OUT_DIR"), "/portolan/company/xiaomi_token_plan.rs"));
    assert_eq!(plan.matches("overrides the public catalog: `regions`").count(), 1);
}

#[test]
fn a_region_that_is_not_allowed_is_none_of_the_provider() {
    let plan = provider(CATALOGS, "xiaomi-token-plan").unwrap();
    let regions: Vec<_> = plan.regions.names().iter().map(|region| region.id).collect();
    assert_eq!(regions, ["ams"]);
    assert!(plan.auth.choices.iter().all(|choice| choice.region == Some("ams")));
    let url = company::xiaomi_token_plan::Region::Ams.endpoints()[0].url();
    assert_eq!(url, "https://token-plan-ams.xiaomimimo.com/v1");
    for model in plan.models {
        let reference = format!("xiaomi-token-plan/{}", model.id);
        let entry = find(CATALOGS, &reference).unwrap();
        let refused = entry.total(&usage(), &now().region("cn")).unwrap_err();
        assert!(matches!(refused, PriceError::UnknownRegion { .. }), "{reference}: {refused}");
        entry.total(&usage(), &now().region("ams")).unwrap();
    }
    assert!(!plan.models.is_empty());
}

#[test]
fn of_two_providers_with_one_id_the_first_counts_everywhere() {
    let all: Vec<_> = providers(CATALOGS).map(|provider| provider.id).collect();
    let mut unique = all.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(all.len(), unique.len());
    assert_eq!(provider(CATALOGS, "xiaomi").unwrap().catalog, "company");
    assert_eq!(provider(CATALOGS, "minimax").unwrap().catalog, "labs");

    let refs: Vec<_> =
        candidates(CATALOGS, "mimo-v2.5-pro").map(|entry| entry.to_string()).collect();
    assert_eq!(refs, ["company-gateway/mimo-v2.5-pro", "xiaomi/mimo-v2.5-pro"]);
    let unknown = find(CATALOGS, "xiaomi/mimo-v2.5-por").unwrap_err();
    let near: Vec<_> = unknown.nearest().map(|entry| entry.to_string()).collect();
    assert_eq!(near.iter().filter(|near| *near == "xiaomi/mimo-v2.5-pro").count(), 1, "{near:?}");
}

#[test]
fn what_the_first_catalog_leaves_out_of_a_provider_is_not_taken_from_the_next() {
    static CUT: Catalog = Catalog {
        id: "cut",
        providers: &[&CUT_XIAOMI],
        index: portolan_types::Index { tags: &[], starts: &[], keys: &[], entries: &[] },
    };
    static CUT_XIAOMI: portolan_types::Provider =
        portolan_types::Provider { id: "xiaomi", ..portolan_types::Provider::UNKNOWN };
    static STACK: &[&Catalog] = &[&CUT, &labs::CATALOG];
    assert!(find(STACK, "xiaomi/mimo-v2.5-pro").is_err());
    assert!(find(STACK, "minimax/MiniMax-M2").is_ok());
}
