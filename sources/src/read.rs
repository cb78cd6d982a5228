//! The readers: the text of a source and of its mapping become [rows](crate::row::Row).
//!
//! A reader gives every key of the file as a row or as skipped with a reason; or it says all that is wrong with its input
//! at once, each mistake with the key and the field it is about.

pub mod genai_prices;
pub mod litellm;
pub mod mistakes;
pub mod models_dev;
