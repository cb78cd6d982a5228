//! JSON Schemas of tools as a family of models takes them. Some refuse a whole request for one keyword that they do not
//! know, so such keywords are taken out. Nothing is lost on the way: what a keyword demanded is told to the model in the
//! description of the place where it stood.
//!
//! Where the rules are from:
//! - Gemini: the fields of Google's `Schema` object (<https://ai.google.dev/api/caching#Schema>), which gateways make of a
//!   schema; any other is `Unknown name ... Cannot find field` (router-for-me/CLIProxyAPI#97, fazer-ai/agents#64). Google's
//!   own api takes JSON Schema in `parametersJsonSchema`, so nothing is cleaned there.
//! - xAI: <https://docs.x.ai/docs/guides/structured-outputs> and what `OpenClaw` takes out for it
//!   (`src/plugin-sdk/provider-tools.ts`).
//! - Anthropic: `input_schema does not support oneOf, allOf, or anyOf at the top level` (anthropics/claude-code#27337).
//! - `OpenAI`: `schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level`
//!   (langchain-ai/langchainjs#9804), with `const` too since 2026 (goruck/home-generative-agent#545).
//! - Moonshot: no type beside a choice (XiaomiMiMo/MiMo-Code#1665), not even at the top (FTShare-Lab/FTShare-MCP#7), no
//!   keyword beside a reference that the definition has too (MoonshotAI/kimi-cli#2061), references into `$defs` alone
//!   (CommandCodeAI/command-code#594), no conditions under `allOf` (earendil-works/pi#5822).

use portolan_types::Api;
use serde_json::{Map, Value, json};

use crate::target::Target;
use crate::tool::Tool;

/// What a family of models takes of a JSON Schema.
///
/// ```
/// use portolan::SchemaRules;
/// use serde_json::json;
///
/// let mut schema = json!({"type": "integer", "exclusiveMinimum": 0, "description": "How many."});
/// SchemaRules::Gemini.clean(&mut schema);
/// let description = r#"How many. (JSON Schema: {"exclusiveMinimum":0})"#;
/// assert_eq!(schema, json!({"type": "integer", "description": description}));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SchemaRules {
    /// Gemini behind an api that is not Google's: the fields of Google's `Schema` object and no other.
    Gemini,
    /// Grok: no bounds of lengths and counts, no `allOf`.
    Xai,
    /// Claude: no choice between schemas at the top.
    Anthropic,
    /// GPT: an object at the top, and no choice between schemas or values.
    OpenAi,
    /// Kimi: no references and conditions, and no type beside a choice.
    Moonshot,
}

/// The fields of Google's `Schema` object.
const GEMINI: [&str; 22] = [
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "enum",
    "maxItems",
    "minItems",
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "minLength",
    "maxLength",
    "pattern",
    "example",
    "anyOf",
    "propertyOrdering",
    "default",
    "items",
    "minimum",
    "maximum",
];

const XAI: [&str; 7] =
    ["minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "allOf"];

const CHOICES: [&str; 3] = ["oneOf", "allOf", "anyOf"];

const OPENAI_TOP: [&str; 6] = ["oneOf", "allOf", "anyOf", "enum", "const", "not"];

const MOONSHOT: [&str; 7] = ["allOf", "if", "then", "else", "$ref", "$defs", "definitions"];

/// What says nothing to a model.
const SILENT: [&str; 6] = ["$schema", "$id", "$anchor", "$comment", "$defs", "definitions"];

/// How many references of a schema are followed: definitions that use each other twice grow without end.
const MAX_REFERENCES: usize = 500;

impl SchemaRules {
    /// The rules for a model by the api that it is asked by, if its family has some.
    pub(crate) fn of(target: &Target) -> Option<Self> {
        let (lab, model) = target.base()?.split_once('/')?;
        match lab {
            "google" if target.api == Api::GoogleGenerativeAi => None,
            // Its open models are served by others, who take all of JSON Schema.
            "google" => model.starts_with("gemini").then_some(Self::Gemini),
            "xai" => Some(Self::Xai),
            "anthropic" => Some(Self::Anthropic),
            "openai" => (!model.starts_with("gpt-oss")).then_some(Self::OpenAi),
            "moonshotai" => Some(Self::Moonshot),
            _ => None,
        }
    }

    /// Takes out of a schema what the family refuses, and says in the descriptions what that was.
    pub fn clean(self, schema: &mut Value) {
        if matches!(self, Self::Gemini | Self::Moonshot) {
            let definitions = definitions(schema);
            References { definitions, left: MAX_REFERENCES, open: Vec::new() }.follow(schema);
        }
        self.clean_at(schema, true);
    }

    /// Tools as the family takes them.
    pub(crate) fn cleaned(self, tools: &[Tool]) -> Vec<Tool> {
        let mut tools = tools.to_vec();
        for tool in &mut tools {
            self.clean_tool(tool);
        }
        tools
    }

    pub(crate) fn clean_tool(self, tool: &mut Tool) {
        self.clean(&mut tool.parameters);
        // Arguments are an object, and most families want it said.
        if let Value::Object(fields) = &mut tool.parameters {
            fields.entry("type").or_insert_with(|| json!("object"));
        }
    }

    fn clean_at(self, schema: &mut Value, top: bool) {
        let Value::Object(fields) = schema else { return };
        match self {
            Self::Gemini => spell_for_gemini(fields),
            Self::Moonshot if !top => spell_for_moonshot(fields),
            _ => {}
        }
        let mut out = Map::new();
        let names: Vec<_> = fields.keys().filter(|name| self.refuses(name, top)).cloned().collect();
        for name in names {
            // The order of what stays is as it was.
            if let Some(value) = fields.shift_remove(&name)
                && !SILENT.contains(&name.as_str())
            {
                out.insert(name, value);
            }
        }
        tell(fields, out);
        for below in below(fields) {
            self.clean_at(below, false);
        }
    }

    fn refuses(self, keyword: &str, top: bool) -> bool {
        match self {
            Self::Gemini => !GEMINI.contains(&keyword),
            Self::Xai => XAI.contains(&keyword),
            Self::Anthropic => top && CHOICES.contains(&keyword),
            Self::OpenAi => top && OPENAI_TOP.contains(&keyword),
            Self::Moonshot => MOONSHOT.contains(&keyword) || top && CHOICES.contains(&keyword),
        }
    }
}

/// The schemas below a schema, wherever they stand.
fn below(fields: &mut Map<String, Value>) -> Vec<&mut Value> {
    const ONE: [&str; 8] =
        ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];
    const NAMED: [&str; 4] = ["properties", "patternProperties", "$defs", "definitions"];
    const LISTED: [&str; 4] = ["anyOf", "oneOf", "allOf", "prefixItems"];
    let mut found = Vec::new();
    for (name, value) in fields {
        let name = name.as_str();
        if NAMED.contains(&name) {
            found.extend(value.as_object_mut().into_iter().flat_map(Map::values_mut));
        } else if LISTED.contains(&name) || (name == "items" && value.is_array()) {
            found.extend(value.as_array_mut().into_iter().flatten());
        } else if ONE.contains(&name) {
            found.push(value);
        }
    }
    found
}

/// Says in the description what was taken out.
fn tell(fields: &mut Map<String, Value>, out: Map<String, Value>) {
    // That nothing else may be there is what a model takes for granted.
    let out: Map<_, _> = out
        .into_iter()
        .filter(|(name, value)| name != "additionalProperties" || value != &json!(false))
        .collect();
    if out.is_empty() {
        return;
    }
    let told = format!("(JSON Schema: {})", Value::Object(out));
    let description = match fields.get("description").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => format!("{text} {told}"),
        _ => told,
    };
    fields.insert("description".to_owned(), Value::String(description));
}

/// Says in Google's words what it has words for: one value, several types, a choice.
fn spell_for_gemini(fields: &mut Map<String, Value>) {
    if let Some(value) = fields.shift_remove("const") {
        fields.insert("enum".to_owned(), json!([value]));
    }
    if !fields.contains_key("anyOf")
        && let Some(choice) = fields.shift_remove("oneOf")
    {
        fields.insert("anyOf".to_owned(), choice);
    }
    // Only texts are enumerated.
    let texts = |list: &Vec<Value>| list.iter().all(Value::is_string);
    if fields.get("enum").and_then(Value::as_array).is_some_and(|list| !texts(list))
        && let Some(values) = fields.shift_remove("enum")
    {
        tell(fields, Map::from_iter([("enum".to_owned(), values)]));
    }
    let Some(Value::Array(types)) = fields.get("type").cloned() else { return };
    let (null, types): (Vec<_>, Vec<_>) = types.into_iter().partition(|name| name == "null");
    if !null.is_empty() {
        fields.insert("nullable".to_owned(), json!(true));
    }
    match types.as_slice() {
        [one] => drop(fields.insert("type".to_owned(), one.clone())),
        several => {
            fields.shift_remove("type");
            let choice = several.iter().map(|name| json!({"type": name})).collect();
            fields.entry("anyOf").or_insert(Value::Array(choice));
        }
    }
}

/// Says the type in each of several schemas to choose from, and not beside them.
fn spell_for_moonshot(fields: &mut Map<String, Value>) {
    for choice in ["anyOf", "oneOf"] {
        let own = fields.get("type").cloned();
        let Some(Value::Array(list)) = fields.get_mut(choice) else { continue };
        if let Some(own) = own {
            for one in list.iter_mut().filter_map(Value::as_object_mut) {
                one.entry("type").or_insert_with(|| own.clone());
            }
            fields.shift_remove("type");
        }
    }
}

/// Takes the definitions that references may name out of a schema, by the reference.
fn definitions(schema: &mut Value) -> Map<String, Value> {
    let mut found = Map::new();
    for list in ["$defs", "definitions"] {
        let held = schema.as_object_mut().and_then(|fields| fields.shift_remove(list));
        if let Some(Value::Object(held)) = held {
            found.extend(held.into_iter().map(|(name, value)| (format!("#/{list}/{name}"), value)));
        }
    }
    found
}

/// Puts definitions in the place of references. What refers to itself stays as it is.
struct References {
    definitions: Map<String, Value>,
    left: usize,
    /// The references that are being followed.
    open: Vec<String>,
}

impl References {
    fn follow(&mut self, schema: &mut Value) {
        let Value::Object(fields) = schema else { return };
        let depth = self.open.len();
        while let Some(name) = fields.get("$ref").and_then(Value::as_str).map(str::to_owned) {
            let Some(Value::Object(definition)) = self.definitions.get(&name) else { break };
            if self.left == 0 || self.open.contains(&name) {
                break;
            }
            self.left -= 1;
            fields.shift_remove("$ref");
            for (key, value) in definition {
                fields.entry(key).or_insert_with(|| value.clone());
            }
            self.open.push(name);
        }
        for below in below(fields) {
            self.follow(below);
        }
        self.open.truncate(depth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(rules: SchemaRules, mut schema: Value) -> Value {
        rules.clean(&mut schema);
        schema
    }

    #[test]
    fn gemini_is_told_in_words_what_it_has_no_field_for() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "required": ["city", "exclusiveMinimum"],
            "properties": {
                "city": {"type": ["string", "null"], "minLength": 1},
                // A property that is called like a keyword is none.
                "exclusiveMinimum": {"type": "integer", "exclusiveMinimum": 0},
                "unit": {"const": "C"},
                "level": {"enum": [1, 2], "description": "How much."},
                "place": {"$ref": "#/$defs/Place"},
                "either": {"oneOf": [{"type": "string"}, {"type": "number", "multipleOf": 2}]},
                "mixed": {"type": ["string", "integer"]},
            },
            "$defs": {"Place": {"type": "object", "properties": {"x": {"type": "number"}}}},
        });
        let expected = json!({
            "type": "object",
            "required": ["city", "exclusiveMinimum"],
            "properties": {
                "city": {"type": "string", "minLength": 1, "nullable": true},
                "exclusiveMinimum": {
                    "type": "integer",
                    "description": r#"(JSON Schema: {"exclusiveMinimum":0})"#,
                },
                "unit": {"enum": ["C"]},
                "level": {"description": r#"How much. (JSON Schema: {"enum":[1,2]})"#},
                "place": {"type": "object", "properties": {"x": {"type": "number"}}},
                "either": {"anyOf": [
                    {"type": "string"},
                    {"type": "number", "description": r#"(JSON Schema: {"multipleOf":2})"#},
                ]},
                "mixed": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
        });
        assert_eq!(cleaned(SchemaRules::Gemini, schema), expected);
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let tree = json!({"$ref": "#/$defs/Tree"});
        let definition = json!({"type": "object", "properties": {"left": tree, "right": tree}});
        let schema = json!({"$ref": "#/$defs/Tree", "$defs": {"Tree": definition}});
        let cut = json!({"description": r##"(JSON Schema: {"$ref":"#/$defs/Tree"})"##});
        let expected = json!({"type": "object", "properties": {"left": cut, "right": cut}});
        assert_eq!(cleaned(SchemaRules::Gemini, schema), expected);

        // Each uses the next twice: without an end of its own it would be 2^40 of them.
        let pair = |next: usize| json!({"properties": {"a": {"$ref": format!("#/$defs/{next}")}, "b": {"$ref": format!("#/$defs/{next}")}}});
        let definitions: Map<_, _> = (0..40).map(|n| (n.to_string(), pair(n + 1))).collect();
        let schema = json!({"$ref": "#/$defs/0", "$defs": definitions});
        assert!(cleaned(SchemaRules::Moonshot, schema).to_string().len() < 100_000);
    }

    #[test]
    fn moonshot_has_the_type_in_each_choice_and_definitions_in_place() {
        let schema = json!({
            "type": "object",
            "oneOf": [{"required": ["a"]}],
            "properties": {
                "a": {"type": "object", "anyOf": [{"properties": {}}, {"type": "null"}]},
                "b": {"$ref": "#/definitions/B", "description": "Mine."},
                "c": {"type": "string", "if": {"const": "x"}, "then": {"minLength": 1}},
            },
            "definitions": {"B": {"type": "string", "description": "Theirs."}},
        });
        let expected = json!({
            "type": "object",
            "properties": {
                "a": {"anyOf": [{"properties": {}, "type": "object"}, {"type": "null"}]},
                "b": {"description": "Mine.", "type": "string"},
                "c": {
                    "type": "string",
                    "description": r#"(JSON Schema: {"if":{"const":"x"},"then":{"minLength":1}})"#,
                },
            },
            "description": r#"(JSON Schema: {"oneOf":[{"required":["a"]}]})"#,
        });
        assert_eq!(cleaned(SchemaRules::Moonshot, schema), expected);
    }

    #[test]
    fn a_tool_s_parameters_are_an_object() {
        let mut tool = Tool::new("f", "", json!({"anyOf": [{"required": ["a"]}]}));
        SchemaRules::OpenAi.clean_tool(&mut tool);
        let description = r#"(JSON Schema: {"anyOf":[{"required":["a"]}]})"#;
        assert_eq!(tool.parameters, json!({"description": description, "type": "object"}));
    }

    #[test]
    fn other_families_lose_only_what_they_refuse() {
        let schema = json!({
            "type": "object",
            "anyOf": [{"required": ["a"]}],
            "properties": {"a": {"type": "string", "maxLength": 5, "anyOf": [{"pattern": "x"}]}},
        });
        let xai = json!({
            "type": "object",
            "anyOf": [{"required": ["a"]}],
            "properties": {"a": {
                "type": "string",
                "anyOf": [{"pattern": "x"}],
                "description": r#"(JSON Schema: {"maxLength":5})"#,
            }},
        });
        assert_eq!(cleaned(SchemaRules::Xai, schema.clone()), xai);
        let anthropic = json!({
            "type": "object",
            "properties": {"a": {"type": "string", "maxLength": 5, "anyOf": [{"pattern": "x"}]}},
            "description": r#"(JSON Schema: {"anyOf":[{"required":["a"]}]})"#,
        });
        assert_eq!(cleaned(SchemaRules::Anthropic, schema), anthropic);
    }

    #[test]
    fn the_family_is_the_base_model_s_lab() {
        let rules = |reference: &str, api| {
            SchemaRules::of(&Target::new(portolan_catalog::find(reference).unwrap(), api))
        };
        let completions = Api::OpenaiCompletions;
        assert_eq!(rules("google/gemini-2.5-pro", Api::GoogleGenerativeAi), None);
        assert_eq!(
            rules("openrouter/google/gemini-2.5-pro", completions),
            Some(SchemaRules::Gemini)
        );
        assert_eq!(rules("xai/grok-4.7", completions), Some(SchemaRules::Xai));
        let claude = rules("anthropic/claude-opus-4-5", Api::AnthropicMessages);
        assert_eq!(claude, Some(SchemaRules::Anthropic));
        assert_eq!(rules("openai/gpt-4o-mini", Api::OpenaiResponses), Some(SchemaRules::OpenAi));
        assert_eq!(rules("deepseek/deepseek-v4-pro", completions), None);
    }
}
