//! Words that a provider spells in another way, replaced in what is asked and in what is answered. An answer streams in
//! pieces that end anywhere, so what may be the start of such a word is held back until it is known.

use crate::answer::{Answer, Event};
use crate::hooks::Wrap;
use crate::message::{Content, Part};
use crate::request::Request;

/// Texts to replace. Of several that fit at one place the longest counts, and what was put in is not looked at again.
///
/// ```
/// use portolan::TextTransforms;
///
/// let transforms = TextTransforms::new()
///     .input("<note>", "[[note]]")
///     .output("[[note]]", "<note>");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTransforms {
    input: Vec<Pair>,
    output: Vec<Pair>,
}

type Pair = (String, String);

impl TextTransforms {
    /// Nothing to replace.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces a text in what is sent: the system prompt, the texts of all messages and the results of tools.
    #[must_use]
    pub fn input(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.input.push((from.into(), to.into()));
        self
    }

    /// Replaces a text in what comes back: the text of the answer, streamed and whole; not thoughts and not the arguments
    /// of calls.
    #[must_use]
    pub fn output(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.output.push((from.into(), to.into()));
        self
    }

    /// Whether an empty text is to be replaced, which is everywhere and nowhere.
    pub(crate) fn has_empty(&self) -> bool {
        self.input.iter().chain(&self.output).any(|(from, _)| from.is_empty())
    }

    pub(crate) fn has_input(&self) -> bool {
        !self.input.is_empty()
    }

    /// Replaces in what is asked.
    pub(crate) fn apply(&self, request: &mut Request) {
        let said = request.messages.iter_mut().flat_map(|message| &mut message.parts);
        for part in said.chain(&mut request.system) {
            self.apply_part(part);
        }
    }

    fn apply_part(&self, part: &mut Part) {
        match &mut part.content {
            Content::Text(text) => *text = replaced(&self.input, text),
            Content::ToolResult(result) => {
                result.parts.iter_mut().for_each(|part| self.apply_part(part));
            }
            _ => {}
        }
    }

    /// What replaces in an answer, if anything does.
    pub(crate) fn wrap(&self) -> Option<Box<dyn Wrap>> {
        let pairs = self.output.clone();
        (!pairs.is_empty()).then(|| Box::new(Output(Replacer { pairs, held: String::new() })) as _)
    }
}

fn replaced(pairs: &[Pair], text: &str) -> String {
    let mut replacer = Replacer { pairs: pairs.to_vec(), held: String::new() };
    replacer.push(text) + &replacer.finish()
}

/// Replaces in a text that comes in pieces.
struct Replacer {
    pairs: Vec<Pair>,
    /// The end of what came that may be the start of a text to replace. It is shorter than the longest of them.
    held: String,
}

impl Replacer {
    fn push(&mut self, text: &str) -> String {
        self.held.push_str(text);
        self.scan(false)
    }

    fn finish(&mut self) -> String {
        self.scan(true)
    }

    fn scan(&mut self, last: bool) -> String {
        let text = std::mem::take(&mut self.held);
        let (mut out, mut rest) = (String::with_capacity(text.len()), text.as_str());
        while let Some(first) = rest.chars().next() {
            let longer = |(from, _): &Pair| from.len() > rest.len() && from.starts_with(rest);
            if !last && self.pairs.iter().any(longer) {
                break;
            }
            let fits = self.pairs.iter().filter(|(from, _)| rest.starts_with(from.as_str()));
            if let Some((from, to)) = fits.max_by_key(|(from, _)| from.len()) {
                out.push_str(to);
                rest = &rest[from.len()..];
            } else {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        rest.clone_into(&mut self.held);
        out
    }
}

/// Replaces in an answer.
struct Output(Replacer);

impl Wrap for Output {
    fn event(&mut self, event: Event, out: &mut Vec<Event>) {
        match event {
            Event::Text(text) => out.extend(shown(self.0.push(&text))),
            // They stand beside the text and do not end it.
            Event::ToolArguments { .. } => out.push(event),
            other => {
                self.end(out);
                out.push(other);
            }
        }
    }

    fn end(&mut self, out: &mut Vec<Event>) {
        out.extend(shown(self.0.finish()));
    }

    fn answer(&self, answer: &mut Answer) {
        // The same pieces with the same ends between them as the events had, so that both say the same.
        let mut replacer = Replacer { pairs: self.0.pairs.clone(), held: String::new() };
        let mut last: Option<&mut String> = None;
        for part in &mut answer.parts {
            if let Content::Text(text) = &mut part.content {
                *text = replacer.push(text);
                last = Some(text);
            } else if let Some(text) = last.take() {
                text.push_str(&replacer.finish());
            }
        }
        if let Some(text) = last {
            text.push_str(&replacer.finish());
        }
    }
}

fn shown(text: String) -> Option<Event> {
    (!text.is_empty()).then_some(Event::Text(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<Pair> {
        of.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    }

    #[test]
    fn the_longest_that_fits_counts_and_nothing_is_replaced_twice() {
        let pairs = pairs(&[("a", "b"), ("b", "a"), ("aab", "X"), ("é", "e")]);
        assert_eq!(replaced(&pairs, "a b aab aa é"), "b a X bb e");
        assert_eq!(replaced(&pairs, ""), "");
    }

    #[test]
    fn what_is_asked_is_replaced_in_texts_and_results_alone() {
        let call = crate::ToolCall::new("1", "red", &serde_json::json!({"red": 1}));
        let mut request = Request::new()
            .system("red")
            .user("a red one")
            .message(crate::Message::assistant([call.clone()]))
            .message(crate::Message::results([call.result(["red"])]));
        TextTransforms::new().input("red", "blue").apply(&mut request);
        let expected = Request::new()
            .system("blue")
            .user("a blue one")
            .message(crate::Message::assistant([call.clone()]))
            .message(crate::Message::results([call.result(["blue"])]));
        assert_eq!(request, expected);
    }

    proptest! {
        #[test]
        fn pieces_that_end_anywhere_give_what_the_whole_gives(
            text in "[abé ]{0,24}",
            cuts in proptest::collection::vec(0_usize..24, 0..6),
        ) {
            let pairs = pairs(&[("ab", "1"), ("abé", "22"), ("ba b", ""), ("éé", "é")]);
            let mut replacer = Replacer { pairs: pairs.clone(), held: String::new() };
            let mut cuts: Vec<_> = cuts.into_iter().filter(|at| text.is_char_boundary(*at)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]);
            let streamed: String = pieces.map(|piece| {
                let out = replacer.push(piece);
                assert!(replacer.held.len() < "ba b".len());
                out
            }).collect();
            prop_assert_eq!(streamed + &replacer.finish(), replaced(&pairs, &text));
        }
    }
}
