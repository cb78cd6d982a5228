//! Bodies with usage, in the shapes that vendors document, filled with numbers by chance.
//!
//! Takes the shape and where chance comes from; returns a body whose counts fit together. What a vendor may leave out is
//! there or not, null or 0, by chance too.

use fastrand::Rng;
use portolan::types::Api;
use serde_json::{Map, Value, json};

/// What the usage of an answer looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// `POST /chat/completions`, plainly or in a vendor's own way.
    Chat(Chat),
    /// `POST /responses`.
    Responses,
    /// The same as Perplexity's Agent API has it: what was cached in other words, and its searches.
    Agent,
    /// `POST /v1/messages`.
    Messages,
    /// The same without searches and with one time of caches.
    PlainMessages,
    /// `generateContent`.
    Google,
    /// `Converse`.
    Converse,
}

/// How a vendor spells the usage of chat completions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Chat {
    /// <https://platform.openai.com/docs/api-reference/chat/object>, with the `cache_write_tokens` of gateways.
    Openai,
    /// The same with cached and reasoning tokens alone.
    Cached,
    /// The same with reasoning tokens alone.
    Plain,
    /// <https://api-docs.deepseek.com/api/create-chat-completion>: hits and misses beside the details.
    Deepseek,
    /// <https://platform.moonshot.ai/docs/api/chat>: `cached_tokens` in the usage itself.
    Moonshot,
    /// <https://docs.x.ai/docs/api-reference>: reasoning beside the completion, the total holds both.
    Xai,
    /// <https://console.groq.com/docs/api-reference>: times among the counts.
    Groq,
    /// <https://docs.databricks.com/aws/en/machine-learning/foundation-model-apis/api-reference>: `reasoning_tokens` and
    /// `cache_read_input_tokens` in the usage itself, as parts.
    Databricks,
    /// Modal: `reasoning_tokens` in the usage itself, as a part.
    Modal,
    /// <https://docs.perplexity.ai/api-reference/chat-completions-post>: reasoning and citations beside the completion,
    /// neither within the total.
    Perplexity,
}

impl Shape {
    pub(crate) fn api(self) -> Api {
        match self {
            Self::Chat(_) => Api::OpenaiCompletions,
            Self::Responses | Self::Agent => Api::OpenaiResponses,
            Self::Messages | Self::PlainMessages => Api::AnthropicMessages,
            Self::Google => Api::GoogleGenerativeAi,
            Self::Converse => Api::BedrockConverse,
        }
    }

    /// A body.
    pub(crate) fn body(self, random: &mut Rng) -> Value {
        match self {
            Self::Chat(spelling) => {
                json!({"model": "m", "choices": [], "usage": chat(spelling, random)})
            }
            Self::Responses | Self::Agent => {
                json!({"model": "m", "output": [], "usage": responses(self, random)})
            }
            Self::Messages | Self::PlainMessages => {
                json!({"model": "m", "content": [], "usage": messages(self, random)})
            }
            Self::Google => {
                json!({"modelVersion": "m", "candidates": [], "usageMetadata": google(random)})
            }
            Self::Converse => json!({"model": "m", "output": {}, "usage": converse(random)}),
        }
    }
}

fn chat(spelling: Chat, random: &mut Rng) -> Value {
    let has_kinds = matches!(spelling, Chat::Openai | Chat::Groq);
    let has_cache = !matches!(spelling, Chat::Plain | Chat::Perplexity);
    let (mut input, mut output) = (Parts::default(), Parts::default());
    let cached = input.part(has_cache, random);
    let written = input.part(spelling == Chat::Openai, random);
    let heard = input.part(has_kinds, random);
    let thought = output.part(true, random);
    let spoken = output.part(has_kinds, random);
    let (prompt, mut completion) = (input.whole(random), output.whole(random));
    let mut usage = json!({"prompt_tokens": prompt});
    let fields = fields(&mut usage);
    let mut read = vec![("cached_tokens", cached)];
    let mut said = vec![("reasoning_tokens", thought)];
    match spelling {
        Chat::Openai | Chat::Groq => {
            read.extend([("audio_tokens", heard), ("cache_write_tokens", written)]);
            said.extend([
                ("audio_tokens", spoken),
                ("accepted_prediction_tokens", Some(0)),
                ("rejected_prediction_tokens", Some(0)),
            ]);
        }
        Chat::Deepseek => {
            let hit = cached.unwrap_or(0);
            fields.insert("prompt_cache_hit_tokens".to_owned(), hit.into());
            fields.insert("prompt_cache_miss_tokens".to_owned(), (prompt - hit).into());
            read = vec![("cached_tokens", Some(hit))];
        }
        Chat::Moonshot => set(fields, "cached_tokens", cached, random),
        Chat::Modal => {
            set(fields, "reasoning_tokens", thought, random);
            said.clear();
        }
        Chat::Databricks => {
            set(fields, "cache_read_input_tokens", cached, random);
            set(fields, "reasoning_tokens", thought, random);
            (read, said) = (Vec::new(), Vec::new());
        }
        Chat::Perplexity => {
            // Of its models that think apart from the answer each says all three.
            if let Some(thought) = thought {
                fields.insert("reasoning_tokens".to_owned(), thought.into());
                fields.insert("citation_tokens".to_owned(), count(random).into());
                fields.insert("num_search_queries".to_owned(), random.u64(..40).into());
            }
            fields.insert("search_context_size".to_owned(), "low".into());
            completion -= thought.unwrap_or(0);
            (read, said) = (Vec::new(), Vec::new());
        }
        Chat::Xai => completion -= thought.unwrap_or(0),
        Chat::Cached | Chat::Plain => {}
    }
    if spelling == Chat::Plain {
        read.clear();
    }
    fields.insert("completion_tokens".to_owned(), completion.into());
    let beside = if spelling == Chat::Xai { thought.unwrap_or(0) } else { 0 };
    fields.insert("total_tokens".to_owned(), (prompt + completion + beside).into());
    details(fields, "prompt_tokens_details", &read, random);
    details(fields, "completion_tokens_details", &said, random);
    if spelling == Chat::Groq {
        fields.insert("queue_time".to_owned(), json!(0.018_393));
    }
    usage
}

fn responses(shape: Shape, random: &mut Rng) -> Value {
    let (mut input, mut output) = (Parts::default(), Parts::default());
    let is_agent = matches!(shape, Shape::Agent);
    let cached = if is_agent { "cache_read_input_tokens" } else { "cached_tokens" };
    let read = [(cached, input.part(true, random)), ("cache_write_tokens", None)];
    let said = [("reasoning_tokens", output.part(true, random))];
    let (input, output) = (input.whole(random), output.whole(random));
    let mut usage =
        json!({"input_tokens": input, "output_tokens": output, "total_tokens": input + output});
    let fields = fields(&mut usage);
    details(fields, "input_tokens_details", &read, random);
    details(fields, "output_tokens_details", &said, random);
    if is_agent && random.bool() {
        let searched = json!({"search_web": {"invocation": random.u64(..9)}});
        fields.insert("tool_calls_details".to_owned(), searched);
    }
    usage
}

fn messages(shape: Shape, random: &mut Rng) -> Value {
    let (short, long) = (count(random), count(random));
    let is_plain = matches!(shape, Shape::PlainMessages);
    let split = !is_plain && random.bool();
    let written = random.bool().then_some(short + long);
    let mut usage = json!({"input_tokens": count(random), "output_tokens": count(random)});
    let fields = fields(&mut usage);
    set(fields, "cache_read_input_tokens", random.bool().then(|| count(random)), random);
    set(fields, "cache_creation_input_tokens", written, random);
    if written.is_some() && split {
        let split = json!({"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long});
        fields.insert("cache_creation".to_owned(), split);
    }
    if !is_plain && random.bool() {
        fields
            .insert("server_tool_use".to_owned(), json!({"web_search_requests": random.u64(..9)}));
    }
    fields.insert("service_tier".to_owned(), "standard".into());
    usage
}

fn converse(random: &mut Rng) -> Value {
    let [input, output, read, short, long] = std::array::from_fn(|_| count(random));
    let written = short + long;
    let mut usage = json!({"inputTokens": input, "outputTokens": output});
    let fields = fields(&mut usage);
    let (has_read, has_written) = (random.bool(), random.bool());
    let cached = [(has_read, read), (has_written, written)].into_iter().filter(|(has, _)| *has);
    let total = input + output + cached.map(|(_, count)| count).sum::<u64>();
    fields.insert("totalTokens".to_owned(), total.into());
    if has_read {
        fields.insert("cacheReadInputTokens".to_owned(), read.into());
    }
    if has_written {
        fields.insert("cacheWriteInputTokens".to_owned(), written.into());
        let times =
            json!([{"ttl": "5m", "inputTokens": short}, {"ttl": "1h", "inputTokens": long}]);
        fields.insert("cacheDetails".to_owned(), times);
    }
    usage
}

fn google(random: &mut Rng) -> Value {
    let kinds = ["TEXT", "AUDIO", "IMAGE", "VIDEO", "DOCUMENT"];
    // Of each kind some was new and some came from the cache.
    let fresh: Vec<_> = kinds
        .iter()
        .map(|kind| if *kind == "TEXT" || random.bool() { count(random) } else { 0 })
        .collect();
    let has_cache = random.bool();
    let cached: Vec<_> = fresh
        .iter()
        .map(|fresh| if has_cache && *fresh > 0 && random.bool() { count(random) } else { 0 })
        .collect();
    let made: Vec<_> = ["TEXT", "AUDIO", "IMAGE"]
        .iter()
        .map(|kind| if *kind == "TEXT" || random.u8(..4) == 0 { count(random) } else { 0 })
        .collect();
    let thought = random.bool().then(|| count(random));
    let tools = random.bool().then(|| count(random));
    let (prompt, said) = (fresh.iter().chain(&cached).sum::<u64>(), made.iter().sum::<u64>());
    let listed = |counts: &[u64]| {
        let counts = kinds.iter().zip(counts).filter(|(_, count)| **count > 0);
        counts
            .map(|(kind, count)| json!({"modality": kind, "tokenCount": count}))
            .collect::<Value>()
    };
    let all: Vec<_> = fresh.iter().zip(&cached).map(|(fresh, cached)| fresh + cached).collect();
    let total = prompt + said + thought.unwrap_or(0) + tools.unwrap_or(0);
    let mut usage = json!({
        "promptTokenCount": prompt, "candidatesTokenCount": said, "totalTokenCount": total,
        "promptTokensDetails": listed(&all),
    });
    let fields = fields(&mut usage);
    if has_cache {
        fields.insert("cachedContentTokenCount".to_owned(), cached.iter().sum::<u64>().into());
        fields.insert("cacheTokensDetails".to_owned(), listed(&cached));
    }
    if random.bool() || made[1..].iter().any(|count| *count > 0) {
        fields.insert("candidatesTokensDetails".to_owned(), listed(&made));
    }
    if let Some(thought) = thought {
        fields.insert("thoughtsTokenCount".to_owned(), thought.into());
    }
    if let Some(tools) = tools {
        fields.insert("toolUsePromptTokenCount".to_owned(), tools.into());
        fields.insert(
            "toolUsePromptTokensDetails".to_owned(),
            json!([{"modality": "TEXT", "tokenCount": tools}]),
        );
    }
    usage
}

/// A whole and the parts that are drawn before it.
#[derive(Default)]
struct Parts(u64);

impl Parts {
    /// A part, if the vendor has it and chance wants it.
    fn part(&mut self, has: bool, random: &mut Rng) -> Option<u64> {
        let part = (has && random.bool()).then(|| count(random));
        self.0 += part.unwrap_or(0);
        part
    }

    /// The parts and what belongs to none of them: no request has no tokens.
    fn whole(self, random: &mut Rng) -> u64 {
        self.0 + 1 + count(random)
    }
}

/// A number of tokens: small, large, often none.
fn count(random: &mut Rng) -> u64 {
    match random.u8(..6) {
        0 => 0,
        1 => random.u64(1..10),
        2..5 => random.u64(10..5_000),
        _ => random.u64(5_000..2_000_000),
    }
}

fn fields(usage: &mut Value) -> &mut Map<String, Value> {
    usage.as_object_mut().expect("usage is an object")
}

/// A count, or what stands for none.
fn set(fields: &mut Map<String, Value>, name: &str, count: Option<u64>, random: &mut Rng) {
    match count {
        Some(count) => drop(fields.insert(name.to_owned(), count.into())),
        None if random.bool() => drop(fields.insert(name.to_owned(), Value::Null)),
        None => {}
    }
}

/// An object of counts, or what stands for one.
fn details(
    fields: &mut Map<String, Value>,
    name: &str,
    counts: &[(&str, Option<u64>)],
    random: &mut Rng,
) {
    if counts.iter().all(|(_, count)| count.is_none()) {
        if random.bool() {
            fields.insert(name.to_owned(), Value::Null);
        }
        return;
    }
    let mut object = Map::new();
    for (name, count) in counts {
        set(&mut object, name, *count, random);
    }
    fields.insert(name.to_owned(), object.into());
}
