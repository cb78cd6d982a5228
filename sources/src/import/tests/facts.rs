//! Facts of several sources: what is filled in, what is weighed, and that the order of imports does not matter.

use portolan_types::Modality;
use proptest::prelude::*;

use super::*;

const MODELS_DEV: &str = "https://models.dev/api.json";
const LITELLM: &str =
    "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json";

fn said(owner: Owner, facts: Facts) -> Row {
    Row { facts, ..row(owner, "nova-1") }
}

#[test]
fn a_fact_that_nobody_stated_is_filled_in_and_named() {
    let facts = Facts { tools: Some(true), context: Some(100_000), ..facts() };
    check(
        "    models:\n      nova-1: { name: Nova, limits: { context: 100_000 }, prices: free }\n",
        Owner::Litellm,
        vec![said(Owner::Litellm, facts)],
        &format!(
            "    models:
      nova-1:
        name: Nova
        limits: {{ context: 100_000 }}
        features: {{ tools: true }}
        prices: free
        fact_sources:
          - facts: [features.tools]
            source: {LITELLM}
            checked: 2026-09
"
        ),
    );
}

#[test]
fn what_a_pinned_model_leaves_open_is_filled_in_and_the_rest_stays() {
    let facts = Facts { tools: Some(true), context: Some(9_000), max_input: Some(8), ..facts() };
    check(
        "    models:
      nova-1: # by hand
        name: Nova
        pinned: true
        limits: { context: 9 } # a page says so
        prices: free
",
        Owner::Litellm,
        vec![said(Owner::Litellm, facts)],
        &format!(
            "    models:
      nova-1: # by hand
        name: Nova
        pinned: true
        # a page says so
        limits: {{ context: 9, input: 8 }}
        features: {{ tools: true }}
        prices: free
        fact_sources:
          - facts: [limits.input, features.tools]
            source: {LITELLM}
            checked: 2026-09
"
        ),
    );
}

#[test]
fn more_input_than_the_context_of_another_source_is_a_disagreement() {
    let facts = Facts { max_input: Some(200_000), ..facts() };
    check(
        "    models:\n      nova-1:\n        name: Nova\n        limits: { context: 100_000 }\n        prices: free\n",
        Owner::Litellm,
        vec![said(Owner::Litellm, facts)],
        &format!(
            "    models:
      nova-1:
        name: Nova
        limits: {{ context: 100_000 }}
        prices: free
        disagreements:
          - field: limits.input
            says: \"200000\"
            source: {LITELLM}
            checked: 2026-09
"
        ),
    );
}

#[test]
fn a_context_below_the_base_models_input_bounds_the_input_too() {
    let mut inputs = inputs("");
    let lab =
        LAB.replace("limits: { context: 100_000 }", "limits: { context: 100_000, input: 90_000 }");
    inputs[1].bytes = lab.into_bytes();
    let mut nova = said(Owner::ModelsDev, Facts { context: Some(50_000), ..facts() });
    nova.base = Some("acme/nova".to_owned());
    let (inputs, _) = imported(inputs, Owner::ModelsDev, vec![nova]);
    assert!(
        models(&inputs).contains("limits: { context: 50_000, input: 50_000 }"),
        "{}",
        models(&inputs)
    );
}

#[test]
fn a_source_that_takes_its_word_back_leaves_what_lost_to_it() {
    let row = |context| said(Owner::Litellm, Facts { context, ..facts() });
    let before = "    models:\n      nova-1:\n        name: Nova\n        limits: { context: 100_000 }\n        prices: free\n";
    let (inputs, _) = imported(inputs(before), Owner::Litellm, vec![row(Some(50_000))]);
    let after = models(&inputs);
    assert!(after.contains("context: 50_000") && after.contains(MODELS_DEV), "{after}");
    let (inputs, _) = imported(inputs, Owner::Litellm, vec![row(None)]);
    assert_eq!(models(&inputs), before);
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let limit = || proptest::option::of((1..4_u64).prop_map(|number| number * 50_000));
    let flag = || proptest::option::of(any::<bool>());
    let kinds =
        proptest::sample::subsequence(vec![Modality::Text, Modality::Image, Modality::Pdf], 0..4);
    (limit(), limit(), flag(), kinds).prop_map(|(context, max_input, tools, kinds)| Facts {
        context,
        max_input: max_input.filter(|input| context.is_none_or(|context| *input <= context)),
        tools,
        input: kinds.into_iter().map(Word).collect(),
        ..facts()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn two_sources_give_the_same_facts_in_any_order(one in any_facts(), other in any_facts()) {
        let row = |owner: &Owner| {
            said(*owner, if *owner == Owner::ModelsDev { one.clone() } else { other.clone() })
        };
        let run = |owners: [Owner; 2]| {
            let manifests = owners.iter().fold(inputs(""), |manifests, owner| {
                imported(manifests, *owner, vec![row(owner)]).0
            });
            let catalog = compile(manifests.clone(), "").result.unwrap();
            let mut facts = catalog.vendors[0].providers[0].models[0].facts.clone();
            // As much input as the context holds says no more than the context.
            facts.max_input = facts.max_input.filter(|input| Some(*input) != facts.context);
            (facts, text(&manifests))
        };
        let (first, shown) = run([Owner::ModelsDev, Owner::Litellm]);
        let (second, also) = run([Owner::Litellm, Owner::ModelsDev]);
        prop_assert_eq!(first, second, "{}\n{}", shown, also);
    }

    #[test]
    fn three_sources_again_change_nothing(
        one in any_facts(),
        other in any_facts(),
        third in any_facts(),
        based in any::<bool>(),
    ) {
        let base = based.then(|| "acme/nova".to_owned());
        let round = |mut manifests: Vec<Input>| {
            for (owner, facts) in
                [(Owner::ModelsDev, &one), (Owner::Litellm, &other), (Owner::GenaiPrices, &third)]
            {
                let base = base.clone().filter(|_| owner == Owner::ModelsDev);
                let row = Row { base, ..said(owner, facts.clone()) };
                manifests = imported(manifests, owner, vec![row]).0;
            }
            manifests
        };
        let second = round(round(inputs("")));
        let third = round(second.clone());
        prop_assert_eq!(text(&second), text(&third));
    }
}
