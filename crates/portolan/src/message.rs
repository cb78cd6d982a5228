//! What goes into a request and comes out of an answer: messages made of parts. One shape for every api; the wire
//! modules spell it.

use portolan_types::{Api, Modality};
use serde_json::Value;

use crate::tool::{ToolCall, ToolResult};

/// Who speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Role {
    /// The user, and the results of tools.
    User,
    /// The model.
    Assistant,
}

/// One turn of a conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said, in order.
    pub parts: Vec<Part>,
}

impl Message {
    /// A turn of the user.
    ///
    /// ```
    /// use portolan::{Media, Message, Part};
    ///
    /// let message = Message::user([Part::text("What is this?"), Media::png(vec![0x89]).into()]);
    /// assert_eq!(message.parts.len(), 2);
    /// ```
    pub fn user<P: Into<Part>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self { role: Role::User, parts: parts.into_iter().map(Into::into).collect() }
    }

    /// A turn of the model. What a model really said is better taken from
    /// [`Answer::message`](crate::Answer::message), which keeps what must be replayed.
    pub fn assistant<P: Into<Part>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self { role: Role::Assistant, parts: parts.into_iter().map(Into::into).collect() }
    }

    /// The results of tools that the model called.
    pub fn results(results: impl IntoIterator<Item = ToolResult>) -> Self {
        Self::user(results)
    }
}

/// A piece of a message, with what belongs to it.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Part {
    /// What it is.
    pub content: Content,
    /// That the prompt up to and including this part should be cached, and for how long.
    pub cache: Option<CacheFor>,
    /// What the provider wants back with it in the next request.
    pub replay: Option<Replay>,
}

impl Part {
    /// A piece of content with nothing else said.
    pub fn new(content: Content) -> Self {
        Self { content, cache: None, replay: None }
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Content::Text(text.into()))
    }

    /// The part with the mark that the prompt up to here should be cached. It is a hint: an api that takes no marks caches
    /// what it caches by itself.
    #[must_use]
    pub fn cached(mut self, time: CacheFor) -> Self {
        self.cache = Some(time);
        self
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Media> for Part {
    fn from(media: Media) -> Self {
        Self::new(Content::Media(media))
    }
}

impl From<ToolCall> for Part {
    fn from(call: ToolCall) -> Self {
        Self::new(Content::ToolCall(call))
    }
}

impl From<ToolResult> for Part {
    fn from(result: ToolResult) -> Self {
        Self::new(Content::ToolResult(result))
    }
}

/// What a part is.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Content {
    /// Text.
    Text(String),
    /// An image, a sound, a film or a document.
    Media(Media),
    /// What the model thought before it answered, as far as the provider shows it.
    Reasoning(String),
    /// A tool that the model calls.
    ToolCall(ToolCall),
    /// What a tool answered.
    ToolResult(ToolResult),
}

/// How long a prompt stays in the provider's cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CacheFor {
    /// Five minutes, or the provider's shortest.
    FiveMinutes,
    /// An hour.
    Hour,
}

/// What a provider wants back, unread: signatures, encrypted reasoning, ids of items. It goes back to the same provider
/// by the same api only; another could not read it.
#[derive(Clone, PartialEq, Debug)]
pub struct Replay {
    pub(crate) api: Api,
    pub(crate) provider: String,
    pub(crate) data: Value,
}

impl Replay {
    /// The data, if it is for this provider and api.
    pub(crate) fn data_for(&self, api: Api, provider: &str) -> Option<&Value> {
        (self.api == api && self.provider == provider).then_some(&self.data)
    }
}

/// An image, a sound, a film or a document.
///
/// ```
/// use portolan::Media;
/// use portolan::types::Modality;
///
/// let media = Media::bytes("application/pdf", *b"%PDF-1.7").unwrap().named("terms.pdf");
/// assert_eq!(media.kind(), Modality::Pdf);
/// assert!(Media::bytes("application/zip", *b"PK").is_none());
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Media {
    kind: Modality,
    mime: String,
    pub(crate) source: Source,
    name: Option<String>,
}

/// Where the bytes are.
#[derive(Clone, PartialEq)]
pub(crate) enum Source {
    Bytes(Vec<u8>),
    Url(String),
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Url(url) => write!(f, "{url:?}"),
        }
    }
}

impl Media {
    /// Content by its bytes, or nothing where its type is no image, sound, film or PDF.
    pub fn bytes(mime: &str, bytes: impl Into<Vec<u8>>) -> Option<Self> {
        Some(Self::new(kind_of(mime)?, mime, Source::Bytes(bytes.into())))
    }

    /// Content by an address that the provider fetches, or nothing where its type is no image, sound, film or PDF.
    pub fn url(mime: &str, url: impl Into<String>) -> Option<Self> {
        Some(Self::new(kind_of(mime)?, mime, Source::Url(url.into())))
    }

    /// A PNG image.
    pub fn png(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Modality::Image, "image/png", Source::Bytes(bytes.into()))
    }

    /// A JPEG image.
    pub fn jpeg(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Modality::Image, "image/jpeg", Source::Bytes(bytes.into()))
    }

    /// A PDF document.
    pub fn pdf(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Modality::Pdf, "application/pdf", Source::Bytes(bytes.into()))
    }

    fn new(kind: Modality, mime: &str, source: Source) -> Self {
        Self { kind, mime: mime.to_owned(), source, name: None }
    }

    /// Content by its bytes in base64 as an answer has them, or nothing where they are none of a kind that is known.
    pub(crate) fn of_base64(mime: &str, text: &str) -> Option<Self> {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
        Self::bytes(mime, bytes)
    }

    /// Content by an address as an answer has it, its bytes if it is a `data:` one. The address of an image that says
    /// nothing of its type is taken for a PNG's.
    pub(crate) fn of_address(address: &str) -> Option<Self> {
        let Some(data) = address.strip_prefix("data:") else {
            return Self::url("image/png", address);
        };
        let (head, text) = data.split_once(',')?;
        Self::of_base64(head.strip_suffix(";base64")?, text)
    }

    /// Sound by its bytes, of which nobody said what they are: what they begin with tells, and what begins with nothing
    /// known is plain samples.
    pub(crate) fn of_sound(bytes: Vec<u8>) -> Self {
        let mime = match bytes.as_slice() {
            [b'R', b'I', b'F', b'F', ..] => "audio/wav",
            [b'f', b'L', b'a', b'C', ..] => "audio/flac",
            [b'O', b'g', b'g', b'S', ..] => "audio/ogg",
            [b'I', b'D', b'3', ..] | [0xff, 0xe0..=0xff, ..] => "audio/mpeg",
            _ => "audio/pcm",
        };
        Self::new(Modality::Audio, mime, Source::Bytes(bytes))
    }

    /// The bytes, where they are here and not at an address.
    pub fn data(&self) -> Option<&[u8]> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes),
            Source::Url(_) => None,
        }
    }

    /// The address, where the bytes are not here.
    pub fn link(&self) -> Option<&str> {
        match &self.source {
            Source::Bytes(_) => None,
            Source::Url(url) => Some(url),
        }
    }

    /// Adds what follows.
    pub(crate) fn extend(&mut self, more: &[u8]) {
        if let Source::Bytes(bytes) = &mut self.source {
            bytes.extend_from_slice(more);
        }
    }

    /// How many bytes it holds.
    pub(crate) fn size(&self) -> usize {
        match &self.source {
            Source::Bytes(bytes) => bytes.len(),
            Source::Url(url) => url.len(),
        }
    }

    /// The content with a file name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What kind of content it is.
    pub fn kind(&self) -> Modality {
        self.kind
    }

    /// The media type: `image/png`.
    pub fn mime(&self) -> &str {
        &self.mime
    }

    /// The file name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The second half of the media type without its parameters, as apis that name formats spell it: `png`, `mp3`.
    pub(crate) fn format(&self) -> &str {
        let half = self.mime.split(';').next().and_then(|mime| mime.split_once('/'));
        match half.map_or("", |(_, half)| half.trim()) {
            "mpeg" if self.kind == Modality::Audio => "mp3",
            "x-wav" | "wave" | "vnd.wave" => "wav",
            "quicktime" => "mov",
            "x-matroska" => "mkv",
            other => other,
        }
    }

    /// The bytes in base64, where they are here.
    pub(crate) fn base64(&self) -> Option<String> {
        use base64::Engine as _;
        match &self.source {
            Source::Bytes(bytes) => Some(base64::engine::general_purpose::STANDARD.encode(bytes)),
            Source::Url(_) => None,
        }
    }

    /// The content as an address: its own, or its bytes as a `data:` one.
    pub(crate) fn address(&self) -> String {
        match (&self.source, self.base64()) {
            (Source::Url(url), _) => url.clone(),
            (_, bytes) => format!("data:{};base64,{}", self.mime, bytes.unwrap_or_default()),
        }
    }
}

fn kind_of(mime: &str) -> Option<Modality> {
    let mime = mime.split(';').next().unwrap_or_default().trim();
    match mime.split_once('/')? {
        ("image", _) => Some(Modality::Image),
        ("audio", _) => Some(Modality::Audio),
        ("video", _) => Some(Modality::Video),
        ("application", "pdf") => Some(Modality::Pdf),
        _ => None,
    }
}
