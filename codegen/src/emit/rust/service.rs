//! The row of a service: what a provider does besides chat.

use super::layout::Node;
use super::row::{Row, number, some, some_text, texts, word};
use crate::catalog::{Parameter, Service, ServiceModel};

/// The literal of one service.
pub(super) fn row(service: &Service) -> Node<'_> {
    let capability = || word("Capability", service.capability);
    Row::over("Service", Node::call("Service::new(", [capability()]))
        // It stands in the base.
        .set("capability", capability().unset_if(true))
        .set("id", some_text(service.id.as_ref()))
        .set("aliases", texts(&service.aliases))
        .set("call", some_text(service.call.as_ref()))
        .set("poll", some_text(service.poll.as_ref()))
        .set("request", some_text(service.request.as_ref()))
        .set("response", some_text(service.response.as_ref()))
        .set("default_model", some_text(service.default_model.as_ref()))
        .set("models", Node::slice(service.models.iter().map(model)))
        .set("voices", texts(&service.voices))
        .set("default_voice", some_text(service.default_voice.as_ref()))
        .set("formats", texts(&service.formats))
        .set("default_format", some_text(service.default_format.as_ref()))
        .set("modes", texts(&service.modes))
        .set("parameters", Node::slice(service.parameters.iter().map(parameter)))
        .set("env", texts(&service.env))
        .set("notes", texts(&service.notes))
        .end()
}

fn model(model: &ServiceModel) -> Node<'_> {
    let seconds = model.seconds.iter().map(|seconds| number(*seconds));
    Row::over("ServiceModel", Node::raw("ServiceModel::PLAIN"))
        .set("id", Node::text(&model.id))
        .set("requires", texts(&model.requires))
        .set("omits", texts(&model.omits))
        .set("modes", texts(&model.modes))
        .set("seconds", Node::slice(seconds))
        .set("max_results", some(model.max_results.map(number)))
        .set("note", some_text(model.note.as_ref()))
        .end()
}

fn parameter(parameter: &Parameter) -> Node<'_> {
    Row::whole("Parameter")
        .set("name", Node::text(&parameter.name))
        .set("min", some_text(parameter.min.as_ref()))
        .set("max", some_text(parameter.max.as_ref()))
        .set("default", some_text(parameter.default.as_ref()))
        .end()
}
