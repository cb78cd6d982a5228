//! What an entry says of its model besides the price.

use portolan_codegen::catalog::{Facts, ReasoningControl};
use portolan_codegen::manifest::{Day, Word};
use portolan_types::{Capability, Date, Modality, Status};

use super::Scope;
use super::sink::Sink;

/// The facts of an entry.
pub(super) fn read(scope: &Scope<'_>, sink: &mut Sink<'_>) -> Facts {
    let mode = mode(scope, sink);
    let capability = mode.map_or(Word(Capability::Chat), |mode| mode.capability);
    let (max_input, max_output) = limits(sink);
    let (input, output) = modalities(scope, sink);
    Facts {
        capability: scope.rule.capability.unwrap_or(capability),
        family: None,
        released: None,
        cutoff: None,
        input,
        output,
        context: None,
        max_input,
        max_output,
        reasoning: sink.take_flag("supports_reasoning"),
        reasoning_control: reasoning(sink),
        tools: sink.take_flag("supports_function_calling"),
        structured_output: sink.take_flag("supports_response_schema"),
        temperature: sink.take_flag("supports_sampling_params"),
        attachments: sink.take_flag("supports_pdf_input"),
        open_weights: None,
        reasoning_field: None,
        token_limit_field: None,
        refuses: Vec::new(),
    }
}

fn mode<'a>(scope: &Scope<'a>, sink: &mut Sink<'_>) -> Option<&'a super::mapping::Mode> {
    let word = scope.mode.as_deref()?;
    let mode = scope.mapping.modes.get(word);
    if mode.is_none() {
        sink.wrong("mode", word, "one of the `modes` of sources/litellm.yaml");
    }
    mode
}

/// The most tokens in and out. `max_tokens` is an older name of one of the two, and which one nobody says.
fn limits(sink: &mut Sink<'_>) -> (Option<u64>, Option<u64>) {
    let max_input = sink.take_count("max_input_tokens");
    let max_output = sink.take_count("max_output_tokens");
    let legacy = sink.take_count("max_tokens");
    if legacy.is_some() && legacy != max_output && legacy != max_input {
        sink.omit(
            "max_tokens",
            "the older name of a limit of input or output: nobody says of which",
        );
    }
    (max_input, max_output)
}

/// The kinds of content: litellm's lists, else what its mode makes certain, else what its flags say of a chat model.
fn modalities(
    scope: &Scope<'_>,
    sink: &mut Sink<'_>,
) -> (Vec<Word<Modality>>, Vec<Word<Modality>>) {
    let mode = scope.mode.as_deref().and_then(|mode| scope.mapping.modes.get(mode));
    // A model that does something other than its mode says has other kinds of content too.
    let mode = mode.filter(|_| scope.rule.capability.is_none());
    let certain = mode.map(|mode| (mode.input.clone(), mode.output.clone())).unwrap_or_default();
    let input = list(sink, "supported_modalities");
    let output = list(sink, "supported_output_modalities");
    let in_flags = [
        ("supports_vision", Modality::Image),
        ("supports_image_input", Modality::Image),
        ("supports_embedding_image_input", Modality::Image),
        ("supports_audio_input", Modality::Audio),
        ("supports_video_input", Modality::Video),
        ("supports_pdf_input", Modality::Pdf),
    ];
    let out_flags = [("supports_audio_output", Modality::Audio)];
    let input_flags = flags(sink, &in_flags);
    let output_flags = flags(sink, &out_flags);
    let is_text = certain.0.contains(&Word(Modality::Text));
    let input = input.unwrap_or_else(|| match input_flags {
        // A flag says one kind; that text goes in too is the mode's.
        Some(flags) if is_text => joined(&certain.0, flags),
        _ if scope.mode.as_deref() == Some("chat") => Vec::new(),
        _ => certain.0,
    });
    let output = output.unwrap_or_else(|| match output_flags {
        None if scope.mode.as_deref() == Some("chat") && input.is_empty() => Vec::new(),
        flags => joined(&certain.1, flags.unwrap_or_default()),
    });
    unheard(sink, &in_flags, &input);
    unheard(sink, &out_flags, &output);
    (input, output)
}

/// Flags that say a kind which is not among those that go in or out: a list leaves it out, or nobody says what else does.
fn unheard(sink: &mut Sink<'_>, flags: &[(&str, Modality)], kinds: &[Word<Modality>]) {
    for (field, kind) in flags {
        if sink.take_flag(field) == Some(true) && !kinds.contains(&Word(*kind)) {
            let why = if kinds.is_empty() {
                "it names one kind of content, and no field names the others"
            } else {
                "the entry's own list of kinds of content does not have it"
            };
            sink.omit(field, why);
        }
    }
}

fn joined(certain: &[Word<Modality>], more: Vec<Modality>) -> Vec<Word<Modality>> {
    let mut all: Vec<_> = certain.iter().copied().chain(more.into_iter().map(Word)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The kinds that flags name; nothing if there is no flag.
fn flags(sink: &mut Sink<'_>, flags: &[(&str, Modality)]) -> Option<Vec<Modality>> {
    let said: Vec<_> =
        flags.iter().filter_map(|(field, kind)| Some((sink.take_flag(field)?, *kind))).collect();
    let kinds = said.iter().filter(|(is, _)| *is).map(|(_, kind)| *kind).collect();
    (!said.is_empty()).then_some(kinds)
}

fn list(sink: &mut Sink<'_>, field: &str) -> Option<Vec<Word<Modality>>> {
    let words: Vec<String> = sink.take_as(field, "a list of kinds of content")?;
    let mut kinds = Vec::new();
    for word in &words {
        match Modality::from_id(word) {
            Some(kind) => kinds.push(Word(kind)),
            None => sink.omit(field, &format!("`{word}` is no kind of content of ours")),
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    Some(kinds)
}

fn reasoning(sink: &mut Sink<'_>) -> Option<ReasoningControl> {
    let efforts: Option<Vec<String>> =
        sink.take_as("reasoning_effort_levels", "a list of effort levels");
    let default_effort = sink.take_text("default_reasoning_effort");
    let toggle = sink.take_flag("thinking_always_on").filter(|always| *always).map(|_| false);
    let control = ReasoningControl {
        toggle,
        efforts: efforts.unwrap_or_default(),
        default_effort,
        budget_min: None,
        budget_max: None,
    };
    let says = toggle.is_some() || !control.efforts.is_empty() || control.default_effort.is_some();
    says.then_some(control)
}

/// The retirement: past if its day is not after the file's, which may be a month.
pub(super) fn retirement(
    scope: &Scope<'_>,
    sink: &mut Sink<'_>,
) -> (Option<Status>, Option<(Day, Option<String>)>) {
    const FIELD: &str = "deprecation_date";
    let Some(text) = sink.take_text(FIELD) else { return (None, None) };
    let Some(date) = Date::parse(&text) else {
        sink.wrong(FIELD, &text, "a date, as `2026-05-27`");
        return (None, None);
    };
    let as_of = scope.mapping.as_of.0.to_string();
    let day = date.to_string();
    let is_past = day.get(..as_of.len()).is_some_and(|day| day <= as_of.as_str());
    let status = if is_past { Status::Retired } else { Status::Deprecated };
    (Some(status), Some((Day(date), None)))
}
