//! The generated crates say what the frozen catalog says, and every ref of theirs is found.

use portolan_catalog::types::{Model, Status};
use portolan_codegen::catalog;

use crate::engine;
use crate::fixtures::public_catalog;

/// A generated row beside what it was generated from.
fn pairs(frozen: &catalog::Catalog) -> Vec<(String, &catalog::Model, &'static Model)> {
    let mut pairs = Vec::new();
    for (_, provider) in frozen.providers() {
        for model in &provider.models {
            let reference = format!("{}/{}", provider.id, model.id);
            let entry = portolan_catalog::find(&reference).expect("every ref is found");
            assert_eq!(entry.to_string(), reference);
            pairs.push((reference, model, entry.model));
        }
    }
    pairs
}

#[test]
fn every_price_is_the_frozen_one() {
    let frozen = public_catalog();
    for (reference, model, generated) in pairs(&frozen) {
        let without_provenance = |price: portolan_types::Price| match price {
            portolan_types::Price::Priced(cards) => cards
                .iter()
                .map(|card| portolan_types::Card {
                    converted: None,
                    source: None,
                    checked: None,
                    ..*card
                })
                .collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let expected = engine::price(&model.price);
        assert_eq!(generated.price.state(), expected.state(), "{reference}");
        assert_eq!(
            without_provenance(generated.price),
            without_provenance(expected),
            "{reference}"
        );
    }
}

#[test]
fn every_fact_is_the_frozen_one() {
    let frozen = public_catalog();
    for (reference, model, generated) in pairs(&frozen) {
        let facts = &model.facts;
        assert_eq!(generated.name, model.name, "{reference}");
        assert_eq!(generated.status, model.status.0, "{reference}");
        assert_eq!(generated.base, model.base.as_deref(), "{reference}");
        assert_eq!(
            (generated.context, generated.max_input, generated.max_output),
            (facts.context, facts.max_input, facts.max_output),
            "{reference}"
        );
        let input: Vec<_> = facts.input.iter().map(|word| word.0).collect();
        assert_eq!(generated.input, input, "{reference}");
        assert_eq!(generated.released, facts.released.map(|day| day.0), "{reference}");
        assert_eq!(generated.replacement, model.replacement.as_deref(), "{reference}");
        assert_eq!(generated.capability, facts.capability.0, "{reference}");
    }
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
        assert!(model.retires.is_some(), "{}/{}", model.provider, model.id);
        if let Some(replacement) = model.replacement {
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
