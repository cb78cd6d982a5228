//! What the endpoints of a login say, read without trust. Takes an answer, whatever its status; returns codes, tokens, or
//! that one has to wait; what is none of it is an error in the vendor's words. No field is read that the pages or the
//! program below do not name.
//!
//! - RFC 8628 (device codes), sections 3.2 and 3.5; RFC 6749 (tokens), section 5.
//! - The vendor `minimax`, as `extensions/minimax/oauth.ts` of `openclaw/openclaw` reads its answers (commit 344275a): `state`,
//!   `expired_in` and an `interval` in milliseconds beside a code; `status`, `expired_in`, `resource_url`,
//!   `notification_message` and `base_resp.status_msg` where a token is asked for. Its `expired_in` is a length in seconds
//!   below a thousand million, else a moment in seconds or in milliseconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Response;
use portolan_types::OAuth;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::Value;

use super::tokens::LoginTokens;
use crate::error::{Error, ErrorKind, Result, classify, retry_after};

/// How a device login is spelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kin {
    /// As RFC 8628 has it: a token is asked for with the code that only the two machines know.
    DeviceCode,
    /// As `minimax` has it: with the code that the person sees.
    UserCode,
}

impl Kin {
    /// What the grant type of a login means.
    pub(super) fn of(oauth: &OAuth) -> Self {
        match oauth.grant_type {
            Some(own) if own.ends_with(":user_code") => Self::UserCode,
            _ => Self::DeviceCode,
        }
    }

    /// How long a number of an interval is, and the wait between two questions where the vendor names none.
    fn interval(self, said: Option<u64>) -> Duration {
        match (self, said) {
            (Self::DeviceCode, None) => Duration::from_secs(5),
            (Self::DeviceCode, Some(seconds)) => Duration::from_secs(seconds.max(1)),
            (Self::UserCode, said) => Duration::from_millis(said.unwrap_or_default().max(2_000)),
        }
    }
}

/// What a person is to type, and where.
#[derive(Debug)]
pub(super) struct Code {
    /// The code of the two machines.
    pub(super) device: Option<SecretString>,
    /// The code of the person.
    pub(super) user: String,
    pub(super) url: String,
    /// Until when the person may.
    pub(super) ends: SystemTime,
    /// The wait between two questions whether the person did.
    pub(super) interval: Duration,
}

/// What came of asking for a token.
#[derive(Debug)]
pub(super) enum Said {
    /// It is here, with what the vendor has to say to the person.
    Tokens(Box<LoginTokens>, Option<String>),
    /// The person has not done it yet.
    Pending,
    /// As before, and the question came too soon.
    SlowDown,
}

/// Reads the answer to the request for a code. `state` is what was sent with it.
pub(super) fn code(answer: &Response<Bytes>, kin: Kin, state: &str) -> Result<Code> {
    let said = object(answer)?;
    refusal(&said, answer)?;
    // It ties the answer of `minimax` to the request.
    if kin == Kin::UserCode && text(&said, "state") != Some(state) {
        let what = "the answer is to another request: its `state` is not the one that was sent";
        return Err(Error::new(ErrorKind::Protocol, what));
    }
    let device = text(&said, "device_code").map(Into::into);
    if device.is_none() && kin == Kin::DeviceCode {
        return Err(lacks("device_code"));
    }
    let user = text(&said, "user_code").ok_or_else(|| lacks("user_code"))?;
    let url = text(&said, "verification_uri_complete").or(text(&said, "verification_uri"));
    Ok(Code {
        device,
        user: classify::excerpt(user),
        url: page(url.ok_or_else(|| lacks("verification_uri"))?)?,
        ends: ends(&said).ok_or_else(|| lacks("expires_in"))?,
        interval: kin.interval(number(&said, "interval")),
    })
}

/// Reads the answer to a request for a token of the login with this id.
pub(super) fn token(answer: &Response<Bytes>, kin: Kin, id: &str) -> Result<Said> {
    let said = object(answer)?;
    match text(&said, "error") {
        Some("authorization_pending") => return Ok(Said::Pending),
        Some("slow_down") => return Ok(Said::SlowDown),
        _ => refusal(&said, answer)?,
    }
    let Some(access) = text(&said, "access_token") else {
        // Whatever word `minimax` has for it, it is neither success nor error.
        let waits = kin == Kin::UserCode && text(&said, "status") != Some("success");
        return if waits { Ok(Said::Pending) } else { Err(lacks("access_token")) };
    };
    if let Some(other) = text(&said, "token_type").filter(|it| !it.eq_ignore_ascii_case("bearer")) {
        let other = classify::excerpt(other);
        let what = format!("the token is of the type `{other}`; only `Bearer` is known");
        return Err(Error::new(ErrorKind::Protocol, what));
    }
    // What RFC 6749, appendix A.12, calls a token: it becomes a header.
    if !access.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        let what = "the token holds characters that no token has";
        return Err(Error::new(ErrorKind::Protocol, what));
    }
    let base_url = text(&said, "resource_url")
        .map(|url| if url.contains("://") { url.to_owned() } else { format!("https://{url}") });
    let tokens = LoginTokens {
        id: id.to_owned(),
        access: access.into(),
        refresh: text(&said, "refresh_token").map(Into::into),
        ends: ends(&said),
        base_url,
    };
    let notice = text(&said, "notification_message").map(classify::excerpt);
    Ok(Said::Tokens(Box::new(tokens), notice))
}

/// The JSON object that came. What fails without one is told by its status.
fn object(answer: &Response<Bytes>) -> Result<Value> {
    let status = answer.status();
    match serde_json::from_slice::<Value>(answer.body()) {
        Ok(said @ Value::Object(_)) => Ok(said),
        _ if !status.is_success() => {
            Err(classify::of_response(status, answer.headers(), answer.body()))
        }
        // It may hold a token, so it is not repeated.
        _ => Err(Error::new(ErrorKind::Protocol, "what came is no JSON object")),
    }
}

/// Fails where the answer is a refusal.
fn refusal(said: &Value, answer: &Response<Bytes>) -> Result<()> {
    let (status, code) = (answer.status(), text(said, "error"));
    if status.is_success() && code.is_none() && text(said, "status") != Some("error") {
        return Ok(());
    }
    let of_base = said.pointer("/base_resp/status_msg").and_then(Value::as_str);
    let words = text(said, "error_description").or(of_base).or(text(said, "message"));
    let message = match (words, code) {
        (Some(words), _) => classify::excerpt(words),
        (None, Some("access_denied")) => "the login was denied".to_owned(),
        (None, Some("expired_token")) => "the code has expired; begin again".to_owned(),
        (None, _) => "the login was refused".to_owned(),
    };
    let kind = match (code, status.as_u16()) {
        (Some("expired_token"), _) => ErrorKind::Timeout,
        (Some("access_denied"), _) => ErrorKind::Permission,
        (Some("temporarily_unavailable" | "server_error"), _) => ErrorKind::Server,
        (Some("invalid_request" | "invalid_scope" | "unsupported_grant_type"), _) => {
            ErrorKind::InvalidRequest
        }
        (_, 429) => ErrorKind::RateLimit,
        (_, 503 | 529) => ErrorKind::Overloaded,
        (_, 500..) => ErrorKind::Server,
        _ => ErrorKind::Authentication,
    };
    let wait = retry_after::of_headers(answer.headers(), SystemTime::now());
    let error = Error::new(kind, message).with_code(code.map(classify::excerpt));
    let error = error.with_retry_after(wait);
    Err(if status.is_success() { error } else { error.with_status(status) })
}

/// A page that a person can open. It is only shown, and still no script.
fn page(url: &str) -> Result<String> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    parsed.map(String::from).ok_or_else(|| {
        let what = format!("`{}` is no page to open", classify::excerpt(url));
        Error::new(ErrorKind::Protocol, what)
    })
}

/// When it ends: after a length in seconds, or at a moment.
fn ends(said: &Value) -> Option<SystemTime> {
    let after = |seconds| SystemTime::now().checked_add(Duration::from_secs(seconds));
    if let Some(seconds) = number(said, "expires_in") {
        return after(seconds);
    }
    match number(said, "expired_in")? {
        seconds @ ..1_000_000_000 => after(seconds),
        moment @ ..1_000_000_000_000 => UNIX_EPOCH.checked_add(Duration::from_secs(moment)),
        moment => UNIX_EPOCH.checked_add(Duration::from_millis(moment)),
    }
}

fn text<'v>(said: &'v Value, field: &str) -> Option<&'v str> {
    said.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A number, which some write as a text.
fn number(said: &Value, field: &str) -> Option<u64> {
    let value = said.get(field)?;
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn lacks(field: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("the answer has no `{field}`"))
}

#[cfg(test)]
mod tests;
