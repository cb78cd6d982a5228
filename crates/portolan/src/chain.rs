//! The credential chain of Amazon: where programs on a machine of its find keys that nobody gave them. Takes the variables
//! of an environment; reads the shared files, asks the container or the instance, and returns keys that sign, which are
//! had once and again before they end. What is found is the business of Apache's `reqsign`; which hosts are asked, and
//! what an error may say, is decided here.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqsign_aws_core::{
    AssumeRoleWithWebIdentityCredentialProvider, Credential as Found, ECSCredentialProvider,
    IMDSv2CredentialProvider, ProcessCredentialProvider, ProfileCredentialProvider,
    SSOCredentialProvider,
};
use reqsign_core::{
    Context, Env, ErrorKind as FoundError, FileRead, HttpSend, ProvideCredentialDyn,
    SigningCredential as _,
};
use tokio::sync::Mutex;

use crate::discover::{Credential, Environment};
use crate::error::{Error, ErrorKind, Result};

/// The largest file or answer that is read.
const MAX: usize = 1 << 20;

/// How long to wait for a connection and for an answer: who is not there, as the instance on a laptop, is not waited for.
const CONNECT: Duration = Duration::from_secs(1);
const ANSWER: Duration = Duration::from_secs(10);

/// Variables that say that the chain has something to find.
const HINTS: [&str; 7] = [
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
];

/// The keys that a client has found.
#[derive(Clone, Default)]
pub(crate) struct Chain(Arc<Mutex<Option<Found>>>);

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chain(..)")
    }
}

impl Chain {
    /// The keys of the first place that has some. They are kept until two minutes before they end.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] with what each place said.
    pub(crate) async fn keys(&self, environment: &Environment) -> Result<Credential> {
        let mut held = self.0.lock().await;
        if !held.is_valid() {
            *held = Some(find(environment).await?);
        }
        let found = held.as_ref().ok_or_else(|| error("nothing was found"))?;
        Ok(Credential::Aws {
            id: found.access_key_id.clone(),
            secret: found.secret_access_key.as_str().into(),
            session: found.session_token.as_deref().map(Into::into),
        })
    }
}

/// Whether an environment says that there is something to find: by a variable, or by a file of the user's.
pub(crate) fn is_hinted(environment: &Environment) -> bool {
    let home = home(environment).map(|home| home.join(".aws"));
    let files = ["credentials", "config"].iter();
    HINTS.iter().any(|name| environment.variable(name).is_some())
        || home.is_some_and(|folder| files.into_iter().any(|name| folder.join(name).is_file()))
}

type Source = Box<dyn ProvideCredentialDyn<Credential = Found>>;

async fn find(environment: &Environment) -> Result<Found> {
    let places: [(&str, Source); 6] = [
        ("the web identity", Box::new(AssumeRoleWithWebIdentityCredentialProvider::new())),
        ("the single sign-on", Box::new(SSOCredentialProvider::new())),
        ("the shared files", Box::new(ProfileCredentialProvider::new())),
        // Nothing here runs programs; a profile that names one is told so.
        ("the program of a profile", Box::new(ProcessCredentialProvider::new())),
        ("the container", Box::new(ECSCredentialProvider::new())),
        ("the instance", Box::new(IMDSv2CredentialProvider::new())),
    ];
    let variables = Variables { values: environment.variables(), home: home(environment) };
    let context =
        Context::new().with_env(variables).with_file_read(Files).with_http_send(Web::new()?);
    let mut said = Vec::new();
    for (name, place) in places {
        match place.provide_credential_dyn(&context).await {
            Ok(Some(found)) if found.is_valid() => return Ok(found),
            Ok(Some(_)) => said.push(format!("{name} has keys that have ended")),
            Ok(None) => said.push(format!("{name} has none")),
            // The words of an error may be those of an answer with keys in it.
            Err(error) => said.push(format!("{name} {}", words(error.kind()))),
        }
    }
    Err(error(&said.join(", ")))
}

fn words(kind: FoundError) -> &'static str {
    match kind {
        FoundError::CredentialInvalid => "has none that can be used",
        FoundError::PermissionDenied => "refuses to give any",
        FoundError::ConfigInvalid => "is not set up",
        FoundError::RequestInvalid => "cannot be asked",
        FoundError::RateLimited => "has too much to do",
        FoundError::Unexpected => "did not answer",
    }
}

fn error(what: &str) -> Error {
    let message = format!("no AWS credentials are found on this machine: {what}");
    Error::new(ErrorKind::Credentials, message)
}

fn home(environment: &Environment) -> Option<PathBuf> {
    let named = ["HOME", "USERPROFILE"].iter().find_map(|name| environment.variable(name));
    named.map(PathBuf::from)
}

/// The variables of the environment, from wherever it has them.
struct Variables {
    values: BTreeMap<String, String>,
    home: Option<PathBuf>,
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variables(..)")
    }
}

impl Env for Variables {
    fn var(&self, key: &str) -> Option<String> {
        self.values.get(key).cloned()
    }

    #[expect(clippy::disallowed_types, reason = "the trait is another crate's")]
    fn vars(&self) -> std::collections::HashMap<String, String> {
        self.values.clone().into_iter().collect()
    }

    fn home_dir(&self) -> Option<PathBuf> {
        self.home.clone()
    }
}

#[derive(Debug)]
struct Files;

impl FileRead for Files {
    async fn file_read(&self, path: &str) -> reqsign_core::Result<Vec<u8>> {
        crate::file::read_bounded(path.as_ref(), MAX as u64)
            .map(String::into_bytes)
            .map_err(|_| reqsign_core::Error::config_invalid("the file cannot be read"))
    }
}

/// Asks whoever gives keys out: over an encrypted connection, or in the clear on this machine and its own link.
#[derive(Debug)]
struct Web {
    outside: reqwest::Client,
    inside: reqwest::Client,
}

impl Web {
    fn new() -> Result<Self> {
        let client = || {
            let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
            client.connect_timeout(CONNECT).timeout(ANSWER)
        };
        let failed = |error: reqwest::Error| {
            Error::new(ErrorKind::Config, "the HTTP client cannot be made").with_source(error)
        };
        // What is on the machine or its link is behind no proxy.
        let inside = client().no_proxy().build().map_err(failed)?;
        let outside = client().connect_timeout(ANSWER).build().map_err(failed)?;
        Ok(Self { outside, inside })
    }
}

impl HttpSend for Web {
    async fn http_send(
        &self,
        request: http::Request<Bytes>,
    ) -> reqsign_core::Result<http::Response<Bytes>> {
        let unexpected = |_: reqwest::Error| reqsign_core::Error::unexpected("no answer");
        let (parts, body) = request.into_parts();
        let client = match parts.uri.scheme_str() {
            Some("https") => &self.outside,
            Some("http") if parts.uri.host().is_some_and(is_near) => &self.inside,
            _ => {
                let what = "keys are asked for in the clear only on this machine and its link";
                return Err(reqsign_core::Error::request_invalid(what));
            }
        };
        let url = parts.uri.to_string();
        let asked = client.request(parts.method, url).headers(parts.headers).body(body);
        let mut answer = asked.send().await.map_err(unexpected)?;
        let mut read = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(unexpected)? {
            if read.len() + chunk.len() > MAX {
                return Err(reqsign_core::Error::unexpected("the answer is too large"));
            }
            read.extend_from_slice(&chunk);
        }
        let mut response = http::Response::new(read.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

/// Whether a host is this machine, or on its own link, where Amazon's metadata services are.
fn is_near(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        // Those of IPv6 are at fd00:ec2::254 and fd00:ec2::23.
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
        Err(_) => bare == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_asked_for_in_the_clear_only_near_by() {
        for (host, expected) in [
            ("169.254.169.254", true),
            ("169.254.170.2", true),
            ("127.0.0.1", true),
            ("localhost", true),
            ("[fd00:ec2::254]", true),
            ("[::1]", true),
            ("10.0.0.1", false),
            ("example.com", false),
            ("169.254.169.254.example.com", false),
            ("[fd00:ec3::254]", false),
        ] {
            assert_eq!(is_near(host), expected, "{host}");
        }
    }
}
