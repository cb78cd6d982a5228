//! A stream of text is the same frame again and again but for the text, and in some streams for a number or a time that
//! nobody reads. Takes each frame, and the text in it where the frame said nothing else; returns the text of the next
//! frame if all around it is the same, so that it need not be read as JSON. What it returns is what reading the frame
//! would give: equal bytes around plain values are equal JSON.

/// Fields of the apis that no decoder reads and that differ from frame to frame: padding and numbers of `OpenAI`, times
/// of servers that stamp each chunk, of `Ollama` too.
const UNREAD: [&[u8]; 4] =
    [b"\"obfuscation\":", b"\"sequence_number\":", b"\"created\":", b"\"created_at\":"];

/// Frames in a row that were each kept for nothing before it gives up.
const PATIENCE: u8 = 16;

/// The last frame that was only text, as what is the same in the next.
#[derive(Default)]
pub(super) struct Repeat {
    /// The frame without what is in its holes.
    same: Vec<u8>,
    /// What differs, in order.
    holes: Vec<Hole>,
    /// Whether the last frame is kept.
    kept: bool,
    in_vain: u8,
}

/// A value that may be another one.
struct Hole {
    /// How much of what is the same comes before it.
    at: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The inside of the string that is the text.
    Text,
    /// The inside of a string that nobody reads.
    Word,
    /// A whole number that nobody reads.
    Number,
}

impl Repeat {
    /// The text of a frame that is the last one but for it. Where there is none, the frame is read and then given to
    /// [`Repeat::keep`].
    pub(super) fn text<'f>(&mut self, frame: &'f [u8]) -> Option<&'f str> {
        if !self.kept {
            return None;
        }
        let (mut rest, mut start, mut text) = (frame, 0, None);
        for hole in &self.holes {
            rest = rest.strip_prefix(self.same.get(start..hole.at)?)?;
            start = hole.at;
            let (value, after) = rest.split_at(hole.kind.length(rest)?);
            if hole.kind == Kind::Text {
                text = std::str::from_utf8(value).ok();
            } else if !value.is_ascii() {
                return None;
            }
            rest = after;
        }
        let text = text.filter(|_| self.same.get(start..) == Some(rest))?;
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
        let is_there = start > 0
            && frame.get(start - 1) == Some(&b'"')
            && frame.get(start.saturating_add(text.len())) == Some(&b'"');
        if !is_there {
            return;
        }
        self.in_vain += 1;
        self.kept = true;
        let mut holes = unread(frame);
        holes.push((start, text.len(), Kind::Text));
        holes.sort_unstable_by_key(|(start, ..)| *start);
        self.same.clear();
        self.holes.clear();
        let mut done = 0;
        for (start, length, kind) in holes {
            self.same.extend_from_slice(frame.get(done..start).unwrap_or_default());
            self.holes.push(Hole { at: self.same.len(), kind });
            done = start + length;
        }
        self.same.extend_from_slice(frame.get(done..).unwrap_or_default());
    }
}

/// Start, length and kind of each value in a frame that nobody reads. An unescaped quote before a colon ends a key, so
/// no text is taken for one.
fn unread(frame: &[u8]) -> Vec<(usize, usize, Kind)> {
    let keys = UNREAD
        .iter()
        .flat_map(|key| memchr::memmem::find_iter(frame, key).map(|start| start + key.len()));
    let holes = keys.filter_map(|start| {
        let quoted = frame.get(start) == Some(&b'"');
        let (start, kind) = if quoted { (start + 1, Kind::Word) } else { (start, Kind::Number) };
        Some((start, kind.length(frame.get(start..)?)?, kind))
    });
    holes.collect()
}

impl Kind {
    /// How long a plain value is that lies at the start of these bytes.
    fn length(self, bytes: &[u8]) -> Option<usize> {
        if self == Self::Number {
            let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let plain = length == 1 || length > 1 && bytes.first() != Some(&b'0');
            return plain.then_some(length);
        }
        let special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
        let length = bytes.iter().position(special)?;
        (bytes.get(length) == Some(&b'"')).then_some(length)
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
    fn what_nobody_reads_may_differ() {
        let mut repeat =
            kept(r#"{"sequence_number":7,"delta":"TEXT","obfuscation":"x","created":10}"#);
        for (frame, expected) in [
            (r#"{"sequence_number":12,"delta":"a","obfuscation":"","created":9}"#, Some("a")),
            (r#"{"sequence_number":0,"delta":"a","obfuscation":"yz","created":9}"#, Some("a")),
            (r#"{"sequence_number":012,"delta":"a","obfuscation":"yz","created":9}"#, None),
            (r#"{"sequence_number":,"delta":"a","obfuscation":"yz","created":9}"#, None),
            (r#"{"sequence_number":-1,"delta":"a","obfuscation":"yz","created":9}"#, None),
            (r#"{"sequence_number":1.5,"delta":"a","obfuscation":"yz","created":9}"#, None),
            (r#"{"sequence_number":1,"delta":"a","obfuscation":"y\"z","created":9}"#, None),
            (r#"{"sequence_number":1,"delta":"a","obfuscation":null,"created":9}"#, None),
            (r#"{"sequence_number":1,"delta":"a","obfuscation":"y","created":9,"b":1}"#, None),
        ] {
            assert_eq!(repeat.text(frame.as_bytes()), expected, "{frame}");
        }
        // A text that looks like such a field is none.
        let mut repeat = kept(r#"{"a":"\"created\":1","b":"TEXT"}"#);
        assert_eq!(repeat.text(br#"{"a":"\"created\":2","b":"x"}"#), None);
        assert_eq!(repeat.text(br#"{"a":"\"created\":1","b":"x"}"#), Some("x"));
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
