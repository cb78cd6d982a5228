//! What a provider does besides chat, each as one row: speech, search, images and so on.

use crate::words::words;

words! {
    /// What a provider does, and what one of its models is for.
    Capability {
        /// Answers messages.
        Chat = "chat",
        /// Turns text into speech.
        Speech = "speech",
        /// Turns speech into text.
        Transcription = "transcription",
        /// Talks, live, in both directions.
        RealtimeVoice = "realtime-voice",
        /// Describes images.
        ImageUnderstanding = "image-understanding",
        /// Makes images.
        Image = "image",
        /// Makes videos.
        Video = "video",
        /// Makes music.
        Music = "music",
        /// Turns content into vectors.
        Embeddings = "embeddings",
        /// Orders documents by their fit to a query.
        Rerank = "rerank",
        /// Reads text out of documents.
        Ocr = "ocr",
        /// Judges content against a policy.
        Moderation = "moderation",
        /// Searches the web.
        WebSearch = "web-search",
        /// Fetches a web page.
        WebFetch = "web-fetch",
        /// Searches documents of the user's own.
        Retrieval = "retrieval",
        /// Chooses between answers that the request gives.
        Decision = "decision",
        /// Takes what a schema asks for out of a text.
        Extraction = "extraction",
        /// Runs code.
        CodeExecution = "code-execution",
        /// Makes three-dimensional models.
        ThreeD = "three-d",
        /// Tells what is left of a plan.
        Quota = "quota",
    }
}

/// One capability of a provider: where it is called and with what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Service {
    /// What it does.
    pub capability: Capability,
    /// The id under which configurations name it, where it is not the provider's.
    pub id: Option<&'static str>,
    /// Other ids of the same.
    pub aliases: &'static [&'static str],
    /// HTTP method and path below the origin of the endpoint in use, as `POST /v1/t2a_v2`.
    pub call: Option<&'static str>,
    /// Where the result of a job is asked for, spelled as [`Service::call`].
    pub poll: Option<&'static str>,
    /// What the call sends, in words.
    pub request: Option<&'static str>,
    /// Where the answer holds the result, in words.
    pub response: Option<&'static str>,
    /// The model that serves a request that names none.
    pub default_model: Option<&'static str>,
    /// The models and their own rules.
    pub models: &'static [ServiceModel],
    /// The built-in voices.
    pub voices: &'static [&'static str],
    /// The voice of a request that names none.
    pub default_voice: Option<&'static str>,
    /// The formats of the result.
    pub formats: &'static [&'static str],
    /// The format of a request that names none.
    pub default_format: Option<&'static str>,
    /// What the result is made from, as `text-to-video`.
    pub modes: &'static [&'static str],
    /// The numbers that a request may set.
    pub parameters: &'static [Parameter],
    /// Environment variables that hold this service's credential, tried in order.
    pub env: &'static [&'static str],
    /// What else a caller has to know.
    pub notes: &'static [&'static str],
}

impl Service {
    /// A service of which only the capability is known: what generated rows start from.
    pub const fn new(capability: Capability) -> Self {
        Self {
            capability,
            id: None,
            aliases: &[],
            call: None,
            poll: None,
            request: None,
            response: None,
            default_model: None,
            models: &[],
            voices: &[],
            default_voice: None,
            formats: &[],
            default_format: None,
            modes: &[],
            parameters: &[],
            env: &[],
            notes: &[],
        }
    }
}

/// A model of a service and the rules that are its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServiceModel {
    /// The model id.
    pub id: &'static str,
    /// Request fields that the model needs.
    pub requires: &'static [&'static str],
    /// Request fields that must be left out.
    pub omits: &'static [&'static str],
    /// What it makes from what, where that differs from the service's modes.
    pub modes: &'static [&'static str],
    /// The lengths that it makes, in seconds.
    pub seconds: &'static [u64],
    /// The most results of one request.
    pub max_results: Option<u64>,
    /// What else a caller has to know.
    pub note: Option<&'static str>,
}

impl ServiceModel {
    /// A model without rules of its own: what generated rows start from.
    pub const PLAIN: Self = Self {
        id: "",
        requires: &[],
        omits: &[],
        modes: &[],
        seconds: &[],
        max_results: None,
        note: None,
    };
}

/// A number that a request may set. Bounds are decimals in the vendor's spelling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// The request field.
    pub name: &'static str,
    /// The least value.
    pub min: Option<&'static str>,
    /// The greatest value.
    pub max: Option<&'static str>,
    /// The value of a request that sets none.
    pub default: Option<&'static str>,
}
