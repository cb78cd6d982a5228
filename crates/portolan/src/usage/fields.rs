//! Which field of a usage object means what, per api, as data. A vendor that speaks an api but spells a count its own
//! way has its spelling here too: of several that mean the same, the first that an object says counts.

use portolan_types::Api;
use serde_json::Value;

use super::{Counts, Slot};

/// The fields of the usage objects of one api.
pub(crate) struct Fields {
    /// Counts by path.
    counts: &'static [(&'static str, Slot)],
    /// Lists of counts by kind of content: path, the field of the kind, that of the count, and what the kinds mean.
    kinds: &'static [(&'static str, &'static [(&'static str, Slot)])],
    /// A list of cache writes by time: path.
    times: Option<&'static str>,
    /// Where in a body or frame the usage object may lie; an empty path is the body itself.
    objects: &'static [&'static str],
    /// Where the service tier may be stated, and the only word that counts there where the others name no tier.
    tiers: &'static [(&'static str, Option<&'static str>)],
}

impl Fields {
    /// The fields of an api.
    pub(crate) fn of(api: Api) -> &'static Self {
        match api {
            Api::OpenaiResponses => &OPENAI_RESPONSES,
            Api::AnthropicMessages => &ANTHROPIC_MESSAGES,
            Api::GoogleGenerativeAi | Api::GoogleVertex => &GOOGLE,
            Api::BedrockConverse => &BEDROCK_CONVERSE,
            Api::Ollama => &OLLAMA,
            // Whatever else there is speaks as OpenAI does.
            _ => &OPENAI_COMPLETIONS,
        }
    }

    /// The usage objects of a body or a frame.
    pub(super) fn objects<'v>(&self, body: &'v Value) -> impl Iterator<Item = &'v Value> {
        self.objects.iter().filter_map(|path| at(body, path))
    }

    /// The service tier that a body or a frame states.
    pub(super) fn tier<'v>(&self, body: &'v Value) -> Option<&'v str> {
        self.tiers.iter().find_map(|(path, only)| {
            let word = at(body, path)?.as_str()?;
            only.is_none_or(|only| word == only).then_some(word)
        })
    }

    /// Reads what a usage object says.
    pub(super) fn read(&self, usage: &Value, counts: &mut Counts) {
        for (path, slot) in self.counts {
            if let Some(value) = at(usage, path) {
                counts.say(*slot, path, value);
            }
        }
        for (path, kinds) in self.kinds {
            for item in at(usage, path).and_then(Value::as_array).into_iter().flatten() {
                let kind = item.get("modality").and_then(Value::as_str).unwrap_or_default();
                let slot = kinds.iter().find(|(name, _)| *name == kind).map(|(_, slot)| *slot);
                if let (Some(slot), Some(count)) = (slot, item.get("tokenCount")) {
                    counts.say(slot, path, count);
                }
            }
        }
        for item in self.times.and_then(|path| at(usage, path)?.as_array()).into_iter().flatten() {
            let slot = match item.get("ttl").and_then(Value::as_str) {
                Some("1h") => Slot::CacheWrite1h,
                Some("5m") => Slot::CacheWrite5m,
                _ => continue,
            };
            if let Some(count) = item.get("inputTokens") {
                counts.say(slot, "cacheDetails", count);
            }
        }
    }
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    path.split('.').try_fold(value, |value, name| value.get(name))
}

static OPENAI_COMPLETIONS: Fields = Fields {
    counts: &[
        ("prompt_tokens", Slot::In),
        ("completion_tokens", Slot::Out),
        ("total_tokens", Slot::All),
        ("prompt_tokens_details.cached_tokens", Slot::CacheRead),
        // DeepSeek, then Moonshot.
        ("prompt_cache_hit_tokens", Slot::CacheRead),
        ("cached_tokens", Slot::CacheRead),
        // Databricks.
        ("cache_read_input_tokens", Slot::CacheRead),
        ("prompt_tokens_details.cache_write_tokens", Slot::CacheWrite),
        // Alibaba, for explicit caches.
        ("prompt_tokens_details.cache_creation_input_tokens", Slot::CacheWrite),
        ("prompt_tokens_details.audio_tokens", Slot::InAudio),
        ("prompt_tokens_details.image_tokens", Slot::InImage),
        ("prompt_tokens_details.video_tokens", Slot::InVideo),
        ("completion_tokens_details.reasoning_tokens", Slot::Reasoning),
        // Databricks and Modal, within the output; Perplexity's deep research, beside it.
        ("reasoning_tokens", Slot::Reasoning),
        ("citation_tokens", Slot::Citation),
        ("num_search_queries", Slot::Searches),
        ("completion_tokens_details.audio_tokens", Slot::OutAudio),
        ("completion_tokens_details.image_tokens", Slot::OutImage),
    ],
    kinds: &[],
    times: None,
    objects: &["usage", "x_groq.usage"],
    tiers: &[("service_tier", None)],
};

static OPENAI_RESPONSES: Fields = Fields {
    counts: &[
        ("input_tokens", Slot::In),
        ("output_tokens", Slot::Out),
        ("total_tokens", Slot::All),
        ("input_tokens_details.cached_tokens", Slot::CacheRead),
        // Perplexity.
        ("input_tokens_details.cache_read_input_tokens", Slot::CacheRead),
        ("input_tokens_details.cache_write_tokens", Slot::CacheWrite),
        ("tool_calls_details.search_web.invocation", Slot::Searches),
        ("output_tokens_details.reasoning_tokens", Slot::Reasoning),
    ],
    kinds: &[],
    times: None,
    objects: &["usage", "response.usage"],
    tiers: &[("service_tier", None), ("response.service_tier", None)],
};

static ANTHROPIC_MESSAGES: Fields = Fields {
    counts: &[
        ("input_tokens", Slot::Fresh),
        ("output_tokens", Slot::Out),
        ("cache_read_input_tokens", Slot::CacheRead),
        ("cache_creation_input_tokens", Slot::CacheWrite),
        ("cache_creation.ephemeral_5m_input_tokens", Slot::CacheWrite5m),
        ("cache_creation.ephemeral_1h_input_tokens", Slot::CacheWrite1h),
        ("server_tool_use.web_search_requests", Slot::Searches),
    ],
    kinds: &[],
    times: None,
    objects: &["message.usage", "usage"],
    // Fast mode is said as a speed, beside the tier `standard`.
    tiers: &[
        ("message.usage.speed", Some("fast")),
        ("usage.speed", Some("fast")),
        ("message.usage.service_tier", None),
        ("usage.service_tier", None),
    ],
};

static GOOGLE: Fields = Fields {
    counts: &[
        ("promptTokenCount", Slot::In),
        ("toolUsePromptTokenCount", Slot::InTools),
        ("cachedContentTokenCount", Slot::CacheRead),
        ("candidatesTokenCount", Slot::Said),
        ("thoughtsTokenCount", Slot::Reasoning),
        ("totalTokenCount", Slot::All),
    ],
    kinds: &[
        (
            "promptTokensDetails",
            &[("AUDIO", Slot::InAudio), ("IMAGE", Slot::InImage), ("VIDEO", Slot::InVideo)],
        ),
        (
            "cacheTokensDetails",
            &[
                ("AUDIO", Slot::CacheReadAudio),
                ("IMAGE", Slot::CacheReadImage),
                ("VIDEO", Slot::CacheReadVideo),
            ],
        ),
        (
            "candidatesTokensDetails",
            &[("AUDIO", Slot::OutAudio), ("IMAGE", Slot::OutImage), ("VIDEO", Slot::OutVideo)],
        ),
    ],
    times: None,
    objects: &["usageMetadata"],
    // The Gemini API, then Vertex AI.
    tiers: &[("usageMetadata.serviceTier", None), ("usageMetadata.trafficType", None)],
};

static BEDROCK_CONVERSE: Fields = Fields {
    counts: &[
        ("inputTokens", Slot::Fresh),
        ("outputTokens", Slot::Out),
        ("totalTokens", Slot::All),
        ("cacheReadInputTokens", Slot::CacheRead),
        ("cacheWriteInputTokens", Slot::CacheWrite),
    ],
    kinds: &[],
    times: Some("cacheDetails"),
    objects: &["usage"],
    tiers: &[("serviceTier.type", None)],
};

static OLLAMA: Fields = Fields {
    counts: &[("prompt_eval_count", Slot::In), ("eval_count", Slot::Out)],
    kinds: &[],
    times: None,
    objects: &[""],
    tiers: &[],
};
