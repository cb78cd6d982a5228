//! A stream of text, or of the arguments of a call, is the same frame again and again but for the text, for numbers and
//! padding that nobody reads, and in some streams for the numbers of its usage. Takes each frame, and the text in it where
//! the frame said nothing else; returns the text of the next frame if all around it is the same, so that no more than the
//! text need be read as JSON. What it returns is what
//! reading the frame would give: equal bytes around whole values are equal JSON.

use std::borrow::Cow;

use portolan_types::Api;

/// Fields of the apis that no decoder reads and that differ from frame to frame: padding and numbers of `OpenAI`, times
/// of servers that stamp each chunk, of `Ollama` too, padding of Bedrock.
const UNREAD: [&[u8]; 5] =
    [b"\"obfuscation\":", b"\"sequence_number\":", b"\"created\":", b"\"created_at\":", b"\"p\":"];

/// Fields of `openai-completions` that no decoder reads where a frame is only text: Together repeats the text beside its
/// delta, with the number of the token.
const UNREAD_OF_COMPLETIONS: [&[u8]; 2] = [b"\"token_id\":", b"\"text\":"];

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
    is_completions: bool,
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
    /// A whole number, one that nobody reads or one of the usage.
    Number,
    /// Where the usage begins.
    UsageStart,
    /// Where it ends.
    UsageEnd,
}

/// What a frame added, as it lies in it, where it did nothing else.
#[derive(Clone, Copy)]
pub(super) struct Only<'f> {
    /// The inside of the string that is the text.
    pub(super) text: &'f str,
    /// The usage object, where the frame states one.
    pub(super) usage: Option<&'f str>,
}

/// What a frame adds that is like the last.
pub(super) struct Again<'f> {
    pub(super) text: Cow<'f, str>,
    pub(super) usage: Option<&'f str>,
}

impl Repeat {
    /// For the frames of an api.
    pub(super) fn of(api: Api) -> Self {
        Self { is_completions: api == Api::OpenaiCompletions, ..Self::default() }
    }

    /// What a frame adds that is the last one but for it. Where there is none, the frame is read and then given to
    /// [`Repeat::keep`].
    pub(super) fn again<'f>(&mut self, frame: &'f [u8]) -> Option<Again<'f>> {
        if !self.kept {
            return None;
        }
        let (mut rest, mut start, mut text, mut usage) = (frame, 0, None, 0..0);
        for hole in &self.holes {
            rest = rest.strip_prefix(self.same.get(start..hole.at)?)?;
            start = hole.at;
            let (value, after) = rest.split_at(hole.kind.length(rest)?);
            let end = frame.len() - after.len();
            match hole.kind {
                // With its quotes, which are around every text that is kept.
                Kind::Text => text = frame.get(end - value.len() - 1..=end),
                Kind::UsageStart => usage.start = end,
                Kind::UsageEnd => usage.end = end,
                Kind::Word | Kind::Number if !value.is_ascii() => return None,
                Kind::Word | Kind::Number => {}
            }
            rest = after;
        }
        let text = text.filter(|_| self.same.get(start..) == Some(rest))?;
        let text = unquoted(text)?;
        let usage = match frame.get(usage)? {
            b"" => None,
            usage => Some(std::str::from_utf8(usage).ok()?),
        };
        self.in_vain = 0;
        Some(Again { text, usage })
    }

    /// Keeps a frame that did nothing but add a text and say its usage, both of which lie in it; forgets the last one
    /// where it did more.
    pub(super) fn keep(&mut self, frame: &[u8], only: Option<Only<'_>>) {
        self.kept = false;
        // An empty text opens no part that the next could go on with.
        let fits = |only: &Only<'_>| !only.text.is_empty() && self.in_vain < PATIENCE;
        let Some(Only { text, usage }) = only.filter(fits) else { return };
        let start = place(frame, text);
        let is_there = start > 0
            && frame.get(start - 1) == Some(&b'"')
            && frame.get(start.saturating_add(text.len())) == Some(&b'"');
        if !is_there {
            return;
        }
        let mut holes = self.unread(frame);
        holes.push((start, text.len(), Kind::Text));
        if let Some(usage) = usage {
            let start = place(frame, usage);
            if !usage.starts_with('{') || frame.get(start..start + usage.len()).is_none() {
                return;
            }
            holes.push((start, 0, Kind::UsageStart));
            holes.extend(numbers(usage.as_bytes(), start));
            holes.push((start + usage.len(), 0, Kind::UsageEnd));
        }
        self.in_vain += 1;
        self.kept = true;
        holes.sort_unstable_by_key(|(start, ..)| *start);
        holes.dedup_by_key(|(start, ..)| *start);
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

    /// Start, length and kind of each value in a frame that nobody reads. An unescaped quote before a colon ends a key, so
    /// no text is taken for one.
    fn unread(&self, frame: &[u8]) -> Vec<(usize, usize, Kind)> {
        let more = UNREAD_OF_COMPLETIONS.iter().filter(|_| self.is_completions);
        let keys = UNREAD
            .iter()
            .chain(more)
            .flat_map(|key| memchr::memmem::find_iter(frame, key).map(|start| start + key.len()));
        let holes = keys.filter_map(|start| {
            let quoted = frame.get(start) == Some(&b'"');
            let (start, kind) =
                if quoted { (start + 1, Kind::Word) } else { (start, Kind::Number) };
            Some((start, kind.length(frame.get(start..)?)?, kind))
        });
        holes.collect()
    }
}

/// Where a text begins in the frame that it lies in.
fn place(frame: &[u8], text: &str) -> usize {
    text.as_ptr().addr().wrapping_sub(frame.as_ptr().addr())
}

/// Start, length and kind of each whole number in an object that begins here.
fn numbers(object: &[u8], start: usize) -> Vec<(usize, usize, Kind)> {
    let (mut holes, mut quoted, mut at) = (Vec::new(), false, 0);
    while let Some(byte) = object.get(at) {
        let number = byte.is_ascii_digit() && !quoted;
        let length = if number { Kind::Number.length(&object[at..]) } else { None };
        if let Some(length) = length {
            holes.push((start + at, length, Kind::Number));
        }
        // What is escaped is no end of a text.
        at += if quoted && *byte == b'\\' { 2 } else { length.unwrap_or(1) };
        quoted ^= *byte == b'"';
    }
    holes
}

/// The text that a string of JSON is.
fn unquoted(quoted: &[u8]) -> Option<Cow<'_, str>> {
    if memchr::memchr(b'\\', quoted).is_some() {
        return serde_json::from_slice::<String>(quoted).ok().map(Cow::Owned);
    }
    let text = quoted.get(1..quoted.len() - 1)?;
    std::str::from_utf8(text).ok().map(Cow::Borrowed)
}

impl Kind {
    /// How long a plain value is that lies at the start of these bytes.
    fn length(self, bytes: &[u8]) -> Option<usize> {
        if matches!(self, Self::UsageStart | Self::UsageEnd) {
            return Some(0);
        }
        if self == Self::Number {
            let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let plain = length == 1 || length > 1 && bytes.first() != Some(&b'0');
            return plain.then_some(length);
        }
        let special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
        let mut length = 0;
        loop {
            length += bytes.get(length..)?.iter().position(special)?;
            match bytes.get(length)? {
                b'"' => return Some(length),
                b'\\' if self == Self::Text => length += 2,
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
impl Repeat {
    /// One that keeps nothing, so that every frame is read.
    pub(super) fn off() -> Self {
        Self { in_vain: PATIENCE, ..Self::default() }
    }

    /// The text of a frame that is the last one but for it.
    fn text<'f>(&mut self, frame: &'f [u8]) -> Option<Cow<'f, str>> {
        self.again(frame).map(|again| again.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Only<'_> {
        Only { text, usage: None }
    }

    #[test]
    fn the_numbers_of_a_usage_may_differ_and_its_fields_may_not() {
        let frame = r#"{"t":"TEXT","u": {"a": 1,"b 2":[{"k":"X 3","n":40}]},"n":5}"#;
        let (text, usage) = (&frame[6..10], &frame[17..frame.len() - 7]);
        let mut repeat = Repeat::default();
        repeat.keep(frame.as_bytes(), Some(Only { text, usage: Some(usage) }));
        for (frame, expected) in [
            (frame, Some(usage)),
            (
                r#"{"t":"x","u": {"a": 27,"b 2":[{"k":"X 3","n":0}]},"n":5}"#,
                Some(r#"{"a": 27,"b 2":[{"k":"X 3","n":0}]}"#),
            ),
            (r#"{"t":"x","u": {"a": -1,"b 2":[{"k":"X 3","n":0}]},"n":5}"#, None),
            (r#"{"t":"x","u": {"a": 1,"b 4":[{"k":"X 3","n":0}]},"n":5}"#, None),
            (r#"{"t":"x","u": {"a": 1,"b 2":[{"k":"X 4","n":0}]},"n":5}"#, None),
            (r#"{"t":"x","u": {"a": 1,"b 2":[{"k":"X 3","n":0}]},"n":6}"#, None),
            (r#"{"t":"x","u": {"a": 1},"n":5}"#, None),
        ] {
            let usage = repeat.again(frame.as_bytes()).map(|again| again.usage.unwrap());
            assert_eq!(usage, expected, "{frame}");
        }
    }

    fn kept(frame: &str) -> Repeat {
        let mut repeat = Repeat::default();
        let start = frame.find("TEXT").unwrap();
        repeat.keep(frame.as_bytes(), Some(only(&frame[start..start + 4])));
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
            (br#"{"a":"x\n\"\u00e9","b":1}"#, Some("x\n\"\u{e9}")),
            (br#"{"a":"x\y","b":1}"#, None),
            (br#"{"a":"x\","b":1}"#, None),
            (br#"{"a":"x\ud800","b":1}"#, None),
            (b"{\"a\":\"x\ny\",\"b\":1}", None),
            (b"{\"a\":\"\xff\",\"b\":1}", None),
            (br#"{"a":","b":1}"#, None),
            (b"", None),
        ] {
            let text = repeat.text(frame);
            assert_eq!(text.as_deref(), expected, "{}", String::from_utf8_lossy(frame));
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
            assert_eq!(repeat.text(frame.as_bytes()).as_deref(), expected, "{frame}");
        }
        // Of completions a second text is one more.
        let together = r#"{"choices":[{"text":"TEXT","delta":{"token_id":7,"content":"TEXT"}}]}"#;
        let start = together.rfind("TEXT").unwrap();
        let other = br#"{"choices":[{"text":"a b","delta":{"token_id":19,"content":"a b"}}]}"#;
        for (api, expected) in
            [(Api::OpenaiCompletions, Some("a b")), (Api::AnthropicMessages, None)]
        {
            let mut repeat = Repeat::of(api);
            repeat.keep(together.as_bytes(), Some(only(&together[start..start + 4])));
            assert_eq!(repeat.text(other).as_deref(), expected);
        }
        // A text that looks like such a field is none.
        let mut repeat = kept(r#"{"a":"\"created\":1","b":"TEXT"}"#);
        assert_eq!(repeat.text(br#"{"a":"\"created\":2","b":"x"}"#), None);
        let text = repeat.text(br#"{"a":"\"created\":1","b":"x"}"#);
        assert_eq!(text.as_deref(), Some("x"));
    }

    #[test]
    fn what_lies_elsewhere_or_is_no_whole_text_is_not_kept() {
        let frame = br#"{"a":"TEXT"}"#;
        let empty = std::str::from_utf8(&frame[6..6]).unwrap();
        for text in ["TEXT", empty, std::str::from_utf8(&frame[6..9]).unwrap(), ""] {
            let mut repeat = Repeat::default();
            repeat.keep(frame, Some(only(text)));
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
            repeat.keep(frame.as_bytes(), Some(only(&frame[end - 1..end])));
        }
        assert!(!repeat.kept);
    }
}
