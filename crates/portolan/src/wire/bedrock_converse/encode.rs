//! A request as `POST /model/{model}/converse` spells it. What only some models take (thinking) lies in the fields that
//! Bedrock hands on to them, spelled as their lab's own api has it.

use portolan_types::{Modality, ServiceTier};
use serde_json::{Map, Value, json};

use crate::message::{CacheFor, Content, Media, Message, Part, Role, Source};
use crate::request::{Format, Reasoning, Request};
use crate::target::Target;
use crate::tool::{ToolChoice, ToolResult};
use crate::wire::Encoded;
use crate::wire::anthropic_messages;
use crate::wire::body::{Body, object};

pub(in crate::wire) fn encode(
    request: &Request,
    target: &Target,
    stream: bool,
) -> Result<Encoded, Vec<String>> {
    let mut body = Body::new(target.api);
    let mut system = Vec::new();
    for part in &request.system {
        system.push(json!({"text": body.text_of(part, "the system prompt")}));
        system.extend(cache_point(part));
    }
    body.set_list("system", system);
    let turns: Vec<_> =
        request.messages.iter().filter_map(|message| turn(message, target, &mut body)).collect();
    body.set("messages", turns);
    let config = object([
        ("maxTokens", request.max_tokens.map(|tokens| json!(tokens))),
        ("temperature", request.temperature.map(|number| json!(number))),
        ("topP", request.top_p.map(|number| json!(number))),
        ("stopSequences", (!request.stop.is_empty()).then(|| json!(request.stop))),
    ]);
    body.set_object("inferenceConfig", config);
    body.object_if(request.seed.is_some(), "a seed");
    body.only_text_out(request);
    body.object_if(request.parallel_tools.is_some(), "calls of several tools at once");
    match &request.format {
        None => {}
        Some(Format::Json) => body.object_if(true, "JSON without a schema"),
        Some(Format::Schema { name, schema }) => {
            // The schema goes as a text.
            let schema = json!({"name": name, "schema": schema.to_string()});
            let format = json!({"type": "json_schema", "structure": {"jsonSchema": schema}});
            body.set("outputConfig", json!({"textFormat": format}));
        }
    }
    body.set_object("toolConfig", tools(request));
    reasoning(request, target, &mut body);
    match request.service_tier {
        None | Some(ServiceTier::Standard) => {}
        Some(tier @ (ServiceTier::Flex | ServiceTier::Priority)) => {
            body.set("serviceTier", json!({"type": tier.id()}));
        }
        Some(tier) => body.object_if(true, &format!("the service tier `{tier}`")),
    }
    let call = if stream { "converse-stream" } else { "converse" };
    body.finish(request, format!("/model/{}/{call}", target.model_in_path()), Vec::new())
}

/// Bedrock has no fields of its own for reasoning: each lab's models take their own.
fn reasoning(request: &Request, target: &Target, body: &mut Body) {
    if target.is_of_lab("anthropic") {
        let fields = anthropic_messages::reasoning(request, target, body);
        body.set_object("additionalModelRequestFields", fields);
        return;
    }
    match &request.reasoning {
        None => {}
        // What does not reason need not be told.
        Some(Reasoning::Off) if !target.reasons() => {}
        Some(asked) => match field_of_lab(asked, target) {
            Some((field, value)) => {
                body.set_object("additionalModelRequestFields", object([(field, Some(value))]));
            }
            None => body.object(
                "has no one field for the reasoning of this model; set the model's own as \
                 `additionalModelRequestFields`",
            ),
        },
    }
}

/// The field of a lab's own for what is asked: `OpenAI`'s open models take `reasoning_effort`
/// (<https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html>), Nova 2 takes `reasoningConfig`
/// (<https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-converse-api.html>). Only for levels that the catalog
/// has for the model.
fn field_of_lab(asked: &Reasoning, target: &Target) -> Option<(&'static str, Value)> {
    match asked {
        Reasoning::Effort(effort) if !target.has_effort(effort) => None,
        Reasoning::Effort(effort) if target.is_of_lab("openai") => {
            Some(("reasoning_effort", json!(effort)))
        }
        Reasoning::Effort(effort) if target.is_of_lab("amazon") => {
            Some(("reasoningConfig", json!({"type": "enabled", "maxReasoningEffort": effort})))
        }
        Reasoning::Off if target.is_of_lab("amazon") => {
            Some(("reasoningConfig", json!({"type": "disabled"})))
        }
        _ => None,
    }
}

fn tools(request: &Request) -> Map<String, Value> {
    let spell = |tool: &crate::tool::Tool| {
        let spec = object([
            ("name", Some(json!(tool.name))),
            ("description", Some(json!(tool.description))),
            ("inputSchema", Some(json!({"json": tool.parameters}))),
            ("strict", tool.strict.then_some(json!(true))),
        ]);
        json!({"toolSpec": spec})
    };
    // An answer without tools is asked for by not offering any.
    if request.tools.is_empty() || request.tool_choice == Some(ToolChoice::None) {
        return Map::new();
    }
    let choice = request.tool_choice.as_ref().map(|choice| match choice {
        ToolChoice::Any => json!({"any": {}}),
        ToolChoice::Tool(name) => json!({"tool": {"name": name}}),
        ToolChoice::Auto | ToolChoice::None => json!({"auto": {}}),
    });
    let tools: Vec<_> = request.tools.iter().map(spell).collect();
    object([("tools", Some(Value::Array(tools))), ("toolChoice", choice)])
}

fn turn(message: &Message, target: &Target, body: &mut Body) -> Option<Value> {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let mut blocks = Vec::new();
    for part in &message.parts {
        blocks.extend(block(part, target, body));
        blocks.extend(cache_point(part));
    }
    (!blocks.is_empty()).then(|| json!({"role": role, "content": blocks}))
}

fn cache_point(part: &Part) -> Option<Value> {
    Some(match part.cache? {
        CacheFor::FiveMinutes => json!({"cachePoint": {"type": "default"}}),
        CacheFor::Hour => json!({"cachePoint": {"type": "default", "ttl": "1h"}}),
    })
}

fn block(part: &Part, target: &Target, body: &mut Body) -> Option<Value> {
    match &part.content {
        // The api refuses empty ones.
        Content::Text(text) if text.is_empty() => None,
        Content::Text(text) => Some(json!({"text": text})),
        Content::Media(media) => spell_media(media, body),
        Content::Reasoning(text) => thought(part, text, target),
        Content::ToolCall(call) => body.arguments(call).map(
            |input| json!({"toolUse": {"toolUseId": call.id, "name": call.name, "input": input}}),
        ),
        Content::ToolResult(result) => Some(spell_result(result, target, body)),
    }
}

fn thought(part: &Part, text: &str, target: &Target) -> Option<Value> {
    let data = part.replay.as_ref()?.data_for(target.spoken(), target.provider.id)?;
    if let Some(redacted) = data.get("redacted") {
        return Some(json!({"reasoningContent": {"redactedContent": redacted}}));
    }
    let thought =
        object([("text", Some(json!(text))), ("signature", data.get("signature").cloned())]);
    Some(json!({"reasoningContent": {"reasoningText": thought}}))
}

fn spell_result(result: &ToolResult, target: &Target, body: &mut Body) -> Value {
    let blocks: Vec<_> = result.parts.iter().filter_map(|part| block(part, target, body)).collect();
    let status = if result.is_error { "error" } else { "success" };
    json!({"toolResult": {"toolUseId": result.id, "content": blocks, "status": status}})
}

fn spell_media(media: &Media, body: &mut Body) -> Option<Value> {
    let Source::Bytes(_) = &media.source else {
        body.object(format_args!("takes {} only as bytes", media.kind()));
        return None;
    };
    let (format, source) = (media.format(), json!({"bytes": media.base64()}));
    let name = media.name().unwrap_or("document");
    // The name of a document may hold no dots, so a file name goes without its ending.
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match media.kind() {
        Modality::Image => Some(json!({"image": {"format": format, "source": source}})),
        Modality::Video => Some(json!({"video": {"format": format, "source": source}})),
        Modality::Audio => Some(json!({"audio": {"format": format, "source": source}})),
        Modality::Pdf => {
            Some(json!({"document": {"format": "pdf", "name": name, "source": source}}))
        }
        kind => {
            body.object(format_args!("takes no {kind}"));
            None
        }
    }
}
