//! A login by a code that a person types on another page: the device grant of RFC 8628, and the kin of it that `minimax` has. Takes
//! the login's data; asks for a code, then for a token until there is one, no more often than the vendor likes.

use std::future::Future;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

use super::answer::{self, Code, Kin, Said};
use super::tokens::LoginTokens;
use super::{Asked, left};
use crate::error::{Error, ErrorKind, Result};

/// The grant type of RFC 8628, section 3.4.
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How much longer the waits are once the vendor finds them short, in seconds (RFC 8628, section 3.5).
const SLOWER: u32 = 5;

/// Failures in a row that are waited out: a network that is gone for a moment ends no login.
const PATIENCE: u32 = 5;

/// A login that waits for a person.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) code: Code,
}

impl Device {
    pub(super) async fn begin(asked: &Asked, state: &str) -> Result<Self> {
        let (oauth, kin) = (asked.oauth, Kin::of(asked.oauth));
        let (scope, challenge) = (oauth.scopes.join(" "), asked.challenge());
        let mut form = vec![("client_id", oauth.client_id)];
        if !scope.is_empty() {
            form.push(("scope", &scope));
        }
        if let Some(challenge) = &challenge {
            form.extend([
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ]);
        }
        if kin == Kin::UserCode {
            form.extend([("response_type", "code"), ("state", state)]);
        }
        let answer = asked.post(oauth.authorize_url, &form).await?;
        let code = answer::code(&answer, kin, state);
        Ok(Self { code: code.map_err(|error| asked.here(error, &[]))? })
    }

    pub(super) async fn finish(self, asked: &Asked) -> Result<(LoginTokens, Option<String>)> {
        let Code { device, user, ends, interval, .. } = self.code;
        let (oauth, kin) = (asked.oauth, Kin::of(asked.oauth));
        let mut form = vec![
            ("grant_type", oauth.grant_type.unwrap_or(GRANT_TYPE)),
            ("client_id", oauth.client_id),
        ];
        form.push(match &device {
            Some(device) if kin == Kin::DeviceCode => ("device_code", device.expose_secret()),
            _ => ("user_code", &user),
        });
        let verifier = asked.verifier.as_ref().map(ExposeSecret::expose_secret);
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let form = form.as_slice();
        let ask = || async move {
            let answer = asked.post(oauth.token_url, form).await?;
            answer::token(&answer, kin, oauth.id)
        };
        let said = poll(ask, interval, left(ends), Duration::from_secs(1)).await;
        let secrets: Vec<&SecretString> = device.iter().collect();
        said.map_err(|error| asked.here(error, &secrets))
    }
}

/// Asks until there is an answer or the time is over. A second is as long as a test likes.
async fn poll<F: Future<Output = Result<Said>>>(
    mut ask: impl FnMut() -> F,
    mut interval: Duration,
    limit: Duration,
    second: Duration,
) -> Result<(LoginTokens, Option<String>)> {
    let (since, mut failed) = (Instant::now(), 0);
    loop {
        let left = limit.saturating_sub(since.elapsed());
        tokio::time::sleep(interval.min(left)).await;
        if since.elapsed() >= limit {
            let what = "the code has expired before anybody used it; begin again";
            return Err(Error::new(ErrorKind::Timeout, what));
        }
        match ask().await {
            Ok(Said::Tokens(tokens, notice)) => return Ok((*tokens, notice)),
            Ok(Said::Pending) => failed = 0,
            Ok(Said::SlowDown) => {
                failed = 0;
                interval += second * SLOWER;
            }
            Err(error) if !may_pass(&error) || failed == PATIENCE => return Err(error),
            Err(error) => {
                failed += 1;
                // Who has too much to do is asked less often (RFC 8628, section 3.5).
                interval = interval.saturating_mul(2).max(error.retry_after().unwrap_or_default());
            }
        }
    }
}

/// Whether a failure may have gone at the next question. A code may end by the vendor's word, too, and that stays.
fn may_pass(error: &Error) -> bool {
    error.retryable() && error.code() != Some("expired_token")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    fn tokens() -> Said {
        let (id, access) = ("eu".to_owned(), "a".into());
        let tokens = LoginTokens { id, access, refresh: None, ends: None, base_url: None };
        Said::Tokens(Box::new(tokens), None)
    }

    /// Polls for answers that a list has, the last one first; returns how often and how long.
    async fn polled(mut list: Vec<Result<Said>>, limit: u32) -> (Result<()>, usize, Duration) {
        let (since, mut count) = (Instant::now(), 0);
        let ask = || {
            count += 1;
            std::future::ready(list.pop().unwrap_or(Ok(Said::Pending)))
        };
        let said = poll(ask, 10 * MILLI, limit * MILLI, 10 * MILLI).await;
        (said.map(drop), count, since.elapsed())
    }

    fn failure(kind: ErrorKind) -> Result<Said> {
        Err(Error::new(kind, "x"))
    }

    #[tokio::test]
    async fn who_is_asked_too_often_is_asked_less_often() {
        let list = vec![Ok(tokens()), Ok(Said::SlowDown), Ok(Said::Pending)];
        let (said, count, time) = polled(list, 10_000).await;
        assert!(said.is_ok() && count == 3);
        // Ten, ten and sixty.
        assert!(time >= 80 * MILLI, "{time:?}");
    }

    #[tokio::test]
    async fn what_nobody_answers_ends_with_the_code() {
        let (said, count, time) = polled(Vec::new(), 100).await;
        assert_eq!(said.unwrap_err().kind(), ErrorKind::Timeout);
        assert!((1..=10).contains(&count) && time >= 100 * MILLI, "{count} {time:?}");
        // A wait longer than the code holds ends with it, and nothing is asked.
        let (said, count, _) = polled(Vec::new(), 5).await;
        assert!(said.is_err() && count == 0);
    }

    #[tokio::test]
    async fn a_network_that_is_down_for_a_while_ends_nothing_and_a_refusal_does() {
        let list = vec![Ok(tokens()), failure(ErrorKind::Server), failure(ErrorKind::Connect)];
        assert!(polled(list, 10_000).await.0.is_ok());
        let down = (0..20).map(|_| failure(ErrorKind::Connect)).collect();
        let (said, count, _) = polled(down, 100_000).await;
        assert_eq!((said.unwrap_err().kind(), count), (ErrorKind::Connect, 6));
        for kind in [ErrorKind::Permission, ErrorKind::Protocol, ErrorKind::Authentication] {
            let (said, count, _) = polled(vec![failure(kind)], 10_000).await;
            assert_eq!((said.unwrap_err().kind(), count), (kind, 1));
        }
        let expired = Error::new(ErrorKind::Timeout, "x").with_code(Some("expired_token".into()));
        assert_eq!(polled(vec![Err(expired)], 10_000).await.1, 1);
    }
}
