//! Prices of several sources, regions, and the end of models.

use super::*;

#[test]
fn the_facts_and_prices_of_another_source_are_weighed() {
    let mut other = priced(Owner::Litellm, "nova-1", vec![card(300, 400)]);
    other.facts = Facts { context: Some(50_000), ..facts() };
    other.source = Source {
        url: Some("https://acme.example/prices".to_owned()),
        checked: Some(day(20_260_900)),
    };
    other.vendor_page = true;
    let batch = Card { service_tier: ServiceTier::Batch, ..card(150, 200) };
    let Said::Priced(cards) = &mut other.price else { panic!("priced") };
    cards.push(batch);
    let done = check(
        "    models:
      nova-1:
        name: Nova
        limits: { context: 100_000 }
        prices:
          # the first price
          - { seen: 2026-01-05, input: 1, output: 2 }
",
        Owner::Litellm,
        vec![other],
        "    models:
      nova-1:
        name: Nova
        limits: { context: 50_000 }
        # the first price
        prices:
          - { seen: 2026-01-05, last_seen: 2026-06-01, input: 1, output: 2 }
          - seen: 2026-09-01
            input: 3
            output: 4
            source: https://acme.example/prices
            checked: 2026-09
            via: litellm
          - service_tier: batch
            input: 1.5
            output: 2
            source: https://acme.example/prices
            checked: 2026-09
            via: litellm
        fact_sources:
          - facts: [limits.context]
            source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
            checked: 2026-09
        disagreements:
          - { field: limits.context, says: \"100000\", source: https://models.dev/api.json, checked: 2026-06-01 }
",
    );
    assert_eq!(done.report.others, []);
}

#[test]
fn a_price_that_lost_is_a_disagreement_and_goes_with_what_it_says() {
    let before = "    models:
      nova-1:
        name: Nova
        prices:
          - { input: 1, output: 2, source: https://acme.example/prices, checked: 2026-10 }
        disagreements:
          - { field: limits.output, says: \"5\", source: https://other.example, checked: 2026-01-01 } # kept
";
    let rows = |input| vec![priced(Owner::Litellm, "nova-1", vec![card(input, 200)])];
    let (inputs, done) = imported(inputs(before), Owner::Litellm, rows(300));
    let expected = format!("{before}          - field: prices
            says: \"input 3, output 2\"
            source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
            checked: 2026-09
            note: A page of the vendor says otherwise.
");
    assert_eq!(models(&inputs), expected);
    assert_eq!(done.report.lost.len(), 1);
    let (inputs, _) = imported(inputs, Owner::Litellm, rows(100));
    assert_eq!(models(&inputs), before);
}

#[test]
fn what_holds_again_is_no_disagreement() {
    let before = "    models:
      nova-1:
        name: Nova
        prices:
          - { seen: 2026-01-05, last_seen: 2026-07-02, input: 2, output: 2 }
";
    let seen = |input, on| {
        let mut card = card(input, 200);
        card.dates.seen = Some(day(on));
        card
    };
    let mut passed = seen(300, 20_260_801);
    passed.dates.last_seen = Some(day(20_260_810));
    let cards = vec![card(100, 200), passed, seen(100, 20_260_811)];
    let (inputs, done) =
        imported(inputs(before), Owner::Litellm, vec![priced(Owner::Litellm, "nova-1", cards)]);
    assert!(!models(&inputs).contains("disagreements"), "{}", models(&inputs));
    assert_eq!(done.report.lost, []);
}

#[test]
fn cards_that_only_a_person_writes_stay() {
    let before = "    models:
      nova-1:
        name: Nova
        prices:
          - { input: 1, output: 2 }
          - { service_tier: batch, like: standard, times: 0.5 }
";
    check(
        before,
        Owner::Litellm,
        vec![priced(Owner::Litellm, "nova-1", vec![card(300, 400)])],
        before,
    );
}

#[test]
fn regions_are_conditions_of_one_model() {
    let in_region = |region: &str, price| {
        let mut row = priced(Owner::ModelsDev, "nova-1", vec![card(price, 200)]);
        row.key = format!("acme-{region}/nova-1");
        row.place.region = Some(region.to_owned());
        row
    };
    let both = vec![in_region("cn", 100), in_region("eu", 300)];
    check(
        "",
        Owner::ModelsDev,
        both,
        "    models:
      nova-1:
        name: nova-1
        prices:
          - { region: cn, input: 1, output: 2 }
          - { region: eu, input: 3, output: 2 }
",
    );
    let same = vec![in_region("cn", 100), in_region("eu", 100)];
    check(
        "",
        Owner::ModelsDev,
        same,
        "    models:
      nova-1:
        name: nova-1
        prices:
          - { input: 1, output: 2 }
",
    );
    check(
        "",
        Owner::ModelsDev,
        vec![in_region("cn", 100)],
        "    models:
      nova-1:
        name: nova-1
        regions: [cn]
        prices:
          - { input: 1, output: 2 }
",
    );
}

#[test]
fn a_model_that_a_source_lists_no_more_keeps_its_row() {
    let mut gone = priced(Owner::ModelsDev, "nova-1", vec![card(100, 200)]);
    gone.last_seen = Some(day(20_260_301));
    let Said::Priced(cards) = &mut gone.price else { panic!("priced") };
    cards[0].dates.seen = Some(day(20_260_105));
    let delisted = "    models:
      nova-1:
        name: nova-1
        delisted: { last_seen: 2026-03-01, source: https://models.dev/api.json }
        prices:
          - { seen: 2026-01-05, last_seen: 2026-03-01, input: 1, output: 2 }
";
    let (inputs, _) = imported(inputs(""), Owner::ModelsDev, vec![gone.clone()]);
    assert_eq!(models(&inputs), delisted);
    // Another source has a price for it: it is not gone.
    let other = priced(Owner::Litellm, "nova-1", vec![card(300, 200)]);
    let (inputs, _) = imported(inputs, Owner::Litellm, vec![other]);
    let listed = models(&inputs);
    assert!(!listed.contains("delisted") && listed.contains("seen: 2026-09-01"), "{listed}");
    let (inputs, _) = imported(inputs, Owner::ModelsDev, vec![gone]);
    assert_eq!(models(&inputs), listed);
}

#[test]
fn a_model_that_vanished_from_a_file_was_last_seen_in_the_file_before() {
    let before = "    models:\n      nova-1:\n        name: Nova\n        prices: free\n      by-hand: { name: B, prices: free }\n";
    let inputs = inputs(before);
    let done =
        try_import(&inputs, Owner::ModelsDev, Vec::new(), "acme/nova-1\tacme/nova-1\t-\t-\t-\n")
            .unwrap();
    let after = String::from_utf8(done.manifests[0].bytes.clone()).unwrap();
    let delisted = "        delisted: { last_seen: 2026-06-01, source: https://models.dev/api.json }\n        prices: free\n      by-hand: { name: B, prices: free }\n";
    assert!(after.ends_with(delisted), "{after}");
}

#[test]
fn a_retirement_is_told_by_whoever_knows_it() {
    let before = "    models:\n      nova-1: { name: Nova, prices: free } # short\n";
    let mut row = row(Owner::Litellm, "nova-1");
    row.retires = Some((day(20_270_101), Some("https://acme.example/news".to_owned())));
    row.status = Some(Status::Deprecated);
    let (inputs, _) = imported(inputs(before), Owner::Litellm, vec![row]);
    let retired = "    models:
      # short
      nova-1:
        name: Nova
        status: deprecated
        retired: { on: 2027-01-01, source: https://acme.example/news }
        prices: free
";
    assert_eq!(models(&inputs), retired);
    let mut own = super::row(Owner::ModelsDev, "nova-1");
    own.name = Some("Nova".to_owned());
    own.price = Said::Free;
    let (inputs, _) = imported(inputs, Owner::ModelsDev, vec![own]);
    assert_eq!(models(&inputs), retired);
}

#[test]
fn a_state_is_never_made_of_a_price_nor_a_price_of_a_state() {
    let free = Row { price: Said::Free, ..row(Owner::ModelsDev, "nova-1") };
    check(
        "",
        Owner::ModelsDev,
        vec![free],
        "    models:\n      nova-1:\n        name: nova-1\n        prices: free\n",
    );
    let before = "    models:\n      nova-1:\n        name: nova-1\n        prices: free\n";
    let priced = priced(Owner::Litellm, "nova-1", vec![card(100, 200)]);
    let (inputs, _) = imported(inputs(before), Owner::Litellm, vec![priced]);
    let models = models(&inputs);
    assert!(models.contains("input: 1, output: 2") || models.contains("input: 1\n"), "{models}");
    assert!(models.contains("says: free"), "{models}");
}

/// A service tier that is the whole of what the other card says is added once; one that says less, or that goes with
/// another ordinary price, is not.
#[test]
fn a_pinned_price_list_gets_the_service_tiers_that_it_leaves_open() {
    let tier = |service_tier, input, output| Card { service_tier, ..card(input, output) };
    let without_output = |mut card: Card| {
        card.rates.0.retain(|(meter, _)| *meter == Meter::Input);
        card
    };
    let said = vec![
        card(200, 1_000),
        tier(ServiceTier::Batch, 100, 500),
        tier(ServiceTier::Flex, 100, 400),
        without_output(tier(ServiceTier::Priority, 400, 2_000)),
    ];
    let list = |prices: &str| {
        format!(
            "    models:\n      nova-1:\n        name: Nova\n        pinned: true\n        prices:\n{prices}"
        )
    };
    let pinned = "          - { input: 2, output: 10 } # by hand\n          - { service_tier: flex, like: standard, times: 0.5 }\n";
    let batch = format!(
        "{pinned}          - service_tier: batch\n            input: 1\n            output: 5\n            source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json\n            checked: 2026-09\n"
    );
    let rows = || vec![priced(Owner::Litellm, "nova-1", said.clone())];
    check(&list(pinned), Owner::Litellm, rows(), &list(&batch));
    check(&list(&batch), Owner::Litellm, rows(), &list(&batch));

    let other = "          - { input: 3, output: 10 }\n";
    check(&list(other), Owner::Litellm, rows(), &list(other));
    // A price of one region is not that of all.
    let regional = "          - { region: eu, input: 2, output: 10 }\n";
    check(&list(regional), Owner::Litellm, rows(), &list(regional));
}
