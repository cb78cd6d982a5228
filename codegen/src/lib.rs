//! Compiles manifests.

pub mod catalog;
pub mod code;
pub mod diagnostic;
pub mod manifest;
pub mod shape;
pub mod source;
pub mod suggest;
pub mod yaml;
