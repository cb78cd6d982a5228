//! What Acme does that its manifest cannot say.

use std::time::Duration;

use portolan::types::{Capability, Currency};
use portolan::{
    Balance, Error, ErrorKind, HookContext, HookFuture, Hooks, Left, Percent, Quota, QuotaLimit,
    ReplayPolicy, Resolved, Result, TextTransforms, Token, Tool, Turn, Wrap,
};
use serde_json::{Value, json};

use crate::catalog::acme::NOVA_2;
use crate::thoughts::Thoughts;

/// The hooks of `acme`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Acme;

fn missing(what: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("the answer has no `{what}`"))
}

impl Hooks for Acme {
    /// A key is good for a quarter of an hour's token.
    fn token<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Token>> {
        Some(Box::pin(async move {
            let key = context.key().ok_or_else(|| missing("key"))?;
            let region = json!({"region": context.region()});
            let said = context.post("/auth/token", &region).bearer(key).json().await?;
            let token = said["token"].as_str().ok_or_else(|| missing("token"))?;
            let seconds = said["expires_in"].as_u64().unwrap_or(900);
            Ok(Token::new(token).expires_in(Duration::from_secs(seconds)))
        }))
    }

    /// Models in trial take what the model takes that they will follow.
    fn resolve<'a>(
        &'a self,
        context: &'a HookContext<'a>,
        id: &'a str,
    ) -> HookFuture<'a, Option<Resolved>> {
        Box::pin(async move {
            if !id.starts_with("nova-trial-") {
                return Ok(None);
            }
            let trials = context.get("/v1/trials").authorized().json().await?;
            let known = trials["ids"].as_array().is_some_and(|ids| ids.iter().any(|one| one == id));
            Ok(known.then(|| Resolved::like(id, NOVA_2.row())))
        })
    }

    /// A schema of more than eight fields is refused, and is better refused here.
    fn tool(&self, _: &HookContext<'_>, tool: &mut Tool) -> Result<()> {
        let fields = tool.parameters["properties"].as_object().map_or(0, |fields| fields.len());
        if fields > 8 {
            let words = format!("`{}` has {fields} fields, Acme takes 8", tool.name);
            return Err(Error::new(ErrorKind::Refused, words));
        }
        Ok(())
    }

    fn replay(&self, _: &HookContext<'_>) -> ReplayPolicy {
        ReplayPolicy::Never
    }

    /// The session is what tells Acme's cache which requests belong together.
    fn turn(&self, context: &HookContext<'_>, turn: &mut Turn<'_>) -> Result<()> {
        if let Some(session) = turn.request().cache_key.clone() {
            turn.header("x-acme-session", &session)?;
        }
        turn.set("trace", format!("{}/{}", context.provider().id, context.model_id()));
        Ok(())
    }

    /// Acme writes thoughts into the text.
    fn wrap(&self, _: &HookContext<'_>) -> Option<Box<dyn Wrap>> {
        Some(Box::new(Thoughts::default()))
    }

    fn text(&self) -> TextTransforms {
        TextTransforms::new().input("\u{2026}", "...").output("<nl/>", "\n")
    }

    /// Its word for a full house comes with status 400.
    fn classify(&self, error: &Error) -> Option<ErrorKind> {
        (error.code() == Some("house_full")).then_some(ErrorKind::Overloaded)
    }

    fn quota<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Quota>> {
        Some(Box::pin(async move {
            let said = context.get("/v1/account").authorized().json().await?;
            let left = Percent::parse(&said["week_left"].to_string()).map(Left::Percent);
            let limit = QuotaLimit::new("tokens", "week", left.unwrap_or(Left::Unknown));
            let balance = said["balance"].as_str().ok_or_else(|| missing("balance"))?;
            let balance = Balance::parse("prepaid", balance, Currency::Eur);
            let balance = balance.ok_or_else(|| missing("balance that is a decimal"))?;
            Ok(Quota::new().limit(limit).balance(balance))
        }))
    }

    /// Speech; what else there is the manifest says.
    fn serve<'a>(
        &'a self,
        context: &'a HookContext<'a>,
        capability: Capability,
        input: &'a Value,
    ) -> Option<HookFuture<'a, Value>> {
        (capability == Capability::Speech).then(|| {
            Box::pin(async move {
                let text = input.as_str().ok_or_else(|| missing("text to speak"))?;
                let asked = json!({"text": text, "format": "mp3"});
                context.post("/v1/voice", &asked).authorized().json().await
            }) as HookFuture<'a, Value>
        })
    }
}
