//! What a provider does besides chat.

use super::{Count, EnvName, FieldName, Id, ModelId, Number, Text, Url};
use crate::shape::{Map, shape};
use crate::source::Spanned;

shape! {
    /// One capability of a provider: where it is called and with what.
    ServiceShape {
        /// The id under which configurations name it, where it is not the provider's.
        /// Example: `mimo`
        id: Option<Id>,
        /// Other ids of the same.
        /// Example: `[xiaomi-tts]`
        aliases: Vec<Id>,
        /// HTTP method and path below the origin of the endpoint in use.
        /// Example: `POST /v1/t2a_v2`
        call: Option<Text>,
        /// Where the result of a job is asked for, spelled as `call`.
        /// Example: `GET /v1/query/video_generation?task_id=`
        poll: Option<Text>,
        /// What the call sends, in words.
        /// Example: `"model, text, voice_setting { voice_id }"`
        request: Option<Text>,
        /// Where the answer holds the result, in words.
        /// Example: `data.audio in hex`
        response: Option<Text>,
        /// The model of a request that names none.
        /// Example: `mimo-v2.5-tts`
        default_model: Option<Spanned<ModelId>>,
        /// The models and their own rules.
        /// Example: `{ mimo-v2.5-tts: {} }`
        models: Map<ModelId, ServiceModelShape>,
        /// The built-in voices.
        /// Example: `[mimo_default, Mia]`
        voices: Vec<Text>,
        /// The voice of a request that names none.
        /// Example: `mimo_default`
        default_voice: Option<Spanned<Text>>,
        /// The formats of the result.
        /// Example: `[mp3, wav]`
        formats: Vec<Text>,
        /// The format of a request that names none.
        /// Example: `mp3`
        default_format: Option<Spanned<Text>>,
        /// What the result is made from.
        /// Example: `[text-to-video, image-to-video]`
        modes: Vec<Id>,
        /// The numbers that a request may set, by field.
        /// Example: `{ speed: { min: 0.5, max: 2 } }`
        parameters: Map<FieldName, ParameterShape>,
        /// Environment variables that hold this service's credential, tried in order.
        /// Example: `[MINIMAX_CODE_PLAN_KEY, MINIMAX_API_KEY]`
        env: Vec<Spanned<EnvName>>,
        /// What else a caller has to know.
        /// Example: `[The key works only on the host of its region.]`
        notes: Vec<Text>,
        /// Where the facts are from.
        /// Example: `"https://docs.example.com/speech"`
        source: Option<Url>,
    }

    /// A model of a service and the rules that are its own.
    ServiceModelShape {
        /// Request fields that the model needs.
        /// Example: `[style]`
        requires: Vec<FieldName>,
        /// Request fields that must be left out.
        /// Example: `[audio.voice]`
        omits: Vec<FieldName>,
        /// What it makes from what, where that differs from the service's modes.
        /// Example: `[image-to-video]`
        modes: Vec<Id>,
        /// The lengths that it makes, in seconds.
        /// Example: `[6, 10]`
        seconds: Vec<Count>,
        /// The most results of one request.
        /// Example: `9`
        max_results: Option<Count>,
        /// What else a caller has to know.
        /// Example: `The voice is made from the style.`
        note: Option<Text>,
    }

    /// A number that a request may set.
    ParameterShape {
        /// The least value.
        /// Example: `0.5`
        min: Option<Spanned<Number>>,
        /// The greatest value.
        /// Example: `2`
        max: Option<Spanned<Number>>,
        /// The value of a request that sets none.
        /// Example: `1`
        default: Option<Spanned<Number>>,
    }
}
