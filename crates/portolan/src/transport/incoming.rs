//! The body of an answer that is coming. It holds the place of its request among those of its connection until it is
//! read or dropped.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::pool::Lease;

/// The body of an answer; the empty one once it is over.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    body: reqwest::Body,
    lease: Option<Lease>,
}

impl Incoming {
    pub(super) fn new(body: reqwest::Body, lease: Lease) -> Self {
        Self { body, lease: Some(lease) }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(None | Some(Err(_))) = &frame {
            self.lease = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
