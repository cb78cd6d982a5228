//! Which of genai-prices' extractors is asked with which shape, and which are left out, with the reason.

use std::fmt;

use super::shapes::{Chat, Shape};

/// An extractor, by the provider and the flavor of its api.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extractor {
    pub(crate) provider: &'static str,
    pub(crate) flavor: &'static str,
    pub(crate) shape: Shape,
}

impl fmt::Display for Extractor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.flavor)
    }
}

macro_rules! extractors {
    ($($shape:expr => $($provider:literal / $flavor:literal),*;)*) => {
        &[$($(Extractor { provider: $provider, flavor: $flavor, shape: $shape },)*)*]
    };
}

/// Those that are asked.
pub(crate) const ASKED: &[Extractor] = extractors! {
    Shape::Chat(Chat::Openai) =>
        "openai"/"chat", "azure"/"chat", "openrouter"/"chat", "ovhcloud"/"default", "ovhcloud"/"chat",
        "quicksilverpro"/"chat", "huggingface_cerebras"/"default", "huggingface_cerebras"/"chat",
        "huggingface_fireworks-ai"/"default", "huggingface_fireworks-ai"/"chat",
        "huggingface_groq"/"default", "huggingface_groq"/"chat", "huggingface_hyperbolic"/"default",
        "huggingface_hyperbolic"/"chat", "huggingface_nebius"/"default", "huggingface_nebius"/"chat",
        "huggingface_novita"/"default", "huggingface_novita"/"chat", "huggingface_nscale"/"default",
        "huggingface_nscale"/"chat", "huggingface_ovhcloud"/"default", "huggingface_ovhcloud"/"chat",
        "huggingface_publicai"/"default", "huggingface_publicai"/"chat",
        "huggingface_sambanova"/"default", "huggingface_sambanova"/"chat",
        "huggingface_together"/"default", "huggingface_together"/"chat";
    Shape::Chat(Chat::Cached) =>
        "arcee"/"default", "arcee"/"chat", "cloudflare"/"chat", "github-copilot"/"chat", "meta"/"chat",
        "minimax"/"chat", "mistral"/"default", "zai"/"chat", "zhipuai"/"chat", "fireworks"/"chat",
        "baseten"/"chat", "google"/"chat", "doubleword"/"chat";
    Shape::Chat(Chat::Plain) => "cerebras"/"chat", "anthropic"/"chat";
    Shape::Chat(Chat::Deepseek) => "deepseek"/"chat";
    Shape::Chat(Chat::Moonshot) => "moonshotai"/"chat";
    Shape::Chat(Chat::Xai) => "x-ai"/"chat";
    Shape::Chat(Chat::Groq) => "groq"/"default";
    Shape::Chat(Chat::Databricks) => "databricks" / "default", "databricks" / "chat";
    Shape::Chat(Chat::Modal) => "modal" / "chat";
    Shape::Chat(Chat::Perplexity) => "perplexity"/"default";
    Shape::Responses =>
        "openai"/"responses", "azure"/"responses", "github-copilot"/"responses", "modal"/"responses",
        "openrouter"/"default", "quicksilverpro"/"responses", "cloudflare"/"responses",
        "databricks"/"responses", "meta"/"responses", "x-ai"/"responses", "doubleword"/"responses",
        "minimax"/"responses";
    Shape::Agent => "perplexity" / "responses";
    Shape::Messages =>
        "anthropic"/"default", "aws"/"anthropic", "azure"/"anthropic", "google"/"anthropic",
        "baseten"/"anthropic";
    Shape::PlainMessages => "minimax" / "default";
    Shape::Google => "google"/"default";
    Shape::Converse => "aws"/"default";
};

/// Those that are not, by reason.
pub(crate) const LEFT_OUT: &[(&str, &[&str])] = &[
    (
        "embeddings, images, OCR, decisions and speech are no chat",
        &[
            "azure/embeddings",
            "cloudflare/embeddings",
            "databricks/embeddings",
            "doubleword/embeddings",
            "openai/embeddings",
            "perplexity/embeddings",
            "cohere/embeddings",
            "openai/images",
            "mistral/ocr",
            "mistral/ocr_annotated",
            "openai/live",
            "cloudflare/decisions",
            "openrouter/decisions",
            "openrouter/systemone",
            "perplexity/decisions",
            "typesafe/default",
            "openai-decisions/default",
            "openai-decisions/responses",
        ],
    ),
    ("realtime sessions are no api here", &["azure/realtime", "openai/realtime", "x-ai/realtime"]),
    (
        "a vendor's own api that is none here",
        &[
            "cohere/default",
            "cohere/tokens",
            "cursor/usage-event",
            "x-ai/default",
            "cloudflare/default",
        ],
    ),
];
