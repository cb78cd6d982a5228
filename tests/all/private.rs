//! Private manifests over the public catalog: what an override leaves unsaid is as the public row has it, what it says
//! replaces it, and names of both worlds meet.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Catalog, Model, Price, Provider, Source};
use portolan_codegen::compile_over;
use portolan_codegen::load::Input;
use portolan_codegen::overlay::Public;

use crate::fixtures::{acme, folder, inputs, public_catalog};
use crate::mutations::mutants;

/// Lays a manifest over a frozen catalog.
fn over(public: Catalog, manifest: &str) -> Catalog {
    let vendor = manifest.lines().find_map(|line| line.strip_prefix("vendor: ")).unwrap();
    let input = Input { path: format!("company/{vendor}.yaml"), bytes: manifest.into() };
    let compiled = compile_over(vec![input], "manifests/", Public::new(public).unwrap());
    compiled.result.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// The provider that an override of the fixture's vendor makes, and the public one.
fn overridden(id: &str, said: &str) -> (Provider, Provider) {
    let manifest = format!(
        "vendor: acme\noverride: true\nsource: https://company.example/acme\nchecked: 2026-11-20\nproviders:\n  {id}:\n{said}"
    );
    let public = acme();
    let find = |catalog: &Catalog| {
        catalog.providers().find(|(_, provider)| provider.id == id).unwrap().1.clone()
    };
    (find(&over(public.clone(), &manifest)), find(&public))
}

fn model<'p>(provider: &'p Provider, id: &str) -> &'p Model {
    provider.models.iter().find(|model| model.id == id).unwrap()
}

#[test]
fn what_an_override_leaves_unsaid_is_as_the_public_row_has_it() {
    for public in [acme(), public_catalog().clone()] {
        for (vendor, provider) in public.providers() {
            let manifest = format!(
                "vendor: {}\noverride: true\nproviders:\n  {}: {{ name: Renamed }}\n",
                vendor.id, provider.id
            );
            let private = over(public.clone(), &manifest);
            assert_eq!(private.vendors.len(), 1);
            let own = &private.vendors[0];
            assert_eq!((own.catalog.as_str(), &own.name), ("company", &vendor.name));
            let renamed = Provider {
                name: "Renamed".to_owned(),
                overrides: vec!["name".to_owned()],
                // What a private manifest adds to the provider is not from the public page.
                source: Source::default(),
                ..provider.clone()
            };
            assert_eq!(own.providers, [renamed]);
        }
    }
}

#[test]
fn facts_are_replaced_one_by_one_and_lists_whole() {
    let (private, public) = overridden(
        "acme",
        "    models:\n      nova-2:\n        name: Nova for us\n        aliases: [our-nova]\n        limits: { output: 4_096 }\n        features: { tools: false }\n",
    );
    let (own, other) = (model(&private, "nova-2"), model(&public, "nova-2"));
    assert_eq!((own.name.as_str(), &own.aliases), ("Nova for us", &vec!["our-nova".to_owned()]));
    assert_eq!((own.facts.context, own.facts.max_output), (other.facts.context, Some(4_096)));
    assert_eq!((own.facts.reasoning, own.facts.tools), (other.facts.reasoning, Some(false)));
    assert_eq!((&own.price, &own.rust_name), (&other.price, &other.rust_name));
    assert_eq!(own.overrides, ["name", "aliases", "limits", "features"]);
    assert!(private.overrides.is_empty(), "of the provider itself nothing is overridden");
    let others = |provider: &Provider| {
        provider.models.iter().filter(|model| model.id != "nova-2").cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&private), others(&public));
}

#[test]
fn a_price_list_is_replaced_whole_and_has_its_own_source() {
    let (private, public) = overridden(
        "acme",
        "    models:\n      nova-2:\n        prices:\n          - { currency: EUR, input: 0.3, output: 0.6 }\n          - { service_tier: batch, like: standard, times: 0.5 }\n",
    );
    let Price::Priced(cards) = &model(&private, "nova-2").price else { panic!("not priced") };
    assert_eq!(cards.len(), 2);
    for card in cards {
        assert_eq!(card.source.url.as_deref(), Some("https://company.example/acme"));
    }
    // The facts are still the public ones.
    assert_eq!(model(&private, "nova-2").source, model(&public, "nova-2").source);
}

#[test]
fn the_life_of_a_model_is_replaced_whole() {
    let (private, _) = overridden(
        "acme",
        "    models:\n      nova-1: { status: active }\n      nova-0: { retired: { on: 2026-12-31, replacement: nova-1 } }\n",
    );
    let revived = model(&private, "nova-1");
    assert_eq!((revived.status.to_string().as_str(), revived.retires), ("active", None));
    let retired = model(&private, "nova-0");
    assert_eq!((retired.status.to_string().as_str(), retired.last_seen), ("retired", None));
    assert_eq!(retired.replacement.as_deref(), Some("acme/nova-1"));
}

#[test]
fn a_new_model_stands_beside_the_public_ones() {
    let (private, public) = overridden(
        "acme",
        "    models:\n      nova-ours: { base: acme/nova-2, prices: included, replacement: acme-plan/nova-2 }\n",
    );
    assert_eq!(private.models.len(), public.models.len() + 1);
    let own = model(&private, "nova-ours");
    assert_eq!(own.facts.context, model(&public, "nova-2").facts.context);
    assert_eq!(own.source.url.as_deref(), Some("https://company.example/acme"));
    assert!(own.overrides.is_empty());
}

#[test]
fn regions_are_those_that_are_said_with_what_is_public_of_them() {
    let (private, public) = overridden("acme-plan", "    regions: { us-east-1: {} }\n");
    assert_eq!(private.regions, [public.regions[1].clone()]);
    let choices: BTreeMap<_, _> =
        private.auth.choices.iter().map(|choice| (&*choice.id, choice.region.as_deref())).collect();
    assert_eq!(
        choices,
        BTreeMap::from([("acme-plan-us", Some("us-east-1")), ("acme-plan-login", None)])
    );
    // One model is served only in the region that is left out, and of the other one card holds there.
    let ids: Vec<_> = private.models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["nova-regional"]);
    let Price::Priced(cards) = &private.models[0].price else { panic!("not priced") };
    assert_eq!(cards.len(), 1);
}

#[test]
fn a_model_stays_if_it_says_in_which_of_the_regions_it_is_served() {
    let (private, public) = overridden(
        "acme-plan",
        "    regions: { us-east-1: {} }\n    models: { nova-2: { regions: [us-east-1] } }\n",
    );
    let (own, other) = (model(&private, "nova-2"), model(&public, "nova-2"));
    assert_eq!((&own.regions[..], &own.price), (&["us-east-1".to_owned()][..], &other.price));
}

#[test]
fn endpoints_replace_the_addresses_of_the_regions_too() {
    let (private, public) = overridden(
        "acme-plan",
        "    endpoints: { openai-completions: \"https://proxy.company.example/{region}\" }\n",
    );
    let urls: Vec<_> =
        private.regions.iter().map(|region| region.endpoints[0].url.as_str()).collect();
    assert_eq!(
        urls,
        ["https://proxy.company.example/cn", "https://proxy.company.example/us-east-1"]
    );
    assert!(private.variables.is_empty(), "no address has the variable any more");
    assert_eq!((private.auth, private.models), (public.auth, public.models));
}

#[test]
fn a_region_with_its_own_address_takes_its_variables_away() {
    let (private, public) = overridden(
        "acme-plan",
        "    regions: { cn: { endpoints: { openai-completions: \"https://proxy.company.example\" } } }\n",
    );
    assert!(private.variables.is_empty() && !public.variables.is_empty());
    // A region that is said and keeps its address keeps what fills it.
    let (private, public) = overridden("acme-plan", "    regions: { cn: { name: Mainland } }\n");
    assert_eq!(private.variables, public.variables);
}

#[test]
fn one_spoilt_value_of_an_override_is_a_mistake_with_help_or_none() {
    let good = inputs(&folder("over/acme"));
    let compile = |input: &Input| {
        compile_over(vec![input.clone()], "manifests/", Public::new(acme()).unwrap()).result
    };
    compile(&good[0]).expect("the fixture is right");
    let mut wrong = 0;
    for mutant in mutants(&good[0]) {
        let Err(mistakes) = compile(&mutant) else { continue };
        wrong += 1;
        assert!(mistakes.iter().all(|mistake| mistake.help.is_some()), "{mistakes:?}");
        let of_shape = mistakes.iter().any(|mistake| mistake.code.id() < "M0300");
        let of_prices = |id: &str| id.starts_with("M05");
        let echo = mistakes.iter().find(|mistake| of_prices(mistake.code.id()));
        assert!(
            !of_shape || echo.is_none(),
            "{mistakes:#?}\n{}",
            String::from_utf8_lossy(&mutant.bytes)
        );
    }
    assert!(wrong > 200, "only {wrong} mutants were wrong");
}
