//! Folds the frames of an answer into events and the whole answer. The wire modules only say what a frame holds; which
//! delta belongs to which call, what is cut off and how much may be kept is decided here, once for all apis.

use std::collections::VecDeque;

use portolan_types::{Api, Modality};
use serde_json::Value;

use crate::answer::{Answer, Event, Stop};
use crate::cost::{Cost, NoCost};
use crate::error::{Error, ErrorKind, Result};
use crate::message::{Content, Media, Part, Replay, Source};
use crate::tool::{Arguments, ToolCall};
use crate::usage::{Counts, Fields};
pub(crate) use calls::Held;
use calls::extend_call;

mod calls;

/// How much of an answer is kept at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of text, reasoning and arguments together.
    pub(crate) bytes: usize,
    /// Parts and calls.
    pub(crate) parts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, parts: 4096 }
    }
}

/// An answer that is still coming.
pub(crate) struct Fold {
    api: Api,
    provider: String,
    limits: Limits,
    events: VecDeque<Event>,
    parts: Vec<Piece>,
    calls: usize,
    size: usize,
    /// An image of which more may come.
    image: Option<Media>,
    /// Whether the next delta of text begins a part of its own.
    apart: bool,
    /// The call that the last delta added to; none where that was a text.
    last_call: Option<usize>,
    counts: Counts,
    stop: Option<Stop>,
    pub(crate) service_tier: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) model: Option<String>,
    ended: bool,
}

struct Piece {
    kind: Kind,
    text: String,
    replay: Option<Value>,
}

enum Kind {
    Text,
    Reasoning,
    Media(Media),
    Call {
        index: usize,
        key: Option<u64>,
        id: String,
        name: String,
        /// Whether the protocol has stated all of it.
        is_whole: bool,
    },
}

impl Fold {
    pub(crate) fn new(api: Api, provider: &str, limits: Limits) -> Self {
        Self {
            api,
            provider: provider.to_owned(),
            limits,
            events: VecDeque::new(),
            parts: Vec::new(),
            calls: 0,
            size: 0,
            image: None,
            apart: false,
            last_call: None,
            counts: Counts::default(),
            stop: None,
            service_tier: None,
            id: None,
            model: None,
            ended: false,
        }
    }

    /// The next event.
    pub(crate) fn next(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether nothing of an answer came.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty() && !self.ended && self.stop.is_none() && self.id.is_none()
    }

    /// Whether nothing that has come is of an answer: no text, no reason to stop, no usage, no id.
    pub(crate) fn says_nothing(&self) -> bool {
        let used = || self.counts.read(Fields::of(self.api)).usage().is_ok();
        self.parts.is_empty() && self.stop.is_none() && self.id.is_none() && !used()
    }

    /// Whether the protocol said that the answer is over.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether the model has stopped and all of its answer is here, what was used too. More may come all the same.
    pub(crate) fn settled(&self) -> bool {
        let is_known = || self.counts.read(Fields::of(self.api)).usage().is_ok();
        self.stop.is_some() && !self.parts.is_empty() && is_known()
    }

    /// More of the text.
    pub(crate) fn text(&mut self, delta: &str) -> Result<()> {
        self.delta(Kind::Text, delta, Event::Text)
    }

    /// More of what the model thinks.
    pub(crate) fn reasoning(&mut self, delta: &str) -> Result<()> {
        self.delta(Kind::Reasoning, delta, Event::Reasoning)
    }

    /// More of what came last: text, reasoning or the arguments of a call.
    pub(crate) fn more(&mut self, delta: &str) -> Result<()> {
        if let Some(piece) = self.last_call.and_then(|at| self.parts.get_mut(at)) {
            extend_call(piece, "", "", delta, &mut self.events);
            return self.grow(delta.len());
        }
        match self.parts.last() {
            Some(Piece { kind: Kind::Reasoning, .. }) => self.reasoning(delta),
            _ => self.text(delta),
        }
    }

    fn delta(&mut self, kind: Kind, delta: &str, event: fn(String) -> Event) -> Result<()> {
        if delta.is_empty() {
            return Ok(());
        }
        self.piece(kind)?.text.push_str(delta);
        self.last_call = None;
        self.grow(delta.len())?;
        self.events.push_back(event(delta.to_owned()));
        Ok(())
    }

    /// The part that a delta of this kind belongs to: the last one, if it is of the kind and still open.
    fn piece(&mut self, kind: Kind) -> Result<&mut Piece> {
        let same = self.parts.last().is_some_and(|last| {
            std::mem::discriminant(&last.kind) == std::mem::discriminant(&kind)
        });
        if !same || self.apart {
            self.open(kind)?;
        }
        let last = self.parts.last_mut();
        last.ok_or_else(|| Error::new(ErrorKind::Protocol, "a part that was not begun"))
    }

    fn open(&mut self, kind: Kind) -> Result<()> {
        self.bound(self.parts.len() + 1)?;
        self.apart = false;
        self.parts.push(Piece { kind, text: String::new(), replay: None });
        Ok(())
    }

    /// Refuses more parts than an answer may have.
    pub(crate) fn bound(&self, parts: usize) -> Result<()> {
        if parts > self.limits.parts {
            let message = format!("the answer has more than {} parts", self.limits.parts);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        Ok(())
    }

    /// Whether a text of the answer is this one.
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.parts.iter().any(|piece| matches!(piece.kind, Kind::Text) && piece.text == text)
    }

    /// Counts what is kept of the answer.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<()> {
        self.size = self.size.saturating_add(bytes);
        if self.size > self.limits.bytes {
            let message = format!("the answer is larger than {} bytes", self.limits.bytes);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        Ok(())
    }

    /// The part that was open is over: what comes next begins another.
    pub(crate) fn end_part(&mut self) {
        self.apart = true;
    }

    /// What the provider wants back with the text that is open; with a text of its own where none is.
    pub(crate) fn replay_text(&mut self, data: Value) -> Result<()> {
        self.replay(Kind::Text, data)
    }

    /// What the provider wants back with the reasoning that is open; with one of its own where none is.
    pub(crate) fn replay_reasoning(&mut self, data: Value) -> Result<()> {
        self.replay(Kind::Reasoning, data)
    }

    fn replay(&mut self, kind: Kind, data: Value) -> Result<()> {
        self.grow(weight(&data))?;
        let piece = self.piece(kind)?;
        match (&mut piece.replay, data) {
            // Signatures come in pieces.
            (Some(Value::Object(held)), Value::Object(more)) => {
                for (name, value) in more {
                    match (held.get_mut(&name), value) {
                        (Some(Value::String(text)), Value::String(rest)) => text.push_str(&rest),
                        (Some(Value::Array(list)), Value::Array(rest)) => list.extend(rest),
                        (_, value) => drop(held.insert(name, value)),
                    }
                }
            }
            (replay, data) => *replay = Some(data),
        }
        Ok(())
    }

    /// What the provider wants back with the last call or media.
    pub(crate) fn replay_last(&mut self, data: Value) -> Result<()> {
        self.grow(weight(&data))?;
        if let Some(last) = self.parts.last_mut() {
            last.replay = Some(data);
        }
        Ok(())
    }

    /// An image or a film.
    pub(crate) fn media(&mut self, media: Media) -> Result<()> {
        self.image(media)?;
        self.end_image()
    }

    /// More of an image, which is whole with [`Fold::end_image`].
    pub(crate) fn image(&mut self, piece: Media) -> Result<()> {
        self.grow(piece.size())?;
        match (&mut self.image, &piece.source) {
            (Some(held), Source::Bytes(bytes)) => held.extend(bytes),
            _ => self.image = Some(piece),
        }
        Ok(())
    }

    /// The end of an image that came in pieces, if one is open.
    pub(crate) fn end_image(&mut self) -> Result<()> {
        let Some(image) = self.image.take() else { return Ok(()) };
        self.events.push_back(Event::Media(image.clone()));
        self.open(Kind::Media(image))?;
        self.end_part();
        Ok(())
    }

    /// More of a sound.
    pub(crate) fn sound(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.grow(bytes.len())?;
        let held = self.parts.iter_mut().rev().find_map(|piece| match &mut piece.kind {
            Kind::Media(media) if media.kind() == Modality::Audio => Some(media),
            _ => None,
        });
        let Some(held) = held else {
            let sound = Media::of_sound(bytes);
            self.events.push_back(Event::Media(sound.clone()));
            return self.open(Kind::Media(sound));
        };
        held.extend(&bytes);
        // Only its beginning tells what a sound is.
        self.events.extend(Media::bytes(held.mime(), bytes).map(Event::Media));
        Ok(())
    }

    /// Folds a usage object in.
    pub(crate) fn usage(&mut self, usage: &Value) {
        self.counts.fold(usage, Fields::of(self.api));
    }

    /// Takes the JSON of a usage object. Where every frame states one, only the last is read.
    pub(crate) fn usage_of_frame(&mut self, usage: &str) {
        self.counts.put_off(usage, Fields::of(self.api));
    }

    /// The provider made a search that its usage does not count.
    pub(crate) fn searched(&mut self) {
        self.counts.searched();
    }

    /// The provider searched for this, perhaps as it said before.
    pub(crate) fn searched_for(&mut self, query: &str) -> Result<()> {
        if self.counts.searched_for(query) { self.grow(query.len() + 32) } else { Ok(()) }
    }

    /// The provider asked its maps.
    pub(crate) fn mapped(&mut self) {
        self.counts.mapped();
    }

    /// The model that answers, as Google names it.
    pub(crate) fn served_by(&mut self, model: &str) {
        self.counts.served_by(model);
        self.model = Some(model.to_owned());
    }

    /// Why the answer ends. The last word counts, but one for a tool call or a limit is not undone by a plain end.
    pub(crate) fn stop(&mut self, stop: Stop) {
        if stop != Stop::End || self.stop.is_none() {
            self.stop = Some(stop);
        }
    }

    /// The protocol says that the answer is over.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    /// The answer as far as it came, its calls cut off where they are not whole.
    pub(crate) fn partial(&self) -> Answer {
        let pieces = self.parts.iter().map(|piece| Piece {
            kind: piece.kind.again(),
            text: piece.text.clone(),
            replay: piece.replay.clone(),
        });
        self.answer(pieces.collect(), self.stop.clone())
    }

    /// Ends the answer: pushes its calls and itself as the last events.
    ///
    /// # Errors
    /// [`ErrorKind::Disconnected`] where neither the protocol nor the model had ended it.
    pub(crate) fn finish(&mut self) -> Result<()> {
        if !self.ended && self.stop.is_none() {
            return Err(Error::new(
                ErrorKind::Disconnected,
                "the answer ended before its end: the connection was closed",
            ));
        }
        let (parts, stop) = (std::mem::take(&mut self.parts), self.stop.take());
        let answer = self.answer(parts, stop.or(Some(Stop::Other(String::new()))));
        for call in answer.tool_calls() {
            self.events.push_back(Event::ToolCall(call.clone()));
        }
        self.events.push_back(Event::Done(Box::new(answer)));
        Ok(())
    }

    fn answer(&self, pieces: Vec<Piece>, stop: Option<Stop>) -> Answer {
        // Only where the model came to its end by itself is what did not come not missing.
        let by_itself = matches!(&stop, Some(Stop::End | Stop::ToolUse | Stop::Sequence));
        let cut_off = !by_itself;
        let parts: Vec<_> = pieces.into_iter().map(|piece| self.part(piece, cut_off)).collect();
        let calls = parts.iter().any(|part| matches!(part.content, Content::ToolCall(_)));
        let stop = match stop {
            // Some vendors end plainly where others say that they wait for a tool.
            Some(Stop::End) if calls => Stop::ToolUse,
            stop => stop.unwrap_or(Stop::Other(String::new())),
        };
        Answer {
            parts,
            stop,
            usage: self.counts.read(Fields::of(self.api)).usage(),
            cost: Cost::Unknown(NoCost::NotListed),
            service_tier: self.service_tier.clone(),
            id: self.id.clone(),
            model: self.model.clone(),
            reference: String::new(),
            region: None,
            request_id: None,
            attempts: Vec::new(),
        }
    }

    fn part(&self, piece: Piece, cut_off: bool) -> Part {
        let content = match piece.kind {
            Kind::Text => Content::Text(piece.text),
            Kind::Reasoning => Content::Reasoning(piece.text),
            Kind::Media(media) => Content::Media(media),
            Kind::Call { index, id, name, .. } => {
                let id = if id.is_empty() { format!("call_{}", index + 1) } else { id };
                let arguments = Arguments::of_text(piece.text, cut_off || name.is_empty());
                Content::ToolCall(ToolCall { id, name, arguments })
            }
        };
        let replay = piece.replay.map(|data| Replay {
            api: self.api,
            provider: self.provider.clone(),
            data,
        });
        Part { replay, ..Part::new(content) }
    }
}

impl Kind {
    fn again(&self) -> Self {
        match self {
            Self::Text => Self::Text,
            Self::Reasoning => Self::Reasoning,
            Self::Media(media) => Self::Media(media.clone()),
            Self::Call { index, key, id, name, is_whole } => Self::Call {
                index: *index,
                key: *key,
                id: id.clone(),
                name: name.clone(),
                is_whole: *is_whole,
            },
        }
    }
}

/// About how many bytes a value holds.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(weight).sum::<usize>() + list.len() * 16,
        Value::Object(map) => map.iter().map(|(name, value)| name.len() + 16 + weight(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 16,
    }
}
