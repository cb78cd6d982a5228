//! Cuts the bytes of a streamed answer into frames: server-sent events, lines of JSON, or Amazon's event stream. Takes
//! chunks as the network gives them, split anywhere; holds no more than a limit and says so where that is exceeded.

use crate::error::{Error, ErrorKind, Result};

mod event_stream;
#[cfg(test)]
pub(crate) use event_stream::tests;
mod lines;
mod sse;

pub(crate) use event_stream::EventStream;
pub(crate) use lines::Lines;
pub(crate) use sse::Sse;

/// How large a line, an event or a message may be: an image in base64 fits.
pub(crate) const MAX_FRAME: usize = 32 << 20;

/// One frame of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Frame<'a> {
    /// What kind of event it is, empty where the stream does not say.
    pub(crate) name: &'a str,
    /// Whether the stream marks it as a failure.
    pub(crate) failure: bool,
    /// What it holds.
    pub(crate) data: &'a [u8],
}

/// What cuts a stream into frames.
pub(crate) enum Framer {
    /// Server-sent events.
    Sse(Sse),
    /// A line of JSON each.
    Lines(Lines),
    /// Amazon's binary event stream.
    EventStream(EventStream),
}

impl Framer {
    /// Takes the next bytes of the stream.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        match self {
            Self::Sse(sse) => sse.push(chunk),
            Self::Lines(lines) => lines.push(chunk),
            Self::EventStream(stream) => stream.push(chunk),
        }
    }

    /// The next whole frame of what came so far.
    pub(crate) fn next(&mut self) -> Result<Option<Frame<'_>>> {
        match self {
            Self::Sse(sse) => sse.next(),
            Self::EventStream(stream) => stream.next(),
            Self::Lines(lines) => Ok(lines.next()?.map(of_line)),
        }
    }

    /// What came first, if it is nothing that such a stream has in it.
    pub(crate) fn odd(&self) -> Option<&[u8]> {
        match self {
            Self::Sse(sse) => sse.odd(),
            // What is no line of JSON and no message is an error by itself.
            Self::EventStream(_) | Self::Lines(_) => None,
        }
    }

    /// What is left when the stream has ended: a last frame without its end, which may be cut off.
    pub(crate) fn rest(&mut self) -> Option<Frame<'_>> {
        match self {
            Self::Sse(sse) => sse.rest(),
            // A message says how long it is, so what is left of one is none.
            Self::EventStream(_) => None,
            Self::Lines(lines) => lines.rest().map(of_line),
        }
    }
}

fn of_line(data: &[u8]) -> Frame<'_> {
    Frame { name: "", failure: false, data }
}

fn too_large(what: &str, limit: usize) -> Error {
    Error::new(ErrorKind::TooLarge, format!("{what} of the answer is larger than {limit} bytes"))
}
