//! The files of sources: which source a file is, told by its shape; its keys, found without its reader, so that a reader
//! that loses one is seen; and everything together, read by the source's mapping.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use portolan_codegen::manifest::Day;
use portolan_types::Date;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::read::{genai_prices, litellm, models_dev};
use crate::row::Reading;

/// A kind of file that a source publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// models.dev's `api.json`.
    ModelsDev,
    /// models.dev's base models.
    ModelsDevBases,
    /// The price history of models.dev.
    ModelsDevHistory,
    /// litellm's price map.
    Litellm,
    /// genai-prices' data.
    GenaiPrices,
}

impl File {
    /// The id of the source: the name of its mapping file.
    pub fn source(self) -> &'static str {
        match self {
            Self::ModelsDev | Self::ModelsDevBases | Self::ModelsDevHistory => "models-dev",
            Self::Litellm => "litellm",
            Self::GenaiPrices => "genai-prices",
        }
    }

    /// Whether the file has the entries of its source; the others add to it.
    pub fn is_main(self) -> bool {
        matches!(self, Self::ModelsDev | Self::Litellm | Self::GenaiPrices)
    }

    /// Which file a text is.
    ///
    /// # Errors
    /// A text that is no JSON, or in none of the shapes.
    pub fn of(text: &str) -> anyhow::Result<Self> {
        let value: Value = serde_json::from_str(text).context("it is no JSON")?;
        let first = match &value {
            Value::Object(entries) => entries.values().next(),
            Value::Array(entries) => entries.first(),
            _ => None,
        };
        let has = |name: &str| first.and_then(|entry| entry.get(name)).is_some();
        let dated = first
            .and_then(Value::as_array)
            .is_some_and(|events| events.iter().all(|event| event.get("date").is_some()));
        match &value {
            Value::Object(_) if has("models") && has("npm") => Ok(Self::ModelsDev),
            Value::Object(_) if has("litellm_provider") => Ok(Self::Litellm),
            Value::Object(_) if has("modalities") && has("id") => Ok(Self::ModelsDevBases),
            Value::Object(_) if dated => Ok(Self::ModelsDevHistory),
            Value::Array(_) if has("models") && has("api_pattern") => Ok(Self::GenaiPrices),
            _ => bail!(
                "it is none of models.dev's api.json, its base models or price history, litellm's price map and genai-prices' data"
            ),
        }
    }

    /// The keys of the file and what it says of each, as JSON; none for files that only add to another.
    ///
    /// # Errors
    /// A text that is in another shape.
    pub fn entries(self, text: &str) -> anyhow::Result<Vec<(String, Box<RawValue>)>> {
        let entries = match self {
            Self::ModelsDevBases | Self::ModelsDevHistory => Vec::new(),
            Self::ModelsDev => {
                let providers: BTreeMap<String, ModelsByKey> = serde_json::from_str(text)?;
                let of = |(provider, one): (String, ModelsByKey)| {
                    let models = one.models.into_iter();
                    models.map(move |(id, entry)| (format!("{provider}/{id}"), entry))
                };
                providers.into_iter().flat_map(of).collect()
            }
            Self::Litellm => serde_json::from_str::<BTreeMap<_, _>>(text)?.into_iter().collect(),
            Self::GenaiPrices => {
                let mut entries = Vec::new();
                for provider in serde_json::from_str::<Vec<ModelsInOrder>>(text)? {
                    for entry in provider.models {
                        let model: Identified = serde_json::from_str(entry.get())?;
                        entries.push((format!("{}/{}", provider.id, model.id), entry));
                    }
                }
                entries
            }
        };
        Ok(entries)
    }
}

/// A provider of models.dev.
#[derive(Deserialize)]
struct ModelsByKey {
    models: BTreeMap<String, Box<RawValue>>,
}

/// A provider of genai-prices.
#[derive(Deserialize)]
struct ModelsInOrder {
    id: String,
    models: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Identified {
    id: String,
}

/// A source as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The id: the name of its mapping file.
    pub id: String,
    /// Where its file is published.
    pub url: String,
    /// The day of the file.
    pub as_of: Option<Day>,
}

impl Whole {
    /// What a mapping file says of its source.
    ///
    /// # Errors
    /// A mapping without the address or the day.
    pub fn of(id: &str, mapping: &str) -> anyhow::Result<Self> {
        let head: Head = serde_yaml::from_str(mapping).with_context(|| {
            format!("sources/{id}.yaml says neither where its source is nor of which day")
        })?;
        let as_of = Date::parse(&head.as_of).map(Day);
        Ok(Self { id: id.to_owned(), url: head.url, as_of })
    }
}

/// What every mapping file begins with.
#[derive(Deserialize)]
struct Head {
    #[serde(alias = "source")]
    url: String,
    as_of: String,
}

/// The files of one source, read.
#[derive(Debug)]
pub struct Opened {
    /// The source.
    pub whole: Whole,
    /// What it says.
    pub reading: Reading,
    /// The keys of its file with what it says of each.
    pub entries: Vec<(String, Box<RawValue>)>,
}

/// Reads the files of one source, each with its kind, by the source's mapping file.
///
/// # Errors
/// A file that the reader refuses, or files without the one that the others add to.
pub fn open(files: &[(File, String)], mapping: &str) -> anyhow::Result<Opened> {
    let text =
        |kind: File| files.iter().find(|(own, _)| *own == kind).map(|(_, text)| text.as_str());
    let main = files.iter().find(|(kind, _)| kind.is_main());
    let (kind, main) = main.context("these files only add to one that is not given")?;
    let reading = match kind {
        File::Litellm => litellm::read(main.as_bytes(), mapping)?,
        File::ModelsDev => {
            let history = text(File::ModelsDevHistory);
            let mapping = models_dev::Mapping::parse("sources/models-dev.yaml", mapping)?;
            models_dev::read(models_dev::Files { api: main, history }, &mapping)?
        }
        File::GenaiPrices => {
            let mapping = genai_prices::Mapping::parse("sources/genai-prices.yaml", mapping)?;
            genai_prices::read(main, &mapping)?
        }
        File::ModelsDevBases | File::ModelsDevHistory => {
            bail!("these files only add to one that is not given")
        }
    };
    Ok(Opened { whole: Whole::of(kind.source(), mapping)?, reading, entries: kind.entries(main)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_shape() {
        for (text, file, keys) in [
            (r#"{"a":{"id":"a","npm":"x","models":{"m/n":{}}}}"#, File::ModelsDev, vec!["a/m/n"]),
            (r#"{"l/m":{"id":"l/m","modalities":{}}}"#, File::ModelsDevBases, vec![]),
            (r#"{"a/m":[{"date":"2026-01-01","cost":{}}]}"#, File::ModelsDevHistory, vec![]),
            (r#"{"m":{"litellm_provider":"a"},"n":{}}"#, File::Litellm, vec!["m", "n"]),
            (
                r#"[{"id":"a","api_pattern":"x","models":[{"id":"m"}]}]"#,
                File::GenaiPrices,
                vec!["a/m"],
            ),
        ] {
            assert_eq!(File::of(text).unwrap(), file);
            let found = file.entries(text).unwrap();
            assert_eq!(found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), keys);
        }
    }

    #[test]
    fn another_shape_is_refused() {
        for text in ["", "{}", "[]", "7", r#"{"a":{"models":{}}}"#] {
            assert!(File::of(text).is_err(), "{text}");
        }
        let renamed = r#"[{"id":"a","api_pattern":"x","offers":[]}]"#;
        assert!(File::GenaiPrices.entries(renamed).unwrap_err().to_string().contains("models"));
    }
}
