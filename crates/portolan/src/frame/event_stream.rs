//! Decodes Amazon's binary event stream: messages with lengths, checksums, headers and a payload. A message is given
//! out only if both of its checksums are right.

use super::{Frame, too_large};
use crate::error::{Error, ErrorKind, Result};

/// Two lengths and their checksum.
const PRELUDE: usize = 12;
/// The prelude and the checksum of the message.
const LEAST: usize = PRELUDE + 4;

/// Cuts a stream into messages.
pub(crate) struct EventStream {
    buffer: Vec<u8>,
    start: usize,
    max: usize,
}

impl EventStream {
    /// For messages of at most this many bytes.
    pub(crate) fn new(max: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, max }
    }

    /// Takes the next bytes of the stream.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next whole message.
    pub(crate) fn next(&mut self) -> Result<Option<Frame<'_>>> {
        let bytes = &self.buffer[self.start..];
        let Some(prelude) = bytes.first_chunk::<PRELUDE>() else { return Ok(None) };
        let (total, headers) = (number(&prelude[..4]), number(&prelude[4..8]));
        // The lengths are believed only after their checksum: a wrong one would wait for what never comes.
        if crc32fast::hash(&prelude[..8]) != number_u32(&prelude[8..]) {
            return Err(broken("the checksum of a message's lengths is wrong"));
        }
        if total > self.max {
            return Err(too_large("a message", self.max));
        }
        if total < LEAST || headers > total - LEAST {
            return Err(broken("the lengths of a message contradict each other"));
        }
        let Some(message) = bytes.get(..total) else { return Ok(None) };
        let (covered, checksum) = message.split_at(total - 4);
        if crc32fast::hash(covered) != number_u32(checksum) {
            return Err(broken("the checksum of a message is wrong"));
        }
        self.start += total;
        let (headers, data) = covered[PRELUDE..].split_at(headers);
        let headers = Headers::read(headers)?;
        let failure = headers.kind != "event" && !headers.kind.is_empty();
        Ok(Some(Frame { name: headers.name, failure, data }))
    }
}

/// The headers that matter.
#[derive(Default)]
struct Headers<'a> {
    /// `event`, `exception` or `error`.
    kind: &'a str,
    /// What kind of event or failure.
    name: &'a str,
}

impl<'a> Headers<'a> {
    fn read(mut bytes: &'a [u8]) -> Result<Self> {
        let mut headers = Self::default();
        while let Some((&length, rest)) = bytes.split_first() {
            let (name, rest) = split(rest, length.into())?;
            let (kind, rest) = split(rest, 1)?;
            let (value, rest) = match kind[0] {
                0 | 1 => split(rest, 0)?,
                2 => split(rest, 1)?,
                3 => split(rest, 2)?,
                4 => split(rest, 4)?,
                5 | 8 => split(rest, 8)?,
                6 | 7 => {
                    let (length, rest) = split(rest, 2)?;
                    split(rest, number(length))?
                }
                9 => split(rest, 16)?,
                _ => return Err(broken("a header of a message has a type that does not exist")),
            };
            let text = std::str::from_utf8(value).unwrap_or_default();
            match name {
                b":message-type" => headers.kind = text,
                b":event-type" | b":exception-type" | b":error-code" => headers.name = text,
                _ => {}
            }
            bytes = rest;
        }
        Ok(headers)
    }
}

fn split(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8])> {
    bytes.split_at_checked(at).ok_or_else(|| broken("a header of a message is cut off"))
}

/// A big-endian number.
fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn number_u32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::Protocol, what)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A message as Amazon's services write it.
    pub(crate) fn message(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
        let mut block = Vec::new();
        for (name, value) in headers {
            block.push(u8::try_from(name.len()).unwrap());
            block.extend_from_slice(name.as_bytes());
            block.push(7);
            block.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
            block.extend_from_slice(value.as_bytes());
        }
        let total = u32::try_from(LEAST + block.len() + payload.len()).unwrap();
        let mut out = total.to_be_bytes().to_vec();
        out.extend_from_slice(&u32::try_from(block.len()).unwrap().to_be_bytes());
        out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
        out.extend_from_slice(&block);
        out.extend_from_slice(payload);
        out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
        out
    }

    fn event(name: &str, payload: &str) -> Vec<u8> {
        message(&[(":event-type", name), (":message-type", "event")], payload.as_bytes())
    }

    #[test]
    fn the_empty_message_of_the_format_s_own_tests() {
        let bytes = [0, 0, 0, 0x10, 0, 0, 0, 0, 5, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff];
        assert_eq!(message(&[], b""), bytes);
        let mut stream = EventStream::new(100);
        stream.push(&bytes);
        assert_eq!(stream.next().unwrap().unwrap().data, b"");
    }

    #[test]
    fn messages_at_every_split() {
        let mut bytes = event("contentBlockDelta", "{\"a\":1}");
        let failure = [(":exception-type", "throttlingException"), (":message-type", "exception")];
        bytes.extend(message(&failure, b"{}"));
        for size in 1..=bytes.len() {
            let mut stream = EventStream::new(1000);
            let mut out = Vec::new();
            for chunk in bytes.chunks(size) {
                stream.push(chunk);
                while let Some(frame) = stream.next().unwrap() {
                    out.push((frame.name.to_owned(), frame.failure, frame.data.to_vec()));
                }
            }
            assert_eq!(
                out,
                [
                    ("contentBlockDelta".to_owned(), false, b"{\"a\":1}".to_vec()),
                    ("throttlingException".to_owned(), true, b"{}".to_vec()),
                ],
                "{size}"
            );
        }
    }

    #[test]
    fn a_wrong_byte_anywhere_is_seen_or_waits_for_more() {
        let bytes = event("metadata", "{}");
        for position in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[position] ^= 0x40;
            let mut stream = EventStream::new(1000);
            stream.push(&bytes);
            assert_eq!(stream.next().unwrap_err().kind(), ErrorKind::Protocol, "{position}");
        }
    }

    #[test]
    fn a_message_that_is_cut_off_is_none_and_one_that_is_too_large_an_error() {
        let bytes = event("metadata", "{}");
        let mut stream = EventStream::new(1000);
        stream.push(&bytes[..bytes.len() - 1]);
        assert!(stream.next().unwrap().is_none());
        let mut stream = EventStream::new(20);
        stream.push(&bytes);
        assert_eq!(stream.next().unwrap_err().kind(), ErrorKind::TooLarge);
    }
}
