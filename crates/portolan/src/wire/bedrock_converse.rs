//! `POST /model/{model}/converse`, as Amazon Bedrock defined it.

mod decode;
mod encode;

pub(super) use decode::{frame, whole};
pub(super) use encode::encode;
