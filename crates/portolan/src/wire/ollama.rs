//! `POST /api/chat`, as Ollama defined it: a line of JSON for each piece of the answer.

mod decode;
mod encode;

pub(super) use decode::frame;
pub(super) use encode::encode;
