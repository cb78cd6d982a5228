//! A request as `POST /responses` spells it.

use serde_json::{Value, json};

use crate::message::{Content, Media, Message, Part, Role, Source};
use crate::request::{Format, Reasoning, Request};
use crate::target::Target;
use crate::tool::{ToolChoice, ToolResult};
use crate::wire::Encoded;
use crate::wire::body::{Body, tier_word};
use crate::wire::openai_completions::tools;

pub(in crate::wire) fn encode(
    request: &Request,
    target: &Target,
    stream: bool,
) -> Result<Encoded, Vec<String>> {
    let mut body = Body::new(target.api);
    body.set("model", target.model_id.as_str());
    if !request.system.is_empty() {
        let text = body.texts_of(&request.system, "the system prompt");
        body.set("instructions", text);
    }
    let mut input = Vec::new();
    for message in &request.messages {
        items(message, target, &mut input, &mut body);
    }
    body.set("input", input);
    body.set("store", false);
    if target.reasons() {
        body.set("include", json!(["reasoning.encrypted_content"]));
    }
    body.set_some("max_output_tokens", request.max_tokens);
    body.set_some("temperature", request.temperature);
    body.set_some("top_p", request.top_p);
    body.object_if(!request.stop.is_empty(), "texts that end the answer");
    body.object_if(request.seed.is_some(), "a seed");
    body.only_text_out(request);
    body.set_list(
        "tools",
        tools(&request.tools, |mut tool| {
            tool["type"] = json!("function");
            // The api's own default is strict, which refuses most schemas.
            if tool.get("strict").is_none() {
                tool["strict"] = json!(false);
            }
            tool
        }),
    );
    body.set_some("tool_choice", request.tool_choice.as_ref().map(choice));
    body.set_some("parallel_tool_calls", request.parallel_tools);
    body.set_some("text", request.format.as_ref().map(format));
    body.set_some("prompt_cache_key", request.cache_key.as_deref());
    match &request.reasoning {
        None => {}
        Some(Reasoning::Effort(effort)) => {
            body.set("reasoning", json!({"effort": effort, "summary": "auto"}));
        }
        Some(Reasoning::Off) => body.set("reasoning", json!({"effort": "none"})),
        Some(Reasoning::Budget(_)) => body.object_if(true, "a reasoning budget"),
    }
    if let Some(tier) = request.service_tier {
        match tier_word(tier) {
            Some(word) => body.set("service_tier", word),
            None => body.object_if(true, &format!("the service tier `{tier}`")),
        }
    }
    if stream {
        body.set("stream", true);
    }
    body.finish(request, "/responses".to_owned(), Vec::new())
}

fn choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!("auto"),
        ToolChoice::None => json!("none"),
        ToolChoice::Any => json!("required"),
        ToolChoice::Tool(name) => json!({"type": "function", "name": name}),
    }
}

fn format(format: &Format) -> Value {
    match format {
        Format::Json => json!({"format": {"type": "json_object"}}),
        Format::Schema { name, schema } => json!({
            "format": {"type": "json_schema", "name": name, "schema": schema, "strict": true},
        }),
    }
}

/// A turn as items: texts and media of one turn together, calls, results and thoughts each their own.
fn items(message: &Message, target: &Target, input: &mut Vec<Value>, body: &mut Body) {
    let (role, kind) = match message.role {
        Role::User => ("user", "input_text"),
        Role::Assistant => ("assistant", "output_text"),
    };
    let mut said = Vec::new();
    let flush = |said: &mut Vec<Value>, input: &mut Vec<Value>| {
        if !said.is_empty() {
            input.push(json!({"role": role, "content": std::mem::take(said)}));
        }
    };
    for part in &message.parts {
        match &part.content {
            Content::Text(text) => said.push(json!({"type": kind, "text": text})),
            Content::Media(media) if message.role == Role::User => {
                said.extend(spell_media(media, body));
            }
            Content::Media(_) => body.object("takes media only in turns of the user"),
            Content::Reasoning(_) => {
                flush(&mut said, input);
                input.extend(thought(part, target));
            }
            Content::ToolCall(call) => {
                flush(&mut said, input);
                body.arguments(call);
                input.push(json!({
                    "type": "function_call",
                    "call_id": call.id,
                    "name": call.name,
                    "arguments": call.arguments.text(),
                }));
            }
            Content::ToolResult(result) => {
                flush(&mut said, input);
                let output = result_of(result, body);
                input.push(json!({
                    "type": "function_call_output",
                    "call_id": result.id,
                    "output": output,
                }));
            }
        }
    }
    flush(&mut said, input);
}

/// What a tool answered: one text, or a list where there is something else.
fn result_of(result: &ToolResult, body: &mut Body) -> Value {
    let is_text = |part: &Part| matches!(part.content, Content::Text(_));
    if result.parts.iter().all(is_text) {
        return json!(body.texts_of(&result.parts, "the results of tools"));
    }
    let spell = |part: &Part| {
        if let Content::Media(media) = &part.content {
            return spell_media(media, body);
        }
        let text = body.text_of(part, "the results of tools, media apart");
        Some(json!({"type": "input_text", "text": text}))
    };
    result.parts.iter().filter_map(spell).collect()
}

/// The item of a thought as it came, if it came from here.
fn thought(part: &Part, target: &Target) -> Option<Value> {
    let data = part.replay.as_ref()?.data_for(target.api, target.provider.id)?;
    data.get("item").cloned()
}

fn spell_media(media: &Media, body: &mut Body) -> Option<Value> {
    use portolan_types::Modality;
    match (media.kind(), &media.source) {
        (Modality::Image, _) => Some(json!({"type": "input_image", "image_url": media.address()})),
        (Modality::Pdf, Source::Url(url)) => Some(json!({"type": "input_file", "file_url": url})),
        (Modality::Pdf, Source::Bytes(_)) => Some(json!({
            "type": "input_file",
            "filename": media.name().unwrap_or("document.pdf"),
            "file_data": media.address(),
        })),
        (kind, _) => {
            body.object(format_args!("takes no {kind}"));
            None
        }
    }
}
