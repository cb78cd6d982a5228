//! A request as `:generateContent` spells it. Signatures of thoughts go back on the very parts that they came with.

use portolan_types::{Api, ServiceTier};
use serde_json::{Map, Value, json};

use crate::message::{Content, Media, Message, Part, Role, Source};
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
    if !request.system.is_empty() {
        let text = body.texts_of(&request.system, "the system prompt");
        body.set("systemInstruction", json!({"parts": [{"text": text}]}));
    }
    let turns: Vec<_> =
        request.messages.iter().filter_map(|message| turn(message, target, &mut body)).collect();
    body.set("contents", turns);
    if !request.tools.is_empty() {
        body.set("tools", json!([{"functionDeclarations": tools(request)}]));
    }
    if let Some(choice) = &request.tool_choice {
        body.set("toolConfig", json!({"functionCallingConfig": spell_choice(choice)}));
    }
    body.object_if(request.parallel_tools.is_some(), "calls of several tools at once");
    let headers = tier(request, target, &mut body);
    let mut config = object([
        ("maxOutputTokens", request.max_tokens.map(|tokens| json!(tokens))),
        ("temperature", request.temperature.map(|number| json!(number))),
        ("topP", request.top_p.map(|number| json!(number))),
        ("stopSequences", (!request.stop.is_empty()).then(|| json!(request.stop))),
        ("seed", request.seed.map(|seed| json!(seed))),
        ("thinkingConfig", thinking(request, target)),
        ("responseModalities", (!request.output.is_empty()).then(|| kinds(request))),
    ]);
    if let Some(format) = &request.format {
        config.insert("responseMimeType".to_owned(), json!("application/json"));
        if let Format::Schema { schema, .. } = format {
            config.insert("responseJsonSchema".to_owned(), schema.clone());
        }
    }
    body.set_object("generationConfig", config);
    let call = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
    body.finish(request, format!("/models/{}:{call}", target.model_in_path()), headers)
}

/// Asks for a tier: in the body, on Vertex AI by a header.
fn tier(request: &Request, target: &Target, body: &mut Body) -> Vec<(&'static str, &'static str)> {
    match request.service_tier {
        None => {}
        Some(tier @ (ServiceTier::Standard | ServiceTier::Flex | ServiceTier::Priority)) => {
            if target.api != Api::GoogleVertex {
                body.set("service_tier", tier.id());
            } else if tier != ServiceTier::Standard {
                return vec![("x-vertex-ai-llm-shared-request-type", tier.id())];
            }
        }
        Some(tier) => body.object_if(true, &format!("the service tier `{tier}`")),
    }
    Vec::new()
}

fn kinds(request: &Request) -> Value {
    request.output.iter().map(|kind| kind.id().to_uppercase()).collect()
}

fn thinking(request: &Request, target: &Target) -> Option<Value> {
    match request.reasoning.as_ref() {
        Some(Reasoning::Off) => Some(json!({"thinkingBudget": 0})),
        // As much as the model finds right; models with levels do so unless they are told one.
        Some(Reasoning::On) if target.has_budget() => {
            Some(json!({"thinkingBudget": -1, "includeThoughts": true}))
        }
        Some(Reasoning::On) => Some(json!({"includeThoughts": true})),
        Some(Reasoning::Budget(tokens)) => {
            Some(json!({"thinkingBudget": tokens, "includeThoughts": true}))
        }
        Some(Reasoning::Effort(level)) => {
            Some(json!({"thinkingLevel": level, "includeThoughts": true}))
        }
        // Thoughts are shown only to those who ask, and cost the same.
        None => target.reasons().then(|| json!({"includeThoughts": true})),
    }
}

fn tools(request: &Request) -> Vec<Value> {
    let spell = |tool: &crate::tool::Tool| {
        json!({
            "name": tool.name,
            "description": tool.description,
            "parametersJsonSchema": tool.parameters,
        })
    };
    request.tools.iter().map(spell).collect()
}

fn spell_choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!({"mode": "AUTO"}),
        ToolChoice::None => json!({"mode": "NONE"}),
        ToolChoice::Any => json!({"mode": "ANY"}),
        ToolChoice::Tool(name) => json!({"mode": "ANY", "allowedFunctionNames": [name]}),
    }
}

fn turn(message: &Message, target: &Target, body: &mut Body) -> Option<Value> {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "model",
    };
    let mut parts = Vec::new();
    for part in &message.parts {
        parts.extend(spell_part(part, target, body).map(|spelled| signed(spelled, part, target)));
    }
    (!parts.is_empty()).then(|| json!({"role": role, "parts": parts}))
}

fn spell_part(part: &Part, target: &Target, body: &mut Body) -> Option<Value> {
    match &part.content {
        Content::Text(text) => Some(json!({"text": text})),
        Content::Media(media) => Some(spell_media(media)),
        // A thought goes back only where its signature asks for it.
        Content::Reasoning(text) => {
            signature(part, target)?;
            Some(json!({"text": text, "thought": true}))
        }
        Content::ToolCall(call) => body.arguments(call).map(|input| {
            let fields =
                [("id", theirs(&call.id)), ("name", Some(json!(call.name))), ("args", Some(input))];
            json!({"functionCall": object(fields)})
        }),
        Content::ToolResult(result) => Some(spell_result(result, body)),
    }
}

fn spell_result(result: &ToolResult, body: &mut Body) -> Value {
    let (media, texts): (Vec<_>, Vec<_>) =
        result.parts.iter().partition(|part| matches!(part.content, Content::Media(_)));
    let texts: Vec<_> =
        texts.iter().map(|part| body.text_of(part, "the results of tools, media apart")).collect();
    let media = media.iter().filter_map(|part| match &part.content {
        Content::Media(media) => Some(spell_media(media)),
        _ => None,
    });
    let media: Vec<_> = media.collect();
    let text = texts.join("\n");
    let field = if result.is_error { "error" } else { "output" };
    let response = object([
        ("id", theirs(&result.id)),
        ("name", Some(json!(result.name))),
        ("response", Some(json!({field: text}))),
        ("parts", (!media.is_empty()).then_some(Value::Array(media))),
    ]);
    json!({"functionResponse": response})
}

/// An id, unless it is one that the SDK made up because the model gave none.
fn theirs(id: &str) -> Option<Value> {
    let number = id.strip_prefix("call_").unwrap_or_default();
    let ours = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (!ours).then(|| json!(id))
}

fn spell_media(media: &Media) -> Value {
    match &media.source {
        Source::Bytes(_) => {
            json!({"inlineData": {"mimeType": media.mime(), "data": media.base64()}})
        }
        Source::Url(url) => json!({"fileData": {"mimeType": media.mime(), "fileUri": url}}),
    }
}

fn signature<'p>(part: &'p Part, target: &Target) -> Option<&'p Value> {
    let data = part.replay.as_ref()?.data_for(target.spoken(), target.provider.id)?;
    data.get("signature")
}

fn signed(spelled: Value, part: &Part, target: &Target) -> Value {
    match (spelled, signature(part, target)) {
        (Value::Object(fields), Some(signature)) => {
            let signature = ("thoughtSignature".to_owned(), signature.clone());
            Value::Object(fields.into_iter().chain([signature]).collect::<Map<_, _>>())
        }
        (spelled, _) => spelled,
    }
}
