//! What is shown while an answer is waited for: a line on the standard error, if that is a terminal, with the seconds so
//! far. Nothing about the terminal is changed, so whatever ends the command leaves it whole.

use std::cell::Cell;
use std::future::Future;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::pin::pin;
use std::time::{Duration, Instant};

use crate::Voice;

const FRAMES: [char; 4] = ['|', '/', '-', '\\'];
const TICK: Duration = Duration::from_millis(120);
/// A wait that is shorter is not shown.
const PATIENCE: Duration = Duration::from_millis(300);

/// A wait for the first text.
pub(super) struct Waiting {
    since: Instant,
    /// Whether nothing is shown any more, or never was.
    over: Cell<bool>,
    /// Whether text has come.
    text: Cell<bool>,
}

impl Waiting {
    pub(super) fn new(voice: Voice) -> Self {
        let shown = !voice.json && stderr().is_terminal();
        Self { since: Instant::now(), over: Cell::new(!shown), text: Cell::new(false) }
    }

    /// Waits for something and shows that it does, unless the wait is over.
    pub(super) async fn until<F: Future>(&self, what: F) -> F::Output {
        let mut what = pin!(what);
        loop {
            if self.over.get() {
                return what.await;
            }
            match tokio::time::timeout(TICK, &mut what).await {
                Ok(done) => return done,
                Err(_) => self.tick(),
            }
        }
    }

    /// Ends the wait because there is text.
    pub(super) fn text_came(&self) {
        self.end();
        self.text.set(true);
    }

    /// Ends the wait and clears its line, if there is one. Says whether text has come.
    pub(super) fn end(&self) -> bool {
        if !self.over.replace(true) {
            // There is nobody to tell if that fails.
            let _ = write!(stderr().lock(), "\r\x1b[K");
        }
        self.text.get()
    }

    fn tick(&self) {
        let so_far = self.since.elapsed();
        if so_far < PATIENCE {
            return;
        }
        let frame = FRAMES[(so_far.as_millis() / TICK.as_millis() % 4) as usize];
        let _ = write!(stderr().lock(), "\r\x1b[K{frame} {} s", so_far.as_secs());
    }
}
