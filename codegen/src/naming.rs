//! The only place that turns an id into a Rust name.
//!
//! Takes ids as manifests spell them; returns names that are valid and in Rust's case. Two ids may make one name: the
//! check finds that, and `rust_name` in the manifest mends it.

/// The names that a provider's module declares itself, so that no model may have them.
pub const RESERVED: &[&str] = &["PROVIDER", "MODELS", "REGIONS", "ENDPOINTS"];

/// Strict and reserved keywords of Rust 2024, and the modules of generated code that are no provider's.
const TAKEN_MODULES: &[&str] = &[
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "generated",
    "if",
    "impl",
    "in",
    "index",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "portolan_types",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "sets",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The constant of a model. What is neither letter nor digit becomes one `_`.
///
/// ```
/// use portolan_codegen::naming::constant;
///
/// assert_eq!(constant("mimo-v2.5-pro"), "MIMO_V2_5_PRO");
/// assert_eq!(constant("openai/gpt-5:free"), "OPENAI_GPT_5_FREE");
/// ```
pub fn constant(model_id: &str) -> String {
    let name = joined(model_id, u8::to_ascii_uppercase);
    if name.is_empty() {
        return "ID".to_owned();
    }
    prefixed("ID_", name)
}

/// The module of a provider. A keyword gets a `_` behind it.
///
/// ```
/// assert_eq!(portolan_codegen::naming::module("xiaomi-token-plan"), "xiaomi_token_plan");
/// ```
pub fn module(provider_id: &str) -> String {
    let mut name = prefixed("p_", joined(provider_id, u8::to_ascii_lowercase));
    if TAKEN_MODULES.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// The variant of a region in its provider's enum.
///
/// ```
/// assert_eq!(portolan_codegen::naming::variant("us-east-1"), "UsEast1");
/// ```
pub fn variant(region_id: &str) -> String {
    let mut name = String::with_capacity(region_id.len());
    for word in words(region_id) {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(&rest.to_ascii_lowercase());
    }
    let mut name = prefixed("R", name);
    if name == "Self" {
        name.push('_');
    }
    name
}

fn words(id: &str) -> impl Iterator<Item = &str> {
    id.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

fn joined(id: &str, case: fn(&u8) -> u8) -> String {
    let mut name = String::with_capacity(id.len());
    for word in words(id) {
        if !name.is_empty() {
            name.push('_');
        }
        name.extend(word.bytes().map(|byte| char::from(case(&byte))));
    }
    name
}

fn prefixed(prefix: &str, name: String) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("{prefix}{name}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_keep_words_and_drop_punctuation() {
        for (id, name) in [
            ("mimo-v2.5-pro", "MIMO_V2_5_PRO"),
            ("MiniMax-M2.7", "MINIMAX_M2_7"),
            ("openai/gpt-5:free", "OPENAI_GPT_5_FREE"),
            ("01-ai/yi", "ID_01_AI_YI"),
            ("@cf//qwen--2_5", "CF_QWEN_2_5"),
            ("gpt-4o", "GPT_4O"),
            ("~", "ID"),
        ] {
            assert_eq!(constant(id), name, "{id}");
        }
    }

    #[test]
    fn modules_are_no_keywords() {
        for (id, name) in [
            ("xiaomi-token-plan", "xiaomi_token_plan"),
            ("302.ai", "p_302_ai"),
            ("loop", "loop_"),
            ("index", "index_"),
            ("z.ai", "z_ai"),
        ] {
            assert_eq!(module(id), name, "{id}");
        }
    }

    #[test]
    fn every_module_name_is_an_identifier() {
        for id in TAKEN_MODULES {
            assert!(syn::parse_str::<syn::Ident>(&module(id)).is_ok(), "{id}");
        }
    }

    #[test]
    fn variants_are_camel_case() {
        for (id, name) in [
            ("cn", "Cn"),
            ("us-east-1", "UsEast1"),
            ("eu_west.2a", "EuWest2a"),
            ("1a", "R1a"),
            ("self", "Self_"),
        ] {
            assert_eq!(variant(id), name, "{id}");
        }
    }
}
