//! What every encoder needs: a body that grows field by field, and the objections that come up on the way. Nothing that
//! an api cannot say is dropped; it is an objection.

use portolan_types::{Modality, ServiceTier};
use serde_json::{Map, Value, json};

use super::Encoded;
use crate::message::{Content, Part};
use crate::request::Request;
use crate::tool::ToolCall;

/// A body that is being spelled.
pub(super) struct Body {
    fields: Map<String, Value>,
    objections: Vec<String>,
    api: &'static str,
}

impl Body {
    pub(super) fn new(api: portolan_types::Api) -> Self {
        Self { fields: Map::new(), objections: Vec::new(), api: api.id() }
    }

    /// Sets a field.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// Sets a field by its path; objects on the way are made where there are none.
    pub(super) fn set_at(&mut self, path: &str, value: impl Into<Value>) {
        let (mut fields, mut path) = (&mut self.fields, path);
        while let Some((name, rest)) = path.split_once('.') {
            let inner = fields.entry(name.to_owned()).or_insert_with(|| json!({}));
            if !inner.is_object() {
                *inner = json!({});
            }
            let Value::Object(inner) = inner else { return };
            (fields, path) = (inner, rest);
        }
        fields.insert(path.to_owned(), value.into());
    }

    /// Sets what a catalog writes as `path=value`.
    pub(super) fn set_setting(&mut self, setting: &str) {
        let (path, value) = setting.split_once('=').unwrap_or((setting, "true"));
        match value {
            "true" => self.set_at(path, true),
            "false" => self.set_at(path, false),
            text => self.set_at(path, text),
        }
    }

    /// Sets a field, if there is a value.
    pub(super) fn set_some<V: Into<Value>>(&mut self, name: &str, value: Option<V>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Sets a field, if the list has items.
    pub(super) fn set_list(&mut self, name: &str, list: Vec<Value>) {
        if !list.is_empty() {
            self.set(name, list);
        }
    }

    /// Sets a field, if the object has fields.
    pub(super) fn set_object(&mut self, name: &str, object: Map<String, Value>) {
        if !object.is_empty() {
            self.set(name, object);
        }
    }

    /// Says that the api has no way to say something.
    pub(super) fn object(&mut self, what: impl std::fmt::Display) {
        self.objections.push(format!("`{}` {what}", self.api));
    }

    /// Objects to an option that the api has no field for.
    pub(super) fn object_if(&mut self, set: bool, what: &str) {
        if set {
            self.object(format_args!("has no field for {what}"));
        }
    }

    /// Objects to an answer of another kind than text, for apis that know no other.
    pub(super) fn only_text_out(&mut self, request: &Request) {
        let other = request.output.iter().any(|kind| *kind != Modality::Text);
        self.object_if(other, "the kinds of content to answer with");
    }

    /// The text of a part, or an objection where it is something else.
    pub(super) fn text_of(&mut self, part: &Part, place: &str) -> String {
        if let Content::Text(text) = &part.content {
            return text.clone();
        }
        self.object(format_args!("takes only text in {place}"));
        String::new()
    }

    /// The texts of parts as one, or an objection where something else is among them.
    pub(super) fn texts_of(&mut self, parts: &[Part], place: &str) -> String {
        let texts: Vec<_> = parts.iter().map(|part| self.text_of(part, place)).collect();
        texts.join("\n")
    }

    /// The arguments of a call that goes back, or an objection where they are cut off.
    pub(super) fn arguments(&mut self, call: &ToolCall) -> Option<Value> {
        let arguments = call.arguments.value();
        if arguments.is_none() {
            let name = &call.name;
            self.object(format_args!("cannot take back the call of `{name}`, which is cut off"));
        }
        arguments
    }

    /// The body with the caller's own fields, or every objection.
    pub(super) fn finish(
        mut self,
        request: &Request,
        path: String,
        headers: Vec<(&'static str, &'static str)>,
    ) -> Result<Encoded, Vec<String>> {
        self.fields.extend(request.extra.clone());
        if self.objections.is_empty() {
            let body = Value::Object(self.fields).to_string().into_bytes();
            return Ok(Encoded { path, headers, body });
        }
        self.objections.dedup();
        Err(self.objections)
    }
}

/// The word for a tier in the apis of `OpenAI`'s kind; none where it is asked for in another way.
pub(super) fn tier_word(tier: ServiceTier) -> Option<&'static str> {
    match tier {
        ServiceTier::Standard => Some("default"),
        ServiceTier::Flex => Some("flex"),
        ServiceTier::Priority => Some("priority"),
        ServiceTier::Fast => Some("fast"),
        ServiceTier::Ultrafast => Some("ultrafast"),
        _ => None,
    }
}

/// An object of the fields that have a value.
pub(super) fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let said = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    said.collect()
}
