//! Answers of logins, good and spoilt.

use http::StatusCode;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::*;

fn answer(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

fn code_of(kin: Kin, body: &Value) -> Result<Code> {
    code(&answer(200, body.to_string()), kin, "s-1")
}

fn token_of(status: u16, kin: Kin, body: &Value) -> Result<Said> {
    token(&answer(status, body.to_string()), kin, "eu")
}

fn seconds_left(ends: SystemTime) -> u64 {
    // What is left is a little less, for time passes.
    ends.duration_since(SystemTime::now()).unwrap().as_secs() + 1
}

#[test]
fn a_code_of_the_rfc_and_one_of_minimax() {
    let rfc = json!({
        "device_code": "d", "user_code": "AB-CD", "verification_uri": "https://a.example/activate",
        "verification_uri_complete": "https://a.example/activate?c=AB-CD", "expires_in": 1800,
    });
    let code = code_of(Kin::DeviceCode, &rfc).unwrap();
    assert_eq!((code.user.as_str(), code.interval), ("AB-CD", Duration::from_secs(5)));
    assert_eq!(code.url, "https://a.example/activate?c=AB-CD");
    assert_eq!(seconds_left(code.ends), 1800);

    let moment = SystemTime::now() + Duration::from_secs(600);
    let moment = moment.duration_since(UNIX_EPOCH).unwrap().as_millis();
    let own = |state: &str, interval: u64| {
        json!({
            "user_code": "AB\u{1b}[2J", "verification_uri": "https://a.example/", "state": state,
            "expired_in": u64::try_from(moment).unwrap(), "interval": interval,
        })
    };
    let code = code_of(Kin::UserCode, &own("s-1", 3_500)).unwrap();
    // What would move the cursor does not come through.
    assert_eq!((code.user.as_str(), code.interval), ("AB [2J", Duration::from_millis(3_500)));
    assert_eq!(seconds_left(code.ends), 600);
    // No more often than every two seconds.
    let code = code_of(Kin::UserCode, &own("s-1", 1)).unwrap();
    assert_eq!(code.interval, Duration::from_secs(2));
    let error = code_of(Kin::UserCode, &own("s-2", 1)).unwrap_err();
    assert!(error.kind() == ErrorKind::Protocol && error.message().contains("`state`"));
}

#[test]
fn what_is_no_code_is_told() {
    let whole = json!({
        "device_code": "d", "user_code": "u", "verification_uri": "https://a.example/", "expires_in": 9,
    });
    for field in ["device_code", "user_code", "verification_uri", "expires_in"] {
        for spoilt in [Value::Null, json!(""), json!({})] {
            let mut body = whole.clone();
            body[field] = spoilt;
            let error = code_of(Kin::DeviceCode, &body).unwrap_err();
            let expected = format!("the answer has no `{field}`");
            assert_eq!((error.kind(), error.message()), (ErrorKind::Protocol, &*expected));
        }
    }
    for url in ["javascript:alert(1)", "file:///etc/passwd", "a b"] {
        let mut body = whole.clone();
        body["verification_uri"] = json!(url);
        let error = code_of(Kin::DeviceCode, &body).unwrap_err();
        assert!(error.message().contains("is no page to open"), "{error}");
    }
    for body in ["<html>planted</html>", "[]", "", "{\"access_token\":\"planted\""] {
        let error = code(&answer(200, body), Kin::DeviceCode, "").unwrap_err();
        assert_eq!(error.message(), "what came is no JSON object");
    }
}

#[test]
fn a_token_comes_is_waited_for_or_refused() {
    let wait = |status, kin, body| matches!(token_of(status, kin, &body), Ok(Said::Pending));
    assert!(wait(400, Kin::DeviceCode, json!({"error": "authorization_pending"})));
    assert!(wait(200, Kin::UserCode, json!({"status": "pending"})));
    assert!(wait(200, Kin::UserCode, json!({})));
    let slow = token_of(400, Kin::DeviceCode, &json!({"error": "slow_down"}));
    assert!(matches!(slow, Ok(Said::SlowDown)));
    let (rfc, own) = (Kin::DeviceCode, Kin::UserCode);
    let no_token = "the answer has no `access_token`";
    for (status, kin, body, kind, message) in [
        (
            400,
            rfc,
            json!({"error": "access_denied"}),
            ErrorKind::Permission,
            "the login was denied",
        ),
        (
            400,
            rfc,
            json!({"error": "expired_token"}),
            ErrorKind::Timeout,
            "the code has expired; begin again",
        ),
        (
            400,
            rfc,
            json!({"error": "invalid_grant", "error_description": "used\u{1b}[2J"}),
            ErrorKind::Authentication,
            "used [2J",
        ),
        (
            400,
            rfc,
            json!({"error": "invalid_scope"}),
            ErrorKind::InvalidRequest,
            "the login was refused",
        ),
        (
            200,
            own,
            json!({"status": "error", "base_resp": {"status_msg": "no"}}),
            ErrorKind::Authentication,
            "no",
        ),
        (503, own, json!({}), ErrorKind::Overloaded, "the login was refused"),
        (200, rfc, json!({}), ErrorKind::Protocol, no_token),
        (200, own, json!({"status": "success"}), ErrorKind::Protocol, no_token),
        (
            200,
            rfc,
            json!({"access_token": "planted", "token_type": "mac"}),
            ErrorKind::Protocol,
            "the token is of the type `mac`; only `Bearer` is known",
        ),
    ] {
        let error = token_of(status, kin, &body).unwrap_err();
        assert_eq!((error.kind(), error.message()), (kind, message), "{body}");
    }
}

#[test]
fn an_end_is_a_length_or_a_moment_in_seconds_or_milliseconds() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (field, value) in [
        ("expires_in", json!(3600)),
        ("expires_in", json!("3600")),
        ("expired_in", json!(3600)),
        ("expired_in", json!(now + 3600)),
        ("expired_in", json!((now + 3600) * 1000)),
    ] {
        let body = json!({"status": "success", "access_token": "planted", field: value});
        let Ok(Said::Tokens(tokens, _)) = token_of(200, Kin::UserCode, &body) else { panic!() };
        let left = seconds_left(tokens.ends.unwrap());
        assert!((3_598..=3_601).contains(&left), "{field} {value}: {left}");
    }
    // What no clock shows is no end.
    let body = json!({"access_token": "a", "expires_in": u64::MAX});
    let Ok(Said::Tokens(tokens, _)) = token_of(200, Kin::DeviceCode, &body) else { panic!() };
    assert!(tokens.ends.is_none());
}

#[test]
fn what_else_comes_with_a_token_is_kept() {
    let body = json!({
        "access_token": "planted-a", "refresh_token": "planted-r", "token_type": "bearer",
        "resource_url": "eu.acme.example/v1", "notification_message": "Welcome",
    });
    let Ok(Said::Tokens(tokens, notice)) = token_of(200, Kin::UserCode, &body) else { panic!() };
    assert_eq!(tokens.refresh.unwrap().expose_secret(), "planted-r");
    assert_eq!(tokens.base_url.as_deref(), Some("https://eu.acme.example/v1"));
    assert_eq!(notice.as_deref(), Some("Welcome"));
}

/// A field of an answer with something in it that a vendor may write, or none.
fn a_field() -> impl Strategy<Value = (&'static str, Value)> {
    let names = [
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "expired_in",
        "interval",
        "state",
        "status",
        "error",
        "error_description",
        "base_resp",
        "resource_url",
        "notification_message",
        "device_code",
        "user_code",
        "verification_uri",
    ];
    let values = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!("planted-token\r\nx: y")),
        Just(json!("success")),
        Just(json!("slow_down")),
        Just(json!("https://a.example/")),
        Just(json!("9".repeat(400))),
        Just(json!({"status_msg": ["planted-token"]})),
    ];
    (prop::sample::select(names.to_vec()), values)
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused_and_no_token_is_repeated(
        fields in prop::collection::vec(a_field(), 0..12),
        status in prop::sample::select(vec![200_u16, 400, 401, 429, 500, 503]),
        own in any::<bool>(),
    ) {
        let kin = if own { Kin::UserCode } else { Kin::DeviceCode };
        let mut fields: serde_json::Map<_, _> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        // Its words a vendor may choose; what is not words is not repeated.
        fields.retain(|name, value| !name.starts_with("error") || value != "planted-token\r\nx: y");
        let body = Value::from(fields);
        match token_of(status, kin, &body) {
            Ok(Said::Tokens(tokens, _)) => {
                prop_assert!(http::HeaderValue::from_str(tokens.access.expose_secret()).is_ok());
            }
            Ok(_) => {}
            Err(error) => {
                let of_type = error.message().starts_with("the token is of the type");
                let shown = format!("{error} {error:?}");
                prop_assert!(of_type || !shown.contains("planted"), "{shown}");
            }
        }
        if let Ok(code) = code_of(kin, &body) {
            prop_assert!(!code.user.contains(char::is_control) && !code.url.contains(char::is_control));
            prop_assert!(code.interval >= Duration::from_secs(1));
        }
    }

    #[test]
    fn bytes_that_are_anything_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        status in 200_u16..600,
    ) {
        let said = answer(status, bytes);
        prop_assert!(!matches!(token(&said, Kin::DeviceCode, "eu"), Ok(Said::Tokens(..))));
        prop_assert!(code(&said, Kin::UserCode, "s").is_err());
    }
}
