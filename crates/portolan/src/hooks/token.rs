//! Tokens that keys are exchanged for: kept until shortly before they expire, had once for all who wait. A token is a
//! secret as the key is.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use portolan_types::Header;
use secrecy::SecretString;

use crate::error::{Error, Result};
use crate::login::LoginTokens;

/// What a key was exchanged for.
///
/// ```
/// use std::time::Duration;
/// use portolan::Token;
///
/// let token = Token::new("t-1234").expires_in(Duration::from_secs(1_800));
/// assert!(!format!("{token:?}").contains("t-1234"));
/// ```
#[derive(Clone, Debug)]
pub struct Token {
    pub(crate) secret: SecretString,
    pub(crate) base_url: Option<String>,
    pub(crate) header: Option<Header>,
    /// The login that it is the token of, with what renews it.
    pub(crate) login: Option<Box<LoginTokens>>,
    /// Until when it is used; as long as it is taken, where nobody said when it ends.
    until: Option<Instant>,
}

impl Token {
    /// A token that is carried as the key would be, and is used until it is refused.
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self { secret: secret.into(), base_url: None, header: None, login: None, until: None }
    }

    /// The token with the time that it holds from now on. It is used until a minute before its end, or four fifths of a
    /// short time.
    #[must_use]
    pub fn expires_in(mut self, time: Duration) -> Self {
        let margin = Duration::from_secs(60).min(time / 5);
        self.until = Instant::now().checked_add(time.saturating_sub(margin));
        self
    }

    /// The token with the time at which it ends. One that has ended is used for one request.
    #[must_use]
    pub fn expires_at(self, time: SystemTime) -> Self {
        self.expires_in(time.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// The token with the base URL that requests with it go to, on a host of the provider.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The token with the way in which requests carry it, where that is not the way of the endpoint.
    #[must_use]
    pub fn header(mut self, header: Header) -> Self {
        self.header = Some(header);
        self
    }

    fn holds(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
    }
}

/// What a token is for: a provider, its region and the address that was asked.
pub(crate) type Place = (&'static str, Option<&'static str>, String);

/// The tokens of a client.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Arc<Mutex<BTreeMap<Place, Arc<Slot>>>>);

/// One token, or the exchange for it.
#[derive(Default)]
struct Slot {
    /// How many exchanges have ended. Who waited for one that failed has its error and does not try again at once.
    ended: Mutex<u64>,
    held: tokio::sync::Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// What the last exchange gave, unless it was refused since.
    now: Option<Result<Arc<Token>>>,
    /// The last token, even if it was refused.
    last: Option<Arc<Token>>,
}

impl Tokens {
    /// The token for a place: one that holds, or what the exchange gives. Of exchanges that begin at once one is made. It
    /// is told the token before, which has ended or was refused.
    pub(crate) async fn get<F: Future<Output = Result<Token>>>(
        &self,
        place: Place,
        exchange: impl FnOnce(Option<Arc<Token>>) -> F,
    ) -> Result<Arc<Token>> {
        let slot = Arc::clone(lock(&self.0).entry(place).or_default());
        let ended = *lock(&slot.ended);
        let mut held = slot.held.lock().await;
        match &held.now {
            Some(Ok(token)) if token.holds() => return Ok(Arc::clone(token)),
            Some(Err(error)) if *lock(&slot.ended) != ended => return Err(error.again()),
            _ => {}
        }
        // Dropped here, the exchange was not made and the next who waits makes it.
        let got = exchange(held.last.clone()).await.map(Arc::new);
        if let Ok(token) = &got {
            held.last = Some(Arc::clone(token));
        }
        held.now = Some(got.as_ref().map(Arc::clone).map_err(Error::again));
        *lock(&slot.ended) += 1;
        got
    }

    /// Gives a token up that was refused, unless another has taken its place.
    pub(crate) async fn refused(&self, place: &Place, token: &Arc<Token>) {
        let slot = lock(&self.0).get(place).map(Arc::clone);
        if let Some(slot) = slot {
            let mut held = slot.held.lock().await;
            if matches!(&held.now, Some(Ok(other)) if Arc::ptr_eq(other, token)) {
                held.now = None;
            }
        }
    }
}

/// What a panic elsewhere left is whole: each change is one step.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::error::ErrorKind;

    fn place() -> Place {
        ("acme", Some("eu"), "https://eu.acme.example/v1".to_owned())
    }

    /// An exchange that takes a moment and counts itself.
    async fn exchange(count: &AtomicUsize, life: u64) -> Result<Token> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Token::new(format!("t-{number}")).expires_in(Duration::from_secs(life)))
    }

    #[tokio::test]
    async fn one_exchange_for_all_who_wait_and_another_once_it_is_over() {
        let (tokens, count) = (Tokens::default(), AtomicUsize::new(0));
        let count = &count;
        let get = |life| tokens.get(place(), move |_| exchange(count, life));
        let (a, b, c) = tokio::join!(get(600), get(600), get(600));
        let shown = |token: Result<Arc<Token>>| token.unwrap().secret.expose_secret().to_owned();
        assert_eq!([shown(a), shown(b), shown(c)], ["t-1", "t-1", "t-1"]);

        let token = get(600).await.unwrap();
        tokens.refused(&place(), &token).await;
        // Whoever exchanges is told what was refused.
        let told = tokens.get(place(), async |before: Option<Arc<Token>>| {
            assert!(Arc::ptr_eq(&before.unwrap(), &token));
            Err(Error::new(ErrorKind::Server, "later"))
        });
        assert!(told.await.is_err());
        // What was given up already is not given up again.
        let fresh = get(0).await.unwrap();
        tokens.refused(&place(), &token).await;
        assert_eq!(fresh.secret.expose_secret(), "t-2");
        // It has ended, so it served once.
        assert_eq!(shown(get(600).await), "t-3");
        let elsewhere = ("acme", Some("us"), String::new());
        assert_eq!(shown(tokens.get(elsewhere, |_| exchange(count, 600)).await), "t-4");
    }

    #[tokio::test]
    async fn who_waited_for_a_failure_has_it_and_the_next_tries_again() {
        let (tokens, count) = (Tokens::default(), AtomicUsize::new(0));
        let fail = |_| async {
            exchange(&count, 1).await?;
            Err(Error::new(ErrorKind::Authentication, "no"))
        };
        let (a, b) = tokio::join!(tokens.get(place(), fail), tokens.get(place(), fail));
        for error in [a.unwrap_err(), b.unwrap_err()] {
            assert_eq!((error.kind(), error.message()), (ErrorKind::Authentication, "no"));
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
        tokens.get(place(), |_| exchange(&count, 600)).await.unwrap();
    }

    #[tokio::test]
    async fn an_exchange_that_is_dropped_is_made_by_the_next() {
        let (tokens, count) = (Tokens::default(), AtomicUsize::new(0));
        let short = Duration::from_millis(5);
        let never = tokens.get(place(), |_| std::future::pending());
        assert!(tokio::time::timeout(short, never).await.is_err());
        assert!(tokens.get(place(), |_| exchange(&count, 600)).await.is_ok());
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
