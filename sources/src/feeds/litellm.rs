//! `litellm/model_prices_and_context_window.json`: the catalog in the shape of litellm's price map, under its own keys.
//!
//! Every key of the source's file that is an offering is here, with its `litellm_provider` and `mode` in litellm's own
//! words, which the index keeps. Prices are for one unit, and the conditions that the shape knows are parts of the names
//! of its fields: `_above_200k_tokens`, `_batches`, `_720p`. What nobody knows is left out.

mod fields;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use portolan_codegen::catalog::{Catalog, Facts, Model, Price, Provider};
use portolan_codegen::manifest::Word;
use portolan_types::{Capability, Modality, Timestamp};
use serde::Serialize;

use self::fields::Rated;
pub use self::fields::Rules;
use super::{Exact, flattened, layout};
use crate::choose;
use crate::flat::Flat;
use crate::index::{Entry, Index};

/// The feed: litellm's price map.
pub type Map = BTreeMap<String, Fields>;

/// What an entry says, by field.
pub type Fields = BTreeMap<String, Said>;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Said {
    /// A price.
    Price(Exact),
    /// Prices by size.
    Prices(BTreeMap<String, Exact>),
    /// A number of tokens.
    Count(u64),
    /// Whether something is so.
    Flag(bool),
    /// A word.
    Text(String),
    /// The ends of a range.
    Ends([u64; 2]),
    /// Prices by range.
    Ranges(Vec<BTreeMap<String, Said>>),
}

/// The file.
pub fn json(map: &Map) -> String {
    layout::json(map, 1)
}

/// An entry of the feed by its key.
pub fn entry(map: &Map, key: &str) -> Option<Flat> {
    flattened(map.get(key)?)
}

/// What the file says on a day.
///
/// # Errors
/// Keys of the index that are no offering of the catalog, all of them.
pub fn map(catalog: &Catalog, day: Timestamp, index: &Index, rules: &Rules) -> anyhow::Result<Map> {
    let providers: BTreeMap<_, _> =
        catalog.providers().map(|(_, provider)| (provider.id.as_str(), provider)).collect();
    let (mut map, mut lost) = (Map::new(), String::new());
    for (key, entry) in index.placed() {
        let place = &entry.place;
        let provider = providers.get(place.provider.as_str()).copied();
        let found = provider.and_then(|own| Some((own, choose::model(own, &place.model)?)));
        if let Some((provider, model)) = found {
            let about = About { key, provider, model, entry, day };
            map.insert(key.to_owned(), about.fields(rules));
        } else {
            let _ = write!(lost, "\n  `{key}`: there is no `{}/{}`", place.provider, place.model);
        }
    }
    anyhow::ensure!(
        lost.is_empty(),
        "the index of litellm and the manifests do not fit; run `cargo xtask import`:{lost}"
    );
    Ok(map)
}

/// A key of the feed and what it is about.
struct About<'a> {
    key: &'a str,
    provider: &'a Provider,
    model: &'a Model,
    entry: &'a Entry,
    day: Timestamp,
}

impl About<'_> {
    fn fields(&self, rules: &Rules) -> Fields {
        let Self { provider, model, .. } = self;
        let mut fields = Fields::new();
        let (repeats, words): (Vec<_>, Vec<_>) =
            self.entry.words.iter().partition(|(field, _)| field.contains("cost"));
        for (field, word) in words {
            fields.insert(field.clone(), from_word(word));
        }
        let capability = model.facts.capability.0;
        if let (false, Some(mode)) = (fields.contains_key("mode"), mode(capability)) {
            fields.insert("mode".to_owned(), Said::Text(mode.to_owned()));
        }
        facts(&model.facts, &mut fields);
        if let Some(day) = model.retires {
            fields.insert("deprecation_date".to_owned(), Said::Text(day.0.to_string()));
        }
        let source = model.source.url.as_ref().or(provider.source.url.as_ref());
        if let Some(url) = source {
            fields.insert("source".to_owned(), Said::Text(url.clone()));
        }
        self.price(rules, &mut fields);
        for (field, source) in repeats {
            if let Some(price) = fields.get(source).cloned() {
                fields.entry(field.clone()).or_insert(price);
            }
        }
        if fields.contains_key("cache_read_input_token_cost") {
            fields.insert("supports_prompt_caching".to_owned(), Said::Flag(true));
        }
        fields
    }

    fn price(&self, rules: &Rules, fields: &mut Fields) {
        let Self { key, provider, model, entry, day } = *self;
        match &model.price {
            Price::Unknown => {}
            // The shape has one word for both: nothing to pay for a token.
            Price::Free | Price::Included => {
                for field in ["input_cost_per_token", "output_cost_per_token"] {
                    fields.insert(field.to_owned(), Said::Price(Exact::ZERO));
                }
            }
            Price::Priced(cards) => {
                let region = choose::region(entry.place.region.as_deref(), provider);
                let most_input = model.facts.max_input.or(model.facts.context).unwrap_or_default();
                Rated { key, cards, entry, region, day, most_input, rules }.write(fields);
            }
        }
    }
}

/// A word of the index as the value that it was.
fn from_word(word: &str) -> Said {
    match word {
        "true" => Said::Flag(true),
        "false" => Said::Flag(false),
        number if number.parse::<u64>().is_ok() => Said::Count(number.parse().unwrap_or_default()),
        text => Said::Text(text.to_owned()),
    }
}

/// What litellm calls a capability.
fn mode(capability: Capability) -> Option<&'static str> {
    match capability {
        Capability::Chat | Capability::ImageUnderstanding => Some("chat"),
        Capability::Speech => Some("audio_speech"),
        Capability::Transcription => Some("audio_transcription"),
        Capability::RealtimeVoice => Some("realtime"),
        Capability::Image => Some("image_generation"),
        Capability::Video => Some("video_generation"),
        Capability::Embeddings => Some("embedding"),
        Capability::Rerank => Some("rerank"),
        Capability::Ocr => Some("ocr"),
        Capability::Moderation => Some("moderation"),
        Capability::WebSearch => Some("search"),
        _ => None,
    }
}

/// Limits and features. A feature that nobody stated is left out, as the shape does.
fn facts(facts: &Facts, fields: &mut Fields) {
    let counts = [
        ("max_input_tokens", facts.max_input.or(facts.context)),
        ("max_output_tokens", facts.max_output),
        ("max_tokens", facts.max_output),
    ];
    for (field, count) in counts {
        if let Some(count) = count {
            fields.insert(field.to_owned(), Said::Count(count));
        }
    }
    let takes = |modality| facts.input.contains(&Word(modality)).then_some(true);
    let gives = |modality| facts.output.contains(&Word(modality)).then_some(true);
    let flags = [
        ("supports_function_calling", facts.tools),
        ("supports_reasoning", facts.reasoning),
        ("supports_response_schema", facts.structured_output),
        ("supports_vision", takes(Modality::Image)),
        ("supports_pdf_input", takes(Modality::Pdf)),
        ("supports_audio_input", takes(Modality::Audio)),
        ("supports_video_input", takes(Modality::Video)),
        ("supports_audio_output", gives(Modality::Audio)),
    ];
    for (field, flag) in flags {
        if let Some(flag) = flag {
            fields.insert(field.to_owned(), Said::Flag(flag));
        }
    }
}
