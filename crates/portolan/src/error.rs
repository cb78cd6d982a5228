//! What can go wrong, as one type. Takes what a provider, the network or the caller got wrong; returns a kind that a
//! program can act on, and what a person needs: which provider and region, the vendor's own words, the request id. No
//! error ever holds a key.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::answer::Attempt;
use crate::cost::Cost;

pub(crate) mod classify;
pub(crate) mod redact;
pub(crate) mod retry_after;

/// What a call returns where it fails.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $id:literal, retry: $retry:literal;)*) => {
        /// What kind of failure an [`Error`] is: what a program decides by.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[non_exhaustive]
        pub enum ErrorKind { $($(#[$doc])* $name,)* }

        impl ErrorKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable id, as the command prints it.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Whether the same request may succeed later.
            pub const fn retryable(self) -> bool {
                match self { $(Self::$name => $retry,)* }
            }
        }
    };
}

kinds! {
    /// No model has this ref, and the provider takes no ids that the catalog does not list.
    UnknownModel = "unknown-model", retry: false;
    /// A region must be named, or the one that was named is none of the provider's.
    Region = "region", retry: false;
    /// No credential, half of one, or a key that belongs to another provider.
    Credentials = "credentials", retry: false;
    /// The request asks for what the model or the api cannot do. Nothing was sent.
    Refused = "refused", retry: false;
    /// Nothing here does it: the catalog does not say how, or says a way that is not known.
    Unsupported = "unsupported", retry: false;
    /// An endpoint, a file or an option is not usable as it is.
    Config = "config", retry: false;
    /// The provider does not know the credential (401).
    Authentication = "authentication", retry: false;
    /// The credential may not do this (403).
    Permission = "permission", retry: false;
    /// The provider has no such model or address (404).
    NotFound = "not-found", retry: false;
    /// The provider calls the request wrong (400, 413, 422).
    InvalidRequest = "invalid-request", retry: false;
    /// The request has more tokens than the model takes.
    ContextLength = "context-length", retry: false;
    /// The provider refuses the content.
    Content = "content", retry: false;
    /// Too many requests or tokens in a short time (429).
    RateLimit = "rate-limit", retry: true;
    /// What was paid for is used up. Waiting does not help.
    Quota = "quota", retry: false;
    /// The provider has too much to do (503, 529).
    Overloaded = "overloaded", retry: true;
    /// The provider failed (5xx).
    Server = "server", retry: true;
    /// No connection.
    Connect = "connect", retry: true;
    /// Nothing came in time.
    Timeout = "timeout", retry: true;
    /// The connection broke, or the answer ended before its end.
    Disconnected = "disconnected", retry: true;
    /// The provider points to another host. The key was not sent there.
    Redirect = "redirect", retry: false;
    /// What came is no answer of this api.
    Protocol = "protocol", retry: false;
    /// What came is larger than the limit.
    TooLarge = "too-large", retry: false;
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// Why a call failed.
///
/// Match on [`Error::kind`]; the text is for people. A text never holds a key.
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// use portolan::{Client, Environment, ErrorKind};
///
/// let client = Client::builder().environment(Environment::new()).build()?;
/// let error = client.chat("xiaomi/mimo-v2.5-por").user("hi").send().await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnknownModel);
/// assert!(error.to_string().contains("`xiaomi/mimo-v2.5-pro`"));
/// # Ok::<(), portolan::Error>(())
/// # }).unwrap();
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    retryable: bool,
    status: Option<StatusCode>,
    code: Option<String>,
    retry_after: Option<Duration>,
    request_id: Option<String>,
    provider: Option<String>,
    region: Option<String>,
    other_regions: Vec<&'static str>,
    attempts: Vec<Attempt>,
    cost: Option<Cost>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure in words, for hooks. The words must hold no key; that of the request is taken out of them.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            retryable: kind.retryable(),
            status: None,
            code: None,
            retry_after: None,
            request_id: None,
            provider: None,
            region: None,
            other_regions: Vec::new(),
            attempts: Vec::new(),
            cost: None,
            source: None,
        }))
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without the place: the vendor's words where it said any.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, where an answer came.
    pub fn status(&self) -> Option<u16> {
        self.0.status.map(|status| status.as_u16())
    }

    /// The vendor's own code or type of the error: `insufficient_quota`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Whether the same request may succeed later.
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The provider's id of the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The id of the provider.
    pub fn provider(&self) -> Option<&str> {
        self.0.provider.as_deref()
    }

    /// The region that was asked.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The other regions of the provider, where a key works only in the region that issued it and this one refused it
    /// (401 and 403), and the choices where a region must be named.
    pub fn other_regions(&self) -> &[&'static str] {
        &self.0.other_regions
    }

    /// What failed before this: earlier models of a fallback chain.
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// What the failure cost, where the provider had begun to answer and had said what it used.
    pub fn cost(&self) -> Option<&Cost> {
        self.0.cost.as_ref()
    }

    /// The same failure for another who waited for it, without its source.
    pub(crate) fn again(&self) -> Self {
        let inner = &*self.0;
        Self(Box::new(Inner {
            message: inner.message.clone(),
            code: inner.code.clone(),
            request_id: inner.request_id.clone(),
            provider: inner.provider.clone(),
            region: inner.region.clone(),
            other_regions: inner.other_regions.clone(),
            attempts: inner.attempts.clone(),
            cost: inner.cost.clone(),
            source: None,
            ..*inner
        }))
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self.0.retryable = kind.retryable();
        self
    }

    pub(crate) fn with_cost(mut self, cost: Option<Cost>) -> Self {
        self.0.cost = cost;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: Vec<Attempt>) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_code(mut self, code: Option<String>) -> Self {
        self.0.code = code;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<&str>) -> Self {
        if self.0.request_id.is_none() {
            self.0.request_id = id.map(str::to_owned);
        }
        self
    }

    pub(crate) fn with_place(mut self, provider: &str, region: Option<&str>) -> Self {
        self.0.provider = Some(provider.to_owned());
        self.0.region = region.map(str::to_owned);
        self
    }

    pub(crate) fn with_other_regions(mut self, regions: Vec<&'static str>) -> Self {
        self.0.other_regions = regions;
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// The error without this text anywhere in what the vendor said: some repeat the key that they refuse.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        let inner = &mut *self.0;
        let said = [Some(&mut inner.message), inner.code.as_mut(), inner.request_id.as_mut()];
        for text in said.into_iter().flatten() {
            if let Cow::Owned(redacted) = redact::redacted(text, secret) {
                *text = redacted;
            }
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match (&inner.provider, &inner.region) {
            (Some(provider), Some(region)) => write!(f, "{provider} in {region}: ")?,
            (Some(provider), None) => write!(f, "{provider}: ")?,
            (None, _) => {}
        }
        f.write_str(&inner.message)?;
        let status = inner.status.map(|status| status.as_u16().to_string());
        let notes = [
            status.map(|status| format!("status {status}")),
            inner.code.as_ref().map(|code| format!("code `{code}`")),
            inner.request_id.as_ref().map(|id| format!("request `{id}`")),
            inner.retry_after.map(|wait| format!("retry after {wait:?}")),
        ];
        let mut opening = " (";
        for note in notes.into_iter().flatten() {
            write!(f, "{opening}{note}")?;
            opening = ", ";
        }
        if opening == ", " {
            f.write_str(")")?;
        }
        if matches!(inner.kind, ErrorKind::Authentication | ErrorKind::Permission) {
            for (position, region) in inner.other_regions.iter().enumerate() {
                let lead = "; a key works only in the region that issued it, the others are ";
                write!(f, "{}`{region}`", if position == 0 { lead } else { ", " })?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("status", &self.status())
            .field("code", &self.0.code)
            .field("retryable", &self.0.retryable)
            .field("retry_after", &self.0.retry_after)
            .field("request_id", &self.0.request_id)
            .field("provider", &self.0.provider)
            .field("region", &self.0.region)
            .field("other_regions", &self.0.other_regions)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_says_what_where_and_what_next() {
        let error = Error::new(ErrorKind::Authentication, "invalid key")
            .with_status(StatusCode::UNAUTHORIZED)
            .with_place("xiaomi-token-plan", Some("cn"))
            .with_request_id(Some("req-1"))
            .with_other_regions(vec!["sgp", "ams"]);
        assert_eq!(
            error.to_string(),
            "xiaomi-token-plan in cn: invalid key (status 401, request `req-1`); a key works only in the region that \
             issued it, the others are `sgp`, `ams`"
        );
        assert!(!error.retryable());
    }

    #[test]
    fn a_repeated_key_is_taken_out() {
        let error = Error::new(ErrorKind::Authentication, "bad key sk-secret!")
            .with_code(Some("sk-secret".to_owned()))
            .without("sk-secret");
        assert!(!format!("{error} {error:?}").contains("secret"));
        assert_eq!(error.message(), "bad key [redacted]!");
    }

    #[test]
    fn an_error_is_one_word_in_a_result() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
