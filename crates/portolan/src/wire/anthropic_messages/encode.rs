//! A request as `POST /v1/messages` spells it. Thoughts go back with their signatures; what another provider thought
//! does not.

use portolan_types::{Api, ServiceTier};
use serde_json::{Map, Value, json};

use crate::message::{CacheFor, Content, Media, Message, Part, Role, Source};
use crate::request::{Format, Reasoning, Request};
use crate::target::Target;
use crate::tool::{ToolChoice, ToolResult};
use crate::wire::Encoded;
use crate::wire::body::{Body, object};

pub(in crate::wire) fn encode(
    request: &Request,
    target: &Target,
    stream: bool,
) -> Result<Encoded, Vec<String>> {
    let mut body = Body::new(target.api);
    // Google Cloud names the model in the path and the version in the body.
    let mut headers = Vec::new();
    if target.api == Api::GoogleVertex {
        body.set("anthropic_version", "vertex-2023-10-16");
    } else {
        body.set("model", target.model_id.as_str());
        headers.push(("anthropic-version", "2023-06-01"));
    }
    match request.max_tokens.or(target.max_output()) {
        Some(tokens) => body.set("max_tokens", tokens),
        None => body.object("needs a limit of output tokens, and the catalog knows none: set one"),
    }
    let mut system = Vec::new();
    for part in &request.system {
        let text = body.text_of(part, "the system prompt");
        system.push(cached(json!({"type": "text", "text": text}), part));
    }
    body.set_list("system", system);
    let messages = request.messages.iter().filter_map(|message| turn(message, target, &mut body));
    let messages: Vec<_> = messages.collect();
    body.set("messages", messages);
    body.set_some("temperature", request.temperature);
    body.set_some("top_p", request.top_p);
    body.set_list("stop_sequences", request.stop.iter().map(|text| json!(text)).collect());
    body.object_if(request.seed.is_some(), "a seed");
    body.only_text_out(request);
    body.set_list("tools", tools(request));
    body.set_some("tool_choice", choice(request));
    for (name, value) in reasoning(request, target, &mut body) {
        body.set(&name, value);
    }
    match &request.format {
        None => {}
        Some(Format::Schema { schema, .. }) => {
            body.set_at("output_config.format", json!({"type": "json_schema", "schema": schema}));
        }
        Some(Format::Json) => body.object_if(true, "JSON without a schema"),
    }
    match request.service_tier {
        None => {}
        Some(ServiceTier::Standard) => body.set("service_tier", "standard_only"),
        Some(ServiceTier::Priority) => body.set("service_tier", "auto"),
        Some(ServiceTier::Fast) => {
            body.set("speed", "fast");
            if target.api != Api::GoogleVertex {
                headers.push(("anthropic-beta", "fast-mode-2026-02-01"));
            }
        }
        Some(tier) => body.object_if(true, &format!("the service tier `{tier}`")),
    }
    if stream {
        body.set("stream", true);
    }
    body.finish(request, "/v1/messages".to_owned(), headers)
}

/// Models with a budget think when they are given one, and their effort is for everything that they write. Those without
/// one decide for themselves, within an effort.
///
/// Bedrock hands the same fields on to these models.
pub(in crate::wire) fn reasoning(
    request: &Request,
    target: &Target,
    body: &mut Body,
) -> Map<String, Value> {
    let adaptive = json!({"type": "adaptive", "display": "summarized"});
    let (thinking, effort) = match &request.reasoning {
        None => (None, None),
        Some(Reasoning::Off) => (Some(json!({"type": "disabled"})), None),
        Some(Reasoning::On) if target.has_budget() => {
            body.object("has this model think within a budget: name one");
            (None, None)
        }
        Some(Reasoning::On) => (Some(adaptive), None),
        Some(Reasoning::Budget(tokens)) => {
            (Some(json!({"type": "enabled", "budget_tokens": tokens})), None)
        }
        Some(Reasoning::Effort(effort)) => {
            ((!target.has_budget()).then_some(adaptive), Some(json!({"effort": effort})))
        }
    };
    object([("thinking", thinking), ("output_config", effort)])
}

fn tools(request: &Request) -> Vec<Value> {
    let spell = |tool: &crate::tool::Tool| {
        Value::Object(object([
            ("name", Some(json!(tool.name))),
            ("description", Some(json!(tool.description))),
            ("input_schema", Some(tool.parameters.clone())),
            ("strict", tool.strict.then_some(json!(true))),
        ]))
    };
    request.tools.iter().map(spell).collect()
}

fn choice(request: &Request) -> Option<Value> {
    let mut spelled = match request.tool_choice.as_ref() {
        Some(ToolChoice::Auto) => json!({"type": "auto"}),
        Some(ToolChoice::None) => json!({"type": "none"}),
        Some(ToolChoice::Any) => json!({"type": "any"}),
        Some(ToolChoice::Tool(name)) => json!({"type": "tool", "name": name}),
        None => {
            request.parallel_tools?;
            json!({"type": "auto"})
        }
    };
    if let Some(parallel) = request.parallel_tools {
        spelled["disable_parallel_tool_use"] = json!(!parallel);
    }
    Some(spelled)
}

/// A turn, or nothing where nothing of it can be said here.
fn turn(message: &Message, target: &Target, body: &mut Body) -> Option<Value> {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let mut blocks = Vec::new();
    for part in &message.parts {
        blocks.extend(block(part, target, body).map(|block| cached(block, part)));
    }
    (!blocks.is_empty()).then(|| json!({"role": role, "content": blocks}))
}

fn block(part: &Part, target: &Target, body: &mut Body) -> Option<Value> {
    match &part.content {
        // The api refuses empty ones.
        Content::Text(text) if text.is_empty() => None,
        Content::Text(text) => Some(json!({"type": "text", "text": text})),
        Content::Media(media) => spell_media(media, body),
        Content::Reasoning(text) => thought(part, text, target),
        Content::ToolCall(call) => body.arguments(call).map(
            |input| json!({"type": "tool_use", "id": call.id, "name": call.name, "input": input}),
        ),
        Content::ToolResult(result) => Some(spell_result(result, target, body)),
    }
}

fn thought(part: &Part, text: &str, target: &Target) -> Option<Value> {
    let data = part.replay.as_ref()?.data_for(target.spoken(), target.provider.id)?;
    match (data.get("redacted"), data.get("signature")) {
        (Some(data), _) => Some(json!({"type": "redacted_thinking", "data": data})),
        (None, Some(signature)) => {
            Some(json!({"type": "thinking", "thinking": text, "signature": signature}))
        }
        (None, None) => None,
    }
}

fn spell_result(result: &ToolResult, target: &Target, body: &mut Body) -> Value {
    let blocks = result.parts.iter().filter_map(|part| block(part, target, body)).collect();
    Value::Object(object([
        ("type", Some(json!("tool_result"))),
        ("tool_use_id", Some(json!(result.id))),
        ("content", Some(Value::Array(blocks))),
        ("is_error", result.is_error.then_some(json!(true))),
    ]))
}

fn spell_media(media: &Media, body: &mut Body) -> Option<Value> {
    use portolan_types::Modality;
    let source = match &media.source {
        Source::Url(url) => json!({"type": "url", "url": url}),
        Source::Bytes(_) => {
            json!({"type": "base64", "media_type": media.mime(), "data": media.base64()})
        }
    };
    match media.kind() {
        Modality::Image => Some(json!({"type": "image", "source": source})),
        Modality::Pdf => Some(Value::Object(object([
            ("type", Some(json!("document"))),
            ("source", Some(source)),
            ("title", media.name().map(|name| json!(name))),
        ]))),
        kind => {
            body.object(format_args!("takes no {kind}"));
            None
        }
    }
}

fn cached(mut block: Value, part: &Part) -> Value {
    match part.cache {
        None => {}
        Some(CacheFor::FiveMinutes) => block["cache_control"] = json!({"type": "ephemeral"}),
        Some(CacheFor::Hour) => block["cache_control"] = json!({"type": "ephemeral", "ttl": "1h"}),
    }
    block
}
