//! What a request is for, and everything that the SDK needs to know of it, read from the catalog in this one place. The
//! wire modules spell a request by these facts and know no vendor.

use portolan_types::{
    Api, Budget, Capability, Dialect, Entry, Modality, Model, Provider, ReasoningControl, Support,
};

use crate::message::Content;
use crate::request::{Format, Reasoning, Request};

/// A model as one api of a provider serves it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub(crate) provider: &'static Provider,
    pub(crate) model_id: String,
    pub(crate) api: Api,
    model: Option<&'static Model>,
    /// Whether it is another model that takes what that one does.
    other: bool,
    /// Whether thoughts of finished turns go back too.
    pub(crate) replay_all: bool,
}

impl Target {
    /// A model of the catalog by an api.
    pub fn new(entry: Entry, api: Api) -> Self {
        let Entry { provider, model } = entry;
        let model_id = model.id.to_owned();
        Self { provider, model_id, api, model: Some(model), other: false, replay_all: false }
    }

    /// A model id that the catalog does not list, for a provider that passes ids on.
    pub fn unlisted(provider: &'static Provider, model_id: impl Into<String>, api: Api) -> Self {
        let model_id = model_id.into();
        Self { provider, model_id, api, model: None, other: false, replay_all: false }
    }

    /// A model id that the catalog does not list, of a model that takes what this one does; its price is unknown.
    pub(crate) fn like(entry: Entry, model_id: String, api: Api) -> Self {
        Self { model_id, other: true, ..Self::new(entry, api) }
    }

    /// The base model that is served, as `lab/model`.
    pub(crate) fn base(&self) -> Option<&'static str> {
        self.model.and_then(Model::base)
    }

    /// The catalog's entry, if it lists the model.
    pub(crate) fn entry(&self) -> Option<Entry> {
        let model = self.model.filter(|_| !self.other)?;
        Some(Entry { provider: self.provider, model })
    }

    /// The api that the catalog names for the model, where it is not the provider's default.
    pub(crate) fn api_of(model: &Model) -> Option<Api> {
        model.api
    }

    /// The field of an answer that holds the reasoning.
    pub(crate) fn reasoning_field(&self) -> Option<&'static str> {
        self.model.and_then(Model::reasoning_field)
    }

    /// The request field that limits the output.
    pub(crate) fn token_limit_field(&self) -> Option<&'static str> {
        self.model.and_then(Model::token_limit_field)
    }

    /// The most output tokens of one answer.
    pub(crate) fn max_output(&self) -> Option<u64> {
        self.model.and_then(Model::max_output)
    }

    /// How the provider speaks `openai-completions`.
    pub(crate) fn dialect(&self) -> &'static Dialect {
        &self.provider.dialect
    }

    /// Whether a streamed request says that it wants the usage too. Who refuses to be told states it anyway.
    pub(crate) fn takes_stream_options(&self) -> bool {
        !self.dialect().refuses.contains(&"stream_options")
    }

    /// Whether thoughts of finished turns go back too: by what hooks say, or else by the dialect.
    pub(crate) fn replays_all(&self) -> bool {
        self.replay_all || self.dialect().replays_all
    }

    /// Whether nobody says that the reasoning cannot be switched.
    pub(crate) fn may_switch_reasoning(&self) -> bool {
        self.control().is_none_or(|control| control.toggle != Support::No)
    }

    /// Whether the model is one of this lab's.
    pub(crate) fn is_of_lab(&self, lab: &str) -> bool {
        let base = self.model.and_then(Model::base);
        base.and_then(|base| base.split_once('/')).is_some_and(|(of, _)| of == lab)
    }

    /// Whether the model takes a budget of reasoning tokens.
    pub(crate) fn has_budget(&self) -> bool {
        self.control().is_some_and(|control| control.budget.is_some())
    }

    fn control(&self) -> Option<&'static ReasoningControl> {
        self.model.and_then(|model| model.reasoning_control)
    }

    /// Whether the model has this effort level.
    pub(crate) fn has_effort(&self, effort: &str) -> bool {
        self.control().is_some_and(|control| control.efforts.contains(&effort))
    }

    /// Whether the catalog says that the model reasons.
    pub(crate) fn reasons(&self) -> bool {
        self.model.is_some_and(|model| model.features.reasoning == Support::Yes)
    }

    /// The model id as a segment of a path.
    pub(crate) fn model_in_path(&self) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let mut out = String::new();
        for byte in self.model_id.bytes() {
            if plain(byte) {
                out.push(char::from(byte));
            } else {
                out.extend(['%', hex(byte >> 4), hex(byte & 15)]);
            }
        }
        out
    }

    /// The ref: `provider/model`.
    pub(crate) fn reference(&self) -> String {
        format!("{}/{}", self.provider.id, self.model_id)
    }

    /// The parameters that the provider refuses whatever the model.
    fn refused_by_provider(&self) -> &'static [&'static str] {
        match self.api {
            Api::OpenaiCompletions => self.dialect().refuses,
            _ => &[],
        }
    }

    /// What the model cannot do of what is asked, by the catalog; nothing where the catalog does not say.
    pub(crate) fn objections(&self, request: &Request) -> Vec<String> {
        let Some(model) = self.model else { return Vec::new() };
        let mut objections = Vec::new();
        let mut object = |applies: bool, text: String| {
            if applies {
                objections.push(text);
            }
        };
        object(
            model.capability != Capability::Chat,
            format!("it is a model for {}, not for chat", model.capability),
        );
        let no_temperature = model.features.temperature == Support::No;
        object(no_temperature && request.temperature.is_some(), "it takes no temperature".into());
        object(
            model.features.tools == Support::No && !request.tools.is_empty(),
            "it calls no tools".into(),
        );
        let schema = matches!(request.format, Some(Format::Schema { .. }));
        object(
            model.features.structured_output == Support::No && schema,
            "it does not answer by a schema".into(),
        );
        let of_provider = self.refused_by_provider();
        for name in model.refuses.iter().chain(of_provider) {
            object(asks(request, name), format!("it refuses `{name}`"));
        }
        for kind in kinds(request) {
            let unknown = model.input.is_empty() || model.input.contains(&kind);
            object(!unknown, format!("it takes no {kind}"));
        }
        for kind in &request.output {
            let unknown = model.output.is_empty() || model.output.contains(kind);
            object(!unknown, format!("it answers with no {kind}"));
        }
        if let (Some(asked), Some(most)) = (request.max_tokens, model.max_output()) {
            object(asked > most, format!("it answers with at most {most} tokens, not {asked}"));
        }
        objections.extend(request.reasoning.as_ref().and_then(|asked| thinks(model, asked)));
        objections
    }
}

/// Whether a request sets the parameter that a manifest names.
fn asks(request: &Request, name: &str) -> bool {
    match name {
        "temperature" => request.temperature.is_some(),
        "top_p" => request.top_p.is_some(),
        "stop" => !request.stop.is_empty(),
        "seed" => request.seed.is_some(),
        "tools" => !request.tools.is_empty(),
        "tool_choice" => request.tool_choice.is_some(),
        "parallel_tool_calls" => request.parallel_tools.is_some(),
        "response_format" => request.format.is_some(),
        "max_tokens" | "max_completion_tokens" => request.max_tokens.is_some(),
        "reasoning_effort" => matches!(request.reasoning, Some(Reasoning::Effort(_))),
        other => request.extra.contains_key(other),
    }
}

/// The kinds of content that a request holds, each once.
fn kinds(request: &Request) -> Vec<Modality> {
    let said = request.messages.iter().flat_map(|message| &message.parts);
    let mut kinds: Vec<_> = said
        .chain(&request.system)
        .flat_map(|part| match &part.content {
            Content::ToolResult(result) => result.parts.iter().collect(),
            _ => vec![part],
        })
        .filter_map(|part| match &part.content {
            Content::Media(media) => Some(media.kind()),
            _ => None,
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Why a model cannot think as it is asked to.
fn thinks(model: &Model, asked: &Reasoning) -> Option<String> {
    if model.features.reasoning == Support::No {
        return (*asked != Reasoning::Off).then(|| "it does not reason".to_owned());
    }
    let control = model.reasoning_control?;
    match asked {
        Reasoning::Effort(effort) if control.efforts.is_empty() => {
            Some(format!("it has no effort levels, so none that is `{effort}`"))
        }
        Reasoning::Effort(effort) if !control.efforts.contains(&effort.as_str()) => {
            Some(format!("its effort levels are {}, not `{effort}`", control.efforts.join(", ")))
        }
        Reasoning::Budget(tokens) => match control.budget {
            None => Some("it takes no budget of reasoning tokens".to_owned()),
            Some(Budget { min, max }) => {
                let fits =
                    min.is_none_or(|min| *tokens >= min) && max.is_none_or(|max| *tokens <= max);
                let bound = |bound: Option<u64>| bound.map_or("any".to_owned(), |n| n.to_string());
                (!fits).then(|| {
                    format!(
                        "its reasoning budget is {} to {} tokens, not {tokens}",
                        bound(min),
                        bound(max)
                    )
                })
            }
        },
        Reasoning::Off if control.toggle == Support::No => {
            Some("its reasoning cannot be switched off".to_owned())
        }
        Reasoning::Effort(_) | Reasoning::Off => None,
    }
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase()
}
