//! What changed of what a provider does besides chat. A capability is there once or not at all.

use super::Kind;
use super::record::{Pair, Recorder, Text, pairs};
use crate::catalog::{Parameter, Service, ServiceModel};

pub(super) fn services(rec: &mut Recorder<'_, '_>, before: &[Service], after: &[Service]) {
    for pair in pairs(before, after, |service| service.capability) {
        match pair {
            Pair::Gone(one) => {
                rec.push(Kind::ServiceRemoved, "", Some(one.capability.to_string()), None);
            }
            Pair::New(one) => {
                rec.push(Kind::ServiceAdded, "", None, Some(one.capability.to_string()));
            }
            Pair::Both(one, other) if one != other => service(rec, one, other),
            Pair::Both(..) => {}
        }
    }
}

fn service(rec: &mut Recorder<'_, '_>, before: &Service, after: &Service) {
    let name = after.capability.to_string();
    if before.id.is_some() {
        rec.value(Kind::ServiceIdChanged, &name, &before.id, &after.id);
    } else {
        rec.value(Kind::ServiceChanged, &format!("{name} id"), &before.id, &after.id);
    }
    let kinds = [Kind::ServiceAliasRemoved, Kind::ServiceAliasAdded];
    rec.items(kinds, &name, &before.aliases, &after.aliases);
    for pair in pairs(&before.models, &after.models, |model| &model.id) {
        model(rec, &name, &pair);
    }
    let values = [
        ("call", &before.call, &after.call),
        ("poll", &before.poll, &after.poll),
        ("request", &before.request, &after.request),
        ("response", &before.response, &after.response),
        ("default_model", &before.default_model, &after.default_model),
        ("default_voice", &before.default_voice, &after.default_voice),
        ("default_format", &before.default_format, &after.default_format),
    ];
    let kind = Kind::ServiceChanged;
    let field = |part: &str| format!("{name} {part}");
    for (part, one, other) in values {
        rec.value(kind, &field(part), one, other);
    }
    let lists = [
        ("voice", &before.voices, &after.voices),
        ("format", &before.formats, &after.formats),
        ("mode", &before.modes, &after.modes),
        ("environment", &before.env, &after.env),
    ];
    for (part, one, other) in lists {
        rec.items([kind; 2], &field(part), one, other);
    }
    for pair in pairs(&before.parameters, &after.parameters, |parameter| &parameter.name) {
        parameter(rec, &name, &pair);
    }
    rec.items([Kind::TextChanged; 2], &field("notes"), &before.notes, &after.notes);
    rec.value(Kind::SourceChanged, &field("source"), &before.source, &after.source);
}

fn model(rec: &mut Recorder<'_, '_>, service: &str, pair: &Pair<'_, ServiceModel>) {
    match pair {
        Pair::Gone(one) => {
            rec.push(Kind::ServiceModelRemoved, service, Some(one.id.clone()), None);
        }
        Pair::New(one) => {
            rec.push(Kind::ServiceModelAdded, service, None, Some(one.id.clone()));
        }
        Pair::Both(one, other) => {
            let field = |part: &str| format!("{service} {} {part}", one.id);
            let kinds = [Kind::ServiceChanged; 2];
            rec.items(kinds, &field("requires"), &one.requires, &other.requires);
            rec.items(kinds, &field("omits"), &one.omits, &other.omits);
            rec.items(kinds, &field("mode"), &one.modes, &other.modes);
            rec.items(kinds, &field("seconds"), &one.seconds, &other.seconds);
            rec.value(kinds[0], &field("max_results"), &one.max_results, &other.max_results);
            rec.value(Kind::TextChanged, &field("note"), &one.note, &other.note);
        }
    }
}

fn parameter(rec: &mut Recorder<'_, '_>, service: &str, pair: &Pair<'_, Parameter>) {
    let (name, one, other) = match pair {
        Pair::Gone(one) => (&one.name, Some(bounds(one)), None),
        Pair::New(one) => (&one.name, None, Some(bounds(one))),
        Pair::Both(one, other) => (&one.name, Some(bounds(one)), Some(bounds(other))),
    };
    rec.value(Kind::ServiceChanged, &format!("{service} {name}"), &one, &other);
}

fn bounds(parameter: &Parameter) -> String {
    let part = |value: &Option<String>| value.text().unwrap_or_else(|| "any".to_owned());
    let default = parameter.default.as_ref().map(|value| format!(", {value} if unset"));
    let (min, max) = (part(&parameter.min), part(&parameter.max));
    format!("{min} to {max}{}", default.unwrap_or_default())
}
