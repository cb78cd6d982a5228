//! `POST /chat/completions`, as `OpenAI` defined it and scores of vendors speak it.

mod chunk;
mod decode;
mod encode;

pub(super) use decode::Decode;
pub(super) use encode::{encode, tools};
