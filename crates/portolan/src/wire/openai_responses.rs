//! `POST /responses`, as `OpenAI` defined it. Requests keep nothing at the provider (`store: false`); what a model thought
//! comes encrypted and goes back so.

mod decode;
mod encode;

pub(super) use decode::{frame, whole};
pub(super) use encode::encode;
