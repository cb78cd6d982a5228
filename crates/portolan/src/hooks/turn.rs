//! A request that is about to be sent, as a hook may change it: headers beside those that it has, fields of its body.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::request::Request;

/// A request that is about to be sent.
pub struct Turn<'a> {
    request: &'a Request,
    headers: HeaderMap,
    secrets: Vec<SecretString>,
    body: Vec<u8>,
    /// The body as it was changed, if anyone looked.
    fields: Option<Map<String, Value>>,
}

/// What says how a request is carried and where it goes.
const OURS: [HeaderName; 9] = [
    HOST,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    TRANSFER_ENCODING,
    CONNECTION,
    TE,
    TRAILER,
    UPGRADE,
    PROXY_AUTHORIZATION,
];

impl<'a> Turn<'a> {
    pub(crate) fn new(request: &'a Request, body: Vec<u8>) -> Self {
        Self { request, headers: HeaderMap::new(), secrets: Vec::new(), body, fields: None }
    }

    /// What is asked, in the words of no vendor.
    pub fn request(&self) -> &Request {
        self.request
    }

    /// Sets a header, in place of any of this name.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for what is no header, and for those that say how a request is carried and where it goes.
    pub fn header(&mut self, name: &str, value: &str) -> Result<()> {
        self.set_header(name, value, false)
    }

    /// Sets a header whose value no log and no error shows.
    ///
    /// # Errors
    /// As [`Turn::header`].
    pub fn secret_header(&mut self, name: &str, value: &SecretString) -> Result<()> {
        self.secrets.push(value.clone());
        self.set_header(name, value.expose_secret(), true)
    }

    fn set_header(&mut self, name: &str, value: &str, secret: bool) -> Result<()> {
        let (name, mut value) = header(name, value)?;
        if OURS.contains(&name) {
            let message = format!("a hook may not set the header `{name}`");
            return Err(Error::new(ErrorKind::Config, message));
        }
        value.set_sensitive(secret || name == AUTHORIZATION);
        self.headers.insert(name, value);
        Ok(())
    }

    /// A field of the body, in the vendor's spelling.
    pub fn field(&mut self, name: &str) -> Option<&Value> {
        self.fields().get(name)
    }

    /// Sets a field of the body.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        self.fields().insert(name, value);
    }

    /// Takes a field out of the body.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.fields().shift_remove(name)
    }

    fn fields(&mut self) -> &mut Map<String, Value> {
        // The body is one that an encoder wrote, so it is an object.
        let body = &self.body;
        self.fields.get_or_insert_with(|| serde_json::from_slice(body).unwrap_or_default())
    }

    /// What is sent: headers, texts that must appear nowhere, and the body.
    pub(crate) fn finish(self) -> (HeaderMap, Vec<SecretString>, Bytes) {
        let body = match self.fields {
            Some(fields) => Value::Object(fields).to_string().into_bytes(),
            None => self.body,
        };
        (self.headers, self.secrets, Bytes::from(body))
    }
}

/// A header, or the error for what is none. It does not repeat the value, which may be a secret.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue)> {
    match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
        (Ok(name), Ok(value)) => Ok((name, value)),
        (Err(_), _) => {
            Err(Error::new(ErrorKind::Config, format!("the hook's header `{name}` is none")))
        }
        (_, Err(_)) => {
            let message = format!(
                "the value of the hook's header `{name}` holds characters that no header takes"
            );
            Err(Error::new(ErrorKind::Config, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_nobody_changed_is_sent_as_it_is() {
        let request = Request::new();
        let mut turn = Turn::new(&request, b"{\"a\": 1}".to_vec());
        turn.header("x-a", "1").unwrap();
        let (headers, secrets, body) = turn.finish();
        assert_eq!((headers["x-a"].to_str().unwrap(), &body[..]), ("1", &b"{\"a\": 1}"[..]));
        assert!(secrets.is_empty());

        let mut turn = Turn::new(&request, b"{\"a\": 1, \"b\": 2, \"c\": 3}".to_vec());
        assert_eq!(turn.field("a"), Some(&Value::from(1)));
        turn.set("d", true);
        turn.remove("a");
        assert_eq!(&turn.finish().2[..], br#"{"b":2,"c":3,"d":true}"#);
    }

    #[test]
    fn what_is_no_header_or_not_a_hook_s_is_refused_without_its_value() {
        let request = Request::new();
        let mut turn = Turn::new(&request, Vec::new());
        for (name, value) in [("host", "evil.example"), ("Content-Length", "0"), ("a b", "1")] {
            assert_eq!(turn.header(name, value).unwrap_err().kind(), ErrorKind::Config, "{name}");
        }
        let secret = SecretString::from("planted\n");
        let error = turn.secret_header("x-a", &secret).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("planted"));
        turn.secret_header("x-b", &"planted".into()).unwrap();
        turn.header("authorization", "planted").unwrap();
        assert!(!format!("{:?}", turn.headers).contains("planted"));
    }
}
