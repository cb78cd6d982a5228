//! The readers: the text of a source and of its mapping become [rows](crate::row::Row).
//!
//! A reader says all that is wrong with its input at once, each mistake with the key and the field it is about. Every
//! key of the file becomes a row or is skipped with a reason.

pub mod genai_prices;
pub mod litellm;
pub mod mistakes;
pub mod models_dev;
