//! What is on answers, and nothing else does. `.ci/run` runs this with each feature alone and with none.

extern crate std;

use std::format;

/// A catalog, whether it is on, and a ref of it.
const REFS: [(&str, bool, &str); 4] = [
    ("clouds", cfg!(feature = "clouds"), "groq/openai/gpt-oss-120b"),
    ("gateways", cfg!(feature = "gateways"), "openrouter/ai21/jamba-large-1.7"),
    ("labs", cfg!(feature = "labs"), "xiaomi/mimo-v2.5-pro"),
    ("local", cfg!(feature = "local"), "lmstudio/openai/gpt-oss-20b"),
];

#[test]
fn a_catalog_answers_if_its_feature_is_on() {
    for (catalog, on, reference) in REFS {
        let provider = reference.split('/').next().unwrap();
        assert_eq!(crate::CATALOGS.iter().any(|listed| listed.id == catalog), on, "{catalog}");
        assert_eq!(crate::provider(provider).is_some(), on, "{provider}");
        assert_eq!(crate::find(reference).is_ok(), on, "{reference}");
    }
}

#[test]
fn every_model_that_is_on_is_found() {
    assert_eq!(crate::models().next().is_some(), REFS.iter().any(|(_, on, _)| *on));
    for model in crate::models() {
        let reference = format!("{}/{}", model.provider, model.id);
        assert!(core::ptr::eq(crate::find(&reference).unwrap().model, model), "{reference}");
    }
}
