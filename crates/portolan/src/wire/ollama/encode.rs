//! A request as `POST /api/chat` spells it.

use portolan_types::Modality;
use serde_json::{Map, Value, json};

use crate::message::{Content, Message, Role, Source};
use crate::request::{Format, Reasoning, Request};
use crate::target::Target;
use crate::wire::Encoded;
use crate::wire::body::{Body, object};
use crate::wire::openai_completions::tools;

pub(in crate::wire) fn encode(
    request: &Request,
    target: &Target,
    stream: bool,
) -> Result<Encoded, Vec<String>> {
    let mut body = Body::new(target.api);
    body.set("model", target.model_id.as_str());
    let mut messages = Vec::new();
    if !request.system.is_empty() {
        let text = body.texts_of(&request.system, "the system prompt");
        messages.push(json!({"role": "system", "content": text}));
    }
    for message in &request.messages {
        turn(message, &mut messages, &mut body);
    }
    body.set("messages", messages);
    // The api streams unless it is told not to.
    body.set("stream", stream);
    body.set_list(
        "tools",
        tools(&request.tools, |tool| json!({"type": "function", "function": tool})),
    );
    body.object_if(request.tool_choice.is_some(), "a choice of tools");
    body.only_text_out(request);
    body.object_if(request.parallel_tools.is_some(), "calls of several tools at once");
    body.object_if(request.service_tier.is_some(), "a service tier");
    body.set_some(
        "format",
        request.format.as_ref().map(|format| match format {
            Format::Json => json!("json"),
            Format::Schema { schema, .. } => schema.clone(),
        }),
    );
    match &request.reasoning {
        None => {}
        Some(Reasoning::Off) => body.set("think", false),
        Some(Reasoning::Effort(level)) => body.set("think", level.as_str()),
        Some(Reasoning::Budget(_)) => body.object_if(true, "a reasoning budget"),
    }
    let options = object([
        ("num_predict", request.max_tokens.map(|tokens| json!(tokens))),
        ("temperature", request.temperature.map(|number| json!(number))),
        ("top_p", request.top_p.map(|number| json!(number))),
        ("stop", (!request.stop.is_empty()).then(|| json!(request.stop))),
        ("seed", request.seed.map(|seed| json!(seed))),
    ]);
    body.set_object("options", options);
    body.finish(request, "/api/chat".to_owned(), Vec::new())
}

fn turn(message: &Message, messages: &mut Vec<Value>, body: &mut Body) {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let (mut text, mut thought) = (String::new(), String::new());
    let (mut images, mut calls) = (Vec::new(), Vec::new());
    for part in &message.parts {
        match &part.content {
            Content::Text(more) => {
                // The api has one text a turn.
                if !text.is_empty() && message.role == Role::User {
                    text.push('\n');
                }
                text.push_str(more);
            }
            Content::Media(media) => match (&media.source, media.kind()) {
                (Source::Bytes(_), Modality::Image) => images.push(json!(media.base64())),
                (_, Modality::Image) => body.object("takes images only as bytes"),
                (_, kind) => body.object(format_args!("takes no {kind}")),
            },
            Content::Reasoning(more) => thought.push_str(more),
            Content::ToolCall(call) => calls.extend(
                body.arguments(call)
                    .map(|input| json!({"function": {"name": call.name, "arguments": input}})),
            ),
            Content::ToolResult(result) => {
                let content = body.texts_of(&result.parts, "the results of tools");
                let name = &result.name;
                messages.push(json!({"role": "tool", "tool_name": name, "content": content}));
            }
        }
    }
    if text.is_empty() && images.is_empty() && calls.is_empty() {
        return;
    }
    let mut spelled =
        Map::from_iter([("role".to_owned(), json!(role)), ("content".to_owned(), json!(text))]);
    spelled.extend(object([
        ("images", (!images.is_empty()).then_some(Value::Array(images))),
        // Only a model that waits for a tool goes on with its thought.
        ("thinking", (!thought.is_empty() && !calls.is_empty()).then_some(json!(thought))),
        ("tool_calls", (!calls.is_empty()).then_some(Value::Array(calls))),
    ]));
    messages.push(Value::Object(spelled));
}
