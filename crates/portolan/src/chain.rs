//! The credential chains of clouds: where programs on a machine of theirs find keys that nobody gave them. Takes the
//! variables of an environment; reads files, asks the container or the instance, and returns what signs or marks requests,
//! which is had once and again before it ends. What is found is the business of Apache's `reqsign`; which hosts are asked,
//! and what an error may say, is decided here.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "gcp")]
mod gcp;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use portolan_types::{Cloud, CloudChain};
use reqsign_core::{Context, Env, ErrorKind as FoundError, FileRead, HttpSend};

use crate::discover::{Credential, Environment};
use crate::error::{Error, ErrorKind, Result};

/// The largest file or answer that is read.
const MAX: usize = 1 << 20;

/// How long to wait for a connection and for an answer: who is not there, as the instance on a laptop, is not waited for.
const CONNECT: Duration = Duration::from_secs(1);
const ANSWER: Duration = Duration::from_secs(10);

/// What a client has found.
#[derive(Clone, Default)]
pub(crate) struct Chain {
    #[cfg(feature = "aws")]
    aws: aws::Found,
    #[cfg(feature = "gcp")]
    gcp: gcp::Found,
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chain(..)")
    }
}

impl Chain {
    /// The credential of the first place that has one. It is kept until two minutes before it ends.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] with what each place said.
    pub(crate) async fn credential(
        &self,
        environment: &Environment,
        cloud: &Cloud,
    ) -> Result<Credential> {
        match cloud.chain {
            #[cfg(feature = "aws")]
            CloudChain::Aws => self.aws.keys(environment).await,
            #[cfg(feature = "gcp")]
            CloudChain::Gcp => self.gcp.token(environment, cloud.audience).await,
            _ => Err(Error::new(ErrorKind::Credentials, "this machine is not asked for any")),
        }
    }
}

/// Whether an environment says that a cloud has something to find on this machine.
pub(crate) fn is_hinted(environment: &Environment, chain: CloudChain) -> bool {
    match chain {
        #[cfg(feature = "aws")]
        CloudChain::Aws => aws::is_hinted(environment),
        #[cfg(feature = "gcp")]
        CloudChain::Gcp => gcp::is_hinted(environment),
        _ => false,
    }
}

/// Whether this build asks a machine of a cloud.
pub(crate) fn is_asked(chain: CloudChain) -> bool {
    let (aws, gcp) = (chain == CloudChain::Aws, chain == CloudChain::Gcp);
    cfg!(feature = "aws") && aws || cfg!(feature = "gcp") && gcp
}

/// What places are asked with.
fn context(environment: &Environment) -> Result<Context> {
    let variables = Variables { values: environment.variables(), home: home(environment) };
    Ok(Context::new().with_env(variables).with_file_read(Files).with_http_send(Web::new()?))
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

/// Whether a host is this machine, or on its own link, where the metadata services of clouds are.
fn is_near(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        // Those of IPv6 are at fd00:ec2::254 and fd00:ec2::23.
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
        // Google's has a name, which only its machines know.
        Err(_) => matches!(bare, "localhost" | "metadata.google.internal"),
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
            ("metadata.google.internal", true),
            ("10.0.0.1", false),
            ("example.com", false),
            ("169.254.169.254.example.com", false),
            ("[fd00:ec3::254]", false),
        ] {
            assert_eq!(is_near(host), expected, "{host}");
        }
    }
}
