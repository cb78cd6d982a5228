//! What is asked of a model, in the words of no vendor: the conversation, the tools, how to answer. The wire modules
//! spell it; what an api or a model cannot do is refused before anything is sent, never dropped. Two things are hints
//! where an api has no field for them: how long a prompt is to be cached, and that a tool's result is an error.

use portolan_types::{Modality, ServiceTier};
use serde_json::{Map, Value};

use crate::message::{Message, Part};
use crate::tool::{Tool, ToolChoice};

/// What is asked of a model.
///
/// ```
/// use portolan::{Reasoning, Request};
///
/// let request = Request::new().system("Be brief.").user("Why is the sky blue?").max_tokens(200);
/// assert_eq!(request.messages.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// What holds for the whole conversation.
    pub system: Vec<Part>,
    /// The conversation.
    pub messages: Vec<Message>,
    /// The tools that the model may call.
    pub tools: Vec<Tool>,
    /// Whether and what the model has to call.
    pub tool_choice: Option<ToolChoice>,
    /// Whether it may call several tools at once.
    pub parallel_tools: Option<bool>,
    /// The most output tokens, reasoning included.
    pub max_tokens: Option<u64>,
    /// The sampling temperature.
    pub temperature: Option<f64>,
    /// The share of likely tokens to sample from.
    pub top_p: Option<f64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// The seed of the sampling.
    pub seed: Option<i64>,
    /// How much to think before answering.
    pub reasoning: Option<Reasoning>,
    /// The form of the answer.
    pub format: Option<Format>,
    /// The kinds of content to answer with; the model's own choice if empty.
    pub output: Vec<Modality>,
    /// How the request is to be served.
    pub service_tier: Option<ServiceTier>,
    /// What tells the provider which requests begin alike, where its cache takes such a key.
    pub cache_key: Option<String>,
    /// Further fields of the body, in the vendor's own spelling. They come last and win.
    pub extra: Map<String, Value>,
}

/// How much a model thinks before it answers.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reasoning {
    /// Not at all.
    Off,
    /// As much as the model does by itself, where it thinks only when asked to.
    On,
    /// By a level of the model: `low`, `high`. Which ones there are is in the catalog.
    Effort(String),
    /// At most this many tokens.
    Budget(u64),
}

/// The form of an answer.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Format {
    /// Some JSON.
    Json,
    /// JSON after a schema.
    Schema {
        /// The name of the schema.
        name: String,
        /// The JSON Schema.
        schema: Value,
    },
}

impl Request {
    /// Nothing asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to what holds for the whole conversation.
    #[must_use]
    pub fn system(mut self, part: impl Into<Part>) -> Self {
        self.system.push(part.into());
        self
    }

    /// Adds a turn of the user.
    #[must_use]
    pub fn user(self, part: impl Into<Part>) -> Self {
        self.message(Message::user([part.into()]))
    }

    /// Adds a turn.
    #[must_use]
    pub fn message(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        self.tools.push(tool);
        self
    }

    /// Says whether and what the model has to call.
    #[must_use]
    pub fn tool_choice(mut self, choice: ToolChoice) -> Self {
        self.tool_choice = Some(choice);
        self
    }

    /// Sets the most output tokens, reasoning included.
    #[must_use]
    pub fn max_tokens(mut self, tokens: u64) -> Self {
        self.max_tokens = Some(tokens);
        self
    }

    /// Sets the sampling temperature.
    #[must_use]
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.temperature = Some(temperature);
        self
    }

    /// Says how much to think before answering.
    #[must_use]
    pub fn reasoning(mut self, reasoning: Reasoning) -> Self {
        self.reasoning = Some(reasoning);
        self
    }

    /// Sets the form of the answer.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Says which kinds of content to answer with, as text and images.
    ///
    /// ```
    /// use portolan::Request;
    /// use portolan::types::Modality;
    ///
    /// let request = Request::new().user("A harbour at dusk.").output([Modality::Text, Modality::Image]);
    /// assert_eq!(request.output.len(), 2);
    /// ```
    #[must_use]
    pub fn output(mut self, kinds: impl IntoIterator<Item = Modality>) -> Self {
        self.output = kinds.into_iter().collect();
        self
    }

    /// Says how the request is to be served. What it costs goes by the tier that did serve it.
    #[must_use]
    pub fn service_tier(mut self, tier: ServiceTier) -> Self {
        self.service_tier = Some(tier);
        self
    }

    /// Adds a field to the body, in the vendor's own spelling.
    #[must_use]
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }
}
