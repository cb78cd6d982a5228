//! Cuts bytes into lines that end in LF, CR or both. A CR ends its line at once, so that nothing waits for an LF that
//! may not come.

use std::ops::Range;

use super::too_large;
use crate::error::Result;

/// Cuts a stream into lines.
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// Where the line that is still open starts.
    start: usize,
    /// Up to where no line end was found.
    searched: usize,
    /// Whether the last line ended in a CR, so that an LF right after it belongs to it.
    after_cr: bool,
    max: usize,
}

impl Lines {
    /// For lines of at most this many bytes.
    pub(crate) fn new(max: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, searched: 0, after_cr: false, max }
    }

    /// Takes the next bytes of the stream.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        // What was read is dropped here, once a chunk, so that no line is moved twice.
        self.buffer.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next whole line, without its end.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>> {
        Ok(self.next_range()?.map(|line| &self.buffer[line]))
    }

    /// Where the next whole line lies, until more is pushed.
    pub(crate) fn next_range(&mut self) -> Result<Option<Range<usize>>> {
        if self.after_cr && self.start < self.buffer.len() {
            self.after_cr = false;
            if self.buffer[self.start] == b'\n' {
                self.start += 1;
                self.searched = self.searched.max(self.start);
            }
        }
        let found = memchr::memchr2(b'\n', b'\r', &self.buffer[self.searched..]);
        let end = found.map_or(self.buffer.len(), |offset| self.searched + offset);
        if end - self.start > self.max {
            return Err(too_large("a line", self.max));
        }
        self.searched = end;
        if found.is_none() {
            return Ok(None);
        }
        let line = self.start..end;
        self.after_cr = self.buffer[end] == b'\r';
        self.start = end + 1;
        self.searched = self.start;
        Ok(Some(line))
    }

    /// The bytes of a line.
    pub(crate) fn at(&self, line: Range<usize>) -> &[u8] {
        &self.buffer[line]
    }

    /// Takes the next line if it is already here and empty.
    pub(crate) fn take_blank(&mut self) -> bool {
        let mut at = self.start;
        if self.after_cr && self.buffer.get(at) == Some(&b'\n') {
            at += 1;
        }
        let Some(end @ (b'\n' | b'\r')) = self.buffer.get(at) else { return false };
        self.after_cr = *end == b'\r';
        self.start = at + 1;
        self.searched = self.start;
        true
    }

    /// The last line, if the stream ended without its end.
    pub(crate) fn rest(&mut self) -> Option<&[u8]> {
        self.rest_range().map(|line| &self.buffer[line])
    }

    /// Where the last line lies, if the stream ended without its end.
    pub(crate) fn rest_range(&mut self) -> Option<Range<usize>> {
        let line = self.start..self.buffer.len();
        self.start = self.buffer.len();
        self.searched = self.start;
        (!line.is_empty()).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, size: usize) -> Vec<String> {
        let mut lines = Lines::new(1000);
        let mut out = Vec::new();
        let text_of = |line: &[u8]| String::from_utf8(line.to_vec()).unwrap();
        for chunk in text.as_bytes().chunks(size) {
            lines.push(chunk);
            while let Some(line) = lines.next().unwrap() {
                out.push(text_of(line));
            }
        }
        out.extend(lines.rest().map(text_of));
        out
    }

    #[test]
    fn every_line_end_at_every_split() {
        let text = "a\nb\rc\r\nd\r\r\ne\n\nf";
        for size in 1..text.len() {
            assert_eq!(lines(text, size), ["a", "b", "c", "d", "", "e", "", "f"], "{size}");
        }
    }

    #[test]
    fn a_cr_ends_a_line_before_anything_follows() {
        let mut lines = Lines::new(10);
        lines.push(b"a\r");
        assert_eq!(lines.next().unwrap(), Some(&b"a"[..]));
        lines.push(b"\n");
        assert_eq!(lines.next().unwrap(), None);
        assert_eq!(lines.rest(), None);
    }

    #[test]
    fn a_line_without_end_is_refused_at_the_limit() {
        let mut lines = Lines::new(10);
        lines.push(b"0123456789");
        assert_eq!(lines.next().unwrap(), None);
        lines.push(b"0");
        assert_eq!(lines.next().unwrap_err().kind(), crate::ErrorKind::TooLarge);
    }
}
