//! What a login ends in: a token for requests, one to renew it with, and until when. It is kept as further values beside
//! those of variables, so that whatever keeps keys keeps logins too.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret, SecretString};

use crate::hooks::Token;

/// Before its end a token is renewed, so that no request is under way when it ends.
const MARGIN: Duration = Duration::from_secs(60);

/// Names of the values. The name of a variable has no dot.
const ID: &str = "login.id";
const ACCESS: &str = "login.access";
const REFRESH: &str = "login.refresh";
const ENDS: &str = "login.ends";
const BASE_URL: &str = "login.base-url";

/// The tokens of a login.
#[derive(Clone, Debug)]
pub(crate) struct LoginTokens {
    /// The id of the login, as the provider's manifest has it.
    pub(crate) id: String,
    /// What requests carry.
    pub(crate) access: SecretString,
    /// What a new one is had for.
    pub(crate) refresh: Option<SecretString>,
    /// When it ends, in whole seconds; nothing where nobody said.
    pub(crate) ends: Option<SystemTime>,
    /// Where requests with it go, if not where the catalog says.
    pub(crate) base_url: Option<String>,
}

impl LoginTokens {
    /// Whether requests may carry it for a while yet.
    pub(super) fn holds(&self) -> bool {
        self.ends.is_none_or(|ends| ends > SystemTime::now() + MARGIN)
    }

    /// Whether it can be used, or renewed.
    pub(crate) fn is_of_use(&self) -> bool {
        self.refresh.is_some() || self.ends.is_none_or(|ends| ends > SystemTime::now())
    }

    /// The token as requests carry it.
    pub(super) fn token(self) -> Token {
        let mut token = Token::new(self.access.clone());
        if let Some(ends) = self.ends {
            token = token.expires_at(ends);
        }
        token.base_url.clone_from(&self.base_url);
        token.login = Some(Box::new(self));
        token
    }

    /// Puts the values among others in place of those of another login.
    pub(crate) fn put_into(&self, values: &mut BTreeMap<String, SecretString>) {
        // A renewal that leaves out when it ends does not end when the old one did.
        values.retain(|name, _| ![ID, ACCESS, REFRESH, ENDS, BASE_URL].contains(&name.as_str()));
        values.extend(self.values());
    }

    /// The values to keep.
    pub(crate) fn values(&self) -> BTreeMap<String, SecretString> {
        let since = |ends: SystemTime| ends.duration_since(UNIX_EPOCH).unwrap_or_default();
        let ends = self.ends.map(|ends| since(ends).as_secs().to_string().into());
        [
            (ID, Some(self.id.as_str().into())),
            (ACCESS, Some(self.access.clone())),
            (REFRESH, self.refresh.clone()),
            (ENDS, ends),
            (BASE_URL, self.base_url.as_deref().map(Into::into)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }

    /// The tokens that values hold. What a person has spoilt by hand is no login.
    pub(crate) fn of_values(values: &BTreeMap<String, SecretString>) -> Option<Self> {
        let text = |name: &str| values.get(name).map(ExposeSecret::expose_secret);
        let ends = match text(ENDS) {
            Some(ends) => Some(UNIX_EPOCH.checked_add(Duration::from_secs(ends.parse().ok()?))?),
            None => None,
        };
        Some(Self {
            id: text(ID)?.to_owned(),
            access: values.get(ACCESS)?.clone(),
            refresh: values.get(REFRESH).cloned(),
            ends,
            base_url: text(BASE_URL).map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_what_is_spoilt_is_no_login() {
        let tokens = LoginTokens {
            id: "eu".to_owned(),
            access: "planted-a".into(),
            refresh: Some("planted-r".into()),
            ends: Some(UNIX_EPOCH + Duration::from_secs(4_000_000_000)),
            base_url: Some("https://eu.acme.example/v2".to_owned()),
        };
        assert!(!format!("{tokens:?}").contains("planted"));
        let values = tokens.values();
        let read = LoginTokens::of_values(&values).unwrap();
        assert_eq!((read.id, read.ends, read.base_url), (tokens.id, tokens.ends, tokens.base_url));
        assert_eq!(read.access.expose_secret(), "planted-a");
        assert_eq!(read.refresh.unwrap().expose_secret(), "planted-r");
        for (name, spoilt) in [(ID, None), (ACCESS, None), (ENDS, Some("tomorrow"))] {
            let mut values = values.clone();
            values.remove(name);
            values.extend(spoilt.map(|value| (name.to_owned(), value.into())));
            assert!(LoginTokens::of_values(&values).is_none(), "{name}");
        }
    }

    #[test]
    fn a_token_is_renewed_before_its_end_and_one_that_has_ended_is_of_use_only_if_it_can_be() {
        let at = |seconds: u64, refresh: Option<&str>| LoginTokens {
            id: "eu".to_owned(),
            access: "a".into(),
            refresh: refresh.map(Into::into),
            ends: Some(
                SystemTime::now() - Duration::from_secs(1_000) + Duration::from_secs(seconds),
            ),
            base_url: None,
        };
        let seen = |tokens: LoginTokens| (tokens.holds(), tokens.is_of_use());
        assert_eq!(seen(at(1_100, None)), (true, true));
        assert_eq!(seen(at(1_030, None)), (false, true));
        assert_eq!(seen(at(900, None)), (false, false));
        assert_eq!(seen(at(900, Some("r"))), (false, true));
        assert_eq!(seen(LoginTokens { ends: None, ..at(0, None) }), (true, true));
    }
}
