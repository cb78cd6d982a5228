//! Our rows as models.dev's own files, a TOML file per provider and per model, for its published code to read.
//!
//! The files hold what its first published schema knows and nothing else, because it refuses more; what is not known is
//! zero or `false` there, which is good enough to be read and validated.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context;
use portolan_codegen::catalog::{Catalog, Model, Price};
use portolan_types::{Meter, rate_text};

/// Writes the folder anew.
pub(super) fn write(catalog: &Catalog, folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    for (vendor, provider) in catalog.providers() {
        let folder = folder.join(&provider.id);
        let text = format!(
            "name = {}\nenv = [\"KEY\"]\nnpm = \"@ai-sdk/{}\"\ndoc = \"https://example.com\"\n",
            quoted(&provider.name),
            vendor.id
        );
        put(&folder.join("provider.toml"), &text)?;
        // It reads the folder of a provider without models too.
        fs::create_dir_all(folder.join("models"))?;
        for model in &provider.models {
            put(&folder.join(format!("models/{}.toml", model.id)), &file(model))?;
        }
    }
    Ok(())
}

/// The file of a model.
fn file(model: &Model) -> String {
    let facts = &model.facts;
    let is = |fact: Option<bool>| fact.unwrap_or(false);
    let mut text = format!(
        "name = {}\nattachment = {}\nreasoning = {}\ntemperature = {}\n[cost]\n",
        quoted(&model.name),
        is(facts.attachments),
        is(facts.reasoning),
        is(facts.temperature),
    );
    let card = match &model.price {
        Price::Priced(cards) => cards.first(),
        Price::Free | Price::Included | Price::Unknown => None,
    };
    let meters = [Meter::Input, Meter::Output, Meter::CacheRead, Meter::CacheWrite];
    for (place, meter) in meters.into_iter().enumerate() {
        let rate = card.and_then(|card| card.rates.rate(meter));
        if let Some(rate) = rate.or((place < 2).then_some(0)) {
            let _ = writeln!(text, "{} = {}", meter.id(), rate_text(rate));
        }
    }
    let limit = |limit: Option<u64>| limit.unwrap_or(0);
    let (context, output) = (limit(facts.context), limit(facts.max_output));
    let _ = write!(text, "[limit]\ncontext = {context}\noutput = {output}\n");
    text
}

/// A basic string of TOML; what JSON escapes, TOML escapes alike.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    let shown = || path.display().to_string();
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).with_context(shown)?;
    fs::write(path, text).with_context(shown)
}
