//! Google's application default credentials: a token, had with the file that a variable names (of a service account, a
//! user, another account or an identity from elsewhere), with the one that `gcloud` keeps, or from the metadata server of
//! a machine of Google's (<https://docs.cloud.google.com/docs/authentication/application-default-credentials>).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reqsign_core::{
    Context, ErrorKind as FoundError, ProvideCredential as _, SigningCredential as _,
};
use reqsign_google::{
    Credential as Held, FileCredentialProvider, ServiceAccountTokenCredentialProvider,
    VmMetadataCredentialProvider,
};
use serde_json::Value;
use tokio::sync::Mutex;

use super::{MAX, context, home, words};
use crate::discover::{Credential, Environment, FILE_OF_GOOGLE};
use crate::error::{Error, ErrorKind, Result};

/// Names the metadata server, where it is not the one that a machine of Google's has.
const METADATA: &str = "GCE_METADATA_HOST";

/// What a token is for, where nobody says.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// What a file may hold, and the fields that it must have.
const KINDS: [(&str, &[&str]); 4] = [
    ("service_account", &["client_email", "private_key"]),
    ("authorized_user", &["client_id", "client_secret", "refresh_token"]),
    ("impersonated_service_account", &["service_account_impersonation_url", "source_credentials"]),
    ("external_account", &["audience", "subject_token_type", "token_url", "credential_source"]),
];

/// The token that a client has found.
#[derive(Clone, Default)]
pub(super) struct Found(Arc<Mutex<Option<Held>>>);

impl Found {
    /// The token of the file, or of the machine where there is no file.
    pub(super) async fn token(
        &self,
        environment: &Environment,
        scope: Option<&str>,
    ) -> Result<Credential> {
        let mut held = self.0.lock().await;
        if !held.is_valid() {
            *held = Some(find(environment, scope.unwrap_or(SCOPE)).await?);
        }
        let token = held.as_ref().and_then(|held| held.token.as_ref());
        let token = token.ok_or_else(|| error("no token was given"))?;
        Ok(Credential::Key(token.access_token.as_str().into()))
    }
}

/// Whether an environment says that there is something to find: a file that is there, or a metadata server.
pub(super) fn is_hinted(environment: &Environment) -> bool {
    file(environment).is_some_and(|path| path.is_file()) || environment.variable(METADATA).is_some()
}

/// The file that is named; where none is, that of `gcloud` if it keeps one.
fn file(environment: &Environment) -> Option<PathBuf> {
    let named = environment.variable(FILE_OF_GOOGLE).map(str::trim).filter(|path| !path.is_empty());
    named.map(PathBuf::from).or_else(|| kept_by_gcloud(environment))
}

fn kept_by_gcloud(environment: &Environment) -> Option<PathBuf> {
    let folder = |name: &str| environment.variable(name).map(PathBuf::from);
    let folder = folder("CLOUDSDK_CONFIG")
        .or_else(|| folder("APPDATA").map(|data| data.join("gcloud")))
        .or_else(|| home(environment).map(|home| home.join(".config").join("gcloud")))?;
    Some(folder.join("application_default_credentials.json")).filter(|path| path.is_file())
}

async fn find(environment: &Environment, scope: &str) -> Result<Held> {
    let context = context(environment)?;
    if let Some(path) = file(environment) {
        return of_file(&context, &path, scope)
            .await
            .map_err(|what| error(&format!("`{}` {what}", path.display())));
    }
    let machine = VmMetadataCredentialProvider::new().with_scope(scope);
    match machine.provide_credential(&context).await {
        Ok(Some(found)) if found.is_valid() => Ok(found),
        Ok(_) => Err(error("there is no file of them, and the metadata server gives none")),
        // The words of an error may be those of an answer with a token in it.
        Err(failed) => {
            let what = words(failed.kind());
            Err(error(&format!("there is no file of them, and the metadata server {what}")))
        }
    }
}

/// The token that a file gives, or what is wrong.
async fn of_file(context: &Context, path: &Path, scope: &str) -> Result<Held, String> {
    check(path)?;
    let refused = |failed: reqsign_core::Error| words_of_file(failed.kind()).to_owned();
    let provider = FileCredentialProvider::new(path.to_string_lossy()).with_scope(scope);
    let mut found = provider.provide_credential(context).await.map_err(refused)?;
    if let Some(account) = found.as_mut().and_then(|found| found.service_account.take()) {
        let account = ServiceAccountTokenCredentialProvider::new(account).with_scope(scope);
        found = account.provide_credential(context).await.map_err(refused)?;
    }
    let found = found.filter(|found| found.token.is_some() && found.is_valid());
    found.ok_or_else(|| "gives no token that holds".to_owned())
}

/// What is wrong with a file that holds credentials. What Google said may have a token in it.
fn words_of_file(kind: FoundError) -> &'static str {
    match kind {
        FoundError::CredentialInvalid | FoundError::ConfigInvalid => "holds none that can be used",
        FoundError::PermissionDenied => "gets no token: it is refused",
        FoundError::RequestInvalid => "gets no token: it cannot be asked for",
        FoundError::RateLimited => "gets no token: it is asked for too often",
        FoundError::Unexpected => "gets no token: the answer is none",
    }
}

/// Whether a file is there and holds what gives a token.
fn check(path: &Path) -> Result<(), String> {
    let text = crate::file::read_bounded(path, MAX as u64)
        .map_err(|_| "is no file that can be read".to_owned())?;
    let held: Value = serde_json::from_str(&text).map_err(|_| "is no JSON".to_owned())?;
    let kind = held["type"].as_str();
    let Some((_, fields)) = KINDS.iter().find(|(id, _)| kind == Some(id)) else {
        let ids = KINDS.map(|(id, _)| id).join(", ");
        return Err(format!("has no `type` of credentials, which is one of {ids}"));
    };
    let lacks: Vec<_> = fields.iter().filter(|field| held[**field].is_null()).copied().collect();
    if lacks.is_empty() { Ok(()) } else { Err(format!("has no `{}`", lacks.join("`, `"))) }
}

fn error(what: &str) -> Error {
    let message = format!("no credentials of Google are found on this machine: {what}");
    Error::new(ErrorKind::Credentials, message)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use base64::Engine as _;
    use bytes::Bytes;
    use reqsign_core::{Context, HttpSend};
    use serde_json::json;

    use super::*;

    /// A key that opens nothing: it was made for this test.
    const KEY: &str = "\
-----BEGIN PRIVATE KEY-----\n\
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDJmU1+gMTI4Vnr\n\
dJ2wOK03yVctLMNLR19ezj3Wd9Z40zw35V3QymofVENNdcff99FmWMfSyqaGMaGD\n\
4G+G4G7pVZ5sfZWIwHDsVOXagqwmOHfp64b4jrO9bsltC0K1L7eFZOJhRmhWHQ0N\n\
pYenrSK8bXDvgICzxx9fm8vZsF/IfBP/Reirn3EAW+rs7C5uS/n/lpGUOm/jo22j\n\
IFpGB9MuEwOvRQ83r2dfmgt/iyetLohoFOZ70/bJP5B++BiuxY/HXHpBevyeAdzA\n\
bEWJx8X+7EYceo+nWJZ2WdgDhu8KIMZKjThMRPfFjFLP77XGVPGfgdmxx4uu7DQV\n\
W0UQ3TZTAgMBAAECggEABHPh3crrTcKIcWZkezltPf+w8Lr930JGzXnBrOR9tLJ5\n\
sIRc45ks6d87E1FoJj67fca1NycpsWoUNqz02aZIXNf6xUuqy1fwxo+DeiWLttZl\n\
c6Gzm/bO6n6xbTqj8QuKQqR9SYe8EzbWDHic++ubikzigy+z6AScYUi4Imk+XFez\n\
LtXaacFW4XAZ5cxSn0rhc9IhGr+sm7T2KwlDIFPtKUSmwgdFu43JL3YNThOJz1Nd\n\
nZemLjncYUFF3TLRUmSJuNYRtFfcXSyadC7uaAb03ILuJUGK81+rVA2CT6iMBQlj\n\
8uNtTnpw1lseL3vBJa2krbnoayorBS/BwBZrTxwMyQKBgQDvUh9Gky6nU0OZGii6\n\
rVSPYrzTAbtaVRCG7VSzu1ZphwoPjP8yBzoVyDsGb0jCub3ku4hG81s09RbUemH6\n\
IPBN1MURCUQSkVKAK+doBWylOA/so2hnYjM5PZvqfTfIDz5KoHiif2+uxbA2Pyhm\n\
41l2CMOU3EJTa6vjoab2i1PXiwKBgQDXpiifgwpdICS6ik080cRwPImkPf+B5xQH\n\
VzCEvwiEPCiEmA3XvMpu0T/vMvNyrm9SxP9ENW4gg9bUKfWeS7akIBSeSsXdwHcv\n\
34bLfCgJQrJ+wbnH5eMvHHk+Oueo3c7EIFS/6KTyjXEEfr/yDH4HPYD2YqL8xrH0\n\
sN3i5ja1WQKBgQDuskQLikVgEsY7cEHrX3IVyW94LiQFxw5C5Xg0A8f+XPgF5qWp\n\
6lde3mUw19IElmn2N62GxrbTrRhmOOJ8Llo/5tXfVhSVSGi2+hNGRxLD/5Sye5Fo\n\
fCOHFhHq4ZW/bqS8ni10NhLYiMhmcrwDUwMpnTglw0JMHfpFgjgbc3/eXQKBgQCd\n\
CRaT8ezeG8YjQQs1utt9j9f7jlo90nQ3VDq0sBgXk2c+BywtagFP6XjRSx0U6gmP\n\
EH2CwhXL/7W1EkkWWLRLmEDrdC/aZ4ljhza1f1f4RmWNAK2076cca3Ou6V5BDiS/\n\
lXuhtFxJdM5UI6jLLmWoCBWdVf6ybE6yjQlHbbVxIQKBgQDAmwotHX20koEYJH3E\n\
+BoC7RRx7U82uAZc+K+tlcolGKj3USAqoKaZV+q0Qmx62r2sAxfr9MiIVjpG/B/L\n\
E9SoUwwoQhoFtjvcHnh5IiosO0k0Yvu2p5KGBnXx5DbBdeVwd5Mg2W/faUgAwZym\n\
ogehFDLbrLDB6bvDGgk0CNqfPA==\n\
-----END PRIVATE KEY-----\n\
";

    /// Google's own addresses, of which each gives a token; what was asked is kept.
    #[derive(Clone, Debug, Default)]
    struct Google(Arc<Mutex<Vec<(String, String)>>>);

    impl HttpSend for Google {
        async fn http_send(
            &self,
            request: http::Request<Bytes>,
        ) -> reqsign_core::Result<http::Response<Bytes>> {
            let body = String::from_utf8(request.body().to_vec()).unwrap();
            let near = request.uri().to_string();
            self.0.lock().unwrap().push((near, body));
            let said = json!({
                "access_token": "planted-token", "expires_in": 3599, "token_type": "Bearer",
                "accessToken": "planted-other", "expireTime": "2100-01-01T00:00:00Z",
            });
            Ok(http::Response::new(Bytes::from(said.to_string())))
        }
    }

    /// The token that a file gives, and what was asked for it.
    async fn given(name: &str, file: Value) -> (String, Vec<(String, String)>) {
        let name = format!("portolan-chain-{name}-{}.json", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, file.to_string()).unwrap();
        let google = Google::default();
        let context =
            Context::new().with_file_read(super::super::Files).with_http_send(google.clone());
        let held = of_file(&context, &path, SCOPE).await;
        std::fs::remove_file(&path).unwrap();
        let token = held.unwrap().token.unwrap().access_token;
        let asked = google.0.lock().unwrap().clone();
        (token, asked)
    }

    #[tokio::test]
    async fn a_service_account_signs_for_its_token() {
        let file = json!({
            "type": "service_account", "client_email": "me@acme-1.example", "private_key": KEY,
        });
        let (token, asked) = given("account", file).await;
        assert_eq!(token, "planted-token");
        let [(url, body)] = &*asked else { panic!("{asked:?}") };
        assert_eq!(url, "https://oauth2.googleapis.com/token");
        let form: Vec<_> = url::form_urlencoded::parse(body.as_bytes()).collect();
        let of = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.clone();
        assert_eq!(of("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
        let assertion = of("assertion");
        let parts: Vec<_> = assertion.split('.').collect();
        let [_, claims, signature] = &*parts else { panic!("{assertion}") };
        let decode =
            |part: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
        let claims: Value = serde_json::from_slice(&decode(claims)).unwrap();
        assert_eq!(claims["iss"], "me@acme-1.example");
        assert_eq!(claims["scope"], SCOPE);
        assert_eq!(claims["aud"], "https://oauth2.googleapis.com/token");
        assert_eq!(decode(signature).len(), 256);
    }

    #[tokio::test]
    async fn a_user_and_another_account_have_theirs_refreshed() {
        let user = json!({
            "type": "authorized_user", "client_id": "id", "client_secret": "planted-secret",
            "refresh_token": "planted-refresh",
        });
        let (token, asked) = given("user", user.clone()).await;
        assert_eq!(token, "planted-token");
        assert_eq!(asked.len(), 1);
        let said: Value = serde_json::from_str(&asked[0].1).unwrap();
        assert_eq!(said["grant_type"], "refresh_token");
        assert_eq!(said["refresh_token"], "planted-refresh");
        let url = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken";
        let other = json!({
            "type": "impersonated_service_account", "service_account_impersonation_url": url,
            "source_credentials": user, "delegates": [],
        });
        let (token, asked) = given("other", other).await;
        assert_eq!(token, "planted-other");
        assert_eq!(
            asked.iter().map(|(url, _)| url.as_str()).collect::<Vec<_>>(),
            ["https://oauth2.googleapis.com/token", url]
        );
    }
}
