//! Tokens of a stored login, renewed before they end, when one was refused, and kept again. Takes the token before;
//! returns one for requests. Whoever renews holds a lock and looks first whether another program has done it, because
//! many vendors take a token for renewal only once.

use std::sync::Arc;

use portolan_types::{OAuth, Provider};
use secrecy::ExposeSecret as _;

use super::answer::{self, Kin, Said};
use super::tokens::LoginTokens;
use super::{choices_of, post};
use crate::discover::Kept;
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::{Place, Token};
use crate::transport::Transport;

/// A login that was found stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredLogin {
    /// Whose it is: the provider itself, or the one whose credentials serve for it.
    pub(crate) provider: &'static Provider,
    /// The region that it was stored for.
    pub(crate) region: Option<String>,
    pub(crate) oauth: &'static OAuth,
    /// The tokens as they were found.
    pub(crate) tokens: LoginTokens,
    pub(crate) kept: Kept,
}

impl StoredLogin {
    /// A token that holds. One that was had before and has not ended was refused, or nobody would ask again.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`], with what to do, where the login has ended or its renewal is refused;
    /// [`ErrorKind::Config`] where new tokens cannot be kept.
    pub(crate) async fn token(
        &self,
        before: Option<Arc<Token>>,
        transport: &Transport,
    ) -> Result<Token> {
        let before = before.as_ref().and_then(|token| token.login.as_deref());
        let is_spent = |tokens: &LoginTokens| {
            let had = before.map(|before| before.access.expose_secret());
            !tokens.holds() || had == Some(tokens.access.expose_secret())
        };
        let newest = || -> Result<LoginTokens> {
            let known = self.kept.read(self)?.or_else(|| before.cloned());
            Ok(known.unwrap_or_else(|| self.tokens.clone()))
        };
        let mut tokens = newest()?;
        if is_spent(&tokens) {
            let _lock = self.kept.lock().await?;
            tokens = newest()?;
            if is_spent(&tokens) {
                tokens = self.renewed(&tokens, transport).await?;
                self.kept.write(self, &tokens)?;
            }
        }
        Ok(tokens.token())
    }

    /// What tokens of it are for, whatever the address.
    pub(crate) fn place(&self) -> Place {
        let region = self.region.as_deref().unwrap_or_default();
        (self.provider.id, None, format!("login {region}"))
    }

    async fn renewed(&self, old: &LoginTokens, transport: &Transport) -> Result<LoginTokens> {
        let Some(refresh) = &old.refresh else {
            return Err(self.over("the login has ended or is refused, and cannot be renewed"));
        };
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
            ("client_id", self.oauth.client_id),
        ];
        let said = post(transport, self.oauth.token_url, &form).await;
        let said = said.and_then(|said| answer::token(&said, Kin::of(self.oauth), self.oauth.id));
        match said {
            // A token for renewal that is not replaced holds on, and so does an address.
            Ok(Said::Tokens(new, _)) => Ok(LoginTokens {
                refresh: new.refresh.or_else(|| old.refresh.clone()),
                base_url: new.base_url.or_else(|| old.base_url.clone()),
                ..*new
            }),
            Ok(Said::Pending | Said::SlowDown) => Err(self.over("the login is not renewed")),
            Err(error) => {
                let error =
                    error.without(refresh.expose_secret()).without(old.access.expose_secret());
                let refused =
                    matches!(error.kind(), ErrorKind::Authentication | ErrorKind::Permission);
                if !refused {
                    return Err(error.with_place(self.provider.id, self.region.as_deref()));
                }
                let what = format!("the login is not renewed: {}", error.message());
                Err(self.over(&what).with_code(error.code().map(str::to_owned)))
            }
        }
    }

    /// The error that only another login mends.
    fn over(&self, what: &str) -> Error {
        let ids = choices_of(self.provider, self.oauth.id, self.region.as_deref());
        let by = if ids.is_empty() { String::new() } else { format!(" by {}", ids.join(" or ")) };
        Error::new(ErrorKind::Authentication, format!("{what}; log in again{by}"))
            .with_place(self.provider.id, self.region.as_deref())
    }
}
