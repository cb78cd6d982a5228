//! A request to a model or to a chain of them. Everything is checked before anything is sent; errors of HTTP and of keys
//! come from the call, not from the stream.

use std::time::{SystemTime, UNIX_EPOCH};

use http::header::CONTENT_TYPE;
use portolan_types::{Api, ServiceTier, Timestamp};
use serde_json::Value;

use super::Client;
use super::route::Route;
use super::select::{ModelRef, Wishes};
use super::stream::{AnswerStream, Served};
use crate::answer::{Answer, Attempt};
use crate::error::{Error, ErrorKind, Result, classify};
use crate::message::{Message, Part};
use crate::request::{Format, Reasoning, Request};
use crate::tool::{Tool, ToolChoice};

/// A request that is being put together.
#[must_use = "a request does nothing until it is sent"]
pub struct Chat<'c> {
    client: &'c Client,
    models: Vec<(ModelRef<'static>, Wishes)>,
    request: Request,
    falls_back: Box<dyn Fn(&Error) -> bool + Send + Sync>,
}

impl<'c> Chat<'c> {
    pub(super) fn new(client: &'c Client, model: ModelRef<'_>) -> Self {
        let models = vec![(model.owned(), Wishes::default())];
        Self { client, models, request: Request::new(), falls_back: Box::new(falls_back) }
    }

    /// Takes everything that is asked from here.
    pub fn request(mut self, request: Request) -> Self {
        self.request = request;
        self
    }

    /// Adds to what holds for the whole conversation.
    pub fn system(mut self, part: impl Into<Part>) -> Self {
        self.request = self.request.system(part);
        self
    }

    /// Adds a turn of the user.
    pub fn user(mut self, part: impl Into<Part>) -> Self {
        self.request = self.request.user(part);
        self
    }

    /// Adds a turn.
    pub fn message(mut self, message: Message) -> Self {
        self.request = self.request.message(message);
        self
    }

    /// Adds a tool.
    pub fn tool(mut self, tool: Tool) -> Self {
        self.request = self.request.tool(tool);
        self
    }

    /// Says whether and what the model has to call.
    pub fn tool_choice(mut self, choice: ToolChoice) -> Self {
        self.request = self.request.tool_choice(choice);
        self
    }

    /// Sets the most output tokens, reasoning included.
    pub fn max_tokens(mut self, tokens: u64) -> Self {
        self.request = self.request.max_tokens(tokens);
        self
    }

    /// Sets the sampling temperature.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.request = self.request.temperature(temperature);
        self
    }

    /// Says how much to think before answering.
    pub fn reasoning(mut self, reasoning: Reasoning) -> Self {
        self.request = self.request.reasoning(reasoning);
        self
    }

    /// Sets the form of the answer.
    pub fn format(mut self, format: Format) -> Self {
        self.request = self.request.format(format);
        self
    }

    /// Says how the request is to be served.
    pub fn service_tier(mut self, tier: ServiceTier) -> Self {
        self.request = self.request.service_tier(tier);
        self
    }

    /// Adds a field to the body, in the vendor's own spelling.
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request = self.request.extra(name, value);
        self
    }

    /// Names the region of the last named model's provider by its id. One that the provider does not have is an error
    /// of the call, and so is none where the provider requires one. Where the model is a static of a catalog crate its
    /// region is one too, and the compiler sees to both: `client.chat(MIMO_V2_5_PRO.at(Region::Sgp))`.
    pub fn region(self, region: impl Into<String>) -> Self {
        let region = region.into();
        self.wish(|wishes| wishes.region = Some(region))
    }

    /// Names the api that the last named model is asked by, where its provider speaks several.
    pub fn api(self, api: Api) -> Self {
        self.wish(|wishes| wishes.api = Some(api))
    }

    /// Sends the request for the last named model to another base URL: a proxy, a mock, a gateway of one's own. The key
    /// of the provider goes with it, so this is the caller's own word.
    pub fn endpoint(self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.wish(|wishes| wishes.endpoint = Some(url))
    }

    /// Names a model to ask if those before it fail.
    ///
    /// ```no_run
    /// # async fn example(client: portolan::Client) -> Result<(), portolan::Error> {
    /// let answer = client
    ///     .chat("anthropic/claude-opus-4-5")
    ///     .fallback("xiaomi-token-plan/mimo-v2.5-pro")
    ///     .region("sgp")
    ///     .user("hi")
    ///     .send()
    ///     .await?;
    /// println!("{} answered after {} failures", answer.reference, answer.attempts.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn fallback<'m>(mut self, model: impl Into<ModelRef<'m>>) -> Self {
        self.models.push((model.into().owned(), Wishes::default()));
        self
    }

    /// Says after which failures the next model is asked. Unless it is said: after all but those that are the request's
    /// own fault, which are [`ErrorKind::InvalidRequest`], [`ErrorKind::Content`] and [`ErrorKind::Config`].
    ///
    /// ```no_run
    /// # async fn example(client: portolan::Client) -> Result<(), portolan::Error> {
    /// use portolan::ErrorKind;
    ///
    /// let chat = client.chat("anthropic/claude-opus-4-5").fallback("deepseek/deepseek-v4-pro");
    /// let chat = chat.fallback_on(|error| error.kind() == ErrorKind::Overloaded);
    /// # chat.user("hi").send().await.map(|_| ())
    /// # }
    /// ```
    pub fn fallback_on(mut self, rule: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.falls_back = Box::new(rule);
        self
    }

    fn wish(mut self, wish: impl FnOnce(&mut Wishes)) -> Self {
        if let Some((_, wishes)) = self.models.last_mut() {
            wish(wishes);
        }
        self
    }

    /// Sends the request and reads the answer as it comes. The stream is returned once there is something to read, so
    /// that what fails before comes from here and the next model can be asked.
    ///
    /// # Errors
    /// Every [`ErrorKind`]; with a fallback chain that of the last model, and what failed before in
    /// [`Error::attempts`].
    pub async fn stream(&self) -> Result<AnswerStream> {
        let mut attempts = Vec::new();
        let mut left = self.models.iter();
        while let Some((model, wishes)) = left.next() {
            match self.stream_one(model, wishes, &mut attempts).await {
                Ok(stream) => return Ok(stream.after(attempts)),
                Err(error) if left.len() > 0 && (self.falls_back)(&error) => {
                    attempts.push(Attempt::new(&model.reference(), &error));
                }
                Err(error) => return Err(error.with_attempts(attempts)),
            }
        }
        Err(Error::new(ErrorKind::Config, "no model is named"))
    }

    /// Sends the request and waits for the whole answer.
    ///
    /// # Errors
    /// As [`Chat::stream`].
    pub async fn send(&self) -> Result<Answer> {
        let mut attempts = Vec::new();
        let mut left = self.models.iter();
        while let Some((model, wishes)) = left.next() {
            match self.send_one(model, wishes, &mut attempts).await {
                Ok(answer) => return Ok(Answer { attempts, ..answer }),
                Err(error) if left.len() > 0 && (self.falls_back)(&error) => {
                    attempts.push(Attempt::new(&model.reference(), &error));
                }
                Err(error) => return Err(error.with_attempts(attempts)),
            }
        }
        Err(Error::new(ErrorKind::Config, "no model is named"))
    }

    async fn stream_one(
        &self,
        model: &ModelRef<'_>,
        wishes: &Wishes,
        attempts: &mut Vec<Attempt>,
    ) -> Result<AnswerStream> {
        let (served, response) = self.ask(model, wishes, true, attempts).await?;
        let (parts, body) = response.into_parts();
        let transport = &self.client.transport;
        // Some servers do not stream, whatever they are asked, and errors may come with the status of success.
        if kind_of(&parts.headers) == Some("application/json") {
            let body = transport.whole(body).await.map_err(|error| served.here(error))?;
            return Ok(AnswerStream::of_whole(served.whole(&body)?));
        }
        let mut stream = AnswerStream::new(served, body, transport.timeouts.idle);
        match stream.begin().await {
            Ok(()) => Ok(stream),
            Err(error) => Err(error),
        }
    }

    async fn send_one(
        &self,
        model: &ModelRef<'_>,
        wishes: &Wishes,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Answer> {
        let (served, response) = self.ask(model, wishes, false, attempts).await?;
        let body = self.client.transport.whole(response.into_body()).await;
        served.whole(&body.map_err(|error| served.here(error))?)
    }

    /// Sends the request to one model and returns what answers with success.
    async fn ask(
        &self,
        model: &ModelRef<'_>,
        wishes: &Wishes,
        stream: bool,
        attempts: &mut Vec<Attempt>,
    ) -> Result<(Served, http::Response<crate::transport::Incoming>)> {
        let mut route = Route::find(model, wishes, self.client).await?;
        let transport = &self.client.transport;
        let call = |route: &mut Route| route.call(&self.request, stream, transport);
        let mut failed = Vec::new();
        let response = self.client.send(&mut route, call, &mut failed).await;
        let reference = model.reference();
        attempts.extend(failed.iter().map(|error| Attempt::new(&reference, error)));
        let response = response?;
        let id = classify::request_id(response.headers()).map(|id| route.without_secrets(id));
        let wraps = route.wraps(transport);
        let served = Served::new(route, self.request.service_tier, now(), id, wraps);
        if kind_of(response.headers()) == Some("text/html") {
            let message = "the answer is an HTML page: this is no address of the api";
            return Err(served.here(Error::new(ErrorKind::Protocol, message)));
        }
        Ok((served, response))
    }
}

/// The media type of an answer, without its parameters.
fn kind_of(headers: &http::HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}

pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn falls_back(error: &Error) -> bool {
    !matches!(error.kind(), ErrorKind::InvalidRequest | ErrorKind::Content | ErrorKind::Config)
}
