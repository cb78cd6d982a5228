//! A request as `POST /chat/completions` spells it. The field that limits tokens, the one that takes reasoning back and
//! the dialect of the provider are the catalog's.

use portolan_types::{CacheControl, Modality};
use serde_json::{Map, Value, json};

use crate::message::{CacheFor, Content, Media, Message, Part, Role, Source};
use crate::request::{Format, Reasoning, Request};
use crate::target::Target;
use crate::tool::{Tool, ToolCall, ToolChoice, ToolResult};
use crate::wire::Encoded;
use crate::wire::body::{Body, object, tier_word};

pub(in crate::wire) fn encode(
    request: &Request,
    target: &Target,
    stream: bool,
) -> Result<Encoded, Vec<String>> {
    let mut body = Body::new(target.api);
    body.set("model", target.model_id.as_str());
    let mut messages = Vec::new();
    if !request.system.is_empty() {
        messages.push(json!({"role": "system", "content": system(request, target, &mut body)}));
    }
    for message in &request.messages {
        match message.role {
            Role::User => user(message, target, &mut messages, &mut body),
            Role::Assistant => assistant(message, target, &mut messages, &mut body),
        }
    }
    body.set("messages", messages);
    body.set_some(target.token_limit_field().unwrap_or("max_tokens"), request.max_tokens);
    body.set_some("temperature", request.temperature);
    body.set_some("top_p", request.top_p);
    body.set_list("stop", request.stop.iter().map(|text| json!(text)).collect());
    body.set_some("seed", request.seed);
    body.set_list(
        "tools",
        tools(&request.tools, |tool| json!({"type": "function", "function": tool})),
    );
    body.set_some("tool_choice", request.tool_choice.as_ref().map(choice));
    body.set_some("parallel_tool_calls", request.parallel_tools);
    body.set_some("response_format", request.format.as_ref().map(format));
    let kinds = request.output.iter().map(|kind| json!(kind.id()));
    body.set_list("modalities", kinds.collect());
    body.set_some("prompt_cache_key", request.cache_key.as_deref());
    reasoning(request, target, &mut body);
    if let Some(tier) = request.service_tier {
        match tier_word(tier) {
            Some(word) => body.set("service_tier", word),
            None => body.object_if(true, &format!("the service tier `{tier}`")),
        }
    }
    if stream {
        body.set("stream", true);
        if target.takes_stream_options() {
            body.set("stream_options", json!({"include_usage": true}));
        }
    }
    body.finish(request, "/chat/completions".to_owned(), Vec::new())
}

/// The system prompt: one text, or a list of texts where some are marked, as only those who take marks know it.
fn system(request: &Request, target: &Target, body: &mut Body) -> Value {
    let texts: Vec<_> = request
        .system
        .iter()
        .map(|part| {
            marked(
                json!({"type": "text", "text": body.text_of(part, "the system prompt")}),
                part,
                target,
                body,
            )
        })
        .collect();
    plain(texts)
}

/// Texts that are not marked as one, which every server knows; those of which one is marked as they are.
fn plain(texts: Vec<Value>) -> Value {
    if texts.iter().any(|text| text.get("cache_control").is_some()) {
        return Value::Array(texts);
    }
    let texts: Vec<_> = texts.iter().filter_map(|text| text["text"].as_str()).collect();
    json!(texts.join("\n"))
}

/// A piece of a message with its mark. Who takes no marks caches by itself or not at all, so that none is missed.
fn marked(mut piece: Value, part: &Part, target: &Target, body: &mut Body) -> Value {
    let (Some(time), Some(longest)) = (part.cache, target.dialect().cache_control) else {
        return piece;
    };
    piece["cache_control"] = match (time, longest) {
        (CacheFor::FiveMinutes, _) => json!({"type": "ephemeral"}),
        (CacheFor::Hour, CacheControl::Hour) => json!({"type": "ephemeral", "ttl": "1h"}),
        (CacheFor::Hour, _) => {
            body.object("keeps prompts for five minutes at this provider, not for an hour");
            return piece;
        }
    };
    piece
}

fn reasoning(request: &Request, target: &Target, body: &mut Body) {
    let dialect = target.dialect();
    let effort = dialect.effort_field().unwrap_or("reasoning_effort");
    match &request.reasoning {
        None => {}
        Some(Reasoning::Effort(level)) => {
            switch_on(target, body);
            body.set_at(effort, level.as_str());
        }
        Some(Reasoning::Off) => match dialect.reasoning_off() {
            Some(setting) => body.set_setting(setting),
            None if target.has_effort("none") => body.set_at(effort, "none"),
            None => body.object(
                "has no one field that switches reasoning off; set the vendor's own as an extra field",
            ),
        },
        Some(Reasoning::Budget(tokens)) => match dialect.budget_field() {
            Some(field) => {
                switch_on(target, body);
                body.set_at(field, *tokens);
            }
            None => body.object(
                "has no one field for a reasoning budget; set the vendor's own as an extra field",
            ),
        },
    }
}

fn switch_on(target: &Target, body: &mut Body) {
    if let Some(setting) = target.dialect().reasoning_on().filter(|_| target.may_switch_reasoning())
    {
        body.set_setting(setting);
    }
}

/// The tools, each wrapped as the api wants it.
pub(in crate::wire) fn tools(tools: &[Tool], wrap: impl Fn(Value) -> Value) -> Vec<Value> {
    let spell = |tool: &Tool| {
        Value::Object(object([
            ("name", Some(json!(tool.name))),
            ("description", Some(json!(tool.description))),
            ("parameters", Some(tool.parameters.clone())),
            ("strict", tool.strict.then_some(json!(true))),
        ]))
    };
    tools.iter().map(|tool| wrap(spell(tool))).collect()
}

fn choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!("auto"),
        ToolChoice::None => json!("none"),
        ToolChoice::Any => json!("required"),
        ToolChoice::Tool(name) => json!({"type": "function", "function": {"name": name}}),
    }
}

fn format(format: &Format) -> Value {
    match format {
        Format::Json => json!({"type": "json_object"}),
        Format::Schema { name, schema } => json!({
            "type": "json_schema",
            "json_schema": {"name": name, "schema": schema, "strict": true},
        }),
    }
}

/// A turn of the user: the results of tools are messages of their own and come first, as the api demands.
fn user(message: &Message, target: &Target, messages: &mut Vec<Value>, body: &mut Body) {
    let mut said = Vec::new();
    for part in &message.parts {
        let piece = match &part.content {
            Content::ToolResult(result) => {
                messages.push(spell_result(result, part, target, body));
                continue;
            }
            Content::Text(text) => Some(json!({"type": "text", "text": text})),
            Content::Media(media) => spell_media(media, body),
            Content::Reasoning(_) | Content::ToolCall(_) => {
                body.object("takes what a model says only in its own turns");
                None
            }
        };
        said.extend(piece.map(|piece| marked(piece, part, target, body)));
    }
    match said.as_slice() {
        [] => {}
        // Many servers know only a plain text.
        [only] if only["type"] == "text" => {
            messages.push(json!({"role": "user", "content": plain(said)}));
        }
        _ => messages.push(json!({"role": "user", "content": said})),
    }
}

fn spell_result(result: &ToolResult, part: &Part, target: &Target, body: &mut Body) -> Value {
    let text = body.texts_of(&result.parts, "the results of tools");
    let content = plain(vec![marked(json!({"type": "text", "text": text}), part, target, body)]);
    json!({"role": "tool", "tool_call_id": result.id, "content": content})
}

fn spell_media(media: &Media, body: &mut Body) -> Option<Value> {
    match (media.kind(), &media.source) {
        (Modality::Image, _) => {
            Some(json!({"type": "image_url", "image_url": {"url": media.address()}}))
        }
        (Modality::Video, _) => {
            Some(json!({"type": "video_url", "video_url": {"url": media.address()}}))
        }
        (Modality::Audio, Source::Bytes(_)) => Some(json!({
            "type": "input_audio",
            "input_audio": {"data": media.base64(), "format": media.format()},
        })),
        (Modality::Pdf, Source::Bytes(_)) => Some(json!({
            "type": "file",
            "file": {"filename": media.name().unwrap_or("document.pdf"), "file_data": media.address()},
        })),
        (kind, _) => {
            body.object(format_args!("takes {kind} only as bytes"));
            None
        }
    }
}

fn assistant(message: &Message, target: &Target, messages: &mut Vec<Value>, body: &mut Body) {
    let (mut text, mut calls) = (String::new(), Vec::new());
    let (mut thought, mut mark) = (Map::new(), None);
    for part in &message.parts {
        match &part.content {
            Content::Text(more) => {
                text.push_str(more);
                mark = Some(part).filter(|part| part.cache.is_some()).or(mark);
            }
            Content::ToolCall(call) => calls.extend(spell_call(call, body)),
            Content::Reasoning(more) => think(part, more, target, &mut thought),
            // What was said in a sound is in the text.
            Content::Media(media) if media.kind() == Modality::Audio => {}
            Content::Media(_) | Content::ToolResult(_) => {
                body.object("takes only text and tool calls in turns of the model");
            }
        }
    }
    let content = match mark {
        _ if text.is_empty() && !calls.is_empty() => Value::Null,
        Some(part) => {
            plain(vec![marked(json!({"type": "text", "text": text}), part, target, body)])
        }
        None => json!(text),
    };
    let mut spelled =
        Map::from_iter([("role".to_owned(), json!("assistant")), ("content".to_owned(), content)]);
    // Between a call and its result models want their thoughts back. A finished turn needs none unless the provider says
    // so, and some servers refuse them there.
    if !calls.is_empty() || target.replays_all() {
        spelled.extend(thought);
    }
    if !calls.is_empty() {
        spelled.insert("tool_calls".to_owned(), Value::Array(calls));
    }
    messages.push(Value::Object(spelled));
}

/// What goes back of a thought: the field that it came in, and the details that came with it.
fn think(part: &Part, text: &str, target: &Target, thought: &mut Map<String, Value>) {
    let replay = part.replay.as_ref();
    let Some(data) = replay.and_then(|replay| replay.data_for(target.api, target.provider.id))
    else {
        return;
    };
    if let Some(field) = data.get("field").and_then(Value::as_str) {
        match thought.get_mut(field) {
            Some(Value::String(held)) => held.push_str(text),
            _ => drop(thought.insert(field.to_owned(), json!(text))),
        }
    }
    if let Some(details) = data.get("details").and_then(Value::as_array) {
        let held = thought.entry("reasoning_details").or_insert_with(|| json!([]));
        if let Value::Array(held) = held {
            for detail in details {
                join_detail(held, detail);
            }
        }
    }
}

/// Adds a detail; pieces of one that was streamed become one again.
fn join_detail(held: &mut Vec<Value>, detail: &Value) {
    let same = |last: &&mut Value| {
        ["type", "index", "id"].iter().all(|name| last.get(name) == detail.get(name))
            && detail.get("index").is_some()
    };
    let Some(last) = held.last_mut().filter(same) else {
        held.push(detail.clone());
        return;
    };
    for (name, value) in detail.as_object().into_iter().flatten() {
        match (name.as_str(), &mut last[name.as_str()], value) {
            ("text" | "summary" | "data", Value::String(held), Value::String(more)) => {
                held.push_str(more);
            }
            (_, _, Value::Null) => {}
            (_, held, value) => *held = value.clone(),
        }
    }
}

fn spell_call(call: &ToolCall, body: &mut Body) -> Option<Value> {
    let ToolCall { id, name, arguments } = call;
    body.arguments(call)?;
    let function = json!({"name": name, "arguments": arguments.text()});
    Some(json!({"id": id, "type": "function", "function": function}))
}
