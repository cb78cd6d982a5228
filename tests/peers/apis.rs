//! The apis that are tried, a line each: who speaks it in the catalog, and where the mock serves it.

use portolan::types::Api;
use portolan::{Chat, Client, ClientBuilder, Environment};

/// The key that the mock knows.
pub(crate) const KEY: &str = "sk-planted-0123456789";

/// An api of the mock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken {
    pub(crate) api: Api,
    /// A model whose provider speaks the api.
    pub(crate) model: &'static str,
    pub(crate) region: Option<&'static str>,
    /// The variable of the provider's key.
    pub(crate) variable: &'static str,
    /// What follows the mock's address in the base URL.
    pub(crate) base: &'static str,
    /// The path of a request, streamed and whole.
    pub(crate) paths: [&'static str; 2],
    /// The header that carries the key.
    pub(crate) header: &'static str,
    /// Whether the mock counts tokens there.
    pub(crate) counts: bool,
    /// Whether it shows reasoning there as the vendor does.
    pub(crate) reasons: bool,
    /// Whether arguments of tools come in pieces.
    pub(crate) pieces: bool,
}

const COMMON: Spoken = Spoken {
    api: Api::OpenaiCompletions,
    model: "deepseek/deepseek-v4-pro",
    region: None,
    variable: "DEEPSEEK_API_KEY",
    base: "/v1",
    paths: ["/v1/chat/completions"; 2],
    header: "authorization",
    counts: true,
    reasons: true,
    pieces: true,
};

/// All of them.
pub(crate) const SPOKEN: [Spoken; 6] = [
    COMMON,
    Spoken {
        api: Api::OpenaiResponses,
        model: "openai/gpt-5.2-pro",
        variable: "OPENAI_API_KEY",
        paths: ["/v1/responses"; 2],
        ..COMMON
    },
    Spoken {
        api: Api::AnthropicMessages,
        model: "anthropic/claude-opus-4-5",
        variable: "ANTHROPIC_API_KEY",
        base: "",
        paths: ["/v1/messages"; 2],
        header: "x-api-key",
        ..COMMON
    },
    Spoken {
        api: Api::GoogleGenerativeAi,
        model: "google/gemini-2.5-pro",
        variable: "GEMINI_API_KEY",
        base: "/v1beta",
        paths: [
            "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
            "/v1beta/models/gemini-2.5-pro:generateContent",
        ],
        header: "x-goog-api-key",
        // Google sends a call whole.
        pieces: false,
        ..COMMON
    },
    Spoken {
        api: Api::BedrockConverse,
        model: "amazon-bedrock/amazon.nova-pro-v1:0",
        region: Some("us-east-1"),
        variable: "AWS_BEARER_TOKEN_BEDROCK",
        base: "",
        paths: [
            "/model/amazon.nova-pro-v1%3A0/converse-stream",
            "/model/amazon.nova-pro-v1%3A0/converse",
        ],
        ..COMMON
    },
    Spoken {
        api: Api::Ollama,
        model: "ollama-cloud/deepseek-v4-pro",
        variable: "OLLAMA_API_KEY",
        base: "",
        paths: ["/api/chat"; 2],
        // The mock says zeros, and spells `reasoning_content` what Ollama spells `thinking`.
        counts: false,
        reasons: false,
        // Ollama sends a call whole.
        pieces: false,
        ..COMMON
    },
];

impl Spoken {
    /// A client with the provider's key, or another.
    pub(crate) fn client(&self, key: &str) -> Client {
        self.builder(key).build().unwrap()
    }

    pub(crate) fn builder(&self, key: &str) -> ClientBuilder {
        Client::builder().environment(Environment::new().with(self.variable, key))
    }

    /// Begins a request to the mock.
    pub(crate) fn chat<'c>(&self, client: &'c Client, mock: &str) -> Chat<'c> {
        let chat = client.chat(self.model).api(self.api).endpoint(self.endpoint(mock));
        match self.region {
            Some(region) => chat.region(region),
            None => chat,
        }
    }

    pub(crate) fn endpoint(&self, mock: &str) -> String {
        format!("{mock}{}", self.base)
    }

    /// The model's id.
    pub(crate) fn id(&self) -> &'static str {
        self.model.split_once('/').map_or(self.model, |(_, id)| id)
    }
}
