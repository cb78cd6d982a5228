//! What a user's file may say, and what of it is never shown.

use super::*;
use crate::render::{Format, render};

fn public() -> Public {
    let manifest = "\
vendor: acme
name: Acme
source: https://acme.example
checked: 2026-11-01
providers:
  acme:
    name: Acme
    coverage: static
    endpoints: { openai-completions: https://api.acme.example/v1 }
    auth: { env: [ACME_API_KEY] }
    models:
      nova: { name: Nova, limits: { context: 1000 }, prices: [{ input: 1, output: 2 }] }
      nova-2: { name: Nova 2, prices: unknown }
";
    let input = Input { path: "labs/acme.yaml".to_owned(), bytes: manifest.into() };
    Public::new(crate::compile(vec![input], "").result.unwrap()).unwrap()
}

fn of(text: &str) -> User {
    let input = Input { path: "config.yaml".to_owned(), bytes: text.into() };
    read(&input, &["sk-"], || Ok(public())).unwrap()
}

fn shown(user: &User) -> String {
    render(&user.mistakes, &user.sources, Format::Human { styled: false })
}

#[test]
fn a_file_that_says_nothing_is_none() {
    for text in ["", "# nothing yet\n", "{}\n", "---\n"] {
        let user = of(text);
        assert!(user.mistakes.is_empty() && user.catalog.is_none(), "{text:?}: {}", shown(&user));
        assert!(user.file.unwrap().default_model.is_none());
    }
}

#[test]
fn a_provider_is_laid_over_the_public_one_or_is_the_users_own() {
    let user = of("\
providers:
  acme:
    endpoints: { openai-completions: https://proxy.example.com/v1 }
    models:
      nova: { prices: [{ input: 0.5, output: 1 }] }
  lan:
    endpoints: { openai-completions: http://127.0.0.1:1234/v1 }
    auth: { env: [ACME_API_KEY] }
    models:
      tiny:
      large: { name: Large, limits: { context: 9 }, prices: free }
");
    assert_eq!(shown(&user), "");
    let catalog = user.catalog.unwrap();
    let providers: Vec<_> = catalog.providers().collect();
    let [(acme, over), (config, lan)] = providers.as_slice() else { panic!("{providers:?}") };
    assert_eq!(
        (&*acme.id, &*acme.catalog, &*over.endpoints[0].url),
        ("acme", CATALOG, "https://proxy.example.com/v1")
    );
    assert_eq!(over.models.len(), 2);
    assert_eq!(over.models[0].facts.context, Some(1000));
    let Price::Priced(cards) = &over.models[0].price else { panic!("{over:?}") };
    assert_eq!((cards.len(), &cards[0].source), (1, &Source::default()));
    assert_eq!((&*config.id, &*lan.id, &*lan.name), (CATALOG, "lan", "lan"));
    assert!(lan.auth.required);
    let names: Vec<_> = lan.models.iter().map(|model| (&*model.id, &*model.name)).collect();
    assert_eq!(names, [("large", "Large"), ("tiny", "tiny")]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let user = of("\
default_modle: acme/nova
fallbacks: acme/nova
regions: { acme: [cn] }
keys: { acme: ACME_API_KEY, lan: \"x${A}\" }
providers:
  acme: { models: { nova-3: { prices: free } } }
  lan: { endpoint: http://127.0.0.1:1234/v1 }
");
    let codes: Vec<_> = user.mistakes.iter().map(|mistake| mistake.code.id()).collect();
    let expected = ["M0201", "M0203", "M0203", "M0211", "M0211", "M0410", "M0201"];
    assert_eq!(codes, expected, "{}", shown(&user));
    assert!(user.mistakes.iter().all(|mistake| mistake.help.is_some()), "{}", shown(&user));
}

#[test]
fn a_key_is_read_and_never_shown() {
    let user = of("keys: { acme: sk-planted-1, lan: 'anything at all' }\n");
    assert_eq!(shown(&user), "");
    let file = user.file.as_ref().unwrap();
    let keys: Vec<_> = file.keys.iter().map(|(id, key)| (&*id.value.0, &key.value)).collect();
    assert_eq!(
        keys,
        [
            ("acme", &UserKey::Literal("sk-planted-1".to_owned())),
            ("lan", &UserKey::Literal("anything at all".to_owned()))
        ]
    );
    assert!(!format!("{user:?}").contains("planted") && !format!("{user:?}").contains("anything"));
}

#[test]
fn a_key_in_the_wrong_place_is_not_shown() {
    let long = format!("sk-planted-{}", "p".repeat(90));
    for text in [
        "keys:\n  acme: [planted-1]\n",
        "keys:\n  acme:\n    - planted-1\n",
        "keys: planted-1\n",
        "keys: { acme: \"planted-1\n",
        "keys: { 'A b': planted-1 }\n",
        "default_model: sk-planted-1 x\n",
        "sk-planted-1: 1\n",
        "- sk-planted-1\n",
        "providers: { lan: { api_key: planted-1 } }\n",
        "providers:\n  lan:\n    apiKey: \"planted-1\"\n    endpoints: 1\n",
        "providers: { lan: { auth: { env: [sk-planted-1] } } }\n",
        "providers: { lan: { endpoints: { ollama: 'http://sk-planted-1@localhost' } } }\n",
        "providers: { lan: { headers: { Authorization: 'Bearer planted-1' } } }\n",
        "fallbacks: [plantedplantedplantedplanted1 x, 2]\n",
        &format!("default_model: '{long} '\n"),
        "token: !!str planted-1\n\u{7}",
        "# sk-planted-1\n\tx\n",
    ] {
        let user = of(text);
        assert!(!user.mistakes.is_empty(), "{text}");
        for format in [Format::Human { styled: false }, Format::Json, Format::Github] {
            let shown = render(&user.mistakes, &user.sources, format);
            assert!(!shown.contains("planted"), "{text}: {shown}");
        }
        assert!(!format!("{:?} {:?}", user.mistakes, user.sources).contains("planted"), "{text}");
    }
}

#[test]
fn another_machine_of_ones_network_is_asked_without_a_key() {
    let file = |header: &str| {
        format!(
            "providers:\n  box:\n    endpoints: {{ openai-completions: {{ url: 'http://box:8000/v1'{header} }} }}\n"
        )
    };
    assert_eq!(shown(&of(&file(", header: none"))), "");
    assert!(shown(&of(&file(""))).contains("a key would go to `http://box:8000/v1` unencrypted"));
    assert_eq!(
        shown(&of("providers: { box: { endpoints: { ollama: 'http://10.0.0.7:11434' } } }\n")),
        ""
    );
}
