//! The catalogs that others keep, and what they have to do with the manifests.
//!
//! models.dev, litellm and genai-prices know prices and limits too. A mapping file (`sources/<source>.yaml`) says which
//! of their providers is which provider and region of ours; a reader turns a source's file into [rows](row::Row) in our
//! vocabulary, and everything else works on rows:
//!
//! ```text
//! source file + mapping -> read -> rows -> import   -> manifests
//!                                       -> compare  -> a report of what agrees and what differs
//!            mapping + frozen catalog      -> feeds    -> files in the shapes of the sources
//! ```
//!
//! Nothing here knows a clock or the network: a source file is handed over by whoever has it.

pub mod base;
pub mod choose;
pub mod compare;
pub mod decimal;
pub mod facts;
pub mod feeds;
pub mod file;
pub mod flat;
pub mod import;
pub mod index;
pub mod pinned;
pub mod read;
pub mod row;
