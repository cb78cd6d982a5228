//! `POST /v1/messages`, as Anthropic defined it.

mod decode;
mod encode;

pub(super) use decode::{frame, whole};
pub(super) use encode::{encode, reasoning};
