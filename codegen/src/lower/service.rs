//! What providers do besides chat.

use portolan_types::Capability;

use super::texts;
use crate::catalog::{Parameter, Service, ServiceModel};
use crate::manifest::{Number, ParameterShape, ServiceModelShape, ServiceShape, Word};
use crate::shape::Map;
use crate::source::Spanned;

pub(super) fn lower(map: &Map<Word<Capability>, ServiceShape>) -> Vec<Service> {
    let mut list: Vec<_> =
        map.iter().map(|(capability, shape)| lower_one(capability.value, shape)).collect();
    list.sort_by_key(|service| service.capability);
    list
}

fn lower_one(capability: Word<Capability>, shape: &ServiceShape) -> Service {
    let text = |text: &Option<crate::manifest::Text>| text.as_ref().map(ToString::to_string);
    Service {
        capability,
        id: shape.id.as_ref().map(ToString::to_string),
        aliases: texts(&shape.aliases),
        call: text(&shape.call),
        poll: text(&shape.poll),
        request: text(&shape.request),
        response: text(&shape.response),
        default_model: shape.default_model.as_ref().map(ToString::to_string),
        models: shape.models.iter().map(|(id, model)| lower_model(id, model)).collect(),
        voices: texts(&shape.voices),
        default_voice: shape.default_voice.as_ref().map(ToString::to_string),
        formats: texts(&shape.formats),
        default_format: shape.default_format.as_ref().map(ToString::to_string),
        modes: texts(&shape.modes),
        parameters: shape.parameters.iter().map(|(name, p)| parameter(name, p)).collect(),
        env: shape.env.iter().map(|name| name.value.to_string()).collect(),
        notes: texts(&shape.notes),
        source: shape.source.as_ref().map(ToString::to_string),
    }
}

fn lower_model(id: &str, shape: &ServiceModelShape) -> ServiceModel {
    ServiceModel {
        id: id.to_owned(),
        requires: texts(&shape.requires),
        omits: texts(&shape.omits),
        modes: texts(&shape.modes),
        seconds: shape.seconds.iter().map(|count| count.0).collect(),
        max_results: shape.max_results.map(|count| count.0),
        note: shape.note.as_ref().map(ToString::to_string),
    }
}

fn parameter(name: &str, shape: &ParameterShape) -> Parameter {
    let number = |n: &Option<Spanned<Number>>| n.as_ref().map(|n| n.0.clone());
    Parameter {
        name: name.to_owned(),
        min: number(&shape.min),
        max: number(&shape.max),
        default: number(&shape.default),
    }
}
