//! Amazon's: keys that sign, from the shared files, a web identity, a single sign-on, the container or the instance.

use std::sync::Arc;

use reqsign_aws_core::{
    AssumeRoleWithWebIdentityCredentialProvider, Credential as Keys, ECSCredentialProvider,
    IMDSv2CredentialProvider, ProcessCredentialProvider, ProfileCredentialProvider,
    SSOCredentialProvider,
};
use reqsign_core::{ProvideCredentialDyn, SigningCredential as _};
use tokio::sync::Mutex;

use super::{context, home, words};
use crate::discover::{Credential, Environment};
use crate::error::{Error, ErrorKind, Result};

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
pub(super) struct Found(Arc<Mutex<Option<Keys>>>);

impl Found {
    /// The keys of the first place that has some.
    pub(super) async fn keys(&self, environment: &Environment) -> Result<Credential> {
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
pub(super) fn is_hinted(environment: &Environment) -> bool {
    let home = home(environment).map(|home| home.join(".aws"));
    let files = ["credentials", "config"].iter();
    HINTS.iter().any(|name| environment.variable(name).is_some())
        || home.is_some_and(|folder| files.into_iter().any(|name| folder.join(name).is_file()))
}

type Source = Box<dyn ProvideCredentialDyn<Credential = Keys>>;

async fn find(environment: &Environment) -> Result<Keys> {
    let places: [(&str, Source); 6] = [
        ("the web identity", Box::new(AssumeRoleWithWebIdentityCredentialProvider::new())),
        ("the single sign-on", Box::new(SSOCredentialProvider::new())),
        ("the shared files", Box::new(ProfileCredentialProvider::new())),
        // Nothing here runs programs; a profile that names one is told so.
        ("the program of a profile", Box::new(ProcessCredentialProvider::new())),
        ("the container", Box::new(ECSCredentialProvider::new())),
        ("the instance", Box::new(IMDSv2CredentialProvider::new())),
    ];
    let context = context(environment)?;
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

fn error(what: &str) -> Error {
    let message = format!("no AWS credentials are found on this machine: {what}");
    Error::new(ErrorKind::Credentials, message)
}
