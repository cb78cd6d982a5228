//! What a provider does besides chat: a key that one capability has no use for is a mistake, and a default is in its
//! list and within its bounds.

use portolan_types::Capability;

use super::bounds::not_above;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{Number, ParameterShape, ServiceShape, Text, Word};
use crate::source::Spanned;

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for (_, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        for (capability, service) in provider.capabilities.iter() {
            fits(capability, service, out);
            if !service.voices.is_empty() {
                listed("voice", service.default_voice.as_ref(), &service.voices, out);
            }
            if !service.formats.is_empty() {
                listed("format", service.default_format.as_ref(), &service.formats, out);
            }
            for (_, parameter) in service.parameters.iter() {
                bounds(parameter, out);
            }
        }
    }
}

fn fits(capability: &Spanned<Word<Capability>>, service: &ServiceShape, out: &mut Diagnostics) {
    let speaks = matches!(capability.0, Capability::Speech | Capability::RealtimeVoice);
    if !speaks && (!service.voices.is_empty() || service.default_voice.is_some()) {
        misplaced(capability, "voices", "only `speech` and `realtime-voice` have voices", out);
    }
    let lasts = matches!(capability.0, Capability::Video | Capability::Music | Capability::Speech);
    if !lasts && service.models.iter().any(|(_, model)| !model.seconds.is_empty()) {
        misplaced(capability, "seconds", "only `video`, `music` and `speech` have a length", out);
    }
}

fn misplaced(capability: &Spanned<Word<Capability>>, key: &str, help: &str, out: &mut Diagnostics) {
    let message = format!("`{key}` under `{}`", capability.value);
    out.push(Diagnostic::new(Code::MisplacedKey, capability.span, message).help(help));
}

/// The least value is not above the greatest, and the default lies between them.
fn bounds(parameter: &ParameterShape, out: &mut Diagnostics) {
    let min = ("min", parameter.min.as_ref());
    let max = ("max", parameter.max.as_ref());
    let default = ("default", parameter.default.as_ref());
    not_above(min, max, Number::compare, out);
    not_above(min, default, Number::compare, out);
    not_above(default, max, Number::compare, out);
}

/// Reports a default that is not in its list.
pub(super) fn listed(
    what: &str,
    default: Option<&Spanned<Text>>,
    list: &[Text],
    out: &mut Diagnostics,
) {
    let Some(default) = default.filter(|default| !list.contains(default)) else { return };
    let message = format!("the default {what} `{}` is not in the list", default.value);
    let words: Vec<_> = list.iter().map(|text| &**text).collect();
    let help = match words.as_slice() {
        [] => "add the list with it".to_owned(),
        words => format!("add it, or write one of {}", crate::shape::list(words)),
    };
    out.push(Diagnostic::new(Code::DefaultNotListed, default.span, message).help(help));
}
