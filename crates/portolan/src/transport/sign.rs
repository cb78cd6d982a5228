//! Signs requests to Amazon (Signature Version 4). Takes a request with its body and a time; adds the headers that prove
//! who sent it.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use portolan_types::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::sensitive;
use crate::error::Result;

/// Whoever signs, and for what.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
    pub(crate) session: Option<SecretString>,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Signer {
    /// Adds the headers of the signature.
    pub(crate) fn sign(
        &self,
        request: &mut reqwest::Request,
        body: &[u8],
        now: SystemTime,
    ) -> Result<()> {
        let (day, moment) = times(now);
        let url = request.url().clone();
        let host = url.host_str().unwrap_or_default();
        let host = url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        let mut headers = vec![("host", host), ("x-amz-date", moment.clone())];
        if let Some(session) = &self.session {
            headers.push(("x-amz-security-token", session.expose_secret().to_owned()));
        }
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines = headers.iter().flat_map(|(name, value)| [*name, ":", value.trim(), "\n"]);
        let lines: String = lines.collect();
        let canonical = format!(
            "{}\n{}\n{}\n{lines}\n{names}\n{}",
            request.method(),
            twice_encoded(url.path()),
            url.query().unwrap_or_default(),
            hex(&Sha256::digest(body)),
        );
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let digest = hex(&Sha256::digest(canonical.as_bytes()));
        let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}");
        let signature = hex(&mac(&self.key(&day), &text));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.id
        );
        let added = request.headers_mut();
        added.extend([
            sensitive("x-amz-date", &moment)?,
            sensitive("authorization", &authorization)?,
        ]);
        if let Some(session) = &self.session {
            added.extend([sensitive("x-amz-security-token", session.expose_secret())?]);
        }
        Ok(())
    }

    /// The key of a day, region and service.
    fn key(&self, day: &str) -> Vec<u8> {
        let secret = format!("AWS4{}", self.secret.expose_secret());
        [day, &self.region, &self.service, "aws4_request"]
            .iter()
            .fold(secret.into_bytes(), |key, part| mac(&key, part))
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // A key of any length is one.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec()
}

/// A path is encoded once to be sent and once more to be signed.
fn twice_encoded(path: &str) -> String {
    path.replace('%', "%25")
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The day and the moment, as signatures spell them: `20150830` and `20150830T123600Z`.
fn times(now: SystemTime) -> (String, String) {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let moment = Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX)).to_string();
    let plain: String = moment.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    (plain.chars().take(8).collect(), plain)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn signer() -> Signer {
        Signer {
            id: "AKIDEXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            session: None,
            region: "us-east-1".to_owned(),
            service: "service".to_owned(),
        }
    }

    fn signed(url: &str, body: &[u8]) -> String {
        let mut request = reqwest::Request::new(reqwest::Method::POST, url.parse().unwrap());
        let now = UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        signer().sign(&mut request, body, now).unwrap();
        request.headers()["authorization"].to_str().unwrap().to_owned()
    }

    /// `post-vanilla` of the suite that Amazon publishes for signers.
    #[test]
    fn the_signature_of_amazon_s_own_example() {
        assert_eq!(
            signed("https://example.amazonaws.com/", b""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
    }

    /// What Amazon's own signer (botocore) makes of a path that holds an escape, and of a session.
    #[test]
    fn the_signature_of_a_path_with_escapes_and_of_a_session() {
        let url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/converse-stream";
        let mut request = reqwest::Request::new(reqwest::Method::POST, url.parse().unwrap());
        let (session, service) = (Some("the-session".into()), "bedrock".to_owned());
        let signer = Signer { session, service, ..signer() };
        let now = UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        signer.sign(&mut request, br#"{"a":1}"#, now).unwrap();
        assert_eq!(
            request.headers()["authorization"],
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-security-token, \
             Signature=28846b090bb441cd12abd5bf6dde153a50d982e2320accdca275fd4317d5a54b"
        );
    }

    #[test]
    fn no_header_of_a_signature_is_shown() {
        let mut request = reqwest::Request::new(
            reqwest::Method::POST,
            "https://bedrock-runtime.us-east-1.amazonaws.com/model/a%3A0/converse".parse().unwrap(),
        );
        let signer = Signer { session: Some("session-secret".into()), ..signer() };
        signer.sign(&mut request, b"{}", SystemTime::now()).unwrap();
        let shown = format!("{request:?} {signer:?}");
        assert!(!shown.contains("session-secret") && !shown.contains("wJalr"), "{shown}");
        assert!(!shown.contains("Signature="), "{shown}");
    }
}
