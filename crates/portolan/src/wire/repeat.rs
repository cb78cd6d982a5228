//! A stream of text is the same frame again and again but for the text. Takes each frame, and the text in it where the
//! frame said nothing else; returns the text of the next frame if all around it is the same, so that it need not be
//! read as JSON. What it returns is what reading the frame would give: equal bytes around a text that holds no quote, no
//! escape and no control character are equal JSON.

/// Frames in a row that were each kept for nothing before it gives up: some servers put a number or a time into each.
const PATIENCE: u8 = 16;

/// The last frame that was only text.
#[derive(Default)]
pub(super) struct Repeat {
    head: Vec<u8>,
    tail: Vec<u8>,
    /// Whether the last frame is kept.
    kept: bool,
    in_vain: u8,
}

impl Repeat {
    /// The text of a frame that is the last one but for it. Where there is none, the frame is read and then given to
    /// [`Repeat::keep`].
    pub(super) fn text<'f>(&mut self, frame: &'f [u8]) -> Option<&'f str> {
        if !self.kept {
            return None;
        }
        let text = frame.strip_prefix(&*self.head)?.strip_suffix(&*self.tail)?;
        let plain = text.iter().all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\');
        let text = std::str::from_utf8(text).ok().filter(|_| plain)?;
        self.in_vain = 0;
        Some(text)
    }

    /// Keeps a frame that did nothing but add a text, which lies in it; forgets the last one where there is no text.
    pub(super) fn keep(&mut self, frame: &[u8], text: Option<&str>) {
        self.kept = false;
        // An empty text opens no part that the next could go on with.
        let fits = |text: &&str| !text.is_empty() && self.in_vain < PATIENCE;
        let Some(text) = text.filter(fits) else { return };
        let start = text.as_ptr().addr().wrapping_sub(frame.as_ptr().addr());
        let around = frame.split_at_checked(start).and_then(|(head, rest)| {
            let tail = rest.get(text.len()..)?;
            (head.ends_with(b"\"") && tail.starts_with(b"\"")).then_some((head, tail))
        });
        let Some((head, tail)) = around else { return };
        self.in_vain += 1;
        self.kept = true;
        for (held, part) in [(&mut self.head, head), (&mut self.tail, tail)] {
            held.clear();
            held.extend_from_slice(part);
        }
    }
}

#[cfg(test)]
impl Repeat {
    /// One that keeps nothing, so that every frame is read.
    pub(super) fn off() -> Self {
        Self { in_vain: PATIENCE, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(frame: &str) -> Repeat {
        let mut repeat = Repeat::default();
        let start = frame.find("TEXT").unwrap();
        repeat.keep(frame.as_bytes(), Some(&frame[start..start + 4]));
        repeat
    }

    #[test]
    fn only_a_plain_text_between_the_same_bytes() {
        let mut repeat = kept(r#"{"a":"TEXT","b":1}"#);
        for (frame, expected) in [
            (&br#"{"a":"more","b":1}"#[..], Some("more")),
            (br#"{"a":"","b":1}"#, Some("")),
            ("{\"a\":\"\u{e9}\u{7f}\",\"b\":1}".as_bytes(), Some("\u{e9}\u{7f}")),
            (br#"{"a":"more","b":2}"#, None),
            (br#"{"a":"x","c":"y","b":1}"#, None),
            (br#"{"a":"x\n","b":1}"#, None),
            (b"{\"a\":\"x\ny\",\"b\":1}", None),
            (b"{\"a\":\"\xff\",\"b\":1}", None),
            (br#"{"a":","b":1}"#, None),
            (b"", None),
        ] {
            assert_eq!(repeat.text(frame), expected, "{}", String::from_utf8_lossy(frame));
        }
        repeat.keep(b"{}", None);
        assert_eq!(repeat.text(br#"{"a":"more","b":1}"#), None);
    }

    #[test]
    fn what_lies_elsewhere_or_is_no_whole_text_is_not_kept() {
        let frame = br#"{"a":"TEXT"}"#;
        let empty = std::str::from_utf8(&frame[6..6]).unwrap();
        for text in ["TEXT", empty, std::str::from_utf8(&frame[6..9]).unwrap(), ""] {
            let mut repeat = Repeat::default();
            repeat.keep(frame, Some(text));
            assert_eq!(repeat.text(frame), None);
        }
    }

    #[test]
    fn it_gives_up_on_frames_that_are_never_the_same() {
        let mut repeat = Repeat::default();
        for number in 0..100 {
            let frame = format!(r#"{{"n":{number},"a":"x"}}"#);
            assert_eq!(repeat.text(frame.as_bytes()), None);
            let end = frame.len() - 2;
            repeat.keep(frame.as_bytes(), Some(&frame[end - 1..end]));
        }
        assert!(!repeat.kept);
    }
}
