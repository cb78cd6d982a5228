//! `portolan price`.

use serde_json::{Value, json};

use crate::{PRO, json_of, keys, run};

#[test]
fn a_price_is_exact_and_says_what_it_is_made_of() {
    let price = json_of(
        &["price", PRO, "--input", "300000", "--output", "1000", "--at", "2026-05-01", "--json"],
        &[],
    );
    let fields = ["ref", "state", "currency", "total", "lines", "card", "assumed"];
    assert_eq!(keys(&price), fields);
    assert_eq!((&price["total"], &price["currency"]), (&json!("0.606"), &json!("USD")));
    assert_eq!(
        price["lines"][0],
        json!({
            "meter": "input", "units": 300_000, "per": 1_000_000, "unit_price": "2", "amount": "0.6",
        })
    );
    let (_, text, _) = run(&["price", PRO, "--meter", "input=1000000"], &[]);
    assert!(text.ends_with("xiaomi/mimo-v2.5-pro: 0.435 USD\n"), "{text}");
}

#[test]
fn a_recorded_answer_is_priced_by_its_usage() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.txt");
    let path = file.to_str().unwrap();
    let stream = concat!(
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":null}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100,",
        "\"prompt_tokens_details\":{\"cached_tokens\":0}}}\n\ndata: [DONE]\n\n",
    );
    std::fs::write(&file, stream).unwrap();
    let price = json_of(&["price", PRO, "--response", path, "--json"], &[]);
    assert_eq!(price["total"], "0.000522");
    // What the answer does not say of its price, the person does.
    let searched = r#"{"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100,"num_search_queries":2}}"#;
    std::fs::write(&file, searched).unwrap();
    let sonar = ["price", "perplexity/sonar", "--response", path];
    let (code, _, unsaid) = run(&sonar, &[]);
    assert!(code == 1 && unsaid.contains("name one: `search_context=low`"), "{unsaid}");
    let low = ["--variant", "search_context=low", "--json"];
    assert_eq!(json_of(&[&sonar[..], &low].concat(), &[])["total"], "0.0111");
    #[cfg(unix)]
    {
        let (code, _, error) = run(&["price", PRO, "--response", "/dev/zero"], &[]);
        assert!(code == 1 && error.contains("larger than 64 MiB"), "{error}");
    }
    std::fs::write(&file, "<html>").unwrap();
    let (code, _, error) = run(&["price", PRO, "--response", path], &[]);
    assert!(code == 1 && error.ends_with("the provider did not say what was used\n"), "{error}");
    assert_eq!(run(&["price", PRO, "--response", path, "--input", "1"], &[]).0, 2);
}

#[test]
fn what_has_no_price_is_an_error() {
    let (code, out, error) = run(&["price", PRO, "--input", "1", "--service-tier", "batch"], &[]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(error, "error[price]: `xiaomi/mimo-v2.5-pro`: no card for service tier `batch`\n");
    let (code, _, error) = run(&["price", "xiaomi/mimo-v2.5-por", "--input", "1", "--json"], &[]);
    let error: Value = serde_json::from_str(&error).unwrap();
    assert_eq!((code, &error["error"]["code"]), (1, &json!("unknown-model")));
    assert!(error["error"]["help"].as_str().unwrap().contains(PRO));
    for wrong in [
        &["price", PRO][..],
        &["price", PRO, "--meter", "input"],
        &["price", PRO, "--meter", "inputs=1"],
        &["price", PRO, "--input", "1", "--at", "yesterday"],
        &["price", PRO, "--input", "1", "--variant", "size=big"],
        &["price", PRO, "--input", "1", "--service-tier", "turbo"],
        &["price", PRO, "--input", "-1"],
        &["frobnicate"],
    ] {
        assert_eq!(run(wrong, &[]).0, 2, "{wrong:?}");
    }
}
