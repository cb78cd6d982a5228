//! `POST /models/{model}:generateContent`, as Google defined it.

mod decode;
mod encode;

pub(super) use decode::{frame, whole};
pub(super) use encode::encode;
