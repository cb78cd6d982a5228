//! Answers of any bytes, as every api streams them: the same events however they are cut into pieces, whatever the frames
//! before were like, and a cut that is told.

use portolan::wire::{Decoder, Target, decode_whole};
use portolan::{Answer, ErrorKind, Event};
use portolan_types::Api;

use crate::answers;
use crate::mutate::Random;

/// Bytes that come one by one at most.
const ONE_BY_ONE: usize = 2 << 10;

/// Reads an answer in every way.
pub(crate) fn read(input: &[u8]) {
    let Some((api, came)) = answers::of(input) else { return };
    let [entry, _] = answers::entries();
    let target = Target::new(entry, api);
    let stream = &*answers::carried(api, came);
    let whole = Heard::of(&target, [stream]);
    whole.check();
    let mut random = Random::new(seed(input));
    for most in [3, 40, 4_000] {
        let pieces = pieces(stream, most, &mut random);
        assert_eq!(Heard::of(&target, pieces), whole, "in pieces of at most {most} bytes");
    }
    if stream.len() <= ONE_BY_ONE {
        assert_eq!(Heard::of(&target, stream.chunks(1)), whole, "byte by byte");
    }
    let apart = Heard::of(&target, [&*answers::carried(api, &told_apart(api, came))]);
    let kind = |heard: &Heard| heard.end.as_ref().err().map(|(kind, _)| *kind);
    assert_eq!((&apart.events, kind(&apart)), (&whole.events, kind(&whole)), "frames that differ");
    for _ in 0..2 {
        cut(&target, stream, random.below(stream.len() + 1), &whole);
    }
    let _ = decode_whole(&target, stream);
}

/// What is heard of an answer.
#[derive(Debug, PartialEq)]
struct Heard {
    events: Vec<Event>,
    /// How many of the events came before the end was known.
    before: usize,
    end: Result<(), (ErrorKind, String)>,
}

impl Heard {
    fn of<'p>(target: &Target, pieces: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut decoder = Decoder::new(target);
        let mut heard = Self { events: Vec::new(), before: 0, end: Ok(()) };
        let end = heard.hear(&mut decoder, pieces);
        heard.end = end.map_err(|error| (error.kind(), error.to_string()));
        // What came before an error can still be had.
        let partial = decoder.partial();
        if heard.end.is_err() {
            assert_eq!(heard.said(), [partial.text(), partial.reasoning()]);
        }
        heard
    }

    fn hear<'p>(
        &mut self,
        decoder: &mut Decoder,
        pieces: impl IntoIterator<Item = &'p [u8]>,
    ) -> portolan::Result<()> {
        for piece in pieces {
            decoder.push(piece);
            while let Some(event) = decoder.next_event()? {
                self.events.push(event);
            }
            assert!(decoder.settled() || !decoder.ended());
        }
        self.before = self.events.len();
        // What the last frame said is heard also where the answer breaks off.
        let end = decoder.finish();
        while let Some(event) = decoder.next_event()? {
            self.events.push(event);
        }
        end
    }

    /// The text and the reasoning that came in pieces.
    fn said(&self) -> [String; 2] {
        let (mut text, mut reasoning) = (String::new(), String::new());
        for event in &self.events {
            match event {
                Event::Text(more) => text += more,
                Event::Reasoning(more) => reasoning += more,
                _ => {}
            }
        }
        [text, reasoning]
    }

    /// One end or one error, and what was said in pieces is what the answer says.
    fn check(&self) {
        let ends = self.events.iter().filter(|event| matches!(event, Event::Done(_))).count();
        assert_eq!(ends, usize::from(self.end.is_ok()), "{self:?}");
        let Some(Event::Done(answer)) = self.events.last() else { return };
        assert_eq!(self.said(), [answer.text(), answer.reasoning()]);
        self.calls(answer);
    }

    fn calls(&self, answer: &Answer) {
        let (mut begun, mut calls) = (Vec::new(), Vec::new());
        for event in &self.events {
            match event {
                Event::ToolStart { index, name, .. } => {
                    assert!(!name.is_empty() && begun.iter().all(|(held, _)| held != index));
                    begun.push((*index, String::new()));
                }
                Event::ToolArguments { index, json } => {
                    let held = begun.iter_mut().find(|(held, _)| held == index);
                    held.unwrap_or_else(|| panic!("{index} is not begun: {self:?}")).1 += json;
                }
                Event::ToolCall(call) => calls.push(call),
                _ => {}
            }
        }
        assert_eq!(calls, answer.tool_calls().collect::<Vec<_>>());
        for (index, arguments) in begun {
            let call = calls.get(index).unwrap_or_else(|| panic!("no call {index}: {self:?}"));
            assert!(arguments.is_empty() || call.arguments.text() == arguments, "{self:?}");
        }
    }
}

/// A stream that breaks off: nothing is heard that the whole does not have, and the break is told unless the model had
/// given its reason to stop.
fn cut(target: &Target, stream: &[u8], at: usize, whole: &Heard) {
    let heard = Heard::of(target, [&stream[..at]]);
    heard.check();
    let before = &heard.events[..heard.before];
    assert!(whole.events.starts_with(before), "cut at {at}: {heard:?}\n{whole:?}");
    if whole.end.is_ok() {
        let kind = heard.end.as_ref().err().map(|(kind, _)| *kind);
        let told = matches!(kind, None | Some(ErrorKind::Disconnected));
        // What came before the first frame may be no stream at all.
        assert!(told || heard.events.is_empty(), "cut at {at}: {heard:?}\n{whole:?}");
    }
}

/// The answer with a number in each frame that nobody reads, so that no frame is like the last.
fn told_apart(api: Api, came: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, line) in came.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let begin = line.iter().position(|byte| *byte == b'{').filter(|at| {
            let (before, after) = line.split_at(*at);
            let begins = match api {
                Api::Ollama => before.is_empty(),
                // After the name of the event.
                Api::BedrockConverse => {
                    let space = before.iter().position(|byte| *byte == b' ');
                    space.is_some() && space == at.checked_sub(1)
                }
                _ => before == b"data:" || before == b"data: ",
            };
            begins && after.get(1) == Some(&b'"')
        });
        let (before, after) = line.split_at(begin.map_or(0, |at| at + 1));
        out.extend_from_slice(before);
        if begin.is_some() {
            out.extend(format!("\"zz\":{number},").into_bytes());
        }
        out.extend_from_slice(after);
    }
    out
}

/// The bytes in pieces of chance lengths.
fn pieces<'b>(mut bytes: &'b [u8], most: usize, random: &mut Random) -> Vec<&'b [u8]> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(bytes.len().min(1 + random.below(most)));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

/// A number that the input fixes.
fn seed(input: &[u8]) -> u64 {
    u64::from(crc32fast::hash(input))
}
