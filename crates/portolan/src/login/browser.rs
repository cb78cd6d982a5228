//! A login in a browser that comes back to this machine with a code: RFC 6749 with PKCE (RFC 7636) and the loopback address
//! of RFC 8252, section 7.3. Takes the login's data; listens on a free port of 127.0.0.1, and exchanges the code that comes
//! with the right `state` for tokens. Whatever else knocks is told that there is nothing.

use std::io;
use std::time::{Duration, SystemTime};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::answer::{self, Kin, Said};
use super::tokens::LoginTokens;
use super::{Asked, address, left, within};
use crate::error::{Error, ErrorKind, Result, classify};

/// The path that the browser comes back to.
const PATH: &str = "/callback";

/// The longest head of a request that is read.
const MAX_HEAD: usize = 16 << 10;

/// How long a connection may take for its request. Browsers open some that they never use.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a person may take. No vendor says.
const PERSON: Duration = Duration::from_secs(600);

/// A login that waits for a browser.
#[derive(Debug)]
pub(super) struct Browser {
    listener: TcpListener,
    redirect: String,
    state: String,
    pub(super) url: Url,
    pub(super) ends: SystemTime,
}

impl Browser {
    pub(super) async fn begin(asked: &Asked, state: String) -> Result<Self> {
        let failed = |error: io::Error| {
            let what = "no port of this machine can be listened to";
            asked.here(Error::new(ErrorKind::Config, what).with_source(error), &[])
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let redirect = format!("http://{}{PATH}", listener.local_addr().map_err(failed)?);
        let oauth = asked.oauth;
        let url = address(oauth.authorize_url).map_err(|error| asked.here(error, &[]));
        let (mut url, scope) = (url?, oauth.scopes.join(" "));
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", oauth.client_id),
            ("redirect_uri", &redirect),
            ("state", &state),
        ];
        if !scope.is_empty() {
            pairs.push(("scope", &scope));
        }
        let challenge = asked.challenge();
        if let Some(challenge) = &challenge {
            pairs.extend([
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ]);
        }
        url.query_pairs_mut().extend_pairs(pairs);
        Ok(Self { listener, redirect, state, url, ends: SystemTime::now() + PERSON })
    }

    pub(super) async fn finish(self, asked: &Asked) -> Result<(LoginTokens, Option<String>)> {
        let came = come_back(&self.listener, &self.state);
        let came = within(left(self.ends), "the browser", came).await;
        let code = came.and_then(|came| came).map_err(|error| asked.here(error, &[]))?;
        let oauth = asked.oauth;
        let mut form = vec![
            ("grant_type", oauth.grant_type.unwrap_or("authorization_code")),
            ("client_id", oauth.client_id),
            ("code", code.expose_secret()),
            ("redirect_uri", &self.redirect),
        ];
        let verifier = asked.verifier.as_ref().map(ExposeSecret::expose_secret);
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let said = asked.post(oauth.token_url, &form).await;
        let said = said.and_then(|said| answer::token(&said, Kin::DeviceCode, oauth.id));
        let said = said.map_err(|error| asked.here(error, &[&code]))?;
        let Said::Tokens(tokens, notice) = said else {
            let what = "the code of the browser was taken and no token came";
            return Err(asked.here(Error::new(ErrorKind::Protocol, what), &[]));
        };
        Ok((*tokens, notice))
    }
}

/// Takes one visit after another until one brings the code or a refusal.
async fn come_back(listener: &TcpListener, state: &str) -> Result<SecretString> {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Some(said) = visit(stream, state).await {
                    return said;
                }
            }
            // Who came has gone again.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                let what = "this machine takes no connection of a browser";
                return Err(Error::new(ErrorKind::Config, what).with_source(error));
            }
        }
    }
}

/// Reads one request and answers it. Nothing, where it is none of the login.
async fn visit(mut stream: TcpStream, state: &str) -> Option<Result<SecretString>> {
    let head = tokio::time::timeout(PATIENCE, read_head(&mut stream)).await.ok()??;
    let said = read(&head, state);
    let (status, words) = match &said {
        None => ("404 Not Found", "There is nothing here."),
        Some(Ok(_)) => ("200 OK", "The login is on its way. This page can be closed."),
        Some(Err(_)) => ("400 Bad Request", "The login failed. Why is told where it began."),
    };
    let length = words.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {length}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n{words}"
    );
    // Whether the page is seen changes nothing.
    let _ = tokio::time::timeout(PATIENCE, stream.write_all(answer.as_bytes())).await;
    said
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let (mut head, mut buffer) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        head.extend_from_slice(&buffer[..count]);
        if head.len() > MAX_HEAD {
            return None;
        }
    }
    String::from_utf8(head).ok()
}

/// What a request brings: the code, or why there is none. One with another `state` is none of ours: any page that the
/// person has open can send one.
fn read(head: &str, state: &str) -> Option<Result<SecretString>> {
    let target = head.strip_prefix("GET ")?.split(' ').next()?;
    let url = Url::parse("http://127.0.0.1/").ok()?.join(target).ok()?;
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
    if url.path() != PATH || value("state").as_deref() != Some(state) {
        return None;
    }
    if let Some(error) = value("error") {
        let denied = error == "access_denied";
        let kind = if denied { ErrorKind::Permission } else { ErrorKind::Authentication };
        let words = value("error_description").map(|words| classify::excerpt(&words));
        let message = words.unwrap_or_else(|| "the login was refused".to_owned());
        return Some(Err(Error::new(kind, message).with_code(Some(classify::excerpt(&error)))));
    }
    let code = value("code").filter(|code| !code.is_empty())?;
    Some(Ok(code.into_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_page_with_the_right_state_brings_a_code() {
        let of = |target: &str| read(&format!("GET {target} HTTP/1.1\r\n\r\n"), "s");
        let code = of("/callback?code=a%2Bb&state=s").unwrap().unwrap();
        assert_eq!(code.expose_secret(), "a+b");
        for none in [
            "/",
            "/favicon.ico",
            "/callback",
            "/callback?code=a",
            "/callback?code=a&state=t",
            "/callback?error=access_denied&state=t",
            "/callback?code=&state=s",
            "/other?code=a&state=s",
        ] {
            assert!(of(none).is_none(), "{none}");
        }
        assert!(read("POST /callback?code=a&state=s HTTP/1.1\r\n\r\n", "s").is_none());
        let denied = of("/callback?error=access_denied&state=s").unwrap().unwrap_err();
        assert_eq!((denied.kind(), denied.code()), (ErrorKind::Permission, Some("access_denied")));
        let other = of("/callback?error=x&error_description=a+b&state=s").unwrap().unwrap_err();
        assert_eq!((other.kind(), other.message()), (ErrorKind::Authentication, "a b"));
    }
}
