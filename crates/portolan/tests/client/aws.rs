//! The credentials that a machine of Amazon's has: in files, from its container, from its instance. What gives them out is
//! a peer.

use std::path::PathBuf;

use portolan::{Client, Environment, Error, ErrorKind, State};

use crate::kind;
use crate::peer::{Peer, reply};

const MODEL: &str = "amazon-bedrock/amazon.nova-pro-v1:0";

const ANSWER: &str =
    r#"{"output":{"message":{"content":[{"text":"Hi"}]}},"stopReason":"end_turn"}"#;

/// A home that goes with the test.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        let home = std::env::temp_dir().join(format!("portolan-aws-{name}-{}", std::process::id()));
        std::fs::create_dir_all(home.join(".aws")).unwrap();
        Self(home)
    }

    fn environment(&self) -> Environment {
        Environment::new().with("HOME", self.0.to_str().unwrap())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What Bedrock was asked with these credentials, twice.
async fn asked(environment: Environment) -> Result<Vec<String>, Error> {
    let bedrock = Peer::saying(reply("200 OK", "", ANSWER)).await;
    let client = Client::builder().environment(environment).tries(1).build().unwrap();
    let status =
        client.status(portolan::catalog::provider("amazon-bedrock").unwrap(), Some("eu-west-1"));
    assert_eq!(status.state, State::Ready);
    for _ in 0..2 {
        let chat = client.chat(MODEL).region("eu-west-1").endpoint(&bedrock.url).user("hi");
        assert_eq!(chat.send().await?.text(), "Hi");
    }
    let shown = format!("{client:?}");
    assert!(!shown.contains("planted"), "{shown}");
    Ok(bedrock.requests())
}

fn signed_by(requests: &[String], id: &str, session: Option<&str>) {
    for request in requests {
        let signature = format!("authorization: AWS4-HMAC-SHA256 Credential={id}/");
        assert!(request.contains(&signature), "{request}");
        let token = session.map(|session| format!("x-amz-security-token: {session}\r\n"));
        assert!(token.is_none_or(|token| request.contains(&token)), "{request}");
        assert!(!request.contains("planted-secret"), "{request}");
    }
}

#[tokio::test]
async fn the_shared_files_have_a_profile() {
    let home = Home::new("files");
    let files = "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = planted-secret-1\n\
                 [work]\naws_access_key_id = AKIA2\naws_secret_access_key = planted-secret-2\naws_session_token = planted-session\n";
    std::fs::write(home.0.join(".aws/credentials"), files).unwrap();
    signed_by(&asked(home.environment()).await.unwrap(), "AKIA1", None);
    let work = home.environment().with("AWS_PROFILE", "work");
    signed_by(&asked(work).await.unwrap(), "AKIA2", Some("planted-session"));
    // A variable comes first.
    let own = home.environment().with("AWS_ACCESS_KEY_ID", "AKIA3");
    let own = own.with("AWS_SECRET_ACCESS_KEY", "planted-secret-3");
    signed_by(&asked(own).await.unwrap(), "AKIA3", None);
}

#[tokio::test]
async fn the_container_gives_keys_out_once_for_many_requests() {
    let keys = r#"{"AccessKeyId":"ASIA1","SecretAccessKey":"planted-secret","Token":"planted-session","Expiration":"2096-01-01T00:00:00Z"}"#;
    let container = Peer::saying(reply("200 OK", "", keys)).await;
    let environment = Environment::new()
        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/creds", container.url))
        .with("AWS_CONTAINER_AUTHORIZATION_TOKEN", "planted-ticket");
    signed_by(&asked(environment).await.unwrap(), "ASIA1", Some("planted-session"));
    let requests = container.requests();
    assert_eq!(requests.len(), 1);
    assert!(
        requests[0].starts_with("GET /creds ")
            && requests[0].contains("authorization: planted-ticket")
    );
}

#[tokio::test]
async fn the_instance_is_asked_with_a_token_of_its_own() {
    let keys = r#"{"Code":"Success","AccessKeyId":"ASIA2","SecretAccessKey":"planted-secret","Token":"planted-session","Expiration":"2096-01-01T00:00:00Z"}"#;
    let instance = Peer::new(vec![
        reply("200 OK", "", "imds-token"),
        reply("200 OK", "", "role"),
        reply("200 OK", "", keys),
    ]);
    let instance = instance.await;
    let environment = Environment::new().with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &instance.url);
    signed_by(&asked(environment).await.unwrap(), "ASIA2", Some("planted-session"));
    let requests = instance.requests();
    assert!(requests[0].starts_with("PUT /latest/api/token "), "{}", requests[0]);
    assert!(requests[2].starts_with("GET /latest/meta-data/iam/security-credentials/role "));
    assert!(requests[2].contains("x-aws-ec2-metadata-token: imds-token\r\n"));
}

#[tokio::test]
async fn what_gives_no_keys_is_told_without_what_it_said() {
    let broken = r#"{"AccessKeyId":"planted-id","SecretAccessKey":["planted-secret"]}"#;
    for (status, body) in [("200 OK", broken), ("200 OK", "planted"), ("403 Forbidden", "planted")]
    {
        let peer = Peer::saying(reply(status, "", body)).await;
        let environment = Environment::new()
            .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &peer.url)
            .with("AWS_EC2_METADATA_DISABLED", "true");
        let error = asked(environment).await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Credentials);
        assert!(error.message().contains("the container "), "{error}");
        assert!(error.message().contains("the shared files has none"), "{error}");
    }
    // In the clear it is asked for only near by.
    let environment = Environment::new()
        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://keys.example/creds")
        .with("AWS_EC2_METADATA_DISABLED", "true");
    let error = asked(environment).await.unwrap_err();
    assert!(error.message().contains("the container "), "{error}");
}

#[test]
fn without_a_hint_nothing_is_asked_and_the_way_is_told() {
    let bedrock = portolan::catalog::provider("amazon-bedrock").unwrap();
    let environment = Environment::new();
    let status = environment.status(bedrock, Some("eu-west-1"));
    assert_eq!(status.state, State::Missing);
    assert!(status.advice.unwrap().contains("with_aws_chain"));
    let chain = environment.with_aws_chain();
    assert_eq!(chain.status(bedrock, Some("eu-west-1")).state, State::Ready);
}
