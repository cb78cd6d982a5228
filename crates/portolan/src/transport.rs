//! Sends requests. Takes an address, headers and a body; returns an answer whose status is a success, or the error that
//! it is. Retries what may be sent again, and nothing once the first byte of an answer came; a key goes to the host that
//! it is for and nowhere else.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use http_body::Body as _;
use reqwest::{Method, Url, redirect};

use crate::error::{Error, ErrorKind, Result, classify};
use crate::hooks::Registered;

mod incoming;
mod pool;
pub(crate) mod sign;

pub(crate) use incoming::Incoming;
use pool::Pool;

/// The largest body of an error that is read.
const MAX_ERROR: usize = 256 << 10;

/// The largest answer that comes whole.
const MAX_WHOLE: usize = 64 << 20;

/// How long to wait for what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Timeouts {
    /// For a connection. Ten seconds unless set.
    pub(crate) connect: Duration,
    /// For the first byte of an answer; an answer that comes whole is thought out before. Ten minutes unless set.
    pub(crate) first_byte: Duration,
    /// For the next byte of an answer that has begun. Five minutes unless set: some models think long.
    pub(crate) idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(600),
            idle: Duration::from_secs(300),
        }
    }
}

/// What is sent again, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Retries {
    /// How often a request is sent at most. Three times unless set; once is no retry.
    pub(crate) tries: u32,
    /// The wait before the second try where the provider names none; it doubles from try to try. Half a second unless
    /// set.
    pub(crate) first_wait: Duration,
    /// The longest wait. Where the provider asks for more, the error is returned at once. A minute unless set.
    pub(crate) longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            tries: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
        }
    }
}

/// Sends requests.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    pool: Arc<Pool>,
    pub(crate) timeouts: Timeouts,
    pub(crate) retries: Retries,
}

/// A request as it is sent, several times if need be.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) signer: Option<sign::Signer>,
    pub(crate) hooks: Option<Arc<Registered>>,
}

impl Call {
    /// A failure as the provider's hooks see it.
    fn judged(&self, error: Error) -> Error {
        match self.hooks.as_ref().and_then(|own| own.hooks.classify(&error)) {
            Some(kind) => error.with_kind(kind),
            None => error,
        }
    }
}

impl Transport {
    pub(crate) fn new(
        timeouts: Timeouts,
        retries: Retries,
        proxy: Option<reqwest::Proxy>,
    ) -> Result<Self> {
        let make = move || {
            let http = client(timeouts, proxy.clone()).build();
            http.map_err(|error| {
                Error::new(ErrorKind::Config, "the HTTP client cannot be made").with_source(error)
            })
        };
        Ok(Self { pool: Arc::new(Pool::new(make)?), timeouts, retries })
    }

    /// Sends a request until it is answered with success, or may not be sent again. What failed before is pushed to the
    /// list.
    pub(crate) async fn send(
        &self,
        call: &Call,
        failed: &mut Vec<Error>,
    ) -> Result<Response<Incoming>> {
        let mut wait = self.retries.first_wait;
        loop {
            let error = match self.once(call).await {
                Ok(response) => return Ok(response),
                Err(error) => call.judged(error),
            };
            let tries = failed.len() + 1;
            let asked = error.retry_after();
            let pause = asked.unwrap_or_else(|| jittered(wait));
            let last = tries >= self.retries.tries as usize || pause > self.retries.longest_wait;
            if last || !sent_again(&error) {
                return Err(error);
            }
            failed.push(error);
            tokio::time::sleep(pause).await;
            wait = wait.saturating_mul(2).min(self.retries.longest_wait);
        }
    }

    /// Sends a request once and reads what comes, whatever its status: no more than an error may hold.
    pub(crate) async fn answer(&self, call: &Call) -> Result<Response<Bytes>> {
        let (parts, body) = self.begin(call).await?.into_parts();
        if parts.status.is_redirection() {
            return Err(redirected(parts.status, &parts.headers));
        }
        let body = self.read(body, MAX_ERROR).await.map_err(|(_, error)| error)?;
        Ok(Response::from_parts(parts, body.freeze()))
    }

    async fn once(&self, call: &Call) -> Result<Response<Incoming>> {
        let response = self.begin(call).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(self.failure(response).await)
    }

    /// Sends a request; returns the answer whose body has not been read.
    async fn begin(&self, call: &Call) -> Result<Response<Incoming>> {
        let mut request = reqwest::Request::new(call.method.clone(), call.url.clone());
        request.headers_mut().extend(call.headers.clone());
        if let Some(signer) = &call.signer {
            signer.sign(&mut request, &call.body, SystemTime::now())?;
        }
        if !call.body.is_empty() {
            *request.body_mut() = Some(call.body.clone().into());
        }
        let limit = self.timeouts.first_byte;
        let (http, lease) = self.pool.client()?;
        let response = tokio::time::timeout(limit, http.execute(request)).await;
        let response = response.map_err(|_| late("the first byte", limit))?.map_err(of_reqwest)?;
        let response = Response::from(response).map(|body| Incoming::new(body, lease));
        undone(response.headers())?;
        Ok(response)
    }

    /// The error that an answer without success is.
    async fn failure(&self, response: Response<Incoming>) -> Error {
        let (parts, body) = response.into_parts();
        if parts.status.is_redirection() {
            return redirected(parts.status, &parts.headers);
        }
        // Half an error says more than none.
        let body = self.read(body, MAX_ERROR).await.unwrap_or_else(|(read, _)| read);
        classify::of_response(parts.status, &parts.headers, &body)
    }

    /// Reads a body that comes whole.
    pub(crate) async fn whole(&self, body: Incoming) -> Result<Bytes> {
        self.read(body, MAX_WHOLE).await.map(BytesMut::freeze).map_err(|(_, error)| error)
    }

    /// Reads a body up to a limit; with an error comes what was read before it.
    async fn read(&self, mut body: Incoming, max: usize) -> Result<BytesMut, (BytesMut, Error)> {
        let mut read = BytesMut::new();
        loop {
            let frame = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx));
            let frame = match tokio::time::timeout(self.timeouts.idle, frame).await {
                Err(_) => return Err((read, late("the next byte", self.timeouts.idle))),
                Ok(None) => return Ok(read),
                Ok(Some(Err(error))) => return Err((read, of_reqwest(error))),
                Ok(Some(Ok(frame))) => frame,
            };
            if let Ok(data) = frame.into_data() {
                if read.len() + data.len() > max {
                    let message = format!("the answer is larger than {max} bytes");
                    return Err((read, Error::new(ErrorKind::TooLarge, message)));
                }
                read.extend_from_slice(&data);
            }
        }
    }
}

/// A client of HTTP that is put together.
fn client(timeouts: Timeouts, proxy: Option<reqwest::Proxy>) -> reqwest::ClientBuilder {
    let http = reqwest::Client::builder()
        .connect_timeout(timeouts.connect)
        .redirect(redirect::Policy::custom(redirect_policy))
        .tcp_nodelay(true)
        .user_agent(concat!("portolan/", env!("CARGO_PKG_VERSION")))
        .referer(false);
    match proxy {
        Some(proxy) => http.proxy(proxy),
        None => http,
    }
}

/// Whether a request may be sent again by itself: where none was heard, or where the provider says that it did nothing.
/// Where an answer did not come in time it may have been made and billed.
fn sent_again(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect => true,
        ErrorKind::RateLimit | ErrorKind::Overloaded | ErrorKind::Server => {
            error.retryable() && error.status().is_some()
        }
        _ => false,
    }
}

/// Half to all of a wait, so that those who failed together do not come back together.
fn jittered(wait: Duration) -> Duration {
    use std::hash::{BuildHasher as _, Hasher as _};
    // Every state of a hash map is random: enough for spreading waits.
    let random = std::hash::RandomState::new().build_hasher().finish();
    let share = u32::try_from(random % 512).unwrap_or(0);
    wait / 2 + wait / 2 * share / 512
}

/// Follows a redirect only where the request stays what it is and where it is.
fn redirect_policy(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let same_method =
        matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let stays =
        attempt.previous().last().is_some_and(|from| from.origin() == attempt.url().origin());
    if same_method && stays && attempt.previous().len() < 5 {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// An encoding that nobody asked for and nothing here undoes: what is decoded is no longer named in the headers.
fn undone(headers: &HeaderMap) -> Result<()> {
    let named = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    match named.map(str::trim).filter(|name| !name.is_empty() && *name != "identity") {
        None => Ok(()),
        Some(name) => {
            let name = classify::excerpt(name);
            let message = format!("the answer is encoded as `{name}`, which nobody asked for");
            Err(Error::new(ErrorKind::Protocol, message))
        }
    }
}

fn redirected(status: StatusCode, headers: &HeaderMap) -> Error {
    let place = headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or("nowhere");
    // A path may hold anything; the host is what matters.
    let place = Url::parse(place).ok().and_then(|url| url.host_str().map(str::to_owned));
    let place = place.map_or("another address".to_owned(), |host| format!("`{host}`"));
    let message = format!("the provider points to {place}; the request was not sent there");
    Error::new(ErrorKind::Redirect, message).with_status(status)
}

pub(crate) fn late(what: &str, limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("{what} did not come within {limit:?}"))
}

/// An error of the connection. Its text never holds the address, which may hold what a user put there.
pub(crate) fn of_reqwest(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    let (kind, what) = if error.is_connect() {
        (ErrorKind::Connect, "no connection")
    } else if unpacked_badly(&error) {
        (ErrorKind::Protocol, "the answer is not compressed as it says")
    } else if error.is_timeout() {
        (ErrorKind::Timeout, "nothing came in time")
    } else {
        (ErrorKind::Disconnected, "the connection broke")
    };
    Error::new(kind, format!("{what}: {text}")).with_source(error)
}

/// Whether it is the body that does not decompress: the fault then lies right beneath reqwest's own errors, where one of
/// the connection lies beneath hyper's.
fn unpacked_badly(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause.filter(|inner| inner.is::<reqwest::Error>()) {
        cause = inner.source();
    }
    cause.is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// A header whose value no log shows.
pub(crate) fn sensitive(name: &'static str, value: &str) -> Result<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        let message = "the key holds characters that no header takes, as a line break or a letter beyond ASCII";
        Error::new(ErrorKind::Credentials, message)
    })?;
    value.set_sensitive(true);
    Ok((HeaderName::from_static(name), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_spread_but_never_longer() {
        let wait = Duration::from_millis(800);
        for _ in 0..100 {
            let jittered = jittered(wait);
            assert!((wait / 2..=wait).contains(&jittered), "{jittered:?}");
        }
    }

    #[test]
    fn what_may_have_been_billed_is_not_sent_again() {
        for kind in [ErrorKind::Timeout, ErrorKind::Disconnected, ErrorKind::Quota] {
            assert!(!sent_again(&Error::new(kind, "").with_status(StatusCode::GATEWAY_TIMEOUT)));
        }
        assert!(sent_again(&Error::new(ErrorKind::Connect, "")));
        assert!(sent_again(&Error::new(ErrorKind::RateLimit, "").with_status(StatusCode::OK)));
    }

    #[test]
    fn a_key_that_no_header_takes_is_named_without_it() {
        let error = sensitive("x-api-key", "sk-schlüssel\n").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("schl"));
        assert_eq!(format!("{:?}", sensitive("x-api-key", "sk-1").unwrap().1), "Sensitive");
    }

    /// Answers every request of a connection once so many were asked over all of them.
    async fn serve(listener: tokio::net::TcpListener, wanted: usize) {
        let asked = Arc::new(tokio::sync::Barrier::new(wanted));
        while let Ok((stream, _)) = listener.accept().await {
            let asked = Arc::clone(&asked);
            tokio::spawn(async move {
                let mut builder = h2::server::Builder::new();
                let server = builder.max_concurrent_streams(100).handshake::<_, Bytes>(stream);
                let mut server = server.await.unwrap();
                while let Some(Ok((_, mut respond))) = server.accept().await {
                    let asked = Arc::clone(&asked);
                    tokio::spawn(async move {
                        asked.wait().await;
                        respond.send_response(Response::new(()), true).unwrap();
                    });
                }
            });
        }
    }

    #[tokio::test]
    async fn more_requests_at_once_than_a_connection_of_http_2_takes() {
        const REQUESTS: usize = 1_000;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(serve(listener, REQUESTS));
        let timeouts = Timeouts { first_byte: Duration::from_secs(30), ..Timeouts::default() };
        let make = move || Ok(client(timeouts, None).http2_prior_knowledge().build().unwrap());
        let pool = Arc::new(Pool::new(make).unwrap());
        let transport = Transport { pool, timeouts, retries: Retries::default() };
        let requests = (0..REQUESTS).map(|_| {
            let (transport, url) = (transport.clone(), url.clone());
            tokio::spawn(async move {
                let headers = HeaderMap::new();
                let (method, body) = (Method::GET, Bytes::new());
                let call = Call { method, url, headers, body, signer: None, hooks: None };
                transport.send(&call, &mut Vec::new()).await.map(|response| response.status())
            })
        });
        for request in requests.collect::<Vec<_>>() {
            assert_eq!(request.await.unwrap().unwrap(), StatusCode::OK);
        }
    }
}
