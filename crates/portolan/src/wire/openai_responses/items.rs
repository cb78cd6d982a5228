//! The items of a response. A stream states each up to four times: begun, in deltas, done, and in the whole response at its
//! end; and some servers leave out any of these. Takes an item wherever it is stated whole and gives what did not come of it
//! before, so that nothing is lost and nothing given twice.

use serde_json::{Value, json};

use crate::answer::Stop;
use crate::error::Result;
use crate::fold::{Fold, Held};
use crate::message::Media;
use crate::usage::is_search;
use crate::wire::unreadable;

/// The items that came, but for calls, which the fold itself tells apart.
#[derive(Default)]
pub(in crate::wire) struct Items(Vec<Item>);

struct Item {
    index: Option<u64>,
    id: String,
    kind: Kind,
    /// Whether it was stated whole; otherwise deltas of it came.
    is_done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Reasoning,
    Call,
    Search,
    Picture,
}

/// What is held of an item that is stated whole.
#[derive(Clone, Copy)]
enum Place {
    /// Nothing.
    New,
    /// Deltas of it, or what began a call.
    Open,
    Call(Held),
    /// All.
    Given,
}

impl Kind {
    /// Items of kinds that are not known are passed over.
    fn of(item: &Value) -> Option<Self> {
        match item["type"].as_str()? {
            "message" => Some(Self::Message),
            "reasoning" => Some(Self::Reasoning),
            "function_call" => Some(Self::Call),
            "web_search_call" => Some(Self::Search),
            "image_generation_call" => Some(Self::Picture),
            _ => None,
        }
    }

    /// Whether an item may be the one of which deltas came under another number: a message is told by its text, a
    /// thought is any.
    fn is_told(self, item: &Value, fold: &Fold) -> bool {
        match self {
            Self::Message => fold.holds(&said(item)),
            Self::Reasoning => true,
            Self::Call | Self::Search | Self::Picture => false,
        }
    }
}

impl Items {
    /// A delta of an item came.
    pub(super) fn spoke(
        &mut self,
        kind: Kind,
        index: Option<u64>,
        id: &str,
        fold: &mut Fold,
    ) -> Result<()> {
        let open = |item: &Item| item.is_open(kind) && item.is(index, id);
        if self.0.iter().rev().any(open) {
            return Ok(());
        }
        self.push(Item { index, id: id.to_owned(), kind, is_done: false }, fold)
    }

    fn push(&mut self, item: Item, fold: &mut Fold) -> Result<()> {
        fold.bound(self.0.len() + 1)?;
        fold.grow(item.id.len())?;
        self.0.push(item);
        Ok(())
    }

    /// An event states an item whole.
    pub(super) fn done(&mut self, index: Option<u64>, item: &Value, fold: &mut Fold) -> Result<()> {
        let Some(kind) = Kind::of(item) else { return Ok(()) };
        let place = match kind {
            Kind::Call => {
                fold.held_call(index, text(item, "call_id")).map_or(Place::New, Place::Call)
            }
            _ => self.place_of_done(kind, index, item, fold)?,
        };
        self.give(kind, place, index, item, fold)?;
        if kind == Kind::Reasoning && !matches!(place, Place::Given) {
            keep_thought(item, fold)?;
        }
        Ok(())
    }

    fn place_of_done(
        &mut self,
        kind: Kind,
        index: Option<u64>,
        item: &Value,
        fold: &mut Fold,
    ) -> Result<Place> {
        let id = text(item, "id");
        let open = |held: &Item| held.is_open(kind);
        let mut place = self.0.iter().rposition(|held| open(held) && held.is(index, id));
        if place.is_none() {
            let again = |held: &Item| held.kind == kind && !id.is_empty() && held.id == id;
            if self.0.iter().any(again) {
                return Ok(Place::Given);
            }
            // Some servers count the deltas of all items as those of the first.
            place = self.0.iter().rposition(open).filter(|_| kind.is_told(item, fold));
        }
        let Some(held) = place.and_then(|at| self.0.get_mut(at)) else { return Ok(Place::New) };
        held.is_done = true;
        held.index = index.or(held.index);
        if held.id.is_empty() {
            id.clone_into(&mut held.id);
            fold.grow(id.len())?;
        }
        Ok(Place::Open)
    }

    /// A whole response states all its items.
    pub(super) fn all(&mut self, response: &Value, fold: &mut Fold) -> Result<()> {
        let output = response["output"].as_array().map(Vec::as_slice).unwrap_or_default();
        fold.bound(output.len())?;
        let positions = || (0..).zip(output);
        let places: Vec<_> =
            positions().map(|(position, item)| self.place_in_whole(position, item, fold)).collect();
        let last_held =
            places.iter().rposition(|place| matches!(place, Some((_, place)) if !place.is_new()));
        for ((position, item), place) in positions().zip(&places) {
            let Some((kind, place)) = *place else { continue };
            self.give(kind, place, Some(position), item, fold)?;
            // A thought goes back before what came of it, or not at all.
            let is_late = last_held.is_some_and(|last| (last as u64) > position);
            if kind == Kind::Reasoning && !matches!(place, Place::Given) && !is_late {
                keep_thought(item, fold)?;
            }
        }
        Ok(())
    }

    fn place_in_whole(&self, position: u64, item: &Value, fold: &Fold) -> Option<(Kind, Place)> {
        let kind = Kind::of(item)?;
        if kind == Kind::Call {
            let held = fold.held_call(Some(position), text(item, "call_id"));
            let place = match held {
                None => Place::New,
                Some(held) if held.is_whole => Place::Given,
                Some(held) => Place::Call(held),
            };
            return Some((kind, place));
        }
        let id = text(item, "id");
        let same = |held: &&Item| {
            held.kind == kind && (held.index == Some(position) || (!id.is_empty() && held.id == id))
        };
        let place = match self.0.iter().rev().find(same) {
            Some(held) if held.is_done => Place::Given,
            Some(_) => Place::Open,
            None if kind == Kind::Message && fold.holds(&said(item)) => Place::Given,
            None if kind == Kind::Reasoning && self.0.iter().any(|held| held.is_open(kind)) => {
                Place::Open
            }
            None => Place::New,
        };
        Some((kind, place))
    }

    /// Gives what is not held of an item.
    fn give(
        &mut self,
        kind: Kind,
        place: Place,
        index: Option<u64>,
        item: &Value,
        fold: &mut Fold,
    ) -> Result<()> {
        if place.is_new() {
            fold.end_part();
            if kind != Kind::Call {
                let id = text(item, "id").to_owned();
                self.push(Item { index, id, kind, is_done: true }, fold)?;
            }
        }
        match (kind, place) {
            (Kind::Call, Place::New) => fold.finish_call(None, index, call(item)),
            (Kind::Call, Place::Call(held)) => fold.finish_call(Some(held), index, call(item)),
            (Kind::Message, Place::New) => say(item, fold),
            (Kind::Reasoning, Place::New) => think(item, fold),
            (Kind::Search, Place::New) => {
                if is_search(item) {
                    fold.searched();
                }
                Ok(())
            }
            (Kind::Picture, Place::New) => picture(item, fold),
            _ => Ok(()),
        }
    }
}

impl Item {
    /// Whether deltas of a kind came of it and nothing else yet.
    fn is_open(&self, kind: Kind) -> bool {
        self.kind == kind && !self.is_done
    }

    /// Whether it is the item of an index and an id, either of which may be missing. Only where there is no index do ids
    /// tell items apart: some servers give one item several.
    fn is(&self, index: Option<u64>, id: &str) -> bool {
        match (self.index, index) {
            (Some(held), Some(index)) => held == index,
            _ => self.id.is_empty() || id.is_empty() || self.id == id,
        }
    }
}

impl Place {
    fn is_new(self) -> bool {
        matches!(self, Self::New)
    }
}

fn text<'v>(item: &'v Value, name: &str) -> &'v str {
    item[name].as_str().unwrap_or_default()
}

fn call(item: &Value) -> [&str; 3] {
    ["call_id", "name", "arguments"].map(|name| text(item, name))
}

fn parts<'v>(item: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    item[name].as_array().into_iter().flatten()
}

/// All that a message says, as its deltas say it.
fn said(item: &Value) -> String {
    parts(item, "content").flat_map(|part| [text(part, "text"), text(part, "refusal")]).collect()
}

fn say(item: &Value, fold: &mut Fold) -> Result<()> {
    for part in parts(item, "content") {
        fold.text(text(part, "text"))?;
        if let Some(refusal) = part["refusal"].as_str() {
            fold.text(refusal)?;
            fold.stop(Stop::Refused);
        }
    }
    Ok(())
}

fn think(item: &Value, fold: &mut Fold) -> Result<()> {
    for (position, part) in parts(item, "summary").enumerate() {
        fold.reasoning(if position > 0 { "\n\n" } else { "" })?;
        fold.reasoning(text(part, "text"))?;
    }
    Ok(())
}

/// The image that the provider's own tool made.
fn picture(item: &Value, fold: &mut Fold) -> Result<()> {
    let Some(data) = item["result"].as_str() else { return Ok(()) };
    let mime = format!("image/{}", item["output_format"].as_str().unwrap_or("png"));
    let media = Media::of_base64(&mime, data);
    fold.media(media.ok_or_else(|| unreadable("an image"))?)
}

/// Keeps a thought for its return, where it can be returned: without its encrypted form the provider, which keeps
/// nothing, would not know it.
fn keep_thought(item: &Value, fold: &mut Fold) -> Result<()> {
    if !item["encrypted_content"].is_string() {
        return Ok(());
    }
    let mut kept = item.clone();
    // A field of answers that requests do not take.
    if let Some(fields) = kept.as_object_mut() {
        fields.remove("status");
    }
    fold.replay_reasoning(json!({"item": kept}))
}
