//! What a key takes, in words, from the schema of its value.

use anyhow::{Context, bail};
use portolan_codegen::manifest::{
    Count, Day, EnvName, Factor, FieldValue, Flag, HeaderText, Id, Language, ListUrl, ModelId,
    Moment, Number, Rate, RustName, Text, TimeWindow, Url, UrlTemplate, WebHeader,
};
use portolan_codegen::shape::{Defs, Shape};
use portolan_types::Meter;
use serde_json::Value as Json;

/// The words for scalar values. The page of keys explains each.
fn scalars() -> [(Json, &'static str); 20] {
    fn schema<T: Shape>() -> Json {
        T::schema(&mut Defs::default())
    }
    [
        (schema::<Text>(), "text"),
        (schema::<Id>(), "id"),
        (schema::<ModelId>(), "name"),
        (schema::<FieldValue>(), "field and value"),
        (schema::<RustName>(), "Rust name"),
        (schema::<Flag>(), "flag"),
        (schema::<WebHeader>(), "header name"),
        (schema::<HeaderText>(), "header value"),
        (schema::<Language>(), "language tag"),
        (schema::<EnvName>(), "environment variable"),
        (schema::<Url>(), "web address"),
        (schema::<UrlTemplate>(), "base URL"),
        (schema::<ListUrl>(), "path or URL"),
        (schema::<Rate>(), "price"),
        (schema::<Factor>(), "factor"),
        (schema::<Number>(), "decimal"),
        (schema::<Count>(), "count"),
        (schema::<Day>(), "date"),
        (schema::<Moment>(), "moment"),
        (schema::<TimeWindow>(), "time window"),
    ]
}

/// What a schema allows, as Markdown that fits into a cell.
///
/// # Errors
/// A schema that has no words here.
pub(super) fn kind(schema: &Json) -> anyhow::Result<String> {
    if let Some(name) = definition(schema) {
        let title = title(name).to_lowercase();
        return Ok(format!("[{title}](#{})", title.replace(' ', "-")));
    }
    if let Some(word) = scalar(schema) {
        return Ok(word.to_owned());
    }
    if let Some(options) = schema["anyOf"].as_array() {
        return alternatives(options);
    }
    if let Some(words) = schema["enum"].as_array() {
        return Ok(closed(words));
    }
    if let Some(word) = schema["const"].as_str() {
        return Ok(format!("`{word}`"));
    }
    match schema["type"].as_str() {
        Some("boolean") => Ok("`true` or `false`".to_owned()),
        Some("array") => Ok(format!("list of: {}", kind(&schema["items"])?)),
        Some("object") if schema.get("properties").is_some() => choices(&schema["properties"]),
        Some("object") => {
            let (from, to) = (&schema["propertyNames"], &schema["additionalProperties"]);
            Ok(format!("mapping from {} to: {}", kind(from)?, kind(to)?))
        }
        _ => bail!("no words for the schema {schema}"),
    }
}

/// The definition that a schema refers to, if it does nothing else.
pub(super) fn definition(schema: &Json) -> Option<&str> {
    let wrapped = schema["allOf"].as_array().and_then(|all| all.first()).unwrap_or(schema);
    wrapped["$ref"].as_str()?.strip_prefix("#/definitions/")
}

/// The title of a definition: `Service model` for `ServiceModelShape`.
pub(super) fn title(name: &str) -> String {
    let stem = name.strip_suffix("Shape").unwrap_or(name);
    let mut out = String::new();
    for (position, letter) in stem.char_indices() {
        if position > 0 && letter.is_uppercase() && !stem[..position].ends_with(char::is_uppercase)
        {
            out.push(' ');
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The word for a scalar. A key of a mapping has the pattern of its type alone.
fn scalar(schema: &Json) -> Option<&'static str> {
    let pattern = schema.get("pattern");
    let same = |known: &Json| match pattern {
        Some(pattern) => known.get("pattern") == Some(pattern),
        None => known.get("anyOf").is_some() && known.get("anyOf") == schema.get("anyOf"),
    };
    scalars().into_iter().find(|(known, _)| same(known)).map(|(_, word)| word)
}

fn alternatives(options: &[Json]) -> anyhow::Result<String> {
    let [one, many] = options else { bail!("no words for {} alternatives", options.len()) };
    let first = kind(one).with_context(|| "the first alternative")?;
    if many["items"] == *one {
        return Ok(format!("{first}; or a list of that"));
    }
    Ok(format!("{first}; or {}", kind(many)?))
}

/// A mapping with keys of its own that no definition lists.
fn choices(properties: &Json) -> anyhow::Result<String> {
    let keys = properties.as_object().context("no keys")?.iter();
    let keys = keys.map(|(key, schema)| Ok(format!("`{key}`: {}", kind(schema)?)));
    Ok(format!("mapping with<br>{}", keys.collect::<anyhow::Result<Vec<_>>>()?.join("<br>")))
}

fn closed(words: &[Json]) -> String {
    let words: Vec<_> = words.iter().filter_map(Json::as_str).collect();
    if words == Meter::ALL.map(Meter::id) {
        return "[meter](prices.md#meters)".to_owned();
    }
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn titles_are_words() {
        assert_eq!(title("ServiceModelShape"), "Service model");
        assert_eq!(title("OAuthShape"), "OAuth");
        assert_eq!(title("VendorFile"), "Vendor file");
    }

    #[test]
    fn a_schema_without_words_is_an_error() {
        assert!(kind(&json!({ "type": "null" })).is_err());
        assert!(kind(&json!({ "type": "string", "pattern": "^x$" })).is_err());
    }

    #[test]
    fn scalars_are_told_apart() {
        for (schema, word) in scalars() {
            assert_eq!(kind(&schema).unwrap(), word);
        }
    }
}
