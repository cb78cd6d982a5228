//! What a model is given back of what it thought. The wire modules know how an api wants it; a provider behind an api of
//! another vendor may want more or less.

use crate::message::{Content, Message, Role};

/// Which of its thoughts a model is given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ReplayPolicy {
    /// As the api asks for it: signatures on the parts that they came with, plain thoughts between a call and its result.
    #[default]
    Api,
    /// Those of finished turns too, where the api carries plain thoughts at all.
    Always,
    /// Those of the turn that is going on: since the user last said something.
    Turn,
    /// None.
    Never,
}

impl ReplayPolicy {
    /// Takes out what is not given back.
    pub(crate) fn apply(self, messages: &mut [Message]) {
        let gone = match self {
            Self::Api | Self::Always => return,
            Self::Never => messages.len(),
            Self::Turn => messages.iter().rposition(is_said).unwrap_or(0),
        };
        let earlier = messages.get_mut(..gone).unwrap_or_default();
        for message in earlier.iter_mut().filter(|message| message.role == Role::Assistant) {
            message.parts.retain(|part| !matches!(part.content, Content::Reasoning(_)));
            for part in &mut message.parts {
                part.replay = None;
            }
        }
    }
}

/// Whether the user said something: results of tools alone belong to the turn of the model.
fn is_said(message: &Message) -> bool {
    let result = |part: &crate::message::Part| matches!(part.content, Content::ToolResult(_));
    message.role == Role::User && !message.parts.iter().all(result)
}

#[cfg(test)]
mod tests {
    use portolan_types::Api;
    use serde_json::json;

    use super::*;
    use crate::message::{Part, Replay};
    use crate::tool::ToolCall;

    fn thought(text: &str) -> Part {
        let replay = Some(Replay {
            api: Api::OpenaiCompletions,
            provider: "acme".to_owned(),
            data: json!({"field": "reasoning_content"}),
        });
        Part { replay, ..Part::new(Content::Reasoning(text.to_owned())) }
    }

    /// What is left of the thoughts of two turns.
    fn left(policy: ReplayPolicy) -> Vec<String> {
        let call = ToolCall::new("1", "f", &json!({}));
        let mut messages = [
            Message::user(["one"]),
            Message::assistant([thought("old"), "1".into()]),
            Message::user(["two"]),
            Message::assistant([thought("new"), call.clone().into()]),
            Message::results([call.result(["r"])]),
        ];
        policy.apply(&mut messages);
        let parts = messages.into_iter().flat_map(|message| message.parts);
        let thoughts = parts.filter_map(|part| match part.content {
            Content::Reasoning(text) => Some(text),
            _ => None,
        });
        thoughts.collect()
    }

    #[test]
    fn each_policy_keeps_what_it_says() {
        assert_eq!(left(ReplayPolicy::Api), ["old", "new"]);
        assert_eq!(left(ReplayPolicy::Always), ["old", "new"]);
        assert_eq!(left(ReplayPolicy::Turn), ["new"]);
        assert!(left(ReplayPolicy::Never).is_empty());
    }
}
