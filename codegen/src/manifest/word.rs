//! Closed lists of words in manifests: the vocabulary of the types crate, and the few lists that only manifests have.

use std::fmt;

use portolan_types as types;
use serde_json::{Value as Json, json};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::shape::{Defs, Key, Shape, list, unknown, wrong_type};
use crate::source::Spanned;
use crate::yaml::{Node, Value};

/// A closed list of words with stable ids.
pub trait Closed: Copy + Eq + Ord + fmt::Debug + 'static {
    /// What one of them is called in a message.
    const WHAT: &'static str;
    /// Every word, in the order of declaration.
    fn all() -> &'static [Self];
    /// The id.
    fn id(self) -> &'static str;
    /// The word with this id.
    fn from_id(id: &str) -> Option<Self>;
}

macro_rules! closed {
    ($($ty:ty = $what:literal;)+) => {$(
        impl Closed for $ty {
            const WHAT: &'static str = $what;
            fn all() -> &'static [Self] {
                &<$ty>::ALL
            }
            fn id(self) -> &'static str {
                <$ty>::id(self)
            }
            fn from_id(id: &str) -> Option<Self> {
                <$ty>::from_id(id)
            }
        }
    )+};
}

closed! {
    types::Api = "api";
    types::AuthMethod = "auth method";
    types::Capability = "capability";
    types::CloudChain = "credential chain";
    types::CacheControl = "time of a cache";
    types::Coverage = "coverage mode";
    types::Header = "header style";
    types::Meter = "meter";
    types::Modality = "modality";
    types::OAuthFlow = "OAuth flow";
    types::RegionPolicy = "region policy";
    types::ServiceTier = "service tier";
    types::Status = "status";
    types::Support = "support";
    types::Unit = "unit";
    types::VariantKind = "variant";
    FactKey = "fact";
    LinkKind = "link";
    TierScope = "tier scope";
    Weekday = "weekday";
}

impl Closed for types::Currency {
    const WHAT: &'static str = "currency";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn id(self) -> &'static str {
        self.code()
    }
    fn from_id(id: &str) -> Option<Self> {
        Self::from_code(id)
    }
}

/// A word of a closed list in a manifest and in the catalog, written as its id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Word<T>(pub T);

impl<T: Closed> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.id())
    }
}

fn ids<T: Closed>() -> Vec<&'static str> {
    T::all().iter().map(|word| word.id()).collect()
}

impl<T: Closed> Shape for Word<T> {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Value::Scalar(scalar) = &node.value else {
            out.push(wrong_type(node, &format!("one of {}", list(&ids::<T>()))));
            return None;
        };
        let word = T::from_id(&scalar.text).map(Self);
        if word.is_none() {
            let text = Spanned::new(scalar.text.clone(), node.span);
            out.push(unknown(Code::UnknownValue, T::WHAT, &text, &ids::<T>()));
        }
        word
    }

    fn stand_in() -> Option<Self> {
        T::all().first().copied().map(Self)
    }

    fn schema(_: &mut Defs) -> Json {
        json!({ "enum": ids::<T>() })
    }
}

impl<T: Closed> Key for Word<T> {
    fn from_text(text: &str) -> Option<Self> {
        T::from_id(text).map(Self)
    }

    fn mistake(text: &Spanned<String>) -> Diagnostic {
        unknown(Code::UnknownValue, T::WHAT, text, &ids::<T>())
    }

    fn key_schema() -> Json {
        json!({ "enum": ids::<T>() })
    }

    fn closed() -> Vec<&'static str> {
        ids::<T>()
    }
}

impl<T: Closed> serde::Serialize for Word<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.id())
    }
}

impl<'de, T: Closed> serde::Deserialize<'de> for Word<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = || format!("unknown {} `{text}`", T::WHAT);
        T::from_id(&text).map(Self).ok_or_else(|| serde::de::Error::custom(known()))
    }
}

impl<T: Closed> schemars::JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::WHAT.into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "enum": ids::<T>() })
    }
}

macro_rules! manifest_words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $id:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

manifest_words! {
    /// A vendor's page.
    LinkKind {
        /// The home page.
        Site = "site",
        /// The documentation.
        Docs = "docs",
        /// The list of models.
        Models = "models",
        /// The prices.
        Pricing = "pricing",
        /// Where one gets a key.
        Keys = "keys",
        /// Whether the service is up.
        Status = "status",
        /// What changed.
        Changelog = "changelog",
    }
}

manifest_words! {
    /// A day of the week.
    Weekday {
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
        /// Sunday.
        Sun = "sun",
    }
}

manifest_words! {
    /// How much of a request a tier re-rates.
    TierScope {
        /// The whole request.
        Whole = "whole",
        /// Only each meter's own part above.
        Above = "above",
    }
}

manifest_words! {
    /// A fact of a model, by its key in a manifest.
    FactKey {
        /// The family that the lab counts it to.
        Family = "family",
        /// When it was released.
        Released = "released",
        /// The knowledge cutoff.
        Cutoff = "cutoff",
        /// Whether its weights are published.
        OpenWeights = "open_weights",
        /// What goes in.
        Input = "modalities.input",
        /// What comes out.
        Output = "modalities.output",
        /// The context window.
        Context = "limits.context",
        /// The most input tokens.
        MaxInput = "limits.input",
        /// The most output tokens.
        MaxOutput = "limits.output",
        /// Whether it reasons before it answers.
        Reasoning = "features.reasoning",
        /// Whether it calls tools.
        Tools = "features.tools",
        /// Whether it answers in a JSON Schema.
        StructuredOutput = "features.structured_output",
        /// Whether it takes a sampling temperature.
        Temperature = "features.temperature",
        /// Whether it takes attached files.
        Attachments = "features.attachments",
        /// How a request controls the reasoning.
        ReasoningControl = "reasoning_control",
        /// The field of an answer that holds the reasoning text.
        ReasoningField = "reasoning_field",
        /// The request field that limits the output tokens.
        TokenLimitField = "token_limit_field",
        /// Request parameters that it refuses.
        Refuses = "refuses",
    }
}
