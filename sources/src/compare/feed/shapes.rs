//! What the fields of a shape are about. A field that a feed never writes is no difference of an entry; the docs list
//! them once.

use super::Shape;

/// The shape of models.dev's `api.json`.
pub(super) const MODELS_DEV: Shape = Shape {
    carries: |field| {
        // An id is the key; a name, a family and a day on which the source was edited are no facts of the model.
        let words = ["id", "name", "family", "last_updated", "interleaved"];
        let dropped = ["experimental", "provider", "reasoning_options", "cost.context_over_200k"];
        !words.contains(&field) && !dropped.iter().any(|name| starts(field, name))
    },
    is_price: |field| field.starts_with("cost."),
    fact: |field| {
        let fact = match field {
            "attachment" => "features.attachments",
            "reasoning" => "features.reasoning",
            "tool_call" => "features.tools",
            "structured_output" => "features.structured_output",
            "temperature" => "features.temperature",
            "knowledge" => "cutoff",
            "release_date" => "released",
            "interleaved.field" => "reasoning_field",
            "limit.context" => "limits.context",
            "limit.input" => "limits.input",
            "limit.output" => "limits.output",
            "modalities.input" | "modalities.output" | "open_weights" | "status" => field,
            _ => return price(field),
        };
        Some(fact.to_owned())
    },
};

/// The shape of litellm's price map.
pub(super) const LITELLM: Shape = Shape {
    carries: |field| {
        let facts = [
            "litellm_provider",
            "mode",
            "max_input_tokens",
            "max_output_tokens",
            "deprecation_date",
            "supports_function_calling",
            "supports_reasoning",
            "supports_response_schema",
            "supports_vision",
            "supports_pdf_input",
            "supports_audio_input",
            "supports_video_input",
            "supports_audio_output",
        ];
        // The same prices in an older or another spelling.
        let respelt = [
            "tiered_pricing",
            "off_peak_pricing",
            "input_cost_per_token_cache_hit",
            "input_dbu_cost_per_token",
            "output_dbu_cost_per_token",
        ];
        let is_respelt = respelt.iter().any(|name| starts(field, name));
        facts.contains(&field) || (is_cost(field) && !is_respelt)
    },
    is_price: is_cost,
    fact: |field| {
        let fact = match field {
            "max_input_tokens" => "limits.input",
            "max_output_tokens" => "limits.output",
            "deprecation_date" => "retired.on",
            "supports_function_calling" => "features.tools",
            "supports_reasoning" => "features.reasoning",
            "supports_response_schema" => "features.structured_output",
            "supports_vision"
            | "supports_pdf_input"
            | "supports_audio_input"
            | "supports_video_input" => "modalities.input",
            "supports_audio_output" => "modalities.output",
            _ if is_cost(field) => "prices",
            _ => return None,
        };
        Some(fact.to_owned())
    },
};

/// `cost.tiers.0.input` as `prices.above.input`.
fn price(field: &str) -> Option<String> {
    let rest = field.strip_prefix("cost.")?;
    if rest.starts_with("tiers.") {
        let meter = rest.rsplit('.').next()?;
        return Some(format!("prices.above.{meter}"));
    }
    Some(format!("prices.{rest}"))
}

fn starts(field: &str, name: &str) -> bool {
    field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_cost(field: &str) -> bool {
    field.contains("cost_per") || field.contains("token_cost")
}
