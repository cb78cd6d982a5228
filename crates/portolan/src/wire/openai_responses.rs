//! `POST /responses`, as `OpenAI` defined it. Requests keep nothing at the provider (`store: false`); what a model thought
//! comes encrypted and goes back so.

mod decode;
mod encode;
mod items;

pub(super) use decode::{frame, whole};
pub(super) use encode::encode;
pub(super) use items::Items;
