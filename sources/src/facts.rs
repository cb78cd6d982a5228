//! Facts as texts by their keys in a manifest, so that those of two sources can be laid side by side.
//!
//! What is written here is read back here: a disagreement of a manifest keeps a value as such a text.

use std::fmt::Display;

use portolan_codegen::catalog::Facts;
use portolan_codegen::manifest::{Closed, Day, FactKey, Word};
use portolan_types::{Date, Modality};

use crate::flat::same;

/// A fact as a text; nothing if it is not stated. Lists are in one order.
pub fn text(facts: &Facts, key: FactKey) -> Option<String> {
    fn shown(value: Option<&impl Display>) -> Option<String> {
        value.map(ToString::to_string)
    }
    let day = |day: Option<Day>| day.map(|day| day.0.to_string());
    match key {
        FactKey::Family => facts.family.clone(),
        FactKey::Released => day(facts.released),
        FactKey::Cutoff => day(facts.cutoff),
        FactKey::OpenWeights => shown(facts.open_weights.as_ref()),
        FactKey::Input => list(&facts.input),
        FactKey::Output => list(&facts.output),
        FactKey::Context => shown(facts.context.as_ref()),
        FactKey::MaxInput => shown(facts.max_input.as_ref()),
        FactKey::MaxOutput => shown(facts.max_output.as_ref()),
        FactKey::Reasoning => shown(facts.reasoning.as_ref()),
        FactKey::Tools => shown(facts.tools.as_ref()),
        FactKey::StructuredOutput => shown(facts.structured_output.as_ref()),
        FactKey::Temperature => shown(facts.temperature.as_ref()),
        FactKey::Attachments => shown(facts.attachments.as_ref()),
        FactKey::ReasoningControl => {
            facts.reasoning_control.as_ref().and_then(|control| serde_json::to_string(control).ok())
        }
        FactKey::ReasoningField => facts.reasoning_field.clone(),
        FactKey::TokenLimitField => facts.token_limit_field.clone(),
        FactKey::Refuses => (!facts.refuses.is_empty()).then(|| facts.refuses.join(", ")),
    }
}

/// Says a fact by its text, or takes it back. False, and nothing is changed, if the text is none of that fact.
pub fn set(facts: &mut Facts, key: FactKey, text: Option<&str>) -> bool {
    macro_rules! put {
        ($field:ident, $read:expr) => {{
            let value = text.map($read);
            match value {
                Some(None) => return false,
                other => facts.$field = other.flatten(),
            }
        }};
    }
    let count = |text: &str| text.parse().ok();
    let flag = |text: &str| text.parse().ok();
    let day = |text: &str| Date::parse(text).map(Day);
    let word = |text: &str| Some(text.to_owned());
    match key {
        FactKey::Family => put!(family, word),
        FactKey::Released => put!(released, day),
        FactKey::Cutoff => put!(cutoff, day),
        FactKey::OpenWeights => put!(open_weights, flag),
        FactKey::Context => put!(context, count),
        FactKey::MaxInput => put!(max_input, count),
        FactKey::MaxOutput => put!(max_output, count),
        FactKey::Reasoning => put!(reasoning, flag),
        FactKey::Tools => put!(tools, flag),
        FactKey::StructuredOutput => put!(structured_output, flag),
        FactKey::Temperature => put!(temperature, flag),
        FactKey::Attachments => put!(attachments, flag),
        FactKey::ReasoningControl => {
            put!(reasoning_control, |text: &str| serde_json::from_str(text).ok());
        }
        FactKey::ReasoningField => put!(reasoning_field, word),
        FactKey::TokenLimitField => put!(token_limit_field, word),
        FactKey::Input | FactKey::Output => {
            let Some(words) = words(text.unwrap_or_default()) else { return false };
            *(if key == FactKey::Input { &mut facts.input } else { &mut facts.output }) = words;
        }
        FactKey::Refuses => {
            facts.refuses =
                text.into_iter().flat_map(|text| text.split(", ")).map(str::to_owned).collect();
        }
    }
    true
}

/// Whether two texts of a fact agree: a day agrees with its month.
pub fn agree(a: &str, b: &str) -> bool {
    same(a, b)
}

/// Whether a list of kinds of content says no more than another. Sources name the kinds that go in, not those that do not.
pub fn is_part(key: FactKey, said: &str, whole: &str) -> bool {
    matches!(key, FactKey::Input | FactKey::Output)
        && said.split(", ").all(|one| whole.split(", ").any(|other| other == one))
}

fn list(modalities: &[Word<Modality>]) -> Option<String> {
    let mut sorted = modalities.to_vec();
    sorted.sort_unstable();
    let texts: Vec<_> = sorted.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn words(text: &str) -> Option<Vec<Word<Modality>>> {
    let words = text.split(", ").filter(|word| !word.is_empty());
    words.map(|word| <Modality as Closed>::from_id(word).map(Word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_read_back_as_it_is_written() {
        let facts: Facts = serde_json::from_str(
            r#"{"capability":"chat","family":"nova","released":"2026-04-22","cutoff":"2025-08","input":["text","image"],
            "output":["text"],"context":200000,"max_input":190000,"max_output":8192,"reasoning":true,
            "reasoning_control":{"toggle":true,"efforts":["low","high"],"budget_min":1024},"tools":true,
            "structured_output":false,"temperature":true,"attachments":false,"open_weights":true,
            "reasoning_field":"reasoning_content","token_limit_field":"max_tokens","refuses":["top_p","seed"]}"#,
        )
        .unwrap();
        let mut read = Facts { capability: facts.capability, ..Facts::clone(&empty()) };
        for key in FactKey::all() {
            let text = text(&facts, *key).unwrap_or_else(|| panic!("{} is stated", key.id()));
            assert!(set(&mut read, *key, Some(&text)), "{}", key.id());
        }
        assert_eq!(read, facts);
        for key in FactKey::all() {
            assert!(set(&mut read, *key, None));
        }
        assert_eq!(read, empty());
    }

    fn empty() -> Facts {
        serde_json::from_str(r#"{"capability":"chat"}"#).unwrap()
    }

    #[test]
    fn words_of_a_person_are_no_value() {
        let mut facts = empty();
        for (key, text) in [
            (FactKey::Context, "200k"),
            (FactKey::Tools, "some"),
            (FactKey::Input, "text and image"),
            (FactKey::Released, "spring"),
        ] {
            assert!(!set(&mut facts, key, Some(text)), "{text}");
        }
        assert_eq!(facts, empty());
    }

    #[test]
    fn a_shorter_list_of_kinds_is_part_of_a_longer_one() {
        assert!(is_part(FactKey::Input, "text", "text, image"));
        assert!(!is_part(FactKey::Input, "text, audio", "text, image"));
        assert!(!is_part(FactKey::Context, "1", "1, 2"));
    }
}
