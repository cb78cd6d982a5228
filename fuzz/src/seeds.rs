//! Inputs to begin with and the words of the manifest language. Takes the repository's folder; nothing is kept twice, the
//! seeds are its manifests, its fixtures and the answers in the tests of the decoders.

mod recorded;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use portolan_codegen::emit::json;
use portolan_codegen::load::{Input, read_folder};
use serde_json::Value;

use crate::Target;
use crate::mutate::{self, Random};

/// Begins a file within an input of several: the rest of the line is its path. To YAML it is a comment.
pub(crate) const FILE: &str = "#=== ";

/// How long a seed may be; what is left of a longer manifest ends with a line.
const LONGEST: usize = 24 << 10;

/// The seeds of a target, each with a name.
///
/// # Errors
/// A manifest or fixture that cannot be read.
pub fn of(target: Target, repository: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    match target {
        Target::Load => {
            let files = cases(repository)?.into_iter().flat_map(|(name, files)| {
                files.into_iter().map(move |file| {
                    let stem = file.path.replace('/', "-");
                    (format!("{name}-{stem}"), cut(file.bytes))
                })
            });
            Ok(files.collect())
        }
        Target::Compile => {
            let cases = cases(repository)?.into_iter();
            Ok(cases.map(|(name, files)| (name, cut(joined(&files)))).collect())
        }
        Target::Catalog => {
            let sample = fs::read(repository.join("codegen/src/emit/sample.json"))?;
            let mut seeds = vec![("sample".to_owned(), sample)];
            for (name, files) in cases(repository)? {
                if let Ok(catalog) = portolan_codegen::compile(files, "").result {
                    let text = json::catalog(&catalog);
                    if text.len() <= LONGEST {
                        seeds.push((name, text.into_bytes()));
                    }
                }
            }
            Ok(seeds)
        }
        Target::Stream | Target::Usage => {
            recorded::answers(&repository.join("crates/portolan/src/wire/tests"))
        }
        Target::Price | Target::PriceList => Ok((0..64).map(noise).collect()),
    }
}

/// Bytes from which cards are read.
fn noise(number: u64) -> (String, Vec<u8>) {
    let mut random = Random::new(number);
    let length = 64 + 32 * random.below(16);
    (format!("noise-{number}"), (0..length).map(|_| random.number().to_le_bytes()[0]).collect())
}

/// The fixtures and, each on its own, the public manifests.
fn cases(repository: &Path) -> io::Result<Vec<(String, Vec<Input>)>> {
    let fixtures = repository.join("tests/fixtures");
    let mut cases = Vec::new();
    for part in ["ok", "bad"] {
        for entry in fs::read_dir(fixtures.join(part))? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let files = if path.is_dir() {
                manifests(&path)?
            } else {
                vec![Input { path: "labs/acme.yaml".to_owned(), bytes: fs::read(&path)? }]
            };
            cases.push((name, files));
        }
    }
    for file in manifests(&repository.join("manifests"))? {
        cases.push((file.path.replace('/', "-"), vec![file]));
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(cases)
}

fn manifests(folder: &Path) -> io::Result<Vec<Input>> {
    read_folder(folder).map_err(|mut errors| {
        errors.pop().map_or_else(|| io::Error::other("no manifest"), |error| error.source)
    })
}

/// Files as one input, each behind its path.
fn joined(files: &[Input]) -> Vec<u8> {
    let parts = files.iter().flat_map(|file| {
        [format!("{FILE}{}\n", file.path).into_bytes(), file.bytes.clone(), b"\n".to_vec()]
    });
    parts.flatten().collect()
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() > LONGEST {
        bytes.truncate(LONGEST);
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(LONGEST, |end| end + 1);
        bytes.truncate(end);
    }
    bytes
}

/// The keys of the manifest language and the words of its closed lists, from its schemas.
pub fn words() -> &'static [String] {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words = BTreeSet::new();
        for schema in [json::vendor_schema(), json::models_schema()] {
            let schema = serde_json::from_str(&schema).expect("a schema is JSON");
            collect(&schema, &mut words);
        }
        words.into_iter().collect()
    })
}

fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                words.extend(properties.keys().cloned());
            }
            if let Some(Value::Array(list)) = object.get("enum") {
                words.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            object.values().for_each(|value| collect(value, words));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, words)),
        _ => {}
    }
}

/// The words of a target and what its texts are made of, as libFuzzer reads a dictionary.
pub fn dictionary(target: Target, seeds: &[(String, Vec<u8>)]) -> String {
    let quoted = |word: &str| ["\"", word, "\"\n"].concat();
    if target.is_answer() {
        let structure =
            ["data: ", "event: ", "\\x0a\\x0a", "\\x0d", "{", "}", "[", "]", ":", ",", "\\\""];
        let texts: Vec<_> = seeds.iter().map(|(_, seed)| String::from_utf8_lossy(seed)).collect();
        let words: BTreeSet<_> =
            texts.iter().flat_map(|text| mutate::words(text)).map(|(_, word)| word).collect();
        let words = words.into_iter().filter(|word| word.is_ascii() && word.len() < 64);
        return words.chain(structure).map(quoted).collect();
    }
    let structure =
        ["  ", ": ", "- ", "\\x0a", "\\x0a  - ", "[", "]", "{ ", " }", ", ", "# ", "~", "\\\""];
    words().iter().map(String::as_str).chain(structure).map(quoted).collect()
}
