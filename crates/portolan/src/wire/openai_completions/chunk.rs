//! A chunk of an answer, read in place: the fields of the first choice and of its delta lie in one struct that nothing
//! moves. This is where a streamed answer spends its time.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::wire::inside;
use crate::wire::json::{Text, or_default};

/// What a chunk says; what it does not say is empty.
#[derive(Default)]
pub(super) struct Chunk<'a> {
    pub(super) id: Text<'a>,
    pub(super) model: Text<'a>,
    pub(super) service_tier: Text<'a>,
    pub(super) usage: Option<&'a RawValue>,
    pub(super) x_groq: Option<&'a RawValue>,
    pub(super) error: Option<&'a RawValue>,
    pub(super) base_resp: Option<&'a RawValue>,
    pub(super) content: Content<'a>,
    pub(super) reasoning_content: Text<'a>,
    pub(super) reasoning: Text<'a>,
    pub(super) reasoning_details: Option<&'a RawValue>,
    pub(super) images: Option<&'a RawValue>,
    pub(super) audio: Option<&'a RawValue>,
    pub(super) refusal: Text<'a>,
    pub(super) tool_calls: Vec<ToolDelta<'a>>,
    pub(super) function_call: Option<&'a RawValue>,
    pub(super) finish_reason: Text<'a>,
}

impl<'a> Chunk<'a> {
    /// The text or the reasoning as it lies in the chunk, if the chunk adds nothing else.
    pub(super) fn only_text(&self) -> Option<&'a str> {
        let objects = [
            self.usage,
            self.x_groq,
            self.error,
            self.base_resp,
            self.reasoning_details,
            self.function_call,
            self.images,
            self.audio,
        ];
        let more = objects.iter().any(Option::is_some)
            || self.refusal.some().or(self.finish_reason.some()).is_some();
        let thought = self.reasoning_content.some().or(self.reasoning.some()).is_some();
        match (&*self.tool_calls, &self.content) {
            ([], _) => {}
            // More of a call that was begun before: what has neither id nor name begins none.
            ([call], Content::None) if !more && !thought && call.goes_on() => {
                return call.function.arguments.and_then(inside);
            }
            _ => return None,
        }
        match &self.content {
            _ if more => None,
            Content::Text(text) if !text.is_empty() => text.in_place().filter(|_| !thought),
            Content::Text(_) | Content::None if !self.reasoning_content.is_empty() => {
                self.reasoning_content.in_place()
            }
            Content::Text(_) | Content::None => self.reasoning.in_place().filter(|_| thought),
            Content::Parts(_) => None,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ToolDelta<'a> {
    #[serde(default)]
    pub(super) index: Option<u64>,
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(super) function: Function<'a>,
}

impl ToolDelta<'_> {
    fn goes_on(&self) -> bool {
        self.id.is_empty() && self.function.name.is_empty()
    }
}

#[derive(Deserialize, Default)]
pub(super) struct Function<'a> {
    #[serde(borrow, default)]
    pub(super) name: Text<'a>,
    /// JSON in a text; some servers send the object itself.
    #[serde(borrow, default)]
    pub(super) arguments: Option<&'a RawValue>,
}

/// A text, or a list of parts as Mistral's reasoning models send it.
#[derive(Default)]
pub(super) enum Content<'a> {
    #[default]
    None,
    Text(Text<'a>),
    Parts(Vec<Piece<'a>>),
}

#[derive(Deserialize)]
pub(super) struct Piece<'a> {
    #[serde(borrow, default)]
    pub(super) text: Text<'a>,
    /// A thought, itself a list of parts.
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(super) thinking: Vec<Piece<'a>>,
}

/// Where in a chunk the reader is.
#[derive(Clone, Copy)]
enum Level {
    Chunk,
    Choices,
    Choice,
    Delta,
}

/// Reads a level of a chunk into it.
struct Fill<'s, 'a>(&'s mut Chunk<'a>, Level);

impl<'de: 'a, 'a> Deserialize<'de> for Chunk<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut chunk = Self::default();
        deserializer.deserialize_map(Fill(&mut chunk, Level::Chunk))?;
        Ok(chunk)
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Fill<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Fill<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.1 {
            Level::Chunk => "a chunk of an answer",
            Level::Choices => "a list of choices",
            Level::Choice => "a choice",
            Level::Delta => "a delta or message",
        })
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if !matches!(self.1, Level::Choices) {
            return Err(serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        }
        // Nobody asks for more than one choice.
        list.next_element_seed(Fill(self.0, Level::Choice))?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self(chunk, level) = self;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match (level, &*key) {
                (Level::Chunk, "choices") => map.next_value_seed(Fill(chunk, Level::Choices))?,
                (Level::Choice, "delta" | "message") => {
                    map.next_value_seed(Fill(chunk, Level::Delta))?;
                }
                (Level::Chunk, "id") => chunk.id = map.next_value()?,
                (Level::Chunk, "model") => chunk.model = map.next_value()?,
                (Level::Chunk, "service_tier") => chunk.service_tier = map.next_value()?,
                (Level::Chunk, "usage") => chunk.usage = map.next_value()?,
                (Level::Chunk, "x_groq") => chunk.x_groq = map.next_value()?,
                (Level::Chunk | Level::Choice, "error") => {
                    chunk.error = map.next_value::<Option<_>>()?.or(chunk.error);
                }
                (Level::Chunk, "base_resp") => chunk.base_resp = map.next_value()?,
                (Level::Choice, "finish_reason") => chunk.finish_reason = map.next_value()?,
                (Level::Delta, "content") => chunk.content = map.next_value()?,
                (Level::Delta, "reasoning_content") => {
                    chunk.reasoning_content = map.next_value()?;
                }
                (Level::Delta, "reasoning") => chunk.reasoning = map.next_value()?,
                (Level::Delta, "reasoning_details") => {
                    chunk.reasoning_details = map.next_value()?;
                }
                (Level::Delta, "images") => chunk.images = map.next_value()?,
                (Level::Delta, "audio") => chunk.audio = map.next_value()?,
                (Level::Delta, "refusal") => chunk.refusal = map.next_value()?,
                (Level::Delta, "tool_calls") => {
                    chunk.tool_calls = map.next_value::<Option<_>>()?.unwrap_or_default();
                }
                (Level::Delta, "function_call") => chunk.function_call = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of parts")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Content::Text(Text::borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Content::Text(Text::owned(text)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Content::None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element()? {
            parts.push(part);
        }
        Ok(Content::Parts(parts))
    }
}
