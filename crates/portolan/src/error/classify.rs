//! From what a provider answered to an [`Error`]. Takes a status, headers and a body that may be anything: JSON of a
//! dozen shapes, an HTML page, nothing. Returns the kind, the vendor's words and code, and how long to wait.

use std::time::SystemTime;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Error, ErrorKind, retry_after};

/// How much of a text that is no JSON an error repeats.
const EXCERPT: usize = 300;

/// The error that an answer with a status of failure is.
pub(crate) fn of_response(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let said = Said::read(body, headers);
    let kind = kind_of(Some(status), &said);
    let wait = retry_after::of_headers(headers, SystemTime::now()).or_else(|| said.wait());
    let error = Error::new(kind, said.message(status)).with_status(status).with_code(said.code);
    error.with_retry_after(wait).with_request_id(request_id(headers))
}

/// The error that a frame of a stream, or the body of an answer with status 200, is: the value of its `error` field.
pub(crate) fn of_value(value: &Value) -> Error {
    let said = Said::of_error(value);
    let status = said.status.and_then(|status| StatusCode::from_u16(status).ok());
    let kind = kind_of(status.filter(|status| !status.is_success()), &said);
    let wait = said.wait();
    let message = said.text.clone().unwrap_or_else(|| excerpt(&value.to_string()));
    Error::new(kind, message).with_code(said.code).with_retry_after(wait)
}

/// The error that a named exception of a stream is: its name and words.
pub(crate) fn of_exception(name: &str, message: Option<&str>) -> Error {
    let said = Said {
        text: Some(message.unwrap_or(name).to_owned()),
        code: Some(name.to_owned()),
        ..Said::default()
    };
    let kind = kind_of(None, &said);
    let text = said.text.unwrap_or_default();
    Error::new(kind, text).with_code(said.code)
}

/// The provider's id of the request, in every spelling that vendors use.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    const NAMES: [&str; 7] = [
        "x-request-id",
        "request-id",
        "x-amzn-requestid",
        "apim-request-id",
        "x-ms-request-id",
        "x-goog-request-id",
        "cf-ray",
    ];
    NAMES.iter().find_map(|name| headers.get(*name)?.to_str().ok()).filter(|id| id.len() <= 256)
}

/// What the body of an error says.
#[derive(Default)]
struct Said {
    text: Option<String>,
    code: Option<String>,
    /// Further words that tell the kind: the type beside a code, the status of Google.
    words: String,
    status: Option<u16>,
    details: Value,
}

impl Said {
    fn read(body: &[u8], headers: &HeaderMap) -> Self {
        let mut said = match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::of_body(&value),
            Err(_) => Self { text: page_or_text(body), ..Self::default() },
        };
        // Amazon names the exception in a header: `ThrottlingException:http://...`.
        let header = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        if let Some(name) = header.and_then(|name| name.split([':', ',']).next()) {
            said.code.get_or_insert_with(|| name.to_owned());
        }
        said
    }

    fn of_body(body: &Value) -> Self {
        // Google wraps the errors of a streamed call in a list.
        let body = body.as_array().and_then(|list| list.first()).unwrap_or(body);
        Self::of_error(body.get("error").filter(|error| !error.is_null()).unwrap_or(body))
    }

    fn of_error(error: &Value) -> Self {
        if let Some(text) = error.as_str() {
            return Self { text: Some(excerpt(text)), ..Self::default() };
        }
        let word = |names: &[&str]| names.iter().find_map(|name| scalar(error.get(*name)?));
        let base = error.get("base_resp").unwrap_or(&Value::Null);
        let base_word = |name: &str| base.get(name).and_then(scalar);
        let text = word(&["message", "Message", "msg", "detail", "error_description"])
            .or_else(|| base_word("status_msg"))
            .or_else(|| error.get("detail").map(ToString::to_string));
        let number = error.get("code").or_else(|| error.get("status_code")).and_then(Value::as_u64);
        let base_code = base_word("status_code");
        let unknown_key = base_code.as_deref() == Some(UNKNOWN_KEY);
        let kind = word(&["type", "__type", "status"]);
        let code = word(&["code"]).filter(|_| number.is_none()).or_else(|| kind.clone());
        let code = code.or_else(|| number.map(|number| number.to_string()));
        Self {
            text: text.map(|text| excerpt(&text)),
            code: code.or(base_code).map(|code| excerpt(&code)),
            words: kind.unwrap_or_default(),
            status: number
                .and_then(|number| u16::try_from(number).ok())
                .or(unknown_key.then_some(401)),
            details: error.get("details").cloned().unwrap_or_default(),
        }
    }

    fn message(&self, status: StatusCode) -> String {
        let reason = status.canonical_reason().unwrap_or("no reason");
        self.text.clone().unwrap_or_else(|| format!("the provider said only `{reason}`"))
    }

    fn wait(&self) -> Option<std::time::Duration> {
        retry_after::of_details(&self.details)
            .or_else(|| retry_after::of_message(self.text.as_deref()?))
    }

    fn has(&self, needles: &[&str]) -> bool {
        let fields = [self.code.as_deref(), Some(self.words.as_str()), self.text.as_deref()];
        fields.into_iter().flatten().any(|field| {
            let field = field.to_ascii_lowercase();
            needles.iter().any(|needle| field.contains(needle))
        })
    }
}

/// What `MiniMax` answers, with a status of success, to a key that it does not know, as to one of its other region.
const UNKNOWN_KEY: &str = "1004";

/// Words that say that money or a plan is used up.
const SPENT: [&str; 12] = [
    "insufficient_quota",
    "insufficient_balance",
    "insufficient balance",
    "insufficient credit",
    "insufficient_user_quota",
    "credit balance is too low",
    "billing_hard_limit",
    "billing_not_active",
    "exceeded_current_quota",
    "arrearage",
    "quota_exceeded",
    "perday",
];

const TOO_LONG: [&str; 7] = [
    "context_length_exceeded",
    "maximum context length",
    "prompt is too long",
    "input is too long",
    "exceeds the maximum number of tokens",
    "context window",
    "reduce the length of the",
];

fn kind_of(status: Option<StatusCode>, said: &Said) -> ErrorKind {
    let spent =
        said.has(&SPENT) || said.details.to_string().to_ascii_lowercase().contains("perday");
    if spent || status == Some(StatusCode::PAYMENT_REQUIRED) {
        return ErrorKind::Quota;
    }
    match status.map(|status| status.as_u16()) {
        Some(401) => ErrorKind::Authentication,
        Some(403) => ErrorKind::Permission,
        Some(404) => ErrorKind::NotFound,
        Some(408 | 504) => ErrorKind::Timeout,
        Some(429) => ErrorKind::RateLimit,
        Some(503 | 529) => ErrorKind::Overloaded,
        Some(500..) => ErrorKind::Server,
        // Google says so with status 400.
        _ if said.has(&["api key not valid", "api_key_invalid"]) => ErrorKind::Authentication,
        _ if said.has(&TOO_LONG) => ErrorKind::ContextLength,
        _ if said.has(&["content_filter", "content_policy", "datainspectionfailed"]) => {
            ErrorKind::Content
        }
        Some(_) => ErrorKind::InvalidRequest,
        None => kind_by_words(said),
    }
}

/// The kind of an error that came without a status, by the vendor's words for it.
fn kind_by_words(said: &Said) -> ErrorKind {
    const KINDS: [(&[&str], ErrorKind); 8] = [
        (&["overloaded", "serviceunavailable", "unavailable"], ErrorKind::Overloaded),
        (&["rate_limit", "rate limit", "throttling", "resource_exhausted"], ErrorKind::RateLimit),
        (
            &["authentication", "unauthenticated", "invalid_api_key", "invalid api key"],
            ErrorKind::Authentication,
        ),
        (&["permission", "accessdenied"], ErrorKind::Permission),
        (&["not_found", "resourcenotfound"], ErrorKind::NotFound),
        (&["timeout", "deadline"], ErrorKind::Timeout),
        (&["invalid_request", "validation", "invalid_argument"], ErrorKind::InvalidRequest),
        (&["api_error", "server", "internal", "modelstreamerror"], ErrorKind::Server),
    ];
    // Where nothing tells, the provider failed at what it had begun.
    KINDS.iter().find(|(words, _)| said.has(words)).map_or(ErrorKind::Server, |(_, kind)| *kind)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a body that is no JSON says: the title of a page, else the start of the text.
pub(crate) fn page_or_text(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(64 << 10)]);
    let lower = text.to_ascii_lowercase();
    if lower.trim_start().starts_with("<!doctype html") || lower.contains("<html") {
        let title = lower.find("<title>").map(|start| start + "<title>".len());
        let title = title.and_then(|start| text[start..].split('<').next());
        let title = title.map(str::trim).filter(|title| !title.is_empty());
        return Some(title.map_or_else(
            || "the answer is an HTML page".to_owned(),
            |title| format!("the answer is an HTML page, `{}`", excerpt(title)),
        ));
    }
    let text = text.trim();
    (!text.is_empty()).then(|| excerpt(text))
}

/// The start of a text, on one line, without what a terminal would take for a command.
pub(crate) fn excerpt(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        if out.len() >= EXCERPT {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> Error {
        of_response(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn each_vendors_shape_gives_kind_words_and_code() {
        for (status, body, kind, message, code) in [
            (
                401,
                r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}"#,
                ErrorKind::Authentication,
                "Incorrect API key",
                Some("invalid_api_key"),
            ),
            (
                429,
                r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
                ErrorKind::Quota,
                "You exceeded your current quota",
                Some("insufficient_quota"),
            ),
            (
                529,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                ErrorKind::Overloaded,
                "Overloaded",
                Some("overloaded_error"),
            ),
            (
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#,
                ErrorKind::Quota,
                "Your credit balance is too low",
                Some("invalid_request_error"),
            ),
            (
                400,
                r#"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]"#,
                ErrorKind::Authentication,
                "API key not valid.",
                Some("INVALID_ARGUMENT"),
            ),
            (
                404,
                r#"{"error":"model 'x' not found"}"#,
                ErrorKind::NotFound,
                "model 'x' not found",
                None,
            ),
            (
                400,
                r#"{"message":"prompt is too long: 9 tokens"}"#,
                ErrorKind::ContextLength,
                "prompt is too long: 9 tokens",
                None,
            ),
            (422, r#"{"detail":"bad field"}"#, ErrorKind::InvalidRequest, "bad field", None),
            (402, "{}", ErrorKind::Quota, "the provider said only `Payment Required`", None),
            (500, "", ErrorKind::Server, "the provider said only `Internal Server Error`", None),
            (
                502,
                "<!DOCTYPE html><html><head><title>Bad gateway</title>",
                ErrorKind::Server,
                "the answer is an HTML page, `Bad gateway`",
                None,
            ),
            (503, "upstream\u{1b}[31m gone", ErrorKind::Overloaded, "upstream [31m gone", None),
        ] {
            let error = error(status, body);
            assert_eq!(error.kind(), kind, "{body}");
            assert_eq!(error.message(), message, "{body}");
            assert_eq!(error.code(), code, "{body}");
            assert_eq!(error.status(), Some(status));
        }
    }

    #[test]
    fn a_key_of_minimax_s_other_region_is_no_fault_of_the_server() {
        for (code, words, kind) in [
            (1004, "login fail: Please carry the API secret key", ErrorKind::Authentication),
            (9999, "invalid api key", ErrorKind::Authentication),
            (1008, "insufficient balance", ErrorKind::Quota),
            (1000, "unknown error", ErrorKind::Server),
        ] {
            let body = serde_json::json!({
                "base_resp": { "status_code": code, "status_msg": words }
            });
            let error = of_value(&body);
            assert_eq!((error.kind(), error.code()), (kind, Some(&*code.to_string())), "{words}");
            assert_eq!(error.message(), words);
        }
    }

    #[test]
    fn a_daily_quota_of_google_is_spent_and_one_per_minute_is_not() {
        let body = |id: &str| {
            format!(
                r#"{{"error":{{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{{"violations":[{{"quotaId":"{id}"}}]}},{{"retryDelay":"7s"}}]}}}}"#
            )
        };
        let minute = error(429, &body("GenerateRequestsPerMinute"));
        assert_eq!((minute.kind(), minute.retryable()), (ErrorKind::RateLimit, true));
        assert_eq!(minute.retry_after(), Some(std::time::Duration::from_secs(7)));
        let day = error(429, &body("GenerateRequestsPerDayPerProject"));
        assert_eq!((day.kind(), day.retryable()), (ErrorKind::Quota, false));
    }

    #[test]
    fn a_frame_without_a_status_is_known_by_its_words() {
        let kind = |text: &str| of_value(&serde_json::from_str(text).unwrap()).kind();
        assert_eq!(kind(r#"{"type":"overloaded_error","message":"x"}"#), ErrorKind::Overloaded);
        assert_eq!(kind(r#"{"code":429,"message":"x"}"#), ErrorKind::RateLimit);
        assert_eq!(kind(r#"{"code":"rate_limit_exceeded"}"#), ErrorKind::RateLimit);
        assert_eq!(kind(r#"{"code":200,"message":"x"}"#), ErrorKind::Server);
        assert_eq!(kind("\"odd\""), ErrorKind::Server);
        assert_eq!(of_exception("throttlingException", None).kind(), ErrorKind::RateLimit);
        assert_eq!(of_exception("modelStreamErrorException", None).kind(), ErrorKind::Server);
        assert_eq!(of_exception("validationException", Some("no")).message(), "no");
    }

    #[test]
    fn a_hostile_body_is_cut() {
        let long = "x".repeat(1 << 20);
        assert!(error(500, &long).message().len() < 400);
        assert!(
            error(500, &format!(r#"{{"error":{{"message":"{long}"}}}}"#)).message().len() < 400
        );
        assert!(error(500, &"[".repeat(100_000)).message().len() < 400);
    }
}
