//! What models.dev says of a model, as facts of ours.
//!
//! A limit of zero is no limit that anybody stated. What is not for chat says so by what comes out (images, video, sound
//! alone) or by a rule of the mapping; the output limit of an embedding model is the length of its vector and no limit.

use portolan_codegen::catalog::{Facts, ReasoningControl};
use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Api, Capability, Date, Modality, Status};

use super::api::{self, Interleaved, Override, ReasoningOption, Shape};
use crate::row::Omitted;

/// What is found beside the facts.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) omitted: Vec<Omitted>,
    /// A field and what is wrong with it.
    pub(super) mistakes: Vec<(&'static str, String)>,
}

/// The facts. `declared` is what the mapping says that the model does.
pub(super) fn facts(said: &api::Facts, declared: Option<Capability>, beside: &mut Beside) -> Facts {
    let input = modalities("modalities.input", &said.modalities.input, beside);
    let mut output = modalities("modalities.output", &said.modalities.output, beside);
    let capability = declared.unwrap_or_else(|| by_output(&input, &output));
    if capability == Capability::Embeddings {
        output = vec![Word(Modality::Embedding)];
    }
    let limit = |tokens: u64| (tokens != 0).then_some(tokens);
    Facts {
        capability: Word(capability),
        family: said.family.clone(),
        released: day("release_date", Some(&said.release_date), beside),
        cutoff: day("knowledge", said.knowledge.as_deref(), beside),
        input,
        output,
        context: limit(said.limit.context),
        max_input: input_limit(said, beside),
        max_output: output_limit(said, capability, beside),
        reasoning: Some(said.reasoning),
        reasoning_control: said.reasoning_options.as_deref().and_then(|all| control(all, beside)),
        tools: Some(said.tool_call),
        structured_output: said.structured_output,
        temperature: said.temperature,
        attachments: Some(said.attachment),
        open_weights: Some(said.open_weights),
        reasoning_field: reasoning_field(said, beside),
        token_limit_field: None,
        refuses: Vec::new(),
    }
}

/// Where the offering is in its life, if it is not simply for use.
pub(super) fn status(said: &api::Facts) -> Option<Status> {
    said.status.as_ref().map(|status| match status {
        api::Status::Alpha | api::Status::Beta => Status::Preview,
        api::Status::Deprecated => Status::Deprecated,
    })
}

/// The protocol that the offering speaks, where the source says that it is not what its provider speaks.
pub(super) fn api(said: &Override, beside: &mut Beside) -> Option<Api> {
    if let Some(url) = &said.api {
        omit("provider.api", url, "the address of a protocol is the provider's", beside);
    }
    let by_shape = said.shape.map(|shape| match shape {
        Shape::Responses => Api::OpenaiResponses,
        Shape::Completions => Api::OpenaiCompletions,
    });
    let by_package = || match said.npm.as_deref()? {
        "@ai-sdk/anthropic" => Some(Api::AnthropicMessages),
        "@ai-sdk/google" => Some(Api::GoogleGenerativeAi),
        "@ai-sdk/google-vertex/anthropic" => Some(Api::GoogleVertex),
        "@ai-sdk/openai" => Some(Api::OpenaiResponses),
        "@ai-sdk/openai-compatible" => Some(Api::OpenaiCompletions),
        _ => None,
    };
    let api = by_shape.or_else(by_package);
    if let (None, Some(npm)) = (api, &said.npm) {
        omit("provider.npm", npm, "the package stands for no protocol of ours", beside);
    }
    api
}

fn by_output(input: &[Word<Modality>], output: &[Word<Modality>]) -> Capability {
    let only = |side: &[Word<Modality>], modality| side.iter().all(|word| word.0 == modality);
    let text_in = input.iter().any(|word| word.0 == Modality::Text);
    if output.is_empty() || output.iter().any(|word| word.0 == Modality::Text) {
        let speech_in =
            !input.is_empty() && only(input, Modality::Audio) && only(output, Modality::Text);
        return if speech_in { Capability::Transcription } else { Capability::Chat };
    }
    if output.iter().any(|word| word.0 == Modality::Video) {
        Capability::Video
    } else if output.iter().any(|word| word.0 == Modality::Image) {
        Capability::Image
    } else if text_in {
        Capability::Speech
    } else {
        Capability::RealtimeVoice
    }
}

fn modalities(field: &'static str, said: &[String], beside: &mut Beside) -> Vec<Word<Modality>> {
    let mut known = Vec::with_capacity(said.len());
    for text in said {
        match Modality::from_id(text) {
            Some(modality) if known.contains(&Word(modality)) => {}
            Some(modality) => known.push(Word(modality)),
            None => beside.mistakes.push((field, format!("unknown modality `{text}`"))),
        }
    }
    known.sort_unstable();
    known
}

fn day(field: &str, text: Option<&str>, beside: &mut Beside) -> Option<Day> {
    let text = text?;
    let day = Date::parse(text).map(Day);
    if day.is_none() {
        omit(field, text, "there is no such day", beside);
    }
    day
}

/// More input than the context holds is no limit.
fn input_limit(said: &api::Facts, beside: &mut Beside) -> Option<u64> {
    let tokens = said.limit.input.filter(|tokens| *tokens != 0)?;
    if said.limit.context != 0 && tokens > said.limit.context {
        omit("limit.input", &tokens.to_string(), "above the context window", beside);
        return None;
    }
    Some(tokens)
}

fn output_limit(said: &api::Facts, capability: Capability, beside: &mut Beside) -> Option<u64> {
    let tokens = said.limit.output?;
    match capability {
        _ if tokens == 0 => None,
        Capability::Embeddings => {
            let why = "of an embedding model it is the length of the vector";
            omit("limit.output", &tokens.to_string(), why, beside);
            None
        }
        _ => Some(tokens),
    }
}

fn reasoning_field(said: &api::Facts, beside: &mut Beside) -> Option<String> {
    match said.interleaved.as_ref()? {
        Interleaved::In(field) => Some(field.field.clone()),
        Interleaved::Said(said) => {
            let why = "it names no field of an answer";
            omit("interleaved", &said.to_string(), why, beside);
            None
        }
    }
}

/// How a request controls the reasoning. An empty list says that there is no way, which is what none says too.
fn control(options: &[ReasoningOption], beside: &mut Beside) -> Option<ReasoningControl> {
    let mut control = ReasoningControl {
        toggle: None,
        efforts: Vec::new(),
        default_effort: None,
        budget_min: None,
        budget_max: None,
    };
    for option in options {
        match option {
            ReasoningOption::Toggle { default } => {
                control.toggle = Some(true);
                unsaid("reasoning_options.toggle.default", default.as_ref(), beside);
            }
            ReasoningOption::Effort { values, default } => {
                control.default_effort.clone_from(default);
                control.efforts.extend(values.iter().flatten().cloned());
                if values.contains(&None) {
                    let why = "a request that names none names no effort";
                    omit("reasoning_options.effort.values", "null", why, beside);
                }
            }
            ReasoningOption::BudgetTokens { min, max, default } => {
                unsaid("reasoning_options.budget_tokens.default", default.as_ref(), beside);
                control.budget_min = tokens("reasoning_options.budget_tokens.min", *min, beside);
                control.budget_max = tokens("reasoning_options.budget_tokens.max", *max, beside);
                if min.is_none() && max.is_none() {
                    omit(
                        "reasoning_options.budget_tokens",
                        "{}",
                        "a budget without bounds",
                        beside,
                    );
                }
            }
        }
    }
    let says_something = control.toggle.is_some()
        || !control.efforts.is_empty()
        || control.budget_min.is_some()
        || control.budget_max.is_some();
    says_something.then_some(control)
}

/// A default that the vocabulary has for efforts alone.
fn unsaid(field: &str, value: Option<&impl ToString>, beside: &mut Beside) {
    if let Some(value) = value {
        omit(field, &value.to_string(), "only efforts have a default here", beside);
    }
}

fn tokens(field: &str, said: Option<i64>, beside: &mut Beside) -> Option<u64> {
    let tokens = said.map(u64::try_from)?;
    if tokens.is_err() {
        let said = said.unwrap_or_default().to_string();
        omit(
            field,
            &said,
            "no number of tokens, but a word of the vendor's for as many as it likes",
            beside,
        );
    }
    tokens.ok()
}

pub(super) fn omit(field: &str, value: &str, why: &str, beside: &mut Beside) {
    let (field, value, why) = (field.to_owned(), value.to_owned(), why.to_owned());
    beside.omitted.push(Omitted { field, value, why });
}
