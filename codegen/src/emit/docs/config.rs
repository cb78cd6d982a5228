//! An example of the user's file for one provider: the default model, the region, the key, and the provider spelled out as
//! someone would who adjusts it, in the language of manifests. It says what the catalog says, so that a reader changes
//! what is to be different.

use portolan_types::Capability;

use super::models::{in_order, is_over};
use crate::catalog::{Endpoint, Model, Provider};
use crate::emit::markdown::ANCHOR;
use crate::labels::Labels;
use crate::lower::usual_header;

/// How many models the example lists.
const MODELS: usize = 3;

/// The example as a fenced block of YAML, nothing for a provider without a model to start with.
pub(super) fn example(provider: &Provider, labels: &Labels) -> String {
    let models = models(provider);
    let Some(first) = models.first() else { return String::new() };
    let region = provider.default_region.as_ref();
    let region = provider.regions.iter().find(|one| region.is_none_or(|id| one.id == *id));
    let mut out = format!("{}\n\n```yaml\n", labels.phrases.config_reader);
    line(&mut out, 0, "default_model", &scalar(&format!("{}/{}", provider.id, first.id)));
    if let Some(region) = region {
        line(&mut out, 0, "regions", "");
        let ids: Vec<_> = provider.regions.iter().map(|one| one.id.as_str()).collect();
        let comment = labels.phrases.one_of.fill(&ids.join(", "));
        line(&mut out, 1, &scalar(&provider.id), &format!("{} # {comment}", scalar(&region.id)));
    }
    if let Some([key]) = provider.auth.env.first().map(Vec::as_slice) {
        line(&mut out, 0, "keys", "");
        line(&mut out, 1, &scalar(&provider.id), &quoted(&format!("${{{key}}}")));
    }
    line(&mut out, 0, "providers", "");
    line(&mut out, 1, &scalar(&provider.id), "");
    endpoints(&mut out, &provider.endpoints);
    line(&mut out, 2, "models", "");
    for model in models {
        one_model(&mut out, model);
    }
    out.push_str("```\n");
    out
}

/// The addresses of a provider without regions; where there are some, the region says which.
fn endpoints(out: &mut String, endpoints: &[Endpoint]) {
    if endpoints.is_empty() {
        return;
    }
    line(out, 2, "endpoints", "");
    for endpoint in endpoints {
        let (api, url) = (endpoint.api.0, scalar(&endpoint.url));
        let value = if endpoint.header.0 == usual_header(api) {
            url
        } else {
            format!("{{ url: {url}, header: {} }}", endpoint.header)
        };
        line(out, 3, api.id(), &value);
    }
    if let [first, _, ..] = endpoints {
        line(out, 2, "default_api", first.api.0.id());
    }
}

/// The default model and others for chat, in the order of the table of models; else the first of any kind.
fn models(provider: &Provider) -> Vec<&Model> {
    let current: Vec<_> = in_order(provider).into_iter().filter(|model| !is_over(model)).collect();
    let is_default = |model: &Model| provider.default_model.as_ref() == Some(&model.id);
    let default = current.iter().copied().filter(|model| is_default(model));
    let chat = current
        .iter()
        .copied()
        .filter(|model| !is_default(model) && model.facts.capability.0 == Capability::Chat);
    let mut list: Vec<_> = default.chain(chat).take(MODELS).collect();
    if list.is_empty() {
        list.extend(current.first());
    }
    list
}

fn one_model(out: &mut String, model: &Model) {
    let facts = &model.facts;
    line(out, 3, &scalar(&model.id), "");
    line(out, 4, "name", &scalar(&model.name));
    if let Some(reasoning) = facts.reasoning {
        line(out, 4, "features", &format!("{{ reasoning: {reasoning} }}"));
    }
    if !facts.input.is_empty() {
        let kinds: Vec<_> = facts.input.iter().map(|word| word.0.id()).collect();
        line(out, 4, "modalities", &format!("{{ input: [{}] }}", kinds.join(", ")));
    }
    let limits = [("context", facts.context), ("output", facts.max_output)];
    let limits = limits.into_iter().filter_map(|(key, count)| Some(format!("{key}: {}", count?)));
    let limits: Vec<_> = limits.collect();
    if !limits.is_empty() {
        line(out, 4, "limits", &format!("{{ {} }}", limits.join(", ")));
    }
}

fn line(out: &mut String, depth: usize, key: &str, value: &str) {
    out.extend([&*"  ".repeat(depth), key, ":"]);
    if !value.is_empty() {
        out.extend([" ", value]);
    }
    out.push('\n');
}

/// A text as a YAML scalar: plain where every reader takes it for a text, else in quotes.
fn scalar(text: &str) -> String {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-._/@".contains(c);
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(inner)
        && !text.contains(ANCHOR)
        && !matches!(
            &*text.to_ascii_lowercase(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    let address = text.strip_prefix("https://").is_some_and(|rest| {
        rest.chars().all(|c| inner(c) || c == ':') && !rest.ends_with(':') && !rest.contains(ANCHOR)
    });
    if plain || address { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes. What mdBook would take for an instruction is escaped too.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for (position, c) in text.char_indices() {
        let rest = &text[position..];
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if rest.starts_with("{{")
                || rest.starts_with(ANCHOR)
                || crate::yaml::is_forbidden(c)
                || c.is_control() =>
            {
                let escaped = format!("\\U{:08x}", u32::from(c));
                out.push_str(&escaped);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
