//! Decodes server-sent events. Takes chunks split anywhere; returns an event's name and data as soon as its blank line
//! came. Nothing reconnects here: a request that was paid for is not sent again.

use super::{Frame, Lines, too_large};
use crate::error::Result;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// How the lines of a stream begin.
const FIELDS: [&[u8]; 5] = [b"data", b"event", b":", b"id", b"retry"];

/// How much is kept of lines that are none of a stream.
const ODD: usize = 16 << 10;

/// Cuts a stream into events.
pub(crate) struct Sse {
    lines: Lines,
    /// The name of the event that is coming.
    name: String,
    /// Its data; buffers are used again for every event.
    data: Vec<u8>,
    has_data: bool,
    /// Whether the last call gave out the event that is held.
    given: bool,
    first: bool,
    /// The lines that are none of a stream, until an event came.
    odd: Vec<u8>,
    max: usize,
}

impl Sse {
    /// For lines and events of at most this many bytes.
    pub(crate) fn new(max: usize) -> Self {
        Self {
            lines: Lines::new(max),
            name: String::new(),
            data: Vec::new(),
            has_data: false,
            given: false,
            first: true,
            odd: Vec::new(),
            max,
        }
    }

    /// Takes the next bytes of the stream.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.lines.push(chunk);
    }

    /// The next event. One without data is none.
    pub(crate) fn next(&mut self) -> Result<Option<Frame<'_>>> {
        self.reset_given();
        while let Some(mut range) = self.lines.next_range()? {
            if std::mem::take(&mut self.first) && self.lines.at(range.clone()).starts_with(BOM) {
                range.start += BOM.len();
            }
            let line = self.lines.at(range.clone());
            if line.is_empty() {
                if self.has_data {
                    return Ok(Some(self.give()));
                }
                self.name.clear();
                continue;
            }
            let colon = memchr::memchr(b':', line).unwrap_or(line.len());
            let (field, value) = line.split_at(colon);
            let value = value.strip_prefix(b":").unwrap_or(value);
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match field {
                b"data" => {
                    // Nearly every event is one line of data: where its end is here, nothing is copied.
                    let start = range.end - value.len();
                    if !self.has_data && self.lines.take_blank() {
                        self.given = true;
                        let data = self.lines.at(start..range.end);
                        return Ok(Some(Frame { name: &self.name, failure: false, data }));
                    }
                    let value = self.lines.at(start..range.end);
                    if self.data.len() + value.len() >= self.max {
                        return Err(too_large("an event", self.max));
                    }
                    if self.has_data {
                        self.data.push(b'\n');
                    }
                    self.data.extend_from_slice(value);
                    self.has_data = true;
                }
                b"event" => {
                    self.name.clear();
                    self.name.push_str(&String::from_utf8_lossy(value));
                }
                // Comments, ids and times to reconnect after.
                b"" | b"id" | b"retry" => {}
                _ => self.keep_odd(range),
            }
        }
        Ok(None)
    }

    /// Keeps a line that is none of a stream.
    fn keep_odd(&mut self, line: std::ops::Range<usize>) {
        let line = self.lines.at(line);
        let free = ODD.saturating_sub(self.odd.len());
        if free > 0 {
            self.odd.extend_from_slice(&line[..line.len().min(free)]);
            self.odd.push(b'\n');
        }
    }

    /// The lines that are none of a stream, if there are some.
    pub(crate) fn odd(&self) -> Option<&[u8]> {
        (!self.odd.is_empty()).then_some(&*self.odd)
    }

    /// The last event, if the stream ended after a whole line of it and before its blank line. A line that was cut off
    /// is none.
    pub(crate) fn rest(&mut self) -> Option<Frame<'_>> {
        self.reset_given();
        if let Some(line) = self.lines.rest_range()
            && !self.begins_a_field(self.lines.at(line.clone()))
        {
            self.keep_odd(line);
        }
        self.has_data.then(|| self.give())
    }

    /// Whether a line is one of a stream, or was cut off before it could say.
    fn begins_a_field(&self, line: &[u8]) -> bool {
        let line = match line.strip_prefix(BOM) {
            Some(line) if self.first => line,
            _ if self.first && BOM.starts_with(line) => return true,
            _ => line,
        };
        FIELDS.iter().any(|field| line.starts_with(field) || field.starts_with(line))
    }

    fn reset_given(&mut self) {
        if std::mem::take(&mut self.given) {
            self.name.clear();
            self.data.clear();
            self.has_data = false;
        }
    }

    fn give(&mut self) -> Frame<'_> {
        self.given = true;
        Frame { name: &self.name, failure: false, data: &self.data }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sseer::event_stream::EventStream as Oracle;

    use super::*;

    type Pair = (String, String);

    fn pair(frame: Frame<'_>) -> Pair {
        (frame.name.to_owned(), String::from_utf8(frame.data.to_vec()).unwrap())
    }

    fn decode(chunks: &[&[u8]]) -> Vec<Pair> {
        let mut sse = Sse::new(1 << 20);
        let mut out = Vec::new();
        for chunk in chunks {
            sse.push(chunk);
            while let Some(frame) = sse.next().unwrap() {
                out.push(pair(frame));
            }
        }
        out
    }

    #[test]
    fn events_at_every_split() {
        let text = "\u{feff}: hi\r\nevent: a\r\ndata: 1\r\ndata:2\r\n\r\ndata\r\rid: 7\nretry: 5\ndata:  ü\n\n\
                    event: none\n\ndata: cut";
        let expected =
            [("a", "1\n2"), ("", ""), ("", " ü")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        for size in 1..=text.len() {
            let chunks: Vec<_> = text.as_bytes().chunks(size).collect();
            assert_eq!(decode(&chunks), expected, "{size}");
        }
    }

    #[test]
    fn an_event_whose_blank_line_did_not_come_is_the_rest() {
        let mut sse = Sse::new(100);
        sse.push(b"data: [DONE]\n");
        assert_eq!(sse.next().unwrap(), None);
        assert_eq!(sse.rest().map(pair), Some((String::new(), "[DONE]".to_owned())));
        assert_eq!(sse.rest(), None);
        sse.push(b"data: cut of");
        assert_eq!(sse.next().unwrap(), None);
        assert_eq!(sse.rest(), None);
    }

    #[test]
    fn what_is_no_stream_is_kept_to_be_shown() {
        let mut sse = Sse::new(1 << 20);
        sse.push(b": a comment\nid: 7\n{\"error\":\n\"x\"}");
        assert_eq!(sse.next().unwrap(), None);
        assert_eq!(sse.rest(), None);
        assert_eq!(sse.odd(), Some(&b"{\"error\":\n\"x\"}\n"[..]));
        for _ in 0..10_000 {
            sse.push(b"<p>\n");
            assert_eq!(sse.next().unwrap(), None);
        }
        assert!(sse.odd().unwrap().len() <= ODD + 1);
        let mut sse = Sse::new(100);
        sse.push(b"event: x\ndata: cut of");
        assert_eq!(sse.next().unwrap(), None);
        assert_eq!(sse.rest(), None);
        assert_eq!(sse.odd(), None);
    }

    #[test]
    fn an_event_of_many_lines_is_refused_at_the_limit() {
        let mut sse = Sse::new(100);
        let error = std::iter::repeat_with(|| {
            sse.push(b"data: 0123456789\n");
            sse.next().map(|frame| assert!(frame.is_none()))
        })
        .take(20)
        .find_map(Result::err);
        assert_eq!(error.unwrap().kind(), crate::ErrorKind::TooLarge);
    }

    /// What another decoder makes of the same chunks.
    fn oracle(chunks: Vec<Vec<u8>>) -> Vec<Pair> {
        let chunks =
            chunks.into_iter().map(|chunk| Ok::<_, std::io::Error>(bytes::Bytes::from(chunk)));
        let mut stream =
            std::pin::pin!(Oracle::new(Chunks(chunks.collect::<Vec<_>>().into_iter())));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut out = Vec::new();
        while let std::task::Poll::Ready(Some(event)) =
            futures_core::Stream::poll_next(stream.as_mut(), &mut context)
        {
            let event = event.unwrap();
            let name = if event.event == "message" { "" } else { &*event.event };
            out.push((name.to_owned(), event.data.to_string()));
        }
        out
    }

    /// Chunks as a stream that is always ready.
    struct Chunks(std::vec::IntoIter<std::io::Result<bytes::Bytes>>);

    impl futures_core::Stream for Chunks {
        type Item = std::io::Result<bytes::Bytes>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.next())
        }
    }

    proptest! {
        #[test]
        fn another_decoder_sees_the_same_events(
            lines in proptest::collection::vec(
                // An `event` without a value is left out: it sets no name by the standard, and the other decoder
                // keeps the name from before.
                ("(data|id|retry|:|dat|)(:|: |)[a-zü :]{0,6}|event(:|: )[a-zü:]{1,6}", "(\n|\r|\r\n|\n\n|\r\r|\r\n\r\n)"),
                0..24,
            ),
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..8),
            bom in any::<bool>(),
        ) {
            let mut text = String::from(if bom { "\u{feff}" } else { "" });
            for (line, end) in &lines {
                text.push_str(line);
                text.push_str(end);
            }
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let chunks: Vec<_> =
                cuts.windows(2).map(|cut| text.as_bytes()[cut[0]..cut[1]].to_vec()).collect();
            let slices: Vec<_> = chunks.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(decode(&slices), oracle(chunks));
        }
    }
}
