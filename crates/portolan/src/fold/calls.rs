//! The calls of an answer: takes their deltas and what the protocol states of them as a whole; which belongs to which call
//! is decided here. Nothing that is stated again is given again.

use std::collections::VecDeque;

use super::{Fold, Kind, Piece};
use crate::answer::Event;
use crate::error::{Error, ErrorKind, Result};

/// A call that an answer has.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    at: usize,
    /// Whether all of it was stated.
    pub(crate) is_whole: bool,
}

impl Fold {
    /// More of a call. The key is the protocol's number of it; where there is none, the id tells calls apart, and a
    /// delta with neither belongs to the last one.
    pub(crate) fn call(
        &mut self,
        key: Option<u64>,
        id: Option<&str>,
        name: Option<&str>,
        arguments: &str,
    ) -> Result<()> {
        let (id, name) = (id.unwrap_or_default(), name.unwrap_or_default());
        let at =
            if let Some(at) = self.find_call(key, id, name) { at } else { self.open_call(key)? };
        self.last_call = Some(at);
        let grown = id.len() + name.len() + arguments.len();
        if let Some(piece) = self.parts.get_mut(at) {
            extend_call(piece, id, name, arguments, &mut self.events);
        }
        self.grow(grown)
    }

    /// A call that comes whole. It is its own, whatever came before.
    pub(crate) fn whole_call(
        &mut self,
        id: Option<&str>,
        name: &str,
        arguments: &str,
    ) -> Result<()> {
        // No protocol counts from here on.
        let key = u64::MAX - self.calls as u64;
        self.call(Some(key), id, Some(name), arguments)
    }

    /// Where the call is that a delta belongs to. Some servers count every call as the first, so a new id under a known
    /// key is a new call if it also names a tool.
    fn find_call(&self, key: Option<u64>, id: &str, name: &str) -> Option<usize> {
        let fits = |piece: &Piece| match &piece.kind {
            Kind::Call { key: held_key, id: held, .. } => {
                let same_id = id.is_empty() || held.is_empty() || held == id;
                match (key, held_key) {
                    (Some(key), Some(held_key)) => key == *held_key && (same_id || name.is_empty()),
                    // Without a number a named call is a new one unless its id is known.
                    _ if name.is_empty() => same_id,
                    _ => !id.is_empty() && held == id,
                }
            }
            _ => false,
        };
        self.parts.iter().rposition(fits)
    }

    fn open_call(&mut self, key: Option<u64>) -> Result<usize> {
        let (index, id, name) = (self.calls, String::new(), String::new());
        self.open(Kind::Call { index, key, id, name, is_whole: false })?;
        self.calls += 1;
        Ok(self.parts.len() - 1)
    }

    /// The call that the protocol speaks of by its number and id, either of which may be missing.
    pub(crate) fn held_call(&self, key: Option<u64>, id: &str) -> Option<Held> {
        let find = |fits: &dyn Fn(Option<u64>, &str) -> bool| {
            self.parts.iter().enumerate().rev().find_map(|(at, piece)| match &piece.kind {
                Kind::Call { key, id, is_whole, .. } if fits(*key, id) => {
                    Some(Held { at, is_whole: *is_whole })
                }
                _ => None,
            })
        };
        let by_key = find(&|held_key, held| {
            let same_key = key.zip(held_key).is_none_or(|(key, held)| key == held);
            same_key && (id.is_empty() || held.is_empty() || held == id)
        });
        // A whole response may leave items out, so that it counts otherwise than its events did.
        by_key.or_else(|| find(&|_, held| !id.is_empty() && held == id))
    }

    /// Takes what the protocol states of a call at its end: of one that is held, what did not come of it yet; all of
    /// another.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] where the arguments are not those that were streamed.
    pub(crate) fn finish_call(
        &mut self,
        held: Option<Held>,
        key: Option<u64>,
        [id, name, arguments]: [&str; 3],
    ) -> Result<()> {
        let at = match held {
            Some(held) => held.at,
            None => self.open_call(key)?,
        };
        let Some(piece) = self.parts.get_mut(at) else { return Ok(()) };
        // Some servers leave out at the end what they streamed.
        let rest =
            if arguments.is_empty() { Some("") } else { arguments.strip_prefix(&*piece.text) };
        let Some(rest) = rest else {
            return Err(Error::new(
                ErrorKind::Protocol,
                "the arguments of a tool call are not what was streamed of them",
            ));
        };
        extend_call(piece, id, name, rest, &mut self.events);
        if let Kind::Call { is_whole, name, .. } = &mut piece.kind {
            *is_whole = !piece.text.is_empty() && !name.is_empty();
        }
        self.grow(id.len() + name.len() + rest.len())
    }
}

/// Adds a delta to a call. It is announced once it has a name; what came before is told then.
pub(super) fn extend_call(
    piece: &mut Piece,
    id: &str,
    name: &str,
    arguments: &str,
    events: &mut VecDeque<Event>,
) {
    let Piece { kind: Kind::Call { index, id: held_id, name: held_name, .. }, text, .. } = piece
    else {
        return;
    };
    let (index, named) = (*index, !held_name.is_empty());
    if held_id.is_empty() {
        id.clone_into(held_id);
    }
    text.push_str(arguments);
    let json = if named {
        arguments
    } else if name.is_empty() {
        return;
    } else {
        name.clone_into(held_name);
        let (id, name) = (held_id.clone(), held_name.clone());
        events.push_back(Event::ToolStart { index, id, name });
        text.as_str()
    };
    if !json.is_empty() {
        events.push_back(Event::ToolArguments { index, json: json.to_owned() });
    }
}
