//! What a provider does that is no data: one trait, all of whose methods do nothing unless they are written, registered
//! on the client by the id of the provider. What a hook returns is checked as the user's configuration is, and a provider
//! without hooks pays for none of it.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use portolan_types::{Api, Capability, Model, Provider};
use serde_json::Value;

use crate::answer::{Answer, Event};
use crate::catalogs::Catalogs;
use crate::client::Wishes;
use crate::error::{Error, ErrorKind, Result};
use crate::quota::Quota;
use crate::request::Request;
use crate::tool::Tool;

mod context;
mod replay;
pub(crate) mod schema;
mod text;
mod token;
mod turn;

pub use context::{Fetch, HookContext};
pub use replay::ReplayPolicy;
pub use schema::SchemaRules;
pub use text::TextTransforms;
pub use token::Token;
pub(crate) use token::{Place, Tokens};
pub use turn::Turn;

/// What a hook returns that takes time.
pub type HookFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What a provider does that its manifest cannot say. Every method has a default that changes nothing; most vendors need
/// one or two.
///
/// Methods are called in this order: [`settings`](Self::settings), [`token`](Self::token), [`resolve`](Self::resolve) for
/// an id that the catalog does not list, [`prepare`](Self::prepare), [`tool`](Self::tool), [`replay`](Self::replay),
/// [`turn`](Self::turn); then the request is sent. [`classify`](Self::classify) sees what fails and [`wrap`](Self::wrap)
/// what comes.
///
/// A hook cannot send a key elsewhere: every address that it names must be on a host of its provider, which are the
/// endpoints of the region in the catalog, the addresses of the provider's OAuth logins, and an endpoint that the caller
/// named.
///
/// ```
/// use portolan::{Client, Environment, Error, ErrorKind, HookContext, Hooks, Result, Turn};
///
/// struct DeepSeek;
///
/// impl Hooks for DeepSeek {
///     fn turn(&self, _: &HookContext<'_>, turn: &mut Turn<'_>) -> Result<()> {
///         turn.header("x-team", "search")
///     }
///
///     fn classify(&self, error: &Error) -> Option<ErrorKind> {
///         (error.code() == Some("balance_low")).then_some(ErrorKind::Quota)
///     }
/// }
///
/// let builder = Client::builder().environment(Environment::new());
/// let client = builder.hook("deepseek", DeepSeek).build()?;
/// # Ok::<(), Error>(())
/// ```
pub trait Hooks: Send + Sync {
    /// Mends what a user said about where requests go: an old address, the name of a region that was renamed. What comes
    /// out is checked as if the user had said it, but an endpoint that the hook names must be on a host of the provider.
    ///
    /// # Errors
    /// What makes the words unusable; nothing is sent then.
    fn settings(&self, provider: &'static Provider, wishes: &mut Wishes) -> Result<()> {
        let _ = (provider, wishes);
        Ok(())
    }

    /// Says what an id is that the catalog does not list; nothing where the hook does not know it either. Then it is sent
    /// as it is where the provider passes ids on, and is an error elsewhere.
    fn resolve<'a>(
        &'a self,
        context: &'a HookContext<'a>,
        id: &'a str,
    ) -> HookFuture<'a, Option<Resolved>> {
        let _ = (context, id);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Exchanges the key for a token that requests carry in its place; nothing where the key itself is what they carry.
    ///
    /// The token is kept until shortly before it expires and is shared by all requests of a client to the same address.
    /// Requests that need it at once wait for one exchange. A request that is refused with 401 is sent once more with a
    /// fresh token.
    fn token<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Token>> {
        let _ = context;
        None
    }

    /// Changes what is asked before it is checked and spelled: parameters that the provider wants by default, the history
    /// as it takes it back.
    ///
    /// # Errors
    /// What the provider cannot take; nothing is sent then. [`ErrorKind::Refused`] fits.
    fn prepare(&self, context: &HookContext<'_>, request: &mut Request) -> Result<()> {
        let _ = (context, request);
        Ok(())
    }

    /// Which of its thoughts a model is given back.
    fn replay(&self, context: &HookContext<'_>) -> ReplayPolicy {
        let _ = context;
        ReplayPolicy::Api
    }

    /// Changes a tool so that the provider takes its schema, after the clean-up of the model's family
    /// ([`SchemaRules`]) has been done.
    ///
    /// # Errors
    /// What the provider cannot take of it; nothing is sent then.
    fn tool(&self, context: &HookContext<'_>, tool: &mut Tool) -> Result<()> {
        let _ = (context, tool);
        Ok(())
    }

    /// Adds headers to a request that is about to be sent, and changes its body.
    ///
    /// # Errors
    /// What hinders it; nothing is sent then.
    fn turn(&self, context: &HookContext<'_>, turn: &mut Turn<'_>) -> Result<()> {
        let _ = (context, turn);
        Ok(())
    }

    /// What reads along with an answer and may change it; one for each answer.
    fn wrap(&self, context: &HookContext<'_>) -> Option<Box<dyn Wrap>> {
        let _ = context;
        None
    }

    /// The kind of a failure, where the vendor's words mean another than they seem to. What is sent again and which model
    /// is asked next follow from it.
    fn classify(&self, error: &Error) -> Option<ErrorKind> {
        let _ = error;
        None
    }

    /// Words that the provider spells in another way.
    fn text(&self) -> TextTransforms {
        TextTransforms::new()
    }

    /// What is left of a plan or a balance; nothing where the catalog's own address for it is to be asked.
    fn quota<'a>(&'a self, context: &'a HookContext<'a>) -> Option<HookFuture<'a, Quota>> {
        let _ = context;
        None
    }

    /// Does what is no chat: speech, search, images. What goes in and comes out is between the vendor and its users;
    /// nothing where the catalog's own address for it is to be called with the input as it is.
    fn serve<'a>(
        &'a self,
        context: &'a HookContext<'a>,
        capability: Capability,
        input: &'a Value,
    ) -> Option<HookFuture<'a, Value>> {
        let _ = (context, capability, input);
        None
    }
}

/// Reads along with one answer.
///
/// ```
/// use portolan::{Answer, Content, Event, Wrap};
///
/// /// A server that writes every answer in capitals.
/// struct Quieter;
///
/// impl Wrap for Quieter {
///     fn event(&mut self, event: Event, out: &mut Vec<Event>) {
///         out.push(match event {
///             Event::Text(text) => Event::Text(text.to_lowercase()),
///             other => other,
///         });
///     }
///
///     fn answer(&self, answer: &mut Answer) {
///         for part in &mut answer.parts {
///             if let Content::Text(text) = &mut part.content {
///                 *text = text.to_lowercase();
///             }
///         }
///     }
/// }
/// ```
pub trait Wrap: Send {
    /// Takes the next event of the stream and adds what is to come in its place: nothing, one or several. It is not asked
    /// about [`Event::Done`].
    fn event(&mut self, event: Event, out: &mut Vec<Event>) {
        out.push(event);
    }

    /// Adds what is still held back, before the end.
    fn end(&mut self, out: &mut Vec<Event>) {
        let _ = out;
    }

    /// Changes the whole answer, or what had come of one that broke off, as the events were changed. Its cost is found
    /// afterwards, from the usage as it is then.
    fn answer(&self, answer: &mut Answer) {
        let _ = answer;
    }
}

/// What an id is that the catalog does not list.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub(crate) id: String,
    pub(crate) like: Option<&'static Model>,
    /// Whether it is that model, so that its price holds too.
    pub(crate) same: bool,
    pub(crate) api: Option<Api>,
}

impl Resolved {
    /// Another name for a model of the catalog, which is asked by its own id and has its own price.
    pub fn alias(model: &'static Model) -> Self {
        Self { id: model.id.to_owned(), like: Some(model), same: true, api: model.api }
    }

    /// A model of its own that takes what another does: limits, reasoning, spelling. Its price is unknown.
    pub fn like(id: impl Into<String>, model: &'static Model) -> Self {
        Self { id: id.into(), like: Some(model), same: false, api: model.api }
    }

    /// A model of which nothing is known.
    pub fn unlisted(id: impl Into<String>) -> Self {
        Self { id: id.into(), like: None, same: false, api: None }
    }

    /// The same, asked by an api that is not the provider's default.
    #[must_use]
    pub fn by(mut self, api: Api) -> Self {
        self.api = Some(api);
        self
    }
}

/// The hooks of one provider, with what they say once and for all.
pub(crate) struct Registered {
    pub(crate) hooks: Box<dyn Hooks>,
    pub(crate) text: TextTransforms,
}

/// The hooks of a client, by provider.
#[derive(Clone, Default)]
pub(crate) struct Registry(BTreeMap<&'static str, Arc<Registered>>);

impl Registry {
    /// The hooks that were named, if each is for a provider that there is and none is for the same as another.
    pub(crate) fn new(named: Vec<(String, Box<dyn Hooks>)>, catalogs: &Catalogs) -> Result<Self> {
        let mut registry = BTreeMap::new();
        let mut wrong = Vec::new();
        for (id, hooks) in named {
            let Some(provider) = catalogs.provider(&id) else {
                wrong.push(format!("no catalog has the provider `{id}` of a hook"));
                continue;
            };
            let text = hooks.text();
            if text.has_empty() {
                wrong.push(format!("a text transform of `{id}` replaces the empty text"));
            }
            let own = Arc::new(Registered { hooks, text });
            if registry.insert(provider.id, own).is_some() {
                wrong.push(format!("`{id}` has hooks already; put both into one"));
            }
        }
        if wrong.is_empty() {
            return Ok(Self(registry));
        }
        Err(Error::new(ErrorKind::Config, wrong.join("; ")))
    }

    /// The hooks of a provider.
    pub(crate) fn of(&self, provider: &str) -> Option<Arc<Registered>> {
        self.0.get(provider).map(Arc::clone)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
