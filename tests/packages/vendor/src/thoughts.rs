//! Acme's models think before they answer, between `<think>` and `</think>` at the start of the text. Here the thoughts
//! become what other vendors' thoughts are.

use portolan::{Answer, Content, Event, Part, Wrap};

const START: &str = "<think>";
const END: &str = "</think>";

/// Where in the text the stream is.
#[derive(Default)]
enum At {
    /// It is not known yet whether the text starts with a thought.
    #[default]
    Start,
    Thought,
    Text,
}

/// Reads thoughts out of the text.
#[derive(Default)]
pub(crate) struct Thoughts {
    at: At,
    held: String,
}

impl Wrap for Thoughts {
    fn event(&mut self, event: Event, out: &mut Vec<Event>) {
        match event {
            Event::Text(text) => {
                self.held.push_str(&text);
                self.read(out);
            }
            other => out.push(other),
        }
    }

    fn end(&mut self, out: &mut Vec<Event>) {
        let rest = std::mem::take(&mut self.held);
        if !rest.is_empty() {
            out.push(match self.at {
                At::Thought => Event::Reasoning(rest),
                At::Start | At::Text => Event::Text(rest),
            });
        }
    }

    fn answer(&self, answer: &mut Answer) {
        let Some(first) = answer.parts.first_mut() else { return };
        let Content::Text(text) = &mut first.content else { return };
        let Some(rest) = text.strip_prefix(START) else { return };
        let (thought, said) = rest.split_once(END).unwrap_or((rest, ""));
        let thought = Part::new(Content::Reasoning(thought.to_owned()));
        *text = said.to_owned();
        answer.parts.insert(0, thought);
    }
}

impl Thoughts {
    fn read(&mut self, out: &mut Vec<Event>) {
        if matches!(self.at, At::Start) {
            if let Some(rest) = self.held.strip_prefix(START) {
                (self.at, self.held) = (At::Thought, rest.to_owned());
            } else if !START.starts_with(&self.held) {
                self.at = At::Text;
            } else {
                return;
            }
        }
        if matches!(self.at, At::Thought) {
            let Some((thought, text)) = self.held.split_once(END) else { return };
            out.push(Event::Reasoning(thought.to_owned()));
            (self.at, self.held) = (At::Text, text.to_owned());
        }
        if !self.held.is_empty() {
            out.push(Event::Text(std::mem::take(&mut self.held)));
        }
    }
}
