//! A streamed answer, without a task behind it: the bytes are read when the next event is asked for. Dropping it closes
//! the connection.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use http_body::Body as _;
use portolan_types::{Context as Priced, ServiceTier, Timestamp, Usage};

use super::route::Route;
use super::watch::Watch;
use crate::answer::{Answer, Attempt, Event};
use crate::cost::Cost;
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::Wrap;
use crate::transport::{Incoming, late, of_reqwest};
use crate::usage::{UsageError, Used};
use crate::wire::{Decoder, Target, decode_whole};

/// What is known of a request that is being answered: what makes an answer complete.
pub(super) struct Served {
    route: Route,
    /// The tier that was asked for, which served the request unless the provider says otherwise.
    tier: Option<ServiceTier>,
    at: Timestamp,
    request_id: Option<String>,
    attempts: Vec<Attempt>,
    /// What reads along, in order; nothing where the provider has no hooks.
    wraps: Vec<Box<dyn Wrap>>,
}

impl Served {
    pub(super) fn new(
        route: Route,
        tier: Option<ServiceTier>,
        at: Timestamp,
        request_id: Option<String>,
        wraps: Vec<Box<dyn Wrap>>,
    ) -> Self {
        Self { route, tier, at, request_id, attempts: Vec::new(), wraps }
    }

    pub(super) fn target(&self) -> &Target {
        &self.route.target
    }

    pub(super) fn here(&self, error: Error) -> Error {
        let error = self.route.here(error).with_request_id(self.request_id.as_deref());
        match self.route.hooks.as_ref().and_then(|own| own.hooks.classify(&error)) {
            Some(kind) => error.with_kind(kind),
            None => error,
        }
    }

    /// The answer that came whole. One that failed may have been paid for.
    pub(super) fn whole(&self, body: &[u8]) -> Result<Answer> {
        decode_whole(self.target(), body).map(|answer| self.finish(answer)).map_err(|error| {
            let used = Used::read(self.target().spoken(), body).ok();
            let cost = used.map(|used| self.cost(&Ok(used.usage), used.service_tier.as_deref()));
            self.here(error).with_cost(cost)
        })
    }

    /// The answer with its cost and with where it came from.
    pub(super) fn finish(&self, mut answer: Answer) -> Answer {
        for wrap in &self.wraps {
            wrap.answer(&mut answer);
        }
        Answer {
            cost: self.cost(&answer.usage, answer.service_tier.as_deref()),
            reference: self.target().reference(),
            region: self.route.region().map(str::to_owned),
            request_id: self.request_id.clone(),
            attempts: self.attempts.clone(),
            ..answer
        }
    }

    /// What is to come in the place of an event, or of the end.
    fn wrapped(&mut self, event: Option<Event>, out: &mut VecDeque<Event>) {
        let ends = event.is_none();
        let mut events: Vec<_> = event.into_iter().collect();
        for wrap in &mut self.wraps {
            let mut next = Vec::new();
            for event in events {
                wrap.event(event, &mut next);
            }
            if ends {
                wrap.end(&mut next);
            }
            events = next;
        }
        out.extend(events);
    }

    fn cost(&self, usage: &Result<Usage, UsageError>, tier: Option<&str>) -> Cost {
        let asked = Priced::at(self.at).service_tier(self.tier.unwrap_or(ServiceTier::Standard));
        let context = Priced { region: self.route.region(), ..asked };
        let entry = self.target().entry();
        Cost::of(entry.as_ref(), usage, tier, &context)
    }
}

/// A streamed answer: events, the last of which is the whole answer with its cost.
///
/// It is a [`Stream`] too, for those who use its combinators.
///
/// ```no_run
/// # async fn example(client: portolan::Client) -> Result<(), portolan::Error> {
/// use portolan::Event;
///
/// let mut stream = client.chat("deepseek/deepseek-v4-pro").user("Why is the sky blue?").stream().await?;
/// while let Some(event) = stream.next().await {
///     match event? {
///         Event::Text(text) => print!("{text}"),
///         Event::Done(answer) => println!("\n{}", answer.cost),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct AnswerStream {
    /// What came before the decoder: what the call waited for, or all of an answer that came whole.
    ready: VecDeque<Event>,
    open: Option<Open>,
    served: Option<Served>,
    whole: Option<Box<Answer>>,
    /// What ended it, once everything before it was given out.
    failed: Option<Error>,
}

/// A connection that is being read.
struct Open {
    body: Incoming,
    decoder: Decoder,
    idle: Duration,
    watch: Watch,
    end: End,
    /// What ended the stream, while events that came before are still to be given.
    broken: Option<Error>,
}

/// How far a stream is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// There is more to come.
    Ahead,
    /// Nothing is missing but the end, which some servers never send.
    Near,
    /// The whole answer was given out. What is left of the connection is read, so that it can be used again.
    Told,
    /// An error ended it: nothing comes after one, but what came before is kept.
    Failed,
}

/// How long the end of a connection may come after the end of its answer.
const GRACE: Duration = Duration::from_millis(50);

/// How long a server may say nothing once nothing is missing, until its answer is taken for whole. It is not taken so at
/// once: Gemini has put its reason to stop into every piece of an answer, and what translates to its api still does.
const NEAR: Duration = Duration::from_secs(10);

impl AnswerStream {
    pub(super) fn new(served: Served, body: Incoming, idle: Duration) -> Self {
        let decoder = Decoder::new(served.target());
        let watch = Watch::new(idle);
        let open = Some(Open { body, decoder, idle, watch, end: End::Ahead, broken: None });
        Self { ready: VecDeque::new(), open, served: Some(served), whole: None, failed: None }
    }

    /// An answer that came whole, as the events that it would have come in.
    pub(super) fn of_whole(answer: Answer) -> Self {
        use crate::message::Content;
        let mut ready = VecDeque::new();
        for part in &answer.parts {
            match &part.content {
                Content::Text(text) => ready.push_back(Event::Text(text.clone())),
                Content::Reasoning(text) => ready.push_back(Event::Reasoning(text.clone())),
                Content::Media(media) => ready.push_back(Event::Media(media.clone())),
                _ => {}
            }
        }
        ready.extend(answer.tool_calls().cloned().map(Event::ToolCall));
        Self { ready, open: None, served: None, whole: Some(Box::new(answer)), failed: None }
    }

    /// Waits for the first event.
    pub(super) async fn begin(&mut self) -> Result<()> {
        if let Some(event) = self.next().await.transpose()? {
            // A hook may have given several in the place of one.
            self.ready.push_front(event);
        }
        Ok(())
    }

    /// What failed before this answer came.
    pub(super) fn after(mut self, attempts: Vec<Attempt>) -> Self {
        for event in &mut self.ready {
            if let Event::Done(answer) = event {
                answer.attempts.clone_from(&attempts);
            }
        }
        if let Some(answer) = &mut self.whole {
            answer.attempts.clone_from(&attempts);
        }
        // It may have failed behind what a hook gave out last.
        self.failed = self.failed.map(|error| error.with_attempts(attempts.clone()));
        if let Some(served) = &mut self.served {
            served.attempts = attempts;
        }
        self
    }

    /// What the answer has cost so far, if the provider has said what was used.
    fn cost_so_far(&self) -> Option<Cost> {
        let answer = self.partial()?;
        let used = answer.usage.is_ok();
        used.then_some(answer.cost)
    }

    /// The next event, or nothing after the last.
    ///
    /// # Errors
    /// What the provider says in place of the rest, a connection that broke, a wait that was too long. Nothing comes
    /// after an error; what had come is in [`AnswerStream::partial`].
    pub async fn next(&mut self) -> Option<Result<Event>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Reads to the end and returns the whole answer.
    ///
    /// # Errors
    /// As [`AnswerStream::next`].
    pub async fn finish(mut self) -> Result<Answer> {
        while let Some(event) = self.next().await {
            if let Event::Done(answer) = event? {
                // Leaves a connection that can be used again.
                let _ = self.next().await;
                return Ok(*answer);
            }
        }
        Err(Error::new(ErrorKind::Disconnected, "the answer was read before"))
    }

    /// The answer as far as it came, its calls marked as cut off where they are not whole; nothing once its end was
    /// read.
    pub fn partial(&self) -> Option<Answer> {
        let (open, served) = (self.open.as_ref()?, self.served.as_ref()?);
        Some(served.finish(open.decoder.partial()))
    }
}

impl Stream for AnswerStream {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            if let Some(error) = this.failed.take() {
                return Poll::Ready(Some(Err(error)));
            }
            if let Some(answer) = this.whole.take() {
                return Poll::Ready(Some(Ok(Event::Done(answer))));
            }
            let Some(open) = &mut this.open else { return Poll::Ready(None) };
            match open.end {
                End::Failed => return Poll::Ready(None),
                End::Told => {
                    ready!(open.drain(cx));
                    this.open = None;
                    return Poll::Ready(None);
                }
                End::Ahead | End::Near => {}
            }
            match ready!(open.poll(cx)) {
                Ok(Event::Done(answer)) => {
                    open.end = End::Told;
                    open.watch.at_most(GRACE);
                    this.whole = Some(match this.served.take() {
                        Some(mut served) => {
                            served.wrapped(None, &mut this.ready);
                            Box::new(served.finish(*answer))
                        }
                        None => answer,
                    });
                }
                Ok(event) => match &mut this.served {
                    Some(served) if !served.wraps.is_empty() => {
                        served.wrapped(Some(event), &mut this.ready);
                    }
                    _ => return Poll::Ready(Some(Ok(event))),
                },
                Err(error) => {
                    open.stop();
                    let cost = this.cost_so_far();
                    this.failed = Some(match &mut this.served {
                        Some(served) => {
                            served.wrapped(None, &mut this.ready);
                            let error = served.here(error).with_cost(cost);
                            error.with_attempts(served.attempts.clone())
                        }
                        None => error,
                    });
                }
            }
        }
    }
}

impl Open {
    /// The next event. The last is the end of the answer or an error.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event>> {
        loop {
            if let Some(event) = self.decoder.next_event()? {
                if self.end == End::Near {
                    self.end = End::Ahead;
                    self.watch.again();
                }
                return Poll::Ready(Ok(event));
            }
            if let Some(error) = self.broken.take() {
                return Poll::Ready(Err(error));
            }
            if self.decoder.ended() {
                self.finish(|error| error);
                continue;
            }
            if self.end == End::Ahead && self.decoder.settled() {
                self.end = End::Near;
                self.watch.at_most(NEAR.min(self.idle));
            }
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    // What keeps a connection alive brings no end.
                    if self.end == End::Ahead {
                        self.watch.heard();
                    }
                    if let Some(data) = frame.data_ref() {
                        self.decoder.push(data);
                    }
                }
                Poll::Ready(None) => self.finish(|error| error),
                // A connection that breaks after the reason to stop has said all that matters.
                Poll::Ready(Some(Err(error))) => self.finish(|_| of_reqwest(error)),
                Poll::Pending => {
                    ready!(self.watch.poll(cx));
                    // A server that falls silent after the reason to stop has said all that matters too.
                    let idle = self.idle;
                    self.finish(|_| late("the next byte", idle));
                }
            }
        }
    }

    /// Ends the stream. Its last frame may say something before it turns out that the answer is not over.
    fn finish(&mut self, broken: impl FnOnce(Error) -> Error) {
        self.broken = self.decoder.finish().err().map(broken);
    }

    /// Reads to the end of the connection, but not for long.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Some(Ok(_)) = match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(frame) => frame,
            Poll::Pending => return self.watch.poll(cx),
        } {
            if self.watch.is_over() {
                break;
            }
        }
        Poll::Ready(())
    }

    /// Nothing comes after an error: the connection is closed, what came is kept.
    fn stop(&mut self) {
        self.body = Incoming::default();
        self.end = End::Failed;
    }
}

impl std::fmt::Debug for AnswerStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerStream").field("open", &self.open.is_some()).finish_non_exhaustive()
    }
}
