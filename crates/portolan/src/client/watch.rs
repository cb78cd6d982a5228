//! Watches a stream that may fall silent. A timer that is set anew with every byte costs more than the byte, so this one
//! ticks: each tick asks whether anything came since the last.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// How many silent ticks are too many: the limit is kept within an eighth of it.
const TICKS: u32 = 8;

/// Tells when nothing came for too long.
pub(super) struct Watch {
    timer: Pin<Box<Sleep>>,
    tick: Duration,
    silent: u32,
    /// Who is woken by the timer as it is set.
    waker: Option<Waker>,
}

impl Watch {
    /// For a silence of this length.
    pub(super) fn new(limit: Duration) -> Self {
        let tick = limit / TICKS;
        let timer = Box::pin(tokio::time::sleep(tick));
        Self { timer, tick, silent: 0, waker: None }
    }

    /// Something came.
    pub(super) fn heard(&mut self) {
        self.silent = 0;
    }

    /// Ready once nothing came for too long.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let known = self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
            if known && !self.timer.is_elapsed() {
                return Poll::Pending;
            }
            self.waker = Some(cx.waker().clone());
            ready!(self.timer.as_mut().poll(cx));
            self.silent += 1;
            if self.silent > TICKS {
                return Poll::Ready(());
            }
            self.start(self.tick);
        }
    }

    /// Ready after this time, whatever comes.
    pub(super) fn at_most(&mut self, time: Duration) {
        self.silent = TICKS;
        self.start(time);
    }

    /// Watches for a silence again.
    pub(super) fn again(&mut self) {
        self.silent = 0;
        self.start(self.tick);
    }

    /// Whether the time is over.
    pub(super) fn is_over(&self) -> bool {
        self.timer.is_elapsed()
    }

    fn start(&mut self, time: Duration) {
        self.timer.as_mut().reset(Instant::now() + time);
        self.waker = None;
    }
}
