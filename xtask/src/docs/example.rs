//! An example of a schema as a person would write it in a manifest: YAML on one line.

use serde_json::Value as Json;

/// The value in flow style. Reading it back as YAML gives the same value.
pub fn yaml(value: &Json) -> String {
    match value {
        Json::String(text) if is_plain(text) => text.clone(),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(yaml).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) if !entries.is_empty() => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{key}: {}", yaml(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether a text needs no quotes wherever it stands.
fn is_plain(text: &str) -> bool {
    let word =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '(' | ')');
    let other_type = ["true", "false", "null", "yes", "no", "on", "off"].contains(&text);
    let number = text.replace('_', "").parse::<f64>().is_ok() && !text.contains('_');
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(word)
        && !text.ends_with(' ')
        && !other_type
        && !number
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quotes_stand_where_they_are_needed() {
        let value = json!({ "a": ["x y", "5", "true", "a: b"], "b": 0.5, "c": "200_000", "d": {} });
        assert_eq!(yaml(&value), r#"{ a: [x y, "5", "true", "a: b"], b: 0.5, c: 200_000, d: {} }"#);
    }
}
