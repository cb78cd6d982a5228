//! What a provider does besides chat: a key that one capability has no use for is a mistake, and a default is in its
//! list.

use portolan_types::Capability;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{ServiceShape, Text, Word};
use crate::source::{Span, Spanned};

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for (_, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        for (capability, service) in provider.capabilities.iter() {
            fits(capability, service, out);
            listed("voice", service.default_voice.as_ref(), &service.voices, out);
            listed("format", service.default_format.as_ref(), &service.formats, out);
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

fn listed(what: &str, default: Option<&Spanned<Text>>, list: &[Text], out: &mut Diagnostics) {
    let Some(Spanned { value, span }) = default else { return };
    if !list.is_empty() && !list.contains(value) {
        not_listed(what, value, *span, list, out);
    }
}

fn not_listed(what: &str, value: &Text, span: Span, list: &[Text], out: &mut Diagnostics) {
    let message = format!("the default {what} `{value}` is not in the list");
    let words: Vec<_> = list.iter().map(|text| &**text).collect();
    let help = format!("add it, or write one of {}", crate::shape::list(&words));
    out.push(Diagnostic::new(Code::DefaultNotListed, span, message).help(help));
}
