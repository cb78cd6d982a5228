//! The generated crates say what the frozen catalog says, and every ref of theirs is found.

use portolan_catalog::types::{Context, Meter, Status, Timestamp, Usage};
use portolan_codegen::rows;

use crate::fixtures::public_catalog;

#[test]
fn every_row_is_the_frozen_one() {
    let frozen = public_catalog();
    for generated in portolan_catalog::CATALOGS {
        let made = rows::catalog(frozen, generated.id);
        assert_eq!(made.providers.len(), generated.providers.len());
        for (made, generated) in made.providers.iter().zip(generated.providers) {
            assert_eq!(made, generated);
        }
        assert_eq!(made.index, generated.index);
    }
}

#[test]
fn every_ref_is_found() {
    for provider in portolan_catalog::providers() {
        for model in provider.models {
            let reference = format!("{}/{}", provider.id, model.id);
            let entry = portolan_catalog::find(&reference).expect("every ref is found");
            assert_eq!(entry.to_string(), reference);
            assert!(std::ptr::eq(entry.model, *model));
        }
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
