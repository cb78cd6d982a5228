//! Small manifests before and after an import.

mod facts;
mod life;

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Facts, Rates, Source};
use portolan_codegen::compile;
use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Capability, Currency, Date, Meter, ServiceTier, Status};

use super::*;
use crate::row::{Card, Place, Row, Said};

const HEAD: &str = "\
vendor: acme
name: Acme
source: https://models.dev/api.json
checked: 2026-06-01
providers:
  acme:
    name: Acme
    coverage: static
    endpoints: { openai-completions: https://api.acme.example/v1 }
    region: { default: eu }
    regions: { eu: { name: Europe }, cn: { name: China } }
";

const LAB: &str = "\
lab: acme
name: Acme
source: https://models.dev/api.json
checked: 2026-06-01
models:
  nova: { name: Nova, family: nova, limits: { context: 100_000 }, features: { tools: true } }
";

fn day(number: u32) -> Day {
    Day(Date(number))
}

fn origin(owner: Owner) -> Origin {
    let as_of = match owner {
        Owner::ModelsDev => 20_260_702,
        Owner::Litellm => 20_260_900,
        _ => 20_261_110,
    };
    Origin { owner, as_of: day(as_of) }
}

fn facts() -> Facts {
    serde_json::from_str(r#"{ "capability": "chat" }"#).unwrap()
}

fn row(owner: Owner, model: &str) -> Row {
    Row {
        key: format!("acme/{model}"),
        place: Place {
            provider: "acme".to_owned(),
            model: model.to_owned(),
            region: None,
            service_tier: None,
            variants: Vec::new(),
        },
        name: None,
        base: None,
        api: None,
        facts: facts(),
        status: None,
        retires: None,
        last_seen: None,
        price: Said::Unknown,
        source: origin(owner).source(),
        vendor_page: false,
        notes: Vec::new(),
        words: BTreeMap::new(),
        omitted: Vec::new(),
    }
}

fn card(input: u64, output: u64) -> Card {
    const CENT: u64 = 10_000_000_000;
    let rates = Rates(vec![(Meter::Input, input * CENT), (Meter::Output, output * CENT)]);
    Card::of(Currency::Usd, rates)
}

fn priced(owner: Owner, model: &str, cards: Vec<Card>) -> Row {
    Row { price: Said::Priced(cards), ..row(owner, model) }
}

fn inputs(models: &str) -> Vec<Input> {
    let input =
        |path: &str, text: String| Input { path: path.to_owned(), bytes: text.into_bytes() };
    vec![
        input("labs/acme.yaml", format!("{HEAD}{models}")),
        input("models/acme.yaml", LAB.to_owned()),
    ]
}

fn try_import(
    inputs: &[Input],
    owner: Owner,
    rows: Vec<Row>,
    index: &str,
) -> Result<Imported, Vec<String>> {
    let catalog = compile(inputs.to_vec(), "").result.expect("the manifests compile");
    let reading = Reading { rows, ..Reading::default() };
    let origin = origin(owner);
    import(&Task { inputs, catalog: &catalog, reading: &reading, bases: &[], origin, index })
}

/// Imports rows; returns the manifests, which compile, and what else came of it. A second import changes nothing.
#[track_caller]
fn imported(mut inputs: Vec<Input>, owner: Owner, rows: Vec<Row>) -> (Vec<Input>, Imported) {
    let done = try_import(&inputs, owner, rows.clone(), "").unwrap();
    for changed in &done.manifests {
        let place = inputs.iter_mut().find(|input| input.path == changed.path).unwrap();
        place.bytes.clone_from(&changed.bytes);
    }
    let compiled = compile(inputs.clone(), "");
    if let Err(mistakes) = &compiled.result {
        panic!("{mistakes:?}\n{}", text(&inputs));
    }
    let again = try_import(&inputs, owner, rows, &done.index).unwrap();
    let changed: Vec<_> =
        again.manifests.iter().map(|input| String::from_utf8_lossy(&input.bytes)).collect();
    assert!(changed.is_empty(), "once more: {}\n{}", changed.concat(), text(&inputs));
    (inputs, done)
}

fn text(inputs: &[Input]) -> String {
    String::from_utf8(inputs[0].bytes.clone()).unwrap()
}

/// The text after the head.
#[track_caller]
fn models(inputs: &[Input]) -> String {
    let text = text(inputs);
    let (_, models) = text.split_once("cn: { name: China } }\n").unwrap();
    models.to_owned()
}

#[track_caller]
fn check(before: &str, owner: Owner, rows: Vec<Row>, after: &str) -> Imported {
    let (inputs, done) = imported(inputs(before), owner, rows);
    assert_eq!(models(&inputs), after);
    done
}

#[test]
fn a_missing_model_is_added_with_what_its_base_does_not_say() {
    let mut nova = priced(Owner::ModelsDev, "nova-1", vec![card(100, 200)]);
    nova.base = Some("acme/nova".to_owned());
    nova.name = Some("Nova".to_owned());
    nova.facts = Facts {
        family: Some("nova".to_owned()),
        context: Some(200_000),
        tools: Some(true),
        ..facts()
    };
    let done = check(
        "    capabilities: { speech: { call: POST /v1/speech } }\n",
        Owner::ModelsDev,
        vec![nova],
        "    models:
      nova-1:
        base: acme/nova
        limits: { context: 200_000 }
        prices:
          - { input: 1, output: 2 }
    capabilities: { speech: { call: POST /v1/speech } }
",
    );
    assert_eq!(done.report.added, ["acme/nova-1"]);
    assert_eq!(done.index, "acme/nova-1\tacme/nova-1\t-\t-\t-\n");
}

#[test]
fn models_come_in_the_order_of_their_ids_and_comments_stay() {
    check(
        "    models: # all\n      # the first\n      b: { name: B, prices: free } # one\n\n      # the last\n      d:\n        name: D\n        prices: free # two\n    # the end\n",
        Owner::Litellm,
        vec![row(Owner::Litellm, "a"), row(Owner::Litellm, "c"), row(Owner::Litellm, "e")],
        "    models: # all
      a:
        name: a
        prices: unknown
        source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
        checked: 2026-09

      # the first
      b: { name: B, prices: free } # one

      c:
        name: c
        prices: unknown
        source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
        checked: 2026-09

      # the last
      d:
        name: D
        prices: free # two

      e:
        name: e
        prices: unknown
        source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
        checked: 2026-09
    # the end
",
    );
}

#[test]
fn the_sources_own_facts_are_brought_up_to_date_and_the_rest_stays() {
    let mut nova = priced(Owner::ModelsDev, "nova-1", vec![card(300, 400)]);
    nova.name = Some("Nova One".to_owned());
    nova.facts = Facts { context: Some(50_000), ..facts() };
    nova.status = Some(Status::Preview);
    check(
        "    models:
      nova-1:
        name: Nova 1 # the old name
        aliases: [nova-x]
        limits: { context: 100_000, output: 5_000 }
        # what it costs
        prices:
          # a page
          - { input: 1, output: 2 } # dollars
        notes: [Said by hand.]
",
        Owner::ModelsDev,
        vec![nova],
        "    models:
      nova-1:
        # the old name
        name: Nova One
        aliases: [nova-x]
        status: preview
        limits: { context: 50_000 }
        # what it costs
        # a page
        # dollars
        prices:
          - { input: 3, output: 4 }
        notes: [Said by hand.]
",
    );
    let (inputs, _) = imported(inputs(""), Owner::ModelsDev, vec![row(Owner::ModelsDev, "x")]);
    assert!(
        text(&inputs).contains("checked: 2026-07-02\nproviders:"),
        "the head is as of the new file"
    );
}

#[test]
fn what_is_pinned_stays_and_is_told() {
    let before = "    models:\n      nova-1: { name: Nova, pinned: true, limits: { context: 9 }, prices: [{ input: 1, output: 2 }] }\n";
    let mut nova = priced(Owner::ModelsDev, "nova-1", vec![card(300, 400)]);
    nova.facts = Facts { context: Some(50_000), ..facts() };
    let done = check(before, Owner::ModelsDev, vec![nova], before);
    let told: Vec<_> = done.report.pinned.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(
        told,
        ["context: 9, the source says 50000", "prices: no card here says input 3, output 4"]
    );
}

#[test]
fn what_is_missing_in_a_pinned_vendor_is_added_and_is_no_persons_word() {
    let mut inputs = inputs("");
    inputs[0].bytes =
        text(&inputs).replace("providers:\n", "pinned: true\nproviders:\n").into_bytes();
    let rows = |price| vec![priced(Owner::ModelsDev, "nova-1", vec![card(price, 200)])];
    let (inputs, _) = imported(inputs, Owner::ModelsDev, rows(100));
    assert!(text(&inputs).contains("checked: 2026-06-01\npinned"), "the head is a person's too");
    let expected = |price| {
        format!(
            "    models:\n      nova-1:\n        name: nova-1\n        pinned: false\n        prices:\n          - {{ input: {price}, output: 2 }}\n        source: https://models.dev/api.json\n        checked: 2026-07-02\n"
        )
    };
    assert_eq!(models(&inputs), expected(1));
    let (inputs, _) = imported(inputs, Owner::ModelsDev, rows(300));
    assert_eq!(models(&inputs), expected(3));
}

#[test]
fn hostile_ids_and_texts_are_only_texts() {
    let ids = [
        "1e5", "302", "no", "null", "a:b", "@cf/x", "a#b", "*", "&x", "'", "\"", "{x}", "<<", "-",
        "model@2", "~",
    ];
    let rows = ids.iter().map(|id| Row {
        name: Some("- \"a\": #b\u{202e}模 {x}, [y]".to_owned()),
        notes: vec!["yes".to_owned(), "a: b # c".to_owned()],
        ..row(Owner::ModelsDev, id)
    });
    let (inputs, done) = imported(inputs(""), Owner::ModelsDev, rows.collect());
    let catalog = compile(inputs, "").result.unwrap();
    let mut found: Vec<_> =
        catalog.vendors[0].providers[0].models.iter().map(|model| model.id.as_str()).collect();
    let mut expected = ids.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(done.report.added.len(), ids.len());
}

#[test]
fn what_no_manifest_can_hold_is_listed_and_in_the_index() {
    let done = check(
        "",
        Owner::ModelsDev,
        vec![row(Owner::ModelsDev, "a b"), row(Owner::ModelsDev, "x")],
        "    models:\n      x:\n        name: x\n        prices: unknown\n",
    );
    assert_eq!(done.report.omitted[0][..2], ["acme/a b", "id"]);
    let line = "acme/a b\t-\tno model id: an id is printable ASCII without spaces\n";
    assert!(done.index.starts_with(line), "{}", done.index);
    assert!(done.report.markdown("models-dev").contains("`acme/a b`"));
}

#[test]
fn ids_that_make_one_rust_name_get_names_of_their_own() {
    let mut gone = row(Owner::ModelsDev, "a-1");
    gone.last_seen = Some(day(20_260_301));
    let rows = vec![
        gone,
        row(Owner::ModelsDev, "a.1"),
        row(Owner::ModelsDev, "a_1"),
        row(Owner::ModelsDev, "models"),
    ];
    let (inputs, _) = imported(inputs(""), Owner::ModelsDev, rows);
    let catalog = compile(inputs, "").result.unwrap();
    let names: Vec<_> = catalog.vendors[0].providers[0]
        .models
        .iter()
        .map(|model| (model.id.as_str(), model.rust_name.as_str()))
        .collect();
    assert_eq!(
        names,
        [("a-1", "A_1_2"), ("a.1", "A_1"), ("a_1", "A_LOW_1"), ("models", "MODELS_2")]
    );
}

#[test]
fn every_unknown_provider_and_region_is_told_at_once() {
    let mut elsewhere = row(Owner::Litellm, "x");
    elsewhere.place.provider = "zenith".to_owned();
    let mut region = row(Owner::Litellm, "y");
    region.place.region = Some("us".to_owned());
    let mistakes =
        try_import(&inputs(""), Owner::Litellm, vec![elsewhere, region], "").unwrap_err();
    assert_eq!(mistakes.len(), 2);
    assert!(mistakes[0].contains("cargo xtask new vendor zenith"), "{mistakes:?}");
    assert!(
        mistakes[1].contains("`acme` has no region `us`") && mistakes[1].contains("labs/acme.yaml"),
        "{mistakes:?}"
    );
}

#[test]
fn an_alias_is_the_model_that_it_names() {
    let before = "    models:\n      nova-1:\n        name: nova-1\n        aliases: [nova-x]\n        prices: free\n";
    let alias = Row { price: Said::Free, ..row(Owner::ModelsDev, "nova-x") };
    let done = check(before, Owner::ModelsDev, vec![alias], before);
    assert_eq!(done.index, "acme/nova-x\tacme/nova-1\t-\t-\t-\n");
}

#[test]
fn a_new_base_model_goes_into_its_labs_file() {
    let inputs = inputs("");
    let catalog = compile(inputs.clone(), "").result.unwrap();
    let base = |id: &str| BaseModel {
        id: id.to_owned(),
        name: "Nova: 2".to_owned(),
        facts: Facts {
            context: Some(200_000),
            capability: Word(Capability::Embeddings),
            ..facts()
        },
        source: origin(Owner::ModelsDev).source(),
    };
    let task = |bases: &[BaseModel]| {
        let reading = Reading::default();
        let origin = origin(Owner::ModelsDev);
        import(&Task {
            inputs: &inputs,
            catalog: &catalog,
            reading: &reading,
            bases,
            origin,
            index: "",
        })
    };
    let mistakes = task(&[base("zenith/a"), base("acme/nova")]).unwrap_err();
    assert!(mistakes[0].contains("cargo xtask new models zenith"), "{mistakes:?}");
    let done = task(&[base("acme/nova-2")]).unwrap();
    let lab = done.manifests.iter().find(|input| input.path == "models/acme.yaml").unwrap();
    let added = "\n  nova-2:\n    name: \"Nova: 2\"\n    capability: embeddings\n    limits: { context: 200_000 }\n    source: https://models.dev/api.json\n    checked: 2026-07-02\n";
    assert_eq!(String::from_utf8_lossy(&lab.bytes), format!("{LAB}{added}"));
}
