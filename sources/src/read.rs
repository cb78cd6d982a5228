//! The readers: a source's file and its mapping file become [rows](crate::row::Row).
//!
//! A reader takes both as bytes and text, and gives every key of the file as a row or as skipped with a reason; or it
//! refuses them with all that is wrong, where, and how to mend it.

pub mod litellm;
