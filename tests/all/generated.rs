//! The generated crates say what the frozen catalog says, and every ref of theirs is found.

use portolan_catalog::types::{Auth, Context, Dialect, Meter, Provider, Status, Timestamp, Usage};
use portolan_codegen::catalog;

use crate::engine;
use crate::fixtures::public_catalog;

#[test]
fn every_model_is_the_frozen_one() {
    for (_, provider) in public_catalog().providers() {
        for model in &provider.models {
            let reference = format!("{}/{}", provider.id, model.id);
            let entry = portolan_catalog::find(&reference).expect("every ref is found");
            assert_eq!(entry.to_string(), reference);
            assert_eq!(*entry.model, engine::model(provider, model));
        }
    }
}

#[test]
fn every_provider_is_the_frozen_one() {
    for (vendor, frozen) in public_catalog().providers() {
        let provider = portolan_catalog::provider(&frozen.id).expect("every provider is found");
        assert_eq!(
            (provider.vendor, provider.catalog),
            (vendor.id.as_str(), vendor.catalog.as_str())
        );
        assert_eq!((provider.name, provider.coverage), (frozen.name.as_str(), frozen.coverage.0));
        assert_eq!(provider.pass_through, frozen.pass_through);
        assert_eq!(provider.default_model, frozen.default_model.as_deref());
        assert_eq!(provider.models.len(), frozen.models.len());
        assert_eq!(provider.services.len(), frozen.services.len());
        assert_eq!(provider.claims.prefixes, frozen.claims.prefixes);
        assert_eq!(provider.claims.patterns, frozen.claims.patterns);
        assert_same_regions(provider, frozen);
        assert_same_dialect(&provider.dialect, &frozen.dialect);
        assert_same_auth(&provider.auth, &frozen.auth);
    }
}

fn assert_same_dialect(dialect: &Dialect, frozen: &catalog::Dialect) {
    assert_eq!(dialect.reasoning_on(), frozen.reasoning_on.as_deref());
    assert_eq!(dialect.reasoning_off(), frozen.reasoning_off.as_deref());
    assert_eq!(dialect.effort_field(), frozen.effort_field.as_deref());
    assert_eq!(dialect.budget_field(), frozen.budget_field.as_deref());
    assert_eq!(dialect.cache_control, frozen.cache_control.map(|time| time.0));
    assert_eq!(dialect.replays_all, frozen.replays_all);
    assert_eq!(dialect.refuses, frozen.refuses);
}

fn assert_same_regions(provider: &Provider, frozen: &catalog::Provider) {
    let regions = &provider.regions;
    assert_eq!(regions.policy(), frozen.region_policy.0);
    assert_eq!(regions.default_id(), frozen.default_region.as_deref());
    let names: Vec<_> = regions.names().iter().map(|name| (name.id, name.name)).collect();
    let expected: Vec<_> =
        frozen.regions.iter().map(|r| (r.id.as_str(), r.name.as_str())).collect();
    assert_eq!(names, expected);
    let places = frozen.regions.iter().map(|region| (Some(region.id.as_str()), &region.endpoints));
    let single = frozen.regions.is_empty().then_some((None, &frozen.endpoints));
    for (region, endpoints) in places.chain(single) {
        let generated = regions.endpoints(region).expect("a region of the provider");
        let generated: Vec<_> = generated.iter().map(|e| (e.api(), e.url(), e.header())).collect();
        let frozen: Vec<_> =
            endpoints.iter().map(|e| (e.api.0, e.url.as_str(), e.header.0)).collect();
        assert_eq!(generated, frozen);
    }
}

fn assert_same_auth(auth: &Auth, frozen: &catalog::Auth) {
    assert_eq!((auth.required, auth.key_per_region), (frozen.required, frozen.key_per_region));
    assert_eq!(auth.env, frozen.env);
    assert_eq!(auth.same_as, frozen.same_as.as_deref());
    let choices = auth.choices.iter().map(|c| (c.id, c.label, c.flag, c.region, c.method));
    let expected = frozen.choices.iter().map(|choice| {
        let (flag, region) = (choice.flag.as_deref(), choice.region.as_deref());
        (choice.id.as_str(), choice.label.as_str(), flag, region, choice.method.0)
    });
    assert!(choices.eq(expected));
    assert_eq!(auth.oauth.len(), frozen.oauth.len());
    let prefixes = auth.key.map(|key| (key.strict, key.prefixes));
    assert_eq!(prefixes.is_some(), frozen.key.is_some());
    if let (Some((strict, prefixes)), Some(key)) = (prefixes, &frozen.key) {
        assert_eq!(
            (strict, prefixes.to_vec()),
            (key.strict, key.prefixes.iter().map(String::as_str).collect())
        );
    }
}

#[test]
fn an_entry_knows_its_provider_s_regions() {
    let entry = portolan_catalog::find("xiaomi-token-plan/mimo-v2.5-pro").unwrap();
    let context = Context::at(Timestamp(1_790_000_000));
    let usage = Usage::new().with(Meter::Input, 1);
    let error = entry.total(&usage, &context.region("mars")).unwrap_err();
    assert_eq!(error.to_string(), "no such region: one of `cn`, `sgp`, `ams`");
    assert!(entry.total(&usage, &context.region("sgp")).is_ok());
}

#[test]
fn an_alias_finds_its_model() {
    let frozen = public_catalog();
    let mut aliases = 0;
    for (_, provider) in frozen.providers() {
        for model in &provider.models {
            for alias in &model.aliases {
                let entry = portolan_catalog::find(&format!("{}/{alias}", provider.id)).unwrap();
                assert_eq!(entry.model.id, model.id);
                aliases += 1;
            }
        }
    }
    assert!(aliases > 0, "no model has an alias");
}

#[test]
fn a_lookup_never_guesses() {
    for wrong in [
        "",
        "/",
        "xiaomi",
        "xiaomi/",
        "XIAOMI/mimo-v2.5-pro",
        "xiaomi/MiMo-v2.5-pro",
        " xiaomi/mimo-v2.5-pro",
    ] {
        assert!(portolan_catalog::find(wrong).is_err(), "`{wrong}` was found");
    }
    let error = portolan_catalog::find("xiaomi/mimo-v2.5-por").unwrap_err();
    let nearest = error.nearest().next().unwrap();
    assert_eq!(nearest.to_string(), "xiaomi/mimo-v2.5-pro");
    let far = portolan_catalog::find("nobody/has-ever-heard-of-this-one").unwrap_err();
    assert_eq!(far.nearest().count(), 0);
}

#[test]
fn a_bare_id_is_answered_by_those_who_claim_it() {
    for entry in portolan_catalog::candidates("mimo-v2.5-pro") {
        assert!(entry.provider.claims.hold("mimo-v2.5-pro"));
    }
    assert!(portolan_catalog::candidates("mimo-v2.5-pro").count() > 0);
    assert_eq!(portolan_catalog::candidates("no-such-model").count(), 0);
}

#[test]
fn a_retired_model_keeps_its_row_and_names_its_replacement() {
    let retired: Vec<_> =
        portolan_catalog::models().filter(|model| model.status == Status::Retired).collect();
    assert!(!retired.is_empty());
    for model in retired {
        assert!(model.retires().is_some(), "{}/{}", model.provider, model.id);
        if let Some(replacement) = model.replacement() {
            assert!(portolan_catalog::find(replacement).is_ok(), "{replacement}");
        }
    }
}

#[test]
fn every_provider_is_found_by_its_id() {
    for provider in portolan_catalog::providers() {
        assert!(std::ptr::eq(portolan_catalog::provider(provider.id).unwrap(), provider));
    }
    assert!(portolan_catalog::provider("nobody").is_none());
}
