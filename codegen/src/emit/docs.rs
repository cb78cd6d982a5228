//! The pages for people: what the catalog says of a vendor, as Markdown, in every language that has labels.
//!
//! Takes the frozen catalog and the labels; returns a page per vendor and language. Each part of a page stands between
//! the marks of an mdBook anchor, so that a page written by hand includes it by name; a part that would be empty is left
//! out. Every figure is the catalog's, every word around it a label, and texts of manifests stay texts.

mod all_models;
mod auth;
mod config;
mod facts;
mod markdown;
mod models;
mod prices;
mod provider;
mod services;
mod vendor;
mod words;

use super::Output;
use crate::catalog::{Catalog, Vendor};
use crate::labels::Labels;

/// The language in which every vendor has a page. In another one only a vendor has whose manifest has its name in it.
pub const MAIN_LANGUAGE: &str = "en";

/// The pages: `<language>/<vendor>.md`, and `models.md`, the table of all models in the main language.
pub fn emit(catalog: &Catalog, languages: &[Labels]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for labels in languages {
        let language = labels.tag();
        for vendor in catalog.vendors.iter().filter(|vendor| has_page(vendor, language)) {
            let path = format!("{language}/{}.md", vendor.id);
            outputs.push(Output::new(path, vendor::page(vendor, labels)));
        }
        if language == MAIN_LANGUAGE {
            outputs.push(Output::new("models.md", all_models::page(catalog, labels)));
        }
    }
    outputs
}

/// Whether a vendor has a page in a language.
pub fn has_page(vendor: &Vendor, language: &str) -> bool {
    language == MAIN_LANGUAGE || vendor.labels.contains_key(language)
}
